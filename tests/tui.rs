//! The terminal program without a terminal: keys in, buffers and effects out.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]
#![cfg(feature = "tui")]

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::DateTime;

use countersign::analysis::Session;
use countersign::case::read;
use countersign::diagnose::{Certainty, Effort, Progress, diagnose};
use countersign::frames::pass::{End, Found, Pass};
use countersign::gateway::capture::{Answered, By, Outcome, Refusal, Stop, Wire};
use countersign::gateway::tape::Room;
use countersign::gateway::{Capture, KeyStore, Tape};
use countersign::request::{Body, Header, Notice, http};
use countersign::samples;
use countersign::secret::Secret;
use countersign::settings::Settings;
use countersign::signature::Credentials;
use countersign::time::Timestamp;
use countersign::trace::{Section, StageKind};
use countersign::tui::action::Action;
use countersign::tui::effect::{Effect, Secrecy};
use countersign::tui::event::{Event, Written};
use countersign::tui::keymap::{BINDINGS, Keymap, When};
use countersign::tui::model::{
    Follow, Listening, Mode, Model, Pane, Saving, SearchStage, TapeView, View, Zoom,
};
use countersign::tui::signing;
use countersign::tui::theme::{Name, Theme};
use countersign::tui::update::{COPIES, Copyable, Moment, copyable, tampers, update};
use countersign::tui::view;
use countersign::verify::{Agreement, CheckId, Conclusion};
use countersign::walkthrough::StepKind;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Color;

const SECRET: &str = "s3ntinelS3CRETs3ntinelS3CRETs3ntinelS3CR";
const TOKEN: &str = "s3ntinelTOKENs3ntinelTOKENs3ntinelTOKEN";

/// The program with a hand on its keys and an eye on its screen.
struct Tui {
    model: Model,
    effects: Vec<Effect>,
    clock: Timestamp,
}

impl Tui {
    fn new(session: Session) -> Self {
        let clock = Timestamp::parse(b"20150830T123600Z").unwrap().0;
        let model = Model::new(session, Keymap::new(&HashMap::new()), Theme::of(Name::Dark), clock);
        let mut tui = Self { model, effects: Vec::new(), clock };
        tui.event(Event::Resize(120, 40));
        tui
    }

    fn sample(name: &str) -> Self {
        Self::of(samples::named(name).unwrap().text)
    }

    fn of(text: &[u8]) -> Self {
        let case = read(text).unwrap_or_else(|error| panic!("{error}"));
        let mut session = Session::new(case.request);
        session.settings = case.settings;
        Self::new(session)
    }

    fn event(&mut self, event: Event) -> &mut Self {
        let moment = Moment { clock: self.clock, instant: Instant::now() };
        self.effects.extend(update(&mut self.model, event, moment));
        self
    }

    /// Lets the clock show another time.
    fn at(&mut self, clock: &[u8]) -> &mut Self {
        self.clock = Timestamp::parse(clock).unwrap().0;
        self.event(Event::Tick)
    }

    /// Carries out the passes over bodies that were asked for, as the loop would in the background.
    fn read_bodies(&mut self) -> &mut Self {
        for effect in std::mem::take(&mut self.effects) {
            if let Effect::ReadBody(pass, body) = effect {
                let found = Found::of(pass, body.rope().unwrap().chunks());
                self.event(Event::BodyRead(self.model.reading.version, pass, Ok(found)));
            }
        }
        self
    }

    /// What this row of the copy menu copies, and what is told of it.
    fn copies(&mut self, what: Copyable) -> (String, String) {
        let row = COPIES.iter().position(|row| *row == what).unwrap();
        self.keys("y");
        for _ in 0..COPIES.len() {
            self.keys("up");
        }
        for _ in 0..row {
            self.keys("down");
        }
        self.keys("enter");
        match self.effects.pop() {
            Some(Effect::Copy { text, note, .. }) => (text, note),
            _ => panic!("{what:?} is not copied:\n{}", self.screen()),
        }
    }

    /// Carries out the search that was asked for last, as the loop would in the background.
    fn search(&mut self, effort: Effort) -> &mut Self {
        let wanted = self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Search { version, session, clock } => Some((*version, session, *clock)),
            _ => None,
        });
        let (version, session, clock) = wanted.expect("a search");
        let found = diagnose(session, clock, effort, &Progress::default());
        self.event(Event::Diagnosed(version, Box::new(found), SearchStage::Done))
    }

    fn key(&mut self, code: KeyCode, modifiers: KeyModifiers) -> &mut Self {
        self.event(Event::Key(KeyEvent::new(code, modifiers)))
    }

    /// Presses keys by name, separated by spaces.
    fn keys(&mut self, names: &str) -> &mut Self {
        for name in names.split(' ') {
            let (modifiers, name) = match name.split_once('-').filter(|(_, rest)| !rest.is_empty()) {
                Some(("ctrl", rest)) => (KeyModifiers::CONTROL, rest),
                Some(("alt", rest)) => (KeyModifiers::ALT, rest),
                Some(("shift", rest)) => (KeyModifiers::SHIFT, rest),
                _ => (KeyModifiers::NONE, name),
            };
            let code = match name {
                "enter" => KeyCode::Enter,
                "esc" => KeyCode::Esc,
                "tab" if modifiers == KeyModifiers::SHIFT => KeyCode::BackTab,
                "tab" => KeyCode::Tab,
                "space" => KeyCode::Char(' '),
                "up" => KeyCode::Up,
                "down" => KeyCode::Down,
                "left" => KeyCode::Left,
                "right" => KeyCode::Right,
                "home" => KeyCode::Home,
                "end" => KeyCode::End,
                "backspace" => KeyCode::Backspace,
                "delete" => KeyCode::Delete,
                "pagedown" => KeyCode::PageDown,
                name => KeyCode::Char(name.chars().next().unwrap()),
            };
            let upper = matches!(code, KeyCode::Char(c) if c.is_ascii_uppercase());
            self.key(code, if upper { modifiers | KeyModifiers::SHIFT } else { modifiers });
        }
        self
    }

    fn text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.key(KeyCode::Char(c), KeyModifiers::NONE);
        }
        self
    }

    fn focus(&mut self, pane: Pane) -> &mut Self {
        self.model.focus = pane;
        self
    }

    fn row(&mut self, row: usize) -> &mut Self {
        self.model.cursors.set_row(self.model.focus, row);
        self
    }

    /// Goes to the row of a setting.
    fn setting(&mut self, name: &str) -> &mut Self {
        let rows = signing::rows(&self.model.analysis);
        self.focus(Pane::Signing)
            .row(rows.iter().position(|row| row.setting.unwrap_or("received") == name).unwrap())
    }

    fn buffer(&self) -> Buffer {
        let area = Rect::new(0, 0, self.model.size.0, self.model.size.1);
        let mut buffer = Buffer::empty(area);
        view::render(&self.model, area, &mut buffer);
        buffer
    }

    fn screen(&self) -> String {
        let buffer = self.buffer();
        let width = usize::from(buffer.area.width.max(1));
        let rows =
            buffer.content.chunks(width).map(|row| row.iter().map(|cell| cell.symbol()).collect::<String>());
        rows.map(|row| row.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }

    fn stage(&self, kind: StageKind) -> String {
        String::from_utf8_lossy(self.model.analysis.stage(kind)).into_owned()
    }

    fn canonical(&self) -> String {
        self.stage(StageKind::CanonicalRequest)
    }

    fn header(&self, name: &str) -> String {
        String::from_utf8_lossy(self.model.session.request.value(name.as_bytes()).unwrap_or_default())
            .into_owned()
    }
}

/// A session with a secret and a token that must never be seen unasked.
fn secretive() -> Tui {
    let text = format!(
        "POST /?X-Amz-Security-Token={TOKEN}q HTTP/1.1\nHost: sts.us-east-1.amazonaws.com\n\
         X-Amz-Date: 20150830T123600Z\nX-Amz-Security-Token: {TOKEN}\n\nbody"
    );
    let mut session = Session::new(read(text.as_bytes()).unwrap().request);
    session.keys.push(Credentials {
        fields: Default::default(),
        access_key_id: "AKIDOWN".into(),
        secret: Secret::new(SECRET),
        session_token: Some(Secret::new(TOKEN)),
        source: "the test".into(),
    });
    Tui::new(session)
}

#[test]
fn screens_stand_as_they_are_drawn() {
    let mut tui = Tui::sample("iam-list-users");
    tui.model.session.name = "iam-list-users".into();
    insta::assert_snapshot!("inspect_120x40", tui.screen());
    tui.event(Event::Resize(80, 24));
    insta::assert_snapshot!("inspect_80x24", tui.screen());
    let theirs = format!("{}X", tui.canonical()).replace("iam.", "IAM.");
    tui.event(Event::Resize(120, 40)).event(Event::Paste(theirs)).keys("2");
    insta::assert_snapshot!("compare_120x40", tui.screen());
    tui.keys("1 ?");
    insta::assert_snapshot!("help_120x40", tui.screen());
    let mut tui = changed("GET /?", "POST /?");
    tui.model.session.name = "iam-list-users".into();
    tui.keys("3").search(Effort::SINGLES);
    insta::assert_snapshot!("diagnose_120x40", tui.screen());
    tui.event(Event::Resize(80, 24));
    insta::assert_snapshot!("diagnose_80x24", tui.screen());
}

/// A log of curl, with a question around it and a secret that must never be seen.
fn asked() -> String {
    let sample = String::from_utf8(samples::named("iam-list-users").unwrap().text.to_vec()).unwrap();
    let head: String =
        sample.lines().filter(|line| !line.starts_with('#')).map(|line| format!("> {line}\n")).collect();
    format!(
        "It fails with 403.\nexport AWS_SECRET_ACCESS_KEY={SECRET}\n* Connected\n{head}>\n< HTTP/1.1 403 Forbidden\nWhat is wrong?"
    )
}

#[test]
fn a_paste_stands_below_its_answer_with_what_was_used_lit() {
    let mut tui = Tui::sample("iam-list-users");
    tui.event(Event::Paste(asked())).search(Effort::SINGLES);
    assert_eq!(tui.model.view, View::Diagnose);
    insta::assert_snapshot!("evidence_120x40", tui.screen());
    tui.event(Event::Resize(80, 24)).keys("tab");
    insta::assert_snapshot!("evidence_80x24", tui.screen());
    let pasted = tui.model.session.pasted.clone().unwrap();
    assert!(pasted.text()[pasted.parts()[0].range.clone()].trim_ascii_start().starts_with(b"> GET /?Action"));
    tui.keys("home");
    assert!(tui.screen().contains("nothing was read from this line"), "{}", tui.screen());
    tui.keys("z end");
    assert!(tui.screen().contains("What is wrong?"), "{}", tui.screen());
    tui.keys("esc tab u");
    assert!(tui.model.session.pasted.is_none(), "the paste goes with its step");
    tui.keys("U");
    assert!(tui.model.session.pasted.is_some());
}

