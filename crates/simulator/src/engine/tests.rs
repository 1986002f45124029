//! Each customer over time. The clock stands still until the test moves it.

use std::time::Duration;

use nicepay::codes;
use nicepay::wire::ConsentStatus::{self, Agreed, Busy, Expired, NoAnswer, Refused, Ringing, SignerMismatch, WrongKey};
use seams::{SeededEntropy, TestClock};

use super::*;
use crate::core::refusal::MerchantPermission;

const ORDER: &str = "order-0001";

struct Stage {
    clock: TestClock,
    engine: Engine,
}

impl Stage {
    fn new() -> Self {
        let config = SimulatorConfig::sandbox("127.0.0.1:0".parse().unwrap());
        let clock = TestClock::at_ms(1_767_290_645_678);
        let entropy = Arc::new(SeededEntropy::new(1));
        let engine = Engine::open(&config, Arc::new(clock.clone()), entropy).unwrap();
        Self { clock, engine }
    }

    fn call(&self, order_id: &str, tel: &str, auth_type: WireAuthType) -> Result<ConsentStatus, &'static str> {
        let fields = PayerFields {
            bank_code: "004".into(),
            account_no: "12345678901234".into(),
            holder: "홍길동".into(),
            id_no: "900101".into(),
            tel: tel.into(),
            cash_receipt_type: String::new(),
            cash_receipt_no: String::new(),
        };
        let started = self.engine.visit(0).start(order_id, auth_type, "월 구독", &fields);
        started.map(|view| view.status).map_err(|refusal| refusal.0)
    }

    fn status_after_ms(&self, by_ms: u64) -> ConsentStatus {
        self.clock.advance(Duration::from_millis(by_ms));
        self.engine.visit(0).find(ORDER).unwrap().status
    }

    fn register(&self) -> Result<Bid, &'static str> {
        let tid = self.engine.visit(0).find(ORDER).unwrap().tid.to_string();
        let registered = self.engine.visit(0).register(ORDER, &tid);
        registered.map(|view| view.bid.unwrap()).map_err(|refusal| refusal.0)
    }
}

/// `status` one millisecond before and at `after_ms`, and for good.
fn decides(tel: &str, auth_type: WireAuthType, after_ms: u64, status: ConsentStatus) {
    let stage = Stage::new();
    assert_eq!(stage.call(ORDER, tel, auth_type), Ok(Ringing), "{tel}");
    assert_eq!(stage.status_after_ms(after_ms - 1), Ringing, "{tel}");
    assert_eq!(stage.status_after_ms(1), status, "{tel}");
    assert_eq!(stage.status_after_ms(3_600_000), status, "{tel}");
}

#[test]
fn every_phone_decides_when_and_as_its_scenario_says() {
    for auth_type in [WireAuthType::Ars, WireAuthType::App] {
        decides("010-1234-5678", auth_type, 300, Agreed);
        decides("01000000001", auth_type, 300, Refused);
        decides("01000000002", auth_type, 30_000, NoAnswer);
        decides("01000000003", auth_type, 300, Busy);
        decides("01000000004", auth_type, 900, WrongKey);
        decides("01000000005", auth_type, 180_000, Expired);
        decides("01000000007", auth_type, 180_000, Expired);
        decides("01000000009", auth_type, 5_000, Agreed);
        decides("01000000010", auth_type, 20_000, Agreed);
    }
}

#[test]
fn the_phones_that_only_know_an_app_agree_when_called() {
    decides("01000000011", WireAuthType::Ars, 300, Agreed);
    decides("01000000012", WireAuthType::Ars, 300, Agreed);
    decides("01000000013", WireAuthType::Ars, 300, Agreed);
    decides("01000000012", WireAuthType::App, 300, SignerMismatch);
    decides("01000000013", WireAuthType::App, 180_000, Expired);
}

#[test]
fn a_check_that_fails_calls_nobody_and_leaves_no_order() {
    let stage = Stage::new();
    assert_eq!(
        stage.call(ORDER, "01000000008", WireAuthType::Ars),
        Err(codes::HOLDER_MISMATCH)
    );
    assert_eq!(stage.call(ORDER, "01000000011", WireAuthType::App), Err(codes::NO_APP));
    assert_eq!(
        stage.engine.visit(0).find(ORDER).err(),
        Some(PgRefusal(codes::NO_SUCH_ORDER))
    );
    assert!(stage.engine.ledger().calls.is_empty());
}

#[test]
fn without_a_delay_the_start_itself_says_agreed() {
    let stage = Stage::new();
    stage.engine.set_answer_delay(0);
    assert_eq!(stage.call(ORDER, "01012345678", WireAuthType::Ars), Ok(Agreed));
    assert!(stage.register().is_ok());
}

#[test]
fn a_call_keeps_the_delay_that_it_started_with() {
    let stage = Stage::new();
    stage.call(ORDER, "01012345678", WireAuthType::Ars).unwrap();
    stage.engine.set_answer_delay(60_000);
    assert_eq!(stage.status_after_ms(300), Agreed);
}

#[test]
fn a_late_report_comes_with_the_third_find_and_not_before_the_answer() {
    let stage = Stage::new();
    stage.call(ORDER, "01000000006", WireAuthType::Ars).unwrap();
    assert_eq!(stage.status_after_ms(0), Ringing);
    assert_eq!(stage.status_after_ms(1_000), Ringing);
    assert_eq!(stage.status_after_ms(1_000), Agreed);
    assert_eq!(stage.status_after_ms(3_600_000), Agreed);

    let stage = Stage::new();
    stage.call(ORDER, "01000000006", WireAuthType::Ars).unwrap();
    for _ in 0..3 {
        assert_eq!(stage.status_after_ms(0), Ringing);
    }
    assert_eq!(stage.status_after_ms(300), Agreed);
}

