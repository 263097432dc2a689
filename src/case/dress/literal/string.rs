//! String literals: their quotes, and the escapes that most languages share.

/// The string literal whose quote stands at this byte, without its escapes, and where it ends.
pub(in crate::case::dress) fn string(text: &str, quote_at: usize) -> Option<(String, usize)> {
    let quote = text[quote_at..].chars().next()?;
    let mut out = String::new();
    let mut rest = text[quote_at + quote.len_utf8()..].char_indices();
    while let Some((at, c)) = rest.next() {
        match c {
            '\\' => escape(&mut out, &mut rest),
            // PowerShell escapes with a back quote.
            '`' if quote == '"' => match rest.clone().next() {
                Some((_, next @ ('"' | '`' | '$'))) => {
                    rest.next();
                    out.push(next);
                }
                _ => out.push(c),
            },
            _ if c == quote => return Some((out, quote_at + quote.len_utf8() + at + quote.len_utf8())),
            _ => out.push(c),
        }
    }
    None
}

fn escape(out: &mut String, rest: &mut std::str::CharIndices<'_>) {
    let Some((_, c)) = rest.next() else { return };
    let digits = match c {
        'x' => 2,
        'u' => 4,
        _ => 0,
    };
    let code: String = rest.clone().map(|(_, c)| c).take(digits).collect();
    let number = u32::from_str_radix(&code, 16).ok().and_then(char::from_u32);
    match (c, number) {
        ('x' | 'u', Some(c)) => {
            out.push(c);
            _ = rest.nth(digits - 1);
        }
        ('n', _) => out.push('\n'),
        ('r', _) => out.push('\r'),
        ('t', _) => out.push('\t'),
        (other, _) => out.push(other),
    }
}
