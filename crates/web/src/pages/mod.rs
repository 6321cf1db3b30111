//! The pages, one file a room.

pub mod account;
pub mod book;
pub mod booking;
mod card;
pub mod demo;
pub mod devices;
pub mod directory;
pub mod factor;
pub mod help;
pub mod home;
pub mod looks;
mod official;
pub mod openings;
mod organization;
mod passport;
pub mod places;
pub mod recover;
pub mod register;
pub mod search;
pub mod security;
pub mod services;
pub mod settings;
pub mod signin;
mod soonest;
pub mod staff;
pub mod wellknown;
mod words;
