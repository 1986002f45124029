//! `GET /docs`: the API's document to browse and to try, by Swagger UI, which is part of the binary. Nothing is loaded from
//! elsewhere, which the page's policy also forbids.

use std::sync::Arc;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use domain::{ErrorCode, Refusal};
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use utoipa_swagger_ui::Config;

use crate::http::response::ApiError;

/// Swagger UI writes style attributes and shows pictures from `data:`.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE: &str = r#"<!doctype html>
<html lang="ko">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>API · Jadong</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="icon" href="data:,"></head>
<body><div id="swagger-ui"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/assets/start.js"></script></body>
</html>
"#;

/// `tryItOut` goes to the gateway that serves the page: the first of the document's servers is `/`.
const START: &str = "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, \
                     validatorUrl: null, docExpansion: 'list', defaultModelsExpandDepth: 0 })\n";

/// The files of Swagger UI that the page needs.
const ASSETS: [&str; 2] = ["swagger-ui.css", "swagger-ui-bundle.js"];

pub async fn page() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, PAGE).into_response()
}

pub async fn asset(Path(name): Path<String>) -> Result<Response, ApiError> {
    let kept = (CACHE_CONTROL, "public, max-age=86400");
    if name == "start.js" {
        return Ok(([(CONTENT_TYPE, "text/javascript; charset=utf-8"), kept], START).into_response());
    }
    let is_needed = ASSETS.contains(&name.as_str());
    let file = is_needed.then(|| utoipa_swagger_ui::serve(&name, Arc::new(Config::default())));
    match file {
        Some(Ok(Some(file))) => {
            let headers = [(CONTENT_TYPE, file.content_type.as_str()), kept];
            // Part of the binary: a reader who takes them slowly holds no copy.
            Ok((headers, file.bytes).into_response())
        }
        _ => Err(Refusal::of(ErrorCode::EndpointNotFound).into()),
    }
}
