//! The circumstances of an act: when, who, by which channel, under which operation id.

use serde::{Deserialize, Serialize};

use crate::{Chance, Clock, Id, Instant};

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Nobody is signed in.
    Guest,
    /// A citizen's account.
    Account(Id),
    /// The system itself: a worker, an import, a sweep.
    System,
    /// The engineer at the command line.
    Engineer,
}

impl Actor {
    /// As written into histories: `account:…`, `guest`, `system`, `engineer`.
    pub fn label(&self) -> String {
        match self {
            Self::Guest => "guest".into(),
            Self::Account(id) => format!("account:{id}"),
            Self::System => "system".into(),
            Self::Engineer => "engineer".into(),
        }
    }
}

/// By which way the act came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The pages.
    Web,
    /// The HTTP API.
    Api,
    /// The command line.
    Cli,
    /// A background job.
    Job,
}

impl Channel {
    /// As written into histories.
    pub fn label(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Api => "api",
            Self::Cli => "cli",
            Self::Job => "job",
        }
    }
}

/// The circumstances handed to every act, so that nothing inside asks the world.
#[derive(Clone, Debug)]
pub struct Cx {
    /// The moment at which the act counts.
    pub now: Instant,
    /// Who acts.
    pub actor: Actor,
    /// By which way.
    pub channel: Channel,
    /// The operation's id: in the answer, the history, the log.
    pub op: Id,
    /// Randomness for ids and codes.
    pub chance: Chance,
}

impl Cx {
    /// The circumstances of an act that begins now.
    pub fn new(clock: &Clock, chance: &Chance, actor: Actor, channel: Channel) -> Self {
        let now = clock.now();
        Self { now, actor, channel, op: Id::new(now, chance), chance: chance.clone() }
    }

    /// A new identifier of this moment.
    pub fn new_id(&self) -> Id {
        Id::new(self.now, &self.chance)
    }
}
