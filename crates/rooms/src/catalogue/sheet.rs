//! The catalogue as a TOML file: flat keys, English under the same key with `_en`.

use base::Fault;
use jiff::civil::Date;
use serde::Deserialize;
use slots::Release;

use crate::accounts::Level;

use super::{
    Act, AddressNeed, Ages, Applicant, Category, Confirmation, Document, Field, FieldKind, Fill,
    Flow, Format, HelpTopic, Need, Passport, Purpose, Rules, Service, Situation, TimeWish,
};
use crate::rows::Rows;
use crate::text::Text;

/// What a file of the catalogue holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// Categories.
    pub categories: Vec<Category>,
    /// Life situations.
    pub situations: Vec<Situation>,
    /// Services.
    pub services: Vec<Service>,
    /// Groups of words that mean the same.
    pub synonyms: Vec<Vec<String>>,
    /// Topics of help.
    pub help: Vec<HelpTopic>,
}

impl Sheet {
    /// Reads a file. A service that does not say when it was looked through counts as looked
    /// through `today`.
    ///
    /// # Errors
    /// A fault that names the line, the row and the key of all that is wrong.
    pub fn parse(text: &str, today: Date) -> Result<Self, Fault> {
        let mut file = Rows::read("the file of the catalogue", text)?;
        let categories: Vec<CategoryRow> = file.take("category");
        let situations: Vec<SituationRow> = file.take("situation");
        let services: Vec<ServiceRow> = file.take("service");
        let synonyms: Vec<SynonymsRow> = file.take("synonyms");
        let help: Vec<HelpRow> = file.take("help");
        file.end()?;
        let situation = |(order, row): (i64, SituationRow)| Situation {
            code: row.code,
            order,
            name: Text::new(row.name, row.name_en),
            text: Text::new(row.text, row.text_en),
            services: row.services,
        };
        let topic = |(order, row): (i64, HelpRow)| HelpTopic {
            code: row.code,
            order,
            title: Text::new(row.title, row.title_en),
            text: Text::new(row.text, row.text_en),
        };
        Ok(Self {
            categories: categories.into_iter().map(Category::from).collect(),
            situations: (1..).zip(situations).map(situation).collect(),
            services: services.into_iter().map(|row| row.service(today)).collect(),
            synonyms: synonyms.into_iter().map(|row| row.words).collect(),
            help: (1..).zip(help).map(topic).collect(),
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryRow {
    code: String,
    name: String,
    #[serde(default)]
    name_en: String,
    #[serde(default)]
    icon: String,
    order: i64,
}

impl From<CategoryRow> for Category {
    fn from(row: CategoryRow) -> Self {
        let name = Text::new(row.name, row.name_en);
        Self { code: row.code, name, icon: row.icon, order: row.order }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SituationRow {
    code: String,
    name: String,
    #[serde(default)]
    name_en: String,
    text: String,
    #[serde(default)]
    text_en: String,
    services: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SynonymsRow {
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HelpRow {
    code: String,
    title: String,
    #[serde(default)]
    title_en: String,
    text: String,
    #[serde(default)]
    text_en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceRow {
    code: String,
    number: String,
    category: String,
    #[serde(default = "yes")]
    active: bool,
    #[serde(default)]
    owner: String,
    reviewed: Option<Date>,
    kinds: Vec<Applicant>,
    name: String,
    #[serde(default)]
    name_en: String,
    short: String,
    #[serde(default)]
    short_en: String,
    #[serde(default)]
    about: String,
    #[serde(default)]
    about_en: String,
    #[serde(default)]
    who: Vec<String>,
    #[serde(default)]
    who_en: Vec<String>,
    #[serde(default)]
    result: String,
    #[serde(default)]
    result_en: String,
    #[serde(default)]
    fee: String,
    #[serde(default)]
    fee_en: String,
    #[serde(default)]
    terms: String,
    #[serde(default)]
    terms_en: String,
    #[serde(default)]
    refusals: Vec<String>,
    #[serde(default)]
    refusals_en: Vec<String>,
    #[serde(default)]
    acts: Vec<ActRow>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    keywords: String,
    #[serde(default)]
    keywords_en: String,
    organization_kinds: Vec<String>,
    resource_kinds: Vec<String>,
    #[serde(default = "Defaults::flow")]
    flow: Flow,
    #[serde(default = "Defaults::confirmation")]
    confirmation: Confirmation,
    #[serde(default = "Defaults::time")]
    time: TimeWish,
    level: Option<Level>,
    duration: u16,
    #[serde(default)]
    lead_minutes: u32,
    #[serde(default = "Defaults::horizon_days")]
    horizon_days: u16,
    #[serde(default = "Defaults::hold_minutes")]
    hold_minutes: u32,
    #[serde(default = "Defaults::cutoff_hours")]
    change_cutoff_hours: u32,
    #[serde(default = "Defaults::cutoff_hours")]
    cancel_cutoff_hours: u32,
    #[serde(default = "Defaults::max_moves")]
    max_moves: u32,
    #[serde(default)]
    justification: bool,
    per_day: Option<u16>,
    #[serde(default = "Defaults::formats")]
    formats: Vec<Format>,
    #[serde(default)]
    arrive_early: u16,
    #[serde(default)]
    release: Release,
    #[serde(default = "yes")]
    free_choice: bool,
    address: Option<AddressNeed>,
    ages: Option<Ages>,
    #[serde(default)]
    purpose: Vec<PurposeRow>,
    #[serde(default)]
    document: Vec<DocumentRow>,
    #[serde(default)]
    field: Vec<FieldRow>,
}

fn yes() -> bool {
    true
}

/// The terms of a service that does not name them.
struct Defaults;

impl Defaults {
    fn flow() -> Flow {
        Flow::SlotFirst
    }
    fn confirmation() -> Confirmation {
        Confirmation::Automatic
    }
    fn time() -> TimeWish {
        TimeWish::Slot
    }
    fn horizon_days() -> u16 {
        14
    }
    fn hold_minutes() -> u32 {
        15
    }
    fn cutoff_hours() -> u32 {
        24
    }
    fn max_moves() -> u32 {
        3
    }
    fn formats() -> Vec<Format> {
        vec![Format::InPerson]
    }
}

impl ServiceRow {
    fn service(self, today: Date) -> Service {
        let rules = Rules {
            flow: self.flow,
            confirmation: self.confirmation,
            time: self.time,
            level: self.level,
            duration: self.duration,
            lead_minutes: self.lead_minutes,
            horizon_days: self.horizon_days,
            hold_minutes: self.hold_minutes,
            change_cutoff_hours: self.change_cutoff_hours,
            cancel_cutoff_hours: self.cancel_cutoff_hours,
            max_moves: self.max_moves,
            justification: self.justification,
            per_day: self.per_day,
            formats: self.formats,
            arrive_early: self.arrive_early,
            release: self.release,
            free_choice: self.free_choice,
            address: self.address,
            ages: self.ages,
        };
        let passport = Passport {
            name: Text::new(self.name, self.name_en),
            short: Text::new(self.short, self.short_en),
            about: Text::new(self.about, self.about_en),
            kinds: self.kinds,
            who: Text::zip(self.who, self.who_en),
            result: Text::new(self.result, self.result_en),
            fee: Text::new(self.fee, self.fee_en),
            terms: Text::new(self.terms, self.terms_en),
            refusals: Text::zip(self.refusals, self.refusals_en),
            acts: self.acts.into_iter().map(Act::from).collect(),
            aliases: self.aliases,
            keywords: format!("{} {}", self.keywords, self.keywords_en).trim().to_owned(),
            organization_kinds: self.organization_kinds,
            resource_kinds: self.resource_kinds,
            purposes: self.purpose.into_iter().map(Purpose::from).collect(),
            documents: self.document.into_iter().map(Document::from).collect(),
            fields: self.field.into_iter().map(Field::from).collect(),
            rules,
        };
        Service {
            code: self.code,
            number: self.number,
            category: self.category,
            active: self.active,
            owner: self.owner,
            reviewed: self.reviewed.unwrap_or(today),
            passport,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActRow {
    name: String,
    #[serde(default)]
    name_en: String,
    url: String,
}

impl From<ActRow> for Act {
    fn from(row: ActRow) -> Self {
        Self { name: Text::new(row.name, row.name_en), url: row.url }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PurposeRow {
    code: String,
    name: String,
    #[serde(default)]
    name_en: String,
    duration: Option<u16>,
    #[serde(default)]
    documents: Vec<String>,
}

impl From<PurposeRow> for Purpose {
    fn from(row: PurposeRow) -> Self {
        let name = Text::new(row.name, row.name_en);
        Self { code: row.code, name, duration: row.duration, documents: row.documents }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentRow {
    code: String,
    name: String,
    #[serde(default)]
    name_en: String,
    need: Need,
    #[serde(default)]
    original: bool,
    #[serde(default)]
    by_office: bool,
    #[serde(default)]
    note: String,
    #[serde(default)]
    note_en: String,
}

impl From<DocumentRow> for Document {
    fn from(row: DocumentRow) -> Self {
        Self {
            code: row.code,
            name: Text::new(row.name, row.name_en),
            need: row.need,
            original: row.original,
            by_office: row.by_office,
            note: Text::new(row.note, row.note_en),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldRow {
    code: String,
    label: String,
    #[serde(default)]
    label_en: String,
    kind: FieldKind,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    hint: String,
    #[serde(default)]
    hint_en: String,
    max: Option<u16>,
    fill: Option<Fill>,
    #[serde(default)]
    options: Vec<OptionRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OptionRow {
    code: String,
    name: String,
    #[serde(default)]
    name_en: String,
}

impl From<FieldRow> for Field {
    fn from(row: FieldRow) -> Self {
        let option = |x: OptionRow| (x.code, Text::new(x.name, x.name_en));
        Self {
            code: row.code,
            label: Text::new(row.label, row.label_en),
            kind: row.kind,
            required: row.required,
            hint: Text::new(row.hint, row.hint_en),
            max: row.max,
            fill: row.fill,
            options: row.options.into_iter().map(option).collect(),
        }
    }
}
