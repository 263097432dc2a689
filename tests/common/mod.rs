//! What the integration tests share: where vectors lie, and sessions made from them.
#![allow(dead_code, reason = "each test program uses a part of it")]
#![allow(clippy::print_stdout, reason = "a skipped test says so")]
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

use std::path::{Path, PathBuf};

use countersign::analysis::{Analysis, Session};
use countersign::canon::payload::Hashing;
use countersign::case::read;
use countersign::scheme::{Memo, claim};
use countersign::secret::Secret;
use countersign::signature::Credentials;
use countersign::time::Timestamp;
use countersign::trace::Trace;
use serde_json::Value;

/// The folder of vectors beside the repository, when this machine has it; says so when not. Where the variable
/// `COUNTERSIGN_SKIPS` is `fail`, a folder that is not there fails the test.
pub(crate) fn shared(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors").join(folder);
    if !path.is_dir() {
        let may_skip = std::env::var_os("COUNTERSIGN_SKIPS").is_none_or(|value| value != "fail");
        assert!(may_skip, "expected ../shared/vectors/{folder}, but it is not on this machine");
        println!("skipped: ../shared/vectors/{folder} is not on this machine");
        return None;
    }
    Some(path)
}

/// The files below `folder` with this ending, sorted.
pub(crate) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

pub(crate) fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The credentials of a sidecar or context.
pub(crate) fn credentials(value: &Value) -> Credentials {
    let text = |name: &str| value[name].as_str().map(str::to_owned);
    Credentials {
        fields: Default::default(),
        access_key_id: text("access_key_id").unwrap(),
        secret: Secret::new(text("secret_access_key").unwrap()),
        session_token: text("session_token").or_else(|| text("token")).map(Secret::new),
        source: "the test".into(),
    }
}

/// A key of an id and a secret.
pub(crate) fn pair(id: &str, secret: &str) -> Credentials {
    Credentials {
        fields: Default::default(),
        access_key_id: id.into(),
        secret: Secret::new(secret),
        session_token: None,
        source: "the test".into(),
    }
}

pub(crate) fn session(request: &[u8]) -> Session {
    Session::new(read(request).unwrap_or_else(|error| panic!("{error}")).request)
}

pub(crate) fn analyse(session: &Session, clock: Timestamp) -> Analysis {
    Analysis::of(session, clock, Hashing::Now, &mut Memo::default(), Trace::default())
}

/// The instant of the request's own date, so that no check of the clock fails.
pub(crate) fn own_clock(session: &Session) -> Timestamp {
    let request = &session.request;
    let claimed = claim(request).and_then(|(_, claim)| claim.ok()?.date?.instant);
    let own = || request.value(b"x-amz-date").or_else(|| request.value(b"date"));
    let instant = claimed.or_else(|| Timestamp::parse(own()?).ok());
    instant.map_or(Timestamp::from_unix(0).unwrap(), |(instant, _)| instant)
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
