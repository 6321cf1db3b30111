//! What a run has found: rows of figures beside their targets and ceilings, as a table for people,
//! as JSON for programs, as a section of a document.

use std::fmt::Write as _;
use std::path::Path;

use base::{Clock, Fault, Outcome};
use serde::Serialize;

/// What a figure must be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Target {
    AtMost(f64),
    AtLeast(f64),
    Exactly(f64),
}

impl Target {
    fn met(self, value: f64) -> bool {
        match self {
            Self::AtMost(most) => value <= most,
            Self::AtLeast(least) => value >= least,
            Self::Exactly(wanted) => value == wanted,
        }
    }
}

/// One figure.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Row {
    /// The measurement it belongs to: what `--only` chooses by.
    pub measure: &'static str,
    /// What was measured.
    pub what: String,
    /// How much.
    pub value: f64,
    /// Of what.
    pub unit: &'static str,
    /// What it should be.
    pub target: Option<Target>,
    /// Whether it is.
    pub met: Option<bool>,
    /// What it stands beside: the ceiling of the same run, the counts behind it.
    pub beside: String,
}

impl Row {
    pub fn new(
        measure: &'static str,
        what: impl Into<String>,
        value: f64,
        unit: &'static str,
    ) -> Self {
        let what = what.into();
        Self { measure, what, value, unit, target: None, met: None, beside: String::new() }
    }

    pub fn target(self, target: Target) -> Self {
        Self { target: Some(target), met: Some(target.met(self.value)), ..self }
    }

    pub fn beside(self, beside: impl Into<String>) -> Self {
        Self { beside: beside.into(), ..self }
    }

    /// With a further fact beside it.
    pub fn noting(mut self, fact: impl AsRef<str>) -> Self {
        self.beside.push_str("; ");
        self.beside.push_str(fact.as_ref());
        self
    }

    /// A measured rate as a share of the ceiling's rate, in per cent.
    pub fn share(
        (measure, what): (&'static str, &str),
        (rate, ceiling): (f64, f64),
        least: f64,
        ceiling_is: &str,
    ) -> Self {
        let beside = format!("{}/s of {}/s: {ceiling_is}", number(rate), number(ceiling));
        let share = rate / ceiling * 100.0;
        Self::new(measure, what, share, "%").target(Target::AtLeast(least)).beside(beside)
    }

    /// The line of a table on a terminal.
    pub fn line(&self) -> String {
        let (what, figure, wanted) = (&self.what, self.figure(), self.wanted());
        format!("{what:<66} {figure:>13}  {wanted:>7} {:1}  {}", self.mark(), self.beside)
    }

    fn figure(&self) -> String {
        let gap = if self.unit.is_empty() || self.unit == "%" { "" } else { " " };
        format!("{}{gap}{}", number(self.value), self.unit)
    }

    fn wanted(&self) -> String {
        match self.target {
            None => String::new(),
            Some(Target::AtMost(x)) => format!("≤ {}", number(x)),
            Some(Target::AtLeast(x)) => format!("≥ {}", number(x)),
            Some(Target::Exactly(x)) => format!("= {}", number(x)),
        }
    }

    fn mark(&self) -> &'static str {
        match self.met {
            None => "",
            Some(true) => "✓",
            Some(false) => "✗",
        }
    }
}

/// Three digits that matter.
pub(super) fn number(x: f64) -> String {
    let digits = match x.abs() {
        x if x >= 100.0 || x == 0.0 => 0,
        x if x >= 10.0 => 1,
        x if x >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{x:.digits$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// All of a run.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// Day and machine.
    pub circumstances: String,
    pub rows: Vec<Row>,
}

impl Report {
    /// Where and when this is.
    pub fn begin(scale: usize) -> Self {
        let date = Clock::system().now().in_zone(&jiff::tz::TimeZone::UTC).date();
        let cores = std::thread::available_parallelism().map_or(1, |x| x.get());
        let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let cpu = cpu.lines().find_map(|x| x.strip_prefix("model name")?.split_once(": "));
        let cpu = cpu.map_or("unknown processor", |x| x.1);
        let resources = scale * super::country::THOUSAND;
        let circumstances = format!("{date}, {cores} × {cpu}, {resources} resources");
        Self { circumstances, rows: Vec::new() }
    }

    /// Whether every target was met.
    pub fn met(&self) -> bool {
        self.rows.iter().all(|x| x.met != Some(false))
    }

    /// The section of a document.
    fn markdown(&self) -> String {
        let mut out = format!("## {}\n\n", self.circumstances);
        out.push_str("| What | Figure | Target | | Beside |\n|---|---|---|---|---|\n");
        for row in &self.rows {
            let (figure, wanted) = (row.figure(), row.wanted());
            let (what, mark, beside) = (&row.what, row.mark(), &row.beside);
            // Writing to a String cannot fail.
            writeln!(out, "| {what} | {figure} | {wanted} | {mark} | {beside} |")
                .unwrap_or_default();
        }
        out
    }

    /// Puts the section between its two marks in a document, in place of the former one.
    ///
    /// # Errors
    /// As [`parts`]; a fault when the document cannot be written.
    pub fn replace_in(&self, path: &Path) -> Outcome<()> {
        let (before, after) = parts(path)?;
        std::fs::write(path, [before, "\n".into(), self.markdown(), "\n".into(), after].concat())?;
        Ok(())
    }
}

/// A document before and after its section, with the marks.
///
/// # Errors
/// A fault when the document cannot be read or has no such marks.
pub(super) fn parts(path: &Path) -> Outcome<(String, String)> {
    const MARKS: [&str; 2] = ["<!-- okno bench: begin -->\n", "<!-- okno bench: end -->"];
    let unread = |error| Fault::of(format!("cannot read {}", path.display()), error);
    let text = std::fs::read_to_string(path).map_err(unread)?;
    let none = || Fault::new(format!("{} has no line {}", path.display(), MARKS[0].trim()));
    let begin = text.find(MARKS[0]).ok_or_else(none)? + MARKS[0].len();
    let end = text[begin..].find(MARKS[1]).ok_or_else(none)? + begin;
    Ok((text[..begin].to_owned(), text[end..].to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_shows_what_matters_and_whether_it_is_good_enough() {
        assert_eq!(
            ["0.0372", "1.5", "12.34", "12345.6"].map(|x| number(x.parse().unwrap())),
            ["0.037", "1.5", "12.3", "12346"]
        );
        let row = Row::share(("x", "rate"), (45.0, 90.0), 60.0, "a bare server");
        assert_eq!((row.figure().as_str(), row.mark()), ("50%", "✗"));
        assert_eq!(row.beside, "45/s of 90/s: a bare server");
        let row = Row::new("x", "winners", 50.0, "").target(Target::Exactly(50.0));
        assert_eq!((row.wanted().as_str(), row.mark()), ("= 50", "✓"));
    }

    #[test]
    fn a_section_of_a_document_is_replaced_and_the_rest_stays() {
        let folder = testkit::TempDir::new();
        let path = folder.path().join("page.md");
        let text = "# Head\n<!-- okno bench: begin -->\nold\n<!-- okno bench: end -->\ntail\n";
        std::fs::write(&path, text).unwrap();
        let mut report = Report::begin(1);
        report.rows.push(Row::new("x", "things", 7.0, "ms"));
        report.replace_in(&path).unwrap();
        report.replace_in(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# Head\n") && text.ends_with("-->\ntail\n"), "{text}");
        assert_eq!(text.matches("| things | 7 ms |").count(), 1, "{text}");
        assert!(!text.contains("old"));
    }
}
