//! The worker that empties the outbox.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use base::outbox::{self, Lane, Sent, Taken};
use base::{Chance, Clock, Db, Id, Instant, Outcome, Pii, Tx};
use serde::Deserialize;
use serde_json::Value;
use texts::{Lang, Texts};

use super::letter::{self, Payload};
use super::queue::{self, Note, Said, Way};
use super::read;
use super::render::{self, Rendered, Renderer};
use super::{Call, Facts, Mail, Portal, Post, PostFault, Posted, Sms};
use crate::accounts::{self, Account};
use crate::booking::{self, Booking};
use crate::mandates::{self, Mandate};

/// How long a letter is ours while it is being sent.
const LEASE: i64 = Instant::MINUTE;
/// How many letters are taken at once.
const BATCH: i64 = 64;
/// How long the look at many letters is good for: then the others are looked at anew, and what was
/// said is noted.
const ROUND: i64 = Instant::SECOND;
/// How long a message is worth trying.
const PATIENCE: i64 = 72 * Instant::HOUR;

/// Sends what stands in the outbox. Any number of mailers, on any number of nodes, may run beside
/// each other.
#[derive(Clone, Copy)]
pub struct Mailer<'a> {
    /// Where the outbox is.
    pub db: &'a Db,
    /// What time it is.
    pub clock: &'a Clock,
    /// For ids, and for the jitter between tries.
    pub chance: &'a Chance,
    /// The words.
    pub texts: &'a Texts,
    /// What the messages say about the portal.
    pub portal: &'a Portal,
    /// What they say about a booking's place and papers.
    pub facts: &'a dyn Facts,
    /// The way to people.
    pub post: &'a dyn Post,
}

/// What the database says about a letter.
struct Seen {
    way: Way,
    account: Option<Account>,
    booking: Option<Booking>,
    /// The mandate that the booking was made by.
    mandate: Option<Mandate>,
    served: Vec<String>,
}

/// A letter that can be put into words.
struct Ready<'a> {
    payload: Payload,
    seen: &'a Seen,
}

/// What became of letters, until it is noted.
#[derive(Default)]
struct Done {
    said: Vec<Note>,
    ends: Vec<(Id, Sent)>,
    /// Letters whose secrets are to be taken out.
    over: Vec<Id>,
}

