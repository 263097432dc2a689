//! Bytes that stay cheap to edit however many they are: a body of 10 MB, on one line or on a million.
//!
//! A [`Rope`] is a list of chunks behind reference counts. An edit copies the chunk it touches; a clone (an
//! undo step, a hash in the background) copies the list alone. Ready-made ropes hold UTF-8; a signed body may
//! hold anything, so this one counts bytes. Lines end with LF.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// Chunks are split above this size; an edit copies at most this many bytes.
const CHUNK: usize = 32 * 1024;

/// A sequence of bytes in reference-counted chunks.
#[derive(Clone, Debug, Default)]
pub struct Rope {
    chunks: Vec<Arc<Chunk>>,
    len: usize,
}

#[derive(Clone, Debug)]
struct Chunk {
    bytes: Vec<u8>,
    newlines: usize,
}

impl Chunk {
    fn new(bytes: Vec<u8>) -> Arc<Self> {
        let newlines = memchr::memchr_iter(b'\n', &bytes).count();
        Arc::new(Self { bytes, newlines })
    }
}

impl Rope {
    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bytes in order, a chunk at a time.
    pub fn chunks(&self) -> impl Iterator<Item = &[u8]> {
        self.chunks.iter().map(|chunk| chunk.bytes.as_slice())
    }

    /// The bytes of `range`, cut to what is there; borrowed where they lie in one chunk.
    pub fn slice(&self, range: Range<usize>) -> Cow<'_, [u8]> {
        let range = range.start.min(self.len)..range.end.min(self.len);
        let (first, within) = self.locate(range.start);
        if let Some(chunk) = self.chunks.get(first)
            && within + range.len() <= chunk.bytes.len()
        {
            return Cow::Borrowed(&chunk.bytes[within..within + range.len()]);
        }
        let mut out = Vec::with_capacity(range.len());
        let mut skip = within;
        for chunk in self.chunks.iter().skip(first) {
            let take = (range.len() - out.len()).min(chunk.bytes.len() - skip);
            out.extend_from_slice(&chunk.bytes[skip..skip + take]);
            skip = 0;
            if out.len() == range.len() {
                break;
            }
        }
        Cow::Owned(out)
    }

    /// All bytes as one slice; borrowed when they lie in one chunk.
    pub fn to_cow(&self) -> Cow<'_, [u8]> {
        self.slice(0..self.len)
    }

    /// Puts `text` before the byte at `at`.
    pub fn insert(&mut self, at: usize, text: &[u8]) {
        self.replace(at..at, text);
    }

    /// Replaces `range` by `text`, touching only the chunks that the range lies in.
    pub fn replace(&mut self, range: Range<usize>, text: &[u8]) {
        let range = range.start.min(self.len)..range.end.min(self.len);
        let (first, start) = self.locate(range.start);
        let (last, end) = self.locate(range.end);
        let Some(chunk) = self.chunks.get_mut(first) else {
            self.chunks = cut(text);
            self.len = text.len();
            return;
        };
        self.len = self.len - range.len() + text.len();
        if first == last && chunk.bytes.len() - range.len() + text.len() <= 2 * CHUNK {
            let chunk = Arc::make_mut(chunk);
            chunk.newlines -= memchr::memchr_iter(b'\n', &chunk.bytes[start..end]).count();
            chunk.newlines += memchr::memchr_iter(b'\n', text).count();
            chunk.bytes.splice(start..end, text.iter().copied());
            return;
        }
        let mut joined = chunk.bytes[..start].to_vec();
        joined.extend_from_slice(text);
        joined.extend_from_slice(&self.chunks[last].bytes[end..]);
        self.chunks.splice(first..=last, cut(&joined));
    }

    /// How many LF bytes stand before `at`: the number of the line, counted from zero.
    pub fn line_of(&self, at: usize) -> usize {
        let (index, within) = self.locate(at);
        let before: usize = self.chunks[..index].iter().map(|chunk| chunk.newlines).sum();
        before + self.chunks.get(index).map_or(0, |c| memchr::memchr_iter(b'\n', &c.bytes[..within]).count())
    }

    /// Where the line that holds the byte at `at` begins, looking back at most `most` bytes.
    pub fn line_start(&self, at: usize, most: usize) -> Option<usize> {
        let low = at.saturating_sub(most);
        match memchr::memrchr(b'\n', &self.slice(low..at)) {
            Some(found) => Some(low + found + 1),
            None => (low == 0).then_some(0),
        }
    }

    /// Where line `line` (from zero) begins; the end where there are fewer.
    pub fn start_of_line(&self, line: usize) -> usize {
        let (mut left, mut offset) = (line, 0);
        for chunk in &self.chunks {
            if left <= chunk.newlines && left > 0 {
                let found = memchr::memchr_iter(b'\n', &chunk.bytes).nth(left - 1);
                return offset + found.map_or(chunk.bytes.len(), |at| at + 1);
            }
            left -= chunk.newlines.min(left);
            offset += chunk.bytes.len();
        }
        if line == 0 { 0 } else { self.len }
    }

    /// The chunk that holds the byte at `at`, and the byte's place in it; the end belongs to the last chunk.
    fn locate(&self, at: usize) -> (usize, usize) {
        let mut left = at.min(self.len);
        for (index, chunk) in self.chunks.iter().enumerate() {
            if left < chunk.bytes.len() || index + 1 == self.chunks.len() {
                return (index, left);
            }
            left -= chunk.bytes.len();
        }
        (0, 0)
    }
}

