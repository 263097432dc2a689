//! The copy menu: what can be copied, of the request on the table or of the capture under the cursor, and what the user should know
//! of it before it is sent.

use super::super::action::Action;
use super::super::effect::{Effect, Secrecy};
use super::super::keymap::When;
use super::super::model::{Desk, HASH_AT_ONCE, Menu, MenuKind, Mode, Model};
use super::super::resign;
use super::super::views::Topic;
use super::capture;
use super::copyable::Copyable;
use crate::analysis::{Analysis, Session};
use crate::canon::payload::Hashing;
use crate::case::curl;
use crate::diagnose::Diagnosis;
use crate::frames::pass::{Content, Pass};
use crate::report::diagnosis;
use crate::report::{Reveal, Role, json, redact};
use crate::request::{Body, Request, http};
use crate::rope::Rope;
use crate::scheme::sign;
use crate::scheme::{Memo, Placement};
use crate::time::Timestamp;
use crate::trace::{StageKind, Trace};

/// What is copied of.
struct Subject<'a> {
    session: &'a Session,
    analysis: &'a Analysis,
    /// What was found, with the session and the analysis that it speaks of.
    found: Option<(&'a Diagnosis, &'a Session, &'a Analysis)>,
    clock: Timestamp,
}

impl<'a> Subject<'a> {
    fn of(model: &'a Model, desk: Option<&'a Desk>) -> Self {
        let clock = model.clock;
        match desk {
            Some(desk) => Self { session: &desk.session, analysis: &desk.analysis, found: None, clock },
            None => {
                let (session, analysis) = (&model.session, &model.analysis);
                let own = model.search.diagnosis().map(|found| (found, session, analysis));
                let applied = model
                    .search
                    .applied()
                    .map(|told| (&*told.diagnosis, &told.desk.session, &told.desk.analysis));
                Self { session, analysis, found: applied.or(own), clock }
            }
        }
    }

    /// The signed request, as it would be sent.
    fn signed(&self) -> Option<Request> {
        Some(self.analysis.instructions(&self.session.request)?.apply(&self.session.request))
    }
}

/// The text of a copyable; `None` when it cannot be computed now.
pub fn copyable(model: &Model, what: Copyable) -> Option<Vec<u8>> {
    text(&Subject::of(model, desk(model)), what)
}

/// How long a copyable is, for its row in the menu.
pub fn size_in_words(model: &Model, what: Copyable) -> Option<String> {
    match copyable(model, what) {
        Some(text) => Some(format!("{} bytes", text.len())),
        None if what.omit().is_some() && desk(model).is_some() => Some("after a search".into()),
        None => None,
    }
}

/// What is copied of, where that is not the request on the table.
fn desk(model: &Model) -> Option<&Desk> {
    match &model.mode {
        Mode::Menu(menu) => menu.desk.as_deref(),
        Mode::Browse | Mode::Edit(_) | Mode::BodyText | Mode::Ask(_) | Mode::Confirm(_) => None,
    }
}

fn text(subject: &Subject<'_>, what: Copyable) -> Option<Vec<u8>> {
    let (request, analysis) = (&subject.session.request, subject.analysis);
    match what {
        // In a presigned URL no header carries the signature.
        Copyable::Authorization => {
            let header = analysis.instructions(request)?.headers.pop()?;
            header.is(b"authorization").then_some(header.value)
        }
        Copyable::Url => presigned_url(subject),
        Copyable::Headers => {
            let headers = analysis.instructions(request)?.headers;
            Some(
                headers
                    .iter()
                    .flat_map(|header| [&header.name[..], b": ", &header.value, b"\n"].concat())
                    .collect(),
            )
        }
        // The frames of a chunked body do not fit a command line.
        Copyable::Curl if analysis.framer(request, &mut Memo::default()).is_some() => None,
        Copyable::Curl => Some(curl::write(&subject.signed()?).into_bytes()),
        Copyable::Raw => Some(raw(subject, &subject.signed()?)),
        // Without the hash of the body neither of the two is whole.
        Copyable::CanonicalRequest | Copyable::StringToSign if analysis.trace.string_to_sign().is_empty() => {
            None
        }
        Copyable::CanonicalRequest => Some(analysis.trace.bytes(StageKind::CanonicalRequest)?.to_vec()),
        Copyable::StringToSign => Some(analysis.trace.string_to_sign().to_vec()),
        Copyable::Signature => Some(analysis.computed()?.to_vec()),
        Copyable::Json => Some(signed(analysis, request)?.into_bytes()),
        Copyable::Report | Copyable::ReportWithoutSignatures => {
            let (found, session, analysis) = subject.found?;
            Some(report(found, session, analysis, what).into_bytes())
        }
    }
}

