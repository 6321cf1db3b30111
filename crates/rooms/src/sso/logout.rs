//! Sites hear that somebody has left (OpenID Connect Back-Channel Logout).
//!
//! Sessions end in many ways: by a button here or elsewhere, by a new password, by idleness, with the
//! account. So nobody has to remember to say so: [`follow`] looks for sign-ins whose session is gone,
//! and the tokens have ceased to read anything before that.

use base::outbox::{self, Lane, Letter, Sent, Taken};
use base::{Chance, Clock, Cx, Db, Id, Instant, Outcome, Tx, args};
use serde::Deserialize;
use serde_json::json;

use super::{claims, keys};

/// What such a letter is called.
const EVENT: &str = "call-sso-logout";
/// How long it is worth telling.
const WORTH: i64 = 2 * Instant::HOUR;
/// How long a letter is ours while a site is called: longer than a call may take.
const LEASE: i64 = Instant::MINUTE;
/// Sites that are called in one round.
const BATCH: i64 = 16;
/// Sign-ins that end in one round.
const ENDED: i64 = 200;

/// The way to the servers of sites. It may take some seconds, never long: it is called outside any
/// transaction.
pub trait Sites: Send + Sync {
    /// Sends a form to the address.
    ///
    /// # Errors
    /// Why it did not arrive.
    fn post(&self, uri: &str, form: &[(&str, &str)]) -> Result<(), NotTaken>;
}

/// Why a site did not take what was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotTaken {
    /// Another try may succeed.
    pub temporary: bool,
    /// What happened; nothing personal.
    pub text: String,
}

/// Ends the sign-ins whose session is over, and lets their sites know; gives their number.
///
/// # Errors
/// A fault of the engine.
pub fn follow(tx: &mut Tx<'_>, cx: &Cx) -> Outcome<usize> {
    let ended = tx.all(
        "WITH gone (sign_in) AS MATERIALIZED (
             SELECT g.id FROM sso_grant g WHERE g.left_at IS NULL AND NOT EXISTS (
                 SELECT 1 FROM session s WHERE s.token_digest = g.session_digest
                   AND s.idle_until > $1 AND s.ends_at > $1) LIMIT $2)
         UPDATE sso_grant
         SET left_at = $1, ended_at = CASE WHEN offline THEN ended_at ELSE COALESCE(ended_at, $1) END
         FROM gone WHERE id = sign_in AND left_at IS NULL
         RETURNING client_id, account_id, sid",
        args![cx.now, ENDED],
        gone,
    )?;
    tell(tx, cx, ended)
}

/// Ends all sign-ins of a person at a site, and lets it know.
pub(super) fn leave(tx: &mut Tx<'_>, cx: &Cx, (account, client): (&Id, &Id)) -> Outcome<()> {
    let ended = tx.all(
        "UPDATE sso_grant SET ended_at = $3, left_at = COALESCE(left_at, $3)
         WHERE account_id = $1 AND client_id = $2 AND ended_at IS NULL
         RETURNING client_id, account_id, sid",
        args![account, client, cx.now],
        gone,
    )?;
    tell(tx, cx, ended).map(drop)
}

/// Ends all sign-ins of a person at all sites, and lets them know.
///
/// # Errors
/// A fault of the engine.
pub fn leave_all(tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<()> {
    let clients: Vec<Id> = tx.all(
        "SELECT DISTINCT client_id FROM sso_grant WHERE account_id = $1 AND ended_at IS NULL",
        args![account],
        |r| r.get(0),
    )?;
    clients.iter().try_for_each(|client| leave(tx, cx, (account, client)))
}

/// A sign-in that has ended: site, person, name of the session.
type Gone = (Id, Id, String);

fn gone(r: &base::db::Row<'_>) -> Result<Gone, base::Fault> {
    Ok((r.get(0)?, r.get(1)?, r.get(2)?))
}

/// Writes a letter a session and site, to those that want to know.
fn tell(tx: &mut Tx<'_>, cx: &Cx, mut ended: Vec<Gone>) -> Outcome<usize> {
    let count = ended.len();
    ended.sort();
    ended.dedup();
    for (client, account, sid) in ended {
        let Some(client) = super::client::find(tx, &client)?.filter(|x| x.logout_uri.is_some())
        else {
            continue;
        };
        let subject = claims::subject(tx, &client.sector, &account)?;
        let payload = json!({"client": client.id, "sub": subject, "sid": sid}).to_string();
        // Found by nothing of the person: of those who are erased only what waits is left, and not for long.
        let letter = Letter {
            subject: &client.id,
            seq: cx.now.0,
            event: EVENT,
            payload: &payload,
            private: None,
            priority: 1,
            expires: cx.now.plus(WORTH),
        };
        outbox::put(tx, cx, letter)?;
    }
    Ok(count)
}

/// What a letter says.
#[derive(Deserialize)]
struct Said {
    client: String,
    sub: String,
    sid: String,
}

/// A letter made ready: where to, and the token.
struct Call {
    letter: Taken,
    ready: Option<(String, String)>,
}

/// Calls the sites that are to hear something. Any number of callers may run beside each other.
#[derive(Clone, Copy)]
pub struct Caller<'a> {
    /// Where the letters are.
    pub db: &'a Db,
    /// What time it is.
    pub clock: &'a Clock,
    /// For the jitter between tries.
    pub chance: &'a Chance,
    /// Who says it: the portal's address.
    pub issuer: &'a str,
    /// The way to sites.
    pub sites: &'a dyn Sites,
}

