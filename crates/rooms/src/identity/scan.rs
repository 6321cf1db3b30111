//! The way through scans: pictures of the papers, a code to the phone, and somebody who compares them with
//! what was typed.

use base::outbox::{self, Letter};
use base::{Cx, FieldFault, Id, Instant, Kind as Refused, Outcome, Pii, Refusal, Tx, args};
use serde_json::json;

use super::visit::{self, Operator, not_own, stamp};
use super::way::{self, Note, State, Way, WayKind};
use super::{How, Kind, Profile, Ways, check, notice, save, stop};
use crate::access::{self, rules::reason as told};
use crate::accounts::codes::{self, CODE_LIVES, For};
use crate::accounts::limits::count_sending;
use crate::accounts::{self, Account, Level, Policy};
use crate::files::{self, File, Infected, New};

/// How long somebody may take to gather the pictures.
const GATHERS: i64 = 7 * Instant::DAY;
/// How long pictures are kept after the decision: for whoever complains.
const KEPT: i64 = 30 * Instant::DAY;
/// Files of one way.
const MOST: usize = 8;
/// Purpose of the codes; they are bound to the way.
const PURPOSE: &str = "scan";

/// What a picture shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Pages of the passport.
    Passport,
    /// The SNILS.
    Snils,
    /// The INN.
    Inn,
    /// The passport's page with the address of registration.
    Registration,
}

impl Part {
    /// All parts, in the order of the page.
    pub const ALL: [Self; 4] = [Self::Passport, Self::Snils, Self::Inn, Self::Registration];
    /// Without these nobody is confirmed.
    const NEEDED: &[Self] = &[Self::Passport, Self::Snils];

    /// What somebody of this level may send: of whom the portal knows, the address alone.
    fn of(level: Level) -> &'static [Self] {
        if level == Level::Verified { &[Self::Registration] } else { &Self::ALL }
    }

    /// Without these somebody of this level sends nothing.
    fn needed(level: Level) -> &'static [Self] {
        if level == Level::Verified { &[Self::Registration] } else { Self::NEEDED }
    }

    /// As stored, and as part of the keys of its texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passport => "passport",
            Self::Snils => "snils",
            Self::Inn => "inn",
            Self::Registration => "registration",
        }
    }

    /// Reads what [`Part::as_str`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|x| x.as_str() == text)
    }
}

/// Why scans are refused, to choose from.
pub const REASONS: [&str; 5] = ["unreadable", "differs", "missing", "not-a-scan", "other"];

/// What the person has gathered.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// Who it is.
    pub account: Account,
    /// The newest way, when there is one.
    pub way: Option<Way>,
    /// Its files.
    pub files: Vec<File>,
    /// A code waits to be typed.
    pub sent: bool,
}

impl Gathered {
    /// Whether files can be added and taken away.
    pub fn is_open(&self) -> bool {
        self.way.as_ref().is_none_or(|x| x.state.is_over() || x.state == State::Gathering)
    }

    /// The files of a part that goes on.
    pub fn of(&self, part: Part) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |x| x.part == part.as_str())
    }

    /// Parts that are taken from this person.
    pub fn parts(&self) -> &'static [Part] {
        Part::of(self.account.level)
    }

    /// Whether nothing is sent without `part`.
    pub fn needs(&self, part: Part) -> bool {
        Part::needed(self.account.level).contains(&part)
    }

    /// Parts that are needed and not there.
    pub fn missing(&self) -> Vec<Part> {
        let there = |part: &Part| self.of(*part).any(|x| x.state != files::State::Infected);
        Part::needed(self.account.level).iter().copied().filter(|x| !there(x)).collect()
    }
}

/// What `account` has gathered.
///
/// # Errors
/// `E-ACC-02` when the account is closed.
pub fn gathered(tx: &mut Tx<'_>, now: Instant, account: &Id) -> Outcome<Gathered> {
    let profile = save::known(tx, account)?;
    let way = way::newest_of(tx, account)?.into_iter().find(|x| x.kind == WayKind::Scan);
    let going = way.as_ref().filter(|x| !x.state.is_over());
    let files = going.map(|x| files::of(tx, &x.id)).transpose()?.unwrap_or_default();
    let sent = going.map(|x| codes::waits(tx, now, code_of(&x.id))).transpose()?;
    Ok(Gathered { account: profile.account, way, files, sent: sent.unwrap_or(false) })
}

