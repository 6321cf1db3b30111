//! The room «schedule».
