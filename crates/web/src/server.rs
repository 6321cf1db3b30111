//! Listening. Not `axum::serve`, whose connections may send their heads as slowly as they like.

use std::convert::Infallible;
use std::future::{Future, pending};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use axum::extract::Request;
use axum::http::header::HOST;
use axum::http::{HeaderValue, StatusCode, Version};
use axum::response::Response;
use base::{Fault, Kind, Outcome, Refusal};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::{Service, ServiceExt as _};

use crate::edge::refuse;
use crate::neighbours::{Inside, Neighbours};
use crate::tls::{Greeted, Stream, Tls};
use crate::wire::{Heard, Talk, Told, Wire, Words};
use crate::{App, ops, shed, tls};

/// The most connections at once; later ones wait in the kernel's queue.
const MAX_CONNECTIONS: usize = 8192;
/// Connections that wait to be accepted.
const CROWD: u32 = 1024;
/// How long a connection may take to send the head of a request, and until its first one is whole.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// How long requests under way may take after the order to stop.
const STOP_TIME: Duration = Duration::from_secs(10);
/// The longest heads that are taken by HTTP/2, as it counts them, in bytes …
const HEADS: usize = 16 * 1024;
/// … and the longest that are read at all: longer ones the library refuses with a bare head, which cannot be
/// made anew within its frames. Whoever asks is told this bound beforehand.
const HEADS_READ: u32 = 256 * 1024;
/// How long to wait when the system has no more file handles.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The address from which a connection came; in the extensions of every request.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Opens a listener. Those whose connection is not accepted yet wait in the kernel; whoever finds its
/// queue full tries again only after a second. So there is room for a crowd that comes in one moment,
/// and not for one that could not be served: turning it away costs the kernel nothing.
///
/// # Errors
/// A fault that names the address.
pub fn listen(address: SocketAddr) -> Result<TcpListener, Fault> {
    let open = || {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4(),
            SocketAddr::V6(_) => TcpSocket::new_v6(),
        }?;
        // A restarted portal takes its address back at once.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(CROWD)
    };
    open().map_err(|error| Fault::of(format!("cannot listen on {address}"), error))
}

/// Serves the portal on `listener` until `shutdown` comes, then lets requests under way finish.
/// With `listen_ops` in the configuration a second listener serves health and metrics, with `listen_plain`
/// a third one leads people to HTTPS.
///
/// # Errors
/// A fault when one of those listeners cannot be opened, or the certificate cannot be used.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send,
) -> Outcome<()> {
    if let Some(address) = app.config.listen_ops {
        let ops_listener = listen(address)?;
        let ops_service = ops::service(app.clone());
        // Ends with the process: health is asked until the very end.
        tokio::spawn(accept(app.clone(), (ops_listener, None), ops_service, pending()));
    }
    let encrypts = Tls::of(&app.config)?.map(Arc::new);
    if let Some(encrypts) = &encrypts {
        tokio::spawn(encrypts.clone().follow(app.clone()));
    }
    if let Some(address) = app.config.listen_plain {
        let plain_listener = listen(address)?;
        let leads = tls::openly(app.clone());
        tokio::spawn(accept(app.clone(), (plain_listener, None), leads, pending()));
    }
    shed::start(&app.gate)?;
    let service = crate::service(app.clone());
    let told = {
        let app = app.clone();
        async move {
            shutdown.await;
            app.stopping.send_replace(true);
        }
    };
    accept(app, (listener, encrypts), service, told).await;
    Ok(())
}

async fn accept<S: Serves>(
    app: Arc<App>,
    (listener, encrypts): (TcpListener, Option<Arc<Tls>>),
    service: S,
    shutdown: impl Future<Output = ()> + Send,
) {
    let room = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let builder = Arc::new(builder());
    let (words, neighbours) = (Arc::new(Words::new(&app)), Arc::<Neighbours>::default());
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            come = next(&listener, &room) => {
                let Some((stream, peer, permit)) = come else { continue };
                let free = room.available_permits();
                let inside = neighbours.enter(&app.config, peer.0.ip(), free);
                let Some(inside) = inside else { continue };
                let (app, service, words) = (app.clone(), service.clone(), words.clone());
                let place = (permit, inside);
                let encrypts = encrypts.clone();
                let talks = (builder.clone(), graceful.watcher());
                let one = Connection { app, peer, place, words, talks, head_time: HEAD_TIME };
                one.spawn(stream, service, encrypts);
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(STOP_TIME, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time and were cut off");
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIME);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Some(Duration::from_secs(30)))
        .max_header_list_size(HEADS_READ)
        .max_concurrent_streams(100);
    builder
}

