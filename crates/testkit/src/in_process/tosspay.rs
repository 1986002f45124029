//! The simulated Toss Pay as the projects' own PG.

use domain::fingerprint::Pepper;
use domain::project::{PgName, Project, ProjectPg};
use gateway::seal_pg_credentials;
use pg::PgCredentials;
use simulator::{RunningSimulator, TOSS_LIVE_KEY};

pub(super) fn pg_at(simulator: &RunningSimulator, project: &Project, pepper: &Pepper) -> ProjectPg {
    let credentials = PgCredentials {
        client_key: String::new(),
        secret_key: TOSS_LIVE_KEY.to_owned().into(),
        return_url: Some("https://shop.example/back".to_owned()),
    };
    ProjectPg {
        name: PgName::Tosspay,
        url: Some(simulator.url()),
        credentials: seal_pg_credentials(pepper, project.id, &credentials),
        absence_proven_after_ms: None,
        answers: None,
    }
}
