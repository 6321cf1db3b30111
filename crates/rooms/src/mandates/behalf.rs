//! What a booking keeps of the mandate it was made by.

use std::collections::HashMap;

use base::vault::Spot;
use base::{Id, Instant, Kind as RefusalKind, Outcome, Pii, Refusal, Tx};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::rows::{self, Mandate};
use super::rules::{self, Ask};
use super::{Act, Details};
use crate::catalogue::Applicant;

/// A wish to act for somebody.
#[derive(Clone, Debug)]
pub struct OnBehalf {
    /// By this mandate.
    pub mandate: Id,
    /// Kind of the body that receives.
    pub body: String,
    /// Who may apply for the service.
    pub kinds: Vec<Applicant>,
    /// Full name of whoever acts.
    pub by: Pii<String>,
}

impl OnBehalf {
    /// The question that [`rules::may_act`] answers.
    fn ask<'a>(&'a self, service: &'a str, today: Date) -> Ask<'a> {
        Ask { act: Act::Book, service, body: &self.body, kinds: &self.kinds, today }
    }

    /// What the booking will keep, when `mandate` allows it.
    ///
    /// # Errors
    /// As [`rules::may_act`].
    pub(crate) fn by(
        &self,
        mandate: &Mandate,
        service: &str,
        today: Date,
    ) -> Result<Behalf, Refusal> {
        rules::may_act(mandate, &self.ask(service, today))?;
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

/// Whether whoever made a booking for somebody may still do `act` with it.
///
/// # Errors
/// `E-MND-01` … `E-MND-05`, as [`rules::may_act`] says.
pub fn allows(tx: &mut Tx<'_>, now: Instant, behalf: &Behalf, act: Act) -> Outcome<()> {
    let ended = || Refusal::new(RefusalKind::Conflict, "E-MND-03");
    let found = rows::many(tx, &[&behalf.mandate])?.pop();
    let mandate = found.ok_or_else(ended)?;
    let sheet = mandate.sheet().ok_or_else(ended)?;
    rules::in_force(mandate.state, &sheet.details, rules::day(now))?;
    match sheet.powers.acts.contains(&act) {
        true => Ok(()),
        false => Err(Refusal::new(RefusalKind::Conflict, "E-MND-05").into()),
    }
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
