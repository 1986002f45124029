//! Where what was built is.

use std::env;
use std::path::PathBuf;

/// `jadong`, where the test runner says that it is, or else beside the tests.
pub fn jadong_path() -> PathBuf {
    let known = ["NEXTEST_BIN_EXE_jadong", "CARGO_BIN_EXE_jadong"].into_iter();
    known
        .filter_map(env::var_os)
        .next()
        .map_or_else(|| built("jadong"), PathBuf::from)
}

/// The binary of the release before this one, where `JADONG_PREVIOUS` says that it is. Panics: it does not.
pub fn previous_path() -> PathBuf {
    let path = env::var_os("JADONG_PREVIOUS").expect("JADONG_PREVIOUS names the binary of the previous release");
    PathBuf::from(path)
}

/// A program in the folder above the one of the tests' executables, such as `examples/monthly`.
pub fn built(name: &str) -> PathBuf {
    let test = env::current_exe().expect("a test is a program");
    let folder = test.ancestors().nth(2).expect("tests are in a folder");
    folder.join(name)
}
