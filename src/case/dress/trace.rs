//! `curl --trace` and `--trace-ascii`: what was sent and received, with offsets, in hex or in lines of 64 columns.
//!
//! Source: `tool_debug_cb` of curl. It breaks lines behind CR LF and at the last column; the offsets tell which of the two it was.

use super::Found;
use super::dump;
use super::message::{self, Fidelity, Piece};
use super::paper::Paper;

const HEADER: &str = "=> Send header, ";
const DATA: &str = "=> Send data, ";

pub(super) fn read(paper: &Paper<'_>) -> Vec<Found> {
    let mut pieces = Vec::new();
    for place in paper.lines_with(&[HEADER, DATA]) {
        pieces.extend(piece(paper, place));
    }
    message::read(&pieces, "a request as curl --trace prints it")
}

/// The bytes below a line that announces them.
fn piece(paper: &Paper<'_>, place: usize) -> Option<Piece> {
    let title = paper.line(place)?;
    let (kind, stated) = [HEADER, DATA].iter().find_map(|kind| Some((*kind, title.split_once(kind)?.1)))?;
    let stated: usize = stated.split(' ').next()?.parse().ok()?;
    let rows: Vec<(usize, &str)> = (place + 1..).map_while(|at| row(paper.line(at)?)).collect();
    let in_hex = || {
        let bytes: Vec<u8> = rows.iter().flat_map(|(_, text)| dump::bytes(text)).collect();
        (bytes.len() == stated).then_some((bytes, Fidelity::Exact))
    };
    let (bytes, fidelity) = in_hex().unwrap_or_else(|| in_text(&rows, stated, kind == DATA));
    let lines = place + 1..=place + 1 + rows.len();
    // Of a piece that is cut off, the head may be whole.
    (kind == HEADER || bytes.len() == stated).then_some(Piece { bytes, lines, fidelity })
}

/// Offset and text of a line.
fn row(line: &str) -> Option<(usize, &str)> {
    let (offset, text) = line.split_once(':')?;
    let is_offset = (4..=8).contains(&offset.len()) && offset.bytes().all(|byte| byte.is_ascii_hexdigit());
    let offset = usize::from_str_radix(offset, 16).ok().filter(|_| is_offset)?;
    Some((offset, text.strip_prefix(' ').unwrap_or(text)))
}

fn in_text(rows: &[(usize, &str)], stated: usize, is_data: bool) -> (Vec<u8>, Fidelity) {
    let (mut bytes, mut fidelity) = (Vec::new(), Fidelity::Exact);
    let is_json = rows.first().is_some_and(|(_, text)| text.starts_with(['{', '[']));
    for (at, (offset, text)) in rows.iter().enumerate() {
        if *offset != bytes.len() {
            break;
        }
        if is_data && has_doubtful_dot(text, is_json) {
            fidelity = Fidelity::Doubtful;
        }
        bytes.extend_from_slice(text.as_bytes());
        let next = rows.get(at + 1).map_or(stated, |(next, _)| *next);
        if next == bytes.len() + 2 {
            bytes.extend_from_slice(b"\r\n");
        }
    }
    (bytes, fidelity)
}

/// Whether a dot may stand for another byte. Between letters and digits of JSON it is one: numbers, names of hosts.
fn has_doubtful_dot(text: &str, is_json: bool) -> bool {
    let bytes = text.as_bytes();
    let is_plain = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    memchr::memchr_iter(b'.', bytes)
        .any(|at| !(is_json && is_plain(at.checked_sub(1)) && is_plain(Some(at + 1))))
}
