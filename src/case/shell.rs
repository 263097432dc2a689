//! Words of a POSIX shell command, as people paste it: quotes, `$'…'`, backslashes, continued lines; and of one for `cmd.exe`, whose
//! carets are taken off first.
//!
//! Nothing is expanded: a `$NAME` stays as it stands and is reported, since a request that was built with it differs.

use crate::request::ReadError;

/// A command taken apart.
#[derive(Debug, Default, Eq, PartialEq)]
pub struct Words {
    /// The words, quotes removed.
    pub words: Vec<Vec<u8>>,
    /// Variables that stand unexpanded in them, `$NAME`.
    pub variables: Vec<String>,
}

/// Splits one command into words.
///
/// # Errors
///
/// When a quote is not closed, or a second command follows.
pub fn split(text: &[u8]) -> Result<Words, ReadError> {
    let without = is_for_cmd(text).then(|| without_carets(text));
    let text = without.as_deref().unwrap_or(text);
    let mut splitter = Splitter { text, at: 0, word: None, out: Words::default() };
    splitter.run()?;
    Ok(splitter.out)
}

/// Whether a command escapes with carets: one stands before its first quote, or before the first line break ahead of that.
fn is_for_cmd(text: &[u8]) -> bool {
    let first = text.iter().position(|byte| b"'\"\n".contains(byte));
    first.is_some_and(|at| text[..at].strip_suffix(b"\r").unwrap_or(&text[..at]).ends_with(b"^"))
}

/// What `cmd.exe` makes of carets: the next character stands for itself, and a line goes on.
fn without_carets(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b'^' => out.extend(
                bytes.find(|byte| *byte != b'\r').map(|byte| if byte == b'\n' { b' ' } else { byte }),
            ),
            other => out.push(other),
        }
    }
    out
}

struct Splitter<'a> {
    text: &'a [u8],
    at: usize,
    word: Option<Vec<u8>>,
    out: Words,
}

impl Splitter<'_> {
    fn run(&mut self) -> Result<(), ReadError> {
        while let Some(byte) = self.take() {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.end_word(),
                b'\'' => self.single()?,
                b'"' => self.double()?,
                b'\\' => self.backslash(),
                b'$' if self.peek() == Some(b'\'') => self.ansi_c()?,
                b'#' if self.word.is_none() => self.skip_line(),
                b'|' | b';' | b'>' | b'<' | b'&' => return self.second_command(byte),
                _ => self.plain(byte),
            }
        }
        self.end_word();
        Ok(())
    }

    fn take(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn push(&mut self, byte: u8) {
        self.word.get_or_insert_default().push(byte);
    }

    fn end_word(&mut self) {
        self.out.words.extend(self.word.take());
    }

    fn plain(&mut self, byte: u8) {
        if byte == b'$' {
            self.note_variable();
        }
        self.push(byte);
    }

    fn note_variable(&mut self) {
        let rest = &self.text[self.at..];
        let rest = rest.strip_prefix(b"{").unwrap_or(rest);
        let len = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        if len > 0 {
            self.out.variables.push(format!("${}", String::from_utf8_lossy(&rest[..len])));
        }
    }

    fn backslash(&mut self) {
        let rest = &self.text[self.at..];
        if rest.starts_with(b"\r\n") {
            self.at += 2;
        } else if let Some(byte) = self.take()
            && byte != b'\n'
        {
            self.push(byte);
        }
    }

    fn skip_line(&mut self) {
        self.at = memchr::memchr(b'\n', &self.text[self.at..]).map_or(self.text.len(), |len| self.at + len);
    }

    fn single(&mut self) -> Result<(), ReadError> {
        let start = self.at;
        let len = memchr::memchr(b'\'', &self.text[start..]).ok_or_else(|| self.unclosed("'", start))?;
        self.word.get_or_insert_default().extend_from_slice(&self.text[start..start + len]);
        self.at += len + 1;
        Ok(())
    }

    fn double(&mut self) -> Result<(), ReadError> {
        let start = self.at;
        self.word.get_or_insert_default();
        loop {
            match self.take().ok_or_else(|| self.unclosed("\"", start))? {
                b'"' => return Ok(()),
                b'\\' => match self.take().ok_or_else(|| self.unclosed("\"", start))? {
                    b'\n' => {}
                    byte @ (b'"' | b'\\' | b'$' | b'`') => self.push(byte),
                    byte => {
                        self.push(b'\\');
                        self.push(byte);
                    }
                },
                byte => self.plain(byte),
            }
        }
    }

    /// `$'…'` with the escapes of the C language, as browsers write it.
    fn ansi_c(&mut self) -> Result<(), ReadError> {
        self.at += 1;
        let start = self.at;
        self.word.get_or_insert_default();
        loop {
            match self.take().ok_or_else(|| self.unclosed("$'", start))? {
                b'\'' => return Ok(()),
                b'\\' => {
                    let byte = self.take().ok_or_else(|| self.unclosed("$'", start))?;
                    self.c_escape(byte);
                }
                byte => self.push(byte),
            }
        }
    }

    fn c_escape(&mut self, byte: u8) {
        match byte {
            b'n' => self.push(b'\n'),
            b'r' => self.push(b'\r'),
            b't' => self.push(b'\t'),
            b'a' => self.push(7),
            b'b' => self.push(8),
            b'e' | b'E' => self.push(27),
            b'f' => self.push(12),
            b'v' => self.push(11),
            b'x' => {
                let value = self.digits(2, 16).unwrap_or_default();
                self.push(value as u8);
            }
            b'u' => self.unicode(4),
            b'U' => self.unicode(8),
            b'0'..=b'7' => {
                self.at -= 1;
                let value = self.digits(3, 8).unwrap_or_default();
                self.push(value as u8);
            }
            other => self.push(other),
        }
    }

    fn unicode(&mut self, most: usize) {
        let c = self.digits(most, 16).and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
        let mut buffer = [0; 4];
        self.word.get_or_insert_default().extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
    }

    fn digits(&mut self, most: usize, radix: u32) -> Option<u32> {
        let len =
            self.text[self.at..].iter().take(most).take_while(|b| char::from(**b).is_digit(radix)).count();
        let digits = std::str::from_utf8(&self.text[self.at..self.at + len]).ok()?;
        self.at += len;
        u32::from_str_radix(digits, radix).ok()
    }

    fn line(&self, at: usize) -> usize {
        memchr::memchr_iter(b'\n', &self.text[..at.min(self.text.len())]).count() + 1
    }

    fn unclosed(&self, quote: &str, start: usize) -> ReadError {
        ReadError::new(format!("a closing quote for {quote}"), "the end of the command").at(self.line(start))
    }

    fn second_command(&self, byte: u8) -> Result<(), ReadError> {
        let found = format!("`{}` outside quotes", char::from(byte));
        let error = ReadError::new("one curl command", found).at(self.line(self.at));
        Err(error.hint("quote the URL, and leave out what follows the command"))
    }
}

