//! Why a handler ended early.

use domain::{ErrorCode, Refusal};
use gateway::{ProjectShown, Role};
use http::{HeaderMap, StatusCode};

use super::PageContext;
use crate::appearance::Appearance;
use crate::format::sentence;
use crate::words::Frame;

/// A handler's early end: what is said instead of its page.
pub enum PageError {
    /// Nobody is signed in.
    AccessDenied(Appearance),
    /// There is no project yet.
    NoProject(Appearance),
    Message(Box<Message>),
}

/// One sentence, with the page's frame around it.
pub struct Message {
    pub context: PageContext,
    pub status: StatusCode,
    pub title: &'static str,
    pub text: String,
    /// The project that has what was looked for.
    pub elsewhere: Option<ProjectShown>,
}

impl PageError {
    /// One sentence.
    pub fn message(context: &PageContext, status: StatusCode, title: &'static str, text: String) -> Self {
        Self::Message(Box::new(Message {
            context: context.clone(),
            status,
            title,
            text,
            elsewhere: None,
        }))
    }

    /// Nobody is signed in.
    pub fn closed(headers: &HeaderMap) -> Self {
        Self::AccessDenied(Appearance::of(headers))
    }

    /// The person's role does not reach.
    pub fn not_allowed(context: &PageContext, needed: Role) -> Self {
        let words = Frame::of(context.language());
        let text = format!("{} ({})", words.needs_role, needed.name());
        Self::message(context, StatusCode::FORBIDDEN, words.not_allowed, text)
    }

    /// There is no such thing in this project.
    pub fn not_found(context: &PageContext) -> Self {
        let words = Frame::of(context.language());
        Self::message(
            context,
            StatusCode::NOT_FOUND,
            words.not_found,
            words.not_found_text.to_owned(),
        )
    }

    /// There is no such thing in this project; and where another has it, the way there: for whoever was sent an address without
    /// its project. Everybody at the console may read all of them.
    pub async fn elsewhere(context: &PageContext, id: &str) -> Self {
        let others = context.projects.iter().filter(|project| project.id != context.project);
        for project in others {
            let found = context.operator.search(project.id, id).await;
            if found.is_ok_and(|hits| !hits.is_empty()) {
                let words = Frame::of(context.language());
                return Self::Message(Box::new(Message {
                    context: context.clone(),
                    status: StatusCode::NOT_FOUND,
                    title: words.not_found,
                    text: words.not_found_text.to_owned(),
                    elsewhere: Some(project.clone()),
                }));
            }
        }
        Self::not_found(context)
    }

    /// A service said no: its code, sentence and hint, as the API's callers get them.
    pub fn refused(context: &PageContext, refusal: &Refusal) -> Self {
        let status = StatusCode::from_u16(refusal.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let words = Frame::of(context.language());
        let mut text = format!(
            "{} · {}",
            sentence(refusal.code, context.language()),
            refusal.code.name()
        );
        if let Some(pg) = &refusal.pg {
            text.push_str(&format!(" · PG {} {}", pg.code, pg.text));
        }
        if let Some(hint) = &refusal.hint {
            text.push_str(&format!(" ({hint})"));
        }
        let is_unknown = matches!(
            refusal.code,
            ErrorCode::CancelCritical | ErrorCode::ConfirmCritical | ErrorCode::CashReceiptInDoubt
        );
        let title = if is_unknown { words.unknown } else { words.refused };
        Self::message(context, status, title, text)
    }

    /// There is no project yet.
    pub fn no_project(appearance: &Appearance) -> Self {
        Self::NoProject(*appearance)
    }
}
