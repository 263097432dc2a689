//! What is said of the row under the cursor: what it is, who agrees with whom, and the rule that it follows.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::name;
use crate::comparison::{Cell, Comparison, OTHERS, Row};
use crate::evidence::Part;
use crate::report::Role;
use crate::tui::model::Model;
use crate::tui::view::{Scene, paint, shown};

/// What the row under the cursor is, and the rule that it follows.
pub(in crate::tui) fn about(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let (model, theme) = (scene.model, &scene.model.theme);
    let comparison = model.comparison();
    let count = comparison.differences().count();
    let Some(row) = comparison.rows.get(model.difference) else { return };
    let (part, line) = comparison.part(row);
    let place = comparison.differences().position(|at| at == model.difference).map(|at| at + 1);
    let which = match (count, place) {
        (0, _) => without_difference(model),
        (_, None) => format!("{count} differences"),
        (_, Some(at)) => format!("difference {at} of {count}"),
    };
    // Of a text that ours was made from, no line says anything.
    let is_told = count > 0 || model.without_difference().0 == Role::Good;
    let about = is_told.then(|| format!(" · {} {}", title(part, line), said(&comparison, row)));
    let text = format!("{which}{}", about.unwrap_or_default());
    let x = paint::short(buffer, area, 1, 0, &text, theme.text);
    match area.height {
        1 => paint::short(buffer, area, x + 2, 0, part.rule(), theme.quiet),
        _ => paint::short(buffer, area, 1, 1, part.rule(), theme.quiet),
    };
}

/// What it means that no row differs.
fn without_difference(model: &Model) -> String {
    let (role, words) = model.without_difference();
    let mark = if role == Role::Good { "✓" } else { "–" };
    format!("{mark} {}", words.trim_end_matches('.'))
}

fn title(part: Part, line: &[u8]) -> String {
    if part != Part::Header {
        return part.name().to_owned();
    }
    let colon = memchr::memchr(b':', line).unwrap_or(line.len());
    format!("{} {}", part.name(), shown(&line[..colon]))
}

/// Who agrees with whom, and where the first byte differs.
fn said(comparison: &Comparison<'_>, row: &Row) -> String {
    if !row.differs {
        return "is the same on all sides".into();
    }
    let missing: Vec<String> = (0..comparison.others.len())
        .filter(|at| row.theirs[*at].is_none() && comparison.others[*at].stage(row.stage).is_some())
        .map(|at| name(comparison, at + 1))
        .collect();
    match (&row.ours, missing.is_empty()) {
        (None, _) => "is not in ours".into(),
        (Some(_), false) => format!("is missing at {}", missing.join(" and ")),
        (Some(own), true) => (0..OTHERS)
            .filter_map(|at| first_byte(comparison, row, own, at, row.theirs[at].as_ref()?))
            .next()
            .unwrap_or_else(|| "differs".into()),
    }
}

fn first_byte(comparison: &Comparison<'_>, row: &Row, own: &Cell, at: usize, other: &Cell) -> Option<String> {
    let (left, right) = (
        &comparison.ours(row.stage)[own.line.clone()],
        &comparison.theirs(at, row.stage)[other.line.clone()],
    );
    let same = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let byte = |text: &[u8]| match text.get(same) {
        None => "the end".to_owned(),
        Some(byte) if byte.is_ascii_graphic() => format!("`{}`", char::from(*byte)),
        Some(byte) => format!("0x{byte:02x}"),
    };
    let who = name(comparison, at + 1);
    let who = who.split(':').next().unwrap_or_default();
    (left != right)
        .then(|| format!("differs from byte {} on: ours {}, {who} {}", same + 1, byte(left), byte(right)))
}
