//! Families that are made of the words in a request or a command, because no table can hold them all.
//!
//! curl's `--aws-sigv4 provider1:provider2` signs under the names of any two words: `XXX4-HMAC-SHA256`, `x-yyy-date`, `xxx4_request`
//! (<https://curl.se/libcurl/c/CURLOPT_AWS_SIGV4.html>). Escher lets whoever uses it choose the prefix of its algorithm and that of its
//! headers (<https://escherauth.io>). What is made stays until the program ends, so there are few of them, and their words are short.

use std::sync::{PoisonError, RwLock};

use super::names::HeaderSyntax;
use super::table::{AWS4, EMS};
use super::v4::V4;
use super::{Claim, ClaimError, Family, Scheme};
use crate::request::Request;
use crate::service::relatives;

/// So many families are made at most.
const MOST: usize = 32;

/// The longest word that a family is made of.
const LONGEST: usize = 16;

static MADE: RwLock<Vec<&'static V4>> = RwLock::new(Vec::new());

/// Every family that was made so far.
pub(super) fn all() -> Vec<&'static V4> {
    MADE.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The family of this algorithm that was made last.
pub(super) fn named(name: &str) -> Option<&'static V4> {
    all().into_iter().rev().find(|made| made.0.algorithm == name)
}

/// The claim of a family that the request itself names.
pub(super) fn claim(request: &Request) -> Option<(&'static dyn Scheme, Result<Claim, ClaimError>)> {
    let made = of_authorization(request).or_else(|| of_escher(request))?;
    Some((made as &dyn Scheme, made.claim(request)?))
}

/// The family by whose algorithm a string to sign begins.
pub(super) fn of_algorithm(algorithm: &str) -> Option<&'static V4> {
    named(algorithm).or_else(|| {
        let provider = algorithm.strip_suffix(ENDS_IN)?;
        of_words(provider, provider)
    })
}

/// How the algorithms end that curl makes.
const ENDS_IN: &str = "4-HMAC-SHA256";

/// Whether headers of this word are those of a maker with an algorithm of its own: another one beside them is a fault.
fn is_taken(headers: &str) -> bool {
    ["amz", "goog"].iter().any(|own| headers.eq_ignore_ascii_case(own))
}

/// The family that curl makes of two words: the first names algorithm, key and scope, the second the headers.
pub fn of_words(provider: &str, headers: &str) -> Option<&'static V4> {
    if !(is_word(provider) && is_word(headers)) || is_taken(headers) {
        return None;
    }
    let upper = provider.to_ascii_uppercase();
    let algorithm = format!("{upper}{ENDS_IN}");
    let header = format!("X-{}-", capitalised(headers));
    kept(&algorithm, &header, || Family {
        algorithm: leak(algorithm.clone()),
        key_prefix: leak(format!("{upper}4")),
        terminator: leak(format!("{}4_request", provider.to_ascii_lowercase())),
        date_header: leak(format!("{header}Date")),
        token_header: leak(format!("{header}Security-Token")),
        content_header: leak(format!("{header}Content-Sha256")),
        header_prefix: leak(header.to_ascii_lowercase()),
        query_prefix: leak(header.clone()),
        rules: Some(&relatives::NAMED_BY_WORDS),
        ..*AWS4.0
    })
}

/// The family that the `Authorization` header of a request names, and that of its headers whose name ends in `-date`.
fn of_authorization(request: &Request) -> Option<&'static V4> {
    let value = request.value(b"authorization")?;
    let provider = std::str::from_utf8(first_word(value)).ok()?.strip_suffix(ENDS_IN)?;
    if provider.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let between = |name: &[u8]| between(name, "x-", "-date");
    let headers = request.sent().find_map(|(_, header)| between(&header.name));
    of_words(provider, &headers.unwrap_or_else(|| provider.to_owned()))
}

