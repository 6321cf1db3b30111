//! One-time codes and links: stored as digests, used once.

use base::{Chance, Cx, Id, Instant, Kind, Outcome, Refusal, Tx, args};

use super::Secrets;

/// How long a code lives.
pub(crate) const CODE_LIVES: i64 = 10 * Instant::MINUTE;
/// How long a link lives.
pub(crate) const LINK_LIVES: i64 = Instant::DAY;
/// How often one code may be tried.
pub(crate) const TRIES: i64 = 5;

/// What came of trying a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It was right, and now it is used.
    Right,
    /// What was typed can be no code: that is no try.
    Unread,
    /// It was wrong; so many tries are left.
    Wrong(i64),
    /// It was one that a newer one has ended; so many tries are left.
    Former(i64),
    /// Its time is over.
    Expired,
    /// Somebody has used it.
    Used,
    /// It was tried too often.
    Spent,
}

impl Verdict {
    /// What a code that was tried is answered with.
    pub(crate) fn told(self) -> Result<(), Refusal> {
        match self {
            Self::Right => Ok(()),
            Self::Unread => Err(Refusal::new(Kind::Invalid, "E-AUTH-02-SIX")),
            Self::Wrong(left) => {
                Err(Refusal::new(Kind::Invalid, "E-AUTH-02-WRONG").arg("left", left))
            }
            Self::Former(left) => {
                Err(Refusal::new(Kind::Invalid, "E-AUTH-02-FORMER").arg("left", left))
            }
            Self::Expired => Err(Refusal::new(Kind::Gone, "E-AUTH-02-EXPIRED")),
            Self::Used => Err(Refusal::new(Kind::Conflict, "E-AUTH-02-USED")),
            Self::Spent => Err(Refusal::new(Kind::TooMany, "E-AUTH-02-SPENT")),
        }
    }
}

/// What a code or a link is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct For<'a> {
    /// Which kind of proof.
    pub purpose: &'static str,
    /// What is proved by it.
    pub subject: &'a str,
}

/// Letters and digits that are not taken for one another; five bits each.
pub(crate) const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// So many of them by chance: for codes on paper.
pub(crate) fn symbols<const N: usize>(chance: &Chance) -> String {
    let bytes: [u8; N] = chance.bytes();
    bytes.iter().map(|x| char::from(ALPHABET[usize::from(x & 31)])).collect()
}

/// A code on paper as it was printed, however it is typed: small letters, spaces, O for 0, I or L for
/// 1, and the Russian letters that look the same.
pub(crate) fn plain(code: &str) -> String {
    let letter = |c: char| match c.to_uppercase().next().unwrap_or(c) {
        'O' | 'О' => '0',
        'I' | 'L' => '1',
        'А' => 'A',
        'В' => 'B',
        'Е' => 'E',
        'К' => 'K',
        'М' => 'M',
        'Н' => 'H',
        'Р' => 'P',
        'С' => 'C',
        'Т' => 'T',
        'Х' => 'X',
        c => c,
    };
    ident::tidy(code).chars().filter(|c| c.is_alphanumeric()).map(letter).collect()
}

/// Makes a code of six digits for `what`; the one before it ends.
pub(crate) fn issue(tx: &mut Tx<'_>, cx: &Cx, secrets: &Secrets, what: For<'_>) -> Outcome<String> {
    let code = format!("{:06}", cx.chance.below(1_000_000));
    let id = cx.new_id();
    store(tx, cx, &id, what, &secrets.digest(&id, &code), CODE_LIVES)?;
    Ok(code)
}

/// Makes a code that nobody knows and no typing meets: the tries are counted as for a real one.
pub(crate) fn issue_blank(tx: &mut Tx<'_>, cx: &Cx, what: For<'_>) -> Outcome<()> {
    store(tx, cx, &cx.new_id(), what, &cx.chance.bytes::<32>(), CODE_LIVES)
}

/// Ends every code and link for `subject`, whatever they were for.
pub(crate) fn end_all(tx: &mut Tx<'_>, now: Instant, subject: &str) -> Outcome<()> {
    tx.exec(
        "UPDATE one_time_code SET ended_at = $2
         WHERE subject = $1 AND used_at IS NULL AND ended_at IS NULL",
        args![subject, now],
    )?;
    Ok(())
}

/// Makes the secret of a link for `what`; the one before it ends.
pub(crate) fn issue_link(
    tx: &mut Tx<'_>,
    cx: &Cx,
    secrets: &Secrets,
    what: For<'_>,
) -> Outcome<String> {
    let token = token(&cx.chance);
    store(tx, cx, &cx.new_id(), what, &secrets.digest(what.purpose, &token), LINK_LIVES)?;
    Ok(token)
}

/// Makes a code of ten digits for `what` that leads to its subject by itself ([`follow`]): to be read
/// aloud to somebody who may try few. The one before it ends.
pub(crate) fn issue_said(
    tx: &mut Tx<'_>,
    cx: &Cx,
    secrets: &Secrets,
    what: For<'_>,
) -> Outcome<String> {
    let code = format!("{:010}", cx.chance.below(10_000_000_000));
    store(tx, cx, &cx.new_id(), what, &secrets.digest(what.purpose, &code), CODE_LIVES)?;
    Ok(code)
}