/// The next connection, once there is room for it.
async fn next(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> Option<(TcpStream, Peer, OwnedSemaphorePermit)> {
    let permit = room.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, Peer(peer), permit)),
        Err(error) => {
            tracing::warn!("cannot accept a connection: {error}");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

/// The answer to a request that does not say once for which host it is: with two, those in front of the
/// portal and the portal could each mean another (RFC 9112, 3.2). And to one whose heads are too long.
fn refused(app: &Arc<App>, request: &Request<Heard>) -> Option<Response> {
    let hosts = request.headers().get_all(HOST).iter().count();
    let names_one = hosts == 1 || (hosts == 0 && request.version() != Version::HTTP_11);
    if !names_one {
        let status = StatusCode::BAD_REQUEST;
        return Some(refuse(app, request, (status, Refusal::new(Kind::Malformed, "E-REQ-12"))));
    }
    // RFC 9113, 6.5.2. What HTTP/1.1 allows is bounded by the library.
    let heads = || request.headers().iter().map(|(name, x)| name.as_str().len() + x.len() + 32);
    (request.version() == Version::HTTP_2 && heads().sum::<usize>() > HEADS).then(|| {
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        refuse(app, request, (status, Refusal::new(Kind::TooLarge, "E-REQ-11")))
    })
}

/// What answers the requests of a connection.
trait Serves:
    Service<Request<Heard>, Response = Response, Error = Infallible, Future: Send>
    + Clone
    + Send
    + 'static
{
}

impl<S> Serves for S where
    S: Service<Request<Heard>, Response = Response, Error = Infallible, Future: Send>
        + Clone
        + Send
        + 'static
{
}

struct Connection {
    app: Arc<App>,
    peer: Peer,
    place: (OwnedSemaphorePermit, Inside),
    words: Arc<Words>,
    talks: (Arc<Builder<TokioExecutor>>, Watcher),
    /// Until it is agreed what is spoken, and then until its first request has come.
    head_time: Duration,
}

impl Connection {
    fn spawn<S: Serves>(self, stream: TcpStream, service: S, encrypts: Option<Arc<Tls>>) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!("no TCP_NODELAY: {error}");
        }
        let Some(encrypts) = encrypts else {
            tokio::spawn(self.talk(Stream::Open(stream), service));
            return;
        };
        tokio::spawn(async move {
            let greeted = tokio::time::timeout(self.head_time, encrypts.greet(stream)).await;
            match greeted {
                Ok(Ok(Greeted::Encrypted(stream))) => self.talk(stream, service).await,
                Ok(Ok(Greeted::Openly(stream))) => {
                    let leads = tls::openly(self.app.clone());
                    self.talk(stream, leads).await;
                }
                Ok(Err(error)) => tracing::debug!("TLS was not agreed on: {error}"),
                Err(_late) => {}
            }
        });
    }

    /// Answers the requests of one connection.
    async fn talk<S: Serves>(self, stream: Stream, service: S) {
        let Self { app, peer, place, words, talks: (builder, graceful), head_time } = self;
        let talk = Arc::new(Talk::default());
        let (noted, portal) = (talk.clone(), app.clone());
        let service = hyper::service::service_fn(move |request: Request<Incoming>| {
            let frames = request.version() == Version::HTTP_2;
            let under_way = noted.begin(frames);
            let mut request = request.map(|body| Heard::new(body, &noted));
            name_host(&mut request);
            request.extensions_mut().insert(peer);
            let (service, refused) = (service.clone(), refused(&portal, &request));
            async move {
                let answer = match refused {
                    Some(answer) => answer,
                    None => service.oneshot(request).await?,
                };
                Ok::<_, Infallible>(answer.map(|body| Told::new(body, under_way)))
            }
        });
        let wire = Wire::new(stream, talk.clone(), words);
        let connection = builder.serve_connection_with_upgrades(TokioIo::new(wire), service);
        let mut connection = pin!(graceful.watch(connection));
        app.meter.connections.fetch_add(1, Relaxed);
        // As long as the version is not known, the library waits without an end.
        let ended = match tokio::time::timeout(head_time, &mut connection).await {
            Err(_) if talk.was_asked() => connection.await,
            Err(_) => Ok(()),
            Ok(ended) => ended,
        };
        if let Err(error) = ended {
            tracing::debug!("a connection ended badly: {error}");
        }
        app.meter.connections.fetch_sub(1, Relaxed);
        drop(place);
    }
}

