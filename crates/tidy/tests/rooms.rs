//! The walls between the crates: who may know whom. A new crate must be given a place here.

use jadong_tidy::rust_source::code_only;
use jadong_tidy::{manifest, tree};

struct Room {
    name: &'static str,
    /// The other rooms it may use.
    rooms: &'static [&'static str],
    /// Libraries that would break what the room stands for.
    never: &'static [&'static str],
}

const CLOCK_AND_CHANCE: &[&str] = &["tokio", "getrandom", "rand", "uuid"];
const SQL: &[&str] = &["rusqlite", "tokio-postgres", "sqlx"];
const HTTP: &[&str] = &["axum", "hyper", "hyper-util", "http", "tower", "tower-http", "reqwest"];

const ROOMS: &[Room] = &[
    // Decides; no clock, no chance, no input or output.
    Room {
        name: "domain",
        rooms: &[],
        never: &["seams"],
    },
    // The PG's wire types, shared by the connector and the simulated PG and by nobody else.
    Room {
        name: "nicepay",
        rooms: &[],
        never: &[],
    },
    Room {
        name: "seams",
        rooms: &[],
        never: &[],
    },
    // Shares and turns; knows nothing of what is shared.
    Room {
        name: "fairness",
        rooms: &[],
        never: &[],
    },
    Room {
        name: "store",
        rooms: &["domain", "seams"],
        never: &[],
    },
    Room {
        name: "pg",
        rooms: &["fairness", "domain", "nicepay", "seams"],
        never: &["axum", "hyper"],
    },
    Room {
        name: "simulator",
        rooms: &["fairness", "domain", "nicepay", "seams"],
        never: &["reqwest"],
    },
    Room {
        name: "gateway",
        rooms: &["fairness", "domain", "store", "pg", "seams"],
        never: &[],
    },
    // Shows the pages of docs/; knows nothing of what they are about.
    Room {
        name: "manual",
        rooms: &[],
        never: &["reqwest", "hyper"],
    },
    // Pages only: what they show and do, the gateway's services know.
    Room {
        name: "console",
        rooms: &["domain", "gateway"],
        never: &["reqwest", "hyper"],
    },
    Room {
        name: "jadong",
        rooms: ANY,
        never: &[],
    },
    Room {
        name: "client",
        rooms: &[],
        never: &["axum"],
    },
    Room {
        name: "merchant",
        rooms: &["client"],
        never: &[],
    },
    Room {
        name: "tidy",
        rooms: &[],
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
    "client",
    "merchant",
    "manual",
];

/// Whole families of libraries that only some rooms may open.
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
            "jadong",
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
            "jadong",
        ],
    ),
];

#[test]
fn rooms_keep_to_their_walls() {
    let mut offenders = Vec::new();
    for member in manifest::crates(&tree::files()) {
        let Some(room) = ROOMS.iter().find(|room| room.name == member.room) else {
            offenders.push(format!("{}: a room without walls, add it to ROOMS", member.path));
            continue;
        };
        for used in member.dependencies() {
            if let Some(why) = why_not(room, &short_name(&used)) {
                offenders.push(format!("{} uses {used}: {why}", member.path));
            }
        }
    }
    assert!(offenders.is_empty(), "walls broken:\n  {}\n", offenders.join("\n  "));
}

/// `example-merchant` is the room `merchant`.
fn short_name(package: &str) -> String {
    package.trim_start_matches("example-").to_owned()
}

fn why_not(room: &Room, used: &str) -> Option<String> {
    let is_room = ROOMS.iter().any(|other| other.name == used);
    if is_room && !room.rooms.contains(&used) {
        return Some(format!("`{}` may use {:?} only", room.name, room.rooms));
    }
    if room.never.contains(&used) {
        return Some("never in this room".to_owned());
    }
    let closed = FAMILIES
        .iter()
        .find(|(_, members, open_to)| members.contains(&used) && !open_to.contains(&room.name));
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
fn a_broken_wall_is_noticed() {
    let room = |name: &str| ROOMS.iter().find(|room| room.name == name).expect("a room");
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
    ] {
        assert!(why_not(room(name), used).is_some(), "{name} could use {used}");
    }
    assert_eq!(why_not(room("gateway"), "store"), None);
    assert_eq!(why_not(room("domain"), "serde"), None);
}
