//! The room «notify».
