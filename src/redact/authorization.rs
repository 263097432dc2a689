//! What may be shown of an `Authorization` header: what is understood as a signature, and no other word.
//!
//! ```text
//! AWS4-HMAC-SHA256 Credential=AKID/20260115/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00ff
//! AWS AKID:c2lnbmF0dXJl
//! Bearer ••••••
//! ```

use std::ops::Range;

/// Schemes whose name tells nothing else: their words are shown, what follows is not.
const WORDS: [&str; 25] = [
    "AWS",
    "Bearer",
    "Basic",
    "Digest",
    "Negotiate",
    "NTLM",
    "Token",
    "SharedKey",
    "SharedKeyLite",
    "SharedAccessSignature",
    "Signature",
    "OAuth",
    "Hawk",
    "DPoP",
    "HOBA",
    "Mutual",
    "VAPID",
    "ApiKey",
    "Key",
    "GOOG1",
    "OSS",
    "OSS2",
    "COS",
    "SSWS",
    "HMAC",
];

/// The components of a signature of Signature Version 4 and its relatives.
const COMPONENTS: [&[u8]; 4] = [b"Credential", b"SignedHeaders", b"Signature", b"AdditionalHeaders"];

/// A word longer than this names no scheme.
const LONGEST_WORD: usize = 40;

/// An id longer than this is none: AWS allows 128.
const LONGEST_ID: usize = 128;

/// The places of a value that must be hidden, in order: all that is not understood. White space and the marks between are shown.
pub(crate) fn hidden(value: &[u8]) -> Vec<Range<usize>> {
    let start = value.len() - value.trim_ascii_start().len();
    let end = start + value[start..].iter().position(u8::is_ascii_whitespace).unwrap_or(value.len() - start);
    let word = &value[start..end];
    let rest = end..value.trim_ascii_end().len().max(end);
    let mut out = Vec::new();
    match () {
        () if word == b"AWS" => {
            if !is_version_2(value[rest.clone()].trim_ascii()) {
                push_words(&mut out, value, rest);
            }
        }
        () if is_family(word) => components(&mut out, value, rest),
        () if is_word(word) => push_words(&mut out, value, rest),
        // A token alone, without the name of its scheme, is what many interfaces take.
        () => push_words(&mut out, value, start..rest.end),
    }
    out
}

/// The name of the scheme, where the value begins with one that may be shown.
pub(crate) fn scheme(value: &[u8]) -> Option<&[u8]> {
    let word = value.trim_ascii_start().split(u8::is_ascii_whitespace).next()?;
    (is_family(word) || is_word(word)).then_some(word)
}

/// `AWS4-HMAC-SHA256`, and its relatives of other vendors: `GOOG4-RSA-SHA256`, `TC3-HMAC-SHA256`, a hash that there is not.
fn is_family(word: &[u8]) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'-';
    if word.eq_ignore_ascii_case(b"AWS4-HMAC-SHA256") {
        return true;
    }
    let has_form = word.len() <= LONGEST_WORD && word.iter().all(is_name) && word.contains(&b'-');
    has_form && (word.starts_with(b"AWS4-") || memchr::memmem::find(word, b"-SHA").is_some())
}

fn is_word(word: &[u8]) -> bool {
    WORDS.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
}

/// Each word of a range by itself, so that what stands between keeps its form.
fn push_words(out: &mut Vec<Range<usize>>, value: &[u8], range: Range<usize>) {
    let trimmed = trimmed(value, range);
    if !trimmed.is_empty() {
        out.push(trimmed);
    }
}

/// `id:signature`, both as they may be.
fn is_version_2(text: &[u8]) -> bool {
    let Some(colon) = memchr::memchr(b':', text) else { return text.is_empty() };
    is_id(&text[..colon]) && is_signature(&text[colon + 1..])
}

