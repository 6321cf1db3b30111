//! Answers as JSON: for acts that another node does, which answers by way of the database.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Error, Fault, FieldFault, Kind, Outcome, Refusal};

/// What became of an act. Of a fault only the text travels: it was logged where it happened.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Written<T> {
    Done(T),
    Refused(Box<Refused>),
    Failed(String),
}

#[derive(Serialize, Deserialize)]
struct Refused {
    kind: Kind,
    code: String,
    args: Args<String>,
    fields: Vec<Field>,
    help: Option<serde_json::Value>,
    retry_after: Option<u32>,
}

#[derive(Serialize, Deserialize)]
struct Field {
    field: String,
    code: String,
    args: Args<String>,
}

type Args<N> = Vec<(N, String)>;

/// An answer as JSON.
///
/// # Errors
/// A fault when `T` cannot be JSON.
pub fn write<T: Serialize>(answer: &Outcome<T>) -> Outcome<String> {
    Ok(serde_json::to_string(&match answer {
        Ok(done) => Written::Done(done),
        Err(Error::Refusal(refusal)) => Written::Refused(Box::new(Refused::of(refusal))),
        Err(Error::Fault(fault)) => Written::Failed(fault.to_string()),
    })?)
}

/// The answer that was written.
///
/// # Errors
/// The refusal or the fault that was written; a fault when this is no answer.
pub fn read<T: DeserializeOwned>(text: &str) -> Outcome<T> {
    match serde_json::from_str(text)? {
        Written::Done(done) => Ok(done),
        Written::Refused(refused) => Err(refused.into_refusal().into()),
        Written::Failed(what) => Err(Fault::new(what).into()),
    }
}

impl Refused {
    fn of(refusal: &Refusal) -> Self {
        let field = |x: &FieldFault| Field {
            field: x.field.to_string(),
            code: x.code.to_owned(),
            args: owned(&x.args),
        };
        Self {
            kind: refusal.kind,
            code: refusal.code.to_owned(),
            args: owned(&refusal.args),
            fields: refusal.fields.iter().map(field).collect(),
            help: refusal.help.clone(),
            retry_after: refusal.retry_after,
        }
    }

    fn into_refusal(self) -> Refusal {
        let field = |x: Field| FieldFault {
            field: x.field.into(),
            code: word(x.code),
            args: words(x.args),
        };
        Refusal {
            kind: self.kind,
            code: word(self.code),
            args: words(self.args),
            fields: self.fields.into_iter().map(field).collect(),
            help: self.help,
            retry_after: self.retry_after,
        }
    }
}

fn owned(args: &Args<&'static str>) -> Args<String> {
    args.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

fn words(args: Args<String>) -> Args<&'static str> {
    args.into_iter().map(|(name, value)| (word(name), value)).collect()
}

/// A word of the sources that came back as text. Each is kept once and for ever; there are as many as
/// codes of refusals and names of arguments.
fn word(text: String) -> &'static str {
    static WORDS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut words = WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = words.get(text.as_str()) {
        return known;
    }
    let word: &'static str = text.leak();
    words.insert(word);
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_comes_back_as_it_was() {
        let held = (1_u8, "held".to_owned());
        let text = write(&Ok(held.clone())).unwrap();
        assert_eq!(read::<(u8, String)>(&text).unwrap(), held);

        let fault = FieldFault::new("start", "E-FORM-06").arg("min", 3);
        let refusal = Refusal { fields: vec![fault], ..Refusal::new(Kind::Conflict, "E-SLOT-01") };
        let refusal = refusal.arg("limit", 4).retry(5).help(serde_json::json!({ "near": [1] }));
        let text = write::<()>(&Err(refusal.clone().into())).unwrap();
        let Err(Error::Refusal(back)) = read::<()>(&text) else { panic!("{text}") };
        assert_eq!(format!("{back:?}"), format!("{refusal:?}"));

        let text = write::<()>(&Err(Fault::new("the roof is open").into())).unwrap();
        assert_eq!(read::<()>(&text).unwrap_err().to_string(), "the roof is open");
    }

    #[test]
    fn a_word_is_kept_once() {
        let [one, other] = ["E-X", "E-X"].map(|x| word(x.to_owned()));
        assert!(std::ptr::eq(one, other));
    }
}
