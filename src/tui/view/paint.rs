//! The brushes: text, bytes made visible, frames.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::Scene;
use crate::frames::pass::{Content, Pass};
use crate::report::redact;
use crate::scheme::chunks::chain::Link;
use crate::trace::StageKind;
use crate::tui::layout;
use crate::tui::model::{Model, Pane, Progress};
use crate::tui::text::{Row, Text, width};
use crate::verify::{CheckId, Outcome};
use crate::visible::{self, End, Shown};

/// Writes text that is safe to show, cut at the right edge of `area`; returns the column after it.
pub(crate) fn text(buffer: &mut Buffer, area: Rect, x: u16, y: u16, text: &str, style: Style) -> u16 {
    let area = area.intersection(buffer.area);
    if x >= area.width || y >= area.height {
        return x;
    }
    let room = usize::from(area.width - x);
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        // A cell for each character: nothing has to be cut into what belongs together, which takes most of the time of a frame.
        let from = buffer.index_of(area.x + x, area.y + y);
        let cells = &mut buffer.content[from..][..room.min(text.len())];
        let wide = cells.len() as u16;
        for (cell, byte) in cells.iter_mut().zip(text.bytes()) {
            cell.set_char(char::from(byte)).set_style(style);
        }
        return x + wide;
    }
    let (end, _) = buffer.set_stringn(area.x + x, area.y + y, text, room, style);
    end - area.x
}

/// Breaks prose between words; a word that is too long is cut.
pub(crate) fn words(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let mut word = word;
        loop {
            let line = lines.last_mut().expect("there is always a line");
            let gap = usize::from(!line.is_empty());
            if line.width() + gap + word.width() <= width {
                line.extend([&" "[..gap], word]);
                break;
            }
            if word.width() <= width {
                lines.push(word.to_owned());
                break;
            }
            let room = width.saturating_sub(line.width() + gap).max(1);
            let cut = word.char_indices().map(|(at, _)| at).nth(room).unwrap_or(word.len());
            line.extend([&" "[..gap], &word[..cut]]);
            word = &word[cut..];
            lines.push(String::new());
        }
    }
    lines
}

/// Writes text; what is too long ends in an ellipsis.
pub(crate) fn short(buffer: &mut Buffer, area: Rect, x: u16, y: u16, long: &str, style: Style) -> u16 {
    let room = usize::from(area.width.saturating_sub(x));
    if long.width() <= room {
        return text(buffer, area, x, y, long, style);
    }
    let mut used = 0;
    let cut: String = long
        .chars()
        .take_while(|c| {
            used += c.to_string().width();
            used < room
        })
        .collect();
    text(buffer, area, x, y, &format!("{cut}…"), style)
}

/// How bytes look.
pub(crate) struct Look<'a> {
    /// The style of the byte at this place.
    pub(crate) style: &'a dyn Fn(usize) -> Style,
    /// What marks look like.
    pub(crate) mark: Style,
    /// Ranges whose characters are hidden.
    pub(crate) hidden: &'a [Range<usize>],
    /// Whether line breaks are shown.
    pub(crate) breaks: Breaks,
}

/// Whether line breaks are shown: in data they count, in a canonical form they are its lines.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Breaks {
    Plain,
    Marked,
}

/// Writes one row of a text, everything made visible.
pub(crate) fn row(buffer: &mut Buffer, area: Rect, y: u16, source: Text<'_>, row: &Row, look: &Look<'_>) {
    let bytes = source.slice(row.range.clone());
    let mut x = 0;
    for glyph in visible::glyphs(&bytes, row.end) {
        let at = row.range.start + glyph.range.start;
        let style = (look.style)(at);
        let wide = width(&glyph) as u16;
        if look.hidden.iter().any(|range| range.contains(&at)) {
            x = text(buffer, area, x, y, &"•".repeat(wide.into()), style);
            continue;
        }
        match &glyph.text {
            Shown::Plain(shown) if wide == 0 => combine(buffer, area, x, y, shown),
            Shown::Plain(shown) => x = text(buffer, area, x, y, shown, style),
            Shown::Mark(mark) => x = text(buffer, area, x, y, &mark.to_string(), style.patch(look.mark)),
        }
    }
    let broken = row.end == End::OfLine && row.range.end < source.len();
    if broken && look.breaks == Breaks::Marked {
        text(buffer, area, x, y, "␊", look.mark);
    }
}