/// `name=value` between commas: those that are known and well formed are shown. That commas are left out, and that a value stands in
/// quotation marks, are mistakes that must be seen.
fn components(out: &mut Vec<Range<usize>>, value: &[u8], range: Range<usize>) {
    let mut at = range.start;
    while at < range.end {
        let end = component_end(value, at..range.end);
        let part = trimmed(value, at..end);
        at = if value.get(end) == Some(&b',') { end + 1 } else { end };
        let equals = memchr::memchr(b'=', &value[part.clone()]).map(|len| part.start + len);
        match equals {
            Some(equals) if COMPONENTS.iter().any(|name| value[part.start..equals].trim_ascii() == *name) => {
                let text = unquoted(value, trimmed(value, equals + 1..part.end));
                let name = value[part.start..equals].trim_ascii();
                if !is_component(name, &value[text.clone()]) {
                    let len = if name == b"Credential" { id_len(&value[text.clone()]) } else { text.len() };
                    push_words(out, value, text.start..text.start + len);
                }
            }
            None if is_header_name(&value[part.clone()]) => {}
            Some(_) | None => push_words(out, value, part),
        }
    }
}

/// Where the component at the begin of a range ends: at a comma, or at white space before the name of another one.
fn component_end(value: &[u8], range: Range<usize>) -> usize {
    let comma = memchr::memchr(b',', &value[range.clone()]).map_or(range.end, |len| range.start + len);
    let is_named = |at: &usize| {
        let rest = &value[*at + 1..comma];
        value[*at].is_ascii_whitespace()
            && COMPONENTS
                .iter()
                .any(|name| rest.strip_prefix(*name).is_some_and(|rest| rest.starts_with(b"=")))
    };
    let begin =
        range.start + value[range.clone()].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    (begin..comma).find(is_named).unwrap_or(comma)
}

/// A range without the quotation marks around it.
fn unquoted(value: &[u8], range: Range<usize>) -> Range<usize> {
    match &value[range.clone()] {
        [b'"', .., b'"'] => range.start + 1..range.end - 1,
        _ => range,
    }
}

/// A name of a header, as it stands in a list of signed ones that was broken at its commas.
fn is_header_name(text: &[u8]) -> bool {
    const NAMES: [&[u8]; 6] =
        [b"host", b"date", b"range", b"content-type", b"content-md5", b"content-length"];
    text.starts_with(b"x-amz-")
        && text.len() < LONGEST_WORD
        && text.iter().all(|byte| byte.is_ascii_lowercase() || b"-0123456789".contains(byte))
        || NAMES.contains(&text)
}

fn is_component(name: &[u8], text: &[u8]) -> bool {
    match name {
        b"Credential" => is_credential(text),
        b"Signature" => is_signature(text),
        _ => text.iter().all(|byte| byte.is_ascii_graphic() && !b"=,\"'/".contains(byte)),
    }
}

/// `id/date/region/service/terminator`, or what of it is there. An id that has the form of a secret is none.
pub(crate) fn is_credential(text: &[u8]) -> bool {
    let id = &text[..before_scope(text)];
    // White space around an id is a mistake that must be seen.
    is_id(id.trim_ascii()) && is_scope(&text[id.len()..]) && !names_a_secret(text)
}

/// Whether a secret stands in the place of the id, be it percent-encoded.
pub(crate) fn names_a_secret(credential: &[u8]) -> bool {
    let id = percent_encoding::percent_decode(&credential[..before_scope(credential)]);
    // In a query a plus is read as a space.
    let id: Vec<u8> = id.map(|byte| if byte == b' ' { b'+' } else { byte }).collect();
    looks_secret(&id)
}

/// How much of a credential is hidden that is not well formed: its id, where the scope behind it is.
fn id_len(text: &[u8]) -> usize {
    let len = before_scope(text);
    if is_scope(&text[len..]) { len } else { text.len() }
}

/// Where the scope begins. Behind more than four slashes the id itself holds some, as a secret does.
fn before_scope(text: &[u8]) -> usize {
    let slashes: Vec<usize> = memchr::memchr_iter(b'/', text).collect();
    match slashes.len() {
        0..=4 => slashes.first().copied().unwrap_or(text.len()),
        many => slashes[many - 4],
    }
}