impl Mailer<'_> {
    /// Takes the letters that are due and deals with each; gives their number. Zero means: nothing
    /// to do, look again in a second.
    ///
    /// # Errors
    /// A fault of the database; letters that were taken come back when their lease ends.
    pub fn run_once(&self) -> Outcome<usize> {
        let now = self.clock.now();
        let (letters, mut seen) = self.db.write_wait(move |tx| {
            let letters = outbox::take(tx, now, LEASE, (Lane::People, BATCH))?;
            let ours = letters.iter().map(|x| x.id.clone()).collect();
            let seen = look(tx, now, &letters, &ours)?;
            Ok((letters, seen))
        })?;
        let mut rest = &letters[..];
        loop {
            rest = &rest[self.round(rest, &seen)?..];
            if rest.is_empty() {
                return Ok(letters.len());
            }
            let (now, left) = (self.clock.now(), rest.to_vec());
            seen = self.db.write_wait(move |tx| {
                let ours = queue::renew(tx, &left, now.plus(LEASE))?;
                look(tx, now, &left, &ours)
            })?;
        }
    }

    /// Deals with as many letters as the look at them is good for, and notes what became of them;
    /// gives their number.
    fn round(&self, letters: &[Taken], seen: &[Seen]) -> Outcome<usize> {
        let (began, mut done, mut count) = (self.clock.now(), Done::default(), 0);
        for (letter, seen) in letters.iter().zip(seen) {
            let now = self.clock.now();
            if count > 0 && now.0 - began.0 >= ROUND {
                break;
            }
            count += 1;
            let Some(how) = self.serve(letter, seen, &mut done) else { continue };
            if letter::is_secret(&letter.event) && !matches!(how, Sent::Later(..)) {
                done.over.push(letter.id.clone());
            }
            done.ends.push((letter.id.clone(), how));
        }
        let now = self.clock.now();
        self.db.write_wait(move |tx| {
            queue::note(tx, &done.said)?;
            done.over.iter().try_for_each(|id| outbox::blank(tx, id))?;
            outbox::done(tx, now, &done.ends)
        })?;
        Ok(count)
    }

    /// What becomes of a letter; nothing when another mailer has it.
    fn serve(&self, letter: &Taken, seen: &Seen, done: &mut Done) -> Option<Sent> {
        let now = self.clock.now();
        if letter.expires <= now {
            return Some(Sent::Expired);
        }
        match seen.way {
            Way::Lost => None,
            Way::Overtaken => Some(Sent::Superseded),
            Way::Busy => {
                let at = now.plus(2 * Instant::SECOND);
                Some(Sent::Later(at, "an earlier letter is on its way".into()))
            }
            Way::Clear => Some(self.say(letter, seen, done)),
        }
    }

    /// Puts the letter into words, sends every message that was not sent before, notes each.
    fn say(&self, letter: &Taken, seen: &Seen, done: &mut Done) -> Sent {
        let Some(payload) = self.payload(letter, seen) else {
            return Sent::Failed("the letter cannot be read".into());
        };
        let ready = Ready { payload, seen };
        let Some(messages) = self.words(letter, &ready) else { return Sent::Superseded };
        let mut faults: Vec<PostFault> = Vec::new();
        let mut reached = !seen.served.is_empty();
        for message in &messages {
            if seen.served.iter().any(|channel| channel == message.way.as_str()) {
                continue;
            }
            let result = self.send(letter, &ready.payload, message);
            done.said.push(self.note(letter, &ready, message, &result));
            match result {
                Ok(_) => reached = true,
                Err(fault) => faults.push(fault),
            }
        }
        if let Some(fault) = faults.iter().find(|fault| fault.temporary) {
            let at = self.next_try(letter);
            let end = letter.expires.min(letter.created.plus(PATIENCE));
            if at < end {
                return Sent::Later(at, read::covered(&fault.text));
            }
        }
        match faults.first() {
            _ if reached => Sent::Sent,
            Some(fault) => Sent::Failed(read::covered(&fault.text)),
            None => Sent::Failed("there is nobody to write to".into()),
        }
    }

    /// What the letter says, and what is to be said beside it; nothing when it cannot be read.
    fn payload(&self, letter: &Taken, seen: &Seen) -> Option<Payload> {
        let mut payload: Value = letter.payload.reveal().clone()?;
        if let Some(booking) = &seen.booking {
            complete(&mut payload, self.facts.of(booking, seen.mandate.as_ref()));
            complete(
                &mut payload,
                serde_json::json!({
                    "number": booking.number, "code": booking.code, "starts_at": booking.starts,
                    "link": format!("/bookings/{}", booking.id),
                }),
            );
        }
        serde_json::from_value(payload).ok()
    }

    fn words(&self, letter: &Taken, ready: &Ready<'_>) -> Option<Vec<Rendered>> {
        let named = ready.payload.lang.as_deref().and_then(|lang| Lang::from_str(lang).ok());
        let lang = named.or(ready.seen.account.as_ref().map(|x| x.lang)).unwrap_or_default();
        let renderer = Renderer { texts: self.texts, portal: self.portal, lang };
        if letter::is_notice(&letter.event) {
            let account = ready.seen.account.as_ref()?;
            return Some(renderer.notice(&letter.event, &ready.payload, account));
        }
        if letter::is_mandate(&letter.event) {
            let account = ready.seen.account.as_ref()?;
            return Some(renderer.mandate(&letter.event, &ready.payload, account));
        }
        if letter::is_alarm(&letter.event) {
            let account = ready.seen.account.as_ref()?;
            return Some(renderer.alarm(&letter.event, &ready.payload, account));
        }
        if letter::is_identity(&letter.event) {
            let account = ready.seen.account.as_ref()?;
            return Some(renderer.identity(&letter.event, &ready.payload, account));
        }
        if letter::is_secret(&letter.event) {
            return renderer.proof(&letter.event, &ready.payload).map(|message| vec![message]);
        }
        match &ready.seen.account {
            Some(account) => renderer.booking(&letter.event, &ready.payload, account),
            None => None,
        }
    }

    fn send(
        &self,
        letter: &Taken,
        payload: &Payload,
        message: &Rendered,
    ) -> Result<Posted, PostFault> {
        match message.way {
            render::Way::Sms => self.post.sms(&Sms {
                id: letter.id.to_string(),
                to: message.to.clone(),
                text: message.body.clone(),
            }),
            render::Way::Voice => self.post.call(&Call {
                id: letter.id.to_string(),
                to: message.to.clone(),
                text: message.body.clone(),
                lang: message.lang.code(),
            }),
            render::Way::Email => self.post.mail(&Mail {
                id: letter.id.to_string(),
                to: message.to.clone(),
                subject: message.subject.clone(),
                body: message.body.clone(),
                date: self.clock.now().timestamp(),
                calendar: payload.ics.clone().map(String::into_bytes),
            }),
        }
    }

    fn note(
        &self,
        letter: &Taken,
        ready: &Ready<'_>,
        message: &Rendered,
        result: &Result<Posted, PostFault>,
    ) -> Note {
        let (state, note) = match result {
            Ok(Posted::Sent) => ("sent", ""),
            Ok(Posted::Recorded) => ("recorded", ""),
            Err(fault) => ("failed", fault.text.as_str()),
        };
        let now = self.clock.now();
        Note {
            id: Id::new(now, self.chance),
            letter: letter.id.clone(),
            account: ready.payload.account.clone(),
            booking: ready.payload.booking.clone(),
            channel: message.way.as_str(),
            said: Pii::new(Said {
                to: message.to.clone(),
                subject: message.subject.clone(),
                body: if state == "recorded" { &message.body } else { &message.kept }.clone(),
                note: note.to_owned(),
            }),
            state,
            at: now,
        }
    }

    /// 5 seconds, then twice as long each time up to an hour (30 seconds for codes), and up to a
    /// quarter more by chance, so that many letters do not come back in one moment.
    fn next_try(&self, letter: &Taken) -> Instant {
        let longest =
            if letter::is_secret(&letter.event) { 30 * Instant::SECOND } else { Instant::HOUR };
        let doubled = (5 * Instant::SECOND) << (letter.attempts - 1).clamp(0, 12);
        let wait = doubled.min(longest);
        let jitter = self.chance.below(wait.unsigned_abs() / 4) as i64;
        self.clock.now().plus(wait + jitter)
    }
}

