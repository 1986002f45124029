//! Every command and option, as `docs/reference/commands.md` has them: the page is written from the command line's own
//! definition, and a test compares the two.

use std::fmt::Write;

use clap::{Arg, Command};

const HEAD: &str = "# Commands

[한국어](commands.ko.md)

Written from the program's own `--help`; a test keeps the two the same. Colours and progress bars appear on a terminal only,
colours not when `NO_COLOR` is set.

Commands that print data take `--json`: one value, a list where there may be several, and of `listen` one value a line. Names
and numbers in it are the same in both languages; sentences, such as the verdict of `explain` and the findings of `doctor`,
are in the language that `--lang` or the terminal asks for.

Commands that call a gateway trust the public certificate authorities, and with `--cacert` those of a file. No proxy of the
environment is used.

Exit codes: `0` done · `1` failed, standard error says why · `2` wrong usage, or a configuration that cannot be meant · `141` nobody reads the output any more, as after
`| head`.
";

/// The page.
pub fn page(mut program: Command) -> String {
    program.build();
    let mut page = HEAD.to_owned();
    for command in program.get_subcommands().filter(|command| is_shown(command)) {
        section(&mut page, command, "jadong", "##");
    }
    page
}

/// The commands that do something, by their whole names: `jadong ars list`.
pub fn leaves(program: &Command) -> Vec<(String, &Command)> {
    let mut found = Vec::new();
    walk(program, program.get_name().to_owned(), &mut found);
    found
}

fn walk<'a>(command: &'a Command, name: String, found: &mut Vec<(String, &'a Command)>) {
    let mut below = command.get_subcommands().filter(|command| is_shown(command)).peekable();
    if below.peek().is_none() {
        found.push((name, command));
        return;
    }
    for next in below {
        walk(next, format!("{name} {}", next.get_name()), found);
    }
}

fn is_shown(command: &Command) -> bool {
    !command.is_hide_set() && command.get_name() != "help"
}

fn section(page: &mut String, command: &Command, above: &str, heading: &str) {
    let name = format!("{above} {}", command.get_name());
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let _ = write!(page, "\n{heading} {name}\n\n{about}\n");
    let rows: Vec<String> = command
        .get_arguments()
        .filter(|arg| is_worth_a_row(arg))
        .map(row)
        .collect();
    if !rows.is_empty() {
        let _ = write!(page, "\n| | | default |\n|---|---|---|\n{}\n", rows.join("\n"));
    }
    if let Some(examples) = command.get_after_help() {
        let examples = examples.to_string();
        let lines = examples.lines().filter(|line| !line.is_empty() && *line != "Examples:");
        let (commands, words): (Vec<&str>, Vec<&str>) = lines.partition(|line| line.starts_with("  "));
        let commands: Vec<&str> = commands.into_iter().map(str::trim).collect();
        let _ = write!(page, "\n```sh\n{}\n```\n", commands.join("\n"));
        if !words.is_empty() {
            let _ = write!(page, "\n{}\n", words.join("\n"));
        }
    }
    for next in command.get_subcommands().filter(|command| is_shown(command)) {
        section(page, next, &name, "###");
    }
}

fn is_worth_a_row(arg: &Arg) -> bool {
    !arg.is_hide_set() && !matches!(arg.get_id().as_str(), "help" | "version")
}

fn row(arg: &Arg) -> String {
    let value = || {
        arg.get_value_names()
            .and_then(|names| names.first())
            .map(ToString::to_string)
    };
    let is_flag = !arg.get_action().takes_values();
    let name = match (arg.get_long(), is_flag) {
        (None, _) => format!("`{}`", value().unwrap_or_default()),
        (Some(long), true) => format!("`--{long}`"),
        (Some(long), false) => format!("`--{long} {}`", value().unwrap_or_default()),
    };
    let mut help = arg
        .get_help()
        .map(ToString::to_string)
        .unwrap_or_default()
        .replace('|', "\\|");
    if let Some(variable) = arg.get_env().and_then(|variable| variable.to_str()) {
        let _ = write!(help, " (`{variable}`)");
    }
    let defaults: Vec<_> = arg
        .get_default_values()
        .iter()
        .filter_map(|value| value.to_str())
        .collect();
    let default = if is_flag || defaults.is_empty() || arg.is_hide_default_value_set() {
        String::new()
    } else {
        format!("`{}`", defaults.join(" "))
    };
    format!("| {name} | {help} | {default} |")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    /// Commands that print no data but a play for people, a file, a script; or that need not be asked for JSON.
    const WITHOUT_JSON: &[&str] = &[
        "jadong serve",
        "jadong demo",
        "jadong bank",
        "jadong config",
        "jadong completions",
        // Nothing but JSON.
        "jadong openapi",
    ];

    fn program() -> Command {
        let mut program = Cli::command();
        program.build();
        program
    }

    fn read(name: &str) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../docs/reference")
            .join(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    #[test]
    fn the_page_of_commands_is_that_of_the_program() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/commands.md");
        let page = page(Cli::command());
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, &page).unwrap();
        }
        assert!(
            read("commands.md") == page,
            "docs/reference/commands.md is not what --help says; write it again: UPDATE_DOCS=1 cargo nextest run -p jadong \
             -E 'test(the_page_of_commands)'"
        );
    }

    #[test]
    fn the_korean_page_names_every_command() {
        let page = read("commands.ko.md");
        let program = program();
        let missing: Vec<_> = leaves(&program)
            .into_iter()
            .map(|(name, _)| name)
            .filter(|name| !page.contains(&format!("# {name}\n")))
            .collect();
        assert!(missing.is_empty(), "commands.ko.md does not name {missing:?}");
    }

    #[test]
    fn every_command_that_prints_data_takes_json() {
        let program = program();
        let missing: Vec<_> = leaves(&program)
            .into_iter()
            .filter(|(name, _)| !WITHOUT_JSON.contains(&name.as_str()))
            .filter(|(_, command)| !command.get_arguments().any(|arg| arg.get_long() == Some("json")))
            .map(|(name, _)| name)
            .collect();
        assert!(missing.is_empty(), "no --json: {missing:?}");
    }

    #[test]
    fn every_command_says_what_it_does_and_gives_an_example() {
        let program = program();
        for command in program.get_subcommands().filter(|command| is_shown(command)) {
            let name = command.get_name();
            assert!(command.get_about().is_some(), "{name} says nothing");
            let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(examples.contains(&format!("jadong {name}")), "{name} has no example");
        }
        for (name, command) in leaves(&program) {
            assert!(command.get_about().is_some(), "{name} says nothing");
        }
    }
}
