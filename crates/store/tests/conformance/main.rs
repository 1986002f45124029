//! What every engine of the store must keep. A suite that is generic over a factory of engines, run for each of them.

#![allow(clippy::too_many_lines, reason = "a test is read from its beginning to its end")]

mod cash_receipts;
mod clocks;
mod commits;
mod consents;
mod console;
mod counts;
mod deliveries;
mod engine;
mod histories;
mod limits;
mod lists;
mod mandates;
mod money_rows;
mod nodes;
mod payments;
mod postgres;
mod projects;
mod reads;
mod reserves;
mod resolutions;
mod retained_mandates;
mod retention;
mod rows;
mod spellings;
mod sqlite;

use engine::Sqlite;
use postgres::Postgres;

/// A test of each property.
macro_rules! properties {
    ($engine:ident: $($room:ident { $($property:ident),* $(,)? })*) => {
        $(
            mod $room {
                $(
                    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                    async fn $property() {
                        crate::$room::$property::<crate::$engine>().await;
                    }
                )*
            }
        )*
    };
}

/// The whole suite for one engine.
macro_rules! conformance {
    ($engine:ident) => {
        properties! { $engine:
            clocks {
                a_lead_only_grows_and_survives_a_reopen,
                a_row_is_due_by_its_projects_clock,
                what_is_due_next_is_the_projects_own,
                a_clock_is_set_right_only_where_nothing_happened_by_it,
                a_webhook_sent_again_is_due_in_its_projects_time,
                a_claim_passes_over_who_has_enough,
            }
            commits {
                a_commit_is_all_or_nothing,
                a_refused_commit_does_not_harm_its_neighbours,
                a_subscription_has_one_open_issuance,
                an_ended_issuance_frees_its_subscription,
                only_one_transition_leaves_a_state,
                of_fifty_at_once_exactly_one_wins,
                of_fifty_openings_at_once_exactly_one_wins,
                a_key_is_destroyed_once,
                a_key_is_taken_over_once_and_by_one_project,
            }
            counts {
                counts_add_up_and_old_hours_are_forgotten,
            }
            histories {
                the_history_is_complete_and_in_order,
                a_refused_transition_leaves_no_trace,
                a_second_transition_of_the_same_number_is_refused,
            }
            spellings {
                an_id_is_one_in_every_spelling_and_comes_back_as_sent,
            }
            limits {
                a_full_queue_refuses_and_changes_nothing,
                what_was_committed_survives_a_reopen,
                a_closed_store_refuses_and_keeps_what_it_took,
            }
            projects {
                projects_come_back_as_they_were_made,
                a_taken_name_or_credential_is_refused,
                a_project_keeps_the_pg_that_it_has_asked_for_a_key,
                a_projects_pg_changes_only_over_what_was_read,
                a_receipt_is_found_by_the_id_that_its_pg_gave_it,
                a_rotated_secret_overlaps_and_ends,
                a_second_rotation_never_lengthens_a_life,
                the_newest_token_is_the_one_issued_last,
                expired_tokens_are_forgotten_when_one_is_issued,
                a_projects_settings_are_changed_one_by_one,
            }
            payments {
                an_order_has_one_live_payment,
                of_fifty_debits_of_an_order_at_once_exactly_one_is_intended,
                a_payment_comes_back_as_it_was_written,
                a_declined_payment_keeps_its_reason_and_the_pgs_words,
                what_a_decision_rests_on_is_looked_at_again_in_the_commit,
                an_idempotency_key_is_used_once_and_forgotten_by_its_own_request,
                a_reserves_payment_takes_over_its_order,
                payments_since_a_time_come_newest_first,
                payments_and_cancels_between_two_ids_come_oldest_first,
            }
            mandates {
                a_record_is_only_added_to_and_never_forks,
            }
            resolutions {
                the_steps_of_a_resolution_come_back_in_order,
                what_the_asker_is_at_is_not_leased_by_it,
                a_debit_in_doubt_is_leased_when_it_is_due_and_by_one,
                what_is_unresolved_is_told_with_its_next_step,
                a_payment_has_one_cancel_under_way,
            }
            reserves {
                a_key_has_so_many_waiting_reserves_also_when_asked_for_at_once,
                a_reserve_is_leased_when_it_is_due_but_not_of_a_busy_project,
                a_reserve_that_is_given_back_has_its_order_again,
                with_a_key_its_waiting_reserves_are_revoked_and_their_orders_freed,
                reserves_of_a_time_come_page_by_page,
            }
            retained_mandates {
                a_mandate_goes_with_its_whole_chain_or_not_at_all,
                requests_without_a_key_reserves_and_cash_receipts_go_too,
            }
            retention {
                a_payment_goes_with_all_that_belongs_to_it,
                a_refund_that_comes_between_reading_and_destroying_wins,
                a_refund_and_a_destruction_at_once_leave_one_of_them,
                what_is_under_way_or_new_is_not_over,
                an_order_stays_taken_while_its_key_can_be_debited,
                two_who_destroy_at_once_count_each_record_once,
            }
            cash_receipts {
                each_change_of_a_cash_receipt_follows_the_last,
                an_order_has_one_cash_receipt_that_stands_alone,
                one_without_an_outcome_is_leased_when_it_is_due,
            }
            consents {
                an_issuance_is_driven_by_who_renews_it,
                work_that_nobody_has_is_taken_before_its_time,
            }
            deliveries {
                a_receipts_webhooks_are_leased_one_after_the_other,
            }
            lists {
                payments_come_part_by_part_and_by_their_state,
                payments_are_found_by_their_time,
                reserves_come_by_their_key_order_and_state,
                issuances_and_keys_come_newest_first,
                webhooks_come_part_by_part_and_by_their_state,
            }
            nodes {
                a_node_is_alive_as_long_as_it_says_so,
                the_first_key_is_the_installations,
                a_node_gives_back_what_it_has_leased_and_nobody_elses,
            }
            console {
                a_session_ends_with_its_person_and_with_a_new_password,
                expired_sessions_are_forgotten_when_one_begins,
                the_audit_log_comes_newest_first,
            }
            reads {
                an_issuance_comes_back_as_it_was_written,
                every_transition_is_read_back_whole,
                a_reader_sees_its_own_commits,
                a_project_sees_only_its_own,
                open_issuances_come_page_by_page_each_once,
                keys_to_expire_are_the_destroyed_ones_that_the_pg_has_not_confirmed,
            }
        }
    };
}

mod on_sqlite {
    conformance! { Sqlite }
}

mod on_postgres {
    conformance! { Postgres }
}

/// A method of the store that no test of this suite calls is one that the next engine may get wrong unseen.
#[test]
fn every_method_of_the_store_is_called() {
    let read = |folder: &str| -> String {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let files = std::fs::read_dir(folder)
            .expect("a folder")
            .map(|file| file.expect("a file").path());
        let files = files.filter(|path| path.extension().is_some_and(|ending| ending == "rs"));
        files
            .map(|path| std::fs::read_to_string(path).expect("a text"))
            .collect()
    };
    let store = read("src") + &read("src/engine");
    let methods = store
        .split("pub async fn ")
        .skip(1)
        .filter_map(|rest| rest.split('(').next());
    let tests = read("tests/conformance");
    let is_called = |name: &&str| [".", "::"].iter().any(|by| tests.contains(&format!("{by}{name}(")));
    let uncalled: Vec<_> = methods.filter(|name| !is_called(name)).collect();
    assert!(uncalled.is_empty(), "{uncalled:?}");
}