#[test]
fn the_paste_is_reached_by_the_mouse_and_scrolls_alone() {
    let mut tui = Tui::sample("iam-list-users");
    tui.event(Event::Paste(format!("{}{}", asked(), "\nmore".repeat(60)))).search(Effort::SINGLES);
    let wheel = |kind, row| Event::Mouse(MouseEvent { kind, column: 10, row, modifiers: KeyModifiers::NONE });
    let before = tui.model.cursors.row(Pane::Headers);
    tui.event(wheel(MouseEventKind::ScrollDown, 30));
    assert_eq!(tui.model.focus, Pane::Evidence);
    let at = tui.model.cursors.text(Pane::Evidence).at;
    tui.event(wheel(MouseEventKind::ScrollDown, 8));
    assert_eq!((tui.model.focus, tui.model.cursors.row(Pane::Headers)), (Pane::Headers, before));
    assert_eq!(tui.model.cursors.text(Pane::Evidence).at, at);
    tui.event(wheel(MouseEventKind::Down(MouseButton::Left), 30)).keys("end");
    assert_eq!(
        tui.model.cursors.text(Pane::Evidence).at,
        tui.model.session.pasted.as_ref().unwrap().text().len()
    );
}

#[test]
fn a_secret_in_a_paste_is_never_shown_and_never_kept() {
    for text in [asked(), format!("{}\nand {SECRET} alone", asked())] {
        let mut tui = secretive();
        tui.event(Event::Paste(text)).search(Effort::SINGLES);
        tui.keys("tab z");
        for keys in ["home", "end", "r"] {
            tui.keys(keys);
            assert!(!tui.screen().contains(SECRET), "after {keys}:\n{}", tui.screen());
        }
        let pasted = tui.model.session.pasted.clone().unwrap();
        assert!(!String::from_utf8_lossy(pasted.text()).contains(SECRET));
    }
}

#[test]
fn evidence_of_another_service_stands_by_itself_in_one_step() {
    let error = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region 'us-east-1' is \
                 wrong; expecting 'eu-central-1'</Message><Region>eu-central-1</Region></Error>";
    let mut tui = Tui::sample("iam-list-users");
    tui.model.session.name = "iam-list-users".into();
    tui.event(Event::Paste(error.into())).search(Effort::SINGLES);
    assert!(
        tui.model.session.request.is_absent() && !tui.screen().contains("the signatures match"),
        "{}",
        tui.screen()
    );
    assert!(tui.screen().contains("u takes it back"), "{}", tui.screen());
    tui.event(Event::Resize(80, 24));
    assert!(tui.screen().contains("u takes it back"), "{}", tui.screen());
    tui.keys("u");
    assert_eq!(
        (tui.header("host").as_str(), tui.model.session.pasted.is_none()),
        ("iam.amazonaws.com", true)
    );
}

#[test]
fn every_keystroke_in_a_header_reaches_the_canonical_request_and_the_verdict() {
    let mut tui = Tui::sample("iam-list-users");
    assert_eq!(tui.model.analysis.verdict.conclusion(), Some(Conclusion::Match));
    tui.focus(Pane::Headers).row(1).keys("enter").text("x");
    assert!(tui.canonical().contains("charset=utf-8x\n"));
    assert!(matches!(tui.model.analysis.agreement(), Agreement::DifferAt(_)));
    assert!(tui.screen().contains("✗ the signatures differ from character"));
    tui.keys("backspace esc");
    assert_eq!(*tui.model.analysis.agreement(), Agreement::Equal);
    assert!(tui.screen().contains("✓ the signatures match"));
}

#[test]
fn editing_one_query_pair_touches_no_other_byte() {
    let mut tui = Tui::of(b"GET /?b=%7e&&c&a=+ HTTP/1.1\nHost: h\n");
    tui.focus(Pane::Query).row(1).keys("enter").text("1").keys("esc");
    assert_eq!(tui.model.session.request.target, b"/?b=%7e&&c=1&a=+");
    tui.keys("K");
    assert_eq!(tui.model.session.request.target, b"/?c=1&&b=%7e&a=+");
    tui.row(2).keys("d a ctrl-u").text("n").keys("tab").text("v");
    assert_eq!(tui.model.session.request.target, b"/?c=1&&b=%7e&n=v");
}

#[test]
fn headers_are_added_removed_moved_and_switched_off() {
    let mut tui = Tui::of(b"GET / HTTP/1.1\nHost: h\nX-A: 1\nX-B: 2\n");
    tui.focus(Pane::Headers).row(1).keys("space");
    assert!(!tui.canonical().contains("x-a:") && tui.canonical().contains("x-b:2"));
    assert_eq!(tui.model.session.request.headers.len(), 3, "it is kept");
    tui.keys("space J");
    assert_eq!(tui.model.session.request.headers[2].name, b"X-A");
    tui.keys("a ctrl-u").text("X-New").keys("tab").text("n  w").keys("enter");
    assert!(tui.canonical().contains("x-new:n w\n"));
    tui.keys("d");
    assert!(!tui.canonical().contains("x-new"));
}

#[test]
fn undo_and_redo_go_through_everything() {
    let mut tui = Tui::sample("iam-list-users");
    let saved = |tui: &Tui| {
        let session = &tui.model.session;
        (
            session.request.clone(),
            session.settings.region.clone(),
            session.settings.time,
            session.received.clone(),
        )
    };
    let before = saved(&tui);
    tui.focus(Pane::Request).keys("left enter").text("X").keys("esc");
    tui.focus(Pane::Query).keys("d");
    tui.focus(Pane::Headers).row(0).keys("J space d a").text("x").keys("esc");
    tui.focus(Pane::Body).keys("e").text("hello world").keys("enter backspace esc");
    tui.setting("region").keys("enter ctrl-u").text("eu-west-1").keys("enter");
    tui.setting("time").keys("space").setting("received").keys("enter ctrl-u").text("abc").keys("enter");
    tui.setting("encode-path").keys("space");
    tui.event(Event::Paste("curl https://other.example/".into()));
    let after = saved(&tui);
    assert_ne!(before, after);
    let mut steps = 0;
    while tui.model.history.can_undo() {
        tui.keys("u");
        steps += 1;
    }
    assert!(saved(&tui) == before, "{steps} steps back");
    while tui.model.history.can_redo() {
        tui.keys("U");
    }
    assert!(saved(&tui) == after);
}

#[test]
fn a_pasted_request_replaces_all_in_one_step_wherever_the_cursor_is() {
    for place in ["", "enter", "2", "1 esc"] {
        let mut tui = Tui::sample("iam-list-users");
        if !place.is_empty() {
            tui.keys(place);
        }
        tui.event(Event::Paste("curl 'https://h.example/x?y' \\\r  -H 'X-A: 1'".into()));
        assert_eq!(tui.model.session.request.target, b"/x?y", "after {place:?}");
        assert!(tui.screen().contains("Read as a curl command."), "after {place:?}");
        tui.keys("u");
        assert_eq!(tui.header("host"), "iam.amazonaws.com");
    }
}

#[test]
fn other_pastes_go_where_they_belong() {
    let mut tui = Tui::sample("iam-list-users");
    tui.event(Event::Paste("0".repeat(64)));
    assert_eq!(tui.model.analysis.received.as_deref(), Some("0".repeat(64).as_bytes()));
    tui.focus(Pane::Headers).row(0).keys("enter").event(Event::Paste("abc\n".into())).keys("esc");
    assert_eq!(tui.header("host"), "iam.amazonaws.comabc");
    tui.event(Event::Paste("no request at all".into()));
    assert!(tui.screen().contains("Not taken: expected a request line"), "{}", tui.screen());
    let theirs = tui.stage(StageKind::StringToSign).replace("us-east-1", "eu-west-1");
    tui.event(Event::Paste(theirs));
    assert_eq!(
        (tui.model.view, tui.model.session.evidence[0].stage(StageKind::StringToSign).is_some()),
        (View::Diagnose, true)
    );
    tui.keys("2");
    assert!(tui.screen().contains("difference 1 of 1 · scope differs from byte 10 on"), "{}", tui.screen());
}

/// A sample that was changed after it was signed.
fn changed(from: &str, to: &str) -> Tui {
    let text = String::from_utf8(samples::named("iam-list-users").unwrap().text.to_vec()).unwrap();
    assert!(text.contains(from));
    Tui::of(text.replace(from, to).as_bytes())
}

#[test]
fn a_finding_is_previewed_applied_and_taken_back() {
    let mut tui = changed("GET /?", "POST /?");
    tui.keys("3").search(Effort::SINGLES);
    let screen = tui.screen();
    assert!(screen.contains("✗ The mistake is found"), "{screen}");
    assert!(screen.contains("proven       method-"), "{screen}");
    assert!(
        screen.contains("now        method: POST") && screen.contains("then       method: GET"),
        "{screen}"
    );
    tui.keys("enter");
    assert!(tui.screen().contains("now        method: POST"), "with all the room: {}", tui.screen());
    tui.keys("a");
    assert!(tui.screen().contains("the signatures match"), "{}", tui.screen());
    assert_eq!(tui.model.session.request.method, b"GET");
    assert_eq!(tui.model.analysis.agreement(), &Agreement::Equal);
    tui.keys("u");
    assert_eq!(tui.model.session.request.method, b"POST");
}

#[test]
fn what_was_found_in_another_session_is_dropped() {
    let mut tui = changed("GET /?", "POST /?");
    tui.keys("3");
    let Some(Effect::Search { version, session, clock }) = tui.effects.pop() else { panic!("no search") };
    let found = diagnose(&session, clock, Effort::SINGLES, &Progress::default());
    tui.keys("1").focus(Pane::Headers).row(0).keys("d");
    tui.event(Event::Diagnosed(version, Box::new(found), SearchStage::Done)).keys("3");
    assert!(tui.model.search.diagnosis().is_none());
    assert!(tui.screen().contains("… looking for one change"), "{}", tui.screen());
    tui.search(Effort::SINGLES);
    assert!(tui.model.search.diagnosis().is_some());
}

#[test]
fn a_search_under_way_can_be_stopped() {
    let mut tui = changed("GET /?", "GET /x/y?");
    tui.keys("3");
    let progress = tui.model.search.progress.clone();
    assert!(tui.model.search.is_running());
    tui.keys("s");
    assert!(progress.stop.load(std::sync::atomic::Ordering::Relaxed));
    // Editing ends a search as well: it is of no use any more.
    let mut tui = changed("GET /?", "GET /x/y?");
    tui.keys("3");
    let progress = tui.model.search.progress.clone();
    tui.keys("1").focus(Pane::Headers).row(0).keys("d");
    assert!(progress.stop.load(std::sync::atomic::Ordering::Relaxed));
}

