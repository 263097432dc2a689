//! The writer of traced texts: bytes and their origin go in together, by verbs as short as `push` on a string.

use super::{Origin, Piece, Rule, Rules, Traced};
use crate::request::{Part, Span};

impl Traced {
    /// Writes bytes that the scheme fixes.
    pub fn fixed(&mut self, bytes: &[u8]) {
        self.put(Origin::Scheme, Rules::NONE, bytes);
    }

    /// Writes bytes of any origin.
    pub fn put(&mut self, origin: Origin, rules: Rules, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        self.bytes.extend_from_slice(bytes);
        self.close(origin, rules);
    }

    /// Writes a digest in lower-case hex.
    pub fn put_hex(&mut self, origin: Origin, rules: Rules, digest: &[u8; 32]) {
        self.put(origin, rules, &hex_digest(digest));
    }

    /// Notes that these bytes of the request were left out here.
    pub fn omit(&mut self, part: Part, range: std::ops::Range<usize>, rule: Rule) {
        if !range.is_empty() {
            self.close(Origin::Request(Span::new(part, range)), rule.into());
        }
    }

    /// Ends a piece at the last byte written.
    pub(crate) fn close(&mut self, origin: Origin, rules: Rules) {
        debug_assert!(u32::try_from(self.bytes.len()).is_ok(), "stages are bounded by the readers");
        self.pieces.push(Piece { end: self.bytes.len() as u32, origin, rules });
    }

    /// Appends all of `other`.
    pub(crate) fn extend(&mut self, other: &Self) {
        let base = self.bytes.len() as u32;
        self.append(other, &other.since((0, 0)), Rules::NONE);
        self.sections.extend(other.sections.iter().map(|(end, section)| (end + base, *section)));
    }

    /// Appends the bytes and pieces of `other` that lie in the given ranges, with one rule more.
    pub(crate) fn append(&mut self, other: &Self, run: &Run, rules: Rules) {
        let base = self.bytes.len() as u32;
        self.bytes.extend_from_slice(&other.bytes[run.bytes.clone()]);
        self.pieces.extend(other.pieces[run.pieces.clone()].iter().map(|piece| Piece {
            end: piece.end - run.bytes.start as u32 + base,
            origin: piece.origin,
            rules: piece.rules.union(rules),
        }));
    }

    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), pieces: Vec::with_capacity(bytes / 8), sections: Vec::new() }
    }

    /// Forgets the text but keeps the memory, for the next keystroke.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.pieces.clear();
        self.sections.clear();
    }

    /// Where the next byte and piece will stand.
    pub(crate) fn mark(&self) -> (usize, usize) {
        (self.bytes.len(), self.pieces.len())
    }

    /// What was written since `mark`.
    pub(crate) fn since(&self, mark: (usize, usize)) -> Run {
        Run { bytes: mark.0..self.bytes.len(), pieces: mark.1..self.pieces.len() }
    }
}

/// A digest in lower-case hex.
///
/// A trace holds seven digests, so this is on the path of every keystroke: a loop without branches, which the
/// compiler turns into vector instructions.
pub(crate) fn hex_digest(digest: &[u8; 32]) -> [u8; 64] {
    let mut text = [0; 64];
    let digit = |nibble: u8| nibble + b'0' + if nibble > 9 { b'a' - b'0' - 10 } else { 0 };
    let (pairs, _) = text.as_chunks_mut::<2>();
    pairs.iter_mut().zip(digest).for_each(|(pair, byte)| *pair = [digit(byte >> 4), digit(byte & 15)]);
    text
}

/// A part of a traced text: its bytes and its pieces.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) bytes: std::ops::Range<usize>,
    pub(crate) pieces: std::ops::Range<usize>,
}

/// Copies a part of the request, keeping track of how far it has been copied.
///
/// Bytes that no rule touches gather in a run and become one piece; everything else cuts the run.
pub(crate) struct Copier<'a> {
    out: &'a mut Traced,
    part: Part,
    source: &'a [u8],
    base: usize,
    rules: Rules,
    pending: usize,
}

impl<'a> Copier<'a> {
    /// Copies from `source`, which stands in `part` from byte `base` on; every piece carries `rules`.
    pub(crate) fn new(out: &'a mut Traced, part: Part, source: &'a [u8], base: usize, rules: Rules) -> Self {
        Self { out, part, source, base, rules, pending: 0 }
    }

    /// Byte `at` begins something that is not copied as it stands: writes the run before it.
    pub(crate) fn flush(&mut self, at: usize) {
        if self.pending < at {
            let run = &self.source[self.pending..at];
            self.out.put(self.origin(self.pending, at), self.rules, run);
        }
        self.pending = at;
    }

    /// Bytes `at..end` of the source become `bytes`.
    pub(crate) fn turn(&mut self, at: usize, end: usize, bytes: &[u8], rules: Rules) {
        self.flush(at);
        self.out.put(self.origin(at, end), self.rules.union(rules), bytes);
        self.pending = end;
    }

    /// Bytes `at..end` of the source are left out.
    pub(crate) fn omit(&mut self, at: usize, end: usize, rule: Rule) {
        self.flush(at);
        self.out.omit(self.part, self.base + at..self.base + end, rule);
        self.pending = end;
    }

    /// Where the source byte `at` will stand in the text, once the pending run is written.
    pub(crate) fn written(&self, at: usize) -> usize {
        self.out.bytes.len() + at - self.pending
    }

    /// Leaves out the bytes before `at`, which something else speaks of.
    pub(crate) fn skip(&mut self, at: usize) {
        self.pending = at;
    }

    /// Writes what is left.
    pub(crate) fn finish(mut self) {
        self.flush(self.source.len());
    }

    fn origin(&self, start: usize, end: usize) -> Origin {
        Origin::Request(Span::new(self.part, self.base + start..self.base + end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn hex_is_what_the_general_encoder_writes(digest in any::<[u8; 32]>()) {
            let mut text = Traced::default();
            text.put_hex(Origin::Scheme, Rules::NONE, &digest);
            prop_assert_eq!(String::from_utf8_lossy(text.bytes()), hex::encode(digest));
        }
    }
}
