//! What the account's owner does: adds, corrects, ends.

use base::{Cx, FieldFault, Id, Kind as RefusalKind, Outcome, Refusal, Tx, args};
use ident::BirthDate;
use jiff::civil::Date;

use super::notice::{self, Told};
use super::rows::{self, Mandate, State};
use super::store::{self, Entry};
use super::{Details, Human, Sheet, rules, scans};
use crate::accounts::{self, Level};
use crate::identity;

/// Somebody to act for.
#[derive(Clone, Debug)]
pub struct Add {
    /// Who will act.
    pub account: Id,
    /// The level of that account, as it is now.
    pub level: Level,
    /// Who, by which paper, with which powers.
    pub sheet: Sheet,
}

/// Adds a mandate; gives its id. Whoever was added before, and is over or ended, is the same
/// principal again.
///
/// # Errors
/// `E-MND-08` when the level is too low, `E-MND-09` at the limit, `E-MND-10` when the same is there;
/// `E-MND-01` and `E-MND-02` when the papers say that it is over already; `E-MND-26` when nobody knows when
/// whoever acts was born, `E-MND-23` when they are not of age, `E-MND-24` at the surname of whoever would act for
/// themselves; `E-MND-27` and `E-MND-28` at the INN of a sole trader that is not known as their own;
/// `E-MND-20` when the staff did not accept this very paper, or took it back.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, command: &Add) -> Outcome<Id> {
    let (details, today) = (&command.sheet.details, rules::day(cx.now));
    // One after another, so that nobody is added twice and the limit holds.
    accounts::lock(tx, &command.account)?;
    let own = rows::of_account(tx, &command.account)?;
    rules::may_add(command.level, details.kind())?;
    let born = may_represent(tx, &command.account, (details, today))?;
    own_business(tx, &command.account, details)?;
    rules::in_force(State::Typed, details, today)?;
    rules::fits(&own, details, today)?;
    not_declined(tx, &own, |_, judged| judged.is_same_paper(details))?;
    let same = |x: &Mandate| x.sheet().is_some_and(|sheet| sheet.details.is_same(details));
    let mut principal = None;
    for mut twin in own.into_iter().filter(same) {
        principal = Some(twin.principal.clone());
        if twin.state.stands() {
            let entry = Entry { event: "ended", ..Entry::default() };
            store::pass(tx, cx, &mut twin, State::Ended, &entry)?;
            scans::ended(tx, cx, &twin.id)?;
        }
    }
    let mandate = Mandate {
        id: cx.new_id(),
        account: command.account.clone(),
        principal: principal.unwrap_or_else(|| cx.new_id()),
        kind: details.kind(),
        state: State::Typed,
        revision: 1,
        created: cx.now,
        changed: cx.now,
        by_level: command.level,
        by_born: Some(born),
        by_inn: None.into(),
        sheet: Some(command.sheet.clone()).into(),
    };
    store::begin(tx, cx, &mandate)?;
    Ok(mandate.id)
}

/// Whether the owner of `account` may represent whom `details` name: somebody else, and only who is of age.
/// Gives their birth date.
fn may_represent(
    tx: &mut Tx<'_>,
    account: &Id,
    (details, today): (&Details, Date),
) -> Outcome<BirthDate> {
    // Of whom nobody knows when they were born nobody knows whether they are of age.
    let unknown = || Refusal::new(RefusalKind::Conflict, "E-MND-26");
    let born = identity::born(tx, account)?.ok_or_else(unknown)?;
    rules::of_age(Some(&born), today)?;
    if human(tx, account)?.zip(details.who()).is_some_and(|(own, who)| own.is(who)) {
        return Err(Refusal::invalid(vec![FieldFault::new("surname", "E-MND-24")]).into());
    }
    Ok(born)
}

/// The owner of `account`, as papers would name them; nothing while the birth date is not known.
pub(super) fn human(tx: &mut Tx<'_>, account: &Id) -> Outcome<Option<Human>> {
    let Some(born) = identity::born(tx, account)? else { return Ok(None) };
    Ok(accounts::read::account(tx, account)?.map(|x| Human {
        surname: x.surname.reveal().to_owned(),
        name: x.name.reveal().to_owned(),
        patronymic: x.patronymic.reveal().to_owned(),
        born: born.date(),
        sex: String::new(),
    }))
}

/// What the staff said of a paper holds for the same paper typed again: only they can say otherwise. What
/// its owner ended is no such word.
fn not_declined(
    tx: &mut Tx<'_>,
    own: &[Mandate],
    is_it: impl Fn(&Id, &Details) -> bool,
) -> Outcome<()> {
    match store::is_declined(tx, own, is_it)? {
        true => Err(Refusal::new(RefusalKind::Conflict, "E-MND-20").into()),
        false => Ok(()),
    }
}

/// Whether a sole trader of `details` is the owner of `account`: its INN is that of the person.
fn own_business(tx: &mut Tx<'_>, account: &Id, details: &Details) -> Outcome<()> {
    let Details::Trader(trader) = details else { return Ok(()) };
    let code = match identity::inn(tx, account)? {
        Some(own) if *own.reveal() == trader.inn => return Ok(()),
        Some(_) => "E-MND-27",
        None => "E-MND-28",
    };
    Err(Refusal::invalid(vec![FieldFault::new("inn", code)]).into())
}