fn is_scope(text: &[u8]) -> bool {
    text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_./*%{}<>$:".contains(byte))
}

/// Whether a text may be an access key id: that of AWS has letters and digits, those of others may be any word.
fn is_id(text: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.@+=%{}<>$\"'".contains(byte);
    text.len() <= LONGEST_ID && text.iter().all(is_plain) && !looks_secret(text)
}

/// A signature is hex, base64, or what is left of one.
fn is_signature(text: &[u8]) -> bool {
    let is_symbol = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=-_%.{}<>$".contains(byte);
    text.iter().all(is_symbol) && !looks_secret(text)
}

/// Whether a text has the form of AWS's secret access keys: 40 characters of base64 in which letters of both cases and digits are mixed.
/// The hash that is a signature has 28, 44 or 64 characters, or 40 of hex.
pub(crate) fn looks_secret(text: &[u8]) -> bool {
    let is_symbol = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/".contains(byte);
    text.len() == 40
        && text.iter().all(is_symbol)
        && text.iter().any(u8::is_ascii_uppercase)
        && text.iter().any(u8::is_ascii_lowercase)
        && text.iter().any(|byte| byte.is_ascii_digit() || b"+/".contains(byte))
}

/// A range without white space at its ends.
pub(crate) fn trimmed(text: &[u8], range: Range<usize>) -> Range<usize> {
    let inner = &text[range.clone()];
    let start = range.start + (inner.len() - inner.trim_ascii_start().len());
    start..(start + inner.trim_ascii().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: &str) -> String {
        let mut out = value.to_owned();
        for range in hidden(value.as_bytes()).into_iter().rev() {
            out.replace_range(range, "•");
        }
        out
    }

    #[test]
    fn a_signature_is_shown_whole() {
        for value in [
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
            "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/s3/aws4_request,SignedHeaders=host,Signature=3045",
            "AWS AKIAIOSFODNN7EXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg=",
            "AWS4-HMAC-SHA256 Credential=a.b@example.com/20150830/us-east-1/s3/aws4_request, SignedHeaders=host;, Signature=",
            "AWS4-HMAC-SHA512 ",
            "",
        ] {
            assert_eq!(shown(value), value);
        }
    }

    #[test]
    fn every_other_word_is_hidden() {
        for (value, expected) in [
            ("Bearer abc", "Bearer •"),
            ("bearer  abc def ", "bearer  • "),
            ("Basic dXNlcjpwYXNz", "Basic •"),
            ("eyJhbGciOiJIUzI1NiJ9.e30.x", "•"),
            ("Frobnicate abc", "•"),
            ("AWS AKID secret token:abc region:eu-west-1", "AWS •"),
            ("AWS AKID:sec ret", "AWS •"),
            (
                "AWS4-HMAC-SHA256 Credential=AKID/d/r/s/aws4_request, Secret=hush, Signature=00, hush",
                "AWS4-HMAC-SHA256 Credential=AKID/d/r/s/aws4_request, •, Signature=00, •",
            ),
            (
                "AWS4-HMAC-SHA256 Credential=AKID hush/d/r/s/aws4_request, Signature=00",
                "AWS4-HMAC-SHA256 Credential=•/d/r/s/aws4_request, Signature=00",
            ),
        ] {
            assert_eq!(shown(value), expected);
        }
    }

    #[test]
    fn a_secret_in_place_of_an_id_or_a_signature_is_hidden() {
        const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        assert_eq!(
            shown(&format!("AWS4-HMAC-SHA256 Credential={SECRET}/d/r/s/aws4_request, Signature={SECRET}")),
            "AWS4-HMAC-SHA256 Credential=•/d/r/s/aws4_request, Signature=•"
        );
        assert_eq!(shown(&format!("AWS AKID:{SECRET}")), "AWS •");
    }

    #[test]
    fn only_the_name_of_a_known_scheme_is_told() {
        assert_eq!(scheme(b" bearer x"), Some(&b"bearer"[..]));
        assert_eq!(scheme(b"AWS4-HMAC-SHA512 x"), Some(&b"AWS4-HMAC-SHA512"[..]));
        assert_eq!((scheme(b"hunter2"), scheme(b"AWS4-HMAC=SHA"), scheme(b"")), (None, None, None));
    }
}
