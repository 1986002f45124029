//! The connector to Toss Pay against its simulator.

mod shop;

use std::time::{Duration, Instant};

use domain::cash_receipt::CashReceiptPurpose;
use domain::error::PgMessage;
use domain::issuance::ConsentReport;
use domain::payment::DeclineReason;
use domain::{ErrorCode, Sensitive};
use jadong_pg::{
    CancelCashReceiptRequest, CashReceiptLookup, ConsentLookup, ExpireKeyRequest, FindCashReceiptRequest,
    IssueCashReceiptRequest, Outcome, PaymentLookup, RegisterRefusal, Unknown, Unsent,
};
use seams::SystemClock;

use self::shop::{PATIENCE, Shop, connector, now, paid, shown, won};

#[tokio::test]
async fn the_whole_way_from_the_link_to_the_last_won() {
    let shop = Shop::open().await;
    let Outcome::Done(ConsentReport::Ringing { tid, link }) = shop.start("consent-1").await else {
        panic!("a link");
    };
    assert_eq!(link, Some(format!("{}/toss/{tid}", shop.bank.url())));
    let ringing = ConsentReport::Ringing {
        tid: tid.clone(),
        link: None,
    };
    let waiting = ConsentLookup::Consent {
        seen: ringing,
        bid: None,
    };
    assert_eq!(shop.consent("consent-1", Some(&tid)).await, Outcome::Done(waiting));
    let not_yet = shop.register("consent-1", &tid).await;
    assert!(
        matches!(
            not_yet,
            Outcome::Refused {
                reason: RegisterRefusal::NotAgreed,
                ..
            }
        ),
        "{not_yet:?}"
    );

    shop.send("POST", &format!("/toss/{tid}/agree"), "").await;
    let (seen, bid) = (ConsentReport::Agreed { tid: tid.clone() }, Some(tid.clone()));
    let agreed = Outcome::Done(ConsentLookup::Consent { seen, bid });
    assert_eq!(shop.consent("consent-1", Some(&tid)).await, agreed);
    assert_eq!(shop.register("consent-1", &tid).await, Outcome::Done(tid.clone()));

    let debit = paid(shop.charge(&tid, "pay-1", 1000).await);
    let age_ms = seams::Clock::now_ms(&SystemClock) - debit.paid_at.0;
    assert!((0..5000).contains(&age_ms), "{age_ms}");
    let found = shop.find("pay-1", 1000).await;
    assert_eq!(shown(&found), ("paid", 1000));
    let Outcome::Done(PaymentLookup::Paid(record)) = found else {
        panic!()
    };
    assert_eq!(record.debit, debit);
    assert_eq!(shop.find("pay-1", 999).await.name(), "not_json", "of another amount");

    for _ in 0..3 {
        assert_eq!(shop.refund(&debit.tid, "back-1", 400).await, Outcome::Done(()));
    }
    let by_tid = shop.pg.find_by_tid(debit.tid.clone(), now()).await;
    assert_eq!(shown(&by_tid), ("paid", 600));
    assert_eq!(shop.refund(&debit.tid, "back-1", 500).await.name(), "duplicate");
    assert_eq!(shop.refund(&debit.tid, "back-2", 600).await, Outcome::Done(()));
    assert_eq!(shown(&shop.find("pay-1", 1000).await), ("cancelled", 0));
    assert_eq!(
        shop.refund(&debit.tid, "back-3", 1).await.name(),
        "duplicate",
        "given back already"
    );
    assert_eq!(shop.moved().await, (1000, 1000));

    let ended = || ExpireKeyRequest {
        order_id: "end-1".to_owned(),
        bid: tid.clone(),
    };
    for _ in 0..2 {
        assert_eq!(shop.pg.expire_key(ended(), now()).await, Outcome::Done(()));
    }
    let dead = shop.charge(&tid, "pay-2", 10).await;
    assert!(
        matches!(
            dead,
            Outcome::Refused {
                reason: DeclineReason::KeyRefused,
                ..
            }
        ),
        "{dead:?}"
    );
}

