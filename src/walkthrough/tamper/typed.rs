//! Changes whose value is typed: what stands there now, and what a text makes of it.

use super::{Offer, Tamper};
use crate::analysis::{Analysis, Session};
use crate::redact;
use crate::request::{Part, Span};
use crate::visible;

/// What another value can be typed for.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Typed {
    /// The method.
    Method,
    /// The path.
    Path,
    /// The query.
    Query,
    /// A header, with its name.
    Header,
    /// The body.
    Body,
    /// The date, where the request states it.
    Date,
    /// The access key id.
    KeyId,
}

impl Typed {
    /// All, in the order of the menu.
    pub const ALL: [Self; 7] =
        [Self::Method, Self::Path, Self::Query, Self::Header, Self::Body, Self::Date, Self::KeyId];

    /// What is done, in the menu and of what was done.
    pub fn title(self) -> &'static str {
        match self {
            Self::Method => "change the method to …",
            Self::Path => "change the path to …",
            Self::Query => "change the query to …",
            Self::Header => "change a header to …",
            Self::Body => "change the body to …",
            Self::Date => "change the date to …",
            Self::KeyId => "change the key ID to …",
        }
    }

    /// What is asked.
    pub fn question(self) -> &'static str {
        match self {
            Self::Method => "Another method: ",
            Self::Path => "Another path: ",
            Self::Query => "Another query, without the question mark: ",
            Self::Header => "Another header (Name: value): ",
            Self::Body => "Another body: ",
            Self::Date => "Another date: ",
            Self::KeyId => "Another key ID: ",
        }
    }

    /// What is expected of a text.
    pub fn form(self) -> &'static str {
        match self {
            Self::Method => "a method",
            Self::Path => "a path",
            Self::Query => "a query",
            Self::Header => "a header as `Name: value`",
            Self::Body => "a body",
            Self::Date => "a date",
            Self::KeyId => "a key ID",
        }
    }

    /// What stands there now; `None` where the request has none. What may not be shown, or is too long to type over, is left empty.
    pub fn present(self, session: &Session, analysis: &Analysis) -> Option<Vec<u8>> {
        let request = &session.request;
        let of_claim = |span: Option<Span>| span.map(|span| request.slice(span).to_vec());
        let text = match self {
            Self::Method => request.method.clone(),
            Self::Path => request.target[request.target().path].to_vec(),
            Self::Query => {
                request.target().query.map(|range| request.target[range].to_vec()).unwrap_or_default()
            }
            Self::Header => header(session, analysis).unwrap_or_default(),
            Self::Body => body(session)?,
            Self::Date => of_claim(analysis.claim()?.date.map(|date| date.span))?,
            Self::KeyId => of_claim(analysis.claim()?.access_key_id)?,
        };
        Some(if redact::hidden(&text).is_empty() { text } else { Vec::new() })
    }

    /// What a text makes of it; `None` where it is no such value.
    pub fn offer(self, text: &[u8]) -> Option<Offer> {
        let own = text.to_vec();
        let tamper = match self {
            Self::Method if text.is_empty() => return None,
            Self::Method => Tamper::Method(own),
            Self::Path => Tamper::Path(own),
            Self::Query => Tamper::Query(own),
            Self::Header => {
                let colon = memchr::memchr(b':', text).filter(|at| *at > 0)?;
                let (name, value) = (text[..colon].to_vec(), text[colon + 1..].trim_ascii().to_vec());
                Tamper::Header { name, value }
            }
            Self::Body => Tamper::Body(own),
            Self::Date => Tamper::Date(own),
            Self::KeyId => Tamper::KeyId(own),
        };
        Some(Offer { title: self.done(), detail: shown(text), tamper })
    }

    /// What was done.
    fn done(self) -> &'static str {
        match self {
            Self::Method => "another method",
            Self::Path => "another path",
            Self::Query => "another query",
            Self::Header => "another header",
            Self::Body => "another body",
            Self::Date => "another date",
            Self::KeyId => "the ID of another key",
        }
    }
}

/// A text in a line, its end left out where it is long.
fn shown(text: &[u8]) -> String {
    const MOST: usize = 120;
    let line = visible::one_line(redact::sentence(&String::from_utf8_lossy(text)).as_bytes());
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// A header that is signed and may be shown, but for the host: that is the first thing a proxy changes, and has an offer of its own.
fn header(session: &Session, analysis: &Analysis) -> Option<Vec<u8>> {
    let request = &session.request;
    let is_claimed = |index: usize| {
        let part = Part::HeaderValue(index as u32);
        analysis.claim().is_some_and(|claim| claim.signature.part == part)
    };
    let mut own = request.sent().filter(|(index, header)| !header.is(b"host") && !is_claimed(*index));
    let line = |name: &[u8], value: &[u8]| [name, b": ", value].concat();
    own.next().map(|(_, header)| line(&header.name, &header.value))
}

/// The body, where it is at hand.
fn body(session: &Session) -> Option<Vec<u8>> {
    /// More is not typed over in a line.
    const MOST: usize = 4096;
    let rope = session.request.body.rope()?;
    let is_known = session.request.body.files().is_empty() && rope.len() <= MOST;
    Some(if is_known { rope.slice(0..rope.len()).to_vec() } else { Vec::new() })
}
