//! The time of a signature, in the units that schemes write it in.

use chrono::{DateTime, NaiveDateTime};

use super::source::Source;
use super::template::{Node, Template};
use crate::time::Timestamp;

/// Which value is the time, and how it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Time {
    /// Where it stands: most often a captured value.
    pub value: Template,
    /// How it is written.
    pub unit: Unit,
    /// How many seconds it may be away from the receiver's clock.
    pub tolerance: Option<i64>,
}

/// How a time is written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Unit {
    /// Seconds since 1970.
    Seconds,
    /// Milliseconds since 1970.
    Milliseconds,
    /// Microseconds since 1970.
    Microseconds,
    /// Nanoseconds since 1970.
    Nanoseconds,
    /// `2026-11-30T00:25:19Z`
    Iso,
    /// `2026-11-30T00:25:19.000Z`
    IsoMilliseconds,
    /// `Mon, 30 Nov 2026 00:25:19 GMT`
    Http,
    /// In a form of strftime.
    Format(String),
}

impl Time {
    /// The captured value that it is, where it is one.
    pub fn captured(&self) -> Option<usize> {
        match &self.value.nodes[..] {
            [Node::Hole(hole)] if hole.pipes.is_empty() => match hole.source {
                Source::Captured(at) => Some(at),
                _ => None,
            },
            _ => None,
        }
    }
}

impl Unit {
    /// What may stand for one.
    pub const EXPECTED: &str = "seconds, milliseconds, microseconds, nanoseconds, iso, iso-milliseconds, http or a form such as %Y%m%dT%H%M%SZ";

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "seconds" => Self::Seconds,
            "milliseconds" => Self::Milliseconds,
            "microseconds" => Self::Microseconds,
            "nanoseconds" => Self::Nanoseconds,
            "iso" => Self::Iso,
            "iso-milliseconds" => Self::IsoMilliseconds,
            "http" => Self::Http,
            form if form.contains('%') => Self::Format(form.to_owned()),
            _ => return None,
        })
    }

    /// How many make a second.
    pub fn per_second(&self) -> Option<i64> {
        match self {
            Self::Seconds => Some(1),
            Self::Milliseconds => Some(1_000),
            Self::Microseconds => Some(1_000_000),
            Self::Nanoseconds => Some(1_000_000_000),
            Self::Iso | Self::IsoMilliseconds | Self::Http | Self::Format(_) => None,
        }
    }

    /// The instant that `text` means.
    pub fn read(&self, text: &[u8]) -> Option<Timestamp> {
        let text = std::str::from_utf8(text).ok()?.trim();
        let of = |seconds: i64| Timestamp::from_unix(seconds);
        if let Some(per_second) = self.per_second() {
            let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
            return of(whole.parse::<i64>().ok()?.div_euclid(per_second));
        }
        if let Self::Format(form) = self
            && let Ok(date) = NaiveDateTime::parse_from_str(text, form)
        {
            return of(date.and_utc().timestamp());
        }
        if let Ok(date) = DateTime::parse_from_rfc3339(&text.replacen(' ', "T", 1)) {
            return of(date.timestamp());
        }
        if let Ok((instant, _)) = Timestamp::parse(text.as_bytes()) {
            return Some(instant);
        }
        let plain = text.replacen(' ', "T", 1);
        let forms = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%MZ", "%Y-%m-%d"];
        let date = forms.iter().find_map(|form| {
            let day = || chrono::NaiveDate::parse_from_str(&plain, form).ok()?.and_hms_opt(0, 0, 0);
            NaiveDateTime::parse_from_str(&plain, form).ok().or_else(day)
        });
        of(date?.and_utc().timestamp())
    }

    /// The instant as the scheme writes it.
    pub fn write(&self, instant: Timestamp) -> String {
        match self {
            Self::Seconds => instant.unix().to_string(),
            Self::Milliseconds => format!("{}000", instant.unix()),
            Self::Microseconds => format!("{}000000", instant.unix()),
            Self::Nanoseconds => format!("{}000000000", instant.unix()),
            Self::Iso => instant.format("%Y-%m-%dT%H:%M:%SZ"),
            Self::IsoMilliseconds => instant.format("%Y-%m-%dT%H:%M:%S.000Z"),
            Self::Http => instant.format("%a, %d %b %Y %H:%M:%S GMT"),
            Self::Format(form) => instant.format(form),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let instant = Timestamp::from_unix(1_795_998_687).unwrap();
        for name in [
            "seconds",
            "milliseconds",
            "microseconds",
            "nanoseconds",
            "iso",
            "iso-milliseconds",
            "http",
            "%Y%m%dT%H:%M:%S+0000",
        ] {
            let unit = Unit::named(name).unwrap();
            let text = unit.write(instant);
            assert_eq!(unit.read(text.as_bytes()), Some(instant), "{name}: {text}");
        }
        assert_eq!(Unit::named("weeks"), None);
    }

    #[test]
    fn dates_are_read_whatever_form_they_have() {
        let midnight = Timestamp::from_unix(1_793_318_400);
        for text in [
            "2026-10-30T00:00:00Z",
            "2026-10-30",
            "2026-10-30T00:00Z",
            "2026-10-30 00:00:00+00:00",
            "Fri, 30 Oct 2026 00:00:00 GMT",
        ] {
            assert_eq!(Unit::Iso.read(text.as_bytes()), midnight, "{text}");
        }
    }
}
