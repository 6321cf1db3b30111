//! What a site has asked for, until the person has answered and gone back.

use base::vault::{NOBODY, Spot};
use base::{Cx, Id, Instant, Kind, Outcome, Pii, Refusal, Tx, args};
use serde::{Deserialize, Serialize};

use super::client::{self, Client};
use super::consent::{self, Consent};
use super::rules::{self, Asked, Question, Step, Who, Word, step};
use super::{Scope, Scopes, address, claims};

/// How long a site's question waits for its answer.
const WAITS: i64 = 30 * Instant::MINUTE;

/// A question under way.
#[derive(Clone, Debug)]
pub struct Request {
    /// Names it in addresses.
    pub id: Id,
    /// Who asks.
    pub client: Client,
    /// What.
    pub asked: Asked,
    /// Whom the site expects, as it wrote.
    pub hint: Option<Pii<String>>,
    /// When it was asked.
    pub since: Instant,
    /// The person's answer: who gave it, and what it was.
    answer: Option<(Id, Word)>,
}

impl Request {
    /// The host to which the person goes back; of an app its scheme, which is a domain turned round.
    pub fn host(&self) -> &str {
        let host = address::returns_to(&self.asked.redirect, true);
        host.unwrap_or(&self.client.sector)
    }
}

#[derive(Serialize, Deserialize)]
struct Kept {
    asked: Asked,
    hint: Option<String>,
}

/// Keeps what a site has asked; gives the name under which the person finds it.
///
/// # Errors
/// A fault of the engine.
pub fn begin(
    tx: &mut Tx<'_>,
    cx: &Cx,
    client: &Id,
    (asked, hint): (&Asked, Option<&Pii<String>>),
) -> Outcome<Id> {
    let id = cx.new_id();
    let kept = Kept { asked: asked.clone(), hint: hint.map(|x| x.reveal().clone()) };
    let sealed = tx.key(NOBODY)?.seal_json(spot(&id), &kept)?;
    tx.exec(
        "INSERT INTO sso_request (id, client_id, sealed, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5)",
        args![&id, client, &sealed, cx.now, cx.now.plus(WAITS)],
    )?;
    Ok(id)
}

/// The question `id`.
///
/// # Errors
/// `E-SSO-03` when it is over or was never asked.
pub fn find(tx: &mut Tx<'_>, now: Instant, id: &Id) -> Outcome<Request> {
    type Row = (Id, Vec<u8>, Option<String>, Option<Id>, Option<String>, Instant);
    let row: Option<Row> = tx.opt(
        "SELECT client_id, sealed, answer, account_id, scopes, created_at FROM sso_request
         WHERE id = $1 AND expires_at > $2",
        args![id, now],
        |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?)),
    )?;
    let (client, sealed, answer, account, scopes, since) = row.ok_or_else(over)?;
    let Kept { asked, hint } = tx.key(NOBODY)?.open_json(spot(id), &sealed)?;
    let client = client::find(tx, &client)?.ok_or_else(over)?;
    // What the site may ask for may have become less since it asked.
    let asked = Asked { scopes: asked.scopes.and(client.scopes), ..asked };
    let word = answer.map(|answer| match answer.as_str() {
        "allowed" => Word::Allowed(Scopes::parse(&scopes.unwrap_or_default())),
        _ => Word::Denied,
    });
    let answer = account.zip(word);
    Ok(Request { id: id.clone(), client, asked, hint: hint.map(Pii::new), since, answer })
}

/// What comes next for a question, with `who` signed in.
///
/// # Errors
/// A fault of the engine.
pub fn next(tx: &mut Tx<'_>, request: &Request, who: Option<(&Id, Who)>) -> Outcome<Step> {
    let (asked, since) = (&request.asked, request.since);
    let Some((account, who)) = who else { return Ok(step(asked, since, None, None)) };
    if let Some(expected) = &asked.subject
        && *expected != claims::subject(tx, &request.client.sector, account)?
    {
        let step = step(asked, since, None, None);
        return Ok(if step == Step::SignIn { Step::SignInOther } else { step });
    }
    let answer = request.answer.as_ref().filter(|x| x.0 == *account).map(|x| x.1);
    let word = match answer {
        Some(word) => Some(word),
        None => {
            let before = consent::in_force(tx, account, &request.client.id)?;
            before.filter(|x| x.remembered).map(|x| Word::Before(x.asked, x.scopes))
        }
    };
    Ok(step(asked, since, Some(who), word))
}

/// What `account` is asked.
///
/// # Errors
/// A fault of the engine.
pub fn question(tx: &mut Tx<'_>, request: &Request, account: &Id) -> Outcome<Question> {
    let before = consent::in_force(tx, account, &request.client.id)?;
    Ok(rules::question(&request.asked, before.as_ref()))
}

/// The person's answer.
#[derive(Clone, Debug)]
pub enum Answer {
    /// These may be read; the answer holds for later questions, too, if it is to be remembered.
    Allow {
        /// What was ticked.
        scopes: Scopes,
        /// It need not be asked again.
        remember: bool,
    },
    /// Nothing may be read.
    Deny,
}

/// Keeps the answer of `account`.
///
/// # Errors
/// `E-SSO-03` when the question is over.
pub fn answer(tx: &mut Tx<'_>, cx: &Cx, (id, account): (&Id, &Id), answer: &Answer) -> Outcome<()> {
    let request = find(tx, cx.now, id)?;
    let (word, scopes) = match answer {
        Answer::Deny => ("denied", Scopes::default()),
        Answer::Allow { scopes, remember } => {
            let (asked, at) = (request.asked.scopes, (account, &request.client.id));
            let before = consent::in_force(tx, account, &request.client.id)?;
            let shown = rules::question(&request.asked, before.as_ref()).shown;
            let said = scopes.and(shown).with(Scope::OpenId);
            // What was said when something else was shown goes on until it is withdrawn.
            let (others, known) = before.map_or_else(Default::default, |x| (x.scopes, x.asked));
            let scopes = others.not_in(shown).or(said);
            let consent = Consent { asked: known.or(asked), scopes, remembered: *remember };
            consent::give(tx, cx, at, consent)?;
            ("allowed", scopes.and(asked))
        }
    };
    let kept = tx.exec(
        "UPDATE sso_request SET answer = $2, account_id = $3, scopes = $4
         WHERE id = $1 AND expires_at > $5",
        args![id, word, account, &scopes.to_string(), cx.now],
    )?;
    if kept == 0 { Err(over().into()) } else { Ok(()) }
}

/// Ends a question: of many who come to end it, one hears yes.
///
/// # Errors
/// A fault of the engine.
pub fn end(tx: &mut Tx<'_>, id: &Id) -> Outcome<bool> {
    Ok(tx.exec("DELETE FROM sso_request WHERE id = $1", args![id])? == 1)
}

pub(super) fn over() -> Refusal {
    Refusal::new(Kind::Gone, "E-SSO-03")
}

fn spot(id: &str) -> Spot<'_> {
    Spot::new("sso_request", "sealed", id)
}
