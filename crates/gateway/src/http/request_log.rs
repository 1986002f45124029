//! One line and one measurement a request: method, endpoint, status, error code, time. Never a body, never a query.

use std::time::Instant;

use axum::extract::MatchedPath;
use domain::ErrorCode;
use http::{Method, StatusCode};

use super::finish_response::RequestContext;

/// What is logged of a request.
pub struct LogEntry {
    pub method: Method,
    pub endpoint: Option<MatchedPath>,
    pub started: Instant,
}

impl LogEntry {
    pub fn write(&self, asked: &RequestContext, status: StatusCode, code: Option<ErrorCode>) {
        let endpoint = self.endpoint.as_ref().map_or("(none)", MatchedPath::as_str).to_owned();
        let elapsed = self.started.elapsed();
        let error_code = code.map_or("", ErrorCode::name);
        metrics::histogram!("jadong_http_request_seconds", "endpoint" => endpoint.clone(), "status" => status_class(status))
            .record(elapsed.as_secs_f64());
        if !error_code.is_empty() {
            metrics::counter!("jadong_errors_total", "error_code" => error_code).increment(1);
        }
        let took_ms = self.took_ms();
        let (method, status, request_id) = (self.method.as_str(), status.as_u16(), asked.request_id);
        if status >= 500 {
            tracing::error!(%request_id, method, endpoint, status, error_code, took_ms, "answered");
        } else {
            tracing::info!(%request_id, method, endpoint, status, error_code, took_ms, "answered");
        }
    }

    /// How long it has taken until now.
    pub fn took_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

fn status_class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}
