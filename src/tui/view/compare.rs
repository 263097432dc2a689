//! What is computed here beside what server and signer say they computed: aligned line by line, the changed parts told apart,
//! everything invisible made visible, and what follows from it above.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::paint::{self, Breaks, Look};
use super::{Scene, shown};
use crate::comparison::{Cell, Comparison, OTHERS, Row};
use crate::diagnose::Certainty;
use crate::evidence::{Part, Piece, Side};
use crate::report::{Reveal, Role, diagnosis, redact};
use crate::tui::layout::Layout;
use crate::tui::model::Model;
use crate::tui::text::{Row as TextRow, Text, rows};
use crate::visible::End;

/// A column of this width shows texts beside others; below, they stand one above the other.
const COLUMN: u16 = 40;

/// What stands above the rows: the conclusion and the heads of the columns.
const ABOVE: u16 = 2;

/// How many lines a long line may take.
const LONGEST: u16 = 200;

/// Where the texts stand.
struct Columns {
    /// Ours, then the others.
    areas: Vec<Rect>,
    form: Form,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Form {
    Beside,
    Stacked,
}

impl Columns {
    fn of(area: Rect, comparison: &Comparison<'_>) -> Self {
        let count = 1 + comparison.others.len() as u16;
        if area.width < COLUMN * count {
            return Self { areas: vec![area; count.into()], form: Form::Stacked };
        }
        let width = area.width / count;
        let column = |at| Rect { x: area.x + at * width, width, ..area };
        Self { areas: (0..count).map(column).collect(), form: Form::Beside }
    }
}

/// The cells of a row with the texts that they stand in, ours first.
fn cells<'a>(
    comparison: &'a Comparison<'_>,
    row: &'a Row,
) -> impl Iterator<Item = (&'a [u8], Option<&'a Cell>)> {
    let ours = (comparison.ours(row.stage), row.ours.as_ref());
    let theirs =
        (0..comparison.others.len()).map(|at| (comparison.theirs(at, row.stage), row.theirs[at].as_ref()));
    [ours].into_iter().chain(theirs)
}

pub(crate) fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let model = scene.model;
    let comparison = model.comparison();
    conclusion(scene, area, buffer);
    if comparison.others.is_empty() {
        return invite(scene, area, buffer);
    }
    let columns = Columns::of(area, &comparison);
    heads(scene, &comparison, &columns, buffer);
    let body = body(area);
    let mut y = body.y;
    for index in first_row(model, &comparison, body)..comparison.rows.len() {
        let room = Rect { y, height: body.bottom().saturating_sub(y), ..body };
        if room.is_empty() {
            break;
        }
        let used = draw_row(scene, &comparison, index, &columns, room, buffer);
        y += used;
    }
}

fn body(area: Rect) -> Rect {
    Rect { y: area.y + ABOVE, height: area.height.saturating_sub(ABOVE), ..area }
}

/// The row of the comparison that is drawn on this row of the screen.
pub fn row_at(model: &Model, screen_row: u16) -> usize {
    let Some(layout) = Layout::of(model) else { return model.difference };
    let comparison = model.comparison();
    let (body, columns) = (body(layout.main), Columns::of(layout.main, &comparison));
    let mut below = body.y;
    for index in first_row(model, &comparison, body)..comparison.rows.len() {
        below += height(&comparison, index, &columns);
        if screen_row < below {
            return index;
        }
    }
    model.difference
}

/// The surest thing that is known, in a line above the texts.
fn conclusion(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let (search, theme) = (&scene.model.search, &scene.model.theme);
    let sure = search
        .listed()
        .first()
        .map(|(finding, _)| *finding)
        .filter(|finding| finding.certainty != Certainty::Noticed);
    match sure {
        Some(finding) => {
            let role = diagnosis::role(finding.certainty);
            let text = format!("{}: {}", finding.certainty.name(), shown(finding.title().as_bytes()));
            paint::short(buffer, area, 1, 0, &text, theme.role(role));
        }
        None if search.is_running() => drop(paint::short(buffer, area, 1, 0, &search.words(), theme.quiet)),
        None => {}
    }
}

