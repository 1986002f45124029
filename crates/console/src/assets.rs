//! The files that pages load. The address carries the content's hash, so a browser may keep them for ever.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use sha2::{Digest, Sha256};

/// An embedded file.
struct Asset {
    name: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
}

macro_rules! asset {
    ($name:literal, $content_type:literal) => {
        Asset {
            name: $name,
            content_type: $content_type,
            bytes: include_bytes!(concat!("../assets/", $name)),
        }
    };
}

const ASSETS: &[Asset] = &[
    asset!("console.css", "text/css; charset=utf-8"),
    asset!("console.js", "text/javascript; charset=utf-8"),
    asset!("icon.svg", "image/svg+xml"),
    asset!("htmx-2.0.11.min.js", "text/javascript; charset=utf-8"),
    asset!("htmx-ext-sse-2.2.4.min.js", "text/javascript; charset=utf-8"),
    asset!("idiomorph-ext-0.8.0.min.js", "text/javascript; charset=utf-8"),
];

/// A hash over all of them: one changed file renews every address.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut all = Sha256::new();
    for asset in ASSETS {
        all.update(asset.bytes);
    }
    hex::encode(&all.finalize()[..6])
});

/// What the addresses end with: `?v=…`.
pub fn version() -> &'static str {
    &VERSION
}

/// `GET /console/assets/{name}`: open to all, there is nothing of anybody's in them.
pub async fn serve(Path(name): Path<String>) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(asset.content_type)),
        (
            CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ),
    ];
    (headers, asset.bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The files as npm has them; whoever replaces one writes its new hash here, and its version into the name.
    #[test]
    fn vendored_files_are_unchanged() {
        for (name, expected) in [
            (
                "htmx-2.0.11.min.js",
                "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717",
            ),
            (
                "htmx-ext-sse-2.2.4.min.js",
                "98a46496de0c3605fbffdce9167ba427bdd9553184f83f149c261891a92c0136",
            ),
            (
                "idiomorph-ext-0.8.0.min.js",
                "5811b9a7eda14878b7dab4378bf60432e1bb6f11fcfb970cc26540642650181e",
            ),
        ] {
            let asset = ASSETS.iter().find(|asset| asset.name == name).expect("it is embedded");
            assert_eq!(hex::encode(Sha256::digest(asset.bytes)), expected, "{name}");
        }
    }

    #[test]
    fn all_of_them_together_leave_room_for_a_page() {
        let bytes: usize = ASSETS.iter().map(|asset| asset.bytes.len()).sum();
        assert!(
            bytes < 100 * 1024,
            "{bytes} bytes of assets; a page with them must stay under 150 KiB"
        );
    }
}
