//! `Range: bytes=…` ([RFC 9110, 14.1.2]): one range, as S3 takes it.
//!
//! [RFC 9110, 14.1.2]: https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2

/// What a range asks for.
#[derive(Debug, Eq, PartialEq)]
pub(in crate::gateway) enum Asked {
    /// Everything: there is no range, or none that counts.
    Whole,
    /// The bytes from here on, up to there, which is excluded.
    Part(u64, u64),
    /// Nothing that is there.
    Outside,
}

/// Reads the value of a header for something of `len` bytes. What is malformed, or asks for several ranges, is passed over.
pub(in crate::gateway) fn read(value: &str, len: u64) -> Asked {
    let Some((start, end)) = value.trim().strip_prefix("bytes=").and_then(|range| range.split_once('-'))
    else {
        return Asked::Whole;
    };
    // A number of any length is a place, if one that nothing reaches.
    let number = |text: &str| {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse::<u64>().unwrap_or(u64::MAX))
    };
    let (start, end) = (start.trim(), end.trim());
    match (start.is_empty(), number(start), end.is_empty(), number(end)) {
        (false, Some(start), true, None) if start < len => Asked::Part(start, len),
        (false, Some(start), false, Some(end)) if start > end => Asked::Whole,
        (false, Some(start), false, Some(end)) if start < len => {
            Asked::Part(start, end.saturating_add(1).min(len))
        }
        (false, Some(_), true, None) | (false, Some(_), false, Some(_)) => Asked::Outside,
        // The last bytes.
        (true, None, false, Some(0)) => Asked::Outside,
        (true, None, false, Some(_)) if len == 0 => Asked::Outside,
        (true, None, false, Some(last)) => Asked::Part(len - last.min(len), len),
        (..) => Asked::Whole,
    }
}

/// The bytes that `bytes=first-last` names, the end excluded: of another form, or backwards, it names none.
pub(in crate::gateway) fn both_ends(value: &str) -> Option<(u64, u64)> {
    let (first, last) = value.trim().strip_prefix("bytes=")?.split_once('-')?;
    let (first, last) = (first.parse::<u64>().ok()?, last.parse::<u64>().ok()?);
    (first <= last).then_some((first, last.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_to_what_is_there() {
        for (value, expected) in [
            ("bytes=0-0", Asked::Part(0, 1)),
            ("bytes=2-4", Asked::Part(2, 5)),
            ("bytes=2-", Asked::Part(2, 10)),
            ("bytes=-3", Asked::Part(7, 10)),
            ("bytes=-30", Asked::Part(0, 10)),
            ("bytes=5-18446744073709551615", Asked::Part(5, 10)),
            ("bytes=5-99999999999999999999999999", Asked::Part(5, 10)),
            ("bytes=99999999999999999999999999-", Asked::Outside),
            ("bytes=-99999999999999999999999999", Asked::Part(0, 10)),
            ("bytes=+1-2", Asked::Whole),
            ("bytes=10-", Asked::Outside),
            ("bytes=10-11", Asked::Outside),
            ("bytes=-0", Asked::Outside),
            ("bytes=3-2", Asked::Whole),
            ("bytes=0-1,3-4", Asked::Whole),
            ("bytes=", Asked::Whole),
            ("bytes=-", Asked::Whole),
            ("lines=1-2", Asked::Whole),
        ] {
            assert_eq!(read(value, 10), expected, "{value}");
        }
        assert_eq!(read("bytes=-1", 0), Asked::Outside);
    }
}
