//! The diagnosis: the findings in a list, the surest first, and beside it what the chosen one says and would change.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::{Scene, paint, shown};
use crate::diagnose::{Certainty, Edit, Finding, in_words};
use crate::report::diagnosis::{self, Place};
use crate::report::{Line, Role, changed, part, redact};
use crate::tui::action::{Action, Command, OnFindings};
use crate::tui::keymap::When;
use crate::tui::layout::{Answer, Layout};
use crate::tui::model::{Model, Pane};
use crate::visible;

/// Where names end and what is said of them begins, in the details.
const INDENT: u16 = 13;

pub(in crate::tui) fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let model = scene.model;
    let places = Answer::of(model, area);
    answer(scene, places.answer, buffer);
    list(scene, places.list, buffer);
    details(scene, places.details, buffer);
}

/// The answer in a sentence, and how far the search is.
fn answer(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let (search, theme) = (&scene.model.search, &scene.model.theme);
    let waits = if scene.model.waits_for_body() { "the body is being read" } else { "" };
    match search.diagnosis() {
        None => {
            let words = if waits.is_empty() { search.words() } else { waits.to_owned() };
            paint::short(buffer, area, 1, 0, &format!("… {words}"), theme.quiet);
        }
        Some(found) if search.is_running() => {
            // What is not found yet is no answer.
            let stop = key(scene.model, OnFindings::StopSearch).map(|key| format!("{key} stops it"));
            let stop = stop.unwrap_or_default();
            let text = format!("… no single change explains it; {}", search.words());
            paint::short(buffer, area, 1, 0, &text, theme.role(Role::Warning));
            let words = format!("{} changes known · {stop}", found.changes);
            paint::short(buffer, area, 1, 1, &words, theme.quiet);
        }
        Some(found) => {
            let (role, mark) = diagnosis::mark(found.answer);
            let lines = paint::words(
                &format!("{mark} {}", diagnosis::words(found, &scene.model.session)),
                usize::from(area.width) - 2,
            );
            for (y, line) in lines.iter().enumerate().take(2) {
                paint::short(buffer, area, 1, y as u16, line, theme.role(role));
            }
            let below = lines.len().min(2) as u16;
            let applied = search.applied().map(|told| format!("applied: {}", shown(told.title.as_bytes())));
            let rest = applied.unwrap_or_else(|| diagnosis::effort(found));
            paint::short(buffer, area, 1, below, &rest, theme.quiet);
        }
    }
}

fn list(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let (model, theme) = (scene.model, &scene.model.theme);
    let found = model.search.listed();
    let first = first_shown(model.search.selected, area.height);
    for (y, (index, (finding, place))) in
        found.iter().enumerate().skip(first).take(area.height.into()).enumerate()
    {
        let y = y as u16;
        if index == model.search.selected {
            paint::fill(buffer, area, y, 1, theme.selected);
            paint::text(buffer, area, 0, y, "▌", theme.focus);
        }
        let (word, style) = match (place, finding.certainty) {
            (Place::Or, _) => ("  or", theme.quiet),
            (Place::Own, certainty) => (certainty.name(), theme.role(diagnosis::role(certainty))),
        };
        paint::text(buffer, area, 1, y, word, style);
        let room = Rect { width: area.width.saturating_sub(1), ..area };
        let style = if finding.certainty == Certainty::Noticed { theme.quiet } else { theme.text };
        paint::short(buffer, room, 1 + INDENT, y, &ids(finding), style);
    }
}

fn first_shown(selected: usize, height: u16) -> usize {
    (selected + 1).saturating_sub(height.into())
}

fn ids(finding: &Finding) -> String {
    let ids: Vec<&str> = finding.causes.iter().map(|cause| cause.id).collect();
    let of = if finding.of.is_some() { " (in the evidence)" } else { "" };
    ids.join(" + ") + of
}

/// The finding in the list at a cell.
pub(in crate::tui) fn finding_at(model: &Model, column: u16, row: u16) -> Option<usize> {
    let list = Answer::of(model, Layout::of(model)?.main).list;
    let inside = list.contains((column, row).into());
    let index = first_shown(model.search.selected, list.height) + usize::from(row.saturating_sub(list.y));
    (inside && index < model.search.listed().len()).then_some(index)
}

fn details(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let model = scene.model;
    let Some(finding) = model.search.finding() else { return };
    let mut lines = diagnosis::of_finding(finding, &model.analysis, &model.session.request, model.reveal());
    lines.extend(preview(model, finding));
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let rows = wrapped(&lines, area.width);
    let top = model.search.top.min(rows.len().saturating_sub(usize::from(area.height)));
    for (y, row) in rows[top..].iter().take(area.height.into()).enumerate() {
        let mut x = row.0;
        for (role, text) in &row.1 {
            x = paint::text(buffer, area, x, y as u16, text, style(scene, *role));
        }
    }
    if top + usize::from(area.height) < rows.len() && area.height > 0 {
        paint::text(buffer, area, area.width.saturating_sub(1), area.height - 1, "↓", scene.model.theme.key);
    }
}

