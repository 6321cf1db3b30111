//! The room «accounts».
