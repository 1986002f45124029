//! Searches of the manual take turns: the whole manual is read for each, and the API beside it has the first right to the
//! processor.

use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::RETRY_AFTER;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// Searches that may wait for their turn; one more is told to come back.
static WAITING: Semaphore = Semaphore::const_new(16);
static TURN: Semaphore = Semaphore::const_new(1);
/// A rest between two is no longer, however slow the machine.
const REST_MAX: Duration = Duration::from_millis(100);

/// One search at a time, on a thread apart, and then a rest of four times what it took.
pub async fn of_searches(request: Request, next: Next) -> Response {
    if !request.uri().path().ends_with("/search") {
        return next.run(request).await;
    }
    let busy = || {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            [(RETRY_AFTER, "1")],
            "try again in a moment\n",
        )
            .into_response()
    };
    let Ok(_place) = WAITING.try_acquire() else {
        return busy();
    };
    let Ok(turn) = TURN.acquire().await else { return busy() };
    let started = Instant::now();
    let (search, runtime) = (next.run(request), Handle::current());
    let answered = tokio::task::spawn_blocking(move || runtime.block_on(search)).await;
    let rest = (started.elapsed() * 4).min(REST_MAX);
    tokio::spawn(async move {
        tokio::time::sleep(rest).await;
        drop(turn);
    });
    answered.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn many_searches_take_turns_and_nothing_else_waits_for_them() {
        let slow = || async { std::thread::sleep(Duration::from_millis(20)) };
        let pages = Router::new()
            .route("/manual/en/search", get(slow))
            .route("/manual/en", get(|| async {}))
            .layer(axum::middleware::from_fn(of_searches));
        let ask = move |path: &'static str| {
            let pages = pages.clone();
            async move {
                pages
                    .oneshot(Request::get(path).body(Body::empty()).unwrap())
                    .await
                    .unwrap()
            }
        };
        let searches: Vec<_> = (0..40).map(|_| tokio::spawn(ask("/manual/en/search"))).collect();
        let began = Instant::now();
        assert_eq!(ask("/manual/en").await.status(), StatusCode::OK);
        assert!(began.elapsed() < Duration::from_millis(500), "{:?}", began.elapsed());
        let (mut found, mut told_to_wait) = (0, 0);
        for search in searches {
            let answer = search.await.unwrap();
            match answer.status() {
                StatusCode::OK => found += 1,
                _ => {
                    assert_eq!(answer.headers()[RETRY_AFTER], "1");
                    told_to_wait += 1;
                }
            }
        }
        assert!(found >= 16 && told_to_wait > 0, "{found} {told_to_wait}");
    }
}
