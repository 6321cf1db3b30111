use crate::*;

#[test]
fn spellings_of_one_name_are_the_same() {
    let pairs = [
        ("Соколова", "СОКОЛОВА"),
        ("Ёлкин", "Елкин"),
        ("Салтыков-Щедрин", "Салтыков Щедрин"),
        ("Салтыков – Щедрин", "САЛТЫКОВ-ЩЕДРИН"),
        ("Cоколова", "Соколова"),
        ("O’Коннор", "О'Коннор"),
        ("Муштай", "Муштаи\u{306}"),
        ("Bob", "BOB"),
        ("Müller", "MÜLLER"),
    ];
    for (a, b) in pairs {
        assert!(same_name(a, b) && same_name(b, a), "{a} and {b}");
    }
    assert!(!same_name("Соколов", "Соколова"));
    assert!(!same_name("Нет", ""), "a surname, not an absence");
}

#[test]
fn no_patronymic_is_the_same_however_it_is_said() {
    for text in ["", "нет", "Нет", "-", "—", "отсутствует", "б/о", "не имеется"]
    {
        assert!(same_patronymic(text, "") && same_patronymic("", text), "{text}");
        assert!(!same_patronymic(text, "Иванович"), "{text}");
    }
    assert!(same_patronymic("Петровна", "ПЕТРОВНА"));
    let anna = FullName { surname: "Ёлкина", name: "Анна", patronymic: "нет" };
    assert!(same_person(&anna, &FullName { surname: "ЕЛКИНА", patronymic: "", ..anna }));
    assert!(!same_person(&anna, &FullName { name: "Инна", ..anna }));
    // An only name is the same in either field.
    let only = FullName { surname: "Сухарто", name: "", patronymic: "" };
    assert!(same_person(&only, &FullName { surname: "", name: "СУХАРТО", ..only }));
    assert!(!same_person(&only, &FullName { surname: "", name: "Анна", ..only }));
    assert!(!same_person(&only, &FullName { name: "Анна", ..only }));
}

#[test]
fn a_typing_mistake_is_told_from_another_person() {
    use Likeness::{Other, Same, Typo};
    let cases = [
        ("Соколова", "соколова", Same),
        ("Соколова", "Соклоова", Typo),
        ("Соколова", "Соколва", Typo),
        ("Наталья", "Наталия", Typo),
        ("Константинопольский", "Констатинопольскии", Typo),
        ("Иванов", "Иванова", Other),
        ("Чайковский", "Чайковская", Other),
        ("Соколова", "Сорокина", Other),
        ("Ли", "Ле", Other),
        ("Яна", "Ян", Other),
        ("Иванов", "Петров", Other),
        ("", "Иван", Other),
    ];
    for (a, b, expected) in cases {
        assert_eq!((likeness(a, b), likeness(b, a)), (expected, expected), "{a} and {b}");
    }
}

#[test]
fn one_part_of_a_full_name_may_be_mistyped() {
    use Likeness::{Other, Same, Typo};
    let anna =
        FullName { surname: "Соколова", name: "Анна", patronymic: "Ивановна" };
    let with = |other: FullName<'_>| {
        assert_eq!(person_likeness(&other, &anna), person_likeness(&anna, &other));
        person_likeness(&anna, &other)
    };
    assert_eq!(with(FullName { surname: "СОКОЛОВА", ..anna }), Same);
    assert_eq!(with(FullName { surname: "Сколова", ..anna }), Typo);
    assert_eq!(with(FullName { patronymic: "Иванвона", ..anna }), Typo);
    assert_eq!(with(FullName { surname: "Сколова", patronymic: "Иванвона", ..anna }), Other);
    assert_eq!(with(FullName { name: "Инна", ..anna }), Typo, "one letter: worth a question");
    assert_eq!(with(FullName { name: "Мария", ..anna }), Other);
    assert_eq!(with(FullName { patronymic: "нет", ..anna }), Other);
    let without = FullName { patronymic: "", ..anna };
    assert_eq!(person_likeness(&without, &FullName { patronymic: "нет", ..anna }), Same);
}

#[test]
fn letters_of_two_alphabets_become_one() {
    assert_eq!(letters::one_alphabet("Cоколова").unwrap(), "Соколова");
    assert_eq!(letters::one_alphabet("Саrter").unwrap(), "Carter");
    assert_eq!(letters::one_alphabet("Щеdрин"), Err((2, 'd')));
    assert_eq!(letters::one_alphabet("Анна7"), Err((4, '7')));
}
