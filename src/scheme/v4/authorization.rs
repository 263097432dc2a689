//! The `Authorization` header: `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`.
//!
//! Components stand in any order, with or without spaces after the commas; of a component given twice the last one
//! counts, as at AWS. Messages that AWS is known to answer stand beside ours.

use std::ops::Range;

use crate::redact::trimmed;
use crate::request::{Part, Request, Span};
use crate::scheme::claim::{ClaimDate, ClaimErrorKind};
use crate::scheme::names::List;
use crate::scheme::{Claim, ClaimError, Family, HeaderSyntax, Placement};

use super::{credential, unknown_algorithm};
use crate::time::{DateForm, Timestamp};

/// Reads the claim in the first `Authorization` header, or what the family has for it; `None` when there is none or it names another
/// scheme.
pub fn read(request: &Request, family: &Family) -> Option<Result<Claim, ClaimError>> {
    let (index, header) = request.header(family.syntax.header.as_bytes())?;
    let text = &header.value;
    let start = text.iter().position(|b| !b.is_ascii_whitespace())?;
    let end = text[start..].iter().position(u8::is_ascii_whitespace).map_or(text.len(), |len| start + len);
    let algorithm = &text[start..end];
    let lacks = |name: &str| request.header(name.as_bytes()).is_none();
    if algorithm != family.algorithm.as_bytes() || family.syntax.beside.is_some_and(lacks) {
        return None;
    }
    let reader = Reader { request, text, index };
    Some(
        reader
            .components(family.syntax, end)
            .and_then(|components| reader.claim(family, start..end, &components)),
    )
}

struct Reader<'a> {
    request: &'a Request,
    text: &'a [u8],
    index: usize,
}

#[derive(Default)]
struct Components {
    credential: Option<Range<usize>>,
    signed_headers: Option<Range<usize>>,
    signature: Option<Range<usize>>,
}

impl Reader<'_> {
    fn components(&self, syntax: &HeaderSyntax, from: usize) -> Result<Components, ClaimError> {
        let mut found = Components::default();
        let mut at = from;
        while at < self.text.len() {
            let end = memchr::memchr(b',', &self.text[at..]).map_or(self.text.len(), |len| at + len);
            let range = trimmed(self.text, at..end);
            at = end + 1;
            if range.is_empty() {
                continue;
            }
            let Some(equals) = memchr::memchr(b'=', &self.text[range.clone()]) else {
                return Err(self.no_equals(range));
            };
            let (name, value) = (range.start..range.start + equals, range.start + equals + 1..range.end);
            match &self.text[name] {
                name if name == syntax.credential.as_bytes() => found.credential = Some(value),
                name if name == syntax.list.as_bytes() => found.signed_headers = Some(value),
                b"Signature" => found.signature = Some(value),
                _ => {}
            }
        }
        Ok(found)
    }

    fn claim(
        &self,
        family: &Family,
        algorithm: Range<usize>,
        found: &Components,
    ) -> Result<Claim, ClaimError> {
        let syntax = family.syntax;
        let credential = found.credential.clone().ok_or_else(|| self.missing(syntax.credential))?;
        let signature = found.signature.clone().ok_or_else(|| self.missing("Signature"))?;
        let signed = match (&found.signed_headers, syntax.listing) {
            (Some(signed), _) => Some(signed.clone()),
            (None, List::OfMore) => None,
            (None, List::Required) => return Err(self.missing(syntax.list)),
        };
        let (access_key_id, scope) =
            credential::read(self.request, family, Placement::Header, self.span(credential), |span| {
                place(span.start as usize)
            })?;
        let names = signed.map(|signed| {
            credential::split(self.request, Placement::Header, self.span(signed), b';').into_vec()
        });
        let region_set = family.region_set_header.and_then(|name| header_value(self.request, name));
        Ok(Claim {
            placement: Placement::Header,
            algorithm: self.span(algorithm),
            access_key_id: Some(access_key_id),
            scope,
            signed_headers: names.unwrap_or_default(),
            signature: self.span(signature),
            date: date_of(self.request, family),
            expires: None,
            region_set,
            policy: None,
        })
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(Part::HeaderValue(self.index as u32), range)
    }

    fn error(
        &self,
        kind: ClaimErrorKind,
        expected: &'static str,
        found: String,
        range: Range<usize>,
    ) -> ClaimError {
        let place = place(range.start);
        ClaimError { kind, expected: expected.into(), found, place, span: Some(self.span(range)), aws: None }
    }

    fn no_equals(&self, range: Range<usize>) -> ClaimError {
        let part = lossy(&self.text[range.clone()]);
        let aws = format!(
            "'{part}' not a valid key=value pair (missing equal-sign) in Authorization header: '{}'.",
            lossy(self.text.trim_ascii())
        );
        let error = self.error(ClaimErrorKind::Malformed, "`name=value`", format!("`{part}`"), range);
        ClaimError { aws: Some(aws), ..error }
    }

    fn missing(&self, name: &'static str) -> ClaimError {
        let aws = format!("Authorization header requires '{name}' parameter.");
        let end = self.text.len();
        let error = self.error(ClaimErrorKind::Malformed, "", "none".into(), end..end);
        let expected = format!("a `{name}=` component");
        ClaimError { expected, aws: Some(aws), place: "the Authorization header".into(), ..error }
    }
}

