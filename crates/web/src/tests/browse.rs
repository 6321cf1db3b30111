//! The pages for finding, on the demo's reference data.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use axum::http::StatusCode;
use base::{Actor, Channel, Clock, Cx, Tx};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rooms::demo::{self, Timetables};
use rooms::schedule::{self, Target};
use testkit::TempDir;

use crate::shed::Level;
use crate::testing::{self, BEGIN, Client, run};
use crate::{App, Rate};

/// The portal with the demo's bodies, services and timetables.
fn town() -> (Arc<App>, TempDir) {
    let (db, dir) = testkit::sqlite(rooms::MIGRATIONS);
    let clock = Clock::fixed(BEGIN);
    let cx = Cx::new(&clock, &base::Chance::seeded(1), Actor::System, Channel::Cli);
    let keep = move |tx: &mut Tx<'_>, timetables: &Timetables| {
        for (resource, rules) in &timetables.rules {
            schedule::save_timetable(tx, &cx, resource, rules)?;
        }
        for (resource, exception, reason) in &timetables.exceptions {
            let target = Target::Resource(resource.clone());
            schedule::add_exception(tx, &cx, &target, exception, reason)?;
        }
        Ok(())
    };
    db.write_wait(schedule::seed_calendar).unwrap();
    let today = BEGIN.in_zone(&jiff::tz::TimeZone::UTC).date();
    demo::seed(&db, today, keep).unwrap();
    (testing::app(db), dir)
}

