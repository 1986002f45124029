//! `kill -9` from outside, at moments that no test chose.

use std::time::Duration;

use super::{Arena, rounds};
use crate::process::load::Load;
use testkit::Dice;

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_at_any_moment_loses_nothing() {
    for round in 0..rounds() {
        let mut dice = Dice::new(41 + round);
        let mut arena = Arena::open(&[]).await;
        let load = Load {
            clients: 16,
            keys_each: 6,
            destroy_every: 3,
        };
        let running = load.start(&arena.api, "kill", 30_000_000);
        for _ in 0..5 {
            tokio::time::sleep(Duration::from_millis(100 + dice.below(700))).await;
            assert!(!running.is_finished(), "the load must outlast the kills");
            arena.kill().await;
            arena.restart(&[]).await;
        }
        let stories = running.finish().await;
        assert_eq!(stories.len(), 96);
        arena.judge(&format!("kill -9, seed {}", 41 + round), &stories).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kill_9_while_a_restart_takes_things_up_loses_nothing() {
    for round in 0..rounds() {
        let mut dice = Dice::new(73 + round);
        let mut arena = Arena::open(&[]).await;
        let load = Load {
            clients: 16,
            keys_each: 3,
            destroy_every: 4,
        };
        let running = load.start(&arena.api, "again", 40_000_000);
        tokio::time::sleep(Duration::from_millis(500 + dice.below(200))).await;
        arena.kill().await;
        for _ in 0..4 {
            arena.restart(&[]).await;
            tokio::time::sleep(Duration::from_millis(dice.below(60))).await;
            arena.kill().await;
        }
        arena.restart(&[]).await;
        let stories = running.finish().await;
        arena
            .judge(&format!("kill -9 during recovery, seed {}", 73 + round), &stories)
            .await;
    }
}
