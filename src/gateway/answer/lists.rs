//! Operations in JSON whose answers a client's model wants lists or members of, with the empty ones. The table is made from the models
//! of botocore 1.44: lists of operations that read, and what is required of the others.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::request::Request;

/// `TARGET JSON`, or `SERVICE METHOD PATH JSON`.
const TABLE: &str = include_str!("lists.txt");

/// The rows by what stands before the first space of the key, and by the rest.
static ROWS: LazyLock<HashMap<&str, HashMap<&str, &str>>> = LazyLock::new(|| {
    let mut rows: HashMap<&str, HashMap<&str, &str>> = HashMap::new();
    // No key holds a brace.
    for (key, body) in TABLE.lines().filter_map(|line| line.split_at_checked(line.find(" {")?)) {
        let (first, rest) = key.split_once(' ').unwrap_or((key, ""));
        rows.entry(first).or_default().insert(rest, body.trim_start());
    }
    rows
});

/// The answer to an operation that `X-Amz-Target` names.
pub(super) fn of_target(target: &[u8]) -> Option<&'static str> {
    ROWS.get(std::str::from_utf8(target).ok()?)?.get("").copied()
}

/// The answer to an operation that method and path name.
pub(super) fn of_path(service: &[u8], request: &Request) -> Option<&'static str> {
    let text = |bytes| std::str::from_utf8(bytes).ok();
    // Most requests end here.
    let rows = ROWS.get(text(service)?)?;
    let path = text(&request.target[request.target().path])?.trim_end_matches('/');
    rows.get(format!("{} {path}", text(&request.method)?).as_str()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_stands_once_and_holds_json() {
        let rows = ROWS.values().flat_map(HashMap::iter);
        assert_eq!(rows.clone().count(), TABLE.lines().count());
        for (key, body) in rows {
            assert!(serde_json::from_str::<serde_json::Value>(body).is_ok(), "{key}: {body}");
        }
        assert_eq!(of_target(b"AmazonSQS.ListQueues"), Some("{\"QueueUrls\":[]}"));
    }
}
