//! What lies over the panes: help, palette, copy menu, checks, notes, and questions in the footer.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr;

use super::paint::{self, Breaks, Look};
use super::{Scene, shown};
use crate::tui::action::Action;
use crate::tui::keymap::When;
use crate::tui::model::{Confirm, ConfirmKind, Menu, MenuKind, Model, Question, QuestionKind};
use crate::tui::text::{Text, column_of, keep_in_view, rows};
use crate::tui::update::walkthrough::typed;
use crate::tui::update::{EXPORTS, Target, menu_rows, tampers};
use crate::tui::views::Topic;
use crate::verify::Outcome;
use crate::walkthrough::export::Format;
use crate::walkthrough::lessons::TOURS;

/// One row of a list.
struct Item {
    /// A heading above it.
    heading: Option<&'static str>,
    left: String,
    right: String,
    quiet: bool,
}

/// Draws a menu; returns where the terminal's cursor belongs.
pub(super) fn menu(scene: &Scene<'_>, menu: &Menu, main: Rect, buffer: &mut Buffer) -> Option<Position> {
    let items = items(scene, menu);
    let filtered = menu.kind.narrows();
    let headings = items.iter().filter(|item| item.heading.is_some()).count() as u16;
    let remark = remark(scene, menu);
    let wanted = items.len() as u16 + headings + 2 + u16::from(filtered || remark.is_some());
    let widest =
        items.iter().map(|item| item.left.width() + item.right.width() + 6).max().unwrap_or_default() as u16;
    let widest = widest.max(remark.as_ref().map_or(0, |words| words.width() as u16 + 4));
    let title = title(scene, menu);
    let width = widest.max(title.width() as u16 + 6).clamp(56, 110).min(main.width.saturating_sub(2));
    let height = wanted.min(main.height);
    // The checks leave room below for what the chosen one found.
    let above = if menu.kind == MenuKind::Checks { 0 } else { (main.height - height) / 2 };
    let area = Rect::new((main.width - width) / 2, main.y + above, width, height);
    clear(scene, area, &title, buffer);
    let inner = Rect::new(area.x + 1, area.y + 1, area.width - 2, area.height.saturating_sub(2));
    let mut cursor = None;
    let mut list = inner;
    if filtered {
        cursor = filter(scene, menu, inner, buffer);
        list = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
    } else if let Some(words) = remark {
        paint::short(buffer, inner, 1, 0, &words, scene.model.theme.warning);
        list = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
    }
    draw_items(scene, menu, &items, list, buffer);
    if menu.kind == MenuKind::Checks {
        check_detail(scene, menu, area, buffer);
    }
    cursor
}

fn title(scene: &Scene<'_>, menu: &Menu) -> String {
    match menu.kind {
        MenuKind::Help => " What works here — type to narrow, Enter runs it ".into(),
        MenuKind::Palette => " Find an action ".into(),
        MenuKind::Copy => match scene.model.view.row().topic {
            // On the tape it is not the request on the table that is copied.
            Topic::Tape => menu
                .desk
                .as_ref()
                .map_or(" Copy ".into(), |desk| format!(" Copy {} ", shown(desk.session.name.as_bytes()))),
            Topic::Table => " Copy ".into(),
        },
        MenuKind::Checks => " What a gateway checks, in this order ".into(),
        MenuKind::Notes => " Noticed while reading ".into(),
        MenuKind::Entries => " Requests of the archive — Enter takes one ".into(),
        MenuKind::Tamper => " What happens to the request on its way ".into(),
        MenuKind::Export => " Export the walkthrough ".into(),
        MenuKind::Lessons => " Lessons — Enter takes one ".into(),
    }
}

/// What is to be known before something is chosen: a date that a server refuses by now.
fn remark(scene: &Scene<'_>, menu: &Menu) -> Option<String> {
    if menu.kind != MenuKind::Copy {
        return None;
    }
    let why = crate::tui::update::stale(scene.model)?;
    let key = scene.model.keymap.keys(When::List, Action::SignNow).first().cloned().unwrap_or_default();
    Some(format!("{why}. {key} re-signs it now."))
}

/// Draws a question whose answer is yes or no.
pub(super) fn confirm(scene: &Scene<'_>, confirm: &Confirm, main: Rect, buffer: &mut Buffer) {
    let theme = &scene.model.theme;
    let keys = |action| scene.model.keymap.keys(When::Answer, action).first().cloned().unwrap_or_default();
    let (title, yes, no) = match confirm.kind {
        ConfirmKind::Quit => (" Quit ", "quit", "stay"),
        ConfirmKind::ReadFiles(_) => (" Read a file ", "read it", "leave the body unknown"),
    };
    let answers = format!("{} {yes}   {} {no}", keys(Action::Accept), keys(Action::Cancel));
    let width = 72.min(main.width.saturating_sub(2));
    let lines = paint::words(&confirm.words, usize::from(width.saturating_sub(4)).max(1));
    let height = (lines.len() as u16 + 4).min(main.height);
    let area = Rect::new((main.width - width) / 2, main.y + (main.height - height) / 2, width, height);
    clear(scene, area, title, buffer);
    let inner = Rect::new(area.x + 2, area.y + 1, width.saturating_sub(4), height.saturating_sub(2));
    for (y, line) in lines.iter().enumerate().take(inner.height.saturating_sub(1).into()) {
        paint::text(buffer, inner, 0, y as u16, line, theme.text);
    }
    paint::short(buffer, inner, 0, inner.height.saturating_sub(1), &answers, theme.key);
}

