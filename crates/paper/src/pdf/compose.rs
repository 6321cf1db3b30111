//! Where everything stands on the sheet, and how much of it, so that it always fits on one.

use super::clean::MOST;
use super::face::{Faces, Weight};
use super::flow::{Flow, Ink, LABEL, Node, Role, Shape, Style};
use super::{PdfFault, Ticket};
use crate::qr::{Modules, QUIET};

/// A4 in points.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);

const MARGIN: f32 = 52.0;
const TOP: f32 = 40.0;
const BOTTOM: f32 = PAGE.1 - 36.0;
const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
/// Below this scale a reader would need a glass.
const DENSEST: f32 = 0.8;
/// Width of the card with the QR code.
const CARD: f32 = 188.0;
/// The QR code with its quiet zone is no wider than this.
const QR: f32 = 172.0;

const PORTAL: Style = Style::new(11.5, Weight::SemiBold, Ink::Accent, 1);
const ISSUED: Style = Style::new(9.0, Weight::Regular, Ink::Soft, 1);
const TITLE: Style = Style { spacing: -0.008, ..Style::new(27.0, Weight::SemiBold, Ink::Text, 2) };
const SERVICE: Style = Style::new(14.5, Weight::SemiBold, Ink::Text, 3);
const PURPOSE: Style = Style::new(11.5, Weight::Regular, Ink::Soft, 2);
const DATE: Style = Style::new(17.0, Weight::SemiBold, Ink::Text, 2);
const TIME: Style = Style { spacing: -0.015, ..Style::new(48.0, Weight::SemiBold, Ink::Accent, 1) };
const BESIDE_TIME: Style = Style::new(10.5, Weight::Regular, Ink::Soft, 2);
const STRONG: Style = Style::new(12.5, Weight::SemiBold, Ink::Text, 2);
const VALUE: Style = Style::new(12.0, Weight::Regular, Ink::Text, 3);
const NUMBER: Style = Style { spacing: 0.03, ..Style::new(14.0, Weight::SemiBold, Ink::Text, 1) };
const CAPTION: Style = Style::new(9.5, Weight::Regular, Ink::Soft, 3);
const HEADING: Style = Style::new(14.0, Weight::SemiBold, Ink::Text, 1);
const BODY: Style = Style::new(11.0, Weight::Regular, Ink::Text, 3);
const MORE: Style = Style::new(11.0, Weight::SemiBold, Ink::Text, 1);
const FOOTER: Style = Style::new(9.0, Weight::Regular, Ink::Soft, 2);

/// How densely a sheet is set.
#[derive(Clone, Copy, Debug)]
struct Plan {
    scale: f32,
    /// Columns of the list of papers.
    columns: usize,
    /// Papers and notes that are printed.
    bring: usize,
    notes: usize,
}

/// Composes the ticket in the roomiest way that fits on the sheet: smaller letters first, then
/// fewer papers, then fewer notes.
pub(super) fn fit(ticket: &Ticket, faces: &Faces) -> Result<Vec<Node>, PdfFault> {
    let qr = Modules::encode(&ticket.qr_text)?;
    let try_out = |plan: Plan| compose(ticket, &qr, faces, plan);
    let all = Plan {
        scale: 1.0,
        columns: 1,
        bring: ticket.bring.len().min(MOST),
        notes: ticket.notes.len().min(MOST),
    };
    for (scale, columns) in [(1.0, 1), (0.94, 1), (1.0, 2), (0.94, 2), (0.87, 2), (DENSEST, 2)] {
        let (page, fits) = try_out(Plan { scale, columns, ..all });
        if fits {
            return Ok(page);
        }
    }
    let least = Plan { scale: DENSEST, columns: 2, ..all };
    let bring = most(all.bring, |bring| try_out(Plan { bring, ..least }).1);
    let notes = most(all.notes, |notes| try_out(Plan { bring, notes, ..least }).1);
    Ok(try_out(Plan { bring, notes, ..least }).0)
}

/// The largest number up to `limit` that fits, by halving; 0 when none does.
fn most(limit: usize, fits: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, limit);
    while low < high {
        let middle = (low + high).div_ceil(2);
        if fits(middle) { low = middle } else { high = middle - 1 }
    }
    low
}

/// Composes the ticket by a plan and tells whether it fits.
fn compose(ticket: &Ticket, qr: &Modules, faces: &Faces, plan: Plan) -> (Vec<Node>, bool) {
    let mut flow = Flow::new(faces, plan.scale, MARGIN, TOP, WIDTH);
    header(&mut flow, ticket);
    panel(&mut flow, ticket, qr);
    papers(&mut flow, ticket, plan);
    notes(&mut flow, ticket, plan);
    let end = flow.y + 3.0;
    let start = footer(&mut flow, ticket);
    (flow.nodes, end <= start)
}

