//! Whether a mandate is in force, and what may be done by it. Pure: the day comes in.

use base::{Instant, Kind as RefusalKind, Refusal};
use ident::{ADULT, BirthDate, FOURTEEN, dotted, may_act_for_others};
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use super::{Act, Details, Kind, Mandate, Sheet, State};
use crate::accounts::Level;
use crate::catalogue::Applicant;

/// Children that an account may have added at once.
pub const CHILDREN: usize = 20;
/// Principals of other people, and wards, together.
pub const PEOPLE: usize = 20;
/// Companies and businesses.
pub const ORGANIZATIONS: usize = 50;
/// All that an account ever added: what is ended stays as a record.
pub const EVER: usize = 500;

/// Why a mandate that nobody ended is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// The child or ward is of age.
    Adult,
    /// The paper's term is over.
    Term,
}

/// How a mandate stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In force, to before the day that is named.
    Live {
        /// The first day on which it is over.
        until: Option<Date>,
    },
    /// Over by itself since that day.
    Over {
        /// The first day without it.
        since: Date,
        /// Why.
        why: Over,
    },
    /// The staff did not accept the paper.
    Refused,
    /// Ended by the account's owner, or taken back.
    Ended,
}

/// The day where no place gives a moment a zone of its own: in Moscow.
pub fn day(now: Instant) -> Date {
    now.in_zone(&TimeZone::fixed(Offset::constant(3))).date()
}

/// The first day on which the papers alone end it, and why.
pub fn over(details: &Details) -> Option<(Date, Over)> {
    let adult = details.adult_on().map(|x| (x, Over::Adult));
    let term = details.last_day().map(|x| (x.saturating_add(1.day()), Over::Term));
    adult.into_iter().chain(term).min_by_key(|x| x.0)
}

/// How a mandate in `state` with these papers stands `today`.
pub fn standing(state: State, details: &Details, today: Date) -> Standing {
    match (state, over(details)) {
        (State::Ended | State::Revoked, _) => Standing::Ended,
        (_, Some((since, why))) if since <= today => Standing::Over { since, why },
        (State::Refused, _) => Standing::Refused,
        (State::Typed | State::Checked, over) => Standing::Live { until: over.map(|x| x.0) },
    }
}

/// What somebody wants to do for another.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// What.
    pub act: Act,
    /// Code of the service.
    pub service: &'a str,
    /// Kind of the body, for example `mfc`.
    pub body: &'a str,
    /// Who may apply for the service.
    pub kinds: &'a [Applicant],
    /// The day at the site.
    pub today: Date,
}

/// Whether `mandate` lets its account do that.
///
/// # Errors
/// `E-MND-01` when the principal is of age by now, `E-MND-02` when the term is over, `E-MND-03` when
/// it was ended or taken back, `E-MND-04` when the staff did not accept it, `E-MND-05` when it does
/// not allow the act, `E-MND-06` when it does not reach the service or the body, `E-MND-07` when the
/// service is not for such applicants; of whoever acts `E-MND-08` when their level is too low by now, `E-MND-23`
/// when they are not of age, `E-MND-27` when the sole trader is somebody else.
pub fn may_act(mandate: &Mandate, ask: &Ask<'_>) -> Result<(), Refusal> {
    let refuse = |code| Refusal::new(RefusalKind::Conflict, code);
    may_use(mandate, ask.today)?;
    let Some(sheet) = mandate.sheet() else { return Err(refuse("E-MND-03")) };
    if !sheet.powers.acts.contains(&ask.act) {
        return Err(refuse("E-MND-05"));
    }
    let reaches = |only: &[String], one: &str| only.is_empty() || only.iter().any(|x| x == one);
    if !reaches(&sheet.powers.services, ask.service) || !reaches(&sheet.powers.bodies, ask.body) {
        return Err(refuse("E-MND-06"));
    }
    match ask.kinds.contains(&sheet.details.kind().into()) {
        true => Ok(()),
        false => Err(refuse("E-MND-07")),
    }
}

/// Whether a booking that was made by `mandate` may be moved to where `ask` says.
///
/// # Errors
/// As [`may_act`]; `E-MND-03` when there is no mandate any more.
pub fn may_move(mandate: Option<&Mandate>, ask: &Ask<'_>) -> Result<(), Refusal> {
    may_act(mandate.ok_or_else(gone)?, ask)
}

