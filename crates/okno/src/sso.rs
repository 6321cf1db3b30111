//! `okno sso`: sites that let people in through the portal.

use std::path::PathBuf;
use std::process::ExitCode;

use base::config::Config;
use base::{Fault, Id, Instant, Outcome};
use clap::{Args, Subcommand};
use rooms::access::Action;
use rooms::sso::client::Auth;
use rooms::sso::register::{self, NewClient};
use rooms::sso::{Scope, Scopes, keys, overview};
use rooms::text::Text;
use rooms::trail::{Deed, Done, Kind, Step};

use crate::Settings;
use crate::noted::noted;

/// What all of it is called in the trail.
const CONNECT: Deed = Deed::Act(Action::ConnectSites);

/// Connect sites that let people in through the portal.
#[derive(Debug, Args)]
pub(crate) struct Sso {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Connected sites
    #[command(subcommand)]
    Client(Act),
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Connect a site; prints its client_id and, only now, its client_secret
    Add(Add),
    /// List connected sites
    List(List),
    /// Give a site a new secret
    Secret(Secret),
    /// Disconnect a site: its tokens read nothing any more
    Close(One),
}

#[derive(Debug, Args)]
struct Add {
    #[command(flatten)]
    settings: Settings,
    /// As people will read it
    #[arg(long)]
    name: String,
    /// The same in English
    #[arg(long, value_name = "NAME", default_value = "")]
    name_en: String,
    /// Where people return with a code, letter for letter; may be repeated
    #[arg(long, value_name = "URL", required = true)]
    redirect: Vec<String>,
    /// Where people may be sent after signing out; may be repeated
    #[arg(long, value_name = "URL")]
    after_logout: Vec<String>,
    /// Where the site hears that a session has ended (back-channel logout)
    #[arg(long, value_name = "URL")]
    logout: Option<String>,
    /// What the site may ask for
    #[arg(long, value_name = "SCOPES", default_value = "openid profile email phone")]
    scopes: String,
    /// Shared by sites that are to know people by the same subjects; default: the host of --redirect
    #[arg(long, value_name = "HOST")]
    sector: Option<String>,
    /// An app or a page without a server, which can keep no secret
    #[arg(long)]
    public: bool,
    /// File with the public halves of its keys (a JWKS), by which it proves itself in place of a secret
    #[arg(long, value_name = "FILE", conflicts_with = "public")]
    jwks: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
struct One {
    #[command(flatten)]
    settings: Settings,
    /// The client_id, from `okno sso client list`
    id: String,
}

#[derive(Debug, Args)]
struct Secret {
    #[command(flatten)]
    one: One,
    /// For how many hours the former secret works on, 24 at most
    #[arg(long, value_name = "HOURS", default_value_t = 0)]
    former: i64,
}

impl Sso {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        let What::Client(act) = self.what;
        match act {
            Act::Add(add) => add.run()?,
            Act::List(list) => list.run()?,
            Act::Secret(secret) => secret.renew()?,
            Act::Close(one) => one.close()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Add {
    fn run(self) -> Outcome<()> {
        let scopes = Scopes::parse(&self.scopes);
        if scopes.iter().count() != self.scopes.split_whitespace().count() {
            let known = Scope::ALL.map(Scope::as_str).join(", ");
            return Err(Fault::new(format!("--scopes: some of {known}")).into());
        }
        let keys = self.jwks.as_deref().map(std::fs::read_to_string).transpose();
        let keys = keys.map_err(|error| Fault::of("--jwks cannot be read", error))?;
        let (config, db) = self.settings.open()?;
        let new = NewClient {
            name: Text::new(self.name, self.name_en),
            redirects: self.redirect,
            after_logout: self.after_logout,
            logout_uri: self.logout,
            scopes,
            auth: match (self.public, &keys) {
                (true, _) => Auth::Nothing,
                (false, Some(_)) => Auth::Keys,
                (false, None) => Auth::Secret,
            },
            keys: keys.unwrap_or_default(),
            sector: self.sector,
        };
        let added = noted(&db, CONNECT, move |tx, cx| {
            keys::ready(tx, cx)?;
            let added = register::add(tx, cx, &new)?;
            let done = to(&added.id, Step::Connected);
            Ok((added, done))
        });
        let registered = added?;
        println!("issuer         {}", issuer(&config));
        println!("client_id      {}", registered.id);
        if let Some(secret) = registered.secret {
            println!("client_secret  {secret}");
        }
        Ok(())
    }
}

/// What sites are to be told as the issuer. An address that nobody has set is only a guess: a portal may
/// run on another port.
fn issuer(config: &Config) -> String {
    match config.public_url == format!("http://{}", config.listen) {
        true => "the address of this portal (public_url is not set)".to_owned(),
        false => config.public_url.trim_end_matches('/').to_owned(),
    }
}

impl List {
    fn run(self) -> Outcome<()> {
        let (_, db) = self.settings.open()?;
        for site in db.read_wait(overview::sites)? {
            let (client, kind) = (&site.client, site.client.auth.as_str());
            let state = if site.closed_at.is_some() { "closed" } else { "connected" };
            println!(
                "{}  {state}  {kind}  {}  {}  {}",
                client.id, client.sector, client.scopes, client.name.ru
            );
        }
        Ok(())
    }
}

impl Secret {
    fn renew(self) -> Outcome<()> {
        let (_, db) = self.one.settings.open()?;
        let id = Id::from(self.one.id);
        let lasts = self.former.saturating_mul(Instant::HOUR);
        let renew = noted(&db, CONNECT, move |tx, cx| {
            Ok((register::renew(tx, cx, &id, lasts)?, to(&id, Step::Secret)))
        });
        println!("client_secret  {}", renew?.secret.unwrap_or_default());
        Ok(())
    }
}

impl One {
    fn close(self) -> Outcome<()> {
        let (_, db) = self.settings.open()?;
        let id = Id::from(self.id);
        let close = noted(&db, CONNECT, move |tx, cx| {
            register::close(tx, cx, &id)?;
            Ok(((), to(&id, Step::Closed)))
        });
        close?;
        println!("disconnected");
        Ok(())
    }
}

fn to(site: &Id, step: Step) -> Done {
    Done::to(Kind::Site, site.as_str()).step(step)
}
