//! Texts that a server or a signer signed, held against ours part by part.

use std::collections::HashMap;

use super::{who, whose};
use crate::analysis::Analysis;
use crate::diagnose::finding::{Certainty, Finding, Named};
use crate::evidence::{Part, Piece, Side};
use crate::redact::Reveal;
use crate::request::redact;
use crate::visible;

/// What was done to a piece of evidence on its way here.
pub(in crate::diagnose) fn damage(piece: &Piece) -> Vec<Finding> {
    const FIX: &str = "Take the …Bytes fields of the error, or its raw body.";
    let damaged = piece.damage.iter().map(|words| {
        Named::remark(
            "evidence-damaged",
            words.clone(),
            "What is quoted cannot be relied on byte for byte.",
            FIX,
        )
    });
    let repaired = piece.repaired.map(|words| {
        Named::remark(
            "evidence-repaired",
            words,
            "A text that has the stated hash is the text that was hashed.",
            FIX,
        )
    });
    damaged.chain(repaired).map(|named| Finding::of(Certainty::Noticed, vec![named])).collect()
}

/// Where a piece of evidence differs from what is computed here, and what it says besides.
pub(in crate::diagnose) fn contradictions(claimed: &Analysis, piece: &Piece) -> Vec<Finding> {
    let mut out = damage(piece);
    if is_of_another_request(claimed, piece) {
        let named = Named::remark(
            "evidence-of-another-request",
            format!("{} is of another request: its host and its path or scope are others.", whose(piece)),
            "Only texts of one and the same request can be compared.",
            "Open the request that the evidence belongs to, or make it the one on the table (R in Compare, or the evidence as INPUT).",
        );
        out.push(Finding::of(Certainty::Contradicted, vec![named]));
        return out;
    }
    if let Some(finding) = other_scheme(claimed, piece) {
        out.push(finding);
        return out;
    }
    // Where the body is not known there is no string of ours.
    if let Some(string) = piece.string_to_sign.as_ref().filter(|_| !claimed.basis.is_pending) {
        out.extend(string_lines(claimed, piece, string));
    }
    // What was changed when it was copied shows nothing of what was signed.
    if let Some(request) = piece.canonical_request.as_ref().filter(|_| piece.consistent() != Some(false)) {
        out.extend(parts(claimed, piece, request));
    }
    out
}

/// Another access key id in an error than in the claim: then the server looked up another secret, or the error is not of this request.
pub(in crate::diagnose) fn key_id(claimed: &Analysis, ours: &[u8], piece: &Piece) -> Option<Finding> {
    let theirs = piece.access_key_id.as_deref().filter(|id| !ours.is_empty() && id.as_bytes() != ours)?;
    let why = "A server looks up the secret by this id.";
    Some(differs(
        "evidence-key-id",
        "access key ID",
        &Other::of(claimed, piece),
        theirs.as_bytes(),
        ours,
        why,
    ))
}

/// A string to sign of another scheme: nothing of it can be compared.
fn other_scheme(claimed: &Analysis, piece: &Piece) -> Option<Finding> {
    let string = piece.string_to_sign.as_deref().filter(|string| !is_of(claimed, string))?;
    let first = line(string, 0).unwrap_or_default();
    let named = Named::remark(
        "evidence-scheme",
        format!(
            "{} is of another scheme (its string to sign begins with `{}`) than the request here ({}).",
            whose(piece),
            visible::one_line(first),
            claimed.scheme.name()
        ),
        "Each scheme signs a text of its own; only texts of one scheme can be compared.",
        "Look whether the request is meant for this server, and signed by the scheme that it wants.",
    );
    Some(Finding::of(Certainty::Contradicted, vec![named]))
}

/// Whether a string to sign is of the claimed scheme, or of a near relative.
pub(super) fn is_of(claimed: &Analysis, string: &[u8]) -> bool {
    let mark = claimed.scheme.family().map(|family| family.mark());
    mark.is_some_and(|mark| string.starts_with(mark.as_bytes()))
}

