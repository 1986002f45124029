//! Where the gateway that serves from a folder has its admin listener: a file beside the database, for the commands.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, bail};

const NAME: &str = "admin.url";

/// Leaves word for the commands.
pub fn write(data: &Path, address: std::net::SocketAddr) -> anyhow::Result<()> {
    let path = data.join(NAME);
    std::fs::write(&path, format!("http://{address}\n")).with_context(|| path.display().to_string())
}

/// Where it was last. A gateway that was killed leaves the file; whoever listens there now gets nothing but a signature.
pub fn read(data: &Path) -> anyhow::Result<String> {
    let path = data.join(NAME);
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(text.trim().to_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            bail!(
                "no gateway has served from {}; name its folder with --data",
                data.display()
            )
        }
        Err(error) => Err(error).with_context(|| path.display().to_string()),
    }
}
