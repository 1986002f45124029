//! The leads of a sandbox's projects, and claims that see each project at its own time.

use domain::change::Change;
use domain::due::{DueKind, Lease};
use domain::webhook_delivery::ContentType;
use domain::webhook_delivery::{NewDelivery, WebhookType};
use domain::{EpochMs, ProjectId};
use jadong_store::{Busy, LeaseRequest, Store};

use crate::engine::Engine;
use crate::rows::{at, consenting, issuance, moved, open, project_id, receipt_id};

async fn tell(store: &Store, number: u32, project: ProjectId, due: EpochMs) {
    tell_at(store, (number, project), "http://127.0.0.1/hook", due).await;
}

async fn tell_at(store: &Store, (number, project): (u32, ProjectId), url: &str, due: EpochMs) {
    let delivery = NewDelivery {
        id: receipt_id(100 + number),
        project_id: project,
        receipt_id: receipt_id(number),
        url: url.to_owned(),
        content_type: ContentType::Json,
        webhook_type: WebhookType::PaymentCompleted,
        payload: "{}".to_owned(),
        created_at: due,
    };
    let told = store.commit(project, vec![Change::Deliver(Box::new(delivery))]).await;
    told.expect("told");
}

/// Who is leased at `now` by the machine's clock.
async fn leased(store: &Store, now: EpochMs) -> Vec<ProjectId> {
    let request = LeaseRequest {
        now,
        until: now.plus_ms(60_000),
        limit: 10,
        lease: Lease(now.0),
    };
    let leased = store.lease_deliveries(request, &Busy::default()).await.expect("leased");
    leased.into_iter().map(|leased| leased.project).collect()
}

pub async fn a_lead_only_grows_and_survives_a_reopen<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    assert!(store.clock_offsets().await.expect("a read").is_empty());
    for ahead_ms in [5_000, 9_000, 7_000] {
        store.set_clock_offset(project_id(1), ahead_ms).await.expect("kept");
    }
    store.set_clock_offset(project_id(2), 1).await.expect("kept");
    store.close().await;
    drop(store);
    let store = engine.open();
    let mut leads = store.clock_offsets().await.expect("a read");
    leads.sort_by_key(|(_, ahead_ms)| *ahead_ms);
    assert_eq!(leads, [(project_id(2), 1), (project_id(1), 9_000)]);
    store.close().await;
}

pub async fn a_row_is_due_by_its_projects_clock<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let (ahead, behind) = (project_id(1), project_id(2));
    tell(&store, 1, ahead, at(86_400)).await;
    tell(&store, 2, behind, at(86_400)).await;
    store.set_clock_offset(ahead, 86_400_000).await.expect("kept");
    let has_due = async |now| {
        store
            .has_due(DueKind::Webhook, now, &Busy::default())
            .await
            .expect("a read")
    };
    assert!(!has_due(EpochMs(at(0).0 - 1)).await);
    assert!(has_due(at(0)).await);
    assert_eq!(leased(&store, at(0)).await, [ahead]);
    // The lease is in the project's own time, and is over when that has come.
    assert!(!has_due(at(59)).await);
    assert_eq!(leased(&store, at(60)).await, [ahead]);
    let mut everyone = leased(&store, at(86_400)).await;
    everyone.sort_unstable();
    assert_eq!(everyone, [ahead, behind]);
    store.close().await;
}

pub async fn what_is_due_next_is_the_projects_own<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    tell(&store, 1, project_id(2), at(500)).await;
    tell(&store, 2, project_id(3), at(100)).await;
    store.set_clock_offset(project_id(2), 1).await.expect("kept");
    // The end of a consent counts while the customer is asked.
    let asked = issuance(1);
    store.commit(project_id(1), vec![open(&asked)]).await.expect("opened");
    store
        .commit(project_id(1), vec![moved(&consenting(&asked))])
        .await
        .expect("moved");
    let next = async |number| store.next_due(project_id(number)).await.expect("a read");
    assert_eq!(next(1).await, Some(asked.consent_expires_at));
    assert_eq!(next(2).await, Some(at(500)));
    assert_eq!(next(3).await, Some(at(100)));
    assert_eq!(next(4).await, None);
    store.close().await;
}

