//! Changing the name, the phone or the e-mail of an account.
//!
//! A new contact counts once it was proved by a code. From then on other sessions are over and other
//! devices are new; all contacts are told, the new one without a link, and the old one gets a link with
//! which its owner takes the change back for 72 hours, whoever is signed in by then. Proving the old one
//! anew within that time takes the change back, too.

use base::outbox::{self, Letter};
use base::vault::Spot;
use base::{Cx, Id, Instant, Kind, Outcome, Pii, Refusal, Tx, args};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::notice::{self, Event};
use super::{Came, device, half, password};
use crate::accounts::codes::{self, CODE_LIVES, For};
use crate::accounts::limits::{self, Limit};
use crate::accounts::{self, Account, Contact, Names, Policy, Renamed, read};
use crate::identity;
use crate::privacy::Row;
use crate::sessions;

/// Purpose of the code that proves a new contact.
const PURPOSE: &str = "contact";
/// How long a change waits for its code.
const WAITS: i64 = Instant::HOUR;
/// How long the old contact can take it back.
pub const UNDO: i64 = 72 * Instant::HOUR;
/// Where the link to the old contact leads; its secret follows.
const UNDO_PATH: &str = "/undo/";
/// Changes that one account may begin.
const CHANGES: Limit = Limit { most: 5, window: Instant::DAY, code: "E-AUTH-LIMIT" };

/// What is sealed of a change.
#[derive(Serialize, Deserialize)]
struct Written {
    old: Option<String>,
    new: String,
}

/// A change of a contact.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its id.
    pub id: Id,
    /// Whose it is.
    pub account: Id,
    /// The contact that was proved before.
    pub old: Option<Contact>,
    /// The new one.
    pub new: Contact,
}

/// Gives the account another name; sessions stay. Above the simplified level it goes down to it, unless the
/// name is the same and only spelled differently.
///
/// # Errors
/// `E-ACC-02` when there is no such account.
pub fn rename(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, names): (&Id, &Names),
    came: &Came,
) -> Outcome<()> {
    let before = accounts::lock_level(tx, account)?;
    match accounts::rename(tx, cx, account, names)? {
        Renamed::Not => return Ok(()),
        Renamed::Spelled => identity::respelled(tx, cx, account)?,
        Renamed::Other => identity::renamed(tx, cx, account, before)?,
    }
    notice::tell(tx, cx, policy, account, (Event::NameChanged, came))
}

/// Begins a change and sends a code to the new contact; gives its id. One of the same kind that waits
/// is over. Whoever has the contact already is told, and the answer is the same.
///
/// # Errors
/// `E-ACC-06` when it is the present contact; `E-AUTH-LIMIT` with the seconds to wait; `E-ACC-02`.
pub fn begin(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, new): (&Id, &Contact),
) -> Outcome<Id> {
    let owner = owner(tx, account)?;
    if proved(&owner, new.kind()).as_ref() == Some(new) {
        return Err(Refusal::new(Kind::Conflict, "E-ACC-06").into());
    }
    limits::count(tx, cx, &format!("contact:{account}"), CHANGES)?;
    tx.exec(
        "DELETE FROM contact_change WHERE account_id = $1 AND kind = $2 AND proved_at IS NULL",
        args![account, new.kind()],
    )?;
    let id = cx.new_id();
    let old = proved(&owner, new.kind()).map(|x| x.reveal().to_owned());
    let written = Written { old, new: new.reveal().to_owned() };
    let sealed = tx.key(account)?.seal_json(spot(&id), &written)?;
    tx.exec(
        "INSERT INTO contact_change (id, account_id, kind, sealed, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        args![&id, account, new.kind(), &sealed, cx.now, cx.now.plus(WAITS)],
    )?;
    send(tx, cx, policy, (&owner, &id), new)?;
    Ok(id)
}

