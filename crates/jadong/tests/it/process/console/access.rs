//! Who gets in, and as whom.

use crate::process::console::browser::{Browser, user};
use testkit::process::TestDir;

const PASSWORD: &str = "correct horse battery";

#[tokio::test]
async fn it_opens_by_itself_to_its_own_machine_and_to_nobody_else() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let here = Browser::at(&gateway.url).get("/console/receipts").await;
    assert_eq!(here.status, 200);
    assert!(here.body.contains("local · 관리자"), "{}", here.body);
    // DNS rebinding: a page from elsewhere whose name leads here.
    let rebound = Browser::elsewhere(&gateway.url);
    let page = rebound.get("/console/receipts").await;
    assert_eq!((page.status, page.header("location")), (303, "/console/sign-in"));
    assert_eq!(rebound.get("/console/live").await.status, 303);
    assert_eq!(rebound.post("/console/preferences", "theme=dark").await.status, 403);
    let proxied = Browser::at(&gateway.url).with("x-forwarded-for", "203.0.113.9");
    assert_eq!(proxied.get("/console").await.status, 303);
    gateway.process.stop().await;
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "http://evil.example"),
    ] {
        let browser = Browser::at(&gateway.url).with(name, value);
        let page = browser.post("/console/preferences", "theme=dark").await;
        assert_eq!(page.status, 403, "{name}: {value}");
        assert_eq!(page.header("set-cookie"), "", "{name}: {value}");
    }
    let own = Browser::at(&gateway.url).with("sec-fetch-site", "same-origin");
    assert_eq!(own.post("/console/preferences", "theme=dark").await.status, 303);
    gateway.process.stop().await;
}

#[tokio::test]
async fn a_session_is_its_persons_until_it_ends() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    user(&dir, &["add", "kim", "--role", "viewer"], PASSWORD)
        .await
        .success();
    let mut kim = Browser::elsewhere(&gateway.url);
    assert_eq!(kim.sign_in("kim", "wrong horse battery").await, 401);
    assert_eq!(kim.sign_in("nobody", PASSWORD).await, 401);
    assert_eq!(kim.sign_in("kim", PASSWORD).await, 303);
    let page = kim.get("/console/receipts").await;
    assert!(page.body.contains("kim · 조회자"), "{}", page.body);
    // The token itself is nowhere on disk.
    let token = kim.token();
    for name in ["jadong.db", "jadong.db-wal"] {
        let bytes = std::fs::read(dir.data().join(name)).unwrap_or_default();
        let is_there = bytes.windows(token.len()).any(|window| window == token.as_bytes());
        assert!(!is_there, "{name} holds the session's token");
    }
    assert_eq!(kim.post("/console/sign-out", "").await.status, 303);
    assert_eq!(kim.get("/console/receipts").await.status, 303, "the session is over");
    assert_eq!(kim.sign_in("kim", PASSWORD).await, 303);
    assert_eq!(kim.get("/console/receipts").await.status, 200);
    user(&dir, &["remove", "kim"], "").await.success();
    assert_eq!(kim.get("/console/receipts").await.status, 303, "out at once");
    gateway.process.stop().await;
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    user(&dir, &["add", "kim"], PASSWORD).await.success();
    // At once: the limit is a rate, and hashing takes its time.
    let guesses = (0..14).map(|number| {
        let mut guesser = Browser::elsewhere(&gateway.url);
        tokio::spawn(async move { guesser.sign_in("kim", &format!("guess number {number:04}")).await })
    });
    let mut statuses = Vec::new();
    for guess in guesses.collect::<Vec<_>>() {
        statuses.push(guess.await.expect("a guess"));
    }
    let refused = statuses.iter().filter(|status| **status == 429).count();
    assert!(refused >= 3, "{statuses:?}");
    assert!(statuses.contains(&401), "{statuses:?}");
    gateway.process.stop().await;
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[tokio::test]
async fn a_password_is_long_and_never_an_argument() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let short = user(&dir, &["add", "kim"], "short").await;
    assert_eq!(short.code, Some(1));
    assert!(short.err.contains("12"), "{}", short.err);
    let argument = user(&dir, &["add", "kim", "--password", PASSWORD], "").await;
    assert_eq!(argument.code, Some(2), "{}", argument.err);
    let added = user(&dir, &["add", "kim", "--role", "operator", "--json"], PASSWORD)
        .await
        .success();
    assert_eq!(json(&added.out), serde_json::json!({"name": "kim", "role": "operator"}));
    let twice = user(&dir, &["add", "kim"], PASSWORD).await;
    assert_eq!(twice.code, Some(1), "{}", twice.err);
    let listed = user(&dir, &["list", "--json"], "").await;
    let rows = json(&listed.out);
    assert_eq!(
        (&rows[0]["name"], &rows[0]["role"]),
        (&"kim".into(), &"operator".into())
    );
    assert!(!listed.out.contains("argon2"), "no hash is shown");
    let changed = user(&dir, &["password", "kim", "--json"], PASSWORD).await;
    assert_eq!(
        json(&changed.out),
        serde_json::json!({"name": "kim", "password_changed": true})
    );
    let removed = user(&dir, &["remove", "kim", "--json"], "").await;
    assert_eq!(json(&removed.out), serde_json::json!({"name": "kim", "removed": true}));
    gateway.process.stop().await;
}

#[tokio::test]
async fn switched_off_there_is_none() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[("JADONG_CONSOLE", "off")]).await;
    assert_eq!(Browser::at(&gateway.url).get("/console").await.status, 404);
    gateway.process.stop().await;
}
