//! Draws the pictures of the README from the real screen: `cargo run --example picture inspect > docs/inspect.svg`, and the same
//! for `diagnose` and `gateway`.
#![allow(clippy::print_stdout, reason = "the picture goes to standard output")]

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::DateTime;
use countersign::analysis::Session;
use countersign::case::read;
use countersign::diagnose::{Effort, Progress, diagnose};
use countersign::gateway::capture::{Answered, By, Outcome, Refusal, Stop, Wire};
use countersign::gateway::{Capture, Tape};
use countersign::report::svg::Svg;
use countersign::request::Body;
use countersign::samples;
use countersign::time::Timestamp;
use countersign::tui::event::Event;
use countersign::tui::keymap::Keymap;
use countersign::tui::model::{Listening, Model, Pane, SearchStage, View};
use countersign::tui::theme::{Name, Theme};
use countersign::tui::update::{Moment, update};
use countersign::tui::view;
use countersign::verify::CheckId;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

const SAMPLE: &str = "broken-path-encoded-twice";
const AREA: Rect = Rect { x: 0, y: 0, width: 120, height: 40 };
const CELL: (usize, usize) = (9, 18);
const INK: &str = "#e6edf3";
const PAPER: &str = "#0d1117";

fn main() {
    let mut model = model();
    match std::env::args().nth(1).as_deref() {
        Some("diagnose") => show_diagnosis(&mut model),
        Some("gateway") => show_tape(&mut model),
        Some(_) | None => {}
    }
    let mut buffer = Buffer::empty(AREA);
    view::render(&model, AREA, &mut buffer);
    print!("{}", svg(&buffer));
}

/// What the search finds, as the program shows it.
fn show_diagnosis(model: &mut Model) {
    let found = diagnose(&model.session, model.clock, Effort::SINGLES, &Progress::default());
    model.view = View::Diagnose;
    model.search.take(model.search.version, Box::new(found), SearchStage::Done);
}

/// What a gateway makes of some clients: the begin of each head, its credential scope, and what it came to.
const ARRIVED: [(&str, &str, &str); 9] = [
    ("GET / HTTP/1.1", "us-east-1/s3", ""),
    ("GET /reports?list-type=2&prefix=2026&encoding-type=url HTTP/1.1", "us-east-1/s3", ""),
    ("PUT /reports/2026/summary%20(final).csv?x-id=PutObject HTTP/1.1", "us-east-1/s3", ""),
    ("GET /health HTTP/1.1", "", "claim"),
    ("GET /reports/2026/summary%20(final).csv HTTP/1.1", "us-east-1/s3", "signature"),
    ("POST / HTTP/1.1", "us-east-1/dynamodb", ""),
    ("POST / HTTP/1.1", "eu-west-1/sts", "scope"),
    ("POST / HTTP/1.1", "us-east-1/sts", "date"),
    ("GET /prod/pets?limit=10 HTTP/1.1", "us-east-1/execute-api", ""),
];

/// The tape, the cursor on the request whose signature does not match.
fn show_tape(model: &mut Model) {
    let captures = ARRIVED.iter().enumerate().map(|(index, arrived)| capture(index as u64 + 1, arrived));
    let mut tape = Tape::default();
    captures.for_each(|capture| tape.push(Arc::new(capture)));
    model.tape.take(tape);
    model.tape.listening = Listening::At("http://127.0.0.1:9000".into());
    model.tape.go_to(4);
    model.view = View::Gateway;
}

