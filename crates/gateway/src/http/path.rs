//! Paths as SDKs send them: a double slash after `/v2`, and a trailing `.json` also after an id.

use http::Uri;
use http::uri::PathAndQuery;

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
    if plain != "/openapi.json" && plain.ends_with(".json") {
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
            ("/", "/"),
            ("//", "/"),
        ] {
            assert_eq!(plain(sent.parse().unwrap()).to_string(), meant, "{sent}");
        }
    }
}
