//! Issuances: a request for a billing key, from the customer's consent to the key.

use domain::fingerprint::Fingerprint;
use domain::issuance::{AuthType, Issuance, IssuanceTerms, IssuanceTransition, IssuedBy, IssuedKey};
use domain::mandate::MandateTerms;
use domain::text::nfc;
use domain::transition::Actor;
use domain::{ProjectId, ReceiptId};

use crate::Store;
use crate::error::{CommitRefused, ReadError};
use crate::history::HistoryEntry;
use crate::place::Place;
use crate::row::{Columns, Read};
use crate::statement::{Write, statements};
use crate::value::values;

macro_rules! select_issuance {
    () => {
        "SELECT receipt_id, project_id, seq, state, coalesce(subscription_id_as_sent, subscription_id), order_name, price,
        tax_free, auth_type, bank_code, account_masked, holder_masked, phone_masked, cash_receipt_type, cash_receipt_print,
        metadata, fingerprint, requested_at_ms, consent_expires_at_ms, published_at_ms, pg_tid, failure_code,
        failure_pg_code, failure_pg_text, billing_key, issued_by, consent_url, mandate FROM issuance"
    };
}
pub(crate) use select_issuance;

statements! {
    INSERT_ISSUANCE = "INSERT INTO issuance ({bucket}receipt_id, project_id, subscription_id, seq, state, is_open, order_name,
        price, tax_free, auth_type, bank_code, account_masked, holder_masked, phone_masked, cash_receipt_type, metadata,
        fingerprint, requested_at_ms, consent_expires_at_ms, subscription_id_as_sent, cash_receipt_print, mandate)
        VALUES ({:bucket}?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)
        ON CONFLICT ({project_id, subscription_id) WHERE is_open = 1|bucket, project_id, receipt_id)} DO NOTHING";
    /// Of a subscription, one issuance that is open.
    CLAIM_SUBSCRIPTION = "{postgres}INSERT INTO open_subscription ({bucket}project_id, subscription_id, receipt_id)
        VALUES ({:bucket}?1, ?2, ?3) ON CONFLICT ({bucket}project_id, subscription_id) DO NOTHING";
    FREE_SUBSCRIPTION = "{postgres}DELETE FROM open_subscription WHERE {of}receipt_id = ?1 AND (project_id, subscription_id)
        = (SELECT project_id, subscription_id FROM issuance WHERE {of}receipt_id = ?1)";
    MOVE_ISSUANCE = "UPDATE issuance SET seq = ?2, state = ?3, is_open = ?4, pg_tid = coalesce(?5, pg_tid),
        failure_code = coalesce(?6, failure_code), failure_pg_code = coalesce(?7, failure_pg_code),
        failure_pg_text = coalesce(?8, failure_pg_text), billing_key = coalesce(?9, billing_key),
        issued_by = coalesce(?10, issued_by), published_at_ms = coalesce(?11, published_at_ms),
        consent_url = coalesce(?13, consent_url)
        WHERE {of}receipt_id = ?1 AND seq = ?2 - 1 AND state = ?12";
    SELECT_ISSUANCE = concat!(select_issuance!(), " WHERE {of}receipt_id = ?1 AND project_id = ?2");
    SELECT_OPEN_ISSUANCE = concat!(select_issuance!(), " WHERE {of}is_open = 1 AND project_id = ?1 AND subscription_id = ?2");
    SELECT_OPEN_ISSUANCES = concat!(select_issuance!(), "{ INDEXED BY issuance_open|} WHERE is_open = 1
        AND (project_id, subscription_id) > (?1, ?2) ORDER BY project_id, subscription_id LIMIT ?3");
}

/// Where a page of open issuances ended: the next page begins after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCursor {
    pub project_id: ProjectId,
    pub subscription_id: String,
}

/// A merchant's id as sent, where it is compared in another spelling.
pub fn as_sent(id: &str) -> Option<&str> {
    (nfc(id) != id).then_some(id)
}

pub fn open(issuance: &Issuance, writes: &mut Vec<Write>) {
    let terms = &issuance.terms;
    let values = values![
        issuance.receipt_id,
        issuance.project_id,
        nfc(&terms.subscription_id),
        issuance.seq,
        issuance.state.name(),
        terms.order_name,
        terms.price,
        terms.tax_free,
        terms.auth_type.wire_name(),
        terms.shown.bank_code,
        terms.shown.account_masked,
        terms.shown.holder_masked,
        terms.phone_masked,
        terms.cash_receipt_type,
        terms.metadata,
        issuance.fingerprint,
        issuance.requested_at,
        issuance.consent_expires_at,
        as_sent(&terms.subscription_id),
        terms.cash_receipt_print,
        (!terms.mandate.is_empty()).then(|| terms.mandate.to_json()),
    ];
    let claim = values![issuance.project_id, nfc(&terms.subscription_id), issuance.receipt_id];
    writes.push(Write::one(&CLAIM_SUBSCRIPTION, claim, CommitRefused::AlreadyOpen));
    writes.push(Write::one(&INSERT_ISSUANCE, values, CommitRefused::AlreadyOpen));
    let entry = HistoryEntry {
        object: &issuance.receipt_id.to_string(),
        seq: issuance.seq,
        from: "",
        to: issuance.state.name(),
        at: issuance.requested_at,
        actor: Actor::Api,
        detail: "",
    };
    writes.push(entry.insert());
}

