//! Signing in: limits and device, then the slow check, then a session or the second factor.

use base::{Cx, Id, Kind, Outcome, Refusal, Tx};

use super::device::{self, Came, Seen};
use super::half::{Aim, Beginning};
use super::notice::{self, Event};
use super::rules::{self, Method, Trust};
use super::{FACTORS, Half, Work, app, code, guess, half, printed, read, told, work};
use crate::accounts::codes::Verdict;
use crate::accounts::signin::{self, Challenge, Identifier, Proven};
use crate::accounts::{self, Policy, limits};
use crate::sessions::{self, Opening};

/// Somebody wants to sign in.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Who they say they are.
    pub identifier: Identifier,
    /// What their browser has computed.
    pub work: Work,
    /// Their browser.
    pub came: Came,
}

/// A password that may be checked now.
#[derive(Clone, Debug)]
pub struct Asked {
    /// To be checked on a thread for slow work.
    pub challenge: Challenge,
    /// What the browser is to the account, if there is one.
    pub seen: Seen,
}

/// A session that was opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Its token.
    pub session: String,
    /// Tokens of devices that the browser is to hold from now on; nothing: as before.
    pub devices: Option<Vec<String>>,
}

/// What a right password leads to.
#[derive(Clone, Debug)]
pub enum Entered {
    /// A session.
    In(Opened),
    /// The second factor; this is the token of the half sign-in.
    Half(String),
}

/// Counts the try and finds the account. All statements are made whether or not there is one.
///
/// # Errors
/// `E-AUTH-03` with the time to wait, `E-AUTH-04` after a hundred guesses, `E-AUTH-05` when work is to
/// be proved first.
pub fn ask(tx: &mut Tx<'_>, cx: &Cx, policy: &Policy, wish: &Wish) -> Outcome<Asked> {
    let challenge = signin::lookup(tx, &wish.identifier)?;
    let seen = device::seen(tx, cx.now, challenge.account(), &wish.came)?;
    match &seen.device {
        Some((id, _)) => guess::on_device(tx, cx, id)?,
        None => {
            let worked = work::accept(tx, cx.now, &policy.secrets, (&wish.identifier, &wish.work))?;
            let from = (wish.identifier.reveal(), wish.came.address);
            guess::on_unknown(tx, cx, from, worked)?;
        }
    }
    if let (Some(copied), Some(account)) = (&seen.copied, challenge.account()) {
        device::revoke(tx, account, copied)?;
        notice::tell(tx, cx, policy, account, (Event::DeviceCopied, &wish.came))?;
    }
    Ok(Asked { challenge, seen })
}

/// Whether the next try of this wish needs a proof of work: then the form brings a token for it.
///
/// # Errors
/// A fault of the engine.
pub fn needs_work(tx: &mut Tx<'_>, cx: &Cx, wish: &Wish) -> Outcome<bool> {
    let challenge = signin::lookup(tx, &wish.identifier)?;
    let known = device::seen(tx, cx.now, challenge.account(), &wish.came)?.device.is_some();
    let need = guess::need_work(tx, cx.now, wish.identifier.reveal(), wish.came.address)?;
    Ok(need && !known)
}

/// The password was right: opens a session, or begins a half sign-in when a second factor is asked.
///
/// # Errors
/// `E-AUTH-01` when the account was closed meanwhile.
pub fn enter(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (proven, seen): (&Proven, &Seen),
    wish: &Wish,
) -> Outcome<Entered> {
    // Whoever guesses elsewhere gains nothing by the owner's coming and going on a known device.
    if seen.device.is_none() {
        guess::forget(tx, wish.identifier.reveal())?;
    }
    let account = accounts::read::account(tx, proven.account())?;
    let account = account.ok_or_else(|| Refusal::new(Kind::Unauthenticated, "E-AUTH-01"))?;
    let standing = read::standing(tx, &account)?;
    if !rules::is_asked(&standing, seen.trust) {
        return open(tx, cx, &account.id, (seen, &wish.came), false).map(Entered::In);
    }
    let (account, shared) = (Some(&account.id), wish.came.shared);
    let beginning = Beginning { account, shared, aim: Aim::SignIn };
    begin(tx, cx, policy, beginning).map(Entered::Half)
}