impl Caller<'_> {
    /// Takes what is due and calls each site; gives the number of letters.
    ///
    /// # Errors
    /// A fault of the database; letters that were taken come back when their lease ends.
    pub fn run_once(&self) -> Outcome<usize> {
        let (now, issuer) = (self.clock.now(), self.issuer.to_owned());
        let calls = self.db.write_wait(move |tx| {
            let letters = outbox::take(tx, now, LEASE, (Lane::Programs, BATCH))?;
            letters.into_iter().map(|letter| ready(tx, now, &issuer, letter)).collect()
        });
        let calls: Vec<Call> = calls?;
        let ends: Vec<(Id, Sent)> =
            calls.iter().map(|call| (call.letter.id.clone(), self.call(call))).collect();
        let (now, count) = (self.clock.now(), ends.len());
        if count > 0 {
            self.db.write_wait(move |tx| {
                outbox::done(tx, now, &ends)?;
                ends.iter()
                    .filter(|x| !matches!(x.1, Sent::Later(..)))
                    .try_for_each(|x| forget(tx, &x.0))
            })?;
        }
        Ok(count)
    }

    fn call(&self, Call { letter, ready }: &Call) -> Sent {
        let now = self.clock.now();
        // The lease of a letter that waited behind slow sites may be over: then it comes again.
        let Some((uri, token)) = ready.as_ref().filter(|_| letter.expires > now) else {
            return Sent::Expired;
        };
        match self.sites.post(uri, &[("logout_token", token)]) {
            Ok(()) => Sent::Sent,
            Err(fault) if fault.temporary => Sent::Later(self.next_try(letter), fault.text),
            Err(fault) => Sent::Failed(fault.text),
        }
    }

    /// 5 seconds, then twice as long each time, and up to a quarter more by chance.
    fn next_try(&self, letter: &Taken) -> Instant {
        let wait = (5 * Instant::SECOND) << (letter.attempts - 1).clamp(0, 8);
        let jitter = self.chance.below(wait.unsigned_abs() / 4) as i64;
        self.clock.now().plus(wait + jitter)
    }
}

impl std::fmt::Debug for Caller<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Caller")
    }
}

/// Whose sign-in it was is forgotten with the last try.
fn forget(tx: &mut Tx<'_>, letter: &Id) -> Outcome<()> {
    tx.exec("UPDATE outbox SET payload = '{}' WHERE id = $1", args![letter])?;
    Ok(())
}

/// Makes the token of a letter; nothing when its site is there no more.
fn ready(tx: &mut Tx<'_>, now: Instant, issuer: &str, letter: Taken) -> Outcome<Call> {
    let said = letter.payload.reveal().as_ref().and_then(|x| Said::deserialize(x).ok());
    let Some(said) = said.filter(|_| letter.event == EVENT) else {
        return Ok(Call { letter, ready: None });
    };
    let client = super::client::find(tx, &said.client)?;
    let (Some(ring), Some(uri)) = (keys::ring(tx)?, client.and_then(|x| x.logout_uri)) else {
        return Ok(Call { letter, ready: None });
    };
    let about = (said.client.as_str(), said.sub.as_str(), Some(said.sid.as_str()));
    let token = claims::logout_token((issuer, &ring), about, (&letter.id, now))?;
    Ok(Call { letter, ready: Some((uri, token)) })
}