/// Sends the code of a change again; the one before ends.
///
/// # Errors
/// `E-AUTH-02-EXPIRED` when it waits no more; `E-AUTH-LIMIT` with the seconds to wait.
pub fn again(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, change): (&Id, &Id),
) -> Outcome<()> {
    let owner = owner(tx, account)?;
    let change = waiting(tx, cx.now, account, change)?.ok_or_else(over)?;
    send(tx, cx, policy, (&owner, &change.id), &change.new)
}

/// A change of `account` that waits for its code.
///
/// # Errors
/// A fault of the engine.
pub fn waiting(
    tx: &mut Tx<'_>,
    now: Instant,
    account: &Id,
    change: &Id,
) -> Outcome<Option<Change>> {
    let found = tx.opt(
        "SELECT kind, sealed FROM contact_change
         WHERE id = $1 AND account_id = $2 AND proved_at IS NULL AND expires_at > $3",
        args![change, account, now],
        |r| Ok((r.get::<String>(0)?, r.get::<Vec<u8>>(1)?)),
    )?;
    found.map(|(kind, sealed)| opened(tx, account, change, (&kind, &sealed))).transpose()
}

/// The code of a change: from now on the new contact counts. A wrong one is counted, so its refusal is
/// the inner result.
///
/// # Errors
/// Inner: `E-AUTH-02-…`. Outer: as [`why_over`] when it waits no more, `E-ACC-01` when the contact got
/// another account meanwhile.
pub fn prove(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, change, token): (&Id, &Id, &str),
    (code, came): (&str, &Came),
) -> Outcome<Result<(), Refusal>> {
    // Whoever shuts everybody out at this moment is heard first.
    accounts::lock(tx, account)?;
    let Some(change) = waiting(tx, cx.now, account, change)? else {
        return Err(why_over(tx, account, change)?.into());
    };
    let what = For { purpose: PURPOSE, subject: &change.id };
    let verdict = codes::redeem(tx, cx.now, &policy.secrets, what, code)?;
    if let Err(refusal) = verdict.told() {
        return Ok(Err(refusal));
    }
    if !accounts::set_contact(tx, cx.now, account, &change.new)? {
        return Err(Refusal::new(Kind::Conflict, "E-ACC-01").into());
    }
    counts(
        tx,
        cx,
        policy,
        (account, token, came),
        (&change.id, change.old.as_ref(), Some(&change.new)),
    )
    .map(Ok)
}

/// Puts a contact in force that was proved elsewhere, for somebody who has just come back in the session
/// `token`. The old one gets the link that takes it back.
///
/// # Errors
/// `E-REC-03` when the contact has another account; `E-ACC-02`.
pub(super) fn replace(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, token, came): (&Id, &str, &Came),
    new: &Contact,
) -> Outcome<()> {
    accounts::lock(tx, account)?;
    let old = proved(&owner(tx, account)?, new.kind());
    let (id, said) = (cx.new_id(), old.as_ref().map(|x| x.reveal().to_owned()));
    let written = Written { old: said, new: new.reveal().to_owned() };
    let sealed = tx.key(account)?.seal_json(spot(&id), &written)?;
    tx.exec(
        "INSERT INTO contact_change (id, account_id, kind, sealed, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $5)",
        args![&id, account, new.kind(), &sealed, cx.now],
    )?;
    if !accounts::set_contact(tx, cx.now, account, new)? {
        return Err(Refusal::new(Kind::Conflict, "E-REC-03").into());
    }
    counts(tx, cx, policy, (account, token, came), (&id, old.as_ref(), Some(new)))
}

