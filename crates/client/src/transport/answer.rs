//! Reading an answer.

use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde::de::DeserializeOwned;

use super::Call;
use crate::error::{Error, UnexpectedAnswer, api};

/// An answer, whole.
pub(crate) struct Raw {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// What the headers of a success say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Headers {
    /// `Jadong-Consent`.
    pub(crate) consent: Option<String>,
    /// `Jadong-Replayed: true`.
    pub(crate) is_replay: bool,
}

impl Raw {
    /// Success is exactly HTTP 200 with a body that has no `error_code`.
    pub(crate) fn understand<T: DeserializeOwned>(&self, call: &Call<'_>) -> Result<(T, Headers), Error> {
        let body: serde_json::Value = serde_json::from_str(&self.text).map_err(|_| self.unexpected(call, "no JSON"))?;
        if self.status != 200 || body.get("error_code").is_some_and(|code| !code.is_null()) {
            return Err(self.refusal(body, call));
        }
        let read = serde_json::from_value(body);
        // serde's message can quote a value; its place is enough.
        let read = read.map_err(|error| self.unexpected(call, &format!("{:?} error", error.classify())))?;
        Ok((read, self.headers()))
    }

    fn refusal(&self, body: serde_json::Value, call: &Call<'_>) -> Error {
        let cleaned = |text: String| match &call.body {
            Some(sent) => sent.cleaned(text),
            None => text,
        };
        let read = serde_json::from_value::<api::Body>(body).ok();
        match read.and_then(|body| body.into_error(self.status, self.retry_after(), call.effect, cleaned)) {
            Some(error) => error.into(),
            None => self.unexpected(call, "no error_code"),
        }
    }

    pub(crate) fn unexpected(&self, call: &Call<'_>, reason: &str) -> Error {
        Error::Unexpected(UnexpectedAnswer {
            http_status: self.status,
            reason: reason.to_owned(),
            effect: call.effect,
        })
    }

    /// Seconds; a date is not read.
    fn retry_after(&self) -> Option<Duration> {
        let seconds = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
        Some(Duration::from_secs(seconds))
    }

    fn headers(&self) -> Headers {
        let header = |name: &str| self.headers.get(name).and_then(|value| value.to_str().ok());
        Headers {
            consent: header("jadong-consent").map(str::to_owned),
            is_replay: header("jadong-replayed") == Some("true"),
        }
    }
}
