//! Standard Webhooks signatures: <https://www.standardwebhooks.com>.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::fingerprint::Pepper;
use domain::project::Project;
use domain::{EpochMs, ProjectId};
use standardwebhooks::Webhook;

/// A project's signing secret, `whsec_…`. Derived from the installation's key and the secret's number: it is stored nowhere.
#[must_use]
pub fn webhook_secret(pepper: &Pepper, project: ProjectId, number: u32) -> String {
    let derived = pepper.hash("webhook_secret", &[&project.to_string(), &number.to_string()]);
    format!("whsec_{}", STANDARD.encode(derived.0))
}

/// One signature, `v1,…`; `None` when `secret` is no secret.
#[must_use]
pub fn sign(secret: &str, id: &str, at_s: i64, body: &str) -> Option<String> {
    Webhook::new(secret).ok()?.sign(id, at_s, body.as_bytes()).ok()
}

/// The signatures of all secrets that are in use at `now`, with a space between, the newest first.
pub fn signatures(pepper: &Pepper, project: &Project, id: &str, now: EpochMs, body: &str) -> String {
    let newest = project.webhook.secret_number;
    let is_overlap = project.webhook.overlap_until.is_some_and(|until| now < until);
    let before = (is_overlap && newest > 1).then(|| newest - 1);
    let at_s = i64::from(now.epoch_seconds());
    let signed: Vec<String> = std::iter::once(newest)
        .chain(before)
        .filter_map(|number| sign(&webhook_secret(pepper, project.id, number), id, at_s, body))
        .collect();
    signed.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_published_one() {
        let signed = sign(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(sign("whsec_!", "id", 0, ""), None);
    }

    #[test]
    fn secrets_differ_by_project_and_number() {
        let pepper = Pepper::new([1; 32]);
        let project = |text: &str| text.parse::<ProjectId>().unwrap();
        let (a, b) = (project("6655069ca691573f1bb9c28a"), project("6655069ca691573f1bb9c28b"));
        let secret = webhook_secret(&pepper, a, 1);
        assert!(secret.starts_with("whsec_") && secret.len() == 6 + 44);
        assert_ne!(secret, webhook_secret(&pepper, a, 2));
        assert_ne!(secret, webhook_secret(&pepper, b, 1));
    }
}
