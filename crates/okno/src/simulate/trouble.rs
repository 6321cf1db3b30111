//! The trouble that comes over a network: slowness, outages, keys.

use std::str::FromStr;
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::Chance;
use clap::Args;

/// How long a hanging call hangs: longer than anybody waits.
const HANGS: Duration = Duration::from_secs(60);

/// Who may call, and how often calls fail.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Trouble {
    /// A share of calls that fail: 503:20, hang:5, garbage:5 (per cent); may be given often
    #[arg(long, value_name = "HOW:PERCENT")]
    outage: Vec<Outage>,
    /// Bearer key that callers must bring
    #[arg(long, default_value = "", value_name = "KEY")]
    key: String,
}

impl Trouble {
    /// Of a hundred calls so many are turned away.
    pub(super) fn unavailable(percent: u64) -> Self {
        Self { outage: vec![Outage(How::Unavailable, percent)], key: String::new() }
    }

    /// Whether this call fails, and how.
    pub(super) async fn meet(&self, chance: &Chance, headers: &HeaderMap) -> Option<Response> {
        let given = headers.get(header::AUTHORIZATION).and_then(|x| x.to_str().ok());
        let key = given.and_then(|x| x.strip_prefix("Bearer ")).unwrap_or_default();
        if key != self.key {
            return Some(StatusCode::UNAUTHORIZED.into_response());
        }
        let mut drawn = chance.below(100);
        for Outage(how, percent) in &self.outage {
            if drawn >= *percent {
                drawn -= percent;
                continue;
            }
            return Some(match how {
                How::Unavailable => StatusCode::SERVICE_UNAVAILABLE.into_response(),
                How::Garbage => "<html>It works!</html>".into_response(),
                How::Hang => {
                    tokio::time::sleep(HANGS).await;
                    StatusCode::GATEWAY_TIMEOUT.into_response()
                }
            });
        }
        None
    }
}

/// From … to …
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delay(pub Duration, pub Duration);

impl Delay {
    /// A time between the two.
    pub(super) fn drawn(self, chance: &Chance) -> Duration {
        let Self(least, most) = self;
        let span = u64::try_from((most - least).as_millis()).unwrap_or(u64::MAX);
        least + Duration::from_millis(chance.below(span.saturating_add(1)))
    }
}

impl FromStr for Delay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (least, most) = text.split_once("..").unwrap_or((text, text));
        let (least, most) = (time(least)?, time(most)?);
        if least > most { Err(format!("`{text}` goes backwards")) } else { Ok(Self(least, most)) }
    }
}

/// `500ms`, `2s`, `10m`, `3h`.
fn time(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no time such as 500ms, 2s, 10m or 3h");
    let units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];
    let (number, unit) =
        units.iter().find_map(|x| Some((text.strip_suffix(x.0)?, x.1))).ok_or_else(wrong)?;
    let number: u64 = number.parse().map_err(|_shape| wrong())?;
    Ok(Duration::from_millis(number.saturating_mul(unit)))
}

/// How calls fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Unavailable,
    Hang,
    Garbage,
}

/// A share of calls that fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outage(How, u64);

impl FromStr for Outage {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not like 503:20, hang:5 or garbage:5");
        let (how, percent) = text.split_once(':').ok_or_else(wrong)?;
        let how = match how {
            "503" => How::Unavailable,
            "hang" => How::Hang,
            "garbage" => How::Garbage,
            _ => return Err(wrong()),
        };
        let percent = percent.parse().ok().filter(|x| *x <= 100).ok_or_else(wrong)?;
        Ok(Self(how, percent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_and_outages_are_read_as_they_are_written() {
        let second = Duration::from_secs(1);
        assert_eq!("2s..10m".parse(), Ok(Delay(2 * second, 600 * second)));
        assert_eq!("500ms".parse(), Ok(Delay(second / 2, second / 2)));
        for wrong in ["", "2", "10m..2s", "s", "2d"] {
            assert!(wrong.parse::<Delay>().is_err(), "{wrong}");
        }
        assert_eq!("503:20".parse(), Ok(Outage(How::Unavailable, 20)));
        for wrong in ["503", "500:1", "hang:101", "garbage:x"] {
            assert!(wrong.parse::<Outage>().is_err(), "{wrong}");
        }
    }
}