/// Takes the e-mail away; the phone stays. A proved one gets the link that brings it back.
///
/// # Errors
/// `E-ACC-27` when this portal asks everybody for an e-mail; `E-AUTH-LIMIT`; `E-ACC-02`.
pub fn remove_email(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, token, came): (&Id, &str, &Came),
) -> Outcome<()> {
    if policy.email_required {
        return Err(Refusal::new(Kind::Conflict, "E-ACC-27").into());
    }
    let old = proved(&owner(tx, account)?, "email");
    limits::count(tx, cx, &format!("contact:{account}"), CHANGES)?;
    if !accounts::drop_email(tx, account)? {
        return Ok(());
    }
    tx.exec(
        "DELETE FROM contact_change
         WHERE account_id = $1 AND kind = 'email' AND proved_at IS NULL",
        args![account],
    )?;
    let id = cx.new_id();
    let written = Written { old: old.as_ref().map(|x| x.reveal().to_owned()), new: String::new() };
    let sealed = tx.key(account)?.seal_json(spot(&id), &written)?;
    tx.exec(
        "INSERT INTO contact_change (id, account_id, kind, sealed, created_at, expires_at)
         VALUES ($1, $2, 'email', $3, $4, $4)",
        args![&id, account, &sealed, cx.now],
    )?;
    counts(tx, cx, policy, (account, token, came), (&id, old.as_ref(), None))
}

/// From now on a change counts: other sessions are over, other devices new, everybody is told, and the
/// old contact gets the link that takes it back.
fn counts(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (account, token, came): (&Id, &str, &Came),
    (change, old, new): (&Id, Option<&Contact>, Option<&Contact>),
) -> Outcome<()> {
    let back = match new {
        Some(new) => changed_away(tx, cx.now, account, new)?,
        None => None,
    };
    let link = super::token(cx);
    // Without an old one nobody has a link, and what was told before went to nobody who has lost anything.
    let old = old.filter(|_| back.is_none());
    let undo = old.map(|_| policy.secrets.digest(PURPOSE, &link));
    tx.exec(
        "UPDATE contact_change SET proved_at = $2, undo_digest = $3 WHERE id = $1",
        args![change, cx.now, undo.as_ref().map(|x| &x[..])],
    )?;
    if let Some((kind, since)) = back {
        undone(tx, cx.now, account, (kind, since))?;
    }
    half::end_all(tx, account)?;
    sessions::close_others(tx, account, token)?;
    let here = device::seen(tx, cx.now, Some(account), came)?.device.map(|x| x.0);
    device::revoke_others(tx, account, here.as_ref())?;
    notice::tell_of_contact(tx, cx, policy, account, (new, came))?;
    let Some(old) = old else { return Ok(()) };
    let owner = owner(tx, account)?;
    let said = json!({"to": old.reveal(), "path": format!("{UNDO_PATH}{link}")});
    post(tx, cx, (&owner, change), ("contact-undo", old, UNDO, false), said)
}

/// The kind of a contact and since when it counts no more, when its owner could still take that back by the
/// link. Who proves it anew has done so: nobody whose contact came after it gets the right to the last word.
fn changed_away<'a>(
    tx: &mut Tx<'_>,
    now: Instant,
    account: &Id,
    contact: &'a Contact,
) -> Outcome<Option<(&'a str, Instant)>> {
    let changes = tx.all(
        "SELECT id, sealed, proved_at FROM contact_change
         WHERE account_id = $1 AND kind = $2 AND undo_digest IS NOT NULL AND undone_at IS NULL
           AND proved_at > $3 ORDER BY proved_at, id",
        args![account, contact.kind(), now.plus(-UNDO)],
        |r| Ok((r.get::<Id>(0)?, r.get::<Vec<u8>>(1)?, r.get::<Instant>(2)?)),
    )?;
    for (id, sealed, since) in changes {
        let change = opened(tx, account, &id, (contact.kind(), &sealed))?;
        if change.old.as_ref() == Some(contact) {
            return Ok(Some((contact.kind(), since)));
        }
    }
    Ok(None)
}

/// The change that a link to an old contact takes back.
///
/// # Errors
/// `E-AUTH-19` when it was followed before, `E-AUTH-20` when it is unknown or too old.
pub fn of_undo(tx: &mut Tx<'_>, now: Instant, policy: &Policy, link: &str) -> Outcome<Change> {
    let digest = policy.secrets.digest(PURPOSE, link);
    let found = tx.opt(
        "SELECT c.id, c.account_id, c.kind, c.sealed FROM contact_change c
         JOIN account a ON a.id = c.account_id AND a.closed_at IS NULL
         WHERE c.undo_digest = $1 AND c.undone_at IS NULL AND c.proved_at > $2",
        args![&digest[..], now.plus(-UNDO)],
        |r| Ok((r.get::<Id>(0)?, r.get::<Id>(1)?, r.get::<String>(2)?, r.get::<Vec<u8>>(3)?)),
    )?;
    if let Some((id, account, kind, sealed)) = found {
        return opened(tx, &account, &id, (&kind, &sealed));
    }
    let sql = "SELECT id FROM contact_change WHERE undo_digest = $1 AND undone_at IS NOT NULL";
    let used = tx.opt(sql, args![&digest[..]], |r| r.get::<Id>(0))?;
    Err(notice::followed(used.is_some()).into())
}

