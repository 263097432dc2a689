//! Strings to sign without their canonical requests: what one says, and where two of them differ.

use super::compare;
use super::finding::{Certainty, Finding, Named};
use super::fragments::{Sides, differs};
use crate::evidence::{Part, Piece, Side, is_string_to_sign};
use crate::visible;

/// What strings to sign say whose canonical requests are not there.
pub(super) fn said(evidence: &[Piece]) -> Vec<Finding> {
    let alone: Vec<(&Piece, Vec<String>)> =
        evidence.iter().filter_map(|piece| Some((piece, lines_of(piece)?))).collect();
    let (pair, sides) = match &alone[..] {
        [one, other] if one.0.side == Side::Server || other.0.side == Side::Signer => {
            ([other, one], sides(one.0, other.0))
        }
        [one, other] => ([one, other], sides(one.0, other.0)),
        _ => return alone.iter().map(|(_, lines)| of_one(lines)).collect(),
    };
    let [signer, server] = pair.map(|(_, lines)| lines);
    let parts = [Part::Algorithm, Part::Date, Part::Scope];
    let mut found: Vec<Finding> = (0..3)
        .filter(|at| signer[*at] != server[*at])
        .map(|at| differs(parts[at].name(), [&signer[at], &server[at]], sides, None))
        .collect();
    if found.is_empty() {
        found.push(of_their_hashes(signer[3] == server[3], sides));
    }
    found
}

/// Whether the texts are those of both sides.
fn sides(one: &Piece, other: &Piece) -> Sides {
    match one.side == other.side || [one, other].iter().any(|piece| piece.side == Side::Unknown) {
        true => Sides::Unknown,
        false => Sides::Known,
    }
}

/// The four lines of a string to sign of Version 4 that stands alone.
fn lines_of(piece: &Piece) -> Option<Vec<String>> {
    let text = piece.string_to_sign.as_deref().filter(|_| piece.canonical_request.is_none())?;
    let lines: Vec<String> = String::from_utf8_lossy(text).lines().map(str::to_owned).collect();
    (lines.len() == 4 && is_string_to_sign(text)).then_some(lines)
}

fn of_one(lines: &[String]) -> Finding {
    let named = Named::remark(
        "string-to-sign-alone",
        "There is a string to sign, but not the canonical request whose hash it ends in.",
        "A hash does not tell what was hashed: only date and scope can be compared.",
        "Bring the canonical request as well: it stands above the string to sign in a debug log, and in the same error.",
    );
    let [date, scope] = [&lines[1], &lines[2]].map(|line| visible::one_line(line.as_bytes()));
    Finding::of(Certainty::Noticed, vec![named.with(format!("date {date}, scope {scope}"))])
}

/// Two strings that agree in algorithm, date and scope.
fn of_their_hashes(are_equal: bool, sides: Sides) -> Finding {
    let (certainty, named) = match (are_equal, sides) {
        (true, Sides::Known) => return compare::KEY_IS_WRONG.finding(),
        (true, Sides::Unknown) => (
            Certainty::Noticed,
            Named::remark(
                "strings-agree",
                "The two strings to sign are the same, byte for byte.",
                "If one is the signer's and the other the server's, they differ only in the key.",
                "Write `client:` or `server:` above each text.",
            ),
        ),
        (false, Sides::Known | Sides::Unknown) => (
            Certainty::Contradicted,
            Named::remark(
                "canonical-requests-differ",
                "Algorithm, date and scope agree; the canonical requests behind the two strings differ.",
                "The last line is the hash of the canonical request. It does not tell what was hashed.",
                "Bring both canonical requests: each stands above its string to sign, in the log and in the error.",
            ),
        ),
    };
    Finding::of(certainty, vec![named])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence;

    const STRING: &str = "AWS4-HMAC-SHA256\n20260115T093000Z\n20260115/eu-west-1/execute-api/aws4_request\n";

    fn found(one: &str, other: &str) -> Vec<String> {
        let fenced = |text: &str| format!("\n```\n{text}\n```\n");
        let text = format!("String to sign from AWS:{}my string to sign:{}", fenced(one), fenced(other));
        let words = |finding: &Finding| format!("{}: {}", finding.causes[0].id, finding.causes[0].detail);
        said(&evidence::read(text.as_bytes()).unwrap()).iter().map(words).collect()
    }

    #[test]
    fn two_strings_are_held_against_each_other_by_their_sides() {
        let [one, other] = ["5d", "6e"].map(|byte| STRING.to_owned() + &byte.repeat(32));
        let elsewhere = one.replace("eu-west-1", "us-east-1");
        assert_eq!(
            found(&one, &elsewhere),
            [
                "texts-differ: the scope is `20260115/us-east-1/execute-api/aws4_request` at the signer, `20260115/eu-west-1/execute-api/aws4_request` at the server"
            ]
        );
        assert_eq!(found(&one, &other), ["canonical-requests-differ: "]);
    }
}
