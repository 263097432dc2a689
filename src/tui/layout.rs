//! Where everything stands: a pure function of the model and the size of the terminal.
//!
//! ```text
//! bar        countersign  iam-list-users                    AWS4-HMAC-SHA256 · header · us-east-1/iam
//! tabs       1 Inspect  2 Compare
//! panes      ┌ Request ──────────────┐┌ Canonical request ─────────────────┐
//!            ├ Headers ──────────────┤├ String to sign ────────────────────┤
//!            └───────────────────────┘└────────────────────────────────────┘
//! about      `x-amz-date` ← the name of header X-Amz-Date
//! verdict    computed … / received … / ✓ the signatures match
//! footer     Tab next pane  e edit  y copy  ? help
//! ```
//!
//! From 104 columns on there are two columns of panes. Below that there is one, in which the focused pane opens, with some rows of the
//! one that it is linked with; the others are single lines, or are left out on a very low terminal. Below 60×16 there is a message.

mod answer;

use ratatui::layout::Rect;

use super::links::Links;
use super::model::{Model, Pane, PaneKind, Zoom};
use super::signing;
use super::text::{Text, rows};
use crate::analysis::Stream;
use crate::request::Part;
use crate::trace::StageKind;

pub(super) use answer::Answer;

/// The smallest terminal that is of use.
pub const SMALLEST: (u16, u16) = (60, 16);
const TWO_COLUMNS: u16 = 104;
/// A right column of this width shows 64 hex digits on one line, with a margin.
const RIGHT: u16 = 67;

/// The fewest rows that an open pane is of use with.
const LEAST_OPEN: u16 = 4;

/// How many rows of the linked pane are shown beside the open one.
const PARTNER: u16 = 3;

/// Where everything stands.
pub struct Layout {
    /// The bar at the top.
    pub bar: Rect,
    /// The names of the views.
    pub tabs: Rect,
    /// What is between tabs and sentences.
    pub main: Rect,
    /// The frames around panes.
    pub frames: Vec<Frame>,
    /// The sentences about the cursor.
    pub about: Rect,
    /// Signatures and verdict.
    pub verdict: Rect,
    /// Keys, or the message.
    pub footer: Rect,
}

/// A frame and the panes in it, from top to bottom.
pub struct Frame {
    /// Its area, borders included.
    pub area: Rect,
    /// The panes.
    pub panes: Vec<Placed>,
}

/// A pane and its place.
#[derive(Clone, Copy)]
pub struct Placed {
    /// The pane.
    pub pane: Pane,
    /// The row of its title.
    pub title: u16,
    /// The area below the title; may be of height zero.
    pub content: Rect,
}

impl Layout {
    /// The layout of a model; `None` when the terminal is too small.
    pub fn of(model: &Model) -> Option<Self> {
        let (width, height) = model.size;
        if width < SMALLEST.0 || height < SMALLEST.1 {
            return None;
        }
        let row = |y, height| Rect::new(0, y, width, height);
        let about = if height >= 30 { 2 } else { 1 };
        let main = row(2, height - 2 - about - 3 - 1);
        let layout = Self {
            bar: row(0, 1),
            tabs: row(1, 1),
            main,
            frames: (model.view.row().frames)(model, main),
            about: row(main.bottom(), about),
            verdict: row(main.bottom() + about, 3),
            footer: row(height - 1, 1),
        };
        Some(layout)
    }

    /// Every pane and its place.
    pub fn panes(&self) -> impl Iterator<Item = Placed> {
        self.frames.iter().flat_map(|frame| frame.panes.iter().copied())
    }

    /// The content of a pane.
    pub fn content(&self, pane: Pane) -> Rect {
        self.panes().find(|placed| placed.pane == pane).map_or(Rect::ZERO, |placed| placed.content)
    }

