//! Whose text follows, by the words before it: people name the sides of what they paste as `mine` and `theirs`, `actual` and `expected`,
//! `generated locally` and `from the error`.
//!
//! A line that speaks of both sides names neither, and neither does one that speaks of documentation.

use super::Side;
use super::scan::bare;
use crate::canon::payload::is_hex_digest;

/// Words of the side that signed.
const SIGNER: [&str; 36] = [
    "my",
    "mine",
    "our",
    "ours",
    "client",
    "client's",
    "sdk",
    "sdk's",
    "signer",
    "signer's",
    "library",
    "actual",
    "local",
    "locally",
    "generated",
    "debug log",
    "makes",
    "puts",
    "i sign",
    "i signed",
    "i compute",
    "i computed",
    "i generate",
    "i calculate",
    "i build",
    "i create",
    "we sign",
    "we signed",
    "we compute",
    "we computed",
    "we generate",
    "we calculate",
    "we build",
    "we create",
    "we send",
    "i send",
];

/// Words of the side that verified.
const SERVER: [&str; 28] = [
    "server",
    "server's",
    "service",
    "service's",
    "their",
    "theirs",
    "they",
    "expect",
    "expects",
    "expected",
    "wanted",
    "wants",
    "should have been",
    "should be",
    "response",
    "answer",
    "answered",
    "remote",
    "receive",
    "receives",
    "received",
    "from the error",
    "in the error",
    "the error says",
    "the error shows",
    "error message",
    "error body",
    "error response",
];

/// Who verifies, by name: only with a word that says so, for clients and headings have these names as well.
const NAMES: [&str; 12] = [
    "aws",
    "s3",
    "amazon",
    "google",
    "gcs",
    "minio",
    "ceph",
    "cloudflare",
    "r2",
    "api gateway",
    "wasabi",
    "backblaze",
];

/// Words that stand before such a name.
const BEFORE: [&str; 4] = ["from", "by", "at", "of"];

/// Words that stand behind it.
const BEHIND: [&str; 24] = [
    "says",
    "said",
    "say",
    "computes",
    "computed",
    "calculates",
    "calculated",
    "returns",
    "returned",
    "reports",
    "reported",
    "gives",
    "gave",
    "has",
    "had",
    "sees",
    "saw",
    "shows",
    "showed",
    "thinks",
    "side",
    "uses",
    "used",
    "error",
];

/// Words of texts that belong to nobody's request.
const NOBODY: [&str; 10] = [
    "docs",
    "doc",
    "documentation",
    "example",
    "sample",
    "spec",
    "specification",
    "tutorial",
    "test suite",
    "i expected",
];

/// So many lines above a text may say what it is, the nearest first.
const LINES: usize = 3;

/// A longer line is no label: it holds a log.
const LONGEST: usize = 400;

/// Whose text begins in the line at `start`, where the words before it say so; those above `after` belong to another text.
pub(super) fn side_above(lines: &[&str], start: usize, after: usize) -> Side {
    let above = lines
        .get(after.min(start)..start)
        .unwrap_or_default()
        .iter()
        .rev()
        .copied()
        .filter(|line| speaks(line));
    for (place, line) in above.take(LINES).enumerate() {
        // What stands further above is about something else, unless it is a heading.
        if place > 0 && !is_label(line) {
            break;
        }
        match side_in(line) {
            Said::Nothing if is_label(line) => {}
            Said::Nothing | Said::Both => break,
            Said::One(side) => return side,
        }
    }
    Side::Unknown
}

/// Whose text a line announces.
pub(super) fn side_named(line: &str) -> Side {
    match side_in(line) {
        Said::One(side) => side,
        Said::Nothing | Said::Both => Side::Unknown,
    }
}

/// What a line says of sides.
enum Said {
    Nothing,
    One(Side),
    Both,
}

