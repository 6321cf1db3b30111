//! The room's story, on both engines.
