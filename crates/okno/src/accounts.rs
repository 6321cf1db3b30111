//! `okno accounts`: opens accounts, sets levels, makes tokens for programs and for load tests.

use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::process::ExitCode;

use base::config::Config;
use base::{Chance, Cx, Fault, FieldFault, Id, Outcome, Tx};
use clap::{Args, Subcommand};
use rooms::accounts::{
    self, Account, Email, Level, Names, NewAccount, Password, PersonName, Phone, Policy, read,
};
use rooms::trail::{Command, Done, Kind};
use rooms::{access, factors, identity, privacy, sessions};
use texts::Lang;

use crate::keys::Keys;
use crate::noted::commanded;
use crate::{Settings, erased};

/// Accounts that one transaction of `seed` makes.
const BATCH: usize = 500;
/// Accounts that `seed` can make: as many as its range of phones has numbers.
const MOST: usize = 10_000_000;
/// The device of tokens made here, as the person sees it.
const DEVICE: &str = "okno accounts";

/// Add accounts, change their level, make tokens.
#[derive(Debug, Args)]
pub(crate) struct Accounts {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Open an account whose owner you know; prints its id
    Add(Add),
    /// Set the level of an account
    Level(SetLevel),
    /// Make a bearer token for a program that acts for an account; valid for 90 days
    Token(Token),
    /// Give an account an authenticator app and printed codes, before any message can reach its owner
    App(GiveApp),
    /// Erase a person: what stands is cancelled, personal data are gone, bookings stay as shells
    Erase(Erase),
    /// Make verified accounts with tokens for a load test; only for a portal on this machine
    Seed(Seed),
}

#[derive(Debug, Args)]
struct Add {
    #[command(flatten)]
    settings: Settings,
    /// Mobile phone; taken as proved
    #[arg(long)]
    phone: String,
    /// E-mail; taken as proved
    #[arg(long)]
    email: Option<String>,
    /// Surname; of somebody with one name this or the given name
    #[arg(long, default_value = "")]
    surname: String,
    /// Given name
    #[arg(long, default_value = "")]
    name: String,
    #[arg(long, default_value = "")]
    patronymic: String,
    /// simplified, standard or verified
    #[arg(long, value_parser = level, default_value = "simplified")]
    level: Level,
    /// Read the password from standard input; without one nobody can sign in by password
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Debug, Args)]
struct SetLevel {
    #[command(flatten)]
    settings: Settings,
    /// Phone or proved e-mail
    contact: String,
    /// simplified, standard or verified
    #[arg(value_parser = level)]
    level: Level,
    /// Why; kept in the account's history
    #[arg(long)]
    reason: String,
}

#[derive(Debug, Args)]
struct Token {
    #[command(flatten)]
    settings: Settings,
    /// Phone or proved e-mail
    contact: String,
}

#[derive(Debug, Args)]
struct GiveApp {
    #[command(flatten)]
    settings: Settings,
    /// Phone or proved e-mail
    contact: String,
}

#[derive(Debug, Args)]
struct Erase {
    #[command(flatten)]
    settings: Settings,
    /// Phone or proved e-mail
    contact: String,
}

#[derive(Debug, Args)]
struct Seed {
    #[command(flatten)]
    settings: Settings,
    /// How many accounts
    #[arg(long)]
    count: usize,
    /// File to write the tokens to, one a line
    #[arg(long, value_name = "FILE")]
    tokens: PathBuf,
}