/// 256 random bits in hexadecimal.
pub(super) fn token(chance: &Chance) -> String {
    chance.bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn store(
    tx: &mut Tx<'_>,
    cx: &Cx,
    id: &Id,
    what: For<'_>,
    digest: &[u8],
    lives: i64,
) -> Outcome<()> {
    tx.exec(
        "UPDATE one_time_code SET ended_at = $3
         WHERE subject = $1 AND purpose = $2 AND used_at IS NULL AND ended_at IS NULL",
        args![what.subject, what.purpose, cx.now],
    )?;
    tx.exec(
        "INSERT INTO one_time_code (id, purpose, subject, digest, created_at, expires_at, tries)
         VALUES ($1, $2, $3, $4, $5, $6, 0)",
        args![id, what.purpose, what.subject, digest, cx.now, cx.now.plus(lives)],
    )?;
    Ok(())
}

/// Whether a code of `what` waits to be typed.
pub(crate) fn waits(tx: &mut Tx<'_>, now: Instant, what: For<'_>) -> Outcome<bool> {
    let waiting: i64 = tx.one(
        "SELECT count(*) FROM one_time_code
         WHERE subject = $1 AND purpose = $2 AND used_at IS NULL AND ended_at IS NULL
           AND expires_at > $3",
        args![what.subject, what.purpose, now],
        |r| r.get(0),
    )?;
    Ok(waiting > 0)
}

/// Tries what was typed on the newest code of `what`: as digits alone, with what stands around them, or as the
/// whole message that brought it. One statement counts the try, compares and uses up.
pub(crate) fn redeem(
    tx: &mut Tx<'_>,
    now: Instant,
    secrets: &Secrets,
    what: For<'_>,
    typed: &str,
) -> Outcome<Verdict> {
    let Some(code) = ident::six_digits(typed) else { return Ok(Verdict::Unread) };
    let newest = tx.opt(
        "SELECT id FROM one_time_code WHERE subject = $1 AND purpose = $2
         ORDER BY created_at DESC, CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END LIMIT 1",
        args![what.subject, what.purpose],
        |r| r.get::<Id>(0),
    )?;
    let Some(id) = newest else { return Ok(Verdict::Expired) };
    let tried = tx.opt(
        "UPDATE one_time_code
         SET tries = tries + 1, used_at = CASE WHEN digest = $2 THEN CAST($3 AS BIGINT) END
         WHERE id = $1 AND used_at IS NULL AND ended_at IS NULL AND tries < $4 AND expires_at > $3
         RETURNING used_at, tries",
        args![&id, &secrets.digest(&id, &code)[..], now, TRIES],
        |r| Ok((r.get::<Option<Instant>>(0)?, r.get::<i64>(1)?)),
    )?;
    Ok(match tried {
        Some((Some(_), _)) => Verdict::Right,
        Some((None, TRIES..)) => Verdict::Spent,
        Some((None, tries)) if is_former(tx, secrets, what, &code)? => {
            Verdict::Former(TRIES - tries)
        }
        Some((None, tries)) => Verdict::Wrong(TRIES - tries),
        None => why_not(tx, &id)?,
    })
}

/// Whether `code` is one that was sent for `what` before the newest. Of whoever has got none, none is.
fn is_former(tx: &mut Tx<'_>, secrets: &Secrets, what: For<'_>, code: &str) -> Outcome<bool> {
    let ended: Vec<(Id, Vec<u8>)> = tx.all(
        "SELECT id, digest FROM one_time_code
         WHERE subject = $1 AND purpose = $2 AND ended_at IS NOT NULL",
        args![what.subject, what.purpose],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    Ok(ended.iter().any(|(id, digest)| secrets.digest(id, code)[..] == digest[..]))
}

fn why_not(tx: &mut Tx<'_>, id: &Id) -> Outcome<Verdict> {
    Ok(tx.one("SELECT used_at, tries FROM one_time_code WHERE id = $1", args![id], |r| {
        Ok(match (r.get::<Option<Instant>>(0)?, r.get::<i64>(1)?) {
            (Some(_), _) => Verdict::Used,
            (None, TRIES..) => Verdict::Spent,
            _ => Verdict::Expired,
        })
    })?)
}

/// Follows a link: gives the verdict and, when there is one, what it was for.
pub(crate) fn follow(
    tx: &mut Tx<'_>,
    now: Instant,
    secrets: &Secrets,
    purpose: &'static str,
    token: &str,
) -> Outcome<(Verdict, Option<Id>)> {
    let digest = secrets.digest(purpose, token);
    let subject = tx.opt(
        "UPDATE one_time_code SET used_at = $3, tries = tries + 1
         WHERE digest = $1 AND purpose = $2 AND used_at IS NULL AND ended_at IS NULL
           AND expires_at > $3
         RETURNING subject",
        args![&digest[..], purpose, now],
        |r| r.get(0),
    )?;
    if subject.is_some() {
        return Ok((Verdict::Right, subject));
    }
    let known = tx.opt(
        "SELECT id FROM one_time_code WHERE digest = $1 AND purpose = $2",
        args![&digest[..], purpose],
        |r| r.get::<Id>(0),
    )?;
    Ok((known.map_or(Ok(Verdict::Expired), |id| why_not(tx, &id))?, None))
}
