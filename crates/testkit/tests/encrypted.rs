//! A server on another machine is spoken to under encryption, and only the right one.
#![allow(clippy::unwrap_used, reason = "tests may unwrap")]

use base::args;
use base::db::Place;
use testkit::openssl::Centre;

#[test]
fn a_server_must_show_a_certificate_for_its_name_that_leads_to_the_one_we_trust() {
    let Some(mut server) = testkit::Server::start() else { return };
    let Some(centre) = Centre::new() else { return testkit::missing("openssl") };
    centre.site("site");
    let address = server.encrypt(&centre.read("site.pem"), &centre.read("site.key"));
    let opened = |host: &str, how: &str| {
        let url = format!("postgresql://okno@{host}/okno?hostaddr={address}{how}");
        testkit::open(&Place::Server(url))
    };
    let trusts = format!("&sslmode=verify-full&sslrootcert={}", centre.file("root.pem").display());
    let db = opened("okno.test", &trusts).unwrap();
    let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let encrypted = db.read_wait(move |tx| Ok(tx.one(sql, args![], |row| row.get::<bool>(0))?));
    assert!(encrypted.unwrap());
    for (host, how, why) in [
        ("okno.test", "", "the server wants encryption"),
        ("other.test", &trusts, "the certificate is for another name"),
        ("okno.test", "&sslmode=require", "nobody knows who gave it"),
    ] {
        assert!(opened(host, how).is_err(), "{why}");
    }
}
