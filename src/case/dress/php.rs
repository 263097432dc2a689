//! Arrays as PHP prints them: `print_r` and `var_dump`, put into the words of the objects that `fields` reads, line by line.
//!
//! Source: the manual of PHP, `print_r` and `var_dump`. The first has no quotes: a value ends with its line.

use super::paper::Paper;
use super::{Found, fields};

/// Longer texts are no output of a script that somebody pastes.
const LONGEST: usize = 1 << 20;

pub(super) fn read(paper: &Paper<'_>) -> Vec<Found> {
    let text = paper.text;
    let is_printed = text.contains("] => ") || text.contains("]=>");
    if text.len() > LONGEST || !is_printed || !text.contains("uthorization") {
        return Vec::new();
    }
    let object = as_object(text);
    let found = fields::read(&Paper::of(&object)).into_iter();
    found.map(|one| Found { dress: "a request as PHP prints it", ..one }).collect()
}

/// The same arrays as an object, each line in its line.
fn as_object(text: &str) -> String {
    let (mut object, mut lines) = (String::with_capacity(2 * text.len()), text.lines());
    while let Some(line) = lines.next() {
        let (key, value) = pair(line.trim());
        object.push_str(&key);
        match value {
            "Array" | "" => {}
            "(" => object.push('{'),
            ")" | "}" => object.push_str("},"),
            opens if opens.ends_with('{') => object.push('{'),
            value => object.push_str(&text_of(value, &mut lines)),
        }
        object.push('\n');
    }
    object
}

/// The key as that of an object, with what stands behind it. A number is the place in a list, which has no keys.
fn pair(line: &str) -> (String, &str) {
    let bare =
        line.strip_prefix('[').and_then(|rest| rest.split_once("] => ").or_else(|| rest.split_once("]=>")));
    let Some((key, value)) = bare else {
        // What belongs to no array is left out.
        let is_of_array =
            ["(", ")", "}"].contains(&line) || line.ends_with('{') || line.starts_with("string(");
        return (String::new(), if is_of_array { line } else { "" });
    };
    // `["name":protected]`
    let key = key.split(':').next().unwrap_or(key).trim_matches('"');
    let is_place = key.bytes().all(|byte| byte.is_ascii_digit());
    (if is_place { String::new() } else { quoted(key) + ": " }, value.trim())
}

/// A value in quotes; `string(14) "…"` may go on in the lines behind.
fn text_of<'a>(value: &str, lines: &mut impl Iterator<Item = &'a str>) -> String {
    let dumped = value.strip_prefix("string(").and_then(|rest| rest.split_once(") \""));
    let Some((Ok(len), begin)) = dumped.map(|(len, begin)| (len.parse::<usize>(), begin)) else {
        return quoted(value) + ",";
    };
    let (mut own, mut more) = (begin.to_owned(), 0);
    while own.len() < len
        && let Some(line) = lines.next()
    {
        own.push('\n');
        own.push_str(line);
        more += 1;
    }
    let own = own.get(..len).unwrap_or(&own);
    quoted(own) + "," + &"\n".repeat(more)
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_keeps_its_place() {
        let text =
            "Array\n(\n    [a] => b \"c\"\n    [d] => Array\n        (\n            [0] => e\n        )\n)\n";
        assert_eq!(as_object(text), "\n{\n\"a\": \"b \\\"c\\\"\",\n\"d\": \n{\n\"e\",\n},\n},\n");
        let text = "array(1) {\n  [\"a\":protected]=>\n  string(3) \"b\nc\"\n}\n";
        assert_eq!(as_object(text), "{\n\"a\": \n\"b\\nc\",\n\n},\n");
    }
}
