//! A local HTTP server that records what real clients send, verifies it as a service would, and answers as a service would.
//!
//! ```text
//! socket ─▶ TLS? ─▶ recorder ─▶ hyper ─▶ judge ─▶ answer, or forward
//!                      │                   │
//!                      └─ bytes as came ───┴─▶ Capture ─▶ News ─▶ tape on screen · JSON lines · folder
//! ```
//!
//! hyper speaks the protocol, and repairs what it reads; so the bytes are noted before it sees them ([`Capture::head`] and
//! [`Capture::body`]). Bodies are hashed as they go by, and lie in files where they are long. Every connection is a task, and
//! stays in the thread that it was given; what happens is told by [`News`], in whatever thread that is known.
//!
//! Without a server upstream any page in a browser may send and read answers, whatever name it calls this machine by: an answer says
//! what is wrong with the page's own request, and what clients put into S3 is kept from it. With one, requests
//! go on only for hosts that are known: behind it lies what is not ours to show.

mod answer;
pub mod capture;
mod connection;
mod crew;
mod exchange;
pub mod folder;
mod forward;
mod http2;
mod intake;
mod judge;
mod keys;
pub(crate) mod launch;
pub mod line;
mod listen;
mod names;
pub mod options;
mod plain;
mod record;
mod relay;
mod replay;
mod resign;
mod split;
mod spool;
mod store;
pub mod tape;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use crate::machine;
use crate::time::Timestamp;
use crew::{Crew, Obituary};
use judge::{Bench, Judge};
use listen::{accept, allow_files, listen};
use replay::Seen;
use spool::Spool;
use store::Store;

pub use capture::Capture;
pub use forward::{Upstream, UpstreamError};
pub use keys::KeyStore;
pub use options::{Limits, Options, Reach, Refusals, Replays};
pub use tape::Tape;
pub use tls::{Tls, TlsError};

/// What a gateway tells.
pub enum News {
    /// An exchange is over.
    Captured(Arc<Capture>),
    /// Something is wrong that is no matter of one request, in words.
    Trouble(String),
    /// A thread of the gateway panicked, and why: whoever started it should end.
    Died(String),
}

/// Numbers captures from one on: those of a gateway, and of tapes that are loaded while it runs.
#[derive(Clone, Default)]
pub struct Numbers(Arc<AtomicU64>);

impl Numbers {
    /// The next one.
    pub fn next(&self) -> u64 {
        1 + self.0.fetch_add(1, Ordering::Relaxed)
    }
}

/// Takes the news, in any thread. It should be quick: all clients of that thread wait.
pub type Sink = Box<dyn Fn(News) + Send + Sync>;

/// Why a gateway did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Others could connect, and nobody said that they may.
    #[error("expected an address of this machine alone, but found {0}")]
    Reach(SocketAddr),
    /// The address is taken, or not this machine's.
    #[error("expected to listen at {0}, but found {1}")]
    Listen(SocketAddr, io::Error),
    /// It would forward to itself.
    #[error("expected another server to forward to, but found this one: {0}")]
    Itself(SocketAddr),
    /// The system gives no threads.
    #[error("expected to start the server, but found {0}")]
    Threads(io::Error),
}

impl StartError {
    /// What to do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Reach(_) => Some("--public lets whoever reaches the address connect: they see what clients may, and fill the tape".into()),
            Self::Listen(address, error) if error.kind() == io::ErrorKind::AddrInUse => {
                Some(format!("another program listens there: `countersign gateway {}:0` takes a free port", host(*address)))
            }
            Self::Listen(..) | Self::Itself(_) | Self::Threads(_) => None,
        }
    }
}

/// An address without its port, as an address has it.
fn host(address: SocketAddr) -> String {
    match address {
        SocketAddr::V4(address) => address.ip().to_string(),
        SocketAddr::V6(address) => format!("[{}]", address.ip()),
    }
}

/// What the tasks of a gateway share.
pub(crate) struct Hub {
    options: Options,
    keys: KeyStore,
    sink: Sink,
    seen: Seen,
    store: Store,
    numbers: Numbers,
    spool: Arc<Spool>,
    refused: AtomicU64,
    /// Held by whoever judges a request with a long body: each of them takes memory.
    apart: Mutex<()>,
}

impl Hub {
    fn next_number(&self) -> u64 {
        self.numbers.next()
    }

    fn record(&self, capture: Capture) {
        (self.sink)(News::Captured(Arc::new(capture)));
    }

    /// What a request is judged by that arrived at this moment.
    fn bench(&self, at: DateTime<Utc>) -> Bench<'_> {
        let clock = Timestamp::from_unix(at.timestamp()).unwrap_or_else(machine::clock);
        Bench {
            options: &self.options,
            keys: &self.keys,
            seen: &self.seen,
            store: &self.store,
            spool: &self.spool,
            at,
            clock,
        }
    }

    /// A connection too many. It is told when there are twice as many as at the last time.
    fn refuse(&self) {
        let count = 1 + self.refused.fetch_add(1, Ordering::Relaxed);
        if count.is_power_of_two() {
            let most = self.options.limits.connections;
            let what = if count == 1 { "connection was" } else { "connections were" };
            (self.sink)(News::Trouble(format!(
                "{count} {what} refused: {most} are open, which is the limit"
            )));
        }
    }
}

/// A gateway that listens.
pub struct Gateway {
    address: SocketAddr,
    stop: watch::Sender<()>,
    thread: Option<JoinHandle<()>>,
}

impl Gateway {
    /// Listens, and serves in threads of its own until it is [stopped](Self::stop).
    ///
    /// # Errors
    ///
    /// When the address is not that of this machine alone and nobody said so, or it is taken.
    pub fn start(options: Options, keys: KeyStore, numbers: Numbers, sink: Sink) -> Result<Self, StartError> {
        let address = options.address;
        if options.reach == Reach::Loopback && !address.ip().is_loopback() {
            return Err(StartError::Reach(address));
        }
        allow_files();
        let spool = Arc::new(Spool::new(&options.spool, options.limits.spool));
        let store = Store::new(options.limits.store, Arc::clone(&spool));
        let hub = Hub {
            options,
            keys,
            sink,
            seen: Seen::default(),
            store,
            numbers,
            spool,
            refused: AtomicU64::default(),
            apart: Mutex::default(),
        };
        let runtime = crew::runtime().map_err(StartError::Threads)?;
        let listener = {
            // A socket belongs to a runtime from its begin.
            let _entered = runtime.enter();
            listen(address).map_err(|error| StartError::Listen(address, error))?
        };
        let address = listener.local_addr().map_err(|error| StartError::Listen(address, error))?;
        if hub.options.upstream.as_ref().is_some_and(|upstream| upstream.is_at(address)) {
            return Err(StartError::Itself(address));
        }
        let (stop, stopped) = watch::channel(());
        let hub = Arc::new(hub);
        let own = Arc::clone(&hub);
        let died: Obituary = Arc::new(move |words| (own.sink)(News::Died(words)));
        let judge = || Judge::new(&hub.options, &hub.keys);
        let crew = Crew::start(judge, Arc::clone(&died)).map_err(StartError::Threads)?;
        let serve = move || runtime.block_on(accept(listener, hub, crew, stopped));
        let thread = crew::spawn(died, serve).map_err(StartError::Threads)?;
        Ok(Self { address, stop, thread: Some(thread) })
    }

    /// Where it listens, the port as it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections, lets requests under way end as long as the limits have it, and ends.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        // The server may have ended by itself.
        let _ = self.stop.send(());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.end();
    }
}
