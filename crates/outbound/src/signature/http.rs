//! A service that judges signatures, behind JSON over HTTP as `docs/operate/signatures.md` describes it.

use base::{Fault, Instant};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use rooms::signatures::{Flaw, SignatureCheck, Signed, Signer};
use serde_json::{Value, json};
use ureq::Agent;

use crate::registry::{agent, json_of};

/// A checking service at an address.
pub struct HttpCheck {
    agent: Agent,
    url: String,
    key: String,
}

impl std::fmt::Debug for HttpCheck {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HttpCheck({})", self.url)
    }
}

impl HttpCheck {
    /// The service at `url`, which asks for the bearer key `key`.
    ///
    /// # Errors
    /// A fault when `url` is not an HTTP address.
    pub fn new(url: &str, key: &str) -> Result<Self, Fault> {
        let url = url.trim_end_matches('/');
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Err(Fault::new(format!("signature.url `{url}` is not http://… or https://…")));
        }
        Ok(Self { agent: agent(), url: url.to_owned(), key: key.to_owned() })
    }
}

impl SignatureCheck for HttpCheck {
    fn check(&self, signed: &Signed) -> Result<Signer, Flaw> {
        let body = json!({
            "id": signed.id,
            "content": BASE64.encode(&signed.content),
            "signature": BASE64.encode(&signed.signature),
            "given_at": signed.given_at.timestamp().to_string(),
        });
        let request = self.agent.post(format!("{}/signatures", self.url));
        let request = request.header("Authorization", format!("Bearer {}", self.key));
        let answer = request.send_json(body).map_err(|error| Flaw::Away(error.to_string()))?;
        match answer.status().as_u16() {
            200 => read(&json_of(answer).map_err(Flaw::Away)?),
            status => Err(Flaw::Away(format!("the checking service answered {status}"))),
        }
    }
}

/// What the service says; anything that is not said as agreed proves nothing.
fn read(said: &Value) -> Result<Signer, Flaw> {
    match said["state"].as_str() {
        Some("valid") => {
            signer(&said["signer"]).ok_or_else(|| Flaw::Away("it names no certificate".to_owned()))
        }
        Some("unreadable") => Err(Flaw::Unreadable("says the checking service")),
        Some("changed") => Err(Flaw::Changed),
        Some("untrusted") => Err(Flaw::Untrusted("says the checking service".to_owned())),
        Some("expired") => Err(Flaw::Expired),
        Some("revoked") => Err(Flaw::Revoked),
        Some("unfit") => Err(Flaw::Unfit("says the checking service")),
        _ => Err(Flaw::Away("the checking service answered what nobody knows".to_owned())),
    }
}

fn signer(said: &Value) -> Option<Signer> {
    let text = |name: &str| said[name].as_str().unwrap_or_default().trim().to_owned();
    let digits = |name: &str, long: usize| {
        let digits: String = text(name).chars().filter(char::is_ascii_digit).collect();
        if digits.len() == long { digits } else { String::new() }
    };
    let hex = text("fingerprint");
    let mut fingerprint = [0; 32];
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    for (i, byte) in fingerprint.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).ok()?;
    }
    let until: jiff::Timestamp = text("until").parse().ok()?;
    Some(Signer {
        surname: text("surname"),
        given: text("given"),
        snils: digits("snils", 11),
        inn: digits("inn", 12),
        issuer: text("issuer"),
        serial: text("serial"),
        until: Instant(until.as_microsecond()),
        fingerprint,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_said_as_agreed_proves_anything() {
        let signer = json!({
            "surname": "Соколова", "given": "Анна Ивановна", "snils": "112-233-445 95",
            "until": "2027-01-01T00:00:00Z", "fingerprint": "ab".repeat(32),
        });
        let said = |state: &str| read(&json!({"state": state, "signer": signer}));
        let found = said("valid").unwrap();
        assert_eq!((found.snils.as_str(), found.fingerprint), ("11223344595", [0xab; 32]));
        assert_eq!(said("revoked"), Err(Flaw::Revoked));
        assert_eq!(said("changed"), Err(Flaw::Changed));
        for odd in [json!({}), json!({"state": "VALID"}), json!({"state": "valid"}), json!([1])] {
            assert!(matches!(read(&odd), Err(Flaw::Away(_))), "{odd}");
        }
        let mut short = json!({"state": "valid", "signer": signer});
        short["signer"]["fingerprint"] = json!("zz".repeat(32));
        assert!(matches!(read(&short), Err(Flaw::Away(_))));
    }
}
