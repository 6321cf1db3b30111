//! What a good signature leads to.

use base::{Cx, Id, Kind, Outcome, Refusal, Tx};

use super::{Signer, Wish, certificate, challenge};
use crate::accounts::Policy;
use crate::factors::Came;
use crate::factors::signin::{self, Entered};
use crate::identity::{self, State};

/// `signer` has signed the text `id` of an account that is signed in: raises its level when the
/// certificate agrees with what is known of its owner. What differs is named on the page of levels.
///
/// # Errors
/// `E-SIG-01` when the text was used meanwhile, `E-ACC-14` when no level is above, `E-ACC-12` while the
/// SNILS is missing, `E-SIG-10` when the certificate has none.
pub fn prove(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (wish, id): (&Wish, &str),
    (signer, came): (&Signer, &Came),
) -> Outcome<State> {
    let over = || Refusal::new(Kind::Gone, "E-SIG-01");
    let account = wish.account.as_ref().ok_or_else(over)?;
    has_snils(signer)?;
    challenge::spend(tx, cx, wish, id)?;
    let state = identity::by_signature(tx, cx, account, signer)?;
    if state == State::Passed {
        certificate::used(tx, cx, policy, (account, signer), came)?;
    }
    Ok(state)
}

/// `signer` has signed the text `id`: signs in the account whose confirmed SNILS the certificate names.
/// That stands for the password.
///
/// # Errors
/// `E-SIG-01` when the text was used meanwhile, `E-SIG-10` when the certificate has no SNILS, `E-SIG-09`
/// when no account has confirmed it under this name, `E-SIG-11` when its owner took the certificate away.
pub fn enter(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (wish, id): (&Wish, &str),
    (signer, came): (&Signer, &Came),
) -> Outcome<Entered> {
    has_snils(signer)?;
    challenge::spend(tx, cx, wish, id)?;
    let nobody = || Refusal::new(Kind::Conflict, "E-SIG-09");
    let account: Id = identity::owner_of(tx, signer)?.ok_or_else(nobody)?;
    if certificate::is_removed(tx, policy, (&account, signer))? {
        return Err(Refusal::new(Kind::Conflict, "E-SIG-11").into());
    }
    certificate::used(tx, cx, policy, (&account, signer), came)?;
    signin::by_provider(tx, cx, policy, (&account, came))
}

fn has_snils(signer: &Signer) -> Result<(), Refusal> {
    match signer.snils.is_empty() {
        true => Err(Refusal::new(Kind::Conflict, "E-SIG-10")),
        false => Ok(()),
    }
}
