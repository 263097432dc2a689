//! The tape: what arrived, a row each, with its verdict; below, what the one under the cursor came to.
//!
//! ```text
//! listening at http://127.0.0.1:9000 · 3 requests: 2 match, 1 mismatch · following
//!   time          client           method  target                key id         scope            status  verdict
//! ▌ 12:36:00.123  127.0.0.1:39706  GET     /bucket?list-type=2   AKIDEXAMPLE    us-east-1/s3     200     ✓ match
//! ```

mod about;
mod columns;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Scene, paint, shown};
use crate::report::Role;
use crate::tui::action::{Action, Command, OnTape};
use crate::tui::keymap::When;
use crate::tui::model::{Follow, Listening, Model};

pub(in crate::tui) use about::{about, outcome};
use columns::{Column, MARGIN, draw_row};

/// What stands above the rows: the state, and the heads of the columns.
const ABOVE: u16 = 2;

/// The first row that is shown, and where the rows stand.
pub fn rows_of(model: &Model, area: Rect) -> (usize, Rect) {
    let rows = Rect { y: area.y + ABOVE, height: area.height.saturating_sub(ABOVE), ..area };
    let height = usize::from(rows.height.max(1));
    let (row, count) = (model.tape.row(), model.tape.listed().len());
    // The cursor stands in the middle, but for the ends.
    let first = row.saturating_sub(height / 2).min(count.saturating_sub(height));
    (first, rows)
}

pub(in crate::tui) fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let (model, theme) = (scene.model, &scene.model.theme);
    state(scene, area, buffer);
    if model.tape.tape.is_empty() {
        return invite(scene, area, buffer);
    }
    let places = Column::places(area.width);
    for (_, name, start, end) in &places {
        let cell = Rect { width: *end, ..area };
        paint::short(buffer, cell, *start, 1, name, theme.quiet);
    }
    let listed = model.tape.listed();
    if listed.is_empty() {
        paint::short(buffer, area, MARGIN, ABOVE, "nothing fits the filter", theme.quiet);
    }
    let (first, rows) = rows_of(model, area);
    let cursor = model.tape.row();
    for y in 0..rows.height {
        let row = first + usize::from(y);
        let Some(taped) = listed.place(row).and_then(|place| model.tape.tape.get(place)) else { break };
        if row == cursor {
            paint::fill(buffer, rows, y, 1, theme.selected);
            paint::text(buffer, rows, 0, y, "▌", theme.focus);
        }
        draw_row(scene, taped, &places, Rect { y: rows.y + y, height: 1, ..rows }, buffer);
    }
}

/// Whether it listens, and what was counted.
fn state(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let (model, theme) = (scene.model, &scene.model.theme);
    let (words, style) = match &model.tape.listening {
        Listening::Off => (format!("not listening · {} listens", key(scene, OnTape::Listen)), theme.quiet),
        Listening::Starting => ("starting …".to_owned(), theme.quiet),
        Listening::At(url) => (format!("listening at {url}"), theme.role(Role::Good)),
    };
    let x = paint::short(buffer, area, 1, 0, &words, style);
    let counts = model.tape.tape.counts();
    let mut more = if counts.all == 0 { String::new() } else { format!(" · {}", counts.summary()) };
    if counts.gone > 0 {
        more.push_str(&format!(" · the oldest {} went", counts.gone));
    }
    let x = paint::short(buffer, area, x, 0, &more, theme.text);
    let mut rest = String::new();
    if !model.tape.filter().is_empty() {
        rest.push_str(&format!(" · filter: {}", shown(model.tape.filter().as_bytes())));
    }
    if model.tape.follow == Follow::On && counts.all > 0 {
        rest.push_str(" · following");
    }
    paint::short(buffer, area, x, 0, &rest, theme.warning);
}

fn key(scene: &Scene<'_>, deed: OnTape) -> String {
    let action = Action::Do(Command::Tape(deed));
    scene.model.keymap.keys(When::Tape, action).first().cloned().unwrap_or_default()
}

/// What to do while nothing has arrived.
fn invite(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let theme = &scene.model.theme;
    let (listen, add, load) =
        (key(scene, OnTape::Listen), key(scene, OnTape::AddKey), key(scene, OnTape::Load));
    let url = match &scene.model.tape.listening {
        Listening::At(url) => url.clone(),
        Listening::Off | Listening::Starting => "http://127.0.0.1:9000".to_owned(),
    };
    let first = match scene.model.tape.listening {
        Listening::Off => format!("Press {listen} to listen on this machine, then point a client here:"),
        Listening::Starting | Listening::At(_) => "Point a client here:".to_owned(),
    };
    let lines = [
        ("See what a real client signs".to_owned(), theme.focus),
        (String::new(), theme.text),
        (first, theme.text),
        (format!("  aws --endpoint-url {url} s3 ls"), theme.key),
        (format!("  curl --aws-sigv4 aws:amz:us-east-1:execute-api --user ID:SECRET {url}/"), theme.key),
        (String::new(), theme.text),
        (
            "Every request is recorded byte for byte, verified as a service would, answered as a service"
                .to_owned(),
            theme.text,
        ),
        (
            format!(
                "would, and shown here. AWS's example keys are known; {add} adds others, {load} loads a tape."
            ),
            theme.text,
        ),
    ];
    for (y, (line, style)) in lines.iter().enumerate().take(area.height.saturating_sub(ABOVE).into()) {
        paint::short(buffer, area, 2, y as u16 + ABOVE, line, *style);
    }
}
