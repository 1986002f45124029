//! The words of the wire: what a field's name means, in both languages.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What a name means, and what its values keep to.
#[derive(Deserialize)]
pub struct Word {
    ko: String,
    en: String,
    /// Keywords of JSON schema.
    #[serde(flatten)]
    rules: Map<String, Value>,
}

pub static WORDS: LazyLock<BTreeMap<String, Word>> = LazyLock::new(|| {
    toml::from_str(include_str!("vocabulary.toml"))
        .expect("vocabulary.toml is part of the program and was tested with it")
});

/// The word of a schema's field, and under which name it stands.
pub fn word(schema: &str, field: &str) -> Option<(String, &'static Word)> {
    let own = format!("{schema}.{field}");
    let name = if WORDS.contains_key(&own) {
        own
    } else {
        field.to_owned()
    };
    let word = WORDS.get(&name)?;
    Some((name, word))
}

impl Word {
    pub fn sentence(&self) -> String {
        format!("{} · {}", self.ko, self.en)
    }

    /// Adds the words and the rules to a field's schema. Rules of texts are left out where the field is none.
    pub fn describe(&self, field: &mut Value) {
        field["description"] = json!(self.sentence());
        for (rule, value) in &self.rules {
            match rule.as_str() {
                "example" => field["examples"] = json!([value]),
                _ => field[rule] = value.clone(),
            }
        }
    }

    /// The schema of a parameter in the URL.
    pub fn parameter(&self) -> Value {
        let mut schema = json!({ "type": "string" });
        // What is too long in a URL is simply not found.
        for (rule, value) in self.rules.iter().filter(|(rule, _)| *rule != "maxLength") {
            schema[rule] = value.clone();
        }
        schema
    }
}