fn header(flow: &mut Flow<'_>, ticket: &Ticket) {
    let issued = flow.measure(ISSUED, &ticket.issued).min(WIDTH / 2.0);
    let mut right = flow.beside(MARGIN + WIDTH - issued - 0.1, flow.y + 3.0, issued + 0.1);
    flow.width -= issued + 16.0;
    flow.text(Role::Paragraph, PORTAL, &ticket.portal);
    flow.width = WIDTH;
    right.text(Role::Paragraph, ISSUED, &ticket.issued);
    flow.nodes.append(&mut right.nodes);
    flow.gap(7.0);
    rule(flow);
    flow.nodes.push(Node::Decoration(Shape::Bar([MARGIN, flow.y - 1.0, 56.0, 2.5], Ink::Accent)));
    flow.gap(19.0);
    flow.text(Role::Title(ticket.title.clone()), TITLE, &ticket.title);
    flow.gap(3.0);
    flow.text(Role::Paragraph, SERVICE, &ticket.service);
    flow.gap(1.0);
    flow.text(Role::Paragraph, PURPOSE, &ticket.purpose);
    flow.gap(15.0);
}

/// When and where on the left, the card with the QR code on the right.
fn panel(flow: &mut Flow<'_>, ticket: &Ticket, qr: &Modules) {
    let labels = &ticket.labels;
    let mut left = flow.beside(MARGIN, flow.y, WIDTH - CARD - 24.0);
    when(&mut left, ticket);
    left.field(
        &labels.place,
        &[
            (STRONG, &ticket.site),
            (VALUE, &ticket.organisation),
            (VALUE, &ticket.address),
            (STRONG, &ticket.room),
        ],
    );
    left.field(&labels.person, &[(VALUE, &ticket.person)]);
    left.field(&labels.specialist, &[(VALUE, &ticket.specialist)]);
    let mut right = flow.beside(MARGIN + WIDTH - CARD, flow.y.round(), CARD);
    card(&mut right, ticket, qr);
    flow.nodes.append(&mut left.nodes);
    flow.nodes.append(&mut right.nodes);
    flow.y = left.y.max(right.y + 8.0);
}

fn when(flow: &mut Flow<'_>, ticket: &Ticket) {
    let mut lines = flow.lines(LABEL, &ticket.labels.when);
    flow.gap(1.5);
    lines.extend(flow.lines(DATE, &ticket.date_long));
    let mut time = TIME;
    while flow.measure(time, &ticket.time) > flow.width && time.size > 12.0 {
        time.size *= 0.9;
    }
    let top = flow.y;
    lines.extend(flow.lines(time, &ticket.time));
    let remarks = [&ticket.duration, &ticket.zone_note];
    let widest = remarks.iter().map(|text| flow.measure(BESIDE_TIME, text)).fold(0.0, f32::max);
    let indent = flow.measure(time, &ticket.time) + 16.0;
    if indent + widest <= flow.width {
        let middle = f32::midpoint(top, flow.y);
        let mut beside = flow.beside(flow.x + indent, 0.0, flow.width - indent);
        let mut set = remarks.map(|text| beside.lines(BESIDE_TIME, text)).concat();
        let start = middle - beside.y / 2.0;
        for node in &mut set {
            if let Node::Line(line) = node {
                line.baseline += start;
            }
        }
        lines.append(&mut set);
    } else {
        lines.extend(remarks.map(|text| flow.lines(BESIDE_TIME, text)).concat());
    }
    flow.gap(12.0);
    flow.nodes.push(Node::Group(Role::Paragraph, lines));
}

/// The QR code with its caption, the code and the number, in a frame.
fn card(flow: &mut Flow<'_>, ticket: &Ticket, qr: &Modules) {
    let top = flow.y;
    let side = qr.size() + 2 * QUIET;
    // Whole points make whole pixels on a screen, which keeps the code readable at 72 dpi.
    let module = match QR / side as f32 {
        module if module >= 1.0 => module.floor(),
        module => module,
    };
    let extent = module * side as f32;
    let x = (flow.x + (CARD - extent) / 2.0).round();
    let y = top + 4.0;
    let quiet = module * QUIET as f32;
    let modules = Shape::Modules { x: x + quiet, y: y + quiet, module, modules: qr.clone() };
    let role = Role::Figure(ticket.labels.qr_alt.clone(), [x, y, extent, extent]);
    flow.nodes.push(Node::Group(role, vec![Node::Shape(modules)]));
    flow.y = y + extent;
    flow.x += 16.0;
    flow.width -= 32.0;
    flow.text(Role::Paragraph, CAPTION, &ticket.labels.qr_caption);
    flow.gap(8.0);
    flow.nodes.push(Node::Decoration(Shape::Bar([flow.x, flow.y, flow.width, 0.6], Ink::Line)));
    flow.gap(9.0);
    flow.field(&ticket.labels.code, &[(NUMBER, &ticket.code)]);
    flow.field(&ticket.labels.number, &[(NUMBER, &ticket.number)]);
    let frame = [flow.x - 16.0, top, CARD, flow.y - top];
    flow.nodes.push(Node::Decoration(Shape::Frame(frame, 9.0, Ink::Line)));
}

