//! Examples from rules and registers, and properties over everything that can be typed.

mod address;
mod ages;
mod anything;
mod mrz;
mod names;
mod numbers;
mod papers;
mod passport;
