//! Many rows in one statement: what PostgreSQL needs to be fast, since every statement is a journey
//! to the server. SQLite runs the form for one row as often as there are rows.

use std::sync::OnceLock;

use postgres::types::ToSql;

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

/// `$1::TEXT[], $2::BIGINT[], …`
fn places(sorts: impl Iterator<Item = Sort>) -> String {
    let place = |(i, sort): (usize, Sort)| format!("${}::{}", i + 1, sort.array());
    sorts.enumerate().map(place).collect::<Vec<_>>().join(", ")
}

/// An INSERT of one or many rows: `static CELL: Insert = Insert::into("cell", &[("x", Number)])`.
#[derive(Debug)]
pub struct Insert {
    table: &'static str,
    columns: Columns,
    end: &'static str,
    texts: OnceLock<(&'static str, &'static str)>,
}

impl Insert {
    /// Into `columns` of `table`.
    pub const fn into(table: &'static str, columns: Columns) -> Self {
        Self::or(table, columns, "ON CONFLICT DO NOTHING")
    }

    /// [`Insert::into`], where `end` says what becomes of a row whose key is taken:
    /// `ON CONFLICT (…) DO UPDATE SET …`.
    pub const fn or(table: &'static str, columns: Columns, end: &'static str) -> Self {
        Self { table, columns, end, texts: OnceLock::new() }
    }

    /// The form for one row and the form for arrays of columns, made once.
    fn texts(&self) -> (&'static str, &'static str) {
        *self.texts.get_or_init(|| {
            let names: Vec<&str> = self.columns.iter().map(|x| x.0).collect();
            let one: Vec<String> = (1..=names.len()).map(|i| format!("${i}")).collect();
            let (table, names, end) = (self.table, names.join(", "), self.end);
            let one = format!("INSERT INTO {table} ({names}) VALUES ({}) {end}", one.join(", "));
            let many = format!(
                "INSERT INTO {table} ({names}) SELECT * FROM unnest({}) {end}",
                places(self.columns.iter().map(|x| x.1))
            );
            (&*one.leak(), &*many.leak())
        })
    }
}

/// An UPDATE of one or many rows by their key:
/// `static CELL: Update = Update::of("cell", ("id", Text), &[("x", Number)])`.
#[derive(Debug)]
pub struct Update {
    table: &'static str,
    key: (&'static str, Sort),
    columns: Columns,
    texts: OnceLock<(&'static str, &'static str)>,
}

impl Update {
    /// Sets `columns` of the rows of `table` whose column `key` is given.
    pub const fn of(table: &'static str, key: (&'static str, Sort), columns: Columns) -> Self {
        Self { table, key, columns, texts: OnceLock::new() }
    }

    /// The form for one key and the form for arrays, made once.
    fn texts(&self) -> (&'static str, &'static str) {
        *self.texts.get_or_init(|| {
            let (table, key) = (self.table, self.key.0);
            let names = || self.columns.iter().map(|x| x.0);
            let one: Vec<String> =
                names().enumerate().map(|(i, x)| format!("{x} = ${}", i + 2)).collect();
            let many: Vec<String> = names().map(|x| format!("{x} = w.{x}")).collect();
            let all: Vec<&str> = std::iter::once(key).chain(names()).collect();
            let one = format!("UPDATE {table} SET {} WHERE {key} = $1", one.join(", "));
            let many = format!(
                "UPDATE {table} SET {} FROM unnest({}) AS w ({}) WHERE {table}.{key} = w.{key}",
                many.join(", "),
                places(self.sorts()),
                all.join(", ")
            );
            (&*one.leak(), &*many.leak())
        })
    }

    /// The types of the key and the columns.
    fn sorts(&self) -> impl Iterator<Item = Sort> + '_ {
        std::iter::once(self.key.1).chain(self.columns.iter().map(|x| x.1))
    }
}

