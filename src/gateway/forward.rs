//! Forwarding: a request goes on to a server upstream byte for byte, or signed again with another key; the answer comes back.
//!
//! hyper would write headers in its own case and order. So the bytes are written here as they came, and hyper reads the
//! answer: it is told of a request with the same method, whose bytes go nowhere.

use std::io::{self, Read};
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_rustls::TlsConnector;

use super::resign::{ResignError, resigned};
use crate::request::{Body, Request, http, target};
use crate::rope::Rope;
use crate::settings::Settings;
use crate::signature::Credentials;
use crate::time::Timestamp;
use crate::visible;

/// The server that requests go on to.
#[derive(Clone)]
pub struct Upstream {
    host: String,
    port: u16,
    tls: Option<TlsConnector>,
    /// The key that signs again; none where requests go on as they came.
    signer: Option<Credentials>,
}

/// Why there is no upstream.
#[derive(Debug, thiserror::Error)]
pub enum UpstreamError {
    /// The URL is none.
    #[error("expected a URL such as https://s3.eu-central-1.amazonaws.com, but found `{0}`")]
    Url(String),
    /// No certificate is trusted.
    #[error("expected certificates that this machine trusts, but found {0}")]
    Roots(String),
}

/// Why an answer did not come.
#[derive(Debug, thiserror::Error)]
pub(super) enum ForwardError {
    #[error("expected to reach {0}, but found {1}")]
    Unreachable(String, io::Error),
    #[error("expected an answer from {0}, but found {1}")]
    NoAnswer(String, hyper::Error),
    #[error("expected an answer from {0}, but found none within {1} s")]
    Silent(String, u64),
    #[error(transparent)]
    Resign(#[from] ResignError),
}

impl Upstream {
    /// The server at `url`; `signer` signs again what goes there.
    ///
    /// # Errors
    ///
    /// When the URL is none, or TLS is asked for and this machine trusts nobody.
    pub fn new(url: &str, signer: Option<Credentials>) -> Result<Self, UpstreamError> {
        let wrong = || UpstreamError::Url(visible::one_line(url.as_bytes()));
        let (scheme, rest) = url.split_once("://").ok_or_else(wrong)?;
        let parsed = target::Target::of(url.as_bytes());
        let authority = parsed.authority.and_then(|range| url.get(range)).ok_or_else(wrong)?;
        let has_path = rest.trim_end_matches('/').contains(['/', '?', '#', '@']);
        let default = match scheme {
            "http" => 80,
            "https" => 443,
            _ => return Err(wrong()),
        };
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| wrong())?),
            Some(_) | None => (authority, default),
        };
        if has_path || host.is_empty() {
            return Err(wrong());
        }
        let tls = if scheme == "https" { Some(connector()?) } else { None };
        Ok(Self { host: host.to_owned(), port, tls, signer })
    }

    /// Host and port as a `Host` header has them: the port that everybody expects is left out.
    pub fn authority(&self) -> String {
        let usual = if self.tls.is_some() { 443 } else { 80 };
        if self.port == usual { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }

    /// The host alone.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// Whether it is what listens at this address of this machine.
    pub(super) fn is_at(&self, address: SocketAddr) -> bool {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|own| own == address.ip());
        self.port == address.port() && is_here
    }

    /// Whether requests are signed again.
    pub fn signs(&self) -> bool {
        self.signer.is_some()
    }

    /// Sends a request on, `head` as it came; the answer's head, while its body is still coming.
    pub(super) async fn send(
        &self,
        head: &[u8],
        request: &Request,
        settings: &Settings,
        clock: Timestamp,
        patience: Duration,
    ) -> Result<hyper::Response<Incoming>, ForwardError> {
        let (head, body) = match &self.signer {
            None => (head.to_vec(), request.body.clone()),
            Some(key) => {
                let signed = resigned(request, key, &self.authority(), settings, clock)?;
                let body = signed.body.clone();
                (http::write(&Request { body: Body::default(), ..signed }), body)
            }
        };
        let answered = self.exchange(&request.method, head, body);
        let silent = || ForwardError::Silent(self.authority(), patience.as_secs());
        tokio::time::timeout(patience, answered).await.map_err(|_| silent())?
    }

    async fn exchange(
        &self,
        method: &[u8],
        head: Vec<u8>,
        body: Body,
    ) -> Result<hyper::Response<Incoming>, ForwardError> {
        let unreachable = |error| ForwardError::Unreachable(self.authority(), error);
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        let stream = TcpStream::connect((host, self.port)).await.map_err(unreachable)?;
        stream.set_nodelay(true).map_err(unreachable)?;
        match &self.tls {
            None => self.over(stream, method, head, body).await,
            Some(connector) => {
                let name = ServerName::try_from(host.to_owned());
                let name = name.map_err(|error| unreachable(io::Error::other(error)))?;
                let stream = connector.connect(name, stream).await.map_err(unreachable)?;
                self.over(stream, method, head, body).await
            }
        }
    }

    async fn over<T>(
        &self,
        stream: T,
        method: &[u8],
        head: Vec<u8>,
        body: Body,
    ) -> Result<hyper::Response<Incoming>, ForwardError>
    where
        T: AsyncRead + AsyncWrite + Send + 'static,
    {
        let lost = |error| ForwardError::NoAnswer(self.authority(), error);
        let (reader, writer) = tokio::io::split(stream);
        let (go, asked) = oneshot::channel();
        // A server may answer before it has read everything; what cannot be written then is of no use to it.
        let writing = tokio::spawn(async move {
            match asked.await {
                Ok(()) => write(writer, head, body).await,
                Err(_) => Ok(()),
            }
        });
        let io = ReadOnly { stream: reader, go: Some(go) };
        let (mut sender, connection) =
            http1::handshake::<_, Empty<Bytes>>(TokioIo::new(io)).await.map_err(lost)?;
        tokio::spawn(async move {
            // How it ended is told to whoever reads the answer.
            let _ = connection.await;
            writing.abort();
        });
        let method = hyper::Method::from_bytes(method).unwrap_or(hyper::Method::GET);
        let mut told = hyper::Request::new(Empty::new());
        *told.method_mut() = method;
        sender.send_request(told).await.map_err(lost)
    }
}

