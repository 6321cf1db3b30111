//! Small sets that are one byte in memory and a list of names in files.

use std::fmt;

use jiff::civil;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A day of the week, `"mon"` to `"sun"` in files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Weekday {
    /// Monday to Sunday.
    pub const ALL: [Weekday; 7] =
        [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];

    /// Days since Monday: 0 to 6.
    pub const fn index(self) -> u8 {
        self as u8
    }
}

impl From<civil::Weekday> for Weekday {
    fn from(day: civil::Weekday) -> Self {
        match day {
            civil::Weekday::Monday => Self::Mon,
            civil::Weekday::Tuesday => Self::Tue,
            civil::Weekday::Wednesday => Self::Wed,
            civil::Weekday::Thursday => Self::Thu,
            civil::Weekday::Friday => Self::Fri,
            civil::Weekday::Saturday => Self::Sat,
            civil::Weekday::Sunday => Self::Sun,
        }
    }
}

/// A set of weekdays; `["mon","tue"]` in files.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Weekdays(u8);

impl Weekdays {
    /// No day at all.
    pub const NONE: Self = Self(0);
    /// Monday to Friday.
    pub const WORKDAYS: Self = Self(0b001_1111);
    /// Every day.
    pub const ALL: Self = Self(0b111_1111);

    /// Is the day in the set? Takes our [`Weekday`] and jiff's alike.
    pub fn contains(self, day: impl Into<Weekday>) -> bool {
        self.0 & 1 << day.into().index() != 0
    }

    /// The set with one more day.
    pub fn with(self, day: impl Into<Weekday>) -> Self {
        Self(self.0 | 1 << day.into().index())
    }

    /// Is there no day in the set?
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The days of the set from Monday on.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        Weekday::ALL.into_iter().filter(move |&day| self.contains(day))
    }
}

impl<D: Into<Weekday>> FromIterator<D> for Weekdays {
    fn from_iter<I: IntoIterator<Item = D>>(days: I) -> Self {
        days.into_iter().fold(Self::NONE, Self::with)
    }
}

/// The way by which a person asks for time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The person books on the portal or through its API.
    Online,
    /// A clerk books for a caller.
    Operator,
    /// The person stands in the hall.
    WalkIn,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Channel; 3] = [Self::Online, Self::Operator, Self::WalkIn];
}

/// The channels that may take a lane; `["online","operator"]` in files.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Channels(u8);

impl Channels {
    /// Nobody: a lane that keeps its number but is shut.
    pub const NONE: Self = Self(0);
    /// The portal alone.
    pub const ONLINE: Self = Self(1 << Channel::Online as u8);
    /// Clerks alone.
    pub const OPERATOR: Self = Self(1 << Channel::Operator as u8);
    /// The hall alone.
    pub const WALK_IN: Self = Self(1 << Channel::WalkIn as u8);
    /// Everybody.
    pub const ALL: Self = Self(0b111);

    /// Is the channel in the set?
    pub const fn contains(self, channel: Channel) -> bool {
        self.0 & 1 << channel as u8 != 0
    }

    /// The set with one more channel.
    pub const fn with(self, channel: Channel) -> Self {
        Self(self.0 | 1 << channel as u8)
    }

    /// Is there no channel in the set?
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The channels of the set in their fixed order.
    pub fn iter(self) -> impl Iterator<Item = Channel> {
        Channel::ALL.into_iter().filter(move |&channel| self.contains(channel))
    }
}

impl std::ops::BitOr for Channels {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl FromIterator<Channel> for Channels {
    fn from_iter<I: IntoIterator<Item = Channel>>(channels: I) -> Self {
        channels.into_iter().fold(Self::NONE, Self::with)
    }
}

/// Lists in files, sets in memory: the same four lines for both sets.
macro_rules! set_as_list {
    ($set:ty, $item:ty) => {
        impl fmt::Debug for $set {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_set().entries(self.iter()).finish()
            }
        }

        impl Serialize for $set {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.iter())
            }
        }

        impl<'de> Deserialize<'de> for $set {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(Vec::<$item>::deserialize(deserializer)?.into_iter().collect())
            }
        }
    };
}

set_as_list!(Weekdays, Weekday);
set_as_list!(Channels, Channel);
