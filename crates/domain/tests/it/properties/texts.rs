//! Ids, amounts and texts as anybody may send them.

use jadong_domain::fingerprint::Pepper;
use jadong_domain::payment::{ChargeFields, fingerprint};
use jadong_domain::{ErrorCode, Sensitive, Won, sensitive_text, text};
use proptest::prelude::*;

fn charge(order_id: &str, order_name: &str, price: &str) -> ChargeFields {
    ChargeFields {
        order_name: Some(order_name.to_owned()),
        price: Some(price.to_owned()),
        order_id: Some(order_id.to_owned()),
        items: "[]".to_owned(),
        user: "{}".to_owned(),
        metadata: "{}".to_owned(),
        ..ChargeFields::default()
    }
}

/// Letters with several spellings, and what cannot be seen.
fn any_id() -> impl Strategy<Value = String> {
    "[a가각e\u{e9}\u{301}\u{1100}\u{1161}\u{11a8}0-9 .-]{1,6}|\\PC{1,12}|[ab\u{200b}\u{feff}\u{0}\u{202e}\u{a0}]{1,4}"
}

/// Digits with somebody's idea of a separator between each two.
fn written() -> impl Strategy<Value = String> {
    let separator = prop_oneof![
        Just(""),
        Just("-"),
        Just(" "),
        Just("."),
        Just("/"),
        Just("_"),
        Just("\u{a0}"),
        Just("\u{200b}"),
        Just("\u{2013}"),
        Just("~"),
        Just(") "),
        Just("·"),
        Just("\\u002d"),
        Just("%2D"),
    ];
    let digit = (0..10_u32, 0..4_u8).prop_map(|(digit, style)| {
        let zero = [0x30, 0xff10, 0x660, 0x1d7ce][usize::from(style)];
        (
            char::from_digit(digit, 10).expect("a digit"),
            char::from_u32(zero + digit).expect("a digit"),
        )
    });
    proptest::collection::vec((digit, separator), 11).prop_map(|parts| {
        let plain: String = parts.iter().map(|((plain, _), _)| *plain).collect();
        let shown: String = parts
            .iter()
            .map(|((_, shown), separator)| format!("{shown}{separator}"))
            .collect();
        format!("{plain}|{shown}")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// What is stored of two ids is compared in NFC, and answered as it was sent.
    #[test]
    fn two_ids_are_one_iff_they_were_sent_equal_after_nfc(a in any_id(), b in any_id()) {
        let read = |id: &str| charge(id, "x", "1000").order();
        let (Ok(first), Ok(second)) = (read(&a), read(&b)) else { return Ok(()) };
        prop_assert_eq!(first.order_id.as_str(), a.trim());
        let same = text::nfc(&first.order_id) == text::nfc(&second.order_id);
        prop_assert_eq!(same, text::nfc(a.trim()) == text::nfc(b.trim()));
        let shown = |id: &str| text::nfc(id).chars().filter(|c| !text::is_invisible(*c)).collect::<String>();
        prop_assert_eq!(same, shown(&first.order_id) == shown(&second.order_id), "nothing invisible tells two ids apart");
    }

    #[test]
    fn an_id_with_something_invisible_is_refused(
        before in "[a-z가-힣]{1,4}",
        hidden in "[\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{ad}\u{0}-\u{1f}\u{7f}-\u{9f}\u{3164}\u{a0}\u{e0001}-\u{e007f}]",
        after in "[a-z가-힣]{1,4}",
    ) {
        let refused = charge(&format!("{before}{hidden}{after}"), "x", "1000").order().expect_err("refused");
        prop_assert_eq!((refused.code, refused.field), (ErrorCode::FieldInvalid, Some("order_id")));
    }

    #[test]
    fn two_spellings_of_the_texts_are_the_same_request(name in "[가-힣e\u{e9}]{1,12}") {
        use unicode_normalization::UnicodeNormalization;
        let print = |name: String| {
            let order = charge("1", &name, "1000").order().expect("an order");
            fingerprint(&order, "key", &Pepper::new([7; 32]))
        };
        prop_assert!(print(name.nfc().collect()) == print(name.nfd().collect()));
    }

    /// Exact or refused: never the nearest.
    #[test]
    fn an_amount_is_what_its_decimals_say(digits in 0..100_000_000_000_000_000_u64, point in 0..20_usize, exponent in -18..20_i32) {
        let digits = format!("{digits:021}");
        let (whole, fraction) = digits.split_at(digits.len() - point);
        let written = if point == 0 { format!("{whole}e{exponent}") } else { format!("{whole}.{fraction}e{exponent}") };
        let value: u128 = digits.parse().expect("a number");
        let shift = exponent - i32::try_from(point).expect("small");
        let exact = if shift >= 0 {
            10_u128.checked_pow(shift.unsigned_abs()).and_then(|power| value.checked_mul(power))
        } else {
            let power = 10_u128.pow(shift.unsigned_abs());
            value.is_multiple_of(power).then_some(value / power)
        };
        let exact = exact.and_then(|won| u64::try_from(won).ok()).and_then(Won::new);
        prop_assert_eq!(Won::parse(&written), exact, "{}", written);
    }

    #[test]
    fn an_amount_of_any_text_is_refused_or_plain(text in "\\PC{0,20}|[0-9eE+.,-]{0,16}") {
        if let Some(won) = Won::parse(&text) {
            prop_assert!(text.trim().bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte)));
            prop_assert!(won.get() <= 999_999_999_999);
        }
    }

    #[test]
    fn a_number_is_found_in_any_spelling(written in written(), before in "[가-힣 ]{0,4}", after in "[가-힣 ]{0,4}") {
        let (plain, shown) = written.split_once('|').expect("both");
        let stored = format!("{before}{shown}{after}");
        let secret = Sensitive::new(plain);
        prop_assert!(sensitive_text::refuse(&[("metadata", &stored)], &[&secret]).is_err(), "{} of {}", stored, plain);
    }

    #[test]
    fn a_cut_is_short_and_the_beginning_of_its_text(sent in "[가각e\u{301}\u{1100}\u{1161}\u{11a8}👨\u{200d}\u{fe0f}a]{0,20}", most in 0..12_usize) {
        let cut = text::cut(&sent, most);
        prop_assert!(cut.chars().count() <= most);
        prop_assert!(text::nfc(&sent).starts_with(&cut));
        let joiner = '\u{200d}';
        let is_whole = cut == *text::nfc(&sent);
        prop_assert!(!cut.ends_with(joiner) || is_whole);
    }

    #[test]
    fn nothing_that_is_printed_steers_a_terminal(sent in "[\\x00-\\x{ff}\u{200e}\u{2028}-\u{202e}\u{2066}가]{0,40}") {
        prop_assert!(!text::printable(&sent).chars().any(text::is_steering));
        prop_assert!(!text::line(&sent).chars().any(text::is_steering));
    }
}
