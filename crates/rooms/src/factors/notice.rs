//! Events of safety: kept for the owner to see, and told by message with the link «It was not me».

use base::outbox::{self, Letter};
use base::vault::Spot;
use base::{Cx, Id, Instant, Kind, Outcome, Pii, Refusal, Tx, args};
use serde_json::json;

use super::Came;
use crate::accounts::{self, Contact, Policy};

/// How long the link works.
const LINK_LIVES: i64 = 10 * Instant::DAY;
/// How long the message is worth sending.
const WORTH: i64 = Instant::DAY;
/// Where the link leads on the portal; its secret follows.
pub(super) const LINK_PATH: &str = "/notme/";

/// What happened to the safety of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody signed in with a device that was not known.
    NewDevice,
    /// A copy of a device's token came.
    DeviceCopied,
    /// A second factor was switched on.
    FactorAdded,
    /// A second factor was switched off.
    FactorRemoved,
    /// New printed codes were made.
    CodesRenewed,
    /// A printed code opened the account.
    CodeUsed,
    /// The password was changed.
    PasswordChanged,
    /// A passkey came with a counter that went back: somebody has a copy of it.
    KeyCopied,
    /// Somebody has lost every factor and waits for a contact to be enough.
    RecoveryWaits,
    /// The account was recovered.
    Recovered,
    /// The phone or the e-mail was changed.
    ContactChanged,
    /// The name was changed.
    NameChanged,
    /// All data were downloaded.
    DataTaken,
    /// The account is to be closed.
    Closing,
    /// An account of elsewhere opens this one from now on.
    ProviderLinked,
    /// It does not any more.
    ProviderUnlinked,
    /// Somebody signed with a certificate that was not known here.
    CertificateSeen,
    /// A certificate was taken away.
    CertificateRemoved,
    /// The control question was set or taken away.
    QuestionChanged,
    /// Somebody of the staff gave a code on paper to whoever showed the passport.
    HelpGiven,
    /// Somebody called the support and wants to come back in.
    HelpAsked,
    /// Somebody of the staff ended all sessions.
    SessionsEnded,
    /// The password was guessed at so often that it opens nothing from a device that is not known.
    Guessed,
    /// Somebody who knows the password failed at the second factor.
    FactorGuessed,
    /// The link «It was not me» was followed: all access is closed.
    Disowned,
    /// A changed contact was taken back.
    ContactUndone,
}

impl Event {
    /// All events.
    pub const ALL: [Self; 26] = [
        Self::NewDevice,
        Self::DeviceCopied,
        Self::FactorAdded,
        Self::FactorRemoved,
        Self::CodesRenewed,
        Self::CodeUsed,
        Self::PasswordChanged,
        Self::KeyCopied,
        Self::RecoveryWaits,
        Self::Recovered,
        Self::ContactChanged,
        Self::NameChanged,
        Self::DataTaken,
        Self::Closing,
        Self::ProviderLinked,
        Self::ProviderUnlinked,
        Self::CertificateSeen,
        Self::CertificateRemoved,
        Self::QuestionChanged,
        Self::HelpGiven,
        Self::HelpAsked,
        Self::SessionsEnded,
        Self::Guessed,
        Self::FactorGuessed,
        Self::Disowned,
        Self::ContactUndone,
    ];

