//! What comes next when a site asks to sign somebody in: pure.

use base::Instant;
use serde::{Deserialize, Serialize};

use super::consent::Consent;
use super::{Scope, Scopes, level_of};
use crate::accounts::Level;

/// What a site sent, word by word; where it may be answered is known already.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// `response_type`.
    pub response_type: String,
    /// `response_mode`.
    pub response_mode: String,
    /// `scope`.
    pub scope: String,
    /// `state`.
    pub state: Option<String>,
    /// `nonce`.
    pub nonce: Option<String>,
    /// `code_challenge`.
    pub challenge: String,
    /// `code_challenge_method`.
    pub challenge_method: String,
    /// `prompt`.
    pub prompt: String,
    /// `max_age`.
    pub max_age: Option<String>,
    /// `acr_values`.
    pub acr_values: String,
    /// `request`, `request_uri` or `registration` came.
    pub foreign: Option<&'static str>,
}

/// What a site wants, as it was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Where the person goes back to.
    pub redirect: String,
    /// What the site wants to read; never more than it may ask for.
    pub scopes: Scopes,
    /// Given back as it came.
    pub state: Option<String>,
    /// Goes into the token.
    pub nonce: Option<String>,
    /// What the site will prove with its verifier (PKCE, S256).
    pub challenge: String,
    /// Nothing may be shown.
    pub silent: bool,
    /// The person must prove once more who they are.
    pub login: bool,
    /// The person must be asked once more.
    pub consent: bool,
    /// How old the proof may be, in seconds.
    pub max_age: Option<i64>,
    /// The least level.
    pub level: Option<Level>,
    /// Who the person is at the site, if it expects somebody whom it knows.
    #[serde(default)]
    pub subject: Option<String>,
}

/// Why a site does not get what it asked for; [`Wrong::as_str`] is what it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Something is missing, comes twice or cannot be understood.
    Request,
    /// Another kind of answer than a code.
    ResponseType,
    /// No `openid` among what it may ask for.
    Scope,
    /// `request` is not supported.
    RequestObject,
    /// `request_uri` is not supported.
    RequestUri,
    /// `registration` is not supported.
    Registration,
    /// Nothing may be shown, and nobody is signed in, or not lately.
    Login,
    /// Nothing may be shown, and the person has not been asked.
    Consent,
    /// The person said no.
    Denied,
    /// The level of the account is too low.
    Level,
}

impl Wrong {
    /// As the standards call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "invalid_request",
            Self::ResponseType => "unsupported_response_type",
            Self::Scope => "invalid_scope",
            Self::RequestObject => "request_not_supported",
            Self::RequestUri => "request_uri_not_supported",
            Self::Registration => "registration_not_supported",
            Self::Login => "login_required",
            Self::Consent => "consent_required",
            Self::Denied => "access_denied",
            Self::Level => "unmet_authentication_requirements",
        }
    }

    /// For whoever writes the site: short, English, nothing of the person.
    pub fn words(self) -> &'static str {
        match self {
            Self::Request => "something is missing, comes twice or cannot be understood",
            Self::ResponseType => "only response_type code is answered",
            Self::Scope => "openid must be among the scopes",
            Self::RequestObject => "request is not supported",
            Self::RequestUri => "request_uri is not supported",
            Self::Registration => "registration is not supported",
            Self::Login => "the person must sign in",
            Self::Consent => "the person must be asked",
            Self::Denied => "the person said no",
            Self::Level => "the level of the account is too low",
        }
    }
}

/// Characters of a state or a nonce.
const LONGEST: usize = 2000;

/// Understands what was sent by a site that may ask for `allowed`.
///
/// # Errors
/// What the site is told at its address.
pub fn understand(sent: &Sent, redirect: &str, allowed: Scopes) -> Result<Asked, Wrong> {
    match sent.foreign {
        Some("request") => return Err(Wrong::RequestObject),
        Some("request_uri") => return Err(Wrong::RequestUri),
        Some(_) => return Err(Wrong::Registration),
        None => {}
    }
    match sent.response_type.as_str() {
        "code" => {}
        "" => return Err(Wrong::Request),
        _ => return Err(Wrong::ResponseType),
    }
    if !matches!(sent.response_mode.as_str(), "" | "query") {
        return Err(Wrong::Request);
    }
    let scopes = Scopes::parse(&sent.scope).and(allowed);
    if !scopes.has(Scope::OpenId) {
        return Err(Wrong::Scope);
    }
    // 32 bytes in base64url: S256 gives nothing else. Without a proof a stolen code would do.
    let digest = super::secret::decoded(&sent.challenge).is_some_and(|x| x.len() == 32);
    if sent.challenge_method != "S256" || !digest {
        return Err(Wrong::Request);
    }
    let long = |x: &Option<String>| x.as_ref().is_some_and(|x| x.len() > LONGEST);
    let prompts: Vec<&str> = sent.prompt.split_whitespace().collect();
    let silent = prompts.contains(&"none");
    if long(&sent.state) || long(&sent.nonce) || (silent && prompts.len() > 1) {
        return Err(Wrong::Request);
    }
    let max_age = match sent.max_age.as_deref().map(str::parse::<i64>) {
        None => None,
        Some(Ok(seconds)) if seconds >= 0 => Some(seconds),
        Some(_) => return Err(Wrong::Request),
    };
    let consent = prompts.contains(&"consent") || prompts.contains(&"select_account");
    Ok(Asked {
        redirect: redirect.to_owned(),
        scopes,
        state: sent.state.clone(),
        nonce: sent.nonce.clone(),
        challenge: sent.challenge.clone(),
        silent,
        login: prompts.contains(&"login"),
        consent,
        max_age,
        level: sent.acr_values.split_whitespace().filter_map(level_of).min(),
        subject: None,
    })
}