/// Other data for a mandate.
#[derive(Clone, Debug)]
pub struct Correct {
    /// Whose mandate.
    pub account: Id,
    /// The level of that account, as it is now.
    pub level: Level,
    /// The mandate.
    pub mandate: Id,
    /// How it is to be.
    pub sheet: Sheet,
}

/// Corrects a mandate: afterwards the staff look at the paper anew.
///
/// # Errors
/// `E-REG-03` for a stranger's, `E-MND-03` when it was ended, `E-MND-11` when the kind is another, `E-MND-29` when
/// it is for somebody else; those of [`add`].
pub fn correct(tx: &mut Tx<'_>, cx: &Cx, command: &Correct) -> Outcome<()> {
    let (details, today) = (&command.sheet.details, rules::day(cx.now));
    accounts::lock(tx, &command.account)?;
    let mut mandate = owned(tx, &command.account, &command.mandate)?;
    if mandate.kind != details.kind() {
        return Err(Refusal::new(RefusalKind::Conflict, "E-MND-11").into());
    }
    if mandate.sheet() == Some(&command.sheet) {
        return Ok(());
    }
    // Bookings for the one must not rest on a paper of the other.
    if let Some(sheet) = mandate.sheet().filter(|x| !x.details.may_be(details)) {
        let field = if sheet.details.who().is_some() { "surname" } else { "inn" };
        return Err(Refusal::invalid(vec![FieldFault::new(field, "E-MND-29")]).into());
    }
    let own = rows::of_account(tx, &command.account)?;
    let mut others = own.clone();
    others.retain(|x| x.id != mandate.id);
    rules::may_add(command.level, details.kind())?;
    may_represent(tx, &command.account, (details, today))?;
    own_business(tx, &command.account, details)?;
    rules::in_force(State::Typed, details, today)?;
    rules::fits(&others, details, today)?;
    // A refused one is to be corrected; what says the same of the paper is no correction.
    not_declined(tx, &own, |id, judged| match *id == mandate.id {
        true => judged.is_same_in_all(details),
        false => judged.is_same_paper(details),
    })?;
    mandate.sheet = Some(command.sheet.clone()).into();
    store::pass(
        tx,
        cx,
        &mut mandate,
        State::Typed,
        &Entry { event: "corrected", ..Entry::default() },
    )
}

/// Ends a mandate: from the next request on nothing is done by it. Bookings that were made stay.
///
/// # Errors
/// `E-REG-03` for a stranger's, `E-MND-03` when it was ended before.
pub fn end(tx: &mut Tx<'_>, cx: &Cx, account: &Id, id: &Id) -> Outcome<()> {
    let mut mandate = owned(tx, account, id)?;
    store::pass(tx, cx, &mut mandate, State::Ended, &Entry { event: "ended", ..Entry::default() })?;
    scans::ended(tx, cx, &mandate.id)
}

/// Hears that the owner of `account` is called by another name: whoever compared the papers compared them with the
/// former one, so they are looked at anew. The owner is told of each.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn renamed(tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<()> {
    accounts::lock(tx, account)?;
    let all = rows::of_account(tx, account)?;
    for mut mandate in all.into_iter().filter(|x| x.state == State::Checked) {
        let entry = Entry { event: "corrected", ..Entry::default() };
        store::pass(tx, cx, &mut mandate, State::Typed, &entry)?;
        let seq = mandate.revision.into();
        let told = Told { event: "mandate-unchecked", seq, day: None, reason: "" };
        notice::tell(tx, cx, &mandate, &told)?;
    }
    Ok(())
}

/// Ends all mandates of `account`, whose identity was proved to be somebody else's: they were added, and their papers
/// compared, in that name. Bookings that were made stay; what is theirs can be added anew by a proved identity.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn lapse(tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<()> {
    accounts::lock(tx, account)?;
    let all = rows::of_account(tx, account)?;
    for mut mandate in all.into_iter().filter(|x| x.state.stands()) {
        let entry = Entry { event: "lapsed", ..Entry::default() };
        store::pass(tx, cx, &mut mandate, State::Ended, &entry)?;
        scans::ended(tx, cx, &mandate.id)?;
    }
    Ok(())
}

/// The mandate of this account that nobody ended, locked.
pub(super) fn owned(tx: &mut Tx<'_>, account: &Id, id: &Id) -> Outcome<Mandate> {
    let found = rows::locked(tx, id)?;
    match found.account == *account {
        true if found.state.stands() => Ok(found),
        true => Err(Refusal::new(RefusalKind::Conflict, "E-MND-03").into()),
        false => Err(rows::unknown().into()),
    }
}

/// Takes out of all mandates of `account` whom they were for; what stands ends. Gives the subjects of
/// letters about them.
///
/// # Errors
/// A fault of the engine.
pub(crate) fn forget(tx: &mut Tx<'_>, cx: &Cx, account: &Id) -> Outcome<Vec<String>> {
    let all = rows::of_account(tx, account)?;
    for mut mandate in all.iter().filter(|x| x.state.stands()).cloned() {
        let entry = Entry { event: "ended", ..Entry::default() };
        store::pass(tx, cx, &mut mandate, State::Ended, &entry)?;
    }
    tx.exec("UPDATE mandate SET sealed = NULL WHERE account_id = $1", args![account])?;
    tx.exec(
        "UPDATE mandate_event SET reason_sealed = NULL, judged_sealed = NULL
         WHERE mandate_id IN (SELECT id FROM mandate WHERE account_id = $1)",
        args![account],
    )?;
    Ok(all.into_iter().map(|x| x.id.to_string()).collect())
}
