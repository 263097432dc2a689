//! Menus and questions: help and palette run what is chosen, the copy menu copies it, an answer names a file.

use std::path::PathBuf;

use super::super::action::Action;
use super::super::effect::{Effect, Purpose, Secrecy};
use super::super::keymap::{BINDINGS, Binding, When};
use super::super::line::{Done, LineEdit};
use super::super::model::HASH_AT_ONCE;
use super::super::model::{Menu, MenuKind, Mode, Model, Pane, QuestionKind, View};
use super::{Moment, gateway};
use crate::analysis::Analysis;
use crate::canon::payload::Hashing;
use crate::report::diagnosis::{self, Omit};
use crate::report::{Role, redact};
use crate::request::{Request, curl, har, http};
use crate::rope::Rope;
use crate::scheme::{Memo, Placement};
use crate::sign;
use crate::stream::pass::{Content, Pass};
use crate::trace::StageKind;
use crate::trace::Trace;

pub(super) fn act(model: &mut Model, action: Action, moment: Moment) -> Vec<Effect> {
    let count = count(model);
    let Mode::Menu(menu) = &mut model.mode else { return Vec::new() };
    match action {
        Action::Up => menu.selected = menu.selected.saturating_sub(1),
        Action::Down => menu.selected = (menu.selected + 1).min(count.saturating_sub(1)),
        Action::PageUp => menu.selected = menu.selected.saturating_sub(10),
        Action::PageDown => menu.selected = (menu.selected + 10).min(count.saturating_sub(1)),
        Action::Cancel => model.mode = Mode::Browse,
        Action::Accept => return choose(model, moment),
        action => {
            if menu.filter.act(action) == Done::Changed {
                menu.selected = 0;
            }
        }
    }
    Vec::new()
}

fn count(model: &Model) -> usize {
    let Mode::Menu(menu) = &model.mode else { return 0 };
    match menu.kind {
        MenuKind::Help | MenuKind::Palette => bindings(model, menu).len(),
        MenuKind::Copy => COPIES.len(),
        MenuKind::Checks => model.analysis.verdict.checks.len(),
        MenuKind::Notes => model.notices.len(),
        MenuKind::Entries => model.entries.len(),
    }
}

/// The bindings that a menu lists, in order, those that fit its filter.
pub fn bindings(model: &Model, menu: &Menu) -> Vec<&'static Binding> {
    let here = model.contexts_here();
    let filter = String::from_utf8_lossy(&menu.filter.text).to_lowercase();
    let mut listed: Vec<&Binding> = Vec::new();
    for binding in BINDINGS {
        let holds = match menu.kind {
            MenuKind::Help => here.contains(&binding.when),
            _ => {
                !matches!(binding.when, When::Field | When::BodyText | When::Typing | When::Menu | When::List)
            }
        };
        let fits = fits(&format!("{} {} {}", binding.help, binding.group, binding.action.name()), &filter);
        let twice = listed.iter().any(|other| other.action == binding.action && other.help == binding.help);
        if holds && fits && !twice {
            listed.push(binding);
        }
    }
    if menu.kind == MenuKind::Help {
        let group = |binding: &&Binding| GROUPS.iter().position(|group| *group == binding.group);
        listed.sort_by_key(group);
    } else {
        listed.sort_by_key(|binding| !binding.help.to_lowercase().contains(&filter));
    }
    listed
}

/// The headings of the help in order.
pub(crate) const GROUPS: [&str; 4] = ["Editing", "Showing", "Moving", "Program"];

/// Whether the letters of `filter` stand in `text` in this order.
fn fits(text: &str, filter: &str) -> bool {
    let text = text.to_lowercase();
    let mut rest = text.chars();
    filter.chars().filter(|c| !c.is_whitespace()).all(|wanted| rest.any(|c| c == wanted))
}

fn choose(model: &mut Model, moment: Moment) -> Vec<Effect> {
    let Mode::Menu(menu) = &model.mode else { return Vec::new() };
    let selected = menu.selected;
    match menu.kind {
        MenuKind::Help | MenuKind::Palette => {
            let chosen = bindings(model, menu).get(selected).map(|binding| (binding.action, binding.when));
            model.mode = Mode::Browse;
            let Some((action, when)) = chosen else { return Vec::new() };
            focus_where(model, when);
            super::act(model, action, moment)
        }
        MenuKind::Copy => {
            model.mode = Mode::Browse;
            copy(model, COPIES[selected.min(COPIES.len() - 1)])
        }
        MenuKind::Entries => {
            let case = har::case(model.entries.clone(), selected);
            super::paste::replace(model, case, &model.session.name.clone());
            Vec::new()
        }
        MenuKind::Checks | MenuKind::Notes => {
            model.mode = Mode::Browse;
            Vec::new()
        }
    }
}

