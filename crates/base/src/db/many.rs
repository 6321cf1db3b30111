//! Many rows in one statement: what PostgreSQL needs to be fast, since every statement is a journey
//! to the server. SQLite runs the form for one row as often as there are rows.
//!
//! On PostgreSQL what a transaction inserts and updates this way waits until it asks something or
//! commits, and then goes to the server together: [`Unsent`].

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use tokio_postgres::types::ToSql;

use super::{Inner, Row, Tx, Val, sqlite};
use crate::Fault;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// BIGINT.
    Number,
    /// BOOLEAN.
    Flag,
    /// TEXT.
    Text,
    /// BYTEA.
    Bytes,
}

impl Sort {
    /// The type of an array of such values.
    fn array(self) -> &'static str {
        match self {
            Self::Number => "BIGINT[]",
            Self::Flag => "BOOLEAN[]",
            Self::Text => "TEXT[]",
            Self::Bytes => "BYTEA[]",
        }
    }
}

/// Columns of a table: names and types.
type Columns = &'static [(&'static str, Sort)];

/// `$1::TEXT[], $2::BIGINT[], …`, after so many other places.
fn places(before: usize, sorts: &[Sort]) -> String {
    let place = |(i, sort): (usize, &Sort)| format!("${}::{}", before + i + 1, sort.array());
    sorts.iter().enumerate().map(place).collect::<Vec<_>>().join(", ")
}

/// An INSERT of one or many rows: `static CELL: Insert = Insert::into("cell", &[("x", Number)])`.
#[derive(Debug)]
pub struct Insert {
    table: &'static str,
    columns: Columns,
    end: &'static str,
    one: OnceLock<&'static str>,
}

impl Insert {
    /// Into `columns` of `table`.
    pub const fn into(table: &'static str, columns: Columns) -> Self {
        Self::or(table, columns, "")
    }

    /// [`Insert::into`], where `end` says what becomes of a row whose key is taken:
    /// `ON CONFLICT (…) DO UPDATE SET …`.
    pub const fn or(table: &'static str, columns: Columns, end: &'static str) -> Self {
        Self { table, columns, end, one: OnceLock::new() }
    }

    /// The form for one row, made once.
    fn one(&self) -> &'static str {
        self.one.get_or_init(|| {
            let places: Vec<String> = (1..=self.columns.len()).map(|i| format!("${i}")).collect();
            self.text(&format!("VALUES ({})", places.join(", "))).leak()
        })
    }

    fn text(&self, rows: &str) -> String {
        let names: Vec<&str> = self.columns.iter().map(|x| x.0).collect();
        format!("INSERT INTO {} ({}) {rows} {}", self.table, names.join(", "), self.end)
    }
}

/// An UPDATE of one or many rows by their key:
/// `static CELL: Update = Update::of("cell", ("id", Text), &[("x", Number)])`.
#[derive(Debug)]
pub struct Update {
    table: &'static str,
    key: (&'static str, Sort),
    columns: Columns,
    one: OnceLock<&'static str>,
}

impl Update {
    /// Sets `columns` of the rows of `table` whose column `key` is given.
    pub const fn of(table: &'static str, key: (&'static str, Sort), columns: Columns) -> Self {
        Self { table, key, columns, one: OnceLock::new() }
    }

    /// The form for one key, made once.
    fn one(&self) -> &'static str {
        self.one.get_or_init(|| {
            let set = self.columns.iter().enumerate();
            let set: Vec<String> = set.map(|(i, x)| format!("{} = ${}", x.0, i + 2)).collect();
            format!("UPDATE {} SET {} WHERE {} = $1", self.table, set.join(", "), self.key.0).leak()
        })
    }
}

