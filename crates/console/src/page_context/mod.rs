//! One request to the console: who, in which language and appearance, for which project, and where.

mod error;

pub use error::{Message, PageError};

use axum::extract::{FromRef, FromRequestParts, Query};
use axum::response::Response;
use domain::ProjectId;
use gateway::{Attention, Language, OperatorService, Person, ProjectShown, Role};
use http::header::REFERER;
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{HeaderMap, Method, Uri};
use serde::Deserialize;

use crate::Console;
use crate::appearance::Appearance;
use crate::cookies::{PROJECT, cookie_value};
use crate::response::seen_after;

/// Whether the person came by a session, which can be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HasSession(pub bool);

/// What every handler is given.
#[derive(Clone)]
pub struct PageContext {
    pub operator: OperatorService,
    pub person: Person,
    /// Whether the person signed in, and so can sign out.
    pub has_session: bool,
    pub appearance: Appearance,
    pub projects: Vec<ProjectShown>,
    /// The project whose things are shown: the chosen one, or the first.
    pub project: ProjectId,
    /// What waits there; nothing where something is done and not shown.
    pub attention: Attention,
    /// Path and query, for forms that lead back and for live updates.
    pub here: String,
    /// The page from which an act came; `None` where a page is read.
    pub came_from: Option<String>,
}

impl PageContext {
    pub fn language(&self) -> Language {
        self.appearance.language
    }

    /// What makes an address this project's, whichever project another tab has chosen since: `?project=…`, where there are several.
    pub fn of(&self) -> String {
        if self.projects.len() > 1 {
            format!("?project={}", self.project)
        } else {
            String::new()
        }
    }

    /// After an act: the page that shows what came of it, of the same project.
    pub fn seen_after(&self, path: &str) -> Response {
        seen_after(&format!("{path}{}", self.of()))
    }

    /// Errors: a page that says which role is needed.
    pub fn needs(&self, role: Role) -> Result<(), PageError> {
        if self.person.role >= role {
            Ok(())
        } else {
            let path = self.here.split('?').next().unwrap_or_default();
            self.operator.audit_refusal(&self.person, path);
            Err(PageError::not_allowed(self, role))
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PageContext
where
    Console: FromRef<S>,
{
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        let console = Console::from_ref(state);
        let appearance = Appearance::of(&parts.headers);
        // The guard stands before every page; without its word nobody is anybody.
        let Some(person) = parts.extensions.get::<Person>().cloned() else {
            return Err(PageError::closed(&parts.headers));
        };
        let projects = console.operator.projects();
        // The address says it, or else the last choice.
        let named = Query::<Named>::try_from_uri(&parts.uri)
            .ok()
            .and_then(|query| query.0.project);
        let chosen = named.or_else(|| cookie_value(&parts.headers, PROJECT));
        let project = projects
            .iter()
            .find(|project| chosen.as_deref() == Some(project.id.to_string().as_str()))
            // A person writes the name.
            .or_else(|| {
                projects
                    .iter()
                    .find(|project| chosen.as_deref() == Some(project.name.as_str()))
            })
            .or(projects.first())
            .map(|project| project.id);
        let Some(project) = project else {
            return Err(PageError::no_project(&appearance));
        };
        let attention = if parts.method == Method::GET {
            console.operator.attention(project).await
        } else {
            Attention::default()
        };
        let mut context = Self {
            attention,
            operator: console.operator,
            person,
            has_session: parts.extensions.get() == Some(&HasSession(true)),
            appearance,
            projects,
            project,
            here: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
            came_from: (parts.method != Method::GET).then(|| came_from(&parts.headers, parts.uri.path())),
        };
        if context.projects.len() > 1 && !context.here.contains("project=") {
            let joint = if context.here.contains('?') { '&' } else { '?' };
            context.here = format!("{}{joint}project={project}", context.here);
        }
        Ok(context)
    }
}

/// The project in an address.
#[derive(Deserialize)]
struct Named {
    project: Option<String>,
}

/// The page of the console that a form was on: what the browser says, or the section.
fn came_from(headers: &HeaderMap, path: &str) -> String {
    let referer = headers.get(REFERER).and_then(|value| value.to_str().ok());
    let uri = referer.and_then(|text| text.parse::<Uri>().ok());
    let page = uri.as_ref().and_then(Uri::path_and_query).map(PathAndQuery::as_str);
    match page {
        Some(page) if page == "/console" || page.starts_with("/console/") || page.starts_with("/console?") => {
            page.to_owned()
        }
        _ => path.split('/').take(3).collect::<Vec<_>>().join("/"),
    }
}
