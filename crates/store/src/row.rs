//! Rows into the domain's types, the same for every engine. A column that does not read is corruption, and an error, never a
//! default.

use domain::cash_receipt::{CashReceiptOrigin, CashReceiptPurpose, CashReceiptState};
use domain::error::{ErrorCode, PgMessage};
use domain::fingerprint::Fingerprint;
use domain::ids::ObjectId;
use domain::issuance::IssuanceState;
use domain::key::MaskedAccount;
use domain::payment::{CancelState, DeclineReason, PaymentState, ResolutionAction};
use domain::project::{Guard, PgName, SecretKind, UnknownKeys};
use domain::reserve::ReserveState;
use domain::transition::Failure;
use domain::webhook_delivery::{ContentType, DeliveryState};
use domain::{BillingKeyId, EpochMs, ProjectId, ReceiptId, ReserveId, Won};

/// What one column of a row holds.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'r> {
    Null,
    Int(i64),
    Text(&'r str),
    Bytes(&'r [u8]),
}

/// One row, as an engine has it.
pub trait Row {
    /// What `column`, counted from 0, holds; `None` when there is none, or of a type that no statement selects.
    fn cell(&self, column: usize) -> Option<Cell<'_>>;
}

/// The column, counted from 0, does not hold what it should.
#[derive(Debug, thiserror::Error)]
#[error("column {0} of a row is unreadable")]
pub struct Unreadable(pub usize);

pub type Read<T> = Result<T, Unreadable>;

/// A row's columns, read one after the other in the order of the statement.
pub struct Columns<'r> {
    row: &'r dyn Row,
    next: usize,
}

impl<'r> Columns<'r> {
    pub fn of(row: &'r dyn Row) -> Self {
        Self { row, next: 0 }
    }

    pub fn next<T: FromCell>(&mut self) -> Read<T> {
        let column = self.next;
        self.next += 1;
        self.row.cell(column).and_then(T::from_cell).ok_or(Unreadable(column))
    }

    /// The next column's text, as `of` understands it.
    pub fn named<T>(&mut self, of: impl FnOnce(&str) -> Option<T>) -> Read<T> {
        let column = self.next;
        let text: String = self.next()?;
        of(&text).ok_or(Unreadable(column))
    }

    /// The error for a column that was read last and means nothing beside the others.
    pub fn unreadable<T>(&self) -> Read<T> {
        Err(Unreadable(self.next.saturating_sub(1)))
    }

    /// Two columns: the PG's code and text.
    pub fn pg_message(&mut self) -> Read<Option<PgMessage>> {
        let (code, text): (Option<String>, Option<String>) = (self.next()?, self.next()?);
        let text = text.unwrap_or_default();
        Ok(code.map(|code| PgMessage { code, text }))
    }

    /// Three columns: our code, the PG's code and text.
    pub fn failure(&mut self) -> Read<Option<Failure>> {
        let code: Option<ErrorCode> = self.next()?;
        let pg = self.pg_message()?;
        Ok(code.map(|code| Failure { code, pg }))
    }

    /// Three columns: bank code, masked account, masked holder.
    pub fn masked_account(&mut self) -> Read<MaskedAccount> {
        Ok(MaskedAccount {
            bank_code: self.next()?,
            account_masked: self.next()?,
            holder_masked: self.next()?,
        })
    }
}

/// What a column can be read as.
pub trait FromCell: Sized {
    /// `None` when the cell holds something else.
    fn from_cell(cell: Cell<'_>) -> Option<Self>;
}

impl<T: FromCell> FromCell for Option<T> {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Null => Some(None),
            cell => T::from_cell(cell).map(Some),
        }
    }
}

impl<const N: usize> FromCell for [u8; N] {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        let Cell::Bytes(bytes) = cell else { return None };
        bytes.try_into().ok()
    }
}

impl FromCell for Fingerprint {
    fn from_cell(cell: Cell<'_>) -> Option<Self> {
        FromCell::from_cell(cell).map(Self)
    }
}

macro_rules! from_cell {
    ($kind:ident: $($type:ty = $read:expr;)*) => {
        $(impl FromCell for $type {
            fn from_cell(cell: Cell<'_>) -> Option<Self> {
                let Cell::$kind(value) = cell else { return None };
                $read(value)
            }
        })*
    };
}

from_cell! { Int:
    i64 = Some;
    u32 = |value: i64| u32::try_from(value).ok();
    u64 = |value: i64| u64::try_from(value).ok();
    EpochMs = |value| Some(EpochMs(value));
    Won = |value: i64| u64::try_from(value).ok().and_then(Won::new);
}

from_cell! { Text:
    String = |text: &str| Some(text.to_owned());
    ReceiptId = |text: &str| text.parse().ok();
    BillingKeyId = |text: &str| text.parse().ok();
    ReserveId = |text: &str| text.parse().ok();
    ProjectId = |text: &str| text.parse().ok();
    ObjectId = |text: &str| text.parse().ok();
    ErrorCode = ErrorCode::from_name;
    IssuanceState = IssuanceState::from_name;
    PaymentState = PaymentState::from_name;
    DeclineReason = DeclineReason::from_name;
    ResolutionAction = ResolutionAction::from_name;
    CancelState = CancelState::from_name;
    ReserveState = ReserveState::from_name;
    DeliveryState = DeliveryState::from_name;
    ContentType = ContentType::from_name;
    CashReceiptPurpose = CashReceiptPurpose::parse;
    CashReceiptOrigin = CashReceiptOrigin::from_name;
    CashReceiptState = CashReceiptState::from_name;
    Guard = Guard::from_name;
    UnknownKeys = UnknownKeys::from_name;
    PgName = PgName::from_name;
    SecretKind = SecretKind::from_name;
}

/// A row of one column.
pub fn only<T: FromCell>(columns: &mut Columns<'_>) -> Read<T> {
    columns.next()
}
