//! The PG of each project, as one connector: every call goes to the PG of the project whose call it is.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use domain::error::PgMessage;
use domain::fingerprint::Pepper;
use domain::issuance::ConsentReport;
use domain::payment::{Debit, DeclineReason};
use domain::project::ProjectPg;
use domain::{ErrorCode, ProjectId};
use pg::{
    BoxFuture, CallTime, CancelCashReceiptRequest, Capabilities, CashReceiptLookup, CashReceiptRecord, Connector,
    Connectors, ConsentLookup, DebitRequest, ExpireKeyRequest, FindCashReceiptRequest, FindConsentRequest, FindRequest,
    Finding, IssueCashReceiptRequest, KeyLookup, NetCancelRefusal, Outcome, PaymentLookup, RefundRequest,
    RegisterKeyRequest, RegisterRefusal, StartConsentRequest, Unsent,
};

use super::pg_credentials;
use crate::ledger::Projects;

/// Passes every call on to the connector of the project's PG. Where there is none, because the project is not known here or its
/// credentials do not open, nothing is sent.
pub struct ProjectPgs {
    projects: Arc<Projects>,
    connectors: Connectors,
    pepper: Pepper,
    /// Of the projects with a PG of their own, each with what it was made of.
    made: Mutex<HashMap<ProjectId, Made>>,
}

/// What a project's connector was made of, and the connector; `None`: it could not be made.
type Made = (ProjectPg, Option<Arc<dyn Connector>>);

impl ProjectPgs {
    pub fn new(projects: Arc<Projects>, connectors: Connectors, pepper: Pepper) -> Self {
        Self {
            projects,
            connectors,
            pepper,
            made: Mutex::default(),
        }
    }

    /// Nobody's call goes to the PG of the configuration.
    fn of(&self, project: Option<ProjectId>) -> Option<Arc<dyn Connector>> {
        let Some(id) = project else {
            return self.connectors.configured();
        };
        let known = self.projects.by_id(id)?;
        let pg = &known.project.pg;
        if Connectors::is_configured(pg) {
            return self.connectors.configured();
        }
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, connector)) = made.get(&id)
            && of == pg
        {
            return connector.clone();
        }
        let credentials = pg.credentials.as_ref();
        let opened = credentials.and_then(|sealed| pg_credentials::open(&self.pepper, id, sealed));
        let connector = self.connectors.of(pg, opened);
        if let Err(error) = &connector {
            tracing::error!(project = known.project.name, %error, "a project's PG cannot be called: nothing is sent");
        }
        let connector = connector.ok();
        made.insert(id, (pg.clone(), connector.clone()));
        connector
    }
}

/// The same call at the project's own connector.
macro_rules! through {
    ($self:ident, $at:ident, $connector:ident => $call:expr) => {
        match $self.of($at.project) {
            Some($connector) => Box::pin(async move { $call.await }),
            None => Box::pin(async { Outcome::NotSent(Unsent::NoTurn) }),
        }
    };
}

impl Connector for ProjectPgs {
    fn share_among(&self, nodes: NonZeroU32) {
        self.connectors.share_among(nodes);
    }

    fn start_consent(
        &self,
        order: StartConsentRequest,
        at: CallTime,
    ) -> BoxFuture<'_, Outcome<ConsentReport, ErrorCode>> {
        through!(self, at, pg => pg.start_consent(order, at))
    }

    fn find_consent(&self, order: FindConsentRequest, at: CallTime) -> BoxFuture<'_, Outcome<ConsentLookup>> {
        through!(self, at, pg => pg.find_consent(order, at))
    }

    fn register_key(&self, order: RegisterKeyRequest, at: CallTime) -> BoxFuture<'_, Outcome<String, RegisterRefusal>> {
        through!(self, at, pg => pg.register_key(order, at))
    }

    fn find_key(&self, bid: String, at: CallTime) -> BoxFuture<'_, Outcome<KeyLookup>> {
        through!(self, at, pg => pg.find_key(bid, at))
    }

    fn expire_key(&self, order: ExpireKeyRequest, at: CallTime) -> BoxFuture<'_, Outcome<()>> {
        through!(self, at, pg => pg.expire_key(order, at))
    }

    fn charge(&self, order: DebitRequest, at: CallTime) -> BoxFuture<'_, Outcome<Debit, DeclineReason>> {
        through!(self, at, pg => pg.charge(order, at))
    }

    fn find_payment(&self, order: FindRequest, at: CallTime) -> BoxFuture<'_, Outcome<PaymentLookup>> {
        through!(self, at, pg => pg.find_payment(order, at))
    }

    fn find_by_tid(&self, tid: String, at: CallTime) -> BoxFuture<'_, Outcome<PaymentLookup>> {
        through!(self, at, pg => pg.find_by_tid(tid, at))
    }

    fn net_cancel(&self, order_id: String, at: CallTime) -> BoxFuture<'_, Outcome<(), NetCancelRefusal>> {
        through!(self, at, pg => pg.net_cancel(order_id, at))
    }

    fn cancel(&self, order: RefundRequest, at: CallTime) -> BoxFuture<'_, Outcome<()>> {
        through!(self, at, pg => pg.cancel(order, at))
    }

    fn issue_receipt(&self, order: IssueCashReceiptRequest, at: CallTime) -> BoxFuture<'_, Outcome<CashReceiptRecord>> {
        through!(self, at, pg => pg.issue_receipt(order, at))
    }

    fn find_receipt(&self, order: FindCashReceiptRequest, at: CallTime) -> BoxFuture<'_, Outcome<CashReceiptLookup>> {
        through!(self, at, pg => pg.find_receipt(order, at))
    }

    fn cancel_receipt(&self, order: CancelCashReceiptRequest, at: CallTime) -> BoxFuture<'_, Outcome<()>> {
        through!(self, at, pg => pg.cancel_receipt(order, at))
    }

    fn message(&self, of: Finding, project: Option<ProjectId>) -> PgMessage {
        match self.of(project) {
            Some(pg) => pg.message(of, project),
            None => PgMessage::new("NO_PG", "PG를 호출할 수 없습니다 (the project's PG cannot be called)"),
        }
    }

    /// Of a project with a PG of its own by what that is, whether or not its credentials open.
    fn capabilities(&self, of: Option<ProjectId>) -> Capabilities {
        let known = of.map(|id| self.projects.by_id(id));
        let pg = match known {
            Some(None) => return pg::careful(),
            Some(Some(known)) => pg::capabilities_of(&known.project.pg),
            None => None,
        };
        let of_configuration = || self.connectors.configured().map(|pg| pg.capabilities(of));
        pg.or_else(of_configuration).unwrap_or_else(pg::careful)
    }
}
