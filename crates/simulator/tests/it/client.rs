//! A small HTTP client that hides nothing: it shows the bytes of a broken answer, and whether the connection ended.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What came back.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
    /// What the head promised.
    pub content_length: usize,
}

impl Response {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// One connection, kept alive.
pub struct Connection(TcpStream);

impl Connection {
    pub async fn open(addr: SocketAddr) -> io::Result<Self> {
        TcpStream::connect(addr).await.map(Self)
    }

    /// `Ok(None)` when the connection ended without an answer.
    pub async fn send(&mut self, request: &Request) -> io::Result<Option<Response>> {
        self.0.write_all(&request.bytes()).await?;
        let mut bytes = Vec::new();
        let head_end = loop {
            if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            if self.0.read_buf(&mut bytes).await? == 0 {
                assert!(bytes.is_empty(), "the head of an answer is torn");
                return Ok(None);
            }
        };
        let head = String::from_utf8(bytes[..head_end].to_vec()).expect("a head is text");
        let mut body = bytes.split_off(head_end);
        let content_length = header(&head, "content-length").map_or(0, |length| length.parse().unwrap());
        while body.len() < content_length && self.0.read_buf(&mut body).await? > 0 {}
        Ok(Some(Response {
            status: head[9..12].parse().expect("a status has three digits"),
            head,
            body,
            content_length,
        }))
    }

    /// Whether the other side has closed.
    pub async fn is_closed(&mut self) -> bool {
        matches!(self.0.read(&mut [0; 1]).await, Ok(0) | Err(_))
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

/// A request before it is bytes.
pub struct Request {
    pub method: &'static str,
    pub path: String,
    pub authorization: Option<String>,
    /// How far the caller's clock is ahead.
    pub ahead_ms: Option<i64>,
    /// Which sandbox project calls.
    pub project: Option<&'static str>,
    pub host: &'static str,
    pub content_type: &'static str,
    pub body: String,
}

impl Request {
    pub fn new(method: &'static str, path: impl Into<String>, body: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            authorization: None,
            ahead_ms: None,
            project: None,
            host: "127.0.0.1",
            content_type: "application/json",
            body: body.into(),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let authorization = self.authorization.as_ref();
        let authorization = authorization.map_or(String::new(), |value| format!("authorization: {value}\r\n"));
        let ahead = self.ahead_ms;
        let ahead = ahead.map_or(String::new(), |ms| format!("jadong-sandbox-ahead-ms: {ms}\r\n"));
        let project = self.project;
        let project = project.map_or(String::new(), |project| {
            format!("jadong-sandbox-project: {project}\r\n")
        });
        format!(
            "{} {} HTTP/1.1\r\nhost: {}\r\n{authorization}{ahead}{project}content-type: {}\r\ncontent-length: {}\r\n\r\n{}",
            self.method,
            self.path,
            self.host,
            self.content_type,
            self.body.len(),
            self.body
        )
        .into_bytes()
    }
}
