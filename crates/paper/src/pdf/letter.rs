//! A letter with a code: one sheet of A4 whose address stands where the window of an envelope is.

use jiff::Timestamp;

use super::compose::PAGE;
use super::face::{Faces, Weight};
use super::flow::{Flow, Ink, LABEL, Node, Role, Shape, Style};
use super::{About, PdfFault, paint};

const MARGIN: f32 = 56.0;
const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
/// The window of an envelope E65: the address is read through it.
const ADDRESS: (f32, f32, f32) = (PAGE.0 - MARGIN - 240.0, 120.0, 240.0);
/// Where the text begins, below the first fold, unless the address is longer than that.
const TEXT: f32 = 300.0;

const PORTAL: Style = Style::new(11.5, Weight::SemiBold, Ink::Accent, 1);
const SMALL: Style = Style::new(9.5, Weight::Regular, Ink::Soft, 3);
/// Name and address are never cut: what is too long for so many lines is set smaller.
const TO: [Style; 2] = [
    Style::new(12.0, Weight::SemiBold, Ink::Text, 3),
    Style::new(9.0, Weight::SemiBold, Ink::Text, Style::ALL),
];
const WHERE: [Style; 3] = [
    Style::new(12.0, Weight::Regular, Ink::Text, 5),
    Style::new(10.0, Weight::Regular, Ink::Text, 7),
    Style::new(8.5, Weight::Regular, Ink::Text, Style::ALL),
];
const INDEX: Style = TO[0];
const TITLE: Style = Style::new(20.0, Weight::SemiBold, Ink::Text, 2);
const BODY: Style = Style::new(12.0, Weight::Regular, Ink::Text, 8);
const CODE: Style = Style { spacing: 0.08, ..Style::new(30.0, Weight::SemiBold, Ink::Text, 1) };

/// All that stands in a letter, ready to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Language of the texts, as in HTML: `ru`, `en`.
    pub lang: String,
    /// Name of the portal.
    pub portal: String,
    /// The heading.
    pub title: String,
    /// «Кому».
    pub to_label: String,
    /// To whom.
    pub to: String,
    /// Where to.
    pub address: String,
    /// Postal index.
    pub index: String,
    /// What is to be done, a paragraph each.
    pub body: Vec<String>,
    /// «Код».
    pub code_label: String,
    /// The code in groups.
    pub code: String,
    /// Small print under it.
    pub notes: Vec<String>,
    /// When it was printed, in words.
    pub issued: String,
    /// The same as an instant, for the document's own record.
    pub issued_at: Timestamp,
    /// Number of the letter, as the list of letters shows it.
    pub number: String,
    /// Colour of the instance; see [`super::ACCENT`].
    pub accent: [u8; 3],
}

/// Makes the PDF of a letter, as accessible and archivable as a ticket.
///
/// # Errors
/// [`PdfFault`]; ordinary texts never cause one.
pub fn letter(letter: &Letter) -> Result<Vec<u8>, PdfFault> {
    let faces = Faces::get()?;
    let letter = printable(letter, faces);
    let about = About {
        lang: letter.lang.clone(),
        title: letter.title.clone(),
        subject: String::new(),
        author: letter.portal.clone(),
        id: letter.number.clone(),
        at: letter.issued_at,
        accent: letter.accent,
    };
    paint::write(&about, faces, &compose(&letter, faces))
}

fn printable(letter: &Letter, faces: &Faces) -> Letter {
    let clean = |x: &String| faces.printable(x);
    Letter {
        portal: clean(&letter.portal),
        title: clean(&letter.title),
        to_label: clean(&letter.to_label),
        to: clean(&letter.to),
        address: clean(&letter.address),
        index: clean(&letter.index),
        body: letter.body.iter().map(clean).collect(),
        code_label: clean(&letter.code_label),
        code: clean(&letter.code),
        notes: letter.notes.iter().map(clean).collect(),
        issued: clean(&letter.issued),
        ..letter.clone()
    }
}

fn compose(letter: &Letter, faces: &Faces) -> Vec<Node> {
    let mut flow = Flow::new(faces, 1.0, MARGIN, 48.0, WIDTH);
    flow.text(Role::Paragraph, PORTAL, &letter.portal);
    // The list of letters names them so: two sheets on one desk are told apart.
    flow.text(Role::Paragraph, SMALL, &format!("{} · {}", letter.issued, letter.number));
    flow.nodes.push(Node::Decoration(Shape::Bar([MARGIN, flow.y + 6.0, 56.0, 2.5], Ink::Accent)));

    let (x, y, width) = ADDRESS;
    let mut window = flow.beside(x, y, width);
    let mut lines = window.lines(LABEL, &letter.to_label);
    lines.extend(window.lines(window.fitting(&TO, &letter.to), &letter.to));
    lines.extend(window.lines(window.fitting(&WHERE, &letter.address), &letter.address));
    lines.extend(window.lines(INDEX, &letter.index));
    window.nodes.push(Node::Group(Role::Paragraph, lines));
    flow.nodes.append(&mut window.nodes);

    flow.y = TEXT.max(window.y + 12.0);
    flow.text(Role::Title(letter.title.clone()), TITLE, &letter.title);
    flow.gap(8.0);
    for text in &letter.body {
        flow.text(Role::Paragraph, BODY, text);
        flow.gap(7.0);
    }
    flow.gap(10.0);
    let top = flow.y;
    flow.gap(12.0);
    let mut column = flow.beside(MARGIN + 20.0, flow.y, WIDTH - 40.0);
    let mut lines = column.lines(LABEL, &letter.code_label);
    lines.extend(column.lines(CODE, &letter.code));
    column.nodes.push(Node::Group(Role::Paragraph, lines));
    flow.nodes.append(&mut column.nodes);
    flow.y = column.y + 12.0;
    let frame = [MARGIN, top, WIDTH, flow.y - top];
    flow.nodes.push(Node::Decoration(Shape::Frame(frame, 9.0, Ink::Line)));
    flow.gap(14.0);
    for text in &letter.notes {
        flow.text(Role::Paragraph, SMALL, text);
        flow.gap(3.0);
    }
    flow.nodes
}
