//! Parts of canonical requests, as people quote them: the first lines, a block of headers, an `Authorization` header alone.
//!
//! A part is recognised by its form only: a method above a path, names in lower case with values right behind the colon. What may as well
//! be something else is left.

use super::Side;
use super::claim::{self, ClaimAlone};
use super::scan;
use super::whose::side_above;

/// A part of what one side signed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fragment {
    /// Whose text it is, as far as the words before it say.
    pub side: Side,
    /// The method, in its own line above the path.
    pub method: Option<String>,
    /// The canonical path.
    pub path: Option<String>,
    /// The canonical query, where its line is there.
    pub query: Option<String>,
    /// The canonical header lines.
    pub headers: Vec<(String, String)>,
    /// What an `Authorization` header claims that stands alone.
    pub claim: Option<ClaimAlone>,
    /// Its lines, the first being 1.
    pub lines: (usize, usize),
}

impl Fragment {
    /// The parts of a whole canonical request.
    pub fn of_request(text: &str) -> Self {
        let mut lines = text.lines().map(str::to_owned);
        let mut own = Self::new(Side::Unknown, 1);
        (own.method, own.path, own.query) = (lines.next(), lines.next(), lines.next());
        let headers = lines.take_while(|line| !line.is_empty());
        own.headers = headers
            .filter_map(|line| line.split_once(':').map(|(name, value)| (name.to_owned(), value.to_owned())))
            .collect();
        own
    }

    /// The values of the lines of this name.
    pub fn values(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(own, _)| own == name).map(|(_, value)| value.as_str()).collect()
    }

    fn new(side: Side, first: usize) -> Self {
        let lines = (first, first);
        Self { side, method: None, path: None, query: None, headers: Vec::new(), claim: None, lines }
    }
}

/// So many parts of a text are looked at.
const MOST: usize = 40;

/// The parts in a text that holds no whole canonical request.
pub(super) fn read(text: &str) -> Vec<Fragment> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found: Vec<Fragment> = Vec::new();
    let (mut at, mut last_end) = (0, 0);
    // Lines are many, and most texts hold no claim.
    let has_claims = memchr::memmem::find(text.as_bytes(), claim::MARK.as_bytes()).is_some();
    while at < lines.len() && found.len() < MOST {
        let text = head(&lines, at).or_else(|| block(&lines, at));
        let text = text.map(|text| Fragment { side: side_above(&lines, at, last_end), ..text });
        match text.or_else(|| has_claims.then(|| authorization(&lines, at)).flatten()) {
            Some(fragment) => {
                at = fragment.lines.1;
                last_end = at;
                found.push(fragment);
            }
            None => at += 1,
        }
    }
    // One line of a header is a part only where another part has the same header.
    let names =
        |fragment: &Fragment| fragment.headers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let all: Vec<Vec<String>> = found.iter().map(names).collect();
    let is_alone = |place: usize| {
        let own = &found[place];
        let others = all.iter().enumerate().filter(|(other, _)| *other != place);
        own.path.is_none()
            && own.claim.is_none()
            && own.headers.len() == 1
            && !others.into_iter().any(|(_, names)| names.contains(&own.headers[0].0))
    };
    let alone: Vec<bool> = (0..found.len()).map(is_alone).collect();
    found.into_iter().zip(alone).filter(|(_, is_alone)| !is_alone).map(|(fragment, _)| fragment).collect()
}

/// Method, path, query and header lines, as far as they are there.
fn head(lines: &[&str], at: usize) -> Option<Fragment> {
    let first = scan::bare(lines[at]).trim_start_matches(['\'', '"']);
    let (method, path, mut next) = match first.split_once(' ') {
        // The first line break became a space: `'POST /2015-03-31/…`
        Some((method, path)) if lines[at].contains('\'') && !path.contains(' ') => {
            (method, path.to_owned(), at + 1)
        }
        Some(_) => return None,
        None => (first, scan::bare(lines.get(at + 1)?).to_owned(), at + 2),
    };
    if !scan::is_method(method) || !path.starts_with('/') {
        return None;
    }
    let mut fragment = Fragment::new(Side::Unknown, at + 1);
    let path = unwrapped(path, lines, &mut next);
    if let Some(line) = lines.get(next).map(|line| scan::bare(line)).filter(|line| is_query(line)) {
        fragment.query = Some(line.to_owned());
        next += 1;
    }
    (fragment.method, fragment.path) = (Some(method.to_owned()), Some(path));
    fragment.headers = headers(lines, &mut next);
    fragment.lines.1 = next;
    Some(fragment)
}