#[test]
fn evidence_stands_beside_ours_and_says_what_follows() {
    let mut tui = Tui::sample("iam-list-users");
    let server = tui.canonical().replace("host:iam.amazonaws.com", "host:10.0.0.7");
    let string = tui.stage(StageKind::StringToSign);
    let hash = string.rsplit('\n').next().unwrap().to_owned();
    let own = countersign_hash(&server);
    let error = format!(
        "<Error><Code>SignatureDoesNotMatch</Code><StringToSign>{}</StringToSign><CanonicalRequest>{server}</CanonicalRequest></Error>",
        string.replace(&hash, &own)
    );
    tui.event(Event::Paste(error))
        .event(Event::Paste(format!("CanonicalRequest:\n{}\nStringToSign:\n{string}", tui_canonical())));
    tui.keys("2").search(Effort::SINGLES);
    let screen = tui.screen();
    assert!(
        screen.contains("server: an error in XML") && screen.contains("signer: a log of botocore"),
        "{screen}"
    );
    assert!(screen.contains("host:10.0.0.7"), "{screen}");
    assert!(screen.contains("header host differs from byte 6 on: ours `i`, server `1`"), "{screen}");
    tui.keys("3");
    assert!(tui.screen().contains("contradicted"), "{}", tui.screen());
    tui.keys("2 d");
    assert!(tui.model.session.evidence.is_empty());
    tui.keys("u");
    assert_eq!(tui.model.session.evidence.len(), 2);
}

fn tui_canonical() -> String {
    Tui::sample("iam-list-users").canonical()
}

/// The SHA-256 of a text in hex, by way of the program: the hash of a body.
fn countersign_hash(text: &str) -> String {
    let mut tui = Tui::sample("iam-list-users");
    tui.model.session.request.body = Body::from(text.as_bytes().to_vec());
    tui.event(Event::Paste("0".repeat(64)));
    tui.canonical().rsplit('\n').next().unwrap().to_owned()
}

#[test]
fn an_error_alone_becomes_the_request() {
    let request = "PUT\n/bucket/key\n\nhost:s3.amazonaws.com\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:20150830T123600Z\n\n\
                   host;x-amz-content-sha256;x-amz-date\nUNSIGNED-PAYLOAD";
    let string = format!(
        "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/s3/aws4_request\n{}",
        countersign_hash(request)
    );
    let error = format!(
        "<?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId>\
         <StringToSign>{string}</StringToSign><SignatureProvided>{}</SignatureProvided><CanonicalRequest>{request}</CanonicalRequest></Error>",
        "ab".repeat(32)
    );
    let mut tui = Tui::sample("iam-list-users");
    tui.event(Event::Paste(error)).keys("2 R");
    assert_eq!(tui.model.session.request.target, b"/bucket/key");
    assert_eq!(tui.canonical(), request);
    assert_eq!(tui.stage(StageKind::StringToSign), string);
    assert_eq!(tui.model.analysis.received.as_deref(), Some("ab".repeat(32).as_bytes()));
}

#[test]
fn differences_are_walked_round_and_round() {
    let mut tui = Tui::sample("iam-list-users");
    let theirs = tui.canonical().replace("GET", "PUT").replace("host:iam", "host:\u{a0}iam");
    tui.event(Event::Paste(theirs)).keys("2");
    let mut rows = vec![tui.model.difference];
    for key in ["n", "n", "N"] {
        tui.keys(key);
        rows.push(tui.model.difference);
    }
    assert_eq!(rows, [0, 4, 0, 4]);
    assert!(tui.screen().contains("host:⍽iam"), "invisible bytes are visible");
}

#[test]
fn the_cursor_lights_the_other_side_both_ways() {
    let mut tui = Tui::sample("iam-list-users");
    let lit = Theme::of(Name::Dark).lit.bg;
    let lit_text = |tui: &Tui| {
        let buffer = tui.buffer();
        buffer
            .content
            .iter()
            .filter(|cell| Some(cell.bg) == lit)
            .map(|cell| cell.symbol())
            .collect::<String>()
    };
    tui.focus(Pane::Headers).row(2);
    assert_eq!(lit_text(&tui), "x-amz-date20150830T123600Z20150830T123600Z");
    tui.focus(Pane::CanonicalRequest).keys("g down down down down");
    assert_eq!(lit_text(&tui), "hostH", "the name, and the H of Host");
    assert!(tui.screen().contains("`host` ← the name of header Host"));
    assert!(tui.screen().contains("Header names are written in lower case."));
}

#[test]
fn secrets_stay_hidden_until_asked_for_and_hide_again() {
    let mut tui = secretive();
    let hidden = |tui: &Tui| {
        let screen = tui.screen();
        let key = tui.stage(StageKind::KeyChain).lines().nth(1).unwrap()[..20].to_owned();
        [SECRET, TOKEN, &SECRET[..12], &TOKEN[..12], &key].iter().all(|text| !screen.contains(*text))
    };
    for size in [(120, 40), (80, 24), (200, 60)] {
        tui.event(Event::Resize(size.0, size.1));
        for pane in Pane::ALL {
            tui.focus(pane);
            for keys in ["end", "g", "z", "z", "?", "esc", "y", "esc", "v", "esc", ":", "esc", "2", "1"] {
                tui.keys(keys);
                assert!(hidden(&tui), "{pane:?} after {keys} at {size:?}:\n{}", tui.screen());
            }
        }
    }
    tui.event(Event::Resize(160, 60)).focus(Pane::Signing).keys("r");
    assert!(!hidden(&tui) && tui.screen().contains(&SECRET[..30]), "{}", tui.screen());
    tui.event(Event::Hide);
    assert!(hidden(&tui));
}

#[test]
fn what_is_saved_and_copied_tells_no_more_than_it_must() {
    let mut tui = secretive();
    tui.keys("3").search(Effort::SINGLES);
    tui.keys("1 w ctrl-u").text("x.http").keys("enter");
    let Some(Effect::Write(_, bytes)) = tui.effects.pop() else { panic!("nothing is written") };
    let saved = String::from_utf8(bytes).unwrap();
    assert!(!saved.contains(SECRET) && !saved.contains(TOKEN), "{saved}");
    for (row, what) in COPIES.into_iter().enumerate() {
        tui.keys("y");
        for _ in 0..row {
            tui.keys("down");
        }
        tui.keys("enter");
        let Some(Effect::Copy { text, secrecy, .. }) = tui.effects.pop() else {
            panic!("{what:?} is not copied")
        };
        assert!(!text.contains(SECRET), "{what:?}");
        assert_eq!(secrecy == Secrecy::Secret, text.contains(&TOKEN[..30]), "{what:?}");
    }
}

#[test]
fn what_is_copied_carries_the_signature_on_the_screen() {
    let mut tui = Tui::sample("dynamodb-list-tables");
    tui.keys("3").search(Effort::SINGLES);
    let signature = tui.stage(StageKind::Signature);
    for what in COPIES {
        let text = String::from_utf8(copyable(&tui.model, what).unwrap()).unwrap();
        let without = matches!(
            what,
            Copyable::CanonicalRequest
                | Copyable::StringToSign
                | Copyable::Url
                | Copyable::ReportWithoutSignatures
        );
        assert_eq!(text.contains(&signature), !without, "{}", what.name());
    }
}

#[test]
fn a_presigned_url_that_is_copied_is_one_that_works() {
    let tui = Tui::sample("s3-get-object");
    let url = copyable(&tui.model, Copyable::Url).unwrap();
    let mut pasted = Tui::sample("iam-list-users");
    pasted.event(Event::Paste(String::from_utf8(url).unwrap()));
    assert_eq!(
        *pasted.model.analysis.agreement(),
        Agreement::DifferAt(0),
        "the header Range must be sent with it"
    );
    pasted.model.session.request.headers.push(Header::new("Range", "bytes=0-9"));
    pasted.model.analyse();
    assert_eq!(*pasted.model.analysis.agreement(), Agreement::Equal);
}

#[test]
fn the_signatures_in_the_body_open_at_the_broken_one() {
    let mut tui = Tui::sample("broken-chunk");
    assert_eq!(tui.model.focus, Pane::Chain);
    assert!(tui.screen().contains("✗ chunk 2") && tui.screen().contains("✓ chunk 1"));
    let broken = tui.stage(StageKind::LinkToSign);
    tui.focus(Pane::Chain).keys("up");
    assert_eq!(tui.model.session.opened, Some(0));
    let first = tui.stage(StageKind::LinkToSign);
    assert!(broken != first && first.starts_with("AWS4-HMAC-SHA256-PAYLOAD\n20130524T000000Z\n"));
    // Each string to sign holds the signature of the link before; the first that of the request.
    assert!(first.contains(&tui.stage(StageKind::Signature)));
    let walked = tui.model.analysis.stream.walked().unwrap();
    let signature = String::from_utf8_lossy(walked.links[0].given.as_deref().unwrap());
    assert!(broken.contains(&*signature));
    tui.keys("end");
    assert!(tui.screen().contains("the final one, 0 bytes"), "{}", tui.screen());
    // Another request opens at its own broken link.
    let text = String::from_utf8_lossy(samples::named("broken-chunk").unwrap().text).into_owned();
    tui.event(Event::Paste(text));
    assert_eq!((tui.model.focus, tui.model.session.opened), (Pane::Chain, None));
    assert_eq!(tui.stage(StageKind::LinkToSign), broken);
}

#[test]
fn a_presigned_url_is_counted_down() {
    let mut tui = Tui::sample("s3-presigned-get");
    assert!(!tui.model.counts_down(), "a clock that was set stands still");
    tui.model.session.settings.now = None;
    let mut tick = |clock: &[u8]| {
        let moment = Moment { clock: Timestamp::parse(clock).unwrap().0, instant: Instant::now() };
        update(&mut tui.model, Event::Tick, moment);
        (tui.screen(), tui.model.counts_down())
    };
    let (screen, counts) = tick(b"20130524T235000Z");
    assert!(screen.contains("expires in 10 min") && counts, "{screen}");
    let (screen, counts) = tick(b"20130524T235001Z");
    assert!(screen.contains("expires in 9 min 59 s") && counts, "{screen}");
    let (screen, counts) = tick(b"20130525T000001Z");
    assert!(screen.contains("the presigned URL is not good at this time") && !counts, "{screen}");
}

