//! `jadong openapi`: the API's OpenAPI 3.1 document.

use clap::Args;
use gateway::http::openapi;

#[derive(Args)]
pub struct OpenapiOptions {
    /// With request fields as leniently as they are read, for tests that make requests up
    #[arg(long)]
    accepted: bool,
}

pub fn run(options: &OpenapiOptions) -> anyhow::Result<()> {
    let published = openapi::published();
    let text = if options.accepted {
        serde_json::to_string_pretty(&openapi::accepted(published))?
    } else {
        serde_json::to_string_pretty(published)?
    };
    println!("{text}");
    Ok(())
}
