//! Damage of copying undone: a canonical request whose hash is not the one in the string to sign, put back as it was.
//!
//! A repair is made only where the hash proves it.

use sha2::{Digest as _, Sha256};

/// A way of putting a text back, and what it says of the damage.
type Repair = (fn(&str) -> String, &'static str);

const REPAIRS: [Repair; 5] = [
    (
        trimmed,
        "White space around the lines of the canonical request was taken off: its hash is now the one in the string to sign.",
    ),
    (
        with_blank_lines,
        "The blank lines of the canonical request were lost when it was copied. They were put back: its hash is now the one in the string to sign.",
    ),
    (
        unescaped,
        "The canonical request was escaped for HTML. It was unescaped: its hash is now the one in the string to sign.",
    ),
    (
        without_second_breaks,
        "Each line break of the canonical request had become two. One of each was taken out: its hash is now the one in the string to sign.",
    ),
    (
        with_a_break_at_the_end,
        "The canonical request ends in a line break, which was lost when it was copied. It was put back: its hash is now the one in the string to sign.",
    ),
];

/// The text that has this hash, and what was done to it; `None` where no repair gives it.
pub(super) fn repaired(text: &[u8], wanted: [u8; 32]) -> Option<(Vec<u8>, &'static str)> {
    let text = std::str::from_utf8(text).ok()?;
    REPAIRS.iter().find_map(|(repair, words)| {
        let text = repair(text);
        (<[u8; 32]>::from(Sha256::digest(&text)) == wanted).then(|| (text.into_bytes(), *words))
    })
}

fn trimmed(text: &str) -> String {
    text.trim_matches('\n').lines().map(str::trim).collect::<Vec<_>>().join("\n")
}

fn unescaped(text: &str) -> String {
    super::text::unescaped_entities(text)
}

fn without_second_breaks(text: &str) -> String {
    text.replace("\n\n", "\n")
}

fn with_a_break_at_the_end(text: &str) -> String {
    format!("{text}\n")
}

/// Method, path, query, headers, a blank line, names, payload: the query's line where it is empty, and the blank line, are put in.
fn with_blank_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let [method, path, rest @ .., names, payload] = &lines[..] else { return text.to_owned() };
    let has_query = rest.first().is_some_and(|line| !super::scan::is_header(line));
    let (query, headers) = if has_query { rest.split_at(1) } else { (&[""][..], rest) };
    let all = [&[*method, *path][..], query, headers, &["", names, payload]].concat();
    all.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "GET\n/a\n\nhost:h\nx-amz-date:1\n\nhost;x-amz-date\nUNSIGNED-PAYLOAD";

    fn hash(text: &str) -> [u8; 32] {
        Sha256::digest(text).into()
    }

    #[test]
    fn what_was_lost_is_put_back_where_the_hash_proves_it() {
        let damaged: Vec<String> = vec![
            WHOLE.replace("\n\n", "\n"),
            format!("\n  {}\n", WHOLE.replace('\n', "  \n  ")),
            WHOLE.replace('\n', "\n\n"),
            WHOLE.replace('h', "&#104;"),
        ];
        for text in damaged {
            let (mended, words) = repaired(text.as_bytes(), hash(WHOLE)).expect(&text);
            assert_eq!((mended, words.is_empty()), (WHOLE.as_bytes().to_vec(), false));
        }
        assert_eq!(repaired(WHOLE.replace("/a", "/b").as_bytes(), hash(WHOLE)), None);
    }
}
