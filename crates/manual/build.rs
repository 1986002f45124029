//! Compiles the crate anew when a page is added or removed; changes within a page are noticed without it.

fn main() {
    println!("cargo:rerun-if-changed=../../docs");
}
