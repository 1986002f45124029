//! What the layers inside learn of a request, for the layer outside that keeps it.

use std::sync::{Arc, OnceLock};

use domain::ProjectId;
use http::request::Parts;

use super::record::CapturedBody;
use super::redact;
use crate::settings::Mode;

/// Whether there is time to keep all of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptureLevel {
    Yes,
    No,
}

/// Travels with a request in its extensions.
#[derive(Clone)]
pub struct Capture(Arc<CapturedInfo>);

struct CapturedInfo {
    mode: Mode,
    captures_all: bool,
    project: OnceLock<ProjectId>,
    body: OnceLock<CapturedBody>,
}

impl Capture {
    /// `calm`: whether there is time to keep all of it.
    pub fn new(mode: Mode, budget: CaptureLevel) -> Self {
        Self(Arc::new(CapturedInfo {
            mode,
            captures_all: budget == CaptureLevel::Yes,
            project: OnceLock::new(),
            body: OnceLock::new(),
        }))
    }

    /// The note of the request that `parts` belong to.
    pub fn of(parts: &Parts) -> Option<&Self> {
        parts.extensions.get()
    }

    /// Whether there is time to keep all of it.
    pub fn captures_bodies(&self) -> bool {
        self.0.captures_all
    }

    /// Whether bodies may be kept, of which there are none in live mode.
    pub fn shows_bodies(&self) -> bool {
        self.0.captures_all && self.0.mode == Mode::Sandbox
    }

    /// Who asks.
    pub fn project(&self, project: ProjectId) {
        let _ = self.0.project.set(project);
    }

    /// What was sent; of a live project nothing is kept.
    pub fn body(&self, sent: &[u8]) {
        let kept = match self.0.mode {
            _ if sent.trim_ascii().is_empty() => CapturedBody::Nothing,
            Mode::Live => CapturedBody::NotKept,
            Mode::Sandbox if !self.0.captures_all => CapturedBody::NotKept,
            Mode::Sandbox => redact::body(sent).map_or(CapturedBody::NotKept, |body| CapturedBody::Shown(body.into())),
        };
        let _ = self.0.body.set(kept);
    }

    /// What has become known.
    pub fn read(&self) -> (Option<ProjectId>, Option<CapturedBody>) {
        (self.0.project.get().copied(), self.0.body.get().cloned())
    }
}
