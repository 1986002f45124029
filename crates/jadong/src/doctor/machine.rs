//! What the machine allows: open files.

use rustix::process::{Resource, getrlimit};

use super::finding::Finding;
use crate::config::Config;

const FILES: &str = "open files";
/// The database, the log, connections to the PG and to merchants' endpoints.
const BESIDES: u64 = 500;

pub fn check(config: &Config) -> Vec<Finding> {
    let connections = config.connections_max;
    let wanted = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(BESIDES);
    // The gateway raises the soft limit to the hard one itself.
    let limit = getrlimit(Resource::Nofile).maximum;
    let finding = match limit {
        Some(limit) if limit < wanted => Finding::warn(
            FILES,
            (
                format!("최대 {limit}. connections_max {connections}에는 {wanted}개가 필요합니다"),
                format!("at most {limit}; connections_max {connections} wants {wanted}"),
            ),
            (
                "ulimit -n을 올리거나(systemd: LimitNOFILE) connections_max를 줄이십시오.",
                "Raise ulimit -n (systemd: LimitNOFILE), or lower connections_max.",
            ),
        ),
        Some(limit) => Finding::ok(
            FILES,
            (
                format!("최대 {limit}, 연결 {connections}개에 충분합니다"),
                format!("at most {limit}, enough for {connections} connections"),
            ),
        ),
        None => Finding::ok(FILES, ("제한 없음", "no limit")),
    };
    vec![finding]
}
