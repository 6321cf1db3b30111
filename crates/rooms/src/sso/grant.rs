//! A sign-in at a site: the code, the tokens that come of it, and their end.

use base::{Cx, Fault, Id, Instant, Kind, Outcome, Refusal, Tx, args};

use super::client::{self, Client, Way};
use super::request::{self, Request};
use super::{Scope, Scopes, secret};
use crate::sessions;

/// How long a code is good.
pub const CODE: i64 = Instant::MINUTE;
/// How long an access token is good.
pub const ACCESS: i64 = 10 * Instant::MINUTE;
/// How long a refresh token is good, counted anew with each; but not beyond the end of the sign-in.
pub const REFRESH: i64 = 30 * Instant::DAY;

/// A sign-in at a site, as its tokens tell it.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Its id.
    pub id: Id,
    /// At which site.
    pub client: Id,
    /// Who signed in.
    pub account: Id,
    /// Name of the session for the site.
    pub sid: String,
    /// It outlives the session.
    pub offline: bool,
    /// What may be read at this moment: what the person allows of what the site may ask for.
    pub may: Scopes,
    /// When the person proved who they are.
    pub auth_time: Instant,
    /// A second factor was shown.
    pub factor: bool,
    /// When the person signed in there.
    pub since: Instant,
}

/// The browser's session in which a person goes to a site.
#[derive(Clone, Copy, Debug)]
pub struct From<'a> {
    /// Who is signed in.
    pub account: &'a Id,
    /// The session's token.
    pub session: &'a str,
}

/// Ends the question and makes the code for its site, which may read `scopes`.
///
/// # Errors
/// `E-SSO-03` when the question was ended by another request, the session is over, or people of the site
/// may not be sent to its address any more.
pub fn issue(
    tx: &mut Tx<'_>,
    cx: &Cx,
    request: &Request,
    from: From<'_>,
    scopes: Scopes,
) -> Outcome<String> {
    let proof = sessions::proof(tx, cx.now, from.session)?.ok_or_else(request::over)?;
    // The address may have been taken away since the site asked.
    if !client::may_return(tx, &request.client, Way::SignIn, &request.asked.redirect)? {
        return Err(request::over().into());
    }
    if !request::end(tx, &request.id)? {
        return Err(request::over().into());
    }
    let (site, session) = (&request.client.id, sessions::digest(from.session));
    let id = cx.new_id();
    // One session has one name for a site, however often it signs the person in.
    let known = tx.opt(
        "SELECT sid FROM sso_grant
         WHERE session_digest = $1 AND left_at IS NULL AND client_id = $2 AND account_id = $3",
        args![&session[..], site, from.account],
        |r| r.get::<String>(0),
    )?;
    let sid = known.unwrap_or_else(|| secret::encoded(cx.chance.bytes::<16>()));
    tx.exec(
        "INSERT INTO sso_grant (id, client_id, account_id, session_digest, sid, offline, auth_time,
                                factor, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        args![
            &id,
            site,
            from.account,
            &session[..],
            &sid,
            scopes.has(Scope::Offline),
            proof.proved_at.unwrap_or(cx.now),
            proof.factor_at.is_some(),
            cx.now,
        ],
    )?;
    let code = secret::fresh(&cx.chance);
    tx.exec(
        "INSERT INTO sso_code (digest, grant_id, redirect_uri, challenge, scopes, nonce, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            &secret::digest(&code)[..],
            &id,
            &request.asked.redirect,
            &request.asked.challenge,
            &scopes.to_string(),
            request.asked.nonce.as_deref(),
            cx.now.plus(CODE),
        ],
    )?;
    Ok(code)
}

/// What a site brings to get tokens for a code.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The code.
    pub code: String,
    /// Where it was sent, letter for letter.
    pub redirect: String,
    /// What proves the challenge.
    pub verifier: String,
}

/// Tokens for a site. They are shown only now.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// To read with, for ten minutes.
    pub access: String,
    /// To get new tokens with, once.
    pub refresh: Option<String>,
    /// What may be read.
    pub scopes: Scopes,
    /// Of which sign-in.
    pub grant: Grant,
    /// To be given back in the ID token.
    pub nonce: Option<String>,
}

