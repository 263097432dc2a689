//! The date and time of signing, and the day in the scope.

use super::key::{key_alone, key_stays};
use crate::diagnose::causes::Gen;
use crate::diagnose::draft::Slot;
use crate::time::Timestamp;

/// How many seconds a date may be off because the clock was read twice, or a retry kept a part of the first attempt.
const SECONDS: i64 = 900;

pub(super) fn date_differs(g: &mut Gen<'_, '_>) {
    let Some(instant) = g.facts.instant() else { return };
    for seconds in (1..=SECONDS).flat_map(|n| [n, -n]) {
        let other = instant.plus(seconds).basic();
        let words = format!(
            "{} second{} {}",
            seconds.abs(),
            if seconds.abs() == 1 { "" } else { "s" },
            if seconds > 0 { "later" } else { "earlier" }
        );
        if let Some(change) = g.put(Slot::TIMESTAMP, &other, words)
            && seconds.abs() > 3
        {
            change.alone();
        }
    }
}

/// Offsets of time zones from UTC, in minutes.
fn zones() -> impl Iterator<Item = i64> {
    (-56..=56).map(|quarter| quarter * 15).filter(|minutes| *minutes != 0)
}

pub(super) fn date_local(g: &mut Gen<'_, '_>) {
    let Some(instant) = g.facts.instant() else { return };
    for minutes in zones() {
        let whole_hour = minutes % 60 == 0;
        let local = instant.plus(minutes * 60).basic();
        let sign = if minutes > 0 { '+' } else { '-' };
        let words = format!("UTC{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60);
        let day = local[..8].to_vec();
        let mut all: Vec<(Slot, &[u8])> = vec![(Slot::TIMESTAMP, &local)];
        if let Some(change) = g.puts(&all, words.clone())
            && !whole_hour
        {
            change.alone();
        }
        if day != g.draft.of_base(Slot::SCOPE_DATE) {
            all.push((Slot::SCOPE_DATE, &day));
            if let Some(change) = g.puts(&all, format!("{words}, the day of the scope too"))
                && !whole_hour
            {
                change.alone();
            }
        }
    }
}

pub(super) fn date_form(g: &mut Gen<'_, '_>) {
    let Some(instant) = g.facts.instant() else { return };
    let basic = instant.to_string();
    let (day, time) = (&basic[..8], &basic[9..15]);
    let extended =
        format!("{}-{}-{}T{}:{}:{}Z", &day[..4], &day[4..6], &day[6..], &time[..2], &time[2..4], &time[4..]);
    let unix = instant.unix();
    for (text, words) in [
        (extended.clone(), "with dashes and colons"),
        (extended.replace('Z', ".000Z"), "with dashes, colons and milliseconds"),
        (extended.trim_end_matches('Z').to_owned(), "with dashes and colons, without Z"),
        (extended.replace('Z', "+00:00"), "with dashes, colons and +00:00"),
        (extended.replace('T', " "), "with a space for the T"),
        (basic.trim_end_matches('Z').to_owned(), "without Z"),
        (basic.replace('T', "t").replace('Z', "z"), "in lower case"),
        (basic.replace('Z', "+0000"), "with +0000"),
        (basic.replace('Z', ".000Z"), "with milliseconds"),
        (basic.replace('T', ""), "without T"),
        (format!("{day}T{}Z", &time[..4]), "without its seconds"),
        (format!("{day}T000000Z"), "at midnight"),
        (day.to_owned(), "the day alone"),
        (unix.to_string(), "seconds since 1970"),
        (format!("{unix}000"), "milliseconds since 1970"),
        (http_date(instant), "as in the Date header"),
        (http_date(instant).replace("GMT", "+0000"), "as in mail"),
        (String::new(), "left empty"),
    ] {
        g.put(Slot::TIMESTAMP, text.as_bytes(), words);
    }
}

/// The instant as the Date header has it (RFC 9110, 5.6.7).
pub(in crate::diagnose::causes) fn http_date(instant: Timestamp) -> String {
    chrono::DateTime::from_timestamp(instant.unix(), 0)
        .map(|date| date.format("%a, %d %b %Y %H:%M:%S GMT").to_string())
        .unwrap_or_default()
}

pub(super) fn other_date(g: &mut Gen<'_, '_>) {
    for name in ["date", "x-amz-date"] {
        let Some(text) = g.facts.header(name) else { continue };
        g.put(Slot::TIMESTAMP, text.as_bytes(), format!("the text of {name}"));
        if let Ok((instant, _)) = Timestamp::parse(text.as_bytes()) {
            let basic = instant.basic();
            g.put(Slot::TIMESTAMP, &basic, format!("the instant of {name}"));
            let day = basic[..8].to_vec();
            g.puts(
                &[(Slot::TIMESTAMP, &basic), (Slot::SCOPE_DATE, &day)],
                format!("the instant of {name}, its day too"),
            );
        }
    }
}

/// Days around the one of the scope, and its other spellings.
fn days(g: &Gen<'_, '_>) -> Vec<(String, String)> {
    let Some(instant) = g.facts.instant() else { return Vec::new() };
    let basic = instant.to_string();
    let day = &basic[..8];
    let mut days: Vec<(String, String)> = [1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6, 7, -7, 0]
        .into_iter()
        .map(|count| {
            let other = instant.plus(count * 86_400).to_string()[..8].to_owned();
            (other.clone(), other)
        })
        .collect();
    let dashed = format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]);
    days.extend([
        (basic.clone(), "the whole date".to_owned()),
        (dashed, "with dashes".to_owned()),
        (day[2..].to_owned(), "without the century".to_owned()),
        (day[..6].to_owned(), "year and month alone".to_owned()),
        (format!("{}{}{}", &day[6..], &day[4..6], &day[..4]), "the day first".to_owned()),
        (format!("{}{}{}", &day[..4], &day[6..], &day[4..6]), "month and day changed places".to_owned()),
        (format!("{day}T000000Z"), "with a time of midnight".to_owned()),
        (http_date(instant), "as in the Date header".to_owned()),
        (
            format!("{}{}{}", &day[..4], day[4..6].trim_start_matches('0'), day[6..].trim_start_matches('0')),
            "without leading zeros".to_owned(),
        ),
        (String::new(), "left empty".to_owned()),
    ]);
    days
}

pub(super) fn scope_day(g: &mut Gen<'_, '_>) {
    for (day, words) in days(g) {
        g.put(Slot::SCOPE_DATE, day.as_bytes(), words.clone());
        // Stated wrongly, but the key is right.
        let own = g.draft.of_base(Slot::SCOPE_DATE).to_vec();
        key_stays(g, Slot::SCOPE_DATE, day.as_bytes(), (Slot::KEY_DATE, &own), words);
    }
}

pub(super) fn key_day(g: &mut Gen<'_, '_>) {
    for (day, words) in days(g) {
        key_alone(g, (Slot::SCOPE_DATE, Slot::KEY_DATE), day.as_bytes(), words);
    }
}
