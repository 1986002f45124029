//! The manual as part of the binary: every page of `docs/`, in Korean and English, rendered to HTML, with a table of
//! contents and a search. [`page`] and [`search`] know nothing of HTTP; [`router`] serves them below [`MOUNT`].

mod contents;
pub mod http;
mod language;
mod links;
mod page;
mod render;
mod search;
mod slug;
mod source;

pub use contents::{Entry, Section, contents};
pub use http::router;
pub use language::Language;
pub use page::{Page, TocEntry, page};
pub use search::{Hit, QUERY_CHARS_MAX, search};
pub use source::{markdown, picture};

/// Where the manual is mounted; every link within it starts with this.
pub const MOUNT: &str = "/manual";

/// The address of a page, for links from elsewhere: `/manual/ko/reference/errors`.
#[must_use]
pub fn address(path: &str, language: Language) -> String {
    if path.is_empty() {
        format!("{MOUNT}/{}", language.code())
    } else {
        format!("{MOUNT}/{}/{path}", language.code())
    }
}
