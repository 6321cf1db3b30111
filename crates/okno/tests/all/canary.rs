//! A stolen database tells nothing: somebody with a name that is found nowhere else registers, books
//! for herself and for a child, moves, changes their mind and goes, while the program says everything it can
//! say. Neither its words nor any byte of its database hold what they typed.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Output;
use std::thread;
use std::time::Duration;

use base::db::Place;
use serde_json::{Value, json};
use testkit::canary::{Canary, dump, none_in};
use testkit::{Server, TempDir};

use crate::demo::{Demo, run};
use crate::program::{Call, Program};

const SERVICE: &str = "doctor-therapist";
const PHONE: &str = "+79876543210";
const OTHER_PHONE: &str = "+79876501234";
const EMAIL: &str = "kenar@canary.example";
const OTHER_EMAIL: &str = "wellensittich@canary.example";
const PASSWORD: &str = "Зяблик летит на юг7!";

/// What is typed, as it must be found nowhere.
const PLANTED: [&str; 21] = [
    "Канарейкина",
    "Щеглина",
    "Снегиревна",
    PHONE,
    OTHER_PHONE,
    EMAIL,
    OTHER_EMAIL,
    PASSWORD,
    "клетка протекает",
    "улетаю раньше",
    "улетела совсем",
    "предъявила клюв",
    "112-233-447 97",
    "000012345627",
    "гор. Птичий Канарского края",
    "Отдел жёрдочек и кормушек",
    "ул. Пернатая",
    "Пустельгин",
    "Кречетович",
    "ЗАГС Гнездовска",
    // As it would stand in an open value; six digits alone could be part of any moment.
    r#"number":"684219"#,
];

/// The number of a passport: too short to be sought alone, so it is sought as it would be written.
const PASSPORT: &str = "100713";

/// What is typed into the forms of papers: the kind, and its fields.
const PAPERS: [(&str, &[(&str, &str)]); 5] = [
    ("birth", &[("date", "17.04.1988"), ("sex", "female"), ("place", PLANTED[14])]),
    ("snils", &[("number", PLANTED[12])]),
    ("inn", &[("number", PLANTED[13])]),
    (
        "passport",
        &[
            ("series", "0008"),
            ("number", PASSPORT),
            ("issued_on", "20.05.2008"),
            ("issuer", PLANTED[15]),
            ("subdivision", "000-001"),
        ],
    ),
    (
        "registration",
        &[
            ("region", "Томская область"),
            ("locality", "Томск"),
            ("street", PLANTED[16]),
            ("house", "7"),
        ],
    ),
];

/// A browser as far as forms and cookies go.
struct Browser {
    agent: ureq::Agent,
    base: String,
    cookie: String,
}

struct Answer {
    status: u16,
    location: String,
    text: String,
}

impl Browser {
    fn new(base: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        let agent = ureq::Agent::new_with_config(config);
        Self { agent, base: base.to_owned(), cookie: String::new() }
    }

    fn get(&mut self, path: &str) -> Answer {
        let request = self.agent.get(format!("{}{path}", self.base));
        let answer = request.header("Cookie", &self.cookie).call().unwrap();
        self.read(answer)
    }

    fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.agent.post(format!("{}{path}", self.base));
        let fields = fields.iter().copied();
        let answer = request.header("Cookie", &self.cookie).send_form(fields).unwrap();
        self.read(answer)
    }

    fn read(&mut self, mut answer: ureq::http::Response<ureq::Body>) -> Answer {
        let head = |name: &str| {
            answer.headers().get(name).and_then(|x| x.to_str().ok()).unwrap_or_default().to_owned()
        };
        let (location, cookie) = (head("location"), head("set-cookie"));
        if let Some(pair) = cookie.split(';').next().filter(|x| !x.is_empty()) {
            self.cookie = pair.to_owned();
        }
        let status = answer.status().as_u16();
        let text = String::from_utf8_lossy(&answer.body_mut().read_to_vec().unwrap()).into_owned();
        Answer { status, location, text }
    }
}

/// A portal that says all it can, in which one person lives.
struct Stage {
    data: TempDir,
    database: Vec<String>,
    log: PathBuf,
    demo: Demo,
}

impl Stage {
    fn new(database: Vec<String>) -> Self {
        let data = TempDir::new();
        let log = data.path().join("log");
        let given: Vec<&str> = database.iter().map(String::as_str).collect();
        let demo = Demo::start_talking(data.path(), &given, &log);
        Self { data, database, log, demo }
    }

    fn run(&self, args: &[&str]) -> Output {
        let database = self.database.iter().map(String::as_str);
        run(self.data.path(), &args.iter().copied().chain(database).collect::<Vec<_>>())
    }

