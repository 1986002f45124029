//! A disk that fails, and one that has become read-only.

use std::path::{Path, PathBuf};

use super::full::survives;
use testkit::process::TestDir;

/// Builds the library that fails the disk of the program that loads it.
fn failing_disk(folder: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/process/disk/failing_disk.rs");
    let library = folder.join("libfailing_disk.so");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let built = std::process::Command::new(rustc)
        .args([
            "--edition=2024",
            "--crate-type=cdylib",
            "-Cpanic=abort",
            "-Copt-level=1",
            "-o",
        ])
        .arg(&library)
        .arg(source)
        .output()
        .expect("rustc runs");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    library
}

/// `kind`: `e` for a disk that answers with input/output errors, `r` for one that is read-only.
async fn survived(kind: &str) {
    let dir = TestDir::empty();
    let library = failing_disk(dir.path());
    let fails = dir.path().join("fails");
    let env = [
        ("LD_PRELOAD", library.to_str().expect("text")),
        ("FAILING_DISK", fails.to_str().expect("text")),
    ];
    let gateway = dir.serve(&env).await;
    let fail = || std::fs::write(&fails, kind).expect("a file");
    let mend = || std::fs::remove_file(&fails).expect("it was there");
    survives(gateway, &dir.log(), fail, mend).await;
}

#[tokio::test]
async fn a_disk_that_answers_with_errors_makes_it_unready_and_one_that_works_again_ready() {
    survived("e").await;
}

#[tokio::test]
async fn a_disk_that_has_become_read_only_makes_it_unready_and_one_that_is_written_again_ready() {
    survived("r").await;
}
