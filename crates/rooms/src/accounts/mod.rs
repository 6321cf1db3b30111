//! The room «accounts»: who a citizen is and how they prove it.
//!
//! People get an account from a name, a phone and a password: the phone is proved by a code, the
//! e-mail by a link, each with a mark of its own. Further proofs raise the [`Level`]; a booking asks
//! for the level of its service every time.
//!
//! Owns `account`, `account_closing`, `registration`, `one_time_code`, `consent`, `attempt`,
//! `level_change`.
//!
//! Invariants:
//! * A phone has one account, a proved e-mail has one account: the database says so.
//! * A code or a link works once, however many try it at the same moment.
//! * Nothing here tells a stranger whether an account exists: the answers, and the work done for
//!   them, are equal; the owner of the phone is told by a message.
//! * Names and contacts are sealed with the person's key; a phone and an e-mail are found by their
//!   blind indexes, and those are what the database keeps unique.
//! * Codes, links and passwords are stored only as digests that need the [`Secrets`] to be checked.
//!
//! Deliberately not here: where somebody is signed in (`sessions`), what is sent (`notify`), second
//! factors, devices and how often a password may be tried (`factors`).

pub mod closing;
pub(crate) mod codes;
mod contact;
mod correct;
mod export;
mod index;
#[cfg(test)]
mod index_tests;
mod level;
pub(crate) mod limits;
mod name;
pub mod papers;
mod password;
mod person;
pub mod read;
pub mod register;
mod secrets;
pub mod signin;
mod store;
#[cfg(test)]
pub(crate) mod tests;

use base::config::{Config, Site};
use base::db::News;
use base::{Id, Tx};
pub use contact::{Email, Phone};
pub use correct::Contact;
pub(crate) use correct::{Renamed, drop_email, rename, set_contact};
pub(crate) use export::export;
pub(crate) use index::found as found_by_index;
pub use index::reindex;
pub use level::{Level, set as set_level};
pub(crate) use level::{lock_level, spot as level_spot};
pub(crate) use name::joined;
pub use name::{Names, PersonName, is_one_name};
pub use password::Password;
use person::Person;
pub(crate) use person::Written;
pub use read::Account;
pub use secrets::Secrets;
pub(crate) use store::withdraw;
pub use store::{NEEDED, NewAccount, add};
pub(crate) use store::{consent, erase, lock};

/// The topic of news about people who are signed in: a session of theirs has ended, or what is known
/// of them at every request is another. The key is the account.
pub const CHANGED: &str = "account";

/// Tells the memories of all nodes that what they know of `account` is not true any more.
pub(crate) fn changed(tx: &mut Tx<'_>, account: &Id) {
    tx.tell(News::new(CHANGED, account.as_str(), ()));
}

/// The settings of this room.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Registration asks for an e-mail.
    pub email_required: bool,
    /// Passwords need both cases, a digit and a special character.
    pub password_classes: bool,
    /// Version of the user agreement that is shown today.
    pub agreement: String,
    /// Version of the privacy policy that is shown today.
    pub privacy: String,
    /// Codes can be said by a call.
    pub voice: bool,
    /// A checked SNILS is an identifier at the sign-in, too.
    pub snils_sign_in: bool,
    /// A code to a contact can stand for the password.
    pub code_sign_in: bool,
    /// The site for which passkeys are made; nothing where the portal's address allows none.
    pub site: Option<Site>,
    /// The keys kept outside the database.
    pub secrets: Secrets,
}

impl Policy {
    /// What the engineer's configuration says, with today's texts.
    pub fn of(config: &Config, secrets: Secrets) -> Self {
        Self {
            email_required: config.email_required,
            password_classes: config.password_classes,
            agreement: "2026-11-23".into(),
            privacy: "2026-11".into(),
            voice: !config.voice.url.is_empty(),
            snils_sign_in: config.snils_sign_in,
            code_sign_in: config.code_sign_in,
            site: config.site(),
            secrets,
        }
    }
}
