//! Sending a call, and sending it again where that is safe.

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, RequestBuilder, Response, Url};
use serde::de::DeserializeOwned;

use super::answer::{Headers, Raw};
use super::{Access, Authorization};
use super::{Call, Exchange, Observer, Retries};
use crate::error::{Error, ErrorCode, Sent, TransportError};

/// Answers are about 1 KiB; a list of a hundred receipts is about 100.
const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;

pub(crate) struct Transport {
    pub(crate) http: Client,
    pub(crate) base_url: Url,
    pub(crate) retries: Retries,
    pub(crate) language: Option<HeaderValue>,
    pub(crate) observer: Option<Arc<dyn Observer>>,
}

impl Transport {
    /// Sends `call` with the project's credentials.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        access: &Access,
        call: &Call<'_>,
    ) -> Result<(T, Headers), Error> {
        let authorization = access.authorization(self).await?;
        match self.repeat(call, &authorization).await {
            // 401: nothing has happened, so a charge may be sent again too. Once: a new token that is refused is a fault.
            Err(error) if error.code() == Some(&ErrorCode::TokenInvalid) && access.forget(&authorization).await => {
                let authorization = access.authorization(self).await?;
                self.repeat(call, &authorization).await
            }
            answered => answered,
        }
    }

    /// Sends `call` until it is answered, refused, or must not be sent again.
    pub(crate) async fn repeat<T: DeserializeOwned>(
        &self,
        call: &Call<'_>,
        authorization: &Authorization,
    ) -> Result<(T, Headers), Error> {
        let mut pauses = self.retries.pauses();
        let mut attempt = 1;
        loop {
            let error = match self.attempt(call, authorization, attempt).await {
                Ok(answered) => return Ok(answered),
                Err(error) => error,
            };
            let pause = pauses.next().and_then(|pause| self.retries.pause(call, &error, pause));
            match pause {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(error),
            }
            attempt += 1;
        }
    }

    async fn attempt<T: DeserializeOwned>(
        &self,
        call: &Call<'_>,
        authorization: &Authorization,
        attempt: u32,
    ) -> Result<(T, Headers), Error> {
        let url = self.url(call);
        let started = Instant::now();
        let answered = self
            .exchange(call, self.request(call, url.clone(), authorization))
            .await;
        self.tell(call, &url, answered.as_ref().ok(), started.elapsed(), attempt);
        answered?.understand(call)
    }

    fn url(&self, call: &Call<'_>) -> Url {
        let mut url = self.base_url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push("v2").extend(call.segments);
        }
        if let Some((key, value)) = call.query {
            url.query_pairs_mut().append_pair(key, value);
        }
        url
    }

    fn request(&self, call: &Call<'_>, url: Url, authorization: &Authorization) -> RequestBuilder {
        let mut request = self
            .http
            .request(call.method.clone(), url)
            .header(ACCEPT, "application/json");
        request = authorization.add_to(request);
        if let Some(language) = &self.language {
            request = request.header(ACCEPT_LANGUAGE, language);
        }
        if let Some((name, value)) = &call.header {
            request = request.header(name, value);
        }
        match &call.body {
            Some(body) => request.header(CONTENT_TYPE, "application/json").body(body.wire.clone()),
            None => request,
        }
    }

    async fn exchange(&self, call: &Call<'_>, request: RequestBuilder) -> Result<Raw, Error> {
        let failed = |source: reqwest::Error| {
            let sent = match source.is_connect() || source.is_builder() {
                true => Sent::No,
                false => Sent::Maybe,
            };
            // The URL would be printed with the error, and a billing key can be in it.
            let source = source.without_url();
            Error::Transport(TransportError {
                sent,
                effect: call.effect,
                source,
            })
        };
        let response = request.send().await.map_err(failed)?;
        read(response, call, failed).await
    }

    fn tell(&self, call: &Call<'_>, url: &Url, raw: Option<&Raw>, took: Duration, attempt: u32) {
        let Some(observer) = &self.observer else { return };
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let received = raw.map(|raw| match &call.body {
            Some(body) => body.cleaned(raw.text.clone()),
            None => raw.text.clone(),
        });
        observer.exchanged(&Exchange {
            method: call.method.as_str(),
            path: &path,
            sent: call.body.as_ref().map(|body| body.shown.as_str()),
            status: raw.map(|raw| raw.status),
            received: received.as_deref(),
            headers: raw.map(|raw| &raw.headers),
            took,
            attempt,
        });
    }
}

async fn read(mut response: Response, call: &Call<'_>, failed: impl Fn(reqwest::Error) -> Error) -> Result<Raw, Error> {
    let mut raw = Raw {
        status: response.status().as_u16(),
        headers: std::mem::take(response.headers_mut()),
        text: String::new(),
    };
    let mut body = Vec::new();
    // Also a body that breaks off means "sent", whatever the library calls the error.
    while let Some(chunk) = response.chunk().await.map_err(&failed)? {
        if body.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(raw.unexpected(call, "too long"));
        }
        body.extend_from_slice(&chunk);
    }
    raw.text = match String::from_utf8(body) {
        Ok(text) => text,
        Err(_) => return Err(raw.unexpected(call, "no UTF-8")),
    };
    Ok(raw)
}
