//! Standard output that somebody has stopped reading: `jadong error | head -3`. The program ends without a word, as other
//! tools do. What goes to standard error is lost when nobody reads that.
//!
//! Not by taking SIGPIPE's own action back, which is what those do: a peer that hangs up would then end a program that
//! writes to its socket, too.

use std::borrow::Cow;
use std::fmt::Arguments;
use std::io::{ErrorKind, Write, stderr, stdout};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::ExitCode;

use domain::text::{is_steering, printable};

/// What a shell reports of a program that SIGPIPE ended.
const PIPE_CLOSED: u8 = 128 + 13;

/// Nobody reads what is printed. Unwinds to `main`, so that what must be cleaned up is.
struct Closed;

/// `print!` that ends the program quietly when nobody reads.
#[macro_export]
macro_rules! print {
    ($($text:tt)*) => { $crate::stdout::print(format_args!($($text)*)) };
}

/// `println!` that ends the program quietly when nobody reads.
#[macro_export]
macro_rules! println {
    () => { $crate::stdout::print(format_args!("\n")) };
    ($($text:tt)*) => { $crate::stdout::print(format_args!("{}\n", format_args!($($text)*))) };
}

/// `eprintln!` that does not mind when nobody reads.
#[macro_export]
macro_rules! eprintln {
    ($($text:tt)*) => { $crate::stdout::eprint(format_args!("{}\n", format_args!($($text)*))) };
}

/// What the macros do, which stand in front of those of the standard library. Merchants' texts are among what is
/// printed: nothing in them may move the cursor, turn the direction or name the window.
pub fn print(text: Arguments<'_>) {
    check(stdout().lock().write_all(neutral(&text.to_string()).as_bytes()));
}

/// The same for standard error; where there is a log, that is the only one to write there.
pub fn eprint(text: Arguments<'_>) {
    let text = text.to_string();
    let text = neutral(&text);
    if !crate::lossy::say(&text) {
        let _ = stderr().lock().write_all(text.as_bytes());
    }
}

/// `text` with lines and colours, and anything else that steers a terminal by its number: `\u{1b}`.
fn neutral(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_steering(c) && c != '\n') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let own = if matches!(c, '\n' | '\t') { 1 } else { colour(rest) };
        let (taken, after) = rest.split_at(own.max(c.len_utf8()));
        out.push_str(&if own > 0 {
            Cow::Borrowed(taken)
        } else {
            printable(taken)
        });
        rest = after;
    }
    Cow::Owned(out)
}

/// Bytes of the colour that `text` begins with: `ESC [ 1;31 m`.
fn colour(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("\u{1b}[") else {
        return 0;
    };
    let numbers = rest
        .bytes()
        .take_while(|byte| byte.is_ascii_digit() || *byte == b';')
        .count();
    if rest.as_bytes().get(numbers) == Some(&b'm') {
        numbers + 3
    } else {
        0
    }
}

/// For what is to be seen before the next line is.
pub fn flush() {
    check(stdout().flush());
}

fn check(written: std::io::Result<()>) {
    match written {
        Ok(()) => {}
        // Without the hook that tells of panics.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => resume_unwind(Box::new(Closed)),
        Err(error) => {
            eprintln!("jadong: standard output: {error}");
            std::process::exit(1);
        }
    }
}

/// Runs a command to its exit code.
pub fn until_closed(command: impl FnOnce() -> ExitCode) -> ExitCode {
    catch_unwind(AssertUnwindSafe(command)).unwrap_or_else(|payload| {
        if payload.is::<Closed>() {
            ExitCode::from(PIPE_CLOSED)
        } else {
            resume_unwind(payload)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::neutral;

    #[test]
    fn only_lines_and_colours_reach_a_terminal() {
        for own in ["one\ntwo\t3", "\u{1b}[1;31mred\u{1b}[0m 결제 👨‍👩‍👧", ""] {
            assert_eq!(neutral(own), own);
        }
        for (sent, shown) in [
            ("a\u{1b}[2Jb", "a\\u{1b}[2Jb"),
            ("\u{1b}]0;title\u{7}", "\\u{1b}]0;title\\u{7}"),
            ("x\u{202e}y\u{9b}31mz", "x\\u{202e}y\\u{9b}31mz"),
            ("one\rtwo\u{8}", "one\\u{d}two\\u{8}"),
            ("\u{1b}[1;31", "\\u{1b}[1;31"),
            ("a\u{2028}b\u{2066}", "a\\u{2028}b\\u{2066}"),
        ] {
            assert_eq!(neutral(sent), shown);
        }
    }
}
