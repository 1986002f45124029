//! Where a webhook may be sent: one reading of its URL, for who accepts it and for who delivers to it.

use url::{Host, Url};

use crate::error::{ErrorCode, Refusal};

const BYTES_MAX: usize = 2048;
/// What the name system takes.
const NAME_BYTES_MAX: usize = 253;
const LABEL_BYTES_MAX: usize = 63;

/// Why a text is no target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlFault {
    #[error("no http or https URL")]
    NoUrl,
    #[error("longer than 2048 bytes")]
    TooLong,
    #[error("spaces or control characters in the URL")]
    Spaces,
    #[error("no host after https://")]
    NoHost,
    #[error("no host of the Internet")]
    BadHost,
    #[error("no port from 1 to 65535")]
    BadPort,
    #[error("user:password@ in the URL")]
    UserInfo,
    #[error("#… in the URL, which is never sent")]
    Fragment,
}

impl UrlFault {
    /// What to send instead, in both languages.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::NoUrl => "https://…",
            Self::TooLong => "https://…: 2048바이트 이하 (at most 2048 bytes)",
            Self::Spaces => "https://…: 공백과 제어문자 없이 (without spaces and control characters)",
            Self::NoHost => "https://…: // 뒤에 호스트 이름 (a host name after //)",
            Self::BadHost => "https://…: 쓸 수 있는 호스트 이름 (a host name that can be resolved)",
            Self::BadPort => "https://…: 포트는 1~65535 (a port from 1 to 65535)",
            Self::UserInfo => {
                "https://…: 아이디와 비밀번호 없이, 주소는 저장됩니다 (without user:password@: a URL is stored)"
            }
            Self::Fragment => "https://…: #… 없이, 전송되지 않습니다 (without #…: it is never sent)",
        }
    }

    /// The refusal of a request's field.
    #[must_use]
    pub fn refusal(self, field: &'static str) -> Refusal {
        Refusal::new(ErrorCode::WebhookUrlInvalid, field).hint(self.hint())
    }
}

/// Reads a target as the one who sends to it will. Errors: what is in the way of sending anything there.
pub fn read_url(text: &str) -> Result<Url, UrlFault> {
    let text = text.trim();
    if text.len() > BYTES_MAX {
        return Err(UrlFault::TooLong);
    }
    // The parser takes tabs and line breaks out, and reads a backslash as a slash.
    if text.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
        return Err(UrlFault::Spaces);
    }
    let (scheme, rest) = text.split_once("://").ok_or(UrlFault::NoUrl)?;
    if !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return Err(UrlFault::NoUrl);
    }
    // It would take the first word of the path for the host.
    if rest.is_empty() || rest.starts_with(['/', '\\', '?', '#', ':']) {
        return Err(UrlFault::NoHost);
    }
    let url = Url::parse(text).map_err(|error| match error {
        url::ParseError::InvalidPort => UrlFault::BadPort,
        url::ParseError::EmptyHost => UrlFault::NoHost,
        _ => UrlFault::BadHost,
    })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(UrlFault::UserInfo);
    }
    if url.port() == Some(0) {
        return Err(UrlFault::BadPort);
    }
    match url.host() {
        Some(Host::Domain(name)) if !is_name(name) => return Err(UrlFault::BadHost),
        None => return Err(UrlFault::NoHost),
        Some(_) => {}
    }
    if url.fragment().is_some() {
        return Err(UrlFault::Fragment);
    }
    Ok(url)
}

/// Of a name that the parser has written in ASCII: whether the name system can be asked for it.
fn is_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_label = |label: &str| {
        (1..=LABEL_BYTES_MAX).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    name.len() <= NAME_BYTES_MAX && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_sent_to_is_read() {
        for (text, read) in [
            ("https://shop.example/hook?a=1", "https://shop.example/hook?a=1"),
            ("HTTPS://Shop.Example/Hook", "https://shop.example/Hook"),
            (" http://localhost:8000 ", "http://localhost:8000/"),
            (
                "https://결제.한국/알림?주문=1",
                "https://xn--p89a133c.xn--3e0b707e/%EC%95%8C%EB%A6%BC?%EC%A3%BC%EB%AC%B8=1",
            ),
            ("http://[::1]:65535/", "http://[::1]:65535/"),
            ("https://my_shop.example./", "https://my_shop.example./"),
            ("https://2130706433/", "https://127.0.0.1/"),
        ] {
            assert_eq!(read_url(text).map(String::from).as_deref(), Ok(read), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_sent_to_says_why() {
        let label = "a".repeat(64);
        let name = "a.".repeat(127) + "example";
        for (text, fault) in [
            ("", UrlFault::NoUrl),
            ("shop.example/hook", UrlFault::NoUrl),
            ("ftp://shop.example/", UrlFault::NoUrl),
            ("https:shop.example", UrlFault::NoUrl),
            ("https://", UrlFault::NoHost),
            ("https:///hook", UrlFault::NoHost),
            ("https://?a=1", UrlFault::NoHost),
            ("https://:443/", UrlFault::NoHost),
            ("https://shop.example:99999/x", UrlFault::BadPort),
            ("https://shop.example:0/x", UrlFault::BadPort),
            ("https://shop.example:80a/", UrlFault::BadPort),
            ("https://shop..example/", UrlFault::BadHost),
            ("https://.../", UrlFault::BadHost),
            ("https://*.shop.example/", UrlFault::BadHost),
            ("https://shop%20.example/", UrlFault::BadHost),
            ("https://[::1/", UrlFault::BadHost),
            (&format!("https://{label}.example/"), UrlFault::BadHost),
            (&format!("https://{name}/"), UrlFault::BadHost),
            ("https://user:secret@shop.example/", UrlFault::UserInfo),
            ("https://user@shop.example/", UrlFault::UserInfo),
            ("https://shop.example/#/hook", UrlFault::Fragment),
            ("https://shop.example/a b", UrlFault::Spaces),
            ("https://shop.example/a\u{3000}b", UrlFault::Spaces),
            ("https://shop.exa\nmple/", UrlFault::Spaces),
            (&format!("https://shop.example/{}", "a".repeat(2048)), UrlFault::TooLong),
        ] {
            assert_eq!(read_url(text), Err(fault), "{text}");
            assert!(fault.hint().starts_with("https://…"));
        }
    }
}
