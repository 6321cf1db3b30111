//! Roles: what somebody is to the portal.

use crate::accounts::Level;

use super::PlaceKind;

/// Generates the enum, its list, and how roles are stored and sent.
macro_rules! roles {
    ($($(#[doc = $says:literal])+ $name:ident = $code:literal;)+) => {
        /// What somebody is to the portal. A person has one of the first four, by whether they are
        /// signed in and how surely they are known, and any number of granted ones beside it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Role { $($(#[doc = $says])+ $name,)+ }

        impl Role {
            /// All roles.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// As stored and sent.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// In a sentence, for documents.
            pub fn says(self) -> &'static str {
                match self { $(Self::$name => concat!($($says),+).trim_ascii(),)+ }
            }
        }
    };
}

roles! {
    /// Nobody is signed in.
    Guest = "guest";
    /// A citizen known by name and a proved phone.
    Simplified = "simplified";
    /// A citizen whose papers agree with the registries.
    Standard = "standard";
    /// A citizen who proved who they are in person.
    Verified = "verified";
    /// Acts for another person by a power of attorney or by law.
    Representative = "representative";
    /// Receives in a calendar of their own: a doctor, an inspector.
    Specialist = "specialist";
    /// Receives in a calendar of their own and decides: the head of a body.
    Official = "official";
    /// Reviews the purposes of those who want to be received.
    Commission = "commission";
    /// Receives visitors at the desk of a site.
    Clerk = "clerk";
    /// Books and cancels for people who call.
    CallCentre = "call_centre";
    /// Books for people who come to a service centre (МФЦ).
    ServiceCentre = "service_centre";
    /// Keeps the card, timetables and staff of an organisation.
    OrganizationAdmin = "organization_admin";
    /// Answers questions first.
    Support1 = "support_1";
    /// Answers what the first line could not.
    Support2 = "support_2";
    /// Heads the support.
    Support3 = "support_3";
    /// Writes the passports of services and the topics of help.
    Editor = "editor";
    /// Controls how bodies work: reports, complaints, journals.
    Controller = "controller";
    /// An information system of an organisation.
    Integration = "integration";
    /// Looks after who may do what, and ends what is misused.
    SecurityOfficer = "security_officer";
    /// Sets the portal up and appoints everybody else.
    PortalAdmin = "portal_admin";
}

impl Role {
    /// Reads what [`Role::as_str`] wrote.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|x| x.as_str() == code)
    }

    /// The widest place at which this role can be granted; nothing when it is not granted by
    /// anybody: it follows from the sign-in, or from a mandate.
    pub fn widest(self) -> Option<PlaceKind> {
        match self {
            Self::Guest
            | Self::Simplified
            | Self::Standard
            | Self::Verified
            | Self::Representative => None,
            Self::Specialist | Self::Official => Some(PlaceKind::Resource),
            Self::Clerk | Self::ServiceCentre => Some(PlaceKind::Site),
            Self::Commission | Self::OrganizationAdmin | Self::Integration => {
                Some(PlaceKind::Organization)
            }
            Self::CallCentre
            | Self::Support1
            | Self::Support2
            | Self::Support3
            | Self::Editor
            | Self::Controller
            | Self::SecurityOfficer
            | Self::PortalAdmin => Some(PlaceKind::Portal),
        }
    }

    /// Whether it can be granted at a place of this kind. A role of the whole portal is for all of it or
    /// for nothing: its actions know no narrower place.
    pub fn fits(self, kind: PlaceKind) -> bool {
        match self.widest() {
            Some(PlaceKind::Portal) => kind == PlaceKind::Portal,
            widest => widest.is_some_and(|widest| kind <= widest),
        }
    }

    /// Roles that are granted.
    pub fn granted() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|x| x.widest().is_some())
    }
}

impl From<Level> for Role {
    fn from(level: Level) -> Self {
        match level {
            Level::Simplified => Self::Simplified,
            Level::Standard => Self::Standard,
            Level::Verified => Self::Verified,
        }
    }
}
