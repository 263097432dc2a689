//! A request as it goes over the wire: reader and writer of raw HTTP/1.1.
//!
//! General parsers refuse or mend bare spaces in the target, folded lines or a missing version; this one keeps them.

use super::error::{HEAD_LIMIT, ReadError, quote};
use super::{Body, Header, Request, Switch};

/// The methods of HTTP that requests are sent with.
pub(crate) const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

/// Reads the head of a message as it came over the wire: nothing in it is a comment or a setting.
///
/// # Errors
///
/// When a line is not what the grammar asks for there.
pub fn read_wire_head(text: &[u8]) -> Result<Request, ReadError> {
    let mut request = Request::default();
    read_wire_head_into(text, &mut request)?;
    Ok(request)
}

/// The same, into the memory of a request that nobody needs any more. What it is after an error is of no use.
///
/// # Errors
///
/// When a line is not what the grammar asks for there.
pub fn read_wire_head_into(text: &[u8], request: &mut Request) -> Result<(), ReadError> {
    let mut lines = Lines { rest: text, number: 0 };
    let line = lines.next()?.unwrap_or_default();
    RequestLine::of(line, lines.number)?.write(request);
    request.body = Body::default();
    let mut fields = Fields::over(&mut request.headers);
    while let Some(line) = lines.next()?.filter(|line| !line.is_empty()) {
        fields.measure(line, lines.number)?;
        fields.take(line, lines.number, Switch::On)?;
    }
    Ok(())
}

/// Lines without their ends.
pub(crate) struct Lines<'a> {
    pub(crate) rest: &'a [u8],
    pub(crate) number: usize,
}

impl<'a> Lines<'a> {
    pub(crate) fn next(&mut self) -> Result<Option<&'a [u8]>, ReadError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        self.number += 1;
        let end = memchr::memchr(b'\n', self.rest);
        let line = &self.rest[..end.unwrap_or(self.rest.len())];
        if line.len() > HEAD_LIMIT {
            let found = format!("a line of {} bytes", line.len());
            return Err(ReadError::new("request line and headers of at most 1 MiB", found).at(self.number));
        }
        self.rest = end.map_or(&[], |end| &self.rest[end + 1..]);
        Ok(Some(line.strip_suffix(b"\r").unwrap_or(line)))
    }
}

/// A request line taken apart.
pub(crate) struct RequestLine<'a> {
    /// A URL alone has none.
    pub(crate) method: Option<&'a [u8]>,
    target: &'a [u8],
    version: &'a [u8],
    /// Whether there is more than one space around the target.
    pub(crate) has_spaces: bool,
}

impl<'a> RequestLine<'a> {
    pub(crate) fn of(line: &'a [u8], number: usize) -> Result<Self, ReadError> {
        let wrong = || {
            ReadError::new("a request line such as `GET /path HTTP/1.1`", quote(line))
                .at(number)
                .hint("paste the whole request, from its first line on")
        };
        let line = line.trim_ascii();
        let (method, rest) = match is_absolute(line) {
            true => (None, line),
            false => {
                let space = line.iter().position(u8::is_ascii_whitespace).ok_or_else(wrong)?;
                (Some(&line[..space]), &line[space + 1..])
            }
        };
        let version =
            rest.iter().rposition(u8::is_ascii_whitespace).filter(|at| rest[at + 1..].starts_with(b"HTTP/"));
        let spaced = &rest[..version.unwrap_or(rest.len())];
        let target = spaced.trim_ascii();
        let is_method = method.unwrap_or_default().iter().copied().all(is_token_byte);
        if !is_method || target.is_empty() || !is_target(target) {
            return Err(wrong());
        }
        let version = version.map_or(&[][..], |at| &rest[at + 1..]);
        Ok(Self { method, target, version, has_spaces: target.len() < spaced.len() })
    }

    pub(crate) fn write(&self, request: &mut Request) {
        replace(&mut request.method, self.method.unwrap_or(b"GET"));
        replace(&mut request.target, self.target);
        replace(&mut request.version, self.version);
    }
}

/// Writes over what stands there, in the memory it has.
fn replace(bytes: &mut Vec<u8>, with: &[u8]) {
    bytes.clear();
    bytes.extend_from_slice(with);
}

/// Whether a byte may stand in a method or the name of a header: a `tchar` (RFC 9110, 5.6.2).
pub(crate) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn is_target(target: &[u8]) -> bool {
    matches!(target.first(), Some(b'/' | b'*' | b'?')) || is_absolute(target)
}