/// The palette lists actions of other panes too: they are carried out there.
fn focus_where(model: &mut Model, when: When) {
    if model.contexts_here().contains(&when) {
        return;
    }
    match when {
        When::Compare => model.view = View::Compare,
        When::Findings => model.view = View::Diagnose,
        When::Tape => model.view = View::Gateway,
        When::Settings => (model.view, model.focus) = (View::Inspect, Pane::Signing),
        When::Body => (model.view, model.focus) = (View::Inspect, Pane::Body),
        When::Stage => (model.view, model.focus) = (View::Inspect, Pane::CanonicalRequest),
        When::Table | When::Inspect => (model.view, model.focus) = (View::Inspect, Pane::Headers),
        When::Browse | When::Field | When::BodyText | When::Typing | When::List | When::Menu => {}
    }
}

/// What can be copied.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Copyable {
    /// The value of the Authorization header.
    Authorization,
    /// Every header to add.
    Headers,
    /// The presigned URL.
    Url,
    /// A curl command.
    Curl,
    /// The raw request.
    Raw,
    /// The canonical request.
    CanonicalRequest,
    /// The string to sign.
    StringToSign,
    /// The signature.
    Signature,
    /// Everything as JSON.
    Json,
    /// The diagnosis as Markdown.
    Report,
    /// The same, for those who keep signatures to themselves.
    ReportWithoutSignatures,
}

/// The rows of the copy menu.
pub const COPIES: [Copyable; 11] = [
    Copyable::Authorization,
    Copyable::Headers,
    Copyable::Url,
    Copyable::Curl,
    Copyable::Raw,
    Copyable::CanonicalRequest,
    Copyable::StringToSign,
    Copyable::Signature,
    Copyable::Json,
    Copyable::Report,
    Copyable::ReportWithoutSignatures,
];

impl Copyable {
    /// Its name in the menu and in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Authorization => "Authorization header",
            Self::Headers => "all headers to add",
            Self::Url => "presigned URL",
            Self::Curl => "curl command",
            Self::Raw => "raw signed request",
            Self::CanonicalRequest => "canonical request",
            Self::StringToSign => "string to sign",
            Self::Signature => "signature",
            Self::Json => "JSON",
            Self::Report => "report of the diagnosis",
            Self::ReportWithoutSignatures => "report without signatures and body",
        }
    }
}

/// The text of a copyable; `None` when it cannot be computed now.
pub fn copyable(model: &Model, what: Copyable) -> Option<Vec<u8>> {
    let (request, analysis) = (&model.session.request, &model.analysis);
    let signed = || Some(analysis.instructions(request)?.apply(request));
    match what {
        // In a presigned URL no header carries the signature.
        Copyable::Authorization => {
            let header = analysis.instructions(request)?.headers.pop()?;
            header.is(b"authorization").then_some(header.value)
        }
        Copyable::Url => presigned_url(model),
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
        Copyable::Curl => Some(curl::write(&signed()?).into_bytes()),
        Copyable::Raw => Some(raw(model, &signed()?)),
        Copyable::CanonicalRequest => Some(analysis.trace.bytes(StageKind::CanonicalRequest)?.to_vec()),
        Copyable::StringToSign => Some(analysis.stage(StageKind::StringToSign).to_vec()),
        Copyable::Signature => Some(analysis.computed()?.to_vec()),
        Copyable::Json => Some(crate::cli::sign_json(analysis, request)?.into_bytes()),
        Copyable::Report => report(model, &[]),
        Copyable::ReportWithoutSignatures => report(model, &Omit::ALL.map(|(omit, _)| omit)),
    }
}

/// What was found, for an issue; `None` before anything was looked for.
fn report(model: &Model, omit: &[Omit]) -> Option<Vec<u8>> {
    let found = model.search.diagnosis()?;
    Some(diagnosis::markdown(found, &model.analysis, &model.session, omit).into_bytes())
}

