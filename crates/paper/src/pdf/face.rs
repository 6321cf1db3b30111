//! The two faces of a ticket, read once, and how wide their letters are.

use std::sync::OnceLock;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider as _};
use unicode_normalization::UnicodeNormalization as _;

use super::PdfFault;

static REGULAR: &[u8] = include_bytes!("../../fonts/GolosText-Regular.ttf");
static SEMIBOLD: &[u8] = include_bytes!("../../fonts/GolosText-SemiBold.ttf");

/// No text of a ticket is longer than this many letters before it is even measured.
const LONGEST: usize = 500;

/// How heavy a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    SemiBold,
}

/// The faces of the program.
pub(super) struct Faces {
    regular: Face,
    semibold: Face,
}

/// One face: for krilla, which embeds it, and for measuring.
pub(super) struct Face {
    pub(super) font: Font,
    charmap: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    units: f32,
}

impl Faces {
    /// The faces, read at the first use.
    pub(super) fn get() -> Result<&'static Self, PdfFault> {
        static FACES: OnceLock<Option<Faces>> = OnceLock::new();
        let load = || Some(Self { regular: Face::load(REGULAR)?, semibold: Face::load(SEMIBOLD)? });
        FACES.get_or_init(load).as_ref().ok_or(PdfFault::Font)
    }

    pub(super) fn of(&self, weight: Weight) -> &Face {
        match weight {
            Weight::Regular => &self.regular,
            Weight::SemiBold => &self.semibold,
        }
    }

    /// Makes a text fit for print: composed letters, no control characters, line breaks as spaces,
    /// unbreakable spaces where a line must not end; letters that the faces lack become close
    /// relatives or question marks. Both faces have the same letters.
    pub(super) fn printable(&self, text: &str) -> String {
        let letters: String = text
            .nfc()
            .take(LONGEST)
            .filter(|letter| !letter.is_control() || letter.is_whitespace())
            .filter(|letter| !matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}'))
            .map(|letter| self.printable_letter(letter))
            .collect();
        let mut text = String::with_capacity(letters.len());
        for word in letters.split(' ').filter(|word| !word.is_empty()) {
            if !text.is_empty() {
                text.push(if stays_with(&text, word) { '\u{a0}' } else { ' ' });
            }
            text.push_str(word);
        }
        text
    }

    fn printable_letter(&self, letter: char) -> char {
        match letter {
            '\u{a0}' | '\u{202f}' | '\u{2007}' => '\u{a0}',
            letter if letter.is_whitespace() => ' ',
            letter if self.regular.has(letter) => letter,
            '\u{2010}' | '\u{2011}' => '-',
            '\u{2012}' | '\u{2015}' => '–',
            '→' | '⇒' => '›',
            '←' | '⇐' => '‹',
            _ => '?',
        }
    }
}

/// Whether a line must not be broken between a text and the word after it: before a dash, after
/// `№` and `§`, after a word of one letter, as Russian prepositions often are, and between the word for a
/// house or a flat and its number.
fn stays_with(before: &str, word: &str) -> bool {
    let last = before.rsplit([' ', '\u{a0}']).next().unwrap_or(before);
    let mut letters = last.chars();
    match (letters.next(), letters.next()) {
        _ if word == "—" => true,
        _ if matches!(last, "д." | "корп." | "стр." | "кв.") => {
            word.starts_with(|x: char| x.is_ascii_digit())
        }
        (Some('№' | '§'), None) => true,
        (Some(letter), None) => letter.is_alphabetic(),
        _ => false,
    }
}

impl Face {
    fn load(bytes: &'static [u8]) -> Option<Self> {
        let font = FontRef::new(bytes).ok()?;
        Some(Self {
            font: Font::new(bytes.into(), 0)?,
            charmap: font.charmap(),
            metrics: font.glyph_metrics(Size::unscaled(), LocationRef::default()),
            units: f32::from(font.metrics(Size::unscaled(), LocationRef::default()).units_per_em),
        })
    }

    fn has(&self, letter: char) -> bool {
        self.charmap.map(letter).is_some_and(|glyph| glyph.to_u32() != 0)
    }

    /// Advance of a letter at size 1.
    pub(super) fn advance(&self, letter: char) -> f32 {
        let glyph = self.charmap.map(letter).unwrap_or_default();
        self.metrics.advance_width(glyph).unwrap_or_default() / self.units
    }

    /// Width of a text at size 1, with this much space after every letter.
    pub(super) fn width(&self, text: &str, spacing: f32) -> f32 {
        text.chars().map(|letter| self.advance(letter) + spacing).sum()
    }

    /// The glyphs of a text, one for each letter, at size 1.
    pub(super) fn glyphs(&self, text: &str, spacing: f32) -> Vec<KrillaGlyph> {
        text.char_indices()
            .map(|(at, letter)| {
                let glyph = self.charmap.map(letter).unwrap_or_default();
                KrillaGlyph::new(
                    GlyphId::new(glyph.to_u32()),
                    self.advance(letter) + spacing,
                    0.0,
                    0.0,
                    0.0,
                    at..at + letter.len_utf8(),
                    None,
                )
            })
            .collect()
    }
}
