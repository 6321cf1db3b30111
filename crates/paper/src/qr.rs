//! QR codes: as SVG for pages, as a grid of modules for print. Error correction level M, so that a
//! crumpled printout still reads; a quiet zone of four modules, as ISO/IEC 18004 asks.

use std::fmt::{self, Write as _};

use qrcodegen::{QrCode, QrCodeEcc, QrSegment};

/// Light modules around the code, on each side.
pub const QUIET: usize = 4;

/// A QR code as a square of dark and light modules, without the quiet zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modules {
    size: usize,
    dark: Vec<bool>,
}

/// The text does not fit the largest QR code (about 2,300 bytes).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

/// A horizontal run of dark modules: row, first column, length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Row, counted from the top.
    pub row: usize,
    /// First dark column, counted from the left.
    pub column: usize,
    /// Number of dark modules.
    pub length: usize,
}

impl Modules {
    /// Encodes a text in the smallest code that holds it at level M.
    ///
    /// A tail of capitals and digits, such as the token at the end of a link, is packed in
    /// alphanumeric mode, which saves a third of its space.
    ///
    /// # Errors
    /// [`TooLong`] when no QR code is large enough.
    pub fn encode(text: &str) -> Result<Self, TooLong> {
        let code = QrCode::encode_segments_advanced(
            &segments(text),
            QrCodeEcc::Medium,
            qrcodegen::Version::MIN,
            qrcodegen::Version::MAX,
            None,
            false,
        )
        .or(Err(TooLong))?;
        let side = code.size();
        let dark = (0..side)
            .flat_map(|y| (0..side).map(move |x| (x, y)))
            .map(|(x, y)| code.get_module(x, y))
            .collect();
        Ok(Self { size: side.unsigned_abs() as usize, dark })
    }

    /// Modules along one side, without the quiet zone.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }

    /// Whether the module is dark; modules outside the code are light.
    #[must_use]
    pub fn dark(&self, row: usize, column: usize) -> bool {
        row < self.size && column < self.size && self.dark[row * self.size + column]
    }

    /// The dark modules as horizontal runs, top to bottom.
    pub fn runs(&self) -> impl Iterator<Item = Run> + '_ {
        self.dark.chunks(self.size).enumerate().flat_map(|(row, modules)| {
            let mut column = 0;
            modules.chunk_by(|a, b| a == b).filter_map(move |chunk| {
                let run = Run { row, column, length: chunk.len() };
                column += chunk.len();
                chunk[0].then_some(run)
            })
        })
    }
}

/// A QR code as an SVG element for a page: black on white whatever the page's colours are, with
/// `title` as its accessible name. One unit is one module; the page chooses the size.
///
/// # Errors
/// [`TooLong`] when no QR code is large enough.
pub fn svg(text: &str, title: &str) -> Result<String, TooLong> {
    let modules = Modules::encode(text)?;
    let side = modules.size() + 2 * QUIET;
    let path = modules.runs().fold(String::new(), |mut path, Run { row, column, length }| {
        // Writing to a String cannot fail.
        let _written = write!(path, "M{} {}h{length}v1h-{length}z", column + QUIET, row + QUIET);
        path
    });
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" role=\"img\" \
         shape-rendering=\"crispEdges\"><title>{}</title>\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/>\
         <path fill=\"#000\" d=\"{path}\"/></svg>",
        escape(title)
    ))
}

/// Splits a text into a head in bytes and a tail in alphanumeric mode where that is shorter.
fn segments(text: &str) -> Vec<QrSegment> {
    /// A change of mode costs two dozen bits; a shorter tail does not earn them back.
    const WORTH_IT: usize = 12;
    let alphanumeric = |letter: char| {
        letter.is_ascii() && QrSegment::is_alphanumeric(letter.encode_utf8(&mut [0; 4]))
    };
    let tail = text.rfind(|letter: char| !alphanumeric(letter));
    let cut = tail.map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
    if cut == 0 || text.len() - cut < WORTH_IT {
        return QrSegment::make_segments(text);
    }
    vec![QrSegment::make_bytes(&text.as_bytes()[..cut]), QrSegment::make_alphanumeric(&text[cut..])]
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text is too long for a QR code")
    }
}

impl std::error::Error for TooLong {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_with_a_token_takes_the_smaller_code() {
        let token = "04HMASW9NF6YZ".repeat(10);
        let link = format!("https://okno.example/t/{token}");
        assert_eq!(Modules::encode(&link).unwrap().size(), 45, "version 7");
        assert_eq!(Modules::encode(&token).unwrap().size(), 41, "version 6");
    }

    #[test]
    fn runs_cover_exactly_the_dark_modules() {
        let modules = Modules::encode("https://okno.example/t/04HMASW9NF6YZ").unwrap();
        let mut seen = vec![false; modules.size() * modules.size()];
        for run in modules.runs() {
            for column in run.column..run.column + run.length {
                seen[run.row * modules.size() + column] = true;
            }
        }
        assert_eq!(seen, modules.dark);
        assert!(modules.dark(0, 0) && !modules.dark(7, 7) && !modules.dark(0, 999));
    }

    #[test]
    fn the_svg_has_a_name_a_quiet_zone_and_its_own_colours() {
        let svg = svg("HELLO", "Код <записи> & «Ё»").unwrap();
        assert!(svg.contains("<title>Код &lt;записи&gt; &amp; «Ё»</title>"), "{svg}");
        assert!(svg.contains("viewBox=\"0 0 29 29\"") && svg.contains("M4 4h7v1h-7z"), "{svg}");
        assert!(!svg.contains("currentColor"));
    }

    #[test]
    fn a_novel_is_refused() {
        assert_eq!(Modules::encode(&"я".repeat(2000)), Err(TooLong));
    }
}
