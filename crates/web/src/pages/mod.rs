//! The pages, one file a room.

pub mod settings;
pub mod wellknown;
