//! Where the links of a page lead, once it is no file any more.

use crate::source::{folder_of, markdown, page_of};
use crate::{Language, MOUNT, address};

/// What a link's target becomes.
#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// An address that a browser can follow.
    Address(String),
    /// A file of the repository that is not part of the manual; its path from the root.
    Outside(String),
}

/// `target` as written on the page `path`, in the manual that is read in `language`.
pub fn rewrite(target: &str, path: &str, language: Language) -> Target {
    if target.contains("://") || target.starts_with('#') || target.starts_with("mailto:") {
        return Target::Address(target.to_owned());
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let Some(below_docs) = resolve(folder_of(path), file) else {
        return Target::Outside(file.trim_start_matches("../").to_owned());
    };
    if below_docs.ends_with(".svg") {
        return Target::Address(format!("{MOUNT}/{below_docs}"));
    }
    if !below_docs.ends_with(".md") {
        return Target::Outside(format!("docs/{below_docs}"));
    }
    let (page, written_in) = page_of(&below_docs);
    // A page that exists in one language only is read within the manual of the reader's.
    let has_pair = Language::ALL.into_iter().all(|other| markdown(&page, other).is_some());
    let address = address(&page, if has_pair { written_in } else { language });
    if anchor.is_empty() {
        Target::Address(address)
    } else {
        Target::Address(format!("{address}#{anchor}"))
    }
}

/// `file` seen from `folder`; nothing when that is above `docs/`.
fn resolve(folder: &str, file: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in file.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_between_files_become_links_between_pages() {
        let to = |target: &str, path: &str| rewrite(target, path, Language::English);
        let address = |text: &str| Target::Address(text.to_owned());
        assert_eq!(
            to("../reference/errors.md#x", "concepts/states"),
            address("/manual/en/reference/errors#x")
        );
        assert_eq!(
            to("first-key.ko.md", "integrating/first-key"),
            address("/manual/ko/integrating/first-key")
        );
        assert_eq!(to("decisions/README.md", ""), address("/manual/en/decisions"));
        assert_eq!(to("#here", ""), address("#here"));
        assert_eq!(to("https://example.com/a.md", ""), address("https://example.com/a.md"));
        assert_eq!(
            to("../../examples/merchant/src/lib.rs", "integrating/first-key"),
            Target::Outside("examples/merchant/src/lib.rs".to_owned())
        );
    }

    #[test]
    fn a_page_without_a_pair_does_not_change_the_readers_language() {
        assert_eq!(
            rewrite(
                "../decisions/01-checks-without-github.md",
                "concepts/states",
                Language::Korean
            ),
            Target::Address("/manual/ko/decisions/01-checks-without-github".to_owned())
        );
    }
}
