//! The threads that serve: each has a runtime of its own, and keeps its connections from their first byte to their last.
//!
//! Threads of one runtime take tasks from each other, and a connection that moves to another core leaves behind what it has in
//! the cache; that cost a seventh of the throughput. The price: what takes long in one piece is waited for by all clients of its
//! thread.

use std::any::Any;
use std::future::Future;
use std::io;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::judge::Judge;

/// What serves a connection.
type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Is told of a panic, in words.
pub(super) type Obituary = Arc<dyn Fn(String) + Send + Sync>;

/// The threads. When this is dropped, they end, and cut off what they serve.
pub(super) struct Crew {
    hands: Vec<Hand>,
    next: usize,
    /// Whoever must know that a thread, or what it serves, has panicked.
    died: Obituary,
}

struct Hand {
    /// The judge of all its connections: what he has at hand for one is at hand for the next.
    judge: Arc<Mutex<Judge>>,
    work: Option<UnboundedSender<Work>>,
    thread: Option<JoinHandle<()>>,
}

impl Crew {
    /// As many threads as there are cores, each with a judge.
    pub(super) fn start(judge: impl Fn() -> Judge, died: Obituary) -> io::Result<Self> {
        let count = std::thread::available_parallelism().map_or(1, usize::from);
        let hands = (0..count).map(|_| Hand::start(judge(), &died)).collect::<io::Result<_>>()?;
        Ok(Self { hands, next: 0, died })
    }

    /// Has the next thread serve a connection.
    pub(super) fn serve<F, S>(&mut self, stream: TcpStream, serve: S)
    where
        F: Future<Output = ()> + Send + 'static,
        S: FnOnce(TcpStream, Arc<Mutex<Judge>>) -> F + Send + 'static,
    {
        // Each runtime looks after its own sockets.
        let Ok(stream) = stream.into_std() else { return };
        let hand = &self.hands[self.next];
        self.next = (self.next + 1) % self.hands.len();
        let judge = Arc::clone(&hand.judge);
        let died = Arc::clone(&self.died);
        let work = Box::pin(async move {
            let Ok(stream) = TcpStream::from_std(stream) else { return };
            // In a task of its own, so that what becomes of it is known.
            let served = tokio::spawn(serve(stream, judge)).await;
            if let Err(error) = served
                && error.is_panic()
            {
                died(in_words(&*error.into_panic()));
            }
        });
        if let Some(sender) = &hand.work {
            // It takes work until it is dropped.
            let _ = sender.send(work);
        }
    }
}

impl Hand {
    fn start(judge: Judge, died: &Obituary) -> io::Result<Self> {
        let runtime = runtime()?;
        let (work, mut incoming) = unbounded_channel::<Work>();
        let serve = async move {
            while let Some(work) = incoming.recv().await {
                tokio::spawn(work);
            }
        };
        let run = move || {
            runtime.block_on(serve);
            // A name that is still being looked up must not keep it.
            runtime.shutdown_background();
        };
        let thread = spawn(Arc::clone(died), run)?;
        Ok(Self { judge: Arc::new(Mutex::new(judge)), work: Some(work), thread: Some(thread) })
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        // All are told before one is waited for.
        self.hands.iter_mut().for_each(|hand| hand.work = None);
        for thread in self.hands.iter_mut().filter_map(|hand| hand.thread.take()) {
            // One that panicked has ended too.
            let _ = thread.join();
        }
    }
}

/// A thread of the gateway. A panic in it is told: a process whose listener has gone must not live on.
pub(super) fn spawn(died: Obituary, run: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    let run = move || {
        if let Err(panic) = std::panic::catch_unwind(AssertUnwindSafe(run)) {
            died(in_words(&*panic));
        }
    };
    std::thread::Builder::new().name("gateway".into()).spawn(run)
}

/// What a panic says.
fn in_words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    format!("internal error: {}", text.unwrap_or("a panic without words"))
}

/// A runtime for one thread.
pub(super) fn runtime() -> io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}