/// What to do while there is nothing to compare with.
fn invite(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let theme = &scene.model.theme;
    let gates = scene.model.session.evidence.iter().map(|piece| piece.words());
    let known: Vec<String> = gates.map(|words| format!("known: {}", shown(words.as_bytes()))).collect();
    let lines = [
        ("Compare with what the other side computed", theme.focus),
        ("", theme.text),
        (
            "Paste what the server answered, the debug log of the signer, or a whole issue thread: S3 and",
            theme.text,
        ),
        (
            "other services quote canonical request and string to sign in SignatureDoesNotMatch errors,",
            theme.text,
        ),
        ("SDKs, curl -v and the AWS CLI log theirs at debug level. Or press o to load a file.", theme.text),
        ("", theme.text),
        (
            "Several may be given, in any order. n and N walk the differences, 3 says what explains them.",
            theme.quiet,
        ),
    ];
    let lines = lines.into_iter().chain(known.iter().map(|line| (line.as_str(), theme.warning)));
    for (y, (line, style)) in lines.enumerate().take(area.height.saturating_sub(1).into()) {
        paint::short(buffer, area, 2, y as u16 + 1, line, style);
    }
}

/// What stands before a line where columns do not: whose it is.
fn letter(comparison: &Comparison<'_>, at: usize) -> char {
    let side = |piece: &Piece| match piece.side {
        Side::Server => 's',
        Side::Signer => 'c',
        Side::Unknown => 't',
    };
    let Some(other) = at.checked_sub(1) else { return 'o' };
    let own = side(comparison.others[other]);
    // Two of one side are told apart.
    let again = comparison.others[..other].iter().any(|piece| side(piece) == own);
    if again { own.to_ascii_uppercase() } else { own }
}

fn name(comparison: &Comparison<'_>, at: usize) -> String {
    let Some(other) = at.checked_sub(1) else { return "ours".into() };
    let piece = comparison.others[other];
    let side = if piece.side == Side::Unknown { "theirs" } else { piece.side.name() };
    let damaged = if piece.consistent() == Some(false) { ", damaged" } else { "" };
    format!("{side}: {}{damaged}", piece.format)
}

fn heads(scene: &Scene<'_>, comparison: &Comparison<'_>, columns: &Columns, buffer: &mut Buffer) {
    let theme = &scene.model.theme;
    let mut names: Vec<String> = (0..=comparison.others.len()).map(|at| name(comparison, at)).collect();
    if scene.model.quoted().is_some() {
        names[0].push_str(", rebuilt");
    }
    match columns.form {
        Form::Beside => {
            for (area, name) in columns.areas.iter().zip(&names) {
                let room = Rect { width: area.width.saturating_sub(1), ..*area };
                paint::short(buffer, room, 3, 1, name, theme.focus);
            }
        }
        Form::Stacked => {
            let name = |(at, name): (usize, &String)| format!("{} {name}", letter(comparison, at));
            let names: Vec<String> = names.iter().enumerate().map(name).collect();
            paint::short(buffer, columns.areas[0], 1, 1, &names.join(" · "), theme.focus);
        }
    }
}

