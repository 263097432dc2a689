//! One step in words: what is done and why, the formula, the bytes before and after, what both sides made, and what goes wrong here.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use unicode_width::UnicodeWidthStr;

use super::rows::{self, Row, behind, folded, named, prose, value};
use super::{marked, protection, window};
use crate::diagnose::causes;
use crate::report::Role;
use crate::signature::check::{CheckId, Outcome};
use crate::tui::action::{Action, Command};
use crate::tui::keymap::When;
use crate::tui::model::{Model, Zoom};
use crate::tui::theme::Theme;
use crate::tui::view::{Scene, paint};
use crate::walkthrough::tamper::Row as Made;
use crate::walkthrough::{Change, Run, Step, StepKind, Tint};

/// Where a value begins.
const INDENT: u16 = 2;
/// Where what is said behind a name begins.
const NAMES: u16 = 8;
/// Rows of a value that is folded.
const FOLDED: usize = 8;
/// Prose wider than this is hard to read.
const PROSE: u16 = 100;

/// What rows are made for.
struct Page<'a> {
    model: &'a Model,
    theme: &'a Theme,
    width: u16,
    /// The key that unfolds; `None` where everything is shown.
    folds: Option<String>,
}

/// The step beside the diagram, or with all the room.
pub(super) fn draw(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let model = scene.model;
    let Some(step) = model.walk.step() else { return };
    let key = || model.keymap.keys(When::Browse, Action::Do(Command::Zoom)).first().cloned();
    let folds = if model.zoom() == Zoom::Off { key() } else { None };
    let page = Page { model, theme: &model.theme, width: area.width, folds };
    let rows = joined(page.parts(step), 1);
    rows::draw(&rows, model.walk.top, model.theme.key, area, buffer);
}

/// One step on the whole screen, with room around it, and nothing cut.
pub(in crate::tui) fn present(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let model = scene.model;
    let (Some(step), Some(own)) = (model.walk.step(), model.walk.signed()) else { return };
    let width = area.width.saturating_sub(8).min(140);
    let inner = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + 2,
        width,
        height: area.height.saturating_sub(4),
    };
    let theme = &model.theme;
    let place = format!("{} / {}", model.walk.at + 1, model.walk.steps().count());
    let who = match step.from == step.to {
        true => own.party(step.from).to_owned(),
        false => format!("{} ───▶ {}", own.party(step.from), own.party(step.to)),
    };
    let page = Page { model, theme, width, folds: None };
    let mut parts = vec![prose(&format!("{place}     {who}"), theme.quiet, 0, width)];
    if model.walk.is_touched() {
        parts.push(prose(&marked(model), theme.warning, 0, width));
    }
    parts.extend(page.parts(step));
    let gap = if area.height >= 40 { 2 } else { 1 };
    rows::draw(&joined(parts, gap), model.walk.top, theme.key, inner, buffer);
    if let Some(message) = &model.message {
        let line = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
        paint::short(buffer, line, 1, 0, &message.text, theme.role(message.role));
    }
}

/// Parts with as many blank rows between them.
fn joined(parts: Vec<Vec<Row>>, gap: usize) -> Vec<Row> {
    let mut out = Vec::new();
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        if !out.is_empty() {
            out.extend(vec![Row::default(); gap]);
        }
        out.extend(part);
    }
    out
}

