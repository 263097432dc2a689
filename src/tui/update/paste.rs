//! A paste: a whole request or curl command replaces the request, evidence goes into the comparison, anything else goes where
//! text is typed.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::super::effect::Effect;
use super::super::history::Kind;
use super::super::model::{Mode, Model, Pane, TextCursor, View, Zoom};
use super::super::views::Expects;
use super::{change, evidence, insert};
use crate::analysis::{Session, Source};
use crate::canon::payload::is_hex_digest;
use crate::case::{self, Case, Format, Pasted, dressed, read};
use crate::report::Role;
use crate::request::Body;
use crate::secret;
use crate::settings::Settings;

/// Larger pastes are refused: a body of this size belongs in a file.
const PASTE_LIMIT: usize = 64 << 20;

pub(super) fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    model.message = None;
    if text.len() > PASTE_LIMIT {
        model.say(
            Role::Bad,
            "expected a paste of at most 64 MiB, but found more: take the body from a file (f)",
        );
        return Vec::new();
    }
    let text = Zeroizing::new(unix_line_ends(text));
    if let Some(case) = whole_request(&text) {
        let name = format!("{} from the clipboard", case.format.name());
        return replace_by(model, case, &name, &text).into_iter().collect();
    }
    match &model.mode {
        Mode::Edit(_) | Mode::Ask(_) | Mode::Menu(_) => insert(model, one_line(&text).as_bytes()),
        Mode::BodyText => insert(model, text.as_bytes()),
        Mode::Confirm(_) => {}
        Mode::Browse => return paste_while_browsing(model, &text).into_iter().collect(),
    }
    Vec::new()
}

/// Terminals send a line break of a paste as CR; text that holds LF as well means its CRs.
fn unix_line_ends(text: &str) -> String {
    if text.contains('\n') { text.to_owned() } else { text.replace('\r', "\n") }
}

fn one_line(text: &str) -> &str {
    text.strip_suffix('\n').unwrap_or(text)
}

/// The request that a text is, when there can be no doubt that it is one.
fn whole_request(text: &str) -> Option<Case> {
    let case = read(text.as_bytes()).ok()?;
    let certain = match case.format {
        Format::Curl | Format::Har => true,
        Format::Raw | Format::DotHttp => !case.request.version.is_empty() || !case.request.headers.is_empty(),
        Format::Url | Format::Dressed(_) | Format::Evidence => false,
    };
    certain.then_some(case)
}

fn paste_while_browsing(model: &mut Model, text: &str) -> Option<Effect> {
    let trimmed = text.trim_end_matches(['\n', '\r']);
    if is_hex_digest(trimmed.as_bytes()) {
        let signature = trimmed.as_bytes().to_vec();
        change(model, "the received signature", Kind::Whole, |session| session.received = Some(signature));
        model.say(Role::Plain, "Taken as the received signature.");
        return None;
    }
    let found = read(text.as_bytes()).or_else(|error| dressed(text.as_bytes()).ok_or(error));
    let error = match found {
        Ok(case) => return replace_by(model, case, "the clipboard", text),
        Err(error) => error,
    };
    match (evidence::take_text(model, trimmed), model.view.row().expects) {
        (Ok(()), _) => {}
        (Err(_), Expects::Request) => model.say(Role::Bad, format!("Not taken: {error}.")),
        (Err(error), Expects::Evidence) => model.say(Role::Bad, format!("Not taken: {error}.")),
    }
    None
}

/// Puts a request that was pasted in the place of the present one, and keeps the paste beside it.
fn replace_by(model: &mut Model, case: Case, name: &str, text: &str) -> Option<Effect> {
    let pasted = keep(model, text, &case);
    let look = replace(model, case, name, Source::Pasted);
    model.session.pasted = Some(pasted);
    if model.analysis.claim.is_some() {
        // What is signed is a question: the first view is its answer.
        model.view = View::Diagnose;
    }
    look
}

