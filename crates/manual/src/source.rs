//! The files of `docs/`, embedded. A page is a pair: `x.md` in English and `x.ko.md` in Korean; a folder's own page is
//! its `README.md`.

use std::borrow::Cow;

use rust_embed::RustEmbed;

use crate::Language;

#[derive(RustEmbed)]
#[folder = "../../docs"]
#[include = "*.md"]
#[include = "*.svg"]
struct Docs;

/// The Markdown of a page in exactly this language.
///
/// `path` is the file's path below `docs/` without its ending: `concepts/states`; `""` is the first page.
#[must_use]
pub fn markdown(path: &str, language: Language) -> Option<String> {
    let own = file_name(path, language);
    let file = Docs::get(&own).or_else(|| Docs::get(&join(path, &file_name("README", language))))?;
    String::from_utf8(file.data.into_owned()).ok()
}

/// A picture as SVG text, by its path below `docs/`: `pictures/payment.ko.svg`.
#[must_use]
pub fn picture(path: &str) -> Option<Cow<'static, [u8]>> {
    if path.ends_with(".svg") {
        Docs::get(path).map(|file| file.data)
    } else {
        None
    }
}

/// Every page's path, in the order of its file's name.
pub(crate) fn paths() -> Vec<String> {
    let files = Docs::iter().filter(|file| file.ends_with(".md") && !file.ends_with(".ko.md"));
    let mut paths: Vec<String> = files.map(|file| page_of(&file).0).collect();
    paths.sort();
    paths
}

/// The page that a file below `docs/` is: `decisions/README.md` → (`decisions`, English).
pub(crate) fn page_of(file: &str) -> (String, Language) {
    let (stem, language) = match file.strip_suffix(".ko.md") {
        Some(stem) => (stem, Language::Korean),
        None => (file.strip_suffix(".md").unwrap_or(file), Language::English),
    };
    let path = stem.strip_suffix("README").unwrap_or(stem).trim_end_matches('/');
    (path.to_owned(), language)
}

/// The folder that relative links of a page start from.
pub(crate) fn folder_of(path: &str) -> &str {
    let is_folder = Docs::get(&join(path, "README.md")).is_some();
    if is_folder {
        path
    } else {
        path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

fn file_name(path: &str, language: Language) -> String {
    match language {
        Language::Korean => format!("{path}.ko.md"),
        Language::English => format!("{path}.md"),
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_pages_correspond() {
        for (file, page) in [
            ("README.md", ("", Language::English)),
            ("README.ko.md", ("", Language::Korean)),
            ("decisions/README.md", ("decisions", Language::English)),
            ("concepts/states.ko.md", ("concepts/states", Language::Korean)),
        ] {
            assert_eq!(page_of(file), (page.0.to_owned(), page.1));
            assert!(file.ends_with("states.ko.md") || page.1 == Language::Korean || markdown(page.0, page.1).is_some());
        }
        assert_eq!(folder_of("decisions"), "decisions");
        assert_eq!(folder_of("concepts/states"), "concepts");
        assert_eq!(folder_of(""), "");
    }

    #[test]
    fn nothing_but_pages_and_pictures_is_given_out() {
        assert!(picture("README.md").is_none());
        assert!(markdown("../Cargo", Language::English).is_none());
        assert!(markdown("nowhere", Language::English).is_none());
    }
}
