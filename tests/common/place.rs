//! The program as a user runs it: in a folder of its own, without the surroundings of this machine.
#![allow(dead_code, reason = "every test uses a part of it")]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

/// A folder with an empty `.aws`, in which the program runs.
pub(crate) struct Place(pub(crate) PathBuf);

/// What a run came to.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new(test: &str) -> Self {
        let folder = format!("{}/cli-{test}-{}", env!("CARGO_TARGET_TMPDIR"), std::process::id());
        std::fs::create_dir_all(format!("{folder}/.aws")).unwrap();
        Self(folder.into())
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.0.join(name), content).unwrap();
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, &[], "")
    }

    /// With options in one text, and a request on standard input.
    pub(crate) fn pipe(&self, args: &str, input: &str) -> Ran {
        self.run_with(&Vec::from_iter(args.split(' ').filter(|arg| !arg.is_empty())), &[], input)
    }

    pub(crate) fn run_with(&self, args: &[&str], variables: &[(&str, &str)], input: &str) -> Ran {
        let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(args)
            .current_dir(&self.0)
            .env_clear()
            .env("HOME", &self.0)
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that does not read its input closes it: that is no failure of the test.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

impl Ran {
    #[track_caller]
    pub(crate) fn with_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\n{}{}", self.out, self.err);
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }

    /// What is wrong with the way in which a failure is told; `None` when it is as it must be.
    pub(crate) fn fault(&self, expected: &str) -> Option<String> {
        let mut lines = self.err.lines();
        let message = lines.next().unwrap_or_default();
        let hint = lines.next();
        let fits = self.code == Some(2)
            && self.out.is_empty()
            && message.starts_with("countersign: ")
            && message.contains(expected)
            && hint.is_none_or(|hint| hint.starts_with("hint: "))
            && lines.next().is_none();
        let shown: String = self.err.chars().take(600).collect();
        (!fits).then(|| format!("code {:?}, {} bytes out, `{expected}`?\n{shown}", self.code, self.out.len()))
    }
}

/// Fails with all that was wrong, so that one bad row does not hide the others.
#[track_caller]
pub(crate) fn none_wrong(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// What of `hidden` stands in a run's output; a dozen characters of it are enough.
pub(crate) fn leaks(ran: &Ran, hidden: &[&str]) -> Option<String> {
    let shows = |part: &[u8]| {
        let part = std::str::from_utf8(part).unwrap();
        ran.out.contains(part) || ran.err.contains(part)
    };
    let found: Vec<_> =
        hidden.iter().copied().filter(|text| text.as_bytes().windows(12).any(shows)).collect();
    (!found.is_empty()).then(|| format!("shows {}\n", found.join(", ")))
}
