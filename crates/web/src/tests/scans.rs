//! Scans of papers, from the citizen's form to the operator's decision.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use base::Id;
use rooms::access::{Place, Role};
use rooms::accounts::Level;
use rooms::files::shape::MOST;

use super::booking::{account, browser, city};
use super::identity::type_all;
use super::roles::{given, person};
use crate::App;
use crate::testing::{self, Client, Page, run};

const CENTRE: &str = "tomsk-mfc-main";
const HERE: &str = "/account/level/scans";

/// The story on both engines, of Anna and of somebody at a service centre; `show`: files that no scanner
/// saw may be shown.
fn each(show: bool, story: impl AsyncFn(&Arc<App>, Id, Id)) {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        city(&db);
        let app = testing::app_with(db, |app| {
            app.ways.scans = true;
            Arc::get_mut(&mut app.config).unwrap().scanner.show_unscanned = show;
        });
        run(async {
            let anna = account(&app, 1, Level::Simplified).await;
            let clerk = person(&app, "79220000001", ("Логинова", "Тамара")).await;
            given(&app, &clerk, Role::ServiceCentre, Place::Site(CENTRE.into())).await;
            story(&app, anna, clerk).await;
        });
    });
}

/// The smallest pictures there are.
pub(super) fn png(width: u32) -> Vec<u8> {
    let mut file = vec![0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
    let mut head = [width.to_be_bytes(), width.to_be_bytes()].concat();
    head.extend([8, 0, 0, 0, 0]);
    for (kind, content) in [(b"IHDR", &head[..]), (b"IDAT", &[1]), (b"IEND", &[])] {
        file.extend((content.len() as u32).to_be_bytes());
        let named = [&kind[..], content].concat();
        file.extend(&named);
        file.extend(crc(&named).to_be_bytes());
    }
    file
}

fn crc(bytes: &[u8]) -> u32 {
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    sum.sum()
}

pub(super) fn jpeg() -> Vec<u8> {
    let mut file = vec![0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 30, 0, 40, 1, 1, 0x11, 0];
    file.extend([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 3, 0xff, 0xd9]);
    file
}

async fn bring(client: &mut Client, part: &str, name: &str, file: &[u8]) -> Page {
    upload(client, &format!("{HERE}/{part}"), (&format!("file-{part}"), name, file)).await
}

/// Sends a file as the field of a form.
pub(super) async fn upload(
    client: &mut Client,
    at: &str,
    (field, name, file): (&str, &str, &[u8]),
) -> Page {
    let mut body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    body.extend(file);
    body.extend(b"\r\n--x--\r\n");
    client.send(Method::POST, at, Body::from(body), "multipart/form-data; boundary=x").await
}

/// The code that came to the phone.
async fn code(app: &App) -> String {
    let letters = app.db.read(testkit::letters).await.unwrap();
    let letter = letters.into_iter().find(|x| x.0 == "scan-code").unwrap();
    letter.1["code"].as_str().unwrap().to_owned()
}

/// Anna has sent passport and SNILS; gives where the operator finds them.
async fn sent(app: &App, anna: &mut Client, desk: &mut Client) -> String {
    type_all(anna).await;
    assert_eq!(
        bring(anna, "passport", "паспорт.png", &png(40)).await.location(),
        format!("{HERE}#passport")
    );
    bring(anna, "snils", "snils.jpg", &jpeg()).await.location();
    let page = anna.get(HERE).await;
    assert!(page.says("паспорт.png") && page.says("PNG, 1 КБ"));
    anna.submit(&page.form(&format!("{HERE}/code"))).await.location();
    let form = anna.get(HERE).await.form(&format!("{HERE}/send"));
    let code = code(app).await;
    let refused = anna.submit(&form.clone().set("code", &code)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "no consent");
    let form = form.set("consent", "1");
    let wrong = anna.submit(&form.clone().set("code", "000000")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = anna.submit(&form.set("code", &code)).await;
    assert_eq!(page.location(), "/account/level#way-scan");
    assert!(anna.get("/account/level").await.says("На проверке"));
    let page = desk.get("/staff/scans").await;
    assert!(page.says("Ждут проверки") && !page.says("Соколова"));
    let at = page.text().split("href=\"/staff/scans/").nth(1).unwrap();
    format!("/staff/scans/{}", at.split('"').next().unwrap())
}

/// Opens the scans; gives the table, and where the pictures are.
async fn opened(desk: &mut Client, at: &str) -> (Page, Vec<String>) {
    let page = desk.get(at).await;
    assert!(!page.says("112-233-445 95"), "nothing before the look is noted");
    desk.submit(&page.form(&format!("{at}/look"))).await.location();
    let page = desk.get(at).await;
    let pictures = page.text().split("<img src=\"").skip(1);
    let pictures = pictures.map(|x| x.split('"').next().unwrap().to_owned()).collect();
    (page, pictures)
}

#[test]
fn scans_go_from_the_phone_to_an_operator_and_lead_to_the_highest_level() {
    each(true, async |app, anna, clerk| {
        let (mut anna, mut desk) = (browser(app, &anna).await, browser(app, &clerk).await);
        let at = sent(app, &mut anna, &mut desk).await;
        let (page, pictures) = opened(&mut desk, &at).await;
        for words in ["112-233-445 95", "17.04.1988", "100001", "не проверены на вирусы"]
        {
            assert!(page.says(words), "{words}");
        }
        assert_eq!(pictures.len(), 2);
        let picture = desk.get(&pictures[0]).await;
        assert_eq!(picture.head("content-type"), "image/png");
        assert_eq!(picture.body, png(40));

        let picture = desk.get(&pictures[0]).await;
        assert!(picture.head("content-security-policy").contains("sandbox"));
        assert_eq!(picture.head("cache-control"), "no-store");
        assert_eq!(picture.head("x-content-type-options"), "nosniff");
        assert!(picture.head("content-disposition").starts_with("inline; filename=\"scan-"));
        // Nobody else sees them, not even whoever sent them.
        assert_eq!(anna.get(&pictures[0]).await.status, StatusCode::FORBIDDEN);
        let other = person(app, "79220000002", ("Котова", "Вера")).await;
        given(app, &other, Role::ServiceCentre, Place::Site(CENTRE.into())).await;
        let mut other = browser(app, &other).await;
        assert_eq!(
            other.get(&pictures[0]).await.status,
            StatusCode::NOT_FOUND,
            "no look of theirs"
        );
        let form = page.form(&format!("{at}/accept"));
        assert_eq!(desk.submit(&form).await.location(), "/staff/scans?done=passed");
        assert!(anna.get("/account").await.says("Подтверждённая"));
        assert!(anna.get("/account/profile").await.says("Сверено со сканами"));
        assert!(anna.get("/account/looks").await.says("Сверка сканов с личными данными"));
        assert_eq!(desk.submit(&form).await.status, StatusCode::NOT_FOUND, "it is decided");
        assert_eq!(desk.get(&pictures[0]).await.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_refusal_names_its_reason_and_scans_can_be_sent_again() {
    each(true, async |app, anna, clerk| {
        let (mut anna, mut desk) = (browser(app, &anna).await, browser(app, &clerk).await);
        let at = sent(app, &mut anna, &mut desk).await;
        let page = bring(&mut anna, "passport", "b.png", &png(41)).await;
        assert!(page.says("Сканы уже на проверке"), "what is being compared stays as it is");
        let (page, _) = opened(&mut desk, &at).await;
        let form = page.form(&format!("{at}/refuse"));
        assert_eq!(desk.submit(&form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let other = form.clone().set("reason", "other");
        assert_eq!(desk.submit(&other).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let typed = form.set("reason", "unreadable").set("words", "Не видно номера паспорта");
        let who = clerk.clone();
        app.db.write(move |tx| rooms::sessions::close_all(tx, &who)).await.unwrap();
        desk.headers.insert("referer", format!("http://okno.test{at}"));
        let answer = desk.submit(&typed).await;
        let signin = desk.follow(answer).await;
        let mut desk = browser(app, &clerk).await;
        let page = desk.get(signin.form("/signin").value("next")).await;
        let form = page.form(&format!("{at}/refuse"));
        assert_eq!(form.value("words"), "Не видно номера паспорта", "{}", page.text());
        assert_eq!(desk.submit(&form).await.location(), "/staff/scans?done=refused");
        let page = anna.get("/account/level").await;
        assert!(page.says("Плохо видно") && page.says("Не видно номера паспорта"));
        let page = bring(&mut anna, "passport", "b.png", &png(41)).await;
        assert_eq!(page.location(), format!("{HERE}#passport"));
    });
}

#[test]
fn wrong_files_are_named_and_nothing_of_them_stays() {
    each(true, async |app, anna, _| {
        let mut anna = browser(app, &anna).await;
        let page = bring(&mut anna, "passport", "a.png", &png(40)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "the data are missing");
        type_all(&mut anna).await;
        let encrypted = b"%PDF-1.4\n1 0 obj\n<</Type/Page>>\nendobj\n";
        let mut encrypted = encrypted.to_vec();
        let at = encrypted.len();
        encrypted
            .extend(format!("xref\ntrailer\n<</Encrypt 2 0 R>>\nstartxref\n{at}\n%%EOF").bytes());
        let cases: [(&str, &[u8], &str); 6] = [
            (
                "passport.jpg",
                b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff",
                "Подходят только JPEG, PNG и PDF",
            ),
            ("empty.jpg", b"", "Файл пустой"),
            ("", b"", "Выберите файл"),
            ("huge.png", &png(20_000), "Картинка слишком большая"),
            ("secret.pdf", &encrypted, "защищён паролем"),
            ("cut.jpg", &jpeg()[..20], "повреждён"),
        ];
        for (name, file, says) in cases {
            let page = bring(&mut anna, "passport", name, file).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            assert!(page.says(says), "{name}: {}", page.text());
        }
        let mut big = jpeg();
        big.resize(11 * 1024 * 1024, 7);
        let page = bring(&mut anna, "passport", "big.jpg", &big).await;
        assert!(page.says("Файл больше 10 МБ"));
        big.resize(3 * MOST as usize + 64 * 1024, 7);
        let page = bring(&mut anna, "passport", "giant.jpg", &big).await;
        assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
        let left = app.db.read(|tx| {
            Ok(tx.one(
                "SELECT (SELECT count(*) FROM file) + (SELECT count(*) FROM file_chunk)
                        + (SELECT count(*) FROM level_way)",
                base::args![],
                |r| r.get::<i64>(0),
            )?)
        });
        assert_eq!(left.await.unwrap(), 0);
        assert!(!anna.get(HERE).await.says("passport.jpg"));
    });
}

#[test]
fn what_nobody_has_scanned_is_shown_to_nobody_unless_the_portal_says_so() {
    each(false, async |app, anna, clerk| {
        let (mut anna, mut desk) = (browser(app, &anna).await, browser(app, &clerk).await);
        let at = sent(app, &mut anna, &mut desk).await;
        let (page, pictures) = opened(&mut desk, &at).await;
        assert!(pictures.is_empty() && page.says("Часть файлов показать нельзя"));
        let page = desk.submit(&page.form(&format!("{at}/accept"))).await;
        assert!(page.says("Не все файлы проверены"), "{}", page.text());
    });
}

#[test]
fn nobody_compares_their_own_scans_and_files_can_be_taken_away() {
    each(true, async |app, anna, _| {
        given(app, &anna, Role::ServiceCentre, Place::Site(CENTRE.into())).await;
        let mut own = browser(app, &anna).await;
        type_all(&mut own).await;
        bring(&mut own, "passport", "one.png", &png(40)).await.location();
        let page = own.get(HERE).await;
        assert!(page.says("one.png"));
        own.submit(&page.forms_at("/remove")).await.location();
        assert!(!own.get(HERE).await.says("one.png"));
        let mut desk = own.clone();
        type_again(app, &mut own, &mut desk).await;
    });
}

async fn type_again(app: &App, own: &mut Client, desk: &mut Client) {
    bring(own, "passport", "one.png", &png(40)).await.location();
    bring(own, "snils", "two.png", &png(40)).await.location();
    let page = own.get(HERE).await;
    own.submit(&page.form(&format!("{HERE}/code"))).await.location();
    let form = own.get(HERE).await.form(&format!("{HERE}/send"));
    own.submit(&form.set("code", &code(app).await).set("consent", "1")).await.location();
    assert!(desk.get("/staff/scans").await.says("Ваши: сверит коллега"));
}

#[test]
fn the_page_of_checks_says_how_it_stands_with_the_scanner() {
    testkit::each_engine(rooms::MIGRATIONS, |db| {
        let app = testing::app_with(db, |app| {
            let config = Arc::make_mut(&mut app.config);
            (config.scans, config.scanner.url) = (true, "unix:/nowhere".into());
        });
        run(async {
            let admin = person(&app, "79000000001", ("Главная", "Анна")).await;
            let place = Place::Portal;
            given(&app, &admin, Role::PortalAdmin, place).await;
            let mut admin = browser(&app, &admin).await;
            let page = admin.get("/staff/checks").await;
            assert!(page.says("Антивирус ещё не опрашивали"), "{}", page.text());
            let known = async |answered: i64, made: i64| {
                let now = app.clock.now();
                let act = move |tx: &mut base::Tx<'_>| {
                    tx.exec("DELETE FROM scanner", base::args![])?;
                    let sql = "INSERT INTO scanner
                                 (id, asked_at, answered_at, version, made_at, again_at)
                               VALUES (1, $1, $2, 'ClamAV 1.4.3/27777', $3, $1)";
                    let (answered, made) = (now.plus(-answered), now.plus(-made));
                    Ok(tx.exec(sql, base::args![now, answered, made])?)
                };
                app.db.write(act).await.unwrap();
            };
            known(base::Instant::MINUTE, base::Instant::DAY).await;
            let page = admin.get("/staff/checks").await;
            assert!(page.says("Антивирус работает") && page.says("ClamAV 1.4.3/27777"));
            known(base::Instant::HOUR, base::Instant::DAY).await;
            assert!(admin.get("/staff/checks").await.says("Антивирус не отвечает"));
            known(base::Instant::MINUTE, 8 * base::Instant::DAY).await;
            let page = admin.get("/staff/checks?lang=en").await;
            assert!(page.says("The scanner has not been updated for long"), "{}", page.text());
        });
    });
}
