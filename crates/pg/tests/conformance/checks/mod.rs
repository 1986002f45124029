//! The checks. Each is given a subject of its own.

pub mod consents;
pub mod debits;
pub mod doubts;
pub mod limits;
pub mod receipts;
pub mod refunds;

use crate::relay::{Fault, answer};

/// Longer than any answer of a PG.
const HUGE_BYTES: usize = 1024 * 1024;

/// The PG has done what it was asked for, and no answer comes that means anything.
pub fn unreadable() -> Vec<Fault> {
    let json = |body: &str| Fault::Instead(answer("200 OK", "application/json", body));
    let html = |status| Fault::Instead(answer(status, "text/html", "<html><body>sorry</body></html>"));
    let elsewhere = "HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    vec![
        Fault::AnswerLost,
        Fault::AnswerHalved,
        Fault::Status("500 Internal Server Error"),
        Fault::Instead(elsewhere.to_owned()),
        Fault::Instead("SSH-2.0-OpenSSH_9.6\r\n".to_owned()),
        html("200 OK"),
        html("404 Not Found"),
        html("502 Bad Gateway"),
        json(""),
        json("done"),
        json("{\"code\":0,\"resultCode\":\"0000\",\"status\":"),
        json(&format!("{{\"a\":\"{}\"}}", "a".repeat(HUGE_BYTES))),
    ]
}

/// The same with what is JSON and says nothing.
pub fn meaningless() -> Vec<Fault> {
    let json = |body: &str| Fault::Instead(answer("200 OK", "application/json", body));
    let mut faults = unreadable();
    faults.extend(["{}", "null", "true", "\"0000\"", "{\"error\":null}"].map(json));
    faults
}

/// A fault in a few words.
pub fn named(fault: &Fault) -> String {
    format!("{fault:?}").chars().take(150).collect()
}
