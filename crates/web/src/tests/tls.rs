//! HTTPS without a proxy, and what is said to whoever comes without it.

use std::process::Command;
use std::sync::Arc;

use base::config::Config;
use testkit::openssl::Centre;

use super::serving::{served, told};
use crate::testing;

/// A browser's language over its own line: what is agreed on, and what comes back.
const VISIT: &str = "
const http2 = require('http2'), tls = require('tls'), fs = require('fs');
const [ca, port] = [fs.readFileSync(process.argv[1]), process.argv[2]];
const session = http2.connect(`https://okno.test:${port}`, {
  createConnection: () => tls.connect(
    { host: '127.0.0.1', port, ca, servername: 'okno.test', ALPNProtocols: ['h2'] }),
});
session.on('error', error => { console.log(String(error)); process.exit(1) });
const stream = session.request({ ':path': '/', 'accept-language': 'ru' });
let text = '';
stream.on('response', heads => console.log(heads[':status'], heads['strict-transport-security']));
stream.setEncoding('utf8').on('data', x => text += x);
stream.on('end', () => { console.log(text.includes('</html>')); session.close() });
";

#[test]
fn a_portal_with_a_certificate_speaks_https_and_leads_others_to_it() {
    let Some(centre) = Centre::new() else { return testkit::missing("openssl") };
    if !testkit::has("node") {
        return testkit::missing("node");
    }
    centre.site("site");
    let (db, _dir) = testkit::sqlite(rooms::MIGRATIONS);
    let acme = centre.file("acme/.well-known/acme-challenge");
    std::fs::create_dir_all(&acme).unwrap();
    std::fs::write(acme.join("abc_D-1"), "abc.thumb").unwrap();
    std::fs::write(centre.file("acme/secret"), "canary").unwrap();
    let app = testing::app_with(db, |app| {
        app.config = Arc::new(Config {
            public_url: "https://okno.test".into(),
            tls_certificate: centre.file("site.pem"),
            tls_key: centre.file("site.key"),
            data: centre.path().to_owned(),
            ..(*app.config).clone()
        });
    });
    served(&app, async |address| {
        let (root, port) = (centre.file("root.pem"), address.port().to_string());
        let visit =
            move || Command::new("node").args(["-e", VISIT]).arg(root).arg(port).output().unwrap();
        let visited = tokio::task::spawn_blocking(visit).await.unwrap();
        let said = String::from_utf8_lossy(&visited.stdout);
        assert_eq!(said, "200 max-age=63072000; includeSubDomains\ntrue\n");
        // Without encryption, at the same address.
        let ask = async |ask: &str| {
            let ask = format!("{ask} HTTP/1.1\r\nHost: okno.test\r\nConnection: close\r\n\r\n");
            let answer = told(address, ask.as_bytes()).await;
            assert!(!answer.to_lowercase().contains("strict-transport-security"), "{answer}");
            answer
        };
        for (path, there) in [
            ("/", "https://okno.test/"),
            ("/services/visit?lang=en", "https://okno.test/services/visit?lang=en"),
            ("//elsewhere.test/x", "https://okno.test/elsewhere.test/x"),
        ] {
            let answer = ask(&format!("GET {path}")).await;
            assert!(answer.starts_with("HTTP/1.1 308"), "{answer}");
            assert!(answer.contains(&format!("location: {there}\r\n")), "{answer}");
            assert!(answer.contains("x-content-type-options: nosniff"), "{answer}");
        }
        for refused in ["POST /sign-in", "GET /api/v1/services", "DELETE /"] {
            let answer = ask(refused).await;
            assert!(answer.starts_with("HTTP/1.1 403") && answer.contains("E-REQ-14"), "{answer}");
        }
        assert!(ask("GET /api/v1/services").await.contains("application/problem+json"));
        // The authority that gives certificates asks this way.
        let asked = "/.well-known/acme-challenge";
        assert!(ask(&format!("GET {asked}/abc_D-1")).await.ends_with("\r\nabc.thumb"));
        for none in ["none", "", "../../secret", "..%2f..%2fsecret"] {
            let answer = ask(&format!("GET {asked}/{none}")).await;
            assert!(answer.starts_with("HTTP/1.1 404") && !answer.contains("canary"), "{answer}");
        }
        // Neither TLS nor HTTP: the connection ends, the portal goes on.
        assert_eq!(told(address, &[22, 3, 1, 0, 1, 0]).await.len(), 0);
        assert!(ask("GET /").await.starts_with("HTTP/1.1 308"));
    });
}
