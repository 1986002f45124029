//! What every connector must do, whatever its PG can do: the same checks for each, by what it says that its PG can do and never by
//! its name. `docs/operating/connectors.md` says how a new one is brought before them.

mod checks;
mod pgs;
mod relay;
mod subject;

/// One test for each check, named by the connector and the check.
macro_rules! conforms {
    ($connector:ident: $fake:expr) => {
        mod $connector {
            conforms!(@ $fake;
                consents: whoever_agrees_has_one_key
                    whoever_refuses_has_none
                    one_order_asks_one_customer
                    two_who_register_at_once_get_one_key
                    a_consent_without_an_answer_is_unknown
                    a_key_is_ended_for_good
                    a_key_is_looked_up_by_its_id
                    another_consents_answer_is_not_believed;
                debits: a_charge_debits_once
                    orders_that_differ_in_the_last_letter_are_two
                    what_was_never_sent_is_not_found
                    a_refusal_is_final_and_has_a_reason
                    two_charges_at_once_of_one_order_debit_once
                    a_net_cancel_takes_back_where_there_is_one
                    what_it_can_do_does_not_contradict_itself;
                doubts: a_charge_whose_answer_is_lost_is_unknown_and_found
                    a_charge_that_is_lost_is_unknown_and_not_there
                    a_charge_that_arrives_late_is_believed_absent_no_sooner
                    an_answer_that_takes_too_long_is_not_waited_for
                    a_look_up_without_an_answer_says_nothing
                    another_debits_answer_is_not_believed;
                refunds: money_goes_back_in_parts_and_no_more
                    a_refund_whose_answer_is_lost_gives_back_once
                    refunds_at_once_give_back_what_they_say
                    a_charge_and_a_refund_at_once_are_two
                    another_refunds_answer_is_not_believed;
                receipts: a_cash_receipt_is_issued_found_and_taken_back
                    a_cash_receipt_whose_answer_is_lost_is_unknown
                    one_that_stands_alone_is_found_where_it_can_be;
                limits: nothing_leaves_after_its_time
                    whoever_is_not_let_in_declines_nobody
                    a_pg_that_is_not_there_was_sent_nothing
                    no_secret_is_seen;
            );
        }
    };
    (@ $fake:expr; $($group:ident: $($check:ident)*;)*) => {$($(
        #[tokio::test]
        async fn $check() {
            let subject = $crate::subject::Subject::before($fake.await).await;
            $crate::checks::$group::$check(subject).await;
        }
    )*)*};
}

conforms!(nicepay: crate::pgs::nicepay::Nicepay::start());
conforms!(tosspay: crate::pgs::tosspay::Tosspay::start());
conforms!(hosted: crate::pgs::hosted::Hosted::start());
conforms!(template: crate::pgs::template::fake::Fake::start());
