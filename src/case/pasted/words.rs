//! A text found again in another that escapes, wraps or indents it: its words, in their order.

use std::ops::Range;

use memchr::memmem;

/// The shortest place, ending first, that holds every word of `quoted` in order.
pub(super) fn place(text: &[u8], quoted: &[u8]) -> Option<Range<usize>> {
    let words: Vec<&[u8]> = quoted.split(|byte| !is_of_word(*byte)).filter(|word| !word.is_empty()).collect();
    let mut end = 0;
    for word in &words {
        end += memmem::find(&text[end..], word)? + word.len();
    }
    let mut start = end;
    for word in words.iter().rev() {
        start = memmem::rfind(&text[..start], word)?;
    }
    (start < end).then_some(start..end)
}

/// What no escape writes in another way.
fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~:*;".contains(&byte)
}
