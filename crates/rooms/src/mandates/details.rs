//! Who is represented, on which paper that rests, and what it allows: as kept under the seal.

use std::fmt;

use ident::{ADULT, BirthDate, alike};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::accounts;
use crate::catalogue::Applicant;

/// Generates an enum of stable words, as stored, sent and asked for.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$item_doc:meta])* $item:ident = $code:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$item_doc])* #[serde(rename = $code)] $item,)+ }

        impl $name {
            /// All there are.
            pub const ALL: &'static [Self] = &[$(Self::$item,)+];

            /// As stored and sent.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$item => $code,)+ }
            }

            /// Reads what [`Self::as_str`] wrote.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|x| x.as_str() == text)
            }
        }
    )+};
}

words! {
    /// Whom a mandate is for, and so on which paper it rests.
    Kind {
        /// A child of one's own; a certificate of birth.
        Child = "child",
        /// Somebody of age who gave a power of attorney.
        Attorney = "attorney",
        /// Somebody under guardianship or trusteeship; an act of the authority.
        Guardian = "guardian",
        /// A company.
        Company = "company",
        /// One's own business as a sole trader.
        Trader = "trader",
    }
    /// How a power of attorney was made.
    Form {
        /// By a notary.
        Notarial = "notarial",
        /// In simple writing.
        Simple = "simple",
    }
    /// What a legal representative is.
    Office {
        /// Опекун.
        Guardian = "guardian",
        /// Попечитель.
        Trustee = "trustee",
    }
    /// On what somebody acts for a company.
    Basis {
        /// Their position: the charter says so.
        Position = "position",
        /// A power of attorney.
        Attorney = "attorney",
    }
    /// What somebody may do for another.
    Act {
        /// Making and moving bookings.
        Book = "book",
        /// Reading them.
        See = "see",
        /// Cancelling them.
        Cancel = "cancel",
    }
}

/// A person, as papers name them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Human {
    /// Surname.
    pub surname: String,
    /// Given name.
    pub name: String,
    /// Patronymic; may be empty.
    pub patronymic: String,
    /// Birth date.
    pub born: Date,
    /// «female» or «male»; of a child only.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sex: String,
}

/// A paper: by what it is known, when it was given and by whom. What a kind of paper has not is empty.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Series; of a certificate of birth.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub series: String,
    /// Number.
    pub number: String,
    /// When it was given.
    pub issued_on: Date,
    /// By whom.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub issuer: String,
}

/// A company.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// Its name.
    pub title: String,
    /// ОГРН, 13 digits.
    pub ogrn: String,
    /// ИНН, 10 digits.
    pub inn: String,
    /// КПП, 9 characters.
    pub kpp: String,
    /// On what the person acts.
    pub basis: Basis,
    /// The position, when it is one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub position: String,
    /// The power of attorney, when it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attorney: Option<Paper>,
    /// Its last day, when it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// A sole trader.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trader {
    /// Under which name.
    pub title: String,
    /// ОГРНИП, 15 digits.
    pub ogrnip: String,
    /// ИНН, 12 digits.
    pub inn: String,
}

/// Who is represented and by which paper.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Details {
    /// A child.
    Child {
        /// The child.
        who: Human,
        /// The certificate of birth.
        certificate: Paper,
    },
    /// Somebody who gave a power of attorney.
    Attorney {
        /// Who gave it.
        who: Human,
        /// How it was made.
        form: Form,
        /// The power of attorney; one in simple writing may have no number.
        paper: Paper,
        /// Its last day, when it names one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Date>,
    },
    /// A ward.
    Guardian {
        /// The ward.
        who: Human,
        /// What the representative is.
        office: Office,
        /// The act of the authority.
        act: Paper,
        /// Its last day, when it names one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Date>,
    },
    /// A company.
    Company(Company),
    /// A sole trader.
    Trader(Trader),
}

/// What a mandate allows. Children, wards and organisations are not limited.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Powers {
    /// What may be done.
    pub acts: Vec<Act>,
    /// Codes of the only services; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
    /// The only kinds of bodies, for example `mfc`; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bodies: Vec<String>,
}

/// All that a mandate keeps under its seal.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// Who and by which paper.
    pub details: Details,
    /// What is allowed.
    pub powers: Powers,
}

/// What nobody prints by accident.
macro_rules! covered {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("▒")
            }
        }
    )+};
}
covered!(Human, Paper, Company, Trader, Details, Powers, Sheet);

impl Human {
    /// «Соколов Михаил Андреевич».
    pub fn full_name(&self) -> String {
        accounts::joined([&*self.surname, &self.name, &self.patronymic])
    }

    /// «М. А. С.», as the visitors of a day are told apart.
    pub fn initials(&self) -> String {
        let parts = [&self.name, &self.patronymic, &self.surname];
        let first = parts.into_iter().filter_map(|x| x.chars().next());
        first.map(|x| format!("{x}.")).collect::<Vec<_>>().join(" ")
    }

    /// The day on which the person becomes `years` old.
    pub(super) fn birthday(&self, years: i16) -> Date {
        // Of a birth date that was read once, the age on that very day is nought.
        BirthDate::new(self.born, self.born).map_or(self.born, |x| x.birthday(years))
    }

