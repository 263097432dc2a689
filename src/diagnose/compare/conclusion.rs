//! What follows from two parties' texts and ours: who has another key, who another text.

use super::texts::{Parts, is_of, is_of_another_request};
use crate::analysis::Analysis;
use crate::case::Format;
use crate::diagnose::finding::{Certainty, Finding, Named};
use crate::evidence::{Piece, Side};
use crate::visible;

/// Of how many attempts the texts are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::diagnose) enum Attempts {
    /// All of one, as far as anybody can tell.
    One,
    /// Of several: what differs between them for that alone was made equal.
    Several,
}

/// Whether a change of the request is proven to explain the signature.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::diagnose) enum Explained {
    /// It is: then the key is right.
    Yes,
    /// Not yet.
    No,
}

/// What follows from the texts of all sides together; no secret is needed for it.
///
/// A server that computed another signature has another text or another key than the signer. Only the signer's own text can tell
/// which: that the *table's* text equals the server's says how both read the request, and nothing about what was signed.
pub(in crate::diagnose) fn conclusion(
    claimed: &Analysis,
    evidence: &[Piece],
    format: Format,
    (explained, attempts): (Explained, Attempts),
) -> Option<Finding> {
    let is_whole = |text: &[u8]| text.split(|byte| *byte == b'\n').count() >= 4;
    let of = |side: Side| {
        evidence
            .iter()
            .filter(|piece| piece.side == side && !is_of_another_request(claimed, piece))
            .find(|piece| piece.string_to_sign.as_deref().is_some_and(is_whole))
    };
    let (server, signer) = (of(Side::Server)?, of(Side::Signer));
    let is_of_ours = [Some(server), signer]
        .into_iter()
        .flatten()
        .all(|piece| piece.string_to_sign.as_deref().is_some_and(|string| is_of(claimed, string)));
    if !is_of_ours || explained == Explained::Yes || server.gate.is_some_and(|gate| gate.id != MISMATCH) {
        return None;
    }
    let ours = claimed.trace.string_to_sign();
    // A request that was rebuilt from the evidence agrees with it: that says nothing.
    let is_own = format != Format::Evidence;
    let is_ours = |piece: &Piece| is_own && piece.string_to_sign.as_deref() == Some(ours);
    let agrees = is_own && claimed.agreement().holds() == Some(true);
    let said = match () {
        () if is_ours(server) && agrees => SERVER_KEY_DIFFERS,
        () if signer.is_some_and(|signer| signer.string_to_sign == server.string_to_sign) => match attempts {
            Attempts::One => KEY_IS_WRONG,
            Attempts::Several => SAME_BUT_FOR_THE_DATE,
        },
        () if agrees || signer.is_some_and(is_ours) => CHANGED_ON_THE_WAY,
        () if signer.is_none() && is_ours(server) => READ_AS_SENT,
        () if signer.is_some() => SIGNER_AND_SERVER_DIFFER,
        () => return None,
    };
    Some(said.finding())
}

/// What is said of a request whose signature is right, where a server answered that it is not and quotes no text of its own.
pub(in crate::diagnose) fn refused_though_right(
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
pub(in crate::diagnose) const MISMATCH: &str = "signature-mismatch";

/// What can be said of all sides together.
pub(in crate::diagnose) struct Said {
    pub(in crate::diagnose) id: &'static str,
    certainty: Certainty,
    title: &'static str,
    why: &'static str,
    fix: &'static str,
}

impl Said {
    pub(in crate::diagnose) fn finding(&self) -> Finding {
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

pub(in crate::diagnose) const KEY_IS_WRONG: Said = Said {
    id: "key-is-wrong",
    certainty: Certainty::Contradicted,
    title: "The signer used another secret than the server: both signed the same string.",
    why: "Signer and server quote the same string to sign, byte for byte. The signature depends on nothing else but the key.",
    fix: "Check that key ID and secret belong together, and that the secret has no stray whitespace or quotation marks.",
};

const SAME_BUT_FOR_THE_DATE: Said = Said {
    id: "same-but-for-the-date",
    certainty: Certainty::Noticed,
    title: "Signer and server agree on everything but the date of the attempt.",
    why: "The signer's log and the server's error are of two attempts, and differ in nothing else. If both attempts failed, only the secret is left.",
    fix: "Check that key ID and secret belong together, and that the secret has no stray whitespace or quotation marks.",
};

const CHANGED_ON_THE_WAY: Said = Said {
    id: "changed-on-the-way",
    certainty: Certainty::Contradicted,
    title: "The signer signed the request as it is here; the server saw a different one.",
    why: "The signer's string to sign belongs to the request on the table. The server's string differs, so the request changed between the two.",
    fix: "Look at proxies, gateways and middleware: bypass them, or have them leave what is signed alone.",
};

pub(in crate::diagnose) const READ_AS_SENT: Said = Said {
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
