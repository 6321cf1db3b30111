//! The frame of a page, and what templates may ask.

use std::fmt::Display;

use base::FieldFault;
use base::config::Config;
use rooms::sso::elsewhere::Provider;
use texts::FluentValue;

use crate::look::Look;
use crate::pages::{account, session, staff};
use crate::{FormState, Visit, assets, next};

/// The frame of a page: every page struct has a field `shell`, made by [`Visit::shell`].
#[derive(Clone, Debug)]
pub struct Shell {
    /// The request this page answers.
    pub visit: Visit,
    /// The title: of the window and, as a rule, the page's first heading.
    pub title: String,
    /// What the page is about, in a sentence or two: for search engines. See [`Shell::about`].
    pub about: String,
    /// The way from the home page: path and words. See [`Shell::crumb`].
    pub crumbs: Vec<(String, String)>,
    /// Whether the page's form was refused: then the window's title says so first.
    pub refused: bool,
}

impl Shell {
    pub(crate) fn new(visit: Visit, title: &str) -> Self {
        let title = visit.t(title).to_owned();
        let about = visit.t("portal-about").to_owned();
        Self { visit, title, about, crumbs: Vec::new(), refused: false }
    }

    /// About what `words` say, instead of what every page is about.
    #[must_use]
    pub fn about(mut self, words: impl Into<String>) -> Self {
        self.about = words.into();
        self
    }

    /// With a step of the way from the home page to here. `words` is a key or the words themselves.
    #[must_use]
    pub fn crumb(mut self, path: impl Into<String>, words: &str) -> Self {
        let words = self.visit.t(words).to_owned();
        self.crumbs.push((path.into(), words));
        self
    }

    /// Of a page that holds `form`.
    #[must_use]
    pub fn of(mut self, form: &FormState) -> Self {
        self.refused = form.is_refused();
        self
    }

    /// The text `key`.
    pub fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.visit.t(key)
    }

    /// The text `key` with the number `n`.
    pub fn tn(&self, key: &str, n: impl Count) -> String {
        self.visit.tn(key, n)
    }

    /// The text `key` with one argument.
    pub fn tv(&self, key: &str, name: &str, value: impl Display) -> String {
        self.visit.tw(key, &[(name, value.to_string().into())])
    }

    /// A text of the instance in the language of the page.
    pub fn words<'a>(&self, text: &'a rooms::text::Text) -> &'a str {
        text.in_lang(self.visit.lang)
    }

    /// The value of the field `name` of one of many forms on a page, the one that goes to `to`: what was
    /// typed before it could be taken, else what is known.
    pub fn typed<'a>(&'a self, to: &str, name: &str, known: &'a str) -> &'a str {
        self.visit.typed.as_ref().and_then(|x| x.of(to, name)).unwrap_or(known)
    }

    /// The operation's id, for whoever calls the support.
    pub fn op(&self) -> &str {
        &self.visit.op
    }

    /// What is wrong with a field, in words.
    pub fn fault(&self, fault: &FieldFault) -> String {
        let code = match (fault.code, &*fault.field) {
            // The field takes a phone or an e-mail: it is not told about one of them alone.
            ("E-PHONE-01", "identifier" | "contact") => "E-PHONE-01-NAMED",
            (code, _) => code,
        };
        code_text(&self.visit, code, &fault.args)
    }

    /// A text whose numbers stay whole at the end of a line: «09:00–18:00», «7K2M-49QX».
    pub fn whole(&self, text: &str) -> String {
        whole(text)
    }

    /// What a field is called in the summary on top of a form, when the form does not say it itself:
    /// see [`crate::summary`]. Nothing when nobody knows.
    pub fn label_of(&self, form: &FormState, fault: &FieldFault) -> String {
        let key = format!("field-{}", fault.field);
        let own = form.labels.iter().find(|x| x.0 == fault.field).map(|x| x.1.as_str());
        let known = self.visit.app.texts.has(self.visit.lang, &key).then(|| self.t(&key));
        match own.or(known) {
            Some(label) => format!("{}: ", label.trim_end_matches('?')),
            None => String::new(),
        }
    }

    /// Where passkeys work, as browsers name it; nothing when the portal's address allows none.
    pub fn key_origin(&self) -> &str {
        self.visit.app.policy.site.as_ref().map_or("", |x| x.origin.as_str())
    }

    /// Whether people can sign electronically here.
    pub fn signs(&self) -> bool {
        self.visit.app.judge.is_some()
    }

    /// The page at `path`, which leads on to `next`.
    pub fn with_next(&self, path: &str, next: &str) -> String {
        next::with(path, next)
    }

    /// Address of a file of `assets/`.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::url(name)
    }

    /// Address of an icon of the sprite, for `<use href>`.
    pub fn icon(&self, name: &str) -> String {
        format!("{}#{name}", assets::url("icons.svg"))
    }

    /// `ru` or `en`.
    pub fn lang(&self) -> &'static str {
        self.visit.lang.code()
    }

    /// How the page is to look.
    pub fn look(&self) -> Look {
        self.visit.look
    }

    /// The engineer's settings.
    pub fn config(&self) -> &Config {
        &self.visit.app.config
    }

    /// Whether this is the demo.
    pub fn demo(&self) -> bool {
        self.visit.app.demo
    }

    /// The name of the person who is signed in.
    pub fn name(&self) -> Option<&str> {
        self.visit.signed_in.as_ref().map(|x| x.name.reveal().as_str())
    }

    /// Seconds until the session ends without another request: for whoever is signed in.
    pub fn session_left(&self) -> Option<i64> {
        self.visit.signed_in.as_ref().map(|x| session::left(x, self.visit.app.clock.now()))
    }

    /// Whether to remind of an e-mail that was never proved: on every page but the one that says how.
    pub fn unproved(&self) -> bool {
        self.visit.signed_in.as_ref().is_some_and(|x| x.unproved) && self.visit.path != "/account"
    }

    /// From when somebody who recovers access to this account can, in words: for its owner, who can stop it.
    pub fn recovery(&self) -> Option<String> {
        self.visit.recovery.map(|at| account::moment(&self.visit, at))
    }

    /// The first page of this person's workplace, when they have one.
    pub fn workplace(&self) -> Option<&'static str> {
        staff::workplace(&self.visit)
    }

    /// Whether this page lies at `path` or below: marks the place in the navigation.
    pub fn at(&self, path: &str) -> bool {
        let rest = self.visit.path.strip_prefix(path);
        rest.is_some_and(|x| x.is_empty() || x.starts_with('/'))
    }

    /// Whether this is the home page.
    pub fn home(&self) -> bool {
        self.visit.path == "/"
    }

    /// Providers of identity with which people may sign in.
    pub fn providers(&self) -> &[Provider] {
        self.visit.app.providers.all()
    }

    /// The way to a provider and back to `next`.
    pub fn with_provider(&self, provider: &Provider, back: &str) -> String {
        next::with(&format!("/signin/with/{}", provider.id), back)
    }

    /// Where forms lead back to: this page, or its beginning when it answered a form.
    pub fn here(&self) -> &str {
        if self.visit.reads { next::own(&self.visit.here) } else { "/" }
    }

    /// The sign-in page that leads back here.
    pub fn signin(&self) -> String {
        next::with("/signin", self.here())
    }

    /// The support's telephone as a link wants it: digits and a leading plus.
    pub fn support_tel(&self) -> String {
        let phone = &self.config().support_phone;
        phone.chars().filter(|x| x.is_ascii_digit() || *x == '+').collect()
    }

    /// Where the source of this portal lies: a promise of its licence to everybody.
    pub fn source_code(&self) -> &'static str {
        env!("CARGO_PKG_REPOSITORY")
    }
}