fn style(scene: &Scene<'_>, role: Role) -> Style {
    scene.model.theme.role(role)
}

fn key(model: &Model, deed: OnFindings) -> Option<String> {
    model.keymap.keys(When::Findings, Action::Do(Command::Findings(deed))).first().cloned()
}

/// What applying the finding would change.
fn preview(model: &Model, finding: &Finding) -> Vec<Line> {
    if finding.certainty != Certainty::Proven {
        return Vec::new();
    }
    let line =
        |name: &str, role, text: &str| vec![part(Role::Quiet, format!("  {name:<11}")), part(role, text)];
    let key = key(model, OnFindings::Apply).unwrap_or_default();
    if finding.edits.is_empty() {
        let words = format!("{key} signs the request anew, as the rules have it");
        return vec![Vec::new(), line("apply", Role::Plain, &words)];
    }
    let mut out = vec![
        Vec::new(),
        line("apply", Role::Plain, &format!("{key} makes the request the one that was signed:")),
    ];
    for edit in &finding.edits {
        let (what, before, after) = in_view(edit, model);
        out.push(line("now", Role::Bad, &format!("{}: {}", shown(what.as_bytes()), before)));
        out.push(line("then", Role::Good, &format!("{}: {}", shown(what.as_bytes()), after)));
    }
    out
}

/// What an edit is about, and how that reads before and after.
fn in_view(edit: &Edit, model: &Model) -> (String, String, String) {
    // Of a secret nothing is shown, and it is only ever cleaned.
    if let Edit::Secret(_) = edit {
        return ("your secret".into(), "with what stands around it".into(), "without that".into());
    }
    let (what, before, after) = in_words(edit, &model.session);
    let text = |bytes: &[u8]| visible::one_line(&redact::named(what.as_bytes(), bytes, model.reveal()));
    let (before, after) = (text(&before), text(&after));
    (what, before, after)
}

/// A row of the details: where it begins, and its parts.
type Wrapped = (u16, Vec<(Role, String)>);

/// Lines broken to a width: what stands behind a name goes on below itself.
fn wrapped(lines: &[Line], width: u16) -> Vec<Wrapped> {
    let mut out = Vec::new();
    for line in lines.iter().filter(|line| !changed::is_pointer(line)) {
        match &line[..] {
            [] => out.push((0, Vec::new())),
            // Parts of a line that are told apart stay so where they fit.
            [_, _, _, ..]
                if line.iter().map(|part| part.text.width()).sum::<usize>() <= usize::from(width) =>
            {
                out.push((0, line.iter().map(|part| (part.role, part.text.clone())).collect()));
            }
            [name, rest @ ..] => {
                let text: String = rest.iter().map(|part| part.text.as_str()).collect();
                let role = rest.first().map_or(name.role, |part| part.role);
                let indent = (name.text.width() as u16).max(INDENT).min(width);
                let mut texts =
                    paint::words(&text, usize::from(width.saturating_sub(indent)).max(8)).into_iter();
                let first = texts.next().unwrap_or_default();
                out.push((0, vec![(name.role, name.text.clone()), (role, first)]));
                out.extend(texts.map(|text| (indent, vec![(role, text)])));
            }
        }
    }
    out
}

/// How sure a finding is. Where there is no request, nothing is computed that it could differ from.
fn sure(certainty: Certainty, is_alone: bool) -> &'static str {
    match (certainty, is_alone) {
        (Certainty::Proven, _) => "It reproduces what was received, byte for byte.",
        (Certainty::Contradicted, false) => "What is known differs here from what is computed.",
        (Certainty::Contradicted, true) => "The text says so by itself.",
        (Certainty::Noticed, false) => "A rule is broken; whether that is why, is not known.",
        (Certainty::Noticed, true) => "It may help; it does not settle the matter.",
    }
}

/// What the chosen finding is, in a line.
pub(in crate::tui) fn about(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    if scene.model.focus == Pane::Evidence {
        return super::evidence::about(scene, area, buffer);
    }
    let (search, theme) = (&scene.model.search, &scene.model.theme);
    let Some(finding) = search.finding() else {
        let words = "Findings say what explains the signature. Paste what the server answered to know more.";
        paint::short(buffer, area, 1, 0, words, theme.quiet);
        return;
    };
    let sure = sure(finding.certainty, scene.model.session.request.is_absent());
    let count = search.listed().len();
    let text = format!("{} of {count} · {}", search.selected + 1, sure);
    let x = paint::short(buffer, area, 1, 0, &text, theme.text);
    let title = shown(finding.title().as_bytes()).into_owned();
    match area.height {
        1 => paint::short(buffer, area, x + 2, 0, &title, theme.quiet),
        _ => paint::short(buffer, area, 1, 1, &title, theme.quiet),
    };
}
