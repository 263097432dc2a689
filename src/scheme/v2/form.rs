//! Which form of Signature Version 2 a request has, and where its parameters stand.

use std::borrow::Cow;

use super::policy;
use crate::request::{Pair, Part, Request, Span, Target, editor, form};
use crate::scheme::Placement;

/// Where and how a request of Signature Version 2 is signed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Form {
    /// S3: `Authorization: AWS AKID:signature`.
    #[default]
    Header,
    /// S3: `AWSAccessKeyId`, `Expires` and `Signature` in the query.
    Presigned,
    /// The Query API: `SignatureVersion=2` among the parameters.
    Api(Fields),
    /// S3: `AWSAccessKeyId`, `policy` and `signature` in a form that a browser sends.
    Policy,
}

/// Where the parameters of the Query API stand.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fields {
    /// In the query.
    Query,
    /// In a body of the type `application/x-www-form-urlencoded`.
    Body,
}

pub(super) const KEY_ID: &str = "AWSAccessKeyId";
pub(super) const SIGNATURE: &str = "Signature";
pub(super) const EXPIRES: &str = "Expires";
pub(super) const TIMESTAMP: &str = "Timestamp";
pub(super) const METHOD: &str = "SignatureMethod";
pub(super) const VERSION: &str = "SignatureVersion";

/// What the `Authorization` header begins with: this word alone, as `AWS4-HMAC-SHA256` is another scheme.
pub(super) const WORD: &[u8] = b"AWS";

/// The longest form that is searched for parameters, in bytes: no service of that time took as much.
const LONGEST_FORM: u64 = 1 << 20;

impl Form {
    /// The form of `request`; `None` when it is not signed with this version.
    pub fn of(request: &Request) -> Option<Self> {
        let value = request.value(b"authorization").unwrap_or_default();
        if value.split(u8::is_ascii_whitespace).next() == Some(WORD) && !editor::is_instruction(value) {
            return Some(Self::Header);
        }
        Self::in_parameters(request).or_else(|| policy::read(request).map(|_| Self::Policy))
    }

    /// The form of `request` by its parameters alone.
    pub fn in_parameters(request: &Request) -> Option<Self> {
        if let Some(query) = Parameters::of(request, Fields::Query) {
            if let Some(version) = query.find(VERSION) {
                return (query.value(version) == b"2").then_some(Self::Api(Fields::Query));
            }
            if query.has(&[KEY_ID, EXPIRES, SIGNATURE]) {
                return Some(Self::Presigned);
            }
        }
        let form = Parameters::of(request, Fields::Body)?;
        (form.value(form.find(VERSION)?) == b"2").then_some(Self::Api(Fields::Body))
    }

    /// Where the signature stands. A form that is laid out as a query counts as one.
    pub(super) fn placement(self) -> Placement {
        match self {
            Self::Header => Placement::Header,
            Self::Presigned | Self::Api(_) => Placement::Query,
            Self::Policy => Placement::Form,
        }
    }

    /// Whether the date of the claim is the one at which it ends, not the one at which it was made.
    pub(crate) fn expires(self, request: &Request) -> bool {
        match self {
            Self::Header | Self::Policy => false,
            Self::Presigned => true,
            Self::Api(fields) => {
                Parameters::of(request, fields).is_some_and(|fields| fields.find(TIMESTAMP).is_none())
            }
        }
    }
}

impl Fields {
    /// One of them in words.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Query => "query parameter",
            Self::Body => "form field",
        }
    }
}

/// Names and values in a query, or in a body laid out as one.
pub(super) struct Parameters<'a> {
    pub(super) part: Part,
    pub(super) text: Cow<'a, [u8]>,
    pub(super) target: Target,
}

impl<'a> Parameters<'a> {
    /// The parameters that stand here; `None` where there is no query, or no such body.
    pub(super) fn of(request: &'a Request, fields: Fields) -> Option<Self> {
        match fields {
            Fields::Query => {
                let target = request.target();
                target.query.as_ref()?;
                Some(Self { part: Part::Target, text: Cow::Borrowed(&request.target), target })
            }
            Fields::Body => {
                let body = &request.body;
                let length = Some(body.len()).filter(|len| (1..=LONGEST_FORM).contains(len))?;
                let text = form::is_laid_out_as_query(request).then(|| body.bytes())?;
                let target = Target { query: Some(0..length as usize), ..Target::of(b"") };
                (text.len() as u64 == length).then_some(Self { part: Part::Body, text, target })
            }
        }
    }

    pub(super) fn pairs(&self) -> impl Iterator<Item = Pair> + '_ {
        self.target.pairs(&self.text)
    }

    /// The place of the value of the first parameter of this name.
    pub(super) fn find(&self, name: &str) -> Option<Span> {
        let pair = self.pairs().find(|pair| &self.text[pair.name.clone()] == name.as_bytes())?;
        let end = pair.name.end;
        Some(Span::new(self.part, pair.value.unwrap_or(end..end)))
    }

    fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.find(name).is_some())
    }

    /// The text at a place, as it was sent.
    pub(super) fn value(&self, span: Span) -> &[u8] {
        self.text.get(span.range()).unwrap_or_default()
    }
}

/// The service that a claim is for, where its form is that of one service alone.
pub fn service(request: &Request) -> Option<String> {
    match Form::of(request)? {
        Form::Header | Form::Presigned | Form::Policy => Some("s3".into()),
        Form::Api(_) => None,
    }
}

/// Whether a piece of a form shows the value of `SecurityToken`: a credential.
pub(crate) fn is_token(request: &Request, span: Span) -> bool {
    /// Longer than any session token.
    const FAR: u32 = 8192;
    let before = request.slice(Span { start: span.end.saturating_sub(FAR), ..span });
    let pair = memchr::memrchr(b'&', &before).map_or(&before[..], |at| &before[at + 1..]);
    pair.starts_with(b"SecurityToken=")
}
