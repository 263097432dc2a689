//! The parts of a canonical request and of a string to sign, and the rule that each of them follows.

/// What a line of a canonical request or of a string to sign is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Part {
    /// The first line of a canonical request.
    Method,
    /// Its second.
    Path,
    /// Its third.
    Query,
    /// A header that is signed.
    Header,
    /// The empty line behind the headers.
    Blank,
    /// The names of the headers.
    SignedHeaders,
    /// The last line: a hash or a keyword.
    Payload,
    /// The first line of a string to sign.
    Algorithm,
    /// Its second.
    Date,
    /// Its third.
    Scope,
    /// Its fourth: the hash of the canonical request.
    Hash,
    /// What stands further below: the lines of a chunk.
    Chunk,
}

impl Part {
    /// What the line that begins at `start` is.
    pub fn of(text: &[u8], start: usize) -> Self {
        let line = memchr::memchr_iter(b'\n', &text[..start]).count();
        if is_string_to_sign(text) {
            return [Self::Algorithm, Self::Date, Self::Scope, Self::Hash]
                .get(line)
                .copied()
                .unwrap_or(Self::Chunk);
        }
        let below = memchr::memchr_iter(b'\n', &text[start..]).count();
        match (line, below) {
            (0, _) => Self::Method,
            (1, _) => Self::Path,
            (2, _) => Self::Query,
            (_, 0) => Self::Payload,
            (_, 1) => Self::SignedHeaders,
            _ if text[start..].starts_with(b"\n") => Self::Blank,
            _ => Self::Header,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Blank => "empty line",
            Self::SignedHeaders => "list of signed headers",
            Self::Payload => "payload line",
            Self::Algorithm => "algorithm",
            Self::Date => "date",
            Self::Scope => "scope",
            Self::Hash => "hash of the canonical request",
            Self::Chunk => "line of the chunk",
        }
    }

    /// The rule that it follows.
    pub fn rule(self) -> &'static str {
        match self {
            Self::Method => "The method is signed as it stands in the request line.",
            Self::Path => {
                "S3 takes the path encoded once and as it is; every other service normalises it and encodes it again."
            }
            Self::Query => {
                "The query is encoded, then sorted by name and value; a name alone gets its equals sign."
            }
            Self::Header => {
                "A header line is its name in lower case, a colon, and the value trimmed, white space inside collapsed."
            }
            Self::Blank => "One empty line stands between the headers and their list.",
            Self::SignedHeaders => {
                "The list names every signed header in lower case, sorted, joined by semicolons."
            }
            Self::Payload => "The last line is the hash of the body, or the keyword in x-amz-content-sha256.",
            Self::Algorithm => "The first line of the string to sign is the algorithm.",
            Self::Date => "The second line of the string to sign is the date of the request.",
            Self::Scope => "The third line of the string to sign is the scope: day, region and service.",
            Self::Hash => {
                "The fourth line is the hash of the canonical request: where only it differs, the difference is in there."
            }
            Self::Chunk => "A chunk is signed with the signature before it and the hash of its data.",
        }
    }
}

/// Whether a text is a string to sign, or its beginning: an algorithm alone in its line, and below it a date, a scope and a hash, as
/// far as they are there. An `Authorization` header begins with the same word, and goes on in its line.
pub fn is_string_to_sign(text: &[u8]) -> bool {
    const ALGORITHMS: [&[u8]; 2] = [b"-HMAC-", b"-SHA256"];
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let algorithm = lines.next().unwrap_or_default();
    let is_algorithm = ALGORITHMS.iter().any(|mark| memchr::memmem::find(algorithm, mark).is_some())
        && algorithm.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    // A signer may take the date of another header, whose form is that of RFC 822.
    let is_date =
        |line: &[u8]| line.iter().any(u8::is_ascii_digit) && !line.contains(&b'=') && !line.contains(&b'/');
    let is_scope = |line: &[u8]| is_word(line) && line.contains(&b'/');
    let is_hash = |line: &[u8]| line.iter().all(u8::is_ascii_hexdigit);
    is_algorithm
        && lines.next().is_some_and(is_date)
        && lines.next().is_none_or(is_scope)
        && lines.next().is_none_or(is_hash)
}

fn is_word(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_part() {
        let of = |text: &[u8]| -> Vec<Part> {
            let starts = [0].into_iter().chain(memchr::memchr_iter(b'\n', text).map(|at| at + 1));
            starts.map(|start| Part::of(text, start)).collect()
        };
        use Part::{
            Algorithm, Blank, Date, Hash, Header, Method, Path, Payload, Query, Scope, SignedHeaders,
        };
        let request = of(b"GET\n/\n\nhost:h\n\nhost\ne3b0");
        assert_eq!(request, [Method, Path, Query, Header, Blank, SignedHeaders, Payload]);
        assert_eq!(
            of(b"AWS4-HMAC-SHA256\n20260115T093000Z\n20260115/r/s/aws4_request\n00"),
            [Algorithm, Date, Scope, Hash]
        );
    }
    #[test]
    fn a_string_to_sign_has_its_lines_in_order() {
        let string = "AWS4-HMAC-SHA256\n20260115T093000Z\n20260115/r/s/aws4_request\n00ab";
        for (end, _) in string.match_indices('\n').skip(1).chain([(string.len(), "")]) {
            assert!(is_string_to_sign(&string.as_bytes()[..end]), "{end}");
        }
        for other in [
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/eu-w",
            "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/r/s/aws4_request, SignedHeaders=h",
            "AWS4-HMAC-SHA256",
            "AWS4-HMAC-SHA256\nCredential=AKIDEXAMPLE/20260115/r/s/aws4_request",
            "AWS4-HMAC-SHA256\n20260115/r/s/aws4_request\n20260115T093000Z\n00ab",
            "AWS4-HMAC-SHA256\n20260115T093000Z\n00ab\n20260115/r/s/aws4_request",
            "GET\n/\n\nhost:h\n\nhost\nx-HMAC-SHA256",
        ] {
            assert!(!is_string_to_sign(other.as_bytes()), "{other}");
        }
    }
}
