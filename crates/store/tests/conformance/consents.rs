//! Who drives an open issuance.

use domain::change::Change;
use domain::due::{DueKind, Lease};
use jadong_store::{CommitRefused, LeaseRequest};

use crate::commits::refused;
use crate::engine::Engine;
use crate::resolutions::has_due;
use crate::rows::{at, issuance, open, project_id, receipt_id};

const ONE: Lease = Lease(1);
const OTHER: Lease = Lease(2);

fn lease(seconds: i64, lease: Lease) -> LeaseRequest {
    LeaseRequest {
        now: at(seconds),
        until: at(seconds + 10),
        limit: 10,
        lease,
    }
}

fn hold(number: u32, seconds: i64, lease: Lease) -> Change {
    Change::Hold {
        kind: DueKind::Consent,
        object: receipt_id(number).0,
        until: at(seconds),
        lease,
    }
}

pub async fn an_issuance_is_driven_by_who_renews_it<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let project = project_id(1);
    assert!(
        store
            .renew_consents(ONE, at(5))
            .await
            .expect("nothing to renew")
            .is_empty()
    );
    for number in [1, 2] {
        let changes = vec![open(&issuance(number)), hold(number, 10, ONE)];
        store.commit(project, changes).await.expect("committed");
    }
    assert!(!has_due(&store, DueKind::Consent, 9).await);
    let mut renewed = store.renew_consents(ONE, at(20)).await.expect("renewed");
    renewed.sort_unstable();
    assert_eq!(renewed, [(project, receipt_id(1)), (project, receipt_id(2))]);
    let take = |number, seconds, of| store.take_consent(project, receipt_id(number), lease(seconds, of));
    assert!(!take(1, 19, OTHER).await.expect("a write"), "it is the one's until 20");
    assert!(take(1, 19, ONE).await.expect("a write"), "its own, until 29 now");
    assert!(take(2, 20, OTHER).await.expect("a write"), "the lease has run out");
    assert_eq!(
        store.renew_consents(ONE, at(40)).await.expect("renewed"),
        [(project, receipt_id(1))]
    );
    store.give_back((ONE, ONE), at(21)).await.expect("given back");
    let leased = store.lease_consents(lease(21, OTHER)).await.expect("leased");
    assert_eq!(
        leased.iter().map(|leased| leased.of.receipt_id).collect::<Vec<_>>(),
        [receipt_id(1)]
    );
    assert!(store.renew_consents(ONE, at(40)).await.expect("renewed").is_empty());
    assert!(!has_due(&store, DueKind::Consent, 22).await);
    store.free_all_consents(at(22)).await.expect("freed");
    assert_eq!(store.lease_consents(lease(22, ONE)).await.expect("leased").len(), 2);
}

pub async fn work_that_nobody_has_is_taken_before_its_time<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let (project, object) = (project_id(1), receipt_id(1).0);
    let work = (DueKind::Resolution, object);
    let take = async |seconds, of| {
        store
            .take_work(project, work, lease(seconds, of))
            .await
            .expect("a write")
    };
    assert!(!take(5, ONE).await, "there is none");
    let due = Change::schedule(DueKind::Resolution, object, at(100));
    store.commit(project, vec![due]).await.expect("scheduled");
    assert!(take(5, ONE).await, "nobody has it");
    assert!(!take(14, OTHER).await, "it is the one's until 15");
    let renew = |until, lease| Change::Renew {
        kind: DueKind::Resolution,
        object,
        until: at(until),
        lease,
    };
    store.commit(project, vec![renew(30, ONE)]).await.expect("renewed");
    assert_eq!(
        refused(&store.commit(project, vec![renew(40, OTHER)]).await),
        Some(CommitRefused::LostRace)
    );
    assert!(!take(29, OTHER).await && take(30, OTHER).await, "until 30");
    let put_off = Change::Schedule {
        kind: DueKind::Resolution,
        object,
        at: Some(at(200)),
        held: Some(OTHER),
    };
    store.commit(project, vec![put_off]).await.expect("put off");
    assert!(take(31, ONE).await, "what is put off is nobody's");
}