#[test]
fn derived_keys_of_sigv4a_are_hidden_until_asked_for() {
    let mut tui = Tui::sample("sigv4a-get");
    let private = "7efc8c0e65a324242818c5a50c891c6060b6a00717b7ba3cbe3c5d765be9259c";
    tui.focus(Pane::KeyChain).keys("z");
    assert!(tui.screen().contains(private), "the keys of the documentation are shown");
    tui.setting("secret-access-key").keys("enter").text(SECRET).keys("enter");
    tui.focus(Pane::KeyChain);
    let derived = tui.stage(StageKind::KeyChain);
    let private = derived.split_once("private key = candidate + 1\n").unwrap().1.lines().next().unwrap();
    assert!(!tui.screen().contains(private) && tui.screen().contains("public key X"));
    tui.keys("r");
    assert!(tui.screen().contains(private));
}

#[test]
fn a_setting_that_cannot_be_used_is_told_while_it_is_typed() {
    let mut tui = Tui::sample("iam-list-users");
    tui.setting("tolerance").keys("enter ctrl-u").text("x");
    assert!(tui.screen().contains("✗ expected minutes, such as 5 or 15, but found `x`"));
    tui.keys("enter");
    assert!(matches!(tui.model.mode, Mode::Edit(_)), "nothing typed is lost");
    tui.keys("backspace 5 enter");
    assert_eq!(tui.model.session.settings.tolerance, Some(5));
}

#[test]
fn a_typed_secret_is_masked_and_taken_at_the_end() {
    let mut tui = Tui::of(b"GET / HTTP/1.1\nHost: iam.amazonaws.com\nX-Amz-Date: 20150830T123600Z\n");
    tui.focus(Pane::Signing)
        .row(0)
        .keys("enter")
        .text("AKIDOWN")
        .keys("enter")
        .row(1)
        .keys("enter")
        .text(SECRET);
    assert!(!tui.screen().contains(&SECRET[..6]) && tui.model.analysis.computed().is_none());
    tui.keys("enter");
    assert!(tui.model.analysis.computed().is_some());
    assert!(tui.screen().contains("AKIDOWN") && !tui.screen().contains(&SECRET[..6]));
}

/// What a pass finds that only hashes.
fn found(digest: [u8; 32]) -> Result<Found, String> {
    Ok(Found { items: Vec::new(), end: End::Whole(digest) })
}

#[test]
fn a_long_body_is_hashed_aside_and_old_hashes_are_dropped() {
    let mut tui = Tui::sample("apigateway-post");
    tui.model.session.request.body = Body::from(vec![b'a'; 300_000]);
    tui.focus(Pane::Body).keys("e").text("b");
    assert!(tui.screen().contains("being hashed"));
    let hashes = tui.effects.iter().filter(|effect| matches!(effect, Effect::ReadBody(..))).count();
    assert_eq!(hashes, 1);
    let version = tui.model.reading.version;
    tui.event(Event::BodyRead(version - 1, Pass::PLAIN, found([1; 32])));
    assert!(tui.model.analysis.computed().is_none(), "an old hash is not this body's");
    tui.event(Event::BodyRead(version, Pass::PLAIN, found([2; 32])));
    assert!(tui.canonical().ends_with(&"02".repeat(32)) && tui.model.analysis.computed().is_some());
}

#[test]
fn a_click_focuses_and_the_wheel_scrolls() {
    let mut tui = Tui::sample("iam-list-users");
    let mouse =
        |kind, column, row| Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE });
    let left = MouseEventKind::Down(MouseButton::Left);
    tui.event(mouse(left, 10, 9));
    assert_eq!((tui.model.focus, tui.model.cursors.row(Pane::Headers)), (Pane::Headers, 1));
    tui.event(mouse(left, 60, 7));
    assert_eq!(tui.model.focus, Pane::CanonicalRequest);
    tui.event(mouse(MouseEventKind::ScrollDown, 10, 25));
    assert_eq!((tui.model.focus, tui.model.cursors.row(Pane::Signing)), (Pane::Signing, 3));
    tui.event(mouse(left, 14, 1));
    assert_eq!(tui.model.view, View::Compare);
    tui.keys("m").event(mouse(left, 3, 1));
    assert_eq!(tui.model.view, View::Compare, "the mouse is off");
}

#[test]
fn help_lists_what_works_here_and_runs_it() {
    for pane in Pane::ALL {
        let mut tui = Tui::sample("iam-list-users");
        tui.event(Event::Resize(120, 80)).focus(pane).keys("?");
        let screen = tui.screen();
        let contexts = [When::Browse].into_iter().chain(match pane {
            Pane::Query | Pane::Headers => Some(When::Table),
            Pane::Signing => Some(When::Settings),
            Pane::Body => Some(When::Body),
            _ => None,
        });
        for when in contexts {
            for binding in BINDINGS.iter().filter(|binding| binding.when == when) {
                assert!(screen.contains(binding.help), "{} in {pane:?}:\n{screen}", binding.help);
            }
        }
    }
    let mut tui = Tui::sample("iam-list-users");
    tui.keys("?").text("compare").keys("enter");
    assert_eq!(tui.model.view, View::Compare);
    tui.keys("1 :").text("zoom").keys("enter");
    assert!(tui.model.zoom() == Zoom::On);
}

#[test]
fn no_colour_means_no_colour() {
    let mut tui = Tui::sample("broken-path-encoded-twice");
    tui.model.theme = Theme::of(Name::Mono);
    for keys in ["tab", "?", "esc", "v", "esc", "2"] {
        tui.keys(keys);
        let coloured =
            tui.buffer().content.iter().any(|cell| cell.fg != Color::Reset || cell.bg != Color::Reset);
        assert!(!coloured, "after {keys}");
    }
}

#[test]
fn below_the_smallest_size_it_says_so() {
    let mut tui = Tui::sample("iam-list-users");
    tui.event(Event::Resize(59, 16));
    assert!(tui.screen().starts_with("countersign needs 60×16\nthis terminal is 59×16"), "{}", tui.screen());
}

/// A capture of this head, as it arrived at the clock of these tests.
fn capture(number: u64, head: impl Into<Vec<u8>>, outcome: Outcome) -> Arc<Capture> {
    let status = if outcome == Outcome::Match { 200 } else { 403 };
    Arc::new(Capture {
        number,
        at: DateTime::from_timestamp(1_440_938_160, 1_000_000 * (number % 900) as u32).unwrap(),
        took: Duration::from_micros(750),
        client: Some(([127, 0, 0, 1], 40_000 + (number % 9000) as u16).into()),
        server: None,
        wire: Wire::Plain,
        head: head.into(),
        body: Body::default(),
        outcome,
        replay_of: (number == 4).then_some(1),
        answer: Some(Answered { status, by: By::Gateway, body: Vec::new() }),
        lost: None,
    })
}

fn refused(check: CheckId) -> Refusal {
    Refusal { check: Stop::Check(check), detail: "expected one thing, but found another".into() }
}

/// The first sample as it goes over the wire, with this in place of that.
fn wire(what: &str, by: &str) -> Vec<u8> {
    let case = read(samples::named("iam-list-users").unwrap().text).unwrap();
    String::from_utf8(http::write(&case.request)).unwrap().replace(what, by).into_bytes()
}

/// The program on a tape of five captures.
fn tape() -> Tui {
    let mut tui = Tui::sample("iam-list-users");
    tui.keys("4").event(Event::Listening(Ok("http://127.0.0.1:9000".into())));
    let odd =
        "GET /\u{1b}[2J\u{202e}日本?X-Amz-Security-Token=s3ntinelTOKENs3ntinel HTTP/1.1\r\nHost: h\r\n\r\n";
    let arrived = [
        (wire("", ""), Outcome::Match),
        (wire("Version=2010", "Version=2011"), Outcome::Mismatch(refused(CheckId::Signature))),
        (odd.into(), Outcome::Rejected(refused(CheckId::Claim))),
        (wire("", ""), Outcome::Match),
        (b"\x16\x03\x01".to_vec(), Outcome::Unreadable("expected HTTP, but found a TLS handshake".into())),
    ];
    let mut news = Tape::default();
    for (index, (head, outcome)) in arrived.into_iter().enumerate() {
        news.push(capture(index as u64 + 1, head, outcome));
    }
    tui.event(Event::News(Box::new(news), Vec::new()));
    tui.model.message = None;
    tui
}

#[test]
fn the_tape_at_two_sizes() {
    let mut tui = tape();
    tui.keys("g down");
    insta::assert_snapshot!("tape_120x40", tui.screen());
    tui.event(Event::Resize(80, 24));
    insta::assert_snapshot!("tape_80x24", tui.screen());
    assert!(!tui.screen().contains("s3ntinel") && !tui.screen().contains('\u{1b}'));
}

#[test]
fn a_capture_opens_by_the_clock_of_its_arrival_and_leads_back() {
    let mut tui = tape();
    tui.keys("g enter");
    assert_eq!((tui.model.view, tui.model.session.name.as_str()), (View::Inspect, "request 1"));
    assert_eq!(tui.model.analysis.verdict.conclusion(), Some(Conclusion::Match));
    tui.keys("esc");
    assert_eq!(tui.model.view, View::Gateway);
    tui.keys("down enter");
    assert_eq!(tui.model.analysis.verdict.conclusion(), Some(Conclusion::Mismatch));
    tui.keys("u");
    assert_eq!(tui.model.session.name, "request 1");
    tui.keys("4 G enter");
    assert!(tui.screen().contains("Not now: it never became a request: expected HTTP"), "{}", tui.screen());
}

#[test]
fn from_a_mismatch_on_the_tape_to_its_cause_and_a_match() {
    let mut tui = tape();
    let mut news = Tape::default();
    news.push(capture(6, wire("GET /?", "POST /?"), Outcome::Mismatch(refused(CheckId::Signature))));
    // What is under the cursor is diagnosed, opened before or not.
    tui.event(Event::News(Box::new(news), Vec::new())).keys("3").search(Effort::SINGLES);
    assert_eq!(tui.model.search.finding().unwrap().causes[0].id, "method-changed");
    tui.keys("a");
    assert_eq!(tui.model.analysis.verdict.conclusion(), Some(Conclusion::Match));
}

#[test]
fn two_captures_are_compared_with_each_other() {
    let mut tui = tape();
    tui.keys("g space down =");
    assert_eq!((tui.model.view, tui.model.session.name.as_str()), (View::Compare, "request 2"));
    let screen = tui.screen();
    assert!(
        screen.contains("theirs: the marked request")
            && screen.contains("Ours is request 2, theirs is request 1."),
        "{screen}"
    );
    assert!(tui.model.comparison().differences().count() > 0);
    tui.keys("4 G up =");
    assert!(tui.screen().contains("There is no difference."), "{}", tui.screen());
}

