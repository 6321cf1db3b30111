//! The room «places»: regions and localities.
//!
//! Regions are data of the instance: the built-in list comes from [`seed_regions`], further rows
//! and all localities from a file ([`import_regions`], [`import_localities`],
//! [`import_plain`]). A screen reads the
//! snapshot [`Places`]; an act asks [`check`] inside its transaction.
//!
//! Tables: `region`, `locality`. Every change raises the edition `city`.

mod import;
mod model;
mod plain;
mod read;
mod save;
mod seed;

pub use import::{FaultyRow, Report, import_localities, import_regions};
pub use model::{Locality, LocalityKind, Point, Region};
pub use plain::import_plain;
pub(crate) use plain::seed_plain;
pub use read::{Places, check, has_locality, has_region, load};
pub(crate) use save::{is_postal, store_locality, store_region};
pub use save::{save_locality, save_region};
pub use seed::{builtin_regions, seed_regions};

#[cfg(test)]
mod tests;
