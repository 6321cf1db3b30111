//! Instants as RFC 3339, many of the same days and zones.

use base::Instant;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Minutes of a day.
const DAY: i64 = 1440;

/// Writes minutes with the offset of one zone. The date and the offset are worked out once a day.
#[derive(Debug)]
pub(super) struct Wall {
    zone: TimeZone,
    /// Minutes for which the texts hold.
    from: i64,
    to: i64,
    /// The minute at which the clock showed, or would have shown, midnight.
    midnight: i64,
    /// `2026-12-09T`
    date: String,
    /// `:00+07:00`
    offset: String,
}

impl Wall {
    pub fn new(zone: &TimeZone) -> Self {
        let zone = zone.clone();
        Self { zone, from: 0, to: 0, midnight: 0, date: String::new(), offset: String::new() }
    }

    /// Appends the minute, as [`Instant::rfc3339`] writes it.
    pub fn write(&mut self, minute: i64, to: &mut Vec<u8>) {
        if !(self.from..self.to).contains(&minute) {
            self.turn(minute);
        }
        let of_day = (minute - self.midnight).clamp(0, DAY - 1);
        let digits = |n: i64| [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
        to.extend_from_slice(self.date.as_bytes());
        to.extend_from_slice(&digits(of_day / 60));
        to.push(b':');
        to.extend_from_slice(&digits(of_day % 60));
        to.extend_from_slice(self.offset.as_bytes());
    }

    /// Turns to the day of a minute.
    fn turn(&mut self, minute: i64) {
        let at = Instant::from_minutes(minute);
        let local = at.in_zone(&self.zone);
        let time = local.time();
        self.midnight = minute - i64::from(time.hour()) * 60 - i64::from(time.minute());
        let text = at.rfc3339(&self.zone);
        let (date, rest) = text.split_at(text.find('T').map_or(0, |x| x + 1));
        self.date = date.to_owned();
        self.offset = rest.get("00:00".len()..).unwrap_or_default().to_owned();
        let minute_of = |x: Timestamp| Instant::from(x).minutes();
        let changed = self.zone.preceding(at.plus(1).timestamp()).next();
        let changes = self.zone.following(at.timestamp()).next();
        let changed = changed.map_or(i64::MIN, |x| minute_of(x.timestamp()));
        let changes = changes.map_or(i64::MAX, |x| minute_of(x.timestamp()));
        (self.from, self.to) = (self.midnight.max(changed), (self.midnight + DAY).min(changes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_minute_is_written_as_anywhere_else_also_when_the_clock_is_set() {
        for (name, day) in [
            ("Asia/Tomsk", "2026-12-09"),
            ("Europe/Berlin", "2026-03-29"),
            ("Europe/Berlin", "2026-10-25"),
            ("America/St_Johns", "2026-11-01"),
            ("Australia/Lord_Howe", "2026-04-05"),
            ("UTC", "2026-01-01"),
        ] {
            let zone = TimeZone::get(name).unwrap();
            let noon: Timestamp = format!("{day}T12:00:00Z").parse().unwrap();
            let noon = Instant::from(noon).minutes();
            let mut wall = Wall::new(&zone);
            for minute in (noon - 2880..noon + 2880).step_by(7).chain(noon - 100..noon + 100) {
                let mut written = Vec::new();
                wall.write(minute, &mut written);
                let expected = Instant::from_minutes(minute).rfc3339(&zone);
                assert_eq!(String::from_utf8(written).unwrap(), expected, "{name}");
            }
        }
    }
}
