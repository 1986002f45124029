//! `docs/reference/error-codes.md` and `.ko.md` are what the table of errors says.
//!
//! `JADONG_BLESS=1 cargo nextest run -p jadong-domain errors_documented` writes them anew.

use jadong_domain::Language;
use jadong_domain::error::list::markdown;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference");

#[test]
fn the_lists_of_errors_are_written_from_the_table() {
    for (name, language) in [
        ("error-codes.md", Language::English),
        ("error-codes.ko.md", Language::Korean),
    ] {
        let path = format!("{FOLDER}/{name}");
        let page = markdown(language);
        if std::env::var_os("JADONG_BLESS").is_some() {
            std::fs::write(&path, &page).expect("the docs can be written");
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == page,
            "docs/reference/{name} is not what the table of errors says; write it anew with JADONG_BLESS=1"
        );
    }
}
