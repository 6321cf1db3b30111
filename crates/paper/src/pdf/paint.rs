//! The tree of a page as a PDF: content, tags, outline and what the document says of itself.

use std::num::NonZeroU16;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use krilla::Document;
use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, BBox, ContentTag, ListNumbering, Node as Tagged, SpanTag, Tag,
    TagGroup, TagKind, TagTree,
};

use super::compose::PAGE;
use super::face::Faces;
use super::flow::{Ink, Line, Node, Role, Shape};
use super::{About, PdfFault};
use crate::qr::Run;

/// Writes the document; krilla refuses it when it breaks a rule of PDF/A-2a or PDF/UA-1.
pub(super) fn write(about: &About, faces: &Faces, page: &[Node]) -> Result<Vec<u8>, PdfFault> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|fault| PdfFault::Write(format!("{fault:?}")))?;
    let mut document =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let settings = PageSettings::from_wh(PAGE.0, PAGE.1)
        .ok_or_else(|| PdfFault::Write("the page has no size".to_owned()))?;
    let mut sheet = document.start_page_with(settings);
    let mut surface = sheet.surface();
    let tags = Painter { surface: &mut surface, faces, accent: about.accent }.nodes(page);
    surface.finish();
    sheet.finish();

    document.set_tag_tree(TagTree::from(tags).with_lang(Some(about.lang.clone())));
    document.set_outline(outline(page));
    document.set_metadata(metadata(about));
    document.finish().map_err(|fault| PdfFault::Write(format!("{fault:?}")))
}

fn metadata(about: &About) -> Metadata {
    Metadata::new()
        .title(plain(&about.title))
        .description(plain(&about.subject))
        .language(about.lang.clone())
        .authors(vec![plain(&about.author)])
        .creator("Okno".to_owned())
        .producer("Okno".to_owned())
        .creation_date(date(about.at))
        .document_id(about.id.clone())
}

/// A text for a line of its own, where no space needs to be unbreakable.
fn plain(text: &str) -> String {
    text.trim().replace('\u{a0}', " ")
}

/// An instant as a PDF writes it, in UTC.
fn date(instant: Timestamp) -> DateTime {
    let time = instant.to_zoned(TimeZone::UTC).datetime();
    DateTime::new(time.year().unsigned_abs())
        .month(time.month().unsigned_abs())
        .day(time.day().unsigned_abs())
        .hour(time.hour().unsigned_abs())
        .minute(time.minute().unsigned_abs())
        .second(time.second().unsigned_abs())
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

/// The headings, under the title.
fn outline(page: &[Node]) -> Outline {
    let entry = |text: &str, lines: &[Node]| {
        let top = lines.iter().find_map(|node| match node {
            Node::Line(line) => Some(line.baseline - line.size),
            _ => None,
        });
        let place = Point::from_xy(0.0, top.unwrap_or_default());
        OutlineNode::new(plain(text), XyzDestination::new(0, place))
    };
    let mut outline = Outline::new();
    for node in page {
        if let Node::Group(Role::Title(text) | Role::Heading(text), lines) = node {
            outline.push_child(entry(text, lines));
        }
    }
    outline
}

struct Painter<'a, 's> {
    surface: &'a mut Surface<'s>,
    faces: &'a Faces,
    accent: [u8; 3],
}

impl Painter<'_, '_> {
    /// Draws nodes in order and gives back their tags; decorations have none.
    fn nodes(&mut self, nodes: &[Node]) -> Vec<Tagged> {
        nodes.iter().filter_map(|node| self.node(node)).collect()
    }

    fn node(&mut self, node: &Node) -> Option<Tagged> {
        match node {
            Node::Group(role, children) => {
                let children = self.nodes(children);
                Some(TagGroup::with_children(tag(role), children).into())
            }
            Node::Line(line) => {
                let id = self.surface.start_tagged(ContentTag::Span(SpanTag::empty()));
                self.line(line);
                self.surface.end_tagged();
                Some(id.into())
            }
            Node::Shape(shape) => {
                let id = self.surface.start_tagged(ContentTag::Other);
                self.shape(shape);
                self.surface.end_tagged();
                Some(id.into())
            }
            Node::Decoration(shape) => {
                let artifact = Artifact::with_kind(ArtifactType::Layout);
                self.surface.start_tagged(ContentTag::Artifact(artifact));
                self.shape(shape);
                self.surface.end_tagged();
                None
            }
        }
    }

    fn line(&mut self, line: &Line) {
        let face = self.faces.of(line.weight);
        let fill = self.fill(line.ink);
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(fill));
        self.surface.draw_glyphs(
            Point::from_xy(line.x, line.baseline),
            &face.glyphs(&line.text, line.spacing),
            face.font.clone(),
            &line.text,
            line.size,
            false,
        );
    }

    fn shape(&mut self, shape: &Shape) {
        let (path, ink, stroke) = match shape {
            Shape::Bar(place, ink) => (bar(*place), *ink, None),
            Shape::Frame(place, radius, ink) => (rounded(*place, *radius), *ink, Some(0.8)),
            Shape::Modules { x, y, module, modules } => {
                (dark(modules.runs(), *x, *y, *module), Ink::Black, None)
            }
        };
        let Some(path) = path else { return };
        let fill = self.fill(ink);
        match stroke {
            Some(width) => {
                self.surface.set_fill(None);
                let stroke = Stroke { paint: fill.paint, width, ..Stroke::default() };
                self.surface.set_stroke(Some(stroke));
            }
            None => {
                self.surface.set_stroke(None);
                self.surface.set_fill(Some(fill));
            }
        }
        self.surface.draw_path(&path);
    }

    fn fill(&self, ink: Ink) -> Fill {
        let [red, green, blue] = match ink {
            Ink::Text => [20, 27, 45],
            Ink::Soft => [75, 84, 102],
            Ink::Line => [176, 184, 197],
            Ink::Accent => self.accent,
            Ink::Black => [0, 0, 0],
        };
        Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() }
    }
}

