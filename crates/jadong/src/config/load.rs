//! Reading the configuration's four layers.

use std::path::{Path, PathBuf};

use anyhow::Context;
use toml::de::DeTable;
use toml::{Table, Value};

use super::environment::Environment;
use super::given::{Given, Source};
use super::wrong::{self, Wrong};
use super::{Config, DEFAULTS};

/// What the command line says.
#[derive(Debug, Default, Clone)]
pub struct Overrides {
    pub config: Option<PathBuf>,
    pub listen: Option<String>,
    pub data: Option<PathBuf>,
    pub consent_hold: Option<String>,
}

/// Puts the layers together. Errors name the setting, where it was set, and what would work.
pub fn load(overrides: &Overrides, environment: &Environment) -> anyhow::Result<Config> {
    let defaults: Table = DEFAULTS.parse().context("the default configuration")?;
    let mut given = Given::default();
    if let Some(path) = &overrides.config {
        lay_file(&mut given, path, &defaults)?;
    }
    for (variable, text) in environment.settings(&defaults)? {
        let name = variable.trim_start_matches("JADONG_").to_lowercase();
        if let Some(default) = defaults.get(&name) {
            let source = Source::Variable(variable);
            let value = typed(&text, default).map_err(|expected| wrong::of_text(&name, &text, &source, expected))?;
            given.set(&name, value, source);
        }
    }
    let options = [
        ("listen", "--listen", overrides.listen.clone()),
        (
            "data",
            "--data",
            overrides.data.as_ref().map(|path| path.display().to_string()),
        ),
        ("consent_hold", "--consent-hold", overrides.consent_hold.clone()),
    ];
    for (name, option, text) in options {
        if let Some(text) = text {
            given.set(name, Value::String(text), Source::Option(option));
        }
    }
    build(&defaults, given)
}

/// One setting at a time, so that a value that cannot be read is blamed on its own setting.
fn build(defaults: &Table, given: Given) -> anyhow::Result<Config> {
    let mut settings = defaults.clone();
    for (name, value, source) in given.all() {
        settings.insert(name.to_owned(), value.clone());
        let read: Result<Config, toml::de::Error> = settings.clone().try_into();
        if let Err(error) = read {
            return Err(wrong::value(name, value, source, error.message(), defaults.get(name)).into());
        }
    }
    let mut config: Config = settings.try_into().context("the default configuration")?;
    config.given = given;
    Ok(config)
}

fn lay_file(given: &mut Given, path: &Path, defaults: &Table) -> anyhow::Result<()> {
    let named = || {
        format!(
            "cannot read the configuration file {} (--config, JADONG_CONFIG)",
            path.display()
        )
    };
    let text = std::fs::read_to_string(path).map_err(|error| Wrong(format!("{}: {error}", named())))?;
    let line = |at: usize| 1 + text.get(..at).map_or(0, |before| before.matches('\n').count());
    // Not the error itself: it quotes the line, which may hold a secret.
    let unread = |error: &toml::de::Error| {
        let line = error.span().map_or(1, |span| line(span.start));
        // What stands before the sign is a name, and no secret.
        let name = text.lines().nth(line - 1).and_then(|text| text.split_once('='));
        let name = name.map_or_else(String::new, |(name, _)| format!("{}: ", name.trim()));
        let (path, why) = (path.display(), error.message());
        Wrong(format!(
            "{path}:{line}: {name}{why}; write name = value, texts in quotes, each name once"
        ))
    };
    let table: Table = text.parse().map_err(|error| unread(&error))?;
    let places = DeTable::parse(&text).map_err(|error| unread(&error))?;
    let place = |name: &str| {
        let mut keys = places.get_ref().keys();
        let found = keys.find(|key| key.get_ref().as_ref() == name);
        Source::File(path.to_owned(), found.map_or(1, |key| line(key.span().start)))
    };
    for (name, value) in table {
        let source = place(&name);
        if !defaults.contains_key(&name) {
            return Err(wrong::unknown(&name, &source, defaults.keys().map(String::as_str)).into());
        }
        given.set(&name, value, source);
    }
    Ok(())
}

/// The text of a variable as the kind of value that the default has; else what was expected.
fn typed(text: &str, default: &Value) -> Result<Value, &'static str> {
    Ok(match default {
        Value::Integer(_) => Value::Integer(text.trim().parse().map_err(|_| "a whole number")?),
        Value::Boolean(_) => Value::Boolean(text.trim().parse().map_err(|_| "true or false")?),
        _ => Value::String(text.to_owned()),
    })
}

#[cfg(test)]
mod tests;
