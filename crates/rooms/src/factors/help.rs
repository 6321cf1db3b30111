//! What the staff can do for somebody who has lost every way in: begin, and never finish. Whoever
//! shows the passport that the account has confirmed gets a code on paper ([`super::desk`]); whoever
//! calls is told at the contacts on file how to go on. The staff see nothing of the account, and the
//! answer is the same whether or not there is one.

use base::vault::Spot;
use base::{Cx, FieldFault, Id, Instant, Kind, Outcome, Pii, Refusal, Tx, args};

use super::notice::{self, Event};
use super::{Came, desk, device, half};
use crate::access::{self, Action, Grant, Scope};
use crate::accounts::codes::{plain, symbols};
use crate::accounts::limits::{self, Limit};
use crate::accounts::signin::Identifier;
use crate::accounts::{PersonName, Policy, Secrets};
use crate::identity::{self, Kind as Datum};
use crate::privacy::{self, Row};
use crate::{accounts, sessions, sso};

/// How long the code on paper begins a recovery.
pub(super) const BEGINS: i64 = Instant::DAY;
/// Helps of one person of the staff; above it those who watch over the portal are told.
const HELPS: Limit = Limit { most: 20, window: Instant::DAY, code: "E-REC-04" };
/// Helps for one identifier, whether or not anybody has it.
const FOR_ONE: Limit = Limit { most: 3, window: Instant::DAY, code: "E-REC-05" };
/// Kind of the alarms.
const ALARM: &str = "help";

/// How somebody of the staff made sure who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The passport lies on the desk; its ten digits.
    Paper(Pii<String>),
    /// Somebody calls and answers questions.
    Call,
}

impl Seen {
    /// As stored.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Paper(_) => "paper",
            Self::Call => "call",
        }
    }

    /// Reads series and number of a passport, however they are typed.
    ///
    /// # Errors
    /// `E-FORM-01`, `E-REC-06` at `field`.
    pub fn paper(field: &'static str, typed: &str) -> Result<Self, FieldFault> {
        let digits: String = ident::tidy(typed).chars().filter(|c| !" -".contains(*c)).collect();
        match digits.len() {
            0 => Err(FieldFault::new(field, "E-FORM-01")),
            10 if digits.bytes().all(|b| b.is_ascii_digit()) => Ok(Self::Paper(digits.into())),
            _ => Err(FieldFault::new(field, "E-REC-06")),
        }
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// To come back in.
    Restore,
    /// To end all sessions.
    Sessions,
}

impl Aim {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Restore => "restore",
            Self::Sessions => "sessions",
        }
    }
}

/// Somebody asks the staff for help.
#[derive(Clone, Debug)]
pub struct Help {
    /// Who helps.
    pub staff: Id,
    /// The grant by which it is allowed.
    pub by: Grant,
    /// As the person says it.
    pub surname: PersonName,
    /// Phone or SNILS.
    pub named: Identifier,
    /// How they made sure.
    pub seen: Seen,
    /// What is asked for.
    pub aim: Aim,
    /// What has happened, and what was asked and answered.
    pub reason: Pii<String>,
}

/// Begins what a member of the staff may begin. Gives the code to print for somebody who has shown a
/// passport and wants to come back in: it opens nothing when the account is not theirs, and looks the
/// same. A limit that is reached is noted, so its refusal is the inner result.
///
/// # Errors
/// Inner: `E-REC-04` after twenty in a day, of which those who watch are told. Outer: `E-ROLE-01` when
/// `scope` was made for something else or does not hold the grant; `E-REC-05` after three for one
/// identifier in a day.
pub fn help(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (scope, help): (&Scope, &Help),
) -> Outcome<Result<Option<Pii<String>>, Refusal>> {
    if scope.action() != Action::HelpRecover || !scope.grants().any(|x| *x == help.by) {
        return Err(Refusal::new(Kind::Forbidden, "E-ROLE-01").into());
    }
    match limits::count(tx, cx, &format!("help:{}", help.staff), HELPS) {
        Ok(()) => {}
        Err(base::Error::Refusal(refusal)) => {
            access::raise(tx, cx, &help.staff, (ALARM, HELPS.most, HELPS.window))?;
            return Ok(Err(*refusal));
        }
        Err(fault) => return Err(fault),
    }
    limits::count(tx, cx, &format!("helped:{}", help.named.reveal()), FOR_ONE)?;
    let account = found(tx, help)?;
    let code = match (&help.seen, help.aim) {
        (Seen::Paper(_), Aim::Restore) => Some(fresh(cx)),
        _ => None,
    };
    note(tx, cx, policy, (help, account.as_ref()), code.as_deref())?;
    if let Some(account) = &account {
        act(tx, cx, policy, (help, account))?;
    }
    Ok(Ok(code.map(Pii::new)))
}

