//! Standard output that somebody has stopped reading: `jadong error | head -3`. The program ends without a word, as other
//! tools do. What goes to standard error is lost when nobody reads that.
//!
//! Not by taking SIGPIPE's own action back, which is what those do: a peer that hangs up would then end a program that
//! writes to its socket, too.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write, stderr, stdout};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::ExitCode;

/// What a shell reports of a program that SIGPIPE ended.
const PIPE_CLOSED: u8 = 128 + 13;

/// Nobody reads what is printed. Unwinds to `main`, so that what must be cleaned up is.
struct Closed;

/// `print!` that ends the program quietly when nobody reads.
macro_rules! print {
    ($($text:tt)*) => { $crate::stdout::print(format_args!($($text)*)) };
}

/// `println!` that ends the program quietly when nobody reads.
macro_rules! println {
    () => { $crate::stdout::print(format_args!("\n")) };
    ($($text:tt)*) => { $crate::stdout::print(format_args!("{}\n", format_args!($($text)*))) };
}

/// `eprintln!` that does not mind when nobody reads.
macro_rules! eprintln {
    ($($text:tt)*) => { $crate::stdout::eprint(format_args!("{}\n", format_args!($($text)*))) };
}

/// What the macros of this crate do, which stand in front of those of the standard library.
pub fn print(text: Arguments<'_>) {
    check(stdout().lock().write_fmt(text));
}

/// The same for standard error; where there is a log, that is the only one to write there.
pub fn eprint(text: Arguments<'_>) {
    if !crate::log::say(&text.to_string()) {
        let _ = stderr().lock().write_fmt(text);
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
