//! Operations in JSON whose answers a client's model wants lists or members of, with the empty ones. The table is made from the models
//! of botocore 1.44: lists of operations that read, and what is required of the others.

use std::sync::LazyLock;

use crate::request::Request;

/// `TARGET JSON`, or `SERVICE METHOD PATH JSON`; by their bytes in order.
const TABLE: &str = include_str!("lists.txt");

static ROWS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    // No key holds a brace.
    TABLE
        .lines()
        .filter_map(|line| line.split_at_checked(line.find(" {")?))
        .map(|(key, body)| (key, body.trim_start()))
        .collect()
});

/// The answer to an operation that `X-Amz-Target` names.
pub(super) fn of_target(target: &[u8]) -> Option<&'static str> {
    find(std::str::from_utf8(target).ok()?)
}

/// The answer to an operation that method and path name.
pub(super) fn of_path(service: &[u8], request: &Request) -> Option<&'static str> {
    let text = |bytes| std::str::from_utf8(bytes).ok();
    let path = text(&request.target[request.target().path])?.trim_end_matches('/');
    find(&format!("{} {} {path}", text(service)?, text(&request.method)?))
}

fn find(key: &str) -> Option<&'static str> {
    let at = ROWS.binary_search_by_key(&key, |(own, _)| own).ok()?;
    Some(ROWS[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_found_and_holds_json() {
        assert_eq!(ROWS.len(), TABLE.lines().count());
        for (key, body) in ROWS.iter() {
            assert_eq!(find(key), Some(*body), "{key}");
            assert!(serde_json::from_str::<serde_json::Value>(body).is_ok(), "{key}: {body}");
        }
    }
}
