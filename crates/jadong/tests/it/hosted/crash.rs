//! The crash matrix in front of another gateway: no net-cancel, refunds by their sum, and somebody in between who may die too.

use crate::money::crash::matrix::matrix;

matrix! {
    Hosted,
    a_crash_around_a_charge_or_a_cancel {
        cancel_before_commit: ToCancel / 9;
        cancel_after_commit: ToCancel / 9;
        cancel_after_pg: ToCancel / 9;
        cancel_after_outcome_commit: ToCancel / 6;
        charge_before_commit: Charge / 6;
        charge_after_commit: Charge / 6;
        charge_after_pg: Charge / 5;
        charge_after_outcome_commit: Charge / 5;
        resolution_before_step: Charge / 6;
        resolution_after_pg: Charge / 6;
        resolution_before_finish: Charge / 2;
    }
    a_crash_around_a_reserve_a_first_payment_a_cash_receipt_or_a_destroyed_key {
        reserve_before_commit: Reserve / 6;
        reserve_after_commit: Reserve / 6;
        publish_after_pg: First / 5;
        charge_after_pg: First / 4;
        cash_receipt_after_commit: Cash / 4;
        cash_receipt_after_pg: Cash / 4;
        cash_receipt_after_outcome_commit: Cash / 3;
        cash_receipt_cancel_after_commit: CashToCancel / 4;
        cash_receipt_cancel_after_pg: CashToCancel / 3;
        destroy_after_pg: ToDestroy / 3;
    }
}
