//! «Уровень доступа»: today's level, what each opens, the ways up and how far somebody is on them.

use askama::Template;
use base::{Error, FieldFault, Kind as Refused, Pii, Refusal};
use rooms::accounts::Level;
use rooms::catalogue::Service;
use rooms::identity::letter::Tried;
use rooms::identity::read::Levels;
use rooms::identity::{self, Kind, Standing, State, Way, WayKind, rules};

use super::profile::{Hurdle, differing, hurdle, load};
use super::{Resume, begun_small, resume_of, title};
use crate::pages::account::{level_title, moment, own};
use crate::{Answer, Fields, Form, FormState, Query, Shell, Visit, next, see_other};

#[derive(Template)]
#[template(path = "identity/level.html")]
struct LevelPage {
    shell: Shell,
    form: FormState,
    steps: Vec<Step>,
    /// The level above, when there is one.
    higher: Option<Level>,
    /// The address of registration is typed and not proved.
    unproved: bool,
    /// What was interrupted needs one level more, and how to get there.
    further: Option<String>,
    /// The way with which to begin, when none is begun.
    soonest: Option<&'static str>,
    /// Ways up.
    ways: Vec<Card>,
    /// All that is needed is there, and cannot be checked as it is.
    hurdle: Option<Hurdle>,
    /// The code to show at a service centre.
    code: Option<Pii<String>>,
    resume: Option<Resume>,
    /// Where the person came from, when nothing is kept for them.
    back: Option<String>,
}

/// A level as a step of a stair.
struct Step {
    title: String,
    opens: String,
    /// Services that it opens beside those of the lower ones: where each stands, and its name.
    services: Vec<(String, String)>,
    reached: bool,
    current: bool,
}

/// A way up.
struct Card {
    kind: &'static str,
    title: String,
    what: String,
    /// Its state in words, when it was begun.
    state: Option<Stand>,
    /// It can be begun now.
    open: bool,
    /// A code is to be typed.
    typed: bool,
    /// Pictures are being gathered.
    gathers: bool,
    /// The number under which the post has its letter.
    track: Option<String>,
    /// Which level it leads to; nothing when only an address is left to prove.
    leads: Option<String>,
    /// What is to be typed before it can be begun: kind and words.
    lacks: Vec<(&'static str, String)>,
}

/// How far somebody is on a way.
struct Stand {
    tag: &'static str,
    icon: &'static str,
    words: String,
    more: String,
    since: String,
    /// Why not, in the words of whoever decided.
    reason: String,
    /// Fields that differ: where each is corrected, and its name.
    fields: Vec<(String, String)>,
}

pub(super) async fn page(visit: Visit, Query(query): Query) -> Answer {
    let levels = load(&visit).await?;
    let mut page = made(&visit, &levels, visit.blank());
    page.back = query.opt("next").map(|x| next::own(x).to_owned()).filter(|x| x != "/");
    visit.page(page)
}

fn made(visit: &Visit, levels: &Levels, form: FormState) -> LevelPage {
    let level = levels.profile.account.level;
    let ways = ways(visit, levels);
    LevelPage {
        shell: visit.shell("level-title").crumb("/account", "account-title").of(&form),
        form,
        steps: steps(visit, level),
        higher: Level::ALL.into_iter().find(|x| *x > level),
        unproved: levels.profile.standing(Kind::Registration) == Standing::Stated,
        further: further(visit, levels, &ways),
        soonest: soonest(&ways),
        ways,
        hurdle: hurdle(visit, levels),
        code: levels.code.clone(),
        resume: resume_of(visit, levels.wish.as_ref(), &levels.profile),
        back: None,
    }
}

fn steps(visit: &Visit, current: Level) -> Vec<Step> {
    let portal = visit.app.portal();
    let opened = |level: Level| {
        let services = portal.city.catalogue.services().iter();
        let services = services.filter(|x| x.active && x.passport.rules.level() == level);
        let name = |x: &Service| x.passport.name.in_lang(visit.lang).to_owned();
        services.map(|x| (format!("/services/{}", x.code), name(x))).collect()
    };
    let step = |level: Level| Step {
        title: level_title(visit, level),
        opens: visit.t(&format!("account-level-{}-opens", level.as_str())).to_owned(),
        services: opened(level),
        reached: level <= current,
        current: level == current,
    };
    Level::ALL.into_iter().map(step).collect()
}

/// The ways that this portal has: first those that reach what was interrupted, of these the soonest.
fn ways(visit: &Visit, levels: &Levels) -> Vec<Card> {
    let there = visit.app.ways;
    let level = levels.profile.account.level;
    let proves = levels.profile.has_to_prove();
    let leads = |kind: &WayKind| match kind {
        WayKind::Registry => there.registry && level < Level::Standard,
        WayKind::Visit => proves,
        WayKind::Signature => there.signature && level < Level::Verified,
        WayKind::Scan => there.scans && proves,
        WayKind::Letter => there.letters && level >= Level::Standard && proves,
    };
    let of = |kind: WayKind| levels.ways.iter().find(|x| x.kind == kind);
    let shown = |kind: &WayKind| leads(kind) || of(*kind).is_some_and(|x| !x.state.is_over());
    let what = |kind: WayKind| match level {
        // Nothing is left but an address.
        Level::Verified => format!("way-{}-address", kind.as_str()),
        _ => format!("way-{}-what", kind.as_str()),
    };
    let missing = levels.profile.missing();
    let lacks = |kind: WayKind| {
        let needed = missing.iter().filter(|x| rules::needs(kind, **x));
        needed.map(|x| (x.as_str(), title(visit, *x))).collect()
    };
    let card = |kind: WayKind| Card {
        kind: kind.as_str(),
        title: visit.t(&format!("way-{}", kind.as_str())).to_owned(),
        what: visit.t(&what(kind)).to_owned(),
        state: of(kind).and_then(|x| stand(visit, x)),
        track: levels.track.clone().filter(|_| kind == WayKind::Letter),
        open: of(kind).is_none_or(|x| x.state.is_over()),
        typed: of(kind).is_some_and(|x| matches!(x.state, State::HandedOver | State::Delivered)),
        gathers: of(kind).is_some_and(|x| x.state == State::Gathering),
        leads: Some(rules::reaches(kind))
            .filter(|x| level < *x)
            .map(|x| visit.tw("level-leads", &[("level", level_title(visit, x).into())])),
        lacks: lacks(kind),
    };
    let mut kinds: Vec<WayKind> = WayKind::ALL.into_iter().filter(shown).collect();
    if let Some(wish) = &levels.wish {
        kinds.sort_by_key(|x| level < wish.level && rules::reaches(*x) < wish.level);
    }
    kinds.into_iter().map(card).collect()
}

/// The way to begin with: the first that asks for nothing which few people have.
fn soonest(ways: &[Card]) -> Option<&'static str> {
    let begun = ways.iter().any(|x| x.state.is_some() || x.gathers);
    let first = ways.iter().find(|x| x.leads.is_some() && x.kind != WayKind::Signature.as_str());
    first.filter(|_| !begun).map(|x| x.kind)
}