impl Accounts {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        match self.act {
            Act::Add(add) => add.run()?,
            Act::Level(set) => set.run()?,
            Act::Token(token) => token.run()?,
            Act::App(app) => app.run()?,
            Act::Erase(erase) => erase.run()?,
            Act::Seed(seed) => seed.run()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Add {
    fn run(self) -> Outcome<()> {
        let (config, db) = self.settings.open()?;
        let email = self.email.as_deref().map(|x| Email::parse("email", x)).transpose();
        let fields = ["surname", "name", "patronymic"];
        let typed = [self.surname.as_str(), &self.name, &self.patronymic];
        let names = Names::parse(fields, typed, true)
            .map_err(|x| x.into_iter().next().map_or(Fault::new("no name"), wrong))?;
        let new = NewAccount {
            password_hash: self.password_hash(&config)?,
            surname: names.surname,
            name: names.name,
            patronymic: names.patronymic,
            phone: Phone::parse("phone", &self.phone).map_err(wrong)?,
            email: email.map_err(wrong)?,
            email_verified: true,
            level: self.level,
            lang: Lang::Ru,
        };
        let id = commanded(&db, Command::OpenAccount, move |tx, cx| {
            let id = accounts::add(tx, cx, &new)?;
            let done = to(&id);
            Ok((id, done))
        })?;
        println!("{id}");
        Ok(())
    }

    fn password_hash(&self, config: &Config) -> Outcome<Option<String>> {
        if !self.password_stdin {
            return Ok(None);
        }
        let mut line = String::new();
        std::io::stdin().read_line(&mut line)?;
        let own = [self.surname.as_str(), &self.name, &self.phone];
        let password = line.trim_end_matches(['\r', '\n']);
        let password =
            Password::parse("password", password, config.password_classes, &own).map_err(wrong)?;
        let secrets = Keys::load(&config.data)?.secrets;
        Ok(Some(secrets.hash_password(password.reveal(), &Chance::os())?))
    }
}

impl SetLevel {
    fn run(self) -> Outcome<()> {
        let (_, db) = self.settings.open()?;
        let (contact, level, reason) = (folded(&self.contact)?, self.level, self.reason);
        let account = commanded(&db, Command::SetLevel, move |tx, cx| {
            let account = find(tx, cx, (&contact, "level"))?;
            identity::set_level(tx, cx, &account.id, (level, &reason))?;
            let done = to(&account.id);
            Ok((account, done))
        })?;
        let name = account.full_name();
        println!("{}: {} → {}", name.reveal(), account.level.as_str(), level.as_str());
        Ok(())
    }
}

impl Token {
    fn run(self) -> Outcome<()> {
        let (_, db) = self.settings.open()?;
        let contact = folded(&self.contact)?;
        let token = commanded(&db, Command::MakeToken, move |tx, cx| {
            let account = find(tx, cx, (&contact, "token"))?;
            Ok((bearer(tx, cx, &account.id)?, to(&account.id)))
        })?;
        println!("{token}");
        Ok(())
    }
}

impl GiveApp {
    /// Prints the secret and the codes: they are shown only now.
    fn run(self) -> Outcome<()> {
        let (config, db) = self.settings.open()?;
        let policy = Policy::of(&config, Keys::load(&config.data)?.secrets);
        let contact = folded(&self.contact)?;
        let (seed, codes) = commanded(&db, Command::GiveApp, move |tx, cx| {
            let id = find(tx, cx, (&contact, "app"))?.id;
            Ok((factors::give(tx, cx, &policy, (&id, DEVICE))?, to(&id)))
        })?;
        println!("Type this secret into the app, or give it the address:");
        println!("  {}", seed.text());
        println!("  {}", seed.uri("Okno", &self.contact.replace(['+', ' ', '@'], "")));
        println!("Codes for the day the app is lost, each good once:");
        codes.iter().for_each(|code| println!("  {}", code.reveal()));
        Ok(())
    }
}

impl Erase {
    fn run(self) -> Outcome<()> {
        let (config, db) = self.settings.open()?;
        let contact = folded(&self.contact)?;
        let account = commanded(&db, Command::ErasePerson, move |tx, cx| {
            let id = find(tx, cx, (&contact, "erase"))?.id;
            if !access::read::grants_of(tx, cx.now, &id)?.is_empty() {
                let first = "this account has a role: take it away first with `okno staff revoke`";
                return Err(Fault::new(first).into());
            }
            privacy::erase(tx, cx, &id)?;
            let done = to(&id);
            Ok((id, done))
        })?;
        if db.engine() == "SQLite" {
            db.scrub()?;
        }
        erased::settle(&config.data, &db)?;
        println!("{account} is erased");
        Ok(())
    }
}

impl Seed {
    fn run(self) -> Outcome<()> {
        let (config, db) = self.settings.open()?;
        if !config.listen.ip().is_loopback() {
            let listen = config.listen;
            return Err(Fault::new(format!(
                "`accounts seed` is for a portal on this machine, but `listen` is {listen}"
            ))
            .into());
        }
        if self.count > MOST {
            return Err(Fault::new(format!("at most {MOST} accounts can be made")).into());
        }
        // Whoever reads a token acts for its account.
        let mut owners = OpenOptions::new();
        owners.write(true).create(true).truncate(true).mode(0o600);
        let mut file = BufWriter::new(owners.open(&self.tokens)?);
        for first in (0..self.count).step_by(BATCH) {
            let numbers = first..self.count.min(first + BATCH);
            let made = commanded(&db, Command::SeedAccounts, move |tx, cx| {
                let made = numbers.clone().map(|number| seeded(tx, cx, number));
                Ok((made.collect::<Outcome<Vec<_>>>()?, Done::something()))
            });
            for token in made? {
                writeln!(file, "{token}")?;
            }
        }
        file.flush()?;
        println!("{} accounts, tokens in {}", self.count, self.tokens.display());
        Ok(())
    }
}

/// Made-up names; their products are enough to look like people.
const SURNAMES: [&str; 8] =
    ["Яблонева", "Рябинина", "Кленова", "Ольхова", "Снегова", "Полева", "Лугова", "Речнова"];
const NAMES: [&str; 7] = ["Анна", "Мария", "Ольга", "Елена", "Ирина", "Алия", "Вера"];

/// Account `number` (opened now, unless an earlier run did so) and a token for it.
fn seeded(tx: &mut Tx<'_>, cx: &Cx, number: usize) -> Outcome<String> {
    let phone = Phone::parse("phone", &format!("+7999{number:07}")).map_err(wrong)?;
    let id = match read::by_contact(tx, phone.reveal())? {
        Some(account) => account.id,
        None => {
            let part = |field, text| PersonName::parse_optional(field, text).map_err(wrong);
            let new = NewAccount {
                surname: part("surname", SURNAMES[number % SURNAMES.len()])?,
                name: part("name", NAMES[number % NAMES.len()])?,
                patronymic: part("patronymic", "")?,
                phone,
                email: None,
                email_verified: false,
                password_hash: None,
                level: Level::Verified,
                lang: Lang::Ru,
            };
            accounts::add(tx, cx, &new)?
        }
    };
    bearer(tx, cx, &id)
}

fn bearer(tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<String> {
    sessions::open(tx, cx, account, DEVICE, sessions::Kind::Bearer)
}

/// A phone or an e-mail, as accounts are found by it.
fn folded(contact: &str) -> Outcome<String> {
    Ok(match Phone::parse("phone", contact) {
        Ok(phone) => phone.reveal().to_owned(),
        Err(_no_phone) => Email::parse("contact", contact).map_err(wrong)?.reveal().to_owned(),
    })
}

/// The account of `contact`; its owner can see that it was opened for `what`.
fn find(tx: &mut Tx<'_>, cx: &Cx, (contact, what): (&str, &'static str)) -> Outcome<Account> {
    let found = read::by_contact(tx, contact)?;
    let found = found.ok_or_else(|| Fault::new(format!("there is no account of {contact}")))?;
    privacy::looked(tx, cx, &found.id, what)?;
    Ok(found)
}

fn to(account: &Id) -> Done {
    Done::to(Kind::Account, account.as_str())
}

fn level(text: &str) -> Result<Level, String> {
    Level::parse(text).ok_or_else(|| "simplified, standard or verified".to_owned())
}

/// What is wrong with an argument, as the command line says it.
fn wrong(fault: FieldFault) -> Fault {
    let args: Vec<_> = fault.args.iter().map(|(name, value)| format!("{name} {value}")).collect();
    Fault::new(format!("{}: {} {}", fault.field, fault.code, args.join(", ")))
}
