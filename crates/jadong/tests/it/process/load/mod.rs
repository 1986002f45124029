//! Merchants at work: each issues keys one after another and never gives up, whatever happens to the gateway.

mod story;

use std::time::Duration;

use serde_json::json;
use testkit::merchant::TRANSFER;
use testkit::{Answer, Merchant, application, with};
use tokio::task::JoinHandle;

pub use story::Story;

/// How much there is to do.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    pub clients: usize,
    pub keys_each: usize,
    /// Every so manyth key is destroyed afterwards; 0 for none.
    pub destroy_every: usize,
}

/// How long one key may take, with all the crashes in between.
const DEADLINE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(40);

/// A load under way.
pub struct Running(Vec<JoinHandle<Vec<Story>>>);

impl Load {
    /// Sets the clients to work. `name` keeps subscriptions of several loads at one PG apart; `first_phone` the phones.
    pub fn start(self, api: &Merchant, name: &str, first_phone: u32) -> Running {
        let client = |client: usize| {
            let (api, name) = (api.clone(), name.to_owned());
            tokio::spawn(async move {
                let mut stories = Vec::new();
                for nth in 0..self.keys_each {
                    let number = client * self.keys_each + nth;
                    let phone = format!("010{:08}", first_phone as usize + number);
                    let is_destroyed = self.destroy_every > 0 && number.is_multiple_of(self.destroy_every);
                    let mut story = Story::new(format!("{name}-{number}"), phone);
                    let ended = tokio::time::timeout(DEADLINE, live(&api, &mut story, is_destroyed)).await;
                    story.is_stuck = ended.is_err();
                    stories.push(story);
                }
                stories
            })
        };
        Running((0..self.clients).map(client).collect())
    }
}

impl Running {
    pub async fn finish(self) -> Vec<Story> {
        let mut stories = Vec::new();
        for client in self.0 {
            stories.extend(client.await.expect("a client does not panic"));
        }
        stories
    }

    /// For a load that is cut short.
    pub fn is_finished(&self) -> bool {
        self.0.iter().all(JoinHandle::is_finished)
    }
}

async fn live(api: &Merchant, story: &mut Story, is_destroyed: bool) {
    while story.billing_key.is_none() {
        let receipt_id = ask(api, story).await;
        publish(api, story, &receipt_id).await;
    }
    if is_destroyed {
        destroy(api, story).await;
    }
}

/// Step 1 until it is answered with 41.
async fn ask(api: &Merchant, story: &mut Story) -> String {
    let changes = json!({ "subscription_id": story.subscription_id, "phone": story.phone });
    let body = with(application(), changes);
    loop {
        match api.try_post(TRANSFER, &body).await {
            Some(answer) if answer.status == 200 => {
                let receipt_id = answer.text("receipt_id");
                story.asked(&receipt_id, &answer);
                return receipt_id;
            }
            other => story.retried("request", other),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Publish until there is a key, or the receipt has ended without one.
async fn publish(api: &Merchant, story: &mut Story, receipt_id: &str) {
    loop {
        let answer = api.try_publish(receipt_id).await;
        match answer.as_ref().map(Answer::error_code).as_deref() {
            Some("") => return story.issued(answer.as_ref()),
            Some("SUBSCRIBE_PUBLISH_NOT_READY" | "SUBSCRIBE_PUBLISH_FAILED") => {
                // Issued by a publish whose answer was lost, or over: the lookup tells.
                let path = format!("/v2/subscribe/billing_key/{receipt_id}");
                if let Some(found) = api.try_get(&path).await.filter(|found| found.status == 200) {
                    if !found.text("billing_key").is_empty() {
                        return story.issued(Some(&found));
                    }
                    if found.number("status") == Some(-40) {
                        return story.ended_without_key(receipt_id);
                    }
                }
                story.retried("publish", answer);
            }
            _ => story.retried("publish", answer),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn destroy(api: &Merchant, story: &mut Story) {
    let key = story.billing_key.clone().expect("it was issued");
    let path = format!("/v2/subscribe/billing_key/{key}");
    loop {
        let answer = api.try_delete(&path).await;
        match answer.as_ref().map(Answer::error_code).as_deref() {
            // The second: an earlier try got through, and its answer was lost.
            Some("" | "SUBSCRIBE_BK_EXPIRED") => {
                story.is_destroyed = true;
                return;
            }
            _ => story.retried("destroy", answer),
        }
        tokio::time::sleep(PAUSE).await;
    }
}
