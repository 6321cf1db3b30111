//! The ticket of a booking in the demo, read by programs of others.

use std::path::Path;
use std::process::{Command, Output};

use testkit::{TempDir, has};

use crate::demo::{Citizen, Demo, run};

fn command(program: &str, args: &[&str], folder: &Path) -> Output {
    let output = Command::new(program).args(args).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

#[test]
fn a_ticket_is_a_sound_file_and_its_code_is_proved_genuine() {
    if !["qpdf", "pdftotext", "pdftoppm", "zbarimg"].into_iter().all(has) {
        return;
    }
    let (data, folder) = (TempDir::new(), TempDir::new());
    let demo = Demo::start(data.path());
    let anna = Citizen::sign_in(&demo.base, "anna@example.org");
    let list = anna.get("/bookings?state=active");
    let pdf = list.all("<h2 class=\"h3\"><a href=\"").into_iter().find_map(|page| {
        let ticket = anna.get(&format!("{page}/ticket.pdf"));
        (ticket.status == 200).then_some(ticket.body)
    });
    std::fs::write(folder.path().join("t.pdf"), pdf.expect("Anna has a ticket")).unwrap();

    command("qpdf", &["--check", "t.pdf"], folder.path());
    let text = command("pdftotext", &["-layout", "t.pdf", "-"], folder.path()).stdout;
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("Соколова Анна Ивановна"), "{text}");
    command("pdftoppm", &["-r", "150", "-png", "-singlefile", "t.pdf", "t"], folder.path());
    let code = command("zbarimg", &["-q", "--raw", "t.png"], folder.path()).stdout;
    let code = String::from_utf8(code).unwrap();

    let genuine = run(data.path(), &["ticket", "verify", code.trim()]);
    let said = String::from_utf8_lossy(&genuine.stdout);
    assert!(genuine.status.success() && said.contains("genuine"), "{code}: {said}");
    let (head, tail) = code.trim().split_at(code.trim().len() - 6);
    let other = if tail.starts_with('A') { "B" } else { "A" };
    let forged = format!("{head}{other}{}", &tail[1..]);
    assert!(!run(data.path(), &["ticket", "verify", &forged]).status.success(), "{forged}");
}