fn tag(role: &Role) -> TagKind {
    let heading = |level: u16, text: &str| {
        Tag::Hn(NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN), Some(plain(text))).into()
    };
    match role {
        Role::Title(text) => heading(1, text),
        Role::Heading(text) => heading(2, text),
        Role::Paragraph => Tag::P.into(),
        Role::List(true) => Tag::L(ListNumbering::Disc).into(),
        Role::List(false) => Tag::L(ListNumbering::None).into(),
        Role::Item => Tag::LI.into(),
        Role::Label => Tag::Lbl.into(),
        Role::Body => Tag::LBody.into(),
        Role::Figure(alt, [x, y, width, height]) => {
            let place = Rect::from_xywh(*x, *y, *width, *height);
            let bbox = place.map(|place| BBox::new(0, place));
            Tag::Figure(Some(plain(alt))).with_bbox(bbox).into()
        }
    }
}

fn bar([x, y, width, height]: [f32; 4]) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.push_rect(Rect::from_xywh(x, y, width, height)?);
    path.finish()
}

fn rounded([x, y, width, height]: [f32; 4], radius: f32) -> Option<Path> {
    // The usual approximation of a quarter circle by a cubic curve.
    let bend = radius * 0.447_7;
    let (right, bottom) = (x + width, y + height);
    let mut path = PathBuilder::new();
    path.move_to(x + radius, y);
    path.line_to(right - radius, y);
    path.cubic_to(right - bend, y, right, y + bend, right, y + radius);
    path.line_to(right, bottom - radius);
    path.cubic_to(right, bottom - bend, right - bend, bottom, right - radius, bottom);
    path.line_to(x + radius, bottom);
    path.cubic_to(x + bend, bottom, x, bottom - bend, x, bottom - radius);
    path.line_to(x, y + radius);
    path.cubic_to(x, y + bend, x + bend, y, x + radius, y);
    path.close();
    path.finish()
}

/// The dark modules of a QR code as one path, so that no seams show between them.
fn dark(runs: impl Iterator<Item = Run>, x: f32, y: f32, module: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    for Run { row, column, length } in runs {
        let left = x + column as f32 * module;
        let top = y + row as f32 * module;
        path.push_rect(Rect::from_xywh(left, top, length as f32 * module, module)?);
    }
    path.finish()
}
