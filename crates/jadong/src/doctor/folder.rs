//! The data folder: there, its owner's alone, writable, with room.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::finding::Finding;

const FOLDER: &str = "data folder";
const SPACE: &str = "disk space";
const KEY: &str = "pepper.key";

/// Below this the next day is not sure.
const ROOM_LOW: u64 = 1024 * 1024 * 1024;
/// Below this the next hour is not.
const ROOM_GONE: u64 = 100 * 1024 * 1024;

pub fn check(folder: &Path) -> Vec<Finding> {
    let Ok(found) = std::fs::metadata(folder) else {
        return vec![Finding::ok(
            FOLDER,
            format!("{} is not there yet; `jadong serve` makes it", folder.display()),
        )];
    };
    let mut findings = vec![usable(folder, &found), room(folder)];
    findings.extend(key(folder));
    findings
}

fn usable(folder: &Path, found: &std::fs::Metadata) -> Finding {
    let shown = folder.display();
    if !found.is_dir() {
        return Finding::fail(
            FOLDER,
            format!("{shown} is no folder"),
            "--data로 다른 폴더를 고르십시오.",
            "Choose a folder with --data.",
        );
    }
    if let Err(error) = try_write(folder) {
        return Finding::fail(
            FOLDER,
            format!("{shown} cannot be written: {error}"),
            "게이트웨이를 돌리는 사용자의 폴더로 만드십시오 (chown).",
            "Make it the folder of the user who runs the gateway (chown).",
        );
    }
    if found.mode() & 0o077 != 0 {
        return Finding::warn(
            FOLDER,
            format!("{shown} is open to others (mode {:o})", found.mode() & 0o777),
            &format!("빌링키가 들어 있습니다: chmod 700 {shown}"),
            &format!("It holds billing keys: chmod 700 {shown}"),
        );
    }
    Finding::ok(FOLDER, format!("{shown}, its owner's alone, writable"))
}

/// A file of its own, gone again at once.
fn try_write(folder: &Path) -> std::io::Result<()> {
    let file = tempfile::NamedTempFile::with_prefix_in(".doctor-", folder)?;
    file.as_file().sync_all()?;
    file.close()
}

fn room(folder: &Path) -> Finding {
    let left = match rustix::fs::statvfs(folder) {
        Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize),
        Err(error) => {
            return Finding::warn(
                SPACE,
                format!("unknown: {error}"),
                "df로 확인하십시오.",
                "Look with df.",
            );
        }
    };
    let found = format!("{} MiB left", left / (1024 * 1024));
    let (ko, en) = (
        "자리를 만드십시오. 디스크가 차면 모든 요청이 503으로 끝납니다.",
        "Make room: on a full disk every request ends with 503.",
    );
    match left {
        0..ROOM_GONE => Finding::fail(SPACE, found, ko, en),
        ROOM_GONE..ROOM_LOW => Finding::warn(SPACE, found, ko, en),
        _ => Finding::ok(SPACE, found),
    }
}

fn key(folder: &Path) -> Option<Finding> {
    let path = folder.join("pepper.key");
    match std::fs::metadata(&path) {
        Err(_) if folder.join("jadong.db").exists() => Some(Finding::fail(
            KEY,
            format!("{} is missing, but there is a database", path.display()),
            "백업에서 되돌리십시오. 없으면 어떤 키도 알아보지 못합니다.",
            "Restore it from the backup: without it no credential is recognised.",
        )),
        Err(_) => None,
        Ok(found) if found.mode() & 0o077 != 0 => Some(Finding::fail(
            KEY,
            format!("open to others (mode {:o})", found.mode() & 0o777),
            &format!("chmod 600 {}", path.display()),
            &format!("chmod 600 {}", path.display()),
        )),
        Ok(_) => Some(Finding::ok(KEY, "its owner's alone")),
    }
}