/// A query for many keys, or an UPDATE that gives rows: each says itself to which key it belongs.
#[derive(Clone, Copy, Debug)]
pub struct Keyed {
    /// For one key, its parts bound as `$1`, `$2`, …
    pub one: &'static str,
    /// For all keys, their parts bound as arrays: `unnest($1::TEXT[], $2::BIGINT[])`. Only PostgreSQL
    /// runs it.
    pub many: &'static str,
}

impl Tx<'_> {
    /// Inserts all rows, or says that it could not.
    ///
    /// # Errors
    /// A fault that asks for another run when a row's key is taken; a fault of the engine.
    pub fn insert(&mut self, into: &'static Insert, rows: &[Vec<Val<'_>>]) -> Result<(), Fault> {
        let (one, many) = into.texts();
        let put = match (&mut self.inner, rows) {
            (_, []) => return Ok(()),
            (Inner::Pg(session), rows) if rows.len() > 1 => {
                let sorts: Vec<Sort> = into.columns.iter().map(|x| x.1).collect();
                let arrays = arrays(&sorts, rows);
                self.statements += 1;
                session.exec_many(many, &refs(&arrays))?
            }
            _ => {
                let mut put = 0;
                for row in rows {
                    put += self.exec(one, row)?;
                }
                put
            }
        };
        self.writes += put;
        match put == rows.len() as u64 {
            true => Ok(()),
            false => Err(Fault::new(format!("{}: a row's key was taken meanwhile", into.table))
                .retryable(true)),
        }
    }

    /// Updates the rows of many keys: each of `rows` begins with the key. Gives the number of rows
    /// that were there. A key must not come twice.
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn update(&mut self, what: &'static Update, rows: &[Vec<Val<'_>>]) -> Result<u64, Fault> {
        let (one, many) = what.texts();
        if let (Inner::Pg(session), [_, _, ..]) = (&mut self.inner, rows) {
            let sorts: Vec<Sort> = what.sorts().collect();
            let arrays = arrays(&sorts, rows);
            self.statements += 1;
            let touched = session.exec_many(many, &refs(&arrays))?;
            self.writes += touched;
            return Ok(touched);
        }
        rows.iter().try_fold(0, |touched, row| Ok(touched + self.exec(one, row)?))
    }

    /// The rows of all `keys`, in no particular order.
    ///
    /// # Errors
    /// A fault of the engine, or a column of another type.
    pub fn of_keys<T>(
        &mut self,
        query: Keyed,
        keys: &[Vec<Val<'_>>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        self.writes += u64::from(!query.one.starts_with("SELECT") && !keys.is_empty());
        match &mut self.inner {
            Inner::Pg(session) => {
                let Some(first) = keys.first() else { return Ok(Vec::new()) };
                let sorts: Vec<Sort> = first.iter().map(sort).collect();
                let arrays = arrays(&sorts, keys);
                self.statements += 1;
                session.all_many(query.many, &refs(&arrays), &mut read)
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

fn sort(value: &Val<'_>) -> Sort {
    match value {
        Val::I64(_) => Sort::Number,
        Val::Bool(_) => Sort::Flag,
        Val::Blob(_) => Sort::Bytes,
        Val::Text(_) | Val::Null => Sort::Text,
    }
}

type Array<'a> = Box<dyn ToSql + Sync + 'a>;

/// Rows turned into columns.
fn arrays<'a>(sorts: &[Sort], rows: &[Vec<Val<'a>>]) -> Vec<Array<'a>> {
    let column = |(i, sort): (usize, &Sort)| -> Array<'a> {
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

fn text(value: Val<'_>) -> Option<&str> {
    match value {
        Val::Text(x) => Some(x),
        _ => None,
    }
}

fn bytes(value: Val<'_>) -> Option<&[u8]> {
    match value {
        Val::Blob(x) => Some(x),
        _ => None,
    }
}

fn refs<'a>(arrays: &'a [Array<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    arrays.iter().map(|x| &**x as &(dyn ToSql + Sync)).collect()
}
