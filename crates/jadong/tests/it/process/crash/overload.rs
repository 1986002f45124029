//! No crash, but a store that cannot keep up: what it refuses to record must not be forgotten.

use super::Arena;
use crate::process::load::Load;

#[tokio::test(flavor = "multi_thread")]
async fn a_store_without_room_for_a_verdict_leaves_no_receipt_stuck() {
    let arena = Arena::open(&[("JADONG_WRITE_QUEUE_MAX", "1"), ("JADONG_WRITE_GROUP_MAX", "1")]).await;
    let load = Load {
        clients: 48,
        keys_each: 2,
        destroy_every: 5,
    };
    let stories = load.start(&arena.api, "tight", 50_000_000).finish().await;
    let refused = stories.iter().map(|story| story.retries).sum::<u32>();
    assert!(refused > 0, "a queue of one must have refused somebody");
    arena.judge("a queue of one", &stories).await;
}
