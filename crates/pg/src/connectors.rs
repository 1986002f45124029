//! Which connector a project's PG has. The only place that goes by a PG's name.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::project::{PgName, ProjectPg};
use seams::{Clock, Entropy};

use crate::capabilities::{Capabilities, Ids, Measured};
use crate::connector::Connector;
use crate::credentials::PgCredentials;
use crate::hosted::measure::{Measuring, Waits, answers};
use crate::hosted::{self, HELD_AT_MOST, Hint, Hosted};
use crate::line::{Line, LineSettings, NoClient};
use crate::tosspay::{self, Tosspay};

/// The hosted Bootpay API.
const HOSTED_URL: &str = "https://api.bootpay.co.kr";
/// Toss Pay, for real money and for its test key.
const TOSSPAY_URL: &str = "https://pay.toss.im";

/// How PGs are called that are not the configuration's.
#[derive(Debug, Clone, Copy)]
pub struct CallTimes {
    pub connect_timeout: Duration,
    pub read_timeout: Duration,
    /// Calls under way at once at each PG.
    pub calls_max: usize,
    pub queue_wait: Duration,
}

/// Where a PG's calls go: what is slow or cannot be reached there says nothing of another.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct PgPlace {
    name: PgName,
    url: String,
}

impl PgPlace {
    /// Of a project's PG.
    #[must_use]
    pub fn of(pg: &ProjectPg) -> Self {
        Self {
            name: pg.name,
            url: url(pg).to_owned(),
        }
    }
}

/// The address that is called, without a trailing slash; empty where the configuration says.
#[must_use]
pub fn url(pg: &ProjectPg) -> &str {
    let own = usual_url(pg.name);
    pg.url.as_deref().unwrap_or(own).trim_end_matches('/')
}

/// What a project's own PG can do, whether or not it can be called now: how an unknown outcome ends must not hang on that.
#[must_use]
pub fn capabilities_of(pg: &ProjectPg) -> Option<Capabilities> {
    match pg.name {
        PgName::Nicepay => None,
        PgName::Hosted => Some(hosted::capabilities(&measured(pg))),
        PgName::Tosspay => Some(tosspay::capabilities(&measured(pg))),
    }
}

/// What is concluded where a project's PG is not known: nothing.
#[must_use]
pub fn careful() -> Capabilities {
    Capabilities {
        ids: Ids::Ours,
        ..hosted::capabilities(&Measured::default())
    }
}

/// What the project's answers say; the connectors go by it.
fn measured(pg: &ProjectPg) -> Measured {
    let absence_ms = pg.absence_proven_after_ms.and_then(|ms| u64::try_from(ms).ok());
    Measured {
        absence_proven_after: absence_ms.map(Duration::from_millis),
        ..answers::measured(pg.answers.as_ref())
    }
}

/// The usual address of a PG that projects have of their own.
#[must_use]
pub fn usual_url(name: PgName) -> &'static str {
    match name {
        PgName::Nicepay => "",
        PgName::Hosted => HOSTED_URL,
        PgName::Tosspay => TOSSPAY_URL,
    }
}

/// Whether a project says itself who it is there, and not the configuration.
#[must_use]
pub fn needs_credentials(name: PgName) -> bool {
    match name {
        PgName::Nicepay => false,
        PgName::Hosted | PgName::Tosspay => true,
    }
}

/// Whether a project's customers decide on a page of its PG, and come back from it.
#[must_use]
pub fn has_pages(name: PgName) -> bool {
    name == PgName::Tosspay
}

/// Whether keys can be looked up there that were issued elsewhere, so that they can be taken over.
#[must_use]
pub fn finds_keys(pg: &ProjectPg) -> bool {
    pg.name == PgName::Hosted
}

/// Whether webhooks of it are read here, as hints.
#[must_use]
pub fn sends_hints(pg: &ProjectPg) -> bool {
    pg.name == PgName::Hosted
}

/// What a webhook of the project's PG is about; `None`: nothing that is known here, or nothing that can be read.
#[must_use]
pub fn hint(pg: &ProjectPg, body: &[u8]) -> Option<Hint> {
    match pg.name {
        PgName::Hosted => hosted::hint(body),
        PgName::Nicepay | PgName::Tosspay => None,
    }
}

/// A project's PG cannot be called.
#[derive(Debug, thiserror::Error)]
pub enum NoConnector {
    #[error("the project has no credentials for its PG, or they do not open with this installation's key")]
    NoCredentials,
    #[error("the project's credentials have characters that cannot be sent")]
    Credentials,
    #[error("the project's PG is the one of the configuration")]
    OfConfiguration,
    #[error("the configuration has no PG, and the project none of its own")]
    NotConfigured,
    #[error(transparent)]
    Client(#[from] NoClient),
}

/// Makes connectors. Those of one PG share a line.
pub struct Connectors {
    configured: Option<Arc<dyn Connector>>,
    times: CallTimes,
    clock: Arc<dyn Clock>,
    made: Mutex<Made>,
}

struct Made {
    lines: HashMap<PgPlace, Arc<Line>>,
    nodes: NonZeroU32,
}

impl Connectors {
    /// `configured` is of all projects that have no PG of their own; `None`: they have none.
    #[must_use]
    pub fn new(configured: Option<Arc<dyn Connector>>, times: CallTimes, clock: Arc<dyn Clock>) -> Self {
        let lines = HashMap::new();
        Self {
            configured,
            times,
            clock,
            made: Mutex::new(Made {
                lines,
                nodes: NonZeroU32::MIN,
            }),
        }
    }

