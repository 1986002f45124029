//! The modules inside a crate: no circle among its top modules, and nothing of the money names what is kept for people.

use jadong_tidy::circles::{Graph, circle, top_modules};
use jadong_tidy::manifest;
use jadong_tidy::tree::{self, File};

/// Modules that are left out: `clap`'s enum of commands names every command, and some of them their own options there.
const MAY_BE_IN_A_CIRCLE: &[(&str, &str)] = &[("crates/jadong", "cli")];

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
    for (folder, mut graph) in crates() {
        let may_be = |module: &str| MAY_BE_IN_A_CIRCLE.contains(&(folder.as_str(), module));
        graph.retain(|module, _| !may_be(module));
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
