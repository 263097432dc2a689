//! The relatives of Signature Version 4 that other makers have: requests that their own libraries signed.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod common;
#[path = "relatives/evidence.rs"]
mod evidence;
#[path = "relatives/google.rs"]
mod google;
#[path = "relatives/numbers.rs"]
mod numbers;

use std::path::Path;

use common::{analyse, credentials, files, json, session, shared, text};
use countersign::analysis::{Analysis, Session};
use countersign::request::Request;
use countersign::scheme;
use countersign::settings::Time;
use countersign::time::Timestamp;
use countersign::verify::Conclusion;
use serde_json::Value;

/// The folders of recordings that these schemes signed.
const FOLDERS: [&str; 8] = ["tos4", "volcengine", "tc3", "acs3", "oss-v4", "huawei", "jdcloud", "escher"];

struct Recording {
    name: String,
    session: Session,
    clock: Timestamp,
    sidecar: Value,
}

fn recordings() -> Vec<Recording> {
    let Some(root) = shared("other-schemes") else { return Vec::new() };
    FOLDERS.iter().flat_map(|folder| files(&root.join(folder), "http")).map(|path| recording(&path)).collect()
}

fn recording(path: &Path) -> Recording {
    let sidecar = json(&path.with_extension("json"));
    let mut session = session(&std::fs::read(path).unwrap());
    session.keys.push(credentials(&sidecar["credentials"]));
    let clock = Timestamp::parse(sidecar["clock"].as_str().unwrap().as_bytes()).unwrap().0;
    Recording { name: path.display().to_string(), session, clock, sidecar }
}

#[test]
fn what_other_libraries_signed_matches() {
    for Recording { name, session, clock, sidecar } in recordings() {
        let analysis = analyse(&session, clock);
        let expected = sidecar["signed_message"].as_str().unwrap();
        assert_eq!(text(analysis.trace.canonical_request()), expected, "{name}");
        let failed = analysis.verdict.failed().map(|check| check.detail.to_string());
        assert_eq!(analysis.verdict.conclusion(), Some(Conclusion::Match), "{name}: {failed:?}");
    }
}

/// The request with one byte changed in its path, its query, each signed header and its body.
fn changed(request: &Request, analysis: &Analysis) -> Vec<(String, Request)> {
    let mut all = Vec::new();
    let mut change = |what: String, make: &dyn Fn(&mut Request)| {
        let mut other = request.clone();
        make(&mut other);
        all.push((what, other));
    };
    let target = request.target();
    // Tencent Cloud has one path, and a byte of it is another request anyway.
    change("path".into(), &|other| other.target.insert(target.path.end, b'x'));
    if let Some(query) = target.query.clone() {
        change("query".into(), &|other| other.target.insert(query.end, b'x'));
    }
    let names = analysis.trace.canonical_request();
    let names = text(names);
    let lines = names.split('\n').skip(3).take_while(|line| !line.is_empty());
    for name in lines.filter_map(|line| line.split_once(':')).map(|(name, _)| name.to_owned()) {
        let at = request.headers.iter().position(|header| header.is(name.as_bytes())).unwrap();
        change(name, &|other| other.headers[at].value.push(b'x'));
    }
    if !request.body.is_empty() {
        change("body".into(), &|other| {
            let mut bytes = other.body.bytes().to_vec();
            bytes[0] ^= 1;
            other.body = bytes.into();
        });
    }
    all
}

#[test]
fn nothing_matches_with_one_byte_changed() {
    for Recording { name, session, clock, .. } in recordings() {
        let analysis = analyse(&session, clock);
        for (what, request) in changed(&session.request, &analysis) {
            let other = Session { request, ..session.clone() };
            let conclusion = analyse(&other, clock).verdict.conclusion();
            assert_ne!(conclusion, Some(Conclusion::Match), "{name}: {what}");
        }
    }
}

#[test]
fn signing_anew_makes_the_same_signature() {
    for Recording { name, session, clock, .. } in recordings() {
        let own = analyse(&session, clock);
        let claim = own.claim().unwrap();
        let received = own.received.clone().unwrap();
        let mut anew = session.clone();
        scheme::strip(&mut anew.request);
        let string = |span| claim.string(&session.request, span);
        anew.settings.scheme = Some(own.scheme.name());
        anew.settings.time = Some(Time::At(claim.date.unwrap().instant.unwrap().0));
        anew.settings.region = claim.scope.and_then(|scope| Some(string(scope.region?)));
        anew.settings.service = claim.scope.map(|scope| string(scope.service));
        let analysis = analyse(&anew, clock);
        // Signer and server of Escher agree on the end of the scope, and here it is that of AWS.
        if own.scheme.name() != "EMS-HMAC-SHA256" {
            assert_eq!(analysis.computed().map(text), Some(text(&received)), "{name}");
        }
    }
}
