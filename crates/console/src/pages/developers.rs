//! `GET /console/developers`: where the API is, who one is there, and the line that leads an SDK to it.

use askama::Template;
use axum::response::Response;

use crate::format::filters;
use crate::layout::{Frame, Section};
use crate::page_context::{PageContext, PageError};
use crate::response::page;
use crate::words;

#[derive(Template)]
#[template(path = "developers.html")]
struct Developers {
    frame: Frame,
    w: &'static words::Developers,
    url: String,
    /// What is copied as it stands: its name, and itself.
    facts: Vec<Fact>,
    /// The sandbox's own project has a secret that everybody knows.
    secret: Option<&'static str>,
    rotate: String,
    company: String,
    pg: &'static str,
    ips: String,
    lines: Vec<SdkLine>,
}

struct Fact {
    id: &'static str,
    label: &'static str,
    value: String,
}

/// One language: the line, and the page that goes on.
struct SdkLine {
    id: &'static str,
    language: &'static str,
    code: String,
    href: String,
}

/// The page.
pub async fn show(context: PageContext) -> Result<Response, PageError> {
    let w = words::Developers::of(context.language());
    let known = context.operator.for_developers(context.project);
    let known = known.map_err(|refusal| PageError::refused(&context, &refusal))?;
    let fact = |id, label, value: &str| Fact {
        id,
        label,
        value: value.to_owned(),
    };
    Ok(page(&Developers {
        frame: Frame::of(&context, Some(Section::Developers), w.title),
        w,
        facts: vec![
            fact("url", w.url, &known.url),
            fact("client-key", "client_key", &known.client_key),
            fact("application-id", "application_id", &known.application_id),
        ],
        secret: known.known_secret_key,
        rotate: format!("jadong project rotate-key '{}'", known.name.replace('\'', "'\\''")),
        company: known.company_name,
        pg: known.pg,
        ips: known.allowed_ips.join(", "),
        lines: lines(&known.url),
        url: known.url,
    }))
}

/// As on the pages of the manual, whose code the tests run.
fn lines(url: &str) -> Vec<SdkLine> {
    let (scheme, host) = url.split_once("://").unwrap_or(("http", url));
    let line = |(id, language, code): (&'static str, &'static str, String)| SdkLine {
        id,
        language,
        code,
        href: format!("/manual/integrating/{id}"),
    };
    [
        (
            "javascript",
            "JavaScript",
            format!("Bootpay.API_ENTRYPOINTS.production = '{url}/v2'"),
        ),
        (
            "python",
            "Python",
            format!("BootpayBackend.BASE_URL[\"production\"] = \"{url}/v2\""),
        ),
        ("java", "Java", format!("bootpay.baseUrl = \"{url}/v2/\";")),
        ("ruby", "Ruby", format!("bootpay.set_api_url('{url}/v2')")),
        (
            "php",
            "PHP",
            format!("$urls->setValue(null, ['production' => '{url}/v2']);"),
        ),
        (
            "go",
            "Go",
            format!("request.URL.Scheme, request.URL.Host, request.Host = \"{scheme}\", \"{host}\", \"{host}\""),
        ),
        ("csharp", "C#", format!("_baseUrl = \"{url}/v2/\";")),
        ("rust", "Rust", format!(".base_url(\"{url}\")")),
    ]
    .map(line)
    .into()
}