/// The paste as it is kept: without the credentials that it names, and without those that are known.
pub(super) fn keep(model: &mut Model, text: &str, case: &Case) -> Arc<Pasted> {
    let settings = [&case.settings, &model.session.settings];
    let typed = settings.into_iter().filter_map(|own| own.secret_access_key.as_ref());
    let keys = model.session.keys.iter().map(|key| &key.secret);
    let pasted = Pasted::of(text, case, typed.chain(keys));
    let first = pasted.parts().first().map_or(0, |part| part.range.start);
    *model.cursors.text_mut(Pane::Evidence) = TextCursor { at: first, top: first };
    Arc::new(pasted)
}

/// Makes another request of the same input the one on the table. The paste stays, and so does a secret that was typed.
pub(super) fn choose(model: &mut Model, entry: usize) -> Option<Effect> {
    let mut case = case::har::case(model.entries.clone(), entry);
    let own = &model.session;
    let (name, source) = (own.name.clone(), own.source);
    if case.settings.secret_access_key.is_none() {
        let Settings { access_key_id, secret_access_key, session_token, secret_source, .. } =
            own.settings.clone();
        let typed = Settings {
            access_key_id,
            secret_access_key,
            session_token,
            secret_source,
            ..Settings::default()
        };
        case.settings = case.settings.over(typed);
    }
    let evidence = if case.evidence.is_empty() { own.evidence.to_vec() } else { case.evidence.clone() };
    let read = Case { request: case.request.clone(), format: case.format, evidence, ..Case::default() };
    let pasted = own.pasted.as_ref().map(|pasted| Arc::new(pasted.read_as(&read)));
    let look = replace(model, case, &name, source);
    model.session.pasted = pasted;
    look
}

/// Puts a request that was read in the place of the present one, in one step.
pub(super) fn replace(model: &mut Model, mut case: Case, name: &str, source: Source) -> Option<Effect> {
    let format = case.format;
    let notes = case.notices.len();
    let pieces = case.body_pieces.clone();
    let has_secret =
        case.settings.secret_access_key.as_ref().is_some_and(|secret| !secret::is_documented(secret));
    model.mode = Mode::Browse;
    model.notices = std::mem::take(&mut case.notices);
    model.entries = std::mem::take(&mut case.entries);
    change(model, "a new request", Kind::Whole, |session| put(session, case, name, source));
    model.zooms.set(View::Diagnose, Zoom::Off);
    // What stood somewhere in a text is a question: the first view is its answer.
    let is_dressed = matches!(format, Format::Dressed(_));
    model.view = if is_dressed { View::Diagnose } else { View::Inspect };
    model.focus = Pane::first(&model.analysis);
    let mut text = format!("Read as {}.", format.name());
    if notes > 0 {
        text.push_str(&format!(" {notes} noticed: i shows."));
    }
    let look = (!pieces.is_empty()).then(|| Effect::Look(model.reading.version, pieces));
    if has_secret {
        text.push_str(" It holds a secret access key: take it out before you pass it on.");
    }
    model.say(if has_secret { Role::Warning } else { Role::Good }, text);
    look
}

fn put(session: &mut Session, case: Case, name: &str, source: Source) {
    session.name = name.to_owned();
    session.source = source;
    session.format = case.format;
    session.request = case.request;
    session.settings = case.settings;
    session.received = None;
    session.pasted = None;
    session.opened = None;
    // Evidence that was pasted before its request stays; what an archive says is of its request alone.
    if !case.evidence.is_empty() || case.format == Format::Har {
        session.evidence = case.evidence.into();
    }
    let is_rebuilt = session.format == Format::Evidence;
    session.rebuilt_from = is_rebuilt.then(|| case::source(&session.evidence)).flatten();
    if !case.body_pieces.is_empty() {
        // Nobody has read the files: what they hold is not known.
        session.request.body = Body::pipe(0);
    }
}
