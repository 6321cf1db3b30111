//! The phrases that people must be able to say, and all the ways they say them.

mod common;

use common::{ask, found, suggested, town};

const HEAD: &str = "Личный приём главы администрации";
const GUARDIANSHIP: &str = "Приём в органах опеки и попечительства";
const DOCTOR: &str = "Запись к врачу";
const PAPERS: &str = "Получение справок и выписок";
const TAXES: &str = "Посещение налоговой инспекции";
const TOWN_HALL: &str = "Приём граждан в мэрии";

const PHRASES: &[(&str, &str)] = &[
    ("встреча с главой администрации", HEAD),
    ("записаться к руководителю", HEAD),
    ("опека запись", GUARDIANSHIP),
    ("попечительство приём", GUARDIANSHIP),
    ("запись к врачу", DOCTOR),
    ("получение справки", PAPERS),
    ("приём в налоговую", TAXES),
    ("Запись на приём в мэрию", TOWN_HALL),
    ("Запись в МЭРИЮ", TOWN_HALL),
];

fn all_lead(cases: &[(&str, &str)]) {
    let index = town();
    for (said, meant) in cases {
        assert_eq!(found(&index, said), *meant, "searched «{said}»");
        assert_eq!(suggested(&index, said), *meant, "suggested for «{said}»");
    }
}

#[test]
fn every_phrase_leads_to_its_service() {
    all_lead(PHRASES);
}

#[test]
fn phrases_lead_without_their_aliases_too() {
    let docs = common::docs().into_iter().map(|mut doc| {
        doc.aliases.clear();
        doc
    });
    let index = search::Index::build(docs, &common::synonyms());
    for (said, meant) in PHRASES {
        assert_eq!(found(&index, said), *meant, "«{said}»");
    }
}

#[test]
fn other_forms_and_orders_lead_there_too() {
    all_lead(&[
        ("записаться на встречу с главой администрации", HEAD),
        ("приём у руководителя", HEAD),
        ("к главе администрации", HEAD),
        ("записи в опеку", GUARDIANSHIP),
        ("приём опеки", GUARDIANSHIP),
        ("записаться к врачам", DOCTOR),
        ("к врачу запись", DOCTOR),
        ("получить справку", PAPERS),
        ("хочу получить справки", PAPERS),
        ("в налоговую на приём", TAXES),
        ("налоговая", TAXES),
        ("запись онлайн в мэрию", TOWN_HALL),
        ("мэрия", TOWN_HALL),
        ("доктор", DOCTOR),
    ]);
}

#[test]
fn misspelt_phrases_lead_there_too() {
    all_lead(&[
        ("встреча с гловой администрации", HEAD),
        ("встреча с главой адменистрацыи", HEAD),
        ("записаться к рукаводителю", HEAD),
        ("апека запись", GUARDIANSHIP),
        ("опека запсь", GUARDIANSHIP),
        ("в апеку", GUARDIANSHIP),
        ("попичительство приём", GUARDIANSHIP),
        ("запесь к врочу", DOCTOR),
        ("получение спровки", PAPERS),
        ("палучение справки", PAPERS),
        ("приём в наллоговую", TAXES),
        ("наллоговая", TAXES),
        ("приём в нологовую", TAXES),
        ("Запись на прием в мерию", TOWN_HALL),
        ("загз", "Регистрация брака"),
        ("поликлинника прикрепление", "Прикрепление к поликлинике"),
        ("прикрепление к паликлиннике", "Прикрепление к поликлинике"),
    ]);
}

