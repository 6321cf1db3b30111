//! A proof that waits for the next one: a right password for its second factor, a person who has lost
//! the password for all that their level asks.

use base::{Cx, Id, Instant, Kind, Outcome, Pii, Refusal, Tx, args};

use super::rules::{self, Method, Once};
use super::{code, digest, question, read, token};
use crate::accounts::{self, Account};
use crate::sessions::{self, Proof};

/// How long it waits.
const WAITS: i64 = 10 * Instant::MINUTE;
/// How long somebody has who must find papers first.
const WAITS_LONG: i64 = 30 * Instant::MINUTE;

/// What it is to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// A session: the password was right.
    SignIn,
    /// A fresh session in place of one that stands.
    Again,
    /// A session without the password, to choose a new one.
    Recover,
}

impl Aim {
    const ALL: [Self; 3] = [Self::SignIn, Self::Again, Self::Recover];

    fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Again => "again",
            Self::Recover => "recover",
        }
    }

    fn waits(self) -> i64 {
        if self == Self::Recover { WAITS_LONG } else { WAITS }
    }
}

/// A half sign-in. It is no session: nothing opens with it but the way to the next proof.
#[derive(Clone, Debug)]
pub struct Half {
    /// Its id.
    pub id: Id,
    /// Whose it is.
    pub account: Account,
    /// Somebody else's computer.
    pub shared: bool,
    /// What it is to become.
    pub aim: Aim,
    /// What was shown already.
    pub shown: Vec<Method>,
    /// The ways that are open.
    pub methods: Vec<Method>,
    /// The control question, when it is one of them.
    pub question: Option<Pii<String>>,
    /// What the session that it stands in for had shown, and the password when it began with that.
    pub earlier: Proof,
    /// The next proof must be the best there is.
    pub(super) best: bool,
    /// A code to a contact is on its way.
    pub sent: bool,
    /// A code to a contact stands for the password.
    pub by_code: bool,
    /// Whoever has lost all may wait for a contact to be enough: in a recovery that has proved something, of
    /// nobody of the staff.
    pub may_wait: bool,
    /// The way by which the last code was sent: what typing it proves.
    pub(super) sent_by: Option<Method>,
    /// The digest of the session that it proves once more, and with which it ends.
    pub(super) session: Option<Vec<u8>>,
}

impl Half {
    /// Whether its owner is signed in and proves it once more.
    pub fn again(&self) -> bool {
        self.aim == Aim::Again
    }

    /// Whether this is the way to a new password.
    pub fn recovers(&self) -> bool {
        self.aim == Aim::Recover
    }
}

/// What one begins with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beginning<'a> {
    /// Nobody: somebody asked to recover an account that does not exist.
    pub account: Option<&'a Id>,
    pub shared: bool,
    pub aim: Aim,
    /// The next proof must be the best there is.
    pub best: bool,
    /// What was shown before.
    pub earlier: Proof,
    /// Somebody has only said whose it is: nothing may be told of the account before a proof.
    pub named: bool,
    /// A code stands for the password.
    pub by_code: bool,
    /// The digest of the session that it is to prove once more.
    pub session: Option<[u8; 32]>,
}

impl<'a> Beginning<'a> {
    /// For a sign-in or a recovery of `account`.
    pub fn of(account: Option<&'a Id>, shared: bool, aim: Aim) -> Self {
        let (best, earlier, named, by_code) = (false, Proof::default(), false, false);
        Self { account, shared, aim, best, earlier, named, by_code, session: None }
    }

    /// The same of somebody who has only said who they are; `by_code`: to sign in with a code.
    pub fn named(account: Option<&'a Id>, shared: bool, by_code: bool) -> Self {
        let aim = if by_code { Aim::SignIn } else { Aim::Recover };
        Self { named: true, by_code, ..Self::of(account, shared, aim) }
    }
}

/// Begins one; gives its id and its token, which the browser holds.
pub(super) fn begin(
    tx: &mut Tx<'_>,
    cx: &Cx,
    Beginning { account, shared, aim, best, earlier, named, by_code, session }: Beginning<'_>,
) -> Outcome<(Id, String)> {
    let (id, token) = (cx.new_id(), token(cx));
    let expires = cx.now.plus(aim.waits());
    tx.exec(
        "INSERT INTO half_sign_in (id, token_digest, account_id, shared, aim, shown, created_at,
                                   expires_at, best, strong_at, named, by_code, password_at,
                                   recovered_at, session_digest)
         VALUES ($1, $2, $3, $4, $5, '', $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        args![
            &id,
            &digest(&token)[..],
            account,
            shared,
            aim.as_str(),
            cx.now,
            expires,
            best,
            earlier.strong_at,
            named,
            by_code,
            earlier.password_at,
            earlier.recovered_at,
            session.as_ref().map(|x| &x[..]),
        ],
    )?;
    Ok((id, token))
}

