//! A form has one effect and one answer, however often its button is pressed: `ui/once.html` puts a key into
//! it, and whoever acts does so under that key.

use base::vault::Spot;
use base::{Cx, Id, Outcome, Tx, idem};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Fields, Visit};

impl Visit {
    /// The key of the form for the wish that `parts` describe, see [`Fields::key`]. It tells nobody who has
    /// the database what was typed.
    pub(crate) fn key(&self, fields: &Fields, parts: &[&str]) -> Option<idem::Key> {
        let key = fields.key(parts)?;
        let digest = self.app.policy.secrets.digest("form", &key.key);
        Some(idem::Key { key: digest.iter().map(|x| format!("{x:02x}")).collect(), ..key })
    }

    /// Does `act` once under `key`, if the form had one: a second press meets the first answer.
    ///
    /// # Errors
    /// As `act` and [`idem::once`].
    pub(crate) async fn once<T: Serialize + DeserializeOwned + Send + 'static>(
        &self,
        key: Option<idem::Key>,
        act: impl Fn(&mut Tx<'_>, &Cx) -> Outcome<T> + Send + 'static,
    ) -> Outcome<T> {
        let cx = self.cx();
        let act = move |tx: &mut Tx<'_>| match &key {
            Some(key) => idem::once(tx, &cx, key, |tx| act(tx, &cx)),
            None => act(tx, &cx),
        };
        self.db().write(act).await
    }

    /// Opens what [`sealed`] sealed for `person`.
    ///
    /// # Errors
    /// A fault of the engine, or when it cannot be opened.
    pub(crate) async fn opened(&self, person: &Id, sealed: Vec<u8>) -> Outcome<String> {
        let person = person.clone();
        let open = move |tx: &mut Tx<'_>| Ok(tx.key(&person)?.open_text(SPOT, &sealed)?);
        self.db().read(open).await
    }
}

/// Where secrets of kept answers stand.
const SPOT: Spot<'static> = Spot::new("idempotency", "body", "");

/// A secret of the answer to `person`, as it may be kept.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn sealed(tx: &mut Tx<'_>, person: &Id, secret: &str) -> Outcome<Vec<u8>> {
    Ok(tx.key(person)?.seal(SPOT, secret)?)
}
