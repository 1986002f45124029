//! Which of a crate's top modules name each other, and whether that is a circle.

use std::collections::{BTreeMap, BTreeSet};

use crate::rust_source::code_only;
use crate::tree::File;

/// A module, and the modules of the same crate that it names as `crate::…`.
pub type Graph = BTreeMap<String, BTreeSet<String>>;

/// The top modules below `source`, such as `crates/store/src/`. Tests may name whatever they test.
pub fn top_modules(files: &[File], source: &str) -> Graph {
    let mut graph = Graph::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let Some(path) = file.path.strip_prefix(source) else {
            continue;
        };
        let module = path.split('/').next().unwrap_or(path).trim_end_matches(".rs");
        if ["lib", "main"].contains(&module) || path.ends_with("tests.rs") {
            continue;
        }
        let code = code_only(&file.text);
        let code = code.split("#[cfg(test)]\nmod tests").next().unwrap_or(&code);
        let named = graph.entry(module.to_owned()).or_default();
        named.extend(names(code).filter(|name| name != module));
    }
    let modules: BTreeSet<String> = graph.keys().cloned().collect();
    for named in graph.values_mut() {
        named.retain(|name| modules.contains(name));
    }
    graph
}

/// What stands behind `crate::`: a name, or several in braces.
fn names(code: &str) -> impl Iterator<Item = String> {
    let name = |text: &str| -> String { text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect() };
    code.split("crate::").skip(1).flat_map(move |rest| {
        let Some(group) = rest.strip_prefix('{') else {
            return vec![name(rest)];
        };
        let (mut depth, mut names, mut at_start) = (0_usize, Vec::new(), true);
        for (place, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => at_start = true,
                c if at_start && !c.is_whitespace() => {
                    names.push(name(&group[place..]));
                    at_start = false;
                }
                _ => {}
            }
        }
        names
    })
}

/// The modules of circles, and those that lead into one, with what they name there; none when there is no circle. What is
/// named by no module, or names none, is in no circle: it is taken away until nothing else is left.
pub fn circle(mut graph: Graph) -> Graph {
    loop {
        let named: BTreeSet<String> = graph.values().flatten().cloned().collect();
        let before = graph.len();
        graph.retain(|module, names| !names.is_empty() && named.contains(module));
        let left: BTreeSet<String> = graph.keys().cloned().collect();
        for names in graph.values_mut() {
            names.retain(|name| left.contains(name));
        }
        if graph.len() == before {
            return graph;
        }
    }
}
