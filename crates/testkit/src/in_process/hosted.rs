//! Another gateway in the place of the hosted API.

use std::time::Duration;

use domain::fingerprint::Pepper;
use domain::project::{PgName, Project, ProjectPg};
use gateway::seal_pg_credentials;
use pg::PgCredentials;
use seams::TestClock;

use super::{PgUnderTest, TestGateway, TestSettings};

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
            ..TestSettings::default()
        })
        .await
    }

    /// The gateway that stands in the place of the hosted API. Panics where there is none.
    pub fn hosted(&self) -> &Self {
        self.rest.hosted.as_deref().expect("a test in front of another gateway")
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
    }
}
