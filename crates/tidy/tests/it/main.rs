//! The rules of the repository. Each names all its offenders at once, with file and line.

mod circles;
mod dependencies;
mod files;