    /// Whether they are the same person, however the name is spelled.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.born == other.born && ident::same_person(&self.names(), &other.names())
    }

    /// Whether `other` may be the same person with a slip put right, or another surname since.
    fn may_be(&self, other: &Self) -> bool {
        let (a, b) = (self.names().settled(), other.names().settled());
        let near = |a, b| ident::likeness(a, b) != ident::Likeness::Other;
        near(a.name, b.name) && (self.born == other.born || near(a.surname, b.surname))
    }

    fn names(&self) -> ident::FullName<'_> {
        let Self { surname, name, patronymic, .. } = self;
        ident::FullName { surname, name, patronymic }
    }
}

impl Powers {
    /// Everything.
    pub fn all() -> Self {
        Self { acts: Act::ALL.to_vec(), services: Vec::new(), bodies: Vec::new() }
    }
}

impl Details {
    /// Which kind it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Child { .. } => Kind::Child,
            Self::Attorney { .. } => Kind::Attorney,
            Self::Guardian { .. } => Kind::Guardian,
            Self::Company(_) => Kind::Company,
            Self::Trader(_) => Kind::Trader,
        }
    }

    /// The person who is represented; none when it is an organisation.
    pub fn who(&self) -> Option<&Human> {
        match self {
            Self::Child { who, .. } | Self::Attorney { who, .. } | Self::Guardian { who, .. } => {
                Some(who)
            }
            Self::Company(_) | Self::Trader(_) => None,
        }
    }

    /// Full name or title.
    pub fn name(&self) -> String {
        match self {
            Self::Company(x) => x.title.clone(),
            Self::Trader(x) => x.title.clone(),
            _ => self.who().map(Human::full_name).unwrap_or_default(),
        }
    }

    /// The paper, when the kind has one.
    pub fn paper(&self) -> Option<&Paper> {
        match self {
            Self::Child { certificate, .. } => Some(certificate),
            Self::Attorney { paper, .. } => Some(paper),
            Self::Guardian { act, .. } => Some(act),
            Self::Company(x) => x.attorney.as_ref(),
            Self::Trader(_) => None,
        }
    }

    /// Whether `other` is the same person or organisation.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Company(a), Self::Company(b)) => a.ogrn == b.ogrn,
            (Self::Trader(a), Self::Trader(b)) => a.ogrnip == b.ogrnip,
            _ => self.who().zip(other.who()).is_some_and(|(a, b)| a.is(b)),
        }
    }

    /// Whether `other` may be for the same person or organisation, corrected: what was booked by it stays theirs.
    pub(super) fn may_be(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Company(a), Self::Company(b)) => a.ogrn == b.ogrn || a.inn == b.inn,
            (Self::Trader(a), Self::Trader(b)) => a.ogrnip == b.ogrnip || a.inn == b.inn,
            _ => self.who().zip(other.who()).is_some_and(|(a, b)| a.may_be(b)),
        }
    }

    /// Whether `other` rests on the same paper of the same kind for the same person or organisation,
    /// however its number is typed.
    pub fn is_same_paper(&self, other: &Self) -> bool {
        let known = |x: &Paper| (alike(&x.series), alike(&x.number), x.issued_on);
        self.kind() == other.kind()
            && self.is_same(other)
            && self.paper().map(known) == other.paper().map(known)
    }

    /// Whether `other` says the same in every line, however it is typed.
    pub(super) fn is_same_in_all(&self, other: &Self) -> bool {
        fn plain(value: Value) -> Value {
            match value {
                Value::String(text) => alike(&text).into(),
                Value::Object(all) => all.into_iter().map(|(key, x)| (key, plain(x))).collect(),
                other => other,
            }
        }
        let told = |x: &Self| serde_json::to_value(x).map(plain).ok();
        told(self) == told(other)
    }

    /// The last day of the paper. A power of attorney without a term counts for a year from the day
    /// it was made: through the same date of the next year (articles 186, 191 and 192 of the Civil Code).
    pub fn last_day(&self) -> Option<Date> {
        let law = |paper: &Paper| paper.issued_on.saturating_add(1.year());
        match self {
            Self::Attorney { paper, until, .. } => Some(until.unwrap_or(law(paper))),
            Self::Company(x) => x.attorney.as_ref().map(|paper| x.until.unwrap_or(law(paper))),
            Self::Guardian { until, .. } => *until,
            Self::Child { .. } | Self::Trader(_) => None,
        }
    }

    /// The eighteenth birthday that ends it: of a child, and of a ward who was a minor when the
    /// guardian was appointed.
    pub fn adult_on(&self) -> Option<Date> {
        match self {
            Self::Child { who, .. } => Some(who.birthday(ADULT)),
            Self::Guardian { who, act, .. } => {
                Some(who.birthday(ADULT)).filter(|day| act.issued_on < *day)
            }
            _ => None,
        }
    }
}

impl From<Kind> for Applicant {
    /// As the passport of a service calls those who apply.
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Child | Kind::Attorney | Kind::Guardian => Self::Representative,
            Kind::Company | Kind::Trader => Self::LegalEntity,
        }
    }
}
