//! What is computed here beside what server and signer say they computed: aligned line by line, the changed parts told apart,
//! everything invisible made visible, and what follows from it above.

mod about;
mod rows;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Scene, paint, shown};
use crate::comparison::Comparison;
use crate::diagnose::Certainty;
use crate::evidence::{Piece, Side};
use crate::report::diagnosis;
use crate::tui::layout::Layout;
use crate::tui::model::Model;

pub(in crate::tui) use about::about;
use rows::{draw_row, height};

/// A column of this width shows texts beside others; below, they stand one above the other.
const COLUMN: u16 = 40;

/// What stands above the rows: the conclusion and the heads of the columns.
const ABOVE: u16 = 2;

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

pub(in crate::tui) fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
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
pub(in crate::tui) fn row_at(model: &Model, screen_row: u16) -> usize {
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
