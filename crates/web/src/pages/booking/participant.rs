//! «Для кого вы записываетесь»: oneself, or somebody one may act for.

use std::collections::HashMap;

use base::{Error, FieldFault, Id, Instant, Outcome, Refusal};
use jiff::civil::Date;
use rooms::booking::form::{self, Answers, Checked, PARTICIPANT, SELF};
use rooms::booking::rules::{self as own_rules, of_age, own_birth};
use rooms::booking::{Booking, Terms};
use rooms::catalogue::Applicant;
use rooms::identity;
use rooms::mandates::rules::{over, signs_too};
use rooms::mandates::{self, Behalf, Details, Mandate, OnBehalf, rules};
use rooms::portal::{Portal, terms};

use super::Own;
use super::form::zone;
use crate::Visit;
use crate::form::Choice;
use crate::pages::acting::{self, Withheld};
use crate::papers::{Seen, Until};

/// The question as the form shows it.
#[derive(Clone, Debug, Default)]
pub struct Participants {
    /// Whom one may choose; of one nothing is asked.
    pub choices: Vec<Choice>,
    /// Somebody may be added; then the form is come back to.
    pub add: String,
    /// Nobody can be chosen before somebody was added.
    pub nobody: bool,
    /// Why those cannot be chosen for whom the person may not act now.
    pub withheld: Option<Withheld>,
}

impl Own {
    /// Whether somebody else may be booked for.
    fn for_others(&self) -> bool {
        self.service.passport.kinds.iter().any(|x| *x != Applicant::Individual)
    }

    /// The wish to act by this mandate.
    pub fn on_behalf(&self, mandate: &str) -> OnBehalf {
        OnBehalf {
            mandate: mandate.into(),
            by: self.account.full_name(),
            asked: mandates::asked_of(&self.service),
        }
    }

    /// The day at the site.
    fn today(&self, visit: &Visit) -> Date {
        visit.app.clock.now().in_zone(&zone(self)).date()
    }

    /// Whether the mandate allows this booking today, where it is.
    fn allows(&self, visit: &Visit, mandate: &Mandate) -> Result<(), Refusal> {
        let gone = || Refusal::new(base::Kind::Gone, "E-HOLD-02");
        let seen = self.seen().ok_or_else(gone)?;
        rules::may_act(mandate, &seen.act(visit.app.clock.now()))
    }

    /// The question for whom the visit is.
    pub async fn participants(&self, visit: &Visit) -> Outcome<Participants> {
        if !self.for_others() {
            return Ok(Participants::default());
        }
        let kinds = &self.service.passport.kinds;
        let oneself = kinds.contains(&Applicant::Individual);
        let all = acting::all(visit).await?;
        let mut choices = Vec::new();
        if oneself {
            let name = self.person();
            choices.push(Choice::new(SELF, visit.t("form-participant-self")).hint(name));
        }
        let mut withheld = None;
        for mandate in &all {
            if let Err(refusal) = self.allows(visit, mandate) {
                withheld = withheld.or_else(|| Withheld::of(visit, &refusal));
                continue;
            }
            let Some(sheet) = mandate.sheet() else { continue };
            let kind = visit.t(&format!("acting-kind-{}", mandate.kind.as_str())).to_owned();
            choices.push(Choice::new(mandate.id.as_str(), sheet.details.name()).hint(kind));
        }
        let nobody = choices.is_empty();
        // Whoever wanted to come for another says so anew when that cannot be: nobody books for themselves
        // because the other choice is gone.
        let lost = self.chosen().is_some_and(|id| choices.iter().all(|x| x.value != id));
        if oneself && choices.len() == 1 && !lost {
            choices.clear();
        }
        let add =
            crate::next::with("/account/acting/new", &format!("/bookings/{}/form", self.id()));
        Ok(Participants { choices, add, nobody, withheld })
    }