/// Begins a half sign-in; a code is sent when that is the first of the ways.
fn begin(tx: &mut Tx<'_>, cx: &Cx, policy: &Policy, beginning: Beginning<'_>) -> Outcome<String> {
    let (_, token) = half::begin(tx, cx, beginning)?;
    if let Some(half) = half::open(tx, cx.now, &token)? {
        send_first(tx, cx, policy, &half)?;
    }
    Ok(token)
}

/// Sends a code when that is the first of the ways that are open.
fn send_first(tx: &mut Tx<'_>, cx: &Cx, policy: &Policy, half: &Half) -> Outcome<()> {
    let Some(by @ (Method::Sms | Method::Email)) = half.methods.first().copied() else {
        return Ok(());
    };
    match code::send(tx, cx, policy, (half, by)) {
        // The page says how to get one later, or another way.
        Err(base::Error::Refusal(refusal)) if refusal.code == "E-AUTH-LIMIT" => Ok(()),
        sent => sent,
    }
}

/// Begins the way to a new password for somebody who has just said «It was not me».
pub(super) fn after_disowning(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    account: &Id,
) -> Outcome<String> {
    let beginning = Beginning { account: Some(account), shared: false, aim: Aim::Recover };
    begin(tx, cx, policy, beginning)
}

/// Somebody who is signed in is to prove it once more: the token of a half sign-in when they have a
/// second factor; nothing when the password does.
///
/// # Errors
/// `E-ACC-02` when there is no such account.
pub fn again(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, shared): (&Id, bool),
) -> Outcome<Option<String>> {
    let found = accounts::read::account(tx, account)?;
    let found = found.ok_or_else(|| Refusal::new(Kind::NotFound, "E-ACC-02"))?;
    if !read::standing(tx, &found)?.has_factor() {
        return Ok(None);
    }
    let beginning = Beginning { account: Some(account), shared, aim: Aim::Again };
    begin(tx, cx, policy, beginning).map(Some)
}

