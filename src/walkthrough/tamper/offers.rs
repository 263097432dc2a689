//! What can be done to a request on its way: one row for each thing that an attacker, a proxy or a careless developer does.

use super::Tamper;
use crate::analysis::{Analysis, Session};
use crate::request::Part;
use crate::secret::Secret;
use crate::visible;

/// Something that can be done to the request at hand.
#[derive(Clone)]
pub struct Offer {
    /// What is done.
    pub title: &'static str,
    /// What stood there and what stands there then, as it may be shown; empty where the title says it.
    pub detail: String,
    /// How.
    pub tamper: Tamper,
}

/// A row: what is done, and how to the request at hand; `None` where it has nothing to do it to.
type Row = (&'static str, fn(&Session, &Analysis) -> Option<(String, Tamper)>);

const ROWS: &[Row] = &[
    ("another method", method),
    ("another path", path),
    ("the path is percent-encoded once more", encode_again),
    ("one more query parameter", query),
    ("the query parameters in the opposite order", reverse_query),
    ("a proxy rewrites Host", host),
    ("one more header, which is not signed", add_header),
    ("Content-Type is changed", content_type),
    ("the headers in the opposite order", reverse_headers),
    ("one bit of the body is flipped", flip_body),
    ("the body gets a trailing newline", newline),
    ("another date", date),
    ("one digit of the signature is changed", signature),
    ("the ID of another key", key_id),
    ("the server knows another secret", secret),
    ("the same request again, a minute later", |_, _| later(60)),
    ("the same request again, a day later", |_, _| later(86_400)),
];

/// What can be done to the request of a session.
pub fn offers(session: &Session, analysis: &Analysis) -> Vec<Offer> {
    let offer =
        |(title, make): &Row| make(session, analysis).map(|(detail, tamper)| Offer { title, detail, tamper });
    ROWS.iter().filter_map(offer).collect()
}

fn from_to(before: &[u8], after: &[u8]) -> String {
    format!("{} → {}", visible::one_line(before), visible::one_line(after))
}

fn method(session: &Session, _: &Analysis) -> Option<(String, Tamper)> {
    let own = &session.request.method;
    let other: &[u8] = if own == b"DELETE" { b"GET" } else { b"DELETE" };
    Some((from_to(own, other), Tamper::Method(other.to_vec())))
}

fn path(session: &Session, _: &Analysis) -> Option<(String, Tamper)> {
    let request = &session.request;
    let own = &request.target[request.target().path];
    let end: &[u8] = if own.ends_with(b"/") { b"other" } else { b"/other" };
    let other = [own, end].concat();
    Some((from_to(own, &other), Tamper::Path(other)))
}

fn encode_again(session: &Session, _: &Analysis) -> Option<(String, Tamper)> {
    let request = &session.request;
    request.target[request.target().path].contains(&b'%').then(|| ("% → %25".into(), Tamper::EncodeAgain))
}

fn query(session: &Session, _: &Analysis) -> Option<(String, Tamper)> {
    let request = &session.request;
    let own = request.target().query.map(|range| &request.target[range]).unwrap_or_default();
    let gap: &[u8] = if own.is_empty() { b"" } else { b"&" };
    Some(("admin=true".into(), Tamper::Query([own, gap, b"admin=true"].concat())))
}

fn reverse_query(session: &Session, _: &Analysis) -> Option<(String, Tamper)> {
    let request = &session.request;
    let many = request.target().pairs(&request.target).count() > 1;
    many.then_some((String::new(), Tamper::ReverseQuery))
}

fn host(session: &Session, _: &Analysis) -> Option<(String, Tamper)> {
    let other = b"internal.example";
    Some((from_to(session.request.host()?, other), Tamper::ProxyHost(other.to_vec())))
}

fn add_header(_: &Session, _: &Analysis) -> Option<(String, Tamper)> {
    let (name, value) = (b"X-Forwarded-For", b"192.0.2.1");
    let tamper = Tamper::AddHeader { name: name.to_vec(), value: value.to_vec() };
    Some(("X-Forwarded-For: 192.0.2.1".into(), tamper))
}

fn content_type(session: &Session, _: &Analysis) -> Option<(String, Tamper)> {
    let (name, own) = (b"content-type", session.request.value(b"content-type")?);
    let other: &[u8] = if own == b"text/plain" { b"text/html" } else { b"text/plain" };
    Some((from_to(own, other), Tamper::Header { name: name.to_vec(), value: other.to_vec() }))
}

fn reverse_headers(session: &Session, _: &Analysis) -> Option<(String, Tamper)> {
    (session.request.headers.len() > 1).then_some((String::new(), Tamper::ReverseHeaders))
}

/// Only a body that is at hand can be changed.
fn flip_body(session: &Session, _: &Analysis) -> Option<(String, Tamper)> {
    let body = session.request.body.rope().filter(|body| !body.is_empty())?;
    let first = body.slice(0..1);
    let detail = from_to(&first, &[first.first()? ^ 1]);
    Some((format!("its first byte: {detail}"), Tamper::FlipBit { part: Part::Body, byte: 0, bit: 0 }))
}

fn newline(session: &Session, _: &Analysis) -> Option<(String, Tamper)> {
    let body = session.request.body.rope()?;
    let whole = body.slice(0..body.len());
    Some((String::new(), Tamper::Body([&whole, &b"\n"[..]].concat())))
}

/// A minute later, in the form that AWS signs; a date in another form is left alone.
fn date(_: &Session, analysis: &Analysis) -> Option<(String, Tamper)> {
    let (own, form) = analysis.claim()?.date?.instant?;
    if form != crate::time::DateForm::Basic {
        return None;
    }
    let other = own.plus(60).basic();
    Some((from_to(&own.basic(), &other), Tamper::Date(other.to_vec())))
}

fn signature(session: &Session, analysis: &Analysis) -> Option<(String, Tamper)> {
    let mut text = session.request.slice(analysis.claim()?.signature).to_vec();
    let last = text.last_mut()?;
    let own = *last;
    *last = if own == b'0' { b'1' } else { b'0' };
    Some((format!("its last digit: {}", from_to(&[own], &[*text.last()?])), Tamper::Signature(text)))
}

fn key_id(session: &Session, analysis: &Analysis) -> Option<(String, Tamper)> {
    let own = session.request.slice(analysis.claim()?.access_key_id?);
    let other = b"AKIDOFANOTHERKEY";
    Some((from_to(&own, other), Tamper::KeyId(other.to_vec())))
}

fn secret(_: &Session, analysis: &Analysis) -> Option<(String, Tamper)> {
    analysis.situation.credentials.as_ref()?;
    Some((String::new(), Tamper::Secret(Secret::new("the secret of another key"))))
}

fn later(seconds: i64) -> Option<(String, Tamper)> {
    Some((String::new(), Tamper::Later(seconds)))
}
