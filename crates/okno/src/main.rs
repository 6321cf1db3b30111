//! okno
fn main() {}
