use super::*;

#[test]
fn a_heading_outranks_the_text() {
    let hits = search("quirks", Language::English);
    assert_eq!(hits.first().map(|hit| hit.path.as_str()), Some("reference/quirks"));
}

#[test]
fn a_word_that_there_is_not_is_as_if_it_was_not_typed() {
    assert_eq!(
        search("consent xyzzy", Language::English),
        search("consent", Language::English)
    );
    assert!(search("xyzzy", Language::English).is_empty());
    assert!(!search("CONSENT billing", Language::English).is_empty());
    assert!(search("  ", Language::English).is_empty());
}

/// Questions as people type them, and a page that must be among the first three.
#[test]
fn questions_lead_to_their_page() {
    let asked = [
        ("how do I test a declined debit", "integrating/sandbox"),
        ("RC_CONFIRM_CRITICAL_FAILED", "concepts/unknown-outcomes"),
        ("nginx", "operating/deploying"),
        ("how to run it with docker and systemd", "operating/deploying"),
        ("backup", "operating/running"),
        ("migrate from bootpay", "operating/moving"),
        ("charge monthly", "integrating/every-month"),
        ("verify webhooks in django", "integrating/frameworks"),
        ("github actions", "integrating/ci"),
        ("20 parallel ci jobs", "integrating/testing"),
        ("bank maintenance at midnight", "operating/money"),
        ("grafana", "operating/deploying"),
        ("how long must records be kept?", "operating/retention"),
    ];
    let english = asked.map(|(query, page)| (query, page, Language::English));
    let korean = [
        ("거절되는 출금을 테스트하려면", "integrating/testing"),
        ("매달 출금", "integrating/every-month"),
        ("웹훅을 장고에서", "integrating/frameworks"),
        ("부트페이에서 옮기기", "operating/moving"),
        ("기록을 얼마나 보관", "operating/legal"),
    ]
    .map(|(query, page)| (query, page, Language::Korean));
    let mut astray = Vec::new();
    for (query, page, language) in english.into_iter().chain(korean) {
        let hits = search(query, language);
        let first: Vec<&str> = hits.iter().map(|hit| hit.path.as_str()).take(3).collect();
        if !first.contains(&page) {
            astray.push(format!("{query}: {first:?}"));
        }
    }
    assert!(astray.is_empty(), "{}", astray.join("\n"));
}

#[test]
fn korean_is_found_within_words() {
    let hits = search("빌링키", Language::Korean);
    assert!(hits.iter().any(|hit| hit.path == "integrating/first-key"), "{hits:?}");
}

#[test]
fn a_hit_leads_to_its_section() {
    for hit in search("billing key", Language::English) {
        let page = crate::page(&hit.path, Language::English).expect("a page");
        assert!(
            hit.anchor.is_empty() || page.html.contains(&format!("id=\"{}\"", hit.anchor)),
            "{hit:?}"
        );
    }
}

#[test]
fn long_and_strange_queries_are_harmless() {
    assert!(search(&"가".repeat(100_000), Language::Korean).is_empty());
    assert!(search("İ ß <script> %00", Language::English).is_empty());
}