fn items(scene: &Scene<'_>, menu: &Menu) -> Vec<Item> {
    let model = scene.model;
    let plain = |left: String, right: String| Item { heading: None, left, right, quiet: false };
    match menu.kind {
        MenuKind::Help | MenuKind::Palette => {
            let mut last = None;
            let rows = menu_rows(model, menu).into_iter().map(|binding| {
                let keys = model.keymap.keys(binding.when, binding.action).join(" ");
                let heading = (menu.kind == MenuKind::Help && last != Some(binding.group))
                    .then(|| binding.group.title());
                last = Some(binding.group);
                match model.hindrance(binding.action) {
                    Some(why) => {
                        Item {
                            heading, left: format!("{} — {why}", binding.help), right: keys, quiet: true
                        }
                    }
                    None => Item { heading, ..plain(binding.help.into(), keys) },
                }
            });
            rows.collect()
        }
        MenuKind::Copy => {
            let row =
                |what: crate::tui::update::Copyable| match crate::tui::update::size_in_words(model, what) {
                    Some(size) => plain(what.name().into(), size),
                    None => Item { quiet: true, ..plain(what.name().into(), "not now".into()) },
                };
            crate::tui::update::COPIES.into_iter().map(row).collect()
        }
        MenuKind::Checks => menu.analysis(model).verdict.checks.iter().map(check_item).collect(),
        MenuKind::Entries => model.entries.iter().map(|entry| plain(entry.title(), String::new())).collect(),
        MenuKind::Tamper => tamper_items(model),
        MenuKind::Export => EXPORTS.into_iter().flat_map(export_items).collect(),
        MenuKind::Lessons => TOURS
            .into_iter()
            .map(|tour| plain(tour.title.into(), format!("{} pages", tour.pages.len())))
            .collect(),
        MenuKind::Notes => {
            let note =
                |note: &crate::request::Notice| plain(shown(note.0.as_bytes()).into_owned(), String::new());
            model.notices.iter().map(note).collect()
        }
    }
}

/// What can be done at once, and what a value is asked for.
fn tamper_items(model: &Model) -> Vec<Item> {
    let plain = |left: &str, right: String| Item { heading: None, left: left.into(), right, quiet: false };
    let offers = tampers(model).into_iter().map(|offer| plain(offer.title, offer.detail));
    let typed = typed(model).into_iter().map(|(kind, present)| plain(kind.title(), short(&present)));
    offers.chain(typed).collect()
}

/// The start of a value.
fn short(text: &[u8]) -> String {
    const MOST: usize = 48;
    let line = shown(text);
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.into_owned(),
    }
}

/// The formats, under where they go.
fn export_items(target: Target) -> impl Iterator<Item = Item> {
    let title = match target {
        Target::Clipboard => "To the clipboard",
        Target::File => "Into a file",
    };
    Format::ALL.into_iter().enumerate().map(move |(at, (format, name))| Item {
        heading: (at == 0).then_some(title),
        left: format.title().into(),
        right: name.into(),
        quiet: false,
    })
}

fn check_item(check: &crate::verify::Check) -> Item {
    let (mark, word) = match check.outcome {
        Outcome::Passed => ("✓", "passed"),
        Outcome::Failed => ("✗", "failed"),
        Outcome::NotReached => ("·", "not reached"),
    };
    let quiet = check.outcome == Outcome::NotReached;
    Item { heading: None, left: format!("{mark} {}", check.id.title()), right: word.into(), quiet }
}

fn draw_items(scene: &Scene<'_>, menu: &Menu, items: &[Item], area: Rect, buffer: &mut Buffer) {
    let theme = &scene.model.theme;
    let heights = |item: &Item| 1 + u16::from(item.heading.is_some());
    // The window follows the chosen row.
    let selected = menu.selected.min(items.len().saturating_sub(1));
    let mut first = selected;
    let mut room = area.height.saturating_sub(items.get(selected).map_or(1, heights));
    while first > 0 && heights(&items[first - 1]) <= room {
        room -= heights(&items[first - 1]);
        first -= 1;
    }
    let mut y = 0;
    for (index, item) in items.iter().enumerate().skip(first) {
        if let Some(heading) = item.heading {
            paint::short(buffer, area, 1, y, heading, theme.focus);
            y += 1;
        }
        if y >= area.height {
            break;
        }
        if index == selected {
            paint::fill(buffer, area, y, 1, theme.selected);
            paint::text(buffer, area, 0, y, "▌", theme.focus);
        }
        let style = if item.quiet { theme.quiet } else { theme.text };
        let right = item.right.width() as u16;
        let left = Rect { width: area.width.saturating_sub(right + 2), ..area };
        paint::short(buffer, left, 2, y, &item.left, style);
        paint::text(buffer, area, area.width.saturating_sub(right + 1), y, &item.right, theme.key);
        y += 1;
    }
    if items.is_empty() {
        paint::short(buffer, area, 2, 0, "nothing fits", theme.quiet);
    }
}

