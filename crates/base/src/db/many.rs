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
}

/// An INSERT of one or many rows: `static CELL: Insert = Insert::into("cell", &[("x", Number)])`.
#[derive(Debug)]
pub struct Insert {
    table: &'static str,
    columns: &'static [(&'static str, Sort)],
    texts: OnceLock<(&'static str, &'static str)>,
}

impl Insert {
    /// Into `columns` of `table`.
    pub const fn into(table: &'static str, columns: &'static [(&'static str, Sort)]) -> Self {
        Self { table, columns, texts: OnceLock::new() }
    }

    /// The form for one row and the form for arrays of columns, made once.
    fn texts(&self) -> (&'static str, &'static str) {
        *self.texts.get_or_init(|| {
            let names: Vec<&str> = self.columns.iter().map(|x| x.0).collect();
            let one: Vec<String> = (1..=names.len()).map(|i| format!("${i}")).collect();
            let array = |(i, (_, sort)): (usize, &(&str, Sort))| match sort {
                Sort::Number => format!("${}::BIGINT[]", i + 1),
                Sort::Flag => format!("${}::BOOLEAN[]", i + 1),
                Sort::Text => format!("${}::TEXT[]", i + 1),
            };
            let many: Vec<String> = self.columns.iter().enumerate().map(array).collect();
            let (table, names) = (self.table, names.join(", "));
            let end = "ON CONFLICT DO NOTHING";
            let one = format!("INSERT INTO {table} ({names}) VALUES ({}) {end}", one.join(", "));
            let many = format!(
                "INSERT INTO {table} ({names}) SELECT * FROM unnest({}) {end}",
                many.join(", ")
            );
            (&*one.leak(), &*many.leak())
        })
    }
}

/// A query for many keys: each row says itself to which key it belongs.
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
        Val::Text(_) | Val::Null | Val::Blob(_) => Sort::Text,
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

fn refs<'a>(arrays: &'a [Array<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    arrays.iter().map(|x| &**x as &(dyn ToSql + Sync)).collect()
}
