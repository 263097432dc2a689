//! Searching beside calling the `aws-sigv4` crate once for each hypothesis, in one run.
//!
//! `crate` signs once: its rate is what a search without our engine would have. `singles` is the whole diagnosis with one change at a
//! time, from the request to its findings, as the screen asks for after a keystroke; the goal is 10 ms for a body of 64 KB. `pairs`
//! tries every pair on one core, `pairs_two_cores` on two; their throughput counts hypotheses. The goals are 8 times the rate of
//! the crate on one core for the small GET, 1.6 times that on two, and all pairs within a second.
#![allow(missing_docs, reason = "criterion's macros write undocumented items")]

mod common;

use std::hint::black_box;
use std::sync::atomic::Ordering;
use std::time::Duration;

use common::{TIME, Workload, bench_crate, workloads};
use countersign::analysis::{Analysis, Session};
use countersign::canon::payload::Hashing;
use countersign::diagnose::{Diagnosis, Effort, Progress, diagnose};
use countersign::scheme::Memo;
use countersign::time::Timestamp;
use countersign::trace::Trace;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn clock() -> Timestamp {
    Timestamp::from_unix(TIME).expect("a date")
}

/// The request, signed, with a signature that no change explains: everything is tried.
fn session(workload: &Workload) -> Session {
    let mut session = common::session(workload);
    let analysis = Analysis::of(&session, clock(), Hashing::Now, &mut Memo::default(), Trace::default());
    let signed = analysis.instructions(&session.request).expect("a secret").apply(&session.request);
    session.request = signed;
    session.request.body.hash();
    session.received = Some("5d".repeat(32).into_bytes());
    session
}

fn search(session: &Session, effort: Effort) -> (Diagnosis, u64) {
    let progress = Progress::default();
    let found = diagnose(black_box(session), clock(), effort, &progress);
    let tried = progress.tried.load(Ordering::Relaxed);
    (found, tried)
}

fn bench(criterion: &mut Criterion) {
    for workload in workloads() {
        bench_crate(criterion, &workload);
        let session = session(&workload);
        let pairs = Effort { depth: 2, threads: 1, ..Effort::DEEP };
        let efforts = [
            ("singles", Effort::SINGLES),
            ("pairs", pairs),
            ("pairs_two_cores", Effort { threads: 2, ..pairs }),
        ];
        let mut group = criterion.benchmark_group(workload.name);
        for (name, effort) in efforts {
            let (found, tried) = search(&session, effort);
            assert!(found.tried > 0, "a search that tries nothing measures nothing");
            group.throughput(Throughput::Elements(tried));
            group.bench_function(name, |bench| bench.iter(|| search(&session, effort).1));
        }
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(400)).measurement_time(Duration::from_secs(3));
    targets = bench
}
criterion_main!(benches);
