//! Signing in: limits and device, then the slow check, then a session or the second factor.

use base::{Cx, Id, Instant, Kind, Outcome, Refusal, Tx};

use super::device::{self, Came, Seen};
use super::find::find;
use super::half::{Aim, Beginning};
use super::notice::{self, Event};
use super::passkey::{self, Asserted, Purpose};
use super::rules::{self, Method, Once, Standing, Trust};
use super::{
    FACTORS, Half, Work, again, app, code, guess, half, printed, question, read, review,
    six_digits, wait, work,
};
use crate::accounts::codes::{self, Verdict};
use crate::accounts::limits::Limit;
use crate::accounts::signin::{Challenge, Identifier, Proven};
use crate::accounts::{self, Policy, limits};
use crate::sessions::{self, Factor, Opening, Proof};

/// So many second factors that did not fit, after a right password, are worth a word to its owner …
const WORTH_TELLING: i64 = 5;
/// … once.
const TOLD: Limit = Limit { most: 1, window: Instant::DAY, code: "E-AUTH-06" };

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
    /// It outlives the browser's window, in microseconds: the device is trusted.
    pub lasts: Option<i64>,
    /// On somebody else's computer: nothing is left there.
    pub shared: bool,
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
    let challenge = find(tx, &wish.identifier)?;
    let seen = device::seen(tx, cx.now, challenge.account(), &wish.came)?;
    let mut may = true;
    match &seen.device {
        Some((id, _)) => guess::on_device(tx, cx, id)?,
        None => {
            let worked =
                work::accept(tx, cx.now, &policy.secrets, (wish.identifier.reveal(), &wish.work))?;
            let from = (wish.identifier.reveal(), wish.came.address);
            guess::on_unknown(tx, cx, from, worked)?;
            let named = (challenge.account(), wish.identifier.reveal());
            may = guess::together(tx, cx.now, named)?;
        }
    }
    if let (Some(copied), Some(account)) = (&seen.copied, challenge.account()) {
        device::revoke(tx, account, (copied, ""))?;
        notice::tell(tx, cx, policy, account, (Event::DeviceCopied, &wish.came))?;
    }
    let challenge = if may { challenge } else { challenge.blank() };
    Ok(Asked { challenge, seen })
}

/// Whether the next try of this wish needs a proof of work: then the form brings a token for it.
///
/// # Errors
/// A fault of the engine.
pub fn needs_work(tx: &mut Tx<'_>, cx: &Cx, wish: &Wish) -> Outcome<bool> {
    let challenge = find(tx, &wish.identifier)?;
    let known = device::seen(tx, cx.now, challenge.account(), &wish.came)?.device.is_some();
    let need = guess::need_work(tx, cx.now, wish.identifier.reveal(), wish.came.address)?;
    Ok(need && !known)
}

/// The password was right: opens a session, or begins a half sign-in when a second factor is asked.
///
/// # Errors
/// `E-AUTH-01` when the account was closed, or its password changed, while this one was checked.
pub fn enter(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (proven, seen): (&Proven, &Seen),
    wish: &Wish,
) -> Outcome<Entered> {
    still_proven(tx, proven)?;
    let seen = &device::anew(tx, cx.now, proven.account(), seen)?;
    // Whoever guesses elsewhere gains nothing by the owner's coming and going on a known device.
    if seen.device.is_none() {
        guess::forget(tx, proven.account(), wish.identifier.reveal())?;
    }
    let account = accounts::read::account(tx, proven.account())?;
    let account = account.ok_or_else(|| Refusal::new(Kind::Unauthenticated, "E-AUTH-01"))?;
    let standing = read::standing(tx, &account)?;
    let typed = Proof::now(cx.now, Factor::Nothing, wish.came.shared).knowing();
    if !rules::is_asked(&standing, seen.trust) {
        return open(tx, cx, &account.id, (seen, &wish.came), typed).map(Entered::In);
    }
    let beginning = Beginning::of(Some(&account.id), wish.came.shared, Aim::SignIn);
    begin(tx, cx, policy, Beginning { earlier: typed, ..beginning }).map(Entered::Half)
}

/// Locks the account of whoever has typed the right password, and makes sure that it still is: the check takes
/// a while, in which its owner may have taken the password away from them.
///
/// # Errors
/// `E-AUTH-01`, as of a password that was never right.
pub(super) fn still_proven(tx: &mut Tx<'_>, proven: &Proven) -> Outcome<()> {
    let wrong = || Refusal::new(Kind::Unauthenticated, "E-AUTH-01");
    match accounts::lock(tx, proven.account()) {
        Err(base::Error::Refusal(_closed)) => return Err(wrong().into()),
        locked => locked?,
    }
    match accounts::signin::is_in_force(tx, proven)? {
        true => Ok(()),
        false => Err(wrong().into()),
    }
}

