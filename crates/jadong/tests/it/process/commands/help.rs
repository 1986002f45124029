//! `--help` and `completions`.

use std::io::Write;
use std::process::{Command, Stdio};

use super::done;
use testkit::process::run;

#[tokio::test]
async fn the_top_of_the_help_shows_the_first_three_commands() {
    let output = done(&["--help"], &[]).await;
    for first in ["jadong demo", "jadong serve", "jadong trigger issued-key"] {
        assert!(output.out.contains(first), "{}", output.out);
    }
    assert!(!output.out.contains('\u{1b}'), "no colours when piped");
}

#[tokio::test]
async fn the_help_of_the_telephones() {
    insta::assert_snapshot!(done(&["ars", "--help"], &[]).await.out);
}

#[tokio::test]
async fn the_help_of_listen() {
    insta::assert_snapshot!(done(&["listen", "--help"], &[]).await.out);
}

#[tokio::test]
async fn wrong_usage_has_an_exit_code_of_its_own() {
    for args in [&["nonsense"][..], &["ars", "answer", "a", "b"], &["completions"]] {
        assert_eq!(run(args, &[]).await.code, Some(2), "{args:?}");
    }
}

/// Whether the shell takes the script; `None` when there is no such shell here.
fn parses(shell: &str, script: &str) -> Option<bool> {
    let spawned = Command::new(shell).arg("-n").stdin(Stdio::piped()).spawn();
    let mut child = spawned.ok()?;
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(script.as_bytes()).expect("it reads");
    drop(stdin);
    Some(child.wait().expect("it ends").success())
}

#[tokio::test]
async fn every_shells_completions_parse() {
    for shell in ["bash", "zsh", "fish"] {
        let script = done(&["completions", shell], &[]).await.out;
        assert!(script.contains("jadong"), "{shell}");
        let verdict = parses(shell, &script);
        assert!(verdict != Some(false), "{shell} does not take its completions");
        assert!(shell != "bash" || verdict.is_some(), "bash is always there");
    }
}

#[tokio::test]
async fn bash_completes_a_subcommand() {
    let script = done(&["completions", "bash"], &[]).await.out;
    let ask = format!(
        "{script}\nCOMP_WORDS=(jadong ars an) COMP_CWORD=2\n_jadong jadong an ars\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n"
    );
    // Longer than an argument may be.
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ask");
    std::fs::write(&file, ask).expect("a file");
    let completed = Command::new("bash").arg(file).output().expect("bash runs");
    assert_eq!(String::from_utf8_lossy(&completed.stdout).trim(), "answer");
}

/// Every command with its subcommands, as they stand in the help.
async fn commands() -> Vec<String> {
    let top = done(&["--help"], &[]).await.out;
    // Between the usage and the options.
    let listed = top
        .split("Usage:")
        .nth(1)
        .and_then(|rest| rest.split("Options:").next());
    let lines = listed.expect("a list of commands").lines();
    let named = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = named.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// Wrapped lines would run as commands of their own.
#[tokio::test]
async fn the_examples_of_every_help_can_be_pasted() {
    let names = commands().await;
    assert!(names.len() > 15, "{names:?}");
    for name in names {
        let help = done(&[name.as_str(), "--help"], &[("COLUMNS", "80")]).await.out;
        let examples = help
            .split("Examples:\n")
            .nth(1)
            .unwrap_or_else(|| panic!("{name}: {help}"));
        let examples = examples.split("\n\n").next().expect("a block");
        let mut goes_on = false;
        for line in examples.lines() {
            let bare = line.trim();
            let begins = bare.starts_with("jadong ") || bare.starts_with("JADONG_") || bare.starts_with("echo ");
            assert!(goes_on || begins, "{name}: {line:?} is no command\n{examples}");
            goes_on = bare.ends_with('\\');
        }
        assert!(!goes_on, "{name}: the last line goes on");
        assert_ne!(parses("bash", examples), Some(false), "{name}: {examples}");
    }
}
