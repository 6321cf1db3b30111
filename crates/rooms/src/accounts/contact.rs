//! Phones and e-mails, parsed once.

use base::{FieldFault, Pii};
use ident::{digit, tidy};

/// A Russian mobile phone in E.164: `+79` and nine digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Phone(Pii<String>);

impl Phone {
    /// Reads `+7 (912) 345-67-89`, `8 912 …`, `8 (10) 7 912 …` or `912…`; spaces, brackets, dashes and dots
    /// are forgiven, and whatever a list of contacts puts around them.
    ///
    /// # Errors
    /// `E-FORM-01` when empty, `E-PHONE-01` when it is no Russian number, `E-PHONE-02` when it is
    /// not a mobile one, `E-PHONE-03` with the digits that it needs and has.
    pub fn parse(field: &'static str, text: &str) -> Result<Self, FieldFault> {
        let text = tidy(text);
        if text.is_empty() {
            return Err(FieldFault::new(field, "E-FORM-01"));
        }
        let wrong = || FieldFault::new(field, "E-PHONE-01");
        let bare: String = text.chars().filter(|c| !" ()-.".contains(*c)).collect();
        let international = bare.starts_with('+');
        let typed = bare.strip_prefix('+').unwrap_or(&bare).chars();
        let digits: Option<String> = typed.map(|c| Some(char::from(b'0' + digit(c)?))).collect();
        let digits = digits.filter(|x| !x.is_empty()).ok_or_else(wrong)?;
        let digits = match digits.strip_prefix("810") {
            Some(abroad) if !international && abroad.starts_with('7') => abroad,
            _ => &digits,
        };
        let national = match (digits.len(), digits.as_bytes()[0], international) {
            (11, b'7', _) | (11, b'8', false) => &digits[1..],
            (10, b'0'..=b'6' | b'9', false) => digits,
            (_, b'0'..=b'6' | b'8' | b'9', true) | (11, b'0'..=b'6', _) => return Err(wrong()),
            (has, first, _) => {
                let needs = if matches!(first, b'7' | b'8') { 11 } else { 10 };
                let fault = FieldFault::new(field, "E-PHONE-03");
                return Err(fault.arg("needs", needs).arg("has", has));
            }
        };
        if !national.starts_with('9') {
            return Err(FieldFault::new(field, "E-PHONE-02"));
        }
        Ok(Self(format!("+7{national}").into()))
    }

    /// A phone that was sealed: it was read by [`Phone::parse`] before.
    pub(super) fn known(phone: String) -> Self {
        Self(phone.into())
    }

    /// `+79123456789`.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// `+7 912 345-67-89`: as one reads it aloud.
    pub fn spaced(&self) -> String {
        let digits = self.reveal();
        match (digits.get(2..5), digits.get(5..8), digits.get(8..10), digits.get(10..12)) {
            (Some(code), Some(three), Some(two), Some(end)) => {
                format!("+7 {code} {three}-{two}-{end}")
            }
            _ => digits.into(),
        }
    }

    /// `+7 912 ***-**-89`: enough to recognise one's own number.
    pub fn masked(&self) -> String {
        let digits = self.reveal();
        match (digits.get(2..5), digits.get(10..12)) {
            (Some(code), Some(end)) => format!("+7 {code} ***-**-{end}"),
            _ => "***".into(),
        }
    }
}

/// An e-mail address, folded to lower case so that it can be compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(Pii<String>);

impl Email {
    /// Reads an address; the shape is checked, the proof is the link that is sent to it.
    ///
    /// # Errors
    /// `E-FORM-01` when empty, `E-EMAIL-01` when it cannot be an address.
    pub fn parse(field: &'static str, text: &str) -> Result<Self, FieldFault> {
        let text = tidy(text);
        if text.is_empty() {
            return Err(FieldFault::new(field, "E-FORM-01"));
        }
        let folded = text.to_lowercase();
        match folded.rsplit_once('@') {
            Some((local, domain))
                if folded.len() <= 254 && is_local(local) && is_domain(domain) =>
            {
                Ok(Self(folded.into()))
            }
            _ => Err(FieldFault::new(field, "E-EMAIL-01")),
        }
    }