/// A file of `part` is about to come: begins the way when none goes on; gives the file's id.
///
/// # Errors
/// `E-ACC-14` when nothing is left to prove by it, `E-ACC-12` while something is missing, `E-ACC-40` when the scans
/// were sent already, `E-FILE-11` when there are enough, `E-FILE-12` after too many uploads.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, (account, part): (&Id, Part)) -> Outcome<Id> {
    let level = accounts::lock_level(tx, account)?;
    let profile = save::known(tx, account)?;
    if !profile.has_to_prove() || !Part::of(level).contains(&part) {
        return Err(Refusal::new(Refused::Conflict, "E-ACC-14").into());
    }
    complete(&profile, cx.now)?;
    let going = way::open_of(tx, account)?.into_iter().find(|x| x.kind == WayKind::Scan);
    let subject = match going {
        Some(way) if way.state != State::Gathering => {
            return Err(Refusal::new(Refused::Conflict, "E-ACC-40").into());
        }
        Some(way) => way.id,
        None => {
            let kind = (WayKind::Scan, State::Gathering);
            let begun = way::begin(tx, cx, account, kind, cx.now.plus(GATHERS))?;
            begun.ok_or_else(|| Refusal::new(Refused::Conflict, "E-ACC-40"))?
        }
    };
    if files::of(tx, &subject)?.len() >= MOST {
        return Err(Refusal::new(Refused::Conflict, "E-FILE-11").arg("most", MOST).into());
    }
    files::begin(tx, cx, &New { account: account.clone(), subject, part: part.as_str() })
}

/// Whether the data are there that will be compared.
fn complete(profile: &Profile, now: Instant) -> Result<(), Refusal> {
    if profile.account.level == Level::Verified { Ok(()) } else { check::complete(profile, now) }
}

/// Takes a file away again. Without files there is no way.
///
/// # Errors
/// `E-ACC-40` when the scans were sent already.
pub fn take_away(tx: &mut Tx<'_>, account: &Id, file: &str) -> Outcome<()> {
    let way = gathering(tx, account)?;
    if files::of(tx, &way.id)?.iter().any(|x| x.id.as_str() == file) {
        files::discard(tx, account, file)?;
    }
    leave_empty(tx, account)
}

/// A file was refused, or the last one taken away: a way on which nothing is gathered is none.
///
/// # Errors
/// `E-ACC-02` when there is no such account.
pub fn leave_empty(tx: &mut Tx<'_>, account: &Id) -> Outcome<()> {
    accounts::lock_level(tx, account)?;
    let going = way::open_of(tx, account)?.into_iter();
    let gathers = |x: &Way| x.kind == WayKind::Scan && x.state == State::Gathering;
    for way in going.filter(gathers) {
        if !files::any_of(tx, &way.id)? {
            way::unbegin(tx, &way.id)?;
        }
    }
    Ok(())
}

/// The way on which `account` gathers, whose row of levels is ours.
fn gathering(tx: &mut Tx<'_>, account: &Id) -> Outcome<Way> {
    accounts::lock_level(tx, account)?;
    let going = way::open_of(tx, account)?.into_iter();
    let way = going.into_iter().find(|x| x.kind == WayKind::Scan && x.state == State::Gathering);
    Ok(way.ok_or_else(|| Refusal::new(Refused::Conflict, "E-ACC-40"))?)
}

fn code_of(way: &Id) -> For<'_> {
    For { purpose: PURPOSE, subject: way }
}

