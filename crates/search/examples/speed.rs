//! How large and how fast an index of a whole country's catalogue is.
//!
//! `cargo run --release -p search --example speed` makes 5,000 services, 100,000 organisations and
//! 100,000 people, and prints the time to build, the memory, and percentiles of 1,000 queries.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example measures with a stop watch and prints"
)]

use std::time::{Duration, Instant};

use search::{Doc, Index, Query, Synonyms};

const ACTS: &[&str] = &[
    "Запись на приём к",
    "Получение справки о",
    "Выдача выписки из",
    "Регистрация",
    "Оформление",
    "Подача заявления на",
    "Консультация по вопросам",
    "Перенос записи на",
];
const THINGS: &[&str] = &[
    "врача",
    "налогового вычета",
    "паспорта",
    "земельного участка",
    "опеки",
    "детского сада",
    "школы",
    "пенсии",
    "брака",
    "рождения",
    "недвижимости",
    "водительского удостоверения",
    "пособия",
    "жилья",
    "главы администрации",
    "нотариуса",
    "судимости",
    "транспортного средства",
    "инвалидности",
];
const BODIES: &[&str] = &[
    "Детская поликлиника",
    "Городская больница",
    "Средняя общеобразовательная школа",
    "Детский сад",
    "Инспекция Федеральной налоговой службы",
    "Отдел ЗАГС",
    "Администрация муниципального района",
    "Управление социальной защиты",
    "Многофункциональный центр",
    "Отдел опеки и попечительства",
];
const SYLLABLES: &[&str] = &[
    "ка", "ро", "ми", "ве", "лу", "ста", "не", "бо", "гри", "со", "пе", "тро", "ва", "ку", "зи",
    "мо", "ле", "да", "ни", "фё",
];
const NAMES: &[&str] = &["Иван", "Анна", "Пётр", "Мария", "Алексей", "Ольга", "Сергей", "Елена"];
const FATHERS: &[&str] = &["Иванович", "Петровна", "Сергеевич", "Алексеевна", "Павлович"];

/// Always the same catalogue.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        from[self.below(from.len())]
    }

    fn name(&mut self, ending: &str) -> String {
        let count = 2 + self.below(2);
        let name: String = (0..count).map(|_| self.pick(SYLLABLES)).collect();
        let mut letters = name.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).chain(ending.chars()).collect()
    }
}

fn service(id: u32, chance: &mut Chance) -> Doc {
    let title = format!("{} {}", chance.pick(ACTS), chance.pick(THINGS));
    let body = (0..30).map(|_| chance.pick(THINGS)).collect::<Vec<_>>().join(", ");
    Doc {
        id,
        kind: 1,
        title: format!("{title} {}", chance.pick(THINGS)),
        aliases: vec![format!("записаться {}", chance.pick(THINGS))],
        keywords: format!("{:06}", chance.below(1_000_000)),
        body: format!("Услуга помогает решить вопросы: {body}."),
        region: None,
        boost: chance.below(100) as f32 / 100.0,
    }
}

fn organisation(id: u32, chance: &mut Chance) -> Doc {
    let town = chance.name("ск");
    let (body, number) = (chance.pick(BODIES), 1 + chance.below(200));
    Doc {
        id,
        kind: 2,
        title: format!("{body} № {number} города {town}"),
        keywords: format!("{town} улица {} {:06}", chance.name("ская"), chance.below(1_000_000)),
        body: format!("Телефон 8 (495) {:07}, приём граждан по записи", chance.below(10_000_000)),
        region: Some(1 + chance.below(89) as u16),
        ..Doc::default()
    }
}

fn person(id: u32, chance: &mut Chance) -> Doc {
    Doc {
        id,
        kind: 3,
        title: format!("{} {} {}", chance.name("ов"), chance.pick(NAMES), chance.pick(FATHERS)),
        keywords: format!("врач {}", chance.pick(BODIES)),
        region: Some(1 + chance.below(89) as u16),
        ..Doc::default()
    }
}

/// A query as people make it: whole, cut short, misspelt or in the wrong layout.
fn query(at: usize, chance: &mut Chance) -> String {
    let body = chance.pick(BODIES);
    let whole = match at % 6 {
        0 => format!("{} {}", chance.pick(ACTS), chance.pick(THINGS)),
        1 => format!("{body} {}", 1 + chance.below(200)),
        2 => format!("{} {}", chance.name("ов"), chance.pick(NAMES)),
        3 => "pfgbcm r dhfxe".to_owned(),
        4 => "детская паликлинника".to_owned(),
        _ => format!("{body} {}", chance.name("ск")),
    };
    let letters = whole.chars().count();
    whole.chars().take(1 + chance.below(letters)).collect()
}

/// The best of five times a query, so that what else the machine does counts little.
fn measure(name: &str, queries: &[String], ask: impl Fn(&str) -> usize) {
    let mut times: Vec<(Duration, &str)> = queries
        .iter()
        .map(|text| {
            let times = (0..5).map(|_| {
                let start = Instant::now();
                std::hint::black_box(ask(text));
                start.elapsed()
            });
            (times.min().unwrap_or_default(), text.as_str())
        })
        .collect();
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].0;
    println!("{name}: p50 {:?}, p99 {:?}, slowest:", at(0.5), at(0.99));
    for (time, text) in times.iter().rev().take(3) {
        println!("    {time:?} «{text}»");
    }
}

fn main() {
    let mut chance = Chance(2026);
    let synonyms: Synonyms = [
        vec!["глава администрации", "руководитель", "мэр"],
        vec!["поликлиника", "больница", "медицинская организация"],
    ]
    .into_iter()
    .collect();
    let start = Instant::now();
    let services = (0..5_000).map(|_| service as fn(u32, &mut Chance) -> Doc);
    let organisations = (0..100_000).map(|_| organisation as fn(u32, &mut Chance) -> Doc);
    let people = (0..100_000).map(|_| person as fn(u32, &mut Chance) -> Doc);
    let docs = (0..).zip(services.chain(organisations).chain(people));
    let index = Index::build(docs.map(|(id, make)| make(id, &mut chance)), &synonyms);
    println!("{} documents built in {:?}", index.len(), start.elapsed());
    println!("memory: {:.1} MB", index.bytes() as f64 / 1e6);

    let queries: Vec<String> = (0..1_000).map(|at| query(at, &mut chance)).collect();
    measure("suggest", &queries, |text| index.suggest(&ask(text)).hits.len());
    measure("search", &queries, |text| index.search(&ask(text)).hits.len());
    measure("suggest, one region", &queries, |text| {
        let near = Query { only_region: Some(77), kinds: Some(&[2]), ..ask(text) };
        index.suggest(&near).hits.len()
    });
}

fn ask(text: &str) -> Query<'_> {
    Query { text, limit: 10, prefer_region: Some(77), ..Query::default() }
}
