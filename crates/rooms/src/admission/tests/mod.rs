//! The rules alone, and the room's story on both engines.

mod leave;
mod meeting;
mod pace;
mod story;