/// One more capture of this number.
fn arrives(tui: &mut Tui, number: u64) {
    let mut news = Tape::default();
    news.push(capture(number, wire("", ""), Outcome::Match));
    tui.event(Event::News(Box::new(news), Vec::new()));
}

#[test]
fn the_cursor_follows_until_it_is_moved() {
    let mut tui = tape();
    assert_eq!((tui.model.tape.row(), tui.model.tape.follow), (4, Follow::On));
    arrives(&mut tui, 6);
    assert_eq!(tui.model.tape.selected().unwrap().capture.number, 6);
    tui.keys("up up");
    arrives(&mut tui, 7);
    assert_eq!((tui.model.tape.selected().unwrap().capture.number, tui.model.tape.follow), (4, Follow::Off));
    tui.keys("f");
    assert_eq!((tui.model.tape.row(), tui.model.tape.follow), (6, Follow::On));
}

#[test]
fn a_tape_that_is_loaded_while_requests_arrive_takes_its_place_among_them() {
    let mut tui = tape();
    let numbers = |tui: &Tui| Vec::from_iter(tui.model.tape.tape.iter().map(|taped| taped.capture.number));
    // The folder's captures were numbered before the eighth arrived, and are shown after it.
    arrives(&mut tui, 8);
    assert_eq!(tui.model.tape.selected().unwrap().capture.number, 8);
    tui.keys("f");
    let loaded = [6, 7].map(|number| {
        let Ok(capture) = Arc::try_unwrap(capture(number, wire("", ""), Outcome::Match)) else {
            unreachable!()
        };
        capture
    });
    tui.event(Event::TapeRead("tape".into(), Ok(loaded.into())));
    arrives(&mut tui, 9);
    assert_eq!(numbers(&tui), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!((tui.model.tape.selected().unwrap().capture.number, tui.model.tape.tape.counts().all), (8, 9));
    assert!(tui.screen().contains("9 requests: "), "{}", tui.screen());
}

#[test]
fn a_filter_lists_what_holds_its_words_while_it_is_typed() {
    let mut tui = tape();
    let listed = |tui: &Tui| {
        let listed = tui.model.tape.listed();
        let numbers =
            (0..listed.len()).map(|row| tui.model.tape.tape.get(listed.place(row).unwrap()).unwrap());
        numbers.map(|taped| taped.capture.number).collect::<Vec<_>>()
    };
    tui.keys("/").text("IAM !match");
    // `mismatch` holds `match`.
    assert_eq!(listed(&tui), [] as [u64; 0]);
    tui.keys("backspace backspace backspace backspace backspace backspace").text("2011");
    assert_eq!(listed(&tui), [2]);
    tui.keys("enter");
    assert_eq!((tui.model.tape.filter(), tui.model.tape.selected().unwrap().capture.number), ("IAM 2011", 2));
    let mut news = Tape::default();
    news.push(capture(6, wire("Version=2010", "Version=2011"), Outcome::Match));
    news.push(capture(7, wire("", ""), Outcome::Match));
    tui.event(Event::News(Box::new(news), Vec::new()));
    assert_eq!(listed(&tui), [2, 6]);
    tui.keys("/ esc");
    assert_eq!(listed(&tui).len(), 7);
}

#[test]
fn a_full_tape_lets_the_oldest_go_and_says_so() {
    let mut tui = Tui::sample("iam-list-users");
    let room = Room { captures: 3, ..Room::default() };
    tui.model.tape = TapeView::new(room, KeyStore::default(), Settings::default());
    tui.keys("4");
    for number in 1..=3 {
        let mut news = Tape::default();
        news.push(capture(number, wire("", ""), Outcome::Match));
        tui.event(Event::News(Box::new(news), Vec::new()));
    }
    tui.keys("g p down");
    let mut news = Tape::default();
    (4..=6).for_each(|number| news.push(capture(number, wire("", ""), Outcome::Match)));
    tui.event(Event::News(Box::new(news), Vec::new()));
    let numbers: Vec<u64> = tui.model.tape.tape.iter().map(|taped| taped.capture.number).collect();
    assert_eq!(numbers, [1, 5, 6]);
    // The one under the cursor has gone: the next one is there.
    assert_eq!(tui.model.tape.selected().unwrap().capture.number, 5);
    assert!(tui.screen().contains("6 requests: 6 match · the oldest 3 went"), "{}", tui.screen());
    tui.keys("C");
    assert_eq!(tui.model.tape.tape.len(), 1);
    tui.keys("u");
    let numbers: Vec<u64> = tui.model.tape.tape.iter().map(|taped| taped.capture.number).collect();
    assert_eq!(numbers, [1, 5, 6]);
}

#[test]
fn listening_is_switched_and_a_key_is_added_without_being_seen() {
    let mut tui = Tui::sample("iam-list-users");
    tui.keys("4 s");
    assert!(matches!(tui.effects.last(), Some(Effect::Listen)));
    assert_eq!(tui.model.tape.listening, Listening::Starting);
    tui.event(Event::Listening(Err("expected to listen at 127.0.0.1:9000, but found it taken".into())));
    assert!(
        tui.screen().contains("expected to listen at 127.0.0.1:9000")
            && tui.model.tape.listening == Listening::Off
    );
    tui.keys("a").text("AKIAOTHER").keys("enter").text(SECRET);
    assert!(!tui.screen().contains(&SECRET[..6]), "{}", tui.screen());
    tui.keys("enter");
    let Some(Effect::AddKey(pair)) = tui.effects.last() else { panic!("no key") };
    assert_eq!((pair.access_key_id.as_str(), pair.secret.expose()), ("AKIAOTHER", SECRET.as_bytes()));
    assert!(!tui.screen().contains(&SECRET[..6]));
}

/// The ids of what is noticed about the request on the table.
fn noticed(tui: &Tui) -> Vec<&'static str> {
    let found = diagnose(&tui.model.session, tui.clock, Effort::SINGLES, &Progress::default());
    let noticed = found.findings.iter().filter(|finding| finding.certainty == Certainty::Noticed);
    noticed.map(|finding| finding.causes[0].id).collect()
}

/// A request to this sample's API, with a header that proxies count anew and the signature leaves out.
fn pets(signature: &str) -> String {
    format!(
        "POST /prod/pets HTTP/1.1\nHost: a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com\nContent-Length: 5\n\
         Content-Type: text/plain\nX-Amz-Date: 20150830T123600Z\nAuthorization: AWS4-HMAC-SHA256 \
         Credential=AKIDEXAMPLE/20150830/eu-west-1/execute-api/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date, Signature={signature}\n\nhello"
    )
}

/// Its signature by the secret of the test suite, and by the same with a line break at its end: Python's hmac made them.
const PETS: &str = "051ebba52a5021a0fd6c3a514864721d097d565e8a0e72e27b65186d844742c6";
const PETS_NEWLINE: &str = "133ded4ab1086ef11045658e47a7413136d700ea9021eac23d68570ee8dab249";

#[test]
fn copying_from_the_tape_is_of_the_capture_under_the_cursor() {
    let mut tui = tape();
    tui.keys("g");
    for (key, own, other) in [("g", "Version=2010", "Version=2011"), ("down", "Version=2011", "Version=2010")]
    {
        tui.keys(key);
        for what in [Copyable::Curl, Copyable::Raw, Copyable::CanonicalRequest] {
            let (text, _) = tui.copies(what);
            assert!(text.contains(own) && !text.contains(other), "{key} {what:?}: {text}");
            let row = tui.keys("y").screen();
            assert!(row.contains(&format!("{} bytes", text.len())), "{key} {what:?}:\n{row}");
            tui.keys("esc");
        }
    }
    assert_eq!(tui.model.view, View::Gateway);
    assert!(!tui.model.history.can_undo(), "the request on the table is the one from before");
}

#[test]
fn a_report_from_the_tape_is_made_of_the_capture_under_the_cursor() {
    let mut tui = tape();
    tui.keys("g down y");
    assert!(
        tui.screen().contains("Copy request 2") && tui.screen().contains("after a search"),
        "{}",
        tui.screen()
    );
    tui.keys("down down down down down down down down down enter");
    let Some(Effect::Report { what, session, .. }) = tui.effects.pop() else { panic!("no report is made") };
    assert_eq!((what, session.name.as_str()), (Copyable::Report, "request 2"));
    tui.event(Event::Reported(what, "the report".into()));
    assert!(matches!(tui.effects.pop(), Some(Effect::Copy { text, .. }) if text == "the report"));
}

#[test]
fn the_checks_on_the_tape_are_those_of_the_capture_under_the_cursor() {
    let mut tui = tape();
    tui.keys("g v");
    assert!(!tui.screen().contains("✗ the signature is right"), "{}", tui.screen());
    tui.keys("esc down v");
    assert!(tui.screen().contains("✗ the signature is right"), "{}", tui.screen());
    tui.keys("esc G v");
    assert!(tui.screen().contains("Not now: request 5 never became a request"), "{}", tui.screen());
}

#[test]
fn nothing_is_copied_of_a_capture_that_never_became_a_request() {
    let mut tui = tape();
    tui.keys("G y");
    assert!(tui.screen().contains("Not now: request 5 never became a request"), "{}", tui.screen());
    let mut tui = Tui::sample("iam-list-users");
    tui.keys("4 y");
    assert!(tui.screen().contains("Not now: nothing has arrived yet"), "{}", tui.screen());
}

#[test]
fn a_capture_is_opened_although_the_table_held_it_once() {
    let mut tui = tape();
    tui.keys("g down enter").event(Event::Paste("curl https://other.example/".into()));
    tui.keys("4 3");
    assert_eq!(tui.model.session.name, "request 2");
}

#[test]
fn a_click_on_a_tab_opens_what_the_key_of_its_view_opens() {
    let mut by_key = tape();
    by_key.keys("g down 3");
    let mut by_click = tape();
    let column = by_click.screen().lines().nth(1).and_then(|tabs| tabs.find("Diagnose")).unwrap();
    let click = MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column: u16::try_from(column).unwrap(),
        row: 1,
        modifiers: KeyModifiers::NONE,
    };
    by_click.keys("g down").event(Event::Mouse(click));
    assert_eq!((by_key.model.view, &*by_key.model.session.name), (View::Diagnose, "request 2"));
    assert_eq!((by_click.model.view, &*by_click.model.session.name), (View::Diagnose, "request 2"));
}

