//! Instants as signatures write them: ISO 8601 basic (`20150830T123600Z`), HTTP dates and Unix seconds.
//!
//! The library never reads a clock: "now" is a parameter wherever it matters.

use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, Datelike, NaiveDateTime};

/// Seconds since 1970-01-01T00:00:00Z, within the years 1 to 9999.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Timestamp(i64);

/// The form a date was written in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DateForm {
    /// `20150830T123600Z`, the form that Signature Version 4 signs.
    Basic,
    /// `2015-08-30T12:36:00Z`.
    Extended,
    /// `Sun, 30 Aug 2015 12:36:00 GMT`, the form of the `Date` header (RFC 9110, 5.6.7).
    Http,
    /// Seconds since 1970.
    Unix,
}

/// A date that could not be read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected a date such as 20150830T123600Z, but found `{found}`")]
pub struct DateError {
    found: String,
}

const FORMATS: [(DateForm, &str); 5] = [
    (DateForm::Basic, "%Y%m%dT%H%M%SZ"),
    (DateForm::Extended, "%Y-%m-%dT%H:%M:%SZ"),
    (DateForm::Http, "%a, %d-%b-%y %H:%M:%S GMT"),
    (DateForm::Http, "%A, %d-%b-%y %H:%M:%S GMT"),
    (DateForm::Http, "%a %b %e %H:%M:%S %Y"),
];

impl Timestamp {
    /// `20150830T123600Z`: a date for examples.
    pub(crate) const SOME: Self = Self(1_440_938_160);
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// The instant `seconds` after 1970-01-01T00:00:00Z.
    pub fn from_unix(seconds: i64) -> Option<Self> {
        let year = DateTime::from_timestamp(seconds, 0)?.year();
        (1..=9999).contains(&year).then_some(Self(seconds))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn unix(self) -> i64 {
        self.0
    }

    /// Reads any of the forms of [`DateForm`].
    ///
    /// # Errors
    ///
    /// When the text has none of these forms.
    pub fn parse(text: &[u8]) -> Result<(Self, DateForm), DateError> {
        let error = || DateError { found: String::from_utf8_lossy(text).chars().take(60).collect() };
        let trimmed = std::str::from_utf8(text).map_err(|_| error())?.trim();
        if let Some(instant) = parse_basic(trimmed.as_bytes()) {
            return Ok((instant, DateForm::Basic));
        }
        for (form, format) in FORMATS {
            if let Ok(date) = NaiveDateTime::parse_from_str(trimmed, format) {
                return Self::from_unix(date.and_utc().timestamp()).map(|t| (t, form)).ok_or_else(error);
            }
        }
        if let Ok(date) = DateTime::parse_from_rfc2822(&universal(trimmed)) {
            return Self::from_unix(date.timestamp()).map(|t| (t, DateForm::Http)).ok_or_else(error);
        }
        let seconds = trimmed.parse().map_err(|_| error())?;
        Self::from_unix(seconds).map(|t| (t, DateForm::Unix)).ok_or_else(error)
    }

    /// `20150830T123600Z`.
    pub fn basic(self) -> [u8; 16] {
        let second = self.0.rem_euclid(DAY) as u32;
        let (year, month, day) = civil(self.0.div_euclid(DAY));
        let mut text = *b"00000000T000000Z";
        digits(&mut text[0..4], year);
        digits(&mut text[4..6], month);
        digits(&mut text[6..8], day);
        digits(&mut text[9..11], second / 3600);
        digits(&mut text[11..13], second / 60 % 60);
        digits(&mut text[13..15], second % 60);
        text
    }

    /// The instant in one of the forms of a date.
    pub fn written(self, form: DateForm) -> String {
        match form {
            DateForm::Basic => self.to_string(),
            DateForm::Extended => self.format("%Y-%m-%dT%H:%M:%SZ"),
            DateForm::Http => self.format("%a, %d %b %Y %H:%M:%S GMT"),
            DateForm::Unix => self.0.to_string(),
        }
    }

    /// The instant in a format of [`chrono::format::strftime`].
    pub(crate) fn format(self, format: &str) -> String {
        DateTime::from_timestamp(self.0, 0).map_or(String::new(), |date| date.format(format).to_string())
    }

    /// This instant moved by `seconds`, forwards or (negative) backwards; it stays where it is at the ends of time.
    pub fn plus(self, seconds: i64) -> Self {
        self.0.checked_add(seconds).and_then(Self::from_unix).unwrap_or(self)
    }
}

impl fmt::Display for Timestamp {
    /// Writes the ISO 8601 basic form, the one that is signed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.basic().iter().try_for_each(|&b| fmt::Write::write_char(f, b.into()))
    }
}

/// A date of RFC 822 whose zone is written `UTC`, as Go's RFC1123 and others do, with the name that the RFC has for it.
fn universal(text: &str) -> Cow<'_, str> {
    match text.rsplit_once(' ') {
        Some((date, zone)) if zone.eq_ignore_ascii_case("UTC") => format!("{date} GMT").into(),
        Some(_) | None => text.into(),
    }
}

