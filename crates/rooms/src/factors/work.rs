//! Proof of work in place of a picture puzzle: nothing to see, nothing to hear, no third party. The
//! browser looks for a number; without scripts waiting half a minute does as well.

use base::{Cx, Instant, Outcome, Tx, args};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use crate::accounts::Secrets;

/// Leading zero bits that the digest must have: some 65,000 digests, under a second on a telephone.
pub const BITS: u32 = 16;
/// How long a token is good.
const LIVES: i64 = 10 * Instant::MINUTE;
/// Whoever has waited so long need not have computed.
const PATIENCE: i64 = 30 * Instant::SECOND;
/// Longest number that is looked at.
const ANSWER: usize = 20;

/// What came with a form: the token that was given, and the number that was found.
#[derive(Clone, Debug, Default)]
pub struct Work {
    /// As [`work`] made it.
    pub token: String,
    /// Decimal; empty without scripts.
    pub answer: String,
}

/// A token for what is `bound` to it: an identifier, a purpose and an address. To be solved or waited
/// for.
pub fn work(cx: &Cx, secrets: &Secrets, bound: &str) -> String {
    let body = format!("{}.{}", cx.now.0, cx.new_id());
    let mark = mark(secrets, &body, bound);
    format!("{body}.{mark}")
}

/// Whether `work` is one of ours for what is `bound` to it, done, and not used before. Uses it up.
pub(super) fn accept(
    tx: &mut Tx<'_>,
    now: Instant,
    secrets: &Secrets,
    (bound, work): (&str, &Work),
) -> Outcome<bool> {
    let Some((body, given)) = work.token.rsplit_once('.') else { return Ok(false) };
    let expected = mark(secrets, body, bound);
    let Some((at, id)) = body.split_once('.') else { return Ok(false) };
    let age = at.parse::<i64>().map_or(i64::MAX, |at| now.0.saturating_sub(at));
    let ours = bool::from(expected.as_bytes().ct_eq(given.as_bytes())) && (0..LIVES).contains(&age);
    if !ours || !(age >= PATIENCE || solves(&work.token, &work.answer)) {
        return Ok(false);
    }
    let first = tx.opt(
        "INSERT INTO work_done (id, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id",
        args![id, now.plus(LIVES)],
        |r| r.get::<String>(0),
    )?;
    Ok(first.is_some())
}

/// Whether the digest of the token and the number begins with enough zeros.
fn solves(token: &str, answer: &str) -> bool {
    if answer.is_empty() || answer.len() > ANSWER || !answer.bytes().all(|x| x.is_ascii_digit()) {
        return false;
    }
    let digest = Sha256::digest(format!("{token}:{answer}").as_bytes());
    let head = [digest[0], digest[1], digest[2], digest[3]];
    u32::from_be_bytes(head).leading_zeros() >= BITS
}

fn mark(secrets: &Secrets, body: &str, bound: &str) -> String {
    let digest = secrets.digest("work", &format!("{body}|{bound}"));
    digest.iter().take(16).map(|x| format!("{x:02x}")).collect()
}

/// The number that a browser would find.
#[cfg(test)]
pub(super) fn solve(token: &str) -> String {
    (0_u64..).map(|x| x.to_string()).find(|x| solves(token, x)).unwrap_or_default()
}