#[test]
fn another_request_of_a_paste_keeps_the_paste_and_what_was_typed() {
    let one = |path: &str| {
        format!(
            "> GET {path} HTTP/1.1\n> Host: api.example.com\n> Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host, Signature={}\n> \n",
            "5d".repeat(32)
        )
    };
    let mut tui = Tui::sample("iam-list-users");
    tui.event(Event::Paste(format!("first\n{}second\n{}", one("/a"), one("/b"))));
    assert_eq!(tui.model.session.request.target, b"/a");
    tui.model.session.settings.secret_access_key = Some(Secret::new("typed"));
    let lit = |tui: &Tui| tui.model.session.pasted.as_ref().unwrap().parts()[0].lines;
    let before = lit(&tui);
    tui.keys("E down enter");
    assert_eq!(tui.model.session.request.target, b"/b");
    assert!(tui.model.session.settings.secret_access_key.is_some());
    assert!(lit(&tui).0 > before.1, "the lines of the other request are lit");
    tui.keys("u");
    assert_eq!((&*tui.model.session.request.target, lit(&tui)), (&b"/a"[..], before));
}

#[test]
fn an_error_that_speaks_of_something_else_is_a_case_of_its_own() {
    let error = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-central-1'</Message><Region>eu-central-1</Region></Error>";
    let mut tui = Tui::new(Session::new(read(&wire("", "")).unwrap().request));
    tui.event(Event::Paste(error.into()));
    assert!(tui.model.session.request.is_absent(), "IAM does not answer so");
    assert!(
        tui.screen().contains("no request") && tui.screen().contains("u takes it back"),
        "{}",
        tui.screen()
    );
    tui.keys("u");
    assert!(!tui.model.session.request.is_absent());
}

#[test]
fn the_verdict_on_a_long_body_whose_hash_is_stated_arrives_by_itself() {
    let mut tui =
        Tui::of(b"PUT /bucket/key HTTP/1.1\nHost: s3.amazonaws.com\nX-Amz-Date: 20150830T123600Z\n\nbody");
    tui.model.session.request.body = Body::from(vec![b'a'; 300_000]);
    tui.model.session.settings.access_key_id = Some("AKIAIOSFODNN7EXAMPLE".into());
    // Signing needs the hash as well.
    tui.event(Event::Paste("0".repeat(64))).read_bodies();
    let (signed, _) = tui.copies(Copyable::Raw);
    assert!(signed.to_lowercase().contains("x-amz-content-sha256: "), "{}", &signed[..400]);
    let mut received = Tui::sample("iam-list-users");
    received.event(Event::Paste(signed.clone()));
    assert_eq!(received.model.analysis.verdict.conclusion(), None, "the body is not read between two keys");
    received.read_bodies();
    assert_eq!(received.model.analysis.verdict.conclusion(), Some(Conclusion::Match));
    let mut changed = Tui::sample("iam-list-users");
    changed.event(Event::Paste(format!("{signed}b"))).read_bodies();
    let failed = changed.model.analysis.verdict.failed().map(|check| check.id);
    assert_eq!(failed, Some(CheckId::Payload));
}

#[test]
fn what_is_applied_signs_the_headers_that_were_signed_and_no_other() {
    // Nothing but a new signature mends the first two; the third is edited.
    let upper = PETS.to_uppercase();
    for text in [pets(&upper), pets(PETS_NEWLINE), pets(PETS).replace("hello", "hello\n")] {
        let mut tui = Tui::of(text.as_bytes());
        let before = noticed(&tui);
        tui.keys("3").search(Effort::SINGLES).keys("a");
        assert_eq!(*tui.model.analysis.agreement(), Agreement::Equal, "{}", tui.screen());
        let authorization = tui.header("authorization");
        assert!(authorization.contains("SignedHeaders=content-type;host;x-amz-date,"), "{authorization}");
        let new: Vec<_> = noticed(&tui).into_iter().filter(|id| !before.contains(id)).collect();
        assert!(new.is_empty(), "the screen complains of {new:?} after\n{text}");
    }
}

#[test]
fn nothing_is_complained_of_after_a_finding_of_a_broken_sample_was_applied() {
    for sample in samples::SAMPLES.iter().filter(|sample| sample.name.starts_with("broken-")) {
        let mut tui = Tui::sample(sample.name);
        let before = noticed(&tui);
        tui.keys("3").search(Effort::SINGLES);
        let proven =
            |tui: &Tui| tui.model.search.finding().is_some_and(|one| one.certainty == Certainty::Proven);
        if !proven(&tui) {
            continue;
        }
        tui.keys("a");
        let new: Vec<_> = noticed(&tui).into_iter().filter(|id| !before.contains(id)).collect();
        assert!(new.is_empty(), "{}: {new:?}", sample.name);
    }
}

#[test]
fn after_a_finding_was_applied_the_report_is_still_about_it() {
    let mut tui = changed("GET /?", "POST /?");
    tui.keys("3").search(Effort::SINGLES);
    let (found, _) = tui.copies(Copyable::Report);
    assert!(found.contains("`method-changed`") && found.contains("POST /?Action"), "{found}");
    tui.keys("a").search(Effort::SINGLES);
    assert_eq!(tui.copies(Copyable::Report).0, found);
    assert!(tui.screen().contains("applied: "), "{}", tui.screen());
    // Taken back, or changed further, it is about what is on the table.
    tui.keys("u").search(Effort::SINGLES);
    assert!(!tui.screen().contains("applied: "), "{}", tui.screen());
    tui.keys("a 1").focus(Pane::Headers).row(0).keys("d 3").search(Effort::SINGLES);
    assert!(!tui.copies(Copyable::Report).0.contains("`method-changed`"));
}

#[test]
fn another_secret_is_never_taken_for_the_own() {
    let mut tui = Tui::of(pets(PETS_NEWLINE).as_bytes());
    tui.keys("3").search(Effort::SINGLES);
    let screen = tui.screen();
    assert!(screen.contains("secret-trailing-newline"), "{screen}");
    assert!(screen.contains("a signs the request anew") && !screen.contains("another one"), "{screen}");
    tui.keys("a");
    assert!(tui.model.session.settings.secret_access_key.is_none());
    assert!(tui.header("authorization").ends_with(PETS), "signed with the right secret");
    // Where the own one has something around it, it is cleaned: that is what the signer used.
    const OWN: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    let mut tui = Tui::of(pets(PETS).as_bytes());
    tui.model.session.settings.secret_access_key = Some(Secret::new(format!("{OWN}\n")));
    tui.model.analyse();
    tui.keys("3").search(Effort::SINGLES);
    assert!(tui.screen().contains("then       your secret: without that"), "{}", tui.screen());
    tui.keys("a");
    let secret = tui.model.session.settings.secret_access_key.as_ref().map(Secret::expose);
    assert_eq!(secret, Some(OWN.as_bytes()));
}

#[test]
fn a_copy_that_a_server_refuses_for_its_date_says_so_and_can_be_signed_now() {
    let mut tui = Tui::sample("iam-list-users");
    for what in [Copyable::Authorization, Copyable::Curl, Copyable::Raw] {
        assert_eq!(tui.copies(what).1, "", "{what:?} is good now");
    }
    tui.at(b"20150906T123600Z");
    for what in [Copyable::Authorization, Copyable::Headers, Copyable::Curl, Copyable::Raw] {
        let note = tui.copies(what).1;
        assert_eq!(note, " Signed 7 days ago (limit 15 min): in the copy menu, t signs it now.", "{what:?}");
    }
    assert_eq!(tui.copies(Copyable::StringToSign).1, "", "nobody sends that");
    tui.keys("y");
    assert!(
        tui.screen().contains("Signed 7 days ago (limit 15 min). t re-signs it now."),
        "{}",
        tui.screen()
    );
    tui.keys("t down down down down enter");
    let Some(Effect::Copy { text, note, .. }) = tui.effects.pop() else { panic!("nothing is copied") };
    assert!(text.contains("X-Amz-Date: 20150906T123600Z") && note.is_empty(), "{note}: {text}");
    assert_eq!(tui.header("x-amz-date"), "20150830T123600Z", "the request on the table keeps its date");
    let mut sent = Tui::sample("iam-list-users");
    sent.at(b"20150906T123600Z").event(Event::Paste(text));
    assert_eq!(sent.model.analysis.verdict.conclusion(), Some(Conclusion::Match));
}

#[test]
fn a_presigned_url_that_ended_says_so_and_can_be_signed_now() {
    let mut tui = Tui::sample("s3-presigned-get");
    tui.at(b"20130526T000000Z");
    let (_, note) = tui.copies(Copyable::Url);
    assert_eq!(note, " The URL expired 1 day ago: in the copy menu, t signs it now.");
    tui.keys("y t down down enter");
    let Some(Effect::Copy { text, note, .. }) = tui.effects.pop() else { panic!("nothing is copied") };
    assert!(text.contains("X-Amz-Date=20130526T000000Z") && note.is_empty(), "{note}: {text}");
}

#[test]
fn a_body_with_signatures_of_its_own_is_not_dated_anew() {
    let mut tui = Tui::sample("s3-chunked-upload");
    tui.at(b"20150906T123600Z").keys("y t");
    assert!(
        tui.screen().contains("Not now: the body or the policy carries the old date too"),
        "{}",
        tui.screen()
    );
}

/// The error of a server that quotes this canonical request, whose string to sign is of the clock of these tests.
fn quoting(canonical: &str) -> String {
    let string = format!(
        "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/s3/aws4_request\n{}",
        countersign_hash(canonical)
    );
    format!(
        "<?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch</Code><AWSAccessKeyId>AKIDEXAMPLE</AWSAccessKeyId>\
         <StringToSign>{string}</StringToSign><SignatureProvided>{}</SignatureProvided>\
         <CanonicalRequest>{canonical}</CanonicalRequest></Error>",
        "ab".repeat(32)
    )
}

/// A canonical request with this in its last line.
fn quoted(payload: &str) -> String {
    format!(
        "PUT\n/bucket/key\n\nhost:s3.amazonaws.com\nx-amz-content-sha256:{payload}\nx-amz-date:20150830T123600Z\n\n\
         host;x-amz-content-sha256;x-amz-date\n{payload}"
    )
}

#[test]
fn a_request_that_was_rebuilt_is_not_said_to_agree_with_its_source() {
    let mut tui = Tui::sample("iam-list-users");
    tui.event(Event::Paste(quoting(&quoted("UNSIGNED-PAYLOAD")))).keys("2");
    tui.keys("R");
    let rebuilt = "rebuilt from that text, so the two cannot differ";
    for keys in ["down", "n", "N"] {
        let screen = tui.keys("2").keys(keys).screen();
        assert!(screen.contains(rebuilt) && screen.contains("ours, rebuilt"), "after {keys}:\n{screen}");
        assert!(!screen.to_lowercase().contains("no difference"), "after {keys}:\n{screen}");
    }
    // Another text that says the same is news; one that differs is shown.
    let signer = format!(
        "CanonicalRequest:\n{}\nStringToSign:\n{}",
        quoted("UNSIGNED-PAYLOAD"),
        tui.stage(StageKind::StringToSign)
    );
    tui.event(Event::Paste(signer.clone())).keys("2");
    assert!(tui.screen().contains("The two texts are the same"), "{}", tui.screen());
    tui.event(Event::Paste(signer.replace("bucket/key", "bucket/kez"))).keys("2");
    assert!(tui.screen().contains("difference 1 of"), "{}", tui.screen());
    // What was forgotten and pasted again is compared with what was rebuilt from it once: that is no source any more.
    tui.keys("d");
    assert!(tui.model.quoted().is_none());
}

