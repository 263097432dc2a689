//! The headers of an event message, of which two matter to a signature.

use crate::frames::quote;

/// What the headers say.
#[derive(Debug, Default)]
pub(super) struct Headers<'a> {
    /// `:date`, in milliseconds since 1970.
    pub(super) date: Option<i64>,
    /// The type of a `:date` that is no timestamp.
    pub(super) other_date: Option<u8>,
    /// `:chunk-signature`.
    pub(super) signature: Option<&'a [u8]>,
    /// The type of a `:chunk-signature` that is no bytes.
    pub(super) other_signature: Option<u8>,
    /// Where a header begins that cannot be read, what was expected and what was found.
    pub(super) fault: Option<(usize, &'static str, String)>,
}

/// Reads headers as far as they can be read.
pub(super) fn read(bytes: &[u8]) -> Headers<'_> {
    let (mut headers, mut rest) = (Headers::default(), bytes);
    while !rest.is_empty() {
        let at = bytes.len() - rest.len();
        match one(&mut rest) {
            Ok((name, kind, value)) => headers.note(name, kind, value),
            Err((expected, found)) => {
                headers.fault = Some((at, expected, found));
                break;
            }
        }
    }
    headers
}

impl<'a> Headers<'a> {
    fn note(&mut self, name: &[u8], kind: u8, value: &'a [u8]) {
        match (name, kind) {
            (b":date", 8) => self.date = value.first_chunk().map(|ms| i64::from_be_bytes(*ms)),
            (b":date", other) => self.other_date = Some(other),
            (b":chunk-signature", 6) => self.signature = Some(value),
            (b":chunk-signature", other) => self.other_signature = Some(other),
            _ => {}
        }
    }
}

type Header<'a> = (&'a [u8], u8, &'a [u8]);

/// Takes one header off: its name, type and value.
fn one<'a>(rest: &mut &'a [u8]) -> Result<Header<'a>, (&'static str, String)> {
    let short = |what: &[u8]| ("a header that ends before the headers do", quote(what));
    let all = *rest;
    let name_len = usize::from(take(rest, 1).ok_or_else(|| short(all))?[0]);
    let name = take(rest, name_len).ok_or_else(|| short(all))?;
    let kind = take(rest, 1).ok_or_else(|| short(name))?[0];
    let len = match kind {
        0 | 1 => 0,
        2 => 1,
        3 => 2,
        4 => 4,
        5 | 8 => 8,
        6 | 7 => {
            let len = take(rest, 2).ok_or_else(|| short(name))?;
            usize::from(u16::from_be_bytes([len[0], len[1]]))
        }
        9 => 16,
        other => return Err(("a header type of 0 to 9", format!("{other} in {}", quote(name)))),
    };
    Ok((name, kind, take(rest, len).ok_or_else(|| short(name))?))
}

fn take<'a>(rest: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(len)?;
    *rest = left;
    Some(taken)
}
