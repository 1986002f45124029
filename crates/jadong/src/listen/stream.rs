//! Reading server-sent events: blocks of `event:` and `data:` lines, with an empty line behind each.

use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::Response;

use crate::sandbox_api::SandboxApi;

/// No event of a sandbox is nearly as long.
const EVENT_BYTES_MAX: usize = 1024 * 1024;

/// Three of the lines in a row that a sandbox sends every ten seconds when there is nothing to say.
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// One event.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Event {
    pub name: String,
    pub data: String,
}

/// A stream of them.
pub struct Events {
    response: Response,
    read: Vec<u8>,
    silence_max: Duration,
}

impl Events {
    /// Errors: nobody answers, or not with a stream.
    pub async fn open(api: &SandboxApi) -> anyhow::Result<Self> {
        let opened = tokio::time::timeout(SILENCE_MAX, api.stream("/sandbox/events")).await;
        let response = opened.context("the sandbox accepts the connection and says nothing")??;
        if response.status().as_u16() != 200 {
            let said: serde_json::Value = response.json().await.unwrap_or_default();
            let [code, message] = ["error_code", "message"].map(|name| said[name].as_str().unwrap_or("?").to_owned());
            bail!("{code} {message}");
        }
        Ok(Self::of(response, SILENCE_MAX))
    }

    fn of(response: Response, silence_max: Duration) -> Self {
        Self {
            response,
            read: Vec::new(),
            silence_max,
        }
    }

    /// The next event; `None` when the connection has ended, or shows no sign of life: the other end of it may be gone
    /// without a word.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = take(&mut self.read) {
                return Some(event);
            }
            let chunk = tokio::time::timeout(self.silence_max, self.response.chunk()).await;
            let chunk = chunk.ok()?.ok()??;
            if self.read.len() + chunk.len() > EVENT_BYTES_MAX {
                return None;
            }
            self.read.extend_from_slice(&chunk);
        }
    }
}

/// Takes the first whole event off `read`.
fn take(read: &mut Vec<u8>) -> Option<Event> {
    let end = read.windows(2).position(|pair| pair == b"\n\n")?;
    let block: Vec<u8> = read.drain(..end + 2).collect();
    let mut event = Event::default();
    for line in String::from_utf8_lossy(&block).lines() {
        match line.split_once(':') {
            Some(("event", name)) => name.trim_start().clone_into(&mut event.name),
            Some(("data", data)) => {
                if !event.data.is_empty() {
                    event.data.push('\n');
                }
                event.data.push_str(data.strip_prefix(' ').unwrap_or(data));
            }
            // Comments, ids, times.
            _ => {}
        }
    }
    Some(event)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that greets and then is silent, its connection open.
    async fn greeting() -> String {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _request = stream.read(&mut [0; 4096]).await.unwrap();
            let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
            let event = "event: hello\ndata: 1\n\n";
            let sent = format!("{head}{:x}\r\n{event}\r\n", event.len());
            stream.write_all(sent.as_bytes()).await.unwrap();
            std::future::pending::<()>().await;
        });
        url
    }

    #[tokio::test]
    async fn a_connection_without_a_sign_of_life_has_ended() {
        let client = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([])
            .build()
            .unwrap();
        let response = client.get(greeting().await).send().await.unwrap();
        let mut events = Events::of(response, Duration::from_millis(200));
        assert_eq!(events.next().await.map(|event| event.name), Some("hello".to_owned()));
        let ended = tokio::time::timeout(Duration::from_secs(20), events.next()).await;
        assert_eq!(ended.expect("it is noticed"), None);
    }

    #[test]
    fn events_are_taken_whole_and_in_order_however_they_arrive() {
        let sent = "event: hello\ndata: {\"a\":\"가\"}\n\n:\n\nevent: webhook\ndata: 1\ndata: 2\n\n";
        let (mut read, mut events) = (Vec::new(), Vec::new());
        for byte in sent.bytes() {
            read.push(byte);
            events.extend(take(&mut read));
        }
        let event = |name: &str, data: &str| Event {
            name: name.to_owned(),
            data: data.to_owned(),
        };
        assert_eq!(
            events,
            [
                event("hello", "{\"a\":\"가\"}"),
                event("", ""),
                event("webhook", "1\n2")
            ]
        );
        assert!(read.is_empty());
    }
}
