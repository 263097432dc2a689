//! Applying a finding: the request on the table becomes the one that was signed, or is signed anew by the rules.

use super::change::Edit;
use super::finding::{Certainty, Finding};
use crate::analysis::Session;
use crate::request::{Body, Header, Request};
use crate::time::Timestamp;

/// What applying a finding did.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Applied {
    /// The request is now the one that was signed.
    Edited,
    /// No edit makes the signature right: the request was signed anew.
    SignedAnew,
}

/// Why a finding cannot be applied.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CannotApply {
    /// It proves nothing.
    #[error("only a proven finding says what to change")]
    NotProven,
    /// No edit of the request does it, and there is nothing to sign with.
    #[error("no edit of the request makes this signature right, and there is no secret to sign anew with")]
    NoSecret,
}

/// Applies `finding` to `session` at the instant `clock`.
///
/// # Errors
///
/// When the finding proves nothing, or only a signature that cannot be made would be right.
pub fn apply(
    finding: &Finding,
    session: &Session,
    clock: Timestamp,
) -> Result<(Session, Applied), CannotApply> {
    if finding.certainty != Certainty::Proven {
        return Err(CannotApply::NotProven);
    }
    if !finding.edits.is_empty() {
        return Ok((edited(finding, session), Applied::Edited));
    }
    let mut signed = session.clone();
    signed.unsign();
    signed.received = None;
    let instructions = super::analysis(&signed, clock).instructions(&signed.request);
    signed.request = instructions.ok_or(CannotApply::NoSecret)?.apply(&signed.request);
    Ok((signed, Applied::SignedAnew))
}

/// The session with the edits of a finding.
fn edited(finding: &Finding, session: &Session) -> Session {
    let mut edited = session.clone();
    finding.edits.iter().for_each(|edit| make(edit, &mut edited));
    edited
}

/// Forgets the edits of a finding that do not make the signature right: what they touch may be stated, or bring other rules with it, in
/// another place as well.
pub(super) fn forget_what_is_in_vain(finding: &mut Finding, session: &Session, clock: Timestamp) {
    // Of a canonical request in the evidence no signature is known.
    if finding.edits.is_empty() || finding.of.is_some() {
        return;
    }
    if super::analysis(&edited(finding, session), clock).agreement().holds() != Some(true) {
        finding.edits.clear();
    }
}

pub(super) fn make(edit: &Edit, session: &mut Session) {
    match edit {
        Edit::Secret(secret) => session.settings.secret_access_key = Some(secret.clone()),
        // Causes propose values that the table takes.
        Edit::Setting(name, value) => drop(session.settings.set(name, value)),
        Edit::Method(_)
        | Edit::Target(_)
        | Edit::Header(..)
        | Edit::AddHeader(..)
        | Edit::RemoveHeader(_)
        | Edit::Body(_) => change(edit, &mut session.request),
    }
}

/// Makes an edit of the request.
pub(super) fn change(edit: &Edit, request: &mut Request) {
    match edit {
        Edit::Method(method) => request.method.clone_from(method),
        Edit::Target(target) => request.target.clone_from(target),
        Edit::Header(index, value) => {
            request.headers.get_mut(*index).into_iter().for_each(|header| header.value.clone_from(value));
        }
        Edit::AddHeader(name, value) => {
            request.headers.push(Header::new(name.as_slice(), value.as_slice()));
        }
        Edit::RemoveHeader(index) => {
            if *index < request.headers.len() {
                request.headers.remove(*index);
            }
        }
        Edit::Body(body) => request.body = Body::from(body.clone()),
        Edit::Secret(_) | Edit::Setting(..) => {}
    }
}

/// An edit in words: what it changes, from what, to what. Secrets are not shown.
pub fn in_words(edit: &Edit, session: &Session) -> (String, Vec<u8>, Vec<u8>) {
    let request = &session.request;
    match edit {
        Edit::Method(method) => ("method".into(), request.method.clone(), method.clone()),
        Edit::Target(target) => ("target".into(), request.target.clone(), target.clone()),
        Edit::Header(index, value) => {
            let header = request.headers.get(*index);
            let name =
                header.map(|header| String::from_utf8_lossy(&header.name).into_owned()).unwrap_or_default();
            (name, header.map(|header| header.value.clone()).unwrap_or_default(), value.clone())
        }
        Edit::RemoveHeader(index) => {
            let (name, value) = request
                .headers
                .get(*index)
                .map(|header| (&header.name[..], header.value.clone()))
                .unwrap_or_default();
            (String::from_utf8_lossy(name).into_owned(), value, b"(not sent)".to_vec())
        }
        Edit::AddHeader(name, value) => {
            (String::from_utf8_lossy(name).into_owned(), b"(not sent)".to_vec(), value.clone())
        }
        Edit::Body(body) => {
            let size = |len: u64| format!("{len} bytes").into_bytes();
            match session.request.body.len().max(body.len() as u64) {
                0..=256 => ("body".into(), session.request.body.bytes().into_owned(), body.clone()),
                _ => ("body".into(), size(session.request.body.len()), size(body.len() as u64)),
            }
        }
        Edit::Secret(_) => ("secret".into(), b"this one".to_vec(), b"another one".to_vec()),
        Edit::Setting(name, value) => {
            let row = crate::settings::SETTINGS.iter().find(|row| row.name == *name);
            let before =
                row.and_then(|row| (row.get)(&session.settings)).unwrap_or_else(|| "automatic".into());
            ((*name).to_owned(), before.into_bytes(), value.clone().into_bytes())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::read;
    use crate::diagnose::{Effort, Progress, diagnose};

    /// A sample with its text changed after it was signed.
    fn session(from: &str, to: &str) -> Session {
        let text = String::from_utf8(crate::samples::named("iam-list-users").unwrap().text.to_vec()).unwrap();
        assert!(text.contains(from));
        let case = read(text.replace(from, to).as_bytes()).unwrap();
        Session { settings: case.settings, ..Session::new(case.request) }
    }

    #[test]
    fn what_is_applied_matches() {
        let clock = Timestamp::parse(b"20150830T123600Z").unwrap().0;
        for (from, to, done) in [
            ("GET /?", "POST /?", Applied::Edited),
            ("Signature=5d67", "Signature=5D67", Applied::SignedAnew),
        ] {
            let session = session(from, to);
            let found = diagnose(&session, clock, Effort::SINGLES, &Progress::default());
            let (applied, how) = apply(&found.findings[0], &session, clock).unwrap();
            assert_eq!(how, done, "{to}");
            assert_eq!(super::super::analysis(&applied, clock).agreement().holds(), Some(true), "{to}");
        }
    }

    #[test]
    fn a_remark_changes_nothing() {
        let session = session("GET /?", "GET /?");
        let clock = Timestamp::parse(b"20150830T123600Z").unwrap().0;
        let remark = Finding::of(Certainty::Noticed, Vec::new());
        assert_eq!(apply(&remark, &session, clock).err(), Some(CannotApply::NotProven));
    }
}
