//! Whether the portal tells strangers who has an account: the same requests for contacts that
//! somebody has and that nobody has, in turn. The answers must be equal but for their ids; of the
//! times, one must not be able to guess better than by a coin.

use std::time::Instant;

use base::db::Place;
use base::{Actor, Chance, Channel, Clock, Cx, Db, Fault, Outcome};
use rooms::accounts::{self, Level, NewAccount, PersonName, Phone};

use super::ground::Ground;
use super::http::{Conn, Reply, form};
use super::process::Server;
use super::report::{Row, Target};
use crate::keys::Keys;

const MEASURE: &str = "strangers";
/// Contacts of each kind.
const EACH: usize = 500;
/// Requests before the first that is timed.
const WARM: usize = 20;
/// Of 500 beside 500 that are alike, chance alone goes further away from a half once in a thousand.
const FARTHEST: f64 = 0.56;

/// What is asked; `{phone}` and `{snils}` are filled in.
const ASKED: [(&str, &str, &str); 6] = [
    ("sign-in", "/signin", "identifier=%2B{phone}&password=Ne-tot-parol-2026%21"),
    (
        "registration",
        "/register",
        "surname=%D0%9A%D0%BB%D1%91%D0%BD&name=%D0%AF%D0%BD%D0%B0&phone=%2B{phone}\
         &password=Vesna-gorit-7%21&agreement=1&privacy=1",
    ),
    ("code again", "/register/resend", "by=sms"),
    ("recovery", "/recover", "identifier=%2B{phone}"),
    ("sign-in by SNILS", "/signin", "identifier={snils}&password=Ne-tot-parol-2026%21"),
    ("recovery by SNILS", "/recover", "identifier={snils}"),
];

/// A contact: whether somebody has it, its phone, and the registration that was begun with it.
struct Contact {
    known: bool,
    phone: String,
    snils: String,
    /// What its browser remembers of that registration.
    cookie: String,
}

/// The areas under the curves, and how many answers differed.
pub(super) fn strangers(ground: &Ground) -> Outcome<Vec<Row>> {
    let folder = ground.folder(MEASURE)?;
    let url = format!("sqlite:{}", folder.join("okno.db").display());
    let chance = Chance::os();
    people(&url, &folder, &chance)?;
    let server = Server::portal(&folder, &url, None)?;
    let mut contacts: Vec<Contact> = (0..EACH + WARM).flat_map(|i| pair(i, &chance)).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut rows = Vec::new();
    for (what, path, body) in ASKED {
        let mut conn = Conn::new(server.address);
        let asked = runtime.block_on(ask(&mut conn, (path, body), &mut contacts))?;
        let auc = area(&asked.times);
        let beside = format!(
            "somebody {:.2} ms, nobody {:.2} ms at the median; {EACH} + {EACH} in turn",
            median(&asked.times, true),
            median(&asked.times, false)
        );
        let farther = auc.max(1.0 - auc);
        let words = format!("{what}: telling by the time who has an account (½: a coin)");
        let row = Row::new(MEASURE, words, farther, "");
        rows.push(row.target(Target::AtMost(FARTHEST)).beside(beside));
        let words = format!("{what}: kinds of answers");
        let row = Row::new(MEASURE, words, asked.answers.len() as f64, "");
        let first = asked.answers.first().map(|x| x.lines().next().unwrap_or_default().to_owned());
        rows.push(row.target(Target::Exactly(1.0)).beside(first.unwrap_or_default()));
    }
    Ok(rows)
}

/// Fills an empty database with people who have a password.
fn people(url: &str, folder: &std::path::Path, chance: &Chance) -> Outcome<()> {
    let keys = Keys::load(folder)?;
    let hash = keys.secrets.hash_password("Yasen-gorit-7!", chance)?;
    let db = Db::open(&Place::parse(url)?, keys.vault)?;
    db.migrate(rooms::MIGRATIONS)?;
    let cx = Cx::new(&Clock::system(), chance, Actor::System, Channel::Cli);
    db.write_wait(move |tx| {
        for i in 0..EACH + WARM {
            let wrong = |x: base::FieldFault| Fault::new(format!("{}: {}", x.field, x.code));
            let account = NewAccount {
                surname: PersonName::parse("surname", "Мерный").map_err(wrong)?,
                name: PersonName::parse("name", "Иван").map_err(wrong)?,
                patronymic: PersonName::parse_optional("patronymic", "").map_err(wrong)?,
                phone: Phone::parse("phone", &format!("+{}", phone(i, true))).map_err(wrong)?,
                email: None,
                email_verified: false,
                password_hash: Some(hash.clone()),
                level: Level::Verified,
                lang: texts::Lang::Ru,
            };
            let id = accounts::add(tx, &cx, &account)?;
            rooms::demo::papers::check_snils(tx, &cx, &id, &snils(i, true))?;
        }
        Ok(())
    })
}

