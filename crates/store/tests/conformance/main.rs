//! What every engine of the store must keep. A suite that is generic over a factory of engines, run for each of them.

mod clocks;
mod commits;
mod counts;
mod engine;
mod histories;
mod limits;
mod projects;
mod reads;
mod rows;
mod spellings;
mod sqlite;

use engine::Sqlite;

/// The whole suite for one engine.
macro_rules! conformance {
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

mod on_sqlite {
    conformance! { Sqlite:
        clocks {
            a_lead_only_grows_and_survives_a_reopen,
            each_kind_of_claim_sees_its_own_rows,
            what_is_due_next_is_the_projects_own,
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
            a_rotated_secret_overlaps_and_ends,
            a_second_rotation_never_lengthens_a_life,
            the_newest_token_is_the_one_issued_last,
            expired_tokens_are_forgotten_when_one_is_issued,
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
}