fn capture(number: u64, (line, scope, failed): &(&str, &str, &str)) -> Capture {
    let check = CheckId::ALL.into_iter().find(|check| check.name() == *failed).map(Stop::Check);
    let detail = "expected 4c37036a11f6271c7c31a0557799d2f3d2151ce91182292d1ceccddf39719e1d, but found \
                  28ff06fbd66530412ec0091d4675d73ce7b2cb49879b18492e0d62951685bf06 in the Authorization header: \
                  character 1 is the first to differ"
        .to_owned();
    let outcome = match check {
        None => Outcome::Match,
        Some(check) if *failed == "signature" => Outcome::Mismatch(Refusal { check, detail }),
        Some(check) => Outcome::Rejected(Refusal { check, detail }),
    };
    let authorization = match scope.is_empty() {
        true => String::new(),
        false => format!(
            "Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260115/{scope}/aws4_request, \
             SignedHeaders=host, Signature=28ff06fb\r\n"
        ),
    };
    let status = if check.is_some() { 403 } else { 200 };
    Capture {
        number,
        at: DateTime::from_timestamp(1_768_469_400 + number as i64, 123_000_000 * number as u32)
            .unwrap_or_default(),
        took: Duration::from_micros(900),
        server: None,
        client: Some(([127, 0, 0, 1], 41_700 + number as u16).into()),
        wire: Wire::Plain,
        head: format!("{line}\r\nHost: 127.0.0.1:9000\r\n{authorization}\r\n").into_bytes(),
        body: Body::default(),
        outcome,
        replay_of: None,
        answer: Some(Answered { status, by: By::Gateway, body: Vec::new() }),
        lost: None,
    }
}

/// The broken sample, the cursor on the path of its canonical request.
fn model() -> Model {
    let sample = samples::named(SAMPLE).expect("a sample");
    let case = read(sample.text).expect("samples can be read");
    let mut session = Session::new(case.request);
    session.settings = case.settings;
    let clock = Timestamp::from_unix(0).expect("a date");
    let mut model = Model::new(session, Keymap::new(&HashMap::new()), Theme::of(Name::Dark), clock);
    model.session.name = SAMPLE.into();
    model.focus = Pane::CanonicalRequest;
    model.cursors.text_mut(Pane::CanonicalRequest).at = "GET\n/my%2".len();
    drop(update(
        &mut model,
        Event::Resize(AREA.width, AREA.height),
        Moment { clock, instant: Instant::now() },
    ));
    model
}

fn svg(buffer: &Buffer) -> String {
    let (width, height) = (usize::from(AREA.width) * CELL.0, usize::from(AREA.height) * CELL.1);
    let font = "'DejaVu Sans Mono', Menlo, Consolas, monospace";
    let mut out = Svg::new((width, height), &[("font-size", &15), ("font-family", &font)]);
    out.end_line();
    out.shape("rect", &[("width", &width), ("height", &height), ("fill", &PAPER)]);
    out.end_line();
    for y in 0..AREA.height {
        let mut x = 0;
        while x < AREA.width {
            let run = (x..AREA.width)
                .take_while(|next| same_look(&buffer[(x, y)], &buffer[(*next, y)]))
                .count() as u16;
            let text: String = (x..x + run).map(|x| buffer[(x, y)].symbol()).collect();
            write_run(&mut out, &buffer[(x, y)], (x, y), run, &text);
            x += run;
        }
    }
    out.finish()
}

fn same_look(a: &Cell, b: &Cell) -> bool {
    (a.fg, a.bg, a.modifier) == (b.fg, b.bg, b.modifier)
}

fn write_run(out: &mut Svg, cell: &Cell, (x, y): (u16, u16), run: u16, text: &str) {
    let (left, top) = (usize::from(x) * CELL.0, usize::from(y) * CELL.1);
    let wide = usize::from(run) * CELL.0;
    let (mut ink, mut paper) = (colour(cell.fg, INK), colour(cell.bg, PAPER));
    if cell.modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut ink, &mut paper);
    }
    if paper != PAPER {
        let place = [("x", &left as &dyn Display), ("y", &top), ("width", &wide), ("height", &CELL.1)];
        out.shape("rect", &[&place[..], &[("fill", &paper)]].concat());
        out.end_line();
    }
    if text.trim().is_empty() {
        return;
    }
    let base = top + 14;
    let mut look = vec![("x", &left as &dyn Display), ("y", &base), ("fill", &ink), ("textLength", &wide)];
    look.extend([("lengthAdjust", &"spacingAndGlyphs" as &dyn Display), ("xml:space", &"preserve")]);
    if cell.modifier.contains(Modifier::BOLD) {
        look.push(("font-weight", &"bold"));
    }
    if cell.modifier.contains(Modifier::UNDERLINED) {
        look.push(("text-decoration", &"underline"));
    }
    out.text("text", &look, text);
    out.end_line();
}

fn colour(colour: Color, default: &str) -> String {
    match colour {
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        _ => default.into(),
    }
}
