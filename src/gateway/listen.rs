//! The socket: which connections are taken, and which are turned away.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, watch};

use super::answer::Answer;
use super::crew::Crew;
use super::{Hub, connection};

/// So many connections may wait to be accepted: with the usual 128 a burst of clients waits for a second.
const BACKLOG: u32 = 4096;

pub(super) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // On Unix a port whose connections were just closed can be taken again; elsewhere that would take it from others.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Every connection is an open file: as many as the system lets this user have.
pub(super) fn allow_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let mut limit = getrlimit(Resource::Nofile);
        limit.current = limit.maximum.map(|most| most.min(1 << 16));
        // With fewer, connections wait in the system's queue.
        let _ = setrlimit(Resource::Nofile, limit);
    }
}

/// So many refused connections are told why; more are closed at once.
const TOLD: usize = 64;

/// Takes connections until it is told to stop, then waits for those that are open.
pub(super) async fn accept(
    listener: TcpListener,
    hub: Arc<Hub>,
    mut crew: Crew,
    mut stop: watch::Receiver<()>,
) {
    let most = hub.options.limits.connections;
    let (open, told) = (Arc::new(Semaphore::new(most)), Arc::new(Semaphore::new(TOLD)));
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => break,
        };
        match accepted {
            Ok((stream, client)) => match Arc::clone(&open).try_acquire_owned() {
                Ok(permit) => {
                    let (hub, stop) = (Arc::clone(&hub), stop.clone());
                    crew.serve(stream, move |stream, judge| async move {
                        connection::serve(stream, client, hub, judge, stop).await;
                        drop(permit);
                    });
                }
                Err(_) => {
                    hub.refuse();
                    if let Ok(permit) = Arc::clone(&told).try_acquire_owned() {
                        tokio::spawn(async move {
                            turn_away(stream, most).await;
                            drop(permit);
                        });
                    }
                }
            },
            // The client has gone, or there are too many open files: others will close.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
    drop(listener);
    let all = u32::try_from(most).unwrap_or(u32::MAX);
    // What is not done by then is cut off, and recorded as such where it was whole.
    let _ = tokio::time::timeout(hub.options.limits.drain, open.acquire_many(all)).await;
}

/// Tells a client that there is no room, and waits until it has read that.
async fn turn_away(mut stream: TcpStream, most: usize) {
    let why = format!("expected at most {most} connections at once, but found more");
    let answer = Answer::last(503, &why).into_bytes();
    let told = async {
        stream.write_all(&answer).await?;
        stream.shutdown().await?;
        let mut rest = [0; 1024];
        while stream.read(&mut rest).await? > 0 {}
        io::Result::Ok(())
    };
    // A client that does not read it has only itself to blame.
    let _ = tokio::time::timeout(Duration::from_secs(1), told).await;
}
