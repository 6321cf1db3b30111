//! Signatures of another's program, and what becomes of them when anything about them is wrong.

use std::path::PathBuf;

use base::Instant;
use base::config::Signature;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use testkit::openssl::{ANNA, Centre};

use super::*;

/// 1 December 2026.
const NOW: Instant = Instant(1_796_104_800_000_000);
const LONG: (&str, &str) = ("20200101000000Z", "20400101000000Z");
const TEXT: &[u8] = "Окно\r\nВхожу на этот портал.\r\nНомер: 5f\r\n".as_bytes();

fn own(centre: &Centre) -> Own {
    let (anchors, crls) = (centre.anchors(), centre.list(LONG));
    Own::new(&Signature { anchors, crls, ..Signature::default() }).unwrap()
}

fn signed(signature: &[u8]) -> Signed {
    let given_at = NOW.plus(-5 * Instant::MINUTE);
    Signed {
        id: "one".into(),
        content: TEXT.to_vec(),
        signature: signature.to_vec(),
        given_at,
        at: NOW,
    }
}

fn judged(own: &Own, signature: &[u8]) -> Result<Signer, Flaw> {
    own.check(&signed(signature))
}

#[test]
fn signatures_of_all_kinds_name_their_signer() {
    let Some(centre) = Centre::new() else { return };
    let own = own(&centre);
    let pss = ["-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:digest"];
    let kinds: [(&str, &[&str]); 15] = [
        ("rsa", &[]),
        ("rsa", &["-noattr"]),
        ("rsa", &["-md", "sha512"]),
        ("rsa", &pss),
        ("rsa", &["-keyid"]),
        ("rsa", &["-cades"]),
        ("rsa", &["-nodetach"]),
        ("rsa", &["-outform", "PEM"]),
        ("p256", &[]),
        ("p256", &["-noattr"]),
        ("p384", &["-md", "sha384", "-cades"]),
        // Of a stream: lengths are not known, and the text may stand inside in pieces.
        ("rsa", &["-stream"]),
        ("rsa", &["-stream", "-nodetach"]),
        ("rsa", &["-stream", "-outform", "PEM"]),
        ("p256", &["-stream", "-cades"]),
    ];
    for name in ["rsa", "p256", "p384"] {
        centre.person(name, name);
    }
    for (name, more) in kinds {
        let signer = judged(&own, &centre.sign(name, TEXT, more));
        let signer = signer.unwrap_or_else(|flaw| panic!("{name} {more:?}: {flaw:?}"));
        assert_eq!((signer.surname.as_str(), signer.given.as_str()), ("Соколова", "Анна Ивановна"));
        assert_eq!((signer.snils.as_str(), signer.inn.as_str()), ("11223344595", "000012345627"));
        assert_eq!(signer.issuer, "Учебный центр");
        assert_eq!(signer.until.timestamp().to_string(), "2040-01-01T00:00:00Z");
    }
    let der = centre.sign("rsa", TEXT, &[]);
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &der);
    judged(&own, format!("{base64}\r\n").as_bytes()).unwrap();
    let streamed = centre.sign("rsa", TEXT, &["-stream", "-nodetach"]);
    assert_eq!(streamed[..2], [0x30, 0x80], "no DER");
    assert!(streamed.windows(2).any(|x| x == [0x24, 0x80]), "in pieces");
    assert_eq!(judged(&own, &streamed[..streamed.len() - 2]), Err(Flaw::Unreadable("no BER")));
}

#[test]
fn what_is_wrong_is_named() {
    let Some(centre) = Centre::new() else { return };
    centre.person("anna", "p256");
    let good = centre.sign("anna", TEXT, &[]);
    let own = own(&centre);
    judged(&own, &good).unwrap();
    assert_eq!(judged(&own, &centre.sign("anna", b"Another text", &[])), Err(Flaw::Changed));
    let other = centre.sign("anna", b"Another text", &["-nodetach"]);
    assert_eq!(judged(&own, &other), Err(Flaw::Changed));

    centre.certify(("old", "p256"), (ANNA, "person"), ("20200101000000Z", "20261201055000Z"));
    assert_eq!(judged(&own, &centre.sign("old", TEXT, &[])), Err(Flaw::Expired));
    // It was not good yet when the text was given, so somebody has been at the clock.
    centre.certify(("young", "p256"), (ANNA, "person"), ("20261201055800Z", "20400101000000Z"));
    assert_eq!(judged(&own, &centre.sign("young", TEXT, &[])), Err(Flaw::Expired));

    centre.certify(("cipher", "rsa"), (ANNA, "cipher"), LONG);
    assert!(matches!(judged(&own, &centre.sign("cipher", TEXT, &[])), Err(Flaw::Unfit(_))));
    assert!(matches!(
        judged(&own, &centre.sign("anna", TEXT, &["-md", "sha1"])),
        Err(Flaw::Unfit(_))
    ));
    let without = centre.sign("anna", TEXT, &["-nocerts"]);
    assert!(matches!(judged(&own, &without), Err(Flaw::Unreadable(_))));

    centre.certify(("gone", "p256"), (ANNA, "person"), LONG);
    let gone = centre.sign("gone", TEXT, &[]);
    judged(&own, &gone).unwrap();
    centre.revoke("gone");
    centre.list(LONG);
    assert_eq!(judged(&own, &gone), Err(Flaw::Revoked));
    judged(&own, &good).unwrap();

    let foreign = Centre::new().unwrap();
    foreign.person("anna", "rsa");
    let theirs = foreign.sign("anna", TEXT, &[]);
    assert!(matches!(judged(&own, &theirs), Err(Flaw::Untrusted(_))));
}

