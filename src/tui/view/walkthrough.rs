//! The walkthrough: the sequence diagram, and beside it the step that is looked at; where there is no room for both, one of them.
//!
//! ```text
//!        Client                         Server            Key store │ Headers: lower-case, trim, sort
//!    3   ├ Query: encode, then sort     │                 │         │ Client · 4 of 29
//! ▌  4   ├ Headers: lower-case, trim, … │                 │         │
//!   17   ·────────── Send GET ─────────▶│                 │         │ as sent  →  canonical
//! ```

mod diagram;
mod rows;
mod step;
mod window;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::{Scene, paint};
use crate::report::Role;
use crate::tui::model::{Model, Walk, Zoom};
use crate::visible;
use crate::walkthrough::Tamper;
use crate::walkthrough::clock::Guard;
use crate::walkthrough::tamper::{Offer, Parted};

pub(in crate::tui) use diagram::step_at;
pub(in crate::tui) use step::present;

/// From this width on the step stands beside the diagram.
pub(in crate::tui) const BESIDE: u16 = 104;

/// Where the diagram stands, and the step; of width zero where it is not shown.
fn places(model: &Model, area: Rect) -> (Rect, Rect) {
    let none = Rect { width: 0, ..area };
    match (model.zoom(), area.width >= BESIDE) {
        (Zoom::On, _) => (none, area),
        (Zoom::Off, false) => (area, none),
        (Zoom::Off, true) => {
            let width = area.width * 3 / 5;
            let step = Rect { x: area.x + width, width: area.width - width, ..area };
            (Rect { width, ..area }, step)
        }
    }
}

pub(in crate::tui) fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let (diagram, step) = places(scene.model, area);
    if diagram.width > 0 {
        diagram::draw(scene, diagram, buffer);
    }
    if step.width > 0 {
        let is_beside = diagram.width > 0;
        for y in (0..step.height).filter(|_| is_beside) {
            paint::text(buffer, step, 0, y, "│", scene.model.theme.border);
        }
        let margin = if is_beside { 2 } else { 1 };
        let inner = Rect { x: step.x + margin, width: step.width.saturating_sub(margin + 1), ..step };
        step::draw(scene, inner, buffer);
    }
}

/// Which step it is, and what was done to the request.
pub(in crate::tui) fn about(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let (model, theme) = (scene.model, &scene.model.theme);
    let walk = &model.walk;
    let (Some(step), Some(own)) = (walk.step(), walk.signed()) else { return };
    let who = match step.from == step.to {
        true => own.party(step.from).to_owned(),
        false => format!("{} → {}", own.party(step.from), own.party(step.to)),
    };
    let guard = match walk.guard() {
        Guard::None => "",
        Guard::Remembers => " · the server remembers signatures",
    };
    let text = format!("{} of {} · {who}{guard}", walk.at + 1, walk.steps().count());
    let x = paint::short(buffer, area, 1, 0, &text, theme.text);
    let words = marked(model);
    match area.height {
        1 => paint::short(buffer, area, x + 2, 0, &words, theme.warning),
        _ => paint::short(buffer, area, 1, 1, &words, theme.warning),
    };
}

/// The same with a mark before it; nothing while nothing was done.
fn marked(model: &Model) -> String {
    let words = changes(model);
    if words.is_empty() { words } else { format!("✎ {words}") }
}

/// What was done to the request and to the clock, in a line.
pub(in crate::tui) fn changes(model: &Model) -> String {
    let walk = &model.walk;
    let of_request = walk.tampers().iter().map(|offer| match offer.detail.is_empty() {
        true => offer.title.to_owned(),
        false => format!("{}: {}", offer.title, offer.detail),
    });
    let of_clock = (walk.moved() != 0).then(|| window::moved(walk.moved()));
    let all: Vec<String> = of_request.chain(of_clock).collect();
    match all.is_empty() {
        true => String::new(),
        false => all.join("; "),
    }
}

/// What the server answers; while nothing was done, signatures and verdict of the table.
pub(in crate::tui) fn verdict(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    match scene.model.walk.parted() {
        None => super::bars::verdict(scene, area, buffer),
        Some(parted) => answer(scene, parted, area, buffer),
    }
}

fn answer(scene: &Scene<'_>, parted: &Parted, area: Rect, buffer: &mut Buffer) {
    let (walk, theme) = (&scene.model.walk, &scene.model.theme);
    let place = walk.steps().position(|step| walk.parts_at(step));
    let first = place.and_then(|at| Some((at, walk.steps().nth(at)?)));
    let words = match first {
        Some((at, step)) => format!("the sides part at step {}: {}", at + 1, step.title),
        None => "both sides make the same texts".to_owned(),
    };
    paint::short(buffer, area, 1, 0, &words, theme.text);
    let bits = parted.rows.iter().filter(|row| !row.agree);
    let bits: Vec<String> =
        bits.filter_map(|row| Some(format!("{}: {}", row.title, step::bits(row)?))).collect();
    paint::short(buffer, area, 1, 1, &fitting(&bits, area.width), theme.quiet);
    let reply = parted.reply();
    let told = |words: String| {
        let body = visible::one_line(reply.body.as_bytes());
        let code = body.split(": ").next().unwrap_or_default();
        let with = |more: &str| format!("{words} · {more}");
        let all = [with(&body), with(code), words.clone()];
        let fits = |text: &&String| text.width() < usize::from(area.width);
        all[usize::from(body.is_empty()) * 2..].iter().find(fits).unwrap_or(&words).clone()
    };
    let status = reply.status.map(|status| status.to_string()).unwrap_or_default();
    let (role, text) = match (parted.failed, reply.status, protection(walk)) {
        (Some(check), ..) => {
            (Role::Bad, told(format!("✗ {status} · the check that fails: {}", check.title())))
        }
        (None, None, _) => {
            (Role::Warning, "– the answer is not known: something that it needs is missing".into())
        }
        (None, Some(400..), _) => {
            (Role::Bad, told(format!("✗ {status} · the guard against replays refuses it")))
        }
        (None, Some(_), Some(words)) => (Role::Warning, format!("! {status} · {words}")),
        (None, Some(_), None) => (Role::Good, format!("✓ {status}")),
    };
    paint::short(buffer, area, 1, 2, &text, theme.role(role));
}

/// As many of some words as fit a row whole: the step itself tells the rest.
fn fitting(all: &[String], width: u16) -> String {
    let joined = |count: usize| all[..count].join(" · ");
    let fits = |count: &usize| joined(*count).width() < usize::from(width);
    (0..=all.len()).rev().find(fits).map(joined).unwrap_or_default()
}

/// What the signature did not do about what was done; `None` where the request is refused, or nothing is known.
fn protection(walk: &Walk) -> Option<&'static str> {
    let parted = walk.parted()?;
    let is_taken = parted.reply().status == Some(200);
    if !is_taken || parted.rows.iter().any(|row| !row.agree) {
        return None;
    }
    let is_replay = |offer: &Offer| matches!(offer.tamper, Tamper::Later(_));
    Some(match walk.tampers() {
        [] => "the request is still within its window",
        all if all.iter().all(is_replay) => "a replay is taken: the server does not remember signatures",
        _ => "not protected: what is signed is the same, so the server cannot notice the change",
    })
}
