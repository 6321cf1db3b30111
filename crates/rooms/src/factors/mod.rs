//! The room «factors»: what proves somebody beside the password, and what slows down who guesses.
//!
//! A sign-in is [`signin::ask`] (limits, account, device), the slow check of the password, and
//! [`signin::enter`]: a session, or a half sign-in that waits for a second factor. [`signin::pass`]
//! ends the latter. A new device always meets the second factor; a known one when its owner has
//! switched one on; a remembered one for thirty days not. [`mod@again`] is the same for somebody who is
//! signed in, [`by_code`] a sign-in without the password, [`recover()`] the way to a new one, which also
//! asks the control question of those who have set one. [`help()`] is what the staff may do for somebody
//! who has lost everything: begin, never finish; [`desk`] is how that person goes on. [`call`] is what the
//! support sees of somebody who calls.
//!
//! Owns `authenticator`, `code_factor`, `control_question`, `recovery_code`, `passkey`,
//! `passkey_challenge`, `device`, `half_sign_in`, `recovery_wait`, `guess`, `guess_from`, `work_done`,
//! `security_event`, `kept_form`, `helped_recovery`, `helped_step`, `contact_review`, `staff_call`. Calls `accounts`,
//! `identity` and `sessions`; asks `access` who has a role.
//!
//! Invariants:
//! * A code of an app, a printed code, a code to a contact, a challenge of a passkey, a half sign-in
//!   and a proof of work are good once, however many bring them at the same moment: one conditional statement says so.
//! * What is half done ends with what it stands on: password, contacts, session, the account itself.
//! * Guesses from devices that are not known never close the door of one that is.
//! * Whatever is refused before the password is right is the same, and the same work, for
//!   identifiers that nobody has.
//! * Secrets of apps, names of devices and places are sealed with the person's key; printed codes,
//!   devices and half sign-ins are kept as digests.
//!
//! Deliberately not here: passwords (`accounts`), what a session lives (`sessions`), cookies (pages).

mod address;
pub mod again;
mod app;
pub mod by_code;
pub mod call;
pub mod change;
mod code;
mod crowd;
pub mod desk;
mod device;
mod end;
mod export;
mod find;
mod guess;
mod half;
mod help;
mod kept;
mod notice;
pub mod passkey;
mod password;
mod printed;
mod question;
pub mod read;
mod recover;
mod review;
mod rules;
pub mod signin;
mod strong;
mod sweep;
#[cfg(test)]
pub(crate) mod tests;
mod totp;
mod wait;
mod withdraw;
mod work;

pub use address::Address;
pub use app::{Added, App, add, confirm, connect, give, pending, remove, rename};
pub use code::{send, set_always};
pub use crowd::{register, register_work};
pub use device::{Came, DEVICE_LIVES, Device, revoke};
pub use end::{end_others, end_session};
pub(crate) use export::export;
pub use guess::tell_guessed;
pub use half::{Half, end_all as end_halves, leave as leave_half, open as half};
pub use help::{Aim as HelpAim, Help, Seen as HelpSeen, help, named as help_named};
pub use kept::{keep_form, take_form};
pub use notice::{Event, of_link, tell};
pub use password::{Hashed, change, disown, prepare};
pub use printed::renew;
pub use question::{Question, ask as ask_question, drop_question};
pub use recover::{LINK_PATH as RECOVERY_LINK_PATH, follow, reached, recover, send_again};
pub use review::{review, reviewed};
pub use rules::{ForPassword, Method, Standing};
pub use sweep::{forget, sweep};
pub use totp::Seed;
pub use wait::{stop as stop_recovery, wait, waits};
pub use work::{BITS, Work, work};

pub use crate::accounts::Contact;
use crate::accounts::limits::Limit;

/// Second factors tried for one account from devices that are not known, on each that is, in each session.
const FACTORS: Limit = Limit { most: 10, window: base::Instant::HOUR, code: "E-AUTH-06" };

/// The six digits of a code, however they are typed; what can be no code is told before a try is counted.
fn six_digits(typed: &str) -> Result<String, base::Refusal> {
    ident::six_digits(typed).ok_or(base::Refusal::new(base::Kind::Invalid, "E-AUTH-02-SIX"))
}

/// 256 random bits in hexadecimal.
fn token(cx: &base::Cx) -> String {
    cx.chance.bytes::<32>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is kept of a random token.
fn digest(token: &str) -> [u8; 32] {
    use sha2::{Digest as _, Sha256};
    Sha256::digest(token.as_bytes()).into()
}
