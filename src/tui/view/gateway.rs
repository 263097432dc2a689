//! The tape: what arrived, a row each, with its verdict; below, what the one under the cursor came to.
//!
//! ```text
//! listening at http://127.0.0.1:9000 · 3 requests: 2 match, 1 mismatch · following
//!   time          client           method  target                key id         scope            status  verdict
//! ▌ 12:36:00.123  127.0.0.1:39706  GET     /bucket?list-type=2   AKIDEXAMPLE    us-east-1/s3     200     ✓ match
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{Scene, paint, shown};
use crate::gateway::capture::{By, Capture, Outcome, Presented, Stop};
use crate::gateway::tape::{Pin, Taped};
use crate::report::{Role, redact};
use crate::tui::action::{Action, Command, OnTape};
use crate::tui::keymap::When;
use crate::tui::model::{Follow, Listening, Model};
use crate::verify::CheckId;

/// What stands above the rows: the state, and the heads of the columns.
const ABOVE: u16 = 2;

/// A column.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Column {
    Time,
    Client,
    Method,
    Target,
    Key,
    Scope,
    Status,
    Verdict,
}

impl Column {
    /// From left to right, with the width of each and the width of the screen from which it is shown; the target has the rest.
    const ALL: [(Self, &'static str, u16, u16); 8] = [
        (Self::Time, "time", 12, 0),
        (Self::Client, "client", 7, 104),
        (Self::Method, "method", 7, 0),
        (Self::Target, "target", 0, 0),
        (Self::Key, "key id", 20, 100),
        (Self::Scope, "scope", 14, 76),
        (Self::Status, "", 3, 0),
        (Self::Verdict, "verdict", 16, 0),
    ];

    /// Those that are shown, with where each begins and ends.
    fn places(width: u16) -> Vec<(Self, &'static str, u16, u16)> {
        let shown = Self::ALL.into_iter().filter(|(.., from)| width >= *from);
        let taken: u16 = shown.clone().map(|(_, _, wide, _)| wide + 1).sum();
        let rest = width.saturating_sub(taken + MARGIN);
        let mut x = MARGIN;
        let place = |(column, name, wide, _): (Self, &'static str, u16, u16)| {
            let wide = if column == Self::Target { rest } else { wide };
            let start = x;
            x += wide + 1;
            (column, name, start, start + wide)
        };
        shown.map(place).collect()
    }
}

/// What stands before the columns: the cursor, and whether a capture is marked or pinned.
const MARGIN: u16 = 3;

/// The first row that is shown, and where the rows stand.
pub fn rows_of(model: &Model, area: Rect) -> (usize, Rect) {
    let rows = Rect { y: area.y + ABOVE, height: area.height.saturating_sub(ABOVE), ..area };
    let height = usize::from(rows.height.max(1));
    let (row, count) = (model.tape.row(), model.tape.listed().len());
    // The cursor stands in the middle, but for the ends.
    let first = row.saturating_sub(height / 2).min(count.saturating_sub(height));
    (first, rows)
}

pub(crate) fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
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

fn draw_row(
    scene: &Scene<'_>,
    taped: &Taped,
    places: &[(Column, &'static str, u16, u16)],
    area: Rect,
    buffer: &mut Buffer,
) {
    let (model, theme) = (scene.model, &scene.model.theme);
    let capture = &taped.capture;
    let is_marked = model.tape.marked().is_some_and(|marked| marked.capture.number == capture.number);
    let flag = match (is_marked, taped.pin) {
        (true, _) => "=",
        (false, Pin::Pinned) => "•",
        (false, Pin::Loose) => " ",
    };
    paint::text(buffer, area, 1, 0, flag, theme.key);
    let presented = capture.presented();
    for (column, _, start, end) in places {
        let (text, style) = cell(scene, capture, presented.as_ref(), *column);
        paint::short(buffer, Rect { width: *end, ..area }, *start, 0, &text, style);
    }
}

fn cell(
    scene: &Scene<'_>,
    capture: &Capture,
    presented: Option<&Presented>,
    column: Column,
) -> (String, Style) {
    let (theme, reveal) = (&scene.model.theme, scene.model.reveal());
    match column {
        Column::Time => (capture.at.format("%H:%M:%S%.3f").to_string(), theme.quiet),
        Column::Client => (client(capture), theme.quiet),
        Column::Method => (shown(capture.method()).into_owned(), theme.text),
        Column::Target => {
            let target = redact::target_in_head(capture.target(), &capture.head, reveal);
            (shown(&target).into_owned(), theme.text)
        }
        Column::Key => {
            let id = presented.map_or("–", |own| own.access_key_id.as_str());
            (shown(id.as_bytes()).into_owned(), theme.text)
        }
        Column::Scope => {
            let scope =
                presented.map(|own| own.short_scope()).filter(|scope| !scope.is_empty()).unwrap_or("–");
            (shown(scope.as_bytes()).into_owned(), theme.quiet)
        }
        Column::Status => {
            let status = capture.answer.as_ref().map(|answer| answer.status.to_string());
            (status.unwrap_or("–".into()), theme.quiet)
        }
        Column::Verdict => verdict(scene, capture),
    }
}

/// The port of a client on this machine, the address of another.
fn client(capture: &Capture) -> String {
    match capture.client {
        Some(client) if client.ip().is_loopback() => format!(":{}", client.port()),
        Some(client) => client.ip().to_string(),
        None => String::new(),
    }
}

/// The verdict in a word: a signature that is another one, or the check that failed before.
fn verdict(scene: &Scene<'_>, capture: &Capture) -> (String, Style) {
    let theme = &scene.model.theme;
    let again = if capture.replay_of.is_some() { " ↻ again" } else { "" };
    let check = capture.outcome.check().map(|stop| stop.name().replace('_', " ")).unwrap_or_default();
    match &capture.outcome {
        Outcome::Match => (format!("✓ match{again}"), theme.role(Role::Good)),
        Outcome::Mismatch(refusal) if refusal.check == Stop::Check(CheckId::Signature) => {
            ("✗ mismatch".to_owned(), theme.bad)
        }
        Outcome::Mismatch(_) => (format!("✗ {check}"), theme.bad),
        Outcome::Rejected(_) => (format!("✗ {check}{again}"), theme.warning),
        Outcome::Unreadable(_) => ("! unreadable".to_owned(), theme.warning),
        Outcome::Preflight => ("· preflight".to_owned(), theme.quiet),
    }
}

/// What is known of the capture under the cursor beside its row.
pub(crate) fn about(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let (model, theme) = (scene.model, &scene.model.theme);
    let Some(taped) = model.tape.selected() else { return };
    let capture = &taped.capture;
    let (row, count) = (model.tape.row() + 1, model.tape.listed().len());
    let at = capture.at.format("%Y-%m-%d %H:%M:%S%.3f UTC");
    let took = capture.took.as_micros() as f64 / 1000.0;
    let text = format!(
        "{row} of {count} · request {} · {at} · {} · {} bytes of body · {took:.1} ms",
        capture.number,
        capture.wire.name(),
        capture.body.len()
    );
    paint::short(buffer, area, 1, 0, &text, theme.text);
    let presented = capture.presented();
    let presented = presented.as_ref();
    let claim = presented.map(|own| {
        let client = capture.client.map(|client| client.to_string()).unwrap_or_default();
        let parts = [own.scheme, &own.access_key_id, &own.scope, &client];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    });
    if area.height > 1 {
        let claim = claim.unwrap_or("no signature can be read".into());
        paint::short(buffer, area, 1, 1, &shown(claim.as_bytes()), theme.quiet);
    }
}

/// What the capture under the cursor came to, in sentences.
pub(crate) fn outcome(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let (model, theme) = (scene.model, &scene.model.theme);
    let Some(taped) = model.tape.selected() else {
        let trouble = model.tape.trouble.as_deref().unwrap_or_default();
        paint::short(buffer, area, 1, 0, &shown(trouble.as_bytes()), theme.warning);
        return;
    };
    let capture = &taped.capture;
    let (word, style) = match (&capture.outcome, capture.outcome.check()) {
        (Outcome::Match, _) => ("✓ every check passed".to_owned(), theme.role(Role::Good)),
        (Outcome::Preflight, _) => {
            ("· a browser asks what it may send; nothing is signed yet".to_owned(), theme.text)
        }
        (Outcome::Mismatch(_), Some(stop)) => (format!("✗ mismatch: {}", stop.title()), theme.bad),
        (Outcome::Rejected(_), Some(stop)) => (format!("✗ rejected: {}", stop.title()), theme.warning),
        (Outcome::Mismatch(_) | Outcome::Rejected(_) | Outcome::Unreadable(_), _) => {
            ("! it never became a request".to_owned(), theme.warning)
        }
    };
    let x = paint::short(buffer, area, 1, 0, &word, style);
    let more = [answered(capture), replayed(capture), capture.lost.clone()];
    let more: String = more.into_iter().flatten().map(|words| format!(" · {words}")).collect();
    paint::short(buffer, area, x, 0, &shown(more.as_bytes()), theme.quiet);
    let detail = shown(capture.outcome.detail().unwrap_or_default().as_bytes()).into_owned();
    let lines = paint::words(&detail, usize::from(area.width.saturating_sub(2)));
    let room = usize::from(area.height) - 1;
    for y in 0..room.min(lines.len()) {
        // What has no line left stands in the last one, which ends in an ellipsis then.
        let line = if y + 1 == room { lines[y..].join(" ") } else { lines[y].clone() };
        paint::short(buffer, area, 1, y as u16 + 1, &line, theme.text);
    }
}

fn answered(capture: &Capture) -> Option<String> {
    capture.answer.as_ref().map(|answer| match answer.by {
        By::Gateway => format!("answered {}", answer.status),
        By::Upstream => format!("upstream answered {}", answer.status),
    })
}

fn replayed(capture: &Capture) -> Option<String> {
    capture.replay_of.map(|first| format!("its signature came first with request {first}"))
}