/// Reads exactly `YYYYMMDDTHHMMSSZ`, the form on the hot path.
fn parse_basic(text: &[u8]) -> Option<Timestamp> {
    let number = |range: std::ops::Range<usize>| {
        text[range].iter().try_fold(0u32, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')))
    };
    if text.len() != 16 || text[8] != b'T' || text[15] != b'Z' {
        return None;
    }
    let date = chrono::NaiveDate::from_ymd_opt(number(0..4)? as i32, number(4..6)?, number(6..8)?)?;
    let time = date.and_hms_opt(number(9..11)?, number(11..13)?, number(13..15)?)?;
    Timestamp::from_unix(time.and_utc().timestamp())
}

const DAY: i64 = 86_400;

/// Year, month and day of the civil calendar, `days` after 1970-01-01, for the years 1 to 9999.
///
/// Every keystroke writes a date, and this takes a quarter of the time of a general calendar. The year begins in March here, so that
/// the leap day comes last: <https://howardhinnant.github.io/date_algorithms.html#civil_from_days>.
fn civil(days: i64) -> (u32, u32, u32) {
    const DAYS_OF_400_YEARS: u32 = 146_097;
    let days = (days + 719_468) as u32;
    let (era, day_of_era) = (days / DAYS_OF_400_YEARS, days % DAYS_OF_400_YEARS);
    let year = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (year + era * 400 + u32::from(month <= 2), month, day)
}

fn digits(place: &mut [u8], mut number: u32) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// A length of time in words a person would use: `14 s`, `5 min 3 s`, `2 h 10 min`, `11 years`.
pub fn in_words(seconds: u64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 if seconds.is_multiple_of(60) => format!("{minutes} min"),
        60..3600 => format!("{minutes} min {} s", seconds % 60),
        3600..86_400 if minutes.is_multiple_of(60) => format!("{hours} h"),
        3600..86_400 => format!("{hours} h {} min", minutes % 60),
        86_400..172_800 => "1 day".into(),
        172_800..63_072_000 => format!("{days} days"),
        _ => format!("{} years", days / 365),
    }
}

/// A length of time to the second: `1 h 59 min 54 s`, `2 days 12 h 2 s`.
pub fn exactly(seconds: u64) -> String {
    let days = seconds / 86_400;
    let days = (days > 0).then(|| format!("{days} day{}", if days == 1 { "" } else { "s" }));
    let part = |count: u64, unit: &str| (count > 0).then(|| format!("{count} {unit}"));
    let rest = [part(seconds / 3600 % 24, "h"), part(seconds / 60 % 60, "min"), part(seconds % 60, "s")];
    let parts: Vec<String> = days.into_iter().chain(rest.into_iter().flatten()).collect();
    if parts.is_empty() { "0 s".into() } else { parts.join(" ") }
}

/// What is left until `ends`: `expires in 4 min 3 s`, or `expired 2 days ago`.
pub fn left(ends: Timestamp, now: Timestamp) -> String {
    let words = in_words(ends.0.abs_diff(now.0));
    if now <= ends { format!("expires in {words}") } else { format!("expired {words} ago") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unix(text: &str) -> i64 {
        Timestamp::parse(text.as_bytes()).unwrap().0.unix()
    }

    #[test]
    fn every_form_names_the_same_instant() {
        for text in [
            "20150830T123600Z",
            "2015-08-30T12:36:00Z",
            "Sun, 30 Aug 2015 12:36:00 GMT",
            "Sun, 30 Aug 2015 12:36:00 -0000",
            "Sunday, 30-Aug-15 12:36:00 GMT",
            "Sun Aug 30 12:36:00 2015",
            "1440938160",
        ] {
            assert_eq!(unix(text), 1_440_938_160, "{text}");
        }
    }

    #[test]
    fn every_zone_name_of_rfc_822_is_read() {
        for (zone, hour) in [
            ("UTC", 12),
            ("utc", 12),
            ("UT", 12),
            ("GMT", 12),
            ("Z", 12),
            ("+0000", 12),
            ("-0000", 12),
            ("EST", 7),
            ("EDT", 8),
            ("CST", 6),
            ("CDT", 7),
            ("MST", 5),
            ("MDT", 6),
            ("PST", 4),
            ("PDT", 5),
            ("+0200", 14),
        ] {
            for date in ["Sun, 30 Aug 2015", "30 Aug 2015", "Sun, 30 Aug 15"] {
                let text = format!("{date} {hour:02}:36:00 {zone}");
                let (instant, form) = Timestamp::parse(text.as_bytes()).unwrap();
                assert_eq!((instant.unix(), form), (1_440_938_160, DateForm::Http), "{text}");
            }
        }
    }

    #[test]
    fn writes_what_it_read() {
        for text in ["20150830T123600Z", "00010101T000000Z", "99991231T235959Z", "20240229T000001Z"] {
            assert_eq!(Timestamp::parse(text.as_bytes()).unwrap().0.to_string(), text);
        }
    }

    #[test]
    fn writes_every_day_as_the_calendar_has_it() {
        for day in -719_162..2_932_896 {
            let seconds = day * DAY + day.rem_euclid(DAY);
            let expected = DateTime::from_timestamp(seconds, 0).unwrap();
            let date = (expected.year().unsigned_abs(), expected.month(), expected.day());
            assert_eq!(civil(day), date, "day {day}");
        }
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in ["", "20150231T000000Z", "20150830", "2015083OT123600Z", "20150830T123600", "tomorrow"] {
            let found = Timestamp::parse(text.as_bytes());
            assert!(found.is_err() || text == "20150830" && found.unwrap().1 == DateForm::Unix, "{text}");
        }
    }

    #[test]
    fn durations_read_like_speech() {
        for (seconds, words) in [
            (14, "14 s"),
            (300, "5 min"),
            (303, "5 min 3 s"),
            (3600, "1 h"),
            (7800, "2 h 10 min"),
            (90_000, "1 day"),
        ] {
            assert_eq!(in_words(seconds), words);
        }
    }

    #[test]
    fn distances_are_told_to_the_second() {
        for (seconds, words) in [
            (0, "0 s"),
            (59, "59 s"),
            (3583, "59 min 43 s"),
            (7194, "1 h 59 min 54 s"),
            (43_200, "12 h"),
            (86_401, "1 day 1 s"),
            (216_002, "2 days 12 h 2 s"),
        ] {
            assert_eq!(exactly(seconds), words);
        }
    }
}
