//! Partitions: a month each, by the time that ids begin with. Made ahead by whoever migrates; what no month has is in the table's
//! default partition, as are the rows of a sandbox whose clock was moved.

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use super::session::Session;

/// Months that are made ahead of the present one.
const MONTHS_AHEAD: i32 = 3;

/// What one table is divided by: ids are 24 hexadecimal digits, of which the first eight are seconds. The history of a cash
/// receipt goes by its id with a word before.
const PREFIXES: &[(&str, &[&str])] = &[
    ("cancel", &[""]),
    ("cash_receipt", &[""]),
    ("delivery", &[""]),
    ("issuance", &[""]),
    ("payment", &[""]),
    ("reserve", &[""]),
    ("transition", &["", "cash:"]),
    ("verdict_rung", &[""]),
];

/// Months that are made of the past, where an installation is moved: older rows are in the default partitions.
const MONTHS_BACK: i32 = 120;

/// Makes those that are missing, of this month and the next ones; gives their names. Errors: the server's.
pub async fn make(session: &Session) -> Result<Vec<String>, Error> {
    make_from(session, 0).await
}

/// The same, and of the months since then.
pub async fn make_since(session: &Session, seconds: i64) -> Result<Vec<String>, Error> {
    let months = "SELECT (extract(year FROM age) * 12 + extract(month FROM age))::int + 1
        FROM age(date_trunc('month', now()), date_trunc('month', to_timestamp($1::bigint))) AS age";
    let back: i32 = session.client.query_one(months, &[&seconds]).await?.try_get(0)?;
    make_from(session, back.clamp(0, MONTHS_BACK)).await
}

async fn make_from(session: &Session, back: i32) -> Result<Vec<String>, Error> {
    let mut made = Vec::new();
    let months = "SELECT to_char(month, 'YYYYMM'), lpad(to_hex(extract(epoch FROM month)::bigint), 8, '0'),
        lpad(to_hex(extract(epoch FROM month + interval '1 month')::bigint), 8, '0')
        FROM (SELECT date_trunc('month', now() AT TIME ZONE 'UTC') + n * interval '1 month' AS month
        FROM generate_series(-$2::int, $1::int) AS n) AS months";
    let months = session.client.query(months, &[&MONTHS_AHEAD, &back]).await?;
    for (table, prefixes) in PREFIXES {
        let default = format!("{table}_other");
        if is_missing(session, &default).await? {
            let create = format!("CREATE TABLE {default} PARTITION OF {table} DEFAULT");
            session.client.batch_execute(&create).await?;
        }
        for row in &months {
            for prefix in *prefixes {
                let (month, from, to): (&str, &str, &str) = (row.get(0), row.get(1), row.get(2));
                let name = format!("{table}_{}{month}", prefix.replace(':', "_"));
                let bounds = format!("FROM ('{prefix}{from}') TO ('{prefix}{to}')");
                if is_missing(session, &name).await? {
                    let create = format!("CREATE TABLE {name} PARTITION OF {table} FOR VALUES {bounds}");
                    match session.client.batch_execute(&create).await {
                        Ok(()) => made.push(name),
                        // Rows of that month are in the default partition already, and stay there.
                        Err(error) if error.code() == Some(&SqlState::CHECK_VIOLATION) => {
                            tracing::warn!(name, "this month's rows are in the default partition");
                        }
                        Err(error) => return Err(error),
                    }
                }
            }
        }
    }
    Ok(made)
}

async fn is_missing(session: &Session, table: &str) -> Result<bool, Error> {
    let row = session
        .client
        .query_one("SELECT to_regclass($1) IS NULL", &[&table])
        .await?;
    row.try_get(0)
}
