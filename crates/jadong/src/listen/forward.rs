//! Posting a webhook to a local endpoint, as the gateway would.

use std::time::{Duration, Instant};

use devtools::endpoint::EndpointReply;
use devtools::http::TrustOption;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};

use super::Webhook;

/// As long as the gateway waits.
const TIME_OUT: Duration = Duration::from_secs(5);

/// Posts to one endpoint.
pub struct Forwarder {
    http: Client,
    url: Url,
}

/// What the endpoint made of a webhook.
pub struct Forwarded {
    pub heard: EndpointReply,
    pub took: Duration,
}

impl Forwarder {
    pub fn new(url: Url, trust: &TrustOption) -> anyhow::Result<Self> {
        let builder = trust.client()?;
        let http = builder.redirect(Policy::none()).timeout(TIME_OUT).build()?;
        Ok(Self { http, url })
    }

    pub fn url(&self) -> &Url {
        &self.url
    }

    pub async fn forward(&self, webhook: &Webhook) -> Forwarded {
        let started = Instant::now();
        let mut request = self.http.post(self.url.clone()).body(webhook.body.clone());
        for (name, value) in &webhook.headers {
            request = request.header(name, value);
        }
        Forwarded {
            heard: EndpointReply::of(request).await,
            took: started.elapsed(),
        }
    }
}
