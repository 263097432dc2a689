//! The bytes of a connection told apart: where each head ends, and which bytes are its body. Pure: bytes in, messages out.
//!
//! hyper reads the same bytes and speaks the protocol; here they are only counted, so that what is kept is what came, in its
//! order and case, with the frames of a chunked transfer. What hyper refuses never gets further than this.

use std::ops::Range;

use crate::frames::pass::{Pass, Transfer};
use crate::frames::transfer::Unframer;
use crate::request::{Header, Request};

/// Takes what a [`Splitter`] finds.
pub(super) trait Receiver {
    /// A head is whole, its blank line included; how its body is framed.
    fn head(&mut self, head: Vec<u8>) -> Framing;
    /// Bytes of the body under way, as they came.
    fn body(&mut self, bytes: &[u8]);
    /// The message under way is whole.
    fn end(&mut self);
    /// These bytes of the slice that is read are of a request line.
    fn line(&mut self, _at: Range<usize>) {}
}

/// Where a message ends ([RFC 9112, 6.3]).
///
/// [RFC 9112, 6.3]: https://www.rfc-editor.org/rfc/rfc9112#section-6.3
#[derive(Debug)]
pub(super) enum Framing {
    /// So many bytes behind the head.
    Length(u64),
    /// Behind the last chunk.
    Chunked(Unframer),
    /// Nobody knows: hyper refuses it.
    Unknown,
}

impl Framing {
    /// What the headers say.
    pub(super) fn of(request: &Request) -> Self {
        if Pass::of(request).transfer == Transfer::Chunked {
            return Self::Chunked(Unframer::default());
        }
        let mut stated = request.sent().filter(|(_, header)| header.is(b"content-length"));
        let len = |header: &Header| std::str::from_utf8(header.value.trim_ascii()).ok()?.parse().ok();
        let Some((_, first)) = stated.next() else { return Self::Length(0) };
        match (len(first), stated.all(|(_, other)| other.value.trim_ascii() == first.value.trim_ascii())) {
            (Some(len), true) => Self::Length(len),
            (_, _) => Self::Unknown,
        }
    }
}

/// Heads are seldom longer.
const HEAD: usize = 1024;

/// Tells heads and bodies apart, whatever slices they come in.
pub(super) struct Splitter {
    state: State,
    /// The head so far.
    head: Vec<u8>,
    /// Where the line begins that is not whole yet.
    line: usize,
    /// Longer heads are cut: hyper refuses them.
    most: usize,
}

enum State {
    Head,
    Length(u64),
    Chunked(Unframer),
    /// In a body whose end nobody knows.
    Endless,
    /// Behind a head that is too long.
    Lost,
}

impl Splitter {
    /// For heads of at most `most` bytes.
    pub(super) fn new(most: usize) -> Self {
        Self { state: State::Head, head: Vec::new(), line: 0, most }
    }

    /// What of a head was read that is not whole.
    pub(super) fn begun(&self) -> &[u8] {
        &self.head
    }

    /// Reads the next bytes.
    pub(super) fn feed(&mut self, slice: &[u8], to: &mut impl Receiver) {
        let mut bytes = slice;
        while !bytes.is_empty() {
            let used = match &mut self.state {
                State::Head => self.head(bytes, slice.len() - bytes.len(), to),
                State::Length(left) => {
                    let here = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                    to.body(&bytes[..here]);
                    *left -= here as u64;
                    if *left == 0 {
                        self.end(to);
                    }
                    here
                }
                State::Chunked(unframer) => match unframer.feed_message(bytes, &mut |_| ()) {
                    Ok(used) => {
                        let done = unframer.is_done();
                        to.body(&bytes[..used]);
                        if done {
                            self.end(to);
                        }
                        used
                    }
                    Err(_) => {
                        self.state = State::Endless;
                        0
                    }
                },
                State::Endless => {
                    to.body(bytes);
                    bytes.len()
                }
                State::Lost => bytes.len(),
            };
            bytes = &bytes[used..];
        }
    }

    fn end(&mut self, to: &mut impl Receiver) {
        self.state = State::Head;
        to.end();
    }

    /// Reads on in a head, a line at a time: how many bytes were of it. They stand at `at` of the slice.
    fn head(&mut self, bytes: &[u8], at: usize, to: &mut impl Receiver) -> usize {
        let mut used = 0;
        if self.head.capacity() == 0 {
            // Most heads come in one piece.
            self.head.reserve(bytes.len().min(HEAD));
        }
        while let Some(len) = memchr::memchr(b'\n', &bytes[used..]) {
            self.head.extend_from_slice(&bytes[used..=used + len]);
            if self.line == 0 {
                to.line(at + used..at + used + len);
            }
            used += len + 1;
            let is_empty = matches!(&self.head[self.line..], b"\r\n" | b"\n");
            match (is_empty, self.line) {
                // Empty lines before a request line are no part of it (RFC 9112, 2.2).
                (true, 0) => self.head.clear(),
                (true, _) => {
                    self.whole(to);
                    return used;
                }
                (false, _) => self.line = self.head.len(),
            }
            if self.head.len() > self.most {
                self.state = State::Lost;
                return used;
            }
        }
        self.head.extend_from_slice(&bytes[used..]);
        if self.line == 0 {
            to.line(at + used..at + bytes.len());
        }
        if self.head.len() > self.most {
            self.head.truncate(self.most);
            self.state = State::Lost;
        }
        bytes.len()
    }

