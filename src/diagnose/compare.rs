//! What a server or a signer computed, held against what is computed here: conclusions that need no secret.

use super::finding::{Certainty, Finding, Named};
use crate::analysis::Analysis;
use crate::evidence::{Part, Piece, Side, proves};
use crate::report::redact::{self, Reveal};
use crate::request::Format;
use crate::visible;

/// Whose text a finding speaks of, at the begin of a sentence.
pub(super) fn whose(piece: &Piece) -> String {
    match piece.side {
        Side::Server => "The server's canonical request".into(),
        Side::Signer => format!("The signer's canonical request ({})", piece.format),
        Side::Unknown => "The canonical request in the evidence".into(),
    }
}

fn who(piece: &Piece) -> &'static str {
    match piece.side {
        Side::Server => "the server",
        Side::Signer => "the signer",
        Side::Unknown => "the other side",
    }
}

/// Where a piece of evidence differs from what is computed here, and what it says besides.
pub(super) fn contradictions(claimed: &Analysis, piece: &Piece) -> Vec<Finding> {
    let mut out = Vec::new();
    out.extend(gate(piece));
    out.extend(piece.damage.iter().map(|words| {
        let named = Named::remark(
            "evidence-damaged",
            words.clone(),
            "What is quoted cannot be relied on byte for byte.",
            "Take the …Bytes fields of the error, or its raw body.",
        );
        Finding::of(Certainty::Noticed, vec![named])
    }));
    if is_of_another_request(claimed, piece) {
        let named = Named::remark(
            "evidence-of-another-request",
            format!("{} is of another request: host, date and scope are others.", whose(piece)),
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
    if let Some(string) = &piece.string_to_sign {
        out.extend(string_lines(claimed, piece, string));
    }
    // What was changed when it was copied shows nothing of what was signed.
    if let Some(request) = piece.canonical_request.as_ref().filter(|_| piece.consistent() != Some(false)) {
        out.extend(parts(claimed, piece, request));
    }
    out
}

/// What the gate says at which the server stopped.
pub(super) fn gate(piece: &Piece) -> Option<Finding> {
    let gate = piece.gate?;
    let said = piece.message.as_deref().unwrap_or_default();
    let fields = piece
        .fields
        .iter()
        .filter(|(name, _)| !["Resource", "Key", "BucketName", "Details"].contains(&&**name));
    let fields: Vec<String> = fields.map(|(name, value)| format!("{name}: {value}")).collect();
    let mut named = Named::remark(gate.id, gate.means, proves(gate.rung), gate.fix);
    let detail = [&[visible::one_line(said.as_bytes())][..], &fields].concat();
    named.detail = detail.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ");
    named.rank = 3;
    // That signatures differ is no finding: it is the question.
    let certainty =
        if gate.id == "signature-mismatch" { Certainty::Noticed } else { Certainty::Contradicted };
    Some(Finding::of(certainty, vec![named]))
}

/// A string to sign of another scheme: nothing of it can be compared.
fn other_scheme(claimed: &Analysis, piece: &Piece) -> Option<Finding> {
    let string = piece.string_to_sign.as_deref().filter(|string| !is_aws(string))?;
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

fn is_aws(string: &[u8]) -> bool {
    string.starts_with(b"AWS4-")
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n')
}

fn line(text: &[u8], at: usize) -> Option<&[u8]> {
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
            out.push(differs(id, part.name(), piece, other, own, part.rule()));
        }
    }
    out
}

fn differs(id: &'static str, what: &str, piece: &Piece, theirs: &[u8], ours: &[u8], why: &str) -> Finding {
    let text = |bytes: &[u8]| visible::one_line(&redact::line(bytes, Reveal::Nothing));
    let title =
        format!("The {what} differs: {} has `{}`, here it is `{}`.", who(piece), text(theirs), text(ours));
    let fix = match piece.side {
        Side::Server => "Look what changes it between signer and server, or sign what the server sees.",
        Side::Signer | Side::Unknown => "Sign what is sent, by the rules of the service.",
    };
    let mut named = Named::remark(id, title, why, fix);
    named.rank = 2;
    Finding::of(Certainty::Contradicted, vec![named])
}

/// A canonical request cut into its parts.
struct Parts<'a> {
    method: &'a [u8],
    path: &'a [u8],
    query: &'a [u8],
    headers: Vec<(&'a [u8], &'a [u8])>,
    signed: &'a [u8],
    payload: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(text: &'a [u8]) -> Self {
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
fn parts(claimed: &Analysis, piece: &Piece, theirs: &[u8]) -> Vec<Finding> {
    let (ours, theirs) = (Parts::of(claimed.trace.canonical_request()), Parts::of(theirs));
    let mut out = Vec::new();
    let rows = [
        ("evidence-method", Part::Method, theirs.method, ours.method),
        ("evidence-path", Part::Path, theirs.path, ours.path),
        ("evidence-query", Part::Query, theirs.query, ours.query),
        ("evidence-signed-headers", Part::SignedHeaders, theirs.signed, ours.signed),
        ("evidence-payload", Part::Payload, theirs.payload, ours.payload),
    ];
    for (id, part, other, own) in rows.into_iter().filter(|(_, _, other, own)| other != own) {
        out.push(differs(id, part.name(), piece, other, own, part.rule()));
    }
    out.extend(headers(piece, &theirs, &ours));
    out
}

fn headers(piece: &Piece, theirs: &Parts<'_>, ours: &Parts<'_>) -> Vec<Finding> {
    const ABSENT: &[u8] = b"(not there)";
    let value = |list: &[(&[u8], &[u8])], name: &[u8]| {
        list.iter().find(|(other, _)| *other == name).map_or(ABSENT.to_vec(), |(_, value)| value.to_vec())
    };
    let more = ours.headers.iter().filter(|(name, _)| theirs.headers.iter().all(|(other, _)| other != name));
    let names = theirs.headers.iter().chain(more).map(|(name, _)| *name);
    names
        .map(|name| (name, value(&theirs.headers, name), value(&ours.headers, name)))
        .filter(|(_, other, own)| other != own)
        .map(|(name, other, own)| {
            let hidden = |value: Vec<u8>| match redact::is_token(name) && value != ABSENT {
                true => format!("(hidden, {} bytes)", value.len()).into_bytes(),
                false => value,
            };
            let what = format!("{} {}", Part::Header.name(), visible::one_line(name));
            differs("evidence-header", &what, piece, &hidden(other), &hidden(own), Part::Header.rule())
        })
        .collect()
}

/// A text that the received signature is right for, and where it differs from the request here.
pub(super) fn known_text(claimed: &Analysis, piece: &Piece) -> Named {
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

/// Whether a piece is of another request altogether: its date and its host are others.
pub fn is_of_another_request(claimed: &Analysis, piece: &Piece) -> bool {
    let Some(string) = piece.string_to_sign.as_deref().filter(|string| is_aws(string)) else { return false };
    let ours = claimed.trace.string_to_sign();
    let host = |text| lines(text).find(|line| line.starts_with(b"host:")).map(<[u8]>::to_vec);
    let other_host = piece
        .canonical_request
        .as_deref()
        .is_none_or(|text| host(text) != host(claimed.trace.canonical_request()));
    line(string, 1) != line(ours, 1) && line(string, 2) != line(ours, 2) && other_host
}

/// What follows from the strings of all sides together; no secret is needed for it.
pub(super) fn conclusion(claimed: &Analysis, evidence: &[Piece], format: Format) -> Option<Finding> {
    let of = |side: Side| evidence.iter().find(|piece| piece.side == side && piece.string_to_sign.is_some());
    let (server, signer) = (of(Side::Server)?, of(Side::Signer));
    let is_of_ours = [Some(server), signer]
        .into_iter()
        .flatten()
        .all(|piece| piece.string_to_sign.as_deref().is_some_and(is_aws));
    if !is_of_ours
        || is_of_another_request(claimed, server)
        || server.gate.is_some_and(|gate| gate.id != "signature-mismatch")
    {
        return None;
    }
    let ours = claimed.trace.string_to_sign();
    // A request that was rebuilt from the evidence agrees with it: that says nothing.
    let is_own = format != Format::Evidence;
    let is_ours = |piece: &Piece| is_own && piece.string_to_sign.as_deref() == Some(ours);
    let agrees = is_own && claimed.agreement().holds() == Some(true);
    let signer_has = |text: &Option<Vec<u8>>| signer.is_some_and(|signer| signer.string_to_sign == *text);
    let (id, title, why, fix) = match () {
        () if is_ours(server) && agrees => (
            "server-key-differs",
            "Everything is right here: the server has the same string to sign, but another secret for this key id.",
            "The signature is that of the secret at hand; the server's answer can only come from another one.",
            "Check which account and which key the server knows under this id.",
        ),
        () if signer_has(&server.string_to_sign) => (
            "key-is-wrong",
            "The key is wrong: the server has the same string to sign as the signer, so only the key can differ.",
            "What is signed agrees byte for byte; the signature depends on nothing else but the secret.",
            "Check that key id and secret belong together, and that nothing stands around the secret.",
        ),
        () if agrees || signer.is_some_and(is_ours) => (
            "changed-on-the-way",
            "The signer is right: what it signed is what the request on the table says, and the server saw another request.",
            "Signer and table agree byte for byte; what the server has instead was made between the two.",
            "Look at proxies, gateways and middleware: send past them, or have them leave alone what is signed.",
        ),
        () if signer.is_none() && is_ours(server) => (
            "key-is-wrong",
            "The key is wrong: the server has the same string to sign as is computed here. (Or the signer signed another text than what is on the table.)",
            "What the server saw is what is on the table, byte for byte; what the signer signed, only its debug log tells.",
            "Check that key id and secret belong together; then give the signer's debug log as well.",
        ),
        () if signer.is_some() && !signer_has(&server.string_to_sign) => (
            "signer-and-server-differ",
            "Signer and server signed different texts: the lines that differ say where.",
            "The signature covers every byte of the text; one of the two does not follow the rules, or saw another request.",
            "Compare the two line by line; the table's own text is the one by the rules.",
        ),
        () => return None,
    };
    let mut named = Named::remark(id, title, why, fix);
    named.rank = 0;
    Some(Finding::of(Certainty::Contradicted, vec![named]))
}
