//! Stands between a connector and its PG, and spoils what passes. So no fake PG has to be able to fail: whatever is lost, is lost here.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What becomes of every call from when it is set, until [`Relay::mend`].
#[derive(Debug, Clone)]
pub enum Fault {
    /// The request does not reach the PG, and its connection is closed.
    RequestLost,
    /// The request reaches the PG only so late.
    RequestLate(Duration),
    /// The PG does what it was asked for; the connection is closed without its answer.
    AnswerLost,
    /// The PG does it, and the answer never comes.
    AnswerHeld,
    /// The PG does it, and its answer comes a byte at a time: for longer than anybody waits.
    AnswerTrickles,
    /// The PG does it; half of the answer comes, and the connection is closed.
    AnswerHalved,
    /// The PG does it, and its answer has another status.
    Status(&'static str),
    /// The PG does it, and this is answered.
    Instead(String),
    /// This is answered, and nothing reaches the PG.
    Refused(String),
}

/// An answer as it goes over the wire.
pub fn answer(status: &str, content_type: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

#[derive(Default)]
struct State {
    fault: Option<Fault>,
    requests: usize,
    /// The PG's latest answer, whole.
    answer: String,
}

/// One request a connection, so that what is lost is the request's own.
pub struct Relay {
    /// What the connector takes for its PG.
    pub url: String,
    state: Arc<Mutex<State>>,
}

impl Relay {
    /// In front of `pg`.
    pub async fn to(pg: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::<Mutex<State>>::default();
        let shared = state.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(serve(near, pg, shared.clone()));
            }
        });
        Self { url, state }
    }

    pub fn spoil(&self, fault: Fault) {
        self.state.lock().unwrap().fault = Some(fault);
    }

    pub fn mend(&self) {
        self.state.lock().unwrap().fault = None;
    }

    /// How many requests have arrived here, whole.
    pub fn requests(&self) -> usize {
        self.state.lock().unwrap().requests
    }

    /// What the PG answered last.
    pub fn latest_answer(&self) -> String {
        self.state.lock().unwrap().answer.clone()
    }
}

async fn serve(mut near: TcpStream, pg: SocketAddr, state: Arc<Mutex<State>>) -> std::io::Result<()> {
    let Some(request) = read_request(&mut near).await? else {
        return Ok(());
    };
    let fault = {
        let mut state = state.lock().unwrap();
        state.requests += 1;
        state.fault.clone()
    };
    match &fault {
        Some(Fault::RequestLost) => return Ok(()),
        Some(Fault::Refused(answer)) => return near.write_all(answer.as_bytes()).await,
        Some(Fault::RequestLate(by)) => tokio::time::sleep(*by).await,
        _ => {}
    }
    let answer = pass_on(&request, pg).await?;
    state.lock().unwrap().answer = String::from_utf8_lossy(&answer).into_owned();
    match fault {
        Some(Fault::AnswerLost) => Ok(()),
        Some(Fault::AnswerHeld) => std::future::pending().await,
        Some(Fault::AnswerHalved) => {
            near.write_all(&answer[..answer.len() - body_of(&answer).len().div_ceil(2)])
                .await
        }
        Some(Fault::AnswerTrickles) => {
            for byte in answer {
                near.write_all(&[byte]).await?;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Ok(())
        }
        Some(Fault::Status(status)) => {
            let body = String::from_utf8_lossy(body_of(&answer)).into_owned();
            let answer = self::answer(status, "application/json", &body);
            near.write_all(answer.as_bytes()).await
        }
        Some(Fault::Instead(answer)) => near.write_all(answer.as_bytes()).await,
        _ => near.write_all(&answer).await,
    }
}

/// `None`: the caller went away before it had said everything.
async fn read_request(near: &mut TcpStream) -> std::io::Result<Option<Vec<u8>>> {
    let mut request = Vec::new();
    while !is_whole(&request) {
        if near.read_buf(&mut request).await? == 0 {
            return Ok(None);
        }
    }
    Ok(Some(request))
}

fn is_whole(request: &[u8]) -> bool {
    let Some(end) = end_of_head(request) else {
        return false;
    };
    let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
    if head.contains("transfer-encoding: chunked") {
        return request.ends_with(b"0\r\n\r\n");
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.map_or(0, |text| text.trim().parse().unwrap());
    request.len() >= end + length
}

/// Where the body begins.
fn end_of_head(message: &[u8]) -> Option<usize> {
    message.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

fn body_of(message: &[u8]) -> &[u8] {
    &message[end_of_head(message).unwrap_or(message.len())..]
}

/// On a connection that ends with the answer.
async fn pass_on(request: &[u8], pg: SocketAddr) -> std::io::Result<Vec<u8>> {
    let mut far = TcpStream::connect(pg).await?;
    let first_line = request.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    far.write_all(&request[..first_line]).await?;
    far.write_all(b"connection: close\r\n").await?;
    far.write_all(&request[first_line..]).await?;
    let mut answer = Vec::new();
    far.read_to_end(&mut answer).await?;
    Ok(answer)
}
