//! The tape: moving along it, opening what arrived, comparing two captures; listening and keys.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::action::{Motion, OnTape};
use super::super::effect::Effect;
use super::super::history::Kind;
use super::super::line::LineEdit;
use super::super::model::{Desk, Follow, Listening, Mode, Model, Pane, QuestionKind, View, Zoom};
use super::browse::ask;
use super::change;
use super::cursor::moved;
use crate::analysis::{Analysis, Session, Source};
use crate::canon::payload::Hashing;
use crate::evidence::{Piece, Side};
use crate::gateway::capture::Outcome;
use crate::gateway::tape::{Pin, Tape};
use crate::gateway::{Capture, tape};
use crate::report::Role;
use crate::scheme::Memo;
use crate::secret::Secret;
use crate::signature::Credentials;
use crate::time::Timestamp;
use crate::trace::{StageKind, Trace};

pub(super) fn act(model: &mut Model, deed: OnTape) -> Vec<Effect> {
    match deed {
        OnTape::OpenCapture => open(model),
        OnTape::CompareCaptures => compare(model),
        OnTape::Listen => return listen(model),
        OnTape::Follow => follow(model),
        OnTape::Filter => {
            let filter = model.tape.filter().to_owned();
            ask(model, QuestionKind::Filter, &filter);
        }
        OnTape::Pin => pin(model),
        OnTape::Mark => mark(model),
        OnTape::Clear => {
            let gone = model.tape.clear();
            let kept = model.tape.tape.len();
            model.say(
                Role::Plain,
                format!("{gone} captures are gone, {kept} pinned ones stay; u brings them back."),
            );
        }
        OnTape::Save => ask(model, QuestionKind::SaveTape, "tape"),
        OnTape::Load => ask(model, QuestionKind::LoadTape, "tape"),
        OnTape::AddKey => ask(model, QuestionKind::KeyId, ""),
    }
    Vec::new()
}

/// Brings back what was cleared.
pub(super) fn undo(model: &mut Model) {
    let count = model.tape.bring_back();
    model.say(Role::Plain, format!("{count} captures are back."));
}

/// Moves along the tape; going to the newest stays with it.
pub(super) fn go(model: &mut Model, motion: Motion) {
    let last = model.tape.listed().len().saturating_sub(1);
    let page = usize::from(model.size.1 / 2);
    let row = moved(model.tape.row(), last, page, motion);
    if row != model.tape.row() || motion == Motion::Last {
        model.tape.go_to(row);
    }
}

fn listen(model: &mut Model) -> Vec<Effect> {
    match model.tape.listening {
        Listening::Off => {
            model.tape.listening = Listening::Starting;
            vec![Effect::Listen]
        }
        Listening::Starting => Vec::new(),
        Listening::At(_) => vec![Effect::StopListening],
    }
}

fn follow(model: &mut Model) {
    match model.tape.follow {
        Follow::On => {
            model.tape.follow = Follow::Off;
            model.say(Role::Plain, "The cursor stays where it is.");
        }
        Follow::Off => {
            model.tape.go_to(usize::MAX);
            model.say(Role::Plain, "The cursor goes with the newest.");
        }
    }
}

fn pin(model: &mut Model) {
    let Some(number) = model.tape.selected().map(|taped| taped.capture.number) else { return };
    match model.tape.tape.toggle_pin(number) {
        Some(Pin::Pinned) => model.say(Role::Plain, format!("Request {number} stays, whatever else goes.")),
        Some(Pin::Loose) => model.say(Role::Plain, format!("Request {number} may go when the tape is full.")),
        None => {}
    }
}

fn mark(model: &mut Model) {
    match model.tape.toggle_mark() {
        Some(number) => {
            model.say(Role::Plain, format!("Request {number} is marked: = on another compares the two."))
        }
        None => model.say(Role::Plain, "No request is marked."),
    }
}

/// Puts the capture under the cursor on the table; the clock stands where it stood when it arrived.
fn open(model: &mut Model) {
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
    if model.view == View::Gateway && number.is_some() && model.opened() != number {
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
fn compare(model: &mut Model) {
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

/// Takes in what arrived.
pub(super) fn news(model: &mut Model, tape: Tape, troubles: &[String]) -> Vec<Effect> {
    model.tape.take(tape);
    if let Some(trouble) = troubles.last() {
        model.tape.trouble = Some(trouble.clone());
        model.say(Role::Warning, trouble.clone());
    }
    Vec::new()
}

pub(super) fn listening(model: &mut Model, listening: Result<String, String>) -> Vec<Effect> {
    match listening {
        Ok(url) => {
            model.say(Role::Good, format!("Listening at {url}: point a client at it."));
            model.tape.listening = Listening::At(url);
        }
        Err(why) => {
            model.tape.listening = Listening::Off;
            model.say(Role::Bad, why);
        }
    }
    Vec::new()
}

pub(super) fn not_listening(model: &mut Model) -> Vec<Effect> {
    model.tape.listening = Listening::Off;
    model.say(Role::Plain, "Not listening any more; the tape stays.");
    Vec::new()
}

pub(super) fn save(model: &Model, path: PathBuf) -> Effect {
    Effect::SaveTape(path, model.tape.tape.iter().map(|taped| Arc::clone(&taped.capture)).collect())
}

pub(super) fn loaded(model: &mut Model, path: &Path, captures: Result<Vec<Capture>, String>) -> Vec<Effect> {
    match captures {
        Ok(captures) => {
            let count = captures.len();
            take_loaded(model, captures);
            model.view = View::Gateway;
            model.say(Role::Good, format!("{count} captures were loaded from {}.", path.display()));
        }
        Err(why) => model.say(Role::Bad, why),
    }
    Vec::new()
}

/// Puts captures from a folder on the tape.
pub(crate) fn take_loaded(model: &mut Model, captures: Vec<Capture>) {
    let mut tape = Tape::new(tape::Room { captures: captures.len(), ..model.tape.tape.room() });
    model.tape.keep(captures.iter().map(|capture| capture.number));
    captures.into_iter().for_each(|capture| tape.push(Arc::new(capture)));
    model.tape.take(tape);
}

/// Takes the id of a key pair, and asks for its secret.
pub(super) fn name_key(model: &mut Model, id: &LineEdit) {
    let id = String::from_utf8_lossy(&id.text).trim().to_owned();
    if !id.is_empty() {
        model.tape.key_id = Some(id);
        ask(model, QuestionKind::KeySecret, "");
    }
}

/// Takes the secret of the key pair whose id was named.
pub(super) fn add_key(model: &mut Model, secret: &LineEdit) -> Option<Effect> {
    let access_key_id = model.tape.key_id.take().filter(|_| !secret.text.is_empty())?;
    model.say(Role::Good, format!("The gateway knows {access_key_id} now."));
    let secret = Secret::new(secret.text.as_slice());
    let source = "the screen".to_owned();
    Some(Effect::AddKey(Credentials { access_key_id, secret, session_token: None, source }))
}

/// The list follows the filter while it is typed.
pub(super) fn filtered(model: &mut Model) {
    let Mode::Ask(question) = &model.mode else { return };
    if question.kind == QuestionKind::Filter {
        let filter = String::from_utf8_lossy(&question.line.text).into_owned();
        model.tape.set_filter(&filter);
    }
}

/// A click on a row puts the cursor there.
pub(super) fn click(model: &mut Model, row: u16) {
    let Some(layout) = super::Layout::of(model) else { return };
    let (first, rows) = super::super::view::tape_rows(model, layout.main);
    if (rows.y..rows.bottom()).contains(&row) {
        model.tape.go_to(first + usize::from(row - rows.y));
    }
}
