//! The reader under hyper: every byte that comes is noted before hyper sees it, and a client that keeps a head waiting is cut off.

mod log;

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use log::Silence;

pub(super) use log::{Arrival, Busy, Pace, Shared};

/// A stream whose bytes are noted as they are read.
pub(super) struct Recorder<T> {
    stream: T,
    log: Shared,
    alarm: Pin<Box<Sleep>>,
}

impl<T> Recorder<T> {
    /// Notes what comes out of `stream`.
    pub(super) fn new(stream: T, log: Shared) -> Self {
        Self { stream, log, alarm: Box::pin(tokio::time::sleep(Duration::ZERO)) }
    }

    /// The stream itself, once hyper has given it up.
    pub(super) fn into_inner(self) -> T {
        self.stream
    }

    /// Whether the client was silent for too long; its task is woken when that may be.
    fn watch(&mut self, context: &mut Context<'_>) -> Poll<Silence> {
        loop {
            let Some((due, silence)) = self.log.lock().due() else { return Poll::Pending };
            let has_rung = self.alarm.is_elapsed();
            if has_rung && due <= Instant::now() {
                return Poll::Ready(silence);
            }
            let due = tokio::time::Instant::from_std(due);
            // An alarm that is set too early is cheaper than one that is set anew with every request.
            if has_rung || self.alarm.deadline() > due {
                self.alarm.as_mut().reset(due);
            }
            ready!(self.alarm.as_mut().poll(context));
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Recorder<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Ready(result) => {
                if result.is_ok() {
                    self.log.lock().take(&mut buffer.filled_mut()[before..]);
                }
                Poll::Ready(result)
            }
            Poll::Pending => match ready!(self.watch(context)) {
                // As if the client had closed it.
                Silence::Idle => Poll::Ready(Ok(())),
                Silence::InHead => {
                    self.log.lock().pace = Pace::TooSlow;
                    Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
                }
            },
        }
    }
}

/// Lets what is written to a reader around a `stream` go to that stream as it is.
macro_rules! writes_through {
    ($reader:ident) => {
        impl<T: AsyncWrite + Unpin> AsyncWrite for $reader<T> {
            fn poll_write(
                mut self: Pin<&mut Self>,
                context: &mut Context<'_>,
                bytes: &[u8],
            ) -> Poll<io::Result<usize>> {
                Pin::new(&mut self.stream).poll_write(context, bytes)
            }

            fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
                Pin::new(&mut self.stream).poll_flush(context)
            }

            fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
                Pin::new(&mut self.stream).poll_shutdown(context)
            }

            fn poll_write_vectored(
                mut self: Pin<&mut Self>,
                context: &mut Context<'_>,
                slices: &[io::IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                Pin::new(&mut self.stream).poll_write_vectored(context, slices)
            }

            fn is_write_vectored(&self) -> bool {
                self.stream.is_write_vectored()
            }
        }
    };
}

pub(super) use writes_through;

writes_through!(Recorder);
