//! Keys from the program that a profile names as its `credential_process`.
//!
//! The program is run without a shell, with nothing to read, and what it says on standard error is thrown away; it could
//! hold secrets (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>).

use std::io;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use zeroize::{Zeroize, Zeroizing};

use super::environment::{instant, read_at_most};
use super::{CredentialsError, Keys, SECRET_LIMIT};
use crate::secret::Secret;
use crate::signature::Credentials;

/// What went wrong with a `credential_process`; neither its arguments nor its output are told.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ProcessFault {
    /// A quote is not closed.
    #[error("a quote that is not closed")]
    OpenQuote,
    /// The command is empty.
    #[error("no program")]
    NoProgram,
    /// The system cannot run it.
    #[error("a program that cannot run ({0})")]
    NotRun(io::ErrorKind),
    /// It failed with this exit code; a signal has none.
    #[error("{}", failure(*.0))]
    Failed(Option<i32>),
    /// Its output is longer than this many bytes.
    #[error("more than {} KiB of output", .0 / 1024)]
    TooLong(usize),
    /// Its output cannot be read.
    #[error("output that is not JSON")]
    NotJson,
    /// Its output has another form.
    #[error("output with a `Version` other than 1")]
    Version,
    /// Its output lacks a text of this name.
    #[error("output without `{0}`")]
    Lacks(&'static str),
}

/// What the program answered; wiped when dropped.
struct Answer(Value);

impl Drop for Answer {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

/// Runs `command` and reads the keys that it writes.
///
/// # Errors
///
/// When it cannot run, fails, or writes anything else.
pub(super) fn keys(profile: &str, command: &str) -> Result<Keys, CredentialsError> {
    let source = format!("credential_process of profile {profile}");
    let fault = |fault| CredentialsError::Process { profile: profile.to_owned(), fault };
    let output = run(command).map_err(fault)?;
    read(&output, source).map_err(fault)
}

fn run(command: &str) -> Result<Zeroizing<Vec<u8>>, ProcessFault> {
    let words = split(command)?;
    let [program, arguments @ ..] = words.as_slice() else { return Err(ProcessFault::NoProgram) };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(not_run)?;
    let output = output_of(&mut child);
    if !matches!(output, Ok(Some(_))) {
        // It may wait for a reader for ever; one that has ended already is no fault.
        child.kill().ok();
    }
    let status = child.wait().map_err(not_run)?;
    let output = output.map_err(not_run)?.ok_or(ProcessFault::TooLong(SECRET_LIMIT))?;
    if status.success() { Ok(output) } else { Err(ProcessFault::Failed(status.code())) }
}

fn output_of(child: &mut Child) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    child.stdout.take().map_or(Ok(None), |pipe| read_at_most(pipe, SECRET_LIMIT))
}

fn not_run(error: io::Error) -> ProcessFault {
    ProcessFault::NotRun(error.kind())
}

fn failure(code: Option<i32>) -> String {
    code.map_or("a program ended by a signal".into(), |code| format!("exit code {code}"))
}

/// What keeps spaces together. AWS documents double quotes for every system; on Unix its tools know single ones too.
const QUOTES: &[char] = if cfg!(windows) { &['"'] } else { &['"', '\''] };

/// The words of a command. `\"` in double quotes is a quote; any other backslash stands for itself, as in Windows paths.
fn split(command: &str) -> Result<Vec<String>, ProcessFault> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = command.chars();
    while let Some(c) = rest.next() {
        if QUOTES.contains(&c) {
            let (inside, after) = quoted(rest.as_str(), c).ok_or(ProcessFault::OpenQuote)?;
            word.get_or_insert_default().push_str(&inside);
            rest = after.chars();
        } else if c.is_whitespace() {
            words.extend(word.take());
        } else {
            word.get_or_insert_default().push(c);
        }
    }
    words.extend(word);
    Ok(words)
}

/// What stands before the closing `quote`, and what follows it.
fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut inside = String::new();
    let mut rest = text.chars();
    loop {
        match rest.next()? {
            c if c == quote => return Some((inside, rest.as_str())),
            '\\' if quote == '"' && rest.as_str().starts_with('"') => inside.extend(rest.next()),
            c => inside.push(c),
        }
    }
}

fn read(output: &[u8], source: String) -> Result<Keys, ProcessFault> {
    let mut answer = Answer(serde_json::from_slice(output).map_err(|_| ProcessFault::NotJson)?);
    if answer.0.get("Version").and_then(Value::as_u64) != Some(1) {
        return Err(ProcessFault::Version);
    }
    let credentials = Credentials {
        fields: Default::default(),
        access_key_id: answer.needed("AccessKeyId")?,
        secret: Secret::new(answer.needed("SecretAccessKey")?),
        session_token: answer.take("SessionToken").map(Secret::new),
        source,
    };
    let expires = answer.take("Expiration").and_then(|text| instant(&text));
    Ok(Keys { credentials, expires, notices: Vec::new() })
}

impl Answer {
    fn needed(&mut self, name: &'static str) -> Result<String, ProcessFault> {
        self.take(name).ok_or(ProcessFault::Lacks(name))
    }

