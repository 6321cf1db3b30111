//! The room «sessions».