/// That what was interrupted needs one level more than the registries can give, and the ways there.
fn further(visit: &Visit, levels: &Levels, ways: &[Card]) -> Option<String> {
    let level = levels.profile.account.level;
    let needed = levels.wish.as_ref()?.level;
    let leading = ways.iter().filter(|x| x.leads.is_some());
    let there: Vec<String> = leading.map(|x| begun_small(&x.title)).collect();
    let told = level == Level::Standard && level < needed && !there.is_empty();
    let (now, needs) = (level_title(visit, level), level_title(visit, needed));
    told.then(|| {
        let words =
            [("now", now.into()), ("needs", needs.into()), ("ways", there.join(", ").into())];
        visit.tw("level-further", &words)
    })
}

/// How far somebody is; nothing of what ended by itself.
fn stand(visit: &Visit, way: &Way) -> Option<Stand> {
    let withdrawn = way.state == State::Ended && way.note.code == identity::WITHDRAWN;
    let (tag, icon) = match way.state {
        State::Ended if withdrawn => ("tag tag-warning", "x"),
        State::Ended | State::Passed => return None,
        State::Mismatch | State::Unknown | State::Taken | State::Refused | State::Spent => {
            ("tag tag-danger", "x")
        }
        State::Late | State::Expired => ("tag tag-warning", "clock"),
        _ => ("tag tag-info", "clock"),
    };
    let key = match withdrawn {
        true => "way-withdrawn".to_owned(),
        false => format!("way-{}-{}", way.kind.as_str(), way.state.as_str()),
    };
    Some(Stand {
        tag,
        icon,
        words: visit.t(&key).to_owned(),
        more: visit.t(&format!("{key}-more")).to_owned(),
        since: match way.state {
            // It is the end that counts, not the day on which the code was made.
            State::Invited => {
                visit.tw("way-visit-until", &[("until", moment(visit, way.expires_at).into())])
            }
            State::Waiting | State::Queued | State::Created => {
                visit.tw("way-since", &[("when", moment(visit, way.changed_at).into())])
            }
            _ => moment(visit, way.changed_at),
        },
        reason: reason(visit, way),
        fields: differing(visit, &way.note.fields),
    })
}

/// Why not: one of the reasons to choose from, and the words of whoever decided.
fn reason(visit: &Visit, way: &Way) -> String {
    let listed = match way.note.code.as_str() {
        "" | "other" | identity::WITHDRAWN => String::new(),
        code => visit.t(&format!("scan-reason-{code}")).to_owned(),
    };
    let parts = [listed, way.note.reason.clone()];
    parts.into_iter().filter(|x| !x.is_empty()).collect::<Vec<_>>().join(". ")
}

