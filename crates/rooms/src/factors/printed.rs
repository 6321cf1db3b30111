//! Printed codes: for the day on which phone and e-mail are out of reach.

use base::{Cx, Id, Instant, Kind, Outcome, Pii, Refusal, Tx, args};

use super::Came;
use super::notice::{self, Event};
use crate::accounts::codes::{ALPHABET, plain, symbols};
use crate::accounts::{Policy, Secrets};

/// How many are made at once.
const COUNT: usize = 10;
/// Groups of a code …
const GROUPS: usize = 8;
/// … and letters of a group: three by chance and one that checks them.
const GROUP: usize = 4;
/// Letters of the codes that were printed before; they have nothing to check, and go on being good.
const FORMER: usize = 16;
/// With more wrong groups than these it is no slip of the finger, but something else.
const SLIPS: usize = 3;

/// Makes ten new codes of 120 bits; those before end. They are shown now and never again.
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

/// `7K2X-49QT-0ZTD-W3H2 8QPE-M01V-5RSN-C6YA`: two lines on paper.
fn fresh(cx: &Cx) -> String {
    let chance = symbols::<{ GROUPS * (GROUP - 1) }>(&cx.chance);
    let threes = chance.as_bytes().chunks(GROUP - 1).enumerate();
    let groups: Vec<String> = threes.map(|(n, x)| [x, &[check(n, x)]].concat()).map(text).collect();
    groups.chunks(GROUPS / 2).map(|x| x.join("-")).collect::<Vec<_>>().join(" ")
}

fn text(symbols: Vec<u8>) -> String {
    symbols.into_iter().map(char::from).collect()
}

/// The letter that checks the three others of the group at `place`: it shows every wrong letter, groups
/// in each other's place, and nearly all neighbours in each other's place.
fn check(place: usize, three: &[u8]) -> u8 {
    let value = |x: &u8| ALPHABET.iter().position(|y| x == y).unwrap_or_default();
    let weighed = three.iter().zip([1, 3, 5]).map(|(x, weight)| weight * value(x));
    ALPHABET[(weighed.sum::<usize>() + 7 * place) % ALPHABET.len()]
}

/// What is wrong with a code that cannot be one of ours, before it is looked for: `E-AUTH-17` names the
/// groups in which a letter is wrong, `E-AUTH-18` says how long a code is.
pub(super) fn misread(typed: &str) -> Result<(), Refusal> {
    let code = plain(typed);
    let wrong: Vec<usize> = match code.as_bytes() {
        former if former.len() == FORMER => return Ok(()),
        code if code.is_ascii() && code.len() == GROUPS * GROUP => {
            let groups = code.chunks(GROUP).enumerate();
            let bad = |(n, x): &(usize, &[u8])| check(*n, &x[..GROUP - 1]) != x[GROUP - 1];
            groups.filter(bad).map(|x| x.0 + 1).collect()
        }
        _ => (1..=GROUPS).collect(),
    };
    match wrong.len() {
        0 => Ok(()),
        1..=SLIPS => {
            let groups: Vec<String> = wrong.iter().map(usize::to_string).collect();
            Err(Refusal::new(Kind::Invalid, "E-AUTH-17").arg("groups", groups.join(", ")))
        }
        _ => Err(Refusal::new(Kind::Invalid, "E-AUTH-18").arg("letters", code.chars().count())),
    }
}

fn digest(secrets: &Secrets, account: &Id, code: &str) -> [u8; 32] {
    secrets.digest(&format!("printed|{account}"), &plain(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the refusal says of a code that was typed.
    fn said(typed: &str) -> Option<(&'static str, String)> {
        misread(typed).err().map(|x| (x.code, x.args[0].1.clone()))
    }

    #[test]
    fn a_slip_in_a_printed_code_is_named_by_its_group() {
        let clock = base::Clock::fixed(Instant::from_minutes(29_000_000));
        let chance = base::Chance::seeded(7);
        let cx = Cx::new(&clock, &chance, base::Actor::System, base::Channel::Job);
        for _ in 0..20 {
            let code = fresh(&cx);
            assert_eq!(said(&code), None, "{code}");
            assert_eq!(said(&code.to_lowercase().replace(['-', ' '], "")), None);
            let plain = plain(&code);
            for (at, letter) in plain.char_indices() {
                let others = ALPHABET.iter().map(|x| char::from(*x)).filter(|x| *x != letter);
                for other in others {
                    let slip = format!("{}{other}{}", &plain[..at], &plain[at + 1..]);
                    assert_eq!(said(&slip), Some(("E-AUTH-17", (at / GROUP + 1).to_string())));
                }
            }
            let groups: Vec<&str> = code.split(['-', ' ']).collect();
            let mut swapped = groups.clone();
            swapped.swap(2, 5);
            if groups[2] != groups[5] {
                assert_eq!(said(&swapped.concat()), Some(("E-AUTH-17", "3, 6".to_owned())));
            }
            assert_eq!(said(&plain[1..]), Some(("E-AUTH-18", "31".to_owned())));
        }
        assert_eq!(said("7K2M-49QX-0ZTF-W3HB"), None, "codes that were printed before");
        assert_eq!(said("нет"), Some(("E-AUTH-18", "3".to_owned())));
        assert_eq!(said(&"7".repeat(32)).map(|x| x.0), Some("E-AUTH-18"));
    }

    #[test]
    fn a_printed_code_is_read_however_it_is_typed() {
        assert_eq!(plain("7K2M-49QX-0ZTF-W3HB"), "7K2M49QX0ZTFW3HB");
        assert_eq!(plain(" 7к2м 49qх oztf w3нв "), "7K2M49QX0ZTFW3HB");
        assert_eq!(plain("il"), "11");
    }
}
