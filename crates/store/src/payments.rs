//! Payments: what was asked for, and each transition of it.

use domain::due::DueKind;
use domain::payment::{Debit, Order, Payment, PaymentSource, PaymentTransition};
use domain::text::nfc;
use domain::transition::Actor;
use domain::{BillingKeyId, EpochMs, ProjectId, ReceiptId, Won, ids::ObjectId};

use crate::error::{CommitRefused, ReadError};
use crate::history::HistoryEntry;
use crate::issuances::as_sent;
use crate::place::Place;
use crate::row::{Columns, Read, only};
use crate::statement::{Write, statements};
use crate::value::values;
use crate::{Store, due, orders};

macro_rules! payment_columns {
    () => {
        "receipt_id, project_id, billing_key, bid, source, source_id, seq, state,
        coalesce(order_id_as_sent, order_id), order_name, price, tax_free,
        metadata, items, \"user\", feedback_url, content_type, bank_code, account_masked, holder_masked, fingerprint,
        requested_at_ms, tid, approve_no, receipt_url, paid_at_ms, failure_code, failure_pg_code, failure_pg_text,
        decline_reason, cancelled_price, cancelled_tax_free, cancelled_at_ms"
    };
}
pub(crate) use payment_columns;

statements! {
    INSERT_PAYMENT = "INSERT INTO payment ({bucket}receipt_id, project_id, billing_key, bid, source, source_id, seq, state, order_id,
        order_name, price, tax_free, metadata, items, \"user\", feedback_url, content_type, bank_code, account_masked,
        holder_masked, fingerprint, requested_at_ms, order_id_as_sent)
        VALUES ({:bucket}?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)
        ON CONFLICT ({project_id, order_id) WHERE state NOT IN ('declined', 'voided')|bucket, project_id, receipt_id)} DO NOTHING";
    MOVE_PAYMENT = "UPDATE payment SET seq = ?2, state = ?3, tid = coalesce(?4, tid), approve_no = coalesce(?5, approve_no),
        receipt_url = coalesce(?6, receipt_url), paid_at_ms = coalesce(?7, paid_at_ms),
        failure_code = coalesce(?8, failure_code), failure_pg_code = coalesce(?9, failure_pg_code),
        failure_pg_text = coalesce(?10, failure_pg_text), decline_reason = coalesce(?11, decline_reason),
        cancelled_price = coalesce(?12, cancelled_price), cancelled_tax_free = coalesce(?13, cancelled_tax_free),
        cancelled_at_ms = coalesce(?14, cancelled_at_ms)
        WHERE {of}receipt_id = ?1 AND seq = ?2 - 1 AND state = ?15";
    HAS_PAYMENT_AT = "SELECT 1 FROM payment WHERE {of}receipt_id = ?1 AND seq = ?2{lock}";
    HAS_NO_OPEN_DEBIT = "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM payment WHERE {of}billing_key = ?1 AND price = ?2
        AND state IN ('intended', 'in_doubt', 'needs_person'))";
    SELECT_OPEN_DEBIT = "SELECT receipt_id FROM payment WHERE {of}billing_key = ?1 AND price = ?2
        AND state IN ('intended', 'in_doubt', 'needs_person') ORDER BY receipt_id LIMIT 1";
    SELECT_PAYMENT = concat!("SELECT ", payment_columns!(), " FROM payment WHERE {of}receipt_id = ?1 AND project_id = ?2");
    SELECT_PAYMENT_OF_ANYONE = concat!("SELECT ", payment_columns!(), " FROM payment WHERE receipt_id = ?1");
    SELECT_PAYMENTS_BY_ORDER = concat!("SELECT ", payment_columns!(), " FROM payment
        WHERE {of}project_id = ?1 AND order_id = ?2 ORDER BY receipt_id LIMIT ?3");
    SELECT_PAYMENTS_SINCE = concat!("SELECT ", payment_columns!(), " FROM payment WHERE receipt_id >= ?1
        ORDER BY receipt_id DESC LIMIT ?2");
    SELECT_PAYMENTS_BETWEEN = concat!("SELECT ", payment_columns!(), " FROM payment WHERE {of}receipt_id > ?2 AND receipt_id < ?3
        AND {+|}project_id = ?1 ORDER BY receipt_id LIMIT ?4");
}

pub fn open(payment: &Payment, writes: &mut Vec<Write>) {
    let order = &payment.order;
    let (receipt_id, project) = (payment.receipt_id, payment.project_id);
    let (source, source_id) = match payment.source {
        PaymentSource::Charge => ("charge", None),
        PaymentSource::Reserve(id) => ("reserve", Some(id.to_string())),
        PaymentSource::Publish(id) => ("publish", Some(id.to_string())),
    };
    // A reserve hands its claim over; everybody else makes a new one.
    writes.push(match payment.source {
        PaymentSource::Reserve(reserve) => {
            let values = values![project, nfc(&order.order_id), reserve, receipt_id];
            Write::one(&orders::HAND_OVER, values, CommitRefused::OrderTaken)
        }
        _ => orders::claim(project, &order.order_id, "payment", receipt_id),
    });
    let values = values![
        receipt_id,
        project,
        payment.billing_key,
        payment.bid,
        source,
        source_id,
        payment.seq,
        payment.state.name(),
        nfc(&order.order_id),
        order.order_name,
        order.price,
        order.tax_free,
        order.metadata,
        order.items,
        order.user,
        order.feedback_url,
        order.content_type.name(),
        payment.masked_account.bank_code,
        payment.masked_account.account_masked,
        payment.masked_account.holder_masked,
        payment.fingerprint,
        payment.requested_at,
        as_sent(&order.order_id),
    ];
    // Refused though the claim was free: there is a live payment of the order, and the database is not what it was.
    writes.push(Write::one(&INSERT_PAYMENT, values, CommitRefused::OrderTaken));
    let is_reserved = matches!(payment.source, PaymentSource::Reserve(_));
    let entry = HistoryEntry {
        object: &receipt_id.to_string(),
        seq: payment.seq,
        from: "",
        to: payment.state.name(),
        at: payment.requested_at,
        actor: if is_reserved { Actor::Worker } else { Actor::Api },
        detail: "",
    };
    writes.push(entry.insert());
}

pub fn transition(project: ProjectId, step: &PaymentTransition, writes: &mut Vec<Write>) {
    let (debit, failure) = (step.debit.as_ref(), step.failure.as_ref());
    let pg = failure.and_then(|failure| failure.pg.as_ref());
    let values = values![
        step.receipt_id,
        step.seq,
        step.to.name(),
        debit.map(|debit| &debit.tid),
        debit.map(|debit| &debit.approve_no),
        debit.map(|debit| &debit.receipt_url),
        debit.map(|debit| debit.paid_at),
        failure.map(|failure| failure.code.name()),
        pg.map(|pg| &pg.code),
        pg.map(|pg| &pg.text),
        step.reason.map(|reason| reason.name()),
        step.cancelled.map(|(price, _)| price),
        step.cancelled.map(|(_, tax_free)| tax_free),
        step.cancelled.map(|_| step.at),
        step.from.name(),
    ];
    writes.push(Write::one(&MOVE_PAYMENT, values, CommitRefused::LostRace));
    if !step.to.awaits_verdict() {
        writes.push(due::end(DueKind::Resolution, project, step.receipt_id));
    }
    if step.to.frees_order() {
        writes.push(Write::any(&orders::FREE_OF_PAYMENT, values![step.receipt_id]));
    }
    let detail = match step.reason {
        None => step.note.to_string(),
        Some(reason) if step.note.is_empty() => reason.name().to_owned(),
        Some(reason) => format!("{} · {}", reason.name(), step.note),
    };
    let entry = HistoryEntry {
        object: &step.receipt_id.to_string(),
        seq: step.seq,
        from: step.from.name(),
        to: step.to.name(),
        at: step.at,
        actor: step.actor,
        detail: &detail,
    };
    writes.push(entry.insert());
}

/// Columns as `payment_columns!` lists them.
pub fn read(columns: &mut Columns<'_>) -> Read<Payment> {
    Ok(Payment {
        receipt_id: columns.next()?,
        project_id: columns.next()?,
        billing_key: columns.next()?,
        bid: columns.next()?,
        source: source(columns)?,
        seq: columns.next()?,
        state: columns.next()?,
        order: order(columns)?,
        masked_account: columns.masked_account()?,
        fingerprint: columns.next()?,
        requested_at: columns.next()?,
        debit: debit(columns)?,
        failure: columns.failure()?,
        reason: columns.next()?,
        cancelled_price: columns.next()?,
        cancelled_tax_free: columns.next()?,
        cancelled_at: columns.next()?,
    })
}

fn source(columns: &mut Columns<'_>) -> Read<PaymentSource> {
    let kind: String = columns.next()?;
    match kind.as_str() {
        "charge" => columns.next::<Option<String>>().map(|_| PaymentSource::Charge),
        "reserve" => columns.next().map(PaymentSource::Reserve),
        "publish" => columns.next().map(PaymentSource::Publish),
        _ => columns.unreadable(),
    }
}

/// Nine columns, of a payment or a reserve.
pub fn order(columns: &mut Columns<'_>) -> Read<Order> {
    Ok(Order {
        order_id: columns.next()?,
        order_name: columns.next()?,
        price: columns.next()?,
        tax_free: columns.next()?,
        metadata: columns.next()?,
        items: columns.next()?,
        user: columns.next()?,
        feedback_url: columns.next()?,
        content_type: columns.next()?,
    })
}

/// Four columns, all empty where there was no debit.
pub fn debit(columns: &mut Columns<'_>) -> Read<Option<Debit>> {
    let (tid, approve_no): (Option<String>, Option<String>) = (columns.next()?, columns.next()?);
    let (receipt_url, paid_at): (Option<String>, Option<EpochMs>) = (columns.next()?, columns.next()?);
    let Some(tid) = tid else { return Ok(None) };
    let (Some(approve_no), Some(receipt_url), Some(paid_at)) = (approve_no, receipt_url, paid_at) else {
        return columns.unreadable();
    };
    Ok(Some(Debit {
        tid,
        approve_no,
        receipt_url,
        paid_at,
        cash_receipt: None,
    }))
}

impl Store {
    /// A payment of `project`; `None` also when it is another project's.
    pub async fn payment(&self, project: ProjectId, id: ReceiptId) -> Result<Option<Payment>, ReadError> {
        self.first(Place::Of(project), &SELECT_PAYMENT, values![id, project], read)
            .await
    }

    /// A payment of any project: for the operator and the workers.
    pub async fn payment_of_anyone(&self, id: ReceiptId) -> Result<Option<Payment>, ReadError> {
        self.first(Place::Shared, &SELECT_PAYMENT_OF_ANYONE, values![id], read)
            .await
    }

    /// At most `limit` attempts to pay an order, oldest first.
    pub async fn payments_by_order(
        &self,
        project: ProjectId,
        order_id: &str,
        limit: u32,
    ) -> Result<Vec<Payment>, ReadError> {
        let values = values![project, nfc(order_id), limit];
        self.rows(Place::Of(project), &SELECT_PAYMENTS_BY_ORDER, values, read)
            .await
    }

    /// At most `limit` payments of all projects that were asked for since `from`, newest first.
    pub async fn payments_since(&self, from: EpochMs, limit: u32) -> Result<Vec<Payment>, ReadError> {
        // Ids grow with time: the first of that second.
        let first = ObjectId::from_parts(from.epoch_seconds(), [0; 5], 0).to_string();
        self.rows(Place::Shared, &SELECT_PAYMENTS_SINCE, values![first, limit], read)
            .await
    }

    /// At most `limit` payments of a project with ids between these two, oldest first.
    pub async fn payments_between(
        &self,
        project: ProjectId,
        (after, before): (ReceiptId, ReceiptId),
        limit: u32,
    ) -> Result<Vec<Payment>, ReadError> {
        let values = values![project, after, before, limit];
        self.rows(Place::Of(project), &SELECT_PAYMENTS_BETWEEN, values, read)
            .await
    }

    /// The oldest debit of a key over this amount whose outcome is open: intended, in doubt, or a person's.
    pub async fn open_debit(
        &self,
        project: ProjectId,
        key: BillingKeyId,
        price: Won,
    ) -> Result<Option<ReceiptId>, ReadError> {
        self.first(Place::Of(project), &SELECT_OPEN_DEBIT, values![key, price], only)
            .await
    }
}
