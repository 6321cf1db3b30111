//! Sites that let people in through the portal, as those who come from them meet them.

use base::{Fault, Id, Instant, Outcome, Tx, args};

use super::address::loopback;
use super::keyset::KeySet;
use super::{Scopes, secret};
use crate::text::Text;

/// A connected site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its `client_id`.
    pub id: Id,
    /// As people read it.
    pub name: Text,
    /// The host by which its subjects are made.
    pub sector: String,
    /// How it proves who it is.
    pub auth: Auth,
    /// The most it may ask for.
    pub scopes: Scopes,
    /// Where it hears that a session has ended.
    pub logout_uri: Option<String>,
    digest: Option<Vec<u8>>,
    former: Option<(Vec<u8>, Instant)>,
    pub(super) jwks: Option<String>,
}

/// How a site proves who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Auth {
    /// By the secret that it was given.
    Secret,
    /// By a signature; the portal knows the public halves of its keys.
    Keys,
    /// Not at all: a program that can keep no secret. A code is bound to it by PKCE alone.
    Nothing,
}

impl Auth {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Secret, Self::Keys, Self::Nothing];

    /// As forms and histories say it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Keys => "keys",
            Self::Nothing => "nothing",
        }
    }

    /// Undoes [`Auth::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|x| x.as_str() == text)
    }
}

impl Client {
    /// Whether `secret` is this client's at `now`: the present one, or the one before as long as it is
    /// good.
    pub fn knows(&self, now: Instant, secret: &str) -> bool {
        let shown = secret::digest(secret);
        let former = self.former.as_ref().filter(|x| now < x.1).map(|x| &x.0);
        // Both are compared, so that the time tells nothing.
        let same = |kept: Option<&Vec<u8>>| kept.is_some_and(|x| secret::same(x, &shown));
        same(self.digest.as_ref()) | same(former)
    }

    /// The keys by which it signs.
    pub(super) fn keys(&self) -> Option<KeySet> {
        KeySet::parse(self.jwks.as_deref()?).ok()
    }

    /// A program that can keep no secret.
    pub fn is_public(&self) -> bool {
        self.auth == Auth::Nothing
    }

    /// Until when the secret before the present one is good, after `now`.
    pub fn former_until(&self, now: Instant) -> Option<Instant> {
        self.former.as_ref().map(|x| x.1).filter(|until| now < *until)
    }
}

/// The columns that [`row`] reads.
macro_rules! columns {
    () => {
        "c.id, c.name, c.name_en, c.sector, c.secret_digest, c.scopes, c.logout_uri,
         c.former_digest, c.former_until, c.jwks"
    };
}
pub(super) use columns;

/// How many they are.
pub(super) const COLUMNS: usize = 10;

/// The site `id`, unless it was closed or was never there.
///
/// # Errors
/// A fault of the engine.
pub fn find(tx: &mut Tx<'_>, id: &str) -> Outcome<Option<Client>> {
    Ok(tx.opt(
        concat!(
            "SELECT ",
            columns!(),
            " FROM sso_client c WHERE c.id = $1 AND c.closed_at IS NULL"
        ),
        args![id],
        row,
    )?)
}

/// The site `id`, connected or not any more.
pub(super) fn any(tx: &mut Tx<'_>, id: &str) -> Outcome<Option<Client>> {
    let sql = concat!("SELECT ", columns!(), " FROM sso_client c WHERE c.id = $1");
    Ok(tx.opt(sql, args![id], row)?)
}

pub(super) fn row(r: &base::db::Row<'_>) -> Result<Client, Fault> {
    let digest: Option<Vec<u8>> = r.get(4)?;
    let jwks: Option<String> = r.get(9)?;
    let former = r.get::<Option<Vec<u8>>>(7)?.zip(r.get::<Option<Instant>>(8)?);
    Ok(Client {
        id: r.get(0)?,
        name: Text::new(r.get::<String>(1)?, r.get::<String>(2)?),
        sector: r.get(3)?,
        auth: match (&digest, &jwks) {
            (_, Some(_)) => Auth::Keys,
            (Some(_), None) => Auth::Secret,
            (None, None) => Auth::Nothing,
        },
        digest,
        scopes: Scopes::stored(r, 5)?,
        logout_uri: r.get(6)?,
        former,
        jwks,
    })
}

/// Where people are sent, and what for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// With a code.
    SignIn,
    /// After signing out.
    SignOut,
}

impl Way {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SignOut => "sign_out",
        }
    }
}

/// Whether people of `client` may be sent to `uri`: it is registered letter for letter. Of an address
/// on this machine the port may differ, for programs that get theirs at the start (RFC 8252, 7.3).
///
/// # Errors
/// A fault of the engine.
pub fn may_return(tx: &mut Tx<'_>, client: &Client, way: Way, uri: &str) -> Outcome<bool> {
    let known = addresses(tx, &client.id, way)?;
    let near = |x: &str| match (client.is_public(), loopback(x), loopback(uri)) {
        (true, Some(known), Some(asked)) => known == asked,
        _ => false,
    };
    Ok(known.iter().any(|x| x == uri || near(x)))
}

/// The addresses to which people of a site may be sent.
pub(super) fn addresses(tx: &mut Tx<'_>, client: &Id, way: Way) -> Outcome<Vec<String>> {
    Ok(tx.all(
        "SELECT uri FROM sso_redirect WHERE client_id = $1 AND kind = $2 ORDER BY uri",
        args![client, way.as_str()],
        |r| r.get(0),
    )?)
}

/// How exact the moment of the last use is: a busy site is not written to with every sign-in.
const USED: i64 = Instant::HOUR;

/// Notes that a site got tokens.
pub(super) fn used(tx: &mut Tx<'_>, now: Instant, client: &Id) -> Outcome<()> {
    tx.exec(
        "UPDATE sso_client SET used_at = $2 WHERE id = $1 AND (used_at IS NULL OR used_at <= $3)",
        args![client, now, now.plus(-USED)],
    )?;
    Ok(())
}
