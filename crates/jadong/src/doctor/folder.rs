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
            (
                format!("{}: 아직 없습니다. `jadong serve`가 만듭니다", folder.display()),
                format!("{} is not there yet; `jadong serve` makes it", folder.display()),
            ),
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
            (format!("{shown}: 폴더가 아닙니다"), format!("{shown} is no folder")),
            ("--data로 다른 폴더를 고르십시오.", "Choose a folder with --data."),
        );
    }
    if let Err(error) = try_write(folder) {
        return Finding::fail(
            FOLDER,
            (
                format!("{shown}: 쓸 수 없습니다: {error}"),
                format!("{shown} cannot be written: {error}"),
            ),
            (
                "게이트웨이를 돌리는 사용자의 폴더로 만드십시오 (chown).",
                "Make it the folder of the user who runs the gateway (chown).",
            ),
        );
    }
    let mode = found.mode() & 0o777;
    if mode & 0o077 != 0 {
        return Finding::warn(
            FOLDER,
            (
                format!("{shown}: 다른 사용자도 볼 수 있습니다 (권한 {mode:o})"),
                format!("{shown} is open to others (mode {mode:o})"),
            ),
            (
                format!("빌링키가 들어 있습니다: chmod 700 {shown}"),
                format!("It holds billing keys: chmod 700 {shown}"),
            ),
        );
    }
    Finding::ok(
        FOLDER,
        (
            format!("{shown}, 소유자만 보고 쓸 수 있습니다"),
            format!("{shown}, its owner's alone, writable"),
        ),
    )
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
                (format!("알 수 없음: {error}"), format!("unknown: {error}")),
                ("df로 확인하십시오.", "Look with df."),
            );
        }
    };
    let mib = left / (1024 * 1024);
    let found = (format!("{mib} MiB 남음"), format!("{mib} MiB left"));
    let mend = (
        "자리를 만드십시오. 디스크가 차면 모든 요청이 503으로 끝납니다.",
        "Make room: on a full disk every request ends with 503.",
    );
    match left {
        0..ROOM_GONE => Finding::fail(SPACE, found, mend),
        ROOM_GONE..ROOM_LOW => Finding::warn(SPACE, found, mend),
        _ => Finding::ok(SPACE, found),
    }
}

fn key(folder: &Path) -> Option<Finding> {
    let path = folder.join("pepper.key");
    match std::fs::metadata(&path) {
        Err(_) if folder.join("jadong.db").exists() => Some(Finding::fail(
            KEY,
            (
                format!("데이터베이스는 있는데 {}이 없습니다", path.display()),
                format!("{} is missing, but there is a database", path.display()),
            ),
            (
                "백업에서 되돌리십시오. 없으면 어떤 키도 알아보지 못합니다.",
                "Restore it from the backup: without it no credential is recognised.",
            ),
        )),
        Err(_) => None,
        Ok(found) if found.mode() & 0o077 != 0 => Some(Finding::fail(
            KEY,
            (
                format!("다른 사용자도 볼 수 있습니다 (권한 {:o})", found.mode() & 0o777),
                format!("open to others (mode {:o})", found.mode() & 0o777),
            ),
            format!("chmod 600 {}", path.display()),
        )),
        Ok(_) => Some(Finding::ok(KEY, ("소유자만 볼 수 있습니다", "its owner's alone"))),
    }
}
