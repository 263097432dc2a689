//! Draws the pictures of the README from the real screen: `cargo run --example picture inspect > docs/inspect.svg`, and the same
//! for `diagnose`.
#![allow(clippy::print_stdout, reason = "the picture goes to standard output")]

use std::collections::HashMap;
use std::fmt::Write;
use std::time::Instant;

use countersign::analysis::Session;
use countersign::diagnose::{Effort, Progress, diagnose};
use countersign::request::read;
use countersign::samples;
use countersign::time::Timestamp;
use countersign::tui::event::Event;
use countersign::tui::keymap::Keymap;
use countersign::tui::model::{Model, Pane, SearchStage, View};
use countersign::tui::theme::{Name, Theme};
use countersign::tui::update::{Moment, update};
use countersign::tui::view;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

const SAMPLE: &str = "broken-path-encoded-twice";
const AREA: Rect = Rect { x: 0, y: 0, width: 120, height: 40 };
const CELL: (u32, u32) = (9, 18);
const INK: &str = "#e6edf3";
const PAPER: &str = "#0d1117";

fn main() {
    let mut model = model();
    if std::env::args().nth(1).as_deref() == Some("diagnose") {
        show_diagnosis(&mut model);
    }
    let mut buffer = Buffer::empty(AREA);
    view::render(&model, AREA, &mut buffer);
    println!("{}", svg(&buffer));
}

/// What the search finds, as the program shows it.
fn show_diagnosis(model: &mut Model) {
    let found = diagnose(&model.session, model.clock, Effort::SINGLES, &Progress::default());
    model.view = View::Diagnose;
    model.search.take(model.search.version, Box::new(found), SearchStage::Done);
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
    let (width, height) = (u32::from(AREA.width) * CELL.0, u32::from(AREA.height) * CELL.1);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-size=\"15\" \
         font-family=\"'DejaVu Sans Mono', Menlo, Consolas, monospace\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"{PAPER}\"/>\n"
    );
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
    out.push_str("</svg>");
    out
}

fn same_look(a: &Cell, b: &Cell) -> bool {
    (a.fg, a.bg, a.modifier) == (b.fg, b.bg, b.modifier)
}

fn write_run(out: &mut String, cell: &Cell, (x, y): (u16, u16), run: u16, text: &str) {
    let (left, top) = (u32::from(x) * CELL.0, u32::from(y) * CELL.1);
    let wide = u32::from(run) * CELL.0;
    let (mut ink, mut paper) = (colour(cell.fg, INK), colour(cell.bg, PAPER));
    if cell.modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut ink, &mut paper);
    }
    if paper != PAPER {
        let height = CELL.1;
        let _ = writeln!(
            out,
            "<rect x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{height}\" fill=\"{paper}\"/>"
        );
    }
    if text.trim().is_empty() {
        return;
    }
    let weight = if cell.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let line =
        if cell.modifier.contains(Modifier::UNDERLINED) { " text-decoration=\"underline\"" } else { "" };
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let base = top + 14;
    let _ = writeln!(
        out,
        "<text x=\"{left}\" y=\"{base}\" fill=\"{ink}\" textLength=\"{wide}\" lengthAdjust=\"spacingAndGlyphs\" \
         xml:space=\"preserve\"{weight}{line}>{text}</text>"
    );
}

fn colour(colour: Color, default: &str) -> String {
    match colour {
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        _ => default.into(),
    }
}
