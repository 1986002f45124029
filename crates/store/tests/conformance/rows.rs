//! Rows to write, told apart by a number.

use domain::change::Change;

use domain::issuance::{IssuanceTransition, IssuedKey};

use domain::key::KeyDestroyed;

use domain::error::{ErrorCode, PgMessage};
use domain::fingerprint::{Fingerprint, Pepper};
use domain::ids::ObjectId;
use domain::issuance::{AuthType, Issuance, IssuanceState, IssuanceTerms, IssuedBy};
use domain::key::{BillingKey, MaskedAccount};
use domain::project::{Guard, IssuedStatus, Project, SecretHash, SecretKind, UnknownKeys};
use domain::transition::{Actor, Failure};
use domain::{BillingKeyId, EpochMs, ProjectId, ReceiptId, Won};

pub fn object(kind: u8, number: u32) -> ObjectId {
    ObjectId::from_parts(1_790_000_000, [kind, 0, 0, 0, 0], number)
}

pub fn project_id(number: u32) -> ProjectId {
    ProjectId(object(1, number))
}

pub fn receipt_id(number: u32) -> ReceiptId {
    ReceiptId(object(2, number))
}

pub fn key_id(number: u32) -> BillingKeyId {
    BillingKeyId(object(3, number))
}

pub fn at(seconds: i64) -> EpochMs {
    EpochMs(1_790_000_000_000 + seconds * 1000)
}

pub fn hash(text: &str) -> Fingerprint {
    Pepper::new([9; 32]).hash("test", &[text])
}

pub fn shown(number: u32) -> MaskedAccount {
    MaskedAccount {
        bank_code: "004".to_owned(),
        account_masked: format!("{number:09}*****"),
        holder_masked: "홍길*".to_owned(),
    }
}

/// A new issuance of project 1 with a subscription of its own.
pub fn issuance(number: u32) -> Issuance {
    Issuance {
        receipt_id: receipt_id(number),
        project_id: project_id(1),
        seq: 1,
        state: IssuanceState::Requested,
        terms: IssuanceTerms {
            subscription_id: format!("sub_{number:05}"),
            order_name: "월 구독".to_owned(),
            price: Won::new(12_000).expect("an amount"),
            tax_free: Won::new(2_000).expect("an amount"),
            auth_type: AuthType::App,
            shown: shown(number),
            phone_masked: "010****5678".to_owned(),
            cash_receipt_type: Some("소득공제".to_owned()),
            cash_receipt_print: None,
            mandate: domain::mandate::MandateTerms::default(),
            metadata: "{\"b\": 1, \"a\":[ 2 ]}".to_owned(),
        },
        fingerprint: hash(&format!("request {number}")),
        requested_at: at(0),
        consent_expires_at: at(600),
        published_at: None,
        pg_tid: None,
        consent_url: None,
        failure: None,
        issued: None,
    }
}

pub fn open(issuance: &Issuance) -> Change {
    Change::OpenIssuance(Box::new(issuance.clone()))
}

/// The bare step from the present state to `to`.
pub fn step(issuance: &Issuance, to: IssuanceState) -> IssuanceTransition {
    IssuanceTransition {
        receipt_id: issuance.receipt_id,
        seq: issuance.seq + 1,
        from: issuance.state,
        to,
        at: at(i64::from(issuance.seq)),
        actor: Actor::Api,
        pg_tid: None,
        consent_url: None,
        failure: None,
        issued: None,
    }
}

pub fn moved(step: &IssuanceTransition) -> Change {
    Change::TransitionIssuance(Box::new(step.clone()))
}

pub fn consenting(issuance: &Issuance) -> IssuanceTransition {
    IssuanceTransition {
        pg_tid: Some("tid-1".to_owned()),
        consent_url: Some("https://pay.example/link".to_owned()),
        ..step(issuance, IssuanceState::Consenting)
    }
}

pub fn failed(issuance: &Issuance) -> IssuanceTransition {
    IssuanceTransition {
        actor: Actor::Worker,
        failure: Some(Failure {
            code: ErrorCode::PublishRefused,
            pg: Some(PgMessage {
                code: "F117".to_owned(),
                text: "등록 불가".to_owned(),
            }),
        }),
        ..step(issuance, IssuanceState::Failed)
    }
}

pub fn issued(issuance: &Issuance, key: &BillingKey) -> IssuanceTransition {
    IssuanceTransition {
        issued: Some(IssuedKey {
            billing_key: key.id,
            by: IssuedBy::Recovery,
        }),
        ..step(issuance, IssuanceState::Issued)
    }
}

/// The key that comes of `issuance`, with the issuance's number.
pub fn key(issuance: &Issuance, number: u32) -> BillingKey {
    BillingKey {
        id: key_id(number),
        project_id: issuance.project_id,
        receipt_id: issuance.receipt_id,
        bid: format!("bid-{number}"),
        shown: shown(number),
        issued_at: at(4),
        destroyed_at: None,
    }
}

pub fn issue(key: &BillingKey) -> Change {
    Change::IssueKey(Box::new(key.clone()))
}

pub fn destroy(number: u32, seconds: i64) -> Change {
    Change::DestroyKey(KeyDestroyed {
        billing_key: key_id(number),
        receipt_id: receipt_id(number),
        at: at(seconds),
        end: domain::mandate::KeyEnd {
            by: Actor::Api,
            withdrawal: None,
        },
    })
}

pub fn project(number: u32) -> Project {
    Project {
        id: project_id(number),
        name: format!("shop {number}"),
        company_name: "우리 가게".to_owned(),
        application_id: format!("application-{number}"),
        client_key: format!("client-{number}"),
        secrets: vec![secret(SecretKind::SecretKey, "s"), secret(SecretKind::PrivateKey, "p")],
        issued_status: IssuedStatus::Recorded,
        guard: Guard::default(),
        unknown_keys: UnknownKeys::default(),
        pg_webhook_number: 1,
        allowed_ips: vec!["127.0.0.0/8".to_owned(), "203.0.113.0/24".to_owned()],
        created_at: at(0),
        webhook: domain::project::Webhook::default(),
        pg: domain::project::ProjectPg::default(),
    }
}

pub fn secret(kind: SecretKind, text: &str) -> SecretHash {
    SecretHash {
        kind,
        hash: hash(text),
        expires_at: None,
    }
}
