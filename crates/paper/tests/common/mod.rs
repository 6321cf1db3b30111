//! Tickets for the tests: a usual one in each language, and the longest anybody could order.

#![allow(dead_code, reason = "every test binary uses a part")]

use paper::pdf::{ACCENT, Labels, Ticket};
use paper::token::{Claims, Signer, link, site_mark};

/// A real token, as the ticket of these samples would carry.
pub fn token() -> String {
    let claims = Claims {
        code: "04HM-ASW9N-F6YV".parse().unwrap(),
        revision: 1,
        start_minute: Claims::minute_of("2026-12-08T10:20:00+04:00".parse().unwrap()).unwrap(),
        site: site_mark("centre"),
    };
    Signer::from_seed([7; 32], 1).sign(&claims)
}

pub fn russian() -> Ticket {
    Ticket {
        lang: "ru".into(),
        title: "Талон на приём".into(),
        portal: "Окно · запись на приём".into(),
        labels: Labels {
            when: "Когда".into(),
            place: "Где".into(),
            person: "Кто приходит".into(),
            specialist: "Кто принимает".into(),
            number: "Номер записи".into(),
            code: "Код записи".into(),
            bring: "Что взять с собой".into(),
            notes: "Полезно знать".into(),
            more: "и ещё {n} — см. на портале".into(),
            qr_caption: "Покажите этот код на входе или у окна — с бумаги или с телефона".into(),
            qr_alt: "QR-код записи 26-0001-2344".into(),
        },
        person: "Соколова Алёна Ёлкина".into(),
        service: "Выдача паспорта гражданина Российской Федерации".into(),
        purpose: "Замена по достижении 45 лет".into(),
        date_long: "Вторник, 8 декабря 2026 года".into(),
        time: "10:20".into(),
        zone_note: "время местное, UTC+4".into(),
        duration: "около 20 минут".into(),
        organisation: "Отдел по вопросам миграции".into(),
        site: "Отделение «Центр»".into(),
        address: "г. Самара, ул. Садовая, д. 12, корп. 3, вход со двора".into(),
        room: "Кабинет № 14, 2 этаж".into(),
        specialist: "Щукина Юлия Эдуардовна".into(),
        number: "26-0001-2344".into(),
        code: "04HM-ASW9N-F6YV".into(),
        qr_text: link("https://okno.example", &token()),
        bring: vec![
            "Паспорт, который меняете".into(),
            "Две фотографии 35×45 мм, матовые, без уголка".into(),
            "Свидетельство о браке — если меняли фамилию".into(),
            "Квитанция об уплате пошлины 300 ₽ (можно показать с телефона)".into(),
        ],
        notes: vec![
            "Приходите за 5–10 минут до начала: на входе нужно отметиться.".into(),
            "Перенести или отменить запись можно до 7 декабря, 10:20. Осталось 2 переноса из 3."
                .into(),
            "Если опоздаете больше чем на 10 минут, приём могут перенести на конец дня.".into(),
        ],
        footer: vec![
            "Поддержка: 8 800 000-00-00, ежедневно с 8:00 до 20:00 · okno.example/help".into(),
            "Проверить талон: okno.example/t — по коду записи. Персональных данных в QR-коде нет."
                .into(),
        ],
        issued: "Выдан 22 ноября 2026 года, 06:40".into(),
        issued_at: "2026-11-22T02:40:00Z".parse().unwrap(),
        accent: ACCENT,
    }
}

pub fn english() -> Ticket {
    Ticket {
        lang: "en".into(),
        title: "Appointment ticket".into(),
        portal: "Okno · appointments".into(),
        labels: Labels {
            when: "When".into(),
            place: "Where".into(),
            person: "Who comes".into(),
            specialist: "Who receives you".into(),
            number: "Booking number".into(),
            code: "Booking code".into(),
            bring: "What to bring".into(),
            notes: "Good to know".into(),
            more: "and {n} more — see the portal".into(),
            qr_caption: "Show this code at the entrance, on paper or on your phone".into(),
            qr_alt: "QR code of booking 26-0001-2344".into(),
        },
        person: "Zoë O’Brien-Ångström".into(),
        service: "Passport of a citizen".into(),
        purpose: "Replacement at the age of 45".into(),
        date_long: "Tuesday, 8 December 2026".into(),
        time: "10:20".into(),
        zone_note: "local time, UTC+4".into(),
        duration: "about 20 minutes".into(),
        organisation: "Migration office".into(),
        site: "Centre branch".into(),
        address: "12 Sadovaya St, building 3, Samara".into(),
        room: "Room № 14, 2nd floor".into(),
        specialist: "Julia Shchukina".into(),
        bring: vec!["The passport you replace".into(), "Two photographs, 35×45 mm".into()],
        notes: vec!["Please come 5–10 minutes early: you check in at the entrance.".into()],
        footer: vec!["Support: 8 800 000-00-00 · okno.example/help".into()],
        issued: "Issued on 22 November 2026, 06:40".into(),
        ..russian()
    }
}

/// Twenty papers with long names, long everything.
pub fn crowded() -> Ticket {
    let paper = "справка о составе семьи и о зарегистрированных лицах, выданная не ранее чем за \
                 30 дней до подачи заявления";
    Ticket {
        bring: (1..=20).map(|n| format!("{n}-й документ: {paper}")).collect(),
        service: "Предварительное разрешение органа опеки и попечительства на совершение сделки \
                  с имуществом несовершеннолетнего"
            .into(),
        ..russian()
    }
}

/// What only a mistake or malice would order; every text is far too long.
pub fn absurd() -> Ticket {
    let long = |word: &str| format!("{word} ").repeat(400);
    let russian = russian();
    Ticket {
        title: long("Талон"),
        portal: long("Портал"),
        person: "Ы".repeat(3000),
        service: long("услуга"),
        purpose: long("цель"),
        date_long: long("декабря"),
        time: long("10:20"),
        zone_note: long("UTC"),
        duration: long("минут"),
        organisation: long("управление"),
        site: long("отделение"),
        address: long("улица"),
        room: long("кабинет"),
        specialist: long("специалист"),
        number: long("26"),
        code: long("04HM"),
        bring: (0..300).map(|_| long("документ")).collect(),
        notes: (0..300).map(|_| long("правило")).collect(),
        footer: (0..300).map(|_| long("телефон")).collect(),
        issued: long("Выдан"),
        labels: Labels {
            when: long("Когда"), qr_caption: long("код"), ..russian.labels.clone()
        },
        ..russian
    }
}
