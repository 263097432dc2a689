//! What came of effects: files that were read or written, the body from an editor or from a pass in the background.

use std::path::Path;

use super::super::effect::Effect;
use super::super::event::{Loaded, Written};
use super::super::history::Kind;
use super::super::model::{Model, Progress};
use super::{change, evidence, paste};
use crate::analysis::{Pending, Source};
use crate::frames::pass::{Found, Pass};
use crate::report::Role;
use crate::request::Body;

pub(super) fn read(model: &mut Model, path: &Path, result: Result<Loaded, String>) -> Vec<Effect> {
    let name = path.display().to_string();
    match result {
        Err(error) => model.say(Role::Bad, error),
        Ok(Loaded::Case(case)) => {
            return paste::replace(model, *case, &name, Source::Given).into_iter().collect();
        }
        Ok(Loaded::Text(text)) => {
            if let Err(error) = evidence::take_text(model, &String::from_utf8_lossy(&text)) {
                model.say(Role::Bad, format!("Not taken: {error}."));
            }
        }
        Ok(Loaded::Body(len)) => {
            let body = Body::file(path, len);
            change(model, "the body from a file", Kind::Whole, |session| session.request.body = body);
            model.say(Role::Good, format!("The body is {name}, {len} bytes."));
        }
    }
    Vec::new()
}

/// Notes that something is kept now, and says what became of writing it.
pub(super) fn written(model: &mut Model, what: Written, result: Result<String, String>) -> Vec<Effect> {
    match result {
        Ok(words) => {
            let rest = match what {
                Written::Request => {
                    if model.session.source == Source::Pasted {
                        model.session.source = Source::Given;
                    }
                    if model.lacks_body() { " The body is not in it: it is unknown." } else { "" }
                }
                Written::Tape(numbers) => {
                    model.tape.keep(numbers);
                    ""
                }
            };
            model.say(Role::Plain, format!("{words}{rest}"));
        }
        Err(why) => model.say(Role::Bad, why),
    }
    Vec::new()
}

pub(super) fn edited(model: &mut Model, result: Result<Vec<u8>, String>) -> Vec<Effect> {
    match result {
        Ok(bytes) if *model.session.request.body.bytes() == *bytes => {
            model.say(Role::Plain, "The body is as it was.")
        }
        Ok(bytes) => {
            change(model, "editing the body", Kind::Whole, |session| {
                session.request.body = Body::from(bytes)
            });
            model.say(Role::Good, "The body was taken from the editor.");
        }
        Err(error) => model.say(Role::Bad, error),
    }
    Vec::new()
}

pub(super) fn body_read(
    model: &mut Model,
    version: u64,
    pass: Pass,
    found: Result<Found, String>,
) -> Vec<Effect> {
    if version != model.reading.version {
        return Vec::new();
    }
    match found {
        Ok(found) => {
            model.reading.progress = Progress::Idle;
            model.session.request.body.set_found(pass, found);
            model.analyse();
        }
        Err(error) => {
            model.reading.progress = Progress::Failed;
            model.say(Role::Bad, error);
        }
    }
    Vec::new()
}

/// Asks for a pass over a body that is too long to read at once.
pub(super) fn read_body(model: &mut Model) -> Option<Effect> {
    let Pending::Body(pass) = model.analysis.pending else { return None };
    // What is not known of a body that nobody has is not read either.
    if model.reading.progress != Progress::Idle || model.session.request.body.is_pipe() {
        return None;
    }
    model.reading.progress = Progress::Running(0);
    Some(Effect::ReadBody(pass, model.session.request.body.clone()))
}
