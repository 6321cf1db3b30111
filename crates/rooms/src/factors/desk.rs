//! The way back with a code on paper, which somebody of the staff has given to whoever showed the
//! passport. Its owner brings the code and a contact at which they can be reached, an old one or a new
//! one, and proves the contact. Then a day passes in which all contacts on file are told and anybody
//! real can end it. After that code and contact, once more, open the account. The code alone opens
//! nothing, nor does the contact.

use base::vault::{DataKey, Spot};
use base::{Cx, Fault, Id, Instant, Kind, Outcome, Refusal, Tx, args};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::notice::{self, Event};
use super::signin::{self, Opened};
use super::{Came, change, code, digest, help, password, review, rules, token, wait};
use crate::accounts::codes::{self, For};
use crate::accounts::limits::{self, Limit};
use crate::accounts::{self, Account, Contact, Policy, read};
use crate::privacy::Row;
use crate::sessions;

/// Purpose of the code that proves the contact.
const PURPOSE: &str = "helped";
/// How long a contact waits to be proved.
const WAITS: i64 = 30 * Instant::MINUTE;
/// Codes on paper that are typed from one address.
const FROM: Limit = Limit { most: 10, window: Instant::HOUR, code: "E-AUTH-LIMIT" };

/// What a code on paper leads to.
#[derive(Clone, Debug)]
pub enum Brought {
    /// A code went to the contact; this is the token that the browser holds.
    Sent(String),
    /// It waits until then.
    Waits(Instant),
}

/// What a contact leads to that was proved beside the code on paper.
#[derive(Clone, Debug)]
pub enum Proved {
    /// A day begins.
    Waits(Instant),
    /// It is over: a session, to choose a new password.
    In(Opened),
}

/// What is sealed of a contact.
#[derive(Serialize, Deserialize)]
struct Written {
    kind: String,
    contact: String,
}

impl From<&Contact> for Written {
    fn from(contact: &Contact) -> Self {
        Self { kind: contact.kind().to_owned(), contact: contact.reveal().to_owned() }
    }
}

impl From<Written> for Contact {
    fn from(written: Written) -> Self {
        Self::known(&written.kind, written.contact)
    }
}

/// A help that its owner may go on with.
struct Live {
    id: Id,
    account: Id,
    /// Begun: from when it can be finished, and the contact that was proved.
    begun: Option<(Instant, Vec<u8>)>,
}

/// Somebody types the code on paper and says where they can be reached; once a contact was proved with
/// it, that one is asked. A try is counted, so what is wrong is the inner result.
///
/// # Errors
/// Inner: `E-REC-02` when there is no code like it; `E-FORM-01` when a first contact
/// is missing. Outer: `E-AUTH-LIMIT` with the seconds to wait.
pub fn bring(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (code, contact, came): (&str, Option<&Contact>, &Came),
) -> Outcome<Result<Brought, Refusal>> {
    if let Some(address) = came.address {
        limits::count(tx, cx, &format!("helped-from:{}", address.near()), FROM)?;
    }
    let Some(live) = live(tx, cx.now, &help::digest(&policy.secrets, code))? else {
        return Ok(Err(unknown()));
    };
    let contact = match (&live.begun, contact) {
        (Some((ready_at, _)), _) if *ready_at > cx.now => return Ok(Ok(Brought::Waits(*ready_at))),
        (Some((_, sealed)), _) => {
            let key = tx.key(&live.account)?;
            Contact::from(key.open_json::<Written>(spot_of_help(&live.id), sealed)?)
        }
        (None, Some(contact)) => contact.clone(),
        (None, None) => {
            return Ok(Err(Refusal::new(Kind::Invalid, "E-FORM-01")));
        }
    };
    begin(tx, cx, policy, (&live, &contact), came.shared).map(|token| Ok(Brought::Sent(token)))
}