    /// The pane at a cell, its title included.
    pub fn pane_at(&self, column: u16, row: u16) -> Option<Placed> {
        self.panes().find(|placed| {
            let content = placed.content;
            let inside = content.x <= column + 1 && column <= content.right();
            inside && placed.title <= row && row < content.bottom().max(placed.title + 1)
        })
    }
}

/// The frames of the inspector.
pub(super) fn inspector(model: &Model, main: Rect) -> Vec<Frame> {
    if model.zoom() == Zoom::On {
        return vec![frame(model, main, &[model.focus])];
    }
    if main.width < TWO_COLUMNS {
        let panes = Pane::shown(&model.analysis);
        let titles = panes.len() as u16 + 1;
        // Where titles alone would fill the screen, the focused pane has it.
        return match main.height >= titles + LEAST_OPEN {
            true => vec![accordion(model, main, &panes)],
            false => vec![frame(model, main, &[model.focus])],
        };
    }
    let right = RIGHT.max(main.width * 13 / 25);
    let left = Rect { width: main.width - right, ..main };
    let right = Rect { x: left.right(), width: right, ..main };
    let stages: Vec<Pane> = Pane::shown(&model.analysis).split_off(Pane::LEFT.len());
    vec![frame(model, left, &Pane::LEFT), frame(model, right, &stages)]
}

/// A frame whose panes share its height: each gets what it wants, or as much as there is.
fn frame(model: &Model, area: Rect, panes: &[Pane]) -> Frame {
    let content_width = area.width.saturating_sub(3);
    let wanted: Vec<u16> = panes.iter().map(|pane| wanted(model, *pane, content_width)).collect();
    let borders = panes.len() as u16 + 1;
    let focus = panes.iter().position(|pane| *pane == model.focus);
    let growing = panes.iter().position(|pane| *pane == Pane::Body).unwrap_or_default();
    let heights = share(area.height.saturating_sub(borders), &wanted, focus, growing);
    place(area, panes, &heights)
}

/// One column: the focused pane is open, and a few rows of the one that its cursor is linked with; the others are titles.
fn accordion(model: &Model, area: Rect, panes: &[Pane]) -> Frame {
    let borders = panes.len() as u16 + 1;
    let room = area.height.saturating_sub(borders);
    let partner = partner(model).filter(|pane| *pane != model.focus && room >= LEAST_OPEN + PARTNER);
    let beside = if partner.is_some() { PARTNER } else { 0 };
    let height = |pane: &Pane| match *pane {
        pane if pane == model.focus => room - beside,
        pane if Some(pane) == partner => beside,
        _ => 0,
    };
    let heights: Vec<u16> = panes.iter().map(height).collect();
    place(area, panes, &heights)
}

/// The pane that shows what the cursor is linked with.
fn partner(model: &Model) -> Option<Pane> {
    let links = Links::of(model);
    if model.focus.stage().is_none() {
        let kind = links.places.first()?.stage;
        return Pane::ALL.into_iter().find(|pane| pane.stage() == Some(kind));
    }
    let span = links.request.first()?;
    Some(match span.part {
        Part::HeaderName(_) | Part::HeaderValue(_) => Pane::Headers,
        Part::Target if span.start as usize > model.session.request.target().path.end => Pane::Query,
        Part::Target | Part::Method => Pane::Request,
        Part::Body => Pane::Body,
    })
}

fn place(area: Rect, panes: &[Pane], heights: &[u16]) -> Frame {
    let mut y = area.y;
    let mut placed = Vec::with_capacity(panes.len());
    for (pane, height) in panes.iter().zip(heights) {
        // Tables keep the first column for the mark of the chosen row; texts get a margin.
        let is_text = match pane.kind() {
            PaneKind::Body | PaneKind::Evidence | PaneKind::Stage(_) => true,
            PaneKind::Request | PaneKind::Query | PaneKind::Headers | PaneKind::Signing | PaneKind::Chain => {
                false
            }
        };
        let margin = u16::from(is_text);
        let content = Rect::new(area.x + 1 + margin, y + 1, area.width.saturating_sub(2 + margin), *height);
        placed.push(Placed { pane: *pane, title: y, content: content.intersection(area) });
        y += height + 1;
    }
    Frame { area, panes: placed }
}

