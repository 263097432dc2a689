//! Undo and redo over everything: a session is a value, so a step is the value before.
//!
//! Bodies share their chunks between steps, and secrets their one allocation, so a step costs a few kilobytes.

use crate::analysis::Session;

/// How many steps are kept.
const STEPS: usize = 500;

/// The sessions before and after the present one.
#[derive(Default)]
pub struct History {
    before: Vec<Step>,
    after: Vec<Step>,
    /// What the last change was, so that typing a word is one step.
    last: Option<Kind>,
}

struct Step {
    session: Session,
    what: &'static str,
}

/// What a change was, for telling whether the next one belongs to the same step.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A character was typed at this place of this field.
    Typed(usize),
    /// Something that is a step of its own.
    Whole,
}

impl History {
    /// Notes the session as it was before a change called `what`.
    pub fn note(&mut self, session: &Session, what: &'static str, kind: Kind) {
        let goes_on = match (self.last, kind) {
            (Some(Kind::Typed(before)), Kind::Typed(at)) => at == before + 1,
            (_, Kind::Whole) | (None | Some(Kind::Whole), Kind::Typed(_)) => false,
        };
        self.last = Some(kind);
        self.after.clear();
        if !goes_on {
            self.before.push(Step { session: session.clone(), what });
            let more = self.before.len().saturating_sub(STEPS);
            self.before.drain(..more);
        }
    }

    /// The next change begins a step of its own.
    pub fn pause(&mut self) {
        self.last = None;
    }

    /// Goes back one step; returns what was undone.
    pub fn undo(&mut self, session: &mut Session) -> Option<&'static str> {
        let step = self.before.pop()?;
        self.pause();
        let now = std::mem::replace(session, step.session);
        self.after.push(Step { session: now, what: step.what });
        Some(step.what)
    }

    /// Goes forward one step; returns what was made again.
    pub fn redo(&mut self, session: &mut Session) -> Option<&'static str> {
        let step = self.after.pop()?;
        self.pause();
        let now = std::mem::replace(session, step.session);
        self.before.push(Step { session: now, what: step.what });
        Some(step.what)
    }

    /// Whether there is a step to take back.
    pub fn can_undo(&self) -> bool {
        !self.before.is_empty()
    }

    /// Whether there is a step to make again.
    pub fn can_redo(&self) -> bool {
        !self.after.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Request;

    fn session(method: &str) -> Session {
        Session::new(Request { method: method.into(), ..Request::default() })
    }

    #[test]
    fn a_word_is_one_step_and_comes_back() {
        let (mut history, mut now) = (History::default(), session(""));
        for (at, method) in ["G", "GE", "GET"].into_iter().enumerate() {
            history.note(&now, "typing", Kind::Typed(at));
            now = session(method);
        }
        history.note(&now, "clear", Kind::Whole);
        now = session("");
        assert_eq!(history.undo(&mut now), Some("clear"));
        assert_eq!(now.request.method, b"GET");
        assert_eq!(history.undo(&mut now), Some("typing"));
        assert_eq!((now.request.method.as_slice(), history.can_undo()), (&b""[..], false));
        assert_eq!(history.redo(&mut now), Some("typing"));
        assert_eq!(now.request.method, b"GET");
    }
}
