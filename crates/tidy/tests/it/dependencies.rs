//! Which crate may name which. A new crate needs a rule here.

use jadong_tidy::rust_source::code_only;
use jadong_tidy::{manifest, tree};

struct Rule {
    name: &'static str,
    /// The other crates it may use.
    may_use: &'static [&'static str],
    /// Libraries that would break what the crate stands for.
    never: &'static [&'static str],
}

const CLOCK_AND_CHANCE: &[&str] = &["tokio", "getrandom", "rand", "uuid"];
const SQL: &[&str] = &["rusqlite", "tokio-postgres", "sqlx"];
const HTTP: &[&str] = &["axum", "hyper", "hyper-util", "http", "tower", "tower-http", "reqwest"];

const RULES: &[Rule] = &[
    // Decides; no clock, no chance, no input or output.
    Rule {
        name: "domain",
        may_use: &[],
        never: &["seams"],
    },
    // The PG's wire types, shared by the connector and the simulated PG and by nobody else.
    Rule {
        name: "nicepay",
        may_use: &[],
        never: &[],
    },
    Rule {
        name: "seams",
        may_use: &[],
        never: &[],
    },
    // Shares and turns; knows nothing of what is shared.
    Rule {
        name: "fairness",
        may_use: &[],
        never: &[],
    },
    Rule {
        name: "store",
        may_use: &["domain", "seams"],
        never: &[],
    },
    Rule {
        name: "pg",
        may_use: &["fairness", "domain", "nicepay", "seams"],
        never: &["axum", "hyper"],
    },
    Rule {
        name: "simulator",
        may_use: &["fairness", "domain", "nicepay", "seams"],
        never: &["reqwest"],
    },
    Rule {
        name: "gateway",
        may_use: &["fairness", "domain", "store", "pg", "seams"],
        never: &[],
    },
    // Shows the pages of docs/; knows nothing of what they are about.
    Rule {
        name: "manual",
        may_use: &[],
        never: &["reqwest", "hyper"],
    },
    // Pages only: what they show and do, the gateway's services know.
    Rule {
        name: "console",
        may_use: &["domain", "gateway"],
        never: &["reqwest", "hyper"],
    },
    // How commands speak to people.
    Rule {
        name: "terminal",
        may_use: &["domain"],
        never: &[],
    },
    // Commands that measure, show and try. What serves must not need them: see circles.rs.
    Rule {
        name: "devtools",
        may_use: &[
            "domain",
            "seams",
            "store",
            "simulator",
            "gateway",
            "client",
            "merchant",
            "terminal",
        ],
        never: &[],
    },
    Rule {
        name: "jadong",
        may_use: ANY,
        never: &[],
    },
    Rule {
        name: "client",
        may_use: &[],
        never: &["axum"],
    },
    Rule {
        name: "merchant",
        may_use: &["client"],
        never: &[],
    },
    // What tests share; only a dev-dependency may be on it.
    Rule {
        name: "testkit",
        may_use: &["domain", "gateway", "pg", "pgcluster", "seams", "simulator", "store"],
        never: &[],
    },
    // A PostgreSQL server for tests; only a dev-dependency may be on it.
    Rule {
        name: "pgcluster",
        may_use: &[],
        never: &["tokio"],
    },
    Rule {
        name: "tidy",
        may_use: &[],
        never: HTTP,
    },
];
const ANY: &[&str] = &[
    "fairness",
    "domain",
    "nicepay",
    "seams",
    "store",
    "pg",
    "simulator",
    "gateway",
    "console",
    "manual",
    "terminal",
    "devtools",
];

/// Whole families of libraries that only some crates may use.
const FAMILIES: &[(&str, &[&str], &[&str])] = &[
    ("SQL", SQL, &["store", "merchant"]),
    (
        "HTTP",
        HTTP,
        &[
            "pg",
            "simulator",
            "gateway",
            "console",
            "client",
            "merchant",
            "manual",
            "devtools",
            "jadong",
            "testkit",
        ],
    ),
    (
        "clock and chance",
        CLOCK_AND_CHANCE,
        &[
            "seams",
            "fairness",
            "store",
            "pg",
            "simulator",
            "gateway",
            "console",
            "client",
            "merchant",
            "devtools",
            "jadong",
            "testkit",
        ],
    ),
];

#[test]
fn crates_name_only_what_they_may() {
    let mut offenders = Vec::new();
    for member in manifest::crates(&tree::files()) {
        let Some(rule) = RULES.iter().find(|rule| rule.name == member.folder) else {
            offenders.push(format!("{}: no rule for it, add one to RULES", member.path));
            continue;
        };
        for used in member.dependencies() {
            if let Some(why) = why_not(rule, &short_name(&used)) {
                offenders.push(format!("{} uses {used}: {why}", member.path));
            }
        }
    }
    assert!(
        offenders.is_empty(),
        "dependencies that may not be:\n  {}\n",
        offenders.join("\n  ")
    );
}

/// `example-merchant` is the crate `merchant`.
fn short_name(package: &str) -> String {
    package.trim_start_matches("example-").to_owned()
}

fn why_not(rule: &Rule, used: &str) -> Option<String> {
    let is_room = RULES.iter().any(|other| other.name == used);
    if is_room && !rule.may_use.contains(&used) {
        return Some(format!("`{}` may use {:?} only", rule.name, rule.may_use));
    }
    if rule.never.contains(&used) {
        return Some("never in this crate".to_owned());
    }
    let closed = FAMILIES
        .iter()
        .find(|(_, members, open_to)| members.contains(&used) && !open_to.contains(&rule.name));
    closed.map(|(family, _, open_to)| format!("{family} belongs to {open_to:?}"))
}

/// What the domain decides must depend on what it is given, and on nothing else.
#[test]
fn the_domain_asks_no_clock() {
    let domain = tree::files()
        .into_iter()
        .filter(|file| file.is_rust() && file.path.starts_with("crates/domain/src/"));
    let mut offenders = Vec::new();
    for file in domain {
        for (index, line) in code_only(&file.text).lines().enumerate() {
            if ["::now(", "std::fs", "std::net", "std::env", "async fn"]
                .iter()
                .any(|call| line.contains(call))
            {
                offenders.push(format!("{}:{} {}", file.path, index + 1, line.trim()));
            }
        }
    }
    assert!(
        offenders.is_empty(),
        "the domain reaches outside:\n  {}\n",
        offenders.join("\n  ")
    );
}

#[test]
fn a_forbidden_dependency_is_noticed() {
    let rule = |name: &str| RULES.iter().find(|rule| rule.name == name).expect("a rule");
    for (name, used) in [
        ("domain", "tokio"),
        ("domain", "rusqlite"),
        ("domain", "store"),
        ("store", "axum"),
        ("store", "pg"),
        ("pg", "store"),
        ("simulator", "gateway"),
        ("gateway", "simulator"),
        ("gateway", "rusqlite"),
        ("gateway", "console"),
        ("console", "store"),
        ("console", "pg"),
        ("jadong", "testkit"),
        ("gateway", "devtools"),
        ("jadong", "merchant"),
    ] {
        assert!(why_not(rule(name), used).is_some(), "{name} could use {used}");
    }
    assert_eq!(why_not(rule("gateway"), "store"), None);
    assert_eq!(why_not(rule("domain"), "serde"), None);
}