/// How many rows a pane could use.
fn wanted(model: &Model, pane: Pane, width: u16) -> u16 {
    let request = &model.session.request;
    let count = |n: usize| n.clamp(1, 60) as u16;
    match pane.kind() {
        PaneKind::Request => {
            let target = width.saturating_sub(request.method.len() as u16 + 3);
            rows(Text::Bytes(&request.target), 0, target, 4).len() as u16
        }
        PaneKind::Query => count(request.target().pairs(&request.target).count()),
        PaneKind::Headers => count(request.headers.len() + opened(model, width)),
        // What is known of it, and what can be done.
        PaneKind::Body if model.lacks_body() => 2,
        PaneKind::Body => match request.body.rope() {
            Some(rope) => rows(Text::Rope(rope), 0, width, 12).len() as u16,
            None => 1,
        },
        PaneKind::Signing => signing::rows(&model.analysis).len() as u16,
        // It stands in a frame of its own, and takes what that has.
        PaneKind::Evidence => 1,
        PaneKind::Chain => model.analysis.stream.walked().map_or(1, |walked| count(walked.links.len())),
        // Beside the signatures in the body the keys may scroll.
        PaneKind::Stage(StageKind::KeyChain)
            if !matches!(model.analysis.stream, Stream::None) && model.focus != pane =>
        {
            4
        }
        PaneKind::Stage(kind) => rows(Text::Bytes(model.analysis.stage(kind)), 0, width, 60).len() as u16,
    }
}

/// How many rows more the header under the cursor takes, which is shown whole.
fn opened(model: &Model, width: u16) -> usize {
    let headers = &model.session.request.headers;
    let names =
        headers.iter().map(|header| header.name.len() as u16).max().unwrap_or_default().min(width * 2 / 5);
    let chosen = headers.get(model.cursors.row(Pane::Headers)).filter(|_| model.focus == Pane::Headers);
    let value = |value: &[u8]| rows(Text::Bytes(value), 0, width.saturating_sub(names + 3), 12).len() - 1;
    chosen.map_or(0, |header| value(&header.value))
}

/// Shares `room` rows: one for each, then the focused pane, then round and round; what is left goes to the last but
/// one pane that can use it, so that frames end where the screen does.
fn share(room: u16, wanted: &[u16], focus: Option<usize>, growing: usize) -> Vec<u16> {
    let mut heights: Vec<u16> = vec![0; wanted.len()];
    let mut left = room;
    let mut give = |at: usize, most: u16, heights: &mut Vec<u16>| {
        let rows = most.min(left);
        heights[at] += rows;
        left -= rows;
    };
    for at in 0..wanted.len() {
        give(at, 1, &mut heights);
    }
    if let Some(at) = focus {
        give(at, wanted[at].min(room / 2).saturating_sub(heights[at]), &mut heights);
    }
    for _ in 0..60 {
        for at in 0..wanted.len() {
            if heights[at] < wanted[at] {
                give(at, 1, &mut heights);
            }
        }
    }
    // What nobody wants goes to the pane whose text may grow: the body on the left, the first stage on the right.
    give(growing, u16::MAX, &mut heights);
    heights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_all_rows_and_gives_the_focused_pane_its_own_first() {
        assert_eq!(share(10, &[1, 3, 9], None, 0).iter().sum::<u16>(), 10);
        assert_eq!(share(10, &[8, 8, 8], Some(2), 0), [2, 2, 6]);
        assert_eq!(share(2, &[5, 5, 5], None, 0), [1, 1, 0]);
        assert_eq!(share(20, &[1, 2, 3, 1, 4], None, 3), [1, 2, 3, 10, 4]);
        assert_eq!(share(0, &[1], None, 0), [0]);
    }
}
