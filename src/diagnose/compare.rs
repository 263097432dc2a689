//! What a server or a signer computed, held against what is computed here: conclusions that need no secret.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use super::clock::{self, Whose};
use super::finding::{Certainty, Finding, Named};
use crate::analysis::Analysis;
use crate::case::Format;
use crate::evidence::{Part, Piece, Rung, Side};
use crate::redact::Reveal;
use crate::request::{Request, redact};
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

/// What an error says of the `Authorization` header that arrived, by its hash: a word that is no signature, the beginning of the header
/// here, this header, or another one.
fn arrived(request: &Request, piece: &Piece) -> Option<Finding> {
    let hash = piece.authorization_hash?;
    let is_it = |text: &[u8]| <[u8; 32]>::from(Sha256::digest(text)) == hash;
    let own = request.value(b"authorization").unwrap_or_default();
    if let Some(word) = unsigned_header(&is_it) {
        let title = match word.is_empty() {
            true => {
                "The server received an empty Authorization header, so the request was not signed.".into()
            }
            false => format!(
                "The server received `Authorization: {word}` and nothing more: the request was not signed."
            ),
        };
        return Some(of_arrival(
            Certainty::Contradicted,
            title,
            "The hash in the error is that of these very bytes.",
            "Check which credentials the client uses: a token setting that is empty or wrong often makes it skip AWS signing.",
        ));
    }
    if own.is_empty() {
        return None;
    }
    if is_it(own) {
        return Some(of_arrival(
            Certainty::Noticed,
            "The Authorization header arrived exactly as it is here.".into(),
            "The hash in the error is that of this header.",
            "If something is wrong with it, mend it where it is written: nothing changed it on the way.",
        ));
    }
    // Headers are cut at a space, a comma or a length: every beginning is one hash.
    const LONGEST: usize = 4096;
    let cut = (1..own.len().min(LONGEST)).find(|end| is_it(&own[..*end]));
    Some(match cut {
        Some(end) => of_arrival(
            Certainty::Contradicted,
            format!(
                "The server received only the first {end} of the {} bytes of this Authorization header.",
                own.len()
            ),
            "The hash in the error is that of this beginning.",
            "Look for what cuts the header: a line break in it, a shell, a limit of a proxy.",
        ),
        None => of_arrival(
            Certainty::Contradicted,
            "The server received another Authorization header than the one here.".into(),
            "The hash in the error is not that of this header, nor of a beginning of it.",
            "Look for what rewrites the header on the way, or whether the error belongs to another request.",
        ),
    })
}

fn of_arrival(certainty: Certainty, title: String, why: &str, fix: &str) -> Finding {
    let mut named = Named::remark("authorization-arrived", title, why, fix);
    named.rank = 1;
    Finding::of(certainty, vec![named])
}

/// The header without a signature that has the hash, among those that clients are known to send.
fn unsigned_header(is_it: &dyn Fn(&[u8]) -> bool) -> Option<String> {
    const SCHEMES: [&str; 8] =
        ["", "Bearer", "Basic", "AWS4-HMAC-SHA256", "AWS", "AWS4-ECDSA-P256-SHA256", "Token", "AWS4"];
    const WORDS: [&str; 7] = ["", "undefined", "null", "None", "nil", "false", "[object Object]"];
    let texts = SCHEMES.iter().flat_map(|scheme| {
        WORDS.iter().flat_map(move |word| [format!("{scheme}{word}"), format!("{scheme} {word}")])
    });
    texts.into_iter().find(|text| is_it(text.as_bytes())).map(|text| text.trim().to_owned())
}