/// What was found, for an issue.
pub(crate) fn report(found: &Diagnosis, session: &Session, analysis: &Analysis, what: Copyable) -> String {
    diagnosis::markdown(found, analysis, session, &what.omit().unwrap_or_default())
}

/// The URL that carries the signature: the one on the table, where that is one, or the same request presigned.
fn presigned_url(subject: &Subject<'_>) -> Option<Vec<u8>> {
    let request = &subject.session.request;
    let own = subject.analysis.instructions(request)?;
    if !own.pairs.is_empty() {
        return Some(own.url(request, &sign::uri_scheme(request)));
    }
    // What lies in a body of chunks or in a form has no place in a URL.
    if Pass::of(request).content != Content::Whole || subject.analysis.basis.placement == Placement::Form {
        return None;
    }
    let mut session = subject.session.clone();
    session.unsign();
    session.settings.placement = Some(Placement::Query);
    session.settings.payload = None;
    let analysis = Analysis::of(
        &session,
        subject.clock,
        Hashing::UpTo(HASH_AT_ONCE),
        &mut Memo::default(),
        Trace::default(),
    );
    let request = &session.request;
    Some(analysis.instructions(request)?.url(request, &sign::uri_scheme(request)))
}

/// The request as it goes over the wire, its body in chunks where the settings want it so.
fn raw(subject: &Subject<'_>, signed: &Request) -> Vec<u8> {
    let request = &subject.session.request;
    let mut memo = Memo::default();
    let Some(mut framer) = subject.analysis.framer(request, &mut memo) else { return http::write(signed) };
    let mut text = http::write(&Request { body: Default::default(), ..signed.clone() });
    let mut put = |bytes: &[u8]| text.extend_from_slice(bytes);
    request.body.rope().into_iter().flat_map(Rope::chunks).for_each(|piece| framer.feed(piece, &mut put));
    framer.finish(&mut put);
    text
}

/// Opens the copy menu: of the capture under the cursor, where the tape is in view.
pub(super) fn open(model: &mut Model, selected: usize, topic: Topic) {
    let desk = match topic {
        Topic::Table => None,
        Topic::Tape => match capture::desk(model) {
            Ok(desk) => Some(Box::new(desk)),
            Err(why) => return model.say(Role::Warning, format!("Not now: {why}.")),
        },
    };
    model.mode = Mode::Menu(Menu { kind: MenuKind::Copy, selected, filter: Default::default(), desk });
}

/// Copies the chosen row, and closes the menu.
pub(super) fn choose(model: &mut Model, what: Copyable) -> Vec<Effect> {
    let Mode::Menu(menu) = std::mem::replace(&mut model.mode, Mode::Browse) else { return Vec::new() };
    let subject = Subject::of(model, menu.desk.as_deref());
    if let Some(text) = text(&subject, what) {
        let text = String::from_utf8_lossy(&text).into_owned();
        let key = model.keymap.keys(When::List, Action::SignNow).first().cloned().unwrap_or_default();
        let (secrecy, note) = (secrecy(&subject, what), note(&subject, what, &key));
        return vec![Effect::Copy { text, what: what.name(), secrecy, note }];
    }
    match menu.desk.filter(|_| what.omit().is_some()) {
        Some(desk) => {
            model.say(Role::Plain, "Looking for the mistake: the report is copied when it is found.");
            vec![Effect::Report { what, session: Box::new(desk.session), clock: model.clock }]
        }
        None => {
            model.say(
                Role::Warning,
                "Not now: this request has none, or there is no signature without a secret or while the body is hashed.",
            );
            Vec::new()
        }
    }
}

