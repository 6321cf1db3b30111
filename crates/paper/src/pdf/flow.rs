//! Breaking texts into lines and stacking them: the tree that a page is made of.

use super::face::{Faces, Weight};
use crate::qr::Modules;

/// A colour by its use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// Body text.
    Text,
    /// Labels and small print; still seven times darker than paper.
    Soft,
    /// Thin lines.
    Line,
    /// The colour of the instance.
    Accent,
    /// QR code.
    Black,
}

/// How a text is set. Sizes are points at full scale.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    pub(super) size: f32,
    pub(super) weight: Weight,
    pub(super) ink: Ink,
    /// Space after every letter, in ems.
    pub(super) spacing: f32,
    /// Lines beyond this one are cut off with an ellipsis.
    pub(super) lines: usize,
}

impl Style {
    /// As many lines as it takes.
    pub(super) const ALL: usize = usize::MAX;

    pub(super) const fn new(size: f32, weight: Weight, ink: Ink, lines: usize) -> Self {
        Self { size, weight, ink, spacing: 0.0, lines }
    }

    fn line_height(self) -> f32 {
        self.size * if self.size > 16.0 { 1.2 } else { 1.34 }
    }
}

/// What a part of the page is, for those who listen to it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Role {
    Title(String),
    Heading(String),
    Paragraph,
    /// A list; `true` when its labels are bullets rather than boxes to tick.
    List(bool),
    Item,
    Label,
    Body,
    /// A picture, what it says, and its place: left, top, width, height.
    Figure(String, [f32; 4]),
}

/// A part of the page. Places are points from the top left corner.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Group(Role, Vec<Node>),
    Line(Line),
    /// The picture of a figure.
    Shape(Shape),
    /// A line or frame that means nothing.
    Decoration(Shape),
}

/// One line of text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) x: f32,
    pub(super) baseline: f32,
    pub(super) size: f32,
    pub(super) weight: Weight,
    pub(super) ink: Ink,
    pub(super) spacing: f32,
    pub(super) text: String,
}

/// Something drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    /// A filled bar: left, top, width, height.
    Bar([f32; 4], Ink),
    /// A rounded frame: left, top, width, height, and its radius.
    Frame([f32; 4], f32, Ink),
    /// A QR code whose first module is at `x`, `y`.
    Modules { x: f32, y: f32, module: f32, modules: Modules },
}

/// A column that is filled from top to bottom.
pub(super) struct Flow<'a> {
    faces: &'a Faces,
    /// Scale of sizes and gaps: 1 or less.
    scale: f32,
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) nodes: Vec<Node>,
}

impl<'a> Flow<'a> {
    pub(super) fn new(faces: &'a Faces, scale: f32, x: f32, y: f32, width: f32) -> Self {
        Self { faces, scale, x, y, width, nodes: Vec::new() }
    }

    /// An empty column of the same scale elsewhere.
    pub(super) fn beside(&self, x: f32, y: f32, width: f32) -> Self {
        Self::new(self.faces, self.scale, x, y, width)
    }

    /// Leaves `points` (at full scale) free.
    pub(super) fn gap(&mut self, points: f32) {
        self.y += points * self.scale;
    }

    /// A text as a part of its own; nothing when it is empty.
    pub(super) fn text(&mut self, role: Role, style: Style, text: &str) {
        let lines = self.lines(style, text);
        if !lines.is_empty() {
            self.nodes.push(Node::Group(role, lines));
        }
    }

    /// A small label with values under it, one paragraph; nothing when all values are empty.
    pub(super) fn field(&mut self, label: &str, values: &[(Style, &str)]) {
        if values.iter().all(|(_, value)| value.is_empty()) {
            return;
        }
        let mut lines = self.lines(LABEL, label);
        self.gap(1.5);
        for (style, value) in values {
            lines.extend(self.lines(*style, value));
        }
        self.gap(11.0);
        self.nodes.push(Node::Group(Role::Paragraph, lines));
    }

    /// Sets a text at the cursor and moves below it.
    pub(super) fn lines(&mut self, style: Style, text: &str) -> Vec<Node> {
        let style = Style { size: style.size * self.scale, ..style };
        let texts = self.wrap(style, text);
        texts.into_iter().map(|text| self.line(style, text)).collect()
    }

    /// Sets one line. It ends in a space, so that its last word stays apart from the next line's
    /// for those who listen or copy.
    fn line(&mut self, style: Style, mut text: String) -> Node {
        if !text.ends_with(' ') {
            text.push(' ');
        }
        let Style { size, weight, ink, spacing, .. } = style;
        // Half of the capitals' height, 0.7 em, is below the middle of the line.
        let baseline = self.y + style.line_height() / 2.0 + 0.35 * size;
        self.y += style.line_height();
        Node::Line(Line { x: self.x, baseline, size, weight, ink, spacing, text })
    }

    /// The first of `styles` in which the whole text fits its lines and no word is broken; else the
    /// last.
    pub(super) fn fitting(&self, styles: &[Style], text: &str) -> Style {
        let whole = |x: &&Style| {
            let scaled = Style { size: x.size * self.scale, lines: Style::ALL, ..**x };
            let fits = |word| self.measure(**x, word) <= self.width;
            text.split(' ').all(fits) && self.wrap(scaled, text).len() <= x.lines
        };
        let fits = styles.iter().find(whole).or(styles.last());
        fits.copied().unwrap_or(LABEL)
    }

    /// Width of a text in points when it is set in one line.
    pub(super) fn measure(&self, style: Style, text: &str) -> f32 {
        self.faces.of(style.weight).width(text, style.spacing) * style.size * self.scale
    }

    /// Breaks at spaces, and inside a word only when the word alone is wider than the column.
    fn wrap(&self, style: Style, text: &str) -> Vec<String> {
        let face = self.faces.of(style.weight);
        let room = self.width / style.size;
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        let mut used = 0.0;
        for word in text.split_inclusive(' ') {
            if !line.is_empty() && used + face.width(word.trim_end(), style.spacing) > room {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            if lines.len() > style.lines {
                break;
            }
            for letter in word.chars() {
                let advance = face.advance(letter) + style.spacing;
                if letter != ' ' && !line.is_empty() && used + advance > room {
                    lines.push(std::mem::take(&mut line));
                    used = 0.0;
                }
                line.push(letter);
                used += advance;
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        if lines.len() > style.lines {
            lines.truncate(style.lines);
            if let Some(last) = lines.last_mut() {
                clip(last, |text| face.width(text, style.spacing) <= room);
            }
        }
        // Only breaking needs to know of unbreakable spaces; a search finds plain ones.
        lines.into_iter().map(|line| line.replace('\u{a0}', " ")).collect()
    }
}

/// Small grey text above a value.
pub(super) const LABEL: Style = Style::new(9.0, Weight::Regular, Ink::Soft, 1);

/// Ends a line with an ellipsis, dropping letters until it fits.
fn clip(line: &mut String, fits: impl Fn(&str) -> bool) {
    loop {
        let kept = line.trim_end_matches([' ', '\u{a0}', ',', ';', '.', '—']).len();
        line.truncate(kept);
        if line.is_empty() || fits(&format!("{line}…")) {
            break;
        }
        line.pop();
    }
    line.push('…');
}