pub(super) fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n')
}

pub(super) fn line(text: &[u8], at: usize) -> Option<&[u8]> {
    lines(text).nth(at)
}

/// The lines of the string to sign but the hash.
fn string_lines(claimed: &Analysis, piece: &Piece, theirs: &[u8]) -> Vec<Finding> {
    let ours = claimed.trace.string_to_sign();
    let rows = [
        ("evidence-algorithm", Part::Algorithm),
        ("evidence-date", Part::Date),
        ("evidence-scope", Part::Scope),
    ];
    let mut out = Vec::new();
    for (at, (id, part)) in rows.into_iter().enumerate() {
        if let (Some(own), Some(other)) = (line(ours, at), line(theirs, at))
            && own != other
        {
            out.push(differs(id, part.name(), &Other::of(claimed, piece), other, own, part.rule()));
        }
    }
    out
}

/// Who computed another text than the one here, and what follows from that.
struct Other {
    who: &'static str,
    fix: &'static str,
}

impl Other {
    pub(super) fn of(claimed: &Analysis, piece: &Piece) -> Self {
        let is_right = claimed.agreement().holds() == Some(true);
        let fix = match piece.side {
            Side::Server if is_right => {
                "Look for what changes it between signer and server: the signer is right."
            }
            Side::Server => "Look what changes it between signer and server, or sign what the server sees.",
            Side::Signer => "Sign what is sent, by the rules of the service.",
            Side::Unknown => {
                "Find out which of the two was signed; sign what is sent, by the rules of the service."
            }
        };
        Self { who: who(piece), fix }
    }
}

fn differs(id: &'static str, what: &str, other: &Other, theirs: &[u8], ours: &[u8], why: &str) -> Finding {
    let text = |bytes: &[u8]| visible::one_line(&redact::line(bytes, Reveal::Nothing));
    let title =
        format!("The {what} differs: {} has `{}`, here it is `{}`.", other.who, text(theirs), text(ours));
    let fix = other.fix;
    let mut named = Named::remark(id, title, why, fix);
    named.rank = 2;
    Finding::of(Certainty::Contradicted, vec![named])
}

/// A canonical request cut into its parts.
pub(super) struct Parts<'a> {
    method: &'a [u8],
    pub(super) path: &'a [u8],
    query: &'a [u8],
    pub(super) headers: Vec<(&'a [u8], &'a [u8])>,
    signed: &'a [u8],
    payload: &'a [u8],
}

impl<'a> Parts<'a> {
    pub(super) fn of(text: &'a [u8]) -> Self {
        let mut lines = lines(text);
        let mut next = || lines.next().unwrap_or_default();
        let (method, path, query) = (next(), next(), next());
        let rest: Vec<&[u8]> = lines.collect();
        let (head, tail) = rest.split_at(rest.len().saturating_sub(2));
        let headers = head.iter().filter_map(|line| {
            let colon = memchr::memchr(b':', line)?;
            Some((&line[..colon], &line[colon + 1..]))
        });
        Self {
            method,
            path,
            query,
            headers: headers.collect(),
            signed: tail.first().copied().unwrap_or_default(),
            payload: tail.get(1).copied().unwrap_or_default(),
        }
    }
}

/// The parts of the canonical request that differ, each by the rule that it belongs to.
pub(in crate::diagnose) fn parts(claimed: &Analysis, piece: &Piece, theirs: &[u8]) -> Vec<Finding> {
    let (ours, theirs) = (Parts::of(claimed.trace.canonical_request()), Parts::of(theirs));
    let whose = Other::of(claimed, piece);
    let mut out = Vec::new();
    let rows = [
        ("evidence-method", Part::Method, theirs.method, ours.method),
        ("evidence-path", Part::Path, theirs.path, ours.path),
        ("evidence-query", Part::Query, theirs.query, ours.query),
        ("evidence-signed-headers", Part::SignedHeaders, theirs.signed, ours.signed),
        ("evidence-payload", Part::Payload, theirs.payload, ours.payload),
    ];
    let is_known = |part: Part| part != Part::Payload || !claimed.basis.is_pending;
    for (id, part, other, own) in
        rows.into_iter().filter(|(_, part, other, own)| other != own && is_known(*part))
    {
        out.push(differs(id, part.name(), &whose, other, own, part.rule()));
    }
    out.extend(headers(&whose, &theirs, &ours));
    out
}

