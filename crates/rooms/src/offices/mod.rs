//! The room «offices»: who receives. Organisations have sites (address, hours, accessibility), and
//! sites have resources: officials, specialists and desks that serve one party at a time.
//!
//! When a resource receives is the matter of the room `schedule`; a [`Sheet`] read from a file
//! brings that along as [`Timetables`] for whoever saves it.
//!
//! Tables: `organization`, `site`, `resource`, `resource_service`. Every change raises the edition
//! `city`.

mod hours;
mod model;
mod read;
mod rules;
mod save;
mod sheet;

pub use model::{
    Organization, OrganizationCard, Resource, ResourceCard, ResourceKind, Site, SiteCard,
};
pub use read::{Offices, load, organization_of, whereabouts};
pub use save::{is_empty, save_organization, save_resource, save_sheet, save_site};
pub use sheet::{Sheet, Timetables};

#[cfg(test)]
mod tests;
