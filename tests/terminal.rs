//! The terminal program in a real pseudo-terminal: what a user sees, what the terminal is told, what is left behind.
//!
//! Nothing here sleeps: each step waits for what it should bring about, a key for its repaint.
#![cfg(unix)]
#![allow(clippy::print_stdout, reason = "a skipped test says so")]
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

#[path = "gateway/signed.rs"]
mod signed;

use std::collections::HashSet;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use signed::Signed;
use termlens::{Key, MouseMode, Screen, Terminal, TerminalBuilder};

const PROGRAM: &str = env!("CARGO_BIN_EXE_countersign");
const MATCH: &str = "✓ the signatures match";
/// The signature that AWS documents for the first sample.
const DOCUMENTED: &str = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
/// The longest that a step may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// A program that writes nothing for so long has nothing to write.
const QUIET: Duration = Duration::from_millis(120);
const ESC: &str = "\x1b";
const OVER_SSH: [(&str, &str); 1] = [("SSH_TTY", "/dev/pts/0")];

/// A folder of its own for a test: home, working directory and place for temporary files.
struct Place(PathBuf);

impl Place {
    fn new(test: &str) -> Self {
        let folder = format!("{}/terminal-{test}-{}", env!("CARGO_TARGET_TMPDIR"), std::process::id());
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder.into())
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// A shell script that can be executed.
    fn script(&self, name: &str, lines: &str) -> String {
        let path = self.write(name, format!("#!/bin/sh\n{lines}\n"));
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        path
    }