/// A code as stored.
struct Code {
    grant: Id,
    client: Id,
    redirect: String,
    challenge: String,
    scopes: Scopes,
    nonce: Option<String>,
    expires: Instant,
}

/// Exchanges a code of `client` for tokens. New ones are given for `lasts` after the sign-in; then the
/// person must sign in there again.
///
/// A second try ends all that the first one gave, and a try with a wrong address or proof ends the
/// code; so the refusal is the inner result.
///
/// # Errors
/// Inner: `E-SSO-12` when it is unknown, used, expired, another site's, or does not fit.
pub fn redeem(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (client, lasts): (&Client, i64),
    what: &Exchange,
) -> Outcome<Result<Tokens, Refusal>> {
    let digest = secret::digest(&what.code);
    let found = code(tx, &digest)?.filter(|x| x.client == client.id);
    let Some(found) = found else { return Ok(Err(no())) };
    let used = tx.exec(
        "UPDATE sso_code SET used_at = $2 WHERE digest = $1 AND used_at IS NULL",
        args![&digest[..], cx.now],
    )?;
    if used == 0 {
        end(tx, cx.now, &found.grant)?;
        return Ok(Err(no()));
    }
    let proved = secret::proves(&what.verifier, &found.challenge);
    if found.expires <= cx.now || found.redirect != what.redirect || !proved {
        end(tx, cx.now, &found.grant)?;
        return Ok(Err(no()));
    }
    let Some(grant) = alive(tx, cx.now, &found.grant)? else { return Ok(Err(no())) };
    give(tx, cx, (grant, lasts), (found.scopes, found.scopes), found.nonce).map(Ok)
}

fn code(tx: &mut Tx<'_>, digest: &[u8; 32]) -> Outcome<Option<Code>> {
    Ok(tx.opt(
        "SELECT c.grant_id, g.client_id, c.redirect_uri, c.challenge, c.scopes, c.nonce,
                c.expires_at
         FROM sso_code c JOIN sso_grant g ON g.id = c.grant_id WHERE c.digest = $1",
        args![&digest[..]],
        |r| {
            Ok(Code {
                grant: r.get(0)?,
                client: r.get(1)?,
                redirect: r.get(2)?,
                challenge: r.get(3)?,
                scopes: Scopes::stored(r, 4)?,
                nonce: r.get(5)?,
                expires: r.get(6)?,
            })
        },
    )?)
}

/// New tokens of a grant: to read `scopes`, and to get `all` again.
fn give(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (grant, lasts): (Grant, i64),
    (scopes, all): (Scopes, Scopes),
    nonce: Option<String>,
) -> Outcome<Tokens> {
    client::used(tx, cx.now, &grant.client)?;
    // The site is told what is left of it; what is wider later counts with the next ones.
    let scopes = scopes.and(grant.may);
    let access = keep(tx, cx, &grant.id, ("access", ACCESS, scopes))?;
    let refresh = match grant.offline {
        true => {
            let left = grant.since.plus(lasts).0 - cx.now.0;
            Some(keep(tx, cx, &grant.id, ("refresh", REFRESH.min(left), all))?)
        }
        false => None,
    };
    Ok(Tokens { access, refresh, scopes, grant, nonce })
}

fn keep(
    tx: &mut Tx<'_>,
    cx: &Cx,
    grant: &Id,
    (kind, lives, scopes): (&str, i64, Scopes),
) -> Outcome<String> {
    let token = secret::fresh(&cx.chance);
    tx.exec(
        "INSERT INTO sso_token (digest, grant_id, kind, scopes, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        args![
            &secret::digest(&token)[..],
            grant,
            kind,
            &scopes.to_string(),
            cx.now,
            cx.now.plus(lives),
        ],
    )?;
    Ok(token)
}

