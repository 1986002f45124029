//! What one merchant was told about one key.

use testkit::Answer;

#[derive(Debug)]
pub struct Story {
    pub subscription_id: String,
    pub phone: String,
    /// Every receipt that a 41 was answered for.
    pub receipts: Vec<String>,
    /// Those of them that were told to be over without a key.
    pub ended: Vec<String>,
    pub billing_key: Option<String>,
    pub is_destroyed: bool,
    pub is_stuck: bool,
    pub retries: u32,
    /// Answers that no merchant should get from a gateway that only crashes.
    pub surprises: Vec<String>,
}

/// What a crash, and the recovery after it, may honestly answer.
const HONEST: [&str; 7] = [
    "SUBSCRIBE_REQUEST_FAILED",
    "SUBSCRIBE_PUBLISH_NOT_READY",
    "SUBSCRIBE_PUBLISH_IN_DOUBT",
    "PG_UNAVAILABLE",
    "GATEWAY_OVERLOADED",
    "GATEWAY_STORE_UNAVAILABLE",
    "RATE_LIMITED",
];

impl Story {
    pub fn new(subscription_id: String, phone: String) -> Self {
        Self {
            subscription_id,
            phone,
            receipts: Vec::new(),
            ended: Vec::new(),
            billing_key: None,
            is_destroyed: false,
            is_stuck: false,
            retries: 0,
            surprises: Vec::new(),
        }
    }

    pub fn asked(&mut self, receipt_id: &str, answer: &Answer) {
        if answer.number("status") != Some(41) {
            self.surprises.push(format!("request: {}", answer.body));
        }
        if self.receipts.last().is_none_or(|last| last != receipt_id) {
            self.receipts.push(receipt_id.to_owned());
        }
    }

    pub fn issued(&mut self, answer: Option<&Answer>) {
        let answer = answer.expect("an answer with a key");
        if answer.number("status") != Some(1) {
            self.surprises.push(format!("issued: {}", answer.body));
        }
        self.billing_key = Some(answer.text("billing_key"));
    }

    pub fn ended_without_key(&mut self, receipt_id: &str) {
        self.ended.push(receipt_id.to_owned());
    }

    pub fn retried(&mut self, step: &str, answer: Option<Answer>) {
        self.retries += 1;
        let Some(answer) = answer else { return };
        if !HONEST.contains(&answer.error_code().as_str()) {
            self.surprises
                .push(format!("{step}: {} {}", answer.status, answer.body));
        }
    }
}
