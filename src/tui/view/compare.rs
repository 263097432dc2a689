//! Ours and theirs, line by line: aligned, the changed parts told apart, everything invisible made visible.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::paint::{self, Breaks, Look};
use super::{Scene, no_diff, shown};
use crate::analysis::Theirs;
use crate::diff::{Diff, Row, RowKind};
use crate::report::{Reveal, redact};
use crate::tui::model::Model;
use crate::tui::text::{Row as TextRow, Text, rows};
use crate::visible::End;

/// From this width on the two stand side by side.
const SIDE_BY_SIDE: u16 = 96;

/// The comparison of our stage with the other side's text.
pub fn diff(model: &Model) -> Diff {
    match &model.session.theirs {
        Some(theirs) => Diff::of(ours(model), &theirs.text),
        None => no_diff(),
    }
}

fn ours(model: &Model) -> &[u8] {
    model.session.theirs.as_ref().map_or(&[], |theirs| model.analysis.stage(theirs.stage()))
}

fn theirs(model: &Model) -> &[u8] {
    model.session.theirs.as_ref().map_or(&[], |theirs| &theirs.text)
}

pub(crate) fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let model = scene.model;
    let Some(theirs) = &model.session.theirs else { return invite(scene, area, buffer) };
    let diff = diff(model);
    let columns = columns(area);
    heads(scene, theirs, &columns, buffer);
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let mut y = body.y;
    for index in first_row(model, &diff, body)..diff.rows.len() {
        let row = &diff.rows[index];
        let height = height(model, row, &columns);
        if y >= body.bottom() {
            break;
        }
        draw_row(
            scene,
            row,
            index,
            &columns,
            Rect { y, height: height.min(body.bottom() - y), ..body },
            buffer,
        );
        y += height;
    }
}

/// The row of the comparison that is drawn `offset` lines below its top.
pub fn row_at(model: &Model, offset: usize) -> usize {
    let Some(layout) = crate::tui::layout::Layout::of(model) else { return model.difference };
    let diff = diff(model);
    let columns = columns(layout.main);
    let body = Rect { height: layout.main.height.saturating_sub(1), ..layout.main };
    let mut below = 0;
    for index in first_row(model, &diff, body)..diff.rows.len() {
        below += usize::from(height(model, &diff.rows[index], &columns));
        if offset < below {
            return index;
        }
    }
    model.difference
}

/// What to do while there is nothing to compare with.
fn invite(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let theme = &scene.model.theme;
    let lines = [
        ("Compare with what the other side computed", theme.focus),
        ("", theme.text),
        ("Paste the server's canonical request or string to sign here: AWS quotes both in many", theme.text),
        (
            "SignatureDoesNotMatch errors, and SDKs log theirs at debug level. Or press o to load a file.",
            theme.text,
        ),
        ("", theme.text),
        ("The first line tells which of the two it is. n and N walk the differences.", theme.quiet),
    ];
    for (y, (line, style)) in lines.iter().enumerate().take(area.height.saturating_sub(1).into()) {
        paint::short(buffer, area, 2, y as u16 + 1, line, *style);
    }
}

/// The areas of ours and theirs; one above the other where there is no room beside.
fn columns(area: Rect) -> [Rect; 2] {
    if area.width < SIDE_BY_SIDE {
        return [area, area];
    }
    let half = area.width / 2;
    [Rect { width: half, ..area }, Rect { x: area.x + half, width: area.width - half, ..area }]
}

fn beside(columns: &[Rect; 2]) -> bool {
    columns[0] != columns[1]
}

fn heads(scene: &Scene<'_>, theirs: &Theirs, columns: &[Rect; 2], buffer: &mut Buffer) {
    let model = scene.model;
    let theme = &model.theme;
    let name = theirs.stage().name();
    let theirs = format!("theirs: {}", shown(theirs.source.as_bytes()));
    if beside(columns) {
        paint::short(buffer, columns[0], 1, 0, &format!("ours: {name}"), theme.focus);
        paint::short(buffer, columns[1], 1, 0, &theirs, theme.focus);
    } else {
        paint::short(buffer, columns[0], 1, 0, &format!("{name} · - ours · + {theirs}"), theme.focus);
    }
}

