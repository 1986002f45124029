//! The document, the vocabulary and the router say the same.

use std::collections::BTreeSet;

use super::*;
use crate::http::router::{Serve, documented};

fn properties() -> impl Iterator<Item = (String, String)> {
    let schemas = published()["components"]["schemas"]
        .as_object()
        .expect("schemas")
        .clone();
    schemas.into_iter().flat_map(|(name, schema)| {
        let fields = schema["properties"].as_object().expect("an object").clone();
        fields.into_iter().map(move |(field, _)| (name.clone(), field))
    })
}

#[test]
fn every_field_has_a_word_and_every_word_a_field() {
    let mut used = BTreeSet::new();
    let mut faults = Vec::new();
    for (schema, field) in properties() {
        match vocabulary::word(&schema, &field) {
            Some((name, _)) => drop(used.insert(name)),
            None => faults.push(format!("{schema}.{field} has no word in vocabulary.toml")),
        }
    }
    let parameters = endpoints::ALL
        .iter()
        .flat_map(|endpoint| [endpoint.query, endpoint.headers].concat());
    used.extend(parameters.map(str::to_owned));
    used.insert("id".to_owned());
    let unused = vocabulary::WORDS.keys().filter(|word| !used.contains(*word));
    faults.extend(unused.map(|word| format!("no field is called {word}")));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What the router serves by a row is in the document; another URL is one that no client of the API calls.
#[test]
fn every_url_of_the_router_is_documented() {
    const OTHERS: &[&str] = &[
        "/docs",
        "/healthz",
        "/readyz",
        "/openapi",
        // The PG's own, not a merchant's.
        "/pg/webhook",
        // The sandbox's own tools, used by `jadong` and the console.
        "/sandbox/calls",
        "/sandbox/phone",
        "/sandbox/faults",
        "/sandbox/scenarios",
        "/sandbox/events",
        "/sandbox/story",
    ];
    let router = include_str!("../router.rs");
    let rows: BTreeSet<_> = endpoints::ALL.iter().map(|row| (row.method, row.path)).collect();
    assert_eq!(
        rows.len(),
        router.matches(".serve(").count(),
        "served, and in http/openapi/endpoints.rs"
    );
    drop(documented());
    for row in endpoints::ALL {
        // A second route for the same method and URL is refused, so each must be.
        let again = std::panic::catch_unwind(|| documented().serve(row, async || ()));
        assert!(again.is_err(), "{} {} is not served", row.method, row.path);
    }
    let urls = router
        .split('"')
        .filter(|text| text.starts_with('/') && !text.contains(' '));
    let missing: Vec<&str> = urls
        .filter(|url| !OTHERS.iter().any(|other| url.starts_with(other)))
        .collect();
    assert!(missing.is_empty(), "not in http/openapi/endpoints.rs: {missing:?}");
}

#[test]
fn every_reference_leads_to_a_schema() {
    let text = published().to_string();
    let schemas = &published()["components"]["schemas"];
    for name in text.split("#/components/schemas/").skip(1) {
        let name = name.split('"').next().expect("a name");
        assert!(schemas.get(name).is_some(), "{name}");
    }
}

#[test]
fn an_operation_is_named_once_and_its_links_lead_to_operations() {
    let names: Vec<&str> = endpoints::ALL.iter().map(|endpoint| endpoint.name).collect();
    assert_eq!(BTreeSet::from_iter(&names).len(), names.len());
    for endpoint in endpoints::ALL.iter() {
        for (operation, ..) in endpoint.links {
            assert!(names.contains(operation), "{operation}");
        }
    }
}
