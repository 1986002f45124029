//! What was measured of a project's PG: what it answered to which question, when, and to which version of the question.

use serde::{Deserialize, Serialize};

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PgAnswer {
    /// What it answers, by the name that the PG's connector has for it.
    pub of: String,
    /// What was seen, in the connector's words.
    pub says: String,
    /// As answers on the wire carry a time: a bare number of that length could be taken for somebody's.
    pub measured_at: String,
    /// Of the probe that saw it: a later one may mean something else by the same words.
    pub probe: u32,
}

/// All of them, as they are stored: what another version of this program has added stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PgAnswers(pub String);

impl PgAnswers {
    /// As they are stored; `None` for none.
    #[must_use]
    pub fn of(answers: &[PgAnswer]) -> Option<Self> {
        let text = serde_json::to_string(answers).ok()?;
        (!answers.is_empty()).then_some(Self(text))
    }

    /// Those that can be read here. What cannot is as if it had not been measured, which is the careful reading.
    #[must_use]
    pub fn list(&self) -> Vec<PgAnswer> {
        let all: Vec<serde_json::Value> = serde_json::from_str(&self.0).unwrap_or_default();
        let read = |one| serde_json::from_value(one).ok();
        all.into_iter().filter_map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_as_if_it_had_not_been_measured() {
        let answer = PgAnswer {
            of: "seen_after_ms".to_owned(),
            says: "812".to_owned(),
            measured_at: "2026-12-01T13:05:46+09:00".to_owned(),
            probe: 1,
        };
        let stored = PgAnswers::of(std::slice::from_ref(&answer)).unwrap();
        assert_eq!(stored.list(), std::slice::from_ref(&answer));
        assert_eq!(PgAnswers::of(&[]), None);
        let more = format!("[{{\"of\":7}},{}", &stored.0[1..]);
        assert_eq!(PgAnswers(more).list(), [answer]);
        for broken in ["", "{}", "[", "null"] {
            assert!(PgAnswers(broken.to_owned()).list().is_empty(), "{broken}");
        }
    }
}
