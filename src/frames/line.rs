//! A line that comes in pieces.

/// The bytes of a line so far.
#[derive(Debug, Default)]
pub(super) struct Line {
    bytes: Vec<u8>,
}

/// What became of the bytes offered to a line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Taken {
    /// These many bytes end the line.
    Whole(usize),
    /// All of them belong to it, and it goes on.
    All,
    /// The line is longer than it may be.
    TooLong,
}

/// How a line ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum End {
    Crlf,
    Lf,
}

impl Line {
    /// Takes bytes up to the LF; a line may have `most` bytes with its end.
    pub(super) fn take(&mut self, bytes: &[u8], most: usize) -> Taken {
        let room = most.saturating_sub(self.bytes.len());
        let window = &bytes[..bytes.len().min(room)];
        if let Some(at) = memchr::memchr(b'\n', window) {
            self.bytes.extend_from_slice(&window[..=at]);
            return Taken::Whole(at + 1);
        }
        self.bytes.extend_from_slice(window);
        if window.len() == room { Taken::TooLong } else { Taken::All }
    }

    /// What was taken, without the line's end.
    pub(super) fn text(&self) -> (&[u8], End) {
        match self.bytes.strip_suffix(b"\r\n") {
            Some(text) => (text, End::Crlf),
            None => (self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes), End::Lf),
        }
    }

    /// How many bytes were taken.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Begins the next line in the same memory.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
    }
}
