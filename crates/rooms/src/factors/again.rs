//! Somebody who is signed in proves it once more, and goes on in a new session in place of the old one.

use base::{Cx, Id, Kind, Outcome, Refusal, Tx};

use super::half::{self, Aim, Beginning};
use super::rules::Once;
use super::signin::{Opened, session, still_proven};
use super::{Came, device, guess, read, rules};
use crate::accounts;
use crate::accounts::signin::{self, Challenge, Proven};
use crate::sessions::{self, Factor, Proof};

/// How somebody who is signed in proves it once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Again {
    /// By a second factor; this is the token of the half sign-in.
    Half(String),
    /// By the password: there is nothing else.
    Password,
    /// What is asked is more than they have: a passkey or an app is to be set up first.
    SetUp,
}

/// What a fresh proof must be worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worth {
    /// What every sign-in of theirs asks for: to change a booking.
    Usual,
    /// The best they have: to change what proves who they are.
    Best,
    /// More than a code to a contact: to work for the staff.
    Staff,
}

/// Somebody who is signed in, in the session of `token`, is to prove it once more. Sends nothing yet: a page
/// that is only looked at costs no message. What is begun here ends with that session.
///
/// # Errors
/// `E-ACC-02` when there is no such account.
pub fn again(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (account, token): (&Id, &str),
    worth: Worth,
) -> Outcome<Again> {
    let found = accounts::read::account(tx, account)?;
    let found = found.ok_or_else(|| Refusal::new(Kind::NotFound, "E-ACC-02"))?;
    let standing = read::standing(tx, &found)?;
    let best = worth != Worth::Usual && standing.is_strong();
    if worth == Worth::Staff && !best {
        return Ok(Again::SetUp);
    }
    let earlier = sessions::proof(tx, cx.now, token)?.unwrap_or_default();
    if !best && rules::once_more(&standing, &earlier, cx.now) == Once::Password {
        return Ok(Again::Password);
    }
    let usual = Beginning::of(Some(account), earlier.shared, Aim::Again);
    let session = Some(sessions::digest(token));
    Ok(Again::Half(half::begin(tx, cx, Beginning { best, earlier, session, ..usual })?.1))
}

/// Counts one more password of somebody who is signed in, and finds what it is checked with.
///
/// # Errors
/// `E-AUTH-03` with the time to wait.
pub fn ask_again(tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<Challenge> {
    guess::on_device(tx, cx, account)?;
    signin::again(tx, account)
}

/// The password was right once more: a new session, fresh for what is guarded, in place of the one of
/// `token`.
///
/// # Errors
/// `E-AUTH-01` when the password is another by now, `E-AUTH-10` when the session has ended: the check took a
/// while.
pub fn entered_again(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (proven, token): (&Proven, &str),
    came: &Came,
) -> Outcome<Opened> {
    still_proven(tx, proven)?;
    let earlier = stands(tx, cx, (proven.account(), token))?;
    let came = Came { shared: earlier.shared, ..came.clone() };
    let proof = Proof::now(cx.now, Factor::Nothing, earlier.shared).knowing().beside(&earlier);
    renewed(tx, cx, proven.account(), &came, proof)
}

/// A new session in place of the one of `token`, after its owner has added a passkey or shown the first code
/// of an app: the best proof there is.
///
/// # Errors
/// `E-AUTH-10` when the session has ended: then nothing was added, either.
pub fn raised(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (account, token): (&Id, &str),
    came: &Came,
) -> Outcome<Opened> {
    let earlier = stands(tx, cx, (account, token))?;
    let proof = Proof::now(cx.now, Factor::Strong, earlier.shared).beside(&earlier);
    renewed(tx, cx, account, came, proof)
}

/// A new session in place of the one of `token`, which has proved what that had proved.
///
/// # Errors
/// `E-AUTH-10` when the session has ended.
pub fn goes_on(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (account, token): (&Id, &str),
    came: &Came,
) -> Outcome<Opened> {
    let proof = stands(tx, cx, (account, token))?;
    renewed(tx, cx, account, came, proof)
}

/// What the session of `token` has shown, as long as it stands. Whoever shuts everybody out at this moment
/// is heard first, or sees all that was done here.
fn stands(tx: &mut Tx<'_>, cx: &Cx, (account, token): (&Id, &str)) -> Outcome<Proof> {
    accounts::lock(tx, account)?;
    let proof = sessions::proof(tx, cx.now, token)?;
    proof.ok_or_else(|| Refusal::new(Kind::Unauthenticated, "E-AUTH-10").into())
}

/// A new session in place of one that stands, which has shown no more than `proof`: for somebody who
/// may do more from now on.
pub(super) fn renewed(
    tx: &mut Tx<'_>,
    cx: &Cx,
    account: &Id,
    came: &Came,
    proof: Proof,
) -> Outcome<Opened> {
    let on = device::seen(tx, cx.now, Some(account), came)?.device.map(|x| x.0);
    let (session, lasts) = session(tx, cx, account, (on.as_ref(), came), proof)?;
    Ok(Opened { session, devices: None, lasts, shared: proof.shared })
}
