//! Signing side by side with the `aws-sigv4` crate, on three requests, in one run.
//!
//! `crate` is the crate's bare signing with the body hash given for the large body. `trace` is our full trace with origins, the
//! key derived; `keystroke` is the same after an edit in a header, key and body hash kept; `analysis` adds the checks. The goal
//! is a ratio within one run: `trace` at most 0.5 of `crate`, `keystroke` at most 0.25.
#![allow(missing_docs, reason = "criterion's macros write undocumented items")]

mod common;

use std::hint::black_box;
use std::time::Duration;

use common::{TIME, Workload, bench_crate, session, workloads};
use countersign::analysis::Analysis;
use countersign::canon::payload::Hashing;
use countersign::scheme::sign::Situation;
use countersign::scheme::{AWS4, Input, Memo, Scheme};
use countersign::time::Timestamp;
use countersign::trace::Trace;
use criterion::{Criterion, criterion_group, criterion_main};

fn bench_ours(criterion: &mut Criterion, workload: &Workload) {
    let session = session(workload);
    let clock = Timestamp::from_unix(TIME).expect("a date");
    let situation = Situation {
        settings: session.settings.clone(),
        ambient: session.ambient.clone(),
        credentials: session.keys.first().cloned(),
        now: clock,
        hashing: Hashing::Now,
    };
    let mut trace = Trace::default();
    let mut run = |memo: &mut Memo| {
        let input = Input { request: &session.request, claim: None, situation: &situation, received: None };
        black_box(AWS4.work(input, memo, &mut trace).agreement);
        black_box(trace.signature().map(<[u8]>::len));
    };
    criterion.bench_function(&format!("{}/trace", workload.name), |bench| {
        let mut memo = Memo::default();
        bench.iter(|| {
            memo.forget();
            run(&mut memo);
        });
    });
    let mut memo = Memo::default();
    criterion.bench_function(&format!("{}/keystroke", workload.name), |bench| bench.iter(|| run(&mut memo)));
    let mut kept = Trace::default();
    criterion.bench_function(&format!("{}/analysis", workload.name), |bench| {
        bench.iter(|| {
            let trace = std::mem::take(&mut kept);
            kept = Analysis::of(black_box(&session), clock, Hashing::Now, &mut memo, trace).trace;
        });
    });
}

fn bench(criterion: &mut Criterion) {
    for workload in workloads() {
        bench_crate(criterion, &workload);
        bench_ours(criterion, &workload);
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(60).warm_up_time(Duration::from_millis(400)).measurement_time(Duration::from_secs(2));
    targets = bench
}
criterion_main!(benches);