fn connector() -> Result<TlsConnector, UpstreamError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let why = found.errors.first().map_or("none".to_owned(), ToString::to_string);
        return Err(UpstreamError::Roots(why));
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| UpstreamError::Roots(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Writes a request as it stands. A body in a file is read as it goes.
async fn write<T: AsyncWrite>(mut to: WriteHalf<T>, head: Vec<u8>, body: Body) -> io::Result<()> {
    to.write_all(&head).await?;
    if let Some(path) = body.path() {
        let (mut file, mut piece) = (std::fs::File::open(path)?, vec![0; 256 << 10]);
        loop {
            let len = file.read(&mut piece)?;
            if len == 0 {
                break;
            }
            to.write_all(&piece[..len]).await?;
        }
    }
    for piece in body.rope().into_iter().flat_map(Rope::chunks) {
        to.write_all(piece).await?;
    }
    to.flush().await
}

/// A stream that is read; what is written to it goes nowhere.
struct ReadOnly<T> {
    stream: ReadHalf<T>,
    /// Told when hyper has asked: an answer that comes before is one to nothing.
    go: Option<oneshot::Sender<()>>,
}

impl<T: AsyncRead> AsyncRead for ReadOnly<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<T> AsyncWrite for ReadOnly<T> {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let Some(go) = self.go.take() {
            // Without the writer the server closes, which is told as such.
            let _ = go.send(());
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_is_scheme_host_and_port() {
        let authority =
            |url: &str| Upstream::new(url, None).map(|upstream| (upstream.authority(), upstream.port));
        for (url, expected, port) in [
            ("http://localhost:9000", "localhost:9000", 9000),
            ("http://localhost:80/", "localhost", 80),
            ("http://[::1]:9000", "[::1]:9000", 9000),
            ("http://[::1]", "[::1]", 80),
        ] {
            assert_eq!(authority(url).unwrap(), (expected.to_owned(), port), "{url}");
        }
        for url in ["localhost:9000", "ftp://h", "http://", "http://h/path", "http://h:x", "http://a@h"] {
            assert!(authority(url).is_err(), "{url}");
        }
    }
}
