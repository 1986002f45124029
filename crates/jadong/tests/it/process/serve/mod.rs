//! `jadong serve`: starting, refusing to start, stopping, and clients that waste its time.

mod banner;
mod crowd;
mod folder;
mod keys;
mod live;
mod manners;
mod patience;
mod proxies;
mod ready;
mod settings;
mod stop;
