//! Lengths, leftovers, links and words of the files.

use jadong_tidy::rust_source::code_only;
use jadong_tidy::tree::{self, File};
use jadong_tidy::{manifest, markdown};
use std::path::Path;

const FILE_LINES_MAX: usize = 300;
const TEST_FILE_LINES_MAX: usize = 400;

fn fail_with(rule: &str, offenders: &[String]) {
    assert!(offenders.is_empty(), "{rule}:\n  {}\n", offenders.join("\n  "));
}

fn rust_files() -> Vec<File> {
    tree::files().into_iter().filter(File::is_rust).collect()
}

#[test]
fn rust_files_are_short() {
    let mut offenders = Vec::new();
    for file in rust_files() {
        let max = if file.is_test() {
            TEST_FILE_LINES_MAX
        } else {
            FILE_LINES_MAX
        };
        let lines = file.text.lines().count();
        if lines > max {
            offenders.push(format!("{}: {lines} lines, at most {max}", file.path));
        }
    }
    fail_with("files to split", &offenders);
}

#[test]
fn nothing_is_left_half_done() {
    let mut offenders = Vec::new();
    for file in rust_files() {
        for (index, line) in code_only(&file.text).lines().enumerate() {
            if ["todo!", "unimplemented!", "dbg!"]
                .iter()
                .any(|mark| line.contains(mark))
            {
                offenders.push(format!("{}:{} {}", file.path, index + 1, line.trim()));
            }
        }
    }
    fail_with("unfinished code", &offenders);
}

#[test]
fn no_tabs_and_no_trailing_spaces() {
    const EXTENSIONS: &[&str] = &[
        "rs", "toml", "md", "mjs", "json", "py", "sql", "sh", "csv", "txt", "yml",
    ];
    let mut offenders = Vec::new();
    for file in tree::files() {
        let ours = EXTENSIONS.iter().any(|extension| file.has_extension(extension)) || file.folder() == "scripts";
        // gofmt indents with tabs, and the page's code is run as it stands.
        let is_go = file.path.starts_with("docs/integrating/go.");
        for (index, line) in file.text.lines().enumerate().filter(|_| ours) {
            let line = if is_go { line.trim_start_matches('\t') } else { line };
            if line.contains('\t') || line.ends_with(' ') {
                offenders.push(format!("{}:{}", file.path, index + 1));
            }
        }
        if ours && !file.text.is_empty() && !file.text.ends_with('\n') {
            offenders.push(format!("{} does not end with a line end", file.path));
        }
    }
    fail_with("tabs, trailing spaces, missing line ends", &offenders);
}

#[test]
fn links_lead_somewhere() {
    let root = tree::root();
    let mut offenders = Vec::new();
    for file in tree::files().iter().filter(|file| file.has_extension("md")) {
        for link in markdown::file_links(&file.text) {
            let from = if link.target.starts_with('/') {
                &root
            } else {
                &root.join(file.folder())
            };
            if !from.join(link.target.trim_start_matches('/')).exists() {
                offenders.push(format!("{}:{} → {}", file.path, link.line, link.target));
            }
        }
    }
    fail_with("links to files that are not there", &offenders);
}

/// Paths of one person's machine help nobody else, and tell more than they should.
#[test]
fn no_paths_of_one_machine() {
    // In pieces, so that this file does not trip over itself.
    let words = [["/ro", "ot/"], ["/wo", "rk/"], ["/Us", "ers/"], [".lib", "rary/"]].map(|pieces| pieces.concat());
    let mut offenders = Vec::new();
    for file in tree::files() {
        for (index, line) in file.text.lines().enumerate() {
            if words.iter().any(|word| line.contains(word)) {
                offenders.push(format!("{}:{} {}", file.path, index + 1, line.trim()));
            }
        }
    }
    fail_with("paths of one machine", &offenders);
}

#[test]
fn every_crate_inherits_the_lints() {
    let crates = manifest::crates(&tree::files());
    let without = crates.iter().filter(|member| !member.inherits_lints());
    let offenders: Vec<String> = without.map(|member| member.path.clone()).collect();
    fail_with("crates without `[lints] workspace = true`", &offenders);
}

