//! What was set, and where: so that whatever is wrong with a setting can be found.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use toml::Value;

/// Settings whose values are never shown.
const SECRET: [&str; 2] = ["pg_secret_key", "pg_client_key"];

/// Where a setting was set.
#[derive(Debug, Clone)]
pub enum Source {
    Default,
    /// A file, and the line.
    File(PathBuf, usize),
    Variable(String),
    /// An option of the command line.
    Option(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => write!(out, "the default"),
            Self::File(path, line) => write!(out, "{}:{line}", path.display()),
            Self::Variable(name) => write!(out, "{name}"),
            Self::Option(name) => write!(out, "{name}"),
        }
    }
}

/// The settings that are not the defaults', with their places.
#[derive(Debug, Default, Clone)]
pub struct Given(BTreeMap<String, (Value, Source)>);

impl Given {
    pub fn set(&mut self, name: &str, value: Value, source: Source) {
        self.0.insert(name.to_owned(), (value, source));
    }

    pub fn all(&self) -> impl Iterator<Item = (&str, &Value, &Source)> {
        self.0
            .iter()
            .map(|(name, (value, source))| (name.as_str(), value, source))
    }

    /// A setting as a sentence about it begins: `drain = "20s" (jadong.toml:3)`.
    pub fn told(&self, name: &str, default: Option<&Value>) -> String {
        match (self.0.get(name), default) {
            (Some((value, source)), _) => told(name, value, source),
            (None, Some(default)) => told(name, default, &Source::Default),
            (None, None) => name.to_owned(),
        }
    }
}

/// `name = value (place)`, without the value where that is a secret.
pub fn told(name: &str, value: &Value, source: &Source) -> String {
    if SECRET.contains(&name) {
        format!("{name} ({source})")
    } else {
        format!("{name} = {} ({source})", shown(value))
    }
}

/// A value as it is written in a file: what settings are made of looks the same in JSON.
pub fn shown(value: &Value) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