pub fn transition(step: &IssuanceTransition, writes: &mut Vec<Write>) {
    let failure = step.failure.as_ref();
    let pg = failure.and_then(|failure| failure.pg.as_ref());
    let values = values![
        step.receipt_id,
        step.seq,
        step.to.name(),
        step.to.is_open(),
        step.pg_tid,
        failure.map(|failure| failure.code.name()),
        pg.map(|pg| &pg.code),
        pg.map(|pg| &pg.text),
        step.issued.map(|issued| issued.billing_key),
        step.issued.map(|issued| issued_by_name(issued.by)),
        step.issued.map(|_| step.at),
        step.from.name(),
        step.consent_url,
    ];
    writes.push(Write::one(&MOVE_ISSUANCE, values, CommitRefused::LostRace));
    if !step.to.is_open() {
        writes.push(Write::any(&FREE_SUBSCRIPTION, values![step.receipt_id]));
    }
    let entry = HistoryEntry {
        object: &step.receipt_id.to_string(),
        seq: step.seq,
        from: step.from.name(),
        to: step.to.name(),
        at: step.at,
        actor: step.actor,
        detail: failure.map_or("", |failure| failure.code.name()),
    };
    writes.push(entry.insert());
}

fn issued_by_name(by: IssuedBy) -> &'static str {
    match by {
        IssuedBy::Publish => "publish",
        IssuedBy::Recovery => "recovery",
    }
}

/// Columns as `select_issuance!` has them.
pub fn read(columns: &mut Columns<'_>) -> Read<Issuance> {
    let (receipt_id, project_id, seq, state) = (columns.next()?, columns.next()?, columns.next()?, columns.next()?);
    let terms = terms(columns)?;
    let mut issuance = Issuance {
        receipt_id,
        project_id,
        seq,
        state,
        terms,
        fingerprint: columns.next()?,
        requested_at: columns.next()?,
        consent_expires_at: columns.next()?,
        published_at: columns.next()?,
        pg_tid: columns.next()?,
        failure: columns.failure()?,
        issued: issued(columns)?,
        consent_url: columns.next()?,
    };
    issuance.terms.mandate = mandate(columns)?;
    Ok(issuance)
}

fn mandate(columns: &mut Columns<'_>) -> Read<MandateTerms> {
    let Some(json) = columns.next::<Option<String>>()? else {
        return Ok(MandateTerms::default());
    };
    MandateTerms::kept(&json).or_else(|_| columns.unreadable())
}

fn terms(columns: &mut Columns<'_>) -> Read<IssuanceTerms> {
    Ok(IssuanceTerms {
        subscription_id: columns.next()?,
        order_name: columns.next()?,
        price: columns.next()?,
        tax_free: columns.next()?,
        auth_type: columns.named(|name| match name {
            "ARS" => Some(AuthType::Ars),
            "간편인증" => Some(AuthType::App),
            _ => None,
        })?,
        shown: columns.masked_account()?,
        phone_masked: columns.next()?,
        cash_receipt_type: columns.next()?,
        cash_receipt_print: columns.next::<Option<Fingerprint>>()?,
        metadata: columns.next()?,
        mandate: MandateTerms::default(),
    })
}

fn issued(columns: &mut Columns<'_>) -> Read<Option<IssuedKey>> {
    let (billing_key, by): (Option<_>, Option<String>) = (columns.next()?, columns.next()?);
    let Some(billing_key) = billing_key else {
        return Ok(None);
    };
    let by = match by.as_deref() {
        Some("publish") => IssuedBy::Publish,
        Some("recovery") => IssuedBy::Recovery,
        _ => return columns.unreadable(),
    };
    Ok(Some(IssuedKey { billing_key, by }))
}

impl Store {
    /// An issuance of `project`; `None` also when it is another project's.
    pub async fn issuance(&self, project: ProjectId, id: ReceiptId) -> Result<Option<Issuance>, ReadError> {
        self.first(Place::Of(project), &SELECT_ISSUANCE, values![id, project], read)
            .await
    }

    /// The open issuance of `project` with this subscription id.
    pub async fn open_issuance(&self, project: ProjectId, subscription: &str) -> Result<Option<Issuance>, ReadError> {
        self.first(
            Place::Of(project),
            &SELECT_OPEN_ISSUANCE,
            values![project, nfc(subscription)],
            read,
        )
        .await
    }

    /// A page of at most `limit` open issuances of all projects, after `cursor`.
    pub async fn open_issuances(&self, cursor: Option<OpenCursor>, limit: u32) -> Result<Vec<Issuance>, ReadError> {
        let (project, subscription) = cursor.map_or_else(Default::default, |cursor| {
            (cursor.project_id.to_string(), nfc(&cursor.subscription_id).into_owned())
        });
        self.rows(
            Place::Shared,
            &SELECT_OPEN_ISSUANCES,
            values![project, subscription, limit],
            read,
        )
        .await
    }
}
