//! What code says of a request beside its headers: method, URL and body.

use super::tokens::Literal;
use crate::case::dress::{Shown, put_host};
use crate::case::url;
use crate::request::http::METHODS;
use crate::request::{Header, Notice, Request};

/// The code around one request.
pub(super) struct Snippet<'a> {
    pub(super) text: &'a str,
    pub(super) literals: &'a [Literal],
    /// The literals that are headers already.
    pub(super) used: &'a [usize],
}

/// Where a request goes to, and the literal that says so.
struct Place {
    host: Option<String>,
    target: String,
    at: usize,
}

impl Snippet<'_> {
    pub(super) fn request(&self, mut headers: Vec<Header>) -> Option<(Request, Vec<Notice>)> {
        let (pseudo, own): (Vec<Header>, Vec<Header>) =
            headers.drain(..).partition(|header| header.name.starts_with(b":"));
        headers = own;
        let pseudo = |name: &str| pseudo.iter().find(|header| header.is(name.as_bytes()));
        let text = |header: &Header| String::from_utf8_lossy(&header.value).into_owned();
        let (method, place) = match (pseudo(":method"), pseudo(":path")) {
            (Some(method), Some(path)) => {
                let host = pseudo(":authority").map(text);
                (Some(text(method)), Place { host, target: text(path), at: 0 })
            }
            _ => {
                let place = self.place()?;
                (self.method(&place), place)
            }
        };
        let body = self.body(&place);
        let mut notices = Vec::new();
        let method = method.unwrap_or_else(|| {
            let method = if body.is_some() { "POST" } else { "GET" };
            notices.push(Notice(format!("There is no method: {method} is taken.")));
            method.to_owned()
        });
        if let Some(host) = place.host {
            put_host(&mut headers, host);
        }
        if let (Some(kind), false) = (self.content_type(), headers.iter().any(|own| own.is(b"content-type")))
        {
            headers.push(Header::new("Content-Type", kind));
        }
        let mut request = Request {
            method: method.into_bytes(),
            target: place.target.into_bytes(),
            version: b"HTTP/1.1".to_vec(),
            headers,
            ..Request::default()
        };
        let shown = body.map_or(Shown::Missing, |body| Shown::Whole(body.into()));
        request.body = shown.body(&request);
        Some((request, notices))
    }

    /// The first and the last literal of the request.
    pub(super) fn span(&self) -> [usize; 2] {
        let place = self.place().map(|place| place.at);
        let mut own = self.used.iter().copied().chain(place);
        let first = own.next().unwrap_or_default();
        own.fold([first, first], |[first, last], at| [first.min(at), last.max(at)])
    }

    /// The literals that are no headers, the nearest before the headers first, then those behind.
    fn others(&self) -> impl Iterator<Item = (usize, &Literal)> {
        let first = self.used.first().copied().unwrap_or_default();
        let is_other = |at: &usize| !self.used.contains(at) && !self.literals[*at].is_open;
        let order = (0..first).rev().chain(first..self.literals.len());
        order.filter(is_other).map(|at| (at, &self.literals[at]))
    }

    fn place(&self) -> Option<Place> {
        let is_filled_in = |text: &str| !text.contains("{{") && !text.contains(char::is_whitespace);
        let path = || self.others().find(|(_, own)| own.text.starts_with('/') && is_filled_in(&own.text));
        let url = self.others().find(|(_, own)| {
            (own.text.starts_with("https://") || own.text.starts_with("http://")) && is_filled_in(&own.text)
        });
        if let Some((at, literal)) = url {
            let (host, target) = url::split(&literal.text)?;
            // A client that knows the host is told the path by itself.
            return Some(match (target.len() <= 1).then(path).flatten() {
                Some((at, path)) => Place { host: Some(host), target: path.text.clone(), at },
                None => Place { host: Some(host), target, at },
            });
        }
        let (at, path) = path()?;
        let host = self.others().find(|(_, own)| {
            let caller = own.caller(self.text).to_ascii_lowercase();
            is_domain(&own.text)
                && ["connection", "host", "new", "connect", "start"].iter().any(|word| caller.ends_with(word))
        });
        Some(Place { host: host.map(|(_, own)| own.text.clone()), target: path.text.clone(), at })
    }

    /// The method: a literal, else a word beside the URL such as `Method.Post` or `requests.post`.
    fn method(&self, place: &Place) -> Option<String> {
        let named = |(_, own): (usize, &Literal)| {
            let is_lower = own.caller(self.text).to_ascii_lowercase().ends_with("method");
            let upper = if is_lower { own.text.to_ascii_uppercase() } else { own.text.clone() };
            METHODS.contains(&&*upper).then_some(upper)
        };
        let literal = self.others().find_map(named);
        literal.or_else(|| {
            let own = &self.literals[place.at];
            let next = self.literals.get(place.at + 1).map_or(self.text.len(), |next| next.start);
            let near = |start: usize, end: usize| self.text.get(start..end).unwrap_or_default();
            let before = near(own.before, own.start);
            let before = &before[before.rfind(['\n', ';']).map_or(0, |at| at + 1)..];
            word_of_method(before).or_else(|| word_of_method(near(own.end, next))).map(str::to_owned)
        })
    }

    /// What is sent: the one literal that the code calls so, else the one that is JSON.
    fn body(&self, place: &Place) -> Option<String> {
        const WORDS: [&str; 9] =
            ["body", "data", "payload", "content", "postfields", "newreader", "entity", "write", "raw"];
        let candidates = |is_one: &dyn Fn(&Literal) -> bool| {
            let mut texts: Vec<&str> = (0..self.literals.len())
                .filter(|at| !self.used.contains(at) && *at != place.at && is_one(&self.literals[*at]))
                .map(|at| &*self.literals[at].text)
                .collect();
            texts.dedup();
            texts
        };
        let is_json = |own: &Literal| {
            own.text.starts_with(['{', '[']) && serde_json::from_str::<serde_json::Value>(&own.text).is_ok()
        };
        let is_called_so = |own: &Literal| {
            let before = &self.text[own.before..own.start];
            let before = before[before.rfind(['\n', ';']).map_or(0, |at| at + 1)..].to_ascii_lowercase();
            let is_text = !is_media_type(&own.text) && !own.text.contains("://") && !own.text.is_empty();
            is_text && WORDS.iter().any(|word| before.contains(word)) && !before.contains("header")
        };
        let json = candidates(&is_json);
        let texts = if json.is_empty() { candidates(&is_called_so) } else { json };
        let is_open = self.literals.iter().any(|own| own.is_open && is_called_so(own));
        match &texts[..] {
            [one] if !is_open => Some((*one).to_owned()),
            _ => None,
        }
    }

    /// The type of the body, where the code says it beside the body.
    fn content_type(&self) -> Option<String> {
        self.others().find(|(_, own)| is_media_type(&own.text)).map(|(_, own)| own.text.clone())
    }
}

/// Whether a text is a media type, as in `MediaType.parse("application/json")`.
fn is_media_type(text: &str) -> bool {
    const TYPES: [&str; 8] =
        ["application", "text", "image", "audio", "video", "multipart", "font", "binary"];
    text.split_once('/').is_some_and(|(kind, _)| TYPES.contains(&kind))
}

fn is_domain(text: &str) -> bool {
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
    text.contains('.')
        && text.bytes().all(is_of_name)
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// The method that a word of code names: `Post`, `MethodPost`, `HttpPost`, `POST`, `post`.
fn word_of_method(text: &str) -> Option<&'static str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let bare = words.map(|word| {
        let word = word.strip_prefix("Http").or_else(|| word.strip_prefix("HTTP")).unwrap_or(word);
        word.strip_prefix("Method").unwrap_or(word).to_ascii_uppercase()
    });
    bare.filter_map(|word| METHODS.iter().find(|method| **method == word)).copied().last()
}
