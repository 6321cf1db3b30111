//! Files as they come, and as they are made to look like others.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use proptest::prelude::*;

use super::*;

fn looked(bytes: &[u8]) -> Result<Shape, Flaw> {
    in_pieces(bytes, bytes.len().max(1))
}

fn in_pieces(bytes: &[u8], long: usize) -> Result<Shape, Flaw> {
    let mut inspector = Inspector::default();
    bytes.chunks(long).try_for_each(|piece| inspector.feed(piece))?;
    inspector.finish()
}

pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let mut file = vec![0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
    let mut chunk = |kind: &[u8; 4], content: &[u8]| {
        let mut sum = crc32fast::Hasher::new();
        sum.update(kind);
        sum.update(content);
        file.extend((content.len() as u32).to_be_bytes());
        file.extend(kind);
        file.extend(content);
        file.extend(sum.finalize().to_be_bytes());
    };
    let mut head = [width.to_be_bytes(), height.to_be_bytes()].concat();
    head.extend([8, 0, 0, 0, 0]);
    chunk(b"IHDR", &head);
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    // A line at most: who decodes it sees a picture that is cut off; nobody here does.
    zlib.write_all(&vec![0; width.min(2000) as usize + 1]).unwrap();
    chunk(b"IDAT", &zlib.finish().unwrap());
    chunk(b"IEND", &[]);
    file
}

/// A picture as cameras write them: a comment, a table, a frame, a scan.
pub(crate) fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, b'J', b'F', 0xff, 0xfe, 0, 2];
    file.extend([0xff, 0xc0, 0, 11, 8]);
    file.extend(height.to_be_bytes());
    file.extend(width.to_be_bytes());
    file.extend([1, 1, 0x11, 0]);
    file.extend([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
    file.extend([1, 2, 3, 0xff, 0, 4, 0xff, 0xd0, 5, 0xff, 0xd9]);
    file
}

pub(crate) fn pdf(objects: &[&str]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    for (n, object) in objects.iter().enumerate() {
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", n + 1).bytes());
    }
    let at = file.len();
    file.extend(
        format!(
            "xref\n0 1\n0000000000 65535 f \ntrailer\n<</Root 1 0 R>>\nstartxref\n{at}\n%%EOF\n"
        )
        .bytes(),
    );
    file
}

const PAGE: &str = "<</Type /Page /MediaBox [0 0 10 10]>>";

#[test]
fn pictures_and_papers_are_known_by_their_bytes_however_they_come() {
    let one = pdf(&["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]>>", PAGE]);
    let files = [
        (png(640, 480), Kind::Png, (640, 480), 0),
        (jpeg(640, 480), Kind::Jpeg, (640, 480), 0),
        (one, Kind::Pdf, (0, 0), 1),
    ];
    for (file, kind, pixels, pages) in files {
        for long in [1, 3, 7, 4096] {
            let size = file.len() as u64;
            assert_eq!(in_pieces(&file, long), Ok(Shape { kind, size, pixels, pages }), "{long}");
        }
        for end in 0..file.trim_ascii_end().len() {
            let cut = looked(&file[..end]);
            assert!(cut.is_err(), "{kind:?} of {end} bytes");
        }
    }
    // What phones write behind a picture is let be.
    let mut moving = jpeg(10, 10);
    moving.extend(b"MotionPhoto_Data");
    looked(&moving).unwrap();
}

#[test]
fn what_is_not_taken_is_named() {
    assert_eq!(looked(b""), Err(Flaw::Empty));
    assert_eq!(looked(b"%PDF"), Err(Flaw::Kind));
    assert_eq!(looked(b"MZ\x90\0\x03\0\0\0\x04\0\0\0"), Err(Flaw::Kind));
    assert_eq!(looked(b"GIF89a\0\0\0\0\0\0"), Err(Flaw::Kind));
    assert_eq!(looked(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), Err(Flaw::Kind));
    assert_eq!(looked(&png(20_000, 20_000)), Err(Flaw::Pixels));
    assert_eq!(looked(&jpeg(20_000, 20_000)), Err(Flaw::Pixels));
    assert_eq!(looked(&png(16_000, 16_000)), Err(Flaw::Pixels), "a bomb that fits both ways");
    assert_eq!(looked(&png(0, 1)), Err(Flaw::Damaged));
    let mut big = jpeg(10, 10);
    big.resize(11 * 1024 * 1024, 0);
    assert_eq!(in_pieces(&big, 64 * 1024), Err(Flaw::Size));
    let mut polyglot = png(10, 10);
    polyglot.extend(b"<script>");
    assert_eq!(looked(&polyglot), Err(Flaw::Damaged));
    let mut changed = png(10, 10);
    changed[24] ^= 1;
    assert_eq!(looked(&changed), Err(Flaw::Damaged), "a checksum");
}

#[test]
fn a_pdf_that_acts_or_hides_is_not_taken() {
    for (object, flaw) in [
        ("<</Filter/Standard/Encrypt 5 0 R>>", Flaw::Encrypted),
        ("<</S/JavaScript/JS(app.alert(1))>>", Flaw::Active),
        ("<</S/Java#53cript>>", Flaw::Active),
        ("<</S/Launch/F(calc.exe)>>", Flaw::Active),
        ("<</Type/EmbeddedFile>>", Flaw::Active),
    ] {
        assert_eq!(looked(&pdf(&[PAGE, object])), Err(flaw), "{object}");
    }
    assert_eq!(looked(&pdf(&["<</Type/Pages>>"])), Err(Flaw::Damaged), "no page");
    assert_eq!(looked(&pdf(&vec![PAGE; 21])), Err(Flaw::Pages));
    looked(&pdf(&vec![PAGE; 20])).unwrap();
    // The same words in a picture are a picture.
    let picture = "<</Length 9>>stream\n/Encrypt \nendstream";
    looked(&pdf(&[PAGE, picture])).unwrap();
    let packed = |text: &str| {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
        zlib.write_all(text.as_bytes()).unwrap();
        let mut file = b"%PDF-1.5\n1 0 obj\n<</Type/ObjStm/Filter/FlateDecode>>stream\n".to_vec();
        file.extend(zlib.finish().unwrap());
        file.extend(b"\nendstream\nendobj\n");
        let at = file.len();
        file.extend(
            format!("2 0 obj\n<</Type/XRef>>stream\n\nendstream\nendobj\nstartxref\n{at}\n%%EOF")
                .bytes(),
        );
        file
    };
    assert_eq!(looked(&packed("<</Type/Page>> <</Type/Page>>")).map(|x| x.pages), Ok(2));
    assert_eq!(looked(&packed("<</Type/Page>> <</S/JavaScript>>")), Err(Flaw::Active));
    assert_eq!(looked(&packed(&" ".repeat(40 * 1024 * 1024))), Err(Flaw::Damaged), "a bomb");
}

proptest! {
    #[test]
    fn nothing_that_comes_makes_the_reader_panic(
        which in 0_usize..4,
        at in any::<prop::sample::Index>(),
        junk in prop::collection::vec(any::<u8>(), 0..60),
        long in 1_usize..50,
    ) {
        let mut file = match which {
            0 => png(30, 20),
            1 => jpeg(30, 20),
            2 => pdf(&[PAGE, "<</A#4/B>>", "<</Length 1>>stream\nx\nendstream"]),
            _ => Vec::new(),
        };
        let at = at.index(file.len() + 1);
        file.splice(at..at, junk);
        prop_assert_eq!(in_pieces(&file, long), in_pieces(&file, 4096));
    }
}
