//! Paths as SDKs send them: a double slash after `/v2`, and a trailing `.json` also after an id of ours. Not after a merchant's
//! order id, which may end so itself: who looks that up decides.

use http::Uri;
use http::uri::PathAndQuery;

use crate::ops::request_history;

/// What follows is a merchant's id.
const ORDERS: &str = "/v2/lookup/order/";

/// The plain form of `uri`; the same one when it is plain already.
pub fn plain(uri: Uri) -> Uri {
    let path = uri.path();
    if !path.contains("//") && !path.ends_with(".json") && (path.len() == 1 || !path.ends_with('/')) {
        return uri;
    }
    let mut plain = String::with_capacity(path.len());
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        plain.push('/');
        plain.push_str(segment);
    }
    // The published document keeps its name.
    if plain != "/openapi.json" && !plain.starts_with(ORDERS) && plain.ends_with(".json") {
        plain.truncate(plain.len() - ".json".len());
    }
    if plain.is_empty() {
        plain.push('/');
    }
    if let Some(query) = uri.query() {
        plain.push('?');
        plain.push_str(query);
    }
    let mut parts = uri.into_parts();
    parts.path_and_query = PathAndQuery::try_from(plain).ok();
    Uri::from_parts(parts).unwrap_or_default()
}

/// The address that was meant by one without `/v2`, or with more than that in front; numbers of a person hidden.
pub fn meant(path: &str) -> Option<String> {
    let firsts = ["request", "subscribe", "billing_key", "receipt", "lookup", "cancel"];
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let first = segments.iter().position(|segment| firsts.contains(segment))?;
    // What stands in front is a version, or somebody's prefix.
    let is_wrong = first < 4 && segments[..first] != ["v2"];
    is_wrong.then(|| request_history::path(&format!("/v2/{}", segments[first..].join("/"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variants_that_sdks_send_are_one_path() {
        for (sent, meant) in [
            ("/v2/request/token", "/v2/request/token"),
            ("/v2//request/token", "/v2/request/token"),
            ("/v2/request/token.json", "/v2/request/token"),
            (
                "/v2/billing_key/66542dfb4d18d5fc7b43e1b6.json",
                "/v2/billing_key/66542dfb4d18d5fc7b43e1b6",
            ),
            (
                "/v2//receipt/rid.json?lookup_user_data=true",
                "/v2/receipt/rid?lookup_user_data=true",
            ),
            ("/v2/receipt/rid/", "/v2/receipt/rid"),
            ("/v2//lookup/order/a.json", "/v2/lookup/order/a.json"),
            (
                "/v2/subscribe/payment/reserve/rid.json",
                "/v2/subscribe/payment/reserve/rid",
            ),
            ("/", "/"),
            ("//", "/"),
        ] {
            assert_eq!(plain(sent.parse().unwrap()).to_string(), meant, "{sent}");
        }
    }

    #[test]
    fn an_address_without_its_version_is_told_the_right_one() {
        for (sent, told) in [
            ("/subscribe/payment", Some("/v2/subscribe/payment")),
            ("/request/token", Some("/v2/request/token")),
            ("/v1/cancel", Some("/v2/cancel")),
            ("/v2/v2/cancel", Some("/v2/cancel")),
            ("/api/v2/lookup/order/o-1", Some("/v2/lookup/order/o-1")),
            ("/lookup/order/01012345678", Some("/v2/lookup/order/{hidden}")),
            ("/v2/subscribe/paymint", None),
            ("/favicon.ico", None),
            ("/", None),
        ] {
            assert_eq!(meant(sent).as_deref(), told, "{sent}");
        }
    }
}
