//! The room «places».
