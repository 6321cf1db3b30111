//! Another phone or e-mail: proved first, told to the old one, taken back by it.

use super::*;
use crate::accounts::{self, Names, read};
use crate::factors::change;

const NEW_PHONE: &str = "+79991112233";
const NEW_EMAIL: &str = "sokolova@example.org";

/// The newest letter of an event.
pub(super) fn letter(stage: &Stage, event: &str) -> serde_json::Value {
    let letters = stage.act(|tx, _| testkit::letters(tx)).unwrap();
    letters.into_iter().find(|x| x.0 == event).unwrap_or_else(|| panic!("no {event}")).1
}

pub(super) fn begun(stage: &Stage, new: &str) -> Outcome<Id> {
    let (anna, new) = (stage.anna.clone(), Contact::parse("contact", new).unwrap());
    stage.act(move |tx, cx| change::begin(tx, cx, &policy(), (&anna, &new)))
}

pub(super) fn proved(
    stage: &Stage,
    change: &Id,
    (code, came): (&str, &Came),
    token: &str,
) -> Outcome<()> {
    let (anna, change) = (stage.anna.clone(), change.clone());
    let (code, came, token) = (code.to_owned(), came.clone(), token.to_owned());
    let act = stage.act(move |tx, cx| {
        change::prove(tx, cx, &policy(), (&anna, &change, &token), (&code, &came))
    });
    Ok(act??)
}

pub(super) fn account(stage: &Stage) -> crate::accounts::Account {
    let anna = stage.anna.clone();
    stage.act(move |tx, _| read::account(tx, &anna)).unwrap().unwrap()
}

#[test]
fn a_new_phone_counts_when_it_is_proved_and_the_old_one_takes_it_back() {
    each(|stage| {
        let opened = stage.first_sign_in(&browser(&[]));
        let elsewhere = stage.first_sign_in(&browser(&[]));
        let came = browser(&opened);
        let change = begun(&stage, NEW_PHONE).unwrap();
        assert_eq!(account(&stage).phone.reveal(), PHONE, "nothing has changed yet");
        let code = letter(&stage, "contact-code");
        assert_eq!(code["to"], NEW_PHONE);
        let code = code["code"].as_str().unwrap().to_owned();
        let wrong = if code == "000000" { "000001" } else { "000000" };
        assert_eq!(code_of(proved(&stage, &change, (wrong, &came), "")), "E-AUTH-02-WRONG");
        proved(&stage, &change, (&code, &came), "").unwrap();
        assert_eq!(code_of(proved(&stage, &change, (&code, &came), "")), "E-AUTH-02-USED");
        assert_eq!(account(&stage).phone.reveal(), NEW_PHONE);
        let told = letter(&stage, "security-contact-changed");
        assert_eq!(told["plain"], NEW_PHONE, "no link goes to whoever may have changed it");

        // Elsewhere nobody is known any more; here somebody is.
        let Ok(Entered::In(here)) = stage.enter(&wish(NEW_PHONE, &came), PASSWORD) else {
            panic!("this device is known")
        };
        let there = stage.enter(&wish(NEW_PHONE, &browser(&elsewhere)), PASSWORD);
        assert!(matches!(there, Ok(Entered::Half(_))));
        assert_eq!(code_of(stage.enter(&wish(PHONE, &came), PASSWORD)), "E-AUTH-01");

        let undo = letter(&stage, "contact-undo");
        assert_eq!(undo["to"], PHONE, "the old phone hears of it");
        let link = undo["path"].as_str().unwrap().strip_prefix("/undo/").unwrap().to_owned();
        let (session, asked) = (here.session, link.clone());
        assert!(stage.who(&session).is_some());
        // A second change does not put the owner off.
        begun(&stage, "+79992223344").unwrap();
        let undone = move |tx: &mut Tx<'_>, cx: &Cx| {
            change::undo(tx, cx, &policy(), (&link, &Came { shared: true, ..Came::default() }))
        };
        let token = stage.act(undone.clone()).unwrap();
        assert!(stage.half_of(&token).unwrap().shared, "and stays on the shared computer");
        assert_eq!(code_of(stage.act(undone)), "E-AUTH-19", "once");
        assert_eq!(account(&stage).phone.reveal(), PHONE);
        assert!(stage.who(&session).is_none(), "everybody is out");
        assert_eq!(code_of(stage.enter(&wish(PHONE, &came), PASSWORD)), "E-AUTH-01");
        let found = stage.act(move |tx, cx| change::of_undo(tx, cx.now, &policy(), &asked));
        assert_eq!(code_of(found), "E-AUTH-19", "it was followed before");
    });
}

