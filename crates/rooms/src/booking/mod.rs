//! The room «booking».
