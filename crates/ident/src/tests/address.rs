use crate::*;

const TYPED: AddressTyped<'static> = AddressTyped {
    index: "119019",
    region: "г. Москва",
    locality: "Москва",
    street: "ул.  Пречистенка",
    house: "д. 10",
    building: "корп. 2",
    flat: "кв.5",
};

#[test]
fn an_address_is_shown_on_one_line_without_doubled_words() {
    let address = Address::read(&TYPED).unwrap();
    assert_eq!(address.to_string(), "119019, Москва, ул. Пречистенка, д. 10, корп. 2, кв. 5");
    assert_eq!(address.masked(), "Москва, •••");
    assert_eq!(format!("{address:?}"), "Address(▒)");
    let village = AddressTyped {
        region: "Тверская область",
        locality: "деревня Кесова Гора",
        house: "12A",
        ..AddressTyped::default()
    };
    let village = Address::read(&village).unwrap();
    assert_eq!(village.to_string(), "Тверская область, деревня Кесова Гора, д. 12а");
    assert_eq!(village.street, None);
}

#[test]
fn parts_keep_the_words_that_say_something() {
    let read = |house, building, flat| {
        Address::read(&AddressTyped { house, building, flat, ..TYPED }).unwrap().to_string()
    };
    assert!(read("вл. 5", "стр. 1", "ком. 3").ends_with("вл. 5, стр. 1, ком. 3"));
    assert!(read("Дом № 12/3", "К2", "Квартира 7").ends_with("д. 12/3, корп. 2, кв. 7"));
    assert!(read("б/н", "", "").ends_with("д. б/н"));
    assert!(read("10", "—", "-").ends_with("д. 10"), "a dash says that there is none");
    assert!(read("7-9", "", "１２").ends_with("д. 7-9, кв. 12"));
    let street = AddressTyped { street: "ул. Aлександра II", ..TYPED };
    assert_eq!(Address::read(&street).unwrap().street.unwrap(), "ул. Александра II");
}

#[test]
fn every_faulty_part_of_an_address_is_named_at_once() {
    use AddressFault::{Flat, House, Index, Locality, Region, Street};
    let typed = AddressTyped {
        index: "12345",
        region: "",
        locality: "Мо$ква",
        street: &"а".repeat(121),
        house: "дом",
        building: "",
        flat: "последняя",
    };
    assert_eq!(
        Address::read(&typed).unwrap_err(),
        vec![
            Index(NumberFault::Length { needs: 6, has: 5 }),
            Region(LineFault::Empty),
            Locality(LineFault::Stray { char: '$', position: 3 }),
            Street(LineFault::TooLong { max: 120, over: 1 }),
            House(LineFault::NoNumber),
            Flat(LineFault::NoNumber),
        ]
    );
    let building = AddressTyped { building: "второй", ..TYPED };
    assert_eq!(
        Address::read(&building).unwrap_err(),
        vec![AddressFault::Building(LineFault::NoNumber)]
    );
}
