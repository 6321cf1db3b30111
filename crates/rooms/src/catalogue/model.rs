//! What a service, a life situation and a topic of help are.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Ages;
use crate::accounts::Level;
use crate::text::Text;

/// A direction of life by which services are grouped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Stable word of the address.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Name of its picture in the sprite.
    pub icon: String,
    /// Its place on the page, from 1.
    pub order: i64,
}

/// A life situation and the services that help in it, in a sensible order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Situation {
    /// Stable word of the address.
    #[serde(skip)]
    pub code: String,
    /// Its place on the page, from 1.
    #[serde(skip)]
    pub order: i64,
    /// Its name.
    pub name: Text,
    /// One or two sentences.
    pub text: Text,
    /// Codes of the services.
    pub services: Vec<String>,
}

/// A topic of help: plain paragraphs separated by an empty line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HelpTopic {
    /// Stable word of the address.
    #[serde(skip)]
    pub code: String,
    /// Its place on the page, from 1.
    #[serde(skip)]
    pub order: i64,
    /// Its title.
    pub title: Text,
    /// Its paragraphs.
    pub text: Text,
}

/// What can be booked.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Stable word of the address: `/services/CODE`.
    pub code: String,
    /// Four digits that people compare with the body's own site.
    pub number: String,
    /// Code of the category.
    pub category: String,
    /// Whether it can be booked at present.
    pub active: bool,
    /// Who answers for the text.
    pub owner: String,
    /// When the text was last looked through.
    pub reviewed: Date,
    /// All the rest.
    pub passport: Passport,
}

/// The passport of a service: what its page says and on which terms it is booked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Passport {
    /// Its name.
    pub name: Text,
    /// One sentence.
    pub short: Text,
    /// Two to four sentences.
    pub about: Text,
    /// Who may apply, for the form.
    pub kinds: Vec<Applicant>,
    /// Who may apply, in words.
    pub who: Vec<Text>,
    /// What one leaves with.
    pub result: Text,
    /// What it costs.
    pub fee: Text,
    /// How long it takes.
    pub terms: Text,
    /// Why it may be refused.
    pub refusals: Vec<Text>,
    /// On which law it rests.
    pub acts: Vec<Act>,
    /// Phrases that must lead here.
    pub aliases: Vec<String>,
    /// Further words to be found by, in both languages.
    pub keywords: String,
    /// Kinds of organisations that give it.
    pub organization_kinds: Vec<String>,
    /// Kinds of resources that serve it: official, specialist, desk.
    pub resource_kinds: Vec<String>,
    /// What people come for.
    pub purposes: Vec<Purpose>,
    /// Papers.
    pub documents: Vec<Document>,
    /// Questions of the form.
    pub fields: Vec<Field>,
    /// The terms.
    pub rules: Rules,
}

/// A normative act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// Its name.
    pub name: Text,
    /// Where its text is published.
    pub url: String,
}

/// What a person comes for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purpose {
    /// Stable word.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Minutes of the reception, when they differ from the service's.
    pub duration: Option<u16>,
    /// Codes of the documents it asks for besides the service's required ones.
    pub documents: Vec<String>,
}

/// A paper of the service's package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Stable word.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Whether it must be there.
    pub need: Need,
    /// The original must be brought.
    pub original: bool,
    /// The body requests it itself and must not demand it.
    pub by_office: bool,
    /// What to heed; may be empty.
    pub note: Text,
}

/// A question of the booking form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Stable word: the name of the field.
    pub code: String,
    /// The question.
    pub label: Text,
    /// What is typed or chosen.
    pub kind: FieldKind,
    /// Whether it must be answered.
    pub required: bool,
    /// How to answer; may be empty.
    pub hint: Text,
    /// The most characters, when limited.
    pub max: Option<u16>,
    /// What can be chosen: code and name.
    pub options: Vec<(String, Text)>,
    /// What of whoever is represented answers it, when that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fill: Option<Fill>,
}

