//! The text files of the repository, read once.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// Folders that are made, not written.
const MADE: [&str; 4] = [".git", "target", "node_modules", "okno-data"];

/// All text files under the root, by their path from there with `/` between its parts.
#[derive(Debug, Default)]
pub struct Tree(BTreeMap<String, String>);

/// The root of the repository this program was built from.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

impl Tree {
    /// Reads every text file under `root`.
    ///
    /// # Errors
    /// When a file or folder cannot be read.
    pub fn load(root: &Path) -> io::Result<Self> {
        let mut tree = Self::default();
        tree.read(root, "")?;
        Ok(tree)
    }

    fn read(&mut self, folder: &Path, prefix: &str) -> io::Result<()> {
        for entry in std::fs::read_dir(folder)? {
            let (path, name) = entry.map(|x| (x.path(), x.file_name()))?;
            let name = name.to_string_lossy();
            if MADE.contains(&&*name) {
                continue;
            }
            let from_root = format!("{prefix}{name}");
            if path.is_dir() {
                self.read(&path, &format!("{from_root}/"))?;
            } else if let Ok(text) = String::from_utf8(std::fs::read(&path)?) {
                self.0.insert(from_root, text);
            }
        }
        Ok(())
    }

    /// Every file: path and text, in the order of paths.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The files under `folder` (with its `/`) whose names end in `ending`.
    pub fn under<'a>(
        &'a self,
        folder: &'a str,
        ending: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files().filter(move |(path, _)| path.starts_with(folder) && path.ends_with(ending))
    }

    /// The text of one file; empty when there is none.
    pub fn text(&self, path: &str) -> &str {
        self.0.get(path).map_or("", String::as_str)
    }

    /// Whether the file exists.
    pub fn has(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// A tree made up for a test.
    #[cfg(test)]
    pub fn of<const N: usize>(files: [(&str, &str); N]) -> Self {
        Self(files.map(|(path, text)| (path.to_owned(), text.to_owned())).into())
    }
}
