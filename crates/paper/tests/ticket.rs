mod common;
#[test]
fn dump() {
    for (n, t) in [("ru", common::russian()), ("en", common::english()), ("crowded", common::crowded()), ("absurd", common::absurd())] {
        let s = std::time::Instant::now();
        let pdf = paper::pdf::ticket(&t).unwrap();
        println!("{n} {} bytes {:?}", pdf.len(), s.elapsed());
        std::fs::write(format!("/tmp/paperfont/{n}.pdf"), pdf).unwrap();
    }
}
