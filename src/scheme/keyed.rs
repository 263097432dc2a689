//! Schemes that sign a text of the request with an HMAC under a secret that both sides share, and name no key: webhooks. One engine
//! over rows.

use super::claim::ClaimErrorKind;
use super::{Basis, Claim, ClaimError, Input, Memo, Placement, Scheme, Worked};
use crate::canon::payload;
use crate::frames::pass::{Pass, Transfer};
use crate::frames::transfer::Unframer;
use crate::request::{Header, Part, Request, Span};
use crate::scheme::checks::{Found, KeyKnown, Presented, compared, failed, not_reached, passed, passed_with};
use crate::scheme::sign::Instructions;
use crate::scheme::v4::authorization::header_value;
use crate::service;
use crate::signature::Agreement;
use crate::signature::check::{CheckId, Headline};
use crate::signature::mac::{Hash, Signing};
use crate::trace::{Origin, Rule, Rules, Section, StageKind, Texts, Trace, Traced};

/// A scheme of this kind: its signature is the HMAC of the body as it was sent, in lower-case hex.
pub struct Keyed(pub &'static Row);

/// What tells one from another.
#[derive(Debug)]
pub struct Row {
    /// The name of the header that holds the signature, as it is sent. It is the scheme's name as well.
    pub header: &'static str,
    /// What stands in it before the signature.
    pub prefix: &'static str,
    /// How the body is signed.
    pub signing: Signing,
    /// Whose it is.
    pub title: &'static str,
    /// Where its rules stand.
    pub link: &'static str,
}

impl Scheme for Keyed {
    fn name(&self) -> &'static str {
        self.0.header
    }

    fn keyed(&self) -> Option<&'static Row> {
        Some(self.0)
    }

    fn names(&self) -> Vec<String> {
        vec![self.0.header.into()]
    }

    fn direct(&self, _: &Request) -> Option<Signing> {
        Some(self.0.signing)
    }

    fn claim(&self, request: &Request) -> Option<Result<Claim, ClaimError>> {
        let value = header_value(request, self.0.header)?;
        let text = request.at(value);
        let Some(signature) = text.strip_prefix(self.0.prefix.as_bytes()) else {
            // Bitbucket writes a SHA-256 into the header that is SHA-1's elsewhere.
            let is_of_another = self.0.signing.hash == Hash::Sha1 && text.starts_with(b"sha256=");
            if is_of_another {
                return None;
            }
            return Some(Err(self.without_prefix(request, value)));
        };
        let start = value.end - signature.len() as u32;
        let algorithm = Span { end: value.start + self.0.prefix.len() as u32, ..value };
        Some(Ok(Claim {
            placement: Placement::Header,
            algorithm,
            access_key_id: None,
            scope: None,
            signed_headers: Vec::new(),
            signature: Span { start, ..value },
            date: None,
            expires: None,
            region_set: None,
            policy: None,
        }))
    }

    fn work<'a>(&'static self, input: Input<'a>, _: &mut Memo, trace: &mut Trace) -> Worked<'a> {
        self.write(input, trace);
        let agreement = Agreement::of(trace.signature(), input.received);
        Worked::by_basis(basis(), agreement)
    }

    fn makes(&self, id: CheckId) -> bool {
        // Neither date nor header is signed, and no hash of the body is sent beside it.
        [CheckId::Claim, CheckId::Algorithm, CheckId::Key, CheckId::Signature].contains(&id)
    }

    fn check(&self, id: CheckId, presented: &Presented<'_>, claim: &Claim) -> Option<Found> {
        Some(match id {
            CheckId::Claim => passed_with(presented, || {
                format!("the header {} holds a signature behind {}", self.0.header, self.0.prefix)
            }),
            CheckId::Algorithm => passed_with(presented, || {
                let Signing { hash, encoding } = self.0.signing;
                format!("{}: {} of the body, in {}", self.0.title, hash.name(), encoding.name())
            }),
            CheckId::Key => self.key(presented),
            CheckId::Signature => self.signature(presented, claim),
            CheckId::Date
            | CheckId::Scope
            | CheckId::SignedHeaders
            | CheckId::Payload
            | CheckId::Policy
            | CheckId::Framing
            | CheckId::Chunks
            | CheckId::Checksum => return None,
        })
    }

    fn check_date(&self, _: &Presented<'_>) -> Found {
        passed("no date is signed")
    }

    fn instructions(&'static self, _: Input<'_>, _: &str, signature: &[u8]) -> Instructions {
        let value = [self.0.prefix.as_bytes(), signature].concat();
        Instructions { headers: vec![Header::new(self.0.header, value)], ..Instructions::default() }
    }

    fn strip(&self, request: &mut Request) {
        request.headers.retain(|header| !header.is(self.0.header.as_bytes()));
    }
}