/// One of the two, for many rows at once.
#[derive(Clone, Copy, Debug)]
enum Write {
    Insert(&'static Insert),
    Update(&'static Update),
}

impl Write {
    fn table(self) -> &'static str {
        match self {
            Self::Insert(x) => x.table,
            Self::Update(x) => x.table,
        }
    }

    /// What it is known by among all of the program.
    fn place(self) -> usize {
        match self {
            Self::Insert(x) => std::ptr::from_ref(x).addr(),
            Self::Update(x) => std::ptr::from_ref(x).addr(),
        }
    }

    /// The types of what is bound: of an update, the key first.
    fn sorts(self) -> Vec<Sort> {
        let of = |columns: Columns| columns.iter().map(|x| x.1);
        match self {
            Self::Insert(x) => of(x.columns).collect(),
            Self::Update(x) => std::iter::once(x.key.1).chain(of(x.columns)).collect(),
        }
    }

    /// The form for arrays of columns, whose places come after so many others.
    fn text(self, before: usize) -> String {
        let places = places(before, &self.sorts());
        match self {
            Self::Insert(x) => x.text(&format!("SELECT * FROM unnest({places})")),
            Self::Update(Update { table, key: (key, _), columns, .. }) => {
                let set: Vec<String> =
                    columns.iter().map(|(x, _)| format!("{x} = w.{x}")).collect();
                let names: Vec<&str> =
                    std::iter::once(*key).chain(columns.iter().map(|x| x.0)).collect();
                let (set, names) = (set.join(", "), names.join(", "));
                format!(
                    "UPDATE {table} SET {set} FROM unnest({places}) AS w ({names})
                     WHERE {table}.{key} = w.{key}"
                )
            }
        }
    }
}

/// What a transaction on PostgreSQL will write and has not told the server yet. It goes in one
/// statement, in which no part sees what another does: a table comes but once.
#[derive(Debug, Default)]
pub(super) struct Unsent {
    parts: Vec<Write>,
    arrays: Vec<Array>,
}

/// The statements that unsent parts make together, by the places of the parts.
type Texts = HashMap<Vec<usize>, &'static str>;

impl Unsent {
    fn writes_to(&self, table: &str) -> bool {
        self.parts.iter().any(|x| x.table() == table)
    }

    fn add(&mut self, write: Write, rows: &[Vec<Val<'_>>]) {
        self.parts.push(write);
        self.arrays.append(&mut arrays(&write.sorts(), rows));
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// What is bound to the places of the statement.
    pub(super) fn arrays(&self) -> Vec<&(dyn ToSql + Sync)> {
        refs(&self.arrays)
    }

    /// The one statement; made once for the same parts in the same order.
    pub(super) fn text(&self) -> &'static str {
        static KNOWN: Mutex<Option<Texts>> = Mutex::new(None);
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        let places = self.parts.iter().map(|x| x.place()).collect();
        known.get_or_insert_default().entry(places).or_insert_with(|| self.written().leak())
    }

    /// `WITH w0 AS (INSERT …), w1 AS (UPDATE …) INSERT …`
    fn written(&self) -> String {
        let mut before = 0;
        let mut texts: Vec<String> = Vec::new();
        for part in &self.parts {
            texts.push(part.text(before));
            before += part.sorts().len();
        }
        let last = texts.pop().unwrap_or_default();
        let with = texts.iter().enumerate().map(|(i, text)| format!("w{i} AS ({text})"));
        let with: Vec<String> = with.collect();
        if with.is_empty() { last } else { format!("WITH {} {last}", with.join(", ")) }
    }
}

/// A SELECT of what belongs to a key, for many keys at once; each row says itself to which of them:
/// `static OF: Keyed = Keyed::by(&[Text], "SELECT key, x FROM cell WHERE key = $1")`.
#[derive(Debug)]
pub struct Keyed {
    key: &'static [Sort],
    one: &'static str,
    lock: &'static str,
    many: OnceLock<&'static str>,
}

impl Keyed {
    /// By a key whose parts, of types `key`, are bound as `$1`, `$2`, … in `one`.
    pub const fn by(key: &'static [Sort], one: &'static str) -> Self {
        Self { key, one, lock: "", many: OnceLock::new() }
    }

    /// [`Keyed::by`], whose rows are locked (`FOR UPDATE`, `FOR SHARE`) until the transaction ends, in
    /// the order of the keys.
    pub const fn locking(lock: &'static str, key: &'static [Sort], one: &'static str) -> Self {
        Self { key, one, lock, many: OnceLock::new() }
    }

