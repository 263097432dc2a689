//! Every kind of tampering, done to generated requests: the sides part at the first step that what was touched reached, as the origins of
//! the trace say, and the check that fails is the one that a verification names. What the tampering does is done here once more, by hand.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod common;

use std::collections::HashSet;
use std::mem::discriminant;
use std::ops::Range;

use common::{analyse, session};
use countersign::analysis::{Analysis, Session};
use countersign::request::{Header, Part, Span};
use countersign::scheme;
use countersign::secret::Secret;
use countersign::signature::Credentials;
use countersign::signature::claim::Placement;
use countersign::time::Timestamp;
use countersign::trace::{Origin, Section, Stage, StageKind};
use countersign::verify::CheckId;
use countersign::walkthrough::tamper::Protection;
use countersign::walkthrough::{StepKind, Tamper, parted};
use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use proptest::sample::Index;
use sha2::Sha256;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const KINDS: usize = 17;

fn noon() -> Timestamp {
    Timestamp::parse(b"20150830T120000Z").unwrap().0
}

/// How a generated request is signed.
#[derive(Clone, Copy, Debug)]
enum Form {
    Header,
    Presigned,
    Webhook,
}

/// What a request is generated from, and what is done to it.
#[derive(Clone, Debug)]
struct Drawn {
    form: Form,
    method: String,
    path: String,
    query: String,
    value: String,
    body: String,
    other: String,
    name: &'static str,
    seconds: i64,
    bit: u8,
    pick: Index,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let form = prop_oneof![Just(Form::Header), Just(Form::Presigned), Just(Form::Webhook)];
    let pair = ("[a-z]{1,3}", "[a-z0-9]{0,4}(%2[0f])?").prop_map(|(name, value)| format!("{name}={value}"));
    let query = proptest::collection::vec(pair, 1..4).prop_map(|pairs| pairs.join("&"));
    let name = prop_oneof![Just("X-Amz-Meta"), Just("User-Agent"), Just("X-Forwarded-For"), Just("Host")];
    let request = (form, "[A-Z]{3,6}", "(/[a-z0-9]{1,4}(%20)?){1,3}", query, "[a-z0-9]{2,9}", "[a-z]{1,30}");
    let change = ("[a-z0-9]{1,9}", name, -4000_i64..4000, 0..8_u8, any::<Index>());
    (request, change).prop_map(
        |((form, method, path, query, value, body), (other, name, seconds, bit, pick))| Drawn {
            form,
            method,
            path,
            query,
            value,
            body,
            other,
            name,
            seconds,
            bit,
            pick,
        },
    )
}

/// The request, signed with the documented key.
fn signed(drawn: &Drawn) -> Session {
    let Drawn { method, path, query, value, body, .. } = drawn;
    let mut head = format!(
        "{method} {path}?{query} HTTP/1.1\r\nHost: example.amazonaws.com\r\nX-Amz-Meta: {value}\r\nUser-Agent: test\r\nContent-Length: {}\r\n",
        body.len()
    );
    if let Form::Webhook = drawn.form {
        let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        let digest = hex::encode(mac.chain_update(body).finalize().into_bytes());
        head.push_str(&format!("X-Hub-Signature-256: sha256={digest}\r\n"));
    }
    let mut session = session(format!("{head}\r\n{body}").as_bytes());
    let access_key_id = if let Form::Webhook = drawn.form { "" } else { "AKIDEXAMPLE" };
    session.keys.push(Credentials {
        fields: Default::default(),
        access_key_id: access_key_id.into(),
        secret: Secret::new(SECRET),
        session_token: None,
        source: "the test".into(),
    });
    session.settings.region = Some("us-east-1".into());
    session.settings.service = Some("service".into());
    session.settings.now = Some(noon());
    let placement = match drawn.form {
        Form::Webhook => return session,
        Form::Header => Placement::Header,
        Form::Presigned => Placement::Query,
    };
    session.settings.placement = Some(placement);
    session.settings.expires = Some(600);
    let instructions = analyse(&session, noon()).instructions(&session.request).unwrap();
    session.request = instructions.apply(&session.request);
    session
}

/// One tampering of every kind.
fn tampers(drawn: &Drawn, session: &Session) -> Vec<Tamper> {
    let other = || drawn.other.clone().into_bytes();
    let name = || drawn.name.as_bytes().to_vec();
    let request = &session.request;
    let parts = [
        Part::Method,
        Part::Target,
        Part::HeaderName(1),
        Part::HeaderValue(0),
        Part::HeaderValue(1),
        Part::HeaderValue(2),
        Part::Body,
    ];
    let part = parts[drawn.pick.index(parts.len())];
    let len = if part == Part::Body { drawn.body.len() } else { request.part(part).len() };
    let byte = drawn.pick.index(len) as u32;
    let tampers = vec![
        Tamper::FlipBit { part, byte, bit: drawn.bit },
        Tamper::Method(b"PATCH".to_vec()),
        Tamper::Path([b"/", &other()[..]].concat()),
        Tamper::Query([&other()[..], b"=1"].concat()),
        Tamper::Header { name: name(), value: other() },
        Tamper::Body(other()),
        Tamper::Date(noon().plus(drawn.seconds).basic().to_vec()),
        Tamper::Signature(other().repeat(8)),
        Tamper::KeyId(other()),
        Tamper::Secret(Secret::new(drawn.other.clone())),
        Tamper::AddHeader { name: name(), value: other() },
        Tamper::RemoveHeader(name()),
        Tamper::ReverseHeaders,
        Tamper::ReverseQuery,
        Tamper::ProxyHost(other()),
        Tamper::EncodeAgain,
        Tamper::Later(drawn.seconds),
    ];
    let kinds: HashSet<_> = tampers.iter().map(discriminant).collect();
    assert_eq!(kinds.len(), KINDS);
    tampers
}

