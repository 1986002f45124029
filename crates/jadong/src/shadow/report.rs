//! What was found so far, by endpoint and SDK.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::Serialize;

use super::difference::Difference;
use super::endpoint::{self, Endpoint};
use super::exchange::Exchange;

/// Rows; what comes afterwards is counted together.
const ROWS_MAX: usize = 500;
/// Differences of a row, counted likewise.
const DIFFERENCES_MAX: usize = 100;

/// Why there was no twin's answer to compare with, or nothing at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It names a receipt or a reserve that was made before the shadow began, or that the sandbox was not asked for.
    NoTwin,
    /// The answer is the bank's, the PG's or the customer's.
    PgOrCustomer,
    /// A reserve that is being debited, or was.
    ReserveDue,
    /// Who may ask is the upstream's to know.
    Credentials,
    /// The request would make the sandbox tell the merchant something.
    WouldTellTheMerchant,
    RequestNotJson,
    SandboxFailed,
    UpstreamFailed,
    UnknownEndpoint,
    TooLarge,
    Busy,
    MerchantLeft,
    Failed,
}

/// What became of one exchange.
#[derive(Debug, PartialEq)]
pub enum Verdict {
    /// As Jadong answered it.
    Same,
    /// As Jadong's document describes it; why Jadong was not asked.
    AsDescribed(Why),
    Different(Vec<Difference>),
    NotCompared(Why),
}

#[derive(Debug, Default, Clone, Serialize)]
pub struct Row {
    pub requests: u64,
    pub same: u64,
    pub different: u64,
    pub as_described: BTreeMap<Why, u64>,
    pub not_compared: BTreeMap<Why, u64>,
    #[serde(serialize_with = "as_list")]
    pub differences: IndexMap<Difference, u64>,
    /// Of differences beyond those that are listed.
    pub more_differences: u64,
}

#[derive(Serialize)]
struct Counted<'a> {
    #[serde(flatten)]
    difference: &'a Difference,
    count: u64,
}

fn as_list<S: serde::Serializer>(found: &IndexMap<Difference, u64>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(found.iter().map(|(difference, count)| Counted {
        difference,
        count: *count,
    }))
}

impl Row {
    fn add(&mut self, verdict: Verdict) {
        self.requests += 1;
        match verdict {
            Verdict::Same => self.same += 1,
            Verdict::AsDescribed(why) => *self.as_described.entry(why).or_default() += 1,
            Verdict::NotCompared(why) => *self.not_compared.entry(why).or_default() += 1,
            Verdict::Different(differences) => {
                self.different += 1;
                for difference in differences {
                    if self.differences.contains_key(&difference) || self.differences.len() < DIFFERENCES_MAX {
                        *self.differences.entry(difference).or_default() += 1;
                    } else {
                        self.more_differences += 1;
                    }
                }
            }
        }
    }
}

/// What was found, by endpoint and SDK. Clones share it.
#[derive(Clone)]
pub struct Report {
    upstream: Arc<str>,
    since: Timestamp,
    rows: Arc<Mutex<BTreeMap<(String, String), Row>>>,
}

/// The report at one moment.
#[derive(Serialize)]
pub struct Summary {
    pub upstream: String,
    pub since: String,
    pub until: String,
    pub requests: u64,
    pub same: u64,
    pub as_described: u64,
    pub different: u64,
    pub not_compared: u64,
    pub endpoints: Vec<EndpointSummary>,
}

#[derive(Serialize)]
pub struct EndpointSummary {
    pub endpoint: String,
    pub sdk: String,
    #[serde(flatten)]
    pub row: Row,
}

impl Report {
    pub fn of(upstream: &str) -> Self {
        Self {
            upstream: upstream.into(),
            since: Timestamp::now(),
            rows: Arc::default(),
        }
    }

    pub fn record(&self, exchange: &Exchange, verdict: Verdict) {
        let name = match Endpoint::of(&exchange.method, &exchange.path) {
            Some(endpoint) => format!("{} {}", exchange.method, endpoint.template),
            None => endpoint::unknown(&exchange.method, &exchange.path),
        };
        let mut key = (name, exchange.sdk.clone());
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        if rows.len() >= ROWS_MAX && !rows.contains_key(&key) {
            key = ("…".to_owned(), "…".to_owned());
        }
        rows.entry(key).or_default().add(verdict);
    }

    pub fn summary(&self) -> Summary {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let sum = |count: fn(&Row) -> u64| rows.values().map(count).sum();
        Summary {
            upstream: self.upstream.to_string(),
            since: written(self.since),
            until: written(Timestamp::now()),
            requests: sum(|row| row.requests),
            same: sum(|row| row.same),
            as_described: sum(|row| row.as_described.values().sum()),
            different: sum(|row| row.different),
            not_compared: sum(|row| row.not_compared.values().sum()),
            endpoints: rows
                .into_iter()
                .map(|((endpoint, sdk), row)| EndpointSummary { endpoint, sdk, row })
                .collect(),
        }
    }
}

/// To the second, with Korea's offset, as the API writes times.
fn written(at: Timestamp) -> String {
    domain::EpochMs(at.as_millisecond()).to_wire()
}

#[cfg(test)]
mod tests {
    use super::super::difference::Kind;
    use super::*;

    fn exchange(path: &str) -> Exchange {
        Exchange {
            method: "GET".to_owned(),
            path: path.to_owned(),
            query: String::new(),
            sdk: "x".to_owned(),
            asked: Default::default(),
            status: 200,
            answered: Vec::new(),
        }
    }

    #[test]
    fn rows_and_differences_are_bounded_and_nothing_is_lost_from_the_sums() {
        let report = Report::of("http://h");
        for number in 0..600_u32 {
            let name: String = number
                .to_string()
                .bytes()
                .map(|digit| char::from(digit - b'0' + b'a'))
                .collect();
            report.record(&exchange(&format!("/v2/{name}")), Verdict::Same);
        }
        for number in 0..200 {
            let found = vec![Difference::new(Kind::Type, &number.to_string(), "a", "b")];
            report.record(&exchange("/v2/a"), Verdict::Different(found));
        }
        let summary = report.summary();
        assert_eq!((summary.requests, summary.same, summary.different), (800, 600, 200));
        assert_eq!(summary.endpoints.len(), ROWS_MAX + 1);
        let row = &summary
            .endpoints
            .iter()
            .find(|one| one.endpoint == "GET /v2/a")
            .unwrap()
            .row;
        assert_eq!((row.differences.len(), row.more_differences), (100, 100));
    }
}