/// A path that a console cut at its width goes on in the next line, which is no line of a canonical request by itself.
fn unwrapped(mut path: String, lines: &[&str], next: &mut usize) -> String {
    const WIDTHS: [usize; 3] = [80, 100, 120];
    let is_cut = |line: &str| WIDTHS.iter().any(|width| (width - 1..=*width).contains(&line.len()));
    while let Some(line) = lines.get(*next).filter(|_| is_cut(lines[*next - 1])) {
        let line = scan::bare(line);
        if line.is_empty() || line.contains([' ', '=']) || is_header(line) {
            break;
        }
        path.push_str(line);
        *next += 1;
    }
    path
}

/// Lines of canonical headers with nothing above them.
fn block(lines: &[&str], at: usize) -> Option<Fragment> {
    /// Names that nothing else than a request has, in this form.
    const MARKS: [&str; 5] = ["x-amz-", "x-goog-", "content-type", "amz-sdk-", "x-tos-"];
    let mut next = at;
    let headers = headers(lines, &mut next);
    let is_marked = headers.iter().any(|(name, _)| MARKS.iter().any(|mark| name.starts_with(mark)));
    is_marked.then(|| Fragment { headers, lines: (at + 1, next), ..Fragment::new(Side::Unknown, at + 1) })
}

fn headers(lines: &[&str], next: &mut usize) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    // Between query and headers stands no blank line, but people leave one where the query was.
    if lines.get(*next).is_some_and(|line| scan::bare(line).is_empty())
        && lines.get(*next + 1).is_some_and(|line| is_header(scan::bare(line)))
    {
        *next += 1;
    }
    while let Some(line) = lines.get(*next).map(|line| scan::bare(line)).filter(|line| is_header(line)) {
        headers.extend(line.split_once(':').map(|(name, value)| (name.to_owned(), value.to_owned())));
        *next += 1;
    }
    headers
}

/// Whether a line is a canonical header: its value stands right behind the colon.
fn is_header(line: &str) -> bool {
    scan::is_header(line)
        && !line.contains("://")
        && line.split_once(':').is_some_and(|(_, value)| !value.starts_with(' '))
}

fn is_query(line: &str) -> bool {
    line.contains('=') && !line.contains([' ', '{', '(', '[', ';']) && !is_header(line)
}

/// An `Authorization` header whose request is not there.
fn authorization(lines: &[&str], at: usize) -> Option<Fragment> {
    let (claim, next) = claim::read(lines, at)?;
    Some(Fragment { claim: Some(claim), lines: (at + 1, next), ..Fragment::new(Side::Signer, at + 1) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_above_a_path_is_a_part() {
        let text = "the server says\n```\nGET\n/a%20b\n\nhost:h\nx-amz-date:1\n```\nthe client\n```\nGET\n/a%2520b\n\nhost:h\n```\n";
        let found = read(text);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].side, found[1].side), (Side::Server, Side::Signer));
        assert_eq!(found[0].path.as_deref(), Some("/a%20b"));
        assert_eq!(found[0].headers.len(), 2);
        assert_eq!(found[1].lines, (11, 14));
    }

    #[test]
    fn what_only_looks_like_a_part_is_none() {
        for text in [
            "name:value\nhost:localhost\nport:6379\n",
            "GET the thing\n/etc/passwd\n",
            "color:red\nmargin:0\n",
            "content-type:text/plain\n",
            "time: 12:30\n",
        ] {
            assert_eq!(read(text), [], "{text}");
        }
    }

    #[test]
    fn a_path_that_a_console_cut_is_put_together() {
        let cut = format!("'POST /{}", "a".repeat(73));
        assert_eq!(cut.len(), 80);
        assert_eq!(read(&format!("{cut}\nbc/d\n...\n"))[0].path.as_deref().map(str::len), Some(78));
    }
}