/// Sends the code to the phone with which the scans are sent.
///
/// # Errors
/// `E-ACC-40` when they were sent already, `E-ACC-41` while pictures are missing, `E-AUTH-LIMIT`.
pub fn send_code(tx: &mut Tx<'_>, cx: &Cx, policy: &Policy, account: &Id) -> Outcome<()> {
    let way = gathering(tx, account)?;
    let known = gathered(tx, cx.now, account)?;
    if let Some(part) = known.missing().first() {
        return Err(Refusal::new(Refused::Conflict, "E-ACC-41").arg("part", part.as_str()).into());
    }
    let to = known.account.phone.reveal();
    count_sending(tx, cx, to)?;
    let code = codes::issue(tx, cx, &policy.secrets, code_of(&way.id))?;
    let open = json!({"channel": "sms", "lang": known.account.lang.code(), "account": account});
    let private = Pii::new(json!({"to": to, "code": code}));
    let key = tx.key(account)?;
    let letter = Letter {
        subject: &format!("{}/sms", way.id),
        seq: cx.now.0,
        event: "scan-code",
        payload: &open.to_string(),
        private: Some((&key, &private)),
        priority: 0,
        expires: cx.now.plus(CODE_LIVES),
    };
    outbox::put(tx, cx, letter)?;
    Ok(())
}

/// Sends the scans to whoever compares them, on the word of the code; the registries are asked beside it.
/// A wrong code is counted, so its refusal is the inner result.
///
/// # Errors
/// Inner: faults at the field `code`. Outer: `E-FORM-08` without the consent, `E-ACC-40`, `E-ACC-41` as above;
/// `E-ACC-12` when data were taken away meanwhile.
pub fn send(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (policy, ways): (&Policy, Ways),
    (account, consent, typed): (&Id, bool, &str),
) -> Outcome<Result<(), Refusal>> {
    let mut way = gathering(tx, account)?;
    check::agreed(tx, cx, policy, (account, consent))?;
    let known = gathered(tx, cx.now, account)?;
    if let Some(part) = known.missing().first() {
        return Err(Refusal::new(Refused::Conflict, "E-ACC-41").arg("part", part.as_str()).into());
    }
    complete(&save::known(tx, account)?, cx.now)?;
    let verdict = codes::redeem(tx, cx.now, &policy.secrets, code_of(&way.id), typed)?;
    if let Err(refusal) = verdict.told() {
        return Ok(Err(refusal.at("code")));
    }
    way.pass(tx, cx, State::Queued, None)?;
    way.prolong(tx, Instant::NEVER)?;
    if ways.registry && known.account.level < Level::Standard {
        check::again(tx, cx, account)?;
    }
    Ok(Ok(()))
}

/// Scans that wait to be compared.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Their way.
    pub way: Id,
    /// Whose they are: nobody compares their own.
    pub account: Id,
    /// Since when.
    pub since: Instant,
    /// How many files.
    pub files: i64,
    /// Some of them wait for the scanner.
    pub scanning: bool,
}

/// The queue: the oldest first.
///
/// # Errors
/// A fault of the engine.
pub fn queue(tx: &mut Tx<'_>, limit: i64) -> Outcome<Vec<Waiting>> {
    Ok(tx.all(
        "SELECT w.id, w.account_id, w.changed_at,
                (SELECT count(*) FROM file f WHERE f.subject = w.id),
                (SELECT count(*) FROM file f WHERE f.subject = w.id AND f.state = 'waiting')
         FROM level_way w WHERE w.kind = 'scan' AND w.over_at IS NULL AND w.state = 'queued'
         ORDER BY w.changed_at, w.id LIMIT $1",
        args![limit],
        |r| {
            Ok(Waiting {
                way: r.get(0)?,
                account: r.get(1)?,
                since: r.get(2)?,
                files: r.get(3)?,
                scanning: r.get::<i64>(4)? > 0,
            })
        },
    )?)
}

/// Scans on an operator's table.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Their way.
    pub way: Way,
    /// The files; whether they may be shown, see [`Sheet::may_show`].
    pub files: Vec<File>,
    /// What was typed, and how the registries answered; only after the look was noted.
    pub seen: Option<(Profile, Option<State>)>,
    /// Unscanned files may be shown.
    unscanned: bool,
}

impl Sheet {
    /// What was shown, so that nothing else can be accepted.
    pub fn stamp(&self) -> String {
        self.seen.as_ref().map(|x| stamp(&x.0)).unwrap_or_default()
    }

    /// Whether a file may be shown to anybody.
    pub fn may_show(&self, file: &File) -> bool {
        file.state == files::State::Clean
            || (file.state == files::State::Unscanned && self.unscanned)
    }
}

