//! What is said of the capture under the cursor: what was sent, and what it came to.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::gateway::capture::{By, Capture, Outcome};
use crate::report::Role;
use crate::tui::view::{Scene, paint, shown};

/// What is known of the capture under the cursor beside its row.
pub(in crate::tui) fn about(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
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
pub(in crate::tui) fn outcome(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
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
