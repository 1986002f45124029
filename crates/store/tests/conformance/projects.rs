//! Projects, their secrets, and tokens.

use domain::EpochMs;
use domain::change::Change;
use domain::pg_answers::PgAnswers;
use domain::project::{Guard, PgName, ProjectPg, SealedCredentials, SecretKind, UnknownKeys};
use jadong_store::{CommitError, CommitRefused, NewSecret, Store, Token};

use crate::commits::refused;
use crate::engine::Engine;
use crate::rows::{at, hash, issuance, open, project, project_id, receipt_id};

pub async fn projects_come_back_as_they_were_made<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let mut everywhere = project(2);
    everywhere.allowed_ips.clear();
    store.create_project(everywhere.clone()).await.expect("made");
    store.create_project(project(1)).await.expect("made");
    let mut found = store.projects().await.expect("a read");
    // The order of a project's secrets means nothing.
    for project in &mut found {
        project
            .secrets
            .sort_by_key(|secret| secret.kind.name() == "private_key");
    }
    assert_eq!(found, [project(1), everywhere]);
}

pub async fn a_taken_name_or_credential_is_refused<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    store.create_project(project(1)).await.expect("made");
    let mut other = [project(2), project(2), project(2), project(2)];
    other[0].name = project(1).name;
    other[1].client_key = project(1).client_key;
    other[2].application_id = project(1).application_id;
    other[3].id = project(1).id;
    for taken in other {
        let result = store.create_project(taken).await;
        assert!(
            matches!(result, Err(CommitError::Refused(CommitRefused::NameTaken))),
            "{result:?}"
        );
    }
    assert_eq!(store.projects().await.expect("a read").len(), 1);
}

/// Keys are of the PG that has issued them: a project leaves its PG only while it has asked that for nothing.
pub async fn a_project_keeps_the_pg_that_it_has_asked_for_a_key<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    store.create_project(project(1)).await.expect("made");
    let hosted = |url: &str, sealed: &str| ProjectPg {
        name: PgName::Hosted,
        url: Some(url.to_owned()),
        credentials: Some(SealedCredentials(sealed.to_owned())),
        absence_proven_after_ms: Some(86_400_000),
        answers: Some(PgAnswers(r#"[{"of":"x"}]"#.to_owned())),
    };
    let set = async |pg: &ProjectPg| {
        let was = store.projects().await.expect("a read")[0].pg.clone();
        store.set_pg(project_id(1), &was, pg).await
    };
    let first = hosted("https://a.example", "sealed");
    set(&first).await.expect("nothing asked yet");
    assert_eq!(store.projects().await.expect("a read")[0].pg, first);
    let opened = store.commit(project_id(1), vec![open(&issuance(1))]).await;
    opened.expect("opened");
    let anew = hosted("https://a.example", "sealed anew");
    set(&anew).await.expect("the same, with other credentials");
    for other in [hosted("https://b.example", "sealed anew"), ProjectPg::default()] {
        assert_eq!(refused(&set(&other).await), Some(CommitRefused::LostRace));
    }
    let nobodys = store.set_pg(project_id(9), &anew, &ProjectPg::default()).await;
    assert_eq!(refused(&nobodys), Some(CommitRefused::LostRace));
    assert_eq!(store.projects().await.expect("a read")[0].pg, anew);
}

/// Credentials that are rotated while somebody measures, or two who measure: the later one has decided on what is no more.
pub async fn a_projects_pg_changes_only_over_what_was_read<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    store.create_project(project(1)).await.expect("made");
    let first = project(1).pg;
    let changed: [fn(&mut ProjectPg); 3] = [
        |pg| pg.credentials = Some(SealedCredentials("sealed".to_owned())),
        |pg| pg.answers = Some(PgAnswers("[]".to_owned())),
        |pg| pg.absence_proven_after_ms = Some(1),
    ];
    let mut now = first.clone();
    for change in changed {
        let was = now.clone();
        change(&mut now);
        store
            .set_pg(project_id(1), &was, &now)
            .await
            .expect("over what was read");
        let late = store.set_pg(project_id(1), &was, &first).await;
        assert_eq!(refused(&late), Some(CommitRefused::LostRace));
        assert_eq!(store.projects().await.expect("a read")[0].pg, now);
    }
    store.set_pg(project_id(1), &now, &first).await.expect("back");
    assert_eq!(store.projects().await.expect("a read")[0].pg, first);
}

pub async fn a_receipt_is_found_by_the_id_that_its_pg_gave_it<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    let name = |alias: &str, number| Change::NameReceipt {
        alias: alias.to_owned(),
        receipt_id: receipt_id(number),
    };
    let changes = vec![name("66542dfb4d18d5fc7b43e1b6", 1), name("66542dfb4d18d5fc7b43e1b7", 2)];
    store.commit(project_id(1), changes.clone()).await.expect("named");
    store
        .commit(project_id(1), changes)
        .await
        .expect("the same is nothing new");
    let found = async |project, alias| {
        let found = store.receipt_by_alias(project_id(project), alias).await;
        found.expect("a read")
    };
    assert_eq!(found(1, "66542dfb4d18d5fc7b43e1b6").await, Some(receipt_id(1)));
    assert_eq!(found(1, "66542dfb4d18d5fc7b43e1b8").await, None);
    assert_eq!(found(2, "66542dfb4d18d5fc7b43e1b6").await, None, "another merchant's");
}