/// Somebody comes back from a provider of identity that they have linked, or has signed with their
/// certificate. That stands for the password: a device that is not known meets the second factor all the same.
///
/// # Errors
/// `E-AUTH-01` when the account was closed.
pub fn by_provider(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, came): (&Id, &Came),
) -> Outcome<Entered> {
    let found = accounts::read::account(tx, account)?;
    let found = found.ok_or_else(|| Refusal::new(Kind::Unauthenticated, "E-AUTH-01"))?;
    let seen = device::seen(tx, cx.now, Some(account), came)?;
    let standing = read::standing(tx, &found)?;
    if !rules::is_asked(&standing, seen.trust) {
        let proof = Proof::now(cx.now, Factor::Nothing, came.shared);
        return open(tx, cx, account, (&seen, came), proof).map(Entered::In);
    }
    let beginning = Beginning::of(Some(account), came.shared, Aim::SignIn);
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
    match code::send(tx, cx, policy, half, (by, false)) {
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
    (account, shared): (&Id, bool),
) -> Outcome<String> {
    let beginning = Beginning::of(Some(account), shared, Aim::Recover);
    begin(tx, cx, policy, beginning)
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
/// hour; `E-AUTH-02-USED` when the half sign-in has led in already, `E-AUTH-02-EXPIRED` when it is over.
pub fn pass(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (token, came): (&str, &Came),
    (method, typed): (Method, &str),
) -> Outcome<Result<Passed, Refusal>> {
    half::hold(tx, cx.now, token)?;
    let Some(half) = half::open(tx, cx.now, token)? else {
        return Err(half::over(tx, token)?.into());
    };
    // What a code proves is the contact to which it was sent, whatever the browser says.
    let method = match (method, half.sent_by) {
        (Method::Sms | Method::Email, Some(by)) if half.methods.contains(&method) => by,
        _ => method,
    };
    let bucket = bucket(tx, cx.now, &half, came)?;
    if let Err(refusal) = shown(tx, cx, policy, (&half, &bucket), (method, typed))? {
        tell_of_tries(tx, cx, policy, (&half, &bucket), came)?;
        return Ok(Err(refusal));
    }
    proceed(tx, cx, policy, (&half, came), method).map(Ok)
}

/// A passkey as the next proof of a half sign-in. A copied key is shut for good, so its refusal is the
/// inner result.
///
/// # Errors
/// As [`passkey`] says; `E-AUTH-02-EXPIRED` when the half sign-in is over.
pub fn pass_key(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (token, came): (&str, &Came),
    given: &Asserted,
) -> Outcome<Result<Passed, Refusal>> {
    let over = || Refusal::new(Kind::Gone, "E-AUTH-02-EXPIRED");
    half::hold(tx, cx.now, token)?;
    let half = half::open(tx, cx.now, token)?.ok_or_else(over)?;
    if !half.methods.contains(&Method::Key) {
        return Err(over().into());
    }
    let bound = ((Purpose::Proof, token), Some(&half.account.id));
    match passkey::answered(tx, cx, policy, bound, (given, came))? {
        Ok(_) => proceed(tx, cx, policy, (&half, came), Method::Key).map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// A passkey and nothing else: opens a session of whoever it belongs to. `holder` is the secret of the
/// browser that asked. A copied key is shut for good, so its refusal is the inner result.
///
/// # Errors
/// As [`passkey`] says; `E-KEY-02` also when the account was closed.
pub fn with_key(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (holder, came): (&str, &Came),
    given: &Asserted,
) -> Outcome<Result<Opened, Refusal>> {
    let bound = ((Purpose::SignIn, holder), None);
    let account = match passkey::answered(tx, cx, policy, bound, (given, came))? {
        Ok(account) => account,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let found = accounts::read::account(tx, &account)?;
    let account = found.ok_or_else(|| Refusal::new(Kind::Invalid, "E-KEY-02"))?.id;
    let seen = device::seen(tx, cx.now, Some(&account), came)?;
    if seen.trust == Trust::Unknown {
        notice::tell(tx, cx, policy, &account, (Event::NewDevice, came))?;
    }
    let proof = Proof::now(cx.now, Factor::Strong, came.shared).knowing();
    open(tx, cx, &account, (&seen, came), proof).map(Ok)
}

/// One more proof was right: opens the session, unless more is asked. Every kind of proof counts once.
///
/// # Errors
/// `E-AUTH-02-USED` when this kind was shown already, or the half sign-in has led in.
pub(super) fn proceed(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (half, came): (&Half, &Came),
    method: Method,
) -> Outcome<Passed> {
    let account = &half.account.id;
    if half.shown.contains(&method) {
        return Err(Refusal::new(Kind::Conflict, "E-AUTH-02-USED").into());
    }
    let came = Came { shared: half.shared, ..came.clone() };
    let seen = device::seen(tx, cx.now, Some(account), &came)?;
    let shown: Vec<Method> = half.shown.iter().copied().chain([method]).collect();
    let standing = read::standing(tx, &half.account)?;
    let proof = proof_of(cx.now, half, &standing, (&shown, method));
    if let Some(methods) = more(tx, cx.now, half, (&standing, seen.trust), (&shown, &proof))? {
        half::note(tx, half, (&shown, proof.password_at))?;
        // The link of a letter whose code was typed proves nothing more, nor does its code after the link.
        codes::end_all(tx, cx.now, &half.id)?;
        send_first(tx, cx, policy, &Half { methods, ..half.clone() })?;
        return Ok(Passed::More);
    }
    if !half::end(tx, &half.id)? {
        return Err(Refusal::new(Kind::Conflict, "E-AUTH-02-USED").into());
    }
    limits::forget(tx, &bucket_of(half, &seen))?;
    match half.aim {
        Aim::Again => return again::renewed(tx, cx, account, &came, proof).map(Passed::In),
        Aim::Recover => {
            let level = rules::level_after(half.account.level, &shown);
            accounts::set_level(tx, cx, account, level, "recovery")?;
            wait::end_wait(tx, cx.now, account)?;
            review::ask(tx, cx.now, account)?;
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
    open(tx, cx, account, (&seen, &came), proof).map(Passed::In)
}

/// What a session has shown that comes of `half` when `method` was the last of `shown`.
fn proof_of(
    now: Instant,
    half: &Half,
    standing: &Standing,
    (shown, method): (&[Method], Method),
) -> Proof {
    let factor = match shown {
        x if x.iter().any(|x| standing.is_worth_staff(*x)) => Factor::Strong,
        [Method::Password] => Factor::Nothing,
        _ => Factor::Contact,
    };
    let proof = Proof::now(now, factor, half.shared);
    let proof = match method {
        Method::Password | Method::Key => proof.knowing(),
        _ => proof,
    };
    let recovered_at = half.recovers().then_some(now);
    Proof { recovered_at, ..proof }.beside(&half.earlier)
}

/// The ways to what is asked beside `shown`; nothing when it is enough.
fn more(
    tx: &mut Tx<'_>,
    now: Instant,
    half: &Half,
    (standing, trust): (&Standing, Trust),
    (shown, proof): (&[Method], &Proof),
) -> Outcome<Option<Vec<Method>>> {
    let level = half.account.level;
    Ok(match half.aim {
        // Whoever has waited for a day has nothing better to show than the contact they have proved.
        Aim::Recover
            if !rules::may_recover(level, standing, shown, trust)
                && !wait::spend(tx, now, &half.account.id)? =>
        {
            Some(rules::recovery_ways(standing, shown))
        }
        Aim::SignIn if half.by_code && !rules::may_enter_by_code(level, standing, shown, trust) => {
            Some(rules::ways_beside_code(standing, shown))
        }
        Aim::Again if !rules::is_fresh(standing, proof, half.best, now) => {
            match rules::once_more(standing, proof, now) {
                Once::By(ways) => Some(ways),
                Once::Password => Some(vec![Method::Password]),
            }
        }
        _ => None,
    })
}

/// Whether what was typed is the second factor.
fn shown(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (half, bucket): (&Half, &str),
    (method, typed): (Method, &str),
) -> Outcome<Result<(), Refusal>> {
    if !half.methods.contains(&method) {
        return Ok(Err(Refusal::new(Kind::Gone, "E-AUTH-02-EXPIRED")));
    }
    // A slip of the finger is told for what it is, and is no guess.
    if method == Method::Printed
        && let Err(slip) = printed::misread(typed)
    {
        return Ok(Err(slip));
    }
    let typed = match method {
        Method::App | Method::Sms | Method::Email => match six_digits(typed) {
            Ok(code) => code,
            Err(slip) => return Ok(Err(slip)),
        },
        _ => typed.to_owned(),
    };
    let (account, typed) = (&half.account.id, typed.as_str());
    limits::count(tx, cx, bucket, FACTORS)?;
    let right = |yes: bool| if yes { Ok(()) } else { Err(app::wrong()) };
    Ok(match method {
        Method::App => match app::verify(tx, cx, account, typed)? {
            Verdict::Wrong(_) => Err(app::wrong()),
            // Whoever has this code has the app: a double press is no guess.
            Verdict::Used => {
                limits::give_back(tx, cx.now, bucket)?;
                Err(Refusal::new(Kind::Conflict, "E-AUTH-02-NEXT"))
            }
            verdict => verdict.told(),
        },
        Method::Printed => right(printed::redeem(tx, cx.now, &policy.secrets, account, typed)?),
        Method::Question => match question::is_answer(tx, &policy.secrets, account, typed)? {
            true => Ok(()),
            false => Err(Refusal::new(Kind::Invalid, "E-QUE-03")),
        },
        // Passkeys are answered, passwords checked on another thread: [`pass_key`], [`by_code`].
        Method::Key | Method::Password => Err(Refusal::new(Kind::Invalid, "E-KEY-02")),
        Method::Sms | Method::Email => code::redeem(tx, cx, policy, &half.id, typed)?.told(),
    })
}

/// What second factors count in that are tried from there. A known device has a bucket of its own, and so has
/// a session that stands: strangers who know the password cannot empty them.
pub(super) fn bucket(tx: &mut Tx<'_>, now: Instant, half: &Half, came: &Came) -> Outcome<String> {
    Ok(bucket_of(half, &device::seen(tx, now, Some(&half.account.id), came)?))
}

fn bucket_of(half: &Half, seen: &Seen) -> String {
    match (&seen.device, &half.session) {
        (Some((device, _)), _) => format!("factor-on:{device}"),
        (None, Some(session)) => format!("factor-in:{}", sessions::row(session)),
        (None, None) => bucket_of_strangers(&half.account.id),
    }
}

fn bucket_of_strangers(account: &Id) -> String {
    format!("factor:{account}")
}

/// Tells the owner, once a day, that somebody with the right password fails at the second factor.
fn tell_of_tries(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (half, bucket): (&Half, &str),
    came: &Came,
) -> Outcome<()> {
    let account = &half.account.id;
    let typed = half.aim == Aim::SignIn && half.earlier.password_at.is_some();
    if !typed || bucket != bucket_of_strangers(account) {
        return Ok(());
    }
    if limits::so_far(tx, cx.now, (bucket, FACTORS))? < WORTH_TELLING {
        return Ok(());
    }
    match limits::count(tx, cx, &format!("factor-told:{account}"), TOLD) {
        Ok(()) => notice::tell(tx, cx, policy, account, (Event::FactorGuessed, came)),
        Err(base::Error::Refusal(_told)) => Ok(()),
        fault => fault,
    }
}

/// Opens a session of `account`, whose owner has just proved a contact: the end of a registration, or
/// of a recovery with a code on paper.
///
/// # Errors
/// A fault of the engine.
pub fn first(tx: &mut Tx<'_>, cx: &Cx, account: &Id, came: &Came) -> Outcome<Opened> {
    let seen = device::seen(tx, cx.now, Some(account), came)?;
    open(tx, cx, account, (&seen, came), Proof::now(cx.now, Factor::Contact, came.shared))
}

fn open(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: &Id,
    (seen, came): (&Seen, &Came),
    proof: Proof,
) -> Outcome<Opened> {
    accounts::lock(tx, account)?;
    if proof.strong_at.is_some() {
        // Nothing is lost: whoever waits for a contact to be enough is somebody else.
        wait::end_wait(tx, cx.now, account)?;
    }
    let (device, devices) = match came.shared {
        true => (None, None),
        false => {
            let (id, tokens) = device::keep(tx, cx, account, (seen, came))?;
            (Some(id), tokens)
        }
    };
    let (session, lasts) = session(tx, cx, account, (device.as_ref(), came), proof)?;
    Ok(Opened { session, devices, lasts, shared: came.shared })
}

/// Opens a session; gives its token, and how long it lives where the device is trusted.
pub(super) fn session(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: &Id,
    (on, came): (Option<&Id>, &Came),
    proof: Proof,
) -> Outcome<(String, Option<i64>)> {
    let place = came.address.map(|x| x.words());
    let trusted = match on.filter(|_| came.trusted_for > 0 && !proof.shared) {
        Some(device) => device::is_remembered(tx, cx.now, device)?,
        None => false,
    };
    // The staff sign in every day, whatever they have ticked.
    let trusted = trusted && !sessions::is_staff(tx, account)?;
    let lasts = trusted.then_some(came.trusted_for);
    let opening =
        Opening { device: &came.device, place: place.as_ref(), on, proof, trusted_for: lasts };
    Ok((sessions::enter(tx, cx, account, &opening)?, lasts))
}
