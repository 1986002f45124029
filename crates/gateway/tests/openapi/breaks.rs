//! What a client written for one document would miss in another.

use serde_json::Value;

/// Which way a value goes. What is asked of a client may only get less, what it is given may only get more.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Request,
    Answer,
}

/// Two documents, compared.
struct Comparison<'a> {
    released: &'a Value,
    now: &'a Value,
    breaks: Vec<String>,
}

/// Everything that breaks a client of `released`; additions do not.
pub fn breaks(released: &Value, now: &Value) -> Vec<String> {
    let mut comparison = Comparison {
        released,
        now,
        breaks: Vec::new(),
    };
    for (path, operations) in members(&released["paths"]) {
        for (method, before) in members(operations) {
            let at = format!("{method} {path}");
            match now["paths"][path].get(method) {
                None => comparison.breaks.push(format!("{at}: gone")),
                Some(after) => comparison.operation(&at, before, after),
            }
        }
    }
    comparison.breaks
}

fn members(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object.as_object().into_iter().flatten()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn resolved<'a>(document: &'a Value, mut schema: &'a Value) -> &'a Value {
    while let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        schema = &document["components"]["schemas"][name];
    }
    schema
}

/// The types of a schema, in one order.
fn types(schema: &Value) -> Vec<&str> {
    let mut types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        many => list(many).iter().filter_map(Value::as_str).collect(),
    };
    types.sort_unstable();
    types
}

impl Comparison<'_> {
    fn operation(&mut self, at: &str, before: &Value, after: &Value) {
        if before["operationId"] != after["operationId"] {
            self.breaks.push(format!("{at}: another operationId"));
        }
        self.parameters(at, before, after);
        let body = |operation: &Value| operation["requestBody"]["content"]["application/json"]["schema"].clone();
        match (before.get("requestBody"), after.get("requestBody")) {
            (Some(_), None) => self.breaks.push(format!("{at}: takes no body any more")),
            (None, Some(asked)) if asked["required"] == true => self.breaks.push(format!("{at}: a body is required")),
            (Some(_), Some(_)) => self.schema(&format!("{at} request"), &body(before), &body(after), Way::Request),
            (None, _) => {}
        }
        for (status, response) in members(&before["responses"]) {
            let at = format!("{at} {status}");
            let Some(other) = after["responses"].get(status) else {
                self.breaks.push(format!("{at}: gone"));
                continue;
            };
            for (header, _) in members(&response["headers"]).filter(|(name, _)| other["headers"].get(name).is_none()) {
                self.breaks.push(format!("{at}: header {header} gone"));
            }
            let answer = |response: &Value| response["content"]["application/json"]["schema"].clone();
            self.schema(&at, &answer(response), &answer(other), Way::Answer);
        }
    }

    fn parameters(&mut self, at: &str, before: &Value, after: &Value) {
        let key = |parameter: &Value| (parameter["in"].clone(), parameter["name"].clone());
        let (before, after) = (list(&before["parameters"]), list(&after["parameters"]));
        for parameter in before {
            let (name, other) = (
                &parameter["name"],
                after.iter().find(|other| key(other) == key(parameter)),
            );
            match other {
                None => self.breaks.push(format!("{at}: parameter {name} gone")),
                Some(other) => self.schema(
                    &format!("{at} {name}"),
                    &parameter["schema"],
                    &other["schema"],
                    Way::Request,
                ),
            }
        }
        for parameter in after.iter().filter(|parameter| parameter["required"] == true) {
            let was_required = before
                .iter()
                .any(|other| key(other) == key(parameter) && other["required"] == true);
            if !was_required {
                self.breaks
                    .push(format!("{at}: parameter {} is required", parameter["name"]));
            }
        }
    }

    fn schema(&mut self, at: &str, before: &Value, after: &Value, way: Way) {
        let (before, after) = (resolved(self.released, before), resolved(self.now, after));
        if types(before) != types(after) {
            self.breaks
                .push(format!("{at}: {:?} became {:?}", types(before), types(after)));
        }
        let values = list(&after["enum"]);
        for value in list(&before["enum"]).iter().filter(|value| !values.contains(value)) {
            self.breaks.push(format!("{at}: value {value} gone"));
        }
        if way == Way::Request {
            self.tighter(at, before, after);
        }
        self.required(at, before, after, way);
        for (name, field) in members(&before["properties"]) {
            match after["properties"].get(name) {
                None => self.breaks.push(format!("{at}: field {name} gone")),
                Some(other) => self.schema(&format!("{at}.{name}"), field, other, way),
            }
        }
        if let (Some(before), Some(after)) = (before.get("items"), after.get("items")) {
            self.schema(&format!("{at}[]"), before, after, way);
        }
        for kind in ["allOf", "anyOf", "oneOf"] {
            let (before, after) = (list(&before[kind]), list(&after[kind]));
            if after.len() < before.len() {
                self.breaks.push(format!("{at}: a choice gone"));
            }
            for (place, (before, after)) in std::iter::zip(before, after).enumerate() {
                self.schema(&format!("{at} {kind}[{place}]"), before, after, way);
            }
        }
    }

    /// A value that was taken must be taken.
    fn tighter(&mut self, at: &str, before: &Value, after: &Value) {
        for rule in [
            "pattern",
            "format",
            "enum",
            "maxLength",
            "maximum",
            "minLength",
            "minimum",
        ] {
            let (old, new) = (before.get(rule), after.get(rule));
            let is_tighter = match (old.and_then(Value::as_f64), new.and_then(Value::as_f64)) {
                (Some(old), Some(new)) if rule.starts_with("max") => new < old,
                (Some(old), Some(new)) => new > old,
                _ if rule == "enum" => old.is_none() && new.is_some(),
                _ => new.is_some() && new != old,
            };
            if is_tighter {
                self.breaks.push(format!("{at}: {rule} is tighter"));
            }
        }
    }

    fn required(&mut self, at: &str, before: &Value, after: &Value, way: Way) {
        let (asked, given, word) = match way {
            Way::Request => (after, before, "is required now"),
            Way::Answer => (before, after, "may be absent now"),
        };
        let known = list(&given["required"]);
        for field in list(&asked["required"]).iter().filter(|field| !known.contains(field)) {
            self.breaks.push(format!("{at}: {field} {word}"));
        }
    }
}
