//! A wish as it stands in its row.

use base::idem::Key;
use base::{Actor, Channel, Cx, Id, Instant, Kind, Outcome, Refusal};
use serde::{Deserialize, Serialize};

use super::{LATE, Node};
use crate::booking::{Ask, Hold};

/// All of an [`Ask`] but what a node has in its memory.
#[derive(Serialize, Deserialize)]
struct Wish {
    at: Instant,
    actor: Actor,
    channel: Channel,
    op: Id,
    service: String,
    resource: Id,
    hold: Hold,
    key: Key,
}

/// The wish as JSON.
pub(super) fn write(ask: &Ask) -> Outcome<String> {
    let cx = ask.cx.clone();
    Ok(serde_json::to_string(&Wish {
        at: cx.now,
        actor: cx.actor,
        channel: cx.channel,
        op: cx.op,
        service: ask.offer.service.clone(),
        resource: ask.offer.resource.clone(),
        hold: ask.wish.clone(),
        key: ask.key.clone(),
    })?)
}

/// The wish that was written, with the offer as this node knows it. It counts at the moment at which
/// it came.
///
/// # Errors
/// `E-REQ-06` when nobody waits for it any more; `E-REQ-01` when this node knows no such offer.
pub(super) fn read(text: &str, node: &Node) -> Outcome<Ask> {
    let wish: Wish = serde_json::from_str(text)?;
    if node.clock.now().0 - wish.at.0 > LATE {
        return Err(Refusal::new(Kind::Overloaded, "E-REQ-06").retry(5).into());
    }
    let offer = (node.offers)(&wish.service, &wish.resource);
    let chance = node.chance.clone();
    Ok(Ask {
        cx: Cx { now: wish.at, actor: wish.actor, channel: wish.channel, op: wish.op, chance },
        offer: offer.ok_or_else(|| Refusal::new(Kind::NotFound, "E-REQ-01"))?,
        wish: wish.hold,
        key: wish.key,
    })
}
