//! Two acts at the same moment.

use std::future::Future;
use std::time::Duration;

/// Both at once: from 3 ms before to 3 ms after one another, in quarters, as the rounds go on. A step of the one lands beside each
/// step of the other.
pub async fn both<A, B>(round: u64, one: impl Future<Output = A>, other: impl Future<Output = B>) -> (A, B) {
    let behind = Duration::from_micros(250 * (round % 13));
    if round.is_multiple_of(2) {
        tokio::join!(one, async {
            tokio::time::sleep(behind).await;
            other.await
        })
    } else {
        tokio::join!(
            async {
                tokio::time::sleep(behind).await;
                one.await
            },
            other
        )
    }
}
