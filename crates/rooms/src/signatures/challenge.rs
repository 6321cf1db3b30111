//! Texts to sign.

use base::vault::{NOBODY, Spot};
use base::{Cx, Id, Instant, Kind, Outcome, Refusal, Tx, args};
use sha2::{Digest as _, Sha256};

use super::Signed;
use crate::accounts::limits::{self, Limit};
use crate::factors::Address;

/// How long a text is good.
const LIVES: i64 = 15 * Instant::MINUTE;
/// Signatures that are looked at for one text.
const TRIES: i64 = 10;
/// Texts that one person, or one network of people who are not known yet, may ask for.
const ASKED: Limit = Limit { most: 20, window: LIVES, code: "E-SIG-15" };

/// What a text is for. A signature of one is worth nothing for the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To raise one's level.
    Level,
    /// To sign in.
    SignIn,
}

impl Purpose {
    /// As stored, and as part of the keys of its texts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::SignIn => "sign-in",
        }
    }
}

/// Whose text it is.
#[derive(Clone, Debug)]
pub struct Wish {
    /// What for.
    pub purpose: Purpose,
    /// A secret of the browser that asks.
    pub holder: String,
    /// Who asks, when that is known.
    pub account: Option<Id>,
    /// Where from, when that is known.
    pub from: Option<Address>,
}

/// A text that waits for its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// What is to be signed, byte for byte.
    pub words: String,
    /// Until when.
    pub until: Instant,
}

/// 128 random bits in hexadecimal: what makes a text unlike any other.
pub fn nonce(cx: &Cx) -> String {
    cx.chance.bytes::<16>().iter().map(|x| format!("{x:02x}")).collect()
}

/// Keeps a text that `wish` has asked for; gives its id.
///
/// # Errors
/// `E-SIG-15` after twenty in a quarter of an hour.
pub fn give(tx: &mut Tx<'_>, cx: &Cx, wish: &Wish, words: &str) -> Outcome<Id> {
    let who = wish.account.as_ref().map(ToString::to_string);
    if let Some(scope) = who.or_else(|| wish.from.map(|x| x.near())) {
        limits::count(tx, cx, &format!("signature:{scope}"), ASKED)?;
    }
    let id = cx.new_id();
    let sealed = tx.key(wish.account.as_deref().unwrap_or(NOBODY))?.seal(spot(&id), words)?;
    tx.exec(
        "INSERT INTO signature_challenge (id, purpose, holder_digest, account_id, text_sealed,
                                          given_at, expires_at, tries)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0)",
        args![
            &id,
            wish.purpose.as_str(),
            &digest(&wish.holder)[..],
            wish.account.as_ref(),
            &sealed,
            cx.now,
            cx.now.plus(LIVES),
        ],
    )?;
    Ok(id)
}

/// The text `id`, for whoever asked for it.
///
/// # Errors
/// `E-SIG-01` when it is somebody else's, over or used.
pub fn text(tx: &mut Tx<'_>, now: Instant, wish: &Wish, id: &str) -> Outcome<Text> {
    let found = tx.opt(
        "SELECT account_id, text_sealed, expires_at FROM signature_challenge
         WHERE id = $1 AND purpose = $2 AND holder_digest = $3 AND used_at IS NULL
           AND expires_at > $4",
        args![id, wish.purpose.as_str(), &digest(&wish.holder)[..], now],
        |r| Ok((r.get::<Option<Id>>(0)?, r.get::<Vec<u8>>(1)?, r.get(2)?)),
    )?;
    let (whose, sealed, until) = found.filter(|x| x.0 == wish.account).ok_or_else(over)?;
    let key = tx.key(whose.as_deref().unwrap_or(NOBODY))?;
    Ok(Text { words: key.open_text(spot(id), &sealed)?, until })
}

/// Counts a signature that came for the text `id`, and puts both together to be judged.
///
/// # Errors
/// `E-SIG-01` as [`text`], `E-SIG-14` after ten.
pub fn tried(
    tx: &mut Tx<'_>,
    cx: &Cx,
    wish: &Wish,
    (id, signature): (&str, Vec<u8>),
) -> Outcome<Signed> {
    let Text { words, until } = text(tx, cx.now, wish, id)?;
    let sql = "UPDATE signature_challenge SET tries = tries + 1 WHERE id = $1 AND tries < $2";
    if tx.exec(sql, args![id, TRIES])? == 0 {
        return Err(Refusal::new(Kind::TooMany, "E-SIG-14").into());
    }
    let given_at = until.plus(-LIVES);
    let content = words.into_bytes();
    Ok(Signed { id: id.to_owned(), content, signature, given_at, at: cx.now })
}

/// Uses the text `id` up. Of many who bring a good signature at once, one is heard.
pub(super) fn spend(tx: &mut Tx<'_>, cx: &Cx, wish: &Wish, id: &str) -> Outcome<()> {
    text(tx, cx.now, wish, id)?;
    let sql = "UPDATE signature_challenge SET used_at = $2 WHERE id = $1 AND used_at IS NULL";
    match tx.exec(sql, args![id, cx.now])? {
        0 => Err(over().into()),
        _ => Ok(()),
    }
}

/// Forgets texts that are over; gives their number.
///
/// # Errors
/// A fault of the engine.
pub fn sweep(tx: &mut Tx<'_>, now: Instant) -> Outcome<u64> {
    Ok(tx.exec("DELETE FROM signature_challenge WHERE expires_at <= $1", args![now])?)
}

fn over() -> Refusal {
    Refusal::new(Kind::Gone, "E-SIG-01")
}

fn digest(holder: &str) -> [u8; 32] {
    Sha256::digest(holder.as_bytes()).into()
}

fn spot(id: &str) -> Spot<'_> {
    Spot::new("signature_challenge", "text", id)
}
