//! Every named point of the flow, and a second crash while the first one is being recovered from.

use super::{Arena, rounds};
use crate::money::points::MONEY_POINTS;
use crate::process::load::Load;
use crate::process::retention;

/// Kills the gateway when `point` is passed the n-th time, restarts it with each of `next` in turn, and then without.
async fn survives(point: &str, nth: u64, next: &[(&str, u64)]) {
    let armed = |(name, nth): (&str, u64)| format!("{name}:{nth}");
    let first = armed((point, nth));
    let mut arena = Arena::open(&[("JADONG_CRASH_AT", &first)]).await;
    let load = Load {
        clients: 16,
        keys_each: 2,
        destroy_every: 2,
    };
    let running = load.start(&arena.api, point, 20_000_000);
    assert!(arena.has_crashed().await, "{first} was never reached");
    for second in next {
        let second = armed(*second);
        arena.restart(&[("JADONG_CRASH_AT", &second)]).await;
        assert!(arena.has_crashed().await, "{second} was never reached");
    }
    arena.restart(&[]).await;
    let stories = running.finish().await;
    assert_eq!(stories.len(), 32);
    let names: Vec<_> = std::iter::once(first)
        .chain(next.iter().map(|second| armed(*second)))
        .collect();
    arena.judge(&names.join(", then "), &stories).await;
}

macro_rules! every_point {
    ($($name:ident: $($nth:literal),*;)*) => {
        const COVERED: &[&str] = &[$(stringify!($name)),*];

        $(
            #[tokio::test(flavor = "multi_thread")]
            #[cfg_attr(not(feature = "failpoints"), ignore = "needs the feature failpoints")]
            async fn $name() {
                for round in 0..rounds() {
                    for nth in [$($nth),*] {
                        survives(stringify!($name), nth + round % 8, &[]).await;
                    }
                }
            }
        )*
    };
}

every_point! {
    request_before_commit: 1, 17;
    request_after_commit: 1, 12;
    request_after_pg: 2, 15;
    request_after_outcome_commit: 3, 18;
    publish_after_commit: 1, 13;
    publish_after_pg: 2, 9;
    publish_after_outcome_commit: 1, 14;
    destroy_after_commit: 1, 6;
    destroy_after_pg: 2, 7;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(feature = "failpoints"), ignore = "needs the feature failpoints")]
async fn a_second_crash_during_recovery_loses_nothing() {
    for round in 0..rounds() {
        let nth = 3 + round % 8;
        survives("publish_after_pg", nth, &[("publish_after_commit", 1)]).await;
        survives(
            "request_after_pg",
            nth,
            &[("request_before_commit", 1), ("request_after_commit", 2)],
        )
        .await;
        survives("destroy_after_commit", 2, &[("publish_after_outcome_commit", 1)]).await;
    }
}

/// A point that is added to the gateway and neither to the list above nor to those of `money` is found here.
#[test]
fn no_crash_point_of_the_gateway_is_left_out() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../gateway/src");
    let mut found = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the gateway's source") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).expect("text");
                let uses = text.split("crash_point!(\"").skip(1);
                found.extend(uses.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    let mut covered = [COVERED, MONEY_POINTS, retention::POINTS].concat();
    covered.sort_unstable();
    assert_eq!(found, covered);
}
