//! Connections: few at a time, none for ever.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::pipeline::Stop;

/// Connections that are open at once; further ones wait in the system's queue.
const MAX_CONNECTIONS: usize = 128;
/// How long a client may take to send the head of a request, and may rest between two.
const HEAD_TIME: Duration = Duration::from_secs(15);
/// How long a connection may last: one that reads a byte a minute goes at last.
const CONNECTION_TIME: Duration = Duration::from_mins(2);
/// Bytes of a connection that are kept while its head is read.
const HEAD_BYTES: usize = 32 << 10;
/// How long is waited when the system has no more connections to give.
const PAUSE: Duration = Duration::from_millis(100);

/// Answers until somebody wants to stop. What is being answered then is broken off.
pub(super) async fn answer(listener: TcpListener, router: Router, stop: &Stop) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place,
            () = stop.wait() => return,
        };
        let Ok(place) = place else { return };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.wait() => return,
        };
        // Out of file descriptors, or a client that went again: the next one may do.
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let router = router.clone();
        tokio::spawn(async move {
            let _ = stream.set_nodelay(true);
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_TIME)
                .max_buf_size(HEAD_BYTES)
                .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
            // A client that leaves early is no failure of ours.
            let _ = tokio::time::timeout(CONNECTION_TIME, connection).await;
            drop(place);
        });
    }
}
