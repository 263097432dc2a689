//! The lines around panes, with the title of each and what it says at a glance.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::{Scene, paint};
use crate::frames::pass::{Content, Pass};
use crate::report::redact;
use crate::scheme::chunks::chain::Link;
use crate::trace::StageKind;
use crate::tui::layout;
use crate::tui::model::{Model, Pane, Progress};
use crate::verify::{CheckId, Outcome};
use crate::visible;

/// The lines around panes, with their titles.
pub(super) fn draw(scene: &Scene<'_>, frame: &layout::Frame, buffer: &mut Buffer) {
    let (model, area) = (scene.model, frame.area);
    let theme = &model.theme;
    for y in 0..area.height {
        line(buffer, area, (0, y), ('│', 1), theme.border);
        line(buffer, area, (area.width - 1, y), ('│', 1), theme.border);
    }
    for (index, placed) in frame.panes.iter().enumerate() {
        let focused = placed.pane == model.focus;
        let style = if focused { theme.focus } else { theme.border };
        let y = placed.title - area.y;
        let (left, right) = if index == 0 { ('┌', '┐') } else { ('├', '┤') };
        rule(buffer, area, y, (left, right), style);
        let marker = if focused { "▸" } else { " " };
        let mut x = paint::text(buffer, area, 1, y, marker, style);
        x = paint::text(
            buffer,
            area,
            x,
            y,
            &title(model, placed.pane),
            if focused { theme.focus } else { theme.title },
        );
        paint::text(buffer, area, x, y, " ", style);
        let closed = placed.content.height == 0;
        let note = if closed { summary(scene, placed.pane) } else { note(model, placed.pane) };
        let room = area.width.saturating_sub(x + 4);
        let wide = (note.width() as u16).min(room);
        if wide > 0 {
            let at = Rect { x: area.x + area.width - 3 - wide, width: wide + 2, ..area };
            paint::text(buffer, at, 0, y, " ", theme.quiet);
            paint::short(buffer, Rect { width: wide + 1, ..at }, 1, y, &note, theme.quiet);
            paint::text(buffer, at, wide + 1, y, " ", theme.quiet);
        }
    }
    rule(buffer, area, area.height - 1, ('└', '┘'), theme.border);
}

fn rule(buffer: &mut Buffer, area: Rect, y: u16, (left, right): (char, char), style: Style) {
    line(buffer, area, (0, y), ('─', area.width), style);
    line(buffer, area, (0, y), (left, 1), style);
    line(buffer, area, (area.width - 1, y), (right, 1), style);
}

/// The same character some times over.
fn line(buffer: &mut Buffer, area: Rect, (x, y): (u16, u16), (symbol, wide): (char, u16), style: Style) {
    let line = Rect { x: area.x + x, y: area.y + y, width: wide, height: 1 };
    for at in line.intersection(area).intersection(buffer.area).positions() {
        buffer[at].set_char(symbol).set_style(style);
    }
}

/// The title of a pane: what the scheme calls the stage, where the pane shows one.
fn title(model: &Model, pane: Pane) -> String {
    let of_pane = |kind| model.analysis.trace.stages.iter().find(|stage| stage.kind == kind);
    // That of a part of the body is not a chunk's alone.
    let kind = pane.stage().filter(|kind| *kind != StageKind::LinkToSign);
    let Some(stage) = kind.and_then(of_pane) else { return pane.title().into() };
    let (first, rest) = stage.name.split_at(1);
    first.to_uppercase() + rest
}

