use crate::*;

#[test]
fn a_birth_certificate_is_read_however_its_series_is_typed() {
    for series in ["IV-АИ", "iv-аи", "ІУ-АИ", "1V АИ", "IVАИ", "IV–AИ", "|V-АИ"] {
        let paper = BirthCertificate::read(series, "№ 123456").unwrap();
        assert_eq!(paper.to_string(), "IV-АИ 123456", "{series}");
        assert_eq!(paper.masked(), "IV-АИ ••••56");
    }
    let series = |text| BirthCertificate::read(text, "123456").unwrap().series();
    assert_eq!(series("11-МЮ"), "II-МЮ");
    assert_eq!(series("ХХУ-ЕР"), "XXV-ЕР");
    assert_eq!(series("ЛХ-CA"), "LX-СА");
    for (typed, meant) in
        [("П-МЮ", "II-МЮ"), ("ХШ-ЕР", "XIII-ЕР"), ("Ⅳ-АИ", "IV-АИ"), ("ⅻ–аи", "XII-АИ")]
    {
        assert_eq!(series(typed), meant);
    }
}

#[test]
fn what_is_wrong_with_a_birth_certificate_is_named_for_each_part() {
    let faults = |series, number| BirthCertificate::read(series, number).unwrap_err();
    use CertificateFault::{Letters, Number, Numeral, SeriesEmpty};
    assert_eq!(faults("", ""), vec![SeriesEmpty, Number(NumberFault::Empty)]);
    assert_eq!(faults("IIV-АИ", "123456"), vec![Numeral]);
    assert_eq!(faults("Q-АИ", "123456"), vec![Numeral]);
    assert_eq!(faults("IV", "123456"), vec![Letters]);
    assert_eq!(faults("IV-А7", "123456"), vec![Letters]);
    assert_eq!(faults("IV-DF", "123456"), vec![Letters], "no Russian letters look like these");
    let length = NumberFault::Length { needs: 6, has: 5 };
    assert_eq!(faults("IIX-АИ", "12345"), vec![Numeral, Number(length)]);
    assert_eq!(faults("IV-АИ", "000000"), vec![Number(NumberFault::Zeros)]);
}

#[test]
fn a_tax_code_of_a_branch_may_have_two_letters() {
    assert_eq!(Kpp::parse("770143001").unwrap().to_string(), "770143001");
    assert_eq!(Kpp::parse("7701 43 001").unwrap().masked(), "7701••••1");
    let cyrillic = Kpp::parse("7701АВ001").unwrap();
    assert_eq!(cyrillic, Kpp::parse("7701AB001").unwrap());
    assert_eq!(cyrillic.to_string(), "7701AB001");
    assert_eq!(Kpp::parse("7A0143001"), Err(NumberFault::Stray { char: 'A', position: 2 }));
    assert_eq!(Kpp::parse("7701Ж3001"), Err(NumberFault::Stray { char: 'Ж', position: 5 }));
    assert_eq!(Kpp::parse("000000000"), Err(NumberFault::Zeros));
    assert_eq!(Kpp::parse("77014300"), Err(NumberFault::Length { needs: 9, has: 8 }));
    assert_eq!(Kpp::parse(""), Err(NumberFault::Empty));
}

#[test]
fn numbers_that_look_the_same_are_alike() {
    for same in ["70 HA 1034567", "７0на-1034567", "№70НА\u{202e}1О34567", "70НА IОЗ4567"]
    {
        assert_eq!(alike(same), alike("70НА 1034567"), "{same}");
    }
    assert_ne!(alike("70НА 1034567"), alike("70НА 1034568"));
    assert_ne!(alike("17-р"), alike("17-п"));
}
