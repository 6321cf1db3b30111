//! Ranking, filters and limits.

mod common;

use common::{BODY, PERSON, SERVICE, ask, found, suggested, town};
use proptest::prelude::*;
use search::{Doc, Index, Query, Synonyms, highlight, normalise};

fn titled(id: u32, title: &str) -> Doc {
    Doc { id, title: title.to_owned(), ..Doc::default() }
}

fn order(index: &Index, query: &Query<'_>) -> Vec<u32> {
    index.search(query).hits.iter().map(|hit| hit.id).collect()
}

#[test]
fn generic_words_alone_still_find() {
    let index = town();
    assert!(index.search(&ask("запись")).total >= 3);
    assert!(index.search(&ask("получить")).total >= 2);
    assert_eq!(suggested(&index, "зап"), "Запись к врачу");
}

#[test]
fn codes_and_numbers_are_found_exactly_or_by_their_beginning() {
    let index = town();
    assert_eq!(found(&index, "0417"), "Охотничий билет");
    assert_eq!(found(&index, "oht-0417"), "Охотничий билет");
    assert_eq!(suggested(&index, "041"), "Охотничий билет");
    assert_eq!(found(&index, "101000"), "Инспекция ФНС № 7");
    assert_eq!(found(&index, "+7 495 765 43 21"), "Детская поликлиника № 12");
    assert_eq!(found(&index, "84951234567"), "Инспекция ФНС № 7");
    assert_eq!(found(&index, "0418"), "nothing");
}

#[test]
fn exact_comes_before_prefix_synonym_and_misspelling() {
    let docs = [
        titled(1, "Опеда"),
        titled(2, "Попечительство"),
        titled(3, "Опекаемые"),
        titled(4, "Опека"),
    ];
    let synonyms: Synonyms = [["опека", "попечительство"]].into_iter().collect();
    let index = Index::build(docs, &synonyms);
    let answer = index.suggest(&ask("опека"));
    let ids: Vec<u32> = answer.hits.iter().map(|hit| hit.id).collect();
    assert_eq!(ids[0], 4);
    assert_eq!(ids.len(), 3, "a misspelling is not sought when the word is known: {ids:?}");
}

#[test]
fn documents_with_all_words_come_before_documents_with_some() {
    let docs = [
        titled(1, "Редкость"),
        Doc {
            body: "редкость и школа среди многих других слов".into(), ..titled(2, "Иное")
        },
        titled(3, "Школа"),
        titled(4, "Школа"),
    ];
    let index = Index::build(docs, &Synonyms::default());
    assert_eq!(order(&index, &ask("редкость школа"))[0], 2);
}

#[test]
fn an_alias_beats_every_title_that_only_shares_its_words() {
    let docs = [
        Doc {
            boost: 1.0, ..titled(1, "Справка о доходах и справка о составе семьи")
        },
        Doc {
            aliases: vec!["справка о доходах семьи".into()], ..titled(2, "Соцзащита")
        },
    ];
    let index = Index::build(docs, &Synonyms::default());
    assert_eq!(order(&index, &ask("справки о доходах семьи"))[0], 2);
    assert_eq!(order(&index, &ask("справка о доходах"))[0], 2);
}

#[test]
fn kinds_and_regions_are_kept_apart() {
    let index = town();
    let only = |kinds| Query { kinds: Some(kinds), ..ask("поликлиника") };
    assert!(index.search(&only(&[BODY])).hits.iter().all(|hit| hit.kind == BODY));
    assert!(index.search(&only(&[SERVICE, PERSON])).hits.iter().all(|hit| hit.kind == SERVICE));
    assert!(index.search(&only(&[])).hits.is_empty());

    let docs = [Some(77), Some(16), None].into_iter().zip(1..);
    let docs = docs.map(|(region, id)| Doc { region, ..titled(id, "Школа") });
    let index = Index::build(docs, &Synonyms::default());
    assert_eq!(order(&index, &Query { prefer_region: Some(16), ..ask("школа") })[0], 2);
    assert_eq!(order(&index, &Query { only_region: Some(16), ..ask("школа") }), [2, 3]);
    assert_eq!(order(&index, &Query { only_region: Some(5), ..ask("школа") }), [3]);
}

