//! Files built into the program: styles, scripts, fonts, icons.
//!
//! Each has an address with a digest of its content (`/assets/okno.1a2b3c4d.css`), so browsers may
//! keep it for ever; style sheets and the manifest are rewritten to name each other that way.
//! Compressed forms are made when first asked for, and kept.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write as _};
use std::sync::{LazyLock, OnceLock};

use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use base::{Kind, Refusal};
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use crate::route::{Action, Rate, Route, get};
use crate::{Answer, Failure};

#[derive(RustEmbed)]
#[folder = "assets"]
struct Files;

static TABLE: LazyLock<Table> = LazyLock::new(Table::load);

#[derive(Debug, Default)]
struct Table {
    assets: Vec<Asset>,
    /// By plain name and by hashed name: index and whether it is the hashed one.
    by_name: HashMap<String, (usize, bool)>,
}

#[derive(Debug)]
struct Asset {
    url: String,
    kind: &'static str,
    plain: Bytes,
    brotli: OnceLock<Option<Bytes>>,
    gzip: OnceLock<Option<Bytes>>,
}

/// The address of the file `name` of `assets/`.
pub fn url(name: &str) -> &'static str {
    match TABLE.by_name.get(name) {
        Some((index, _)) => &TABLE.assets[*index].url,
        None => {
            tracing::error!(name, "no such asset");
            "/assets/missing"
        }
    }
}

/// Whether there is a file `name`.
pub fn exists(name: &str) -> bool {
    TABLE.by_name.contains_key(name)
}

pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/assets/{*name}", Action::OpenFiles, Rate::Static, asset),
        get("/favicon.ico", Action::OpenFiles, Rate::Static, favicon),
        get("/site.webmanifest", Action::OpenFiles, Rate::Static, manifest),
    ]
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Answer {
    answer(&name, &headers)
}

/// Browsers ask for this address of their own accord, and take an SVG.
async fn favicon(headers: HeaderMap) -> Answer {
    answer("favicon.svg", &headers)
}

async fn manifest(headers: HeaderMap) -> Answer {
    answer("site.webmanifest", &headers)
}

fn answer(name: &str, headers: &HeaderMap) -> Answer {
    let no_file = || Failure::from(Refusal::new(Kind::NotFound, "E-REQ-01"));
    let (index, hashed) = *TABLE.by_name.get(name).ok_or_else(no_file)?;
    let asset = &TABLE.assets[index];
    let (coding, bytes) = asset.coded(headers);
    let mut response = Response::new(Body::from(bytes));
    let heads = response.headers_mut();
    let keep = if hashed { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
    heads.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    heads.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    heads.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        heads.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    Ok(response)
}

impl Table {
    /// Leaves first: what others name must have its address before them.
    fn load() -> Self {
        let mut names: Vec<_> = Files::iter().filter(|x| kind(x).is_some()).collect();
        names.sort_by_key(|x| (rank(x), x.to_string()));
        let mut table = Self::default();
        for name in names {
            if let (Some(kind), Some(file)) = (kind(&name), Files::get(&name)) {
                table.add(&name, kind, file.data);
            }
        }
        table
    }

    fn add(&mut self, name: &str, kind: &'static str, data: Cow<'static, [u8]>) {
        let data = match std::str::from_utf8(&data) {
            Ok(text) if rank(name) > 0 => Bytes::from(self.rewritten(name, text)),
            _ => Bytes::from(data.into_owned()),
        };
        let digest: String =
            Sha256::digest(&data).iter().take(4).map(|x| format!("{x:02x}")).collect();
        let hashed = match name.rsplit_once('.') {
            Some((stem, ending)) => format!("{stem}.{digest}.{ending}"),
            None => format!("{name}.{digest}"),
        };
        let index = self.assets.len();
        self.assets.push(Asset {
            url: format!("/assets/{hashed}"),
            kind,
            plain: data,
            brotli: OnceLock::new(),
            gzip: OnceLock::new(),
        });
        self.by_name.insert(name.to_owned(), (index, false));
        self.by_name.insert(hashed, (index, true));
    }

    /// `text` with the addresses of other assets replaced by their hashed ones.
    fn rewritten(&self, name: &str, text: &str) -> String {
        let folder =
            name.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let mut text = text.to_owned();
        for (other, (index, _)) in self.by_name.iter().filter(|x| !x.1.1) {
            let url = &self.assets[*index].url;
            text = text.replace(&format!("\"/assets/{other}\""), &format!("\"{url}\""));
            if let Some(near) = other.strip_prefix(&folder) {
                text = text.replace(&format!("url(\"{near}\")"), &format!("url(\"{url}\")"));
            }
        }
        text
    }
}

impl Asset {
    /// The smallest form the browser takes.
    fn coded(&self, headers: &HeaderMap) -> (Option<&'static str>, Bytes) {
        let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|x| x.to_str().ok());
        let takes =
            |coding: &str| accepted.is_some_and(|x| x.split(',').any(|x| x.trim() == coding));
        if takes("br")
            && let Some(bytes) = self.brotli.get_or_init(|| self.smaller(brotli))
        {
            return (Some("br"), bytes.clone());
        }
        if takes("gzip")
            && let Some(bytes) = self.gzip.get_or_init(|| self.smaller(gzip))
        {
            return (Some("gzip"), bytes.clone());
        }
        (None, self.plain.clone())
    }

    /// `None` when compressing does not pay: fonts and pictures are compressed already.
    fn smaller(&self, compress: fn(&[u8]) -> io::Result<Vec<u8>>) -> Option<Bytes> {
        let made = compress(&self.plain).ok()?;
        (made.len() + 100 < self.plain.len()).then(|| made.into())
    }
}

fn brotli(data: &[u8]) -> io::Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 16 * 1024, 9, 20);
    writer.write_all(data)?;
    Ok(writer.into_inner())
}

fn gzip(data: &[u8]) -> io::Result<Vec<u8>> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::new(7));
    writer.write_all(data)?;
    writer.finish()
}

/// The media type; `None` for what is not served: licences, tools.
fn kind(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.')?.1 {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        _ => return None,
    })
}

/// 0: names nothing else; 1: names leaves.
fn rank(name: &str) -> u8 {
    u8::from(name.ends_with(".css") || name.ends_with(".webmanifest"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_names_fonts_by_their_hashed_addresses() {
        let (index, _) = TABLE.by_name["okno.css"];
        let css = String::from_utf8(TABLE.assets[index].plain.to_vec()).unwrap();
        assert!(css.contains("url(\"/assets/vendor/golos-text/"), "no hashed font address");
        assert!(!css.contains("url(\"vendor/"), "a plain font address is left");
    }
}
