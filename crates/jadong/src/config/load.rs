//! Reading the configuration's four layers.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use toml::{Table, Value};

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
pub fn load(overrides: &Overrides, environment: impl Fn(&str) -> Option<String>) -> anyhow::Result<Config> {
    let defaults: Table = DEFAULTS.parse().context("the default configuration")?;
    let mut settings = defaults.clone();
    if let Some(path) = &overrides.config {
        lay_file(&mut settings, path)?;
    }
    for (name, default) in &defaults {
        let variable = format!("JADONG_{}", name.to_uppercase());
        if let Some(text) = environment(&variable) {
            settings.insert(name.clone(), typed(&text, default).with_context(|| variable)?);
        }
    }
    let options = [
        ("listen", overrides.listen.clone()),
        ("data", overrides.data.as_ref().map(|path| path.display().to_string())),
        ("consent_hold", overrides.consent_hold.clone()),
    ];
    for (name, text) in options {
        if let Some(text) = text {
            settings.insert(name.to_owned(), Value::String(text));
        }
    }
    settings
        .try_into()
        .map_err(|error: toml::de::Error| anyhow::anyhow!("configuration: {}", error.message()))
}

fn lay_file(settings: &mut Table, path: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        // Not the error itself: it quotes the line, which may hold a secret.
        anyhow::anyhow!("{}: {}", path.display(), error.message())
    })?;
    for (name, value) in table {
        if !settings.contains_key(&name) {
            bail!(
                "{}: there is no setting {name:?}; `jadong config` prints them all",
                path.display()
            );
        }
        settings.insert(name, value);
    }
    Ok(())
}

/// The text of a variable as the kind of value that the default has.
fn typed(text: &str, default: &Value) -> anyhow::Result<Value> {
    Ok(match default {
        Value::Integer(_) => Value::Integer(text.trim().parse().context("expected a whole number")?),
        Value::Boolean(_) => Value::Boolean(text.trim().parse().context("expected true or false")?),
        _ => Value::String(text.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn error_of(overrides: &Overrides, name: &str, text: &str) -> String {
        let result = load(overrides, |variable| (variable == name).then(|| text.to_owned()));
        format!("{:#}", result.err().unwrap())
    }

    #[test]
    fn the_defaults_are_complete() {
        let config = load(&Overrides::default(), |_| None).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:4141");
        assert_eq!(config.consent_hold.0, Duration::from_secs(8));
        assert_eq!(config.admin_address().unwrap().port(), 4142);
        assert_eq!(config.bank_address().unwrap().port(), 4143);
    }

    #[test]
    fn options_beat_the_environment_and_the_environment_beats_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jadong.toml");
        std::fs::write(&path, "consent_hold = \"1s\"\nlog = \"warn\"\npublish_wait = \"1s\"\n").unwrap();
        let overrides = Overrides {
            config: Some(path),
            consent_hold: Some("3s".to_owned()),
            ..Overrides::default()
        };
        let environment = |name: &str| match name {
            "JADONG_CONSENT_HOLD" | "JADONG_PUBLISH_WAIT" => Some("2s".to_owned()),
            "JADONG_CONNECTIONS_MAX" => Some("7".to_owned()),
            _ => None,
        };
        let config = load(&overrides, environment).unwrap();
        assert_eq!(config.consent_hold.0, Duration::from_secs(3));
        assert_eq!(config.publish_wait.0, Duration::from_secs(2));
        assert_eq!((config.log.as_str(), config.connections_max), ("warn", 7));
    }

    #[test]
    fn a_wrong_value_names_its_setting() {
        let none = Overrides::default();
        assert!(error_of(&none, "JADONG_CONNECTIONS_MAX", "many").contains("JADONG_CONNECTIONS_MAX"));
        assert!(error_of(&none, "JADONG_CONSENT_HOLD", "soon").contains("300ms"));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jadong.toml");
        std::fs::write(&path, "consent_hodl = \"1s\"\n").unwrap();
        let overrides = Overrides {
            config: Some(path),
            ..Overrides::default()
        };
        assert!(error_of(&overrides, "", "").contains("consent_hodl"));
    }
}
