//! The request target taken apart without touching a byte: authority, path, query and its pairs, as ranges.

use std::ops::Range;

/// Where the parts of a request target stand.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Target {
    /// `https` in `https://host/path`, for an absolute target.
    pub scheme: Option<Range<usize>>,
    /// `user:password` in front of the host of an absolute target: clients send it as Basic authentication.
    pub user: Option<Range<usize>>,
    /// `host:port` of an absolute target, without user information.
    pub authority: Option<Range<usize>>,
    /// From the first slash to the question mark; may be empty.
    pub path: Range<usize>,
    /// After the first question mark, when there is one.
    pub query: Option<Range<usize>>,
}

/// One `name=value` of a query, as ranges of the target.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pair {
    /// The name; may be empty.
    pub name: Range<usize>,
    /// The value; `None` for a name without `=`.
    pub value: Option<Range<usize>>,
}

impl Pair {
    /// The whole pair.
    pub fn range(&self) -> Range<usize> {
        self.name.start..self.value.as_ref().map_or(self.name.end, |value| value.end)
    }
}

impl Target {
    /// Takes `target` apart. Every text is a target; what is odd stays where it stood.
    pub fn of(target: &[u8]) -> Self {
        let scheme = scheme_end(target);
        let after = scheme.map_or(0, |end| end + 3);
        let end = memchr::memchr(b'?', target).unwrap_or(target.len());
        let query = (end < target.len()).then_some(end + 1..target.len());
        let path = match scheme {
            Some(_) => after + memchr::memchr(b'/', &target[after..end]).unwrap_or(end - after),
            None => 0,
        };
        let user = memchr::memrchr(b'@', &target[after..path]).map(|at| after..after + at);
        Self {
            scheme: scheme.map(|end| 0..end),
            authority: scheme.map(|_| user.as_ref().map_or(after, |user| user.end + 1)..path),
            user,
            path: path..end,
            query,
        }
    }

    /// The pairs of the query in the order they were written; empty pieces between `&` are passed over.
    pub fn pairs<'a>(&self, target: &'a [u8]) -> impl Iterator<Item = Pair> + use<'a> {
        let (mut at, end) = self.query.clone().map_or((0, None), |query| (query.start, Some(query.end)));
        std::iter::from_fn(move || {
            let end = end?;
            while at < end && target[at] == b'&' {
                at += 1;
            }
            if at >= end {
                return None;
            }
            let start = at;
            at = memchr::memchr(b'&', &target[start..end]).map_or(end, |len| start + len);
            let equals = memchr::memchr(b'=', &target[start..at]).map(|len| start + len);
            Some(Pair { name: start..equals.unwrap_or(at), value: equals.map(|equals| equals + 1..at) })
        })
    }
}

/// The length of the URI scheme in front of `://` (RFC 3986, 3.1).
fn scheme_end(target: &[u8]) -> Option<usize> {
    if target.first() == Some(&b'/') {
        return None;
    }
    let end = memchr::memchr(b':', target)?;
    let named = |b: &u8| b.is_ascii_alphanumeric() || b"+-.".contains(b);
    (end > 0 && target[..end].iter().all(named) && target[end..].starts_with(b"://")).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(target: &str) -> (Option<&str>, &str, Option<&str>) {
        let parsed = Target::of(target.as_bytes());
        (parsed.authority.map(|r| &target[r]), &target[parsed.path], parsed.query.map(|r| &target[r]))
    }

    #[test]
    fn takes_targets_apart() {
        assert_eq!(parts("/a/b?c=d?e"), (None, "/a/b", Some("c=d?e")));
        assert_eq!(parts("//a/../b"), (None, "//a/../b", None));
        assert_eq!(parts("https://u:p@h:8443/x?"), (Some("h:8443"), "/x", Some("")));
        assert_eq!(parts("https://h?x=1"), (Some("h"), "", Some("x=1")));
        assert_eq!(parts("/x?to=https://h/"), (None, "/x", Some("to=https://h/")));
        assert_eq!(parts(""), (None, "", None));
    }

    #[test]
    fn pairs_keep_order_duplicates_and_missing_values() {
        let target = b"/?b=2&a&&=x&b=1=1&c=";
        let pairs: Vec<_> = Target::of(target)
            .pairs(target)
            .map(|pair| {
                let text = |r: Range<usize>| String::from_utf8_lossy(&target[r]).into_owned();
                (text(pair.name), pair.value.map(text))
            })
            .collect();
        let expected = [("b", Some("2")), ("a", None), ("", Some("x")), ("b", Some("1=1")), ("c", Some(""))];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.map(str::to_owned))));
    }
}
