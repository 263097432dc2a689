//! A date that a server refuses: what the distance between its clock and the date says of how the date was made.
//!
//! A clock that is slow or fast is off by any number of seconds. Code that writes local time with a Z, or hours by a 12-hour clock,
//! is off by whole or half hours, to the second; a clock that was never set says 1970, 1980 or 2000.
//!
//! Only the clock of the server that refused tells how a date was made. Where this machine's clock is the only one known, the request
//! may just be old: that a server refuses it now is all that can be said.

use super::causes;
use super::finding::Named;
use crate::evidence::Piece;
use crate::time::{self, Timestamp};

/// How much later than it is signed a request may arrive, in seconds, when a distance is held against whole hours.
const DELAY: i64 = 60;

/// How far two clocks that are both set may be apart.
const DRIFT: i64 = 5;

const HOUR: i64 = 3600;
const QUARTER: i64 = 900;

/// The first instant at which any request can have been signed by a scheme with a date: S3 opened on 14 March 2006.
const FIRST_DAY: i64 = 1_142_294_400;

/// Whose clock a date is held against.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// That of the server, when the request arrived: an error, a recording or the user names it.
    Server,
    /// That of the machine this runs on, at this moment.
    Machine,
}

/// What explains that a request dated `signed` meets a clock that says `now`.
pub(super) fn story(signed: Timestamp, now: Timestamp, whose: Whose) -> Named {
    let mut named = Named::new(causes::named(cause(signed, now, whose)), distance(signed, now, whose));
    named.rank = 0;
    named
}

fn cause(signed: Timestamp, now: Timestamp, whose: Whose) -> &'static str {
    // Positive where the date lies ahead of the server's clock.
    let off = signed.unix() - now.unix();
    let hour_there = now.unix().rem_euclid(24 * HOUR) / HOUR;
    match () {
        () if signed.unix() < FIRST_DAY => "clock-never-set",
        () if whose == Whose::Machine => "clock-skew",
        // 15:04 is written 03:04; between midnight and one o'clock 00:04 is written 12:04.
        () if is_nearly(off, -12 * HOUR) && hour_there >= 12
            || is_nearly(off, 12 * HOUR) && hour_there == 0 =>
        {
            "date-12-hour-clock"
        }
        () if is_zone(off) => "date-local-time",
        () => "clock-skew",
    }
}

/// Whether a date that lies `off` seconds ahead of the server's clock was made `target` ahead: sending takes its time, in which only the
/// server's clock goes on.
fn is_nearly(off: i64, target: i64) -> bool {
    (target - DELAY..=target + DRIFT).contains(&off)
}

/// Whether a distance is that of a time zone from UTC: whole or half hours, or the quarters of Nepal and the Chatham Islands.
fn is_zone(off: i64) -> bool {
    let quarters = (off + off.signum() * QUARTER / 2) / QUARTER;
    let is_used = quarters % 2 == 0 || [23, 35, 51].contains(&quarters);
    // No zone is nearer to UTC than an hour.
    is_nearly(off, quarters * QUARTER)
        && is_used
        && quarters.abs() >= 4
        && (-12 * 4..=14 * 4).contains(&quarters)
}

/// `20250303T170409Z is 1 h 59 min 54 s ahead of the server's clock, 20250303T150415Z`.
fn distance(signed: Timestamp, now: Timestamp, whose: Whose) -> String {
    let words = time::exactly(signed.unix().abs_diff(now.unix()));
    let side = if signed > now { "ahead of" } else { "behind" };
    match whose {
        Whose::Server => format!("{signed} is {words} {side} the server's clock, {now}"),
        Whose::Machine if signed > now => format!("{signed} is {words} {side} this machine's clock, {now}"),
        Whose::Machine => format!(
            "{signed} is {words} {side} this machine's clock, {now}; when the request was sent, it may have been in time"
        ),
    }
}