/// The first row that is drawn, so that the one under the cursor is in view with some before it.
fn first_row(model: &Model, comparison: &Comparison<'_>, body: Rect) -> usize {
    let columns = Columns::of(body, comparison);
    let cursor = model.difference.min(comparison.rows.len().saturating_sub(1));
    let own = if comparison.rows.is_empty() { 1 } else { height(comparison, cursor, &columns) };
    let mut room = body.height.saturating_sub(own + 3);
    let mut first = cursor;
    while first > 0 {
        let height = height(comparison, first - 1, &columns);
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
    column.width.saturating_sub(4).max(1)
}

/// Whether the name of the stage stands above this row.
fn begins_stage(comparison: &Comparison<'_>, index: usize) -> bool {
    index == 0 || comparison.rows[index - 1].stage != comparison.rows[index].stage
}

fn height(comparison: &Comparison<'_>, index: usize, columns: &Columns) -> u16 {
    let row = &comparison.rows[index];
    let lines = cells(comparison, row).zip(&columns.areas).map(|((text, cell), area)| match cell {
        Some(cell) => rows(Text::Bytes(&text[cell.line.clone()]), 0, text_width(*area), LONGEST).len() as u16,
        None => 0,
    });
    let used = match (columns.form, row.differs) {
        (Form::Beside, _) => lines.max().unwrap_or_default(),
        (Form::Stacked, true) => lines.sum(),
        (Form::Stacked, false) => lines.take(1).sum(),
    };
    used.max(1) + u16::from(begins_stage(comparison, index))
}

/// Draws a row; returns how many lines it took.
fn draw_row(
    scene: &Scene<'_>,
    comparison: &Comparison<'_>,
    index: usize,
    columns: &Columns,
    mut area: Rect,
    buffer: &mut Buffer,
) -> u16 {
    let (model, theme) = (scene.model, &scene.model.theme);
    let row = &comparison.rows[index];
    let total = height(comparison, index, columns).min(area.height);
    if begins_stage(comparison, index) {
        paint::short(buffer, area, 1, 0, row.stage.name(), theme.quiet);
        area = Rect { y: area.y + 1, height: area.height - 1, ..area };
    }
    if index == model.difference && !area.is_empty() {
        let height = total - u16::from(begins_stage(comparison, index));
        paint::fill(buffer, area, 0, height, theme.selected);
        paint::text(buffer, area, 0, 0, "▌", theme.focus);
    }
    let own = row.ours.as_ref().map(|cell| &comparison.ours(row.stage)[cell.line.clone()]);
    let mut below = 0;
    for (at, ((text, cell), column)) in cells(comparison, row).zip(&columns.areas).enumerate() {
        let y = if columns.form == Form::Stacked { area.y + below } else { area.y };
        let place = Rect { y, height: area.bottom().saturating_sub(y), ..*column };
        let Some(cell) = cell.filter(|_| !place.is_empty()) else { continue };
        let as_ours = own.is_some_and(|own| own == &text[cell.line.clone()]);
        let marker = match (columns.form, row.differs) {
            (_, false) => ' ',
            (Form::Stacked, true) => letter(comparison, at),
            (Form::Beside, true) if at == 0 || as_ours => ' ',
            (Form::Beside, true) => '≠',
        };
        let side = Cells { text, cell, is_own: at == 0, row, marker };
        below += draw_cell(scene, &side, place, buffer);
        if columns.form == Form::Stacked && !row.differs {
            break;
        }
    }
    total
}

/// A cell, and what is known of its row.
struct Cells<'a> {
    text: &'a [u8],
    cell: &'a Cell,
    is_own: bool,
    row: &'a Row,
    marker: char,
}

/// Draws a cell; returns how many lines it took.
fn draw_cell(scene: &Scene<'_>, side: &Cells<'_>, area: Rect, buffer: &mut Buffer) -> u16 {
    let theme = &scene.model.theme;
    let line = &side.text[side.cell.line.clone()];
    let nobody_else = side.is_own && side.row.theirs.iter().all(Option::is_none);
    let whole = side.row.differs && (side.row.ours.is_none() || nobody_else);
    let changed = |at: usize| whole || side.cell.changed.iter().any(|range| range.contains(&at));
    let style = |at: usize| -> Style { if changed(at) { theme.changed } else { theme.text } };
    paint::text(buffer, area, 1, 0, &side.marker.to_string(), theme.bad);
    let hidden = hidden(scene.model, line);
    let look = Look { style: &style, mark: theme.mark, hidden: &hidden, breaks: Breaks::Plain };
    let text_area = Rect { x: area.x + 3, width: text_width(area), ..area };
    let shown = rows(Text::Bytes(line), 0, text_area.width, text_area.height);
    for (y, row) in shown.iter().enumerate() {
        paint::row(buffer, text_area, y as u16, Text::Bytes(line), row, &look);
    }
    if side.row.differs && line.is_empty() {
        let empty = TextRow { range: 0..0, end: End::OfLine };
        paint::row(buffer, text_area, 0, Text::Bytes(b""), &empty, &look);
        paint::text(buffer, text_area, 0, 0, "(empty line)", theme.quiet);
    }
    shown.len() as u16
}

