//! The staff of the demo: accounts that can sign in, and the roles they have.

use base::{Actor, Channel, Cx, Db, Fault, Id, Instant, Outcome, Tx};
use serde::Deserialize;

use super::people::{Login, new_account};
use crate::access::{self, Action, By, NewGrant, Place, Proof, Role, Scope, Subject, Verdict};
use crate::accounts::{self, Level, Secrets};
use crate::city::City;
use crate::factors::{self, Seed};
use crate::offices::Offices;
use crate::trail::{self, Deed, Done, Kind, Step};

const PEOPLE: &str = include_str!("../../../../demo/people.toml");

#[derive(Deserialize)]
struct File {
    staff: Vec<Workplace>,
}

/// Somebody of the staff, as the demo shows them.
#[derive(Clone, Debug, Deserialize)]
pub struct Workplace {
    /// How they sign in.
    #[serde(flatten)]
    pub login: Login,
    /// Code of the role.
    pub role: String,
    /// Secret of their app: for a demonstration only.
    pub app: String,
    /// The body they work for; without one it is the portal.
    #[serde(default)]
    organization: String,
    #[serde(default)]
    site: String,
    #[serde(default)]
    resource: String,
}

impl Workplace {
    /// Their app.
    ///
    /// # Errors
    /// A fault of the demo's file.
    pub fn seed(&self) -> Result<Seed, Fault> {
        let wrong = || Fault::new(format!("people.toml: {} has no app", self.login.email));
        Seed::parse(&self.app).ok_or_else(wrong)
    }

    /// The role and the narrowest place that is named.
    fn grant(&self) -> Result<(Role, Place), Fault> {
        let role = Role::parse(&self.role);
        let places = [
            ("resource", &self.resource),
            ("site", &self.site),
            ("organization", &self.organization),
        ];
        let named = places.into_iter().find(|x| !x.1.is_empty());
        let place = named.map_or(Some(Place::Portal), |(kind, id)| Place::parse(kind, id));
        let wrong = || Fault::new(format!("people.toml: {} has no role", self.login.email));
        role.zip(place).ok_or_else(wrong)
    }
}

/// The staff.
///
/// # Errors
/// A fault of the demo's file.
pub fn workplaces() -> Result<Vec<Workplace>, Fault> {
    let file: File =
        toml::from_str(PEOPLE).map_err(|error| Fault::of("the demo's staff", error))?;
    Ok(file.staff)
}

/// Opens the accounts of [`workplaces`] and gives them their roles; gives their ids in the same
/// order. With `secrets` they can sign in, by a password and their app. The administrator was appointed
/// by the engineer some days ago, and has given everybody else their role since.
///
/// # Errors
/// A fault of the engine or of the demo's file.
pub fn seed(db: &Db, cx: &Cx, secrets: Option<&Secrets>) -> Outcome<Vec<Id>> {
    let city = City::load(db)?;
    let staff = workplaces()?;
    let mut ids = Vec::new();
    for workplace in &staff {
        ids.push(open(db, &at(cx, AGO), workplace, secrets)?);
    }
    let roles = staff.iter().map(Workplace::grant).collect::<Result<Vec<_>, _>>()?;
    let first = roles.iter().position(|x| x.0 == Role::PortalAdmin).map(|i| ids[i].clone());
    let mut order: Vec<usize> = (0..staff.len()).collect();
    order.sort_by_key(|i| Some(&ids[*i]) != first.as_ref());
    for (n, i) in order.into_iter().enumerate() {
        let ago = AGO - n as i64 * EVERY;
        let by = first.clone().filter(|_| n > 0);
        let (cx, offices) = (hirer(&at(cx, ago), by.as_ref()), city.offices.clone());
        let grant = NewGrant {
            account: ids[i].clone(),
            role: roles[i].0,
            place: roles[i].1.clone(),
            from: cx.now,
            until: Instant::NEVER,
            reason: "Демонстрация".into(),
        };
        db.write_wait(move |tx| give(tx, &cx, (by.as_ref(), &offices), &grant))?;
    }
    Ok(ids)
}

/// How long ago the administrator was appointed.
const AGO: i64 = 5 * Instant::DAY;
/// How long after one the next one was.
const EVERY: i64 = 9 * Instant::HOUR + 25 * Instant::MINUTE;

/// An operation of its own, so long ago.
fn at(cx: &Cx, ago: i64) -> Cx {
    let now = Instant(cx.now.plus(-ago).0.max(0));
    Cx { now, op: Id::new(now, &cx.chance), ..cx.clone() }
}

/// The administrator at the pages, or the engineer at the command line.
fn hirer(cx: &Cx, by: Option<&Id>) -> Cx {
    let (actor, channel) = match by {
        Some(id) => (Actor::Account(id.clone()), Channel::Web),
        None => (Actor::Engineer, Channel::Cli),
    };
    Cx { actor, channel, ..cx.clone() }
}

fn open(db: &Db, cx: &Cx, workplace: &Workplace, secrets: Option<&Secrets>) -> Outcome<Id> {
    let seed = secrets.map(|_| workplace.seed()).transpose()?;
    let hash = secrets.map(|x| x.hash_password(&workplace.login.password, &cx.chance));
    let (account, cx) = (new_account(&workplace.login, hash.transpose()?)?, cx.clone());
    db.write_wait(move |tx| {
        let id = accounts::add(tx, &cx, &account)?;
        if let Some(seed) = &seed {
            factors::connect(tx, &cx, &id, ("Приложение", seed))?;
        }
        Ok(id)
    })
}

fn give(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (by, offices): (Option<&Id>, &Offices),
    new: &NewGrant,
) -> Outcome<()> {
    let done = |id: &Id| Done::to(Kind::Role, id.as_str()).step(Step::Given);
    let Some(me) = by else {
        let id = access::grant(tx, cx, (By::Engineer, offices), new)?;
        return trail::by_engineer(tx, cx, Deed::Act(Action::GrantRole), &done(&id));
    };
    let scope = scope(tx, cx.now, me, Action::GrantRole)?;
    let scope = scope.ok_or_else(|| Fault::new("the demo's administrator gives no roles"))?;
    let id = access::grant(tx, cx, (By::Staff(me, &scope), offices), new)?;
    trail::by_staff(tx, cx, (&scope, offices), &done(&id))
}

/// How far `who` may go with `action`, as if they had just proved who they are.
pub(super) fn scope(
    tx: &mut Tx<'_>,
    now: Instant,
    who: &Id,
    action: Action,
) -> Outcome<Option<Scope>> {
    let grants = access::read::grants_of(tx, now, who)?;
    let proof = Proof { bearer: false, proved_at: Some(now), strong: true };
    let account = Some((who, Level::Simplified));
    let subject = Subject { account, grants: &grants, proof, demo: false };
    Ok(match access::may(&subject, action, None, now) {
        Verdict::Allow(scope) => Some(scope),
        _ => None,
    })
}
