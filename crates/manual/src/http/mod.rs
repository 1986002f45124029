//! The manual over HTTP: `/manual/{ko|en}/…`. Pages, pictures, one stylesheet; no script, nothing from elsewhere.

mod answer;
mod layout;
mod router;

pub use router::router;
