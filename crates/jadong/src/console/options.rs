//! The options of `jadong console`.

use clap::{Args, Subcommand, ValueEnum};
use gateway::Role;

use crate::open_store::StoreOptions;
use crate::output::JsonOption;

#[derive(Args)]
pub struct ConsoleOptions {
    #[command(flatten)]
    pub store: StoreOptions,
    #[command(subcommand)]
    pub command: ConsoleCommand,
}

#[derive(Subcommand)]
pub enum ConsoleCommand {
    /// Who may sign in.
    User {
        #[command(subcommand)]
        command: UserCommand,
    },
}

#[derive(Subcommand)]
pub enum UserCommand {
    /// Add somebody; asks for a password.
    Add {
        name: String,
        /// viewer reads; operator also cancels, destroys, resends, resolves; admin also reads the audit log
        #[arg(long, value_enum, default_value = "viewer")]
        role: RoleOption,
        #[command(flatten)]
        json: JsonOption,
    },
    /// List who may sign in.
    List {
        #[command(flatten)]
        json: JsonOption,
    },
    /// Take somebody out, signed in or not.
    Remove {
        name: String,
        #[command(flatten)]
        json: JsonOption,
    },
    /// Change a password; ends the person's sessions.
    Password {
        name: String,
        #[command(flatten)]
        json: JsonOption,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RoleOption {
    Viewer,
    Operator,
    Admin,
}

impl From<RoleOption> for Role {
    fn from(option: RoleOption) -> Self {
        match option {
            RoleOption::Viewer => Self::Viewer,
            RoleOption::Operator => Self::Operator,
            RoleOption::Admin => Self::Admin,
        }
    }
}
