//! What a request of a sandbox asks to become of its own calls to the simulated PG. It follows the request into the tasks that finish
//! its work, and no further: another request, or a worker, asks for nothing. So nothing can be left behind, or meet a stranger.

use pg::TestOutcomes;

tokio::task_local! {
    static ASKED: TestOutcomes;
}

/// Does `work` for a request that asks for them.
pub async fn asking<T>(asked: TestOutcomes, work: impl Future<Output = T>) -> T {
    ASKED.scope(asked, work).await
}

/// What this request asks for.
pub fn asked() -> TestOutcomes {
    ASKED.try_with(|asked| *asked).unwrap_or_default()
}

/// `work` that another task does for the same request.
pub fn carried<T>(work: impl Future<Output = T>) -> impl Future<Output = T> {
    ASKED.scope(asked(), work)
}
