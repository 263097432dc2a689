//! The places that can be edited on one line: where each stands in the session, and how its text goes in and out.

use crate::analysis::{Analysis, Session};
use crate::request::{Header, Part, Request, Span};
use crate::settings::{Kind, SETTINGS, Settings};
use crate::tui::model::{Equals, QueryPlace};

/// A place that holds one line of text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Field {
    /// The method.
    Method,
    /// The request target.
    Target,
    /// The name of a query pair.
    QueryName(usize),
    /// The value of a query pair.
    QueryValue(usize),
    /// The name of a header.
    HeaderName(usize),
    /// The value of a header.
    HeaderValue(usize),
    /// A setting, by its row in [`SETTINGS`].
    Setting(usize),
    /// The signature that was received.
    Received,
}

impl Field {
    /// The setting of this name.
    pub fn setting(name: &str) -> Self {
        Self::Setting(SETTINGS.iter().position(|row| row.name == name).unwrap_or_default())
    }

    /// Whether what is typed here is hidden.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::Setting(row) if SETTINGS[row].kind == Kind::Secret)
    }

    /// Its text as it stands; secrets begin empty.
    pub fn text(self, session: &Session, analysis: &Analysis) -> Vec<u8> {
        let request = &session.request;
        match self {
            Self::Method => request.method.clone(),
            Self::Target => request.target.clone(),
            Self::QueryName(_) | Self::QueryValue(_) | Self::HeaderName(_) | Self::HeaderValue(_) => {
                self.span(request).map(|span| request.at(span).to_vec()).unwrap_or_default()
            }
            Self::Setting(row) => (SETTINGS[row].get)(&session.settings).unwrap_or_default().into_bytes(),
            Self::Received => {
                session.received.clone().or_else(|| analysis.received.clone()).unwrap_or_default()
            }
        }
    }

    /// The bytes of the request that it shows.
    pub fn span(self, request: &Request) -> Option<Span> {
        let pair = |index: usize| request.target().pairs(&request.target).nth(index);
        match self {
            Self::Method => Some(Span::new(Part::Method, 0..request.method.len())),
            Self::Target => Some(Span::new(Part::Target, 0..request.target.len())),
            Self::QueryName(index) => Some(Span::new(Part::Target, pair(index)?.name)),
            Self::QueryValue(index) => {
                let pair = pair(index)?;
                let end = pair.name.end;
                Some(Span::new(Part::Target, pair.value.unwrap_or(end..end)))
            }
            Self::HeaderName(index) => {
                let header = request.headers.get(index)?;
                Some(Span::new(Part::HeaderName(index as u32), 0..header.name.len()))
            }
            Self::HeaderValue(index) => {
                let header = request.headers.get(index)?;
                Some(Span::new(Part::HeaderValue(index as u32), 0..header.value.len()))
            }
            Self::Setting(_) | Self::Received => None,
        }
    }

    /// Puts `text` there.
    ///
    /// # Errors
    ///
    /// When a setting cannot have this value; the session is left as it was.
    pub fn set(self, session: &mut Session, text: &[u8]) -> Result<(), String> {
        let request = &mut session.request;
        match self {
            Self::Method => request.method = text.to_vec(),
            Self::Target => request.target = text.to_vec(),
            // While a pair is edited its place is known; see `replace`.
            Self::QueryName(_) | Self::QueryValue(_) => {
                if let Some(mut place) = self.place(request) {
                    replace(request, &mut place, text);
                }
            }
            Self::HeaderName(index) => with_header(request, index, |header| header.name = text.to_vec()),
            Self::HeaderValue(index) => with_header(request, index, |header| header.value = text.to_vec()),
            Self::Setting(row) => return set_setting(&mut session.settings, row, text),
            Self::Received => session.received = (!text.is_empty()).then(|| text.to_vec()),
        }
        Ok(())
    }

    /// Where the text of a query pair stands, when it is one.
    pub fn place(self, request: &Request) -> Option<QueryPlace> {
        let (Self::QueryName(index) | Self::QueryValue(index)) = self else { return None };
        let pair = request.target().pairs(&request.target).nth(index)?;
        let missing = matches!(self, Self::QueryValue(_)) && pair.value.is_none();
        let equals = if missing { Equals::Missing } else { Equals::There };
        Some(QueryPlace { range: self.span(request)?.range(), equals })
    }

    /// The field that `tab` goes to.
    pub fn next(self) -> Option<Self> {
        match self {
            Self::Method => Some(Self::Target),
            Self::QueryName(index) => Some(Self::QueryValue(index)),
            Self::HeaderName(index) => Some(Self::HeaderValue(index)),
            Self::Target | Self::QueryValue(_) | Self::HeaderValue(_) | Self::Setting(_) | Self::Received => {
                None
            }
        }
    }
}

fn with_header(request: &mut Request, index: usize, change: impl FnOnce(&mut Header)) {
    if let Some(header) = request.headers.get_mut(index) {
        change(header);
    }
}

/// Replaces the text at a place of the target, and only that; the place follows the text.
pub fn replace(request: &mut Request, place: &mut QueryPlace, text: &[u8]) {
    let end = place.range.end.min(request.target.len());
    let start = place.range.start.min(end);
    let equals: &[u8] = match place.equals {
        Equals::Missing if !text.is_empty() => b"=",
        Equals::Missing | Equals::There => b"",
    };
    request.target.splice(start..end, [equals, text].concat());
    let start = start + equals.len();
    place.range = start..start + text.len();
    if !equals.is_empty() {
        place.equals = Equals::There;
    }
}

