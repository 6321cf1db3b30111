//! What turns passwords and codes into something that can be stored.

use std::fmt;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use base::{Chance, Fault};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Memory of one password hash, in KiB.
const MEMORY: u32 = 19 * 1024;
/// Passes over that memory.
const PASSES: u32 = 2;

/// Keys that are kept outside the database, so that a stolen copy of it tells nothing.
#[derive(Clone)]
pub struct Secrets {
    pepper: [u8; 32],
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(…)")
    }
}

impl Secrets {
    /// From 256 random bits that live beside the configuration.
    pub fn new(pepper: [u8; 32]) -> Self {
        Self { pepper }
    }

    /// Argon2id of `password` as a PHC string. Takes tens of milliseconds and 19 MiB: call it on a
    /// thread for such work, never in a transaction.
    ///
    /// # Errors
    /// A fault when the library refuses its parameters.
    pub fn hash_password(&self, password: &str, chance: &Chance) -> Result<String, Fault> {
        let salt: [u8; 16] = chance.bytes();
        let hash: PasswordHash = self
            .argon()?
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map_err(|error| Fault::new(format!("a password cannot be hashed: {error}")))?;
        Ok(hash.to_string())
    }

    /// Whether `password` belongs to `hash`. Without a hash the same work is done and the answer is
    /// no. As slow as [`Secrets::hash_password`].
    ///
    /// # Errors
    /// A fault when the library refuses its parameters or the stored hash is damaged.
    pub fn verify_password(&self, hash: Option<&str>, password: &str) -> Result<bool, Fault> {
        let argon = self.argon()?;
        let Some(hash) = hash else {
            let mut out = [0; 32];
            return argon
                .hash_password_into(password.as_bytes(), &[0; 16], &mut out)
                .map(|()| false)
                .map_err(|error| Fault::new(format!("a password cannot be hashed: {error}")));
        };
        let hash = PasswordHash::new(hash)
            .map_err(|error| Fault::new(format!("a stored password hash is damaged: {error}")))?;
        Ok(argon.verify_password(password.as_bytes(), &hash).is_ok())
    }

    /// HMAC-SHA-256 of a code or a link, bound to the row it belongs to.
    pub fn digest(&self, id: &str, code: &str) -> [u8; 32] {
        // HMAC fills a short key with zeros up to its block; so it is done here, where it cannot fail.
        let mut key = [0; 64];
        key[..32].copy_from_slice(&self.pepper);
        let mut mac = Hmac::<Sha256>::new(&key.into());
        mac.update(id.as_bytes());
        mac.update(b"|");
        mac.update(code.as_bytes());
        mac.finalize().into_bytes().into()
    }

    /// The mark of a browser in which somebody has signed in: `id` with a digest that nobody else can
    /// make.
    pub fn mark(&self, id: &str) -> String {
        let digest = self.digest("browser", id);
        let short: String = digest.iter().take(16).map(|x| format!("{x:02x}")).collect();
        format!("{id}.{short}")
    }

    /// Whether the mark was made with these keys. It proves nothing about a person.
    pub fn is_mark(&self, mark: &str) -> bool {
        mark.len() <= 100 && mark.split_once('.').is_some_and(|(id, _)| self.mark(id) == mark)
    }

    fn argon(&self) -> Result<Argon2<'_>, Fault> {
        let refused = |error| Fault::new(format!("argon2 refuses its parameters: {error}"));
        let params = Params::new(MEMORY, PASSES, 1, None).map_err(refused)?;
        Argon2::new_with_secret(&self.pepper, Algorithm::Argon2id, Version::V0x13, params)
            .map_err(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_needs_the_password_and_the_pepper() {
        let (ours, theirs) = (Secrets::new([1; 32]), Secrets::new([2; 32]));
        let hash = ours.hash_password("Ясень горит7!", &Chance::seeded(1)).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(ours.verify_password(Some(&hash), "Ясень горит7!").unwrap());
        assert!(!ours.verify_password(Some(&hash), "Ясень горит7?").unwrap());
        assert!(!theirs.verify_password(Some(&hash), "Ясень горит7!").unwrap());
        assert!(!ours.verify_password(None, "Ясень горит7!").unwrap());
    }

    #[test]
    fn a_mark_can_be_made_with_the_keys_alone() {
        let (ours, theirs) = (Secrets::new([1; 32]), Secrets::new([2; 32]));
        let mark = ours.mark("01kb4t7m8q2v5x9c3n6r1w0e4y");
        assert!(ours.is_mark(&mark) && !theirs.is_mark(&mark));
        for forged in ["", ".", "01kb4t7m8q2v5x9c3n6r1w0e4y", &mark.replace("01kb", "01kc")] {
            assert!(!ours.is_mark(forged), "{forged}");
        }
    }
}
