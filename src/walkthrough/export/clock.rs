//! The clock of a page: when the request is taken as a line of text, and a slider that moves the server's clock.

use crate::time::{Timestamp, exactly};
use crate::walkthrough::Walkthrough;
use crate::walkthrough::clock::Window;

/// The part of the page; nothing where no date limits the request.
pub(super) fn write(walkthrough: &Walkthrough) -> String {
    let Some(window) = &walkthrough.window else { return String::new() };
    let [first, last] = ends(window);
    let at = window.clock.unix().clamp(first, last);
    let from = window.from.map_or(String::new(), |from| format!(" data-from=\"{}\"", from.unix()));
    format!(
        "<h2 id=\"clock\">The server's clock</h2>\n<p>{}</p>\n\
         <div class=\"clock\"{from} data-until=\"{}\" hidden>\n\
         <label>Move the clock <input type=\"range\" min=\"{first}\" max=\"{last}\" step=\"{}\" value=\"{at}\"></label>\n\
         <label><input type=\"checkbox\"> The server remembers the signatures that it has seen</label>\n\
         <output aria-live=\"polite\"></output>\n</div>\n",
        told(window),
        window.until.unix(),
        step(last - first),
    )
}

/// From when until when, and where the clock stands.
fn told(window: &Window) -> String {
    let begins = window.from.map_or(String::new(), |from| format!("from {} ", stamp(from)));
    let place = match (window.early(), window.late()) {
        (0, 0) => "within this window".to_owned(),
        (early @ 1.., _) => format!("{} too early", exactly(early)),
        (_, late) => format!("{} too late", exactly(late)),
    };
    let clock = stamp(window.clock);
    let until = stamp(window.until);
    format!("The server accepts this date {begins}until {until}. Its clock says {clock}: {place}.")
}

/// Where the slider begins and ends: half a window before and behind it.
fn ends(window: &Window) -> [i64; 2] {
    const DAY: i64 = 86_400;
    let until = window.until.unix();
    let from = window.from.map_or(until - DAY, |from| from.unix());
    let half = (until - from) / 2;
    [from - half, until + half]
}

/// A slider of a few hundred steps can be moved by hand.
fn step(whole: i64) -> i64 {
    (whole / 600).max(1)
}

fn stamp(at: Timestamp) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC")
}