/// Sends a code to the contact. Whose it is nobody knows yet, so it is counted as a stranger's wish.
fn begin(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (live, contact): (&Live, &Contact),
    shared: bool,
) -> Outcome<String> {
    let reaches = limits::wish(tx, cx, contact.reveal(), contact.reveal())?;
    let (id, token, key) = (cx.new_id(), token(cx), tx.key(&live.account)?);
    let sealed = key.seal_json(spot_of_step(&id), &Written::from(contact))?;
    tx.exec(
        "INSERT INTO helped_step (id, token_digest, account_id, helped_id, contact_sealed, expires_at,
                                  shared)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            &id,
            &digest(&token)[..],
            &live.account,
            &live.id,
            &sealed,
            cx.now.plus(WAITS),
            shared,
        ],
    )?;
    let typed = codes::issue(tx, cx, &policy.secrets, For { purpose: PURPOSE, subject: &id })?;
    let way = contact.way().as_str();
    let open = json!({"channel": way, "account": live.account});
    let said = json!({"to": contact.reveal(), "code": typed});
    let subject = format!("{id}/{way}");
    let about = (&live.account, subject.as_str(), "recovery-code");
    code::letter(tx, cx, about, (&open, said, !reaches))?;
    Ok(token)
}

/// The code that went to the contact. A wrong one is counted, so its refusal is the inner result.
///
/// # Errors
/// Inner: `E-AUTH-02-…`. Outer: `E-AUTH-02-EXPIRED` when it waits no more; `E-REC-02` when somebody has
/// ended the recovery; `E-REC-03` when the contact has another account; `E-REC-01` for the staff.
pub fn prove(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (token, came): (&str, &Came),
    code: &str,
) -> Outcome<Result<Proved, Refusal>> {
    let over = || Refusal::new(Kind::Gone, "E-AUTH-02-EXPIRED");
    let step = tx.opt(
        "SELECT s.id, s.contact_sealed, h.id, h.account_id, h.ready_at, s.shared
         FROM helped_step s JOIN helped_recovery h ON h.id = s.helped_id
         WHERE s.token_digest = $1 AND s.expires_at > $2",
        args![&digest(token)[..], cx.now],
        |r| {
            let step = (r.get::<Id>(0)?, r.get::<Vec<u8>>(1)?);
            let helped = (r.get::<Id>(2)?, r.get::<Id>(3)?, r.get::<Option<Instant>>(4)?);
            Ok((step, helped, r.get::<bool>(5)?))
        },
    )?;
    let ((step, sealed), (id, account, begun), shared) = step.ok_or_else(over)?;
    let came = &Came { shared, ..came.clone() };
    let what = For { purpose: PURPOSE, subject: &step };
    if let Err(refusal) = codes::redeem(tx, cx.now, &policy.secrets, what, code)?.told() {
        return Ok(Err(refusal));
    }
    tx.exec("DELETE FROM helped_step WHERE id = $1", args![&step])?;
    let written = tx.key(&account)?.open_json::<Written>(spot_of_step(&step), &sealed)?;
    let owner = read::account(tx, &account)?.ok_or_else(over)?;
    let contact = Contact::from(written);
    if sessions::is_staff(tx, &account)? {
        return Err(Refusal::new(Kind::Conflict, "E-REC-01").into());
    }
    let other = read::by_contact(tx, contact.reveal())?;
    if other.is_some_and(|x| x.id != account) {
        return Err(Refusal::new(Kind::Conflict, "E-REC-03").into());
    }
    match begun {
        None => wait_for(tx, cx, policy, (&id, &account), (&contact, came)).map(Proved::Waits),
        Some(_) => finish(tx, cx, policy, (&id, &owner), (&contact, came)).map(Proved::In),
    }
    .map(Ok)
}

/// Begins the day. Of many who prove a contact with one code, one begins.
fn wait_for(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (id, account): (&Id, &Id),
    (contact, came): (&Contact, &Came),
) -> Outcome<Instant> {
    let ready_at = cx.now.plus(wait::WAITS);
    let sealed = tx.key(account)?.seal_json(spot_of_help(id), &Written::from(contact))?;
    let begun = tx.exec(
        "UPDATE helped_recovery SET contact_sealed = $2, ready_at = $3, ends_at = $4
         WHERE id = $1 AND ready_at IS NULL AND over_at IS NULL AND ends_at > $5",
        args![id, &sealed, ready_at, ready_at.plus(wait::OPEN), cx.now],
    )?;
    if begun == 0 {
        return Err(unknown().into());
    }
    notice::tell_when(tx, cx, policy, account, (Event::RecoveryWaits, came, ready_at))?;
    Ok(ready_at)
}

