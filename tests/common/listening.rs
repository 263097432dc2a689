//! `countersign gateway --headless` in a process of its own.
#![allow(dead_code, reason = "every test uses a part of it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::Value;

/// The longest that a line may take once its client is done.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Starts the program at home in `home`, with these options: where it listens, and what it tells after that. Nobody reads its lines.
pub(crate) fn spawn(home: &Path, options: &[&str], more: &[&str]) -> (Child, String, BufReader<ChildStderr>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    run(command.args(["gateway", "0", "--headless"]).args(options).args(more), home)
}

/// The same for a command that starts it.
fn run(command: &mut Command, home: &Path) -> (Child, String, BufReader<ChildStderr>) {
    let mut child = command
        .env_clear()
        .env("HOME", home)
        .current_dir(home)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut notes = BufReader::new(child.stderr.take().unwrap());
    let mut listening = String::new();
    while !listening.contains("listening at ") {
        listening.clear();
        assert!(notes.read_line(&mut listening).unwrap() > 0, "it does not listen");
    }
    let address = listening.trim().rsplit('/').next().unwrap().to_owned();
    (child, address, notes)
}

/// The program, listening without a screen on a port of its own.
pub(crate) struct Listening {
    pub(crate) child: Child,
    pub(crate) address: String,
    pub(crate) lines: Receiver<Value>,
    notes: Option<JoinHandle<String>>,
}

impl Listening {
    /// Starts it at home in `home`, with these options.
    pub(crate) fn start(home: &Path, options: &[&str], more: &[&str]) -> Self {
        Self::of(spawn(home, options, more))
    }

    /// Starts it by a command of one's own.
    pub(crate) fn run(command: &mut Command, home: &Path) -> Self {
        Self::of(run(command, home))
    }

    fn of((mut child, address, mut notes): (Child, String, BufReader<ChildStderr>)) -> Self {
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if sender.send(serde_json::from_str(&line).unwrap()).is_err() {
                    return;
                }
            }
        });
        let notes = std::thread::spawn(move || {
            let mut text = String::new();
            notes.read_to_string(&mut text).unwrap();
            text
        });
        Self { child, address, lines, notes: Some(notes) }
    }

    /// Sends these bytes; all that comes back until the connection ends.
    pub(crate) fn send(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(bytes).unwrap();
        let mut answer = Vec::new();
        // The connection may be cut.
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Every line up to one that is made to be the last.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.send(b"GET /that-is-all HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        let lines = std::iter::from_fn(|| self.lines.recv_timeout(PATIENCE).ok());
        lines.take_while(|line| line["target"] != "/that-is-all").collect()
    }

    /// Waits for its end: how, and what it told on standard error after it listened.
    pub(crate) fn wait(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().unwrap();
        (status, self.notes.take().unwrap().join().unwrap())
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
