//! Writing to standard output and standard error; a reader that goes away is no failure.

use std::io::{self, IsTerminal, Write};

use clap::ArgMatches;

use serde_json::Value;

use super::Answer;
use crate::analysis::Analysis;
use crate::host::Failure;
use crate::report::{self, Line, Reveal, json, redact};
use crate::visible::{self, End};

/// Writes data to standard output.
pub(crate) fn print(bytes: &[u8]) -> Result<Answer, Failure> {
    let mut out = io::stdout().lock();
    written(out.write_all(bytes).and_then(|()| out.flush()))
}

/// Standard output for bytes that go over the wire: a pipe gets them as they are; a terminal, which some of them would drive, gets them as
/// the screen shows them.
pub(crate) fn wire() -> Box<dyn Write> {
    let out = io::stdout().lock();
    if out.is_terminal() { Box::new(Visible(out)) } else { Box::new(out) }
}

/// A terminal that gets nothing but text.
struct Visible<W>(W);

impl<W: Write> Write for Visible<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, end) = match line.strip_suffix(b"\n") {
                Some(text) => (text.strip_suffix(b"\r").unwrap_or(text), "\n"),
                None => (line, ""),
            };
            self.0.write_all(visible::fragment(text, End::Open).as_bytes())?;
            self.0.write_all(end.as_bytes())?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Writes bytes that go over the wire.
pub(crate) fn print_wire(bytes: &[u8]) -> Result<Answer, Failure> {
    let mut out = wire();
    written(out.write_all(bytes).and_then(|()| out.flush()))
}

/// What became of writing to standard output.
pub(crate) fn written(result: io::Result<()>) -> Result<Answer, Failure> {
    match result {
        Ok(()) => Ok(Answer::Yes),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Answer::Yes),
        Err(error) => Err(Failure::new(format!("expected to write to standard output, but found {error}"))),
    }
}

/// Writes a report about a request. It never holds the key that the request was checked with, be it that a header repeats it.
pub(crate) fn print_report(text: &str, analysis: &Analysis) -> Result<Answer, Failure> {
    let credentials = analysis.situation.credentials.as_ref().filter(|_| !analysis.keys_are_public());
    print(credentials.map_or(text.into(), |own| redact::without(text, &own.secret)).as_bytes())
}

/// Writes a value as JSON.
pub(crate) fn print_json(value: &Value) -> Result<Answer, Failure> {
    print(json::printed(value).as_bytes())
}

/// Writes a value that tells of a request.
pub(crate) fn print_json_report(value: &Value, analysis: &Analysis) -> Result<Answer, Failure> {
    print_report(&json::printed(value), analysis)
}

/// Whether hidden values are shown, as the options say.
pub(crate) fn reveal(matches: &ArgMatches) -> Reveal {
    if matches.get_flag("show-token") { Reveal::Tokens } else { Reveal::Nothing }
}

/// Writes the lines of a report, with colours where the output is a terminal that wants them.
pub(crate) fn print_lines(
    lines: &[Line],
    analysis: &Analysis,
    matches: &ArgMatches,
) -> Result<Answer, Failure> {
    print_report(&styled(lines, matches), analysis)
}

/// Writes lines that tell of no request but the program's own.
pub(crate) fn print_styled(lines: &[Line], matches: &ArgMatches) -> Result<Answer, Failure> {
    print(styled(lines, matches).as_bytes())
}

fn styled(lines: &[Line], matches: &ArgMatches) -> String {
    if wants_colour(matches) { report::ansi(lines) } else { report::plain(lines) }
}

fn wants_colour(matches: &ArgMatches) -> bool {
    match matches.get_one::<String>("color").map(String::as_str) {
        Some("always") => true,
        Some("never") => false,
        _ => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    }
}

/// Writes the one line of a failure, and its hint, to standard error.
pub(crate) fn complain(failure: &Failure) {
    let shown = |words: &str| visible::one_line(redact::sentence(words).as_bytes());
    let mut text = format!("countersign: {}\n", shown(&failure.message));
    if let Some(hint) = &failure.hint {
        text.push_str(&format!("hint: {}\n", shown(hint)));
    }
    // Where standard error is closed there is nobody to tell.
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Writes notes to standard error.
pub(crate) fn note(notes: &[crate::request::Notice]) {
    for note in notes {
        let text = format!("note: {}\n", visible::one_line(redact::sentence(&note.0).as_bytes()));
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_no_byte_that_drives_it() {
        let mut out = Visible(Vec::new());
        out.write_all(b"GET /\xc2\x9b2J\x1b[31m HTTP/1.1\r\nHost: h\r\n\r\nbo\xff\rdy").unwrap();
        let text = String::from_utf8(out.0).unwrap();
        assert_eq!(text, "GET /⟨U+009B⟩2J␛[31m HTTP/1.1\nHost: h\n\nbo⟨FF⟩␍dy");
    }
}