#[test]
fn a_region_at_the_end_of_a_huge_catalogue_is_not_lost() {
    let docs = (0..60_000)
        .map(|id| Doc {
            region: Some((id / 1_000) as u16), ..titled(id, "Городская школа")
        });
    let index = Index::build(docs, &Synonyms::default());
    assert_eq!(order(&index, &Query { only_region: Some(59), ..ask("школа") })[0], 59_000);
    assert_eq!(order(&index, &Query { prefer_region: Some(59), ..ask("школы") })[0], 59_000);
}

#[test]
fn popularity_decides_among_equals_only() {
    let docs = [
        titled(1, "Школа"),
        Doc { boost: 0.5, ..titled(2, "Школа") },
        Doc { boost: f32::NAN, ..titled(3, "Школа") },
        Doc { boost: 900.0, ..titled(4, "Детская площадка у школы") },
    ];
    let index = Index::build(docs, &Synonyms::default());
    assert_eq!(order(&index, &ask("школа")), [2, 1, 3, 4]);
}

#[test]
fn hostile_queries_are_bounded() {
    let index = town();
    let long = "опека ".repeat(2_000);
    let marks = "и\u{0306}".repeat(5_000);
    let wide = "щ".repeat(10_000);
    let words: String = (0..500).map(|n| format!("слово{n} ")).collect();
    let keys = "[];',.`".repeat(100);
    for text in
        [&long, &marks, &wide, &words, &keys, "", "   ", "…—!?", "👩‍👩‍👧 🏥", "\u{0301}\u{0301}", "\0"]
    {
        index.search(&ask(text));
        index.suggest(&ask(text));
        highlight("Опека и попечительство", text);
    }
    assert_eq!(found(&index, &long), "Приём в органах опеки и попечительства");
    assert!(index.search(&ask("👩‍👩‍👧")).hits.is_empty());
}

#[test]
fn an_empty_index_finds_nothing() {
    let index = Index::build([], &Synonyms::default());
    assert!(index.is_empty());
    assert!(index.suggest(&ask("опека")).hits.is_empty());
    let index = Index::build([titled(1, ""), titled(2, "…")], &common::synonyms());
    assert!(index.search(&ask("опека")).hits.is_empty());
    assert_eq!(index.len(), 2);
}

/// Words of titles and queries: real ones, their like, and anything at all.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => prop::sample::select(vec!["запись", "к", "врачу", "Ёлка", "опека", "МФЦ", "на", "12"])
            .prop_map(str::to_owned),
        3 => "[а-яё]{1,9}",
        1 => "[a-z\\[\\];',.`]{1,9}",
        1 => "\\PC{0,6}",
    ];
    prop::collection::vec(word, 0..7).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_query_is_answered_within_its_limit_and_always_alike(
        titles in prop::collection::vec(text(), 0..12),
        said in text(),
        limit in 0_usize..8,
    ) {
        let docs = || (0..).zip(&titles).map(|(id, title)| titled(id, title));
        let index = Index::build(docs(), &common::synonyms());
        let query = Query { limit, ..ask(&said) };
        for answer in [index.search(&query), index.suggest(&query)] {
            prop_assert!(answer.hits.len() <= limit);
            prop_assert!(answer.hits.len() <= answer.total);
            prop_assert!(answer.hits.is_sorted_by(|a, b| a.score >= b.score));
        }
        let again = Index::build(docs(), &common::synonyms());
        prop_assert_eq!(index.search(&query), again.search(&query));
        prop_assert_eq!(index.search(&query), index.search(&query));
    }

    #[test]
    fn every_document_is_found_first_by_its_own_title(
        titles in prop::collection::vec(text(), 1..12),
    ) {
        let docs = (0..).zip(&titles).map(|(id, title)| titled(id, title));
        let index = Index::build(docs, &common::synonyms());
        for (id, title) in (0..).zip(&titles) {
            let plain = normalise(title);
            let is_unique = titles.iter().filter(|other| normalise(other) == plain).count() == 1;
            if is_unique && !plain.is_empty() {
                prop_assert_eq!(index.search(&ask(title)).hits.first().map(|hit| hit.id), Some(id), "searched {:?}", title);
                prop_assert_eq!(index.suggest(&ask(title)).hits.first().map(|hit| hit.id), Some(id));
            }
        }
    }

    #[test]
    fn normalising_twice_changes_nothing(text in "\\PC{0,40}") {
        let once = normalise(&text);
        prop_assert_eq!(normalise(&once), once);
    }

    #[test]
    fn highlighted_parts_joined_are_the_title(title in text(), said in text()) {
        let parts: String = highlight(&title, &said).into_iter().map(|(_, part)| part).collect();
        prop_assert_eq!(parts, title);
    }
}
