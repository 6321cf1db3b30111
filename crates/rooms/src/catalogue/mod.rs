//! The room «catalogue».
