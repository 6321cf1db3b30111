//! Refusals in words: whoever sits at a command line has no page that would explain their codes.

use base::{Error, FieldFault};
use texts::{Lang, Texts};

/// An error as it is printed: a refusal with the text of its code and of every field, in the language of
/// the terminal.
pub(crate) fn said(error: &Error) -> String {
    let (Error::Refusal(refusal), Ok(texts)) = (error, Texts::load()) else {
        return error.to_string();
    };
    let lang = lang();
    let words = |code: &str, args: &[(&'static str, String)]| {
        // Whole numbers choose plural forms, as on the pages.
        let args = args.iter().map(|(name, x)| match x.parse::<i64>() {
            Ok(n) if n.to_string() == *x => (*name, n.into()),
            _ => (*name, x.as_str().into()),
        });
        let args: Vec<_> = args.collect();
        let key = code.to_lowercase();
        match texts.has(lang, &key) {
            true => format!("{code}: {}", texts.with(lang, &key, &args)),
            false => code.to_owned(),
        }
    };
    let field = |x: &FieldFault| format!("{}: {}", x.field, words(x.code, &x.args));
    match refusal.fields.as_slice() {
        [] => words(refusal.code, &refusal.args),
        fields => fields.iter().map(field).collect::<Vec<_>>().join("\n"),
    }
}

/// What the terminal speaks: Russian when it says so.
#[allow(
    clippy::disallowed_methods,
    reason = "the language of a terminal stands in its environment"
)]
fn lang() -> Lang {
    let set = |name: &&str| std::env::var(name).ok().filter(|x| !x.is_empty());
    let said = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set).unwrap_or_default();
    if said.starts_with("ru") { Lang::Ru } else { Lang::En }
}

#[cfg(test)]
mod tests {
    use base::{Kind, Refusal};

    use super::*;

    #[test]
    fn a_refusal_is_printed_with_its_text_and_those_of_its_fields() {
        let error = Error::from(Refusal::new(Kind::Conflict, "E-ROLE-09"));
        let text = said(&error);
        assert!(text.starts_with("E-ROLE-09: ") && text.len() > 30, "{text}");
        let fields =
            vec![FieldFault::new("reason", "E-FORM-01"), FieldFault::new("title", "E-FORM-01")];
        let text = said(&Error::from(Refusal::invalid(fields)));
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("reason: E-FORM-01: ") && lines.len() == 2, "{text}");
    }
}