fn phone(i: usize, known: bool) -> String {
    format!("7999{}{i:06}", u8::from(known))
}

/// A number with its check digits.
fn snils(i: usize, known: bool) -> String {
    let number = format!("{:09}", 200_000_000 + 2 * i + usize::from(known));
    let weighed = number.bytes().zip((1..=9).rev()).map(|(x, weight)| u32::from(x - b'0') * weight);
    format!("{number}{:02}", weighed.sum::<u32>() % 101 % 100)
}

/// A contact that somebody has and one that nobody has, in an order of chance.
fn pair(i: usize, chance: &Chance) -> [Contact; 2] {
    let of = |known| Contact {
        known,
        phone: phone(i, known),
        snils: snils(i, known),
        cookie: String::new(),
    };
    let first = chance.u64() & 1 == 1;
    [of(first), of(!first)]
}

/// What came of one kind of request.
struct Asked {
    /// Whether somebody has the contact, and how long the answer took, in milliseconds.
    times: Vec<(bool, f64)>,
    /// The answers without their ids, each kind once.
    answers: Vec<String>,
}

#[allow(clippy::disallowed_methods, reason = "a stop watch of measurements")]
async fn ask(
    conn: &mut Conn,
    (path, body): (&str, &str),
    contacts: &mut [Contact],
) -> Outcome<Asked> {
    let mut asked = Asked { times: Vec::new(), answers: Vec::new() };
    for (number, contact) in contacts.iter_mut().enumerate() {
        let body = body.replace("{phone}", &contact.phone).replace("{snils}", &contact.snils);
        let request = form(path, &[("cookie", &contact.cookie)], &body);
        let began = Instant::now();
        let reply = conn.ask(&request).await?;
        let took = began.elapsed().as_secs_f64() * 1000.0;
        if path == "/register" {
            let set = reply.heads().filter(|x| x.0.eq_ignore_ascii_case("set-cookie"));
            let kept: Vec<&str> = set.filter_map(|x| x.1.split(';').next()).collect();
            contact.cookie = kept.join("; ");
        }
        let answer = masked(&reply, &contact.phone).replace(&contact.snils, "PHONE");
        if !asked.answers.contains(&answer) {
            asked.answers.push(answer);
        }
        if number >= 2 * WARM {
            asked.times.push((contact.known, took));
        }
    }
    Ok(asked)
}

/// An answer without what is new in every answer: ids, tokens, digests, the moment, the phone.
fn masked(reply: &Reply<'_>, phone: &str) -> String {
    let mut heads: Vec<String> = reply
        .heads()
        .filter(|x| x.0 != "date")
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    heads.sort();
    let body = String::from_utf8_lossy(reply.body);
    let text = format!("{}\n{}\n\n{body}", reply.status, heads.join("\n")).replace(phone, "PHONE");
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for letter in text.chars().chain(['\n']) {
        if letter.is_ascii_alphanumeric() {
            word.push(letter);
            continue;
        }
        out.push_str(if word.len() >= 16 { "ID" } else { &word });
        out.push(letter);
        word.clear();
    }
    out
}

/// The share of pairs in which the answer for somebody took longer: the area under the curve of
/// whoever guesses by the time.
fn area(times: &[(bool, f64)]) -> f64 {
    let mut sorted: Vec<&(bool, f64)> = times.iter().collect();
    sorted.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (mut below, mut pairs) = (0.0, 0.0);
    for (known, _) in &sorted {
        if *known { pairs += below } else { below += 1.0 }
    }
    pairs / (below * (sorted.len() as f64 - below))
}

fn median(times: &[(bool, f64)], known: bool) -> f64 {
    let mut own: Vec<f64> = times.iter().filter(|x| x.0 == known).map(|x| x.1).collect();
    own.sort_by(f64::total_cmp);
    own.get(own.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_is_a_half_for_a_coin_and_one_for_a_tell_tale() {
        let slow: Vec<_> = (0..10).map(|x| (x >= 5, f64::from(x))).collect();
        assert_eq!(area(&slow), 1.0);
        let quick: Vec<_> = (0..10).map(|x| (x < 5, f64::from(x))).collect();
        assert_eq!(area(&quick), 0.0);
        let mixed: Vec<_> = (0..400).map(|x| (x % 4 == 1 || x % 4 == 2, f64::from(x))).collect();
        assert!((area(&mixed) - 0.5).abs() < 0.01);
        assert_eq!((median(&slow, true), median(&slow, false)), (7.0, 2.0));
    }
}
