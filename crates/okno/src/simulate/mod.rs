//! `okno simulate`: programs that play what the portal asks over the network, with all the trouble
//! that comes from there.

mod registry;
mod signature;
mod trouble;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::thread;

use axum::Router;
use base::{Fault, Outcome};
use clap::Subcommand;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// Who is played.
#[derive(Debug, Subcommand)]
pub(crate) enum Simulate {
    /// Registries that know whether people's data are so
    Registry(registry::Registry),
    /// A service that checks electronic signatures
    Signature(signature::Signature),
}

impl Simulate {
    pub(crate) fn run(self) -> Outcome<ExitCode> {
        match self {
            Self::Registry(registry) => play(registry.listen, registry.routes()),
            Self::Signature(signature) => play(signature.listen, signature.routes()),
        }
    }
}

fn runtime() -> Outcome<Runtime> {
    let made = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    Ok(made.map_err(|error| Fault::of("cannot start the runtime", error))?)
}

#[allow(clippy::disallowed_methods, reason = "whoever plays the world has no strangers to fear")]
async fn serve(listener: TcpListener, routes: Router) -> std::io::Result<()> {
    axum::serve(listener, routes).await
}

/// Plays until the process is told to stop.
fn play(listen: SocketAddr, routes: Router) -> Outcome<ExitCode> {
    runtime()?.block_on(async {
        let listener = TcpListener::bind(listen).await;
        let listener =
            listener.map_err(|error| Fault::of(format!("cannot listen on {listen}"), error))?;
        println!("listening on http://{}", listener.local_addr()?);
        tokio::select! {
            served = serve(listener, routes) => served?,
            _ = tokio::signal::ctrl_c() => {}
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// Plays in a thread of this process until it ends; gives the address.
fn play_here(name: &str, routes: Router) -> Outcome<SocketAddr> {
    let runtime = runtime()?;
    let listener = runtime.block_on(TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)))?;
    let address = listener.local_addr()?;
    let work = move || {
        if let Err(error) = runtime.block_on(serve(listener, routes)) {
            tracing::error!(%error, "what the demo plays has ended");
        }
    };
    let started = thread::Builder::new().name(name.to_owned()).spawn(work);
    started.map_err(|error| Fault::of("cannot start what the demo plays", error))?;
    Ok(address)
}

/// The registries of the demo: soon, and sometimes of another opinion.
pub(crate) fn registry_of_demo() -> Outcome<SocketAddr> {
    play_here("okno-play", registry::Registry::of_demo().routes())
}

/// The checking service of the demo: it trusts whoever signs.
pub(crate) fn signature_of_demo() -> Outcome<SocketAddr> {
    play_here("okno-sign", signature::Signature::of_demo().routes())
}