/// Why no scheme reads the `Authorization` header, though it names one of Amazon's.
pub(super) fn unread(request: &Request) -> Option<ClaimError> {
    let (index, header) = request.header(b"authorization")?;
    let range = trimmed(&header.value, 0..header.value.len());
    let len = header.value[range.clone()].iter().position(u8::is_ascii_whitespace).unwrap_or(range.len());
    let range = range.start..range.start + len;
    let found = &header.value[range.clone()];
    let span = Span::new(Part::HeaderValue(index as u32), range.clone());
    let aws = || format!("Unsupported AWS 'algorithm': '{}'.", lossy(found));
    found.starts_with(b"AWS4").then(|| unknown_algorithm(found, place(range.start), span, Some(aws())))
}

/// The date that is signed: the scheme's own header, else `Date`.
pub(crate) fn date_of(request: &Request, family: &Family) -> Option<ClaimDate> {
    let own = header_value(request, family.date_header);
    // Only where the form is that of AWS, `Date` stands for it.
    let other = || header_value(request, "date").filter(|_| family.dates.form == DateForm::Basic);
    let span = own.or_else(other)?;
    // The scheme's own header has one form; `Date` may have any.
    let fits = |form| form == family.dates.form || own.is_none();
    let instant = Timestamp::parse(request.at(span)).ok().filter(|(_, form)| fits(*form));
    Some(ClaimDate { span, instant })
}

/// Where in the header, in words.
fn place(byte: usize) -> String {
    format!("the Authorization header, byte {}", byte + 1)
}

/// The value of a header, without white space at its ends.
pub(crate) fn header_value(request: &Request, name: &str) -> Option<Span> {
    let (index, header) = request.header(name.as_bytes())?;
    let range = trimmed(&header.value, 0..header.value.len());
    Some(Span::new(Part::HeaderValue(index as u32), range))
}

pub(super) fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Header;
    use crate::scheme::AWS4;

    fn claim(value: &str) -> (Request, Option<Result<Claim, ClaimError>>) {
        let headers =
            vec![Header::new("X-Amz-Date", "20150830T123600Z"), Header::new("authorization", value)];
        let request = Request { headers, ..Request::default() };
        let claim = read(&request, AWS4.0);
        (request, claim)
    }

    fn error(value: &str) -> ClaimError {
        claim(value).1.unwrap().unwrap_err()
    }

    #[test]
    fn reads_every_part_and_where_it_stood() {
        for separator in [", ", ",", " ,\r\n\t"] {
            let parts = [
                "AWS4-HMAC-SHA256 Credential=AK/20150830/eu/iam/aws4_request",
                "SignedHeaders=host;x-a",
                "Signature=ab",
            ];
            let (request, found) = claim(&parts.join(separator));
            let claim = found.unwrap().unwrap();
            let text = |span| claim.string(&request, span);
            assert_eq!(text(claim.access_key_id.unwrap()), "AK");
            assert_eq!(text(claim.scope.unwrap().whole), "20150830/eu/iam/aws4_request");
            assert_eq!(text(claim.scope.unwrap().region.unwrap()), "eu");
            assert_eq!(
                claim.signed_headers.iter().map(|span| text(*span)).collect::<Vec<_>>(),
                ["host", "x-a"]
            );
            assert_eq!(text(claim.signature), "ab");
            assert_eq!(claim.date.unwrap().instant.unwrap().0.unix(), 1_440_938_160);
        }
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let short = error(
            "AWS4-HMAC-SHA256 Credential=AK/20150830/iam/aws4_request, SignedHeaders=host, Signature=a",
        );
        assert_eq!(short.kind, ClaimErrorKind::Scope);
        assert_eq!(
            short.to_string(),
            "expected a Credential of 5 parts, `keyid/date/region/service/aws4_request`, but found 4 in \
             `AK/20150830/iam/aws4_request` in the Authorization header, byte 29"
        );
        assert!(short.aws.unwrap().ends_with("got 'AK/20150830/iam/aws4_request'"));
        let spaced = error("AWS4-HMAC-SHA256 Credential= AK, Signature=a, SignedHeaders=b");
        assert!(spaced.to_string().contains("expected a Credential of 5 parts"));
        assert!(
            error("AWS4-HMAC-SHA256 Credential=a, b")
                .aws
                .unwrap()
                .starts_with("'b' not a valid key=value pair")
        );
        assert!(error("AWS4-HMAC-SHA256 Credential=a/b/c/d/e").to_string().contains("`Signature=`"));
        let headers = vec![Header::new("Authorization", " AWS4-HMAC-SHA512 x")];
        let unknown = unread(&Request { headers, ..Request::default() }).unwrap();
        assert_eq!(unknown.kind, ClaimErrorKind::Algorithm);
        assert!(
            unknown.to_string().ends_with("but found `AWS4-HMAC-SHA512` in the Authorization header, byte 2")
        );
    }

    #[test]
    fn other_schemes_are_not_ours() {
        assert!(claim("Bearer abc").1.is_none());
        assert!(claim("").1.is_none());
    }
}