fn is_absolute(target: &[u8]) -> bool {
    let schemes = [&b"http://"[..], b"https://", b"ws://", b"wss://"];
    schemes
        .iter()
        .any(|scheme| target.get(..scheme.len()).is_some_and(|own| own.eq_ignore_ascii_case(scheme)))
}

/// Header fields under way, written over those that stood there before; what of these is left at the end goes.
pub(crate) struct Fields<'a> {
    headers: &'a mut Vec<Header>,
    count: usize,
    size: usize,
}

impl<'a> Fields<'a> {
    pub(crate) fn over(headers: &'a mut Vec<Header>) -> Self {
        Self { headers, count: 0, size: 0 }
    }

    /// Counts a line, be it a comment, against what all may be.
    pub(crate) fn measure(&mut self, line: &[u8], number: usize) -> Result<(), ReadError> {
        self.size += line.len();
        if self.size > HEAD_LIMIT {
            return Err(ReadError::new("headers of at most 1 MiB", "more").at(number));
        }
        Ok(())
    }

    /// Takes a line: a field, or more of the one before (`obs-fold`; RFC 9112, 5.2).
    pub(crate) fn take(&mut self, line: &[u8], number: usize, switch: Switch) -> Result<(), ReadError> {
        if let (true, Some(last)) = (matches!(line, [b' ' | b'\t', ..]), self.count.checked_sub(1)) {
            self.headers[last].value.extend_from_slice(b"\r\n");
            self.headers[last].value.extend_from_slice(line);
            return Ok(());
        }
        let (name, gap, value) = split_header(line).ok_or_else(|| {
            ReadError::new("a header such as `Name: value`", quote(line))
                .at(number)
                .hint("a blank line must stand between headers and body")
        })?;
        if self.count == self.headers.len() {
            self.headers.push(Header { name: Vec::new(), gap: Vec::new(), value: Vec::new(), switch });
        }
        let header = &mut self.headers[self.count];
        replace(&mut header.name, name);
        replace(&mut header.gap, gap);
        replace(&mut header.value, value);
        header.switch = switch;
        self.count += 1;
        Ok(())
    }
}

impl Drop for Fields<'_> {
    fn drop(&mut self) {
        self.headers.truncate(self.count);
    }
}

/// Name, gap and value of `name:value`; a name may begin with a colon, as pseudo-headers do.
fn split_header(line: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let colon = 1 + memchr::memchr(b':', line.get(1..)?)?;
    let after = &line[colon + 1..];
    let gap = after.len() - after.trim_ascii_start().len();
    // A value of spaces only keeps them: they are its value, not its gap.
    let gap = if gap == after.len() { gap.min(1) } else { gap };
    Some((&line[..colon], &after[..gap], &after[gap..]))
}

/// Writes `request` as it goes over the wire. A body in a file is not included.
pub fn write(request: &Request) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    let headers =
        request.headers.iter().filter(|header| header.switch == Switch::On).map(|header| (&b""[..], header));
    write_head(&mut out, request, &request.target, headers, b"\r\n");
    out.extend_from_slice(&request.body.bytes());
    out
}

/// Writes request line and headers, each behind its mark, with lines that end so.
pub(crate) fn write_head<'a>(
    out: &mut Vec<u8>,
    request: &Request,
    target: &[u8],
    headers: impl Iterator<Item = (&'a [u8], &'a Header)>,
    end: &[u8],
) {
    out.extend([&request.method[..], b" ", target].concat());
    if !request.version.is_empty() {
        out.push(b' ');
        out.extend_from_slice(&request.version);
    }
    out.extend_from_slice(end);
    for (mark, header) in headers {
        for part in [mark, &header.name[..], b":", &header.gap, &header.value] {
            out.extend_from_slice(part);
        }
        // A CR of the value's own would be taken for the line's.
        let end = if out.ends_with(b"\r") { b"\r\n" } else { end };
        out.extend_from_slice(end);
    }
    out.extend_from_slice(end);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_request_that_lends_its_memory_nothing_is_left() {
        let mut request =
            read_wire_head(b"PUT /long?a=b HTTP/1.1\r\nHost: example.com\r\nA:  1\r\n\tmore\r\nB: 2\r\n\r\n")
                .unwrap();
        request.body = Body::from(b"body".to_vec());
        for head in [
            &b"GET / HTTP/1.1\r\nH:\r\n\r\n"[..],
            b"POST /k HTTP/1.0\r\nHost: h\r\nC: d\r\nE: f\r\nG: i\r\n\r\n",
        ] {
            read_wire_head_into(head, &mut request).unwrap();
            assert_eq!(request, read_wire_head(head).unwrap());
            assert_eq!(write(&request), head);
        }
    }
}