#[test]
fn a_late_report_that_nobody_fetches_in_time_expires_for_good() {
    let stage = Stage::new();
    stage.call(ORDER, "01000000006", WireAuthType::Ars).unwrap();
    for _ in 0..4 {
        assert_eq!(stage.status_after_ms(180_000), Expired);
    }
}

#[test]
fn a_second_start_of_an_order_calls_nobody() {
    let stage = Stage::new();
    stage.call(ORDER, "01012345678", WireAuthType::Ars).unwrap();
    assert_eq!(
        stage.call(ORDER, "01012345678", WireAuthType::Ars),
        Err(codes::DUPLICATE_ORDER)
    );
    assert_eq!(
        stage.call(ORDER, "01087654321", WireAuthType::App),
        Err(codes::DUPLICATE_ORDER)
    );
    let rung: Vec<_> = stage.engine.ledger().calls.iter().map(|call| call.rung).collect();
    assert_eq!(rung, [1]);
}

#[test]
fn a_person_answers_once_and_only_while_it_rings() {
    let cases = [
        (Action::Agree, Agreed),
        (Action::Refuse, Refused),
        (Action::WrongKey, WrongKey),
        (Action::HangUp, NoAnswer),
    ];
    for (action, status) in cases {
        let stage = Stage::new();
        stage.call(ORDER, "01000000007", WireAuthType::Ars).unwrap();
        assert!(stage.engine.answer(ORDER, action).is_ok());
        assert_eq!(stage.status_after_ms(3_600_000), status);
        let again = stage.engine.answer(ORDER, Action::Agree);
        assert!(matches!(again, Err(AnswerError::NotAnswered(NotAnswered::AlreadyOver))));
    }
}

#[test]
fn a_key_needs_consent_and_exists_once() {
    let stage = Stage::new();
    stage.call(ORDER, "01012345678", WireAuthType::Ars).unwrap();
    assert_eq!(stage.register(), Err(codes::NOT_AGREED_YET));
    stage.status_after_ms(300);
    let wrong_tid = stage.engine.visit(0).register(ORDER, "jadong000m02162601020304050099");
    assert_eq!(wrong_tid.err(), Some(PgRefusal(codes::NO_SUCH_ORDER)));
    let bid = stage.register().unwrap();
    assert_eq!(stage.register(), Err(codes::ALREADY_REGISTERED));
    assert_eq!(stage.engine.visit(0).find(ORDER).unwrap().bid, Some(bid));
    assert_eq!(stage.engine.ledger().keys.len(), 1);
}

#[test]
fn a_consent_that_was_not_given_yields_no_key() {
    for tel in ["01000000001", "01000000002", "01000000005"] {
        let stage = Stage::new();
        stage.call(ORDER, tel, WireAuthType::Ars).unwrap();
        stage.status_after_ms(180_000);
        assert_eq!(stage.register(), Err(codes::CONSENT_OVER), "{tel}");
        assert!(stage.engine.ledger().keys.is_empty());
    }
}

#[test]
fn a_shop_that_may_not_register_is_refused_until_it_may() {
    let stage = Stage::new();
    stage.call(ORDER, "01012345678", WireAuthType::Ars).unwrap();
    stage.status_after_ms(300);
    for (register, code) in [(MerchantPermission::F115, "F115"), (MerchantPermission::F117, "F117")] {
        assert!(stage.engine.set(Event::ShopSet { register, at_ms: 0 }).is_ok());
        assert_eq!(stage.register(), Err(code));
    }
    let register = MerchantPermission::Allowed;
    assert!(stage.engine.set(Event::ShopSet { register, at_ms: 0 }).is_ok());
    assert!(stage.register().is_ok());
}

#[test]
fn a_key_expires_once() {
    let stage = Stage::new();
    stage.engine.set_answer_delay(0);
    stage.call(ORDER, "01012345678", WireAuthType::Ars).unwrap();
    let bid = stage.register().unwrap().to_string();
    let code = |bid: &str, order_id: &str| {
        stage
            .engine
            .visit(0)
            .expire(bid, order_id)
            .err()
            .map(|refusal| refusal.0)
    };
    assert_eq!(code(&bid, ORDER), Some(codes::DUPLICATE_ORDER));
    assert_eq!(code(&bid, "expiry-1"), None);
    assert_eq!(code(&bid, "expiry-1"), Some(codes::KEY_EXPIRED));
    assert_eq!(code(&bid, "expiry-2"), Some(codes::KEY_EXPIRED));
    assert_eq!(
        code("BIKYjadong000m1104999999999999", "expiry-3"),
        Some(codes::KEY_NEVER_ISSUED)
    );
    assert_eq!(code("nonsense", "expiry-3"), Some(codes::KEY_NEVER_ISSUED));
    assert_eq!(
        stage.call("expiry-1", "01012345678", WireAuthType::Ars),
        Err(codes::DUPLICATE_ORDER)
    );
}

#[test]
fn a_closed_desk_does_nothing_more() {
    let stage = Stage::new();
    stage.engine.close();
    assert_eq!(stage.call(ORDER, "01012345678", WireAuthType::Ars), Err(INTERNAL));
    assert!(stage.engine.ledger().calls.is_empty());
}