pub async fn a_clock_is_set_right_only_where_nothing_happened_by_it<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    for number in [1, 2] {
        store
            .set_clock_offset(project_id(number), 86_400_000)
            .await
            .expect("kept");
    }
    tell(&store, 1, project_id(1), at(86_400)).await;
    let reset = async |number| {
        store
            .reset_clock_offset(project_id(number), at(10))
            .await
            .expect("asked")
    };
    assert!(!reset(1).await && reset(2).await);
    assert_eq!(
        store.clock_offsets().await.expect("a read"),
        [(project_id(1), 86_400_000)]
    );
    store.close().await;
}

pub async fn a_webhook_sent_again_is_due_in_its_projects_time<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let ahead = project_id(1);
    store.set_clock_offset(ahead, 86_400_000).await.expect("kept");
    tell(&store, 1, ahead, at(86_400)).await;
    let [due] = store
        .deliveries_of(project_id(1), receipt_id(1))
        .await
        .expect("a read")
        .try_into()
        .expect("one");
    let claim = LeaseRequest {
        now: at(0),
        until: at(10),
        limit: 1,
        lease: Lease(1),
    };
    let claimed = store.lease_deliveries(claim, &Busy::default()).await.expect("claimed");
    assert_eq!(claimed.len(), 1);
    // On its way at this moment: that needs no more.
    assert!(!store.resend(project_id(1), due.id, at(0)).await.expect("asked"));
    // An hour later it waits for its next attempt, tomorrow: now it is due at once.
    store.put_back_deliveries(claimed, at(113_600)).await.expect("put back");
    assert!(
        store
            .resend(project_id(1), due.id, at(3_600))
            .await
            .expect("sent again")
    );
    let [again] = store
        .deliveries_of(project_id(1), receipt_id(1))
        .await
        .expect("a read")
        .try_into()
        .expect("one");
    assert_eq!(again.next_at, at(86_400 + 3_600));
    store.close().await;
}

pub async fn a_claim_passes_over_who_has_enough<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let (greedy, other) = (project_id(1), project_id(2));
    let urls = [
        "http://slow.example/a",
        "HTTP://Slow.Example:80/b?c",
        "http://slow.example:8080/",
        "http://quick.example/",
        "no URL",
    ];
    for (project, number) in [(greedy, 0), (other, 10)] {
        for (url, number) in urls.into_iter().zip(number..) {
            tell_at(&store, (number, project), url, at(0)).await;
        }
    }
    let queues = |project, origins: &[&str]| origins.iter().map(|origin| (project, (*origin).to_owned())).collect();
    let due = async |busy: &Busy| {
        let is_due = store.has_due(DueKind::Webhook, at(0), busy).await.expect("a read");
        let claim = LeaseRequest {
            now: at(0),
            until: at(0),
            limit: 100,
            lease: Lease(1),
        };
        let claimed = store.lease_deliveries(claim, busy).await.expect("claimed");
        assert_eq!(is_due, !claimed.is_empty());
        let of = |project| claimed.iter().filter(|leased| leased.project == project).count();
        (of(greedy), of(other))
    };
    let nobody = Busy::default();
    assert_eq!(due(&nobody).await, (5, 5));
    let slow = Busy {
        queues: queues(greedy, &["http://slow.example", "no URL"]),
        ..Busy::default()
    };
    assert_eq!(due(&slow).await, (2, 5), "the origin of that project alone");
    let whole = Busy {
        objects: Vec::new(),
        projects: vec![greedy],
        queues: queues(other, &["http://quick.example"]),
    };
    assert_eq!(due(&whole).await, (0, 4));
    store.close().await;
}