/// Takes a change back, and those of this contact after it: the old one counts again, and everybody is shut out
/// as [`password::shut_out`] says. Gives the token of a half sign-in: the owner comes to a new password by a
/// code to the old contact.
///
/// # Errors
/// As [`of_undo`]; `E-ACC-07` when the old contact belongs to another account by now.
pub fn undo(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (link, came): (&str, &Came),
) -> Outcome<String> {
    let asked = of_undo(tx, cx.now, policy, link)?;
    accounts::lock(tx, &asked.account)?;
    let change = of_undo(tx, cx.now, policy, link)?;
    let (account, old) = (&change.account, change.old.ok_or_else(over)?);
    if !accounts::set_contact(tx, cx.now, account, &old)? {
        return Err(Refusal::new(Kind::Conflict, "E-ACC-07").into());
    }
    let sql = "SELECT proved_at FROM contact_change WHERE id = $1";
    let since = tx.one(sql, args![&change.id], |r| r.get::<Instant>(0))?;
    // Whoever changed it once more has a link, too: it must not put it back over the head of its owner.
    undone(tx, cx.now, account, (old.kind(), since))?;
    password::shut_out(tx, cx, policy, (account, since), (Event::ContactUndone, came))
}

/// Notes that the changes of contacts of this kind since then were taken back: their links do nothing more.
fn undone(
    tx: &mut Tx<'_>,
    now: Instant,
    account: &Id,
    (kind, since): (&str, Instant),
) -> Outcome<()> {
    tx.exec(
        "UPDATE contact_change SET undone_at = $4
         WHERE account_id = $1 AND kind = $2 AND proved_at >= $3 AND undone_at IS NULL",
        args![account, kind, since, now],
    )?;
    Ok(())
}

/// Takes back all changes of contacts of `account` since then, and those that wait. An e-mail that was added, or
/// whose former one is somebody else's by now, goes; a phone without such a way stays, every account has one.
pub(super) fn take_back(
    tx: &mut Tx<'_>,
    now: Instant,
    account: &Id,
    since: Instant,
) -> Outcome<()> {
    let waiting = "DELETE FROM contact_change WHERE account_id = $1 AND proved_at IS NULL";
    tx.exec(waiting, args![account])?;
    for kind in ["phone", "email"] {
        let first = tx.opt(
            "SELECT id, sealed FROM contact_change
             WHERE account_id = $1 AND kind = $2 AND proved_at >= $3 AND undone_at IS NULL
             ORDER BY proved_at, id LIMIT 1",
            args![account, kind, since],
            |r| Ok((r.get::<Id>(0)?, r.get::<Vec<u8>>(1)?)),
        )?;
        let Some((id, sealed)) = first else { continue };
        let old = opened(tx, account, &id, (kind, &sealed))?.old;
        let back = match &old {
            Some(old) => accounts::set_contact(tx, now, account, old)?,
            None => false,
        };
        if back || kind == "email" && accounts::drop_email(tx, account)? {
            undone(tx, now, account, (kind, since))?;
        }
    }
    Ok(())
}

fn owner(tx: &mut Tx<'_>, account: &Id) -> Outcome<Account> {
    let found = read::account(tx, account)?;
    found.ok_or_else(|| Refusal::new(Kind::NotFound, "E-ACC-02").into())
}