/// Asks the registries.
pub(super) async fn ask_registry(visit: Visit, Form(fields): Form) -> Answer {
    if !visit.app.ways.registry {
        return Err(Refusal::new(Refused::NotFound, "E-REQ-01").into());
    }
    let (app, cx, me) = (visit.app.clone(), visit.cx(), own(&visit)?);
    let consent = fields.flag("consent");
    let act =
        move |tx: &mut base::Tx<'_>| identity::begin_check(tx, &cx, &app.policy, (&me, consent));
    match visit.db().write(act).await {
        Ok(()) => see_other("/account/level#way-registry"),
        Err(error) => again(&visit, fields, (WayKind::Registry, error)).await,
    }
}

/// Makes the code to show at a service centre.
pub(super) async fn visit(visit: Visit, Form(fields): Form) -> Answer {
    let (app, cx, me) = (visit.app.clone(), visit.cx(), own(&visit)?);
    let consent = fields.flag("consent-visit");
    let act =
        move |tx: &mut base::Tx<'_>| identity::visit::invite(tx, &cx, &app.policy, (&me, consent));
    match visit.db().write(act).await {
        Ok(()) => see_other("/account/level#way-visit"),
        Err(error) => again(&visit, fields, (WayKind::Visit, error)).await,
    }
}

/// Asks for a registered letter.
pub(super) async fn letter(visit: Visit, Form(fields): Form) -> Answer {
    has_letters(&visit)?;
    let (app, cx, me) = (visit.app.clone(), visit.cx(), own(&visit)?);
    let consent = fields.flag("consent-letter");
    let act =
        move |tx: &mut base::Tx<'_>| identity::letter::order(tx, &cx, &app.policy, (&me, consent));
    match visit.db().write(act).await {
        Ok(()) => see_other("/account/level#way-letter"),
        Err(error) => again(&visit, fields, (WayKind::Letter, error)).await,
    }
}

fn has_letters(visit: &Visit) -> Result<(), Refusal> {
    let unknown = || Refusal::new(Refused::NotFound, "E-REQ-01");
    visit.app.ways.letters.then_some(()).ok_or_else(unknown)
}

/// The code that came in a letter.
pub(super) async fn letter_code(visit: Visit, Form(fields): Form) -> Answer {
    has_letters(&visit)?;
    let (app, cx, me) = (visit.app.clone(), visit.cx(), own(&visit)?);
    let typed = fields.text("code").to_owned();
    let act =
        move |tx: &mut base::Tx<'_>| identity::letter::redeem(tx, &cx, &app.policy, (&me, &typed));
    let fault = |fault: FieldFault| Err(Refusal::invalid(vec![fault]).into());
    let tried = match fields.opt("code") {
        None => fault(FieldFault::new("code", "E-FORM-01")),
        // A wrong try is counted, so only here it becomes a refusal.
        Some(_) => match visit.db().write(act).await? {
            Tried::Right => Ok(()),
            Tried::Wrong(left) => {
                fault(FieldFault::new("code", "E-AUTH-02-WRONG").arg("left", left))
            }
            Tried::Spent => fault(FieldFault::new("code", "E-ACC-25")),
            Tried::Nothing => fault(FieldFault::new("code", "E-ACC-26")),
        },
    };
    match tried {
        Ok(()) => see_other("/account/level"),
        Err(error) => again(&visit, fields, (WayKind::Letter, error)).await,
    }
}

/// Ends a way: the person goes it no further.
pub(super) async fn end(visit: Visit, Form(fields): Form) -> Answer {
    let unknown = || Refusal::new(Refused::Malformed, "E-REQ-04");
    let kind = WayKind::parse(fields.text("way")).ok_or_else(unknown)?;
    let (cx, me) = (visit.cx(), own(&visit)?);
    visit.db().write(move |tx| identity::visit::decline(tx, &cx, &me, kind)).await?;
    see_other("/account/level")
}

/// The page again, when a way could not be begun or gone on.
pub(in crate::pages) async fn again(
    visit: &Visit,
    fields: Fields,
    (kind, error): (WayKind, Error),
) -> Answer {
    let mut form = FormState::refused(fields, error)?;
    // Every way has a tick of its own.
    if kind != WayKind::Registry {
        for fault in form.faults.iter_mut().filter(|x| x.field == "consent") {
            fault.field = format!("consent-{}", kind.as_str()).into();
        }
    }
    // A field of a paper is corrected in its own form.
    let of_paper = |x: &FieldFault| x.field.contains('.');
    if let Some(fault) = form.faults.iter().find(|x| of_paper(x)).cloned() {
        let refusal = Refusal { args: fault.args, ..Refusal::new(Refused::Conflict, fault.code) };
        form.refusal = Some(Box::new(refusal));
        form.faults.retain(|x| !of_paper(x));
    }
    let levels = load(visit).await?;
    visit.again(made(visit, &levels, form))
}
