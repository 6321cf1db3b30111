//! Printed codes: for the day on which phone and e-mail are out of reach.

use base::{Cx, Id, Instant, Outcome, Pii, Tx, args};

use super::Came;
use super::notice::{self, Event};
use crate::accounts::codes::{plain, symbols};
use crate::accounts::{Policy, Secrets};

/// How many are made at once.
const COUNT: usize = 10;

/// Makes ten new codes of 80 bits; those before end. They are shown now and never again.
///
/// # Errors
/// A fault of the engine.
pub fn renew(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    account: &Id,
    came: &Came,
) -> Outcome<Vec<Pii<String>>> {
    let codes = make(tx, cx, policy, account)?;
    notice::tell(tx, cx, policy, account, (Event::CodesRenewed, came))?;
    Ok(codes)
}

/// The codes alone, for whoever tells of them in another way.
pub(super) fn make(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    account: &Id,
) -> Outcome<Vec<Pii<String>>> {
    tx.exec("DELETE FROM recovery_code WHERE account_id = $1", args![account])?;
    let mut codes = Vec::with_capacity(COUNT);
    while codes.len() < COUNT {
        let code = fresh(cx);
        tx.exec(
            "INSERT INTO recovery_code (account_id, digest, created_at) VALUES ($1, $2, $3)",
            args![account, &digest(&policy.secrets, account, &code)[..], cx.now],
        )?;
        codes.push(Pii::new(code));
    }
    Ok(codes)
}

/// How many are left.
pub(super) fn left(tx: &mut Tx<'_>, account: &Id) -> Outcome<i64> {
    let sql = "SELECT count(*) FROM recovery_code WHERE account_id = $1 AND used_at IS NULL";
    Ok(tx.one(sql, args![account], |r| r.get(0))?)
}

/// Uses a code up; says whether it was one that was left.
pub(super) fn redeem(
    tx: &mut Tx<'_>,
    now: Instant,
    secrets: &Secrets,
    account: &Id,
    typed: &str,
) -> Outcome<bool> {
    let used = tx.exec(
        "UPDATE recovery_code SET used_at = $3
         WHERE account_id = $1 AND digest = $2 AND used_at IS NULL",
        args![account, &digest(secrets, account, typed)[..], now],
    )?;
    Ok(used == 1)
}

/// `7K2M-49QX-0ZTF-W3HB`.
fn fresh(cx: &Cx) -> String {
    let digits: Vec<char> = symbols::<16>(&cx.chance).chars().collect();
    digits.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}

fn digest(secrets: &Secrets, account: &Id, code: &str) -> [u8; 32] {
    secrets.digest(&format!("printed|{account}"), &plain(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_code_is_read_however_it_is_typed() {
        assert_eq!(plain("7K2M-49QX-0ZTF-W3HB"), "7K2M49QX0ZTFW3HB");
        assert_eq!(plain(" 7к2м 49qх oztf w3нв "), "7K2M49QX0ZTFW3HB");
        assert_eq!(plain("il"), "11");
    }
}