/// A report that was asked for is made.
pub(super) fn reported(what: Copyable, text: String) -> Effect {
    Effect::Copy { text, what: what.name(), secrecy: Secrecy::Open, note: String::new() }
}

/// Signs what is to be copied with the current date; the request on the table stays as it is.
pub(super) fn sign_now(model: &mut Model) {
    let subject = Subject::of(model, desk(model));
    let Some(session) = resign::dated_now(subject.session, model.clock) else {
        let words =
            "Not now: the body or the policy carries the old date too, or there is no secret to sign with.";
        return model.say(Role::Warning, words);
    };
    let Mode::Menu(menu) = &mut model.mode else { return };
    menu.desk = Some(Box::new(Desk::new(session, model.clock)));
    model.say(Role::Good, "Signed now, for what you copy: the request on the table keeps its date.");
}

/// Why a server would refuse what the open menu copies, if it were sent now; `None` where its date is good.
pub fn stale(model: &Model) -> Option<String> {
    let subject = Subject::of(model, desk(model));
    resign::stale(subject.session, subject.signed()?, subject.clock)
}

/// What the user should know of what is copied, in sentences; `key` signs it now.
fn note(subject: &Subject<'_>, what: Copyable, key: &str) -> String {
    let stale = || resign::stale(subject.session, subject.signed()?, subject.clock);
    let stale = what.goes_out().then(stale).flatten();
    let bodiless = without_body(&subject.session.request.body, what);
    let stale = stale.map(|why| format!("{why}: in the copy menu, {key} signs it now."));
    [stale, bodiless.map(str::to_owned)].into_iter().flatten().map(|words| format!(" {words}")).collect()
}

/// Why the body is not in what would carry it.
fn without_body(body: &Body, what: Copyable) -> Option<&'static str> {
    let carries = matches!(what, Copyable::Curl | Copyable::Raw);
    if carries && body.is_pipe() {
        return Some("The body is not in it: it is unknown.");
    }
    let is_raw_file = what == Copyable::Raw && body.path().is_some();
    is_raw_file.then_some("The body is not in it: it lies in a file.")
}

/// What holds the session token is a credential.
fn secrecy(subject: &Subject<'_>, what: Copyable) -> Secrecy {
    let has_token = |request: &Request| {
        let in_header =
            request.sent().any(|(_, header)| !redact::in_header(&header.name, &header.value).is_empty());
        in_header || !redact::in_target(request).is_empty()
    };
    let own = subject.analysis.situation.credentials.as_ref().is_some_and(|key| key.session_token.is_some());
    let holds = match what {
        Copyable::Authorization | Copyable::StringToSign | Copyable::Signature | Copyable::Json => false,
        // Tokens are left out of it.
        Copyable::Report | Copyable::ReportWithoutSignatures => false,
        Copyable::Headers | Copyable::Url | Copyable::Curl | Copyable::Raw | Copyable::CanonicalRequest => {
            own || has_token(&subject.session.request)
        }
    };
    if holds { Secrecy::Secret } else { Secrecy::Open }
}

/// The result of signing as JSON; `None` without a key.
fn signed(analysis: &Analysis, request: &Request) -> Option<String> {
    let (instructions, scheme) = (analysis.instructions(request)?, sign::uri_scheme(request));
    Some(json::printed(&json::signed(analysis, request, &instructions, &scheme, Reveal::Nothing)))
}
