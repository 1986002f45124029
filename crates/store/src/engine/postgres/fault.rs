//! What an error means: of an attempt to connect, and of a statement.

use std::error::Error as _;
use std::io;

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use super::options::Target;
pub use crate::error::PostgresFault;

/// The whole of an error's text: the client's own is only its first part.
pub fn words(error: &Error) -> String {
    if let Some(told) = error.as_db_error() {
        return format!("{} ({})", told.message(), told.code().code());
    }
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// What an attempt to connect, or the first questions on a new connection, came to.
pub fn of_connecting(target: &Target, error: &Error) -> PostgresFault {
    let (place, reason) = (target.place(), words(error));
    let (user, database) = (target.user(), target.database());
    match error.code() {
        Some(&SqlState::INVALID_PASSWORD) => PostgresFault::Password { place, user },
        Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION) => PostgresFault::NotAdmitted { place, user, reason },
        Some(&SqlState::INVALID_CATALOG_NAME) => PostgresFault::NoDatabase { place, database },
        Some(code) if may_pass(code) => PostgresFault::Unreachable { place, reason },
        Some(_) => PostgresFault::Engine { place, reason },
        None => {
            let io = error.source().and_then(|cause| cause.downcast_ref::<io::Error>());
            if io.is_some_and(|io| io.to_string() == "database does not allow writes") {
                return PostgresFault::ReadOnly { place };
            }
            // The client has no other way to tell.
            if error.to_string().contains("TLS") {
                return PostgresFault::Tls { place, reason };
            }
            PostgresFault::Unreachable { place, reason }
        }
    }
}

/// What an error of a statement inside a transaction means for the transaction, none of which is done.
#[derive(Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The connection is of no more use; another one may be.
    Lost,
    /// It met another transaction: the same again may go well.
    Again,
    /// An earlier statement of the transaction has failed.
    After,
    /// The statement itself.
    Failed,
}

/// What an error of a statement means. A server that stops, starts, or is a standby now is a connection lost.
pub fn trouble(error: &Error) -> Trouble {
    let Some(code) = error.code() else {
        // A value that does not fit its parameter never left this program.
        let is_ours = error.source().is_some_and(|cause| cause.is::<super::values::Misfit>());
        return if is_ours { Trouble::Failed } else { Trouble::Lost };
    };
    match code {
        &SqlState::T_R_SERIALIZATION_FAILURE
        | &SqlState::T_R_DEADLOCK_DETECTED
        | &SqlState::LOCK_NOT_AVAILABLE
        | &SqlState::QUERY_CANCELED => Trouble::Again,
        &SqlState::IN_FAILED_SQL_TRANSACTION => Trouble::After,
        code if may_pass(code) => Trouble::Lost,
        _ => Trouble::Failed,
    }
}

/// Whether the same may go well on another connection, or later.
fn may_pass(code: &SqlState) -> bool {
    let prepared_is_stale = [SqlState::FEATURE_NOT_SUPPORTED, SqlState::INVALID_SQL_STATEMENT_NAME];
    let server_is_not_itself = [
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::READ_ONLY_SQL_TRANSACTION,
        SqlState::TOO_MANY_CONNECTIONS,
        SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
    ];
    code.code().starts_with("08") || prepared_is_stale.contains(code) || server_is_not_itself.contains(code)
}
