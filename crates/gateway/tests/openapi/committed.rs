//! `docs/reference/openapi.json` is what the code says.
//!
//! `JADONG_BLESS=1 cargo nextest run -p jadong-gateway committed` writes it anew. `openapi.released.json` beside it is
//! replaced by a copy when a version is released, and never otherwise.

use jadong_gateway::http::openapi::published;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference");

#[test]
fn the_committed_document_is_what_the_code_says() {
    let path = format!("{FOLDER}/openapi.json");
    let text = serde_json::to_string_pretty(published()).expect("JSON") + "\n";
    if std::env::var_os("JADONG_BLESS").is_some() {
        std::fs::write(&path, &text).expect("the docs can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == text,
        "docs/reference/openapi.json is not what the code says; write it anew with JADONG_BLESS=1"
    );
}
