//! A command line that repeats a request.

use super::record::{CapturedBody, Record};

impl Record {
    /// A curl for a POSIX shell that repeats the request at `url`; the credentials are read from
    /// `$JADONG_CLIENT_KEY` and `$JADONG_SECRET_KEY`. `None` where the body was not kept.
    #[must_use]
    pub fn curl(&self, url: &str) -> Option<String> {
        let Self {
            method, path, query, ..
        } = self;
        let head =
            format!("curl -sS -X {method} '{url}{path}{query}' \\\n  -u \"$JADONG_CLIENT_KEY:$JADONG_SECRET_KEY\"");
        match &self.body {
            CapturedBody::Nothing => Some(head),
            // A here-document that is not quoted: the shell fills the placeholders in.
            CapturedBody::Shown(body) => Some(format!(
                "{head} \\\n  -H 'Content-Type: application/json' \\\n  -d @- <<JSON\n{body}\nJSON"
            )),
            CapturedBody::NotKept => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use serde_json::{Value, json};

    use super::super::record::tests::record;
    use super::super::redact;
    use super::*;

    /// What a shell makes of the command when curl only repeats what it is given.
    fn run(curl: &str) -> String {
        let script =
            format!("curl() {{ printf '%s\\n' \"$@\"; cat; }}\nexport JADONG_CLIENT_KEY=k JADONG_SECRET_KEY=s\n{curl}");
        let ran = Command::new("sh").args(["-c", &script]).output().unwrap();
        assert!(
            ran.status.success(),
            "{script}\n{}",
            String::from_utf8_lossy(&ran.stderr)
        );
        String::from_utf8(ran.stdout).unwrap()
    }

    #[test]
    fn a_shell_fills_the_placeholders_in_and_nothing_that_was_sent_is_run() {
        let sent = json!({ "pg": "nicepay", "phone": "01098712345", "order_name": "it's & <월> | ;", "subscription_id": "20260101123",
            "bank_name": "$(touch /tmp/never)", "username": "`id`" });
        let mut record = record();
        record.body = CapturedBody::Shown(redact::body(sent.to_string().as_bytes()).unwrap().into());
        let curl = record.curl("http://127.0.0.1:1").unwrap();
        let printed = run(&curl);
        let (arguments, body) = printed.split_once("@-\n").unwrap();
        assert!(
            arguments.contains("http://127.0.0.1:1/v2/request/token\n-u\nk:s\n"),
            "{arguments}"
        );
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["phone"], "01012345678");
        assert_eq!(body["order_name"], "it's & <월> | ;");
        assert_eq!(body["bank_name"], "");
        assert!(
            body["subscription_id"].as_str().unwrap().starts_with("again-1"),
            "{body}"
        );
    }

    #[test]
    fn an_order_or_a_cancel_is_repeated_under_its_own_id_or_not_at_all() {
        for name in ["order_id", "cancel_id"] {
            let mut record = record();
            let sent = json!({ name: "20260101-123456789" }).to_string();
            record.body = CapturedBody::Shown(redact::body(sent.as_bytes()).unwrap().into());
            let script = format!(
                "curl() {{ cat; }}\nJADONG_CLIENT_KEY=k JADONG_SECRET_KEY=s\n{}",
                record.curl("http://127.0.0.1:1").unwrap()
            );
            let ran = Command::new("sh").args(["-c", &script]).output().unwrap();
            assert!(!ran.status.success() && ran.stdout.is_empty(), "{script}");
            assert!(String::from_utf8_lossy(&ran.stderr).contains(name));
        }
    }

    #[test]
    fn without_its_body_a_request_cannot_be_repeated() {
        let mut record = record();
        record.body = CapturedBody::NotKept;
        assert_eq!(record.curl("http://127.0.0.1:1"), None);
    }
}