/// What a tampering touched: places of the request that was signed and of the one that arrives, or the secret.
#[derive(Default)]
struct Touched {
    signed: Vec<Span>,
    arrived: Vec<Span>,
    secret: bool,
}

impl Touched {
    fn both(signed: Span, arrived: Span) -> Self {
        Self { signed: vec![signed], arrived: vec![arrived], secret: false }
    }

    fn part(part: Part) -> Self {
        Self::both(whole(part), whole(part))
    }
}

fn whole(part: Part) -> Span {
    Span::new(part, 0..u32::MAX as usize)
}

/// The request as it arrives, and what of it was touched.
fn arrive(session: &Session, tamper: &Tamper) -> (Session, Touched) {
    let mut out = session.clone();
    let touched = match tamper {
        Tamper::FlipBit { part, byte, bit } => {
            flip(&mut out, *part, *byte as usize, *bit);
            let place = Span::new(*part, *byte as usize..*byte as usize + 1);
            Touched::both(place, place)
        }
        Tamper::Method(method) => {
            out.request.method = method.clone();
            Touched::part(Part::Method)
        }
        Tamper::Path(path) => with_path(&mut out, |_| path.clone()),
        Tamper::EncodeAgain => with_path(&mut out, |path| path.replace('%', "%25").into_bytes()),
        Tamper::Query(query) => with_query(&mut out, |_| query.clone()),
        Tamper::ReverseQuery => {
            with_query(&mut out, |query| query.split('&').rev().collect::<Vec<_>>().join("&").into_bytes())
        }
        Tamper::Header { name, value } => with_header(&mut out, name, value),
        Tamper::AddHeader { name, value } => one_more(&mut out, name, value),
        Tamper::RemoveHeader(name) => {
            let found = place_of(&out, name);
            found.into_iter().for_each(|at| drop(out.request.headers.remove(at)));
            Touched { signed: found.map(|at| whole(value(at))).into_iter().collect(), ..Touched::default() }
        }
        Tamper::ReverseHeaders => {
            out.request.headers.reverse();
            let all: Vec<Span> = (0..out.request.headers.len()).map(|at| whole(value(at))).collect();
            Touched { signed: all.clone(), arrived: all, secret: false }
        }
        Tamper::ProxyHost(host) => {
            let old = out.request.host().unwrap().to_vec();
            let touched = with_header(&mut out, b"host", host);
            one_more(&mut out, b"X-Forwarded-Host", &old);
            touched
        }
        Tamper::Body(body) => {
            out.request.body = body.clone().into();
            Touched::part(Part::Body)
        }
        Tamper::Date(text) => claimed(&mut out, text, |claim| claim.date.map(|date| date.span)),
        Tamper::Signature(text) => claimed(&mut out, text, |claim| Some(claim.signature)),
        Tamper::KeyId(text) => claimed(&mut out, text, |claim| claim.access_key_id),
        Tamper::Secret(secret) => {
            out.keys[0].secret = secret.clone();
            Touched { secret: true, ..Touched::default() }
        }
        Tamper::Later(seconds) => {
            out.settings.now = Some(noon().plus(*seconds));
            Touched::default()
        }
    };
    (out, touched)
}

fn value(at: usize) -> Part {
    Part::HeaderValue(at as u32)
}

fn place_of(session: &Session, name: &[u8]) -> Option<usize> {
    session.request.headers.iter().position(|header| header.name.eq_ignore_ascii_case(name))
}

fn with_path(out: &mut Session, make: impl Fn(&str) -> Vec<u8>) -> Touched {
    let range = out.request.target().path;
    let path = make(std::str::from_utf8(&out.request.target[range.clone()]).unwrap());
    let arrived = Span::new(Part::Target, range.start..range.start + path.len());
    out.request.target.splice(range.clone(), path);
    Touched::both(Span::new(Part::Target, range), arrived)
}

fn with_query(out: &mut Session, make: impl Fn(&str) -> Vec<u8>) -> Touched {
    let range = out.request.target().query.unwrap();
    let query = make(std::str::from_utf8(&out.request.target[range.clone()]).unwrap());
    out.request.target.splice(range.clone(), query);
    let place = Span::new(Part::Target, range.start..u32::MAX as usize);
    Touched::both(place, place)
}

