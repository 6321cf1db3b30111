//! The room's stories, on both engines.

mod elsewhere;
mod keyed;
mod register_and_change;
mod tokens;
mod words;

use std::sync::Mutex;

use base::{Actor, Chance, Channel, Clock, Cx, Db, Id, Instant, Outcome, Tx};
use serde_json::Value;

use super::authenticate::{Credentials, Shown, authenticate};
use super::client::{self, Auth, Client};
use super::grant::{self, Exchange, From, Tokens};
use super::logout::{self, Caller, NotTaken, Sites};
use super::register::{self, NewClient};
use super::request::{self, Answer, Request};
use super::rules::{Asked, Sent, Step, Who, understand};
use super::*;
use crate::accounts::tests::anna;
use crate::accounts::{self, Level};
use crate::sessions::{self, Kind};
use crate::text::Text;

const ISSUER: &str = "https://okno.example";
/// How long a site may renew its tokens.
const CHAIN: i64 = 90 * Instant::DAY;
const BACK: &str = "https://nalog.example/cb";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A database, a clock to move, a person who is signed in, a site.
struct Stage {
    db: Db,
    clock: Clock,
    chance: Chance,
    anna: Id,
    session: String,
    site: Client,
}

fn new_client(name: &str, host: &str) -> NewClient {
    NewClient {
        name: Text::new(name, ""),
        redirects: vec![format!("https://{host}/cb")],
        after_logout: vec![],
        logout_uri: Some(format!("https://{host}/gone")),
        scopes: Scopes::parse("profile email phone offline_access"),
        auth: Auth::Secret,
        keys: String::new(),
        sector: None,
    }
}

impl Stage {
    /// Somebody else.
    fn boris(&self) -> Id {
        let boris = self.act(|tx, cx| {
            let phone = accounts::Phone::parse("phone", "+79123456780").unwrap();
            let name = |x| accounts::PersonName::parse("name", x).unwrap();
            let new = accounts::NewAccount {
                surname: name("Борисов"),
                name: name("Борис"),
                patronymic: accounts::PersonName::parse_optional("patronymic", "").unwrap(),
                phone,
                email: None,
                email_verified: false,
                password_hash: None,
                level: Level::Simplified,
                lang: texts::Lang::Ru,
            };
            accounts::add(tx, cx, &new)
        });
        boris.unwrap()
    }

    fn new(db: Db) -> Self {
        let clock = Clock::fixed(Instant::from_minutes(29_000_000));
        let chance = Chance::seeded(3);
        let cx = Cx::new(&clock, &chance, Actor::Engineer, Channel::Cli);
        let (anna, session, site) = db
            .write_wait(move |tx| {
                let anna = anna(tx, &cx)?;
                let session = sessions::open(tx, &cx, &anna, "", Kind::Browser)?;
                keys::ready(tx, &cx)?;
                let new = register::add(tx, &cx, &new_client("Налоговая", "nalog.example"))?;
                Ok((anna, session, client::find(tx, &new.id)?.unwrap()))
            })
            .unwrap();
        Self { db, clock, chance, anna, session, site }
    }

    /// Every act has a moment of its own.
    fn act<T: Send + 'static>(
        &self,
        act: impl Fn(&mut Tx<'_>, &Cx) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        self.clock.advance(1000);
        let cx =
            Cx::new(&self.clock, &self.chance, Actor::Account(self.anna.clone()), Channel::Web);
        self.db.write_wait(move |tx| act(tx, &cx))
    }

    /// The site asks.
    fn ask(&self, scope: &str, change: impl Fn(&mut Sent)) -> Id {
        let mut sent = Sent {
            response_type: "code".into(),
            scope: scope.into(),
            state: Some("s".into()),
            nonce: Some("n".into()),
            challenge: CHALLENGE.into(),
            challenge_method: "S256".into(),
            ..Sent::default()
        };
        change(&mut sent);
        let asked = understand(&sent, BACK, self.site.scopes).unwrap();
        self.asked(asked)
    }

    fn asked(&self, asked: Asked) -> Id {
        let site = self.site.id.clone();
        self.act(move |tx, cx| request::begin(tx, cx, &site, (&asked, None))).unwrap()
    }

    fn find(&self, id: &Id) -> Outcome<Request> {
        let id = id.clone();
        self.act(move |tx, cx| request::find(tx, cx.now, &id))
    }