/// The scans of a way, for `operator`; `unscanned`: files that no scanner saw may be shown.
///
/// # Errors
/// `E-ACC-19` when there are none, or somebody has decided.
pub fn sheet(
    tx: &mut Tx<'_>,
    now: Instant,
    operator: &Operator,
    (id, unscanned): (&str, bool),
) -> Outcome<Sheet> {
    let way = queued(tx, id)?;
    let seen = match visit::has_looked(tx, now, operator, &way)? {
        false => None,
        true => {
            let asked = way::newest_of(tx, &way.account)?;
            let registry = asked.iter().find(|x| x.kind == WayKind::Registry).map(|x| x.state);
            Some((save::known(tx, &way.account)?, registry))
        }
    };
    Ok(Sheet { files: files::of(tx, &way.id)?, way, seen, unscanned })
}

fn queued(tx: &mut Tx<'_>, id: &str) -> Outcome<Way> {
    let gone = || Refusal::new(Refused::NotFound, "E-ACC-19");
    let way = way::by_id(tx, id)?.filter(|x| x.state == State::Queued).ok_or_else(gone)?;
    if stop::stays(tx, &way.account)? { Ok(way) } else { Err(gone().into()) }
}

/// Notes that `operator` opens the scans.
///
/// # Errors
/// `E-ACC-19` when somebody has decided, `E-ACC-15` for one's own.
pub fn look(tx: &mut Tx<'_>, cx: &Cx, operator: &Operator, id: &str) -> Outcome<()> {
    let way = queued(tx, id)?;
    visit::note_look(tx, cx, operator, &way, "scans")
}

/// What an operator has decided.
#[derive(Clone, Debug)]
pub enum Decision {
    /// The pictures show what was typed; the stamp says what was compared.
    Accept {
        /// From [`Sheet::stamp`].
        stamp: String,
    },
    /// They do not.
    Refuse {
        /// One of [`REASONS`].
        reason: String,
        /// In words for the person; needed with the reason `other`.
        words: String,
    },
}

/// Ends the way. Of many who decide at once one decides.
///
/// # Errors
/// `E-ACC-19` when somebody was faster, `E-ACC-15` for one's own, `E-ACC-16` when what was compared was not
/// looked at within the last minutes or has changed since, `E-ACC-42` while files may not be shown, faults
/// of the fields `reason` and `words`.
pub fn decide(
    tx: &mut Tx<'_>,
    cx: &Cx,
    operator: &Operator,
    (id, unscanned, decision): (&str, bool, &Decision),
) -> Outcome<State> {
    let way = queued(tx, id)?;
    not_own(operator, &way)?;
    accounts::lock_level(tx, &way.account)?;
    let sheet = sheet(tx, cx.now, operator, (id, unscanned))?;
    let stale = || Refusal::new(Refused::Conflict, "E-ACC-16");
    if sheet.seen.is_none() {
        return Err(stale().into());
    }
    let shown = sheet.files.iter().all(|x| sheet.may_show(x));
    let mut way = sheet.way.clone();
    match decision {
        Decision::Refuse { reason, words } => refuse(tx, cx, &mut way, (reason, words))?,
        Decision::Accept { stamp } if *stamp != sheet.stamp() => return Err(stale().into()),
        Decision::Accept { .. } if !shown => {
            return Err(Refusal::new(Refused::Conflict, "E-ACC-42").into());
        }
        Decision::Accept { .. } => accept(tx, cx, &mut way, &sheet.files)?,
    }
    Ok(way.state)
}

/// Notes what the pictures prove: who somebody is, where they are registered, or both.
fn accept(tx: &mut Tx<'_>, cx: &Cx, way: &mut Way, pictures: &[File]) -> Outcome<()> {
    let there = |part: &Part| pictures.iter().any(|x| x.part == part.as_str());
    let whole = Part::NEEDED.iter().all(there);
    let mut seen = Kind::NEEDED.to_vec();
    seen.extend(there(&Part::Inn).then_some(Kind::Inn));
    if whole && !check::attest_kinds(tx, cx, &way.account, (&seen, How::Scan))? {
        end(tx, cx, way, (State::Taken, None))?;
        return notice::tell(tx, cx, way, "identity-check-taken");
    }
    let mut lives = false;
    if there(&Part::Registration) {
        let home = (&[Kind::Registration][..], How::Scan);
        lives = check::attest_addresses(tx, cx, &way.account, home)?;
    }
    end(tx, cx, way, (State::Passed, None))?;
    if !whole {
        return check::proved(tx, cx, way, lives);
    }
    visit::decline(tx, cx, &way.account, WayKind::Registry)?;
    check::raise(tx, cx, way, (Level::Verified, lives))
}