/// `word` in quotes that a POSIX shell gives back byte for byte.
pub fn quote(word: &[u8]) -> String {
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(b);
    if !word.is_empty() && word.iter().all(plain) {
        return String::from_utf8_lossy(word).into_owned();
    }
    match std::str::from_utf8(word) {
        Ok(text) if !text.chars().any(|c| c.is_control() || c == '\'') => format!("'{text}'"),
        _ => quote_c(word),
    }
}

fn quote_c(word: &[u8]) -> String {
    let mut out = String::from("$'");
    for byte in word {
        match byte {
            b'\'' | b'\\' => out.extend(['\\', char::from(*byte)]),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b' '..=b'~' => out.push(char::from(*byte)),
            other => out.push_str(&format!("\\{other:03o}")),
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<String> {
        let words = split(text.as_bytes()).unwrap().words;
        words.iter().map(|word| String::from_utf8_lossy(word).into_owned()).collect()
    }

    #[test]
    fn splits_as_a_shell_does() {
        assert_eq!(words("a 'b c'\"d\"\\ e \\\n f # g"), ["a", "b cd e", "f"]);
        assert_eq!(words(r#"'' "a\"\n\$" \'"#), ["", "a\"\\n$", "'"]);
        assert_eq!(words(r"$'it\'s\t\x41\u00e9\101'"), ["it's\tA\u{e9}A"]);
        assert_eq!(words("a\\\r\n b"), ["a", "b"]);
    }

    #[test]
    fn variables_are_kept_and_told() {
        let split = split(b"$KEY \"${B}x\" '$C'").unwrap();
        assert_eq!(split.variables, ["$KEY", "$B"]);
        assert_eq!(split.words[0], b"$KEY");
    }

    #[test]
    fn says_what_is_not_closed() {
        let error = |text: &str| split(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(
            error("curl\n'abc"),
            "expected a closing quote for ', but found the end of the command in line 2"
        );
        assert_eq!(
            error("a \"b\\\""),
            "expected a closing quote for \", but found the end of the command in line 1"
        );
        assert!(error("curl x | jq").starts_with("expected one curl command, but found `|`"));
    }

    proptest! {
        #[test]
        fn quoting_comes_back(word in proptest::collection::vec(any::<u8>(), 0..40)) {
            let split = split(quote(&word).as_bytes()).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(split.words, vec![word]);
        }
    }
}
