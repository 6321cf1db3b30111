//! Files of reference data that people write by hand (TOML). Of every faulty row it is told in which line,
//! in which row and at which key something is wrong: one fault a row, all rows at once.

use base::Fault;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// A file, from which rows are taken kind by kind.
#[derive(Debug)]
pub(crate) struct Rows<'t> {
    what: &'static str,
    text: &'t str,
    left: DeTable<'t>,
    kinds: Vec<&'static str>,
    faults: Vec<String>,
}

impl<'t> Rows<'t> {
    /// Reads `text`; `what` names the file.
    ///
    /// # Errors
    /// A fault that names the line in which it is no TOML.
    pub fn read(what: &'static str, text: &'t str) -> Result<Self, Fault> {
        let read = DeTable::parse(text).map_err(|error| Fault::of(what, error))?;
        Ok(Self { what, text, left: read.into_inner(), kinds: Vec::new(), faults: Vec::new() })
    }

    /// The rows `[[kind]]` that are whole.
    pub fn take<T: DeserializeOwned>(&mut self, kind: &'static str) -> Vec<T> {
        self.kinds.push(kind);
        let Some(list) = self.left.remove(kind) else { return Vec::new() };
        let begin = list.span().start;
        let DeValue::Array(list) = list.into_inner() else {
            self.fault(begin, format!("a row of its own begins with [[{kind}]]"));
            return Vec::new();
        };
        let mut rows = Vec::with_capacity(list.len());
        for row in list.iter() {
            match serde_path_to_error::deserialize(ValueDeserializer::from(row.clone())) {
                Ok(read) => rows.push(read),
                Err(error) => {
                    let at = error.inner().span().unwrap_or(row.span()).start;
                    let place = named(row, error.path());
                    // A row that has no name yet has its line.
                    let place = format!("{kind} {place}").trim_end().to_owned();
                    self.fault(at, format!("{place}: {}", error.inner().message()));
                }
            }
        }
        rows
    }

    /// Ends: nothing is wrong, and nothing is left.
    ///
    /// # Errors
    /// A fault with a line for each row that is not whole.
    pub fn end(mut self) -> Result<(), Fault> {
        let known = self.kinds.join("`, `");
        let unknown: Vec<_> = self.left.keys().map(|x| (x.span().start, x.to_string())).collect();
        for (at, kind) in unknown {
            self.fault(at, format!("unknown key `{kind}`, expected one of `{known}`"));
        }
        match self.faults.as_slice() {
            [] => Ok(()),
            faults => Err(Fault::new(format!("{}:\n{}", self.what, faults.join("\n")))),
        }
    }

    fn fault(&mut self, at: usize, why: String) {
        let line = self.text.bytes().take(at).filter(|x| *x == b'\n').count() + 1;
        self.faults.push(format!("line {line}: {why}"));
    }
}

/// A place in a row: what has a code is called by it, what has none is counted from 1, as in
/// `head-reception, purpose personal, duration`.
fn named(row: &Spanned<DeValue<'_>>, path: &Path) -> String {
    let code = |x: Option<&Spanned<DeValue<'_>>>| {
        Some(x?.get_ref().get("code")?.get_ref().as_str()?.to_owned())
    };
    let mut names: Vec<String> = code(Some(row)).into_iter().collect();
    let mut here = Some(row);
    for part in path {
        match part {
            Segment::Map { key } => {
                here = here.and_then(|x| x.get_ref().get(key.as_str()));
                names.push(key.clone());
            }
            Segment::Seq { index } => {
                here = here.and_then(|x| x.get_ref().get(*index));
                let name = code(here).unwrap_or_else(|| (index + 1).to_string());
                if let Some(list) = names.last_mut() {
                    *list = format!("{list} {name}");
                }
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Desk {
        code: String,
        #[serde(default)]
        window: Vec<Window>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Window {
        minutes: u16,
    }

    fn faults(text: &str) -> String {
        let mut rows = Rows::read("the file", text).unwrap();
        rows.take::<Desk>("desk");
        rows.end().unwrap_err().to_string()
    }

    #[test]
    fn all_that_is_wrong_is_told_with_its_line_its_row_and_its_key() {
        let told = faults(
            "[[desk]]\ncode = \"a\"\n[[desk.window]]\nminutes = 5\n[[desk.window]]\n\
             minutes = \"five\"\n[[desk]]\n[[desk]]\ncode = \"b\"\ncolour = \"red\"\n\
             [[desk]]\ncode = \"c\"\n[[desk.window]]\n[chair]\ncode = \"d\"\n",
        );
        let told: Vec<&str> = told.lines().collect();
        assert_eq!(
            told,
            [
                "the file:",
                "line 6: desk a, window 2, minutes: invalid type: string \"five\", expected u16",
                "line 7: desk: missing field `code`",
                "line 10: desk b, colour: unknown field `colour`, expected `code` or `window`",
                "line 13: desk c, window 1: missing field `minutes`",
                "line 14: unknown key `chair`, expected one of `desk`",
            ]
        );
        assert!(
            faults("[desk]\ncode = \"a\"\n")
                .ends_with("line 1: a row of its own begins with [[desk]]")
        );
        let broken = Rows::read("the file", "[[desk]]\ncode = a\n").unwrap_err().to_string();
        assert!(broken.contains("line 2"), "{broken}");
    }
}