/// The first row that is drawn, so that the one under the cursor is in view with some before it.
fn first_row(model: &Model, diff: &Diff, body: Rect) -> usize {
    let columns = columns(body);
    let cursor = model.difference.min(diff.rows.len().saturating_sub(1));
    let mut first = cursor;
    let mut room =
        body.height.saturating_sub(diff.rows.get(cursor).map_or(1, |row| height(model, row, &columns)) + 2);
    while first > 0 {
        let height = height(model, &diff.rows[first - 1], &columns);
        if height > room {
            break;
        }
        room -= height;
        first -= 1;
    }
    first
}

/// The text column: behind the marker.
fn text_width(column: Rect) -> u16 {
    column.width.saturating_sub(3).max(1)
}

fn height(model: &Model, row: &Row, columns: &[Rect; 2]) -> u16 {
    let theirs = theirs(model);
    let one = |text: &[u8], range: &Option<Range<usize>>, column: Rect| match range {
        Some(range) => rows(Text::Bytes(&text[range.clone()]), 0, text_width(column), 200).len() as u16,
        None => 0,
    };
    let (left, right) = (one(ours(model), &row.ours, columns[0]), one(theirs, &row.theirs, columns[1]));
    match (beside(columns), row.kind) {
        (true, _) => left.max(right).max(1),
        (false, RowKind::Same) => left,
        (false, _) => left + right,
    }
}

fn draw_row(
    scene: &Scene<'_>,
    row: &Row,
    index: usize,
    columns: &[Rect; 2],
    area: Rect,
    buffer: &mut Buffer,
) {
    let model = scene.model;
    let theirs = theirs(model);
    if index == model.difference {
        paint::fill(buffer, area, 0, area.height, model.theme.selected);
        paint::text(buffer, area, 0, 0, "▌", model.theme.focus);
    }
    let place = |column: Rect, below: u16| {
        let y = area.y + below;
        Rect { y, height: area.bottom().saturating_sub(y), ..column }
    };
    let left = Side { text: ours(model), range: &row.ours, changed: &row.ours_changed, marker: '-' };
    let right = Side { text: theirs, range: &row.theirs, changed: &row.theirs_changed, marker: '+' };
    match (beside(columns), row.kind) {
        (false, RowKind::Same) => drop(side(scene, row, &left, place(columns[0], 0), buffer)),
        (true, _) => {
            side(scene, row, &left, place(columns[0], 0), buffer);
            side(scene, row, &right, place(columns[1], 0), buffer);
        }
        (false, _) => {
            let used = side(scene, row, &left, place(columns[0], 0), buffer);
            side(scene, row, &right, place(columns[1], used), buffer);
        }
    }
}

struct Side<'a> {
    text: &'a [u8],
    range: &'a Option<Range<usize>>,
    changed: &'a [Range<usize>],
    marker: char,
}

/// Draws one side of a row; returns how many lines it took.
fn side(scene: &Scene<'_>, row: &Row, side: &Side<'_>, area: Rect, buffer: &mut Buffer) -> u16 {
    let theme = &scene.model.theme;
    let Some(range) = side.range else { return 0 };
    let line = &side.text[range.clone()];
    let whole = matches!(row.kind, RowKind::OnlyOurs | RowKind::OnlyTheirs);
    let changed = |at: usize| whole || side.changed.iter().any(|range| range.contains(&at));
    let style = |at: usize| -> Style { if changed(at) { theme.changed } else { theme.text } };
    if row.kind != RowKind::Same {
        paint::text(buffer, area, 1, 0, &side.marker.to_string(), theme.bad);
    }
    let hidden = hidden(scene.model, line);
    let look = Look { style: &style, mark: theme.mark, hidden: &hidden, breaks: Breaks::Plain };
    let text_area = Rect { x: area.x + 3, width: text_width(area), ..area };
    let shown = rows(Text::Bytes(line), 0, text_area.width, text_area.height);
    for (y, row) in shown.iter().enumerate() {
        paint::row(buffer, text_area, y as u16, Text::Bytes(line), row, &look);
    }
    if row.kind != RowKind::Same && line.is_empty() {
        let empty = TextRow { range: 0..0, end: End::OfLine };
        paint::row(buffer, text_area, 0, Text::Bytes(b""), &empty, &look);
        paint::text(buffer, text_area, 0, 0, "(empty line)", theme.quiet);
    }
    shown.len() as u16
}

