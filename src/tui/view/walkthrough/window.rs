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

/// A moment on the line.
struct Mark {
    at: Timestamp,
    sign: char,
    name: String,
    time: String,
}

impl Mark {
    /// How much room its words take.
    fn width(&self) -> usize {
        self.name.width().max(self.time.width()) + 2
    }
}

/// Three lines: what the marks are, the line, and their times.
pub(super) fn drawn(window: &Window, width: u16) -> Vec<String> {
    let width = usize::from(width);
    let mut marks = marks(window);
    // The first moment is left out where there is no room for it, unless the clock is before it.
    if marks.iter().map(Mark::width).sum::<usize>() > width && window.early() == 0 {
        marks.retain(|mark| mark.name != EARLIEST);
    }
    let columns = columns(&marks, width);
    let (mut names, mut line, mut times) = (String::new(), String::new(), String::new());
    for (mark, column) in marks.iter().zip(&columns) {
        line = filled(&line, *column, "─");
        line.push(mark.sign);
        let centred =
            |row: &str, text: &str| filled(row, column.saturating_sub(text.width() / 2), " ") + text;
        (names, times) = (centred(&names, &mark.name), centred(&times, &mark.time));
    }
    vec![names, filled(&line, width.saturating_sub(1), "─") + "▶", times]
}

const EARLIEST: &str = "earliest";

/// The moments in order; those that fall together are one mark.
fn marks(window: &Window) -> Vec<Mark> {
    let all = [
        window.from.map(|at| (at, '├', EARLIEST)),
        window.date.map(|at| (at, '┼', "signed")),
        Some((window.until, '┤', "latest")),
        Some((window.clock, '●', "clock")),
    ];
    let mut all: Vec<_> = all.into_iter().flatten().collect();
    all.sort_by_key(|(at, ..)| at.unix());
    let day = |at: &Timestamp| at.unix().div_euclid(86_400);
    let is_one_day = all.iter().all(|(at, ..)| day(at) == day(&all[0].0));
    let format = if is_one_day { "%H:%M:%S" } else { "%-d %b %H:%M" };
    let mut out: Vec<Mark> = Vec::new();
    for (at, sign, name) in all {
        match out.last_mut().filter(|last| last.at == at) {
            Some(last) => {
                last.sign = sign;
                last.name = format!("{} = {name}", last.name);
            }
            None => out.push(Mark { at, sign, name: name.to_owned(), time: at.format(format) }),
        }
    }
    out
}

/// Where each mark stands: as far from the first as its time, and never on the words of the one before it.
fn columns(marks: &[Mark], width: usize) -> Vec<usize> {
    let first = marks.first().map_or(0, |mark| mark.at.unix());
    let whole = marks.last().map_or(0, |mark| mark.at.unix().saturating_sub(first)).max(1);
    let spare = width.saturating_sub(marks.iter().map(Mark::width).sum());
    let mut taken = 0;
    let place = |mark: &Mark| {
        let share = mark.at.unix().saturating_sub(first) as f64 / whole as f64 * spare as f64;
        let at = taken + mark.width() / 2 + share as usize;
        taken += mark.width();
        at
    };
    marks.iter().map(place).collect()
}

fn filled(text: &str, to: usize, with: &str) -> String {
    format!("{text}{}", with.repeat(to.saturating_sub(text.width())))
}

/// Whether the clock lies in it, and what becomes of the same request when it arrives again.
pub(super) fn words(window: &Window, guard: Guard) -> Vec<String> {
    let end = match window.end {
        End::Tolerance(minutes) => format!("{minutes} min are allowed"),
        End::Lifetime => "the URL states its end".to_owned(),
    };
    let place = match (window.early(), window.late()) {
        (0, 0) => format!("The clock is within the window ({end})."),
        (early @ 1.., _) => format!("The clock is {} too early ({end}).", exactly(early)),
        (_, late) => format!("The clock is {} too late ({end}).", exactly(late)),
    };
    let replay = match replayed(Some(window), guard) {
        Replayed::RefusedByClock => "A replay is refused now: the clock is outside the window.",
        Replayed::RefusedByGuard => "A replay is refused now: the server remembers the signature.",
        Replayed::Taken => "A replay is taken now: the server does not remember signatures.",
    };
    vec![place, replay.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(clock: &str) -> Window {
        let at = |text: &str| Timestamp::parse(text.as_bytes()).unwrap().0;
        let date = at("20150830T123600Z");
        Window {
            date: Some(date),
            from: Some(date.plus(-900)),
            until: date.plus(900),
            clock: at(clock),
            end: End::Tolerance(15),
        }
    }

    #[test]
    fn marks_stand_in_the_order_of_their_times_and_above_them() {
        for clock in ["20150830T123600Z", "20150830T134000Z", "20150830T100000Z", "20160101T000000Z"] {
            for width in [45, 60, 140] {
                let lines = drawn(&window(clock), width);
                let signs: Vec<char> = lines[1].chars().filter(|sign| !['─', '▶'].contains(sign)).collect();
                assert!(signs.contains(&'●') && signs.contains(&'┤'), "{lines:#?}");
                assert!(lines.iter().all(|line| line.width() <= usize::from(width)), "{lines:#?}");
            }
        }
        assert_eq!(
            drawn(&window("20150830T123600Z"), 45),
            [
                " earliest      signed = clock        latest",
                "─────├────────────────●─────────────────┤───▶",
                " 12:21:00         12:36:00          12:51:00",
            ]
        );
    }

    #[test]
    fn what_becomes_of_a_replay_follows_from_the_clock() {
        let said = |clock: &str, guard| words(&window(clock), guard).join(" ");
        assert!(said("20150830T125100Z", Guard::None).contains("A replay is taken now"));
        assert!(said("20150830T125100Z", Guard::Remembers).contains("A replay is refused now: the server"));
        assert!(said("20150830T125101Z", Guard::Remembers).contains("1 s too late"));
        assert!(said("20150830T122059Z", Guard::None).contains("1 s too early"));
    }
}