fn cut(bytes: &[u8]) -> Vec<Arc<Chunk>> {
    bytes.chunks(CHUNK).map(|part| Chunk::new(part.to_vec())).collect()
}

impl From<Vec<u8>> for Rope {
    fn from(bytes: Vec<u8>) -> Self {
        let len = bytes.len();
        let chunks = if (1..=CHUNK).contains(&len) { vec![Chunk::new(bytes)] } else { cut(&bytes) };
        Self { chunks, len }
    }
}

impl PartialEq for Rope {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.chunks().flatten().eq(other.chunks().flatten())
    }
}

impl Eq for Rope {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn edits_agree_with_a_plain_vector(
            start in proptest::collection::vec(any::<u8>(), 0..200),
            edits in proptest::collection::vec((any::<usize>(), any::<usize>(), 0usize..90_000, any::<u8>()), 1..8),
        ) {
            let (mut rope, mut plain) = (Rope::from(start.clone()), start);
            for (from, len, size, byte) in edits {
                let from = from % (plain.len() + 1);
                let to = from + len % (plain.len() - from + 1);
                let mut text = vec![byte; size];
                text.extend_from_slice(b"a\nb");
                rope.replace(from..to, &text);
                plain.splice(from..to, text);
                prop_assert_eq!(rope.len(), plain.len());
                prop_assert!(rope.to_cow() == plain);
                prop_assert!(*rope.slice(from..from + 40_000) == plain[from..(from + 40_000).min(plain.len())]);
                let lines = plain[..from].iter().filter(|b| **b == b'\n').count();
                prop_assert_eq!(rope.line_of(from), lines);
                let begin = plain[..from].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
                prop_assert_eq!(rope.line_start(from, usize::MAX), Some(begin));
                prop_assert_eq!(rope.start_of_line(lines), begin);
            }
        }
    }

    #[test]
    fn an_edit_leaves_the_clone_alone() {
        let mut rope = Rope::from(vec![b'a'; 100_000]);
        let before = rope.clone();
        rope.insert(50_000, b"x");
        assert_eq!(before.len(), 100_000);
        assert_eq!(before.slice(50_000..50_001).as_ref(), b"a");
        assert_eq!(rope.slice(50_000..50_001).as_ref(), b"x");
    }
}