/// The URL that carries the signature: the one on the table, where that is one, or the same request presigned.
fn presigned_url(model: &Model) -> Option<Vec<u8>> {
    let request = &model.session.request;
    let own = model.analysis.instructions(request)?;
    if !own.pairs.is_empty() {
        return Some(own.url(request, &sign::uri_scheme(request)));
    }
    // What lies in a body of chunks or in a form has no place in a URL.
    if Pass::of(request).content != Content::Whole
        || model.analysis.terms(request).placement == Placement::Form
    {
        return None;
    }
    let mut session = model.session.clone();
    session.unsign();
    session.settings.placement = Some(Placement::Query);
    session.settings.payload = None;
    let analysis = Analysis::of(
        &session,
        model.clock,
        Hashing::UpTo(HASH_AT_ONCE),
        &mut Memo::default(),
        Trace::default(),
    );
    let request = &session.request;
    Some(analysis.instructions(request)?.url(request, &sign::uri_scheme(request)))
}

/// The request as it goes over the wire, its body in chunks where the settings want it so.
fn raw(model: &Model, signed: &Request) -> Vec<u8> {
    let request = &model.session.request;
    let mut memo = Memo::default();
    let Some(mut framer) = model.analysis.framer(request, &mut memo) else { return http::write(signed) };
    let mut text = http::write(&Request { body: Default::default(), ..signed.clone() });
    let mut put = |bytes: &[u8]| text.extend_from_slice(bytes);
    request.body.rope().into_iter().flat_map(Rope::chunks).for_each(|piece| framer.feed(piece, &mut put));
    framer.finish(&mut put);
    text
}

fn copy(model: &mut Model, what: Copyable) -> Vec<Effect> {
    match copyable(model, what) {
        Some(text) => {
            let text = String::from_utf8_lossy(&text).into_owned();
            vec![Effect::Copy { text, what: what.name(), secrecy: secrecy(model, what) }]
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

/// What holds the session token is a credential.
fn secrecy(model: &Model, what: Copyable) -> Secrecy {
    let has_token = |request: &Request| {
        let in_header = request.sent().any(|(_, header)| redact::is_token(&header.name));
        in_header || !redact::in_target(request).is_empty()
    };
    let own = model.analysis.situation.credentials.as_ref().is_some_and(|key| key.session_token.is_some());
    let holds = match what {
        Copyable::Authorization | Copyable::StringToSign | Copyable::Signature | Copyable::Json => false,
        // Tokens are left out of it.
        Copyable::Report | Copyable::ReportWithoutSignatures => false,
        Copyable::Headers | Copyable::Url | Copyable::Curl | Copyable::Raw | Copyable::CanonicalRequest => {
            own || has_token(&model.session.request)
        }
    };
    if holds { Secrecy::Secret } else { Secrecy::Open }
}

pub(super) fn answer(model: &mut Model, action: Action) -> Vec<Effect> {
    let Mode::Ask(question) = &mut model.mode else { return Vec::new() };
    match action {
        Action::Cancel => {
            let is_filter = question.kind == QuestionKind::Filter;
            model.mode = Mode::Browse;
            if is_filter {
                model.tape.set_filter("");
            }
        }
        Action::Accept => {
            let (kind, line) = (question.kind, std::mem::take(&mut question.line));
            model.mode = Mode::Browse;
            return answered(model, kind, &line).into_iter().collect();
        }
        action => {
            let changed = question.line.act(action) == Done::Changed;
            if changed {
                gateway::filtered(model);
            }
        }
    }
    Vec::new()
}

/// What becomes of a line that was typed.
fn answered(model: &mut Model, kind: QuestionKind, line: &LineEdit) -> Option<Effect> {
    let path = || {
        let text = String::from_utf8_lossy(&line.text).trim().to_owned();
        (!text.is_empty()).then(|| in_home(&text))
    };
    match kind {
        // It filtered while it was typed.
        QuestionKind::Filter => None,
        QuestionKind::KeyId => {
            gateway::name_key(model, line);
            None
        }
        QuestionKind::KeySecret => gateway::add_key(model, line),
        QuestionKind::SaveTape => Some(gateway::save(model, path()?)),
        QuestionKind::LoadTape => Some(Effect::LoadTape(path()?)),
        QuestionKind::Import => Some(Effect::Read(path()?, Purpose::Request)),
        QuestionKind::Evidence => Some(Effect::Read(path()?, Purpose::Evidence)),
        QuestionKind::BodyFile => Some(Effect::Read(path()?, Purpose::Body)),
        QuestionKind::Save => {
            Some(Effect::Write(path()?, http::write_case(&model.session.request, &model.session.settings)))
        }
    }
}

/// A path as a shell would have it: `~/` is the home folder.
fn in_home(text: &str) -> PathBuf {
    match (text.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_fits_letters_in_order() {
        assert!(fits("next pane", "np") && fits("Copy", "cop") && fits("a", ""));
        assert!(!fits("next pane", "pn x"));
    }
}
