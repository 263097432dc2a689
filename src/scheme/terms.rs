//! The terms of one signature: everything a trace needs beside the request, each with its origin.
//!
//! Signing and verifying share one engine; they differ in where the terms come from, a plan or a claim.

use std::borrow::Cow;

use super::{Dialect, Family};
use crate::canon::headers::Signed;
use crate::canon::payload::Payload;
use crate::trace::{Origin, Rules, Traced};

/// What is signed, and under which reading of the rules.
#[derive(Clone)]
pub struct Terms<'a> {
    /// The scheme's names.
    pub family: &'static Family,
    /// The reading of the rules.
    pub dialect: Dialect,
    /// The date and time in the string to sign.
    pub timestamp: Term<'a>,
    /// The credential scope.
    pub scope: Scope<'a>,
    /// The signed headers, in the order of the request or the claim.
    pub signed: Vec<Signed<'a>>,
    /// The last line of the canonical request.
    pub payload: Payload<'a>,
    /// Headers that signing adds to the request, or sets anew, without `Authorization`.
    pub added: Vec<Added>,
}

/// A header that the signer adds. One of them may hold the session token, so there is no `Debug`.
#[derive(Clone, Eq, PartialEq)]
pub struct Added {
    /// Its name, as it is sent.
    pub name: &'static str,
    /// Its value.
    pub value: Vec<u8>,
    /// Where the value came from.
    pub origin: Origin,
}

/// A text and where it came from.
#[derive(Clone, Debug)]
pub struct Term<'a> {
    /// The text.
    pub text: Cow<'a, [u8]>,
    /// Its origin.
    pub origin: Origin,
    /// What was done to it.
    pub rules: Rules,
}

/// The credential scope.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    /// The day, `20150830`.
    pub date: Term<'a>,
    /// The region, for schemes that name it.
    pub region: Option<Term<'a>>,
    /// The service.
    pub service: Term<'a>,
    /// `aws4_request`.
    pub terminator: Term<'a>,
}

impl<'a> Term<'a> {
    /// A borrowed text.
    pub fn new(text: &'a [u8], origin: Origin) -> Self {
        Self { text: Cow::Borrowed(text), origin, rules: Rules::NONE }
    }

    /// A text of its own.
    pub fn owned(text: Vec<u8>, origin: Origin) -> Self {
        Self { text: Cow::Owned(text), origin, rules: Rules::NONE }
    }

    /// The same with rules.
    #[must_use]
    pub fn by(self, rules: impl Into<Rules>) -> Self {
        Self { rules: rules.into(), ..self }
    }

    pub(crate) fn write(&self, out: &mut Traced) {
        out.put(self.origin, self.rules, &self.text);
    }

    /// The text for messages.
    pub fn string(&self) -> String {
        String::from_utf8_lossy(&self.text).into_owned()
    }
}

impl Scope<'_> {
    fn parts(&self) -> impl Iterator<Item = &Term<'_>> {
        [Some(&self.date), self.region.as_ref(), Some(&self.service), Some(&self.terminator)]
            .into_iter()
            .flatten()
    }

    pub(crate) fn write(&self, out: &mut Traced) {
        for (index, part) in self.parts().enumerate() {
            if index > 0 {
                out.fixed(b"/");
            }
            part.write(out);
        }
    }

    /// `20150830/us-east-1/iam/aws4_request`.
    pub fn joined(&self) -> Vec<u8> {
        let mut text = Vec::with_capacity(48);
        for (index, part) in self.parts().enumerate() {
            if index > 0 {
                text.push(b'/');
            }
            text.extend_from_slice(&part.text);
        }
        text
    }

    /// Whether `joined` is this scope.
    pub(crate) fn is(&self, joined: &[u8]) -> bool {
        let mut rest = Some(joined);
        for (index, part) in self.parts().enumerate() {
            rest = rest.and_then(|rest| if index > 0 { rest.strip_prefix(b"/") } else { Some(rest) });
            rest = rest.and_then(|rest| rest.strip_prefix(part.text.as_ref()));
        }
        rest == Some(b"")
    }
}

impl Terms<'_> {
    /// Whether the payload hash is still being computed elsewhere.
    pub fn is_pending(&self) -> bool {
        self.payload == Payload::Pending
    }

    /// `host;x-amz-date`: the signed names, lower-cased and sorted.
    pub fn signed_headers(&self) -> String {
        let mut text = Traced::default();
        crate::canon::headers::write_signed_headers(
            &mut text,
            &self.signed,
            &crate::canon::headers::sorted(&self.signed),
        );
        String::from_utf8_lossy(text.bytes()).into_owned()
    }
}