/// Who is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Who {
    /// How surely the person is known.
    pub level: Level,
    /// When they proved it.
    pub proved_at: Instant,
}

/// What the person said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// To this request: these may be read.
    Allowed(Scopes),
    /// To this request: no.
    Denied,
    /// To an earlier one, which is to hold for later ones: what was asked, what may be read.
    Before(Scopes, Scopes),
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Somebody has to sign in.
    SignIn,
    /// It is somebody else who has to.
    SignInOther,
    /// Whoever is signed in has to prove it once more.
    ProveAgain,
    /// The level of the account has to be raised to this one.
    Raise(Level),
    /// The person has to be asked.
    Ask,
    /// The site gets a code for these.
    Give(Scopes),
    /// The site is told that it gets nothing.
    Refuse(Wrong),
}

/// What comes next for what was `asked` at the moment `since`.
pub fn step(asked: &Asked, since: Instant, who: Option<Who>, word: Option<Word>) -> Step {
    let unless_silent = |step, wrong| if asked.silent { Step::Refuse(wrong) } else { step };
    if word == Some(Word::Denied) {
        return Step::Refuse(Wrong::Denied);
    }
    let Some(who) = who else { return unless_silent(Step::SignIn, Wrong::Login) };
    // Counted from when the site asked: however long the person takes, one proof is enough.
    let oldest = asked.max_age.map(|x| since.plus(-x.saturating_mul(Instant::SECOND)));
    let oldest = if asked.login { Some(since) } else { oldest };
    if oldest.is_some_and(|oldest| who.proved_at < oldest) {
        return unless_silent(Step::ProveAgain, Wrong::Login);
    }
    if let Some(least) = asked.level.filter(|x| who.level < *x) {
        return unless_silent(Step::Raise(least), Wrong::Level);
    }
    match word {
        Some(Word::Allowed(scopes)) => Step::Give(scopes.and(asked.scopes)),
        Some(Word::Before(shown, given)) if !asked.consent && asked.scopes.within(shown) => {
            Step::Give(given.and(asked.scopes))
        }
        _ => unless_silent(Step::Ask, Wrong::Consent),
    }
}

/// What a person is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// What they say yes or no to.
    pub shown: Scopes,
    /// To what they have not said no before.
    pub ticked: Scopes,
    /// What the site gets beside that, because they allowed it before.
    pub given: Scopes,
    /// They did not want to be asked each time.
    pub remember: bool,
}

