//! The engine's payment reads and claims, as the store's interface names them.

use domain::cash_receipt::CashReceipt;
use domain::fingerprint::Fingerprint;
use domain::payment::{Cancel, Payment, ResolutionStep};
use domain::project::Guard;
use domain::reserve::Reserve;
use domain::text::nfc;
use domain::webhook_delivery::{Delivery, DeliveryAttempt};
use domain::{BillingKeyId, EpochMs, ProjectId, ReceiptId, ReserveId, Won};
use rusqlite::{Connection, OptionalExtension, Params, Row};

use super::open::Sqlite;
use super::writer::Aborted;
use super::{cash_receipts, deliveries, payment_rows, projects, sql};
use crate::OrderOwner;
use crate::Unresolved;
use crate::error::{CommitError, ReadError};

/// A statement that changes rows and answers with them.
pub(super) fn changed<T>(
    connection: &Connection,
    statement: &str,
    values: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, Aborted> {
    Ok(connection
        .prepare_cached(statement)?
        .query_map(values, read)?
        .collect::<rusqlite::Result<_>>()?)
}

impl Sqlite {
    /// One row of `statement`, if there is one.
    pub(super) async fn one<T: Send + 'static>(
        &self,
        statement: &'static str,
        values: impl Params + Send + 'static,
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, ReadError> {
        self.readers
            .read(move |connection| connection.prepare_cached(statement)?.query_row(values, read).optional())
            .await
    }

    /// Every row of `statement`.
    pub(super) async fn many<T: Send + 'static>(
        &self,
        statement: &'static str,
        values: impl Params + Send + 'static,
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, ReadError> {
        self.readers
            .read(move |connection| connection.prepare_cached(statement)?.query_map(values, read)?.collect())
            .await
    }

    pub(crate) async fn payment(&self, project: ProjectId, id: ReceiptId) -> Result<Option<Payment>, ReadError> {
        self.one(
            sql::SELECT_PAYMENT,
            [id.to_string(), project.to_string()],
            payment_rows::payment,
        )
        .await
    }

    pub(crate) async fn payment_of_anyone(&self, id: ReceiptId) -> Result<Option<Payment>, ReadError> {
        self.one(sql::SELECT_PAYMENT_OF_ANYONE, [id.to_string()], payment_rows::payment)
            .await
    }

    pub(crate) async fn payments_by_order(
        &self,
        project: ProjectId,
        order_id: &str,
        limit: u32,
    ) -> Result<Vec<Payment>, ReadError> {
        let values = (project.to_string(), nfc(order_id).into_owned(), limit);
        self.many(sql::SELECT_PAYMENTS_BY_ORDER, values, payment_rows::payment)
            .await
    }

    pub(crate) async fn unresolved(&self, limit: u32) -> Result<Vec<Unresolved>, ReadError> {
        self.many(sql::SELECT_UNSETTLED, [limit], payment_rows::unresolved)
            .await
    }

    pub(crate) async fn open_debit(&self, key: BillingKeyId, price: Won) -> Result<Option<ReceiptId>, ReadError> {
        let values = (key.to_string(), price.get().cast_signed());
        self.one(sql::SELECT_OPEN_DEBIT, values, |row| super::rows::parsed(row, 0))
            .await
    }

    pub(crate) async fn order_owner(
        &self,
        project: ProjectId,
        order_id: &str,
    ) -> Result<Option<OrderOwner>, ReadError> {
        let read = |row: &Row<'_>| match row.get_ref(0)?.as_str()? {
            "payment" => super::rows::parsed(row, 1).map(OrderOwner::Payment),
            _ => super::rows::parsed(row, 1).map(OrderOwner::Reserve),
        };
        self.one(
            sql::SELECT_CLAIM,
            [project.to_string(), nfc(order_id).into_owned()],
            read,
        )
        .await
    }

    pub(crate) async fn idempotency(
        &self,
        project: ProjectId,
        key: &str,
    ) -> Result<Option<(Fingerprint, ReceiptId)>, ReadError> {
        let read = |row: &Row<'_>| Ok((Fingerprint(row.get(0)?), super::rows::parsed(row, 1)?));
        self.one(sql::SELECT_IDEMPOTENCY, [project.to_string(), key.to_owned()], read)
            .await
    }

    pub(crate) async fn resolution_steps(&self, receipt: ReceiptId) -> Result<Vec<ResolutionStep>, ReadError> {
        let query = move |connection: &Connection| {
            let mut statement = connection.prepare_cached(sql::SELECT_RESOLUTION_STEPS)?;
            statement
                .query_map([receipt.to_string()], |row| payment_rows::resolution_step(row, receipt))?
                .collect()
        };
        self.readers.read(query).await
    }

    pub(crate) async fn cancel(&self, receipt: ReceiptId, cancel_id: &str) -> Result<Option<Cancel>, ReadError> {
        self.one(
            sql::SELECT_CANCEL,
            [receipt.to_string(), cancel_id.to_owned()],
            payment_rows::cancel,
        )
        .await
    }

    pub(crate) async fn cancels(&self, receipt: ReceiptId) -> Result<Vec<Cancel>, ReadError> {
        self.many(sql::SELECT_CANCELS, [receipt.to_string()], payment_rows::cancel)
            .await
    }

    pub(crate) async fn reserve(&self, project: ProjectId, id: ReserveId) -> Result<Option<Reserve>, ReadError> {
        self.one(
            sql::SELECT_RESERVE,
            [id.to_string(), project.to_string()],
            payment_rows::reserve,
        )
        .await
    }

    pub(crate) async fn cash_receipt(
        &self,
        project: ProjectId,
        id: ReceiptId,
    ) -> Result<Option<CashReceipt>, ReadError> {
        self.readers
            .read(move |connection| cash_receipts::one(connection, project, id))
            .await
    }

    pub(crate) async fn cash_receipt_of_order(
        &self,
        project: ProjectId,
        order_id: &str,
    ) -> Result<Option<CashReceipt>, ReadError> {
        let order_id = order_id.to_owned();
        self.readers
            .read(move |connection| cash_receipts::of_order(connection, project, &order_id))
            .await
    }

    pub(crate) async fn deliveries_of(&self, receipt: ReceiptId) -> Result<Vec<Delivery>, ReadError> {
        self.many(
            sql::SELECT_DELIVERIES_OF_RECEIPT,
            [receipt.to_string()],
            payment_rows::delivery,
        )
        .await
    }

    pub(crate) async fn recent_deliveries(&self, limit: u32) -> Result<Vec<Delivery>, ReadError> {
        self.many(sql::SELECT_RECENT_DELIVERIES, [limit], payment_rows::delivery)
            .await
    }

    pub(crate) async fn has_open_cancels(&self) -> Result<bool, ReadError> {
        Ok(self
            .one(sql::SELECT_OPEN_CANCEL, [], |row| row.get::<_, i64>(0))
            .await?
            .is_some())
    }

    pub(crate) async fn put_back_deliveries(&self, claimed: Vec<Delivery>, until: EpochMs) -> Result<(), CommitError> {
        self.writer
            .write_for(move |connection| deliveries::put_back(connection, &claimed, until))
            .await
    }

    pub(crate) async fn end_delivery(
        &self,
        claimed: Delivery,
        attempted: DeliveryAttempt,
        result: String,
        now: EpochMs,
    ) -> Result<(), CommitError> {
        self.writer
            .write_for(move |c| deliveries::end(c, &claimed, &attempted, &result, now))
            .await
    }

    pub(crate) async fn resend(&self, id: ReceiptId, now: EpochMs) -> Result<bool, CommitError> {
        self.writer
            .write_for(move |connection| deliveries::resend(connection, id, now))
            .await
    }

    pub(crate) async fn set_webhook(&self, project: ProjectId, url: Option<String>) -> Result<(), CommitError> {
        self.writer
            .write_for(move |c| projects::set_webhook(c, project, url.as_deref()))
            .await
    }

    pub(crate) async fn set_guard(&self, project: ProjectId, guard: Guard) -> Result<(), CommitError> {
        self.writer
            .write_for(move |c| projects::set_guard(c, project, guard))
            .await
    }

    pub(crate) async fn rotate_webhook_secret(&self, project: ProjectId, until: EpochMs) -> Result<(), CommitError> {
        self.writer
            .write_for(move |c| projects::rotate_webhook_secret(c, project, until))
            .await
    }
}
