//! The code that writes Russian letters with Latin ones and digits, one for one, so that a machine
//! can give the name back exactly.

/// Russian capital, its sign.
const CODE: [(char, u8); 33] = [
    ('А', b'A'),
    ('Б', b'B'),
    ('В', b'V'),
    ('Г', b'G'),
    ('Д', b'D'),
    ('Е', b'E'),
    ('Ё', b'2'),
    ('Ж', b'J'),
    ('З', b'Z'),
    ('И', b'I'),
    ('Й', b'Q'),
    ('К', b'K'),
    ('Л', b'L'),
    ('М', b'M'),
    ('Н', b'N'),
    ('О', b'O'),
    ('П', b'P'),
    ('Р', b'R'),
    ('С', b'S'),
    ('Т', b'T'),
    ('У', b'U'),
    ('Ф', b'F'),
    ('Х', b'H'),
    ('Ц', b'C'),
    ('Ч', b'3'),
    ('Ш', b'4'),
    ('Щ', b'W'),
    ('Ъ', b'X'),
    ('Ы', b'Y'),
    ('Ь', b'9'),
    ('Э', b'6'),
    ('Ю', b'7'),
    ('Я', b'8'),
];

/// The sign of a letter, small or capital.
pub(super) fn sign(letter: char) -> Option<u8> {
    let capital = letter.to_uppercase().next()?;
    CODE.iter().find(|(russian, _)| *russian == capital).map(|(_, sign)| *sign)
}

/// The letter of a sign. Nought, one and five are no signs: a camera saw them in O, I and S.
pub(super) fn letter(sign: u8) -> Option<char> {
    let meant = match sign {
        b'0' => b'O',
        b'1' => b'I',
        b'5' => b'S',
        _ => sign,
    };
    CODE.iter().find(|(_, code)| *code == meant).map(|(russian, _)| *russian)
}
