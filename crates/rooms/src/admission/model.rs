//! What an opening, a place in its line and a guard are.

use base::{Id, Instant};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::offices::{Resource, Site};

/// How the line is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// In order of arrival; nothing is won by coming early.
    Fifo,
    /// Those present at the moment of the opening are shuffled; later ones follow as they come.
    Lottery,
}

impl Mode {
    /// As stored: `fifo`, `lottery`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fifo => "fifo",
            Self::Lottery => "lottery",
        }
    }

    /// Reads the stored word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Fifo, Self::Lottery].into_iter().find(|x| x.as_str() == word)
    }
}

/// Which offers of a service are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All of them.
    #[default]
    Service,
    /// Those of an organisation.
    Organization(Id),
    /// Those at a site.
    Site(Id),
    /// One specialist or desk.
    Resource(Id),
}

impl Scope {
    /// As stored: the word and the id, which is empty for the whole service.
    pub fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Service => ("service", ""),
            Self::Organization(id) => ("organization", id),
            Self::Site(id) => ("site", id),
            Self::Resource(id) => ("resource", id),
        }
    }

    /// Whether a resource at its site is meant.
    pub fn covers(&self, site: &Site, resource: &Resource) -> bool {
        match self {
            Self::Service => true,
            Self::Organization(id) => site.organization == *id,
            Self::Site(id) => site.id == *id,
            Self::Resource(id) => resource.id == *id,
        }
    }

    /// Reads what was stored.
    pub fn parse(word: &str, id: &str) -> Option<Self> {
        match word {
            "service" => Some(Self::Service),
            "organization" => Some(Self::Organization(id.into())),
            "site" => Some(Self::Site(id.into())),
            "resource" => Some(Self::Resource(id.into())),
            _ => None,
        }
    }
}

/// A moment at which places open to everybody, as announced.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// Its id: in its address.
    pub id: Id,
    /// The series it arose from, if any.
    pub series: Option<Id>,
    /// Code of the service.
    pub service: String,
    /// Which of its offers.
    pub scope: Scope,
    /// The zone in which days are counted; offers in other zones are not meant.
    pub zone: TimeZone,
    /// How the line is ordered.
    pub mode: Mode,
    /// When it opens.
    pub opens: Instant,
    /// Of one that arose from a series: the moment of its release, whatever became of it.
    pub release: Option<Instant>,
    /// When it ends by itself: what is left can then be booked without a line.
    pub ends: Instant,
    /// The first local day whose places open.
    pub from: Date,
    /// The last one.
    pub to: Date,
    /// Minutes that a person who was let in has to choose a time.
    pub choose_minutes: u32,
    /// SHA-256 of the lottery's seed, in hexadecimal digits.
    pub commitment: Option<String>,
}

/// Where an opening stands by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Announced.
    Coming,
    /// Places are given along the line.
    Running,
    /// What is left can be booked by everybody.
    Over,
}

impl Opening {
    /// Where it stands at `now`.
    pub fn phase(&self, now: Instant) -> Phase {
        if now >= self.ends {
            Phase::Over
        } else if now >= self.opens {
            Phase::Running
        } else {
            Phase::Coming
        }
    }

    /// What an offer has to know of it.
    pub fn guard(&self) -> Guard {
        Guard {
            opening: self.id.clone(),
            opens: self.opens,
            ends: self.ends,
            from: self.from,
            to: self.to,
        }
    }
}

/// What an offer knows of an opening that covers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The opening.
    pub opening: Id,
    /// When it opens: before, its days are locked.
    pub opens: Instant,
    /// When it ends: from then on nobody is asked for a place in line.
    pub ends: Instant,
    /// The first local day it covers.
    pub from: Date,
    /// The last one.
    pub to: Date,
}

impl Guard {
    /// Whether a start on local `day` needs a place in line at `now`.
    pub fn asks(&self, day: Date, now: Instant) -> bool {
        (self.from..=self.to).contains(&day) && self.opens <= now && now < self.ends
    }

    /// The days as `slots` locks them, before the opening.
    pub fn lock(&self, now: Instant) -> Option<slots::Locked> {
        let lock = slots::Locked { from: self.from, to: self.to, opens: self.opens.minutes() };
        (now < self.opens).then_some(lock)
    }
}

/// Where a person stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// In line, or on the list of a lottery that is not drawn yet.
    Waiting,
    /// Let in: a time can be chosen.
    Inside,
    /// Holds a time, and may still take another one instead.
    Served,
    /// Came too late twice.
    Out,
}

impl Standing {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Inside => "inside",
            Self::Served => "served",
            Self::Out => "out",
        }
    }

    /// Reads the stored word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Inside, Self::Served, Self::Out]
            .into_iter()
            .find(|x| x.as_str() == word)
    }
}

/// A person's place in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its public name.
    pub id: Id,
    /// Whose it is.
    pub account: Id,
    /// Its rank; none before the draw of a lottery.
    pub rank: Option<i64>,
    /// Where the person stands.
    pub standing: Standing,
    /// Inside: until when to choose a time. Served: until when it can be changed.
    pub until: Option<Instant>,
    /// The person was moved to the tail once.
    pub moved: bool,
}
