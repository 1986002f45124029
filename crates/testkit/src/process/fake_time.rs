//! Another time for one process, by a library that is loaded before it. `scripts/test` installs it.

use std::path::{Path, PathBuf};

/// What a process takes for the time; it looks again every second.
pub struct FakeTime {
    file: PathBuf,
    library: PathBuf,
}

impl FakeTime {
    /// The right time, for now. Its file is in `folder`.
    pub fn in_folder(folder: &Path) -> Self {
        let folders = std::fs::read_dir("/usr/lib").expect("/usr/lib").flatten();
        let mut found = folders.map(|folder| folder.path().join("faketime/libfaketime.so.1"));
        let library = found.find(|path| path.exists());
        let time = Self {
            file: folder.join("time"),
            library: library.expect("libfaketime is not installed: scripts/test setup"),
        };
        time.set("+0s");
        time
    }

    /// The settings of a process that goes by it, whose timers feel it too.
    pub fn settings(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("LD_PRELOAD", self.library.to_str().expect("text")),
            ("FAKETIME_TIMESTAMP_FILE", self.file.to_str().expect("text")),
            ("FAKETIME_CACHE_DURATION", "1"),
        ]
    }

    /// From now on the process lives so far ahead, or behind: `+65s`, `-20h`.
    pub fn set(&self, ahead: &str) {
        let beside = self.file.with_extension("new");
        std::fs::write(&beside, ahead).expect("written");
        std::fs::rename(beside, &self.file).expect("renamed");
    }
}
