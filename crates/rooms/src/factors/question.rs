//! The control question, of those who want one. It opens nothing: in a recovery it is asked once a
//! contact was proved, beside all that is asked of everybody, so an answer that others know does no
//! harm. Whoever has forgotten it waits for a day, as whoever has lost the factors does.

use base::vault::Spot;
use base::{Cx, FieldFault, Id, Instant, Outcome, Pii, Refusal, Tx, args};

use super::Came;
use super::notice::{self, Event};
use crate::accounts::{Policy, Secrets};

/// Characters of a question.
const QUESTION: std::ops::RangeInclusive<usize> = 5..=120;
/// Letters and digits of an answer.
const ANSWER: std::ops::RangeInclusive<usize> = 3..=100;

/// A question that its owner wants to be asked.
#[derive(Clone, Debug)]
pub struct Question {
    question: Pii<String>,
    answer: Pii<String>,
}

impl Question {
    /// Reads what was typed.
    ///
    /// # Errors
    /// At the fields `question` (`E-QUE-01`) and `answer` (`E-QUE-02`), both when both are wrong.
    pub fn parse(question: &str, answer: &str) -> Result<Self, Refusal> {
        let (question, answer) = (question.trim(), plain(answer));
        let mut faults = Vec::new();
        if !QUESTION.contains(&question.chars().count()) {
            faults.push(FieldFault::new("question", "E-QUE-01"));
        }
        let told = plain(question).contains(&answer);
        if told || !ANSWER.contains(&answer.chars().count()) {
            faults.push(FieldFault::new("answer", "E-QUE-02"));
        }
        match faults.is_empty() {
            true => Ok(Self { question: question.to_owned().into(), answer: answer.into() }),
            false => Err(Refusal::invalid(faults)),
        }
    }
}

/// Keeps the question in the place of the one before, and tells the owner.
///
/// # Errors
/// A fault of the engine.
pub fn ask(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, came): (&Id, &Came),
    asked: &Question,
) -> Outcome<()> {
    let sealed = tx.key(account)?.seal(spot(account), asked.question.reveal())?;
    tx.exec(
        "INSERT INTO control_question (account_id, question_sealed, answer_digest, set_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id) DO UPDATE
         SET question_sealed = excluded.question_sealed, answer_digest = excluded.answer_digest,
             set_at = excluded.set_at",
        args![
            account,
            &sealed,
            &digest(&policy.secrets, account, asked.answer.reveal())[..],
            cx.now
        ],
    )?;
    notice::tell(tx, cx, policy, account, (Event::QuestionChanged, came))
}

/// Takes the question away, and tells the owner when there was one.
///
/// # Errors
/// A fault of the engine.
pub fn drop_question(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, came): (&Id, &Came),
) -> Outcome<()> {
    if tx.exec("DELETE FROM control_question WHERE account_id = $1", args![account])? == 0 {
        return Ok(());
    }
    notice::tell(tx, cx, policy, account, (Event::QuestionChanged, came))
}

/// The question of `account`, and since when it is asked.
///
/// # Errors
/// A fault of the engine.
pub(super) fn of(tx: &mut Tx<'_>, account: &Id) -> Outcome<Option<(Pii<String>, Instant)>> {
    let found = tx.opt(
        "SELECT question_sealed, set_at FROM control_question WHERE account_id = $1",
        args![account],
        |r| Ok((r.get::<Vec<u8>>(0)?, r.get(1)?)),
    )?;
    let Some((sealed, at)) = found else { return Ok(None) };
    let question = tx.key(account)?.open_text(spot(account), &sealed)?;
    Ok(Some((question.into(), at)))
}

/// Whether `typed` is the answer.
pub(super) fn is_answer(
    tx: &mut Tx<'_>,
    secrets: &Secrets,
    account: &Id,
    typed: &str,
) -> Outcome<bool> {
    let answer = digest(secrets, account, &plain(typed));
    let sql = "SELECT set_at FROM control_question WHERE account_id = $1 AND answer_digest = $2";
    Ok(tx.opt(sql, args![account, &answer[..]], |r| r.get::<Instant>(0))?.is_some())
}

fn digest(secrets: &Secrets, account: &Id, answer: &str) -> [u8; 32] {
    secrets.digest(&format!("question|{account}"), answer)
}

fn spot(account: &str) -> Spot<'_> {
    Spot::new("control_question", "question", account)
}

/// An answer as it is compared: how people write it today need not be how they wrote it years ago.
fn plain(answer: &str) -> String {
    let small = answer.chars().flat_map(char::to_lowercase).filter(|x| x.is_alphanumeric());
    small.map(|x| if x == 'ё' { 'е' } else { x }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(question: &str, answer: &str) -> Vec<&'static str> {
        let refused = Question::parse(question, answer).err();
        refused.map(|x| x.fields.iter().map(|x| x.code).collect()).unwrap_or_default()
    }

    #[test]
    fn an_answer_is_the_same_however_it_is_written() {
        assert_eq!(plain("  Берёзовая улица, д. 5 "), plain("березовая УЛИЦА Д5"));
        assert_ne!(plain("Берёзовая, 5"), plain("Берёзовая, 6"));
    }

    #[test]
    fn a_question_says_something_and_does_not_answer_itself() {
        assert!(faults("На какой улице вы выросли?", "Берёзовая").is_empty());
        assert_eq!(faults("Кто?", "!?"), ["E-QUE-01", "E-QUE-02"]);
        assert_eq!(faults("Моя первая собака Шарик", "шарик"), ["E-QUE-02"]);
        assert_eq!(faults(&"о".repeat(121), "Берёзовая"), ["E-QUE-01"]);
        assert_eq!(faults("На какой улице вы выросли?", &"ж".repeat(101)), ["E-QUE-02"]);
    }
}