/// Ends it: nobody has objected. Everything that opened the account before opens it no more, and what
/// was confirmed in person is to be confirmed anew: one clerk must not give the highest level away.
fn finish(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (id, owner): (&Id, &Account),
    (contact, came): (&Contact, &Came),
) -> Outcome<Opened> {
    let done = tx.exec(
        "UPDATE helped_recovery SET over_at = $2
         WHERE id = $1 AND over_at IS NULL AND ready_at <= $2 AND ends_at > $2",
        args![id, cx.now],
    )?;
    if done == 0 {
        return Err(unknown().into());
    }
    let account = &owner.id;
    password::close_everything(tx, cx, account)?;
    wait::lose_factors(tx, account)?;
    let level = rules::level_after(owner.level, &[contact.way()]);
    accounts::set_level(tx, cx, account, level, "recovery")?;
    notice::tell(tx, cx, policy, account, (Event::Recovered, came))?;
    let opened = signin::first(tx, cx, account, came)?;
    if !is_own(owner, contact) {
        change::replace(tx, cx, policy, (account, &opened.session, came), contact)?;
    }
    review::ask(tx, cx.now, account)?;
    Ok(opened)
}

fn is_own(owner: &Account, contact: &Contact) -> bool {
    match contact {
        Contact::Phone(phone) => *phone == owner.phone,
        Contact::Email(email) => owner.email_verified && owner.email.as_ref() == Some(email),
    }
}

fn live(tx: &mut Tx<'_>, now: Instant, digest: &[u8]) -> Outcome<Option<Live>> {
    Ok(tx.opt(
        "SELECT id, account_id, ready_at, contact_sealed FROM helped_recovery
         WHERE digest = $1 AND over_at IS NULL AND ends_at > $2 AND account_id IS NOT NULL",
        args![digest, now],
        |r| {
            let begun = r.get::<Option<Instant>>(2)?.zip(r.get::<Option<Vec<u8>>>(3)?);
            Ok(Live { id: r.get(0)?, account: r.get(1)?, begun })
        },
    )?)
}

/// From when somebody who brings a code on paper can finish, when a contact was proved with one.
pub(super) fn waits(tx: &mut Tx<'_>, now: Instant, account: &Id) -> Outcome<Option<Instant>> {
    Ok(tx.opt(
        "SELECT ready_at FROM helped_recovery
         WHERE account_id = $1 AND over_at IS NULL AND ends_at > $2 AND ready_at IS NOT NULL",
        args![account, now],
        |r| r.get(0),
    )?)
}

/// Ends what the staff have begun for `account`: its owner is there, or another code was given.
pub(super) fn end(tx: &mut Tx<'_>, now: Instant, account: &Id) -> Outcome<()> {
    let sql = "UPDATE helped_recovery SET over_at = $2 WHERE account_id = $1 AND over_at IS NULL";
    tx.exec(sql, args![account, now])?;
    tx.exec("DELETE FROM helped_step WHERE account_id = $1", args![account])?;
    Ok(())
}

fn unknown() -> Refusal {
    Refusal::new(Kind::Invalid, "E-REC-02")
}

/// The contact that was proved for the recovery `id`.
pub(super) fn of_help(key: &DataKey, id: &str, sealed: &[u8]) -> Result<Contact, Fault> {
    Ok(key.open_json::<Written>(spot_of_help(id), sealed)?.into())
}

/// The contacts that are being proved for `account`.
pub(super) fn rows(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Row>> {
    let key = tx.key(account)?;
    Ok(tx.all(
        "SELECT id, contact_sealed, expires_at FROM helped_step WHERE account_id = $1
         ORDER BY expires_at, id",
        args![account],
        |r| {
            let (id, sealed): (Id, Vec<u8>) = (r.get(0)?, r.get(1)?);
            let contact = Contact::from(key.open_json::<Written>(spot_of_step(&id), &sealed)?);
            Ok(Row::new()
                .code("what", ("data-helped-", "proving"))
                .text("contact", contact.reveal().to_owned())
                .at("ends", r.get::<Instant>(2)?))
        },
    )?)
}

fn spot_of_help(id: &str) -> Spot<'_> {
    Spot::new("helped_recovery", "contact", id)
}

fn spot_of_step(id: &str) -> Spot<'_> {
    Spot::new("helped_step", "contact", id)
}
