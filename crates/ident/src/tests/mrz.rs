use jiff::civil::date;
use proptest::prelude::*;

use crate::*;

const FIRST: &str = "PNRUSW2GOLEV<<IL98<7R9EVI3<<<<<<<<<<<<<<<<<<";
const SECOND: &str = "4513456783RUS8001151M<<<<<<<2120320770001<50";

fn zone() -> Mrz {
    Mrz::read(&format!("{FIRST}\n{SECOND}\n")).unwrap()
}

fn of<'a>(surname: &'a str, name: &'a str, patronymic: &'a str) -> FullName<'a> {
    FullName { surname, name, patronymic }
}

#[test]
fn a_zone_gives_the_passport_and_the_name_back_exactly() {
    let zone = zone();
    assert_eq!((&*zone.surname, &*zone.name, &*zone.patronymic), ("ЩЁГОЛЕВ", "ИЛЬЯ", "ЮРЬЕВИЧ"));
    assert_eq!(
        (zone.series.to_string(), zone.number.to_string()),
        ("45 12".into(), "345678".into())
    );
    assert_eq!((zone.born, zone.issued_on), (date(1980, 1, 15), date(2012, 3, 20)));
    assert_eq!((zone.sex, zone.subdivision.to_string()), (Sex::Male, "770-001".into()));
    assert_eq!((zone.cut, format!("{zone:?}")), (false, "Mrz(▒)".into()));
    assert_eq!(zone.write().unwrap(), [FIRST, SECOND]);
}

#[test]
fn what_a_camera_gets_wrong_is_put_right() {
    let forms = [
        format!("{FIRST}{SECOND}"),
        format!("\n {} \r\n\n{}", FIRST.to_lowercase(), SECOND.replace('0', "O")),
        format!("{}\n{}", FIRST.replace("<<", "«"), SECOND.replace('1', "I")),
        format!("{}\n{SECOND}", FIRST.replace('O', "0").replace('I', "1")),
        format!("{}\n{SECOND}", FIRST.replace('E', "Е").replace("PNRUS", "РNRUS")),
    ];
    for text in forms {
        assert!(Mrz::read(&text).as_ref() == Ok(&zone()), "{text}");
    }
}

#[test]
fn what_is_wrong_with_a_zone_is_named_with_its_place() {
    let read = |first: &str, second: &str| Mrz::read(&format!("{first}\n{second}")).unwrap_err();
    assert_eq!(Mrz::read("").unwrap_err(), MrzFault::Lines { has: 0 });
    assert_eq!(Mrz::read(FIRST).unwrap_err(), MrzFault::Lines { has: 1 });
    assert_eq!(read(FIRST, &SECOND[1..]), MrzFault::Length { line: 2, has: 43 });
    assert_eq!(read(&FIRST.replace("PN", "P<"), SECOND), MrzFault::Document);
    assert_eq!(read(FIRST, &SECOND.replace("RUS", "UTO")), MrzFault::Document);
    let stray = |line, position, char| MrzFault::Stray { line, position, char };
    assert_eq!(read(&FIRST.replace("IL98", "IL9?"), SECOND), stray(1, 18, '?'));
    assert_eq!(read(FIRST, &SECOND.replace("8001151", "80X1151")), stray(2, 16, 'X'));
    assert_eq!(read(FIRST, &SECOND.replace('M', "<")), stray(2, 21, '<'));
    assert_eq!(read(&format!("{:<<44}", "PNRUS<<IL98"), SECOND), MrzFault::Name);
    use Checked::{Birth, Issue, Line, Number};
    let check = |second: &str| read(FIRST, second);
    assert_eq!(check(&SECOND.replace("345678", "345679")), MrzFault::CheckDigit(Number));
    assert_eq!(check(&SECOND.replace("800115", "810115")), MrzFault::CheckDigit(Birth));
    assert_eq!(check(&SECOND.replace("120320", "120321")), MrzFault::CheckDigit(Issue));
    assert_eq!(check(&SECOND.replace("<50", "<51")), MrzFault::CheckDigit(Line));
}

/// A zone with right check digits.
fn office(birth: &str, issue: &str, office: &str) -> Result<Mrz, MrzFault> {
    let digit = |text: &str| char::from(crate::checks::mrz(text.bytes()));
    let birth = format!("{birth}{}", digit(birth));
    let issue = format!("2{issue}{office}<");
    let rest = format!("<<<<<<<{issue}{}", digit(&issue));
    let all = digit(&format!("4513456783{birth}{rest}"));
    Mrz::read(&format!("{FIRST}\n4513456783RUS{birth}M{rest}{all}"))
}

