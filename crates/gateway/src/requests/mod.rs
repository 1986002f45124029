//! The last requests, as a person may see them: what was asked, what was wrong, and a curl that repeats it. In memory
//! only, bounded, and without anything that identifies an account or a person.

mod curl;
mod note;
mod pace;
mod record;
mod ring;
mod sdk;
mod shown;

pub use note::{Calm, Note};
pub use pace::Pace as RequestPace;
pub use record::{Kept, Record};
pub use ring::{Ring, Which};
pub use sdk::of as sdk;
pub use shown::{path, query};