#[test]
fn the_portal_has_a_name_in_each_language_or_one_in_both() {
    for (name_en, expected) in [("Window", ["Окно", "Window"]), ("", ["Окно", "Окно"])]
    {
        let (db, _dir) = testkit::sqlite(rooms::MIGRATIONS);
        let app = testing::app_with(db, |app| {
            Arc::make_mut(&mut app.config).name_en = name_en.into();
        });
        run(async {
            for (lang, name) in ["ru", "en"].into_iter().zip(expected) {
                let mut client = Client::new(&app).with("accept-language", lang);
                app.gate.set(Level::default());
                let page = client.get("/help").await;
                assert!(page.text().contains(&format!(" — {name}</title>")), "{}", page.text());
                assert!(page.text().contains(&format!("<span>{name}<small>")), "{}", page.text());
                app.gate.set(Level::of(Rate::Write, 0.0));
                let busy = client.get("/help").await;
                assert!(busy.text().contains(&format!(" — {name}</title>")), "{}", busy.text());
            }
        });
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// The addresses of all links of a page.
fn links(html: &str) -> impl Iterator<Item = String> {
    let found = html.split("href=\"").skip(1).filter_map(|x| x.split('"').next());
    found.map(|x| x.replace("&#38;", "&").replace("&amp;", "&"))
}

/// Addresses that these pages answer; the rest belongs to other rooms.
fn is_ours(path: &str) -> bool {
    const OURS: [&str; 14] = [
        "/services",
        "/categories",
        "/situations",
        "/authorities",
        "/organizations",
        "/sites",
        "/officials",
        "/region",
        "/help",
        "/about",
        "/personal-data",
        "/agreement",
        "/status",
        "/accessibility",
    ];
    let rest =
        |x: &str| path.strip_prefix(x).is_some_and(|x| x.is_empty() || x.starts_with(['/', '?']));
    path == "/" || OURS.into_iter().any(rest)
}

#[test]
fn every_link_on_the_pages_for_finding_leads_somewhere_in_both_languages() {
    let (app, _dir) = town();
    run(async {
        for lang in ["ru", "en"] {
            let mut client = Client::new(&app);
            client.cookies.insert("lang".into(), lang.into());
            let starts = ["/", "/situations", "/region", "/agreement"].map(str::to_owned);
            let mut seen: BTreeSet<String> = starts.iter().cloned().collect();
            let (mut ahead, mut forms) = (VecDeque::from(starts), BTreeSet::new());
            while let Some(path) = ahead.pop_front() {
                let page = client.get(&path).await;
                assert_eq!(page.status, StatusCode::OK, "{path}");
                let html = page.text();
                assert!(html.contains(&format!("<html lang=\"{lang}\"")), "{path}");
                assert_eq!(html.matches("<h1").count(), 1, "{path} has not one h1");
                for link in links(html).map(|x| x.split('#').next().unwrap().to_owned()) {
                    if is_ours(&link) && seen.insert(link.clone()) {
                        ahead.push_back(link);
                    } else if link.starts_with("/book/") && forms.insert(link.clone()) {
                        let form = client.get(&link).await.status;
                        assert!(
                            form.is_success() || form.is_redirection(),
                            "{path} → {link}: {form}"
                        );
                    }
                }
            }
            for sort in [
                "/services/",
                "/categories/",
                "/situations/",
                "/organizations/",
                "/sites/",
                "/officials/",
                "/help/",
                "/services?",
                "/organizations?",
            ] {
                assert!(seen.iter().any(|x| x.starts_with(sort)), "nothing leads to {sort}");
            }
            assert!(seen.len() > 600, "the walk was short: {}", seen.len());
        }
    });
}

#[test]
fn no_text_of_these_pages_shows_its_key() {
    let (app, _dir) = town();
    let pages = [
        "/",
        "/services",
        "/services/guardianship",
        "/services/marriage-registration",
        "/services?q=%D0%BE%D0%BF%D0%B5%D0%BA%D0%B0",
        "/situations",
        "/authorities",
        "/organizations",
        "/organizations/tomsk-mfc",
        "/sites/tomsk-mfc-main",
        "/officials/tomsk-admin-main-01",
        "/region",
        "/help",
        "/about",
        "/personal-data",
        "/agreement",
        "/status",
    ];
    let keys = texts::Texts::keys(texts::Lang::Ru);
    run(async {
        for (lang, region) in [("ru", "70"), ("en", "")] {
            let mut client = Client::new(&app);
            client.cookies.insert("lang".into(), lang.into());
            client.cookies.insert("region".into(), region.into());
            for path in pages {
                let page = client.get(path).await;
                assert_eq!(page.status, StatusCode::OK, "{path}");
                for key in keys.iter().filter(|x| x.contains('-')) {
                    let shown = page.text().contains(&format!(">{key}<"));
                    assert!(!shown, "{path} shows the key {key} in {lang}");
                }
                assert!(!page.text().contains("{$"), "{path} lacks an argument");
            }
        }
    });
}

#[test]
fn what_does_not_exist_is_a_page_that_helps() {
    let (app, _dir) = town();
    run(async {
        let mut client = Client::new(&app);
        for path in
            ["services", "categories", "situations", "organizations", "sites", "officials", "help"]
        {
            let page = client.get(&format!("/{path}/no-such-thing")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
            assert!(page.text().contains("role=\"search\""), "{path}");
        }
    });
}

#[test]
fn what_people_type_leads_to_the_booking_form_first() {
    let (app, _dir) = town();
    let phrases = [
        ("встреча с главой администрации", "/book/head-reception"),
        ("записаться к руководителю", "/book/head-reception"),
        ("опека запись", "/book/guardianship"),
        ("попечительство приём", "/book/guardianship"),
        ("запись к врачу", "/book/doctor-therapist"),
        ("получение справки", "/book/certificates"),
        ("приём в налоговую", "/book/tax"),
        ("запись в мэрию", "/book/city-hall"),
        ("jgtrf", "/book/guardianship"),
    ];
    run(async {
        let mut client = Client::new(&app);
        for (typed, form) in phrases {
            let page = client.get(&format!("/services?q={}", encoded(typed))).await;
            let first = links(page.text()).find(|x| x.starts_with("/book/")).unwrap_or_default();
            assert!(first.starts_with(form), "«{typed}» leads to {first}");
        }
        let page = client.get("/services?q=jgtrf").await;
        assert!(page.says("Показано по запросу «опека»"));
    });
}

#[test]
fn suggestions_are_list_items_that_lead_to_the_booking_form() {
    let (app, _dir) = town();
    run(async {
        let mut client = Client::new(&app).with("x-fragment", "suggest");
        let page = client.get(&format!("/suggest?q={}", encoded("паспор"))).await;
        let html = page.text().trim();
        assert!(html.starts_with("<li role=\"option\"><a href=\"/book/"), "{html}");
        assert!(html.contains("<mark>паспор</mark>т"), "{html}");
        assert!(html.ends_with("</li>") && html.contains("<li hidden data-status>"));
        assert!(!html.contains("<html"));
        let empty = client.get("/suggest?q=").await;
        assert!(!empty.text().contains("role=\"option\""));
        let nasty = client.get("/suggest?q=%3Cscript%3E").await;
        assert!(!nasty.text().contains("<script"));
    });
}

#[test]
fn results_are_filtered_by_sort_region_and_life_area() {
    let (app, _dir) = town();
    run(async {
        let mut client = Client::new(&app);
        let q = encoded("опека");
        let people = client.get(&format!("/services?q={q}&kind=people")).await;
        assert!(!people.text().contains("href=\"/book/"));
        assert!(links(people.text()).any(|x| x.starts_with("/officials/")));
        let here = client.get(&format!("/services?q={q}&kind=organizations&region=70")).await;
        assert!(here.says("Томск") && !here.says("Якутск, "));
        let none = client.get(&format!("/services?q={q}&category=health")).await;
        assert!(none.says("ничего не нашлось"));
        let none = client.get("/services?q=zzqqxy").await;
        assert!(none.says("ничего не нашлось") && none.says("8 (000) 000-00-00"));
        assert_eq!(none.link("Частые вопросы"), "/help");
    });
}

#[test]
fn the_directory_finds_by_town_kind_and_street_and_has_pages() {
    let (app, _dir) = town();
    run(async {
        let mut client = Client::new(&app);
        let all = client.get("/organizations").await;
        assert_eq!(links(all.text()).filter(|x| x.starts_with("/organizations/")).count(), 20);
        let second = client.get(&all.link("2")).await;
        assert_ne!(all.link("Администрация"), second.link("округ"));
        let clinics = client.get("/organizations?kind=clinic&region=70").await;
        assert!(clinics.says("Поликлиника «Ясная»") && !clinics.says("ЗАГС округа"));
        let street = client.get(&format!("/organizations?q={}", encoded("Тихая 3"))).await;
        assert!(street.says("Администрация округа Ясный, Томск"));
        let last = client.get("/organizations?page=999").await;
        assert_eq!(last.status, StatusCode::OK);
    });
}

#[test]
fn the_chosen_region_is_kept_and_comes_first() {
    let (app, _dir) = town();
    run(async {
        let mut client = Client::new(&app);
        let found = client.get(&format!("/region?q={}&next=/services", encoded("том"))).await;
        assert!(found.says("Томская область") && !found.says("Московская область"));
        // The first form of this address is the search, the last one the list.
        let list = found.forms("/region").pop().unwrap();
        let answer = client.submit(&list.press("Томская область")).await;
        assert_eq!(answer.location(), "/services");
        assert_eq!(client.cookies["region"], "70");
        let home = client.get("/").await;
        assert!(home.says("Томская область") && home.says("Организации вашего региона"));
        assert!(home.says("Ближайшее: "), "no soonest time");
        assert_eq!(home.link("Изменить"), "/region");
        let refused = client.post_form("/region", &[("region", "xx")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.says("Выберите регион из списка"));
        let nowhere =
            client.post_form("/region", &[("region", ""), ("next", "//evil.example")]).await;
        assert_eq!(nowhere.location(), "/");
        assert!(!client.get("/").await.says("Организации вашего региона"));
    });
}

#[test]
fn a_passport_says_what_to_bring_and_where_to_go() {
    let (app, _dir) = town();
    run(async {
        let mut client = Client::new(&app);
        let page = client.get("/services/guardianship?region=70").await;
        for words in [
            "0201",
            "Бесплатно",
            "Обязательно",
            "Запросим сами",
            "Томская область: 1 отделение",
            "Перенести запись можно 3 раза, не позднее чем за 24 часа до приёма",
            "Записаться",
        ] {
            assert!(page.says(words), "no «{words}»");
        }
        assert!(page.text().contains("target=\"_blank\" rel=\"noopener\""));
        assert!(links(page.text()).any(|x| x == "/book/guardianship?region=70"));
        assert!(links(page.text()).any(|x| x.starts_with("/book/guardianship?site=")));
    });
}

#[test]
fn an_officials_page_tells_the_hours_and_the_next_free_times() {
    let (app, _dir) = town();
    run(async {
        let mut client = Client::new(&app);
        let page = client.get("/officials/tomsk-admin-main-01").await;
        for words in
            ["Глава администрации", "понедельник 10:00–13:00", "15:00–18:00, запись по телефону"]
        {
            assert!(page.says(words), "no «{words}»");
        }
        let day = "/book/head-reception?resource=tomsk%2Dadmin%2Dmain%2D01&day=2026%2D12%2D07";
        assert!(links(page.text()).any(|x| x == day), "no link to the next Monday");
    });
}

#[test]
fn the_topics_on_mistakes_call_pages_and_states_by_their_names() {
    let (app, _dir) = town();
    let portal = app.portal();
    let ways = ["mismatch", "unknown", "taken", "late"].map(|x| format!("way-registry-{x}"));
    let states = ways.iter().map(String::as_str);
    let pages = ["account-title", "level-title", "profile-title", "way-registry", "recover-link"];
    let identity: Vec<&str> = states.chain(pages).collect();
    let code = ["recover-title", "desk-link", "security-title"];
    for (topic, keys) in [("identity-errors", &identity[..]), ("code-not-received", &code)] {
        let text = &portal.city.catalogue.help_topic(topic).unwrap().text;
        for lang in texts::Lang::ALL {
            for key in keys {
                let name = app.texts.get(lang, key);
                assert!(text.in_lang(lang).contains(name), "{topic} in {lang:?}: {name}");
            }
        }
    }
}

#[test]
fn an_outdated_browser_is_told_so_in_words_that_others_never_see() {
    let (app, _dir) = super::app();
    run(async {
        let mut client = Client::new(&app);
        let page = client.get("/signin").await;
        let html = page.text();
        let notice = html.split("id=\"old-browser\" hidden>").nth(1).expect("the notice is hidden");
        assert!(notice.split("</div>").next().unwrap().contains("Ваш браузер устарел"));
        // Whoever knows modules skips this script; whoever does not must be able to read it.
        let script = html.split("<script nomodule defer src=\"").nth(1).unwrap();
        let script = client.get(script.split('"').next().unwrap()).await;
        let code: Vec<&str> = script.text().lines().filter(|x| !x.starts_with("//")).collect();
        let code = code.join("\n");
        assert!(code.contains("removeAttribute(\"hidden\")"));
        for modern in ["=>", "const ", "let ", "`", "?."] {
            assert!(!code.contains(modern), "{modern}");
        }
    });
}

#[test]
fn whoever_a_network_keeps_away_reads_what_to_do_at_home_and_at_work() {
    let (app, _dir) = town();
    run(async {
        let mut client = Client::new(&app);
        let help = client.get("/help").await;
        let page = client.get(&help.link("Мешает VPN")).await;
        assert!(page.says("Отключите VPN и обновите страницу"), "{}", page.text());
        assert!(page.says("попросите администратора добавить адрес портала в исключения"));
    });
}
