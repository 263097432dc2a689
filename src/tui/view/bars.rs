//! The lines around the panes: title bar, views, sentences about the cursor, signatures and verdict, footer.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::{Scene, frame, paint, shown};
use crate::case::Format;
use crate::report::{Role, verdict as words};
use crate::scheme::Term;
use crate::time;
use crate::tui::action::{Action, Command};
use crate::tui::keymap::{BINDINGS, Binding, Group};
use crate::tui::model::{MenuKind, Mode, View};
use crate::tui::views::{Topic, VIEWS};
use crate::verify::{Agreement, Conclusion};

/// The bar at the top: the input, and what is being signed.
pub(super) fn bar(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let model = scene.model;
    let theme = &model.theme;
    paint::fill(buffer, area, 0, 1, theme.bar);
    let basis = &model.analysis.basis;
    let text = |term: Option<&Term>| term.map(|term| shown(&term.text).into_owned());
    let region = text(basis.region.as_ref()).map(|region| format!("{region}/")).unwrap_or_default();
    let place = if model.analysis.claim.is_some() { basis.placement.name() } else { "unsigned" };
    let is_absent = model.session.request.is_absent();
    let rebuilt = if model.session.format == Format::Evidence && !is_absent { " (rebuilt)" } else { "" };
    let own = format!("{}{rebuilt}", shown(model.session.name.as_bytes()));
    // Nothing that stands on the tape is on the table yet.
    let topic = model.view.row().topic;
    let name = if topic == Topic::Tape { "gateway".to_owned() } else { own };
    let scope = format!("{region}{}", text(basis.service.as_ref()).unwrap_or_default());
    let date = text(basis.timestamp.as_ref()).unwrap_or_default();
    let scheme = model.analysis.scheme.name();
    // The name of the input comes first: what does not fit beside it is left out.
    let room = usize::from(area.width).saturating_sub(name.width() + 17);
    // What a scheme does not sign leaves no gap.
    let line = |parts: &[&str]| {
        let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
        format!("{} ", parts.join(" · "))
    };
    let right = match is_absent {
        true => ["no request "; 3].map(str::to_owned),
        false => [line(&[scheme, place, &scope, &date]), line(&[scheme, &scope]), line(&[&scope])],
    };
    let fits = |text: &String| text.width() <= room && topic == Topic::Table;
    let right = right.into_iter().find(fits).unwrap_or_default();
    let at = area.width.saturating_sub(right.width() as u16);
    let x = paint::text(
        buffer,
        area,
        0,
        0,
        " countersign  ",
        theme.bar.add_modifier(ratatui::style::Modifier::BOLD),
    );
    let left = Rect { width: at.saturating_sub(1), ..area };
    paint::short(buffer, left, x, 0, &name, theme.bar);
    paint::text(buffer, area, at, 0, &right, theme.bar);
}

/// The names of the views with their numbers.
pub(super) fn tabs(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let theme = &scene.model.theme;
    for (start, number, view, name) in tab_places() {
        let style = if view == scene.model.view { theme.tab } else { theme.quiet };
        paint::text(buffer, area, start, 0, &format!("{number} {name}"), style);
    }
}

fn tab_places() -> impl Iterator<Item = (u16, usize, View, &'static str)> {
    let mut x = 1;
    VIEWS.into_iter().enumerate().map(move |(index, own)| {
        let start = x;
        x += own.title.len() as u16 + 4;
        (start, index + 1, own.view, own.title)
    })
}

/// The view whose name stands at this column.
pub fn tab_at(column: u16) -> Option<View> {
    tab_places()
        .find(|(start, _, _, name)| (*start..start + name.len() as u16 + 2).contains(&column))
        .map(|tab| tab.2)
}

/// The sentences of the view about its cursor; or why what is typed cannot be used.
pub(super) fn about(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let model = scene.model;
    let theme = &model.theme;
    if let Mode::Edit(edit) = &model.mode
        && let Some(error) = &edit.error
    {
        paint::short(buffer, area, 1, 0, &format!("✗ {}", shown(error.as_bytes())), theme.bad);
        return;
    }
    (model.view.row().about)(scene, area, buffer);
}

