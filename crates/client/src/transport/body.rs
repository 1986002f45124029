//! The body of a request, in two versions: the one that is sent, and the one that an observer may see.

use bytes::Bytes;
use secrecy::zeroize::Zeroizing;
use serde::Serialize;

use crate::error::Error;

/// What stands for a hidden value.
pub(crate) const HIDDEN: &str = "******";
/// Larger than a request for a key, so that it is written without growing, which would leave copies behind.
const ROOM: usize = 16 * 1024;
/// Shorter texts are too common to be replaced wherever they are.
const SECRET_CHARS_MIN: usize = 6;

pub(crate) struct Body {
    pub(crate) wire: Bytes,
    pub(crate) shown: String,
    /// Values that no message and no observer may see, even if the service echoes them.
    secrets: Vec<Zeroizing<String>>,
}

impl Body {
    /// A body without anything to hide.
    pub(crate) fn open<T: Serialize>(body: &T) -> Result<Self, Error> {
        Self::hiding(body, body, &[])
    }

    /// `shown` has the same type as `wire`, so that no field is forgotten in one of them.
    pub(crate) fn hiding<T: Serialize>(wire: &T, shown: &T, secrets: &[&str]) -> Result<Self, Error> {
        let unwritable = |error: serde_json::Error| Error::InvalidRequest(error.to_string());
        let mut bytes = Zeroizing::new(Vec::with_capacity(ROOM));
        serde_json::to_writer(&mut *bytes, wire).map_err(unwritable)?;
        let long_enough = secrets
            .iter()
            .filter(|secret| secret.chars().count() >= SECRET_CHARS_MIN);
        Ok(Self {
            // Wiped when the last handle is dropped. The HTTP library's own buffer is not ours to wipe.
            wire: Bytes::from_owner(bytes),
            shown: serde_json::to_string(shown).map_err(unwritable)?,
            secrets: long_enough.map(|secret| Zeroizing::new((*secret).to_owned())).collect(),
        })
    }

    /// `text` without the values that must not be seen.
    pub(crate) fn cleaned(&self, text: String) -> String {
        self.secrets
            .iter()
            .filter(|secret| text.contains(secret.as_str()))
            .map(|secret| secret.as_str())
            .fold(None, |cleaned: Option<String>, secret| {
                Some(cleaned.as_deref().unwrap_or(&text).replace(secret, HIDDEN))
            })
            .unwrap_or(text)
    }
}
