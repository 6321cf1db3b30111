//! Values that go in and columns that come out, the same on both engines.

use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::{Fault, Id, Instant};

/// A bound value. `Debug` tells its kind and size only: drivers print what they bind when they log
/// everything.
#[derive(Clone, Copy, PartialEq)]
pub enum Val<'a> {
    /// SQL's NULL.
    Null,
    /// BIGINT.
    I64(i64),
    /// BOOLEAN (0 or 1 on SQLite).
    Bool(bool),
    /// TEXT.
    Text(&'a str),
    /// BYTEA.
    Blob(&'a [u8]),
}

impl std::fmt::Debug for Val<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Val::Null => f.write_str("NULL"),
            Val::I64(x) => write!(f, "{x}"),
            Val::Bool(x) => write!(f, "{x}"),
            Val::Text(x) => write!(f, "TEXT({})", x.len()),
            Val::Blob(x) => write!(f, "BYTEA({})", x.len()),
        }
    }
}

macro_rules! val_from {
    ($($from:ty => |$x:ident| $to:expr;)*) => {$(
        impl<'a> From<$from> for Val<'a> {
            fn from($x: $from) -> Self { $to }
        }
        impl<'a> From<Option<$from>> for Val<'a> {
            fn from(x: Option<$from>) -> Self { x.map_or(Val::Null, Val::from) }
        }
    )*};
}

val_from! {
    i64 => |x| Val::I64(x);
    i32 => |x| Val::I64(x.into());
    u32 => |x| Val::I64(x.into());
    u16 => |x| Val::I64(x.into());
    u8 => |x| Val::I64(x.into());
    bool => |x| Val::Bool(x);
    &'a str => |x| Val::Text(x);
    &'a String => |x| Val::Text(x);
    &'a Id => |x| Val::Text(x.as_str());
    &'a [u8] => |x| Val::Blob(x);
    &'a Vec<u8> => |x| Val::Blob(x);
    Instant => |x| Val::I64(x.0);
}

impl rusqlite::ToSql for Val<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, Value, ValueRef};
        Ok(match *self {
            Val::Null => ToSqlOutput::Owned(Value::Null),
            Val::I64(x) => ToSqlOutput::Owned(Value::Integer(x)),
            Val::Bool(x) => ToSqlOutput::Owned(Value::Integer(x.into())),
            Val::Text(x) => ToSqlOutput::Borrowed(ValueRef::Text(x.as_bytes())),
            Val::Blob(x) => ToSqlOutput::Borrowed(ValueRef::Blob(x)),
        })
    }
}

impl ToSql for Val<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut tokio_postgres::types::private::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match *self {
            Val::Null => Ok(IsNull::Yes),
            Val::I64(x) if *ty == Type::INT4 => i32::try_from(x)?.to_sql(ty, out),
            Val::I64(x) => x.to_sql(ty, out),
            Val::Bool(x) => x.to_sql(ty, out),
            Val::Text(x) => x.to_sql(ty, out),
            Val::Blob(x) => x.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// One row of an answer.
#[derive(Debug)]
pub enum Row<'r> {
    /// From SQLite.
    Sqlite(&'r rusqlite::Row<'r>),
    /// From PostgreSQL.
    Pg(&'r tokio_postgres::Row),
}

impl Row<'_> {
    /// Column `i` (from 0).
    ///
    /// # Errors
    /// A fault when the column is missing or of another type.
    pub fn get<T: Column>(&self, i: usize) -> Result<T, Fault> {
        T::read(self, i)
    }
}

/// What a column can be read as.
pub trait Column: Sized {
    /// Reads column `i` of `row`.
    ///
    /// # Errors
    /// A fault when the column is missing or of another type.
    fn read(row: &Row<'_>, i: usize) -> Result<Self, Fault>;
}

fn column<T>(row: &Row<'_>, i: usize) -> Result<T, Fault>
where
    T: rusqlite::types::FromSql + for<'a> tokio_postgres::types::FromSql<'a>,
{
    match row {
        Row::Sqlite(row) => {
            row.get(i).map_err(|error| Fault::of(format!("column {i} cannot be read"), error))
        }
        Row::Pg(row) => {
            row.try_get(i).map_err(|error| Fault::of(format!("column {i} cannot be read"), error))
        }
    }
}

macro_rules! columns {
    ($($ty:ty),*) => {$(
        impl Column for $ty {
            fn read(row: &Row<'_>, i: usize) -> Result<Self, Fault> { column(row, i) }
        }
        impl Column for Option<$ty> {
            fn read(row: &Row<'_>, i: usize) -> Result<Self, Fault> { column(row, i) }
        }
    )*};
}

columns!(i64, bool, String, Vec<u8>);

macro_rules! columns_via {
    ($($ty:ty: $via:ty => |$x:ident| $to:expr;)*) => {$(
        impl Column for $ty {
            fn read(row: &Row<'_>, i: usize) -> Result<Self, Fault> {
                let $x = <$via>::read(row, i)?;
                Ok($to)
            }
        }
        impl Column for Option<$ty> {
            fn read(row: &Row<'_>, i: usize) -> Result<Self, Fault> {
                Ok(Option::<$via>::read(row, i)?.map(|$x| $to))
            }
        }
    )*};
}

columns_via! {
    Id: String => |x| Id::from(x);
    Instant: i64 => |x| Instant(x);
    u8: i64 => |x| u8::try_from(x).unwrap_or(u8::MAX);
    u16: i64 => |x| u16::try_from(x).unwrap_or(u16::MAX);
    u32: i64 => |x| u32::try_from(x).unwrap_or(u32::MAX);
    u64: i64 => |x| u64::try_from(x).unwrap_or(0);
}
