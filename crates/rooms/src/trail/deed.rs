//! The words of an entry: what was done, how it ended, to what.

use crate::access::Action;

/// Generates an enum of codes, its list, and how it is stored and read.
macro_rules! codes {
    ($(#[doc = $about:literal])+ $kind:ident { $($(#[doc = $says:literal])+ $name:ident = $code:literal;)+ }) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $kind { $($(#[doc = $says])+ $name,)+ }

        impl $kind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// As stored.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// Reads what `as_str` wrote.
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|x| x.as_str() == code)
            }
        }
    };
}

codes! {
    /// What only the engineer at the command line does.
    Command {
        /// Opening an account.
        OpenAccount = "open_account";
        /// Setting the level of an account.
        SetLevel = "set_level";
        /// Making a token for a program.
        MakeToken = "make_token";
        /// Giving an account an app.
        GiveApp = "give_app";
        /// Erasing a person.
        ErasePerson = "erase_person";
        /// Making accounts for a load test.
        SeedAccounts = "seed_accounts";
        /// Inviting somebody to a role.
        InviteStaff = "invite_staff";
        /// Announcing an opening.
        AnnounceOpening = "announce_opening";
        /// Making every release of a service an opening.
        GuardService = "guard_service";
        /// Ending such a series.
        EndSeries = "end_series";
        /// Ending an opening.
        CloseOpening = "close_opening";
        /// Importing regions and localities.
        ImportPlaces = "import_places";
        /// Importing services.
        ImportCatalogue = "import_catalogue";
        /// Importing organisations.
        ImportOrganizations = "import_organizations";
        /// Making a key that wraps the keys of people.
        AddKey = "add_key";
        /// Wrapping the keys of people anew.
        WrapKeys = "wrap_keys";
        /// Making a key that signs for sites.
        AddSiteKey = "add_site_key";
        /// Making a key of blind indexes.
        AddIndexKey = "add_index_key";
        /// Putting a key of blind indexes in force.
        TurnIndexKey = "turn_index_key";
    }
}

codes! {
    /// How an operation ended, where its action has several ends.
    Step {
        /// Somebody was found by a code.
        Found = "found";
        /// Somebody was found by a booking's number and the surname.
        FoundByBooking = "found_by_booking";
        /// Data were opened.
        Looked = "looked";
        /// What was compared is so.
        Confirmed = "confirmed";
        /// It is not.
        Refused = "refused";
        /// It is so, but belongs to another account.
        Taken = "taken";
        /// What was confirmed counts no more.
        Withdrawn = "withdrawn";
        /// A letter was printed.
        Printed = "printed";
        /// The post has the letter.
        HandedOver = "handed_over";
        /// The person has the letter.
        Delivered = "delivered";
        /// A way back in was begun.
        Begun = "begun";
        /// Sessions were ended.
        SessionsEnded = "sessions_ended";
        /// It is in force.
        Given = "given";
        /// Whoever has a phone or an e-mail was invited.
        Invited = "invited";
        /// It waits for a second one.
        Proposed = "proposed";
        /// The second one agreed.
        Agreed = "agreed";
        /// It was let go.
        Declined = "declined";
        /// A site was connected.
        Connected = "connected";
        /// What is registered was changed.
        Changed = "changed";
        /// A new secret was made.
        Secret = "secret";
        /// A site was disconnected.
        Closed = "closed";
        /// It was connected again.
        Opened = "opened";
    }
}

codes! {
    /// What something was done to.
    Kind {
        /// An account.
        Account = "account";
        /// A booking.
        Booking = "booking";
        /// A way to a level.
        Way = "way";
        /// A registered letter; its id is its way's.
        Letter = "letter";
        /// A mandate.
        Mandate = "mandate";
        /// A look during a call.
        Call = "call";
        /// A role that somebody has.
        Role = "role";
        /// A role that waits for whoever has the link.
        Invitation = "invitation";
        /// A role that waits for a second word.
        Proposal = "proposal";
        /// An alarm.
        Alarm = "alarm";
        /// A connected site.
        Site = "site";
        /// A change of a site that waits for a second word.
        SiteProposal = "site_proposal";
        /// An opening.
        Opening = "opening";
        /// A series of openings.
        Series = "series";
        /// A key, by its number.
        Key = "key";
    }
}

/// Actions of the pages that leave an entry. A test compares the list with the routes.
pub const ACTIONS: [Action; 13] = [
    Action::OpenVisitor,
    Action::CheckMandate,
    Action::CheckIdentity,
    Action::ReviewScans,
    Action::SendLetters,
    Action::HelpRecover,
    Action::HelpByPhone,
    Action::GrantRole,
    Action::RevokeRole,
    Action::JoinStaff,
    Action::WatchAlarms,
    Action::ConnectSites,
    Action::ExportTrail,
];

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// What the pages can do; the engineer does some of it, too.
    Act(Action),
    /// What only the command line can.
    Command(Command),
}

impl Deed {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Act(action) => action.as_str(),
            Self::Command(command) => command.as_str(),
        }
    }

    /// Reads what [`Deed::as_str`] wrote.
    pub fn parse(code: &str) -> Option<Self> {
        let act = || Action::parse(code).map(Self::Act);
        act().or_else(|| Command::parse(code).map(Self::Command))
    }

    /// All that can stand in the trail.
    pub fn all() -> impl Iterator<Item = Self> {
        let acts = ACTIONS.into_iter().map(Self::Act);
        acts.chain(Command::ALL.iter().copied().map(Self::Command))
    }
}