#[test]
fn phrases_in_the_wrong_layout_lead_there_too() {
    all_lead(&[
        ("dcnhtxf c ukfdjq flvbybcnhfwbb", HEAD),
        ("pfgbcfnmcz r herjdjlbntk.", HEAD),
        ("jgtrf pfgbcm", GUARDIANSHIP),
        ("jgtrf", GUARDIANSHIP),
        ("gjgtxbntkmcndj ghb`v", GUARDIANSHIP),
        ("pfgbcm r dhfxe", DOCTOR),
        ("запись r dhfxe", DOCTOR),
        ("gjkextybt cghfdrb", PAPERS),
        ("ghbtv d yfkjujde.", TAXES),
        ("Pfgbcm yf ghb`v d v'hb.", TOWN_HALL),
        ("PFGBCM D V\"HB>", TOWN_HALL),
        ("ьас", "МФЦ «Мои документы»"),
        ("рщц ещ сфтсуд", "How to cancel a booking"),
    ]);
}

#[test]
fn phrases_in_latin_letters_lead_there_too() {
    all_lead(&[
        ("vstrecha s glavoy administracii", HEAD),
        ("opeka", GUARDIANSHIP),
        ("opeka zapis", GUARDIANSHIP),
        ("zapis k vrachu", DOCTOR),
        ("poluchenie spravki", PAPERS),
        ("nalogovaya", TAXES),
        ("zapis v meriyu", TOWN_HALL),
        ("mfc", "МФЦ «Мои документы»"),
    ]);
}

#[test]
fn phrases_run_together_lead_there_too() {
    all_lead(&[
        ("записькврачу", DOCTOR),
        ("опеказапись", GUARDIANSHIP),
        ("приемвналоговую", TAXES),
    ]);
}

#[test]
fn yo_and_accents_do_not_matter() {
    all_lead(&[
        ("приём в налоговую", TAXES),
        ("прием в налоговую", TAXES),
        ("при\u{0435}\u{0308}м в налоговую", TAXES),
        ("попечительство прие\u{0301}м", GUARDIANSHIP),
        ("елкина", "Ёлкина Анна Юрьевна"),
        ("пётр иванов", "Иванов Пётр Сергеевич"),
    ]);
}

/// From which letter on each phrase must be understood, and from then on at every letter.
#[test]
fn phrases_are_understood_while_they_are_typed() {
    let index = town();
    for (phrase, known, meant) in [
        ("встреча с главой администрации", "вст", HEAD),
        ("записаться к руководителю", "записаться к р", HEAD),
        ("опека запись", "опе", GUARDIANSHIP),
        ("попечительство приём", "поп", GUARDIANSHIP),
        ("запись к врачу", "запись к вр", DOCTOR),
        ("получение справки", "получение с", PAPERS),
        ("приём в налоговую", "приём в н", TAXES),
        ("Запись на приём в мэрию", "Запись на приём в м", TOWN_HALL),
        ("Запись в МЭРИЮ", "Запись в М", TOWN_HALL),
        ("pfgbcm r dhfxe", "pfgbcm r dh", DOCTOR),
        ("приём в наллоговую", "приём в налло", TAXES),
        ("паликлиника прикрепление", "паликлиника прик", "Прикрепление к поликлинике"),
    ] {
        let letters: Vec<char> = phrase.chars().collect();
        for end in known.chars().count()..=letters.len() {
            let typed: String = letters[..end].iter().collect();
            assert_eq!(suggested(&index, &typed), meant, "typed «{typed}»");
        }
    }
}

#[test]
fn the_answer_says_what_was_understood() {
    let index = town();
    let corrected = |text| index.search(&ask(text)).corrected;
    assert_eq!(corrected("pfgbcm r dhfxe").as_deref(), Some("запись к врачу"));
    assert_eq!(corrected("апека").as_deref(), Some("опека"));
    assert_eq!(corrected("наллоговую инспекцию").as_deref(), Some("налоговую инспекцию"));
    assert_eq!(corrected("записькврачу").as_deref(), Some("запись к врачу"));
    assert_eq!(corrected("mfc").as_deref(), Some("мфц"));
    assert_eq!(corrected("ЗАПИСЬ  к врачу!"), None);
    assert_eq!(corrected("записаться к врачам"), None);
}
