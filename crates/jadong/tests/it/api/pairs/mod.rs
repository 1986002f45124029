//! Two different acts on one object at the same moment: exactly one order of the two has happened, and everybody was told
//! which. The table below names the test of every pair; a test says that each is there.

mod issuance;
mod key;
mod payment;
mod reserve;

use std::path::Path;

/// How often each pair meets; every time a little earlier or later.
const ROUNDS: u64 = 25;

/// Object, the two acts, the test's file and name.
const PAIRS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "payment",
        "cancel",
        "cancel",
        "v2/cancel/at_once.rs",
        "whatever_is_cancelled_at_once_the_books_agree",
    ),
    (
        "payment",
        "cancel",
        "the same cancel",
        "v2/cancel/at_once.rs",
        "a_double_click_gives_all_of_it_back_once_and_both_end",
    ),
    (
        "payment",
        "cancel",
        "cash receipt",
        "pairs/payment.rs",
        "a_cash_receipt_is_over_what_is_left",
    ),
    (
        "payment",
        "cash receipt",
        "another cash receipt",
        "pairs/payment.rs",
        "one_of_two_cash_receipts_is_issued",
    ),
    (
        "payment",
        "cancel",
        "destroy its key",
        "pairs/key.rs",
        "a_cancel_does_not_mind_that_its_key_is_destroyed",
    ),
    (
        "payment",
        "settle",
        "settle",
        "pairs/payment.rs",
        "one_of_two_people_settles",
    ),
    (
        "payment",
        "settle",
        "a cancel under way",
        "../process/in_doubt.rs",
        "a_cancel_that_is_being_asked_for_is_nobodys_to_end",
    ),
    (
        "payment",
        "settle",
        "a cancel that waits to be sent again",
        "pairs/payment.rs",
        "a_cancel_that_a_person_ended_is_not_sent_when_its_turn_comes",
    ),
    (
        "payment",
        "settle",
        "a cancel that was just sent again",
        "pairs/payment.rs",
        "a_cancel_that_was_just_sent_again_is_nobodys_to_end",
    ),
    (
        "payment",
        "settle",
        "resolution",
        "pairs/payment.rs",
        "a_person_and_the_ladder_settle_once",
    ),
    (
        "payment",
        "cancel",
        "back office",
        "pairs/payment.rs",
        "a_cancel_ends_beside_one_in_the_back_office",
    ),
    (
        "order",
        "charge",
        "the same charge",
        "pairs/key.rs",
        "equal_charges_are_one_debit",
    ),
    (
        "order",
        "charge",
        "another charge",
        "pairs/key.rs",
        "different_charges_of_one_order_are_one_debit",
    ),
    (
        "order",
        "charge",
        "reserve",
        "pairs/reserve.rs",
        "an_order_is_charged_or_reserved",
    ),
    (
        "key",
        "charge",
        "destroy",
        "pairs/key.rs",
        "nothing_is_debited_after_a_key_is_destroyed",
    ),
    (
        "key",
        "charge",
        "charge (guard = refuse)",
        "pairs/key.rs",
        "a_guarded_key_is_debited_once_while_nobody_knows",
    ),
    (
        "key",
        "reserve",
        "destroy with its reserves",
        "pairs/key.rs",
        "no_reserve_outlives_a_key_destroyed_with_its_reserves",
    ),
    ("key", "destroy", "destroy", "pairs/key.rs", "a_key_is_destroyed_once"),
    (
        "reserve",
        "run",
        "revoke",
        "pairs/reserve.rs",
        "a_reserve_runs_or_is_revoked",
    ),
    (
        "reserve",
        "run",
        "destroy its key",
        "pairs/reserve.rs",
        "a_reserve_runs_or_its_key_is_dead",
    ),
    (
        "reserve",
        "revoke",
        "revoke",
        "pairs/reserve.rs",
        "a_reserve_is_revoked_once",
    ),
    (
        "reserve",
        "reserve",
        "the eleventh",
        "pairs/reserve.rs",
        "ten_reserves_at_once_and_no_eleventh",
    ),
    (
        "issuance",
        "publish",
        "publish",
        "pairs/issuance.rs",
        "two_publishes_are_one_key",
    ),
    (
        "issuance",
        "publish",
        "expiry",
        "pairs/issuance.rs",
        "a_consent_is_published_or_expires",
    ),
    (
        "issuance",
        "request",
        "the same request",
        "pairs/issuance.rs",
        "equal_requests_ring_once",
    ),
];

#[test]
fn every_pair_has_its_test() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/api");
    for (object, one, other, file, name) in PAIRS {
        let text = std::fs::read_to_string(tests.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(
            text.contains(&format!("async fn {name}(")),
            "{object}: {one} and {other}: no {name} in {file}"
        );
    }
}