/// Exchanges a refresh token of `client` for new tokens, which may read `narrower` at most, as long as
/// the person signed in there less than `lasts` ago; however often it was exchanged.
///
/// A token that was used before is in two hands: the whole sign-in ends, so the refusal is the inner
/// result.
///
/// # Errors
/// Inner: `E-SSO-12` as with a code, `E-SSO-14` when more is wanted than was given.
pub fn refresh(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (client, lasts): (&Client, i64),
    (token, narrower): (&str, Option<Scopes>),
) -> Outcome<Result<Tokens, Refusal>> {
    let digest = secret::digest(token);
    let found: Option<(Id, Id, Scopes, Instant)> = tx.opt(
        "SELECT t.grant_id, g.client_id, t.scopes, t.expires_at
         FROM sso_token t JOIN sso_grant g ON g.id = t.grant_id
         WHERE t.digest = $1 AND t.kind = 'refresh'",
        args![&digest[..]],
        |r| Ok((r.get(0)?, r.get(1)?, Scopes::stored(r, 2)?, r.get(3)?)),
    )?;
    let Some((id, _, all, expires)) = found.filter(|x| x.1 == client.id) else {
        return Ok(Err(no()));
    };
    let scopes = narrower.unwrap_or(all);
    if !scopes.within(all) {
        return Ok(Err(Refusal::new(Kind::Malformed, "E-SSO-14")));
    }
    let used = tx.exec(
        "UPDATE sso_token SET used_at = $2 WHERE digest = $1 AND used_at IS NULL",
        args![&digest[..], cx.now],
    )?;
    if used == 0 {
        end(tx, cx.now, &id)?;
        return Ok(Err(no()));
    }
    let grant = if expires > cx.now { alive(tx, cx.now, &id)? } else { None };
    match grant {
        // The person is there, but does not want the site to read without them any more.
        Some(grant) if !grant.offline => Ok(Err(no())),
        Some(grant) if cx.now < grant.since.plus(lasts) => {
            give(tx, cx, (grant, lasts), (scopes, all), None).map(Ok)
        }
        Some(grant) => {
            end(tx, cx.now, &grant.id)?;
            Ok(Err(no()))
        }
        None => Ok(Err(no())),
    }
}

/// The grant, as long as its tokens are good: its site stands, the person's word is in force, and the
/// session goes on, or need not. It need not as long as that word says so, and the site may ask for it.
fn alive(tx: &mut Tx<'_>, now: Instant, id: &Id) -> Outcome<Option<Grant>> {
    let found = tx.opt(
        "SELECT g.id, g.client_id, g.account_id, g.sid, g.offline, g.auth_time, g.factor,
                g.created_at, k.scopes, c.scopes, s.token_digest IS NOT NULL
         FROM sso_grant g JOIN sso_client c ON c.id = g.client_id AND c.closed_at IS NULL
         JOIN account a ON a.id = g.account_id AND a.closed_at IS NULL
         JOIN sso_consent k ON k.account_id = g.account_id AND k.client_id = g.client_id
           AND k.withdrawn_at IS NULL
         LEFT JOIN session s ON s.token_digest = g.session_digest
           AND s.idle_until > $2 AND s.ends_at > $2
         WHERE g.id = $1 AND g.ended_at IS NULL",
        args![id, now],
        |r| {
            let may = Scopes::stored(r, 8)?.and(Scopes::stored(r, 9)?);
            let grant = Grant {
                id: r.get(0)?,
                client: r.get(1)?,
                account: r.get(2)?,
                sid: r.get(3)?,
                offline: r.get::<bool>(4)? && may.has(Scope::Offline),
                may,
                auth_time: r.get(5)?,
                factor: r.get(6)?,
                since: r.get(7)?,
            };
            Ok((grant, r.get::<bool>(10)?))
        },
    )?;
    Ok(found.filter(|(grant, present)| grant.offline || *present).map(|x| x.0))
}

/// A token that is good at this moment.
#[derive(Clone, Debug)]
pub struct Good {
    /// Of which sign-in.
    pub grant: Grant,
    /// Whose site it is.
    pub client: Client,
    /// What it may read now: what it was made for, as far as the person and the site's registration allow.
    pub scopes: Scopes,
    /// To get new tokens with, not to read.
    pub refresh: bool,
    /// When it was made.
    pub since: Instant,
    /// Until when.
    pub until: Instant,
}

