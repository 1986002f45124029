//! Counts for overviews.

use domain::ProjectId;
use domain::ids::ObjectId;
use jadong_store::HourlyCount;

use crate::engine::Engine;

fn counted(project: u32, hour: i64, why: &str, count: u64) -> HourlyCount {
    HourlyCount {
        project_id: ProjectId(ObjectId::from_parts(1, [0; 5], project)),
        hour,
        what: "declined".to_owned(),
        why: why.to_owned(),
        count,
    }
}

pub async fn counts_add_up_and_old_hours_are_forgotten<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let of = counted(1, 0, "", 1).project_id;
    let first = vec![counted(1, 10, "a", 2), counted(1, 11, "a", 3)];
    store.add_counts(of, first, 0).await.unwrap();
    let others = counted(2, 11, "a", 50);
    store.add_counts(others.project_id, vec![others], 0).await.unwrap();
    store
        .add_counts(of, vec![counted(1, 11, "a", 1), counted(1, 11, "b", 7)], 0)
        .await
        .unwrap();
    assert_eq!(
        store.counts(of, 11).await.unwrap(),
        [counted(1, 11, "a", 4), counted(1, 11, "b", 7)]
    );
    assert_eq!(store.counts(of, 10).await.unwrap()[0].count, 6);
    let mut by_hour = store.counts_by_hour(of, 10, "declined").await.unwrap();
    by_hour.sort_unstable();
    assert_eq!(by_hour, [(10, 2), (11, 4), (11, 7)]);
    assert!(store.counts_by_hour(of, 10, "paid").await.unwrap().is_empty());
    store.add_counts(of, Vec::new(), 11).await.unwrap();
    assert_eq!(store.counts(of, 10).await.unwrap()[0].count, 4);
    assert_eq!(store.count_in_doubt(of).await.unwrap(), 0);
    assert_eq!(store.count_needs_person(of).await.unwrap(), 0);
    store.close().await;
}