/// Whether a booking that was made by `mandate` may be cancelled. Which services and bodies it reaches is
/// not asked: nothing new is done for anybody.
///
/// # Errors
/// `E-MND-01` … `E-MND-05`, as [`may_act`] says.
pub fn may_cancel(mandate: Option<&Mandate>, now: Instant) -> Result<(), Refusal> {
    allows(mandate, (Act::Cancel, now))
}

/// Whether the contacts of a booking that was made by `mandate` may be changed. They are a part of what is
/// handed in by booking; services and bodies are not asked, as with cancelling.
///
/// # Errors
/// All but `E-MND-06` and `E-MND-07`, as [`may_act`] says.
pub fn may_contact(mandate: Option<&Mandate>, now: Instant) -> Result<(), Refusal> {
    allows(mandate, (Act::Book, now))?;
    may_act_by(mandate.ok_or_else(gone)?, day(now))
}

/// Whether `mandate` can be used `today`, for whatever it allows: it is in force, and whoever acts may do so.
///
/// # Errors
/// As [`may_act`] says, but for `E-MND-05`, `E-MND-06` and `E-MND-07`.
pub fn may_use(mandate: &Mandate, today: Date) -> Result<(), Refusal> {
    let sheet = mandate.sheet().ok_or_else(gone)?;
    in_force(mandate.state, &sheet.details, today)?;
    may_act_by(mandate, today)
}

/// Whether whoever acts by `mandate` may do so, as they are known now: nothing of it is about the paper.
///
/// # Errors
/// `E-MND-08`, `E-MND-23` and `E-MND-27`, as [`may_act`] says.
pub fn may_act_by(mandate: &Mandate, today: Date) -> Result<(), Refusal> {
    may_add(mandate.by_level, mandate.kind)?;
    of_age(mandate.by_born.as_ref(), today)?;
    match (mandate.sheet().map(|x| &x.details), mandate.by_inn.reveal()) {
        (Some(Details::Trader(x)), Some(own)) if x.inn != *own => {
            Err(Refusal::new(RefusalKind::Conflict, "E-MND-27"))
        }
        _ => Ok(()),
    }
}

/// Whether `mandate` is in force and allows the act, wherever that is.
fn allows(mandate: Option<&Mandate>, (act, now): (Act, Instant)) -> Result<(), Refusal> {
    let mandate = mandate.ok_or_else(gone)?;
    let sheet = mandate.sheet().ok_or_else(gone)?;
    in_force(mandate.state, &sheet.details, day(now))?;
    match sheet.powers.acts.contains(&act) {
        true => Ok(()),
        false => Err(Refusal::new(RefusalKind::Conflict, "E-MND-05")),
    }
}

/// The moment from which `mandate` is over by itself where its account acts in the zone of a site: whichever
/// day comes first, there or in Moscow. Nothing while it has no end, or is gone.
pub fn ends(mandate: Option<&Mandate>, zone: &TimeZone) -> Option<(Date, Instant)> {
    let (day, _) = over(&mandate?.sheet()?.details)?;
    let at =
        |zone: &TimeZone| day.to_zoned(zone.clone()).ok().map(|x| Instant::from(x.timestamp()));
    let first = [zone.clone(), TimeZone::fixed(Offset::constant(3))].iter().filter_map(at).min()?;
    Some((day, first))
}

fn gone() -> Refusal {
    Refusal::new(RefusalKind::Conflict, "E-MND-03")
}

/// Whether a mandate is in force.
///
/// # Errors
/// `E-MND-01` … `E-MND-04`, as [`may_act`] says.
pub fn in_force(state: State, details: &Details, today: Date) -> Result<(), Refusal> {
    let refuse = |code| Refusal::new(RefusalKind::Conflict, code);
    match standing(state, details, today) {
        Standing::Live { .. } => Ok(()),
        Standing::Over { since, why: Over::Adult } => {
            Err(refuse("E-MND-01").arg("since", dotted(since)))
        }
        Standing::Over { since, why: Over::Term } => {
            Err(refuse("E-MND-02").arg("until", dotted(since.saturating_sub(1.day()))))
        }
        Standing::Ended => Err(refuse("E-MND-03")),
        Standing::Refused => Err(refuse("E-MND-04")),
    }
}