/// What `token` is good for at `now`.
///
/// # Errors
/// A fault of the engine.
pub fn good(tx: &mut Tx<'_>, now: Instant, token: &str) -> Outcome<Option<Good>> {
    type Row = (Id, Id, Scopes, bool, Instant, Instant);
    let row: Option<Row> = tx.opt(
        "SELECT t.grant_id, g.client_id, t.scopes, t.kind, t.created_at, t.expires_at
         FROM sso_token t JOIN sso_grant g ON g.id = t.grant_id
         WHERE t.digest = $1 AND t.expires_at > $2 AND t.used_at IS NULL",
        args![&secret::digest(token)[..], now],
        |r| {
            let refresh = r.get::<String>(3)? == "refresh";
            Ok((r.get(0)?, r.get(1)?, Scopes::stored(r, 2)?, refresh, r.get(4)?, r.get(5)?))
        },
    )?;
    let Some((id, client, scopes, refresh, since, until)) = row else { return Ok(None) };
    let (Some(grant), Some(client)) = (alive(tx, now, &id)?, client::find(tx, &client)?) else {
        return Ok(None);
    };
    if refresh && !grant.offline {
        return Ok(None);
    }
    let scopes = scopes.and(grant.may);
    Ok(Some(Good { grant, client, scopes, refresh, since, until }))
}

/// Revokes a token of `client`, and with a refresh token the whole sign-in. One that nobody knows is
/// as good as revoked.
///
/// # Errors
/// A fault of the engine.
pub fn revoke(tx: &mut Tx<'_>, cx: &Cx, client: &Client, token: &str) -> Outcome<()> {
    let digest = secret::digest(token);
    let found: Option<(Id, String)> = tx.opt(
        "SELECT t.grant_id, t.kind FROM sso_token t JOIN sso_grant g ON g.id = t.grant_id
         WHERE t.digest = $1 AND g.client_id = $2",
        args![&digest[..], &client.id],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?;
    match found {
        None => Ok(()),
        Some((grant, kind)) if kind == "refresh" => end(tx, cx.now, &grant),
        Some(_) => {
            let sql = "UPDATE sso_token SET used_at = $2 WHERE digest = $1 AND used_at IS NULL";
            tx.exec(sql, args![&digest[..], cx.now])?;
            Ok(())
        }
    }
}

/// Ends a sign-in and all that came of it.
fn end(tx: &mut Tx<'_>, now: Instant, grant: &Id) -> Outcome<()> {
    let sql = "UPDATE sso_grant SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
    tx.exec(sql, args![grant, now])?;
    Ok(())
}

/// The session of the token `from` goes on as that of `to`: if it is the same person's, so do their
/// sign-ins at sites.
///
/// # Errors
/// A fault of the engine.
pub fn moved(tx: &mut Tx<'_>, (from, to): (&str, &str)) -> Outcome<()> {
    tx.exec(
        "UPDATE sso_grant SET session_digest = $2
         WHERE session_digest = $1 AND left_at IS NULL
           AND account_id = (SELECT account_id FROM session WHERE token_digest = $2)",
        args![&sessions::digest(from)[..], &sessions::digest(to)[..]],
    )?;
    Ok(())
}

fn no() -> Refusal {
    Refusal::new(Kind::Malformed, "E-SSO-12")
}

/// Why a token reads nothing.
pub fn invalid() -> Refusal {
    Refusal::new(Kind::Unauthenticated, "E-SSO-16")
}

/// Nothing was shown to read with.
pub fn no_token() -> Refusal {
    Refusal::new(Kind::Unauthenticated, "E-SSO-17")
}

/// What came is not what an endpoint understands.
pub fn malformed() -> Refusal {
    Refusal::new(Kind::Malformed, "E-SSO-10")
}

/// What must be there when a claim is made.
pub(super) fn gone() -> Fault {
    Fault::new("a sign-in at a site without its account")
}
