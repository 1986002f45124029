//! A disk without room, for the data alone or for data and log.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Resource, Rlimit, prlimit};

use super::charge;
use testkit::process::{Gateway, TestDir};
use testkit::{Merchant, PATIENCE, until};

/// Waits until `/readyz` has this status.
async fn until_ready_is(api: &Merchant, status: u16) {
    until(PATIENCE, async || {
        let answer = api.get("/readyz").await;
        if answer.status == status { Ok(()) } else { Err(answer) }
    })
    .await;
}

/// While there is no room charges are refused and `/readyz` says so; once there is, both are well again without a restart,
/// and nothing was debited that was not answered.
pub async fn survives(gateway: Gateway, log: &Path, fill: impl FnOnce(), make_room: impl FnOnce()) {
    let api = gateway.merchant();
    let (_, key) = api.issue_for("sub_1").await;
    api.get("/readyz").await.expect(200);
    fill();
    until_ready_is(&api, 503).await;
    for order in 0..10 {
        let refused = charge(&api, &key, &format!("full_{order}")).await;
        assert_eq!(refused.status, 503, "{}", refused.body);
    }
    assert_eq!(api.get("/healthz").await.status, 200);
    assert!(gateway.pg().ledger().await.debits.is_empty(), "no intent, no debit");
    tokio::time::sleep(Duration::from_secs(3)).await;
    make_room();
    until_ready_is(&api, 200).await;
    let paid = charge(&api, &key, "order_1").await;
    assert_eq!(paid.number("status"), Some(1), "{}", paid.body);
    assert_eq!(gateway.pg().ledger().await.debits.len(), 1);
    let status = gateway.process.stop().await;
    assert!(status.success(), "{status:?}");
    let log = std::fs::read_to_string(log).unwrap_or_default();
    let warned = log.matches("a group could not be committed").count();
    assert!(warned <= 3, "once, not with every try: {warned}");
    let lines = log.lines().filter(|line| line.contains("WARN")).count();
    assert!(lines < 60, "the workers do not flood the log: {lines} warnings\n{log}");
}

/// Without a file system of its own, and without being root: no file of the process may grow.
#[tokio::test]
async fn files_that_may_not_grow_make_it_unready_and_room_makes_it_ready_again() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let id = gateway.process.id();
    let limit = |current| {
        let limit = Rlimit { current, maximum: None };
        prlimit(Some(id), Resource::Fsize, limit).expect("a limit");
    };
    // Less than the log of writes has by then: it cannot be written again from its beginning either.
    survives(gateway, &dir.log(), || limit(Some(1)), || limit(None)).await;
}

/// A file system of a few megabytes that is gone at the end.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where this user may not mount.
    fn mount(at: &Path) -> Option<Self> {
        std::fs::create_dir_all(at).expect("a folder");
        let at_text = at.to_str().expect("text");
        let mount = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=6m", "tmpfs", at_text])
            .output();
        match mount {
            Ok(output) if output.status.success() => Some(Self(at.to_owned())),
            _ => {
                println!("skipped: a small file system cannot be mounted by this user");
                None
            }
        }
    }

    fn fill(&self) {
        let mut file = std::fs::File::create(self.0.join("filler")).expect("a file");
        while std::io::Write::write_all(&mut file, &[0; 512]).is_ok() {}
    }

    fn make_room(&self) {
        std::fs::remove_file(self.0.join("filler")).expect("it was there");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

async fn serve_on(disk: &Path, log: &Path) -> Gateway {
    let file = std::fs::File::create(log).expect("a log file");
    Gateway::start(&disk.join("data"), file, &[], log).await
}

#[tokio::test]
async fn data_and_log_on_the_same_full_disk_stop_nothing_for_good() {
    let dir = TestDir::empty();
    let Some(disk) = SmallDisk::mount(&dir.path().join("small")) else {
        return;
    };
    let log = disk.0.join("serve.log");
    let gateway = serve_on(&disk.0, &log).await;
    survives(gateway, &log, || disk.fill(), || disk.make_room()).await;
}

#[tokio::test]
async fn a_full_disk_with_the_log_elsewhere_is_survived_too() {
    let dir = TestDir::empty();
    let Some(disk) = SmallDisk::mount(&dir.path().join("small")) else {
        return;
    };
    let gateway = serve_on(&disk.0, &dir.log()).await;
    survives(gateway, &dir.log(), || disk.fill(), || disk.make_room()).await;
}