fn with_header(out: &mut Session, name: &[u8], text: &[u8]) -> Touched {
    let Some(at) = place_of(out, name) else { return one_more(out, name, text) };
    out.request.headers[at].value = text.to_vec();
    Touched::part(value(at))
}

fn one_more(out: &mut Session, name: &[u8], text: &[u8]) -> Touched {
    out.request.headers.push(Header::new(name, text));
    let at = out.request.headers.len() - 1;
    Touched { arrived: vec![whole(value(at))], ..Touched::default() }
}

fn flip(session: &mut Session, part: Part, at: usize, bit: u8) {
    let request = &mut session.request;
    let turn = |bytes: &mut Vec<u8>| bytes[at] ^= 1 << bit;
    match part {
        Part::Method => turn(&mut request.method),
        Part::Target => turn(&mut request.target),
        Part::HeaderName(index) => turn(&mut request.headers[index as usize].name),
        Part::HeaderValue(index) => turn(&mut request.headers[index as usize].value),
        Part::Body => {
            let mut bytes = request.body.bytes().into_owned();
            turn(&mut bytes);
            request.body = bytes.into();
        }
    }
}

/// Puts another text where the claim has one of its parts; a claim without that part is left alone.
fn claimed(session: &mut Session, text: &[u8], part: fn(&scheme::Claim) -> Option<Span>) -> Touched {
    let (_, claim) = scheme::claim_for(&session.request, &session.settings).unwrap();
    let Some(span) = part(&claim.unwrap()) else { return Touched::default() };
    let bytes = match span.part {
        Part::Target => &mut session.request.target,
        Part::HeaderValue(index) => &mut session.request.headers[index as usize].value,
        Part::Method | Part::HeaderName(_) | Part::Body => unreachable!("no claim stands there"),
    };
    bytes.splice(span.range(), text.iter().copied());
    let start = span.start as usize;
    Touched::both(span, Span::new(span.part, start..start + text.len()))
}

/// A section of a text that is signed: its step, whether what was touched reached it, and its bytes.
type Reached = (StepKind, bool, Vec<u8>);

fn sections(analysis: &Analysis, touched: &[Span]) -> Vec<Reached> {
    let meets = |own: Span, span: &Span| {
        // Of nothing, as an empty body, the place counts.
        span.part == own.part && span.start <= own.end && own.start < span.end.max(own.start + 1)
    };
    let is_touched = |origin: &Origin| matches!(origin, Origin::Request(own) if touched.iter().any(|span| meets(*own, span)));
    let of_stage = |stage: &Stage| -> Vec<Reached> {
        let of = |(range, section): (Range<usize>, Section)| {
            let reached = stage.text.pieces_in(range.clone()).any(|(_, piece)| is_touched(&piece.origin));
            (StepKind::Makes(stage.kind, section), reached, stage.text.bytes()[range].to_vec())
        };
        stage.text.sections().map(of).collect()
    };
    analysis.trace.stages.iter().flat_map(of_stage).collect()
}

/// The first step that what was touched reached, as the origins say, and that it changed: of the secret the first key, else the signature.
fn reached(signed: &Analysis, arrived: &Analysis, touched: &Touched) -> Option<StepKind> {
    if touched.secret {
        let of = |kind| signed.trace.stages.iter().find(|stage| stage.kind == kind);
        let stage = of(StageKind::KeyChain).or_else(|| of(StageKind::Signature))?;
        return stage.text.sections().next().map(|(_, section)| StepKind::Makes(stage.kind, section));
    }
    let mut other = sections(arrived, &touched.arrived);
    // The keys are of one kind: the first stands beside the first, the second beside the second.
    sections(signed, &touched.signed).into_iter().find_map(|(kind, before, bytes)| {
        let at = other.iter().position(|(other, ..)| *other == kind)?;
        let (_, after, others) = other.remove(at);
        ((before || after) && bytes != others).then_some(kind)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_sides_part_where_the_origins_say_and_the_check_fails_that_verify_names(drawn in drawn()) {
        let session = signed(&drawn);
        let before = analyse(&session, noon());
        prop_assert_eq!(before.verdict.failed().map(|check| check.id), None);
        for (at, tamper) in tampers(&drawn, &session).into_iter().enumerate() {
            let (arrived, touched) = arrive(&session, &tamper);
            let after = analyse(&arrived, noon());
            let failed: Option<CheckId> = after.verdict.failed().map(|check| check.id);
            let parted = parted(&session, &[tamper], noon());
            prop_assert_eq!(parted.failed, failed, "tampering {}", at);
            let first = reached(&before, &after, &touched).or(failed.map(StepKind::Checks));
            prop_assert_eq!(parted.first, first, "tampering {}", at);
            let protection = if failed.is_some() { Protection::Refused } else { Protection::NotProtected };
            prop_assert_eq!(parted.protection, protection, "tampering {}", at);
        }
    }
}
