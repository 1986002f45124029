//! Requests byte by byte, as they stand in a recording.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What came back: status and body.
#[derive(Debug)]
pub struct RawAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The body, whole.
    pub body: String,
}

/// Sends `bytes` on a connection of its own and reads one answer.
pub async fn send(address: SocketAddr, bytes: &[u8]) -> RawAnswer {
    let mut stream = TcpStream::connect(address).await.expect("the gateway listens");
    stream.write_all(bytes).await.expect("the gateway reads");
    let mut received = Vec::new();
    let head_end = loop {
        if let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        let more = stream.read_buf(&mut received).await.expect("the gateway answers");
        assert!(
            more > 0,
            "the connection ended in the head: {}",
            String::from_utf8_lossy(&received)
        );
    };
    let head = String::from_utf8(received[..head_end].to_vec()).expect("a head is text");
    let length = content_length(&head);
    while received.len() < head_end + length {
        let more = stream.read_buf(&mut received).await.expect("the gateway answers");
        assert!(more > 0, "the connection ended in the body");
    }
    RawAnswer {
        status: head[9..12].parse().expect("a status has three digits"),
        body: String::from_utf8(received[head_end..head_end + length].to_vec()).expect("a body is text"),
    }
}

fn content_length(head: &str) -> usize {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    let mut lengths = lines.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = lengths.next().map(|(_, value)| value.trim());
    length
        .expect("an answer has a length")
        .parse()
        .expect("a length is a number")
}

#[cfg(test)]
mod tests {
    use super::send;
    use crate::endpoint::{Endpoint, Temper};

    #[tokio::test]
    async fn bytes_are_sent_as_they_are_and_one_answer_is_read() {
        let endpoint = Endpoint::start(&[Temper::Says(202, "taken")]).await;
        let request = b"POST /x HTTP/1.1\r\nHost: h\r\nX-Odd:  two  spaces \r\nContent-Length: 2\r\n\r\n{}";
        let answer = send(endpoint.address, request).await;
        assert_eq!((answer.status, answer.body.as_str()), (202, "taken"));
        assert_eq!(endpoint.received()[0].header("x-odd"), "two  spaces");
    }
}