    fn whole(&mut self, to: &mut impl Receiver) {
        self.line = 0;
        match to.head(std::mem::take(&mut self.head)) {
            Framing::Length(0) => self.end(to),
            Framing::Length(len) => self.state = State::Length(len),
            Framing::Chunked(unframer) => self.state = State::Chunked(unframer),
            Framing::Unknown => self.state = State::Endless,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::http;
    use proptest::prelude::*;

    #[derive(Default)]
    struct Messages(Vec<(String, String, bool)>);

    impl Receiver for Messages {
        fn head(&mut self, head: Vec<u8>) -> Framing {
            let request = http::read_wire_head(&head);
            self.0.push((String::from_utf8_lossy(&head).into_owned(), String::new(), false));
            request.map_or(Framing::Unknown, |request| Framing::of(&request))
        }

        fn body(&mut self, bytes: &[u8]) {
            let text: String = bytes.iter().copied().map(char::from).collect();
            self.0.last_mut().unwrap().1.push_str(&text);
        }

        fn end(&mut self) {
            self.0.last_mut().unwrap().2 = true;
        }
    }

    const FIRST: &str = "PUT /a HTTP/1.1\r\nHost: h\r\nX-AMZ-Date:  x \r\nContent-Length: 5\r\n\r\n";
    const SECOND: &str = "PUT /b HTTP/1.1\r\nHost: h\r\ntransfer-encoding: gzip, Chunked\r\n\r\n";
    const FRAMES: &str = "2;x=y\r\n\r\n\r\n0\r\nA: b\r\n\r\n";
    const THIRD: &str = "GET / HTTP/1.1\nhost: h\n\n";

    #[test]
    fn pipelined_messages_are_told_apart_wherever_the_slices_end() {
        let bytes = [FIRST, "a\r\n\r\n", SECOND, FRAMES, "\r\n", THIRD, "GET /d"].concat().into_bytes();
        let expected = [(FIRST, "a\r\n\r\n"), (SECOND, FRAMES), (THIRD, "")];
        for size in [1, 2, 3, 7, 64, bytes.len()] {
            let (mut splitter, mut messages) = (Splitter::new(1000), Messages::default());
            bytes.chunks(size).for_each(|slice| splitter.feed(slice, &mut messages));
            let found: Vec<_> = messages.0.iter().map(|(head, body, _)| (&**head, &**body)).collect();
            assert_eq!(found, expected, "slices of {size}");
            assert!(messages.0.iter().all(|(.., whole)| *whole));
            assert_eq!(splitter.begun(), b"GET /d");
        }
    }

    #[test]
    fn a_body_that_is_cut_off_is_not_whole() {
        for (head, body) in [(FIRST, "abc"), (SECOND, "2\r\na"), (SECOND, "0\r\n")] {
            let (mut splitter, mut messages) = (Splitter::new(1000), Messages::default());
            splitter.feed([head, body].concat().as_bytes(), &mut messages);
            assert_eq!(messages.0, [(head.to_owned(), body.to_owned(), false)]);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever comes, in whatever slices: the same messages, and no panic.
        #[test]
        fn where_the_slices_end_changes_nothing(
            parts in proptest::collection::vec(0..9usize, 0..12),
            odd in proptest::collection::vec(any::<u8>(), 0..20),
            cuts in proptest::collection::vec(1..40usize, 1..20),
        ) {
            let known = [FIRST, SECOND, FRAMES, THIRD, "a\r\n\r\n", "\r\n", "\n", "0\r\n\r\n"].map(str::as_bytes);
            let bytes: Vec<u8> =
                parts.iter().flat_map(|part| known.get(*part).copied().unwrap_or(&odd).to_vec()).collect();
            let (mut whole, mut one) = (Splitter::new(200), Messages::default());
            whole.feed(&bytes, &mut one);
            let (mut sliced, mut many) = (Splitter::new(200), Messages::default());
            let (mut rest, mut cuts) = (&bytes[..], cuts.iter().cycle());
            while !rest.is_empty() {
                let at = (*cuts.next().unwrap()).min(rest.len());
                sliced.feed(&rest[..at], &mut many);
                rest = &rest[at..];
            }
            prop_assert_eq!(&one.0, &many.0);
            // What is too long for a head is cut at a line or at the most, wherever it came.
            prop_assert!(whole.begun().len() <= 200 + FIRST.len() && sliced.begun().len() <= 200 + FIRST.len());
        }
    }

    #[test]
    fn a_head_that_is_too_long_is_kept_up_to_there() {
        let (mut splitter, mut messages) = (Splitter::new(20), Messages::default());
        splitter.feed(FIRST.as_bytes(), &mut messages);
        splitter.feed(THIRD.as_bytes(), &mut messages);
        assert!(messages.0.is_empty());
        assert_eq!(splitter.begun(), &FIRST.as_bytes()[..FIRST.find("X-AMZ").unwrap()]);
    }
}
