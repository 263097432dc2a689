//! What is computed here beside what others say they computed: up to three texts, line by line, stage by stage.
//!
//! Our own text is the rod that the others are aligned with: a line of theirs stands beside the line of ours that it fits
//! best, and lines that only others have stand where they were found.

use std::ops::Range;

use crate::analysis::Analysis;
use crate::diff::Diff;
use crate::evidence::{Part, Piece, Side};
use crate::trace::StageKind;

/// How many others are shown at once.
pub const OTHERS: usize = 2;

/// The stages that others tell of, in order.
const STAGES: [StageKind; 2] = [StageKind::CanonicalRequest, StageKind::StringToSign];

/// Our stages beside those of others.
pub struct Comparison<'a> {
    /// Those that we are compared with.
    pub others: Vec<&'a Piece>,
    /// The rows in order.
    pub rows: Vec<Row>,
    analysis: &'a Analysis,
}

/// A line of each that has it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    /// Which text it belongs to.
    pub stage: StageKind,
    /// The line of ours.
    pub ours: Option<Cell>,
    /// The lines of the others, in their order.
    pub theirs: [Option<Cell>; OTHERS],
    /// Whether one of those that have this text differs from ours.
    pub differs: bool,
}

/// A line of a text.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Cell {
    /// Where it stands in its text, without its LF.
    pub line: Range<usize>,
    /// The parts of it that differ, relative to the line.
    pub changed: Vec<Range<usize>>,
}

impl<'a> Comparison<'a> {
    /// Compares with two pieces of evidence, of which `turn` says the first choice.
    pub fn of(analysis: &'a Analysis, evidence: &'a [Piece], turn: usize) -> Self {
        let others = chosen(evidence, turn);
        let mut comparison = Self { others, rows: Vec::new(), analysis };
        for stage in STAGES {
            comparison.push_stage(stage);
        }
        comparison
    }

    /// The text of one of the others.
    pub fn theirs(&self, other: usize, stage: StageKind) -> &'a [u8] {
        self.others.get(other).and_then(|piece| piece.stage(stage)).unwrap_or_default()
    }

    /// Our text.
    pub fn ours(&self, stage: StageKind) -> &'a [u8] {
        self.analysis.stage(stage)
    }

    /// The rows that differ.
    pub fn differences(&self) -> impl Iterator<Item = usize> {
        self.rows.iter().enumerate().filter(|(_, row)| row.differs).map(|(index, _)| index)
    }

    /// What a row is, and the text and line that tell.
    pub fn part(&self, row: &Row) -> (Part, &'a [u8]) {
        let own = row.ours.as_ref().map(|cell| (self.ours(row.stage), cell));
        let others = row.theirs.iter().enumerate();
        let of_others =
            || others.clone().find_map(|(at, cell)| Some((self.theirs(at, row.stage), cell.as_ref()?)));
        match own.or_else(of_others) {
            Some((text, cell)) => (Part::of(text, cell.line.start), &text[cell.line.clone()]),
            None => (Part::Blank, b""),
        }
    }

    fn push_stage(&mut self, stage: StageKind) {
        let has = |at: usize| self.others.get(at).is_some_and(|piece| piece.stage(stage).is_some());
        if !(0..OTHERS).any(has) {
            return;
        }
        let ours = self.ours(stage);
        let columns: [Column; OTHERS] = std::array::from_fn(|at| match has(at) {
            true => Column::of(ours, self.theirs(at, stage)),
            false => Column::default(),
        });
        let lines = crate::diff::lines(ours);
        let mut rows = Vec::with_capacity(lines.len());
        for (index, line) in lines.iter().enumerate() {
            self.push_between(&mut rows, stage, columns.each_ref().map(|column| column.before(index)));
            let theirs = columns.each_ref().map(|column| column.beside.get(index).cloned().flatten());
            let changed = theirs.iter().flatten().flat_map(|(_, changed)| changed.clone()).collect();
            let theirs = theirs.map(|cell| cell.map(|(cell, _)| cell));
            let differs = (0..OTHERS).filter(|at| has(*at)).any(|at| {
                theirs[at]
                    .as_ref()
                    .is_none_or(|cell| self.theirs(at, stage)[cell.line.clone()] != ours[line.clone()])
            });
            rows.push(Row { stage, ours: Some(Cell { line: line.clone(), changed }), theirs, differs });
        }
        self.push_between(&mut rows, stage, columns.each_ref().map(|column| column.before(lines.len())));
        self.rows.extend(rows);
    }

    /// Lines that only others have; equal ones stand in one row.
    fn push_between(
        &self,
        rows: &mut Vec<Row>,
        stage: StageKind,
        [first, second]: [&[Range<usize>]; OTHERS],
    ) {
        let text = |at: usize, line: &Range<usize>| &self.theirs(at, stage)[line.clone()];
        let cell = |line: &Range<usize>| Cell { line: line.clone(), changed: vec![0..line.len()] };
        let mut push = |theirs| rows.push(Row { stage, ours: None, theirs, differs: true });
        let mut rest = second;
        for line in first {
            let same = rest.iter().position(|other| text(1, other) == text(0, line));
            let (alone, left) = rest.split_at(same.unwrap_or_default());
            alone.iter().for_each(|other| push([None, Some(cell(other))]));
            rest = if same.is_some() { &left[1..] } else { left };
            push([Some(cell(line)), same.map(|_| cell(&left[0]))]);
        }
        rest.iter().for_each(|other| push([None, Some(cell(other))]));
    }
}

/// A line beside one of ours, and what of ours it does not have.
type Beside = Option<(Cell, Vec<Range<usize>>)>;

