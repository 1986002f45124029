//! Work of a worker that a person does: nobody else is at it meanwhile, on any gateway.

use domain::change::Change;
use domain::due::{DueKind, Lease};
use domain::ids::ObjectId;
use domain::payment::Payment;
use domain::{ErrorCode, Refusal};
use store::LeaseRequest;

use super::resolution::lease_until;
use crate::services::Services;

/// The work about one object, for as long as a call to the PG may take.
pub struct ByHand<'a> {
    services: &'a Services,
    payment: &'a Payment,
    work: (DueKind, ObjectId),
    lease: Lease,
}

impl<'a> ByHand<'a> {
    /// Errors: `SETTLE_UNDER_WAY` while somebody else is at it, who may be giving the money back at this moment.
    pub async fn take(
        services: &'a Services,
        payment: &'a Payment,
        work: (DueKind, ObjectId),
    ) -> Result<Self, Refusal> {
        let now = services.clocks.machine_now();
        let lease = services.ids.lease();
        let asked = LeaseRequest {
            now,
            until: lease_until(services, now),
            limit: 1,
            lease,
        };
        if !services.store().take_work(payment.project_id, work, asked).await? {
            return Err(under_way(payment));
        }
        Ok(Self {
            services,
            payment,
            work,
            lease,
        })
    }

    /// What is committed with it is refused when somebody else has the work since.
    pub fn still(&self) -> Change {
        Change::Renew {
            kind: self.work.0,
            object: self.work.1,
            until: self.until(),
            lease: self.lease,
        }
    }

    /// Nothing came of it: a worker goes on.
    pub async fn give_up(self) {
        let given_up = Change::Schedule {
            kind: self.work.0,
            object: self.work.1,
            at: Some(self.until()),
            held: Some(self.lease),
        };
        let project = self.payment.project_id;
        if let Err(error) = self.services.ledger.commit(project, vec![given_up]).await {
            // The lease runs out by itself.
            tracing::debug!(%error, receipt_id = %self.payment.receipt_id, "what a person had taken is held on to");
        }
    }

    fn until(&self) -> domain::EpochMs {
        lease_until(self.services, self.services.now_of(self.payment.project_id))
    }
}

/// Somebody else is at it.
pub fn under_way(payment: &Payment) -> Refusal {
    Refusal::new(ErrorCode::SettleUnderWay, "receipt_id").receipt(payment.receipt_id)
}
