//! The worker that empties the outbox.

use std::str::FromStr;

use base::outbox::{self, Sent, Taken};
use base::{Chance, Clock, Db, Error, Id, Instant, Outcome, Tx};
use serde_json::Value;
use texts::{Lang, Texts};

use super::letter::{self, Payload};
use super::queue::{self, Note, Way};
use super::render::{self, Rendered, Renderer};
use super::{Facts, Mail, Portal, Post, PostFault, Posted, Sms};
use crate::accounts::{self, Account};
use crate::booking;

/// How long a letter is ours while it is being sent.
const LEASE: i64 = Instant::MINUTE;
/// How many letters are taken at once.
const BATCH: i64 = 16;
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

/// A letter that may be sent now, and to whom.
struct Ready {
    payload: Payload,
    account: Option<Account>,
    served: Vec<String>,
    created: Instant,
}

impl Mailer<'_> {
    /// Takes the letters that are due and deals with each; gives their number. Zero means: nothing
    /// to do, look again in a second.
    ///
    /// # Errors
    /// A fault of the database; letters that were taken come back when their lease ends.
    pub fn run_once(&self) -> Outcome<usize> {
        let now = self.clock.now();
        let letters = self.db.write_wait(move |tx| outbox::take(tx, now, LEASE, BATCH))?;
        for letter in &letters {
            self.serve(letter)?;
        }
        Ok(letters.len())
    }

    fn serve(&self, letter: &Taken) -> Outcome<()> {
        let now = self.clock.now();
        if letter.expires <= now {
            return self.finish(letter, Sent::Expired);
        }
        let taken = letter.clone();
        let way = self.db.write_wait(move |tx| queue::way(tx, now, now.plus(LEASE), &taken))?;
        match way {
            Way::Lost => Ok(()),
            Way::Overtaken => self.finish(letter, Sent::Superseded),
            Way::Busy => {
                let at = now.plus(2 * Instant::SECOND);
                self.finish(letter, Sent::Later(at, "an earlier letter is on its way".into()))
            }
            Way::Clear => {
                let how = self.say(letter)?;
                self.finish(letter, how)
            }
        }
    }

    /// Puts the letter into words, sends every message that was not sent before, notes each.
    fn say(&self, letter: &Taken) -> Outcome<Sent> {
        let Ok(ready) = self.load(letter)? else {
            return Ok(Sent::Failed("the letter cannot be read".into()));
        };
        let Some(messages) = self.words(letter, &ready) else { return Ok(Sent::Superseded) };
        let mut faults: Vec<PostFault> = Vec::new();
        let mut reached = !ready.served.is_empty();
        for message in &messages {
            if ready.served.iter().any(|channel| channel == message.way.as_str()) {
                continue;
            }
            let result = self.send(letter, &ready.payload, message);
            self.note(letter, &ready, message, &result)?;
            match result {
                Ok(_) => reached = true,
                Err(fault) => faults.push(fault),
            }
        }
        if let Some(fault) = faults.iter().find(|fault| fault.temporary) {
            let at = self.next_try(letter);
            let end = letter.expires.min(ready.created.plus(PATIENCE));
            if at < end {
                return Ok(Sent::Later(at, fault.text.clone()));
            }
        }
        Ok(match faults.first() {
            _ if reached => Sent::Sent,
            Some(fault) => Sent::Failed(fault.text.clone()),
            None => Sent::Failed("there is nobody to write to".into()),
        })
    }

    fn load(&self, letter: &Taken) -> Outcome<Result<Ready, serde_json::Error>> {
        let mut payload: Value = match serde_json::from_str(&letter.payload) {
            Ok(payload) => payload,
            Err(error) => return Ok(Err(error)),
        };
        let (id, asked) = (letter.id.clone(), payload.clone());
        let (account, booking, served, created) = self.db.read_wait(move |tx| {
            let account = id_of(&asked, "account");
            let account = account.map(|id| accounts::read::account(tx, &id)).transpose()?.flatten();
            let booking = of_booking(tx, &asked)?;
            Ok((account, booking, queue::served(tx, &id)?, queue::created_at(tx, &id)?))
        })?;
        if let Some(booking) = booking {
            complete(&mut payload, self.facts.of(&booking));
            complete(
                &mut payload,
                serde_json::json!({
                    "number": booking.number, "code": booking.code, "starts_at": booking.starts,
                    "link": format!("/bookings/{}", booking.id),
                }),
            );
        }
        Ok(serde_json::from_value(payload).map(|payload| Ready {
            payload,
            account,
            served,
            created,
        }))
    }

    fn words(&self, letter: &Taken, ready: &Ready) -> Option<Vec<Rendered>> {
        let named = ready.payload.lang.as_deref().and_then(|lang| Lang::from_str(lang).ok());
        let lang = named.or(ready.account.as_ref().map(|x| x.lang)).unwrap_or_default();
        let renderer = Renderer { texts: self.texts, portal: self.portal, lang };
        if letter::is_secret(&letter.event) {
            return renderer.proof(&letter.event, &ready.payload).map(|message| vec![message]);
        }
        match &ready.account {
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
        ready: &Ready,
        message: &Rendered,
        result: &Result<Posted, PostFault>,
    ) -> Outcome<()> {
        let (state, note) = match result {
            Ok(Posted::Sent) => ("sent", ""),
            Ok(Posted::Recorded) => ("recorded", ""),
            Err(fault) => ("failed", fault.text.as_str()),
        };
        let now = self.clock.now();
        let said = Note {
            id: Id::new(now, self.chance),
            letter: letter.id.clone(),
            account: ready.payload.account.clone(),
            booking: ready.payload.booking.clone(),
            channel: message.way.as_str(),
            to: message.to.clone(),
            subject: message.subject.clone(),
            body: if state == "recorded" { &message.body } else { &message.kept }.clone(),
            state,
            note: note.to_owned(),
        };
        self.db.write_wait(move |tx| queue::note(tx, now, &said))
    }

    fn finish(&self, letter: &Taken, how: Sent) -> Outcome<()> {
        let (now, id) = (self.clock.now(), letter.id.clone());
        let over = letter::is_secret(&letter.event) && !matches!(how, Sent::Later(..));
        self.db.write_wait(move |tx| {
            if over {
                queue::blank(tx, &id)?;
            }
            outbox::done(tx, now, &id, &how)
        })
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

fn id_of(payload: &Value, key: &str) -> Option<Id> {
    payload[key].as_str().map(Id::from)
}

fn of_booking(tx: &mut Tx<'_>, payload: &Value) -> Outcome<Option<booking::Booking>> {
    let (Some(account), Some(id)) = (id_of(payload, "account"), id_of(payload, "booking")) else {
        return Ok(None);
    };
    match booking::of_account(tx, &account, &id) {
        Ok(booking) => Ok(Some(booking)),
        Err(Error::Refusal(_)) => Ok(None),
        Err(fault) => Err(fault),
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
