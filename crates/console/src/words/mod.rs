//! Every word of the pages, in Korean and English. A word without its other half does not compile.

mod developers;
pub mod faults;
mod layout;
mod money;
pub mod overview;
mod people;
mod phone;
mod requests;
mod resolving;
mod webhooks;

pub use developers::Developers;
pub use faults::Faults;
pub use layout::Frame;
pub use money::Money;
pub use overview::Overview;
pub use people::People;
pub use phone::Phone;
pub use requests::Requests;
pub use resolving::Resolving;
pub use webhooks::Webhooks;

/// Declares a list of words: `name: "한국어" / "English",`. Each list has `KOREAN`, `ENGLISH` and `of(language)`.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($word:ident: $korean:literal / $english:literal,)* }) => {
        $(#[$doc])*
        pub struct $name {
            $(pub $word: &'static str,)*
        }

        impl $name {
            pub const KOREAN: Self = Self { $($word: $korean,)* };
            pub const ENGLISH: Self = Self { $($word: $english,)* };

            /// The list in `language`.
            pub fn of(language: gateway::Language) -> &'static Self {
                match language {
                    gateway::Language::Korean => &Self::KOREAN,
                    gateway::Language::English => &Self::ENGLISH,
                }
            }
        }
    };
}
pub(crate) use words;
