//! The crash points of money. `process` reads this list too: no point of the gateway may be in neither.

pub const MONEY_POINTS: &[&str] = &[
    "charge_before_commit",
    "charge_after_commit",
    "charge_after_pg",
    "charge_after_outcome_commit",
    "reserve_before_commit",
    "reserve_after_commit",
    "resolution_before_step",
    "resolution_after_pg",
    "resolution_before_finish",
    "cancel_before_commit",
    "cancel_after_commit",
    "cancel_after_pg",
    "cancel_after_outcome_commit",
    "cash_receipt_after_commit",
    "cash_receipt_after_pg",
    "cash_receipt_after_outcome_commit",
    "cash_receipt_cancel_after_commit",
    "cash_receipt_cancel_after_pg",
];