/// What the cursor of the inspector is on, and by which rules it got there.
pub(in crate::tui) fn linked(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let theme = &scene.model.theme;
    let x = paint::short(buffer, area, 1, 0, &scene.links.about, theme.text);
    let rules = scene.links.rules.join(" ");
    match area.height {
        1 => paint::short(buffer, area, x + 2, 0, &rules, theme.quiet),
        _ => paint::short(buffer, area, 1, 1, &rules, theme.quiet),
    };
}

/// Computed and received signature, one above the other, and the verdict.
pub(in crate::tui) fn verdict(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let (model, analysis) = (scene.model, &scene.model.analysis);
    let waiting = format!("… the body is being hashed, {}", frame::progress(model));
    let missing = match () {
        () if model.session.request.is_absent() => "– no request",
        () if analysis.basis.is_pending && model.lacks_body() => "– the body is unknown",
        () if model.waits_for_body() => waiting.as_str(),
        () => "– no secret",
    };
    let received = analysis.received_shown();
    let lines =
        [("computed", analysis.computed(), missing), ("received", received.as_deref(), "– no signature")];
    for (y, (name, signature, none)) in lines.into_iter().enumerate() {
        let line = Rect { y: area.y + y as u16, height: area.height.saturating_sub(y as u16).min(1), ..area };
        let x = paint::text(buffer, line, 1, 0, &format!("{name}  "), model.theme.quiet);
        match signature {
            None => drop(paint::short(buffer, line, x, 0, none, model.theme.quiet)),
            Some(signature) => draw_signature(scene, signature, x, line, buffer),
        }
    }
    conclusion(scene, area, buffer);
}