/// Does it to the account that was found; all contacts are told, each with the link «It was not me».
fn act(tx: &mut Tx<'_>, cx: &Cx, policy: &Policy, (help, account): (&Help, &Id)) -> Outcome<()> {
    let (what, event) = match (help.aim, &help.seen) {
        (Aim::Sessions, _) => ("sessions-ended", Event::SessionsEnded),
        (Aim::Restore, Seen::Paper(_)) => ("recovery", Event::HelpGiven),
        (Aim::Restore, Seen::Call) => ("recovery", Event::HelpAsked),
    };
    privacy::looked(tx, cx, account, what)?;
    if help.aim == Aim::Sessions {
        accounts::lock(tx, account)?;
        half::end_all(tx, account)?;
        sessions::close_all(tx, account)?;
        sso::logout::leave_all(tx, cx, account)?;
        device::revoke_others(tx, account, None)?;
    }
    notice::tell(tx, cx, policy, account, (event, &Came::default()))
}

/// Whose account it is: surname and identifier are right, and so is the passport where it was shown. A
/// workplace is not opened this way: of the staff only sessions are ended.
fn found(tx: &mut Tx<'_>, help: &Help) -> Outcome<Option<Id>> {
    let challenge = super::find::find(tx, &help.named)?;
    let Some(account) = challenge.account().cloned() else { return Ok(None) };
    if help.aim == Aim::Restore && sessions::is_staff(tx, &account)? {
        return Ok(None);
    }
    let Some(profile) = identity::profile(tx, &account)? else { return Ok(None) };
    let named = profile.account.is_called(&help.surname);
    let shown = match &help.seen {
        Seen::Call => true,
        Seen::Paper(digits) => profile.get(Datum::Passport).is_some_and(|x| {
            let kept = format!("{}{}", x.values.get("series"), x.values.get("number"));
            profile.is_checked(Datum::Passport) && kept == *digits.reveal()
        }),
    };
    Ok((named && shown).then_some(account))
}

/// Writes down who helped whom, and why. A code that came before ends nothing any more.
fn note(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (help, account): (&Help, Option<&Id>),
    code: Option<&str>,
) -> Outcome<()> {
    let id = cx.new_id();
    let digest = code.map(|code| digest(&policy.secrets, code));
    let reason = match account {
        Some(account) => Some(tx.key(account)?.seal(spot(&id), help.reason.reveal())?),
        None => None,
    };
    if let (Some(account), Some(_)) = (account, code) {
        desk::end(tx, cx.now, account)?;
    }
    tx.exec(
        "INSERT INTO helped_recovery (id, account_id, at, op_id, staff_id, role, place_kind,
                                      place_id, seen, aim, reason_sealed, digest, ends_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        args![
            &id,
            account,
            cx.now,
            &cx.op,
            &help.staff,
            help.by.role.as_str(),
            help.by.place.kind().as_str(),
            help.by.place.id(),
            help.seen.as_str(),
            help.aim.as_str(),
            reason.as_ref(),
            digest.as_ref().map(|x| &x[..]),
            cx.now.plus(BEGINS),
        ],
    )?;
    Ok(())
}

/// 80 bits: `7K2M-49QX-0ZTF-W3HB`.
fn fresh(cx: &Cx) -> String {
    let digits: Vec<char> = symbols::<16>(&cx.chance).chars().collect();
    digits.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}

/// What is kept of a code on paper.
pub(super) fn digest(secrets: &Secrets, code: &str) -> [u8; 32] {
    secrets.digest("helped", &plain(code))
}

/// Where the reason of a help stands.
fn spot(id: &str) -> Spot<'_> {
    Spot::new("helped_recovery", "reason", id)
}

/// How the staff helped somebody, the oldest first.
pub(super) fn rows(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Row>> {
    let key = tx.key(account)?;
    Ok(tx.all(
        "SELECT id, at, seen, aim, reason_sealed, ready_at, over_at, contact_sealed FROM helped_recovery
         WHERE account_id = $1 ORDER BY at, id",
        args![account],
        |r| {
            let id: Id = r.get(0)?;
            let reason = match r.get::<Option<Vec<u8>>>(4)? {
                Some(sealed) => key.open_text(spot(&id), &sealed)?,
                None => String::new(),
            };
            let contact = match r.get::<Option<Vec<u8>>>(7)? {
                Some(sealed) => desk::of_help(&key, &id, &sealed)?.reveal().to_owned(),
                None => String::new(),
            };
            Ok(Row::new()
                .at("at", r.get::<Instant>(1)?)
                .code("what", ("data-helped-", &r.get::<String>(3)?))
                .code("how", ("data-helped-", &r.get::<String>(2)?))
                .text("reason", reason)
                .text("contact", contact)
                .at("starts", r.get::<Option<Instant>>(5)?)
                .at("ended", r.get::<Option<Instant>>(6)?))
        },
    )?)
}

/// The surname and the words of whoever asks, read at once.
///
/// # Errors
/// What is wrong with `surname` and `identifier`.
pub fn named(surname: &str, identifier: &str) -> Result<(PersonName, Identifier), Vec<FieldFault>> {
    let who = PersonName::parse("surname", surname);
    let by = Identifier::named("identifier", identifier);
    match (who, by) {
        (Ok(who), Ok(by)) => Ok((who, by)),
        (who, by) => Err([who.err(), by.err()].into_iter().flatten().collect()),
    }
}