/// Tokens are credentials on every side.
fn hidden(model: &Model, line: &[u8]) -> Vec<Range<usize>> {
    match model.reveal() {
        Reveal::Nothing => redact::in_line(line),
        Reveal::Tokens | Reveal::Secrets => Vec::new(),
    }
}

/// What the row under the cursor is, and the rule that it follows.
pub(crate) fn about(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let (model, theme) = (scene.model, &scene.model.theme);
    let comparison = model.comparison();
    let count = comparison.differences().count();
    let Some(row) = comparison.rows.get(model.difference) else { return };
    let (part, line) = comparison.part(row);
    let place = comparison.differences().position(|at| at == model.difference).map(|at| at + 1);
    let which = match (count, place) {
        (0, _) => without_difference(model),
        (_, None) => format!("{count} differences"),
        (_, Some(at)) => format!("difference {at} of {count}"),
    };
    // Of a text that ours was made from, no line says anything.
    let is_told = count > 0 || model.without_difference().0 == Role::Good;
    let about = is_told.then(|| format!(" · {} {}", title(part, line), said(&comparison, row)));
    let text = format!("{which}{}", about.unwrap_or_default());
    let x = paint::short(buffer, area, 1, 0, &text, theme.text);
    match area.height {
        1 => paint::short(buffer, area, x + 2, 0, part.rule(), theme.quiet),
        _ => paint::short(buffer, area, 1, 1, part.rule(), theme.quiet),
    };
}

/// What it means that no row differs.
fn without_difference(model: &Model) -> String {
    let (role, words) = model.without_difference();
    let mark = if role == Role::Good { "✓" } else { "–" };
    format!("{mark} {}", words.trim_end_matches('.'))
}

fn title(part: Part, line: &[u8]) -> String {
    if part != Part::Header {
        return part.name().to_owned();
    }
    let colon = memchr::memchr(b':', line).unwrap_or(line.len());
    format!("{} {}", part.name(), shown(&line[..colon]))
}

/// Who agrees with whom, and where the first byte differs.
fn said(comparison: &Comparison<'_>, row: &Row) -> String {
    if !row.differs {
        return "is the same on all sides".into();
    }
    let missing: Vec<String> = (0..comparison.others.len())
        .filter(|at| row.theirs[*at].is_none() && comparison.others[*at].stage(row.stage).is_some())
        .map(|at| name(comparison, at + 1))
        .collect();
    match (&row.ours, missing.is_empty()) {
        (None, _) => "is not in ours".into(),
        (Some(_), false) => format!("is missing at {}", missing.join(" and ")),
        (Some(own), true) => (0..OTHERS)
            .filter_map(|at| first_byte(comparison, row, own, at, row.theirs[at].as_ref()?))
            .next()
            .unwrap_or_else(|| "differs".into()),
    }
}

fn first_byte(comparison: &Comparison<'_>, row: &Row, own: &Cell, at: usize, other: &Cell) -> Option<String> {
    let (left, right) = (
        &comparison.ours(row.stage)[own.line.clone()],
        &comparison.theirs(at, row.stage)[other.line.clone()],
    );
    let same = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let byte = |text: &[u8]| match text.get(same) {
        None => "the end".to_owned(),
        Some(byte) if byte.is_ascii_graphic() => format!("`{}`", char::from(*byte)),
        Some(byte) => format!("0x{byte:02x}"),
    };
    let who = name(comparison, at + 1);
    let who = who.split(':').next().unwrap_or_default();
    (left != right)
        .then(|| format!("differs from byte {} on: ours {}, {who} {}", same + 1, byte(left), byte(right)))
}
