//! The program as a stranger runs it: started, walked through with a browser, killed, asked whether
//! all is well.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "tests may stop with a panic, say what they measured, and read the clock"
)]

mod bench;
mod browser;
mod canary;
mod crash;
mod demo;
mod erased;
mod fuzz;
mod identity;
mod line;
mod nodes;
mod program;
mod sso;
mod staff;
mod ticket;
mod trail;