/// Counts one more password of somebody who is signed in, and finds what it is checked with.
///
/// # Errors
/// `E-AUTH-03` with the time to wait.
pub fn ask_again(tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<Challenge> {
    guess::on_device(tx, cx, account)?;
    signin::again(tx, account)
}

/// The password was right once more: a new session, fresh for what is guarded.
///
/// # Errors
/// A fault of the engine.
pub fn entered_again(tx: &mut Tx<'_>, cx: &Cx, proven: &Proven, came: &Came) -> Outcome<Opened> {
    renewed(tx, cx, proven.account(), came, false)
}

/// A new session in place of one that stands; the device stays what it is.
fn renewed(tx: &mut Tx<'_>, cx: &Cx, account: &Id, came: &Came, factor: bool) -> Outcome<Opened> {
    let on = device::seen(tx, cx.now, Some(account), came)?.device.map(|x| x.0);
    let session = session(tx, cx, account, (on.as_ref(), came), factor)?;
    Ok(Opened { session, devices: None })
}

/// What a proof leads to.
#[derive(Clone, Debug)]
pub enum Passed {
    /// A session.
    In(Opened),
    /// Another proof, of another kind.
    More,
}

/// The next proof of a half sign-in. A wrong one is counted, so its refusal is the inner result.
///
/// # Errors
/// Inner: `E-AUTH-02-…`, `E-AUTH-09` for an app or a printed code. Outer: `E-AUTH-06` after ten in an
/// hour; `E-AUTH-02-EXPIRED` when the half sign-in is over.
pub fn pass(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (token, came): (&str, &Came),
    (method, typed): (Method, &str),
) -> Outcome<Result<Passed, Refusal>> {
    let over = || Refusal::new(Kind::Gone, "E-AUTH-02-EXPIRED");
    let half = half::open(tx, cx.now, token)?.ok_or_else(over)?;
    if let Err(refusal) = shown(tx, cx, policy, &half, (method, typed))? {
        return Ok(Err(refusal));
    }
    proceed(tx, cx, policy, (&half, came), method).map(Ok)
}

/// One more proof was right: opens the session, unless more is asked.
pub(super) fn proceed(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (half, came): (&Half, &Came),
    method: Method,
) -> Outcome<Passed> {
    let account = &half.account.id;
    let came = Came { shared: half.shared, ..came.clone() };
    let seen = device::seen(tx, cx.now, Some(account), &came)?;
    let shown: Vec<Method> = half.shown.iter().copied().chain([method]).collect();
    if half.recovers() {
        let standing = read::standing(tx, &half.account)?;
        if !rules::may_recover(half.account.level, &standing, &shown, seen.trust) {
            half::note(tx, half, &shown)?;
            let methods = rules::recovery_ways(&standing, &shown);
            send_first(tx, cx, policy, &Half { methods, ..half.clone() })?;
            return Ok(Passed::More);
        }
    }
    if !half::end(tx, &half.id)? {
        return Err(Refusal::new(Kind::Gone, "E-AUTH-02-EXPIRED").into());
    }
    limits::forget(tx, &scope(account))?;
    match half.aim {
        Aim::Again => return renewed(tx, cx, account, &came, true).map(Passed::In),
        Aim::Recover => {
            let level = rules::level_after(half.account.level, &shown);
            accounts::set_level(tx, cx, account, level, "recovery")?;
            notice::tell(tx, cx, policy, account, (Event::Recovered, &came))?;
        }
        Aim::SignIn if seen.trust == Trust::Unknown => {
            notice::tell(tx, cx, policy, account, (Event::NewDevice, &came))?;
        }
        Aim::SignIn => {}
    }
    if method == Method::Printed {
        notice::tell(tx, cx, policy, account, (Event::CodeUsed, &came))?;
    }
    open(tx, cx, account, (&seen, &came), true).map(Passed::In)
}

/// Whether what was typed is the second factor.
fn shown(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    half: &Half,
    (method, typed): (Method, &str),
) -> Outcome<Result<(), Refusal>> {
    if !half.methods.contains(&method) {
        return Ok(Err(Refusal::new(Kind::Gone, "E-AUTH-02-EXPIRED")));
    }
    let account = &half.account.id;
    limits::count(tx, cx, &scope(account), FACTORS)?;
    let right = |yes: bool| if yes { Ok(()) } else { Err(app::wrong()) };
    Ok(match method {
        Method::App => match app::verify(tx, cx, account, typed)? {
            Verdict::Wrong(_) => Err(app::wrong()),
            verdict => told(verdict),
        },
        Method::Printed => right(printed::redeem(tx, cx.now, &policy.secrets, account, typed)?),
        Method::Sms | Method::Email => told(code::redeem(tx, cx, policy, &half.id, typed)?),
    })
}

fn scope(account: &Id) -> String {
    format!("factor:{account}")
}

/// Opens a session of `account`, whose owner has just proved a contact: the end of a registration.
///
/// # Errors
/// A fault of the engine.
pub fn first(tx: &mut Tx<'_>, cx: &Cx, account: &Id, came: &Came) -> Outcome<Opened> {
    let seen = device::seen(tx, cx.now, Some(account), came)?;
    open(tx, cx, account, (&seen, came), true)
}

fn open(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: &Id,
    (seen, came): (&Seen, &Came),
    factor: bool,
) -> Outcome<Opened> {
    let (device, devices) = match came.shared {
        true => (None, None),
        false => {
            let (id, tokens) = device::keep(tx, cx, account, (seen, came))?;
            (Some(id), tokens)
        }
    };
    let session = session(tx, cx, account, (device.as_ref(), came), factor)?;
    Ok(Opened { session, devices })
}

fn session(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: &Id,
    (on, came): (Option<&Id>, &Came),
    factor: bool,
) -> Outcome<String> {
    let place = came.address.map(|x| x.words());
    let opening =
        Opening { device: &came.device, place: place.as_ref(), on, shared: came.shared, factor };
    sessions::enter(tx, cx, account, &opening)
}