impl Page<'_> {
    /// The parts of a step in order; what there is nothing to say of is empty.
    fn parts(&self, step: &Step) -> Vec<Vec<Row>> {
        let bold = self.theme.focus.add_modifier(Modifier::UNDERLINED);
        let differing = self.model.walk.differing(step);
        vec![
            self.lesson(),
            self.prose(&step.title, bold),
            self.prose(&step.sentence, self.theme.text),
            step.formula.iter().flat_map(|text| self.value(&[(self.theme.key, text.clone())])).collect(),
            self.changes(step),
            if step.changes.is_empty() && differing.is_none() { self.lines(step) } else { Vec::new() },
            differing.map(|made| self.both(made)).unwrap_or_default(),
            if step.kind == StepKind::Rebuilds { self.differences() } else { Vec::new() },
            self.outcome(step),
            if step.kind == StepKind::Answers { self.protection() } else { Vec::new() },
            if step.kind == StepKind::Checks(CheckId::Date) { self.window() } else { Vec::new() },
            self.origins(step),
            self.mistakes(step),
            self.rule(step),
        ]
    }

    /// The page of the lesson that is taken, or the task of its exercise.
    fn lesson(&self) -> Vec<Row> {
        let Some(lesson) = self.model.walk.lesson else { return Vec::new() };
        let pages = lesson.tour.pages.len();
        let (title, text) = match lesson.page() {
            Some(page) => (format!("Page {} of {pages}: {}", lesson.at + 1, page.title), page.text),
            None => ("Exercise".to_owned(), lesson.tour.exercise.task),
        };
        let mut rows = self.prose(&title, self.theme.focus);
        for paragraph in text {
            rows.extend(named(("▏ ", self.theme.key), paragraph, self.theme.text, 2, self.width.min(PROSE)));
        }
        rows
    }

    fn prose(&self, text: &str, style: Style) -> Vec<Row> {
        prose(text, style, 0, self.width.min(PROSE))
    }

    fn value(&self, parts: &[(Style, String)]) -> Vec<Row> {
        value(parts, INDENT, self.width)
    }

    fn fold(&self, rows: Vec<Row>) -> Vec<Row> {
        match &self.folds {
            Some(key) => folded(rows, FOLDED, key, self.theme.quiet),
            None => rows,
        }
    }

    /// As sent, and as it stands in the text that is signed.
    fn changes(&self, step: &Step) -> Vec<Row> {
        let Some(first) = step.changes.first() else { return Vec::new() };
        let heads = match first.between.is_some() {
            true => "as sent  →  encoded, in the order sent  →  sorted",
            false => "as sent  →  canonical",
        };
        let head = prose(heads, self.theme.quiet, INDENT, self.width);
        let rows = step.changes.iter().flat_map(|change| self.change(change)).collect();
        head.into_iter().chain(self.fold(rows)).collect()
    }

    /// One change: in a row where it fits, else below each other.
    fn change(&self, change: &Change) -> Vec<Row> {
        let theme = self.theme;
        let arrow = || (theme.quiet, "  →  ".to_owned());
        let mut parts = vec![(theme.role(Role::FromRequest), change.before.clone())];
        for text in change.between.iter().chain([&change.after]) {
            parts.extend([arrow(), (theme.text, text.clone())]);
        }
        let wide: usize = parts.iter().map(|(_, text)| text.width()).sum();
        if wide + usize::from(INDENT) <= usize::from(self.width) {
            return self.value(&parts);
        }
        let mut rows = self.value(&parts[..1]);
        for pair in parts[1..].chunks(2) {
            rows.extend(value(&[(theme.quiet, "→ ".into()), pair[1].clone()], INDENT + 2, self.width));
        }
        rows
    }

    fn lines(&self, step: &Step) -> Vec<Row> {
        // What a check found, and what is answered, are sentences.
        if matches!(step.kind, StepKind::Checks(_) | StepKind::AnswersKey | StepKind::Answers) {
            let text = |line: &Vec<Run>| line.iter().map(|run| run.text.as_str()).collect::<String>();
            let row = |line| prose(&text(line), self.theme.text, INDENT, self.width.min(PROSE));
            return step.lines.iter().flat_map(row).collect();
        }
        let styled = |run: &Run| (self.tint(run.tint), run.text.clone());
        let of_line = |line: &Vec<Run>| match line.is_empty() {
            true => self.value(&[(self.theme.quiet, "(empty line)".into())]),
            false => self.value(&line.iter().map(styled).collect::<Vec<_>>()),
        };
        self.fold(step.lines.iter().flat_map(of_line).collect())
    }

    fn tint(&self, tint: Tint) -> Style {
        self.theme.role(match tint {
            Tint::Request => Role::FromRequest,
            Tint::Given => Role::Given,
            Tint::Derived => Role::Derived,
            Tint::Fixed => Role::Fixed,
            Tint::Hidden => Role::Quiet,
        })
    }

    /// What both sides made, one above the other, and how much of it differs.
    fn both(&self, made: &Made) -> Vec<Row> {
        let theme = self.theme;
        let side = |name: &str, lines: &[String], other: &[String], style| {
            let mut rows = prose(name, theme.quiet, INDENT, self.width);
            for line in lines {
                let style = if other.contains(line) { theme.text } else { style };
                rows.extend(value(&[(style, line.clone())], INDENT + 2, self.width));
            }
            self.fold(rows)
        };
        let mut rows =
            side("the side that signed made", &made.signed, &made.received, theme.role(Role::Good));
        rows.extend(side("the side that received makes", &made.received, &made.signed, theme.bad));
        rows.extend(bits(made).iter().flat_map(|words| prose(words, theme.warning, INDENT, self.width)));
        rows
    }

    /// Every text in which the sides differ.
    fn differences(&self) -> Vec<Row> {
        let rows = self.model.walk.parted().map_or(&[][..], |parted| &parted.rows);
        let row = |made: &Made| {
            let words = bits(made).unwrap_or("of another length".into());
            named(("≠ ", self.theme.bad), &format!("{}: {words}", made.title), self.theme.text, 2, self.width)
        };
        rows.iter().filter(|made| !made.agree).flat_map(row).collect()
    }

    fn outcome(&self, step: &Step) -> Vec<Row> {
        let (text, style) = match step.outcome {
            None => return Vec::new(),
            Some(Outcome::Passed) => ("✓ passed", self.theme.role(Role::Good)),
            Some(Outcome::Failed) => ("✗ failed", self.theme.bad),
            Some(Outcome::NotReached) => ("· not reached", self.theme.quiet),
        };
        self.prose(text, style)
    }

    /// What the signature did about what was done.
    fn protection(&self) -> Vec<Row> {
        let words = protection(&self.model.walk);
        words.iter().flat_map(|words| self.prose(words, self.theme.warning)).collect()
    }

    fn window(&self) -> Vec<Row> {
        let Some(window) = self.model.walk.window() else { return Vec::new() };
        let mut rows = Vec::new();
        for line in window::drawn(window, self.width) {
            rows.extend(value(&[(self.theme.text, line)], 0, self.width));
        }
        for line in window::words(window, self.model.walk.guard()) {
            rows.extend(self.prose(&line, self.theme.text));
        }
        rows
    }

    fn origins(&self, step: &Step) -> Vec<Row> {
        let words: Vec<&str> = step.sources.iter().map(|source| source.from.as_str()).collect();
        if words.is_empty() {
            return Vec::new();
        }
        let rows = named(("from", self.theme.quiet), &words.join("; "), self.theme.text, NAMES, self.width);
        self.fold(rows)
    }

    fn mistakes(&self, step: &Step) -> Vec<Row> {
        let causes: Vec<_> = step.causes.iter().filter_map(|id| causes::named(id)).collect();
        if causes.is_empty() {
            return Vec::new();
        }
        let mut rows = self.prose("What goes wrong here", self.theme.focus);
        for cause in causes {
            let text = format!("{} {}", cause.title, cause.id);
            rows.extend(named(("· ", self.theme.quiet), &text, self.theme.text, 2, self.width.min(PROSE)));
        }
        rows
    }

    fn rule(&self, step: &Step) -> Vec<Row> {
        if step.link.is_empty() {
            return Vec::new();
        }
        let rows = value(&[(self.theme.quiet, step.link.to_owned())], NAMES, self.width);
        behind(("rule", self.theme.quiet), rows)
    }
}

/// How many bits differ, in words.
pub(super) fn bits(made: &Made) -> Option<String> {
    let (differ, of) = made.bits?;
    let verb = if differ == 1 { "bit differs" } else { "bits differ" };
    Some(format!("{differ} of {of} {verb}"))
}
