//! The columns of the tape, and what stands in each for a capture.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::gateway::capture::{Capture, Outcome, Presented, Stop};
use crate::gateway::tape::{Pin, Taped};
use crate::report::{Role, redact};
use crate::tui::view::{Scene, paint, shown};
use crate::verify::CheckId;

/// A column.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Column {
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
    pub(super) fn places(width: u16) -> Vec<(Self, &'static str, u16, u16)> {
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
pub(super) const MARGIN: u16 = 3;

pub(super) fn draw_row(
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
