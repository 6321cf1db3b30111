//! The room «offices».
