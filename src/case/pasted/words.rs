//! A text found again in another that escapes, wraps or indents it: its words, in their order.

use std::ops::Range;

use memchr::memmem;

/// The shortest place, ending first, that holds every word of `quoted` in order.
pub(super) fn place(text: &[u8], quoted: &[u8]) -> Option<Range<usize>> {
    let words: Vec<&[u8]> = quoted.split(|byte| !is_of_word(*byte)).filter(|word| !word.is_empty()).collect();
    let mut end = 0;
    for word in &words {
        let mut places = memmem::find_iter(&text[end..], word).map(|at| end + at);
        end = places.find(|at| is_whole(text, *at, word))? + word.len();
    }
    let mut start = end;
    for word in words.iter().rev() {
        start = memmem::rfind_iter(&text[..start], word).find(|at| is_whole(text, *at, word))?;
    }
    (start < end).then_some(start..end)
}

/// What no escape writes in another way.
fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~:*;".contains(&byte)
}

/// Whether a word is no part of a longer one: `20b` is none of `%2520b`. What ends an escape before it is no letter of its own.
fn is_whole(text: &[u8], at: usize, word: &[u8]) -> bool {
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let goes_on = is_letter(word.last()) && is_letter(text.get(at + word.len()));
    let begins_before = is_letter(word.first()) && is_letter(text[..at].last());
    !goes_on && (!begins_before || ends_an_escape(&text[..at]))
}

/// Whether a text ends in an escape such as `\n`, `\u0026` or `\x0a`.
fn ends_an_escape(text: &[u8]) -> bool {
    [2, 4, 6].into_iter().filter_map(|len| text.len().checked_sub(len)).any(|at| match &text[at..] {
        [b'\\', letter] => letter.is_ascii_lowercase(),
        [b'\\', b'x', digits @ ..] | [b'\\', b'u', digits @ ..] => digits.iter().all(u8::is_ascii_hexdigit),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_whole_and_behind_an_escape() {
        assert_eq!(place(b"/a%2520b and /a%20b", b"/a%20b"), Some(14..19));
        assert_eq!(place(b"xGET GETx GET", b"GET"), Some(10..13));
        assert_eq!(place(b"'GET\\n/a\\n\\nhost:h'", b"GET\n/a\n\nhost:h"), Some(1..18));
        assert_eq!(place(b"a=1\\u0026b=2", b"a=1&b=2"), Some(0..12));
        assert_eq!(place(b"a=12&b=2", b"a=1&b=2"), None);
    }
}
