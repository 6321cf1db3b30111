//! Who may do what: the one table. A line says who, how far, and which actions. What no line says
//! nobody may.

use super::{Action, PlaceKind, Role};

use Action::*;
use Reach::{Any, Nothing, Organization, Own, Site};
use Role::*;

/// How far a role reaches with an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Not at all.
    Nothing,
    /// What is one's own: one's account and bookings; of staff, one's own calendar.
    Own,
    /// One's site.
    Site,
    /// All sites of one's organisation.
    Organization,
    /// Everything. A role that has it at a part of the portal alone has nothing: what looks after the
    /// whole can be bounded by no place.
    Any,
}

impl Reach {
    /// As documents say it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Own => "own",
            Self::Site => "site",
            Self::Organization => "organisation",
            Self::Any => "any",
        }
    }

    /// Whether a role that is granted at a place of this kind reaches that place. A grant that is
    /// wider than the table says gives nothing.
    pub fn admits(self, kind: PlaceKind) -> bool {
        match self {
            Nothing => false,
            Own => kind <= PlaceKind::Resource,
            Site => kind <= PlaceKind::Site,
            Organization => kind <= PlaceKind::Organization,
            Any => kind == PlaceKind::Portal,
        }
    }
}

/// Whoever comes, signed in or not.
const EVERYBODY: &[Role] = &[Guest, Simplified, Standard, Verified];
/// Whoever is signed in. People of the staff are citizens, too: for their own matters they need no
/// line of their role.
const CITIZENS: &[Role] = &[Simplified, Standard, Verified];

#[rustfmt::skip]
const TABLE: &[(&[Role], Reach, &[Action])] = &[
    (EVERYBODY, Any, &[
        OpenFiles, ReadCatalogue, ReadDirectory, ReadHelp, ReadFreeTimes, ReadOpenings,
        ReportPolicy,
        ChangeLook, CheckTicket, Register, ProveEmail, SignIn, AskSession, SignOut,
        ChooseTime, ReadInvitation, ReadProvider, SignInToSite, ServeSite,
        ReadDemo, EnterDemo,
    ]),
    (CITIZENS, Own, &[
        FinishRegistration, JoinStaff, ProveAgain, ReadAccount, KeepSafe, KeepMandates, CorrectData,
        TakeData, WithdrawConsent, CloseAccount, SendEmailLink, ReadLooks, SetDemoLevel,
        CallSupport,
        AllowSite, ManageSites, ChangeProfile, RaiseLevel,
        ListBookings, ReadBooking, HoldTime, ReleaseHold, FillIn, ConfirmBooking, MoveBooking,
        CancelBooking, ChangeContacts, JoinLine, LeaveLine, ReadPlace,
    ]),

    // Those who receive: one's own calendar, one's own site, a commission's whole body.
    (&[Specialist, Official],  Own,          &[ReadDay, OpenVisitor, CheckMandate]),
    (&[Clerk, ServiceCentre],  Site,         &[ReadDay, OpenVisitor, CheckMandate]),
    (&[ServiceCentre],         Site,         &[CheckIdentity, ReviewScans, SendLetters, HelpRecover]),
    (&[Commission],            Organization, &[ReadDay, OpenVisitor]),

    // Those who help on the telephone, for a quarter of an hour a call.
    (&[Support1, Support2, Support3], Any,   &[HelpByPhone]),

    // Those who arrange: they see the load of a day, not who comes.
    (&[OrganizationAdmin],     Organization, &[ReadDay, ReadStaff, GrantRole, RevokeRole, ReadTrail, ExportTrail]),

    // Those who look after the portal see no visits at all.
    (&[PortalAdmin],           Any,          &[ReadStaff, GrantRole, RevokeRole, WatchAlarms, WatchChecks, HelpRecover]),
    (&[PortalAdmin],           Any,          &[ReadSites, ConnectSites]),
    (&[PortalAdmin, SecurityOfficer, Controller], Any, &[ReadTrail, ExportTrail]),
    (&[SecurityOfficer],       Any,          &[ReadStaff, RevokeRole, WatchAlarms, ReadSites]),
    (&[Controller],            Any,          &[ReadStaff, WatchAlarms, ReadSites]),
];

/// How far `role` reaches with `action`.
pub fn reach(role: Role, action: Action) -> Reach {
    let lines = TABLE.iter().filter(|x| x.0.contains(&role) && x.2.contains(&action));
    lines.map(|x| x.1).max().unwrap_or(Nothing)
}

/// The roles that reach anything with `action`.
pub fn roles_of(action: Action) -> Vec<Role> {
    Role::ALL.iter().copied().filter(|role| reach(*role, action) != Nothing).collect()
}

/// Whether `action` is open to those who are not signed in.
pub fn is_public(action: Action) -> bool {
    reach(Guest, action) != Nothing
}