/// What was done to a piece of evidence on its way here.
pub(super) fn damage(piece: &Piece) -> Vec<Finding> {
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
pub(super) fn contradictions(claimed: &Analysis, piece: &Piece) -> Vec<Finding> {
    let mut out = damage(piece);
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

/// Another access key id in an error than in the claim: then the server looked up another secret, or the error is not of this request.
pub(super) fn key_id(claimed: &Analysis, ours: &[u8], piece: &Piece) -> Option<Finding> {
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

/// What the server says of itself: the header that arrived, and the gate at which it stopped.
pub(super) fn of_server(request: &Request, piece: &Piece) -> Vec<Finding> {
    let arrived = arrived(request, piece);
    // A gate that asks for the parts of a signature says nothing more of a header that is none.
    let is_told = arrived.as_ref().is_some_and(|finding| finding.certainty == Certainty::Contradicted);
    let gate = gate(piece).filter(|_| !is_told);
    arrived.into_iter().chain(gate).collect()
}

/// What the gate says at which the server stopped.
fn gate(piece: &Piece) -> Option<Finding> {
    let gate = piece.gate?;
    let said = piece.message.as_deref().unwrap_or_default();
    let fields = piece
        .fields
        .iter()
        .filter(|(name, _)| !["Resource", "Key", "BucketName", "Details"].contains(&&**name));
    let fields: Vec<String> = fields.map(|(name, value)| format!("{name}: {value}")).collect();
    let mut named = Named::remark(gate.id, gate.means, gate.rung.proves(), gate.fix);
    let detail = [&[visible::one_line(said.as_bytes())][..], &fields].concat();
    named.detail = detail.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("; ");
    named.rank = 3;
    // Both clocks are known: their distance says more than the message.
    if let Some((signed, now)) = clock::told(piece).filter(|_| gate.rung == Rung::Date) {
        let story = clock::story(signed, now, Whose::Server);
        return Some(Finding::of(Certainty::Contradicted, vec![Named { rank: 3, ..story }, named]));
    }
    // That signatures differ is no finding: it is the question.
    let certainty = if gate.id == MISMATCH { Certainty::Noticed } else { Certainty::Contradicted };
    Some(Finding::of(certainty, vec![named]))
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
fn is_of(claimed: &Analysis, string: &[u8]) -> bool {
    let mark = claimed.scheme.family().map(|family| family.mark());
    mark.is_some_and(|mark| string.starts_with(mark.as_bytes()))
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
    fn of(claimed: &Analysis, piece: &Piece) -> Self {
        let is_right = claimed.agreement().holds() == Some(true);
        let fix = match piece.side {
            Side::Server if is_right => {
                "Look for what changes it between signer and server: the signer is right."
            }
            Side::Server => "Look what changes it between signer and server, or sign what the server sees.",
            Side::Signer | Side::Unknown => "Sign what is sent, by the rules of the service.",
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
pub(super) fn parts(claimed: &Analysis, piece: &Piece, theirs: &[u8]) -> Vec<Finding> {
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
    for (id, part, other, own) in rows.into_iter().filter(|(_, _, other, own)| other != own) {
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
    let Some(string) = piece.string_to_sign.as_deref().filter(|string| is_of(claimed, string)) else {
        return false;
    };
    let ours = claimed.trace.string_to_sign();
    let host = |text| lines(text).find(|line| line.starts_with(b"host:")).map(<[u8]>::to_vec);
    let other_host = piece
        .canonical_request
        .as_deref()
        .is_none_or(|text| host(text) != host(claimed.trace.canonical_request()));
    line(string, 1) != line(ours, 1) && line(string, 2) != line(ours, 2) && other_host
}

/// Whether a change of the request is proven to explain the signature.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Explained {
    /// It is: then the key is right.
    Yes,
    /// Not yet.
    No,
}

/// What follows from the texts of all sides together; no secret is needed for it.
///
/// A server that computed another signature has another text or another key than the signer. Only the signer's own text can tell
/// which: that the *table's* text equals the server's says how both read the request, and nothing about what was signed.
pub(super) fn conclusion(
    claimed: &Analysis,
    evidence: &[Piece],
    format: Format,
    explained: Explained,
) -> Option<Finding> {
    let of = |side: Side| evidence.iter().find(|piece| piece.side == side && piece.string_to_sign.is_some());
    let (server, signer) = (of(Side::Server)?, of(Side::Signer));
    let is_of_ours = [Some(server), signer]
        .into_iter()
        .flatten()
        .all(|piece| piece.string_to_sign.as_deref().is_some_and(|string| is_of(claimed, string)));
    if !is_of_ours
        || explained == Explained::Yes
        || is_of_another_request(claimed, server)
        || server.gate.is_some_and(|gate| gate.id != MISMATCH)
    {
        return None;
    }
    let ours = claimed.trace.string_to_sign();
    // A request that was rebuilt from the evidence agrees with it: that says nothing.
    let is_own = format != Format::Evidence;
    let is_ours = |piece: &Piece| is_own && piece.string_to_sign.as_deref() == Some(ours);
    let agrees = is_own && claimed.agreement().holds() == Some(true);
    let said = match () {
        () if is_ours(server) && agrees => SERVER_KEY_DIFFERS,
        () if signer.is_some_and(|signer| signer.string_to_sign == server.string_to_sign) => KEY_IS_WRONG,
        () if agrees || signer.is_some_and(is_ours) => CHANGED_ON_THE_WAY,
        () if signer.is_none() && is_ours(server) => READ_AS_SENT,
        () if signer.is_some() => SIGNER_AND_SERVER_DIFFER,
        () => return None,
    };
    Some(said.finding())
}

/// What is said of a request whose signature is right, where a server answered that it is not and quotes no text of its own.
pub(super) fn refused_though_right(
    claimed: &Analysis,
    evidence: &[Piece],
    format: Format,
) -> Option<Finding> {
    let is_mismatch = |piece: &&Piece| {
        piece.gate.is_some_and(|gate| gate.id == MISMATCH)
            && piece.string_to_sign.as_deref().is_none_or(|string| !is_of(claimed, string))
    };
    let piece = evidence.iter().find(is_mismatch)?;
    if format == Format::Evidence || claimed.agreement().holds() != Some(true) {
        return None;
    }
    let mut finding = SERVER_SAW_ANOTHER.finding();
    finding.causes[0].detail = told(claimed, piece).join("; ");
    Some(finding)
}

/// What an error without texts still tells of the request that the server saw, held against the one here.
fn told(claimed: &Analysis, piece: &Piece) -> Vec<String> {
    let mut out = Vec::new();
    let mut compare = |what: &str, theirs: &str, ours: &str| {
        let theirs = visible::one_line(theirs.as_bytes());
        out.push(match theirs == ours {
            true => format!("the {what} in the error is the one here"),
            false => format!("the error names the {what} `{theirs}`, here it is `{ours}`"),
        });
    };
    if let (Some(theirs), Some(ours)) = (&piece.signature, &claimed.received) {
        compare("signature", theirs, &visible::one_line(ours));
    }
    let canonical = Parts::of(claimed.trace.canonical_request());
    for (name, value) in &piece.fields {
        if name == "Resource" {
            compare("path", value, &visible::one_line(canonical.path));
        }
    }
    out
}

/// The gate at which signatures are compared: that they differ is no finding, but the question.
pub(super) const MISMATCH: &str = "signature-mismatch";

/// What can be said of all sides together.
pub(super) struct Said {
    pub(super) id: &'static str,
    certainty: Certainty,
    title: &'static str,
    why: &'static str,
    fix: &'static str,
}

impl Said {
    fn finding(&self) -> Finding {
        let mut named = Named::remark(self.id, self.title, self.why, self.fix);
        named.rank = 0;
        Finding::of(self.certainty, vec![named])
    }
}

const SERVER_KEY_DIFFERS: Said = Said {
    id: "server-key-differs",
    certainty: Certainty::Contradicted,
    title: "The server holds a different secret for this key ID.",
    why: "The signature is right for the secret at hand, and the server signed the same string. Only its secret can differ.",
    fix: "Check which account the server looks up this key ID in, and which secret it has for it.",
};

const KEY_IS_WRONG: Said = Said {
    id: "key-is-wrong",
    certainty: Certainty::Contradicted,
    title: "The signer used another secret than the server: both signed the same string.",
    why: "The signer's log and the server's error quote the same string to sign, byte for byte. The signature depends on nothing else but the key.",
    fix: "Check that key ID and secret belong together, and that the secret has no stray whitespace or quotation marks.",
};

const CHANGED_ON_THE_WAY: Said = Said {
    id: "changed-on-the-way",
    certainty: Certainty::Contradicted,
    title: "The signer signed the request as it is here; the server saw a different one.",
    why: "The signer's string to sign belongs to the request on the table. The server's string differs, so the request changed between the two.",
    fix: "Look at proxies, gateways and middleware: bypass them, or have them leave what is signed alone.",
};

pub(super) const READ_AS_SENT: Said = Said {
    id: "read-as-sent",
    certainty: Certainty::Noticed,
    title: "The server read this request exactly as Countersign does, so nothing changed on the way.",
    why: "Both strings to sign are equal, byte for byte. Either the signer signed a different string, or it used another secret. The server's text can't tell which.",
    fix: "Add the signer's debug log with --evidence: its canonical request shows which of the two it is.",
};

const SIGNER_AND_SERVER_DIFFER: Said = Said {
    id: "signer-and-server-differ",
    certainty: Certainty::Contradicted,
    title: "Signer and server signed different strings.",
    why: "The signature covers every byte of the string to sign. One of the two breaks a rule, or saw another request.",
    fix: "Compare the two line by line; Countersign's own text follows the rules of the service.",
};

const SERVER_SAW_ANOTHER: Said = Said {
    id: "server-saw-another-request",
    certainty: Certainty::Contradicted,
    title: "The signer is right: the server saw a different request, or holds a different secret for this key ID.",
    why: "The signature matches this request and this secret. A server that computes another one saw another host, port, path or query, or looked up another secret.",
    fix: "Compare the request as it arrives at the server with this one: a proxy that changes Host or its port, strips a prefix or rewrites the query breaks the signature.",
};