    /// Moves a text out, so that no copy of it stays; an empty one counts as none.
    fn take(&mut self, name: &str) -> Option<String> {
        match self.0.get_mut(name)? {
            Value::String(text) => Some(std::mem::take(text)).filter(|text| !text.is_empty()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_at_white_space_outside_quotes() {
        for (command, words) in [
            ("", &[][..]),
            (" a  b\tc\n", &["a", "b", "c"]),
            (r#""/a b/c" --name="x y" "" d"#, &["/a b/c", "--name=x y", "", "d"]),
            (r#""C:\a b\c.cmd" C:\d "\"q\" \x""#, &[r"C:\a b\c.cmd", r"C:\d", r#""q" \x"#]),
            ("$HOME ~ | ; > &&", &["$HOME", "~", "|", ";", ">", "&&"]),
        ] {
            assert_eq!(split(command).unwrap(), words, "{command}");
        }
        assert_eq!(split(r#"a "b c"#), Err(ProcessFault::OpenQuote));
    }

    #[test]
    #[cfg(unix)]
    fn single_quotes_count_on_unix() {
        assert_eq!(split(r#"sh -c 'a "b" \ c'"#).unwrap(), ["sh", "-c", r#"a "b" \ c"#]);
        assert_eq!(split("it's"), Err(ProcessFault::OpenQuote));
    }

    #[test]
    fn the_answer_is_json_of_version_1() {
        let answer = r#"{"Version":1,"AccessKeyId":"AK","SecretAccessKey":"S\"K","SessionToken":"T",
            "Expiration":"2015-08-30T14:36:00.5+02:00"}"#;
        let keys = read(answer.as_bytes(), "p".into()).expect("keys");
        assert_eq!(keys.credentials.access_key_id, "AK");
        assert_eq!(keys.credentials.secret.expose(), b"S\"K");
        assert_eq!(keys.credentials.session_token.unwrap().expose(), b"T");
        assert_eq!(keys.expires.unwrap().to_string(), "20150830T123600Z");
        let answer = r#"{"Version":1,"AccessKeyId":"AK","SecretAccessKey":"SK","SessionToken":null}"#;
        let keys = read(answer.as_bytes(), "p".into()).expect("keys");
        assert!(keys.credentials.session_token.is_none() && keys.expires.is_none());
    }

    #[test]
    fn any_other_answer_is_a_fault() {
        for (answer, fault) in [
            ("", ProcessFault::NotJson),
            (r#"{"Version":1"#, ProcessFault::NotJson),
            ("AKID SECRET", ProcessFault::NotJson),
            ("[1]", ProcessFault::Version),
            ("{}", ProcessFault::Version),
            (r#"{"Version":2,"AccessKeyId":"AK","SecretAccessKey":"SK"}"#, ProcessFault::Version),
            (r#"{"Version":"1","AccessKeyId":"AK","SecretAccessKey":"SK"}"#, ProcessFault::Version),
            (r#"{"Version":1,"AccessKeyId":"AK"}"#, ProcessFault::Lacks("SecretAccessKey")),
            (
                r#"{"Version":1,"AccessKeyId":"AK","SecretAccessKey":""}"#,
                ProcessFault::Lacks("SecretAccessKey"),
            ),
            (r#"{"Version":1,"AccessKeyId":7,"SecretAccessKey":"SK"}"#, ProcessFault::Lacks("AccessKeyId")),
        ] {
            assert_eq!(read(answer.as_bytes(), "p".into()).err(), Some(fault), "{answer}");
        }
    }

    #[test]
    fn an_answer_is_wiped_to_its_depth() {
        let mut value = serde_json::json!({"a": "secret", "b": [{"c": "secret"}], "d": 1});
        wipe(&mut value);
        assert_eq!(value, serde_json::json!({"a": "", "b": [{"c": ""}], "d": 1}));
    }

    #[test]
    #[cfg(unix)]
    fn a_program_that_fails_is_a_fault_that_tells_nothing_else() {
        for (command, fault) in [
            ("", ProcessFault::NoProgram),
            ("/nowhere/SENTINEL SENTINEL", ProcessFault::NotRun(io::ErrorKind::NotFound)),
            ("sh -c 'echo SENTINEL; echo SENTINEL >&2; exit 3'", ProcessFault::Failed(Some(3))),
            ("sh -c 'kill -9 $$' SENTINEL", ProcessFault::Failed(None)),
            ("echo SENTINEL", ProcessFault::NotJson),
            ("sh -c 'yes SENTINEL'", ProcessFault::TooLong(SECRET_LIMIT)),
            ("sh -c 'cat' SENTINEL", ProcessFault::NotJson),
        ] {
            let error = keys("dev", command).err().expect(command);
            assert_eq!(error, CredentialsError::Process { profile: "dev".into(), fault }, "{command}");
            let text = format!("{error} {error:?} {:?}", error.hint());
            assert!(text.contains("credential_process of profile `dev`, but found "), "{text}");
            assert!(!text.contains("SENTINEL") && !text.contains("nowhere"), "{text}");
        }
    }
}