    /// The mandate that was chosen before.
    pub fn chosen(&self) -> Option<String> {
        let kept = form::answers(self.booking.form.reveal()).remove(PARTICIPANT);
        kept.filter(|x| x != SELF)
    }

    /// What need not be asked: about the only one for whom this can be, or whoever was chosen already, as
    /// they are now. As long as one may choose, nothing is said for the one or the other.
    pub async fn known(&self, visit: &Visit) -> Outcome<Vec<(String, String)>> {
        let answers = form::answers(self.booking.form.reveal());
        let kept = answers.get(PARTICIPANT);
        let asked = match kept {
            Some(_) => Participants::default(),
            None => self.participants(visit).await?,
        };
        let only = match asked.choices.as_slice() {
            [] if asked.nobody => return Ok(Vec::new()),
            [one] => Some(&one.value),
            [] => kept,
            _ => return Ok(Vec::new()),
        };
        let Some(id) = only.filter(|x| *x != SELF) else {
            return Ok(identity::prefill(&self.profile(visit).await?, &self.service));
        };
        // Of a mandate that is gone the form itself says so.
        let Ok(mandate) = self.mandate(visit, id).await else { return Ok(Vec::new()) };
        let said = mandate.sheet().map(|x| mandates::prefill(&x.details, &self.service));
        let whom = (PARTICIPANT.to_owned(), id.clone());
        Ok(said.into_iter().flatten().chain([whom]).collect())
    }

    /// What was typed, with what is known of whoever was chosen in place of what was left empty. Of somebody
    /// else nothing is kept that the profile says of the person who books: it stood there, or was typed,
    /// before one chose. What was taken away is asked once, `E-MND-22`, and may stay empty where it need not
    /// be answered.
    pub async fn completed(
        &self,
        visit: &Visit,
        mut typed: Answers,
    ) -> Outcome<(Answers, Vec<FieldFault>)> {
        if !self.for_others() || self.service.passport.fields.is_empty() {
            return Ok((typed, Vec::new()));
        }
        // Whoever said so before has seen the fields filled in, and may have emptied one.
        let first = !form::answers(self.booking.form.reveal()).contains_key(PARTICIPANT);
        let chosen = typed.get(PARTICIPANT).filter(|x| *x != SELF).cloned();
        let profile = self.profile(visit).await?;
        let Some(id) = chosen else {
            let needed = |name: &str| {
                let mut fields = self.service.passport.fields.iter();
                fields.any(|x| x.required && form::name_of(x) == name)
            };
            for (name, answer) in identity::prefill(&profile, &self.service) {
                if first || needed(&name) {
                    typed.entry(name).or_insert(answer);
                }
            }
            return Ok((typed, Vec::new()));
        };
        let Ok(mandate) = self.mandate(visit, &id).await else {
            return Ok((typed, Vec::new()));
        };
        let mut taken = Vec::new();
        for (name, own) in identity::own_answers(&profile, &self.service) {
            if typed.get(&name).is_some_and(|x| form::same(x, &own)) {
                typed.remove(&name);
                taken.push(name);
            }
        }
        let said = mandate.sheet().map(|x| mandates::prefill(&x.details, &self.service));
        for (name, answer) in said.into_iter().flatten() {
            typed.entry(name).or_insert(answer);
        }
        taken.retain(|x| !typed.contains_key(x));
        let asked = taken.into_iter().map(|x| FieldFault::new(x, "E-MND-22"));
        Ok((typed, asked.collect()))
    }

    /// The answers that contradict the mandate that was chosen.
    pub async fn contradictions(
        &self,
        visit: &Visit,
        checked: &Checked,
    ) -> Outcome<Vec<FieldFault>> {
        let Some(id) = checked.mandate() else { return Ok(Vec::new()) };
        let Ok(mandate) = self.mandate(visit, id).await else { return Ok(Vec::new()) };
        let asked = mandates::asked_of(&self.service);
        let faults =
            |x: &mandates::Sheet| mandates::contradictions(&x.details, &asked, &checked.json());
        Ok(mandate.sheet().map(faults).unwrap_or_default())
    }