/// What the chosen check expected and found, and what AWS answers, below the list.
fn check_detail(scene: &Scene<'_>, menu: &Menu, list: Rect, buffer: &mut Buffer) {
    let theme = &scene.model.theme;
    let checks = &menu.analysis(scene.model).verdict.checks;
    let Some(check) = checks.get(menu.selected.min(checks.len().saturating_sub(1))) else { return };
    let mut texts = vec![(crate::visible::one_line(check.detail.as_bytes()), theme.text)];
    if let Some(aws) = &check.aws {
        texts.push((format!("AWS answers: {}", crate::visible::one_line(aws.as_bytes())), theme.warning));
    }
    let width = list.width.saturating_sub(4);
    let lines: Vec<_> = texts
        .iter()
        .flat_map(|(text, style)| {
            paint::words(text, width.into()).into_iter().map(move |line| (line, *style))
        })
        .collect();
    let bottom = buffer.area.bottom().saturating_sub(1);
    let height = (lines.len() as u16 + 2).min(bottom.saturating_sub(list.bottom()));
    if height < 3 {
        return;
    }
    let area = Rect::new(list.x, list.bottom(), list.width, height);
    clear(scene, area, "", buffer);
    let inner = Rect::new(area.x + 2, area.y + 1, width, height - 2);
    for (y, (line, style)) in lines.iter().enumerate().take(inner.height.into()) {
        paint::text(buffer, inner, 0, y as u16, line, *style);
    }
}

/// An empty box with a title.
fn clear(scene: &Scene<'_>, area: Rect, title: &str, buffer: &mut Buffer) {
    let theme = &scene.model.theme;
    let area = area.intersection(buffer.area);
    for position in area.positions() {
        buffer[position].reset();
    }
    let line = "─".repeat(usize::from(area.width).saturating_sub(2));
    for y in 0..area.height {
        paint::text(buffer, area, 0, y, "│", theme.focus);
        paint::text(buffer, area, area.width - 1, y, "│", theme.focus);
    }
    paint::text(buffer, area, 0, 0, &format!("┌{line}┐"), theme.focus);
    paint::text(buffer, area, 0, area.height - 1, &format!("└{line}┘"), theme.focus);
    let room = Rect { width: area.width.saturating_sub(2), ..area };
    paint::short(buffer, room, 2, 0, title, theme.focus);
}

fn filter(scene: &Scene<'_>, menu: &Menu, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let theme = &scene.model.theme;
    let x = paint::text(buffer, area, 1, 0, "› ", theme.key);
    let end = paint::text(buffer, area, x, 0, &shown(&menu.filter.text), theme.text);
    Some(Position::new(area.x + end.min(area.width - 1), area.y))
}

/// Draws a question in the footer; returns where the terminal's cursor belongs.
pub(super) fn question(
    scene: &Scene<'_>,
    question: &Question,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let theme = &scene.model.theme;
    let words = match question.kind {
        QuestionKind::Import => "Open which file? ",
        QuestionKind::Save => "Save as (secrets are left out): ",
        QuestionKind::BodyFile => "Which file is the body? ",
        QuestionKind::Evidence => "Which file holds the error or the log? ",
        QuestionKind::Filter => "List only what holds (! leaves out): ",
        QuestionKind::SaveTape => "Into which folder (secrets are left out)? ",
        QuestionKind::LoadTape => "Which folder holds the tape? ",
        QuestionKind::Tamper(kind) => kind.question(),
        QuestionKind::Export(_) => "Save the walkthrough as: ",
        QuestionKind::Step => "Which step (a number or words)? ",
        QuestionKind::KeyId => "Access key id: ",
        QuestionKind::KeySecret => "Secret access key (not shown): ",
    };
    for x in 0..area.width {
        buffer[(area.x + x, area.y)].reset();
    }
    let x = paint::text(buffer, area, 1, 0, words, theme.focus);
    let field = Rect { x: area.x + x, width: area.width.saturating_sub(x).max(1), ..area };
    let text = Text::Bytes(&question.line.text);
    let top = keep_in_view(text, 0, question.line.cursor, field.width, 1);
    let row = rows(text, top, field.width, 1).into_iter().next()?;
    let is_secret = question.kind == QuestionKind::KeySecret;
    let hidden: Vec<Range<usize>> = is_secret.then_some(0..question.line.text.len()).into_iter().collect();
    paint::row(
        buffer,
        field,
        0,
        text,
        &row,
        &Look { style: &|_| theme.text, mark: theme.mark, hidden: &hidden, breaks: Breaks::Plain },
    );
    let column = column_of(text, &row, question.line.cursor) as u16;
    Some(Position::new(field.x + column.min(field.width - 1), field.y))
}
