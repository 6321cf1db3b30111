//! Places: where a role holds, and where a thing lies.

use base::Id;

use crate::offices::Offices;

/// Kinds of places, the narrowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceKind {
    /// One calendar: a specialist, an official, a desk.
    Resource,
    /// A site of an organisation.
    Site,
    /// All sites of an organisation.
    Organization,
    /// Everything.
    Portal,
}

impl PlaceKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Resource, Self::Site, Self::Organization, Self::Portal];

    /// As stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Site => "site",
            Self::Organization => "organization",
            Self::Portal => "portal",
        }
    }
}

/// Where a role holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// One calendar.
    Resource(Id),
    /// A site.
    Site(Id),
    /// An organisation.
    Organization(Id),
    /// Everything.
    Portal,
}

impl Place {
    /// The place of this kind with this id; nothing when the kind is unknown, or an id is missing
    /// or too much.
    pub fn parse(kind: &str, id: &str) -> Option<Self> {
        Some(match (kind, id) {
            ("portal", "") => Self::Portal,
            (_, "") => return None,
            ("organization", id) => Self::Organization(id.into()),
            ("site", id) => Self::Site(id.into()),
            ("resource", id) => Self::Resource(id.into()),
            _ => return None,
        })
    }

    /// Its kind.
    pub fn kind(&self) -> PlaceKind {
        match self {
            Self::Resource(_) => PlaceKind::Resource,
            Self::Site(_) => PlaceKind::Site,
            Self::Organization(_) => PlaceKind::Organization,
            Self::Portal => PlaceKind::Portal,
        }
    }

    /// Its id; empty for the portal.
    pub fn id(&self) -> &str {
        match self {
            Self::Resource(id) | Self::Site(id) | Self::Organization(id) => id.as_str(),
            Self::Portal => "",
        }
    }

    /// Whether what lies at `spot` lies within this place.
    pub fn holds(&self, spot: &Spot) -> bool {
        let is = |id: &Id, at: &Option<Id>| at.as_ref() == Some(id);
        match self {
            Self::Resource(id) => is(id, &spot.resource),
            Self::Site(id) => is(id, &spot.site),
            Self::Organization(id) => is(id, &spot.organization),
            Self::Portal => true,
        }
    }
}

/// Where something lies, with all that is around it. What lies nowhere is within the portal alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// In whose calendar.
    pub resource: Option<Id>,
    /// At which site.
    pub site: Option<Id>,
    /// With which organisation.
    pub organization: Option<Id>,
}

impl Spot {
    /// Where `place` lies; nothing when there is no such place.
    pub fn of(offices: &Offices, place: &Place) -> Option<Self> {
        match place {
            Place::Portal => Some(Self::default()),
            Place::Organization(id) => offices
                .organization(id)
                .map(|x| Self { organization: Some(x.id.clone()), ..Self::default() }),
            Place::Site(id) => offices.site(id).map(|x| Self {
                resource: None,
                site: Some(x.id.clone()),
                organization: Some(x.organization.clone()),
            }),
            Place::Resource(id) => {
                let resource = offices.resource(id)?;
                let around = Self::of(offices, &Place::Site(resource.site.clone()))?;
                Some(Self { resource: Some(resource.id.clone()), ..around })
            }
        }
    }

    /// Where the calendar of `resource` lies; nowhere when there is none.
    pub fn of_resource(offices: &Offices, resource: Option<&Id>) -> Self {
        let place = resource.map(|id| Place::Resource(id.clone()));
        place.and_then(|x| Self::of(offices, &x)).unwrap_or_default()
    }
}
