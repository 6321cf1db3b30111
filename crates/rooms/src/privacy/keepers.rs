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
    /// What it keeps of somebody.
    pub export: fn(&mut Tx<'_>, &Id) -> Outcome<Vec<Part>>,
    /// Lets somebody go; gives the subjects of letters that were about them.
    pub erase: fn(&mut Tx<'_>, &Cx, &Id) -> Outcome<Vec<String>>,
}

/// All of them, in the order in which somebody is let go.
pub(super) const KEEPERS: &[Keeper] = &[
    Keeper {
        tables: &["booking", "active_booking"],
        export: booking::export,
        erase: |tx, cx, person| booking::forget(tx, cx, person).map(|()| Vec::new()),
    },
    Keeper { tables: &["mandate"], export: mandates::export, erase: mandates::forget },
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
        export: identity::export,
        erase: |tx, _, person| identity::forget(tx, person),
    },
    Keeper {
        tables: &["file"],
        export: files::export,
        erase: |tx, _, person| files::forget(tx, person),
    },
    Keeper {
        tables: &["opening_entry"],
        export: admission::export,
        erase: |_, _, _| Ok(Vec::new()),
    },
    Keeper {
        tables: &["signature_certificate", "signature_challenge"],
        export: signatures::export,
        erase: |tx, _, person| signatures::forget(tx, person),
    },
    Keeper {
        tables: &["past_session", "session", "staff_account"],
        export: sessions::export,
        erase: |tx, _, person| sessions::forget(tx, person).map(|()| Vec::new()),
    },
    Keeper {
        tables: &["sso_consent", "sso_grant", "sso_link", "sso_request"],
        export: sso::export,
        erase: |tx, cx, person| sso::forget(tx, cx, person).map(|()| Vec::new()),
    },
    Keeper {
        tables: &["staff_grant", "staff_proposal", "staff_look", "staff_alarm", "staff_invitation"],
        export: access::export,
        erase: |tx, cx, person| access::forget(tx, cx, person).map(|()| Vec::new()),
    },
    Keeper {
        // Ids alone: of whoever is erased they say nothing.
        tables: &["staff_trail"],
        export: trail::export,
        erase: |_, _, _| Ok(Vec::new()),
    },
    Keeper {
        // And `account` itself, which names nobody else.
        tables: &["account_closing", "consent", "level_change", "registration"],
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
        export: factors::export,
        erase: |tx, _, person| factors::forget(tx, person),
    },
    Keeper {
        tables: &["message"],
        export: notify::export,
        // Its own come last, with the subjects of all the others.
        erase: |_, _, _| Ok(Vec::new()),
    },
    Keeper {
        tables: &["person_access"],
        export: super::export_looks,
        erase: |_, _, _| Ok(Vec::new()),
    },
];
