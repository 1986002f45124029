//! A request of any texts: decided, never a panic, and nothing repeated that must not be.

use jadong_domain::bank::AccountDigitsMax;
use jadong_domain::fingerprint::Pepper;
use jadong_domain::ids::ObjectId;
use jadong_domain::issuance::{self, IssuanceFields, IssuanceRequest, IssuanceRules, PgNames};
use jadong_domain::{EpochMs, ProjectId, ReceiptId, Refusal, Sensitive};
use proptest::option;
use proptest::prelude::*;

const RULES: IssuanceRules = IssuanceRules {
    account_digits_max: AccountDigitsMax::Sandbox,
    consent_limit_ms: 600_000,
    pg_names: PgNames::NICE,
};

pub fn decide(fields: &IssuanceFields) -> Result<IssuanceRequest, Refusal> {
    let id = ObjectId::from_parts(1, [2; 5], 3);
    let ids = (ProjectId(id), ReceiptId(id));
    issuance::request(fields, ids, RULES, &Pepper::new([7; 32]), EpochMs(1_767_290_645_678))
}

/// A request that passes every rule.
pub fn valid() -> IssuanceFields {
    let text = |text: &str| Some(text.to_owned());
    let secret = |text: &str| Some(Sensitive::new(text));
    IssuanceFields {
        pg: text("nicepay"),
        order_name: text("자동이체 등록"),
        subscription_id: text("transfer_1"),
        username: text("홍길동"),
        bank_name: text("국민은행"),
        bank_account: secret("12345678901234"),
        identity_no: secret("900101"),
        phone: secret("01012345678"),
        metadata: "{}".to_owned(),
        ..IssuanceFields::default()
    }
}

/// Any text, with a preference for what nearly passes.
fn any_text() -> impl Strategy<Value = Option<String>> {
    option::of(prop_oneof![
        "\\PC{0,40}",
        "[0-9 .-]{0,24}",
        Just("nicepay".to_owned()),
        Just("국민은행".to_owned()),
        Just("900101".to_owned()),
        Just("01012345678".to_owned()),
        Just("12345678901234".to_owned()),
        "[가-힣]{300}",
    ])
}

/// The fields but for metadata, in the order of the struct.
fn fields_of(texts: &[Option<String>], metadata: &str) -> IssuanceFields {
    let text = |index: usize| texts[index].clone();
    let secret = |index: usize| texts[index].clone().map(Sensitive::new);
    IssuanceFields {
        pg: text(0),
        order_name: text(1),
        subscription_id: text(2),
        auth_type: text(3),
        username: text(4),
        bank_name: text(5),
        bank_code: text(6),
        bank_account: secret(7),
        identity_no: secret(8),
        phone: secret(9),
        price: text(10),
        tax_free: text(11),
        cash_receipt_type: text(12),
        cash_receipt_identity_no: secret(13),
        metadata: metadata.to_owned(),
        mandate: metadata.to_owned(),
    }
}

/// Everything that a refusal tells, as a log or an answer would.
fn told(refusal: &Refusal) -> String {
    format!("{refusal:?}")
}

fn separated(digits: &str, separator: &str) -> String {
    digits
        .split("")
        .filter(|digit| !digit.is_empty())
        .collect::<Vec<_>>()
        .join(separator)
}

proptest! {
    #[test]
    fn any_texts_are_decided_on(texts in prop::collection::vec(any_text(), 14), metadata in "\\PC{0,60}") {
        if let Ok(requested) = decide(&fields_of(&texts, &metadata)) {
            let terms = &requested.issuance.terms;
            prop_assert!(!terms.subscription_id.trim().is_empty() && !terms.order_name.trim().is_empty());
        }
    }

    #[test]
    fn one_wrong_field_among_right_ones_is_decided_on(text in any_text(), which in 0_usize..9) {
        let mut fields = valid();
        let secret = text.clone().map(Sensitive::new);
        match which {
            0 => fields.order_name = text,
            1 => fields.subscription_id = text,
            2 => fields.username = text,
            3 => fields.bank_name = text,
            4 => fields.bank_account = secret,
            5 => fields.identity_no = secret,
            6 => fields.phone = secret,
            7 => fields.price = text,
            _ => fields.cash_receipt_identity_no = secret,
        }
        let _decided = decide(&fields);
    }

    #[test]
    fn a_refusal_tells_no_digits_of_account_identity_or_phone(
        account in "[2-9]{6}[0-9]{0,18}", identity in "[2-9]{6}[0-9]{0,8}", phone in "[2-9]{6}[0-9]{0,8}", which in 0_usize..3,
    ) {
        let mut fields = valid();
        match which {
            0 => fields.bank_account = Some(Sensitive::new(format!("{account}x"))),
            1 => fields.identity_no = Some(Sensitive::new(identity.as_str())),
            _ => fields.phone = Some(Sensitive::new(phone.as_str())),
        }
        if let Err(refusal) = decide(&fields) {
            let told = told(&refusal);
            let sent = [&account, &identity, &phone][which];
            prop_assert!(!told.contains(&sent[..6]), "{}", told);
        }
    }

    #[test]
    fn an_accepted_request_keeps_no_account_business_or_phone_number(
        account in "[1-9][0-9]{10,13}", phone in "010[0-9]{8}",
        place in 0_usize..4, separator in prop_oneof![Just(""), Just("-"), Just(" "), Just(".")], is_account in any::<bool>(),
    ) {
        let planted = separated(if is_account { &account } else { &phone }, separator);
        let mut fields = valid();
        fields.bank_account = Some(Sensitive::new(account.as_str()));
        fields.phone = Some(Sensitive::new(phone.as_str()));
        match place {
            0 => fields.order_name = Some(format!("주문 {planted}")),
            1 => fields.subscription_id = Some(planted.clone()),
            2 => fields.username = Some(format!("{planted} 주식회사 아주아주 긴 이름의 회사와 그 친구들")),
            _ => fields.metadata = format!("{{\"a\":\"{planted}\"}}"),
        }
        if let Ok(requested) = decide(&fields) {
            let kept = format!("{:?}", requested.issuance);
            prop_assert!(!kept.contains(&planted), "{}", kept);
        }
    }

    #[test]
    fn what_is_kept_of_a_request_shows_neither_account_nor_phone(account in "[1-9][0-9]{6,19}", phone in "010[0-9]{8}") {
        let mut fields = valid();
        fields.bank_account = Some(Sensitive::new(account.as_str()));
        fields.phone = Some(Sensitive::new(phone.as_str()));
        if let Ok(requested) = decide(&fields) {
            let kept = format!("{:?}", requested.issuance);
            prop_assert!(!kept.contains(&account) && !kept.contains(&phone), "{}", kept);
        }
    }
}
