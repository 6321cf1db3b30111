//! The rooms that keep something of people. A room with such a table gets its line here: then what it
//! keeps is in everybody's export, and goes with them. A test asks the schema whether a table was
//! forgotten.

use base::{Cx, Id, Outcome, Tx};

use super::Part;
use crate::{access, accounts, admission, booking, factors, files, identity, mandates, notify};
use crate::{sessions, signatures, sso, trail};

/// A room that keeps something of people.
pub(super) struct Keeper {
    /// Its tables that name a person.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test compares them with the schema"))]
    pub tables: &'static [&'static str],
    /// Those of them whose rows stay when somebody is erased, and why they may. A test counts rows.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test counts what is left"))]
    pub stays: &'static [(&'static str, &'static str)],
    /// Those of them of which the copy of one's own data says nothing, and why.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test looks into the copy"))]
    pub untold: &'static [(&'static str, &'static str)],
    /// What it keeps of somebody.
    pub export: fn(&mut Tx<'_>, &Id) -> Outcome<Vec<Part>>,
    /// Lets somebody go; gives the subjects of letters that were about them.
    pub erase: fn(&mut Tx<'_>, &Cx, &Id) -> Outcome<Vec<String>>,
}

/// All of them, in the order in which somebody is let go.
pub(super) const KEEPERS: &[Keeper] = &[
    Keeper {
        tables: &["booking", "active_booking"],
        stays: &[("booking", "a shell for the statistics: time, place, service, and nobody")],
        untold: &[("active_booking", "which bookings stand: the copy has them")],
        export: booking::export,
        erase: |tx, cx, person| booking::forget(tx, cx, person).map(|()| Vec::new()),
    },
    Keeper {
        tables: &["mandate"],
        stays: &[("mandate", "a shell: that a visit was for somebody else")],
        untold: &[],
        export: mandates::export,
        erase: mandates::forget,
    },
    Keeper {
        tables: &[
            "code_letter",
            "identity_datum",
            "level_way",
            "level_wish",
            "registry_check",
            "snils_owner",
            "visit_code",
            "visit_look",
        ],
        stays: &[("visit_look", "that one of the staff looked, with no word of it")],
        untold: &[
            ("registry_check", "what registries are asked: the papers, which the copy has"),
            ("snils_owner", "an index of the SNILS, which the copy has"),
            ("visit_code", "a secret, and gone a day after its way"),
        ],
        export: identity::export,
        erase: |tx, _, person| identity::forget(tx, person),
    },
    Keeper {
        tables: &["file"],
        stays: &[],
        untold: &[],
        export: files::export,
        erase: |tx, _, person| files::forget(tx, person),
    },
    Keeper {
        tables: &["opening_entry"],
        stays: &[("opening_entry", "a place in a line, by which a draw can be checked")],
        untold: &[],
        export: admission::export,
        erase: |_, _, _| Ok(Vec::new()),
    },
    Keeper {
        tables: &["signature_certificate", "signature_challenge"],
        stays: &[],
        untold: &[("signature_challenge", "a text to sign, for a quarter of an hour")],
        export: signatures::export,
        erase: |tx, _, person| signatures::forget(tx, person),
    },
    Keeper {
        tables: &["past_session", "session", "staff_account"],
        stays: &[],
        untold: &[
            ("past_session", "a digest for a day"),
            ("staff_account", "that sessions are short: the roles are in the copy"),
        ],
        export: sessions::export,
        erase: |tx, _, person| sessions::forget(tx, person).map(|()| Vec::new()),
    },
    Keeper {
        tables: &["sso_consent", "sso_grant", "sso_link", "sso_request"],
        stays: &[],
        untold: &[("sso_request", "a sign-in at a site that is under way")],
        export: sso::export,
        erase: |tx, cx, person| sso::forget(tx, cx, person).map(|()| Vec::new()),
    },
    Keeper {
        tables: &["staff_grant", "staff_proposal", "staff_look", "staff_alarm", "staff_invitation"],
        stays: &[
            ("staff_grant", "who could do what, when: the history of the portal"),
            ("staff_proposal", "as the grants"),
            ("staff_look", "that one of the staff looked; why opens with no key"),
            ("staff_alarm", "as the grants"),
            ("staff_invitation", "as the grants"),
        ],
        untold: &[("staff_alarm", "it would warn whom it is about")],
        export: access::export,
        erase: |tx, cx, person| access::forget(tx, cx, person).map(|()| Vec::new()),
    },
    Keeper {
        tables: &["staff_trail"],
        stays: &[("staff_trail", "ids alone: of whoever is erased they say nothing")],
        untold: &[],
        export: trail::export,
        erase: |_, _, _| Ok(Vec::new()),
    },
    Keeper {
        // And `account` itself, which names nobody else.
        tables: &["account_closing", "consent", "level_change", "registration"],
        stays: &[
            ("consent", "that a text was agreed to, and by nobody"),
            ("level_change", "as the consents"),
        ],
        untold: &[
            ("account_closing", "whoever is here to take a copy has taken it back"),
            ("registration", "what was typed to open the account, which the copy has"),
        ],
        export: accounts::export,
        erase: accounts::erase,
    },
    Keeper {
        tables: &[
            "authenticator",
            "code_factor",
            "contact_change",
            "contact_review",
            "control_question",
            "device",
            "guess",
            "half_sign_in",
            "helped_recovery",
            "helped_step",
            "staff_call",
            "kept_form",
            "passkey",
            "recovery_code",
            "recovery_wait",
            "security_event",
        ],
        stays: &[],
        untold: &[
            ("contact_review", "that a page is shown after a recovery"),
            ("guess", "how often strangers have guessed"),
            ("half_sign_in", "a sign-in that is under way"),
        ],
        export: factors::export,
        erase: |tx, _, person| factors::forget(tx, person),
    },
    Keeper {
        tables: &["message"],
        stays: &[],
        untold: &[],
        export: notify::export,
        // Its own come last, with the subjects of all the others.
        erase: |_, _, _| Ok(Vec::new()),
    },
    Keeper {
        tables: &["person_access"],
        stays: &[("person_access", "that somebody of the portal looked, with no word of it")],
        untold: &[],
        export: super::export_looks,
        erase: |_, _, _| Ok(Vec::new()),
    },
];