    /// What is wrong with the mandate that was chosen, at its field: asked before the last look, so
    /// that nobody meets it at the very end.
    pub async fn participant_fault(
        &self,
        visit: &Visit,
        checked: &Checked,
    ) -> Outcome<Option<FieldFault>> {
        let Some(id) = checked.mandate() else { return self.own_age(visit, checked).await };
        let allowed = match self.mandate(visit, id).await {
            Ok(mandate) => self.allows(visit, &mandate).map_err(Error::from).map(|()| mandate),
            Err(error) => Err(error),
        };
        match allowed {
            Ok(mandate) => {
                let who = mandate.sheet().and_then(|x| x.details.who());
                Ok(who.and_then(|x| self.age_fault(visit, (Some(x.born), PARTICIPANT))))
            }
            Err(Error::Refusal(refusal)) => Ok(Some(FieldFault {
                args: refusal.args.clone(),
                ..FieldFault::new(PARTICIPANT, refusal.code)
            })),
            Err(fault) => Err(fault),
        }
    }

    /// What is wrong with the person's own age.
    async fn own_age(&self, visit: &Visit, checked: &Checked) -> Outcome<Option<FieldFault>> {
        if self.service.passport.rules.ages.is_none() {
            return Ok(None);
        }
        let known = self.profile(visit).await?.born().map(|x| x.date());
        Ok(self.age_fault(visit, own_birth(known, checked.born())))
    }

    /// What is wrong, at `field`, with the age of somebody born then, on the day of the visit.
    fn age_fault(
        &self,
        visit: &Visit,
        (born, field): (Option<Date>, &'static str),
    ) -> Option<FieldFault> {
        let day = self.seen().map(|x| x.starts.in_zone(&x.site.zone).date());
        let on = (day.unwrap_or(self.today(visit)), field);
        of_age(self.service.passport.rules.ages.as_ref(), born, on).err()
    }

    /// A mandate of this person.
    pub async fn mandate(&self, visit: &Visit, id: &str) -> Outcome<Mandate> {
        let (account, id) = (self.account.id.clone(), id.to_owned());
        visit.db().read(move |tx| mandates::own(tx, &account, &id)).await
    }

    /// «Соколова Вера Андреевна (представитель: …)», or the person's own name.
    pub fn comer(&self, visit: &Visit) -> String {
        comer(visit, self.booking.behalf.as_ref(), self.person())
    }
}

/// Who comes, as papers say it: whoever is represented, and by whom. When that was forgotten it is still not
/// the owner of the account.
pub(crate) fn comer(visit: &Visit, behalf: Option<&Behalf>, person: String) -> String {
    match behalf.map(Behalf::said) {
        Some(Some(said)) => visit.tw(
            "acting-comer",
            &[("who", said.details.name().into()), ("by", said.by.clone().into())],
        ),
        Some(None) => visit.t("acting-comer-gone").to_owned(),
        None => person,
    }
}

/// What whoever acts for somebody should know about the day of the visit: who signs, who will be of
/// age by then, whose paper will be over.
pub(super) fn by_then(visit: &Visit, details: &Details, day: Date) -> Option<String> {
    let sheet = mandates::Sheet { details: details.clone(), powers: mandates::Powers::all() };
    let key = match over(details) {
        Some((end, rules::Over::Adult)) if end <= day => "acting-booking-grown-by-then",
        Some((end, rules::Over::Term)) if end <= day => "acting-booking-over-by-then",
        _ if signs_too(&sheet, day) => "acting-booking-signs",
        _ => return None,
    };
    Some(visit.t(key).to_owned())
}

/// Why a booking for somebody can no longer be changed by whoever made it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Authority {
    /// Why it cannot be moved.
    pub book: Option<Refusal>,
    /// Why it cannot be cancelled.
    pub cancel: Option<Refusal>,
    /// Why its contacts cannot be changed.
    pub contact: Option<Refusal>,
    /// When the mandate ends by itself: its first day without, and the moment from which that counts.
    pub ends: Option<(Date, Instant)>,
}

