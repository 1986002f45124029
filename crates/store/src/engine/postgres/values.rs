//! Parameters and rows on this engine. A parameter has the type that the server found for it.

use bytes::BytesMut;
use tokio_postgres::Row as PgRow;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::row::{Cell, Row};
use crate::value::Value;

/// A value that does not fit the type of its parameter: a fault of this program.
#[derive(Debug, thiserror::Error)]
#[error("{value} does not fit a parameter of type {parameter}")]
pub struct Misfit {
    value: &'static str,
    parameter: Type,
}

/// A value as a parameter.
#[derive(Debug)]
pub struct Parameter<'a>(pub &'a Value);

type Encoded = Result<IsNull, Box<dyn std::error::Error + Sync + Send>>;

impl ToSql for Parameter<'_> {
    fn to_sql(&self, parameter: &Type, out: &mut BytesMut) -> Encoded {
        let misfit = |value| Misfit {
            value,
            parameter: parameter.clone(),
        };
        match (self.0, parameter) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Int(value), &Type::INT8) => value.to_sql(parameter, out),
            (Value::Int(value), &Type::INT4) => fits::<i32>(*value, || misfit("a number"))?.to_sql(parameter, out),
            (Value::Int(value), &Type::INT2) => fits::<i16>(*value, || misfit("a number"))?.to_sql(parameter, out),
            (Value::Int(value @ (0 | 1)), &Type::BOOL) => (*value == 1).to_sql(parameter, out),
            (Value::Text(text), &Type::TEXT | &Type::VARCHAR) => text.to_sql(parameter, out),
            (Value::Bytes(bytes), &Type::BYTEA) => bytes.to_sql(parameter, out),
            (Value::Int(_), _) => Err(misfit("a number").into()),
            (Value::Text(_), _) => Err(misfit("a text").into()),
            (Value::Bytes(_), _) => Err(misfit("bytes").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn fits<T: TryFrom<i64>>(value: i64, misfit: impl FnOnce() -> Misfit) -> Result<T, Misfit> {
    T::try_from(value).map_err(|_| misfit())
}

/// A column, of a type that the store's statements select.
struct Column<'r>(Cell<'r>);

impl<'r> FromSql<'r> for Column<'r> {
    fn from_sql(column: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(match column {
            &Type::INT8 => Cell::Int(i64::from_sql(column, raw)?),
            &Type::INT4 => Cell::Int(i32::from_sql(column, raw)?.into()),
            &Type::INT2 => Cell::Int(i16::from_sql(column, raw)?.into()),
            &Type::BOOL => Cell::Int(bool::from_sql(column, raw)?.into()),
            &Type::TEXT | &Type::VARCHAR => Cell::Text(<&str>::from_sql(column, raw)?),
            &Type::BYTEA => Cell::Bytes(<&[u8]>::from_sql(column, raw)?),
            other => return Err(format!("a column of type {other}").into()),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(Cell::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl Row for PgRow {
    fn cell(&self, column: usize) -> Option<Cell<'_>> {
        self.try_get::<_, Column<'_>>(column).ok().map(|column| column.0)
    }
}
