//! The rules alone, and the room's story on both engines.

mod pace;
mod leave;
mod story;