/// Whether the pictures of a way can show the address of registration: those that were sent do, others may come.
pub(super) fn shows_home(tx: &mut Tx<'_>, way: &Way) -> Outcome<bool> {
    let home = |x: &File| x.part == Part::Registration.as_str();
    Ok(way.state == State::Gathering || files::of(tx, &way.id)?.iter().any(home))
}

fn refuse(tx: &mut Tx<'_>, cx: &Cx, way: &mut Way, (reason, words): (&str, &str)) -> Outcome<()> {
    let known = REASONS.contains(&reason);
    let mut faults = Vec::new();
    if !known {
        faults.push(FieldFault::new("reason", "E-FORM-01-choice"));
    }
    if (reason == "other" || !words.trim().is_empty())
        && let Some(fault) = told(words)
    {
        faults.push(FieldFault { field: "words".into(), ..fault });
    }
    if !faults.is_empty() {
        return Err(Refusal::invalid(faults).into());
    }
    let (code, reason) = (reason.to_owned(), words.trim().to_owned());
    end(tx, cx, way, (State::Refused, Some(&Note { code, reason, ..Note::default() })))?;
    notice::tell(tx, cx, way, "identity-scan-refused")
}

fn end(tx: &mut Tx<'_>, cx: &Cx, way: &mut Way, (to, note): (State, Option<&Note>)) -> Outcome<()> {
    if !way.pass(tx, cx, to, note)? {
        return Err(Refusal::new(Refused::NotFound, "E-ACC-19").into());
    }
    files::forget_at(tx, &way.id, cx.now.plus(KEPT))
}

/// Something bad was found in a file: a way that was sent is refused, and its person told. One that is
/// being gathered shows it on its page. When the file had been called clean before, its owner is told
/// in any case, and so are those who watch over the portal.
///
/// # Errors
/// A fault of the engine.
pub fn infected(tx: &mut Tx<'_>, cx: &Cx, found: &Infected) -> Outcome<()> {
    if found.later {
        access::tell_watchers(tx, cx, ("staff-alarm-file", &found.file), "/staff/checks")?;
    }
    let Some(way) = way::by_id(tx, &found.subject)? else { return Ok(()) };
    let Some(mut way) = check::locked(tx, way)? else { return Ok(()) };
    if way.state != State::Queued {
        let told = found.later.then(|| notice::tell(tx, cx, &way, "identity-scan-withdrawn"));
        return told.unwrap_or(Ok(()));
    }
    let note = Note { code: "infected".into(), ..Note::default() };
    if way.pass(tx, cx, State::Refused, Some(&note))? {
        files::forget_at(tx, &way.id, cx.now.plus(KEPT))?;
        notice::tell(tx, cx, &way, "identity-scan-refused")?;
    }
    Ok(())
}

/// Ends ways whose pictures were never sent, and lets the pictures go.
///
/// # Errors
/// A fault of the engine.
pub fn run_out(tx: &mut Tx<'_>, cx: &Cx) -> Outcome<()> {
    for way in way::run_out(tx, cx.now, (WayKind::Scan, State::Gathering), 100)? {
        let Some(mut way) = check::locked(tx, way)? else { continue };
        if way.pass(tx, cx, State::Expired, None)? {
            files::forget_of(tx, &way.id)?;
        }
    }
    Ok(())
}

/// Ends the way of `account` by its own wish: the pictures go at once.
pub(super) fn ended(tx: &mut Tx<'_>, way: &Way) -> Outcome<()> {
    if way.kind == WayKind::Scan { files::forget_of(tx, &way.id) } else { Ok(()) }
}