fn side_in(line: &str) -> Said {
    if line.len() > LONGEST {
        return Said::Nothing;
    }
    let sentence = last_sentence(line).to_lowercase().replace('\u{2019}', "'");
    let words: Vec<&str> = sentence
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .filter(|word| !word.is_empty())
        .collect();
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| stands(&words, phrase).is_some());
    let signer = has(&SIGNER);
    let server = has(&SERVER) || !signer && NAMES.iter().any(|name| is_named(&words, name));
    match (server, signer, has(&NOBODY)) {
        (_, _, true) | (true, true, _) => Said::Both,
        (true, false, _) => Said::One(Side::Server),
        (false, true, _) => Said::One(Side::Signer),
        (false, false, _) => Said::Nothing,
    }
}

/// Where the words of a phrase stand among these.
fn stands(words: &[&str], phrase: &str) -> Option<usize> {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    words.windows(phrase.len()).position(|window| window == phrase)
}

fn is_named(words: &[&str], name: &str) -> bool {
    let own = format!("{name}'s");
    if words == ["the", name] || words.join(" ") == name || words.contains(&&*own) {
        return true;
    }
    let Some(at) = stands(words, name) else { return false };
    let next = words.get(at + name.split(' ').count());
    at > 0 && BEFORE.contains(&words[at - 1]) || next.is_some_and(|word| BEHIND.contains(word))
}

/// Whether a line is one of words: no fence of a code block, no hash, no line of signs.
fn speaks(line: &str) -> bool {
    let line = bare(line);
    let is_fence = line.starts_with("```") || line.starts_with("~~~");
    !is_fence && !is_hex_digest(line.as_bytes()) && line.chars().any(char::is_alphabetic)
}

fn is_label(line: &str) -> bool {
    const FEW: usize = 6;
    let line = bare(line);
    line.ends_with([':', '*', '=', '-'])
        || line.starts_with(['#', '*'])
        || line.split_whitespace().count() <= FEW
}

fn last_sentence(line: &str) -> &str {
    let line = bare(line).trim_end_matches(['.', '!', '?', ' ']);
    [". ", "! ", "? "].iter().filter_map(|end| line.rfind(end)).max().map_or(line, |at| &line[at + 2..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_that_people_use_name_the_side() {
        for (line, side) in [
            ("my canonical request:", Side::Signer),
            ("**Mine**", Side::Signer),
            ("What we compute:", Side::Signer),
            ("Actual", Side::Signer),
            ("Generated locally:", Side::Signer),
            ("The AWS SDK generates this one", Side::Signer),
            ("I get SignatureDoesNotMatch. This is the string my code signs:", Side::Signer),
            ("AWS expected:", Side::Server),
            ("### Theirs", Side::Server),
            ("The server says:", Side::Server),
            ("Expected canonical request", Side::Server),
            ("From the error:", Side::Server),
            ("String to sign from AWS:", Side::Server),
            ("Amazon says StringToSign is", Side::Server),
            ("AWS\u{2019}s canonical request", Side::Server),
            ("**AWS:**", Side::Server),
            ("Canonical request for S3:", Side::Unknown),
            ("The server's and mine:", Side::Unknown),
            ("From the docs: AWS says the canonical request should be", Side::Unknown),
            ("This works (curl):", Side::Unknown),
            ("Their server works. Here is one:", Side::Unknown),
            ("", Side::Unknown),
        ] {
            assert_eq!(side_named(line), side, "{line}");
        }
    }

    #[test]
    fn a_heading_names_the_side_of_what_stands_below_its_label() {
        let side = |text: &str| {
            let lines: Vec<&str> = text.lines().collect();
            side_above(&lines, lines.len() - 1, 0)
        };
        assert_eq!(side("## Server\n\nCanonical request:\n\n```http\nGET"), Side::Server);
        assert_eq!(side("AWS expected:\nGET"), Side::Server);
        assert_eq!(
            side("My upload fails since yesterday and nobody knows why\nCanonical request:\nGET"),
            Side::Unknown
        );
    }
}
