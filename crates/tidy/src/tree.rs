//! The files of the repository, as a reader of a fresh clone sees them.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that are made by tools and never committed.
const MADE_BY_TOOLS: &[&str] = &[
    ".git",
    "target",
    "node_modules",
    ".venv",
    "jadong-data",
    "__pycache__",
    ".pytest_cache",
];

/// Files whose length and words are not ours to choose. `.git` is a file in a second working tree.
const GENERATED: &[&str] = &[".git", "Cargo.lock", "package-lock.json", "LICENSE"];

pub struct File {
    /// From the root, with `/` between the parts.
    pub path: String,
    pub text: String,
}

impl File {
    pub fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|own| own == extension)
    }

    pub fn is_rust(&self) -> bool {
        self.has_extension("rs")
    }

    /// Tests in a folder of their own, or in a file of their own beside what they test.
    pub fn is_test(&self) -> bool {
        self.path.split('/').any(|part| part == "tests") || self.path.ends_with("tests.rs")
    }

    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

pub fn root() -> PathBuf {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder
        .ancestors()
        .nth(2)
        .expect("crates/tidy is two below the root")
        .to_path_buf()
}

/// Every text file, in the order of its path. Files that are not UTF-8 are no text and left out.
pub fn files() -> Vec<File> {
    let root = root();
    let mut found = Vec::new();
    collect(&root, &root, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 20, "the repository at {} is nearly empty", root.display());
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<File>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let entry = entry.expect("a folder entry");
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type().expect("a file type");
        if kind.is_dir() && !MADE_BY_TOOLS.contains(&name.as_str()) {
            collect(root, &entry.path(), found);
        } else if kind.is_file() && !GENERATED.contains(&name.as_str()) {
            // A file may vanish between listing and reading: another test's, or an editor's.
            if let Ok(text) = fs::read_to_string(entry.path()) {
                let path = entry.path();
                let below_root = path.strip_prefix(root).expect("below the root");
                found.push(File {
                    path: below_root.to_string_lossy().replace('\\', "/"),
                    text,
                });
            }
        }
    }
}
