use std::time::Duration;

use tokio::task::JoinSet;

use super::*;
use crate::Limit;

fn half(of: char) -> [Share<char>; 1] {
    let limit = Limit::OfFree(1);
    [Share { of, limit }]
}

async fn soon<T>(waits: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(Duration::from_millis(50), waits).await.ok()
}

#[tokio::test]
async fn a_party_that_hangs_leaves_room_and_its_own_wait() {
    let turns = FairSemaphore::new(8);
    let mut hung = Vec::new();
    for _place in 0..4 {
        hung.push(soon(turns.acquire(half('a'))).await.expect("room"));
    }
    assert!(soon(turns.acquire(half('a'))).await.is_none(), "its share is taken");
    for _call in 0..100 {
        drop(soon(turns.acquire(half('b'))).await.expect("room for others"));
    }
    // Whoever gave up meanwhile is in nobody's way.
    drop(hung.pop());
    assert!(soon(turns.acquire(half('a'))).await.is_some());
    assert_eq!(turns.free(), 5);
}

#[tokio::test]
async fn lines_take_turns_however_long_they_are() {
    let turns: FairSemaphore<char, 1> = FairSemaphore::new(2);
    let (first, second) = (turns.acquire(half('x')).await, turns.acquire(half('y')).await);
    let mut waiting = JoinSet::new();
    for name in ['a', 'a', 'a', 'a', 'b', 'a', 'c'] {
        let turns = turns.clone();
        waiting.spawn(async move {
            let _place = turns.acquire(half(name)).await;
            name
        });
        tokio::task::yield_now().await;
    }
    drop(first);
    let mut served = String::new();
    while let Some(name) = waiting.join_next().await {
        served.push(name.unwrap());
    }
    drop(second);
    let place = |name| served.find(name).expect("served");
    assert!(place('b') < 3 && place('c') < 4, "{served}");
    assert_eq!((served.len(), turns.free()), (7, 2));
}

#[tokio::test]
async fn thousands_that_gave_up_cost_nothing() {
    let turns: FairSemaphore<char, 1> = FairSemaphore::new(1);
    let place = turns.acquire(half('a')).await;
    for _caller in 0..20_000 {
        let mut gives_up = Box::pin(turns.acquire(half('a')));
        assert!(futures_poll(gives_up.as_mut()).is_pending());
    }
    assert!(turns.state().waiting.len() <= 1);
    drop(place);
    assert_eq!(turns.free(), 1);
}

#[tokio::test]
async fn now_says_whose_limit_it_is_and_anyway_ignores_it() {
    let turns: FairSemaphore<char, 1> = FairSemaphore::new(4);
    let held: Vec<_> = (0..2)
        .map(|_| turns.try_acquire(half('a')).unwrap_or_else(|_| panic!()))
        .collect();
    assert_eq!(turns.try_acquire(half('a')).err(), Some(NoRoom::Share));
    let more: Vec<_> = (0..3).map(|_| turns.acquire_over_limit(half('a'))).collect();
    assert_eq!(turns.try_acquire(half('b')).err(), Some(NoRoom::All));
    drop((held, more));
    assert_eq!(turns.free(), 4);
}

/// Hands over and gives up at once, from many threads: no place is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_place_is_lost_between_a_grant_and_a_caller_who_leaves() {
    let turns: FairSemaphore<char, 1> = FairSemaphore::new(3);
    let mut callers = JoinSet::new();
    for number in 0..2_000_u64 {
        let turns = turns.clone();
        callers.spawn(async move {
            let wait = Duration::from_micros(number % 50 * 20);
            let name = char::from(b'a' + u8::try_from(number % 5).unwrap());
            if let Ok(place) = tokio::time::timeout(wait, turns.acquire(half(name))).await {
                tokio::task::yield_now().await;
                drop(place);
            }
        });
    }
    while callers.join_next().await.is_some() {}
    assert_eq!(turns.free(), 3);
}

fn futures_poll<F: Future>(future: std::pin::Pin<&mut F>) -> std::task::Poll<F::Output> {
    future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop()))
}
