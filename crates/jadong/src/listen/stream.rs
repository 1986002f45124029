//! Reading server-sent events: blocks of `event:` and `data:` lines, with an empty line behind each.

use anyhow::bail;
use reqwest::Response;

use crate::sandbox_api::SandboxApi;

/// No event of a sandbox is nearly as long.
const EVENT_BYTES_MAX: usize = 1024 * 1024;

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
}

impl Events {
    /// Errors: nobody answers, or not with a stream.
    pub async fn open(api: &SandboxApi) -> anyhow::Result<Self> {
        let response = api.stream("/sandbox/events").await?;
        if response.status().as_u16() != 200 {
            let said: serde_json::Value = response.json().await.unwrap_or_default();
            let [code, message] = ["error_code", "message"].map(|name| said[name].as_str().unwrap_or("?").to_owned());
            bail!("{code} {message}");
        }
        Ok(Self {
            response,
            read: Vec::new(),
        })
    }

    /// The next event; `None` when the connection has ended.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = take(&mut self.read) {
                return Some(event);
            }
            let chunk = self.response.chunk().await.ok()??;
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