#[test]
fn two_requests_without_texts_to_compare_are_not_said_to_agree() {
    let mut tui = Tui::sample("iam-list-users");
    assert_eq!(tui.model.without_difference().1, "There is nothing to compare.");
    tui.event(Event::Paste(tui_canonical())).keys("2");
    assert_eq!(tui.model.without_difference().1, "There is no difference.");
}

#[test]
fn the_body_of_a_rebuilt_request_is_unknown_unless_its_hash_is_that_of_nothing() {
    let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let welcome = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
    for (payload, title, words) in [
        ("UNSIGNED-PAYLOAD", "unknown", "Its bytes are unknown."),
        (welcome, "unknown", "Only its hash is known: 44ce7dd67c959e0d…"),
        (nothing, "empty", "e edits it"),
    ] {
        let mut tui = Tui::sample("iam-list-users");
        tui.event(Event::Paste(quoting(&quoted(payload)))).keys("2 R 1").focus(Pane::Body);
        let screen = tui.screen();
        let row = screen.lines().find(|line| line.contains("Body ─")).unwrap();
        assert!(row.contains(&format!("{title} ┤")) && screen.contains(words), "{payload}:\n{screen}");
        // It can be typed all the same.
        tui.keys("e").text("Welcome to Amazon S3.").keys("esc");
        assert_eq!(tui.model.session.request.body.len(), 21, "{payload}");
        assert!(!tui.screen().contains("unknown ┤"), "{payload}:\n{}", tui.screen());
    }
}

#[test]
fn what_became_of_the_body_is_told_for_every_form() {
    for (sample, words) in [
        ("apigateway-post", "The body → canonical request line"),
        ("s3-put-object", "by its hash in x-amz-content-sha256"),
        ("s3-presigned-get", "The body → not signed: this service says UNSIGNED-PAYLOAD"),
        ("s3-chunked-upload", "The body → string to sign of the chunk line 6"),
        ("s3-unsigned-trailer", "The body → signed piece by piece"),
        ("s3-post-policy", "The body → policy lines 1,"),
    ] {
        let mut tui = Tui::sample(sample);
        tui.focus(Pane::Body);
        assert!(tui.screen().contains(words), "{sample}:\n{}", tui.screen());
    }
    let mut tui = Tui::sample("s3-put-object");
    tui.focus(Pane::Body).keys("e").text("x").keys("esc");
    assert!(tui.screen().contains("x-amz-content-sha256 signs the hash of another body"), "{}", tui.screen());
}

#[test]
fn a_token_that_was_typed_shows_as_typed_with_a_secret_and_without() {
    for secret in [None, Some(SECRET)] {
        let mut tui = Tui::of(b"GET / HTTP/1.1\nHost: iam.amazonaws.com\n");
        tui.model.session.settings.access_key_id = Some("AKIDOWN".into());
        tui.model.session.settings.secret_access_key = secret.map(Secret::new);
        tui.setting("session-token").keys("enter").text(TOKEN).keys("enter");
        let screen = tui.screen();
        let row = screen.lines().find(|line| line.contains("▌token ")).unwrap();
        assert!(row.contains("set") && !row.contains("none"), "{row}");
        assert!(!screen.contains(&TOKEN[..6]), "{screen}");
    }
}

#[test]
fn zoom_belongs_to_a_view() {
    let mut tui = Tui::sample("iam-list-users");
    tui.keys("z 3");
    assert_eq!(tui.model.zoom(), Zoom::Off);
    tui.keys("2 esc");
    assert_eq!(
        (tui.model.view, tui.model.zoom()),
        (View::Inspect, Zoom::On),
        "esc leaves the comparison at once"
    );
    tui.keys("4 1");
    assert_eq!(tui.model.zoom(), Zoom::On);
    tui.keys("esc");
    assert_eq!(tui.model.zoom(), Zoom::Off);
    let mut tui = changed("GET /?", "POST /?");
    tui.keys("3").search(Effort::SINGLES).keys("enter 1");
    assert_eq!(tui.model.zoom(), Zoom::Off);
    assert!(tui.screen().contains("Canonical request"), "{}", tui.screen());
}

/// Whether the program ends after these keys.
fn ends(tui: &mut Tui, keys: &str) -> bool {
    tui.effects.clear();
    tui.keys(keys);
    tui.effects.iter().any(|effect| matches!(effect, Effect::Quit))
}

#[test]
fn leaving_asks_once_where_something_would_be_lost() {
    const ASKED: &str = "Quit anyway?";
    let mut tui = Tui::sample("iam-list-users");
    assert!(ends(&mut tui, "q"), "a sample is not lost");
    tui.event(Event::Paste("curl https://other.example/".into()));
    for again in ["y", "q", "ctrl-c"] {
        assert!(!ends(&mut tui, "q"));
        assert!(
            tui.screen().contains("Not saved: the request on the table. Quit anyway?"),
            "{}",
            tui.screen()
        );
        assert!(ends(&mut tui, again), "{again}");
        tui.keys("n");
    }
    // A no leads back to what was typed.
    tui.focus(Pane::Headers).keys("enter").text("xy");
    assert!(!ends(&mut tui, "ctrl-c") && !ends(&mut tui, "n"));
    assert!(matches!(&tui.model.mode, Mode::Edit(edit) if edit.line.text.ends_with(b"xy")));
    tui.keys("esc");
    // The system is not asked back.
    tui.effects.clear();
    tui.event(Event::Terminate(143));
    assert!(matches!(tui.effects.pop(), Some(Effect::Quit)));
    // What was saved, or taken back, is not lost.
    tui.event(Event::Written(Written::Request, Err("Not saved".into())));
    assert!(!ends(&mut tui, "q") && !ends(&mut tui, "n"));
    tui.event(Event::Written(Written::Request, Ok("Saved".into())));
    assert!(ends(&mut tui, "q"));
    let mut tui = Tui::sample("iam-list-users");
    tui.event(Event::Paste("curl https://other.example/".into())).keys("u");
    assert!(ends(&mut tui, "q") && !tui.screen().contains(ASKED));
}

#[test]
fn leaving_asks_once_where_the_tape_would_be_lost() {
    let mut tui = tape();
    assert!(!ends(&mut tui, "q"));
    assert!(tui.screen().contains("Not saved: 5 captures on the tape. Quit anyway?"), "{}", tui.screen());
    tui.keys("n");
    tui.event(Event::Written(Written::Tape(vec![1, 2, 3, 4]), Ok("Saved".into())));
    assert!(!ends(&mut tui, "q") && tui.screen().contains("1 capture on the tape"), "{}", tui.screen());
    tui.keys("n").event(Event::Written(Written::Tape(vec![5]), Ok("Saved".into())));
    assert!(ends(&mut tui, "q"));
    arrives(&mut tui, 6);
    assert!(!ends(&mut tui, "q"));
    // What is saved as it arrives is not lost, until that fails; nor is what was loaded.
    let mut tui = Tui::sample("iam-list-users");
    tui.model.tape.saving = Saving::On;
    arrives(&mut tui, 1);
    let Ok(loaded) = Arc::try_unwrap(capture(2, wire("", ""), Outcome::Match)) else { unreachable!() };
    tui.event(Event::TapeRead("tape".into(), Ok(vec![loaded])));
    assert!(ends(&mut tui, "q"));
    tui.event(Event::SavingEnded);
    assert!(ends(&mut tui, "q"));
    arrives(&mut tui, 3);
    assert!(!ends(&mut tui, "q"));
}

const NAMES_A_FILE: &str =
    "curl https://iam.amazonaws.com/ -u AKIDEXAMPLE:x --aws-sigv4 aws:amz:us-east-1:iam -d @notes.txt";

/// The program after a paste whose body lies in a file of 1234 bytes.
fn asked_for_a_file() -> Tui {
    let mut tui = Tui::sample("iam-list-users");
    tui.event(Event::Paste(NAMES_A_FILE.into()));
    let Some(Effect::Look(version, pieces)) = tui.effects.pop() else { panic!("nothing is looked at") };
    tui.event(Event::Looked(version, pieces, Ok(vec![("notes.txt".into(), 1234)])));
    tui
}

#[test]
fn a_paste_reads_a_file_only_after_a_yes() {
    let mut tui = asked_for_a_file();
    let screen = tui.screen();
    assert!(screen.contains("notes.txt (1234 bytes)") && screen.contains("y read it"), "{screen}");
    assert!(tui.effects.is_empty(), "nothing is read yet");
    assert!(tui.keys("1 enter space").effects.is_empty(), "nothing but a yes is one");
    tui.keys("y");
    let Some(Effect::ReadFiles(version, _)) = tui.effects.pop() else { panic!("nothing is read") };
    let note = Notice("The body was read from the file notes.txt.".into());
    tui.event(Event::FilesRead(version, Ok((Body::from(b"a=b".to_vec()), vec![note.clone()]))));
    assert_eq!(tui.model.session.request.body.bytes(), &b"a=b"[..]);
    assert!(tui.model.notices.contains(&note) && tui.model.analysis.computed().is_some());
}

#[test]
fn a_file_that_is_not_read_leaves_the_body_unknown() {
    let refused = |tui: &mut Tui| {
        tui.keys("n");
    };
    let unreadable = |tui: &mut Tui| {
        tui.event(Event::Paste(NAMES_A_FILE.into()));
        let Some(Effect::Look(version, pieces)) = tui.effects.pop() else { panic!("nothing is looked at") };
        tui.event(Event::Looked(version, pieces, Err("it is a device".into())));
    };
    for (how, why) in [(&refused as &dyn Fn(&mut Tui), "you refused"), (&unreadable, "it is a device")] {
        let mut tui = asked_for_a_file();
        how(&mut tui);
        let told = format!("The body is unknown: notes.txt was not read ({why}).");
        assert!(tui.model.notices.iter().any(|note| note.0 == told), "{why}");
        assert!(tui.screen().contains(&told), "{}", tui.screen());
        // Unknown is not empty: nothing is computed from a body that nobody has.
        assert!(tui.model.analysis.computed().is_none() && tui.effects.is_empty());
        tui.focus(Pane::Body);
        assert!(tui.screen().contains("Its bytes are unknown."), "{}", tui.screen());
    }
}