    /// As stored, and as part of the keys of its texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewDevice => "new-device",
            Self::DeviceCopied => "device-copied",
            Self::FactorAdded => "factor-added",
            Self::FactorRemoved => "factor-removed",
            Self::CodesRenewed => "codes-renewed",
            Self::CodeUsed => "code-used",
            Self::PasswordChanged => "password-changed",
            Self::KeyCopied => "key-copied",
            Self::RecoveryWaits => "recovery-waits",
            Self::Recovered => "recovered",
            Self::ContactChanged => "contact-changed",
            Self::NameChanged => "name-changed",
            Self::DataTaken => "data-taken",
            Self::Closing => "closing",
            Self::ProviderLinked => "provider-linked",
            Self::ProviderUnlinked => "provider-unlinked",
            Self::CertificateSeen => "certificate-seen",
            Self::CertificateRemoved => "certificate-removed",
            Self::QuestionChanged => "question-changed",
            Self::HelpGiven => "help-given",
            Self::HelpAsked => "help-asked",
            Self::SessionsEnded => "sessions-ended",
            Self::Guessed => "guessed",
            Self::FactorGuessed => "factor-guessed",
            Self::Disowned => "disowned",
            Self::ContactUndone => "contact-undone",
        }
    }

    fn letter(self) -> &'static str {
        match self {
            Self::NewDevice => "security-new-device",
            Self::DeviceCopied => "security-device-copied",
            Self::FactorAdded => "security-factor-added",
            Self::FactorRemoved => "security-factor-removed",
            Self::CodesRenewed => "security-codes-renewed",
            Self::CodeUsed => "security-code-used",
            Self::PasswordChanged => "security-password-changed",
            Self::KeyCopied => "security-key-copied",
            Self::RecoveryWaits => "security-recovery-waits",
            Self::Recovered => "security-recovered",
            Self::ContactChanged => "security-contact-changed",
            Self::NameChanged => "security-name-changed",
            Self::DataTaken => "security-data-taken",
            Self::Closing => "security-closing",
            Self::ProviderLinked => "security-provider-linked",
            Self::ProviderUnlinked => "security-provider-unlinked",
            Self::CertificateSeen => "security-certificate-seen",
            Self::CertificateRemoved => "security-certificate-removed",
            Self::QuestionChanged => "security-question-changed",
            Self::HelpGiven => "security-help-given",
            Self::HelpAsked => "security-help-asked",
            Self::SessionsEnded => "security-sessions-ended",
            Self::Guessed => "security-guessed",
            Self::FactorGuessed => "security-factor-guessed",
            Self::Disowned => "security-disowned",
            Self::ContactUndone => "security-contact-undone",
        }
    }
}

/// Keeps the event and tells the owner, at every proved contact.
///
/// # Errors
/// A fault of the engine.
pub fn tell(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    account: &Id,
    (event, came): (Event, &Came),
) -> Outcome<()> {
    put(tx, cx, policy, account, ((event, came, cx.now), None))
}

/// Tells of a changed contact. Whoever has the `new` one may be whoever changed it: there the notice comes
/// without the link that shuts the others out.
pub(super) fn tell_of_contact(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    account: &Id,
    (new, came): (Option<&Contact>, &Came),
) -> Outcome<()> {
    put(tx, cx, policy, account, ((Event::ContactChanged, came, cx.now), new))
}

/// As [`tell`], of something whose moment is `when`: a recovery that waits opens then.
pub(super) fn tell_when(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    account: &Id,
    what: (Event, &Came, Instant),
) -> Outcome<()> {
    put(tx, cx, policy, account, (what, None))
}

fn put(
    tx: &mut Tx<'_>,
    cx: &Cx,
    policy: &Policy,
    account: &Id,
    ((event, came, when), plain): ((Event, &Came, Instant), Option<&Contact>),
) -> Outcome<()> {
    // 130 random bits, short enough for an SMS.
    let (id, link) = (cx.new_id(), format!("{}{}", cx.new_id().split_at(16).1, cx.new_id()));
    let (key, place) = (tx.key(account)?, came.words());
    tx.exec(
        "INSERT INTO security_event (id, account_id, at, op_id, kind, where_sealed, link_digest)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            &id,
            account,
            cx.now,
            &cx.op,
            event.as_str(),
            &key.seal(spot(&id), place.reveal())?,
            &policy.secrets.digest("notme", &link)[..],
        ],
    )?;
    let path = format!("{LINK_PATH}{link}");
    let plain = plain.map(Contact::reveal);
    let private = Pii::new(json!({"path": path, "device": place.reveal(), "plain": plain}));
    let open = json!({"account": account, "starts_at": when, "zone": "Europe/Moscow"});
    let letter = Letter {
        subject: &id,
        seq: cx.now.0,
        event: event.letter(),
        payload: &open.to_string(),
        private: Some((&key, &private)),
        priority: 1,
        expires: cx.now.plus(WORTH),
    };
    outbox::put(tx, cx, letter)?;
    Ok(())
}