/// The contact of this kind that counts now.
fn proved(owner: &Account, kind: &str) -> Option<Contact> {
    match kind {
        "phone" => Some(Contact::Phone(owner.phone.clone())),
        _ => owner.email.clone().filter(|_| owner.email_verified).map(Contact::Email),
    }
}

fn opened(
    tx: &mut Tx<'_>,
    account: &Id,
    id: &Id,
    (kind, sealed): (&str, &[u8]),
) -> Outcome<Change> {
    let written: Written = tx.key(account)?.open_json(spot(id), sealed)?;
    Ok(Change {
        id: id.clone(),
        account: account.clone(),
        old: written.old.map(|x| Contact::known(kind, x)),
        new: Contact::known(kind, written.new),
    })
}

/// Sends the code to the new contact; whoever has it already is told instead. Whose contact it is nobody
/// knows yet, so it is counted as a stranger's wish.
fn send(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (owner, change): (&Account, &Id),
    new: &Contact,
) -> Outcome<()> {
    let reaches = limits::wish(tx, cx, new.reveal(), new.reveal())?;
    let what = For { purpose: PURPOSE, subject: change };
    let other = read::by_contact(tx, new.reveal())?.filter(|x| x.id != owner.id);
    let (event, code) = match other {
        None if reaches => ("contact-code", Some(codes::issue(tx, cx, &policy.secrets, what)?)),
        _ => {
            codes::issue_blank(tx, cx, what)?;
            ("contact-exists", None)
        }
    };
    let said = json!({"to": new.reveal(), "code": code});
    post(tx, cx, (owner, change), (event, new, CODE_LIVES, !reaches), said)
}

fn post(
    tx: &mut Tx<'_>,
    cx: &Cx,
    (owner, change): (&Account, &Id),
    (event, to, lives, silent): (&'static str, &Contact, i64, bool),
    said: serde_json::Value,
) -> Outcome<()> {
    let way = if to.kind() == "phone" { "sms" } else { "email" };
    let open = json!({"channel": way, "lang": owner.lang.code(), "account": owner.id});
    let (key, private) = (tx.key(&owner.id)?, Pii::new(said));
    let letter = Letter {
        subject: &format!("{change}/{event}"),
        seq: cx.now.0,
        event,
        payload: &open.to_string(),
        private: Some((&key, &private)),
        priority: 0,
        expires: cx.now.plus(lives),
    };
    outbox::put_unless(tx, cx, silent, letter).map(drop)
}

/// Why a change of `account` waits no more: `E-AUTH-02-USED` when its code was typed already, else
/// `E-AUTH-02-EXPIRED`.
///
/// # Errors
/// A fault of the engine.
pub fn why_over(tx: &mut Tx<'_>, account: &Id, change: &Id) -> Outcome<Refusal> {
    let sql = "SELECT id FROM contact_change
               WHERE id = $1 AND account_id = $2 AND proved_at IS NOT NULL";
    let used = tx.opt(sql, args![change, account], |r| r.get::<Id>(0))?;
    Ok(used.map_or_else(over, |_| Refusal::new(Kind::Conflict, "E-AUTH-02-USED")))
}

fn over() -> Refusal {
    Refusal::new(Kind::Gone, "E-AUTH-02-EXPIRED")
}

fn spot(change: &str) -> Spot<'_> {
    Spot::new("contact_change", "sealed", change)
}

/// The contacts that were changed, the oldest first.
pub(super) fn rows(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Row>> {
    let key = tx.key(account)?;
    Ok(tx.all(
        "SELECT id, sealed, created_at, proved_at, undone_at FROM contact_change
         WHERE account_id = $1 ORDER BY created_at, id",
        args![account],
        |r| {
            let written: Written = key.open_json(spot(&r.get::<Id>(0)?), &r.get::<Vec<u8>>(1)?)?;
            Ok(Row::new()
                .text("old", written.old.unwrap_or_default())
                .text("new", written.new)
                .at("at", r.get::<Instant>(2)?)
                .at("proved", r.get::<Option<Instant>>(3)?)
                .at("undone", r.get::<Option<Instant>>(4)?))
        },
    )?)
}
