//! Measuring the hosted API. Another gateway stands in its place, and something between the two that says what the real one might.

mod between;
mod command;
mod consents;
mod money;
mod settings;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::Won;
use domain::project::{PgName, ProjectPg};
use pg::measure::{Act, Desk, Found, KeyPairs, Left, Measuring, Plan, Probe, Progress, Stopped, Waits, merged};
use pg::{BoxFuture, CallTimes, PgCredentials, measuring_of};
use seams::{OsEntropy, SystemClock};
use testkit::process::{Gateway, TestDir};

use self::between::{Between, Temper};

const TIMES: CallTimes = CallTimes {
    connect_timeout: Duration::from_secs(5),
    read_timeout: Duration::from_secs(20),
    calls_max: 8,
    queue_wait: Duration::from_secs(5),
};
const WAITS: Waits = Waits {
    look: Duration::from_millis(20),
    listed: Duration::from_millis(400),
    settles: Duration::from_millis(150),
    person: Duration::from_secs(20),
    lost: Duration::from_secs(5),
};

/// Allows what it is told to, and stops when it is told to.
struct Allowing {
    probes: Vec<Probe>,
    asked: Mutex<Vec<Probe>>,
    stops_at_a_debit: bool,
    measuring: Arc<Measuring>,
}

impl Allowing {
    fn all(probes: &[Probe], measuring: &Arc<Measuring>) -> Self {
        Self {
            probes: probes.to_vec(),
            asked: Mutex::default(),
            stops_at_a_debit: false,
            measuring: measuring.clone(),
        }
    }
}

impl Desk for Allowing {
    fn may<'a>(&'a self, act: &'a Act) -> BoxFuture<'a, bool> {
        self.asked.lock().unwrap().push(act.probe());
        Box::pin(async { self.probes.contains(&act.probe()) })
    }

    fn tell(&self, progress: &Progress<'_>) {
        if self.stops_at_a_debit && matches!(progress, Progress::Debiting { .. }) {
            self.measuring.stop();
        }
    }
}

/// With the credentials of the sandbox's project at `url`.
fn measuring_at(url: &str, waits: Waits) -> Arc<Measuring> {
    let pg = ProjectPg {
        name: PgName::Hosted,
        url: Some(url.to_owned()),
        ..ProjectPg::default()
    };
    let credentials = PgCredentials {
        client_key: "sandbox_client_key".to_owned(),
        secret_key: "sandbox_secret_key".to_owned().into(),
        return_url: None,
    };
    let made = measuring_of(&pg, Some(credentials), TIMES, waits, Arc::new(SystemClock), &OsEntropy);
    Arc::new(made.unwrap())
}

/// The hosted API, and what is between.
struct Upstream {
    hosted: Gateway,
    _dir: TestDir,
    between: Between,
}

/// What a measuring came to.
struct Came {
    done: Result<(), Stopped>,
    measuring: Arc<Measuring>,
    left: Vec<Left>,
    asked: Vec<Probe>,
}

impl Came {
    /// What a question came to, by its name.
    fn found(&self, question: &str) -> Found {
        let rows = self.measuring.rows();
        let its: Vec<_> = rows.iter().filter(|row| row.question.name() == question).collect();
        assert_eq!(its.len(), 1, "each question once: {question} in {rows:?}");
        its[0].found.clone()
    }

    fn says(&self, question: &str) -> String {
        match self.found(question) {
            Found::Measured(says) => says,
            other => panic!("{question}: {other:?}"),
        }
    }

    fn absence(&self) -> Option<Duration> {
        let answers = merged(None, &self.measuring.rows(), domain::EpochMs(1));
        pg::measure::absence_proven_after(answers.as_ref())
    }
}

impl Upstream {
    async fn with(temper: Temper) -> Self {
        let dir = TestDir::empty();
        let hosted = dir.serve(&[("JADONG_CONSENT_HOLD", "3s")]).await;
        let between = Between::to(&hosted.url, temper).await;
        Self {
            hosted,
            _dir: dir,
            between,
        }
    }

    fn plan() -> Plan {
        Plan {
            key: None,
            refused_key: None,
            payer: None,
            price: Won::new(1000).unwrap(),
            key_pairs: KeyPairs::Sandbox,
            waits: WAITS,
        }
    }

    async fn plan_with_key(&self) -> Plan {
        Plan {
            key: Some(self.hosted.merchant().key().await),
            ..Self::plan()
        }
    }

    async fn measure(&self, plan: Plan, probes: &[Probe]) -> Came {
        self.measure_until(plan, probes, false).await
    }

    async fn measure_until(&self, mut plan: Plan, probes: &[Probe], stops_at_a_debit: bool) -> Came {
        let measuring = measuring_at(&self.between.url, plan.waits);
        let desk = Allowing {
            stops_at_a_debit,
            ..Allowing::all(probes, &measuring)
        };
        let done = measuring.run(&mut plan, &desk).await;
        let left = measuring.give_back(&desk).await;
        Came {
            done,
            left,
            asked: desk.asked.into_inner().unwrap(),
            measuring,
        }
    }

    /// How many debits there were, and what of them is kept.
    async fn debits(&self) -> (usize, u64) {
        let ledger = self.hosted.pg().ledger().await;
        let kept = ledger.totals.debited - ledger.totals.refunded;
        (ledger.debits.len(), kept)
    }
}
