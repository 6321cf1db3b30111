//! The rules alone, and the room's story on both engines.

mod leave;
mod pace;
mod story;