    /// What comes next for Anna.
    fn next(&self, id: &Id) -> Step {
        let (id, anna, token) = (id.clone(), self.anna.clone(), self.session.clone());
        let next = move |tx: &mut Tx<'_>, cx: &Cx| {
            let request = request::find(tx, cx.now, &id)?;
            let level = accounts::read::account(tx, &anna)?.unwrap().level;
            let proof = sessions::proof(tx, cx.now, &token)?;
            let who = proof.and_then(|x| x.proved_at).map(|proved_at| Who { level, proved_at });
            request::next(tx, &request, who.map(|who| (&anna, who)))
        };
        self.act(next).unwrap()
    }

    fn answer(&self, id: &Id, scopes: &str, remember: bool) {
        let answer = Answer::Allow { scopes: Scopes::parse(scopes), remember };
        let (id, anna) = (id.clone(), self.anna.clone());
        self.act(move |tx, cx| request::answer(tx, cx, (&id, &anna), &answer)).unwrap();
    }

    fn issue(&self, id: &Id, scopes: Scopes) -> Outcome<String> {
        let (id, anna, session) = (id.clone(), self.anna.clone(), self.session.clone());
        self.act(move |tx, cx| {
            let request = request::find(tx, cx.now, &id)?;
            let from = From { account: &anna, session: &session };
            grant::issue(tx, cx, &request, from, scopes)
        })
    }

    /// Anna goes all the way and allows everything.
    fn code(&self, scope: &str) -> String {
        let id = self.ask(scope, |_| ());
        self.answer(&id, scope, true);
        let Step::Give(scopes) = self.next(&id) else { panic!("{:?}", self.next(&id)) };
        self.issue(&id, scopes).unwrap()
    }

    fn redeem(&self, code: &str) -> Result<Tokens, &'static str> {
        self.exchange(&self.site, code, BACK, VERIFIER)
    }

    fn exchange(
        &self,
        site: &Client,
        code: &str,
        redirect: &str,
        verifier: &str,
    ) -> Result<Tokens, &'static str> {
        let site = site.clone();
        let what =
            Exchange { code: code.into(), redirect: redirect.into(), verifier: verifier.into() };
        let done = self.act(move |tx, cx| grant::redeem(tx, cx, (&site, CHAIN), &what)).unwrap();
        done.map_err(|refusal| refusal.code)
    }

    fn refresh(&self, token: &str, narrower: Option<&str>) -> Result<Tokens, &'static str> {
        let (site, token) = (self.site.clone(), token.to_owned());
        let narrower = narrower.map(Scopes::parse);
        let done = self
            .act(move |tx, cx| grant::refresh(tx, cx, (&site, CHAIN), (&token, narrower)))
            .unwrap();
        done.map_err(|refusal| refusal.code)
    }

    /// What the bearer of `token` reads; nothing when it is no good.
    fn reads(&self, token: &str) -> Option<Value> {
        let token = token.to_owned();
        let read = move |tx: &mut Tx<'_>, cx: &Cx| {
            let good = grant::good(tx, cx.now, &token)?;
            good.map(|x| claims::userinfo(tx, &x)).transpose()
        };
        self.act(read).unwrap().map(base::Pii::into_revealed)
    }

    fn leave(&self) {
        let session = self.session.clone();
        self.act(move |tx, _| sessions::close(tx, &session)).unwrap();
    }

    /// The site `id` as it has proved itself, or the code of the refusal.
    fn proves(&self, id: Option<&str>, shown: Shown) -> Result<Client, &'static str> {
        let who = Credentials { id: id.map(str::to_owned), shown };
        let done = self.act(move |tx, cx| authenticate(tx, (cx.now, ISSUER), &who));
        done.map_err(|error| error.code().unwrap())
    }

    /// The worker's round: what sites are told.
    fn told(&self, sites: &Told) -> usize {
        self.act(logout::follow).unwrap();
        let caller = Caller {
            db: &self.db,
            clock: &self.clock,
            chance: &self.chance,
            issuer: ISSUER,
            sites,
        };
        caller.run_once().unwrap()
    }

    fn assert_sound(&self) {
        let found = self.db.read_wait(verify).unwrap();
        assert!(found.is_empty(), "{found:?}");
    }
}

/// Notes what sites are told; or does not take it.
#[derive(Default)]
struct Told {
    said: Mutex<Vec<(String, String)>>,
    fault: Mutex<Option<NotTaken>>,
}

impl Sites for Told {
    fn post(&self, uri: &str, form: &[(&str, &str)]) -> Result<(), NotTaken> {
        if let Some(fault) = self.fault.lock().unwrap().clone() {
            return Err(fault);
        }
        let [("logout_token", token)] = form else { panic!("{form:?}") };
        self.said.lock().unwrap().push((uri.to_owned(), (*token).to_owned()));
        Ok(())
    }
}
