//! A chunked upload walked along, beside the plain hash of the same bytes: each chunk is hashed once, so they should cost the same.

use countersign::analysis::{Analysis, Session};
use countersign::canon::payload::Hashing;
use countersign::frames::chunked::Form;
use countersign::frames::pass::{Found, Pass};
use countersign::request::{Body, Header, Request};
use countersign::scheme::Memo;
use countersign::secret::Secret;
use countersign::settings::{PayloadSetting, Settings};
use countersign::signature::Credentials;
use countersign::time::Timestamp;
use countersign::trace::Trace;
use countersign::verify::Conclusion;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use sha2::{Digest as _, Sha256};
use std::hint::black_box;

const DATA: usize = 64 << 20;
/// As a file or a pipe hands it out.
const PIECE: usize = 256 << 10;

fn clock() -> Timestamp {
    Timestamp::from_unix(1_369_353_600).expect("a date")
}

fn analyse(session: &Session) -> Analysis {
    Analysis::of(session, clock(), Hashing::Now, &mut Memo::default(), Trace::default())
}

/// A signed upload in chunks of 64 KiB.
fn upload(form: Form) -> Session {
    let mut session = Session::new(Request {
        method: b"PUT".to_vec(),
        target: b"/big.bin".to_vec(),
        version: b"HTTP/1.1".to_vec(),
        headers: vec![Header::new("Host", "examplebucket.s3.us-east-1.amazonaws.com")],
        body: (0..DATA).map(|at| at as u8).collect::<Vec<_>>().into(),
    });
    session.keys.push(Credentials {
        fields: Default::default(),
        access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
        secret: Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        session_token: None,
        source: String::new(),
    });
    session.settings.payload = Some(PayloadSetting::Chunks(form));
    let (plan, mut memo) = (analyse(&session), Memo::default());
    let mut framer = plan.framer(&session.request, &mut memo).expect("a chunked upload is planned");
    let mut body = Vec::with_capacity(DATA + (1 << 20));
    session.request.body.rope().into_iter().flat_map(|rope| rope.chunks()).for_each(|piece| {
        framer.feed(piece, &mut |bytes| body.extend_from_slice(bytes));
    });
    framer.finish(&mut |bytes| body.extend_from_slice(bytes));
    session.request = plan.instructions(&session.request).expect("there is a key").apply(&session.request);
    session.request.body = Body::from(body);
    session.settings = Settings::default();
    session
}

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("upload_64_mib");
    group.throughput(Throughput::Bytes(DATA as u64)).sample_size(10);
    for (name, form) in [
        ("signed", Form::Signed),
        ("signed_trailer", Form::SignedTrailer),
        ("unsigned_trailer", Form::Unsigned),
    ] {
        let session = upload(form);
        assert_eq!(analyse(&session).verdict.conclusion(), Some(Conclusion::Match));
        let bytes = session.request.body.bytes().into_owned();
        group.bench_function(format!("{name}/hash"), |bench| {
            bench.iter(|| {
                let mut hasher = Sha256::new();
                bytes.chunks(PIECE).for_each(|piece| hasher.update(piece));
                black_box(hasher.finalize())
            });
        });
        group.bench_function(format!("{name}/walk"), |bench| {
            let pass = Pass::of(&session.request);
            let fresh = || {
                let mut session = session.clone();
                session.request.body = Body::pipe(0);
                session
            };
            let walk = |session: Session| {
                session.request.body.set_found(pass, Found::of(pass, bytes.chunks(PIECE)));
                black_box(analyse(&session).verdict.conclusion())
            };
            bench.iter_batched(fresh, walk, BatchSize::PerIteration);
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