#[test]
fn an_answer_about_files_of_a_request_that_has_gone_changes_nothing() {
    let mut tui = Tui::sample("iam-list-users");
    tui.event(Event::Paste(NAMES_A_FILE.into()));
    let Some(Effect::Look(version, pieces)) = tui.effects.pop() else { panic!("nothing is looked at") };
    tui.event(Event::Paste("curl https://other.example/ -d kept".into()));
    tui.event(Event::Looked(version, pieces, Ok(vec![("notes.txt".into(), 1)])));
    assert!(matches!(tui.model.mode, Mode::Browse));
    tui.event(Event::FilesRead(version, Ok((Body::from(b"late".to_vec()), Vec::new()))));
    assert_eq!(tui.model.session.request.body.bytes(), &b"kept"[..]);
}

/// The walkthrough of a sample.
fn walk(sample: &str) -> Tui {
    let mut tui = Tui::sample(sample);
    tui.model.session.name = sample.into();
    tui.keys("5");
    tui
}

/// Chooses a row of the menu of tampering by its words.
fn tamper(tui: &mut Tui, words: &str) {
    tui.keys("x");
    let row = tampers(&tui.model).iter().position(|offer| offer.title.contains(words)).unwrap();
    for _ in 0..row {
        tui.keys("down");
    }
    tui.keys("enter");
}

#[test]
fn the_walkthrough_at_its_sizes() {
    let mut tui = walk("iam-list-users");
    tui.keys("right right right");
    insta::assert_snapshot!("walkthrough_120x40", tui.screen());
    tui.event(Event::Resize(80, 24));
    insta::assert_snapshot!("walkthrough_80x24", tui.screen());
    tui.keys("tab");
    insta::assert_snapshot!("walkthrough_step_80x24", tui.screen());
    tui.keys("tab P").event(Event::Resize(200, 50));
    insta::assert_snapshot!("walkthrough_presented_200x50", tui.screen());
}

#[test]
fn the_walkthrough_goes_from_step_to_step_and_to_one_that_is_sought() {
    let mut tui = walk("iam-list-users");
    let count = tui.model.walk.steps().count();
    tui.keys("space right left");
    assert_eq!(tui.model.walk.at, 1);
    tui.keys("end right");
    assert_eq!(tui.model.walk.at, count - 1);
    tui.keys("home /").text("17").keys("enter");
    assert_eq!(tui.model.walk.step().unwrap().kind, StepKind::Sent);
    tui.keys("/").text("KREGION").keys("enter");
    assert_eq!(tui.model.walk.step().unwrap().title, "Key: kRegion");
    tui.keys("n");
    assert_eq!(tui.model.walk.step().unwrap().title, "Key: kService", "its formula holds the word");
    tui.keys("/").text("nowhere").keys("enter");
    assert_eq!(tui.model.walk.step().unwrap().title, "Key: kService");
    assert!(tui.screen().contains("No step holds these words."));
}

#[test]
fn a_step_opens_at_its_bytes() {
    let mut tui = walk("iam-list-users");
    tui.keys("/").text("payload hash").keys("enter enter");
    assert_eq!((tui.model.view, tui.model.focus), (View::Inspect, Pane::CanonicalRequest));
    let at = tui.model.cursors.text(Pane::CanonicalRequest).at;
    assert!(tui.canonical()[at..].starts_with("e3b0c442"));
    tui.keys("5 /").text("put the signature").keys("enter enter");
    assert_eq!((tui.model.view, tui.model.focus), (View::Inspect, Pane::Headers));
    let header = &tui.model.session.request.headers[tui.model.cursors.row(Pane::Headers)];
    assert!(header.is(b"authorization"));
}

#[test]
fn where_the_sides_part_both_values_stand_and_the_failing_check_is_named() {
    let mut tui = walk("iam-list-users");
    tamper(&mut tui, "rewrites Host");
    assert_eq!(
        tui.model.walk.step().unwrap().kind,
        StepKind::Makes(StageKind::CanonicalRequest, Section::Headers)
    );
    insta::assert_snapshot!("walkthrough_tampered_120x40", tui.screen());
    let screen = tui.screen();
    assert!(screen.contains("✗ 403 · the check that fails: the signature is right"), "{screen}");
    assert!(screen.contains("of 256 bits differ"), "{screen}");
    tamper(&mut tui, "another method");
    assert_eq!((tui.model.walk.tampers().len(), tui.model.walk.at), (2, 0));
    tui.keys("u u");
    assert!(tui.model.walk.parted().is_none());
    assert!(tui.screen().contains("✓ the signatures match"));
    tui.keys("u");
    assert!(tui.screen().contains("nothing was done to the request"));
}

#[test]
fn what_is_not_signed_is_said_to_be_unprotected_only_where_the_answer_is_known() {
    let mut tui = walk("iam-list-users");
    tamper(&mut tui, "not signed");
    assert!(tui.screen().contains("! 200 · not protected"), "{}", tui.screen());
    let text = String::from_utf8(samples::named("iam-list-users").unwrap().text.to_vec()).unwrap();
    let unknown = text.replace("AKIDEXAMPLE", "AKIDUNKNOWN");
    let mut tui = Tui::of(unknown.as_bytes());
    tui.model.session.settings.secret_access_key = None;
    tui.model.analyse();
    tui.keys("5");
    tamper(&mut tui, "not signed");
    assert!(!tui.screen().contains("not protected"), "{}", tui.screen());
}

#[test]
fn another_session_is_not_tampered_with() {
    let mut tui = walk("iam-list-users");
    tamper(&mut tui, "another method");
    tui.keys("}").event(Event::Paste("GET / HTTP/1.1\nHost: h\n\n".into()));
    assert!(!tui.model.walk.is_touched());
}

#[test]
fn a_moved_clock_is_refused_beyond_the_window_and_drawn_on_it() {
    let mut tui = walk("iam-list-users");
    tui.keys("] ] ]");
    assert!(tui.screen().contains("! 200 · the request is still within its window"), "{}", tui.screen());
    tui.keys("}");
    assert!(tui.screen().contains("the check that fails: the date is within the window"), "{}", tui.screen());
    tui.keys("/").text("date is within").keys("enter");
    insta::assert_snapshot!("walkthrough_clock_120x40", tui.screen());
    assert!(tui.screen().contains("The clock is 48 min too late"));
    tui.keys("{ [ [ [");
    assert!(!tui.model.walk.is_touched());
}

#[test]
fn a_second_that_goes_by_keeps_the_place_in_a_walkthrough() {
    let mut tui = walk("iam-list-users");
    for step in 1..=3 {
        tui.clock = Timestamp::from_unix(tui.clock.unix() + 1).unwrap();
        tui.keys("right");
        assert_eq!(tui.model.walk.at, step);
    }
}

#[test]
fn nothing_is_derived_for_a_walkthrough_that_nobody_looks_at() {
    let mut tui = Tui::sample("iam-list-users");
    tui.keys("down down");
    assert!(tui.model.walk.signed().is_none());
    tui.keys("5");
    assert!(tui.model.walk.signed().is_some());
    tui.keys("1 e").text("x");
    assert!(tui.model.walk.signed().is_none());
}

#[test]
fn a_step_is_reached_by_the_mouse() {
    let mut tui = walk("iam-list-users");
    let click = |column, row| {
        let kind = MouseEventKind::Down(MouseButton::Left);
        Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })
    };
    tui.event(click(12, 7));
    assert_eq!(tui.model.walk.at, 4);
    tui.event(click(100, 9));
    assert_eq!(tui.model.walk.at, 4, "the step beside it is not the diagram");
}

#[test]
fn the_readme_lists_every_binding() {
    let readme = include_str!("../README.md");
    let keymap = Keymap::new(&HashMap::new());
    let mut missing = Vec::new();
    for action in Action::all() {
        let binding = BINDINGS.iter().find(|binding| binding.action == action).unwrap();
        let typing = matches!(binding.when, When::Typing | When::Field | When::BodyText | When::Menu);
        let keys = keymap
            .keys(binding.when, action)
            .iter()
            .map(|key| format!("`{key}`"))
            .collect::<Vec<_>>()
            .join(" ");
        let row = format!("| {keys} | {} | `{}` |", binding.help, action.name());
        if !typing && !readme.contains(&row) {
            missing.push(row);
        }
    }
    assert!(missing.is_empty(), "the table of keys lacks:\n{}", missing.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any keys, pastes and sizes, on any request: no panic, and something is drawn.
    #[test]
    fn nothing_typed_or_resized_ends_in_a_panic(
        sample in 0..samples::SAMPLES.len(),
        steps in proptest::collection::vec((0u8..10, any::<u16>(), any::<u16>()), 1..60),
    ) {
        let mut tui = Tui::of(samples::SAMPLES[sample].text);
        for (kind, a, b) in steps {
            match kind {
                0 => { tui.event(Event::Resize(a % 140, b % 50)); }
                1 => { tui.focus(Pane::ALL[usize::from(a) % 8]); }
                2 => { tui.event(Event::Paste(["日本\u{301}é\t", "GET /x y\nHost: h\n", "AWS4-\n\n\u{202e}", "a\r\nb", "<Error><Code>SignatureDoesNotMatch</Code><StringToSign>AWS4-HMAC-SHA256\na\n日/b/c\n", "GET\n/\n\u{7}\nhost:h\n"][usize::from(a) % 6].into())); }
                3 => { tui.key(KeyCode::Char(char::from_u32(u32::from(a)).unwrap_or('x')), KeyModifiers::NONE); }
                5 => {
                    let heads = ["GET / HTTP/1.1\r\n\r\n", "\u{1b}[2J", "GET /日本\u{301}\t?a HTTP/1.1\r\nHost: h\r\n\r\n", ""];
                    let mut news = Tape::default();
                    news.push(capture(u64::from(b) + 1, heads[usize::from(a) % 4], Outcome::Mismatch(refused(CheckId::Signature))));
                    tui.event(Event::News(Box::new(news), vec!["trouble\u{1b}".into()]));
                }
                4 => {
                    let mouse = MouseEvent { kind: MouseEventKind::Down(MouseButton::Left), column: a % 140, row: b % 50, modifiers: KeyModifiers::NONE };
                    tui.event(Event::Mouse(mouse));
                }
                _ => {
                    let names: Vec<_> = BINDINGS.iter().flat_map(|binding| binding.keys).filter(|key| !["q", "ctrl-c"].contains(*key)).collect();
                    tui.keys(names[usize::from(a) % names.len()]);
                }
            }
            let buffer = tui.buffer();
            prop_assert_eq!((buffer.area.width, buffer.area.height), tui.model.size);
        }
    }
}