    /// The connector of the configuration's PG.
    #[must_use]
    pub fn configured(&self) -> Option<Arc<dyn Connector>> {
        self.configured.clone()
    }

    /// Whether a project with it goes through the configuration's PG.
    #[must_use]
    pub fn is_configured(pg: &ProjectPg) -> bool {
        pg.name == PgName::Nicepay
    }

    /// The connector of a project. No call is made.
    pub fn of(&self, pg: &ProjectPg, credentials: Option<PgCredentials>) -> Result<Arc<dyn Connector>, NoConnector> {
        if Self::is_configured(pg) {
            return self.configured().ok_or(NoConnector::NotConfigured);
        }
        own(pg, credentials, self.line(pg)?)
    }

    fn line(&self, pg: &ProjectPg) -> Result<Arc<Line>, NoClient> {
        let place = PgPlace::of(pg);
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = made.lines.get(&place) {
            return Ok(line.clone());
        }
        let line = Arc::new(new_line(pg, self.times, self.clock.clone())?);
        line.share_among(made.nodes);
        made.lines.insert(place, line.clone());
        Ok(line)
    }

    /// So many nodes call each PG.
    pub fn share_among(&self, nodes: NonZeroU32) {
        if let Some(configured) = &self.configured {
            configured.share_among(nodes);
        }
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.nodes = nodes;
        for line in made.lines.values() {
            line.share_among(nodes);
        }
    }
}

/// The connector of one project by itself, for a command: of a PG that projects have of their own.
pub fn connector_of(
    pg: &ProjectPg,
    credentials: Option<PgCredentials>,
    times: CallTimes,
    clock: Arc<dyn Clock>,
) -> Result<Arc<dyn Connector>, NoConnector> {
    own(pg, credentials, Arc::new(new_line(pg, times, clock)?))
}

/// A project's PG cannot be measured.
#[derive(Debug, thiserror::Error)]
pub enum NotMeasurable {
    #[error("only a project whose PG is `hosted` can be measured; this one's is `{0}`")]
    OtherPg(&'static str),
    #[error(transparent)]
    NoConnector(#[from] NoConnector),
}

/// Errors: it is a PG that there are no probes for.
pub fn check_measurable(pg: &ProjectPg) -> Result<(), NotMeasurable> {
    match pg.name {
        PgName::Hosted => Ok(()),
        other => Err(NotMeasurable::OtherPg(other.name())),
    }
}

/// A measuring of a project's PG, for a command. No call is made.
pub fn measuring_of(
    pg: &ProjectPg,
    credentials: Option<PgCredentials>,
    times: CallTimes,
    waits: Waits,
    clock: Arc<dyn Clock>,
    entropy: &dyn Entropy,
) -> Result<Measuring, NotMeasurable> {
    check_measurable(pg)?;
    let credentials = credentials.ok_or(NoConnector::NoCredentials)?;
    let line = new_line(pg, times, clock.clone()).map_err(NoConnector::from)?;
    let hosted = Hosted::new(Arc::new(line), &credentials, Measured::default());
    Ok(Measuring::new(
        hosted.ok_or(NoConnector::Credentials)?,
        waits,
        clock,
        entropy,
    ))
}

fn own(pg: &ProjectPg, credentials: Option<PgCredentials>, line: Arc<Line>) -> Result<Arc<dyn Connector>, NoConnector> {
    let credentials = || credentials.ok_or(NoConnector::NoCredentials);
    match pg.name {
        PgName::Nicepay => Err(NoConnector::OfConfiguration),
        PgName::Hosted => {
            let hosted = Hosted::new(line, &credentials()?, measured(pg));
            Ok(Arc::new(hosted.ok_or(NoConnector::Credentials)?))
        }
        PgName::Tosspay => {
            let tosspay = Tosspay::new(line, credentials()?, measured(pg));
            Ok(Arc::new(tosspay.ok_or(NoConnector::Credentials)?))
        }
    }
}

fn new_line(pg: &ProjectPg, times: CallTimes, clock: Arc<dyn Clock>) -> Result<Line, NoClient> {
    let settings = LineSettings {
        base_url: url(pg).to_owned(),
        connect_timeout: times.connect_timeout,
        read_timeout: times.read_timeout,
        held_timeout: Some(HELD_AT_MOST.max(times.read_timeout)),
        calls_max: times.calls_max,
        queue_wait: times.queue_wait,
    };
    Line::new(settings, clock)
}
