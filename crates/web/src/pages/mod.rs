//! The pages, one file a room.

pub mod account;
pub mod book;
pub mod booking;
pub mod demo;
pub mod register;
pub mod settings;
pub mod signin;
pub mod wellknown;
