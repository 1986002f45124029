//! Rows into the domain's types. A row that does not read is corruption, and an error, never a default.

use std::str::FromStr;

use domain::issuance::IssuedKey;

use domain::error::{ErrorCode, PgMessage};
use domain::fingerprint::Fingerprint;
use domain::issuance::{AuthType, Issuance, IssuanceState, IssuanceTerms, IssuedBy};
use domain::key::{BillingKey, MaskedAccount};
use domain::transition::Failure;
use domain::{EpochMs, Won};
use rusqlite::Row;
use rusqlite::types::Type;

/// The error for a column whose text means nothing.
pub fn unreadable(column: usize) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, "unreadable value".into())
}

/// A column that parses, as ids do.
pub fn parsed<T: FromStr>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    row.get_ref(column)?.as_str()?.parse().map_err(|_| unreadable(column))
}

/// A merchant's id as sent, where it is compared in another spelling.
pub fn as_sent(id: &str) -> Option<&str> {
    (domain::text::nfc(id) != id).then_some(id)
}

pub fn money(row: &Row<'_>, column: usize) -> rusqlite::Result<Won> {
    let amount: i64 = row.get(column)?;
    u64::try_from(amount)
        .ok()
        .and_then(Won::new)
        .ok_or_else(|| unreadable(column))
}

pub fn moment(row: &Row<'_>, column: usize) -> rusqlite::Result<EpochMs> {
    row.get(column).map(EpochMs)
}

/// Columns as `issuance_columns!` selects them.
pub fn issuance(row: &Row<'_>) -> rusqlite::Result<Issuance> {
    Ok(Issuance {
        receipt_id: parsed(row, 0)?,
        project_id: parsed(row, 1)?,
        seq: row.get(3)?,
        state: IssuanceState::from_name(row.get_ref(4)?.as_str()?).ok_or_else(|| unreadable(4))?,
        terms: terms(row)?,
        fingerprint: Fingerprint(row.get(15)?),
        requested_at: moment(row, 16)?,
        consent_expires_at: moment(row, 17)?,
        published_at: row.get::<_, Option<i64>>(18)?.map(EpochMs),
        pg_tid: row.get(19)?,
        failure: failure(row)?,
        issued: issued(row)?,
    })
}

fn terms(row: &Row<'_>) -> rusqlite::Result<IssuanceTerms> {
    Ok(IssuanceTerms {
        subscription_id: row.get(2)?,
        order_name: row.get(5)?,
        price: money(row, 6)?,
        tax_free: money(row, 7)?,
        auth_type: match row.get_ref(8)?.as_str()? {
            "ARS" => AuthType::Ars,
            "간편인증" => AuthType::App,
            _ => return Err(unreadable(8)),
        },
        shown: shown(row, 9)?,
        phone_masked: row.get(12)?,
        cash_receipt_type: row.get(13)?,
        cash_receipt_print: row.get::<_, Option<[u8; 32]>>(25)?.map(Fingerprint),
        metadata: row.get(14)?,
    })
}

pub fn shown(row: &Row<'_>, first: usize) -> rusqlite::Result<MaskedAccount> {
    Ok(MaskedAccount {
        bank_code: row.get(first)?,
        account_masked: row.get(first + 1)?,
        holder_masked: row.get(first + 2)?,
    })
}

fn failure(row: &Row<'_>) -> rusqlite::Result<Option<Failure>> {
    let Some(code) = row.get::<_, Option<String>>(20)? else {
        return Ok(None);
    };
    let pg_code: Option<String> = row.get(21)?;
    let pg_text: Option<String> = row.get(22)?;
    Ok(Some(Failure {
        code: ErrorCode::from_name(&code).ok_or_else(|| unreadable(20))?,
        pg: pg_code.map(|code| PgMessage {
            code,
            text: pg_text.unwrap_or_default(),
        }),
    }))
}

fn issued(row: &Row<'_>) -> rusqlite::Result<Option<IssuedKey>> {
    if row.get_ref(23)?.data_type() == Type::Null {
        return Ok(None);
    }
    let by = match row.get_ref(24)?.as_str()? {
        "publish" => IssuedBy::Publish,
        "recovery" => IssuedBy::Recovery,
        _ => return Err(unreadable(24)),
    };
    Ok(Some(IssuedKey {
        billing_key: parsed(row, 23)?,
        by,
    }))
}

/// Columns as `key_columns!` selects them.
pub fn billing_key(row: &Row<'_>) -> rusqlite::Result<BillingKey> {
    Ok(BillingKey {
        id: parsed(row, 0)?,
        project_id: parsed(row, 1)?,
        receipt_id: parsed(row, 2)?,
        bid: row.get(3)?,
        shown: shown(row, 4)?,
        issued_at: moment(row, 7)?,
        destroyed_at: row.get::<_, Option<i64>>(8)?.map(EpochMs),
    })
}
