//! The pages, one file a room.

pub mod book;
pub mod booking;
pub mod settings;
pub mod wellknown;
