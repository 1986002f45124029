//! One request to the console: who, in which language and clothes, for which project, and where.

use axum::extract::{FromRef, FromRequestParts};
use cookie::Cookie;
use domain::ProjectId;
use gateway::{Desk, Language, Person, ProjectShown, Role};
use http::HeaderMap;
use http::header::COOKIE;
use http::request::Parts;

use crate::Console;
use crate::access::HasSession;
use crate::answer::Stop;
use crate::clothes::Clothes;

/// The cookie of the chosen project.
pub const PROJECT: &str = "jadong_project";

/// What every handler is given.
pub struct Visit {
    pub desk: Desk,
    pub person: Person,
    /// Whether the person signed in, and so can sign out.
    pub has_session: bool,
    pub clothes: Clothes,
    pub projects: Vec<ProjectShown>,
    /// The project whose things are shown: the chosen one, or the first.
    pub project: ProjectId,
    /// Path and query, for forms that lead back and for live updates.
    pub here: String,
}

impl Visit {
    pub fn language(&self) -> Language {
        self.clothes.language
    }

    /// Errors: a page that says which role is needed.
    pub fn needs(&self, role: Role) -> Result<(), Stop> {
        if self.person.role >= role {
            Ok(())
        } else {
            Err(Stop::not_allowed(self, role))
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit
where
    Console: FromRef<S>,
{
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Stop> {
        let console = Console::from_ref(state);
        let clothes = Clothes::of(&parts.headers);
        // The guard stands before every page; without its word nobody is anybody.
        let Some(person) = parts.extensions.get::<Person>().cloned() else {
            return Err(Stop::closed(&parts.headers));
        };
        let projects = console.desk.projects();
        let chosen = cookie_value(&parts.headers, PROJECT);
        let project = projects
            .iter()
            .find(|project| chosen.as_deref() == Some(project.id.to_string().as_str()))
            .or(projects.first())
            .map(|project| project.id);
        let Some(project) = project else {
            return Err(Stop::no_project(&clothes));
        };
        Ok(Self {
            desk: console.desk,
            person,
            has_session: parts.extensions.get() == Some(&HasSession(true)),
            clothes,
            projects,
            project,
            here: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
        })
    }
}

/// The value of a cookie.
pub fn cookie_value(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}