#[test]
fn every_decision_is_listed() {
    let files = tree::files();
    let folder = "docs/decisions";
    let index = files
        .iter()
        .find(|file| file.path == format!("{folder}/README.md"))
        .expect("an index of decisions");
    let listed: Vec<String> = markdown::file_links(&index.text)
        .into_iter()
        .map(|link| link.target)
        .collect();
    let records = files
        .iter()
        .filter(|file| file.folder() == folder && file.path != index.path);
    let names = records.filter_map(|file| Path::new(&file.path).file_name()?.to_str());
    let offenders: Vec<String> = names
        .filter(|name| !listed.iter().any(|own| own == name))
        .map(str::to_owned)
        .collect();
    fail_with("decisions missing in docs/decisions/README.md", &offenders);
}

/// What a PG's code means is for its connector to say: the domain and the gateway go by reasons.
#[test]
fn pg_codes_stay_with_the_connector() {
    let files = tree::files();
    let list = files.iter().find(|file| file.path == "crates/nicepay/src/codes.rs");
    let codes: Vec<&str> = list
        .expect("the PG's codes")
        .text
        .split('"')
        .skip(1)
        .step_by(2)
        .collect();
    let is_lettered =
        |text: &str| text.starts_with(|c: char| c.is_ascii_uppercase()) && text[1..].parse::<u16>().is_ok();
    let is_code = |text: &str| text.len() == 4 && (codes.contains(&text) || is_lettered(text));
    let folders = ["crates/domain/src/", "crates/gateway/src/"];
    let is_ours = |file: &&File| folders.iter().any(|folder| file.path.starts_with(folder));
    let mut offenders = Vec::new();
    for file in files
        .iter()
        .filter(is_ours)
        .filter(|file| file.is_rust() && !file.is_test())
    {
        let code = file.text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        for (index, line) in code.lines().enumerate() {
            if line.split('"').any(is_code) {
                offenders.push(format!("{}:{} {}", file.path, index + 1, line.trim()));
            }
        }
    }
    fail_with("codes of a PG outside its connector", &offenders);
}

/// A rule on a name that nothing counts would never fire, and a panel on one would stay empty.
#[test]
fn alarms_and_panels_name_metrics_that_there_are() {
    let read = |path: &str| std::fs::read_to_string(tree::root().join(path)).expect("it is there");
    let used = ["docs/operating/alarms.yml", "deploy/grafana/jadong.json"]
        .map(read)
        .concat();
    let known = read("docs/reference/metrics.md");
    let is_of_name = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    let names: Vec<&str> = used
        .split(|letter: char| !is_of_name(letter))
        .filter(|word| word.starts_with("jadong_"))
        .collect();
    assert!(names.len() > 20, "{names:?}");
    let is_known = |name: &&str| {
        let plain = ["_bucket", "_count", "_sum"]
            .iter()
            .find_map(|end| name.strip_suffix(end));
        known.contains(&format!("| `{}`", plain.unwrap_or(name)))
    };
    let offenders: Vec<String> = names
        .iter()
        .filter(|name| !is_known(name))
        .map(|name| (*name).to_owned())
        .collect();
    fail_with(
        "alarms and panels on metrics that are not on the page of metrics",
        &offenders,
    );
}

/// Two words for one thing are two things to whoever reads.
#[test]
fn one_word_for_each_thing() {
    let glossary = std::fs::read_to_string(tree::root().join("docs/reference/glossary.md")).expect("it is there");
    let last_columns = glossary
        .lines()
        .filter_map(|line| line.trim_end_matches('|').rsplit('|').next());
    let forbidden: Vec<&str> = last_columns
        .flat_map(|column| column.split('`').skip(1).step_by(2))
        .collect();
    assert!(forbidden.len() > 10, "{forbidden:?}");
    let is_read = |file: &File| {
        let is_history = file.path.starts_with("docs/decisions/") || file.path.starts_with("CHANGELOG");
        ["md", "rs", "toml", "html"]
            .iter()
            .any(|extension| file.has_extension(extension))
            && !is_history
            && !file.path.starts_with("docs/reference/glossary")
    };
    let mut offenders = Vec::new();
    for file in tree::files().iter().filter(|file| is_read(file)) {
        for (index, line) in file.text.lines().enumerate() {
            let found = forbidden.iter().filter(|word| line.contains(**word));
            offenders.extend(found.map(|word| format!("{}:{} {word}", file.path, index + 1)));
        }
    }
    fail_with("words that the glossary has another for", &offenders);
}
