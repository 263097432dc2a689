//! What a value is, by its letters alone.

use super::tokens::is_symbol;

/// Whether a name, with what closes its quotation, is `code`.
pub(super) fn is_code(name: &[u8]) -> bool {
    let name = name.trim_ascii_end();
    name.strip_suffix(b"\"").unwrap_or(name).eq_ignore_ascii_case(b"code")
}

/// What a login is exchanged for, and the key of a function: a long word of mixed letters. The code of an error is one of letters.
pub(super) fn is_login_code(value: &[u8]) -> bool {
    const LONG: usize = 20;
    let has = |is: fn(&u8) -> bool| value.iter().any(is);
    value.len() >= LONG
        && value.iter().all(|byte| is_symbol(*byte))
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_lowercase)
}

/// `max_tokens: 512`: how many tokens there may be is no token.
pub(super) fn is_count(name: &[u8], value: &[u8]) -> bool {
    let name = name.trim_ascii_end();
    let name = name.strip_suffix(b"\"").unwrap_or(name);
    let is_number = !value.is_empty() && value.len() <= 9 && value.iter().all(u8::is_ascii_digit);
    is_number && name.len() >= 6 && name[name.len() - 6..].eq_ignore_ascii_case(b"tokens")
}

/// Words that stand for no value, a variable of a query's or that an editor has not filled in, what was hidden before, and an access key id.
pub(super) fn is_harmless(value: &[u8]) -> bool {
    const NOTHING: [&str; 8] = ["null", "none", "nil", "true", "false", "undefined", "asc", "desc"];
    let word = value.trim_ascii();
    let is_variable = word.starts_with(b"{{") && word.ends_with(b"}}")
        || matches!(word, [b':' | b'#', name @ ..] if name.len() <= 16 && name.iter().all(u8::is_ascii_alphanumeric));
    let is_id = (word.starts_with(b"AKIA") || word.starts_with(b"ASIA"))
        && word.len() == 20
        && word.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let is_hidden = word.starts_with(b"[hidden") || word.starts_with(b"(hidden");
    word.is_empty()
        || is_variable
        || is_id
        || is_hidden
        || NOTHING.iter().any(|nothing| word.eq_ignore_ascii_case(nothing.as_bytes()))
}
