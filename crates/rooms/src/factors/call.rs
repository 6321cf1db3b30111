//! Help by phone: whoever calls reads a code aloud, and one of the support sees for a quarter of an hour
//! what is needed to help. Nothing can be changed from there: whoever has lost every way in goes to a
//! service centre with a passport ([`super::help()`]).

use base::{Cx, Id, Instant, Kind, Outcome, Pii, Refusal, Tx, args};

use crate::access::{self, Action, Scope};
use crate::accounts::codes::{self, For, Verdict};
use crate::accounts::limits::{self, Limit};
use crate::accounts::{self, Account, PersonName, Policy};
use crate::privacy::{self, Row};

/// How long what a call has opened stays open.
pub const LASTS: i64 = 15 * Instant::MINUTE;
/// Codes that one person may ask for.
const CODES: Limit = Limit { most: 10, window: Instant::HOUR, code: "E-AUTH-LIMIT" };
/// Calls of one of the support, found or not; above it those who watch over the portal are told.
const CALLS: Limit = Limit { most: 60, window: Instant::HOUR, code: "E-CALL-02" };
/// Kind of the alarms.
const ALARM: &str = "help";
/// What such a code is for.
const PURPOSE: &str = "call";

/// Makes the code that `account` reads aloud: ten digits, good once, for ten minutes. The one before ends.
///
/// # Errors
/// `E-AUTH-LIMIT` after ten in an hour.
pub fn code(tx: &mut Tx<'_>, cx: &Cx, policy: &Policy, account: &Id) -> Outcome<Pii<String>> {
    limits::count(tx, cx, &format!("call-code:{account}"), CODES)?;
    let what = For { purpose: PURPOSE, subject: account };
    Ok(codes::issue_said(tx, cx, &policy.secrets, what)?.into())
}

/// How somebody who calls is found.
#[derive(Clone, Debug)]
pub enum Named {
    /// By the code in their account.
    Code(Pii<String>),
    /// By a booking, whose owner this is if there is one, and the surname.
    Booking(Option<Id>, PersonName),
}

impl Named {
    fn as_str(&self) -> &'static str {
        match self {
            Self::Code(_) => "code",
            Self::Booking(..) => "booking",
        }
    }
}

/// Finds whoever calls and writes the look down; gives the call's id. A try counts, whether or not
/// somebody was found, so a limit that is reached is the inner result.
///
/// # Errors
/// Inner: `E-CALL-01` when nobody was found, whatever was wrong; `E-CALL-02` after sixty in an hour.
/// Outer: `E-ROLE-01` when `scope` was made for something else.
pub fn answer(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    (scope, me): (&Scope, &Id),
    named: &Named,
) -> Outcome<Result<Id, Refusal>> {
    let by = match scope.grants().next() {
        Some(by) if scope.action() == Action::HelpByPhone => by,
        _ => return Err(Refusal::new(Kind::Forbidden, "E-ROLE-01").into()),
    };
    match limits::count(tx, cx, &format!("calls:{me}"), CALLS) {
        Ok(()) => {}
        Err(base::Error::Refusal(refusal)) => {
            access::raise(tx, cx, me, (ALARM, CALLS.most, CALLS.window))?;
            return Ok(Err(*refusal));
        }
        Err(fault) => return Err(fault),
    }
    let found = found(tx, cx, policy, named)?.filter(|x| x != me);
    let Some(account) = found else {
        return Ok(Err(Refusal::new(Kind::Invalid, "E-CALL-01")));
    };
    privacy::looked(tx, cx, &account, "call")?;
    let id = cx.new_id();
    tx.exec(
        "INSERT INTO staff_call (id, account_id, at, op_id, staff_id, role, found_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![&id, &account, cx.now, &cx.op, me, by.role.as_str(), named.as_str()],
    )?;
    Ok(Ok(id))
}

fn found(tx: &mut Tx<'_>, cx: &Cx, policy: &Policy, named: &Named) -> Outcome<Option<Id>> {
    match named {
        Named::Code(code) => {
            let digits: String =
                ident::tidy(code.reveal()).chars().filter(char::is_ascii_digit).collect();
            let (verdict, account) = codes::follow(tx, cx.now, &policy.secrets, PURPOSE, &digits)?;
            Ok(account.filter(|_| verdict == Verdict::Right))
        }
        Named::Booking(owner, surname) => {
            let Some(owner) = owner else { return Ok(None) };
            let account = accounts::read::account(tx, owner)?;
            Ok(account.filter(|x| x.is_called(surname)).map(|x| x.id))
        }
    }
}

/// Whoever calls, as long as the call is open to `me`.
///
/// # Errors
/// `E-CALL-03` when there is no such call of theirs, or it is over.
pub fn caller(tx: &mut Tx<'_>, now: Instant, me: &Id, call: &str) -> Outcome<Account> {
    let account: Option<Id> = tx.opt(
        "SELECT account_id FROM staff_call WHERE id = $1 AND staff_id = $2 AND at > $3",
        args![call, me, now.plus(-LASTS)],
        |r| r.get(0),
    )?;
    let account = account.map(|x| accounts::read::account(tx, &x)).transpose()?.flatten();
    Ok(account.ok_or_else(|| Refusal::new(Kind::Gone, "E-CALL-03"))?)
}

/// Who of the support looked at somebody, the oldest first.
pub(super) fn rows(tx: &mut Tx<'_>, account: &Id) -> Outcome<Vec<Row>> {
    Ok(tx.all(
        "SELECT at, found_by FROM staff_call WHERE account_id = $1 ORDER BY at, id",
        args![account],
        |r| {
            Ok(Row::new()
                .at("at", r.get::<Instant>(0)?)
                .code("what", ("data-helped-", "support"))
                .code("how", ("data-call-", &r.get::<String>(1)?)))
        },
    )?)
}
