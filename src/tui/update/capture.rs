//! A capture of the tape: put on the table, beside another one, or on a desk of its own.

use std::sync::Arc;

use super::super::history::Kind;
use super::super::model::{Desk, Model, Pane, View, Zoom};
use super::super::views::Topic;
use super::change;
use crate::analysis::{Analysis, Session, Source};
use crate::canon::payload::Hashing;
use crate::evidence::{Piece, Side};
use crate::gateway::Capture;
use crate::gateway::capture::Outcome;
use crate::report::Role;
use crate::scheme::Memo;
use crate::time::Timestamp;
use crate::trace::{StageKind, Trace};

/// Puts the capture under the cursor on the table; the clock stands where it stood when it arrived.
pub(super) fn open(model: &mut Model) {
    let Some(capture) = model.tape.selected().map(|taped| Arc::clone(&taped.capture)) else { return };
    let Some(session) = session(model, &capture) else {
        let why = capture.outcome.detail().unwrap_or_default();
        return model.say(Role::Warning, format!("Not now: it never became a request: {why}."));
    };
    put(model, &capture, session);
    if capture.is_redacted() {
        let words = "Credentials were left out when it was saved: what it came to is on the tape, and cannot be computed again.";
        return model.say(Role::Warning, words);
    }
    let told = model.session.evidence.len();
    let evidence = if told > 0 { " What upstream answered is its evidence." } else { "" };
    let differs = model.analysis.agreement().holds() == Some(false);
    let next = match differs && capture.outcome != Outcome::Preflight {
        true => " 3 looks for the mistake.",
        false => "",
    };
    let number = capture.number;
    model.say(
        Role::Good,
        format!("Request {number}, by the clock of its arrival.{evidence}{next} esc goes back to the tape."),
    );
}

/// Puts the capture under the cursor on the table, unless it is there: another view of it is asked for.
pub(super) fn open_for_view(model: &mut Model) {
    let number = model.tape.selected().map(|taped| taped.capture.number);
    if model.view.row().topic == Topic::Tape && number.is_some() && model.opened() != number {
        open(model);
    }
}

fn put(model: &mut Model, capture: &Capture, session: Session) {
    model.notices.clear();
    model.entries.clear();
    let session = Session { source: Source::Tape(capture.number), ..session };
    change(model, "a request of the tape", Kind::Whole, |own| *own = session);
    model.zooms.set(View::Diagnose, Zoom::Off);
    model.view = View::Inspect;
    model.focus = Pane::first(&model.analysis);
}

/// The session that a capture amounts to; `None` where it never became a request.
fn session(model: &Model, capture: &Capture) -> Option<Session> {
    let mut session = capture.session(&model.tape.settings, model.tape.keys.pairs())?;
    let more = model
        .session
        .keys
        .iter()
        .filter(|key| !session.keys.iter().any(|known| known.access_key_id == key.access_key_id));
    session.keys.extend(more.cloned().collect::<Vec<_>>());
    Some(session)
}

/// The capture under the cursor on a desk beside the table, to be copied; or why it cannot be.
pub(super) fn desk(model: &Model) -> Result<Desk, String> {
    let Some(taped) = model.tape.selected() else { return Err("nothing has arrived yet".into()) };
    let capture = &taped.capture;
    let number = capture.number;
    if capture.is_redacted() {
        return Err(format!("credentials were left out of request {number} when it was saved"));
    }
    match session(model, capture) {
        Some(session) => Ok(Desk::new(session, model.clock)),
        None => Err(format!(
            "request {number} never became a request: {}",
            capture.outcome.detail().unwrap_or_default()
        )),
    }
}

/// Puts the capture under the cursor beside the one that is marked.
pub(super) fn compare(model: &mut Model) {
    let selected = model.tape.selected().map(|taped| Arc::clone(&taped.capture));
    let marked = model.tape.marked().map(|taped| Arc::clone(&taped.capture));
    let (Some(selected), Some(marked)) = (selected, marked) else { return };
    if selected.number == marked.number {
        return model.say(Role::Warning, "Not now: this is the marked one; go to another.");
    }
    let (Some(own), Some(other)) = (session(model, &selected), session(model, &marked)) else {
        return model.say(Role::Warning, "Not now: one of the two never became a request.");
    };
    let piece = as_evidence(&other, model.clock);
    put(model, &selected, Session { evidence: [piece].into(), ..own });
    model.view = View::Compare;
    let (own, other) = (selected.number, marked.number);
    let (role, end) = match model.to_first_difference() {
        Some(_) => (Role::Plain, String::new()),
        None => {
            let (role, words) = model.without_difference();
            (role, format!(" {}", words))
        }
    };
    model.say(role, format!("Ours is request {own}, theirs is request {other}.{end}"));
}

/// What is computed of a request, for another one to be compared with.
fn as_evidence(session: &Session, clock: Timestamp) -> Piece {
    let analysis = Analysis::of(session, clock, Hashing::Now, &mut Memo::default(), Trace::default());
    let text = |kind| analysis.trace.bytes(kind).map(<[u8]>::to_vec);
    let mut piece = Piece::plain(b"");
    piece.side = Side::Unknown;
    piece.format = "the marked request";
    piece.canonical_request = text(StageKind::CanonicalRequest);
    piece.string_to_sign = text(StageKind::StringToSign);
    piece.signature = analysis.received.as_deref().map(|text| String::from_utf8_lossy(text).into_owned());
    piece
}
