//! Another gateway in the place of the hosted API.

use std::collections::HashMap;
use std::time::Duration;

use domain::ProjectId;
use domain::fingerprint::Pepper;
use domain::project::{PgName, Project, ProjectPg};
use gateway::seal_pg_credentials;
use pg::PgCredentials;
use seams::TestClock;

use super::{PgUnderTest, SANDBOX, TestGateway, TestSettings};
use crate::{Ledger, Line};

impl TestGateway {
    /// A gateway that stands in the place of the hosted API.
    pub(super) async fn start_hosted(plan: &mut TestSettings) -> Self {
        let clock = TestClock::at_ms(plan.start_ms);
        plan.clock = Some(clock.clone());
        Self::planned(TestSettings {
            pg: PgUnderTest::Nicepay,
            clock: Some(clock),
            start_ms: plan.start_ms,
            answer_delay: plan.answer_delay,
            pg_read_timeout: plan.pg_read_timeout,
            // The hosted API answers at once; whoever asks it waits for the customer.
            consent_hold: Duration::from_secs(1),
            apart: plan.apart,
            ..TestSettings::default()
        })
        .await
    }

    /// The gateway that stands in the place of the hosted API. Panics where there is none.
    pub fn hosted(&self) -> &Self {
        self.rest.hosted.as_deref().expect("a test in front of another gateway")
    }

    /// A gateway in front of another one, over a line that loses what it is told to lose.
    pub async fn over_a_line(change: impl FnOnce(&mut TestSettings)) -> (Self, Line) {
        let front = Self::with(|plan| {
            plan.pg = PgUnderTest::Hosted;
            change(plan);
        })
        .await;
        let line = Line::to(front.hosted().node.address).await;
        let pg = ProjectPg {
            url: Some(format!("http://{}", line.address)),
            ..front.project(SANDBOX).pg.clone()
        };
        front.set_pg(front.project(SANDBOX).id, &pg).await;
        // Within a second every gateway knows.
        tokio::time::sleep(Duration::from_millis(20)).await;
        front.pass(Duration::from_secs(3), Duration::from_millis(100)).await;
        (front, line)
    }

    /// Gives a project this PG, or these credentials there, whatever it had.
    pub async fn set_pg(&self, project: ProjectId, pg: &ProjectPg) {
        let known = self.store().projects().await.expect("it can be read");
        let was = known.into_iter().find(|known| known.id == project).expect("a project");
        self.store().set_pg(project, &was.pg, pg).await.expect("the same place");
    }

    /// Ends the gateway in the place of the hosted API as a power cut does, and starts it again, elsewhere: `line` leads there.
    pub async fn crash_hosted(&mut self, line: &Line) {
        let hosted = self.rest.hosted.take().expect("a test in front of another gateway");
        let again = Box::pin(async move { hosted.crash().await.up().await }).await;
        line.leads_to(again.node.address);
        self.rest.hosted = Some(Box::new(again));
    }

    /// The PG's ledger, with every debit under the receipt that this gateway gave it: what stands in between gives it one of its own.
    pub async fn ledger(&self) -> Ledger {
        let mut ledger = self.pg.ledger().await;
        let Some(hosted) = &self.rest.hosted else { return ledger };
        let mut here = HashMap::new();
        for debit in &ledger.debits {
            let there = hosted
                .store
                .payment_of_anyone(debit.order_id.parse().expect("an id"))
                .await;
            if let Some(payment) = there.expect("it can be read") {
                here.insert(debit.order_id.clone(), payment.order.order_id);
            }
        }
        ledger.rename_orders(&here);
        ledger
    }
}

/// The project of the same name at `hosted`, as this one's PG.
pub(super) fn pg_at(hosted: &TestGateway, project: &Project, pepper: &Pepper) -> ProjectPg {
    let credentials = PgCredentials {
        client_key: format!("{}_client_key", project.name),
        secret_key: format!("{}_secret_key", project.name).into(),
        return_url: None,
    };
    ProjectPg {
        name: PgName::Hosted,
        url: Some(format!("http://{}", hosted.node.address)),
        credentials: seal_pg_credentials(pepper, project.id, &credentials),
        absence_proven_after_ms: None,
        answers: None,
    }
}