/// The terms of a service; every one is a setting.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    /// In which order time and papers come.
    pub flow: Flow,
    /// How a booking becomes binding.
    pub confirmation: Confirmation,
    /// Whether people choose a time or propose one.
    pub time: TimeWish,
    /// The level an account must have, when the service names one; read it by [`Rules::level`].
    #[serde(default)]
    pub level: Option<Level>,
    /// Minutes of the reception.
    pub duration: u16,
    /// Minutes between now and the earliest start.
    pub lead_minutes: u32,
    /// Days ahead that can be booked.
    pub horizon_days: u16,
    /// Minutes a chosen time is held while the form is filled in.
    pub hold_minutes: u32,
    /// Hours before the visit until which the time can be changed.
    pub change_cutoff_hours: u32,
    /// Hours before the visit until which it can be cancelled.
    pub cancel_cutoff_hours: u32,
    /// How often the time can be changed.
    pub max_moves: u32,
    /// A change needs a reason with a document.
    pub justification: bool,
    /// Bookings of this service a day at one resource, when limited.
    pub per_day: Option<u16>,
    /// In which ways one is received.
    pub formats: Vec<Format>,
    /// Minutes to come earlier.
    pub arrive_early: u16,
    /// When days become bookable.
    pub release: slots::Release,
    /// Any organisation can be chosen, not only the one of the residence.
    pub free_choice: bool,
    /// What must be known of the address of registration of whoever books, when anything must.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<AddressNeed>,
    /// How old whoever is served must be on the day of the visit, when that matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ages: Option<Ages>,
}

impl Rules {
    /// The level an account must have: the service's own, else that of the instance, which
    /// [`Catalogue::settle`](super::Catalogue::settle) has put in its place.
    pub fn level(&self) -> Level {
        self.level.unwrap_or(Level::Verified)
    }
}

/// Enums whose words in files and JSON are their names in snake case.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$item_doc:meta])* $item:ident),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$item_doc])* $item),* }
    )*};
}

words! {
    /// Who applies.
    Applicant {
        /// For oneself.
        Individual,
        /// For another person.
        Representative,
        /// For an organisation.
        LegalEntity,
    }
    /// In which order time and papers come.
    Flow {
        /// Time first, held while the form is filled in.
        SlotFirst,
        /// Papers are checked before a time can be chosen.
        DocumentsFirst,
        /// No papers at all.
        NoDocuments,
    }
    /// How a booking becomes binding.
    Confirmation {
        /// At once.
        Automatic,
        /// The office decides.
        Manual,
        /// By turn from a list of those who wait.
        WaitingList,
    }
    /// Whether people choose a time or propose one.
    TimeWish {
        /// They choose a free one.
        Slot,
        /// They propose, the office answers.
        Proposal,
        /// As they like.
        Both,
    }
    /// In which way one is received.
    Format {
        /// At the office.
        InPerson,
        /// By video.
        Video,
        /// By telephone.
        Phone,
    }
    /// Whether a paper must be there.
    Need {
        /// Always.
        Required,
        /// Only when it helps.
        Optional,
        /// When the purpose asks for it.
        ByPurpose,
    }
    /// What of whoever is represented answers a question.
    Fill {
        /// Their full name.
        Name,
        /// When they were born.
        Born,
        /// Their sex.
        Sex,
        /// What the organisation is called.
        Company,
    }
    /// How well an address must be known.
    AddressNeed {
        /// Its owner has typed it.
        Stated,
        /// It was proved since: by a registry, at a centre, by scans, by a letter.
        Proved,
    }
    /// What is typed or chosen.
    FieldKind {
        /// One line.
        Text,
        /// Several lines.
        Textarea,
        /// A day.
        Date,
        /// The day somebody was born.
        BirthDate,
        /// One of the options.
        Choice,
        /// A whole number.
        Number,
        /// The number of a pension account.
        Snils,
        /// The tax number of a person or an organisation.
        Inn,
        /// The number of a health insurance policy.
        Policy,
        /// Yes or no.
        YesNo,
    }
}
