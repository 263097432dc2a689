//! Evidence without a request: what errors, logs and parts of texts say by themselves.

use super::compare;
use super::finding::{Certainty, Finding, Named};
use super::{Answer, fragments, strings};
use crate::analysis::Session;
use crate::evidence::{self, GATES, Piece, Rung};
use crate::visible;

/// What is said where there is no request.
pub(super) fn said(session: &Session) -> (Answer, Vec<Finding>) {
    let evidence = &session.evidence;
    let mut found: Vec<Finding> =
        evidence.iter().flat_map(|piece| compare::of_server(&session.request, piece)).collect();
    found.extend(evidence.iter().flat_map(compare::damage));
    found.extend(evidence.iter().filter_map(service_as_well));
    found.extend(evidence.iter().filter_map(temporary_key));
    found.extend(evidence.iter().filter_map(of_version_2));
    found.extend(evidence.iter().filter_map(of_shared_key));
    found.extend(strings::said(evidence));
    found.extend(of_several_servers(evidence));
    found.extend(fragments::said(evidence));
    found.sort_by_key(|finding| (finding.certainty, finding.rank()));
    let is_told = found.iter().any(|finding| finding.certainty < Certainty::Noticed);
    (if is_told { Answer::Contradicted } else { Answer::NoSignature }, found)
}

/// A message may name a wrong region and a wrong service at once; its gate is the first of them.
fn service_as_well(piece: &Piece) -> Option<Finding> {
    const ID: &str = "service-wrong";
    let gate = GATES.iter().find(|gate| gate.id == ID)?;
    let says_so =
        piece.message.as_deref().is_some_and(|message| message.contains("scoped to correct service"));
    let is_told = piece.gate.is_some_and(|gate| gate.id == ID);
    (says_so && !is_told).then(|| {
        Finding::of(
            Certainty::Contradicted,
            vec![Named::remark(ID, gate.means, piece.proves(gate), gate.fix)],
        )
    })
}

/// A key id that begins with ASIA belongs to temporary credentials, which need their token.
fn temporary_key(piece: &Piece) -> Option<Finding> {
    let id = piece.access_key_id.as_deref().filter(|id| id.starts_with("ASIA"))?;
    let is_about_the_key = piece.gate.is_some_and(|gate| gate.rung == Rung::Key);
    is_about_the_key.then(|| {
        let named = Named::remark(
            "temporary-key",
            "The key id belongs to temporary credentials: it begins with ASIA.",
            "They are known only together with their session token, and only until they expire.",
            "Send the token that came with the key as x-amz-security-token, or as X-Amz-Security-Token in a presigned URL.",
        )
        .with(visible::one_line(id.as_bytes()));
        Finding::of(Certainty::Contradicted, vec![named])
    })
}

fn lines_of(piece: &Piece) -> Option<Vec<String>> {
    let text = String::from_utf8_lossy(piece.string_to_sign.as_deref()?).into_owned();
    let lines: Vec<String> = text.trim_start_matches('\n').split('\n').map(str::to_owned).collect();
    lines.first().is_some_and(|method| evidence::is_method(method)).then_some(lines)
}

/// A string to sign of Signature Version 2 in S3's form: method, Content-MD5, Content-Type, date, headers, resource.
fn of_version_2(piece: &Piece) -> Option<Finding> {
    let lines = lines_of(piece).filter(|lines| (5..12).contains(&lines.len()))?;
    let shown = |name: &str, place: usize| format!("{name} `{}`", visible::one_line(lines[place].as_bytes()));
    let named = Named::remark(
        "version-2-text",
        "The server's text is a string to sign of Signature Version 2: it has no canonical request.",
        "Its lines are method, Content-MD5, Content-Type, date, x-amz headers and the resource. Most regions and services take Version 4 alone.",
        "Compare these lines with what the client signed; better, set the client's signature version to v4 (s3v4).",
    )
    .with([shown("method", 0), shown("Content-MD5", 1), shown("Content-Type", 2), shown("date", 3)].join(", "));
    Some(Finding::of(Certainty::Contradicted, vec![named]))
}

/// A string to sign of Azure's SharedKey: twelve lines, then x-ms headers, then the resource.
///
/// Source: <https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key>.
fn of_shared_key(piece: &Piece) -> Option<Finding> {
    const NAMES: [(usize, &str); 4] =
        [(3, "Content-Length"), (4, "Content-MD5"), (5, "Content-Type"), (6, "Date")];
    let lines = lines_of(piece)?;
    let is_azure = lines.len() > 12 && lines[12..].iter().any(|line| line.starts_with("x-ms-"));
    is_azure.then(|| {
        let set = NAMES.iter().filter(|(place, _)| !lines[*place].is_empty());
        let set: Vec<String> =
            set.map(|(place, name)| format!("{name} `{}`", visible::one_line(lines[*place].as_bytes()))).collect();
        let named = Named::remark(
            "azure-sharedkey-text",
            "The server's text is a string to sign of Azure's SharedKey: it holds what arrived, line by line.",
            "Each of these headers has to be what was signed. HTTP libraries add a Content-Type of their own behind the signer's back, application/x-www-form-urlencoded above all.",
            "Compare these lines with the signer's; set Content-Type yourself before signing.",
        )
        .with(set.join(", "));
        Finding::of(Certainty::Contradicted, vec![named])
    })
}

/// Errors of several servers are not to be held against each other.
fn of_several_servers(evidence: &[Piece]) -> Option<Finding> {
    let host_id = |piece: &Piece| {
        piece.code.is_some().then(|| (piece.access_key_id.clone(), piece.string_to_sign.is_some()))
    };
    let errors: Vec<_> = evidence.iter().filter_map(host_id).collect();
    let differ = errors.windows(2).any(|pair| pair[0] != pair[1]);
    (errors.len() > 1 && differ).then(|| {
        let named = Named::remark(
            "several-errors",
            format!(
                "The text holds {} errors, of different requests or servers: they are told one by one.",
                errors.len()
            ),
            "Each server answers the request that it got; their texts do not have to agree with each other.",
            "Bring one error together with the request that it answers.",
        );
        Finding::of(Certainty::Noticed, vec![named])
    })
}