async fn rotate(store: &Store, text: &str, others_expire_at: EpochMs) {
    let secret = NewSecret {
        project_id: project_id(1),
        kind: SecretKind::SecretKey,
        hash: hash(text),
        others_expire_at,
    };
    store.rotate_secret(secret).await.expect("rotated");
}

async fn accepted(store: &Store, kind: SecretKind, text: &str, seconds: i64) -> bool {
    let projects = store.projects().await.expect("a read");
    projects[0].accepts(kind, &hash(text), at(seconds))
}

pub async fn a_rotated_secret_overlaps_and_ends<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    store.create_project(project(1)).await.expect("made");
    rotate(&store, "new", at(100)).await;
    assert!(accepted(&store, SecretKind::SecretKey, "new", 0).await);
    assert!(accepted(&store, SecretKind::SecretKey, "new", 1_000_000).await);
    assert!(accepted(&store, SecretKind::SecretKey, "s", 99).await);
    assert!(!accepted(&store, SecretKind::SecretKey, "s", 100).await);
    // The other kind is not touched, and does not stand in for it.
    assert!(accepted(&store, SecretKind::PrivateKey, "p", 1_000_000).await);
    assert!(!accepted(&store, SecretKind::PrivateKey, "new", 0).await);

    let nobody = NewSecret {
        project_id: project_id(2),
        kind: SecretKind::SecretKey,
        hash: hash("x"),
        others_expire_at: at(0),
    };
    assert!(store.rotate_secret(nobody).await.is_err());
}

pub async fn a_second_rotation_never_lengthens_a_life<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    store.create_project(project(1)).await.expect("made");
    rotate(&store, "second", at(10)).await;
    rotate(&store, "third", at(500)).await;
    for (text, until) in [("s", 10), ("second", 500)] {
        assert!(accepted(&store, SecretKind::SecretKey, text, until - 1).await, "{text}");
        assert!(!accepted(&store, SecretKind::SecretKey, text, until).await, "{text}");
    }
    assert!(accepted(&store, SecretKind::SecretKey, "third", 1_000_000).await);
}

fn token(text: &str, project: u32, issued: i64, expires: i64) -> Token {
    Token {
        hash: hash(text),
        project_id: project_id(project),
        nonce: [issued.to_le_bytes()[0]; 16],
        issued_at: at(issued),
        expires_at: at(expires),
    }
}

async fn two_projects<E: Engine>(engine: &E) -> Store {
    let store = engine.open();
    store.create_project(project(1)).await.expect("made");
    store.create_project(project(2)).await.expect("made");
    store
}

pub async fn the_newest_token_is_the_one_issued_last<E: Engine>() {
    let engine = E::fresh();
    let store = two_projects(&engine).await;
    assert_eq!(store.newest_token(project_id(1)).await.expect("a read"), None);
    for token in [
        token("b", 1, 20, 1000),
        token("a", 1, 10, 1000),
        token("c", 2, 30, 1000),
    ] {
        store.put_token(token).await.expect("put");
    }
    let newest = store.newest_token(project_id(1)).await.expect("a read");
    assert_eq!(newest, Some(token("b", 1, 20, 1000)));
    let by_hash = store.token(hash("c")).await.expect("a read");
    assert_eq!(by_hash, Some(token("c", 2, 30, 1000)));
    assert_eq!(store.token(hash("d")).await.expect("a read"), None);
}

pub async fn expired_tokens_are_forgotten_when_one_is_issued<E: Engine>() {
    let engine = E::fresh();
    let store = two_projects(&engine).await;
    for token in [
        token("old", 1, 0, 50),
        token("valid", 1, 1, 200),
        token("other", 2, 0, 50),
    ] {
        store.put_token(token).await.expect("put");
    }
    assert!(
        store.token(hash("old")).await.expect("a read").is_some(),
        "expired or not"
    );
    store.put_token(token("new", 1, 50, 300)).await.expect("put");
    let is_there = async |text: &str| store.token(hash(text)).await.expect("a read").is_some();
    assert!(!is_there("old").await);
    assert!(is_there("valid").await && is_there("new").await);
    assert!(is_there("other").await, "another project's are its own affair");
}

pub async fn a_projects_settings_are_changed_one_by_one<E: Engine>() {
    let engine = E::fresh();
    let store = engine.open();
    store.create_project(project(1)).await.expect("made");
    let url = Some("https://shop.example/hook".to_owned());
    store.set_webhook(project_id(1), url.clone()).await.expect("set");
    store
        .rotate_webhook_secret(project_id(1), at(50))
        .await
        .expect("rotated");
    store.set_guard(project_id(1), Guard::Refuse).await.expect("set");
    let adopts = UnknownKeys::Adopt;
    store.set_unknown_keys(project_id(1), adopts).await.expect("set");
    store.rotate_pg_webhook(project_id(1)).await.expect("rotated");
    let found = store.projects().await.expect("a read").remove(0);
    assert_eq!(found.guard, Guard::Refuse);
    assert_eq!((found.unknown_keys, found.pg_webhook_number), (adopts, 2));
    assert_eq!(found.webhook.url, url);
    assert_eq!(
        (found.webhook.secret_number, found.webhook.overlap_until),
        (2, Some(at(50)))
    );
    let nobody = store.rotate_pg_webhook(project_id(9)).await;
    assert_eq!(refused(&nobody), Some(CommitRefused::LostRace));
    let nobody = store.set_guard(project_id(9), Guard::Refuse).await;
    assert_eq!(refused(&nobody), Some(CommitRefused::LostRace));
}