/// What a person is asked who said `before` what is in force: what they have never been asked, and all of
/// it when the site, or the person, wants that each time.
pub fn question(asked: &Asked, before: Option<&Consent>) -> Question {
    let all = asked.scopes;
    let Some(before) = before else {
        return Question { shown: all, ticked: all, given: Scopes::default(), remember: true };
    };
    let shown = match before.remembered && !asked.consent {
        true => all.not_in(before.asked),
        false => all,
    };
    let declined = before.asked.not_in(before.scopes);
    Question {
        shown,
        ticked: shown.not_in(declined),
        given: before.scopes.and(all).not_in(shown),
        remember: before.remembered,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn sent() -> Sent {
        Sent {
            response_type: "code".into(),
            scope: "openid profile email address".into(),
            challenge: CHALLENGE.into(),
            challenge_method: "S256".into(),
            ..Sent::default()
        }
    }

    fn read(sent: &Sent) -> Result<Asked, Wrong> {
        understand(sent, "https://nalog.example/cb", Scopes::parse("openid profile"))
    }

    #[test]
    fn what_a_site_asks_is_understood_or_refused_by_name() {
        let asked = read(&sent()).unwrap();
        assert_eq!(asked.scopes, Scopes::parse("openid profile"), "never more than it may");
        type Change = fn(&mut Sent);
        let cases: [(Change, Wrong); 18] = [
            (|x| x.response_type = String::new(), Wrong::Request),
            (|x| x.response_type = "token".into(), Wrong::ResponseType),
            (|x| x.response_type = "code id_token".into(), Wrong::ResponseType),
            (|x| x.response_mode = "fragment".into(), Wrong::Request),
            (|x| x.response_mode = "form_post".into(), Wrong::Request),
            (|x| x.scope = String::new(), Wrong::Scope),
            (|x| x.scope = "profile".into(), Wrong::Scope),
            (|x| x.challenge = String::new(), Wrong::Request),
            (|x| x.challenge = "short".into(), Wrong::Request),
            (|x| x.challenge_method = String::new(), Wrong::Request),
            (|x| x.challenge_method = "plain".into(), Wrong::Request),
            (|x| x.prompt = "none login".into(), Wrong::Request),
            (|x| x.max_age = Some("-1".into()), Wrong::Request),
            (|x| x.max_age = Some("soon".into()), Wrong::Request),
            (|x| x.state = Some("x".repeat(2001)), Wrong::Request),
            (|x| x.foreign = Some("request"), Wrong::RequestObject),
            (|x| x.foreign = Some("request_uri"), Wrong::RequestUri),
            (|x| x.foreign = Some("registration"), Wrong::Registration),
        ];
        for (i, (change, wrong)) in cases.into_iter().enumerate() {
            let mut sent = sent();
            change(&mut sent);
            assert_eq!(read(&sent), Err(wrong), "case {i}");
        }
        let mut high = sent();
        high.acr_values = "urn:okno:level:verified urn:okno:level:standard urn:else:3".into();
        assert_eq!(read(&high).unwrap().level, Some(Level::Standard));
    }

    #[test]
    fn a_person_signs_in_proves_it_is_known_enough_and_says_yes() {
        let (since, now) = (Instant::from_minutes(100), Instant::from_minutes(101));
        let who = Some(Who { level: Level::Simplified, proved_at: since.plus(-Instant::MINUTE) });
        let fresh = Some(Who { level: Level::Standard, proved_at: now });
        let asked = Asked { scopes: Scopes::parse("openid email"), ..Asked::default() };
        let quiet = Asked { silent: true, ..asked.clone() };
        assert_eq!(step(&asked, since, None, None), Step::SignIn);
        assert_eq!(step(&quiet, since, None, None), Step::Refuse(Wrong::Login));
        assert_eq!(step(&asked, since, who, None), Step::Ask);
        assert_eq!(step(&quiet, since, who, None), Step::Refuse(Wrong::Consent));
        assert_eq!(step(&asked, since, who, Some(Word::Denied)), Step::Refuse(Wrong::Denied));

        let login = Asked { login: true, ..asked.clone() };
        assert_eq!(step(&login, since, who, None), Step::ProveAgain);
        assert_eq!(step(&login, since, fresh, None), Step::Ask);
        let aged = |max_age| Asked { max_age: Some(max_age), ..asked.clone() };
        assert_eq!(step(&aged(59), since, who, None), Step::ProveAgain);
        assert_eq!(step(&aged(60), since, who, None), Step::Ask);
        assert_eq!(step(&aged(i64::MAX), since, who, None), Step::Ask);

        let high = Asked { level: Some(Level::Standard), ..asked.clone() };
        assert_eq!(step(&high, since, who, None), Step::Raise(Level::Standard));
        assert_eq!(step(&high, since, fresh, None), Step::Ask);
        let quiet_high = Asked { silent: true, ..high };
        assert_eq!(step(&quiet_high, since, who, None), Step::Refuse(Wrong::Level));
    }

    #[test]
    fn only_what_was_never_asked_is_asked_and_no_stays_no() {
        let scopes = Scopes::parse;
        let asked = Asked { scopes: scopes("openid email phone"), ..Asked::default() };
        let said = |remembered| Consent {
            asked: scopes("openid profile email"),
            scopes: scopes("openid profile"),
            remembered,
        };
        let first = question(&asked, None);
        assert_eq!((first.shown, first.ticked), (asked.scopes, asked.scopes));
        let more = question(&asked, Some(&said(true)));
        assert_eq!((more.shown, more.ticked), (scopes("phone"), scopes("phone")));
        assert_eq!((more.given, more.remember), (scopes("openid"), true));
        let each_time = question(&asked, Some(&said(false)));
        assert_eq!((each_time.shown, each_time.ticked), (asked.scopes, scopes("openid phone")));
        assert!(!each_time.remember);
        let again = Asked { consent: true, ..asked };
        assert_eq!(question(&again, Some(&said(true))).ticked, scopes("openid phone"));
    }

    #[test]
    fn a_word_holds_for_what_was_shown_with_it_and_no_more() {
        let since = Instant::from_minutes(100);
        let who = Some(Who { level: Level::Simplified, proved_at: since });
        let asked = |scopes| Asked { scopes: Scopes::parse(scopes), ..Asked::default() };
        let openid = Scopes::parse("openid");
        let shown = Scopes::parse("openid email");
        let allowed = Some(Word::Allowed(Scopes::parse("openid email phone")));
        assert_eq!(step(&asked("openid email"), since, who, allowed), Step::Give(shown));
        let before = Some(Word::Before(shown, openid));
        assert_eq!(step(&asked("openid email"), since, who, before), Step::Give(openid));
        assert_eq!(step(&asked("openid phone"), since, who, before), Step::Ask);
        let again = Asked { consent: true, ..asked("openid email") };
        assert_eq!(step(&again, since, who, before), Step::Ask);
        assert_eq!(step(&again, since, who, allowed), Step::Give(shown));
    }
}
