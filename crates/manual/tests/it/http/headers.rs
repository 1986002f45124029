//! What the manual lets a browser do, and how it is found.

use crate::http::reader::{get, get_with};

#[tokio::test]
async fn the_readers_language_is_followed() {
    for (accepted, place) in [("en-GB,en", "/manual/en"), ("ko", "/manual/ko"), ("", "/manual/ko")] {
        let answer = get_with("/manual", accepted).await;
        assert_eq!(answer.status, 303);
        assert_eq!(answer.headers["location"], place, "{accepted}");
    }
}

#[tokio::test]
async fn nothing_is_loaded_from_elsewhere_and_nothing_runs() {
    for uri in ["/manual/en", "/manual/ko/search?q=%3Cscript%3E", "/manual/en/nowhere"] {
        let answer = get(uri).await;
        let policy = answer.headers["content-security-policy"].to_str().expect("text");
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert!(
            !answer.text.contains("<script") && !answer.text.contains(" style="),
            "{uri}"
        );
        for marker in [" src=\"", "<link rel=\"stylesheet\" href=\""] {
            let mut loaded = answer.text.split(marker).skip(1);
            assert!(
                loaded.all(|rest| rest.starts_with("/manual/")),
                "{uri} loads from elsewhere"
            );
        }
    }
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    for uri in [
        "/manual/en/nowhere",
        "/manual/fr",
        "/manual/pictures/nothing.svg",
        "/manual/en/..%2f..%2fCargo",
    ] {
        assert_eq!(get(uri).await.status, 404, "{uri}");
    }
}

#[tokio::test]
async fn a_search_leads_to_sections() {
    let found = get("/manual/ko/search?q=%EB%B9%8C%EB%A7%81%ED%82%A4").await;
    assert_eq!(found.status, 200);
    assert!(found.text.contains("class=\"hits\"") && found.text.contains("<li><a href=\"/manual/ko/"));
    let nothing = get("/manual/en/search?q=xyzzyxyzzy").await;
    assert!(nothing.text.contains("Nothing was found"));
}