/// Whether somebody born then may act for others, as far as the birth date is known. Courts and marriages
/// make a minor of age; that stands in papers, which an office sees.
///
/// # Errors
/// `E-MND-23` when they are not of age.
pub fn of_age(born: Option<&BirthDate>, today: Date) -> Result<(), Refusal> {
    match born.is_none_or(|x| may_act_for_others(x, today)) {
        true => Ok(()),
        false => Err(Refusal::new(RefusalKind::Conflict, "E-MND-23")),
    }
}

/// Whether an account of this level may add or correct a mandate of this kind, or act by one.
///
/// # Errors
/// `E-MND-08` when the level is too low.
pub fn may_add(level: Level, kind: Kind) -> Result<(), Refusal> {
    let needs = match kind {
        Kind::Child | Kind::Attorney | Kind::Guardian => Level::Standard,
        Kind::Company | Kind::Trader => Level::Verified,
    };
    let refusal = || Refusal::new(RefusalKind::Forbidden, "E-MND-08").arg("level", needs.as_str());
    if level < needs { Err(refusal()) } else { Ok(()) }
}

/// The group whose number is limited together, and its limit.
pub fn limit(kind: Kind) -> (&'static [Kind], usize) {
    match kind {
        Kind::Child => (&[Kind::Child], CHILDREN),
        Kind::Attorney | Kind::Guardian => (&[Kind::Attorney, Kind::Guardian], PEOPLE),
        Kind::Company | Kind::Trader => (&[Kind::Company, Kind::Trader], ORGANIZATIONS),
    }
}

/// Whether one more of this kind may be added to those an account has.
///
/// # Errors
/// `E-MND-09` at the limit; `E-MND-10` with the id when the same is there already and in force.
pub fn fits(own: &[Mandate], fresh: &Details, today: Date) -> Result<(), Refusal> {
    let (group, max) = limit(fresh.kind());
    let live = |x: &&Mandate| {
        x.sheet().is_some_and(|sheet| {
            !matches!(
                standing(x.state, &sheet.details, today),
                Standing::Ended | Standing::Over { .. }
            )
        })
    };
    let same = |x: &&Mandate| x.sheet().is_some_and(|sheet| sheet.details.is_same(fresh));
    if let Some(twin) = own.iter().filter(live).find(same) {
        let help = serde_json::json!({ "mandate": twin.id });
        return Err(Refusal::new(RefusalKind::Conflict, "E-MND-10").help(help));
    }
    let count = own.iter().filter(live).filter(|x| group.contains(&x.kind)).count();
    match count >= max || own.len() >= EVER {
        true => Err(Refusal::new(RefusalKind::TooMany, "E-MND-09").arg("max", max)),
        false => Ok(()),
    }
}

/// Something to be said ahead of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The child will be fourteen: from then on it signs, too.
    Fourteen,
    /// The child or ward will be of age.
    Adult,
    /// The paper's term is about to end.
    Term,
}

impl Notice {
    /// As stored; with `mandate-` before it the name of the letter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fourteen => "fourteen",
            Self::Adult => "adult",
            Self::Term => "term",
        }
    }
}

/// What is to be said `today` of a mandate with these papers: a month before a birthday, two weeks
/// before the end of a term. With the day that it is about.
pub fn due(details: &Details, today: Date) -> Option<(Notice, Date)> {
    let ahead = |day: Date, span: jiff::Span| (day.saturating_sub(span)..day).contains(&today);
    if let Details::Child { who, .. } | Details::Guardian { who, .. } = details {
        let fourteen = who.birthday(FOURTEEN);
        if ahead(fourteen, 1.month()) {
            return Some((Notice::Fourteen, fourteen));
        }
    }
    match over(details)? {
        (day, Over::Adult) if ahead(day, 1.month()) => Some((Notice::Adult, day)),
        (day, Over::Term) if ahead(day, 14.days()) => Some((Notice::Term, day)),
        _ => None,
    }
}

/// Whether a child of these papers signs together with its representative on `day`.
pub fn signs_too(sheet: &Sheet, day: Date) -> bool {
    let minor = matches!(sheet.details, Details::Child { .. } | Details::Guardian { .. });
    let age = |who: &super::Human| (who.birthday(FOURTEEN)..who.birthday(ADULT)).contains(&day);
    minor && sheet.details.who().is_some_and(age)
}