impl Keyed {
    fn without_prefix(&self, request: &Request, value: Span) -> ClaimError {
        ClaimError {
            kind: ClaimErrorKind::Malformed,
            expected: format!("`{}` and a signature behind it", self.0.prefix),
            found: self.beginning(request, value),
            place: format!("the header {}", self.0.header),
            span: Some(value),
            aws: None,
        }
    }

    /// What stands there instead, as far as it may be shown: another prefix, or the digits alone.
    fn beginning(&self, request: &Request, value: Span) -> String {
        let text = request.at(value);
        let word = text.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        match (text, &text[..word]) {
            ([], _) => "nothing".into(),
            (_, _) if payload::is_hex_digest(text) => "64 hex digits alone".into(),
            (_, word @ ([b's' | b'S', ..] | [b'v' | b'V', ..])) if (2..=8).contains(&word.len()) => {
                format!("`{}…`", String::from_utf8_lossy(word))
            }
            (_, _) => format!("{} characters that begin otherwise", text.len()),
        }
    }

    /// No key is named: whatever secret is at hand is the one.
    fn key(&self, presented: &Presented<'_>) -> Found {
        match &presented.situation.credentials {
            Some(key) => {
                passed_with(presented, || format!("no key is named; the secret is from {}", key.source))
            }
            None => failed(format!("expected the secret of the {}, but none is at hand", self.0.title), "")
                .headed(Headline::SecretMissing),
        }
    }

    fn signature(&self, presented: &Presented<'_>, claim: &Claim) -> Found {
        if presented.worked.agreement == Agreement::Unknown && presented.key == KeyKnown::Yes {
            return not_reached("the body, which is signed, is not at hand");
        }
        compared(presented, claim, || format!(" in the header {}", self.0.header))
    }

    /// The text that is signed, which is the content of the body, and with a secret the signature.
    fn write(&self, input: Input<'_>, trace: &mut Trace) {
        let mut texts = Texts::of(trace);
        let Some(rope) = input.request.body.rope() else { return texts.end() };
        write_content(texts.next(StageKind::StringToSign, "signed text"), input.request, &rope.to_cow());
        let Some(key) = &input.situation.credentials else { return texts.end() };
        let signature = self.0.signing.sign(key.secret.expose(), texts.last());
        let out = texts.next(StageKind::Signature, "signature");
        out.put(Origin::Stage(StageKind::StringToSign), Rule::Keyed.into(), signature.as_bytes());
        texts.end();
    }
}

/// The body without the frames of its transfer, which the next hop may take off or put on.
fn write_content(out: &mut Traced, request: &Request, body: &[u8]) {
    let mut put = |range: std::ops::Range<usize>| {
        let origin = Origin::Request(Span::new(Part::Body, range.clone()));
        out.put(origin, Rules::NONE, &body[range]);
    };
    if Pass::of(request).transfer == Transfer::Plain {
        put(0..body.len());
        return out.ends(Section::Body);
    }
    // Each piece of content is a slice of the body.
    let mut place = |piece: &[u8]| {
        let start = piece.as_ptr() as usize - body.as_ptr() as usize;
        put(start..start + piece.len());
    };
    // What is no frame ends the content.
    let _ = Unframer::default().feed(body, &mut place);
    out.ends(Section::Body);
}

/// Nothing but the body is signed.
fn basis() -> Basis {
    let rules = service::of_name(b"");
    Basis {
        placement: Placement::Header,
        rules,
        dialect: rules.dialect(),
        timestamp: None,
        region: None,
        service: None,
        is_pending: false,
    }
}

#[cfg(test)]
mod tests;
