//! The list, and ending one of it.

use askama::Template;
use axum::extract::Path;
use base::{Id, Kind as RefusalKind, Outcome, Pii, Refusal, Tx};
use jiff::civil::Date;
use rooms::mandates::rules::{Standing, may_use, standing};
use rooms::mandates::{self, Kind, Mandate};

use super::words::{Tag, Withheld, notes, paper_rows, powers, tag};
use super::{HERE, NEW, lacks, path, today};
use crate::pages::account::own;
use crate::{Answer, Query, Shell, Visit, see_other};

/// Groups of the list: which kinds, key of the heading, icon.
const GROUPS: [(&[Kind], &str, &str); 3] = [
    (&[Kind::Child], "acting-children", "baby"),
    (&[Kind::Attorney, Kind::Guardian], "acting-people", "users"),
    (&[Kind::Company, Kind::Trader], "acting-organizations", "briefcase"),
];

/// What was done, as addresses say it, and its words.
const DONE: [(&str, &str); 3] = [
    ("added", "acting-done-added"),
    ("corrected", "acting-done-corrected"),
    ("ended", "acting-done-ended"),
];

#[derive(Template)]
#[template(path = "acting/list.html")]
struct ListPage {
    shell: Shell,
    /// Key of the words about what was done just now.
    done: Option<&'static str>,
    groups: Vec<Group>,
    /// Those that were ended.
    former: Vec<Row>,
}

/// A heading with what stands below it.
struct Group {
    id: &'static str,
    icon: &'static str,
    rows: Vec<Row>,
    /// Ways to add one: address and key of the words.
    ways: Vec<(String, String)>,
    /// The account's level opens none of these.
    closed: bool,
}

/// One mandate.
struct Row {
    id: String,
    name: String,
    kind: String,
    tag: Tag,
    /// Why it cannot be used though it is in force.
    withheld: Option<Withheld>,
    facts: Vec<(String, String)>,
    allows: String,
    notes: Vec<String>,
    /// Why the staff did not accept it.
    why: String,
    /// Files of the paper; nothing where there can be none.
    files: Option<usize>,
}

fn row(visit: &Visit, (mandate, why, files): &Known, today: Date) -> Option<Row> {
    let sheet = mandate.sheet()?;
    Some(Row {
        id: mandate.id.to_string(),
        name: sheet.details.name(),
        kind: visit.t(&format!("acting-kind-{}", mandate.kind.as_str())).to_owned(),
        tag: tag(visit, mandate, today),
        withheld: may_use(mandate, today).err().and_then(|x| Withheld::of(visit, &x)),
        facts: paper_rows(visit, &sheet.details),
        allows: powers(visit, &sheet.powers),
        notes: notes(visit, mandate, today),
        why: why.as_ref().map(|x| x.reveal().clone()).unwrap_or_default(),
        files: mandates::has_paper(mandate.kind).then_some(*files),
    })
}

/// A mandate, why it was not accepted, and how many files it has.
type Known = (Mandate, Option<Pii<String>>, usize);

async fn known(visit: &Visit) -> Outcome<Vec<Known>> {
    let id = own(visit)?;
    let read = move |tx: &mut Tx<'_>| {
        let all = mandates::of_account(tx, &id)?;
        let with_reason = |x: Mandate| {
            let files = mandates::files_of(tx, &x)?.len();
            mandates::reason(tx, &x).map(|why| (x, why, files))
        };
        all.into_iter().map(with_reason).collect()
    };
    visit.db().read(read).await
}

pub(super) async fn list(visit: Visit, Query(query): Query) -> Answer {
    let (all, today) = (known(&visit).await?, today(&visit));
    let group = |(kinds, id, icon): (&[Kind], &'static str, &'static str)| {
        let shown = all.iter().filter(|(x, ..)| x.state.stands() && kinds.contains(&x.kind));
        let ways = kinds.iter().filter(|x| !lacks(&visit, **x)).map(|kind| {
            let words = visit.t(&format!("acting-add-{}", kind.as_str())).to_owned();
            (format!("{NEW}?kind={}", kind.as_str()), words)
        });
        let ways: Vec<_> = ways.collect();
        let rows = shown.filter_map(|x| row(&visit, x, today)).collect();
        Group { id, icon, rows, closed: ways.is_empty(), ways }
    };
    let groups = GROUPS.into_iter().map(group).collect();
    let former = all.iter().filter(|(x, ..)| !x.state.stands());
    let former = former.filter_map(|x| row(&visit, x, today)).collect();
    visit.page(ListPage {
        shell: visit.shell("acting-title").crumb("/account", "account-title"),
        done: DONE.into_iter().find(|x| x.0 == query.text("done")).map(|x| x.1),
        groups,
        former,
    })
}

#[derive(Template)]
#[template(path = "acting/end.html")]
struct EndPage {
    shell: Shell,
    id: String,
    name: String,
    /// It was over by itself.
    over: bool,
}

pub(super) async fn ending(visit: Visit, Path(id): Path<String>) -> Answer {
    let (account, today) = (own(&visit)?, today(&visit));
    let found = visit.db().read(move |tx| mandates::own(tx, &account, &id)).await?;
    let gone = || Refusal::new(RefusalKind::Conflict, "E-MND-03");
    let sheet = found.sheet().filter(|_| found.state.stands()).ok_or_else(gone)?;
    let standing = standing(found.state, &sheet.details, today);
    visit.page(EndPage {
        shell: visit
            .shell("acting-end-title")
            .crumb("/account", "account-title")
            .crumb(HERE, "acting-title"),
        id: path(&found.id),
        name: sheet.details.name(),
        over: matches!(standing, Standing::Over { .. }),
    })
}

pub(super) async fn end(visit: Visit, Path(id): Path<String>) -> Answer {
    let (account, cx, id) = (own(&visit)?, visit.cx(), Id::from(id));
    let act = visit.db().write(move |tx| mandates::end(tx, &cx, &account, &id));
    match act.await {
        // A second click finds it ended: that is what was wanted.
        Ok(()) => see_other(&format!("{HERE}?done=ended")),
        Err(base::Error::Refusal(x)) if x.code == "E-MND-03" => {
            see_other(&format!("{HERE}?done=ended"))
        }
        Err(error) => Err(error.into()),
    }
}
