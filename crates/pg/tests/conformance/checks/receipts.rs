//! Cash receipts. A PG may have none: then they are refused without a call.

use domain::Sensitive;
use domain::cash_receipt::CashReceiptPurpose;
use jadong_pg::{
    CallTime, CancelCashReceiptRequest, CashReceiptLookup, CashReceiptRecord, CashReceipts, FindCashReceiptRequest,
    IssueCashReceiptRequest, Outcome, Unknown,
};

use super::{named, unreadable};
use crate::subject::{PHONE, Subject, done, new_order, now, won};

/// A receipt of a payment, or one that stands alone.
#[derive(Clone)]
pub struct Receipt {
    pub order_id: String,
    pub payment_tid: Option<String>,
    pub price: u64,
}

impl Receipt {
    async fn of_a_payment(subject: &Subject) -> Self {
        let debit = subject.debit(&subject.key().await, 1100).await;
        Self {
            order_id: new_order(),
            payment_tid: Some(debit.tid),
            price: 1100,
        }
    }

    pub async fn issue(&self, subject: &Subject, at: CallTime) -> Outcome<CashReceiptRecord> {
        let order = IssueCashReceiptRequest {
            order_id: self.order_id.clone(),
            payment_tid: self.payment_tid.clone(),
            order_name: "구독".to_owned(),
            price: won(self.price),
            purpose: CashReceiptPurpose::Individual,
            number: Sensitive::new(PHONE),
        };
        subject.pg.issue_receipt(order, at).await
    }

    pub async fn find(&self, subject: &Subject, tid: Option<&str>) -> Outcome<CashReceiptLookup> {
        let order = FindCashReceiptRequest {
            order_id: self.order_id.clone(),
            tid: tid.map(str::to_owned),
            payment_tid: self.payment_tid.clone(),
        };
        subject.pg.find_receipt(order, now()).await
    }

    pub async fn cancel(&self, subject: &Subject, tid: &str, at: CallTime) -> Outcome<()> {
        let order = CancelCashReceiptRequest {
            order_id: format!("{}-cancel", self.order_id),
            payment_tid: self.payment_tid.clone(),
            tid: tid.to_owned(),
            reason: String::new(),
        };
        subject.pg.cancel_receipt(order, at).await
    }

    /// Whether the PG has such receipts. Where it has none nothing is sent.
    async fn is_offered(&self, subject: &Subject) -> bool {
        let other = Self {
            order_id: new_order(),
            ..self.clone()
        };
        let before = subject.relay.requests();
        let offered = !matches!(other.issue(subject, now()).await, Outcome::Refused { .. });
        assert_eq!(subject.relay.requests() > before, offered);
        offered
    }
}

pub async fn a_cash_receipt_is_issued_found_and_taken_back(subject: Subject) {
    if !Receipt::of_a_payment(&subject).await.is_offered(&subject).await {
        assert_eq!(
            subject.can.cash_receipts,
            CashReceipts::OfPayments,
            "what is not there cannot be found"
        );
        return;
    }
    let receipt = Receipt::of_a_payment(&subject).await;
    let before = subject.ledger().await.receipts;
    assert_eq!(
        receipt.find(&subject, None).await,
        Outcome::Done(CashReceiptLookup::Nothing)
    );
    let issued = done(receipt.issue(&subject, now()).await);
    assert!(!issued.tid.is_empty());
    let again = receipt.issue(&subject, now()).await;
    assert!(
        again == Outcome::Done(issued.clone()) || matches!(again, Outcome::Unknown(_)),
        "{again:?}"
    );
    assert_eq!(subject.ledger().await.receipts, before + 1);
    for tid in [None, Some(&*issued.tid)] {
        let CashReceiptLookup::Issued(found) = done(receipt.find(&subject, tid).await) else {
            panic!("it was issued");
        };
        // Its approval's number may come later.
        assert_eq!(found.tid, issued.tid);
    }
    for _ in 0..2 {
        assert_eq!(receipt.cancel(&subject, &issued.tid, now()).await, Outcome::Done(()));
    }
    let found = receipt.find(&subject, Some(&issued.tid)).await;
    assert!(
        matches!(&found, Outcome::Done(CashReceiptLookup::Cancelled(record)) if record.tid == issued.tid),
        "{found:?}"
    );
    assert_eq!(subject.ledger().await.receipts, before);
}

pub async fn a_cash_receipt_whose_answer_is_lost_is_unknown(subject: Subject) {
    if !Receipt::of_a_payment(&subject).await.is_offered(&subject).await {
        return;
    }
    let before = subject.ledger().await.receipts;
    let mut issued = 0;
    for fault in unreadable() {
        let (receipt, name) = (Receipt::of_a_payment(&subject).await, named(&fault));
        subject.relay.spoil(fault.clone());
        let lost = receipt.issue(&subject, now()).await;
        assert!(matches!(lost, Outcome::Unknown(_)), "issue, {name}: {lost:?}");
        let found = receipt.find(&subject, None).await;
        assert!(matches!(found, Outcome::Unknown(_)), "find, {name}: {found:?}");
        subject.relay.mend();
        issued += 1;
        assert_eq!(subject.ledger().await.receipts, before + issued, "{name}");
        let CashReceiptLookup::Issued(record) = done(receipt.find(&subject, None).await) else {
            panic!("{name}: it was issued");
        };
        subject.relay.spoil(fault);
        let lost = receipt.cancel(&subject, &record.tid, now()).await;
        assert!(matches!(lost, Outcome::Unknown(_)), "cancel, {name}: {lost:?}");
        subject.relay.mend();
        assert_eq!(
            receipt.cancel(&subject, &record.tid, now()).await,
            Outcome::Done(()),
            "{name}"
        );
        issued -= 1;
    }
    assert_eq!(subject.ledger().await.receipts, before);
}

pub async fn one_that_stands_alone_is_found_where_it_can_be(subject: Subject) {
    let alone = Receipt {
        order_id: new_order(),
        payment_tid: None,
        price: 1100,
    };
    let before = subject.relay.requests();
    if subject.can.cash_receipts == CashReceipts::OfPayments {
        assert_eq!(alone.find(&subject, None).await, Outcome::Unknown(Unknown::NotOffered));
        assert_eq!(subject.relay.requests(), before, "it cannot be asked for, and was");
    }
    if !alone.is_offered(&subject).await {
        return;
    }
    subject.relay.spoil(unreadable().remove(0));
    let lost = alone.issue(&subject, now()).await;
    assert!(matches!(lost, Outcome::Unknown(_)), "{lost:?}");
    subject.relay.mend();
    if subject.can.cash_receipts == CashReceipts::Findable {
        let found = alone.find(&subject, None).await;
        assert!(
            matches!(found, Outcome::Done(CashReceiptLookup::Issued(_))),
            "{found:?}"
        );
    }
}