/// Request date and server clock as an error tells them, where it tells both.
///
/// S3 writes them in the fields `RequestTime` and `ServerTime`; other services in the sentence `Signature expired: A is now earlier
/// than B (C - 5 min.)`, whose A is the request's date and C the clock.
pub(super) fn told(piece: &Piece) -> Option<(Timestamp, Timestamp)> {
    let field = |name: &str| {
        let value = piece.fields.iter().find(|(own, _)| own == name).map(|(_, value)| value)?;
        Timestamp::parse(value.as_bytes()).ok().map(|(instant, _)| instant)
    };
    if let (Some(signed), Some(now)) = (field("RequestTime"), field("ServerTime")) {
        return Some((signed, now));
    }
    let message = piece.message.as_deref()?;
    let (sentence, clock) = message.split_once('(')?;
    let is_that = ["is now earlier than", "is still later than"].iter().any(|words| sentence.contains(words));
    let basic = |text: &str| {
        text.split(|c: char| !c.is_ascii_alphanumeric()).find_map(|word| {
            Timestamp::parse(word.as_bytes()).ok().map(|(instant, _)| instant).filter(|_| word.len() == 16)
        })
    };
    Some((basic(sentence).filter(|_| is_that)?, basic(clock)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text.as_bytes()).unwrap().0
    }

    #[test]
    fn the_distance_says_how_the_date_was_made() {
        for (signed, now, id) in [
            ("20250303T030409Z", "20250303T150411Z", "date-12-hour-clock"),
            ("20250303T120409Z", "20250303T000411Z", "date-12-hour-clock"),
            ("20250303T170409Z", "20250303T150411Z", "date-local-time"),
            ("20250303T203411Z", "20250303T150411Z", "date-local-time"),
            ("20250303T100409Z", "20250303T150411Z", "date-local-time"),
            ("20250303T204911Z", "20250303T150411Z", "date-local-time"),
            // Sending took 17 s, in which the server's clock went on; no request arrives before it was signed.
            ("20250303T160354Z", "20250303T150411Z", "date-local-time"),
            ("20250303T140354Z", "20250303T150411Z", "date-local-time"),
            ("20250303T160428Z", "20250303T150411Z", "clock-skew"),
            ("20250303T140428Z", "20250303T150411Z", "clock-skew"),
            ("20250303T030428Z", "20250303T150411Z", "clock-skew"),
            ("20250303T202000Z", "20250303T150411Z", "clock-skew"),
            ("20250303T152411Z", "20250303T150411Z", "clock-skew"),
            ("20250303T151911Z", "20250303T150411Z", "clock-skew"),
            ("20250301T150411Z", "20250303T150411Z", "clock-skew"),
            ("19700101T000312Z", "20250303T150411Z", "clock-never-set"),
            ("20000101T000312Z", "20250303T150411Z", "clock-never-set"),
            ("20070327T211545Z", "20250303T150411Z", "clock-skew"),
        ] {
            assert_eq!(story(at(signed), at(now), Whose::Server).id, id, "{signed} at {now}");
        }
    }

    #[test]
    fn a_clock_that_is_set_to_local_time_is_off_by_a_zone_as_well() {
        let story = story(at("20150604T232559Z"), at("20150604T222616Z"), Whose::Server);
        assert!(story.title.contains("or the signer's clock is set to it"), "{}", story.title);
        assert!(story.fix.contains("set the signer's clock"), "{}", story.fix);
    }

    #[test]
    fn the_distance_is_told_to_the_second_with_its_direction() {
        let words = story(at("20250303T170405Z"), at("20250303T150411Z"), Whose::Server).detail;
        assert_eq!(
            words,
            "20250303T170405Z is 1 h 59 min 54 s ahead of the server's clock, 20250303T150411Z"
        );
        let words = story(at("20250301T030409Z"), at("20250303T150411Z"), Whose::Server).detail;
        assert!(words.contains("2 days 12 h 2 s behind"), "{words}");
    }

    #[test]
    fn this_machines_clock_says_no_more_than_that_a_request_is_old() {
        for (signed, id) in [
            ("20250303T170409Z", "clock-skew"),
            ("20250303T030409Z", "clock-skew"),
            ("20070327T211545Z", "clock-skew"),
            ("19700101T000312Z", "clock-never-set"),
        ] {
            let story = story(at(signed), at("20250303T150411Z"), Whose::Machine);
            assert_eq!(story.id, id, "{signed}");
            assert!(!story.detail.contains("the server's clock"), "{}", story.detail);
        }
    }

    #[test]
    fn errors_tell_both_clocks() {
        let read = |text: &str| told(&crate::evidence::read(text.as_bytes()).unwrap()[0]);
        let sentence = "{\"message\":\"Signature expired: 20160928T174419Z is now earlier than 20160928T174724Z (20160928T175224Z - 5 min.)\"}";
        assert_eq!(read(sentence), Some((at("20160928T174419Z"), at("20160928T175224Z"))));
        let later = "{\"message\":\"Signature not yet current: 20151206T233414Z is still later than 20151206T203920Z (20151206T203420Z + 5 min.)\"}";
        assert_eq!(read(later), Some((at("20151206T233414Z"), at("20151206T203420Z"))));
        let xml = "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message><RequestTime>20150303T142233Z</RequestTime><ServerTime>2015-03-03T15:22:16Z</ServerTime></Error>";
        assert_eq!(read(xml), Some((at("20150303T142233Z"), at("20150303T152216Z"))));
        assert_eq!(read("{\"message\":\"Signature expired: 20160928T174419Z\"}"), None);
    }
}