/// So many headers that differ are told: more than that are two requests, not one that was changed.
const MOST_HEADERS: usize = 50;

fn headers(whose: &Other, theirs: &Parts<'_>, ours: &Parts<'_>) -> Vec<Finding> {
    const ABSENT: &[u8] = b"(not there)";
    // Of a name that stands twice the first line counts.
    let by_name = |list: &[(&'_ [u8], &'_ [u8])]| -> HashMap<Vec<u8>, Vec<u8>> {
        list.iter().rev().map(|(name, value)| (name.to_vec(), value.to_vec())).collect()
    };
    let (of_theirs, of_ours) = (by_name(&theirs.headers), by_name(&ours.headers));
    let value =
        |of: &HashMap<Vec<u8>, Vec<u8>>, name: &[u8]| of.get(name).cloned().unwrap_or(ABSENT.to_vec());
    let more = ours.headers.iter().filter(|(name, _)| !of_theirs.contains_key(*name));
    let names = theirs.headers.iter().chain(more).map(|(name, _)| *name);
    names
        .map(|name| (name, value(&of_theirs, name), value(&of_ours, name)))
        .filter(|(_, other, own)| other != own)
        .take(MOST_HEADERS)
        .map(|(name, other, own)| {
            let hidden = |value: Vec<u8>| match value == ABSENT {
                true => value,
                false => redact::named(name, &value, Reveal::Nothing),
            };
            let what = format!("{} {}", Part::Header.name(), visible::one_line(name));
            differs("evidence-header", &what, whose, &hidden(other), &hidden(own), Part::Header.rule())
        })
        .collect()
}

/// A text that the received signature is right for, and where it differs from the request here.
pub(in crate::diagnose) fn known_text(claimed: &Analysis, piece: &Piece) -> Named {
    let mut named = Named::remark(
        "signed-text-known",
        "The key is right, and what was signed is known: the signature is right for the text that the evidence quotes.",
        "The request on the table gives another text: it was changed after it was signed, or is canonicalised by another rule.",
        "Make what is sent and what is signed the same, where they differ.",
    );
    let differ = contradictions(claimed, piece)
        .into_iter()
        .filter(|finding| finding.causes[0].id.starts_with("evidence-"));
    named.detail =
        differ.map(|finding| finding.title().trim_end_matches('.').to_owned()).collect::<Vec<_>>().join("; ");
    named.rank = 1;
    named
}

/// Whether a piece is of another request altogether: its host is another, and so are date and scope, or path and date or method.
pub fn is_of_another_request(claimed: &Analysis, piece: &Piece) -> bool {
    let ours = (claimed.trace.canonical_request(), claimed.trace.string_to_sign());
    let host = |text| lines(text).find(|line| line.starts_with(b"host:")).map(<[u8]>::to_vec);
    let request = piece.canonical_request.as_deref();
    let (other_host, other_path) = match request {
        Some(text) => (host(text) != host(ours.0), line(text, 1) != line(ours.0, 1)),
        None => (true, false),
    };
    match piece.string_to_sign.as_deref() {
        Some(string) if !is_of(claimed, string) => false,
        Some(string) => {
            let differs = |at: usize| line(string, at) != line(ours.1, at);
            differs(1) && other_host && (differs(2) || other_path)
        }
        None => {
            let date = |text| lines(text).find(|line| line.starts_with(b"x-amz-date:")).map(<[u8]>::to_vec);
            let is_other =
                request.is_some_and(|text| date(text) != date(ours.0) || line(text, 0) != line(ours.0, 0));
            other_host && other_path && is_other
        }
    }
}