    fn told(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn place(&self) -> Place {
        match self.database.last() {
            Some(url) => Place::parse(url).unwrap(),
            None => Place::File(self.data.path().join("okno.db")),
        }
    }

    /// The newest text that stands after `before` on the page of messages; the worker takes a moment.
    fn message(&self, browser: &mut Browser, before: &str, length: usize) -> String {
        for _ in 0..200 {
            let page = browser.get("/demo/messages").text;
            let parts = page.split(before).skip(1).map(|x| x.chars().take(length));
            let found = parts.map(String::from_iter);
            let fits = |x: &String| x.len() == length && x.bytes().all(|b| b.is_ascii_hexdigit());
            if let Some(found) = found.into_iter().find(fits) {
                return found;
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("no message with «{before}»");
    }

    /// Registers, proves both contacts; gives the session and the secret of the link.
    fn register(&self) -> (Browser, String) {
        let mut browser = Browser::new(&self.demo.base);
        let form = [
            ("surname", PLANTED[0]),
            ("name", PLANTED[1]),
            ("patronymic", PLANTED[2]),
            ("phone", PHONE),
            ("email", EMAIL),
            ("password", PASSWORD),
            ("agreement", "1"),
            ("privacy", "1"),
        ];
        let sent = browser.post("/register", &form);
        assert_eq!(sent.status, 303, "{}", sent.text);
        assert!(browser.get(&sent.location).text.contains("Неверный номер?"));
        let code = self.message(&mut browser, "код ", 6);
        let confirmed = browser.post("/register/code", &[("code", &code)]);
        assert_eq!(confirmed.status, 303, "{}", confirmed.text);
        let link = self.message(&mut browser, "/register/email/", 64);
        assert!(browser.post(&format!("/register/email/{link}"), &[]).status < 400);
        // The owner of the phone hears of the second try, and of the wrong passwords nobody.
        let mut other = Browser::new(&self.demo.base);
        assert_eq!(other.post("/register", &form).status, 303);
        for name in [PHONE, EMAIL, OTHER_EMAIL] {
            let refused = other.post("/signin", &[("identifier", name), ("password", "Зяблик0!")]);
            assert!(refused.status >= 400, "{name}");
        }
        let signed_in = other
            .post("/signin", &[("identifier", "kenar@Canary.example"), ("password", PASSWORD)]);
        assert_eq!(signed_in.status, 303, "{}", signed_in.text);
        (browser, link)
    }

    /// Adds a child, books for it, ends that.
    fn act_for_a_child(&self, browser: &mut Browser, program: &Program) {
        let form = [
            ("kind", "child"),
            ("surname", PLANTED[17]),
            ("name", PLANTED[1]),
            ("patronymic", PLANTED[18]),
            ("born", "2019-09-03"),
            ("sex", "male"),
            ("series", "XIV-ЩГ"),
            ("number", "684219"),
            ("issued_on", "2019-09-12"),
            ("issuer", PLANTED[19]),
        ];
        let refused = browser.post("/account/acting/new", &form[..8]);
        assert!(refused.status == 422 && refused.text.contains("684219"), "{}", refused.status);
        let added = browser.post("/account/acting/new", &form);
        assert_eq!(added.status, 303, "{}", added.text);
        let list = browser.get("/account/acting").text;
        assert!(list.contains(PLANTED[17]) && list.contains("684219"));
        let base = &self.demo.base;
        let mandate = program.get(base, "/mandates")["items"][0]["id"].clone();
        let slots = format!("/slots?service={SERVICE}&region=70&limit=1");
        let slot = program.get(base, &slots)["slots"][0].clone();
        let call = |path: &str, body: Value| {
            let reply = program.post(base, &Call::new(path, body)).unwrap();
            assert!(reply.status < 300, "{path}: {}", reply.body);
            reply.body
        };
        let hold =
            json!({"service": SERVICE, "resource": slot["resource"], "start": slot["start"]});
        let id = call("/holds", hold)["id"].clone();
        let purpose = &program.get(base, &format!("/services/{SERVICE}"))["purposes"][0]["code"];
        let booking =
            json!({"hold": id, "purpose": purpose, "consent": true, "on_behalf_of": mandate});
        let id = call("/bookings", booking)["id"].as_str().unwrap().to_owned();
        for page in ["", "/ticket.pdf", "/calendar.ics"] {
            assert_eq!(browser.get(&format!("/bookings/{id}{page}")).status, 200, "{page}");
        }
        assert!(browser.get("/bookings").text.contains(PLANTED[17]));
        let mandate = mandate.as_str().unwrap();
        assert_eq!(browser.post(&format!("/account/acting/{mandate}/end"), &[]).status, 303);
    }

    /// Books, changes contacts, moves, cancels; gives the program's token.
    fn live(&self, browser: &mut Browser) -> String {
        let level = ["accounts", "level", PHONE, "verified", "--reason", PLANTED[11]];
        assert!(self.told(&level).contains("Канарейкина"));
        let token = self.told(&["accounts", "token", EMAIL]);
        let (base, program) = (&self.demo.base, Program::new(&token));
        assert_eq!(program.get(base, "/account")["phone"], PHONE);
        let from = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let from = from.saturating_add(jiff::Span::new().days(3));
        let slots = format!("/slots?service={SERVICE}&region=70&from={from}&limit=100");
        let slots = program.get(base, &slots)["slots"].as_array().unwrap().clone();
        let purpose = &program.get(base, &format!("/services/{SERVICE}"))["purposes"][0]["code"];
        let time = |slot: &Value| json!({"resource": slot["resource"], "start": slot["start"]});
        let mut wish = time(&slots[0]);
        wish["service"] = SERVICE.into();
        let call = |path: &str, body: Value| {
            let reply = program.post(base, &Call::new(path, body)).unwrap();
            assert!(reply.status < 300, "{path}: {}", reply.body);
            reply.body
        };
        let id = call("/holds", wish)["id"].as_str().unwrap().to_owned();
        let typed = [("detail", PLANTED[8]), ("phone", OTHER_PHONE)];
        assert_eq!(browser.post(&format!("/bookings/{id}/draft"), &typed).status, 204);
        assert!(browser.get(&format!("/bookings/{id}/form")).text.contains(PLANTED[8]));
        let booking = json!({"hold": id, "purpose": purpose, "detail": PLANTED[8],
            "phone": PHONE, "email": OTHER_EMAIL, "consent": true});
        call("/bookings", booking);
        // Bodies that cannot be read, and refusals of what was typed.
        let broken = json!({"hold": PLANTED[0], "phone": OTHER_PHONE, "consent": PLANTED[8]});
        assert!(program.post(base, &Call::new("/bookings", broken)).unwrap().status >= 400);
        let contacts = [("phone", OTHER_PHONE), ("email", OTHER_EMAIL)];
        assert_eq!(browser.post(&format!("/bookings/{id}/contacts"), &contacts).status, 303);
        let mut moved = time(slots.last().unwrap());
        moved["reason"] = PLANTED[9].into();
        call(&format!("/bookings/{id}/reschedule"), moved);
        for page in ["", "/ticket.pdf", "/calendar.ics", "/move", "/contacts"] {
            assert_eq!(browser.get(&format!("/bookings/{id}{page}")).status, 200, "{page}");
        }
        call(&format!("/bookings/{id}/cancel"), json!({"reason": PLANTED[10]}));
        let told = program.get(base, &format!("/bookings/{id}/history"));
        assert!(told.to_string().contains(PLANTED[10]), "{told}");
        self.act_for_a_child(browser, &program);
        assert!(browser.get("/account").text.contains(EMAIL));
        assert!(browser.get("/bookings").status == 200);
        token
    }

    /// Types what stands in papers and has it checked: the registries differ, then agree.
    fn type_papers(&self, browser: &mut Browser) {
        let mut type_in = |kind: &str, typed: &[(&str, &str)], version: &str| {
            let path = format!("/account/profile/{kind}");
            let names: Vec<String> = typed.iter().map(|x| format!("{kind}.{}", x.0)).collect();
            let fields = names.iter().zip(typed).map(|(name, x)| (name.as_str(), x.1));
            let fields: Vec<_> = fields.chain([("version", version)]).collect();
            let kept = browser.post(&path, &fields);
            assert_eq!(kept.status, 303, "{kind}: {}", kept.text);
            assert!(browser.get(&path).text.contains(typed[0].1.trim_start_matches("0008")));
        };
        for (kind, typed) in PAPERS {
            type_in(kind, typed, "0");
        }
        let asked = browser.post("/account/level/registry", &[("consent", "1")]);
        assert_eq!(asked.status, 303, "{}", asked.text);
        self.until(browser, "way-registry", "Не совпало");
        // The registries of the demo know nobody whose number ends with 13.
        let other =
            PAPERS[3].1.iter().map(|x| if x.0 == "number" { ("number", "100714") } else { *x });
        let fields: Vec<(String, &str)> =
            other.map(|x| (format!("passport.{}", x.0), x.1)).collect();
        let fields = fields.iter().map(|x| (x.0.as_str(), x.1)).chain([("version", "1")]);
        let kept = browser.post("/account/profile/passport", &fields.collect::<Vec<_>>());
        assert_eq!(kept.status, 303, "{}", kept.text);
        assert_eq!(browser.post("/account/level/registry", &[("consent", "1")]).status, 303);
        // One of ten calls fails, and each time the next one comes twice as late.
        for _ in 0..3000 {
            if browser.get("/account/profile").text.contains("Проверено") {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("the registries have not answered: {}", browser.get("/account/level").text);
    }

    fn until(&self, browser: &mut Browser, section: &str, words: &str) {
        for _ in 0..600 {
            let page = browser.get("/account/level").text;
            if page.split(section).skip(1).any(|x| x.contains(words)) {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("the page of levels never says «{words}»");
    }

    /// What the program said and what its database holds.
    fn assert_silent(&mut self, canaries: &[Canary]) {
        self.demo.kill();
        let log = std::fs::read_to_string(&self.log).unwrap();
        // Without their moments most lines are the same, and there are hundreds of thousands.
        let lines = log.lines().map(|x| x.split_once(' ').map_or(x, |x| x.1));
        let lines: BTreeSet<&str> = lines.collect();
        let below = |x: &&str| x.contains("TRACE") || x.contains("DEBUG");
        assert!(lines.iter().any(below), "the log says everything: {log}");
        none_in(canaries, "the log", lines.into_iter().collect::<Vec<_>>().join("\n"));
        let place = self.place();
        let rows = testkit::open(&place).unwrap().read_wait(dump).unwrap();
        assert!(rows.iter().any(|(table, _)| table == "person_key"));
        for (table, row) in rows {
            none_in(canaries, &table, row);
        }
        if let Place::File(path) = place {
            for end in ["db", "db-wal"] {
                let bytes = std::fs::read(path.with_extension(end)).unwrap_or_default();
                none_in(canaries, end, bytes);
            }
        }
    }

    /// The same database in the hands of somebody without its keys.
    fn assert_refuses_other_keys(&self) {
        let other = TempDir::new();
        let url = match self.place() {
            Place::Server(url) => url,
            Place::File(path) => {
                let copy = other.path().join("okno.db");
                std::fs::copy(&path, &copy).unwrap();
                let wal = path.with_extension("db-wal");
                if wal.exists() {
                    std::fs::copy(wal, other.path().join("okno.db-wal")).unwrap();
                }
                format!("sqlite:{}", copy.display())
            }
        };
        for command in [&["verify"][..], &["serve", "--check"], &["accounts", "token", PHONE]] {
            let output = run(other.path(), &[command, &["--database", &url]].concat());
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{command:?}: {said}");
            assert!(said.contains("keys.toml") && !said.contains("panicked"), "{said}");
        }
    }
}

fn live_and_leave(database: Vec<String>) {
    let mut stage = Stage::new(database);
    let (mut browser, link) = stage.register();
    stage.type_papers(&mut browser);
    let token = stage.live(&mut browser);
    // The last letter is the cancellation's.
    thread::sleep(Duration::from_secs(3));
    let session = browser.cookie.rsplit('=').next().unwrap().to_owned();
    let mut canaries: Vec<Canary> = PLANTED.map(Canary::new).into();
    canaries.extend([&link, &token, &session].map(|x| Canary::new(x)));
    canaries.push(Canary::new(&format!("\"number\":\"{PASSPORT}\"")));
    stage.assert_silent(&canaries);
    assert!(stage.told(&["keys", "rotate"]).contains("key 2 wraps"));
    assert!(stage.told(&["keys", "wrap"]).contains(" 0 more people"));
    assert!(stage.told(&["keys", "rotate-index"]).contains("index key 2 finds"));
    // What finds people by another key finds them: the token is made for a phone.
    stage.told(&["accounts", "token", PHONE]);
    assert!(stage.told(&["keys", "turn-index"]).contains(" 0 more people"));
    stage.told(&["verify"]);
    stage.assert_refuses_other_keys();
    stage.told(&["accounts", "erase", PHONE]);
    let gone = stage.run(&["accounts", "token", PHONE]);
    assert_eq!(gone.status.code(), Some(2), "{}", String::from_utf8_lossy(&gone.stdout));
    stage.told(&["verify"]);
}

#[test]
fn a_stolen_sqlite_file_and_a_talkative_log_tell_nothing() {
    live_and_leave(Vec::new());
}

#[test]
fn a_stolen_postgresql_database_and_a_talkative_log_tell_nothing() {
    let Some(server) = Server::start() else { return };
    live_and_leave(vec!["--database".into(), server.url()]);
}