#[tokio::test]
async fn a_refused_consent_is_over_and_one_whose_link_was_lost_never_was() {
    let shop = Shop::open().await;
    let Outcome::Done(ConsentReport::Ringing { tid, .. }) = shop.start("consent-1").await else {
        panic!()
    };
    shop.send("POST", &format!("/toss/{tid}/refuse"), "").await;
    let over = ConsentReport::Over {
        code: ErrorCode::ConsentRefused,
        pg: PgMessage::new("CANCEL", ""),
    };
    let over = Outcome::Done(ConsentLookup::Consent { seen: over, bid: None });
    assert_eq!(shop.consent("consent-1", Some(&tid)).await, over);
    let refused = shop.register("consent-1", &tid).await;
    assert!(
        matches!(
            refused,
            Outcome::Refused {
                reason: RegisterRefusal::Final,
                ..
            }
        ),
        "{refused:?}"
    );

    shop.fault("start", "drop-after").await;
    assert_eq!(shop.start("consent-2").await, Outcome::Unknown(Unknown::Broken));
    assert_eq!(
        shop.consent("consent-2", None).await,
        Outcome::Done(ConsentLookup::Nothing)
    );
    assert_eq!(
        shop.consent("consent-9", Some("x")).await,
        Outcome::Done(ConsentLookup::Nothing)
    );
}

