//! The window of a request as a line: its date, the last moment, and the server's clock.

use unicode_width::UnicodeWidthStr;

use crate::time::{Timestamp, exactly};
use crate::walkthrough::clock::{End, Guard, Replayed, Window, replayed};

/// By how much the clock was moved.
pub(super) fn moved(seconds: i64) -> String {
    let by = exactly(seconds.unsigned_abs());
    if seconds < 0 {
        format!("the server's clock is {by} back")
    } else {
        format!("the server's clock is {by} on")
    }
}

/// Three lines: what the marks are, the line, and their times.
pub(super) fn drawn(window: &Window, width: u16) -> Vec<String> {
    let marks = [
        window.from.map(|at| (at, '├', "earliest")),
        window.date.map(|at| (at, '┼', "signed")),
        Some((window.until, '┤', "latest")),
        Some((window.clock, '●', "clock")),
    ];
    let mut marks: Vec<(Timestamp, char, &str)> = marks.into_iter().flatten().collect();
    marks.sort_by_key(|(at, ..)| at.unix());
    let columns = columns(&marks, width.into());
    let (mut names, mut line, mut times) = (String::new(), String::new(), String::new());
    for ((at, mark, name), column) in marks.iter().zip(&columns) {
        // Two at the same moment stand as one: the last is the clock.
        line = filled(&line, *column, "─");
        line.push(*mark);
        names = filled(&names, column.saturating_sub(name.width() / 2), " ") + name + " ";
        let time = at.format("%H:%M:%S");
        times = filled(&times, column.saturating_sub(time.width() / 2), " ") + &time + " ";
    }
    vec![names, filled(&line, usize::from(width).saturating_sub(2), "─") + "▶", times]
}

/// Where each mark stands: as far from the first as its time, and never on the one before it.
fn columns(marks: &[(Timestamp, char, &str)], width: usize) -> Vec<usize> {
    /// A mark takes its time and a gap.
    const ROOM: usize = 10;
    let first = marks.first().map_or(0, |(at, ..)| at.unix());
    let whole = marks.last().map_or(0, |(at, ..)| at.unix().saturating_sub(first)).max(1);
    let spare = width.saturating_sub(ROOM * marks.len());
    let place = |(index, (at, ..)): (usize, &(Timestamp, char, &str))| {
        let share = (at.unix().saturating_sub(first) as f64 / whole as f64 * spare as f64) as usize;
        4 + index * ROOM + share
    };
    marks.iter().enumerate().map(place).collect()
}

fn filled(text: &str, to: usize, with: &str) -> String {
    format!("{text}{}", with.repeat(to.saturating_sub(text.width())))
}

/// Whether the clock lies in it, and what becomes of the same request when it arrives again.
pub(super) fn words(window: &Window) -> Vec<String> {
    let end = match window.end {
        End::Tolerance(minutes) => format!("{minutes} min are allowed"),
        End::Lifetime => "the URL states its end".to_owned(),
    };
    let place = match (window.early(), window.late()) {
        (0, 0) => format!("The clock is within the window ({end})."),
        (early @ 1.., _) => format!("The clock is {} too early ({end}).", exactly(early)),
        (_, late) => format!("The clock is {} too late ({end}).", exactly(late)),
    };
    let replay = match replayed(Some(window), Guard::Remembers) {
        Replayed::RefusedByClock => "A replay is refused now: the clock is outside the window.",
        Replayed::RefusedByGuard | Replayed::Taken => {
            "A replay is taken now, unless the server remembers signatures that it has seen."
        }
    };
    vec![place, replay.to_owned()]
}