    /// An address that was sealed: it was read by [`Email::parse`] before.
    pub(super) fn known(email: String) -> Self {
        Self(email.into())
    }

    /// `anna@example.org`.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// `a***@example.org`: enough to recognise one's own.
    pub fn masked(&self) -> String {
        let (local, domain) = self.reveal().rsplit_once('@').unwrap_or_default();
        let first: String = local.chars().take(1).collect();
        format!("{first}***@{domain}")
    }
}

fn is_local(local: &str) -> bool {
    let known = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    (1..=64).contains(&local.len()) && local.chars().all(known) && dots_part(local)
}

fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    domain.contains('.') && dots_part(domain) && domain.split('.').all(label)
}

/// Dots stand between something.
fn dots_part(text: &str) -> bool {
    text.split('.').all(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_is_read_however_people_write_it() {
        let forms = [
            "+7 (912) 345-67-89",
            "8 912 345 67 89",
            "89123456789",
            "9123456789",
            "7912345–67–89",
            "\u{202a}+7 912 345\u{2212}67\u{2011}89\u{202c}",
            "8 (10) 7 912 345 67 89",
            "８９１２３４５６７８９",
        ];
        for text in forms {
            assert_eq!(Phone::parse("phone", text).unwrap().reveal(), "+79123456789", "{text}");
        }
        assert_eq!(Phone::parse("phone", "+7 9О2 345 67 О0").unwrap().reveal(), "+79023456700");
        let phone = Phone::parse("phone", forms[0]).unwrap();
        assert_eq!(phone.masked(), "+7 912 ***-**-89");
        assert_eq!(phone.spaced(), "+7 912 345-67-89");
    }

    #[test]
    fn what_is_wrong_with_a_phone_is_named() {
        let code = |text| Phone::parse("phone", text).unwrap_err().code;
        assert_eq!(code("  "), "E-FORM-01");
        assert_eq!(code("+7 495 123-45-67"), "E-PHONE-02");
        for text in [
            "+89123456789",
            "+1 912 345 67 89",
            "+375 29 123 45 67",
            "8 912 345 67 8a",
            "٩١٢٣٤٥٦٧٨٩",
        ] {
            assert_eq!(code(text), "E-PHONE-01", "{text}");
        }
    }

    #[test]
    fn a_digit_too_few_or_too_many_is_told() {
        let said = [
            ("912345678", 10, 9),
            ("91234567890", 10, 11),
            ("+7 912 345 67 8", 11, 10),
            ("7 912 345 67 8", 11, 10),
            ("8 912 345 67 899", 11, 12),
            ("8 (10) 7 912 345 67 8", 11, 10),
        ];
        for (text, needs, has) in said {
            let fault = Phone::parse("phone", text).unwrap_err();
            assert_eq!(fault.code, "E-PHONE-03", "{text}");
            let args = vec![("needs", needs.to_string()), ("has", has.to_string())];
            assert_eq!(fault.args, args, "{text}");
        }
    }

    #[test]
    fn an_email_is_folded_and_its_shape_checked() {
        assert_eq!(
            Email::parse("email", " Anna.S@Example.ORG ").unwrap().reveal(),
            "anna.s@example.org"
        );
        let email = Email::parse("email", "Anna.S@Example.ORG").unwrap();
        assert_eq!(email.masked(), "a***@example.org");
        assert!(Email::parse("email", "анна@почта.рф").is_ok());
        for text in [
            "anna",
            "anna@",
            "@example.org",
            "a b@example.org",
            "a@b",
            "a..b@c.ru",
            "a@-b.ru",
            "a@b.ru\r\nBcc: x",
        ] {
            assert_eq!(Email::parse("email", text).unwrap_err().code, "E-EMAIL-01", "{text}");
        }
    }
}