/// The half sign-in of a token, as long as it waits and belongs to somebody who has shown more than
/// whose account they mean: before that it looks like one that belongs to nobody.
///
/// # Errors
/// A fault of the engine.
pub fn open(tx: &mut Tx<'_>, now: Instant, token: &str) -> Outcome<Option<Half>> {
    Ok(found(tx, now, token)?.filter(|x| !x.1 || !x.0.shown.is_empty()).map(|x| x.0))
}

/// As [`open`], when its code or link has just been shown.
pub(super) fn open_proved(tx: &mut Tx<'_>, now: Instant, token: &str) -> Outcome<Option<Half>> {
    Ok(found(tx, now, token)?.map(|x| x.0))
}

/// One that belongs to somebody, and whether it began with a name alone.
fn found(tx: &mut Tx<'_>, now: Instant, token: &str) -> Outcome<Option<(Half, bool)>> {
    let found = tx.opt(
        "SELECT id, account_id, shared, aim, shown, best, strong_at, named, by_code, sent_by,
                password_at, recovered_at, session_digest
         FROM half_sign_in
         WHERE token_digest = $1 AND expires_at > $2 AND account_id IS NOT NULL",
        args![&digest(token)[..], now],
        |r| {
            let (aim, shown) = (r.get::<String>(3)?, r.get::<String>(4)?);
            let earlier = Proof {
                strong_at: r.get(6)?,
                password_at: r.get(10)?,
                recovered_at: r.get(11)?,
                ..Proof::default()
            };
            let best = (r.get::<bool>(5)?, earlier, r.get::<Option<Vec<u8>>>(12)?);
            let whose = (r.get::<Id>(0)?, r.get::<Id>(1)?, r.get::<bool>(2)?);
            let kind = (r.get::<bool>(7)?, r.get::<bool>(8)?, r.get::<Option<String>>(9)?);
            Ok((whose, (aim, shown), best, kind))
        },
    )?;
    let Some(((id, account, shared), (aim, shown), (best, earlier, session), kind)) = found else {
        return Ok(None);
    };
    let Some(account) = accounts::read::account(tx, &account)? else { return Ok(None) };
    let (named, by_code, sent_by) = kind;
    let sent_by = sent_by.as_deref().and_then(Method::parse);
    let aim = Aim::ALL.into_iter().find(|x| x.as_str() == aim).unwrap_or(Aim::SignIn);
    if aim == Aim::Again
        && !sessions::stands(tx, now, (&account.id, session.as_deref().unwrap_or_default()))?
    {
        return Ok(None);
    }
    let shown: Vec<Method> = shown.split_whitespace().filter_map(Method::parse).collect();
    let standing = read::standing(tx, &account)?;
    let methods = match aim {
        Aim::Recover => rules::recovery_ways(&standing, &shown),
        Aim::Again if best => standing.best_methods(),
        Aim::Again => match rules::once_more(&standing, &earlier, now) {
            Once::By(ways) => ways,
            Once::Password => vec![Method::Password],
        },
        Aim::SignIn if by_code => rules::ways_beside_code(&standing, &shown),
        Aim::SignIn => standing.methods(),
    };
    let sent = code::waits(tx, now, &id)?;
    let question = match methods.contains(&Method::Question) {
        true => question::of(tx, &account.id)?.map(|x| x.0),
        false => None,
    };
    let proved = aim == Aim::Recover && !shown.is_empty();
    let may_wait = proved && !sessions::is_staff(tx, &account.id)?;
    let half = Half {
        id,
        account,
        shared,
        aim,
        shown,
        methods,
        question,
        earlier,
        best,
        sent,
        by_code,
        may_wait,
        sent_by,
        session,
    };
    Ok(Some((half, named)))
}

/// Notes by which way the newest code was sent.
pub(super) fn sent(tx: &mut Tx<'_>, id: &Id, by: Method) -> Outcome<()> {
    let sql = "UPDATE half_sign_in SET sent_by = $2 WHERE id = $1";
    tx.exec(sql, args![id, by.as_str()])?;
    Ok(())
}

/// Hands a half sign-in over to another browser, perhaps on a shared computer; gives its new token.
pub(super) fn hand_over(tx: &mut Tx<'_>, cx: &Cx, (id, shared): (&Id, bool)) -> Outcome<String> {
    let token = token(cx);
    let sql = "UPDATE half_sign_in SET token_digest = $2, shared = (shared OR $3) WHERE id = $1";
    tx.exec(sql, args![id, &digest(&token)[..], shared])?;
    Ok(token)
}

