//! Several files in one: a ZIP archive whose files are stored as they are. What people download is
//! small and rare, so nothing is compressed.

use crc32fast::hash;

/// Sign of a file's local header, of its entry in the directory, of the directory's end.
const SIGNS: [u32; 3] = [0x0403_4b50, 0x0201_4b50, 0x0605_4b50];
/// Version 2.0 reads it.
const VERSION: u16 = 20;
/// Names are UTF-8.
const UTF8: u16 = 1 << 11;
/// 1 January 1980: the archive itself says when it was made, nobody needs it twice.
const DATE: u16 = 0x21;

/// An archive with these files: names without folders, and what they hold. None may have four
/// gigabytes, nor all together; there are far fewer than 65,536.
pub fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let at = long(out.len());
        let described = described(name, content);
        out.extend(SIGNS[0].to_le_bytes());
        out.extend(&described);
        out.extend(name.as_bytes());
        out.extend(*content);

        directory.extend(SIGNS[1].to_le_bytes());
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&described);
        // No comment, first disk, no attributes.
        directory.extend([0; 10]);
        directory.extend(at);
        directory.extend(name.as_bytes());
    }
    let (at, size) = (long(out.len()), long(directory.len()));
    out.extend(directory);
    out.extend(SIGNS[2].to_le_bytes());
    out.extend([0; 4]);
    out.extend(short(files.len()));
    out.extend(short(files.len()));
    out.extend(size);
    out.extend(at);
    out.extend([0; 2]);
    out
}

/// What both headers say of a file: version, flags, method, time, date, checksum, sizes, length of
/// the name, no more.
fn described(name: &str, content: &[u8]) -> Vec<u8> {
    let mut said = Vec::with_capacity(26);
    for word in [VERSION, UTF8, 0, 0, DATE] {
        said.extend(word.to_le_bytes());
    }
    said.extend(hash(content).to_le_bytes());
    said.extend(long(content.len()));
    said.extend(long(content.len()));
    said.extend(short(name.len()));
    said.extend([0; 2]);
    said
}

fn long(size: usize) -> [u8; 4] {
    u32::try_from(size).unwrap_or(u32::MAX).to_le_bytes()
}

fn short(size: usize) -> [u8; 2] {
    u16::try_from(size).unwrap_or(u16::MAX).to_le_bytes()
}