/// A combining character joins the cell before it.
fn combine(buffer: &mut Buffer, area: Rect, x: u16, y: u16, mark: &str) {
    let Some(x) = x.checked_sub(1) else { return };
    if let Some(cell) = buffer.cell_mut((area.x + x, area.y + y)) {
        let joined = format!("{}{mark}", cell.symbol());
        cell.set_symbol(&joined);
    }
}

/// Fills a row with a style.
pub(crate) fn fill(buffer: &mut Buffer, area: Rect, y: u16, height: u16, style: Style) {
    let area = Rect { y: area.y + y, height, ..area }.intersection(buffer.area);
    buffer.set_style(area, style);
}

/// The lines around panes, with their titles.
pub(crate) fn frame(scene: &Scene<'_>, frame: &layout::Frame, buffer: &mut Buffer) {
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
        let mut x = text(buffer, area, 1, y, marker, style);
        x = text(
            buffer,
            area,
            x,
            y,
            &title(model, placed.pane),
            if focused { theme.focus } else { theme.title },
        );
        text(buffer, area, x, y, " ", style);
        let closed = placed.content.height == 0;
        let note = if closed { summary(scene, placed.pane) } else { note(model, placed.pane) };
        let room = area.width.saturating_sub(x + 4);
        let wide = (note.width() as u16).min(room);
        if wide > 0 {
            let at = Rect { x: area.x + area.width - 3 - wide, width: wide + 2, ..area };
            text(buffer, at, 0, y, " ", theme.quiet);
            short(buffer, Rect { width: wide + 1, ..at }, 1, y, &note, theme.quiet);
            text(buffer, at, wide + 1, y, " ", theme.quiet);
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
        | Pane::LinkToSign => note(model, pane),
    }
}

/// What the title of a pane says at its right.
fn note(model: &Model, pane: Pane) -> String {
    let request = &model.session.request;
    let body = &request.body;
    match pane {
        Pane::Query => counted(request.target().pairs(&request.target).count(), "pair"),
        Pane::Headers => counted(request.headers.len(), "header"),
        Pane::Body if model.lacks_body() => "unknown".into(),
        Pane::Body if Pass::of(request).content != Content::Whole => format!("{} bytes", body.len()),
        Pane::Body => match (body.is_empty(), body.digest()) {
            (true, _) => "empty".into(),
            (false, Some(digest)) => format!("{} bytes · sha256 {}…", body.len(), &hex::encode(digest)[..8]),
            (false, None) if model.waits_for_body() => {
                format!("{} bytes · hashing {}", body.len(), progress(model))
            }
            (false, None) => format!("{} bytes", body.len()),
        },
        Pane::CanonicalRequest => {
            match model.analysis.trace.string_to_sign().rsplit(|b| *b == b'\n').next() {
                Some(hash) if hash.len() == 64 => format!("sha256 {}…", String::from_utf8_lossy(&hash[..8])),
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
        Pane::Chain => match model.analysis.stream.walked() {
            Some(walked) if walked.broken > 0 => {
                format!("{} · {} not right", counted(walked.links.len(), "signature"), walked.broken)
            }
            Some(walked) if walked.links.iter().all(|link| link.given.is_none()) => {
                format!("{}, not signed", counted(walked.links.len(), "piece"))
            }
            Some(walked) => counted(walked.links.len(), "signature"),
            None => format!("reading {}", progress(model)),
        },
        Pane::LinkToSign => model.analysis.stream.link().map(Link::name).unwrap_or_default(),
        Pane::Policy => policy(model),
        Pane::Request | Pane::StringToSign | Pane::KeyChain => String::new(),
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
pub(crate) fn progress(model: &Model) -> String {
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
