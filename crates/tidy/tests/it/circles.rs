//! The modules inside a crate: no circle among its top modules, nothing of the money names what is kept for people,
//! and nothing that serves names the devtools.

use std::collections::BTreeSet;

use jadong_tidy::circles::{Graph, circle, top_modules};
use jadong_tidy::manifest;
use jadong_tidy::rust_source::code_only;
use jadong_tidy::tree::{self, File};

fn crates() -> Vec<(String, Graph)> {
    let files = tree::files();
    let members = manifest::crates(&files).into_iter();
    members
        .map(|member| {
            let folder = member.path.trim_end_matches("/Cargo.toml").to_owned();
            let graph = top_modules(&files, &format!("{folder}/src/"));
            (folder, graph)
        })
        .collect()
}

#[test]
fn no_crates_top_modules_are_a_circle() {
    let mut offenders = Vec::new();
    for (folder, graph) in crates() {
        for (module, names) in circle(graph) {
            offenders.push(format!("{folder}: {module} → {names:?}"));
        }
    }
    assert!(
        offenders.is_empty(),
        "circles of modules:\n  {}\n",
        offenders.join("\n  ")
    );
}

/// What the gateway's money services may name of their own crate, and so no more: no HTTP, no console, no counts, no history.
#[test]
fn money_names_nothing_that_is_kept_for_people() {
    let all = crates();
    let (_, gateway) = all
        .iter()
        .find(|(folder, _)| folder == "crates/gateway")
        .expect("the gateway");
    for (module, allowed) in [
        ("services", &["ledger", "settings", "support", "wire"][..]),
        ("ledger", &["support"]),
        ("support", &["settings"]),
    ] {
        let named: Vec<&str> = gateway[module].iter().map(String::as_str).collect();
        assert_eq!(named, allowed, "{module}");
    }
}

/// What serves must not need the commands that measure, show and try.
#[test]
fn serving_names_nothing_of_the_devtools() {
    let source = "crates/jadong/src/";
    let files = tree::files();
    let graph = top_modules(&files, source);
    let mut serving = BTreeSet::from(["serve"]);
    let mut next = vec!["serve"];
    while let Some(named) = next.pop().and_then(|module| graph.get(module)) {
        next.extend(named.iter().map(String::as_str).filter(|name| serving.insert(name)));
    }
    assert!(serving.contains("config"), "{serving:?}");
    let is_serving = |file: &&File| {
        let path = file.path.strip_prefix(source).unwrap_or_default();
        let module = path.split('/').next().unwrap_or_default();
        serving.contains(module.trim_end_matches(".rs"))
    };
    let named = files
        .iter()
        .filter(is_serving)
        .filter(|file| code_only(&file.text).contains("devtools"));
    let offenders: Vec<&str> = named.map(|file| file.path.as_str()).collect();
    assert!(
        offenders.is_empty(),
        "they name the devtools:\n  {}\n",
        offenders.join("\n  ")
    );
}

#[test]
fn a_circle_is_noticed_and_what_leads_into_one_is_told_from_it() {
    let file = |path: &str, text: &str| File {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    let files = [
        file("crates/x/src/lib.rs", "mod a; use crate::a::B;"),
        file("crates/x/src/a.rs", "use crate::b::C; // crate::top"),
        file("crates/x/src/b/mod.rs", "use crate::{low::{L, M}, c};"),
        file(
            "crates/x/src/c.rs",
            "use crate::a;\n#[cfg(test)]\nmod tests { use crate::low; }",
        ),
        file("crates/x/src/top.rs", "use crate::low::L;"),
        file("crates/x/src/low.rs", "const TEXT: &str = \"crate::top\";"),
    ];
    let graph = top_modules(&files, "crates/x/src/");
    assert_eq!(graph.len(), 5);
    let left: Vec<String> = circle(graph).into_keys().collect();
    assert_eq!(left, ["a", "b", "c"]);
}