/// An empty text takes the setting back.
fn set_setting(settings: &mut Settings, row: usize, text: &[u8]) -> Result<(), String> {
    if text.is_empty() {
        clear_setting(settings, row);
        return Ok(());
    }
    let text = std::str::from_utf8(text).map_err(|_| "expected UTF-8".to_owned())?;
    settings.set(SETTINGS[row].name, text).map_err(|error| error.to_string())
}

/// Forgets a setting: the value is found by itself again.
pub fn clear_setting(settings: &mut Settings, row: usize) {
    (SETTINGS[row].unset)(settings);
    // Where a secret was read is said only while everything is as it was read.
    settings.secret_source = None;
}

/// Adds an empty query pair after the last one and returns its index.
pub fn add_pair(request: &mut Request) -> usize {
    let target = request.target();
    let count = target.pairs(&request.target).count();
    let mark: &[u8] = match &target.query {
        None => b"?name=",
        Some(query) if query.is_empty() || request.target.ends_with(b"&") => b"name=",
        Some(_) => b"&name=",
    };
    request.target.extend_from_slice(mark);
    count
}

/// Removes a query pair and the `&` that goes with it; the `?` goes with the last pair.
pub fn remove_pair(request: &mut Request, index: usize) {
    let target = request.target();
    let pairs: Vec<_> = target.pairs(&request.target).collect();
    let (Some(pair), Some(query)) = (pairs.get(index), &target.query) else { return };
    let range = pair.range();
    let range = match (pairs.len(), request.target.get(range.end)) {
        (1, _) => query.start - 1..query.end,
        (_, Some(b'&')) => range.start..range.end + 1,
        _ => range.start - 1..range.end,
    };
    request.target.drain(range);
}

/// Exchanges two query pairs, byte for byte.
pub fn swap_pairs(request: &mut Request, first: usize, second: usize) {
    let pairs: Vec<_> = request.target().pairs(&request.target).map(|pair| pair.range()).collect();
    let (Some(a), Some(b)) = (pairs.get(first.min(second)), pairs.get(first.max(second))) else { return };
    let target = &request.target;
    let parts = [
        &target[..a.start],
        &target[b.clone()],
        &target[a.end..b.start],
        &target[a.clone()],
        &target[b.end..],
    ];
    request.target = parts.concat();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(target: &str) -> Request {
        Request { target: target.as_bytes().to_vec(), ..Request::default() }
    }

    fn after(target: &str, change: impl FnOnce(&mut Request)) -> String {
        let mut request = request(target);
        change(&mut request);
        String::from_utf8(request.target).unwrap()
    }

    #[test]
    fn editing_one_pair_touches_no_other_byte() {
        let mut session = Session::new(request("/a?b=%7e&&c&d=+"));
        Field::QueryValue(0).set(&mut session, b"x").unwrap();
        assert_eq!(session.request.target, b"/a?b=x&&c&d=+");
        Field::QueryValue(1).set(&mut session, b"y").unwrap();
        assert_eq!(session.request.target, b"/a?b=x&&c=y&d=+");
        Field::QueryName(2).set(&mut session, b"D").unwrap();
        assert_eq!(session.request.target, b"/a?b=x&&c=y&D=+");
    }

    #[test]
    fn what_is_typed_into_a_pair_moves_no_other_byte() {
        let mut request = request("/?a=1&b=2");
        let mut place = Field::QueryValue(0).place(&request).unwrap();
        for text in ["1&", "1&x", "1&x=", "1&x=y&", "3"] {
            replace(&mut request, &mut place, text.as_bytes());
            assert_eq!(String::from_utf8_lossy(&request.target), format!("/?a={text}&b=2"));
        }
    }

    #[test]
    fn pairs_are_added_removed_and_swapped() {
        assert_eq!(after("/a", |r| assert_eq!(add_pair(r), 0)), "/a?name=");
        assert_eq!(after("/a?b", |r| assert_eq!(add_pair(r), 1)), "/a?b&name=");
        assert_eq!(after("/a?b&c&d", |r| remove_pair(r, 0)), "/a?c&d");
        assert_eq!(after("/a?b&c&d", |r| remove_pair(r, 2)), "/a?b&c");
        assert_eq!(after("/a?b=1", |r| remove_pair(r, 0)), "/a");
        assert_eq!(after("/a?bb=1&&c", |r| swap_pairs(r, 1, 0)), "/a?c&&bb=1");
    }

    #[test]
    fn a_setting_is_set_refused_and_taken_back() {
        let mut session = Session::new(request("/"));
        let region = Field::setting("region");
        region.set(&mut session, b"eu").unwrap();
        Field::setting("secret-access-key").set(&mut session, b"hush").unwrap();
        let error = Field::setting("tolerance").set(&mut session, b"x").unwrap_err();
        assert_eq!(error, "expected minutes, such as 5 or 15, but found `x`");
        region.set(&mut session, b"").unwrap();
        assert_eq!(session.settings.region, None);
        assert!(session.settings.secret_access_key.is_some());
    }
}