/// The half sign-in of a token, whether or not it belongs to anybody.
pub(super) fn id_of(tx: &mut Tx<'_>, now: Instant, token: &str) -> Outcome<Option<Id>> {
    Ok(tx.opt(
        "SELECT id FROM half_sign_in WHERE token_digest = $1 AND expires_at > $2",
        args![&digest(token)[..], now],
        |r| r.get(0),
    )?)
}

/// Whose recovery a token is that began with a name and has shown nothing yet, if anybody's; nothing
/// when there is none.
pub(super) fn named_of(
    tx: &mut Tx<'_>,
    now: Instant,
    token: &str,
) -> Outcome<Option<(Id, Option<Id>)>> {
    Ok(tx.opt(
        "SELECT id, account_id FROM half_sign_in
         WHERE token_digest = $1 AND expires_at > $2 AND aim = 'recover' AND named AND shown = ''",
        args![&digest(token)[..], now],
        |r| Ok((r.get(0)?, r.get(1)?)),
    )?)
}

/// Notes what was shown, and when the password was, while more is asked.
pub(super) fn note(
    tx: &mut Tx<'_>,
    half: &Half,
    (shown, password_at): (&[Method], Option<Instant>),
) -> Outcome<()> {
    let shown: Vec<&str> = shown.iter().map(|x| x.as_str()).collect();
    let sql = "UPDATE half_sign_in SET shown = $2, password_at = $3 WHERE id = $1";
    tx.exec(sql, args![&half.id, &shown.join(" "), password_at])?;
    Ok(())
}

/// Ends one; says whether it was still there. Of many who end it at once, one hears yes.
pub(super) fn end(tx: &mut Tx<'_>, id: &Id) -> Outcome<bool> {
    let sql = "UPDATE half_sign_in SET expires_at = 0 WHERE id = $1 AND expires_at > 0";
    Ok(tx.exec(sql, args![id])? == 1)
}

/// Ends whatever is half done for `account`: what began before its owner changed what it stands on, or
/// shut everybody out, leads nowhere afterwards.
///
/// # Errors
/// A fault of the engine.
pub fn end_all(tx: &mut Tx<'_>, account: &Id) -> Outcome<()> {
    tx.exec("DELETE FROM half_sign_in WHERE account_id = $1", args![account])?;
    Ok(())
}

/// Ends what is half done to recover `account`.
pub(super) fn end_recoveries(tx: &mut Tx<'_>, account: &Id) -> Outcome<()> {
    let sql = "DELETE FROM half_sign_in WHERE account_id = $1 AND aim = $2";
    tx.exec(sql, args![account, Aim::Recover.as_str()])?;
    Ok(())
}

/// Ends the half sign-in of a token: whoever signs out leaves nothing half done in the browser.
///
/// # Errors
/// A fault of the engine.
pub fn leave(tx: &mut Tx<'_>, token: &str) -> Outcome<()> {
    let sql = "DELETE FROM half_sign_in WHERE token_digest = $1";
    tx.exec(sql, args![&digest(token)[..]])?;
    Ok(())
}

/// Locks the account of the half sign-in of a token before a proof is judged: whoever ends all that is half
/// done at this moment is heard first.
pub(super) fn hold(tx: &mut Tx<'_>, now: Instant, token: &str) -> Outcome<()> {
    id_of(tx, now, token)?.map_or(Ok(()), |id| lock(tx, &id))
}

/// The same by its id.
pub(super) fn lock(tx: &mut Tx<'_>, id: &Id) -> Outcome<()> {
    let sql = "SELECT account_id FROM half_sign_in WHERE id = $1";
    let account = tx.opt(sql, args![id], |r| r.get::<Option<Id>>(0))?.flatten();
    account.map_or(Ok(()), |x| accounts::lock(tx, &x))
}

/// Why nothing is half done under a token: it has led in already, or its time is over.
pub(super) fn over(tx: &mut Tx<'_>, token: &str) -> Outcome<Refusal> {
    let sql = "SELECT id FROM half_sign_in WHERE token_digest = $1 AND expires_at = 0";
    let used = tx.opt(sql, args![&digest(token)[..]], |r| r.get::<Id>(0))?;
    Ok(match used {
        Some(_) => Refusal::new(Kind::Conflict, "E-AUTH-02-USED"),
        None => Refusal::new(Kind::Gone, "E-AUTH-02-EXPIRED"),
    })
}
