//! Where the values of a template come from: parts of the request, captured values, fields of the key, texts made before.

use super::template::{Names, TemplateError};

/// Where a value comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Source {
    /// A value that a pattern of the row captures, by its place among them.
    Captured(usize),
    /// A text that was made before, by its place among them.
    Text(usize),
    /// A field of the key.
    Field(String),
    /// The method as sent.
    Method,
    /// Path and query as sent.
    Target,
    /// The path as sent.
    Path,
    /// The query as sent, without its question mark.
    Query,
    /// The whole URL: as the sender knew it where the key says so, else made of host and target.
    Url,
    /// The whole URL without its query.
    UrlBase,
    /// `https` or `http`.
    UriScheme,
    /// The host as sent, with its port.
    Host,
    /// The host without a port.
    HostName,
    /// The port; that of the URI scheme where none is sent.
    Port,
    /// The content of the body.
    Body,
    /// The value of a header; absent where it is not sent.
    Header(String),
    /// The decoded value of a query parameter.
    Parameter(String),
    /// The decoded value of a field of the form.
    FormField(String),
    /// A value in the JSON of the body, by its path.
    Json(Vec<String>),
    /// Names and values.
    Pairs(Vec<PairsOf>),
    /// The headers whose names begin so.
    HeadersWith(String),
    /// The signature base of an HTTP message signature, whose label is this captured value.
    SignatureBase(usize),
    /// The headers that a captured list names, in its order; what splits the list.
    HeadersNamed(usize, String),
}

/// Where pairs come from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PairsOf {
    /// The query.
    Query,
    /// The form in the body.
    Form,
    /// The members of the JSON object in the body.
    Json,
    /// The pairs of the `Authorization` header.
    Authorization,
}

static PLAIN: [(&str, Source); 12] = [
    ("method", Source::Method),
    ("target", Source::Target),
    ("path", Source::Path),
    ("query", Source::Query),
    ("url", Source::Url),
    ("url-base", Source::UrlBase),
    ("uri-scheme", Source::UriScheme),
    ("host", Source::Host),
    ("host-name", Source::HostName),
    ("port", Source::Port),
    ("body", Source::Body),
    ("secret", Source::Field(String::new())),
];

/// The field that the secret itself is.
pub const SECRET: &str = "secret";

impl PairsOf {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "query" => Self::Query,
            "form" => Self::Form,
            "json" => Self::Json,
            "authorization" => Self::Authorization,
            _ => return None,
        })
    }
}

impl Source {
    pub(super) fn parse(text: &str, names: &Names<'_>) -> Result<Self, TemplateError> {
        let (kind, argument) = text.split_once(':').map_or((text, None), |(kind, rest)| (kind, Some(rest)));
        match argument {
            Some(argument) => Self::with_argument(kind, argument, names),
            None => Self::plain(kind, names),
        }
    }

    fn plain(name: &str, names: &Names<'_>) -> Result<Self, TemplateError> {
        let place = |of: &[String]| of.iter().position(|known| known == name);
        if let Some(at) = place(names.captured) {
            return Ok(Self::Captured(at));
        }
        if let Some(at) = place(names.texts) {
            return Ok(Self::Text(at));
        }
        if name == SECRET {
            return Ok(Self::Field(SECRET.into()));
        }
        let known = PLAIN.iter().find(|(known, _)| *known == name);
        known.map(|(_, source)| source.clone()).ok_or_else(|| {
            TemplateError::new(
                "a part of the request, a value of a pattern, an earlier text or `key:FIELD`",
                name,
            )
        })
    }

    fn with_argument(kind: &str, argument: &str, names: &Names<'_>) -> Result<Self, TemplateError> {
        let owned = || argument.to_owned();
        Ok(match kind {
            "key" => Self::Field(owned()),
            "header" => Self::Header(owned()),
            "query" => Self::Parameter(owned()),
            "form" => Self::FormField(owned()),
            "json" => Self::Json(argument.split('.').map(str::to_owned).collect()),
            "pairs" => {
                let of = argument.split('+').map(|name| {
                    PairsOf::named(name)
                        .ok_or_else(|| TemplateError::new("query, form, json or authorization", name))
                });
                Self::Pairs(of.collect::<Result<_, _>>()?)
            }
            "signature-base" => {
                let at = names.captured.iter().position(|known| known == argument);
                return at
                    .map(Self::SignatureBase)
                    .ok_or_else(|| TemplateError::new("a captured label", argument));
            }
            "headers" => return headers(argument, names),
            _ => {
                return Err(TemplateError::new(
                    "key, header, query, form, json, pairs or headers before a colon",
                    kind,
                ));
            }
        })
    }
}

/// `x-ms-*`, or `signed_headers;`: the name of a captured list, and what splits it.
fn headers(argument: &str, names: &Names<'_>) -> Result<Source, TemplateError> {
    if let Some(prefix) = argument.strip_suffix('*') {
        return Ok(Source::HeadersWith(prefix.to_owned()));
    }
    let end = argument
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
        .unwrap_or(argument.len());
    let (name, mark) = argument.split_at(end);
    let at = names.captured.iter().position(|known| known == name);
    match at {
        Some(at) if !mark.is_empty() => Ok(Source::HeadersNamed(at, mark.to_owned())),
        Some(_) => Err(TemplateError::new("what splits the list behind its name", mark)),
        None => Err(TemplateError::new("`PREFIX*`, or the name of a captured list", name)),
    }
}

impl Source {
    /// What it is, in words.
    pub fn words(&self) -> String {
        match self {
            Self::Captured(_) => "a value of the request".into(),
            Self::Text(_) => "the text before".into(),
            Self::Field(name) => format!("the field {name} of the key"),
            Self::Method => "the method".into(),
            Self::Target => "path and query".into(),
            Self::Path => "the path".into(),
            Self::Query => "the query".into(),
            Self::Url => "the URL".into(),
            Self::UrlBase => "the URL without its query".into(),
            Self::UriScheme => "the scheme of the URL".into(),
            Self::Host => "the host".into(),
            Self::HostName => "the name of the host".into(),
            Self::Port => "the port".into(),
            Self::Body => "the body".into(),
            Self::Header(name) => format!("the header {name}"),
            Self::Parameter(name) => format!("the query parameter {name}"),
            Self::FormField(name) => format!("the form field {name}"),
            Self::Json(path) => format!("the JSON field {}", path.join(".")),
            Self::Pairs(_) => "the parameters".into(),
            Self::HeadersWith(_) | Self::HeadersNamed(..) => "the headers".into(),
            Self::SignatureBase(_) => "the signature base".into(),
        }
    }

    /// Whether a text goes on without it where the request does not have it.
    pub(super) fn may_be_absent(&self) -> bool {
        match self {
            Self::Header(_) | Self::Parameter(_) | Self::FormField(_) | Self::Json(_) => true,
            Self::Captured(_)
            | Self::Text(_)
            | Self::Field(_)
            | Self::Method
            | Self::Target
            | Self::Path
            | Self::Query
            | Self::Url
            | Self::UrlBase
            | Self::UriScheme
            | Self::Host
            | Self::HostName
            | Self::Port
            | Self::Body
            | Self::Pairs(_)
            | Self::HeadersWith(_)
            | Self::SignatureBase(_)
            | Self::HeadersNamed(_, _) => false,
        }
    }
}