/// Tokens are credentials on both sides.
fn hidden(model: &Model, line: &[u8]) -> Vec<Range<usize>> {
    match model.reveal() {
        Reveal::Nothing => redact::in_line(line),
        Reveal::Tokens | Reveal::Secrets => Vec::new(),
    }
}

/// What the row under the cursor is, in words.
pub(crate) fn about(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let model = scene.model;
    let diff = diff(model);
    let count = diff.differences().count();
    let Some(row) = diff.rows.get(model.difference) else { return };
    let place = diff.differences().position(|at| at == model.difference).map(|at| at + 1);
    let section = section(model, row);
    let what = match (row.kind, place) {
        (RowKind::Same, _) => format!("{section}: the same on both sides"),
        (RowKind::Changed, _) => format!("{section} differs{}", first_difference(model, row)),
        (RowKind::OnlyOurs, _) => format!("{section}: only ours has this line"),
        (RowKind::OnlyTheirs, _) => format!("{section}: only theirs has this line"),
    };
    let which = place.map_or(format!("{count} differences"), |at| format!("difference {at} of {count}"));
    let text = if count == 0 { "✓ there is no difference".into() } else { format!("{which} · {what}") };
    paint::short(buffer, area, 1, 0, &text, model.theme.text);
}

/// Which part of a canonical request or string to sign a line is.
fn section(model: &Model, row: &Row) -> String {
    let ours = ours(model);
    let theirs = theirs(model);
    let (text, range) = match (&row.ours, &row.theirs) {
        (Some(range), _) => (ours, range.clone()),
        (None, Some(range)) => (theirs, range.clone()),
        (None, None) => (ours, 0..0),
    };
    let line = memchr::memchr_iter(b'\n', &text[..range.start]).count();
    let is_string_to_sign = text.starts_with(b"AWS4-");
    let name = match (is_string_to_sign, line) {
        (true, 0) => "algorithm",
        (true, 1) => "date",
        (true, 2) => "credential scope",
        (true, _) => "hash of the canonical request",
        (false, 0) => "method",
        (false, 1) => "path",
        (false, 2) => "query",
        (false, _) => return header_section(text, range),
    };
    format!("line {}, {name}", line + 1)
}

fn header_section(text: &[u8], range: Range<usize>) -> String {
    let line = &text[range.clone()];
    match memchr::memchr(b':', line) {
        Some(colon) => format!("header {}", shown(&line[..colon])),
        None if range.end == text.len() => "payload hash".into(),
        None if line.is_empty() => "empty line".into(),
        None => "signed headers".into(),
    }
}

fn first_difference(model: &Model, row: &Row) -> String {
    let theirs = theirs(model);
    let (Some(left), Some(right)) = (&row.ours, &row.theirs) else { return String::new() };
    let (left, right) = (&ours(model)[left.clone()], &theirs[right.clone()]);
    let same = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let byte = |text: &[u8]| match text.get(same) {
        None => "the end".to_owned(),
        Some(byte) if byte.is_ascii_graphic() => format!("`{}`", char::from(*byte)),
        Some(byte) => format!("0x{byte:02x}"),
    };
    format!(" from byte {} on: ours {}, theirs {}", same + 1, byte(left), byte(right))
}
