//! The filter of the trail, read.

use base::{FieldFault, Id, Instant};
use jiff::civil::Date;
use rooms::trail::Deed;
use rooms::trail::read::{Filter, Whose};

use super::ENGINEER;
use crate::Fields;
use crate::pages::staff::{after, moscow, typed_day};

/// Everything that was typed, with all faults at once.
pub(super) fn read(fields: &Fields) -> Result<Filter, Vec<FieldFault>> {
    let whose = fields.opt("staff").map(|text| match text {
        ENGINEER => Whose::Engineer,
        id => Whose::Account(id.into()),
    });
    let deed = fields.opt("deed").map(|text| {
        let known = Deed::parse(text);
        known.ok_or_else(|| FieldFault::new("deed", "E-FORM-01-choice"))
    });
    let from = fields.opt("from").map(|text| typed_day("from", text));
    let to = fields.opt("to").map(|text| typed_day("to", text));
    let turned = match (&from, &to) {
        (Some(Ok(from)), Some(Ok(to))) if to < from => Some(FieldFault::new("to", "E-TRAIL-01")),
        _ => None,
    };
    let op = fields.opt("op").map(|text| {
        let op = text.to_lowercase();
        is_id(&op).then(|| Id::from(op)).ok_or_else(|| FieldFault::new("op", "E-TRAIL-02"))
    });
    match (deed.transpose(), from.transpose(), to.transpose(), turned, op.transpose()) {
        (Ok(deed), Ok(from), Ok(to), None, Ok(op)) => Ok(Filter {
            whose,
            deed,
            from: from.map(begin),
            until: to.map(|x| after(x).unwrap_or(Instant::NEVER)),
            op,
        }),
        (deed, from, to, turned, op) => {
            let faults = [deed.err(), from.err(), to.err(), turned, op.err()];
            Err(faults.into_iter().flatten().collect())
        }
    }
}

/// Whether it looks like an id that this portal made.
pub(super) fn is_id(text: &str) -> bool {
    text.len() == 26 && text.bytes().all(|x| x.is_ascii_digit() || x.is_ascii_lowercase())
}

fn begin(day: Date) -> Instant {
    day.to_zoned(moscow()).map_or(Instant(0), |x| x.timestamp().into())
}