/// Whose the link «It was not me» is.
///
/// # Errors
/// `E-AUTH-19` when it was followed before, `E-AUTH-20` when it is unknown or too old, or a contact to which
/// it went was changed since.
pub fn of_link(
    tx: &mut Tx<'_>,
    now: Instant,
    policy: &Policy,
    link: &str,
) -> Outcome<accounts::Account> {
    let event = of(tx, now, policy, link)?;
    let account = event.map(|x| accounts::read::account(tx, &x.account)).transpose()?.flatten();
    match account {
        Some(account) => Ok(account),
        None => Err(why_not(tx, policy, link)?.into()),
    }
}

/// An event that its owner can still disown.
struct Told {
    id: Id,
    account: Id,
    at: Instant,
}

/// The event of a link that works: not when a contact to which it may have gone counts no more. That contact
/// was replaced after the event, and has a link of its own that takes it back; or it counted for a while, and
/// was taken back.
fn of(tx: &mut Tx<'_>, now: Instant, policy: &Policy, link: &str) -> Outcome<Option<Told>> {
    Ok(tx.opt(
        "SELECT e.id, e.account_id, e.at FROM security_event e
         WHERE e.link_digest = $1 AND e.disowned_at IS NULL AND e.at > $2
           AND NOT EXISTS (
             SELECT 1 FROM contact_change c
             WHERE c.account_id = e.account_id
               AND (c.undo_digest IS NOT NULL AND c.undone_at IS NULL AND c.proved_at > e.at
                    OR c.undone_at > e.at AND c.proved_at <= e.at))",
        args![&policy.secrets.digest("notme", link)[..], now.plus(-LINK_LIVES)],
        |r| Ok(Told { id: r.get(0)?, account: r.get(1)?, at: r.get(2)? }),
    )?)
}

/// Why a link «It was not me» does not work.
fn why_not(tx: &mut Tx<'_>, policy: &Policy, link: &str) -> Outcome<Refusal> {
    let sql = "SELECT id FROM security_event WHERE link_digest = $1 AND disowned_at IS NOT NULL";
    let used = tx.opt(sql, args![&policy.secrets.digest("notme", link)[..]], |r| r.get::<Id>(0))?;
    Ok(followed(used.is_some()))
}

/// A link that shuts strangers out and does nothing: it did so before, or is unknown or too old.
pub(super) fn followed(before: bool) -> Refusal {
    Refusal::new(Kind::Gone, if before { "E-AUTH-19" } else { "E-AUTH-20" })
}

/// Uses the link «It was not me» up; gives whose it was, locked, and when the event happened. Of many who
/// bring it, one hears the name.
///
/// # Errors
/// As [`of_link`].
pub(super) fn disown(
    tx: &mut Tx<'_>,
    now: Instant,
    policy: &Policy,
    link: &str,
) -> Outcome<(Id, Instant)> {
    if let Some(told) = of(tx, now, policy, link)? {
        accounts::lock(tx, &told.account)?;
    }
    let Some(told) = of(tx, now, policy, link)? else {
        return Err(why_not(tx, policy, link)?.into());
    };
    let sql = "UPDATE security_event SET disowned_at = $2 WHERE id = $1";
    tx.exec(sql, args![&told.id, now])?;
    Ok((told.account, told.at))
}

/// Where device and place of an event stand.
pub(super) fn spot(id: &str) -> Spot<'_> {
    Spot::new("security_event", "where", id)
}
