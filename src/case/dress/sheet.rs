//! Headers in lines that are all written alike, whatever stands before, between and behind name and value: panels of browsers and
//! proxies, tables, debug logs of servers and clients; and lists of headers within one line.
//!
//! The header with the signature tells how the others are written. Method and URL stand in the lines around, the body behind a word
//! for it, or right behind the list.
//!
//! Sources: the output of Charles, Chrome, Safari, JMeter, Postman's console, nginx (`error_log … debug`), Envoy, Faraday, Ktor,
//! Dio's `PrettyDioLogger`, Karate, Wireshark's tree of HTTP/2, sttp, http4s, `HttpURLConnection`.

mod around;
mod form;
mod inline;

use super::paper::Paper;
use super::{Found, MOST, Shown, put_host};
use crate::request::{Header, Request};
use crate::settings::Settings;
use around::{Around, Body};
use form::Form;

/// A list has no more lines than this.
const LONGEST: usize = 400;

/// So many lines that are no headers at most stand between two of one list.
const BETWEEN: usize = 12;

/// Headers, and the lines that they stand in, from the first to behind the last.
struct List<'a> {
    headers: Vec<Header>,
    lines: [usize; 2],
    /// What stands before a line of the body.
    prefixes: Vec<&'a str>,
    /// What stands before the list in its first line, and behind it in its last.
    before: &'a str,
    behind: &'a str,
}

pub(super) fn read(paper: &Paper<'_>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let places = paper.lines_with(&["uthorization"]);
    let mut next = 0;
    for (at, place) in places.iter().enumerate() {
        if *place < next || found.len() == MOST {
            continue;
        }
        let before = at.checked_sub(1).map_or(0, |at| places[at] + 1);
        let until = places.get(at + 1).copied().unwrap_or(paper.len());
        let bounds = [before.max(next), until];
        let list = inline::list(paper, *place).or_else(|| list(paper, *place, bounds));
        if let Some(list) = list {
            next = list.lines[1].max(place + 1);
            found.extend(request(paper, list, bounds));
        }
    }
    found
}

/// The list in lines around the one with the signature.
fn list<'a>(paper: &Paper<'a>, place: usize, [before, until]: [usize; 2]) -> Option<List<'a>> {
    let next = paper.line(place + 1).unwrap_or_default();
    let (form, header) = Form::of(paper.line(place)?, next)?;
    let width = form.width();
    let (mut headers, mut first, mut long) = (vec![header], place, None);
    let (mut at, mut passed_over) = (place, 0);
    while let Some(above) = at.checked_sub(width).filter(|above| *above >= before && place - above < LONGEST)
    {
        let line = paper.line(above)?;
        if let Some(header) = form.header(line, paper.line(above + 1)?) {
            headers.insert(0, header);
            (first, at, passed_over) = (above, above, 0);
        } else if let Some((prefix, header)) = form.first_header(line) {
            headers.insert(0, header);
            (first, long) = (above, Some(prefix));
            break;
        } else if form.goes_on_behind(line) && passed_over < BETWEEN {
            passed_over += 1;
            at = above;
        } else {
            break;
        }
    }
    let (mut at, mut last, mut passed_over) = (place + width, place + width, 0);
    while let Some(line) = paper.line(at).filter(|_| at < until && at - place < LONGEST) {
        if let Some(header) = form.header(line, paper.line(at + 1).unwrap_or_default()) {
            headers.push(header);
            (at, passed_over) = (at + width, 0);
            last = at;
        } else if form.goes_on_behind(line) && passed_over < BETWEEN {
            passed_over += 1;
            at += 1;
        } else {
            break;
        }
    }
    let prefixes = long.into_iter().chain([form.before]).collect();
    let (before, behind) = ("", "");
    (headers.len() > 1).then_some(List { headers, lines: [first, last], prefixes, before, behind })
}

/// The request whose headers these are.
fn request(paper: &Paper<'_>, list: List<'_>, bounds: [usize; 2]) -> Option<Found> {
    let around = Around {
        paper,
        bounds,
        lines: list.lines,
        prefixes: &list.prefixes,
        before: list.before,
        behind: list.behind,
    };
    let (mut request, first) = head(&around, list.headers.clone())?;
    let (shown, last) = match (take_parameters(&around, &mut request), around.body(&request, first)) {
        (Some(form), _) => (Shown::Whole(form.into()), list.lines[1]),
        (None, Some(Body { text, line })) => (Shown::Whole(text.into()), line),
        (None, None) => (Shown::Missing, list.lines[1]),
    };
    request.body = shown.body(&request);
    let (first, last) = (first.min(list.lines[0]), last.max(list.lines[1]).max(first + 1));
    Some(Found {
        request,
        settings: Settings::default(),
        dress: "a list of headers with its method and URL",
        lines: first + 1..=last,
        notices: Vec::new(),
    })
}

/// The head of the request, and the line that has its method.
fn head(around: &Around<'_>, headers: Vec<Header>) -> Option<(Request, usize)> {
    let (pseudo, mut headers): (Vec<Header>, Vec<Header>) =
        headers.into_iter().partition(|header| header.name.starts_with(b":"));
    let pseudo = |name: &str| pseudo.iter().find(|own| own.is(name.as_bytes())).map(|own| own.value.clone());
    let (method, target, first) = match (pseudo(":method"), pseudo(":path")) {
        (Some(method), Some(path)) => (method, path, around.lines[0]),
        _ => {
            let call = around.call()?;
            if let Some(host) = call.host {
                put_host(&mut headers, host);
            }
            (call.method.into_bytes(), call.target.into_bytes(), call.line)
        }
    };
    if let Some(authority) = pseudo(":authority") {
        put_host(&mut headers, authority);
    }
    if let Some(kind) = around.entity_type().filter(|_| !headers.iter().any(|own| own.is(b"content-type"))) {
        headers.push(Header::new("Content-Type", kind));
    }
    let version = b"HTTP/1.1".to_vec();
    Some((Request { method, target, version, headers, ..Request::default() }, first))
}

/// Puts the parameters that are logged beside the headers where they are sent: in the body of a form, which is returned, else in the query.
///
/// Source: `ApacheHttpRequestFactory` of the AWS SDK for Java, version 1, whose forms get their type only there.
fn take_parameters(around: &Around<'_>, request: &mut Request) -> Option<String> {
    let pairs = around.parameters().filter(|_| !request.target.contains(&b'?'))?;
    let kind = request.value(b"content-type");
    let is_form = kind.is_none_or(|kind| kind.starts_with(b"application/x-www-form-urlencoded"));
    if is_form && request.method == b"POST" {
        return Some(pairs);
    }
    request.target.push(b'?');
    request.target.extend_from_slice(pairs.as_bytes());
    None
}
