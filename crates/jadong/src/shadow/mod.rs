//! `jadong shadow`: answers a merchant from the hosted service, and says where Jadong would have answered otherwise.
//!
//! Each request is passed on once, and its answer passed back as it is. A copy of both goes to a comparison, which asks a
//! sandbox of its own in this process: nothing that it does leaves the machine.

mod compare;
mod difference;
mod disguise;
mod endpoint;
mod exchange;
mod json;
mod mirror;
mod options;
mod page;
mod print;
mod proxy;
mod pseudonym;
mod report;
mod sdk;
mod twins;
mod words;

use std::future::IntoFuture;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use self::mirror::Mirror;
pub use self::options::ShadowOptions;
use self::proxy::Proxy;
use self::report::{Report, Summary};
use crate::config::{ConfiguredConsole, ConfiguredSpan};
use crate::open_files;
use crate::output::{Output, print_json};
use crate::serve::{self, StopSignals};

/// Exchanges that wait for their comparison, each at most a third of a megabyte.
const WAITING_MAX: usize = 256;
/// How long a key that was asked for may be published: the merchant decides that, and not the sandbox.
const CONSENT_LIMIT: Duration = Duration::from_secs(24 * 60 * 60);
/// How long requests that are under way are waited for, and then what is not yet compared.
const DRAIN: Duration = Duration::from_secs(150);
const COMPARE_DRAIN: Duration = Duration::from_secs(30);

pub async fn run(options: ShadowOptions) -> anyhow::Result<()> {
    let upstream = options.check()?;
    options.lang.choose();
    open_files::raise();
    let stop = StopSignals::listen()?;
    if let Some(file) = &options.report {
        let opened = std::fs::OpenOptions::new().create(true).append(true).open(file);
        opened.with_context(|| format!("--report {}", file.display()))?;
    }
    let folder = tempfile::Builder::new().prefix("jadong-shadow-").tempdir()?;
    let sandbox = serve::start_sandbox_with(folder.path().to_owned(), |config| {
        config.console = ConfiguredConsole::Off;
        config.consent_limit = ConfiguredSpan(CONSENT_LIMIT);
    })
    .await?;
    let report = Report::of(&upstream.origin);
    let (exchanges, waiting) = mpsc::channel(WAITING_MAX);
    let mirror = tokio::spawn(Mirror::of(sandbox.gateway_url())?.run(waiting, report.clone()));
    let is_open = upstream.is_open_to_readers();
    let proxy = Arc::new(Proxy::to(upstream, &options.trust, exchanges, report.clone())?);
    let (api, address) = bound("--listen", options.listen).await?;
    let (pages, page) = bound("--page", options.page).await?;
    let closing = CancellationToken::new();
    let api = serving(api, Router::new().fallback(proxy::handle).with_state(proxy), &closing);
    let pages = serving(pages, page::router(report.clone()), &closing);
    greet(options.json.output(), address, page, is_open);

    stop.asked().await;
    eprintln!("jadong: finishing what is under way");
    closing.cancel();
    let finished = async {
        let _ = tokio::time::timeout(DRAIN, api).await;
        // It ends once nobody can send it anything: with the last request.
        let _ = tokio::time::timeout(COMPARE_DRAIN, mirror).await;
    };
    // Asked a second time, it waits for nothing.
    let again = StopSignals::listen()?;
    tokio::select! {
        () = finished => {}
        () = again.asked() => {}
    }
    pages.abort();
    let told = tell(&report.summary(), &options);
    sandbox.stop().await;
    told
}

async fn bound(option: &str, address: SocketAddr) -> anyhow::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address).await;
    let listener = listener.with_context(|| format!("{option} {address}"))?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

fn serving(listener: TcpListener, router: Router, closing: &CancellationToken) -> JoinHandle<std::io::Result<()>> {
    // An answer's head and its body are written apart, and the second would wait for the first to be acknowledged.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let closing = closing.clone().cancelled_owned();
    tokio::spawn(
        axum::serve(listener, router)
            .with_graceful_shutdown(closing)
            .into_future(),
    )
}

/// Where it listens; beside the report, where that is for programs.
fn greet(output: Output, address: SocketAddr, page: SocketAddr, is_open: bool) {
    let lines = format!("report on http://{page}\nlistening on http://{address}");
    match output {
        Output::Text => println!("{lines}"),
        Output::Json => eprintln!("{lines}"),
    }
    terminal::stdout::flush();
    if is_open {
        eprintln!(
            "jadong: the upstream is http:// and not on this machine: credentials and account numbers can be read on their way"
        );
    }
}

fn tell(summary: &Summary, options: &ShadowOptions) -> anyhow::Result<()> {
    match options.json.output() {
        Output::Text => print!("\n{}", print::text(summary, options.lang.language())),
        Output::Json => print_json(summary)?,
    }
    options.report.as_deref().map_or(Ok(()), |file| write(summary, file))
}

fn write(summary: &Summary, file: &Path) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(summary)?;
    std::fs::write(file, text + "\n").with_context(|| format!("--report {}", file.display()))
}
