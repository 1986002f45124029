//! The crash matrix in front of NICE Payments, which takes a net-cancel.

use super::matrix::matrix;

matrix! {
    Nicepay,
    a_crash_around_a_charge_or_a_cancel {
        cancel_before_commit: ToCancel / 12;
        cancel_after_commit: ToCancel / 12;
        cancel_after_pg: ToCancel / 12;
        cancel_after_outcome_commit: ToCancel / 9;
        charge_before_commit: Charge / 9;
        charge_after_commit: Charge / 9;
        charge_after_pg: Charge / 6;
        charge_after_outcome_commit: Charge / 6;
        resolution_before_step: Charge / 6;
        resolution_after_pg: Charge / 6;
        resolution_before_finish: Charge / 3;
    }
    a_crash_around_a_cash_receipt_or_a_destroyed_key {
        cash_receipt_after_commit: Cash / 9;
        cash_receipt_after_pg: Cash / 9;
        cash_receipt_after_outcome_commit: Cash / 6;
        cash_receipt_cancel_after_commit: CashToCancel / 9;
        cash_receipt_cancel_after_pg: CashToCancel / 6;
        destroy_after_commit: ToDestroy / 5;
        destroy_after_pg: ToDestroy / 3;
    }
    a_crash_around_a_reserve_or_a_first_payment {
        reserve_before_commit: Reserve / 9;
        reserve_after_commit: Reserve / 9;
        charge_after_pg: Reserve / 6;
        charge_after_outcome_commit: Reserve / 6;
        resolution_before_step: Reserve / 6;
        resolution_after_pg: Reserve / 6;
        resolution_before_finish: Reserve / 3;
        publish_after_commit: First / 8;
        publish_after_pg: First / 8;
        publish_after_outcome_commit: First / 8;
        charge_after_pg: First / 5;
        charge_after_outcome_commit: First / 5;
        resolution_before_step: First / 4;
        resolution_after_pg: First / 4;
        resolution_before_finish: First / 2;
    }
}