/// How long to wait, as people say it: nobody counts a day in minutes.
fn wait(visit: &Visit, minutes: i64) -> String {
    let (key, unit) = match minutes {
        ..=90 => ("wait-minutes", 1),
        91..=2880 => ("wait-hours", 60),
        _ => ("wait-days", 1440),
    };
    visit.tn(key, (minutes + unit - 1) / unit)
}

/// The text of a code of the error catalogue: its key is the code in lower case. Minutes come also as the time
/// to wait, in words.
pub(crate) fn code_text(visit: &Visit, code: &str, args: &[(&'static str, String)]) -> String {
    // Whole numbers choose plural forms; everything else is text.
    let value = |text: &String| match text.parse::<i64>() {
        Ok(n) if n.to_string() == *text => FluentValue::from(n),
        _ => FluentValue::from(text.clone()),
    };
    let minutes = args.iter().find(|x| x.0 == "minutes").and_then(|x| x.1.parse().ok());
    let waits = minutes.map(|x| ("wait", FluentValue::from(wait(visit, x))));
    let args: Vec<_> = args.iter().map(|(name, text)| (*name, value(text))).chain(waits).collect();
    visit.tw(&code.to_lowercase(), &args)
}

/// Whatever can be counted, by value or by reference: templates hand over references.
pub trait Count {
    /// The number.
    fn count(self) -> i64;
}

impl<T: Count + Copy> Count for &T {
    fn count(self) -> i64 {
        (*self).count()
    }
}

macro_rules! counts {
    ($($number:ty),+) => {
        $(impl Count for $number {
            fn count(self) -> i64 {
                i64::try_from(self).unwrap_or(i64::MAX)
            }
        })+
    };
}
counts!(i64, i32, u8, u16, u32, u64, usize);

/// Binds what stands on both sides of a dash, in words without small letters, and the number of a house to its
/// street.
fn whole(text: &str) -> String {
    let bound = |word: &str| match word.contains(char::is_lowercase) {
        true => word.to_owned(),
        false => word.replace('-', "\u{2060}-\u{2060}").replace('–', "\u{2060}–\u{2060}"),
    };
    let mut whole = String::with_capacity(text.len());
    for (at, word) in text.split(' ').enumerate() {
        let house = word.len() <= 6 && word.starts_with(|x: char| x.is_ascii_digit());
        match at {
            0 => {}
            _ if house && whole.ends_with([',', '.']) => whole.push('\u{a0}'),
            _ => whole.push(' '),
        }
        whole.push_str(&bound(word));
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn hours_and_codes_stay_whole_at_the_end_of_a_line() {
        let hours = whole("пн–пт 09:00–18:00, запись по-прежнему");
        assert_eq!(hours, "пн–пт 09:00\u{2060}–\u{2060}18:00, запись по-прежнему");
        assert_eq!(whole("Томск, ул. Кленовая, д. 10"), "Томск, ул. Кленовая, д.\u{a0}10");
        assert_eq!(whole("например 7K2M-49QX"), "например 7K2M\u{2060}-\u{2060}49QX");
    }
}
