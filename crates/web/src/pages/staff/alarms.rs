//! Alarms for those who watch over the portal.

use askama::Template;
use axum::Extension;
use axum::extract::Path;
use base::{Id, Tx};
use rooms::access::{self, Alarm, CARDS, Scope};
use rooms::accounts;
use rooms::trail::{self, Done};

use super::doing::{Doing, does};
use super::people::named;
use super::{Entry, menu};
use crate::pages::account::{moment, own};
use crate::{Answer, Shell, Visit, see_other};

#[derive(Template)]
#[template(path = "staff/alarms.html")]
struct AlarmsPage {
    shell: Shell,
    menu: Vec<Entry>,
    most: i64,
    rows: Vec<Row>,
}

/// An alarm.
struct Row {
    id: String,
    name: String,
    when: String,
    count: i64,
    /// Key of the words for that many.
    words: &'static str,
    /// When somebody noted to have seen it.
    seen: Option<String>,
    /// It is about whoever looks: somebody else must see to it.
    mine: bool,
}

pub(super) async fn list(visit: Visit, Extension(scope): Extension<Scope>) -> Answer {
    let me = own(&visit)?;
    let found = visit.db().read(move |tx| {
        let all = access::alarms(tx, &scope)?;
        let people = accounts::read::accounts(tx, all.iter().map(|x| &x.account))?;
        Ok((all, people))
    });
    let (all, people) = found.await?;
    let row = |x: &Alarm| Row {
        id: x.id.to_string(),
        name: named(&visit, &people, &x.account),
        when: moment(&visit, x.at),
        count: x.count,
        words: if x.kind == "help" { "staff-alarms-count-help" } else { "staff-alarms-count" },
        seen: x.seen_at.map(|at| moment(&visit, at)),
        mine: x.account == me,
    };
    visit.page(AlarmsPage {
        shell: visit.shell("staff-alarms-title"),
        menu: menu(&visit),
        most: CARDS,
        rows: all.iter().map(row).collect(),
    })
}

/// Notes that somebody has seen it.
pub(super) async fn saw(
    visit: Visit,
    Extension(scope): Extension<Scope>,
    Path(id): Path<Id>,
) -> Answer {
    let act = move |tx: &mut Tx<'_>, doing: &Doing| {
        access::saw(tx, &doing.cx, (&doing.scope, &doing.me), &id)?;
        Ok(((), Done::to(trail::Kind::Alarm, id.as_str())))
    };
    does(&visit, &scope, act).await?;
    see_other("/staff/alarms")
}