/// A signature, from where the two differ on in another style.
fn draw_signature(scene: &Scene<'_>, signature: &[u8], x: u16, line: Rect, buffer: &mut Buffer) {
    let theme = &scene.model.theme;
    let differs = match scene.model.analysis.agreement() {
        Agreement::DifferAt(at) => Some(*at),
        // Two right signatures of ECDSA may differ: the place says nothing.
        Agreement::Equal | Agreement::Valid | Agreement::Invalid(_) | Agreement::Unknown => None,
    };
    let text = shown(signature);
    let at = differs.filter(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let (same, rest) = text.split_at(at);
    let x = paint::short(buffer, line, x, 0, same, theme.text);
    let mut rest = rest.chars();
    let first: String = rest.next().into_iter().collect();
    let x = paint::text(buffer, line, x, 0, &first, theme.bad.patch(theme.cursor));
    paint::short(buffer, line, x, 0, rest.as_str(), theme.changed);
}

/// The verdict in a sentence, until when it holds, and the key that shows the checks.
fn conclusion(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let (model, analysis) = (scene.model, &scene.model.analysis);
    let (role, sentence) = match () {
        () if model.session.request.is_absent() => {
            (Role::Warning, "– there is no request: paste it to compare it with the evidence".into())
        }
        () if analysis.verdict.conclusion().is_none() && model.lacks_body() => {
            (Role::Warning, "– the verdict needs the body, which is unknown: f takes it from a file".into())
        }
        () => words::in_words(analysis),
    };
    let mut x = paint::short(buffer, area, 1, 2, &sentence, model.theme.role(role));
    if let Some(ends) = model.ends() {
        let clock = if model.session.settings.now.is_some() { " by the clock that is set" } else { "" };
        let left = format!(" · {}{clock}", time::left(ends, analysis.situation.now));
        x = paint::short(buffer, area, x, 2, &left, model.theme.text);
    }
    if analysis.verdict.conclusion() != Some(Conclusion::Match) {
        let keys = key_of(scene, Action::Do(Command::Open(MenuKind::Checks)));
        paint::short(buffer, area, x + 2, 2, &format!("{keys} shows the checks"), model.theme.quiet);
    }
}

fn key_of(scene: &Scene<'_>, action: Action) -> String {
    let binding = BINDINGS.iter().find(|binding| binding.action == action);
    binding.and_then(|b| scene.model.keymap.keys(b.when, action).first().cloned()).unwrap_or_default()
}

/// The message, or the keys that work here; help and quit always.
pub(super) fn footer(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let model = scene.model;
    let theme = &model.theme;
    if let Some(message) = &model.message {
        let (text, tail) = parted(&message.text, usize::from(area.width.saturating_sub(1)));
        let room = Rect { width: area.width.saturating_sub(tail.width() as u16), ..area };
        let x = paint::short(buffer, room, 1, 0, text.trim_end(), theme.role(message.role));
        paint::text(buffer, area, x, 0, &tail, theme.role(message.role));
        return;
    }
    let always = [Action::Do(Command::Open(MenuKind::Help)), Action::Quit];
    let tail: Vec<&Binding> = listed(scene).filter(|binding| always.contains(&binding.action)).collect();
    let label = |binding: &Binding| {
        let keys = model.keymap.keys(binding.when, binding.action);
        let means_something_else =
            |key: &str| model.view.row().digits.is_some() && key.bytes().all(|byte| byte.is_ascii_digit());
        let own = keys.iter().find(|key| !means_something_else(key));
        (own.cloned().unwrap_or_default(), binding.help)
    };
    let width = |binding: &Binding| {
        let (key, help) = label(binding);
        (key.width() + help.width() + 3) as u16
    };
    let mut room = area.width.saturating_sub(1 + tail.iter().map(|binding| width(binding)).sum::<u16>());
    let mut x = 1;
    let mut put = |binding: &Binding, buffer: &mut Buffer| {
        let (key, help) = label(binding);
        let at = paint::text(buffer, area, x, 0, &key, theme.key);
        x = paint::text(buffer, area, at + 1, 0, help, theme.quiet) + 2;
    };
    for binding in listed(scene).filter(|binding| !always.contains(&binding.action)) {
        let wide = width(binding);
        if wide > room || model.hindrance(binding.action).is_some() {
            continue;
        }
        room -= wide;
        put(binding, buffer);
    }
    for binding in tail {
        put(binding, buffer);
    }
}

/// The bindings that hold now, without plain movements and without repetition.
fn listed<'a>(scene: &'a Scene<'_>) -> impl Iterator<Item = &'static Binding> + 'a {
    let contexts = scene.model.contexts();
    let rank = |binding: &Binding| contexts.iter().position(|when| *when == binding.when);
    BINDINGS.iter().filter(move |binding| {
        let Some(own) = rank(binding) else { return false };
        let moves = binding.group == Group::Moving
            && !matches!(binding.action, Action::Do(Command::NextPane) | Action::Cancel);
        let keys = |binding: &Binding| scene.model.keymap.keys(binding.when, binding.action);
        let first = keys(binding).first();
        // A narrower context does the same, or something else by the key that would be shown.
        let takes = |other: &Binding| {
            other.action == binding.action || keys(other).iter().any(|key| Some(key) == first)
        };
        let shadowed =
            BINDINGS.iter().any(|other| rank(other).is_some_and(|rank| rank < own) && takes(other));
        !moves && !shadowed
    })
}

/// A message, and the end of it that is kept where the whole does not fit: the last of its clauses says what to do.
fn parted(text: &str, room: usize) -> (String, String) {
    let text = crate::visible::one_line(text.as_bytes());
    let last = ["; ", ". ", ": "].iter().filter_map(|end| text.rfind(end)).max().map(|at| at + 1);
    match last.filter(|at| text.width() > room && text[*at..].width() * 2 < room) {
        Some(at) => (text[..at].to_owned(), text[at..].to_owned()),
        None => (text, String::new()),
    }
}