/// By HTTP/2 the host stands in the address (RFC 9113, 8.3.1); whoever reads heads finds it there, too.
fn name_host(request: &mut Request<Heard>) {
    let host = request.uri().authority().and_then(|x| HeaderValue::from_str(x.as_str()).ok());
    if request.version() == Version::HTTP_2
        && let Some(host) = host
    {
        request.headers_mut().entry(HOST).or_insert(host);
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    fn inside(app: &App, Peer(address): Peer) -> Inside {
        Arc::<Neighbours>::default().enter(&app.config, address.ip(), 1).unwrap()
    }

    /// One byte of a request could still become any version of the protocol.
    #[test]
    fn whoever_connects_and_asks_nothing_is_not_waited_for() {
        let (db, _dir) = testkit::sqlite(rooms::MIGRATIONS);
        let app = crate::testing::app(db);
        crate::testing::run(async {
            let listener = listen(([127, 0, 0, 1], 0).into()).unwrap();
            let address = listener.local_addr().unwrap();
            let room = Arc::new(Semaphore::new(2));
            let (builder, graceful) = (Arc::new(builder()), GracefulShutdown::new());
            let words = Arc::new(Words::new(&app));
            let mut silent = Vec::new();
            for said in ["", "P"] {
                let mut stream = TcpStream::connect(address).await.unwrap();
                stream.write_all(said.as_bytes()).await.unwrap();
                silent.push(stream);
                let (stream, peer, permit) = next(&listener, &room).await.unwrap();
                let (app, service) = (app.clone(), crate::service(app.clone()));
                let (words, head_time) = (words.clone(), Duration::from_millis(20));
                let place = (permit, inside(&app, peer));
                let talks = (builder.clone(), graceful.watcher());
                let one = Connection { app, peer, place, words, talks, head_time };
                one.spawn(stream, service, None);
            }
            for mut stream in silent {
                assert_eq!(stream.read(&mut [0]).await.unwrap_or(0), 0, "nothing was answered");
            }
            // Both places are free again.
            drop(room.acquire_many(2).await.unwrap());
        });
    }

    /// What somebody has uploaded may end in anything.
    #[test]
    fn an_answer_that_ends_like_one_of_the_library_goes_out_as_it_is() {
        const BARE: &str = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\
                            date: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n";
        let (db, _dir) = testkit::sqlite(rooms::MIGRATIONS);
        let app = crate::testing::app(db);
        crate::testing::run(async {
            let listener = listen(([127, 0, 0, 1], 0).into()).unwrap();
            let mut stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
            let (come, peer, permit) = next(&listener, &Arc::new(Semaphore::new(1))).await.unwrap();
            let body = format!("{}{BARE}", "a".repeat(1 << 20));
            let told = body.clone();
            let service = axum::Router::new().fallback(async move || told);
            let words = Arc::new(Words::new(&app));
            let place = (permit, inside(&app, peer));
            let graceful = GracefulShutdown::new();
            let talks = (Arc::new(builder()), graceful.watcher());
            let one = Connection { app, peer, place, words, talks, head_time: HEAD_TIME };
            one.spawn(come, service, None);
            let ask = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
            let last = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
            stream.write_all(format!("{ask}{ask}{last}").as_bytes()).await.unwrap();
            let mut answers = String::new();
            stream.read_to_string(&mut answers).await.unwrap();
            assert_eq!(answers.matches(&body).count(), 3);
            assert!(!answers.contains("E-REQ-10"));
            drop(graceful);
        });
    }

    #[tokio::test]
    async fn a_crowd_is_connected_before_anybody_is_accepted() {
        let listener = listen(([127, 0, 0, 1], 0).into()).unwrap();
        let address = listener.local_addr().unwrap();
        let mut crowd = Vec::new();
        for n in 0..400 {
            // With the usual queue of 128 the others would wait for somebody to be accepted.
            let come = tokio::time::timeout(HEAD_TIME, TcpStream::connect(address)).await;
            crowd.push(come.unwrap_or_else(|_| panic!("only {n} were connected")).unwrap());
        }
    }
}
