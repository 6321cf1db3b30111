//! What a booking keeps of the mandate it was made by.

use std::collections::HashMap;

use base::vault::Spot;
use base::{Id, Outcome, Pii, Refusal, Tx};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Details;
use super::prefill::contradictions;
use super::rows::{self, Mandate};
use super::rules::{self, Ask};
use crate::catalogue::Field;

/// A wish to act for somebody.
#[derive(Clone, Debug)]
pub struct OnBehalf {
    /// By this mandate.
    pub mandate: Id,
    /// Full name of whoever acts.
    pub by: Pii<String>,
    /// The questions of the service that the mandate answers: [`super::asked_of`].
    pub asked: Vec<Field>,
}

impl OnBehalf {
    /// What the booking will keep, when `mandate` allows it.
    ///
    /// # Errors
    /// As [`rules::may_act`]; `E-FORM-00` with the answers of `form` that contradict it.
    pub(crate) fn by(
        &self,
        mandate: &Mandate,
        (ask, form): (&Ask<'_>, &Value),
    ) -> Result<Behalf, Refusal> {
        rules::may_act(mandate, ask)?;
        let said = mandate.sheet().map(|x| contradictions(&x.details, &self.asked, form));
        if let Some(faults) = said.filter(|x| !x.is_empty()) {
            return Err(Refusal::invalid(faults));
        }
        let said = |details: &Details| Said {
            details: details.clone(),
            by: self.by.reveal().clone(),
            revision: mandate.revision,
        };
        Ok(Behalf {
            mandate: mandate.id.clone(),
            principal: mandate.principal.clone(),
            said: mandate.sheet().map(|x| said(&x.details)).into(),
        })
    }
}

/// For whom a booking is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behalf {
    /// By which mandate it was made.
    pub mandate: Id,
    /// Who is represented.
    pub principal: Id,
    /// What the papers said then; nothing once the person was erased.
    pub said: Pii<Option<Said>>,
}

impl Behalf {
    /// What the papers said, for those who may see it.
    pub fn said(&self) -> Option<&Said> {
        self.said.reveal().as_ref()
    }
}

/// What the papers said when a booking was made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Who is represented, by which paper.
    pub details: Details,
    /// Full name of whoever acts.
    pub by: String,
    /// The mandate's revision of that moment.
    pub revision: u32,
}

impl std::fmt::Debug for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("▒")
    }
}

/// Where a booking keeps what the papers said.
pub(crate) fn spot(booking: &str) -> Spot<'_> {
    Spot::new("booking", "behalf", booking)
}

/// The mandates that bookings were made by, as they are now.
///
/// # Errors
/// A fault of the engine.
pub fn behind<'b>(
    tx: &mut Tx<'_>,
    behalves: impl IntoIterator<Item = &'b Behalf>,
) -> Outcome<HashMap<Id, Mandate>> {
    let mut ids: Vec<&Id> = behalves.into_iter().map(|x| &x.mandate).collect();
    ids.sort();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(rows::many(tx, &ids)?.into_iter().map(|x| (x.id.clone(), x)).collect())
}

/// The mandates of `wishes`, each with its account, by their ids; what belongs to another account is
/// left out.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn take(tx: &mut Tx<'_>, wishes: &[(&Id, &Id)]) -> Outcome<HashMap<Id, Mandate>> {
    let mut ids: Vec<&Id> = wishes.iter().map(|x| x.1).collect();
    ids.sort();
    ids.dedup();
    let found = rows::many(tx, &ids)?;
    let own =
        |x: &Mandate| wishes.iter().any(|(account, id)| x.id == **id && x.account == **account);
    Ok(found.into_iter().filter(own).map(|x| (x.id.clone(), x)).collect())
}
