//! Two texts side by side: lines aligned, changed parts of a line told apart, the differences in order.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Lines longer than this are compared by their common ends only.
const FINE_LIMIT: usize = 4096;

/// Two texts compared line by line.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Diff {
    /// The rows in order.
    pub rows: Vec<Row>,
}

/// A line of one text beside a line of the other.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    /// The line of the first text, as a range of it without its LF.
    pub ours: Option<Range<usize>>,
    /// The line of the second text.
    pub theirs: Option<Range<usize>>,
    /// How they compare.
    pub kind: RowKind,
    /// Which parts of `ours` are changed, relative to the line.
    pub ours_changed: Vec<Range<usize>>,
    /// Which parts of `theirs` are changed, relative to the line.
    pub theirs_changed: Vec<Range<usize>>,
}

/// How two lines compare.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RowKind {
    /// They are equal.
    Same,
    /// They stand in the same place and differ.
    Changed,
    /// Only the first text has it.
    OnlyOurs,
    /// Only the second text has it.
    OnlyTheirs,
}

impl Diff {
    /// Compares two texts.
    pub fn of(ours: &[u8], theirs: &[u8]) -> Self {
        let (a, b) = (lines(ours), lines(theirs));
        let texts =
            |lines: &[Range<usize>], text| lines.iter().map(|line| slice(text, line)).collect::<Vec<_>>();
        let mut rows = Vec::with_capacity(a.len().max(b.len()));
        for op in capture_diff_slices(Algorithm::Myers, &texts(&a, ours), &texts(&b, theirs)) {
            push_op(&mut rows, op, (ours, &a), (theirs, &b));
        }
        Self { rows }
    }

    /// The rows that differ.
    pub fn differences(&self) -> impl Iterator<Item = usize> {
        self.rows.iter().enumerate().filter(|(_, row)| row.kind != RowKind::Same).map(|(index, _)| index)
    }
}

fn slice<'a>(text: &'a [u8], line: &Range<usize>) -> &'a [u8] {
    &text[line.clone()]
}

/// The lines of a text without their ends; the last one may be empty.
pub fn lines(text: &[u8]) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut lines = Vec::new();
    for end in memchr::memchr_iter(b'\n', text).chain([text.len()]) {
        lines.push(start..end);
        start = end + 1;
    }
    lines
}

type Side<'a> = (&'a [u8], &'a [Range<usize>]);

fn push_op(rows: &mut Vec<Row>, op: DiffOp, (ours, a): Side<'_>, (theirs, b): Side<'_>) {
    let (old, new) = (op.old_range(), op.new_range());
    let equal = matches!(op, DiffOp::Equal { .. });
    for offset in 0..old.len().max(new.len()) {
        let left = old.clone().nth(offset).map(|line| a[line].clone());
        let right = new.clone().nth(offset).map(|line| b[line].clone());
        let kind = match (&left, &right) {
            _ if equal => RowKind::Same,
            (Some(_), Some(_)) => RowKind::Changed,
            (Some(_), None) => RowKind::OnlyOurs,
            (None, _) => RowKind::OnlyTheirs,
        };
        let (ours_changed, theirs_changed) = match (&left, &right) {
            (Some(left), Some(right)) if !equal => changed(slice(ours, left), slice(theirs, right)),
            _ => Default::default(),
        };
        rows.push(Row { ours: left, theirs: right, kind, ours_changed, theirs_changed });
    }
}

/// The parts of two lines that differ.
fn changed(ours: &[u8], theirs: &[u8]) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    if ours.len().max(theirs.len()) > FINE_LIMIT {
        let prefix = ours.iter().zip(theirs).take_while(|(a, b)| a == b).count();
        let (a, b) = (&ours[prefix..], &theirs[prefix..]);
        let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
        return (vec![prefix..ours.len() - suffix], vec![prefix..theirs.len() - suffix]);
    }
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for op in capture_diff_slices(Algorithm::Myers, ours, theirs) {
        if !matches!(op, DiffOp::Equal { .. }) {
            join(&mut left, op.old_range());
            join(&mut right, op.new_range());
        }
    }
    (left, right)
}

/// Adds a range; one that is a few bytes behind the last is joined with it, so that emphasis is not speckled.
fn join(ranges: &mut Vec<Range<usize>>, next: Range<usize>) {
    match ranges.last_mut() {
        Some(last) if next.start <= last.end + 2 => last.end = next.end.max(last.end),
        Some(_) | None => ranges.push(next),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn aligns_lines_and_finds_what_changed() {
        let ours = b"GET\n/a%20b\n\nhost:h\n\nhost\ne3";
        let theirs = b"GET\n/a%2520b\n\nhost:h\nx:1\n\nhost\ne3";
        let diff = Diff::of(ours, theirs);
        let kinds: Vec<_> = diff.differences().map(|row| diff.rows[row].kind).collect();
        assert_eq!(kinds, [RowKind::Changed, RowKind::OnlyTheirs]);
        let row = &diff.rows[1];
        assert_eq!(row.ours.clone().map(|range| &ours[range]), Some(&b"/a%20b"[..]));
        let part = row.theirs_changed[0].clone();
        assert!(part.len() <= 4 && row.theirs_changed.len() == 1, "{row:?}");
    }

    #[test]
    fn equal_texts_have_no_difference() {
        assert_eq!(Diff::of(b"a\nb", b"a\nb").differences().count(), 0);
        assert_eq!(Diff::of(b"a\n", b"a").differences().count(), 1);
    }

    proptest! {
        #[test]
        fn every_line_of_both_stands_once_and_in_order(ours in "[ab\n]{0,40}", theirs in "[ab\n]{0,40}") {
            let diff = Diff::of(ours.as_bytes(), theirs.as_bytes());
            let left: Vec<_> = diff.rows.iter().filter_map(|row| row.ours.clone()).map(|range| &ours[range]).collect();
            let right: Vec<_> = diff.rows.iter().filter_map(|row| row.theirs.clone()).map(|range| &theirs[range]).collect();
            prop_assert_eq!(left.join("\n"), ours);
            prop_assert_eq!(right.join("\n"), theirs);
        }
    }
}
