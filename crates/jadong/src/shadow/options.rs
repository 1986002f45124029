//! `jadong shadow`: its options, and what of them cannot be meant.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use devtools::http::TrustOption;
use devtools::local_url;
use reqwest::Url;
use terminal::lang::LangOption;

use crate::config::Wrong;
use crate::output::JsonOption;

#[derive(Args)]
pub struct ShadowOptions {
    /// The hosted service: scheme and host alone, such as https://api.bootpay.co.kr
    #[arg(long, value_name = "URL")]
    pub upstream: String,
    /// Where the merchant's backend calls instead; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4151")]
    pub listen: SocketAddr,
    /// Where the report is a page, on this machine only; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4152")]
    pub page: SocketAddr,
    /// Also write the report into this file at the end, as JSON
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Listen on another address than this machine's own: a proxy in front ends TLS
    #[arg(long)]
    pub behind_proxy: bool,
    #[command(flatten)]
    pub trust: TrustOption,
    #[command(flatten)]
    pub lang: LangOption,
    #[command(flatten)]
    pub json: JsonOption,
}

/// Where the merchant's requests go.
#[derive(Debug, Clone, PartialEq)]
pub struct Upstream {
    /// `https://api.bootpay.co.kr`
    pub origin: String,
    /// `api.bootpay.co.kr:443`
    pub place: String,
}

impl Upstream {
    /// Errors: a sentence with a URL that works. It never quotes what was typed, which may have a password in it.
    pub fn read(text: &str) -> Result<Self, Wrong> {
        let wrong = |why: &str| Wrong(format!("--upstream: {why}; write https://api.bootpay.co.kr"));
        if !text.contains("://") {
            return Err(wrong("there is no https:// before it"));
        }
        let url = Url::parse(text.trim()).map_err(|error| wrong(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("it is neither https:// nor http://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong(
                "there are credentials in it: the merchant's own requests carry them",
            ));
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(wrong(
                "there is a path in it: the merchant's own requests have theirs, such as /v2/receipt/…",
            ));
        }
        Ok(Self {
            origin: url.origin().ascii_serialization(),
            place: local_url::place(&url),
        })
    }

    /// A merchant's credentials would be readable on their way.
    pub fn is_open_to_readers(&self) -> bool {
        self.origin.starts_with("http://") && !gateway::is_loopback_name(&self.place)
    }
}

impl ShadowOptions {
    pub fn check(&self) -> Result<Upstream, Wrong> {
        let upstream = Upstream::read(&self.upstream)?;
        if !self.listen.ip().is_loopback() && !self.behind_proxy {
            let why = "is open to other machines, and has no TLS: account numbers and credentials could be read on their way. \
                       Listen on 127.0.0.1, or put a proxy that ends TLS in front and say --behind-proxy";
            return Err(Wrong(format!("--listen {} {why}", self.listen)));
        }
        if !self.page.ip().is_loopback() {
            let why = "must be a loopback address, such as 127.0.0.1:4152: the page has no password";
            return Err(Wrong(format!("--page {} {why}", self.page)));
        }
        let is_itself = |address: SocketAddr| {
            address.port() != 0
                && gateway::is_loopback_name(&upstream.place)
                && upstream.place.ends_with(&format!(":{}", address.port()))
        };
        if is_itself(self.listen) || is_itself(self.page) {
            return Err(Wrong(
                "--upstream: that is this shadow itself; write https://api.bootpay.co.kr".to_owned(),
            ));
        }
        Ok(upstream)
    }
}

#[cfg(test)]
mod tests {
    use super::Upstream;

    #[test]
    fn an_upstream_is_a_scheme_and_a_host_and_nothing_typed_is_quoted() {
        for (text, origin, place) in [
            (
                "https://api.bootpay.co.kr",
                "https://api.bootpay.co.kr",
                "api.bootpay.co.kr:443",
            ),
            (
                "https://api.bootpay.co.kr/",
                "https://api.bootpay.co.kr",
                "api.bootpay.co.kr:443",
            ),
            ("http://127.0.0.1:4141", "http://127.0.0.1:4141", "127.0.0.1:4141"),
            ("http://[::1]:4141", "http://[::1]:4141", "[::1]:4141"),
        ] {
            let read = Upstream::read(text).unwrap();
            assert_eq!((read.origin.as_str(), read.place.as_str()), (origin, place));
        }
        for text in [
            "",
            "api.bootpay.co.kr",
            "https://api.bootpay.co.kr/v2",
            "https://api.bootpay.co.kr?secret",
            "https://secret:secret@api.bootpay.co.kr",
            "https://secret@api.bootpay.co.kr",
            "ftp://secret.example",
            "https://",
            "file:///secret",
        ] {
            let said = Upstream::read(text).expect_err(text).to_string();
            assert!(
                said.contains("https://api.bootpay.co.kr") && !said.contains("secret"),
                "{said}"
            );
        }
        let open = |text| Upstream::read(text).unwrap().is_open_to_readers();
        assert!(open("http://pay.example") && !open("https://pay.example") && !open("http://localhost:80"));
    }
}
