//! A consent that is withdrawn, and an account that is to be closed: nothing goes on.

use super::checks::ask;
use super::visit::{Found, Operator};
use super::ways::{clerk, decide, find, invited, look, ordered, redeem, sent};
use super::*;
use crate::accounts::closing;
use crate::factors::Came;
use crate::privacy::{self, Standing};

impl Stage {
    fn withdraws(&self, kind: &'static str) -> Outcome<()> {
        let anna = self.anna.clone();
        self.act(move |tx, cx| withdraw(tx, cx, &anna, kind))
    }

    fn closes(&self) {
        let anna = self.anna.clone();
        let came = Came::default();
        let act = move |tx: &mut Tx<'_>, cx: &Cx| {
            privacy::close(tx, cx, &policy(), (&anna, &came), Standing::Keep)
        };
        self.act(act).unwrap();
    }

    /// Everything that Anna began has ended.
    fn assert_ended(&self, why: &str) {
        for way in self.ways() {
            assert_eq!((way.state, way.note.code.as_str()), (State::Ended, why), "{way:?}");
        }
    }
}

/// A clerk who has looked at Anna's papers by her code, while the registries and the post are at work, too.
struct Looked {
    clerk: Operator,
    shown: String,
    way: Id,
    stamp: String,
}

impl Looked {
    fn at(stage: &Stage) -> Self {
        let (shown, clerk) = (invited(stage), clerk(stage));
        let way = find(stage, &clerk, &shown).unwrap();
        let stamp = look(stage, &clerk, &way).unwrap().stamp();
        stage.begin(&stage.anna).unwrap();
        stage.sent(&stage.anna);
        Self { clerk, shown, way, stamp }
    }

    /// By now there is nothing to look at and nothing to decide.
    fn at_nothing(self, stage: &Stage) {
        let Self { clerk, shown, way, stamp } = self;
        assert_eq!(find(stage, &clerk, &shown), None, "nothing is shown");
        let late = decide(stage, &clerk, &way, Found::Same { stamp, addresses: Vec::new() });
        assert_eq!(code(late), "E-ACC-19");
    }
}

#[test]
fn a_withdrawn_consent_ends_all_that_is_under_way() {
    each(|stage| {
        let looked = Looked::at(stage);
        assert_eq!(code(stage.withdraws("privacy")), "E-DATA-03");
        assert!(stage.ways().iter().all(|x| !x.state.is_over()), "nothing was withdrawn");

        stage.withdraws("personal_data").unwrap();
        assert_eq!(stage.ways().len(), 3);
        stage.assert_ended("withdrawn");
        assert!(stage.consents().is_empty());
        let registry = Played::with([Reply::MATCH]);
        assert_eq!(stage.round(&registry).asked, 0);
        assert!(registry.asked.lock().unwrap().is_empty(), "nothing is sent");
        looked.at_nothing(stage);
        assert!(stage.queue().is_empty());
        assert_eq!(stage.level(), Level::Simplified);

        stage.begin(&stage.anna).unwrap();
        ask(stage, &registry);
        assert_eq!(stage.level(), Level::Standard, "with a new consent it can be checked");
    });
}

#[test]
fn an_answer_that_comes_after_the_consent_was_withdrawn_changes_nothing() {
    each(|stage| {
        stage.type_all(&stage.anna);
        stage.begin(&stage.anna).unwrap();
        let registry = Played::with([Reply::MATCH]);
        stage.round(&registry);
        assert_eq!(registry.asked.lock().unwrap().len(), 1, "it is on its way");
        let way = stage.ways()[0].id.clone();
        stage.withdraws("personal_data").unwrap();
        let came = stage.act(move |tx, cx| check::settle(tx, cx, &way, &Reply::MATCH)).unwrap();
        assert!(!came, "the answer is too late");
        stage.clock.advance(6 * Instant::MINUTE);
        assert_eq!(stage.round(&registry).asked, 0);
        assert_eq!((stage.level(), stage.told()), (Level::Simplified, Vec::new()));
        assert!(stage.profile().get(Kind::Snils).unwrap().verified.is_none());
    });
}

/// Withdraws while the person before her in the round is asked about.
struct Meanwhile<'a> {
    stage: &'a Stage,
    asked: Mutex<usize>,
}

impl Registry for Meanwhile<'_> {
    fn ask(&self, asked: &Asked) -> Result<String, RegistryFault> {
        *self.asked.lock().unwrap() += 1;
        self.stage.withdraws("personal_data").unwrap();
        Ok(asked.id.clone())
    }

    fn poll(&self, _: &str) -> Result<Reply, RegistryFault> {
        Ok(Reply::Pending)
    }
}

#[test]
fn whoever_withdraws_while_others_are_asked_about_is_asked_about_no_more() {
    each(|stage| {
        let cx = stage.cx();
        let boris = stage.db.write_wait(move |tx| accounts::tests::boris(tx, &cx)).unwrap();
        for who in [&boris, &stage.anna] {
            stage.type_all(who);
            stage.begin(who).unwrap();
        }
        let registry = Meanwhile { stage, asked: Mutex::new(0) };
        assert_eq!(stage.round(&registry).asked, 2, "both were due");
        assert_eq!(*registry.asked.lock().unwrap(), 1, "Boris alone is asked about");
    });
}

#[test]
fn the_code_of_a_letter_leads_nowhere_without_the_consent() {
    each(|stage| {
        let way = ordered(stage);
        let code = sent(stage, &way, "Томская область, Томск, д. 3");
        stage.withdraws("personal_data").unwrap();
        assert_eq!(redeem(stage, &code), letter::Tried::Nothing);
        assert_eq!(stage.level(), Level::Standard);
    });
}

#[test]
fn nobody_meets_the_owner_of_an_account_that_is_to_be_closed() {
    each(|stage| {
        let looked = Looked::at(stage);
        stage.closes();
        stage.assert_ended("closing");
        looked.at_nothing(stage);
        assert_eq!(stage.level(), Level::Simplified);
        assert!(stage.queue().is_empty());
        assert_eq!(stage.round(&Played::with([Reply::MATCH])).asked, 0);
    });
}

#[test]
fn a_code_from_before_the_wish_to_close_shows_nothing() {
    each(|stage| {
        let (shown, clerk) = (invited(stage), clerk(stage));
        let way = find(stage, &clerk, &shown).unwrap();
        look(stage, &clerk, &way).unwrap();
        // As a database says it in which the wish ended nothing.
        let anna = stage.anna.clone();
        stage.act(move |tx, cx| closing::ask(tx, cx, &anna)).unwrap();
        assert_eq!(find(stage, &clerk, &shown), None);
        assert_eq!(code(look(stage, &clerk, &way)), "E-ACC-19");
        let anna = stage.anna.clone();
        stage.act(move |tx, cx| closing::take_back(tx, cx, &anna)).unwrap();
        assert!(find(stage, &clerk, &shown).is_some(), "she came back");
    });
}
