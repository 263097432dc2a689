//! Looking up a trace both ways: which input made this output byte, and which output bytes this input reached.

use std::ops::Range;

use super::{Origin, Piece, StageKind, Trace, Traced};
use crate::request::Span;

/// A range of bytes in a stage.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Place {
    /// The stage.
    pub stage: StageKind,
    /// The bytes; empty where input was left out.
    pub range: Range<usize>,
}

impl Traced {
    /// The piece that holds the byte at `at`, and the range it covers.
    pub fn piece_at(&self, at: usize) -> Option<(Range<usize>, &Piece)> {
        let index = self.pieces.partition_point(|piece| piece.end as usize <= at);
        let piece = self.pieces.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.pieces[before].end as usize);
        Some((start..piece.end as usize, piece))
    }

    /// The pieces that `range` touches, the empty ones at its edges included.
    pub fn pieces_in(&self, range: Range<usize>) -> impl Iterator<Item = (Range<usize>, &Piece)> {
        // Pieces stand in order: none before the first that ends there or later, and none behind the first that begins beyond.
        let first = self.pieces.partition_point(|piece| (piece.end as usize) < range.start);
        let mut start = first.checked_sub(1).map_or(0, |before| self.pieces[before].end as usize);
        let places = self.pieces[first..].iter().map(move |piece| {
            let place = start..piece.end as usize;
            start = place.end;
            (place, piece)
        });
        let end = range.end;
        places.take_while(move |(place, _)| place.start <= end).filter(move |(place, _)| {
            match place.is_empty() {
                true => range.start <= place.start && place.start <= range.end,
                false => place.start < range.end && range.start < place.end,
            }
        })
    }

    /// The input byte behind the output byte at `at`: exact where the piece kept its length, else its whole span.
    pub fn source_of(&self, at: usize) -> Option<Span> {
        let (range, piece) = self.piece_at(at)?;
        let Origin::Request(span) = piece.origin else { return None };
        if span.range().len() != range.len() {
            return Some(span);
        }
        let byte = span.start as usize + at - range.start;
        Some(Span::new(span.part, byte..byte + 1))
    }

    /// Where the input `span` reached this text, in order; empty ranges where it was left out.
    pub fn reached_by(&self, span: Span) -> impl Iterator<Item = Range<usize>> {
        self.ranges().filter_map(move |(range, piece)| {
            let Origin::Request(source) = piece.origin else { return None };
            source.touches(span).then(|| narrow(&range, source, span))
        })
    }
}

impl Trace {
    /// Every place that the input `span` reached by itself; what was hashed from these follows from them.
    pub fn reached_by(&self, span: Span) -> Vec<Place> {
        let places = |stage: StageKind, text: &Traced| {
            text.reached_by(span).map(move |range| Place { stage, range }).collect::<Vec<_>>()
        };
        self.stages.iter().flat_map(|stage| places(stage.kind, &stage.text)).collect()
    }
}

/// The part of `range` that `span` made, where the piece kept its length; else all of it.
fn narrow(range: &Range<usize>, source: Span, span: Span) -> Range<usize> {
    if source.range().len() != range.len() {
        return range.clone();
    }
    let start = span.start.saturating_sub(source.start) as usize;
    let end = (span.end.min(source.end) - source.start) as usize;
    range.start + start..range.start + end.max(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Part;
    use crate::trace::{Rule, Rules};

    fn text() -> Traced {
        let mut text = Traced::default();
        let span = |range| Origin::Request(Span::new(Part::Target, range));
        text.put(span(0..3), Rules::NONE, b"abc");
        text.put(span(3..4), Rule::Encoded.into(), b"%20");
        text.omit(Part::Target, 4..6, Rule::Trimmed);
        text.fixed(b"\n");
        text
    }

    #[test]
    fn finds_the_input_of_an_output_byte() {
        let text = text();
        assert_eq!(text.source_of(1), Some(Span::new(Part::Target, 1..2)));
        assert_eq!(text.source_of(4), Some(Span::new(Part::Target, 3..4)));
        assert_eq!(text.source_of(6), None);
        assert_eq!(text.source_of(7), None);
    }

    #[test]
    fn finds_the_output_of_an_input_range() {
        let text = text();
        let reached = |range| text.reached_by(Span::new(Part::Target, range)).collect::<Vec<_>>();
        assert_eq!(reached(1..2), [1..2]);
        assert_eq!(reached(2..4), [2..3, 3..6]);
        assert_eq!(reached(5..6), [6..6]);
        assert!(reached(6..7).is_empty());
    }
}
