//! From the model to the buffer at 120×40 after a keystroke: with the ordinary request, and with bodies of 10 MB on one
//! line and on many, typed into at the begin, the middle and the end. The goal is under 1 ms at the median, whatever the body.
#![allow(missing_docs, reason = "criterion's macros write undocumented items")]

use std::collections::HashMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use countersign::analysis::Session;
use countersign::case::read;
use countersign::request::Body;
use countersign::samples;
use countersign::time::Timestamp;
use countersign::tui::event::Event;
use countersign::tui::keymap::Keymap;
use countersign::tui::model::{Model, Pane};
use countersign::tui::theme::{Name, Theme};
use countersign::tui::update::{Moment, update};
use countersign::tui::view;
use criterion::{Criterion, criterion_group, criterion_main};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const AREA: Rect = Rect { x: 0, y: 0, width: 120, height: 40 };

fn model(sample: &str, body: Option<Vec<u8>>) -> Model {
    let sample = samples::named(sample).expect("a sample");
    let case = read(sample.text).expect("samples can be read");
    let mut session = Session::new(case.request);
    session.settings = case.settings;
    if let Some(body) = body {
        session.request.body = Body::from(body);
    }
    let clock = Timestamp::from_unix(1_440_938_160).expect("a date");
    let mut model = Model::new(session, Keymap::new(&HashMap::new()), Theme::of(Name::Dark), clock);
    send(&mut model, Event::Resize(AREA.width, AREA.height));
    model
}

fn send(model: &mut Model, event: Event) {
    let clock = Timestamp::from_unix(1_440_938_160).expect("a date");
    drop(update(model, event, Moment { clock, instant: Instant::now() }));
}

fn press(model: &mut Model, code: KeyCode) {
    send(model, Event::Key(KeyEvent::new(code, KeyModifiers::NONE)));
}

/// A character typed and taken back, each with its frame.
fn type_and_draw(model: &mut Model, buffer: &mut Buffer) {
    for code in [KeyCode::Char('x'), KeyCode::Backspace] {
        press(model, code);
        buffer.reset();
        black_box(view::render(model, AREA, buffer));
    }
}

fn bench(criterion: &mut Criterion) {
    let mut buffer = Buffer::empty(AREA);
    let mut header = model("iam-list-users", None);
    press(&mut header, KeyCode::Enter);
    criterion.bench_function("two_keystrokes/header", |bench| {
        bench.iter(|| type_and_draw(&mut header, &mut buffer))
    });
    let mut walk = model("iam-list-users", None);
    press(&mut walk, KeyCode::Char('5'));
    criterion.bench_function("two_steps/walkthrough", |bench| {
        bench.iter(|| {
            for code in [KeyCode::Right, KeyCode::Left] {
                press(&mut walk, code);
                buffer.reset();
                black_box(view::render(&walk, AREA, &mut buffer));
            }
        })
    });
    let line = vec![b'x'; 10 << 20];
    let lines: Vec<u8> = (0..10 << 20).map(|n| if n % 70 == 69 { b'\n' } else { b'x' }).collect();
    for (name, body) in [("one_line", line), ("many_lines", lines)] {
        for (place, at) in [("begin", 0), ("middle", body.len() / 2), ("end", body.len())] {
            let mut model = model("apigateway-post", Some(body.clone()));
            model.focus = Pane::Body;
            press(&mut model, KeyCode::Char('e'));
            model.cursors.text_mut(Pane::Body).at = at;
            let name = format!("two_keystrokes/body_10mb_{name}_{place}");
            criterion.bench_function(&name, |bench| bench.iter(|| type_and_draw(&mut model, &mut buffer)));
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(50).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
    targets = bench
}
criterion_main!(benches);