/// The list of papers, each with a box to tick.
fn papers(flow: &mut Flow<'_>, ticket: &Ticket, plan: Plan) {
    if ticket.bring.is_empty() {
        return;
    }
    section(flow, &ticket.labels.bring);
    let shown = &ticket.bring[..plan.bring];
    let mut list = if plan.columns == 2 && shown.len() > 1 {
        two_columns(flow, shown)
    } else {
        shown.iter().map(|paper| item(flow, paper, Mark::Box)).collect()
    };
    if !list.is_empty() {
        flow.nodes.push(Node::Group(Role::List(false), std::mem::take(&mut list)));
    }
    more(flow, ticket, ticket.bring.len() - shown.len());
    flow.gap(8.0);
}

/// The first papers on the left, the others on the right: the left column ends at the first paper
/// that reaches the middle of the whole list.
fn two_columns(flow: &mut Flow<'_>, papers: &[String]) -> Vec<Node> {
    const GUTTER: f32 = 20.0;
    let width = (flow.width - GUTTER) / 2.0;
    let mut left = flow.beside(flow.x, flow.y, width);
    let (mut nodes, ends): (Vec<Node>, Vec<f32>) =
        papers.iter().map(|paper| (item(&mut left, paper, Mark::Box), left.y)).unzip();
    let middle = f32::midpoint(flow.y, left.y);
    let split = ends.iter().take_while(|&&end| end < middle).count() + 1;
    nodes.truncate(split);
    let mut right = flow.beside(flow.x + width + GUTTER, flow.y, width);
    nodes.extend(papers.iter().skip(split).map(|paper| item(&mut right, paper, Mark::Box)));
    flow.y = ends.get(split - 1).map_or(left.y, |&end| end.max(right.y));
    nodes
}

fn notes(flow: &mut Flow<'_>, ticket: &Ticket, plan: Plan) {
    if ticket.notes.is_empty() {
        return;
    }
    section(flow, &ticket.labels.notes);
    let shown = &ticket.notes[..plan.notes];
    let list: Vec<Node> = shown.iter().map(|note| item(flow, note, Mark::Bullet)).collect();
    if !list.is_empty() {
        flow.nodes.push(Node::Group(Role::List(true), list));
    }
    more(flow, ticket, ticket.notes.len() - shown.len());
}

fn section(flow: &mut Flow<'_>, heading: &str) {
    flow.gap(4.0);
    rule(flow);
    flow.gap(11.0);
    flow.text(Role::Heading(heading.to_owned()), HEADING, heading);
    flow.gap(3.0);
}

/// What stands before an item of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Box,
    Bullet,
}

fn item(flow: &mut Flow<'_>, text: &str, mark: Mark) -> Node {
    const INDENT: f32 = 19.0;
    flow.gap(2.0);
    let top = flow.y;
    let mut parts = match mark {
        Mark::Bullet => {
            let label = flow.lines(BODY, "•");
            flow.y = top;
            vec![Node::Group(Role::Label, label)]
        }
        Mark::Box => vec![Node::Decoration(Shape::Frame(
            [flow.x + 0.5, top + 2.6, 9.0, 9.0],
            1.5,
            Ink::Soft,
        ))],
    };
    flow.x += INDENT;
    flow.width -= INDENT;
    let lines = flow.lines(BODY, text);
    flow.x -= INDENT;
    flow.width += INDENT;
    parts.push(Node::Group(Role::Body, lines));
    Node::Group(Role::Item, parts)
}

/// Says honestly how many entries did not fit.
fn more(flow: &mut Flow<'_>, ticket: &Ticket, left: usize) {
    if left > 0 {
        flow.gap(2.0);
        flow.text(Role::Paragraph, MORE, &ticket.labels.more.replace("{n}", &left.to_string()));
    }
}

/// Small print at the foot of the sheet; returns where it begins.
fn footer(flow: &mut Flow<'_>, ticket: &Ticket) -> f32 {
    let mut foot = flow.beside(MARGIN, 0.0, WIDTH);
    for text in ticket.footer.iter().take(5) {
        foot.text(Role::Paragraph, FOOTER, text);
    }
    let start = BOTTOM - foot.y - 8.0;
    flow.y = start;
    rule(flow);
    foot = flow.beside(MARGIN, start + 8.0, WIDTH);
    for text in ticket.footer.iter().take(5) {
        foot.text(Role::Paragraph, FOOTER, text);
    }
    flow.nodes.append(&mut foot.nodes);
    start
}

fn rule(flow: &mut Flow<'_>) {
    let rule = Shape::Bar([flow.x, flow.y, flow.width, 0.6], Ink::Line);
    flow.nodes.push(Node::Decoration(rule));
}
