//! Serves the portal with the demo's reference data from a database that is thrown away: for
//! looking at pages. `cargo run -p web --example browse -- 127.0.0.1:8099`
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a tool for developers")]

use base::{Actor, Channel, Clock, Cx, Tx};
use rooms::demo::{self, Timetables};
use rooms::schedule::{self, Target};

fn main() {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8099".into());
    let (db, _dir) = testkit::sqlite(rooms::MIGRATIONS);
    let cx = Cx::new(&Clock::system(), &base::Chance::seeded(1), Actor::System, Channel::Cli);
    let today = cx.now.in_zone(&jiff::tz::TimeZone::UTC).date();
    db.write_wait(schedule::seed_calendar).unwrap();
    let keep = move |tx: &mut Tx<'_>, timetables: &Timetables| {
        for (resource, rules) in &timetables.rules {
            schedule::save_timetable(tx, &cx, resource, rules)?;
        }
        for (resource, exception, reason) in &timetables.exceptions {
            let target = Target::Resource(resource.clone());
            schedule::add_exception(tx, &cx, &target, exception, reason)?;
        }
        Ok(())
    };
    demo::seed(&db, today, keep).unwrap();
    let app = web::testing::app_with(db, |app| app.clock = Clock::system());
    println!("listening on http://{address}");
    web::testing::run(async {
        let listener = tokio::net::TcpListener::bind(&address).await.unwrap();
        web::serve(app, listener, std::future::pending()).await.unwrap();
    });
}
