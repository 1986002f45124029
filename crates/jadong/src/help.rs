//! `jadong --help`: the commands by what they are for, a line each. What a command does in full its own help says.

use std::fmt::Write;

use clap::Command;
use domain::Language;
use terminal::lang::in_language;

struct Group {
    korean: &'static str,
    english: &'static str,
    commands: &'static [&'static str],
}

const GROUPS: [Group; 6] = [
    Group {
        korean: "시작하기",
        english: "Begin",
        commands: &["demo", "serve", "trigger", "manual", "error"],
    },
    Group {
        korean: "샌드박스와 API",
        english: "Sandbox and API",
        commands: &["ars", "clock", "listen", "get", "post", "bank"],
    },
    Group {
        korean: "결제",
        english: "Payments",
        commands: &["explain", "in-doubt", "resolve", "reconcile", "consent", "webhook"],
    },
    Group {
        korean: "프로젝트와 PG",
        english: "Projects and PGs",
        commands: &["project", "keys", "reserves", "pg", "shadow"],
    },
    Group {
        korean: "운영",
        english: "Operate",
        commands: &[
            "doctor",
            "console",
            "nodes",
            "db",
            "hold",
            "resume",
            "retention",
            "audit",
            "bench",
        ],
    },
    Group {
        korean: "그 밖",
        english: "More",
        commands: &["config", "openapi", "completions", "help"],
    },
];
/// A line of a terminal without the name.
const WIDTH: usize = 64;

/// `program` with this help.
pub fn grouped(mut program: Command, language: Language) -> Command {
    program.build();
    let mut listed = String::new();
    for group in &GROUPS {
        let title = in_language(language, group.korean, group.english);
        let _ = write!(listed, "\n{title}:\n");
        for name in group.commands {
            let about = program.find_subcommand(name).and_then(Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(listed, "  {name:<12} {}", first_words(&about));
        }
    }
    let options = in_language(language, "옵션", "Options");
    program.help_template(format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n{listed}\n{options}:\n{{options}}{{after-help}}"
    ))
}

/// The first sentence, or of a long one what stands before its colon or its comma.
fn first_words(about: &str) -> &str {
    let sentence = about.split(". ").next().unwrap_or(about);
    let is_long = |text: &str| text.chars().count() > WIDTH;
    let before = |mark| sentence.split_once(mark).map_or(sentence, |(head, _)| head);
    let heads = [sentence, before(": "), before(", ")];
    let fits = heads.into_iter().find(|head| !is_long(head));
    fits.unwrap_or(sentence).trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn every_command_is_in_one_group_and_on_one_line() {
        let mut program = Cli::command();
        program.build();
        let shown = program.get_subcommands().filter(|command| !command.is_hide_set());
        let mut there: Vec<&str> = shown.map(Command::get_name).collect();
        let mut grouped: Vec<&str> = GROUPS.iter().flat_map(|group| group.commands).copied().collect();
        there.sort_unstable();
        grouped.sort_unstable();
        assert_eq!(grouped, there);
        for command in program.get_subcommands() {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            let words = first_words(&about);
            assert!(
                !words.is_empty() && words.chars().count() <= WIDTH,
                "{}: {words}",
                command.get_name()
            );
        }
    }
}