    fn terminal(&self) -> TerminalBuilder {
        let terms = [("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("PATH", "/usr/bin:/bin")];
        let builder = Terminal::builder().size(120, 40).timeout(PATIENCE).env_clear().envs(terms);
        builder.env("HOME", &self.0).env("TMPDIR", &self.0).current_dir(&self.0)
    }

    fn open(self, input: &str, variables: &[(&str, &str)]) -> Tui {
        let builder = self.terminal().envs(variables.iter().copied());
        let mut tui = Tui(builder.args(["--theme", "dark", input]).spawn(PROGRAM).unwrap(), self);
        tui.see("received ");
        tui
    }

    /// A shell; its command `./program` is the program on the first sample, and keeps its process id in a file.
    fn shell(self, arguments: &[&str]) -> Tui {
        self.script("program", &format!("echo $$ >pid\nexec {PROGRAM} --theme dark iam-list-users"));
        let builder = self.terminal().env("PS1", "ready> ").args(arguments);
        Tui(builder.spawn("/bin/sh").unwrap(), self)
    }

    /// What `sign` prints for the first sample.
    fn signed(&self, format: &str) -> String {
        let arguments = ["sign", "iam-list-users", "--format", format];
        let output = Command::new(PROGRAM).args(arguments).env_clear().env("HOME", &self.0).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

/// The program in its terminal, and its folder.
struct Tui(Terminal, Place);

impl Tui {
    #[track_caller]
    fn see(&mut self, text: &str) -> Screen {
        self.until(text, |screen| screen.contains(text))
    }

    #[track_caller]
    fn until(&mut self, what: &str, holds: impl FnMut(&Screen) -> bool) -> Screen {
        self.0.wait_until(holds).unwrap_or_else(|error| panic!("{what}: {error}"));
        self.0.screen()
    }

    /// Sends something and waits for the repaint that it brings.
    #[track_caller]
    fn after(&mut self, what: &str, send: impl FnOnce(&mut Terminal) -> termlens::Result<()>) -> Screen {
        // A frame that is still being drawn belongs to what was sent before.
        self.0.wait_idle(Duration::ZERO).unwrap();
        let before = self.0.screen().repaints();
        send(&mut self.0).unwrap();
        self.until(what, |screen| screen.repaints() > before)
    }

    /// Presses these keys, one after the other.
    #[track_caller]
    fn press(&mut self, keys: &str) -> Screen {
        for key in keys.chars() {
            self.after(keys, |terminal| terminal.send_str(key.encode_utf8(&mut [0; 4])));
        }
        self.0.screen()
    }

    /// What the terminal gets from this row of the copy menu; Ctrl-N goes down.
    fn copy(&mut self, row: usize) -> String {
        let screen = self.press(&format!("y{}\r", "\x0e".repeat(row)));
        sees(&screen, "(OSC 52)");
        screen.clipboard().unwrap().text().unwrap().to_owned()
    }
}

#[track_caller]
fn sees(screen: &Screen, text: &str) {
    assert!(screen.contains(text), "`{text}` is not on the screen:\n{screen}");
}

fn is_given_back(screen: &Screen) {
    let modes = (screen.alternate_screen(), screen.bracketed_paste(), screen.mouse_mode());
    assert_eq!((modes, screen.cursor_visible()), ((false, false, MouseMode::None), true));
}

fn is_taken(screen: &Screen) {
    assert!(screen.alternate_screen() && screen.bracketed_paste() && !screen.mouse_modes().is_empty());
}

#[test]
fn q_sigterm_and_sighup_give_the_terminal_back() {
    for (keys, signal, code) in [("q", "", 0), ("ex", "-TERM", 143), ("?", "-HUP", 129)] {
        let lines = "stty -g >before; ./program; code=$?; stty -g >after; echo \"code $code\"; read end";
        let mut tui = Place::new("end").shell(&["-c", lines]);
        is_taken(&tui.see(MATCH));
        tui.0.send_str(keys).unwrap();
        if !signal.is_empty() {
            tui.0.wait_idle(QUIET).unwrap();
            Command::new("kill").args([signal, tui.1.read("pid").trim()]).status().unwrap();
        }
        is_given_back(&tui.see(&format!("code {code}")));
        assert_eq!(tui.1.read("after"), tui.1.read("before"), "the modes of the line (stty -g)");
    }
}

/// An interactive shell in which this command was stopped by Ctrl-Z.
fn stopped(test: &str, command: &str) -> Tui {
    let mut tui = Place::new(test).shell(&["-i"]);
    tui.see("ready>");
    tui.0.send_str(command).unwrap();
    tui.see(MATCH);
    tui.0.send(Key::Ctrl('z')).unwrap();
    is_given_back(&tui.until("a prompt", |s| !s.alternate_screen() && s.contains("Stopped")));
    tui
}

#[test]
fn ctrl_z_gives_the_terminal_back_until_the_program_goes_on() {
    let mut tui = stopped("stop", "stty -g >before; ./program\r");
    tui.0.send_str("stty -g | cmp - before && echo the same'' modes\r").unwrap();
    tui.see("the same modes");
    tui.0.send_str("fg\r").unwrap();
    is_taken(&tui.until(MATCH, |s| s.alternate_screen() && s.contains(MATCH)));
    sees(&tui.press("?"), "What works here");
    tui.press(ESC);
    tui.0.send_str("q").unwrap();
    is_given_back(&tui.until("the end", |screen| !screen.alternate_screen()));
}

/// Sends a signal to the program in an interactive shell, and waits until the shell has the terminal.
fn stopped_from_outside(test: &str, signal: &str) -> Tui {
    let mut tui = Place::new(test).shell(&["-i"]);
    tui.see("ready>");
    tui.0.send_str("stty -g >before; ./program\r").unwrap();
    is_taken(&tui.see(MATCH));
    Command::new("kill").args([signal, tui.1.read("pid").trim()]).status().unwrap();
    tui.see("Stopped");
    tui
}

/// Goes on with the program that was stopped; at its end the line of the terminal works as before.
fn goes_on(mut tui: Tui) {
    // A shell that got the line raw takes a line feed alone as its end.
    tui.0.send_str("fg\n").unwrap();
    is_taken(&tui.until(MATCH, |s| s.alternate_screen() && !s.contains("Stopped") && s.contains(MATCH)));
    sees(&tui.press("?"), "What works here");
    tui.press(ESC);
    tui.0.send_str("q").unwrap();
    is_given_back(&tui.until("the end", |screen| !screen.alternate_screen()));
    tui.0.send_str("stty -g | cmp - before && echo the same'' modes\r").unwrap();
    tui.see("the same modes");
}

#[test]
fn a_stop_from_outside_gives_the_terminal_back_until_the_program_goes_on() {
    let mut tui = stopped_from_outside("stop-outside", "-TSTP");
    is_given_back(&tui.0.screen());
    tui.0.send_str("stty -g | cmp - before && echo as'' before\r").unwrap();
    tui.see("as before");
    goes_on(tui);
}

#[test]
fn a_stop_that_nobody_is_told_of_is_mended_when_the_program_goes_on() {
    goes_on(stopped_from_outside("stop-untold", "-STOP"));
}

#[test]
fn without_a_shell_to_come_back_from_nothing_is_stopped() {
    let mut tui = Place::new("stop-alone").open("iam-list-users", &[]);
    tui.0.send(Key::Ctrl('z')).unwrap();
    tui.see("Not now: no shell is there to bring the program back.");
    sees(&tui.press("?"), "What works here");
}

/// What the program writes into the pipe `done` at its end.
fn told_at_the_end(place: &Place) -> std::sync::mpsc::Receiver<std::io::Result<String>> {
    let (sender, receiver) = std::sync::mpsc::channel();
    let done = place.0.join("done");
    std::thread::spawn(move || sender.send(std::fs::read_to_string(done)));
    receiver
}

#[test]
fn a_window_that_is_closed_ends_the_program_with_the_code_of_a_hang_up() {
    // The shell in the middle outlives the window, to say what the program ended with.
    let lines = "mkfifo done; (trap '' HUP; ./program 2>err; echo \"code $?\" >done) <&0 & wait";
    let mut tui = Place::new("hang-up").shell(&["-c", lines]);
    is_taken(&tui.see(MATCH));
    let Tui(terminal, place) = tui;
    let code = told_at_the_end(&place);
    drop(terminal);
    let code = code.recv_timeout(PATIENCE).expect("the program ends").unwrap();
    assert_eq!((code.as_str(), place.read("err").as_str()), ("code 129\n", ""));
}

#[test]
fn a_window_that_is_closed_ends_the_program_although_its_shell_keeps_the_signal() {
    if Command::new("script").arg("--version").output().is_err() {
        println!("skipped: there is no `script` on this machine, to open a window in the window");
        return;
    }
    let place = Place::new("hang-up-untold");
    place.script("program", &format!("exec {PROGRAM} --theme dark iam-list-users"));
    // The leader of the session gets the signal of the hang-up, and ignores it.
    place.script("leader", "trap '' HUP; ./program 2>err; echo \"code $?\" >done");
    let lines = "mkfifo done; echo $$ >pid; exec script -qfec ./leader /dev/null";
    let mut tui = Tui(place.terminal().args(["-c", lines]).spawn("/bin/sh").unwrap(), place);
    is_taken(&tui.see(MATCH));
    let code = told_at_the_end(&tui.1);
    Command::new("kill").args(["-KILL", tui.1.read("pid").trim()]).status().unwrap();
    let code = code.recv_timeout(PATIENCE).expect("the program ends").unwrap();
    assert_eq!((code.as_str(), tui.1.read("err").as_str()), ("code 129\n", ""));
}

#[test]
fn ctrl_z_stops_a_script_around_the_program_too() {
    stopped("stop-script", "sh -c './program; echo ended'\r");
}

#[test]
fn a_keystroke_in_a_header_shows_in_canonical_request_and_verdict() {
    let mut tui = Place::new("keystroke").open("iam-list-users", &[]);
    sees(&tui.see(MATCH), DOCUMENTED);
    let line = "content-type:application/x-www-form-urlencoded; charset=utf-8x";
    let screen = tui.press("jex");
    [line, "✗ the signatures differ"].iter().for_each(|text| sees(&screen, text));
    let screen = tui.press("\x7f");
    assert!(screen.contains(MATCH) && !screen.contains(line), "{screen}");
}

#[test]
fn a_keystroke_is_one_repaint() {
    let mut tui = Place::new("repaints").open("iam-list-users", &[]);
    for key in ["j", "e", "x", "\x7f", "é", ESC, "\t", "2", "1", "?", "f", ESC, "z", "u", "\x1b[B", "t"] {
        tui.0.wait_idle(QUIET).unwrap();
        let before = tui.0.screen().repaints();
        tui.after(key, |terminal| terminal.send_str(key));
        tui.0.wait_idle(QUIET).unwrap();
        assert_eq!(tui.0.screen().repaints() - before, 1, "after {key:?}");
    }
}

#[test]
fn nothing_is_repainted_while_nothing_happens() {
    let mut tui = Place::new("idle").open("iam-list-users", &[]);
    // At rest, with a date that follows the clock, while typing.
    for keys in ["", "tt", "ex"] {
        tui.press(keys);
        tui.0.wait_idle(QUIET).unwrap();
        let before = tui.0.screen().repaints();
        let woken = tui.0.wait_until_for(|s| s.repaints() != before, Duration::from_millis(800));
        assert!(woken.is_err(), "after {keys:?}");
    }
}

const RAW: &str = "PUT /pasted/key HTTP/1.1\nHost: bucket.s3.eu-west-1.amazonaws.com\n\
    X-Amz-Date: 20260102T030405Z\nX-Odd:  two  spaces \n\nbody of the paste";

const CURL: &str = "curl 'https://sqs.amazonaws.com/pasted?x=y' \\\n  -H 'X-Note: it'\\''s' \\\n  -d 'a=b'";

/// Pastes a request, takes it back, makes it again, takes it back.
fn replaces_in_one_step(tui: &mut Tui, paste: &str, shown: &[&str]) {
    let screen = tui.after("the paste", |terminal| terminal.paste(paste));
    shown.iter().for_each(|text| sees(&screen, text));
    let screen = tui.press("u");
    assert!(screen.contains(MATCH) && !screen.contains("pasted"), "{screen}");
    let screen = tui.press("U");
    shown[1..].iter().for_each(|text| sees(&screen, text));
    sees(&tui.press("u"), MATCH);
}

#[test]
fn a_pasted_request_replaces_the_request_in_one_step() {
    let mut tui = Place::new("paste").open("iam-list-users", &[]);
    let raw = ["raw HTTP", "/pasted/key", "host:bucket.s3.", "x-odd:two spaces", "body of the paste"];
    replaces_in_one_step(&mut tui, RAW, &raw);
    replaces_in_one_step(&mut tui, CURL, &["curl command", "/pasted", "x=y", "x-note:it's", "a=b"]);
    sees(&tui.press("u"), "there is nothing to undo");
    tui.press("je");
    replaces_in_one_step(&mut tui, RAW, &raw);
}

#[test]
fn three_thousand_characters_arrive_whole_pasted_or_typed() {
    let mut tui = Place::new("long").open("iam-list-users", &OVER_SSH);
    let long: String = (0..600).map(|number| format!("{number:05}")).collect();
    tui.press("j");
    for send in [Terminal::paste, Terminal::send_str] {
        tui.press("e\x15");
        send(&mut tui.0, &long).unwrap();
        tui.see("00599");
        tui.press(ESC);
        let copied = tui.copy(5);
        let value = copied.lines().find_map(|line| line.strip_prefix("content-type:"));
        assert_eq!(value, Some(long.as_str()));
    }
}

#[test]
fn over_ssh_the_terminal_gets_exactly_what_sign_prints() {
    let mut tui = Place::new("copy").open("iam-list-users", &OVER_SSH);
    let headers = tui.1.signed("headers");
    let authorization = headers.lines().find_map(|line| line.strip_prefix("Authorization: ")).unwrap();
    assert_eq!(tui.copy(0), authorization);
    for (row, format) in [(1, "headers"), (3, "curl"), (4, "http"), (8, "json")] {
        assert_eq!(tui.copy(row).trim_end(), tui.1.signed(format).trim_end());
    }
    let json: serde_json::Value = serde_json::from_str(&tui.1.signed("json")).unwrap();
    for (row, name) in [(5, "canonical_request"), (6, "string_to_sign"), (7, "signature")] {
        assert_eq!(tui.copy(row), json[name]);
    }
    assert_eq!(tui.copy(7), DOCUMENTED);
}

/// Opens a sample with this editor and goes to its body.
fn open_with_editor(test: &str, lines: &str) -> Tui {
    let place = Place::new(test);
    let editor = place.script("editor", lines);
    let mut tui = place.open("s3-put-object", &[("EDITOR", &editor)]);
    sees(&tui.press("\t"), MATCH);
    tui.0.send(Key::Ctrl('o')).unwrap();
    tui
}

#[test]
fn the_editor_changes_the_body_and_has_the_keyboard_meanwhile() {
    let mut tui = open_with_editor("editor", "echo editing; read line; printf ' %s' \"$line\" >>\"$1\"");
    is_given_back(&tui.see("editing"));
    tui.0.send_str("quite new\r").unwrap();
    let screen = tui.see("The body was taken from the editor.");
    is_taken(&screen);
    let body = "Welcome to Amazon S3. quite new";
    [body, &hex::encode(Sha256::digest(body))[..8]].iter().for_each(|text| sees(&screen, text));
    sees(&tui.press("?"), "What works here");
    let screen = tui.press("\x1bu");
    assert!(screen.contains(MATCH) && !screen.contains("quite new"), "{screen}");
}

#[test]
fn a_failing_editor_leaves_the_body_alone() {
    let mut tui = open_with_editor("failing-editor", "echo ruined >\"$1\"; exit 3");
    let screen = tui.see("exit status: 3");
    is_taken(&screen);
    ["the body is as it was", "Welcome to Amazon S3.", MATCH].iter().for_each(|text| sees(&screen, text));
}

#[test]
fn an_editor_that_dies_with_the_line_raw_leaves_nothing_behind() {
    let place = Place::new("dying-editor");
    // It dies in the middle of its work: keys encoded its own way, lines raw and without echo.
    place.script("editor", "printf '\\033[?1h\\033[4h\\033[?1049h'; stty raw -echo; kill -9 $$");
    let lines =
        "export EDITOR=./editor; stty -g >before; ./program; stty -g >after; echo \"at the end\"; read end";
    let mut tui = place.shell(&["-c", lines]);
    tui.see(MATCH);
    tui.press("\t");
    tui.0.send(Key::Ctrl('o')).unwrap();
    is_taken(&tui.see("signal: 9"));
    sees(&tui.press("?"), "What works here");
    tui.press(ESC);
    tui.0.send_str("q").unwrap();
    is_given_back(&tui.see("at the end"));
    assert_eq!(tui.1.read("after"), tui.1.read("before"), "the modes of the line (stty -g)");
}

#[test]
fn an_interrupt_for_the_editor_is_not_for_the_program() {
    let mut tui = open_with_editor("interrupted-editor", "echo editing; read line");
    tui.see("editing");
    tui.0.send(Key::Ctrl('c')).unwrap();
    let screen = tui.see("the body is as it was");
    is_taken(&screen);
    sees(&screen, "signal: 2");
}

#[test]
fn a_pasted_command_reads_a_file_only_after_a_yes() {
    let place = Place::new("paste-file");
    place.write("notes.txt", "never=asked");
    let mut tui = place.open("iam-list-users", &[]);
    let paste = "curl https://iam.amazonaws.com/ -d @notes.txt";
    tui.0.paste(paste).unwrap();
    let screen = tui.see("notes.txt (11 bytes)");
    assert!(!screen.contains("never=asked"), "{screen}");
    tui.0.send_str("y").unwrap();
    sees(&tui.see("The body was read from the file"), "never=asked");
}

#[test]
fn the_verdict_on_a_long_body_whose_hash_is_stated_arrives_without_a_key() {
    let place = Place::new("stated-hash");
    let head = "PUT /bucket/key HTTP/1.1\nHost: s3.amazonaws.com\n\n";
    let path = place.write("put.http", [head.as_bytes(), &[b'a'; 300_000]].concat());
    let key = [("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"), ("AWS_SECRET_ACCESS_KEY", SECRET)];
    let mut sign = Command::new(PROGRAM);
    let signed =
        sign.args(["sign", &path, "--format", "http"]).env_clear().env("HOME", &place.0).envs(key).output();
    let path = place.write("signed.http", signed.unwrap().stdout);
    place.open(&path, &key).see(MATCH);
}

const POST: &str = "POST /big HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\n\n";

#[test]
fn ten_megabytes_on_one_line_scroll_and_are_edited_while_they_are_hashed() {
    let place = Place::new("big");
    let mut body = vec![b'a'; 10 << 20];
    body.extend(b"the very end");
    let path = place.write("big.http", [POST.as_bytes(), &body].concat());
    let mut tui = place.open(&path, &[]);
    tui.see(&hex::encode(Sha256::digest(&body)));
    sees(&tui.press("\tG"), "the very end");
    sees(&tui.press("e!"), "the very end!");
    body.push(b'!');
    tui.see(&hex::encode(Sha256::digest(&body)));
}

#[test]
fn six_hundred_megabytes_in_a_file_are_hashed_beside_the_screen() {
    /// `head -c 600M /dev/zero | sha256sum`
    const HASH: &str = "987523e7780392e283b404990c4e84e580bc75c451138b0c86c4f81c296eeebe";
    let place = Place::new("huge");
    std::fs::File::create(place.0.join("body.bin")).unwrap().set_len(600 << 20).unwrap();
    let path = place.write("huge.http", format!("# @region us-east-1\n\n{POST}< ./body.bin\n"));
    let mut tui = place.open(&path, &[]);
    tui.0.wait_frame(|screen| screen.contains("629145600 bytes · hashing")).unwrap();
    // The first frame after a key may be one of the hash's.
    tui.press("?");
    tui.see("What works here");
    tui.press(ESC);
    let between = |screen: &Screen| (1..100).any(|done| screen.contains(&format!("hashing {done} %")));
    tui.0.wait_frame(between).unwrap();
    tui.see(HASH);
}

#[test]
fn every_size_shows_the_focused_pane_or_says_that_it_is_too_small() {
    const SMALL: &str = "countersign needs 60×16";
    // The emulator refuses to have one cell: only the line is told so.
    let mut tui = Place::new("sizes").shell(&["-c", "stty cols 1 rows 1; ./program"]);
    tui.until("a frame", |screen| screen.repaints() > 0);
    let sizes = [(80, 24), (59, 16), (60, 15), (40, 10), (2, 2), (2, 99), (300, 2), (200, 60), (60, 16)];
    for (columns, rows) in sizes.into_iter().chain([(120, 40)]) {
        let small = &SMALL[..SMALL.len().min(columns.into())];
        tui.0.resize(columns, rows).unwrap();
        tui.see(if columns < 60 || rows < 16 { small } else { "iam.amazonaws.com" });
        // Whatever is opened at whatever size.
        tui.press("?\x1by\x1b2v\x1b1e\x1b");
    }
}

#[test]
fn a_click_focuses_a_pane_without_rows() {
    let mut tui = Place::new("click").open("s3-get-object", &[]);
    sees(&tui.after("the click", |terminal| terminal.click(10, 5)), "▸Query");
}

#[test]
fn a_terminal_that_answers_no_questions_will_do() {
    let place = Place::new("mute");
    let builder = place.terminal().answer_queries(false).args(["--theme", "dark"]);
    Tui(builder.spawn(PROGRAM).unwrap(), place).see(MATCH);
}

const SECRET: &str = "Zk9Qx7/Wv3Jb5+Yh8Xq2Kz4Vj6Pw1Gf0NyTmRdLs";
const TOKEN: &str = "QzXk8Vw+JhYq3Gb/Zt6Wd2Kv9Xp4Nj7Fy1Rm5Ls0ZcQvHxKw";

/// Whether any six characters in a row of one of these texts are on the screen.
fn shows(screen: &Screen, texts: &[String]) -> bool {
    let pieces: HashSet<&[u8]> = texts.iter().flat_map(|text| text.as_bytes().windows(6)).collect();
    screen.text().as_bytes().windows(6).any(|piece| pieces.contains(piece))
}

#[track_caller]
fn hides(screen: &Screen, texts: &[String]) {
    assert!(!shows(screen, texts), "a secret is on the screen:\n{screen}");
}

/// What is to be hidden: secret, token, and the keys derived from the secret, in hex.
fn secrets() -> Vec<String> {
    let mut texts = vec![SECRET.to_owned(), TOKEN.to_owned()];
    let mut key = format!("AWS4{SECRET}").into_bytes();
    for text in ["20260102", "eu-west-1", "sqs", "aws4_request"] {
        let mac = Hmac::<Sha256>::new_from_slice(&key).unwrap().chain_update(text);
        key = mac.finalize().into_bytes().to_vec();
        texts.push(hex::encode(&key));
    }
    texts
}

/// Opens a request that has a session token, with a secret that is no documented one.
fn open_with_secret(place: Place) -> Tui {
    let lines = "# @region eu-west-1\n\nPOST / HTTP/1.1\nHost: sqs.eu-west-1.amazonaws.com";
    let text = format!("{lines}\nX-Amz-Date: 20260102T030405Z\nX-Amz-Security-Token: {TOKEN}\n\nthe body");
    let key = [("AWS_ACCESS_KEY_ID", "AKIAQXQXQXQXQXQXQXQX"), ("AWS_SECRET_ACCESS_KEY", SECRET)];
    let path = place.write("secret.http", text);
    place.open(&path, &[key[0], key[1], ("AWS_SESSION_TOKEN", TOKEN)])
}

#[test]
fn secrets_tokens_and_derived_keys_are_nowhere_on_the_screen() {
    let mut tui = open_with_secret(Place::new("leak"));
    let hidden = secrets();
    for (columns, rows) in [(120, 40), (80, 24)] {
        tui.0.resize(columns, rows).unwrap();
        hides(&tui.0.wait_stable(QUIET).unwrap(), &hidden);
        // In each pane: along its rows, zoomed, with help, checks, copy menu, palette, comparison and diagnosis over it.
        for key in "jjjjzz?\x1bv\x1by\x1b:\x1b2301\t".replace('0', "jz\x1b").repeat(8).chars() {
            hides(&tui.press(&key.to_string()), &hidden);
        }
    }
}

#[test]
fn the_mistake_is_found_in_the_background_and_applied() {
    let place = Place::new("diagnose");
    let output = Command::new(PROGRAM).args(["samples", "iam-list-users"]).output().unwrap();
    let sample = String::from_utf8(output.stdout).unwrap();
    let path = place.write("put.http", sample.replace("GET /?", "PUT /?"));
    let mut tui = place.open(&path, &[]);
    tui.press("3");
    sees(&tui.see("The mistake is found"), "method-changed");
    tui.press("a");
    tui.see("Applied: the request is the one that was signed, and the signatures match");
    tui.press("u");
    tui.see("✗ the signatures differ");
}

/// Sends a request of `tests/gateway` to the port that the screen names; the status of the answer.
fn send_to(screen: &Screen, request: &Signed<'_>) -> String {
    let text = screen.to_string();
    let port = text.split("listening at http://127.0.0.1:").nth(1).unwrap();
    let port: u16 = port.split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap();
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    let mut answer = [0; 12];
    stream.write_all(&request.bytes()).unwrap();
    stream.read_exact(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[9..]).into_owned()
}

#[test]
fn from_a_client_with_a_wrong_secret_over_the_gateway_to_the_cause_and_a_match() {
    let place = Place::new("gateway");
    let builder = place.terminal().args(["gateway", "0", "--theme", "dark"]);
    let mut tui = Tui(builder.spawn(PROGRAM).unwrap(), place);
    let screen = tui.see("See what a real client signs");
    let good = Signed { body: b"{}", service: "execute-api", ..Signed::new("POST", "/prod/pets?a=1") };
    assert_eq!(send_to(&screen, &good), "200");
    let screen = tui.see("✓ every check passed");
    // The secret was copied with a line break at its end.
    let wrong = Signed { secret: &format!("{}\n", signed::SECRET), ..good };
    assert_eq!(send_to(&screen, &wrong), "403");
    sees(&tui.see("✗ mismatch"), "2 requests: 1 match, 1 mismatch");
    sees(&tui.press("\r"), "request 2");
    tui.press("3");
    sees(&tui.see("The mistake is found"), "secret-");
    tui.press("a");
    tui.see("and the signatures match");
    sees(&tui.press("q"), "Not saved: 2 captures on the tape. Quit anyway?");
    tui.0.send_str("q").unwrap();
    is_given_back(&tui.until("the end", |screen| !screen.alternate_screen()));
}

#[test]
fn a_port_that_is_taken_is_told_before_there_is_a_screen() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let place = Place::new("gateway-taken");
    let lines = format!("{PROGRAM} gateway {address}; echo \"code $?\"; read end");
    let mut tui = place.shell(&["-c", &lines]);
    let screen = tui.see("code 2");
    sees(&screen, &format!("countersign: expected to listen at {address}, but found"));
    sees(&screen, "hint: another program listens there");
}

#[test]
fn a_token_is_hidden_in_a_comparison_too() {
    let mut tui = open_with_secret(Place::new("leak-compare"));
    let theirs = format!("POST\n/\nX-Amz-Security-Token={TOKEN}\nx-amz-security-token:{TOKEN}\n\nhost\nhash");
    hides(&tui.after("the paste", |terminal| terminal.paste(&theirs)), &secrets());
}

#[test]
fn r_shows_secrets_until_esc_or_for_some_seconds() {
    let place = Place::new("reveal");
    place.write(".config/countersign/config.toml", "reveal_seconds = 2\n");
    let mut tui = open_with_secret(place);
    let hidden = secrets();
    sees(&tui.press("r"), "Secrets and keys are shown for 2 s");
    // A pane grows when it has the focus.
    let screens = [tui.press("\t"), tui.press("\t"), tui.press("\t\t\t")];
    for text in hidden.chunks(1) {
        assert!(screens.iter().any(|screen| shows(screen, text)), "{text:?} is not shown");
    }
    hides(&tui.press(ESC), &hidden);
    assert!(shows(&tui.press("r"), &hidden));
    tui.until("the time", |screen| !shows(screen, &hidden));
}