/// What the database says about each of `letters`, of which these are `ours`.
fn look(
    tx: &mut Tx<'_>,
    now: Instant,
    letters: &[Taken],
    ours: &HashSet<Id>,
) -> Outcome<Vec<Seen>> {
    let ways = queue::ways(tx, now, letters, ours)?;
    let about: Vec<About> = letters.iter().map(About::of).collect();
    let people: HashSet<&Id> = about.iter().filter_map(|x| x.account.as_ref()).collect();
    let people = accounts::read::many(tx, &people.into_iter().collect::<Vec<_>>())?;
    let people: HashMap<&Id, &Account> = people.iter().map(|x| (&x.id, x)).collect();
    let bookings: HashSet<&Id> = about.iter().filter_map(|x| x.booking.as_ref()).collect();
    let bookings = booking::many(tx, &bookings.into_iter().collect::<Vec<_>>())?;
    let mandates = mandates::behind(tx, bookings.iter().filter_map(|x| x.behalf.as_ref()))?;
    let bookings: HashMap<&Id, &Booking> = bookings.iter().map(|x| (&x.id, x)).collect();
    let mut served: HashMap<Id, Vec<String>> = HashMap::new();
    for (letter, channel) in queue::served(tx, letters)? {
        served.entry(letter).or_default().push(channel);
    }
    let seen = |((letter, about), way): ((&Taken, &About), Way)| {
        let booking = about.booking.as_ref().and_then(|id| bookings.get(id).copied());
        let booking = booking.filter(|x| Some(&x.account) == about.account.as_ref());
        let behalf = booking.and_then(|x| x.behalf.as_ref());
        Seen {
            way,
            account: about.account.as_ref().and_then(|id| people.get(id).copied()).cloned(),
            booking: booking.cloned(),
            mandate: behalf.and_then(|x| mandates.get(&x.mandate)).cloned(),
            served: served.remove(&letter.id).unwrap_or_default(),
        }
    };
    Ok(letters.iter().zip(&about).zip(ways).map(seen).collect())
}

/// Whom and what a letter is about.
#[derive(Default, Deserialize)]
#[serde(default)]
struct About {
    account: Option<Id>,
    booking: Option<Id>,
}

impl About {
    /// A letter that cannot be read is about nobody.
    fn of(letter: &Taken) -> Self {
        let said = letter.payload.reveal().as_ref();
        said.and_then(|x| Self::deserialize(x).ok()).unwrap_or_default()
    }
}

/// Adds what `payload` does not say yet.
fn complete(payload: &mut Value, more: Value) {
    let (Value::Object(payload), Value::Object(more)) = (payload, more) else { return };
    for (key, value) in more {
        let known = payload.entry(key).or_insert(Value::Null);
        if known.is_null() {
            *known = value;
        }
    }
}

impl std::fmt::Debug for Mailer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mailer")
    }
}
