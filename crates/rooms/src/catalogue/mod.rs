//! The room «catalogue»: what can be booked and on which terms; what people find on the way.
//!
//! A service is one row with its passport as a JSON document; the snapshot [`Catalogue`] holds all
//! of them. A [`Sheet`] is the same as a file, for the import and the demo.
//!
//! Tables: `category`, `situation`, `service`, `synonym_group`, `help_topic`. Every change raises
//! the edition `city`.

mod ages;
mod model;
mod read;
mod rules;
mod save;
mod sheet;

pub use ages::{AgeUnit, Ages};
pub use model::{
    Act, AddressNeed, Applicant, Category, Confirmation, Document, Field, FieldKind, Fill, Flow,
    Format, HelpTopic, Need, Passport, Purpose, Rules, Service, Situation, TimeWish,
};
pub(crate) use read::json;
pub use read::{Catalogue, has_service, load};
pub use rules::{brought, check_service, documents, duration};
pub(crate) use save::{refuse, within};
pub use save::{
    save_category, save_help_topic, save_service, save_sheet, save_situation, save_synonyms,
};
pub use sheet::Sheet;

#[cfg(test)]
mod tests;