/// Another's lines as they stand to ours.
#[derive(Default)]
struct Column {
    beside: Vec<Beside>,
    /// By the line of ours that they stand before.
    between: Vec<Vec<Range<usize>>>,
}

impl Column {
    fn of(ours: &[u8], theirs: &[u8]) -> Self {
        let mut column = Self { beside: Vec::new(), between: vec![Vec::new()] };
        for row in Diff::of(ours, theirs).rows {
            match (row.ours, row.theirs) {
                (None, Some(line)) => {
                    column.between.last_mut().into_iter().for_each(|list| list.push(line.clone()))
                }
                (_, theirs) => {
                    let cell = |line| (Cell { line, changed: row.theirs_changed }, row.ours_changed);
                    column.beside.push(theirs.map(cell));
                    column.between.push(Vec::new());
                }
            }
        }
        column
    }

    fn before(&self, index: usize) -> &[Range<usize>] {
        self.between.get(index).map_or(&[], Vec::as_slice)
    }
}

/// The pieces that are shown: one of a server beside one of a signer where there are both; `turn` begins elsewhere.
fn chosen(evidence: &[Piece], turn: usize) -> Vec<&Piece> {
    let mut told: Vec<&Piece> =
        evidence.iter().filter(|piece| STAGES.iter().any(|stage| piece.stage(*stage).is_some())).collect();
    if told.is_empty() {
        return told;
    }
    let count = told.len();
    // What came last is what the user has in mind.
    told.reverse();
    told.rotate_left(turn % count);
    let first = told[0];
    let second = told.iter().skip(1).find(|piece| piece.side != first.side).or(told.get(1));
    let mut pair: Vec<&Piece> = [first].into_iter().chain(second.copied()).collect();
    pair.sort_by_key(|piece| piece.side != Side::Server);
    pair
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Session;
    use crate::canon::payload::Hashing;
    use crate::case::read;
    use crate::scheme::Memo;
    use crate::time::Timestamp;
    use crate::trace::Trace;

    fn analysis() -> Analysis {
        let text = b"GET /a HTTP/1.1\nHost: h\nX-Amz-Date: 20260115T093000Z\n\n";
        let session = Session::new(read(text).unwrap().request);
        Analysis::of(
            &session,
            Timestamp::from_unix(0).unwrap(),
            Hashing::Now,
            &mut Memo::default(),
            Trace::default(),
        )
    }

    fn piece(side: Side, request: &str) -> Piece {
        Piece { side, ..Piece::plain(request.as_bytes()) }
    }

    fn shown(comparison: &Comparison<'_>) -> Vec<String> {
        let text = |cell: &Option<Cell>, text: &[u8]| {
            cell.as_ref()
                .map_or("-".into(), |cell| String::from_utf8_lossy(&text[cell.line.clone()]).into_owned())
        };
        let row = |row: &Row| {
            let theirs = [0, 1].map(|at| text(&row.theirs[at], comparison.theirs(at, row.stage)));
            let mark = if row.differs { "≠" } else { "=" };
            format!("{mark} {} | {}", text(&row.ours, comparison.ours(row.stage)), theirs.join(" | "))
        };
        comparison.rows.iter().map(row).collect()
    }

    #[test]
    fn three_texts_stand_line_by_line() {
        let analysis = analysis();
        let ours = String::from_utf8(analysis.trace.canonical_request().to_vec()).unwrap();
        let server = ours.replace("host:h\n", "host:proxy\nx-amz-content-sha256:UNSIGNED-PAYLOAD\n");
        let signer = ours.replace("host:h\n", "host:h\nx-amz-content-sha256:UNSIGNED-PAYLOAD\n");
        let evidence = [piece(Side::Signer, &signer), piece(Side::Server, &server)];
        let comparison = Comparison::of(&analysis, &evidence, 0);
        let rows = shown(&comparison);
        assert_eq!(rows[0], "= GET | GET | GET");
        assert_eq!(rows[3], "≠ host:h | host:proxy | host:h");
        assert_eq!(
            rows[4],
            "≠ - | x-amz-content-sha256:UNSIGNED-PAYLOAD | x-amz-content-sha256:UNSIGNED-PAYLOAD"
        );
        assert_eq!(comparison.differences().next(), Some(3));
        assert_eq!(comparison.part(&comparison.rows[3]).0, Part::Header);
    }

    #[test]
    fn a_server_stands_beside_a_signer_and_a_turn_shows_others() {
        let analysis = analysis();
        let ours = String::from_utf8(analysis.trace.canonical_request().to_vec()).unwrap();
        let of = |side, name: &str| piece(side, &ours.replace("host:h", &format!("host:{name}")));
        let evidence = [of(Side::Signer, "a"), of(Side::Server, "b"), of(Side::Server, "c")];
        let first = |turn| {
            let comparison = Comparison::of(&analysis, &evidence, turn);
            shown(&comparison)[3].clone()
        };
        assert_eq!(first(0), "≠ host:h | host:c | host:a");
        assert_eq!(first(1), "≠ host:h | host:b | host:a");
        assert_eq!(first(2), "≠ host:h | host:c | host:a");
    }

    #[test]
    fn what_nobody_quotes_is_not_compared() {
        let analysis = analysis();
        let evidence = [Piece::plain(b"AWS4-HMAC-SHA256\n20260115T093000Z")];
        let comparison = Comparison::of(&analysis, &evidence, 0);
        assert!(comparison.rows.iter().all(|row| row.stage == StageKind::StringToSign));
        assert!(Comparison::of(&analysis, &[], 0).rows.is_empty());
    }
}
