//! Recording what became of a cash receipt at the PG.

use std::sync::Arc;

use domain::cash_receipt::CashReceipt;
use domain::transition::Actor;
use domain::{ReceiptId, Refusal};
use store::{CommitError, CommitRefused};

use super::lookup::stored;
use super::{in_doubt, put};
use crate::services::Services;
use crate::services::kept_outcomes::{self, PgOutcome};
use crate::support::InFlightGuard;

/// Records that it is as `after` says, now or later, and gives it as it is on disk: somebody else may have come to something else.
///
/// Errors: `RC_CASH_RECEIPT_IN_DOUBT` where it is not on disk yet.
pub async fn record(
    services: &Arc<Services>,
    turn: InFlightGuard<()>,
    after: CashReceipt,
    by: Actor,
) -> Result<CashReceipt, Refusal> {
    let asked = after.clone();
    let recorded = kept_outcomes::record(services, CashReceiptEnd { turn, after, by }).await;
    match recorded {
        Ok(Some(now)) => Ok(now),
        Ok(None) | Err(_) => Err(in_doubt(&asked)),
    }
}

struct CashReceiptEnd {
    turn: InFlightGuard<()>,
    after: CashReceipt,
    by: Actor,
}

impl PgOutcome for CashReceiptEnd {
    type Recorded = Option<CashReceipt>;

    async fn record(&mut self, services: &Arc<Services>) -> Result<Option<CashReceipt>, CommitError> {
        let after = &self.after;
        match put(services, after, self.by).await {
            Ok(()) => {
                metrics::counter!("jadong_cash_receipts_total", "state" => after.state.name()).increment(1);
                Ok(Some(after.clone()))
            }
            // The worker was faster, its payment was cancelled meanwhile, or an earlier try was made.
            Err(CommitError::Refused(CommitRefused::LostRace)) => {
                let now = stored(services, after.project_id, after.receipt_id).await;
                now.map_err(|refusal| CommitError::NotDone(refusal.code.name().to_owned()))
            }
            Err(error) => Err(error),
        }
    }

    fn of(&self) -> (&'static str, ReceiptId) {
        ("cash receipt", self.after.receipt_id)
    }

    fn let_waiters_go(&self) {
        self.turn.let_waiters_go();
    }
}