/// The family that Escher signed with, by the header or the parameters that the request has.
fn of_escher(request: &Request) -> Option<&'static V4> {
    let header = request.sent().find_map(|(_, header)| {
        Some((between(&header.name, "x-", "-auth")?, first_word(&header.value).to_vec()))
    });
    let (vendor, algorithm) = header.or_else(|| {
        let name = |pair: &crate::request::Pair| request.target[pair.name.clone()].to_vec();
        request.target.contains(&b'?').then_some(())?;
        request.target().pairs(&request.target).find_map(|pair| {
            let value = request.target[pair.value.clone()?].to_vec();
            let vendor = between(&name(&pair), "x-", "-algorithm")?;
            // Escher's own parameter: others of these names have one without the s.
            request.pair(format!("x-{vendor}-credentials").as_bytes())?;
            Some((vendor, value))
        })
    })?;
    let algorithm = std::str::from_utf8(&algorithm).ok()?;
    with_prefix(algorithm.strip_suffix("-HMAC-SHA256")?, &vendor)
}

/// Escher with a prefix and a vendor's name.
fn with_prefix(prefix: &str, vendor: &str) -> Option<&'static V4> {
    if !(is_word(prefix) && is_word(vendor)) || is_taken(vendor) {
        return None;
    }
    let header = format!("X-{}-", capitalised(vendor));
    let algorithm = format!("{prefix}-HMAC-SHA256");
    kept(&algorithm, &header, || Family {
        algorithm: leak(algorithm.clone()),
        key_prefix: leak(prefix.to_owned()),
        syntax: Box::leak(Box::new(HeaderSyntax { header: leak(format!("{header}Auth")), ..*EMS.0.syntax })),
        required: Box::leak(Box::new(["host", leak(format!("{header}Date").to_ascii_lowercase())])),
        date_header: leak(format!("{header}Date")),
        token_header: leak(format!("{header}Security-Token")),
        content_header: leak(format!("{header}Content-Sha256")),
        header_prefix: leak(header.to_ascii_lowercase()),
        query_prefix: leak(header.clone()),
        ..*EMS.0
    })
}

/// The family of this algorithm with these headers: one that was made before, else a new one, while there is room.
fn kept(algorithm: &str, header: &str, make: impl FnOnce() -> Family) -> Option<&'static V4> {
    let mut all = MADE.write().unwrap_or_else(PoisonError::into_inner);
    let is = |made: &&&V4| made.0.algorithm == algorithm && made.0.query_prefix == header;
    match all.iter().find(is) {
        Some(made) => Some(made),
        None if all.len() < MOST => {
            let made: &'static V4 = Box::leak(Box::new(V4(Box::leak(Box::new(make())))));
            all.push(made);
            Some(made)
        }
        None => None,
    }
}

fn is_word(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn capitalised(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let (first, rest) = lower.split_at(1);
    first.to_ascii_uppercase() + rest
}

fn first_word(value: &[u8]) -> &[u8] {
    value.split(u8::is_ascii_whitespace).find(|word| !word.is_empty()).unwrap_or_default()
}

/// What stands between the begin and the end of a name, in lower case.
fn between(name: &[u8], begin: &str, end: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    let word = lower.strip_prefix(begin.as_bytes())?.strip_suffix(end.as_bytes())?;
    String::from_utf8(word.to_vec()).ok().filter(|word| is_word(word))
}

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_words_make_one_family_and_absurd_ones_none() {
        let made = of_words("abc", "xyz").unwrap();
        let family = made.0;
        assert_eq!((family.algorithm, family.key_prefix), ("ABC4-HMAC-SHA256", "ABC4"));
        assert_eq!((family.terminator, family.date_header), ("abc4_request", "X-Xyz-Date"));
        assert!(std::ptr::eq(made, of_words("ABC", "XYZ").unwrap()));
        assert!(std::ptr::eq(made, named("ABC4-HMAC-SHA256").unwrap()));
        for absurd in ["", "a b", "a-b", "\u{e9}", "seventeenletters1"] {
            assert!(of_words(absurd, "xyz").is_none() && of_words("abc", absurd).is_none(), "{absurd}");
        }
    }
}
