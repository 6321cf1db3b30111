//! What a service asks for itself: numbers, dates, a child. The answers are read as people type them.

use super::booking::{browser, each, hold};
use crate::testing::{Client, FilledForm};

/// The form of a held time, filled in but for the questions of the service.
async fn form(client: &mut Client, at: &str) -> FilledForm {
    let page = client.get(at).await;
    let purposes = page.text().split("name=\"purpose\" value=\"");
    let purpose = purposes.skip(1).find_map(|x| x.split('"').next()).expect("a purpose").to_owned();
    let form = page.form(at).set("purpose", &purpose).set("consent", "1");
    form.set("phone", "+7 900 000-00-01")
}

#[test]
fn a_family_service_asks_for_the_child_and_no_birth_lies_ahead() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let at =
            hold(&mut client, "/book/guardianship?resource=tomsk-guardianship-main-01", 0).await;
        let child = [("f.child-name", "Соколов Иван"), ("f.child-sex", "boy")];
        let asked = child.iter().fold(form(&mut client, &at).await, |x, (name, y)| x.set(name, y));
        let refused = client.submit(&asked.clone().set("f.child-birthdate", "2027-01-01")).await;
        assert!(refused.says("Этот день ещё не наступил"), "{}", refused.text());
        assert_eq!(refused.form(&at).value("f.child-name"), "Соколов Иван", "what was typed stays");
        let taken = client.submit(&asked.set("f.child-birthdate", "01.02.2019")).await;
        let review = client.get(&taken.location()).await;
        assert!(review.says("Соколов Иван") && review.says("Мальчик"), "{}", review.text());
    });
}

#[test]
fn a_tax_number_is_read_however_it_is_typed_and_its_fault_is_named() {
    each(async |app, anna| {
        let mut client = browser(&app, &anna).await;
        let at = hold(&mut client, "/book/tax-visit?resource=tomsk-tax-main-01", 0).await;
        for (inn, says) in [
            ("7707 083 894", "В ИНН не сходятся последние цифры, контрольные"),
            ("770708389", "10 у организации, а вы ввели 9"),
            ("77О7х83893", "Знак «х» на месте 5 здесь не подходит"),
        ] {
            let asked = form(&mut client, &at).await.set("f.inn", inn);
            let refused = client.submit(&asked).await;
            assert!(refused.says(says), "{inn}: {}", refused.text());
        }
        let taken = form(&mut client, &at).await.set("f.inn", "77О7 083–893");
        let review = client.submit(&taken).await.location();
        assert!(client.get(&review).await.says("7707083893"));
    });
}