impl Authority {
    /// What the mandate behind a booking allows now, with the mandates of [`mandates::behind`] at hand;
    /// nothing is asked of a booking for oneself.
    pub(crate) fn of(
        portal: &Portal,
        booking: &Booking,
        (mandates, now): (&HashMap<Id, Mandate>, Instant),
    ) -> Self {
        let (Some(behalf), Some(seen)) = (&booking.behalf, Seen::of(booking, "", portal)) else {
            return Self::default();
        };
        Self::by(&seen, (mandates.get(&behalf.mandate), now))
    }

    /// The same of a booking beside its place, with the one mandate behind it.
    pub(crate) fn by(seen: &Seen<'_>, (mandate, now): (Option<&Mandate>, Instant)) -> Self {
        if seen.booking.behalf.is_none() {
            return Self::default();
        }
        Self {
            book: rules::may_move(mandate, &seen.act(now)).err(),
            cancel: rules::may_cancel(mandate, now).err(),
            contact: rules::may_contact(mandate, now).err(),
            ends: rules::ends(mandate, &seen.site.zone),
        }
    }

    /// Not later than the mandate's end.
    pub(crate) fn within(&self, until: Instant) -> Instant {
        self.ends.map_or(until, |x| until.min(x.1))
    }

    /// Until when the booking may be moved and cancelled, by its terms and by the mandate.
    pub(crate) fn until(&self, seen: &Seen<'_>, now: Instant) -> Until {
        let (booking, terms) = (seen.booking, terms(seen.service));
        let moved = self.may_move(booking, &terms, now);
        let cancelled = self.may_cancel(booking, &terms, now);
        Until {
            moved: moved.then(|| self.within(own_rules::change_until(seen.starts, &terms))),
            cancelled: cancelled.then(|| self.within(own_rules::cancel_until(seen.starts, &terms))),
        }
    }

    /// Whether the booking may be moved at this moment, by its terms and by the mandate.
    pub(crate) fn may_move(&self, booking: &Booking, terms: &Terms, now: Instant) -> bool {
        self.book.is_none() && own_rules::may_move(booking, terms, now).is_ok()
    }

    /// The same of cancelling.
    pub(crate) fn may_cancel(&self, booking: &Booking, terms: &Terms, now: Instant) -> bool {
        self.cancel.is_none() && own_rules::may_cancel(booking, terms, now).is_ok()
    }
}

impl Own {
    /// What the mandate of this booking still allows.
    pub(super) async fn authority(&self, visit: &Visit) -> Outcome<Authority> {
        let Some(behalf) = self.booking.behalf.clone() else { return Ok(Authority::default()) };
        let mandates = visit.db().read(move |tx| mandates::behind(tx, [&behalf])).await?;
        let now = visit.app.clock.now();
        Ok(Authority::of(&self.portal, &self.booking, (&mandates, now)))
    }

    /// What is to be said about it; may be empty.
    pub(super) fn notice(&self, visit: &Visit, authority: &Authority) -> String {
        let said = self.booking.behalf.as_ref().and_then(Behalf::said);
        let day = self.seen().map(|x| x.starts.in_zone(&x.site.zone).date());
        let ahead = said.zip(day).and_then(|(x, day)| by_then(visit, &x.details, day));
        let refused = authority.cancel.as_ref().or(authority.book.as_ref());
        match refused.map(|x| x.code) {
            Some("E-MND-01") => visit.t("acting-booking-adult").to_owned(),
            Some("E-MND-02" | "E-MND-03" | "E-MND-04") => visit.t("acting-booking-over").to_owned(),
            _ => {
                let withheld = refused.and_then(|x| Withheld::of(visit, x)).map(|x| x.why);
                withheld.or(ahead).unwrap_or_default()
            }
        }
    }
}