    /// The form for arrays of parts, made once. `OFFSET 0` keeps the server from making a join of it:
    /// with a small table, or one that was small when the plan was made, it would read the whole table
    /// for each group of keys.
    fn many(&self) -> &'static str {
        self.many.get_or_init(|| {
            let parts = (1..=self.key.len()).rev();
            let one = parts.fold(self.one.to_owned(), |text, i| {
                text.replace(&format!("${i}"), &format!("w.k{i}"))
            });
            let names: Vec<String> = (1..=self.key.len()).map(|i| format!("k{i}")).collect();
            let (places, names, lock) = (places(0, self.key), names.join(", "), self.lock);
            format!(
                "SELECT x.* FROM unnest({places}) AS w ({names}), LATERAL ({one} OFFSET 0 {lock}) x"
            )
            .leak()
        })
    }
}

impl Tx<'_> {
    /// Inserts all rows, or says that it could not: on PostgreSQL as late as when something is asked
    /// or the transaction ends.
    ///
    /// # Errors
    /// A fault of the engine, one that asks for another run when a row's key is taken.
    pub fn insert(&mut self, into: &'static Insert, rows: &[Vec<Val<'_>>]) -> Result<(), Fault> {
        self.put(Write::Insert(into), into.one(), rows)
    }

    /// Updates the rows of many keys: each of `rows` begins with the key. What is not there stays
    /// away. A key must not come twice.
    ///
    /// # Errors
    /// As [`Tx::insert`].
    pub fn update(&mut self, what: &'static Update, rows: &[Vec<Val<'_>>]) -> Result<(), Fault> {
        self.put(Write::Update(what), what.one(), rows)
    }

    fn put(&mut self, what: Write, one: &'static str, rows: &[Vec<Val<'_>>]) -> Result<(), Fault> {
        self.writes += rows.len() as u64;
        match &mut self.inner {
            Inner::Pg(session) if !rows.is_empty() => {
                if session.unsent.writes_to(what.table()) {
                    session.send()?;
                }
                if session.unsent.is_empty() {
                    self.statements += 1;
                }
                session.unsent.add(what, rows);
                Ok(())
            }
            _ => rows.iter().try_for_each(|row| self.exec(one, row).map(|_| ())),
        }
    }

    /// The rows of all `keys`, in no particular order.
    ///
    /// # Errors
    /// A fault of the engine, or a column of another type.
    pub fn of_keys<T>(
        &mut self,
        query: &'static Keyed,
        keys: &[Vec<Val<'_>>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        match &mut self.inner {
            Inner::Pg(session) => {
                if keys.is_empty() {
                    return Ok(Vec::new());
                }
                let arrays = arrays(query.key, keys);
                self.statements += 1;
                session.all_many(query.many(), &refs(&arrays), &mut read)
            }
            Inner::Sqlite(conn) => {
                self.statements += keys.len() as u64;
                let mut all = Vec::new();
                for key in keys {
                    all.append(&mut sqlite::all(conn, query.one, key, &mut read)?);
                }
                Ok(all)
            }
        }
    }
}

type Array = Box<dyn ToSql + Sync + Send>;

/// Rows turned into columns that outlive them.
fn arrays(sorts: &[Sort], rows: &[Vec<Val<'_>>]) -> Vec<Array> {
    let column = |(i, sort): (usize, &Sort)| -> Array {
        let values = rows.iter().map(move |row| row.get(i).copied().unwrap_or(Val::Null));
        match sort {
            Sort::Number => Box::new(values.map(number).collect::<Vec<_>>()),
            Sort::Flag => Box::new(values.map(flag).collect::<Vec<_>>()),
            Sort::Text => Box::new(values.map(text).collect::<Vec<_>>()),
            Sort::Bytes => Box::new(values.map(bytes).collect::<Vec<_>>()),
        }
    };
    sorts.iter().enumerate().map(column).collect()
}

fn number(value: Val<'_>) -> Option<i64> {
    match value {
        Val::I64(x) => Some(x),
        _ => None,
    }
}

fn flag(value: Val<'_>) -> Option<bool> {
    match value {
        Val::Bool(x) => Some(x),
        _ => None,
    }
}

fn text(value: Val<'_>) -> Option<String> {
    match value {
        Val::Text(x) => Some(x.to_owned()),
        _ => None,
    }
}

fn bytes(value: Val<'_>) -> Option<Vec<u8>> {
    match value {
        Val::Blob(x) => Some(x.to_vec()),
        _ => None,
    }
}

fn refs(arrays: &[Array]) -> Vec<&(dyn ToSql + Sync)> {
    arrays.iter().map(|x| &**x as &(dyn ToSql + Sync)).collect()
}

#[cfg(test)]
mod tests {
    use super::Keyed;
    use super::Sort::{Number, Text};

    #[test]
    fn a_select_of_a_key_becomes_one_of_many_that_no_planner_turns_into_a_join() {
        static CELLS: Keyed = Keyed::locking(
            "FOR SHARE",
            &[Text, Number],
            "SELECT owner, cell FROM cell WHERE owner = $1 AND cell > $2 AND cell < $2 + 9",
        );
        assert_eq!(
            CELLS.many(),
            "SELECT x.* FROM unnest($1::TEXT[], $2::BIGINT[]) AS w (k1, k2), \
             LATERAL (SELECT owner, cell FROM cell \
             WHERE owner = w.k1 AND cell > w.k2 AND cell < w.k2 + 9 OFFSET 0 FOR SHARE) x"
        );
    }
}
