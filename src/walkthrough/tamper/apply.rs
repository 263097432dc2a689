//! A tampering done.

use super::Tamper;
use crate::analysis::{Analysis, Session};
use crate::request::{Header, Part, Request, Span};
use crate::rope::Rope;
use crate::scheme::{self, Claim};
use crate::settings::Settings;
use crate::signature::Credentials;

impl Tamper {
    /// Does it to `session`, whose claim is the one of `signed`.
    pub(in crate::walkthrough) fn apply(&self, session: &mut Session, signed: &Analysis) {
        let claim = scheme::claim_for(&session.request, &session.settings).and_then(|(_, claim)| claim.ok());
        let request = &mut session.request;
        match self {
            Self::FlipBit { part, byte, bit } => flip(request, *part, *byte, *bit),
            Self::Method(method) => request.method.clone_from(method),
            Self::Path(path) => {
                let range = request.target().path;
                request.target.splice(range, path.iter().copied());
            }
            Self::Query(query) => set_query(request, query),
            Self::Header { name, value } => set_header(request, name, value),
            Self::Body(body) => set_body(request, body),
            Self::Date(text) | Self::Signature(text) | Self::KeyId(text) => {
                if let Some(span) = claim.as_ref().and_then(|claim| self.claimed(claim)) {
                    replace(request, span, text);
                }
            }
            Self::Secret(secret) => {
                let own = signed.situation.credentials.as_ref();
                let known = own.map(|own| Credentials { secret: secret.clone(), ..own.clone() });
                session.settings.secret_access_key = None;
                session.keys.splice(..0, known);
            }
            Self::AddHeader { name, value } => {
                request.headers.push(Header::new(name.as_slice(), value.as_slice()));
            }
            Self::RemoveHeader(name) => {
                if let Some((index, _)) = request.header(name) {
                    request.headers.remove(index);
                }
            }
            Self::ReverseHeaders => request.headers.reverse(),
            Self::ReverseQuery => {
                let query = request.target().query.map(|range| request.target[range].to_vec());
                let reversed = query
                    .map(|query| query.split(|byte| *byte == b'&').rev().collect::<Vec<_>>().join(&b'&'));
                reversed.into_iter().for_each(|query| set_query(request, &query));
            }
            Self::ProxyHost(host) => {
                let old = request.host().unwrap_or_default().to_vec();
                set_header(request, b"host", host);
                request.headers.push(Header::new("X-Forwarded-Host", old));
            }
            Self::EncodeAgain => {
                let range = request.target().path;
                let again = encoded_again(&request.target[range.clone()]);
                request.target.splice(range, again);
            }
            Self::Later(seconds) => later(&mut session.settings, signed, *seconds),
        }
    }

    /// The place of what it changes in the claim.
    fn claimed(&self, claim: &Claim) -> Option<Span> {
        match self {
            Self::Date(_) => claim.date.map(|date| date.span),
            Self::Signature(_) => Some(claim.signature),
            Self::KeyId(_) => claim.access_key_id,
            Self::FlipBit { .. }
            | Self::Method(_)
            | Self::Path(_)
            | Self::Query(_)
            | Self::Header { .. }
            | Self::Body(_)
            | Self::Secret(_)
            | Self::AddHeader { .. }
            | Self::RemoveHeader(_)
            | Self::ReverseHeaders
            | Self::ReverseQuery
            | Self::ProxyHost(_)
            | Self::EncodeAgain
            | Self::Later(_) => None,
        }
    }
}

fn later(settings: &mut Settings, signed: &Analysis, seconds: i64) {
    let now = settings.now.unwrap_or(signed.situation.now);
    settings.now = Some(now.plus(seconds));
}

fn flip(request: &mut Request, part: Part, byte: u32, bit: u8) {
    let span = Span::new(part, byte as usize..byte as usize + 1);
    let flipped: Vec<u8> = request.slice(span).iter().map(|byte| byte ^ (1 << (bit & 7))).collect();
    if !flipped.is_empty() {
        replace(request, span, &flipped);
    }
}

/// Puts `text` where `span` is.
fn replace(request: &mut Request, span: Span, text: &[u8]) {
    let range = span.range();
    let header = |index: u32| index as usize;
    let part = match span.part {
        Part::Method => Some(&mut request.method),
        Part::Target => Some(&mut request.target),
        Part::HeaderName(index) => request.headers.get_mut(header(index)).map(|header| &mut header.name),
        Part::HeaderValue(index) => request.headers.get_mut(header(index)).map(|header| &mut header.value),
        Part::Body => return request.body.edit(|body| body.replace(range, text)),
    };
    if let Some(part) = part.filter(|part| range.end <= part.len()) {
        part.splice(range, text.iter().copied());
    }
}

fn set_query(request: &mut Request, query: &[u8]) {
    let target = request.target();
    match target.query {
        Some(range) => drop(request.target.splice(range, query.iter().copied())),
        None => {
            let text = [b"?", query].concat();
            let end = target.path.end;
            request.target.splice(end..end, text);
        }
    }
}

fn set_header(request: &mut Request, name: &[u8], value: &[u8]) {
    match request.header(name).map(|(index, _)| index) {
        Some(index) => request.headers[index].value = value.to_vec(),
        None => request.headers.push(Header::new(name, value)),
    }
}

fn set_body(request: &mut Request, text: &[u8]) {
    let len = request.body.rope().map_or(0, Rope::len);
    request.body.edit(|body| body.replace(0..len, text));
}

/// `%` becomes `%25`, and what has no need of it stays.
fn encoded_again(path: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len());
    for byte in path {
        match byte {
            b'%' => out.extend_from_slice(b"%25"),
            _ => out.push(*byte),
        }
    }
    out
}