#[test]
fn the_way_back_is_open_for_seventy_two_hours() {
    each(|stage| {
        let change = begun(&stage, NEW_EMAIL).unwrap();
        let code = letter(&stage, "contact-code");
        assert_eq!(code["channel"], "email");
        proved(&stage, &change, (code["code"].as_str().unwrap(), &browser(&[])), "").unwrap();
        assert!(account(&stage).email_verified);
        let undo = letter(&stage, "contact-undo");
        assert_eq!(undo["to"], "anna@example.org");
        let link = undo["path"].as_str().unwrap().strip_prefix("/undo/").unwrap().to_owned();
        stage.clock.advance(change::UNDO - Instant::MINUTE);
        let asked = link.clone();
        let open = stage.act(move |tx, cx| change::of_undo(tx, cx.now, &policy(), &asked));
        open.unwrap();
        stage.clock.advance(2 * Instant::MINUTE);
        let late =
            stage.act(move |tx, cx| change::undo(tx, cx, &policy(), (&link, &Came::default())));
        assert_eq!(code_of(late), "E-AUTH-20", "too old, and nothing was done");
        assert_eq!(account(&stage).email.unwrap().reveal(), NEW_EMAIL);
    });
}

#[test]
fn somebody_elses_contact_is_neither_taken_nor_betrayed() {
    each(|stage| {
        let boris = stage.other(NEW_PHONE);
        let change = begun(&stage, NEW_PHONE).unwrap();
        assert_eq!(letter(&stage, "contact-exists")["to"], NEW_PHONE);
        for _ in 0..4 {
            let tried = proved(&stage, &change, ("123456", &browser(&[])), "");
            assert_eq!(code_of(tried), "E-AUTH-02-WRONG");
        }
        assert_eq!(
            code_of(proved(&stage, &change, ("123456", &browser(&[])), "")),
            "E-AUTH-02-SPENT"
        );
        assert_ne!(boris, stage.anna);
        assert_eq!(code_of(begun(&stage, PHONE)), "E-ACC-06", "the present one");
    });
}

#[test]
fn a_contact_that_two_want_at_once_goes_to_one() {
    each(|stage| {
        let change = begun(&stage, NEW_PHONE).unwrap();
        let code = letter(&stage, "contact-code")["code"].as_str().unwrap().to_owned();
        stage.other(NEW_PHONE);
        let late = proved(&stage, &change, (&code, &browser(&[])), "");
        assert_eq!(code_of(late), "E-ACC-01");
        assert_eq!(account(&stage).phone.reveal(), PHONE);
    });
}

#[test]
fn another_name_costs_the_level_that_papers_gave() {
    each(|stage| {
        let anna = stage.anna.clone();
        let raise = move |tx: &mut Tx<'_>, cx: &Cx| {
            crate::accounts::set_level(tx, cx, &anna, Level::Verified, "passport")
        };
        stage.act(raise).unwrap();
        let name = |text: &str| PersonName::parse_optional("name", text).unwrap();
        let rename = |surname: &str| {
            let names =
                Names { surname: name(surname), name: name("Анна"), patronymic: name("") };
            let anna = stage.anna.clone();
            stage
                .act(move |tx, cx| {
                    change::rename(tx, cx, &policy(), (&anna, &names), &browser(&[]))
                })
                .unwrap();
        };
        rename("Соколова");
        assert_eq!(account(&stage).level, Level::Verified, "nothing has changed");
        rename("СОКОЛОВА");
        let same = account(&stage);
        assert_eq!((same.surname.reveal(), same.level), ("СОКОЛОВА", Level::Verified));
        rename("Воронова");
        let now = account(&stage);
        assert_eq!((now.surname.reveal(), now.level), ("Воронова", Level::Simplified));
        letter(&stage, "security-name-changed");
        assert_eq!(letter(&stage, "identity-lowered")["level"], "simplified");
    });
}

#[test]
fn an_email_is_taken_away_and_its_owner_brings_it_back() {
    each(|stage| {
        let came = browser(&stage.first_sign_in(&browser(&[])));
        let remove = |policy: accounts::Policy| {
            let (anna, came) = (stage.anna.clone(), came.clone());
            stage.act(move |tx, cx| change::remove_email(tx, cx, &policy, (&anna, "", &came)))
        };
        let asked = accounts::Policy { email_required: true, ..policy() };
        assert_eq!(code_of(remove(asked)), "E-ACC-27");
        remove(policy()).unwrap();
        assert!(account(&stage).email.is_none() && !account(&stage).email_verified);
        assert_eq!(stage.told()[0], "contact-changed", "the phone that stays hears of it");
        let undo = letter(&stage, "contact-undo");
        assert_eq!(undo["to"], "anna@example.org");
        assert_eq!(code_of(stage.enter(&wish("anna@example.org", &came), PASSWORD)), "E-AUTH-01");
        remove(policy()).unwrap();

        let link = undo["path"].as_str().unwrap().strip_prefix("/undo/").unwrap().to_owned();
        stage
            .act(move |tx, cx| change::undo(tx, cx, &policy(), (&link, &Came::default())))
            .unwrap();
        let found = account(&stage);
        assert_eq!(found.email.unwrap().reveal(), "anna@example.org");
        assert!(found.email_verified);
    });
}