#[tokio::test]
async fn an_account_that_does_not_pay_says_why() {
    let shop = Shop::open().await;
    let key = shop.key().await;
    for (index, (scenario, reason)) in [
        ("insufficient-funds", DeclineReason::InsufficientFunds),
        ("over-limit", DeclineReason::OverLimit),
        ("account-closed", DeclineReason::AccountFrozen),
        ("account-frozen", DeclineReason::AccountFrozen),
        ("mandate-ended", DeclineReason::KeyRefused),
        ("bank-maintenance", DeclineReason::BankRefused),
    ]
    .into_iter()
    .enumerate()
    {
        let path = format!("/control/accounts/{key}/scenario");
        shop.send("PUT", &path, &format!(r#"{{"scenario":"{scenario}"}}"#))
            .await;
        let order = format!("pay-{index}");
        let declined = shop.charge(&key, &order, 10).await;
        assert!(
            matches!(&declined, Outcome::Refused { reason: why, .. } if *why == reason),
            "{declined:?}"
        );
        assert_eq!(shown(&shop.find(&order, 10).await), ("nothing", 0));
    }
    assert_eq!(shop.moved().await, (0, 0));
}

/// Whatever becomes of its answer, a debit is unknown and not declined, and is found by its order, or is not there.
#[tokio::test]
async fn a_debit_whose_answer_is_lost_is_unknown_and_found() {
    let shop = Shop::open().await;
    let key = shop.key().await;
    for (index, (kind, name, seen)) in [
        ("drop-before", "broken", ("nothing", 0)),
        ("hang", "timed_out", ("nothing", 0)),
        ("drop-after", "broken", ("paid", 10)),
        ("bad-gateway-after", "http_status", ("paid", 10)),
        ("half-body", "broken", ("paid", 10)),
        ("garbage", "not_json", ("paid", 10)),
    ]
    .into_iter()
    .enumerate()
    {
        let order = format!("pay-{index}");
        shop.fault("charge", kind).await;
        let since = Instant::now();
        assert_eq!(shop.charge(&key, &order, 10).await.name(), name, "{kind}");
        assert!(since.elapsed() < 3 * PATIENCE, "{kind}");
        assert_eq!(shown(&shop.find(&order, 10).await), seen, "{kind}");
    }
    assert_eq!(
        shop.charge(&key, "pay-5", 10).await.name(),
        "duplicate",
        "its order is used"
    );
    shop.fault("find-payment", "drop-after").await;
    assert_eq!(shop.find("pay-5", 10).await.name(), "broken");
    assert_eq!(shop.moved().await, (40, 0));
}

/// The same refund again, whatever was lost of the first, gives back once.
#[tokio::test]
async fn a_refund_whose_answer_is_lost_is_sent_again_and_gives_back_once() {
    let shop = Shop::open().await;
    let key = shop.key().await;
    let debit = paid(shop.charge(&key, "pay-1", 1000).await);
    for (index, kind) in [
        "drop-before",
        "hang",
        "drop-after",
        "bad-gateway-after",
        "half-body",
        "garbage",
    ]
    .into_iter()
    .enumerate()
    {
        shop.fault("cancel", kind).await;
        let order = format!("back-{index}");
        let lost = shop.refund(&debit.tid, &order, 100).await;
        assert!(matches!(lost, Outcome::Unknown(_)), "{kind}: {lost:?}");
        assert_eq!(shop.refund(&debit.tid, &order, 100).await, Outcome::Done(()), "{kind}");
        let given_back = 100 * (u64::try_from(index).unwrap() + 1);
        assert_eq!(shop.moved().await, (1000, given_back), "{kind}");
    }
    let too_much = shop.refund(&debit.tid, "back-9", 401).await;
    assert!(matches!(too_much, Outcome::Refused { .. }), "{too_much:?}");
    let of_nothing = shop.refund("no-such-token", "back-9", 1).await;
    assert!(matches!(of_nothing, Outcome::Unknown(_)), "{of_nothing:?}");
}

#[tokio::test]
async fn a_debit_that_runs_is_neither_paid_nor_refused() {
    let shop = Shop::open().await;
    let key = shop.key().await;
    let path = format!("/control/accounts/{key}/scenario");
    shop.send("PUT", &path, r#"{"scenario":"net-cancel-silent"}"#).await;
    assert_eq!(
        shop.charge(&key, "pay-1", 10).await,
        Outcome::Unknown(Unknown::TimedOut)
    );
    assert_eq!(shop.find("pay-1", 10).await, Outcome::Unknown(Unknown::DelayedCode));
    let net_cancel = shop.pg.net_cancel("pay-1".to_owned(), now()).await;
    assert_eq!(net_cancel, Outcome::Unknown(Unknown::NotOffered));
    let can = shop.pg.capabilities(None);
    assert_eq!(can.doubt_lasts, Duration::from_secs(600), "then a person asks Toss");
    assert_eq!((can.net_cancel, can.absence_proven_after), (None, None));
}

#[tokio::test]
async fn a_wrong_key_declines_nobody() {
    let shop = Shop::open().await;
    let key = shop.key().await;
    let stranger = Shop {
        pg: connector(shop.bank.url(), "sk_live_another"),
        bank: shop.bank,
    };
    let not_let_in = Outcome::NotSent(Unsent::NoTurn);
    assert_eq!(stranger.charge(&key, "pay-1", 10).await, not_let_in);
    assert_eq!(stranger.find("pay-1", 10).await, Outcome::NotSent(Unsent::NoTurn));
    assert_eq!(
        stranger.consent("consent-1", Some(&key)).await,
        Outcome::NotSent(Unsent::NoTurn)
    );
    assert_eq!(stranger.start("consent-2").await, Outcome::NotSent(Unsent::NoTurn));
    assert_eq!(stranger.moved().await, (0, 0));
}

#[tokio::test]
async fn a_cash_receipt_is_of_its_payment() {
    let shop = Shop::open().await;
    let key = shop.key().await;
    let debit = paid(shop.charge(&key, "pay-1", 1100).await);
    let find = |tid: Option<&str>| FindCashReceiptRequest {
        order_id: "receipt-1".to_owned(),
        tid: tid.map(str::to_owned),
        payment_tid: Some(debit.tid.clone()),
    };
    let issue = |payment_tid: Option<&str>| IssueCashReceiptRequest {
        order_id: "receipt-1".to_owned(),
        payment_tid: payment_tid.map(str::to_owned),
        order_name: "구독".to_owned(),
        price: won(1100),
        purpose: CashReceiptPurpose::Individual,
        number: Sensitive::new("01012345678"),
    };
    let nothing = Outcome::Done(CashReceiptLookup::Nothing);
    assert_eq!(shop.pg.find_receipt(find(None), now()).await, nothing);
    let alone = shop.pg.issue_receipt(issue(None), now()).await;
    assert!(matches!(alone, Outcome::Refused { .. }), "{alone:?}");
    shop.fault("receipt", "drop-after").await;
    let lost = shop.pg.issue_receipt(issue(Some(&debit.tid)), now()).await;
    assert_eq!(lost, Outcome::Unknown(Unknown::Broken));
    let again = shop.pg.issue_receipt(issue(Some(&debit.tid)), now()).await;
    assert_eq!(again, Outcome::Unknown(Unknown::Duplicate));
    let Outcome::Done(CashReceiptLookup::Issued(issued)) = shop.pg.find_receipt(find(None), now()).await else {
        panic!("it was issued");
    };
    let cancel = || CancelCashReceiptRequest {
        order_id: "cancel-1".to_owned(),
        payment_tid: Some(debit.tid.clone()),
        tid: issued.tid.clone(),
        reason: String::new(),
    };
    for _ in 0..2 {
        assert_eq!(shop.pg.cancel_receipt(cancel(), now()).await, Outcome::Done(()));
    }
    let found = shop.pg.find_receipt(find(Some(&issued.tid)), now()).await;
    assert_eq!(found, Outcome::Done(CashReceiptLookup::Cancelled(issued)));
}