#[test]
fn a_day_that_is_none_is_noticed_although_its_check_digits_are_right() {
    let with = |birth: &str, issue: &str| office(birth, issue, "770001");
    assert_eq!(office("800115", "120320", "000000").unwrap_err(), MrzFault::Zeros);
    assert_eq!(with("800231", "120320").unwrap_err(), MrzFault::Born);
    assert_eq!(with("800115", "121320").unwrap_err(), MrzFault::IssuedOn);
    assert_eq!(with("120321", "260321").unwrap().born, date(2012, 3, 21), "14 on the day of issue");
    assert_eq!(with("120322", "260321").unwrap().born, date(1912, 3, 22), "else a century older");
}

#[test]
fn names_are_compared_as_far_as_the_line_had_room() {
    let zone = zone();
    assert!(zone.is_of(&of("Щеголев", "Илья", "Юрьевич")));
    assert!(!zone.is_of(&of("Щеголев", "Илья", "")));
    assert!(!zone.is_of(&of("Щегол", "евИлья", "Юрьевич")), "where the surname ends counts");
    assert!(!zone.is_of(&of("Müller", "Илья", "Юрьевич")));
    let written = |surname: &str, name: &str, patronymic: &str| {
        let own = Mrz {
            surname: surname.into(),
            name: name.into(),
            patronymic: patronymic.into(),
            ..zone.clone()
        };
        let lines = own.write().unwrap();
        assert_eq!(lines[0].len(), 44, "{}", lines[0]);
        (lines[0].clone(), Mrz::read(&lines.join("\n")).unwrap())
    };
    let (_, read) = written("Салтыков-Щедрин", "Анна Мария", "нет");
    assert!(!read.is_of(&of("Салтыков-Щедрин", "Анна", "Мария Ивановна")));
    let (_, read) = written("Салтыков-Щедрин", "Анна Мария", "");
    assert!(read.is_of(&of("Салтыков Щедрин", "Анна-Мария", "нет")));
    // The patronymic is cut at the end of the line.
    let (line, read) = written("Воскресенский", "Константин", "Вячеславовичоглы");
    assert!(line.ends_with("<V83ESLAVOVI3O") && read.cut, "{line}");
    assert!(read.is_of(&of("Воскресенский", "Константин", "Вячеславовичоглы")));
    // The name makes room for an initial.
    let (line, read) = written("Христорождественский-Преображенский", "Иван", "Петрович");
    assert!(line.ends_with("<<I<P") && read.cut, "{line}");
    let (line, _) = written("Преображенский-Вознесенский", "Константинополь", "Петрович");
    assert!(line.ends_with("<<KONSTANT<P"), "{line}");
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        surname in "[А-ЯЁ]{1,34}", name in "[А-ЯЁ]{1,20}", patronymic in "[А-ЯЁ]{0,20}",
        series in 1u32..=9999, number in 1u32..=999_999, office in 1u32..=999_999,
        age in 14i16..99, birth in 0i32..33_000, later in 0i32..360, female: bool,
    ) {
        let span = |days| jiff::Span::new().days(days);
        let issued_on = date(2011, 7, 1) + span(birth / 2);
        let born = BirthDate::new(issued_on - jiff::Span::new().years(age) - span(later), issued_on).unwrap();
        prop_assume!(born.date() >= issued_on - jiff::Span::new().years(100));
        // A person of 100 and more looks like one of 14 only to those who read two digits of a year.
        prop_assume!(born.age(issued_on) < 100);
        let own = Mrz {
            surname: surname.clone(), name: name.clone(), patronymic: patronymic.clone(), cut: false,
            series: PassportSeries::parse(&format!("{series:04}")).unwrap(),
            number: PassportNumber::parse(&format!("{number:06}")).unwrap(),
            born: born.date(), sex: if female { Sex::Female } else { Sex::Male }, issued_on,
            subdivision: Subdivision::parse(&format!("{office:06}")).unwrap(),
        };
        let read = Mrz::read(&own.write().unwrap().join("\n")).unwrap();
        let said = of(&surname, &name, &patronymic);
        prop_assert!(read.is_of(&said));
        prop_assert!(read.cut || (&read.name, &read.patronymic) == (&name, &patronymic));
        let of_paper = |x: &Mrz| (x.series, x.number, x.born, x.sex, x.issued_on, x.subdivision);
        prop_assert!(of_paper(&read) == of_paper(&own) && read.surname == surname);
    }

    #[test]
    fn one_wrong_digit_of_the_second_line_is_noticed(place in 0usize..44, by in 1u8..10) {
        let mut line = SECOND.as_bytes().to_vec();
        prop_assume!(line[place].is_ascii_digit());
        line[place] = b'0' + (line[place] - b'0' + by) % 10;
        let text = format!("{FIRST}\n{}", String::from_utf8(line).unwrap());
        // Weights are 7, 3 and 1: none has a divisor with ten, so every change shows.
        prop_assert!(Mrz::read(&text).is_err());
    }
}
