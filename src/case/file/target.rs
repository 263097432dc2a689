//! Request targets over several lines, as the editors of `.http` files allow.
//!
//! JetBrains' client takes indented lines below the request line for more of the URL, REST Client those that begin with `?` or `&`.

use std::borrow::Cow;

use crate::request::error::{HEAD_LIMIT, ReadError};
use crate::request::http::Lines;

/// The request line with what the lines below it add to its URL; `Borrowed` where they add nothing.
pub(super) fn joined<'a>(line: &'a [u8], lines: &mut Lines<'a>) -> Result<Cow<'a, [u8]>, ReadError> {
    let mut whole = Cow::Borrowed(line);
    while !is_whole(&whole) {
        let mut ahead = Lines { rest: lines.rest, number: lines.number };
        let Some(next) = ahead.next()?.filter(|next| is_more(next)) else { break };
        whole = Cow::Owned([whole.trim_ascii_end(), next.trim_ascii()].concat());
        if whole.len() > HEAD_LIMIT {
            let found = format!("a URL of {} bytes over several lines", whole.len());
            return Err(ReadError::new("request line and headers of at most 1 MiB", found).at(ahead.number));
        }
        *lines = ahead;
    }
    Ok(whole)
}

/// Whether a request line has its version: nothing follows that.
fn is_whole(line: &[u8]) -> bool {
    let last = line.trim_ascii_end().rsplit(u8::is_ascii_whitespace).next();
    last.is_some_and(|word| word.starts_with(b"HTTP/"))
}

/// Whether a line is more of a URL. A header may be indented too.
fn is_more(line: &[u8]) -> bool {
    let text = line.trim_ascii_start();
    let is_path = text.len() < line.len() && text.starts_with(b"/") && !text.starts_with(b"//");
    is_path || text.starts_with(b"?") || text.starts_with(b"&")
}