/// What the title of a closed pane says: enough to know whether to open it.
fn summary(scene: &Scene<'_>, pane: Pane) -> String {
    let model = scene.model;
    let request = &model.session.request;
    match pane {
        Pane::Request => {
            let target = redact::target(request, model.reveal());
            format!("{} {}", visible::one_line(&request.method), visible::one_line(&target))
        }
        Pane::Signing => {
            let key = model.analysis.situation.credentials.as_ref();
            key.map_or("no secret".into(), |key| format!("{} · {}", key.access_key_id, key.source))
        }
        Pane::StringToSign => {
            let scope = model.analysis.stage(StageKind::StringToSign).split(|b| *b == b'\n').nth(2);
            visible::one_line(scope.unwrap_or_default())
        }
        Pane::Query
        | Pane::Headers
        | Pane::Body
        | Pane::CanonicalRequest
        | Pane::Policy
        | Pane::KeyChain
        | Pane::Chain
        | Pane::LinkToSign
        | Pane::Evidence => note(model, pane),
    }
}

/// What the title of a pane says at its right.
fn note(model: &Model, pane: Pane) -> String {
    let request = &model.session.request;
    match pane {
        Pane::Query => counted(request.target().pairs(&request.target).count(), "pair"),
        Pane::Headers => counted(request.headers.len(), "header"),
        Pane::Body => body(model),
        Pane::CanonicalRequest => {
            match model.analysis.trace.string_to_sign().rsplit(|b| *b == b'\n').next() {
                Some(hash) if hash.len() == 64 => format!("sha256 {}…", String::from_utf8_lossy(&hash[..8])),
                Some(_) | None if model.session.request.is_absent() => String::new(),
                Some(_) | None if model.lacks_body() => "lacks the body's hash".into(),
                Some(_) | None => "waits for the body's hash".into(),
            }
        }
        Pane::KeyChain if !model.analysis.keys_are_public() && model.revealed.is_none() => {
            "hidden · r shows".into()
        }
        Pane::Signing => {
            let key = model.analysis.situation.credentials.as_ref();
            key.map_or("no secret".into(), |key| format!("secret from {}", key.source))
        }
        Pane::Chain => chain(model),
        Pane::LinkToSign => model.analysis.stream.link().map(Link::name).unwrap_or_default(),
        Pane::Policy => policy(model),
        Pane::Evidence => super::evidence::note(model),
        Pane::Request | Pane::StringToSign | Pane::KeyChain => String::new(),
    }
}

/// How long the body is, and its hash.
fn body(model: &Model) -> String {
    let request = &model.session.request;
    let body = &request.body;
    if model.lacks_body() {
        return "unknown".into();
    }
    let bytes = format!("{} bytes", body.len());
    if Pass::of(request).content != Content::Whole {
        return bytes;
    }
    if body.is_empty() {
        return "empty".into();
    }
    match body.digest() {
        Some(digest) => format!("{bytes} · sha256 {}…", &hex::encode(digest)[..8]),
        None if model.waits_for_body() => format!("{bytes} · hashing {}", progress(model)),
        None => bytes,
    }
}

/// How many signatures there are in the body, and how many are not right.
fn chain(model: &Model) -> String {
    match model.analysis.stream.walked() {
        Some(walked) if walked.broken > 0 => {
            format!("{} · {} not right", counted(walked.links.len(), "signature"), walked.broken)
        }
        Some(walked) if walked.links.iter().all(|link| link.given.is_none()) => {
            format!("{}, not signed", counted(walked.links.len(), "piece"))
        }
        Some(walked) => counted(walked.links.len(), "signature"),
        None => format!("reading {}", progress(model)),
    }
}

/// How a form meets its policy, in a word.
fn policy(model: &Model) -> String {
    let check = model.analysis.verdict.checks.iter().find(|check| check.id == CheckId::Policy);
    match check.map(|check| check.outcome) {
        Some(Outcome::Passed) => "met".into(),
        Some(Outcome::Failed) => "not met".into(),
        Some(Outcome::NotReached) | None => String::new(),
    }
}

/// How far the pass over the body is.
pub(super) fn progress(model: &Model) -> String {
    let all = model.session.request.body.len().max(1);
    match model.reading.progress {
        Progress::Idle => "0 %".into(),
        Progress::Running(done) => format!("{} %", done * 100 / all),
        Progress::Failed => "which failed".into(),
    }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