#[test]
fn without_a_fresh_list_of_its_issuer_nothing_is_believed() {
    let Some(centre) = Centre::new() else { return };
    centre.person("anna", "p256");
    let good = centre.sign("anna", TEXT, &[]);
    let own = own(&centre);
    centre.list(("20200101000000Z", "20261130000000Z"));
    assert!(matches!(judged(&own, &good), Err(Flaw::Away(why)) if why.contains("too old")));
    std::fs::remove_file(centre.file("crls/root.crl")).unwrap();
    assert!(matches!(judged(&own, &good), Err(Flaw::Away(_))));
    // A list of somebody else says nothing.
    let foreign = Centre::new().unwrap();
    foreign.list(LONG);
    std::fs::copy(foreign.file("crls/root.crl"), centre.file("crls/root.crl")).unwrap();
    assert!(matches!(judged(&own, &good), Err(Flaw::Away(_) | Flaw::Untrusted(_))));
    centre.list(LONG);
    judged(&own, &good).unwrap();
}

#[test]
fn a_list_is_fetched_and_serves_while_its_address_is_away() {
    use std::io::{Read as _, Write as _};
    let Some(centre) = Centre::new() else { return };
    centre.person("anna", "p256");
    let good = centre.sign("anna", TEXT, &[]);
    centre.list(LONG);
    let list = centre.read("crls/root.crl");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/root.crl", listener.local_addr().unwrap());
    let once = std::thread::spawn(move || {
        let (mut caller, _) = listener.accept().unwrap();
        let _asked = caller.read(&mut [0; 1024]).unwrap();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", list.len());
        caller.write_all(head.as_bytes()).unwrap();
        caller.write_all(&list).unwrap();
    });
    let settings =
        Signature { anchors: centre.anchors(), crl_urls: address, ..Signature::default() };
    let own = Own::new(&settings).unwrap();
    judged(&own, &good).unwrap();
    once.join().unwrap();
    // Nobody answers there any more. After half an hour it is asked again, in vain.
    judged(&own, &good).unwrap();
    let later = Signed { at: NOW.plus(Instant::HOUR), ..signed(&good) };
    own.check(&later).unwrap();
    let fresh = Own::new(&settings).unwrap();
    assert!(matches!(judged(&fresh, &good), Err(Flaw::Away(_))));
}

#[test]
fn no_changed_byte_is_overlooked_and_nothing_panics() {
    let Some(centre) = Centre::new() else { return };
    let own = own(&centre);
    let kinds: [(&str, &[&str]); 4] =
        [("rsa", &[]), ("rsa", &["-noattr"]), ("p256", &["-cades"]), ("p256", &["-keyid"])];
    for name in ["rsa", "p256"] {
        centre.person(name, name);
    }
    for (name, more) in kinds {
        let good = centre.sign(name, TEXT, more);
        judged(&own, &good).unwrap();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1 << (at % 8);
            assert!(judged(&own, &bad).is_err(), "{name} {more:?}: byte {at} of {}", good.len());
        }
        let mut runner =
            TestRunner::new(ProptestConfig { cases: 300, ..ProptestConfig::default() });
        let change = (any::<prop::sample::Index>(), any::<u8>(), 0_usize..40, 0_usize..3);
        let cut = runner.run(&change, |(at, byte, long, how)| {
            let mut bad = good.clone();
            let at = at.index(bad.len());
            let end = (at + long).min(bad.len());
            match how {
                0 => bad[at] = bad[at].wrapping_add(byte | 1),
                1 => drop(bad.drain(at..end)),
                _ => drop(bad.splice(at..end, vec![byte; long + 1])),
            }
            // Some changes put back what was there.
            prop_assert!(bad == good || judged(&own, &bad).is_err());
            Ok(())
        });
        cut.unwrap();
    }
}

proptest! {
    #[test]
    fn what_is_no_signature_is_unreadable(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut der = vec![0x30, 0x82, 0x01, 0x00];
        der.extend(&bytes);
        for junk in [&bytes, &der] {
            let unreadable = matches!(read::opened(junk, TEXT), Err(Flaw::Unreadable(_)));
            prop_assert!(unreadable);
        }
    }
}

#[test]
fn a_configuration_that_would_believe_too_much_is_refused() {
    let Some(centre) = Centre::new() else { return };
    let (anchors, crls) = (centre.anchors(), centre.list(LONG));
    let says = |settings: Signature| Own::new(&settings).unwrap_err().to_string();
    let none = Signature { anchors: anchors.clone(), ..Signature::default() };
    assert!(says(none).contains("signature.crls"));
    let empty = centre.file("empty");
    std::fs::create_dir(&empty).unwrap();
    let empty = Signature { anchors: empty, crls: crls.clone(), ..Signature::default() };
    assert!(says(empty).contains("no certificate"));
    let missing = Signature { anchors: PathBuf::from("/nowhere"), crls, ..Signature::default() };
    assert!(says(missing).contains("/nowhere"));
    let both = Signature { url: "http://127.0.0.1:1".into(), anchors, ..Signature::default() };
    let both = base::config::Config { signature: both, ..Default::default() };
    assert!(signature_check(&both).is_err());
}
