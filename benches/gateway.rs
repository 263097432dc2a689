//! The gateway under load, beside a plain answer of hyper in the same run: `cargo bench --bench gateway [SECONDS]`.
//!
//! `wrk` sends a small signed GET over 64 connections, turn and turn about; both servers have a thread for each core.
//! Every request must be counted and judged right, and the memory must stay where it is.
#![allow(clippy::print_stdout, reason = "the figures go to standard output")]

mod common;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use bytes::Bytes;
use countersign::gateway::tape::{Counts, Tape};
use countersign::gateway::{Gateway, KeyStore, News, Numbers, Options};
use http_body_util::Full;
use hyper::header::HeaderValue;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CONNECTIONS: &str = "64";
const TARGET: &str = "/bucket/key";
/// Turns of each server.
const TURNS: u32 = 3;

fn main() {
    // Cargo adds `--bench`.
    let seconds = std::env::args().filter_map(|arg| arg.parse().ok()).next().unwrap_or(10);
    let spool = std::env::temp_dir();
    let mut options = Options::new(spool);
    options.address.set_port(0);
    // A run is longer than the window of one signature.
    options.settings.tolerance = Some(60);
    let tape = Arc::new(Mutex::new(Tape::default()));
    let own = Arc::clone(&tape);
    let sink = Box::new(move |news| {
        if let (News::Captured(capture), Ok(mut tape)) = (news, own.lock()) {
            tape.push(capture);
        }
    });
    let gateway =
        Gateway::start(options, KeyStore::default(), Numbers::default(), sink).expect("a free port");
    let plain = plain();
    let (mut bare, mut judged) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        let seconds = (seconds / TURNS).max(1);
        bare.push(wrk(plain, seconds).unwrap_or_default().rate);
        let before = counts(&tape);
        let Some(run) = wrk(gateway.address(), seconds) else { return };
        judged.push(run.rate);
        let after = counts(&tape);
        println!(
            "turn {turn}: hyper {:.0}/s, gateway {:.0}/s; sent {}, captured {}, matched {}; {} MiB resident",
            bare[bare.len() - 1],
            run.rate,
            run.requests,
            after.all - before.all,
            after.matched - before.matched,
            resident_mib()
        );
        assert_eq!(run.failed, 0, "answers that were no 200");
        assert_eq!(after.all - before.all, after.matched - before.matched, "requests that were misjudged");
        // What was under way when wrk stopped was captured and not counted by it.
        assert!(after.all - before.all >= run.requests, "requests that were lost");
    }
    let mean = |rates: &[f64]| rates.iter().sum::<f64>() / rates.len() as f64;
    println!("the gateway answers {:.1} % of what hyper alone does", 100.0 * mean(&judged) / mean(&bare));
}

fn counts(tape: &Mutex<Tape>) -> Counts {
    tape.lock().map(|tape| tape.counts()).unwrap_or_default()
}

/// hyper alone, in tokio's own threads: with a runtime for each thread, as the gateway has them, it answers a tenth less.
fn plain() -> SocketAddr {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        runtime.block_on(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                tokio::spawn(async move {
                    let answer = |_| async { Ok::<_, Infallible>(answer()) };
                    let _ = http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service_fn(answer))
                        .await;
                });
            }
        });
    });
    address
}

/// The same bytes as the gateway answers with: what differs is recording, verification and tape.
fn answer() -> hyper::Response<Full<Bytes>> {
    let mut response = hyper::Response::new(Full::new(Bytes::from_static(b"{}")));
    let headers = response.headers_mut();
    headers.insert("server", HeaderValue::from_static("countersign"));
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    headers.insert("x-amzn-requestid", HeaderValue::from_static("0000000000000001"));
    response
}

/// What wrk tells.
#[derive(Default)]
struct Run {
    rate: f64,
    requests: u64,
    failed: u64,
}

/// A run of wrk; none where it is not on this machine.
fn wrk(address: SocketAddr, seconds: u32) -> Option<Run> {
    let host = "127.0.0.1:9000";
    let mut command = Command::new("wrk");
    command.args(["-t1", "-c", CONNECTIONS, "-d", &format!("{seconds}s"), "-H", &format!("Host: {host}")]);
    for (name, value) in headers(host) {
        command.args(["-H", &format!("{name}: {value}")]);
    }
    let Ok(output) = command.arg(format!("http://{address}{TARGET}")).output() else {
        println!("skipped: wrk is not on this machine");
        return None;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let number =
        |line: &str, at: usize| line.split_whitespace().nth(at).and_then(|word| word.parse::<f64>().ok());
    let find = |what: &str| text.lines().find(|line| line.contains(what));
    Some(Run {
        rate: find("Requests/sec").and_then(|line| number(line, 1)).unwrap_or_default(),
        requests: find("requests in").and_then(|line| number(line, 0)).unwrap_or_default() as u64,
        failed: find("Non-2xx").and_then(|line| number(line, 4)).unwrap_or_default() as u64,
    })
}

/// The headers that sign the request, by the `aws-sigv4` crate.
fn headers(host: &str) -> Vec<(String, String)> {
    let identity = Credentials::new(common::ID, common::SECRET, None, None, "bench").into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name("execute-api")
        .time(SystemTime::now() + Duration::from_secs(1))
        .settings(SigningSettings::default())
        .build()
        .expect("parameters");
    let url = format!("http://{host}{TARGET}");
    let request =
        SignableRequest::new("GET", url, std::iter::empty(), SignableBody::Bytes(b"")).expect("a request");
    let signed = sign(request, &params.into()).expect("a signature").into_parts().0;
    signed.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The memory of this process, in MiB.
fn resident_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).unwrap_or_default() / 1024
}
