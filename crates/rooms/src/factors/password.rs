//! Changing the password, and taking it away from whoever has learned it.

use base::{Chance, Cx, FieldFault, Id, Instant, Outcome, Refusal, Tx};

use super::notice::{self, Event};
use super::{Came, signin};
use super::{device, guess, half, wait, withdraw};
use crate::accounts::signin::Proven;
use crate::accounts::{self, Account, Password, Policy, closing, read, signin as accounts_signin};
use crate::{identity, sessions, sso};

/// A new password that the rules accept, hashed.
#[derive(Clone)]
pub struct Hashed {
    hash: String,
    /// Who has typed the present one beside it.
    present: Option<Proven>,
}

impl Hashed {
    /// With the present password, which was right.
    #[must_use]
    pub fn beside(self, present: Option<Proven>) -> Self {
        Self { present, ..self }
    }
}

impl std::fmt::Debug for Hashed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hashed(…)")
    }
}

/// Checks a new password of `account` and hashes it: for a thread for slow work.
///
/// # Errors
/// `E-FORM-00` with what is wrong at the field `password`; a fault of the hash.
pub fn prepare(
    policy: &Policy,
    chance: &Chance,
    account: &Account,
    typed: &str,
) -> Outcome<Hashed> {
    let own = [
        account.surname.reveal(),
        account.name.reveal(),
        account.patronymic.reveal(),
        account.phone.reveal(),
        account.email.as_ref().map_or("", |x| x.reveal()),
    ];
    let password = Password::parse("password", typed, policy.password_classes, &own);
    let refused = |fault: FieldFault| Refusal::invalid(vec![fault]);
    let password = password.map_err(refused)?;
    Ok(Hashed { hash: policy.secrets.hash_password(password.reveal(), chance)?, present: None })
}

/// Puts the new password in force: all other sessions end, other devices are new again, the owner is
/// told. A recovery permits one change, and so does the present password.
///
/// # Errors
/// `E-AUTH-13` when the present password is asked for and was not typed, or is another by now; `E-ACC-02`.
pub fn change(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, token): (&Id, &str),
    (hashed, came): (&Hashed, &Came),
) -> Outcome<()> {
    // One after another: each sees what the one before left.
    accounts::lock(tx, account)?;
    let found = read::account(tx, account)?;
    let typed = match hashed.present.as_ref().filter(|x| x.account() == account) {
        Some(proven) => accounts_signin::is_in_force(tx, proven)?,
        None => false,
    };
    if let Some(found) = found.as_ref().filter(|_| !typed)
        && super::read::for_password(tx, cx.now, found, token)?.present
    {
        return Err(Refusal::invalid(vec![FieldFault::new("present", "E-AUTH-13")]).into());
    }
    accounts_signin::set_password(tx, account, Some(&hashed.hash))?;
    sessions::use_recovery(tx, token)?;
    wait::end_wait(tx, cx.now, account)?;
    if let Some(found) = found {
        // What was guessed was the old one.
        let email = found.email.as_ref().map(|x| x.reveal());
        let snils = identity::checked_snils(tx, account)?;
        [Some(found.phone.reveal()), email, snils.as_deref()]
            .into_iter()
            .flatten()
            .try_for_each(|x| guess::forget(tx, account, x))?;
    }
    half::end_all(tx, account)?;
    sessions::close_others(tx, account, token)?;
    let here = device::seen(tx, cx.now, Some(account), came)?.device.map(|x| x.0);
    device::revoke_others(tx, account, here.as_ref())?;
    notice::tell(tx, cx, policy, account, (Event::PasswordChanged, came))
}

/// «It was not me»: uses the link up and shuts everybody out, as [`shut_out`] says, since the event of the link.
/// Gives the token of a half sign-in: with the second factor its owner comes to a new password.
///
/// # Errors
/// `E-AUTH-19` when the link was followed before, `E-AUTH-20` when it is unknown or too old.
pub fn disown(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (link, came): (&str, &Came),
) -> Outcome<String> {
    let (account, since) = notice::disown(tx, cx.now, policy, link)?;
    shut_out(tx, cx, policy, (&account, since), (Event::Disowned, came))
}

/// Ends all sessions here and at connected sites, forgets all devices and accounts of elsewhere, takes the
/// password away and what was added `since` then, and keeps an account that somebody wanted to close. All
/// contacts are told. Begins the owner's way to a new password, perhaps on a shared computer.
pub(super) fn shut_out(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, since): (&Id, Instant),
    (event, came): (Event, &Came),
) -> Outcome<String> {
    close_everything(tx, cx, account)?;
    withdraw::since(tx, cx.now, account, since)?;
    notice::tell(tx, cx, policy, account, (event, came))?;
    signin::after_disowning(tx, cx, policy, (account, came.shared))
}

/// Everything of [`shut_out`] but what was added, the notice and the way in again.
pub(super) fn close_everything(tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<()> {
    // Whoever opens a session at this moment waits here, or has opened it before it is ended below.
    accounts::lock(tx, account)?;
    half::end_all(tx, account)?;
    sessions::close_all(tx, account)?;
    sso::elsewhere::unlink_all(tx, account)?;
    sso::logout::leave_all(tx, cx, account)?;
    device::revoke_others(tx, account, None)?;
    wait::end_wait(tx, cx.now, account)?;
    accounts_signin::set_password(tx, account, None)?;
    closing::take_back(tx, cx, account)?;
    Ok(())
}
