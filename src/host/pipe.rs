//! A request whose body is too long to be kept: its head is read, then its body goes by once, in constant memory.

use std::io::Read;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::Failure;
use super::input::{Opened, each_piece, read_pieces};
use crate::analysis::{Analysis, Session};
use crate::canon::payload::Hashing;
use crate::case::{self, Case};
use crate::frames::pass::{Content, Found, Pass, Reading};
use crate::machine;
use crate::request::body::Body;
use crate::scheme::Memo;
use crate::scheme::chunks::stream::Signed;
use crate::scheme::chunks::walk::Walk;
use crate::scheme::v4::signer::Signer;
use crate::trace::Trace;

/// What of a body was not read yet.
pub(crate) struct Rest {
    /// Its first bytes.
    first: Vec<u8>,
    /// Where the others come from.
    from: Box<dyn Read>,
    /// What that is called.
    name: String,
}

/// An input that was begun: its first bytes, and where the others come from.
type Begun = (Vec<u8>, Box<dyn Read>);

/// The case that a long input begins with, if it is a raw request; else the input is given back.
pub(crate) fn split(text: Vec<u8>, from: Box<dyn Read>, name: &str) -> Result<(Case, Rest), Begun> {
    let Some(Ok((mut case, at))) = case::read_head(&text) else { return Err((text, from)) };
    case.request.body = Body::pipe(case.request.content_length().unwrap_or_default());
    let rest = Rest { first: text[at..].to_vec(), from, name: name.to_owned() };
    Ok((case, rest))
}

/// Analyses a request while its body goes by.
pub(crate) fn analyse(opened: &mut Opened) -> Result<Analysis, Failure> {
    let mut rest = opened.rest.take();
    let session = &opened.session;
    let analyse =
        |memo: &mut Memo| Analysis::of(session, machine::clock(), Hashing::UpTo(0), memo, Trace::default());
    let mut memo = Memo::default();
    let analysis = analyse(&mut memo);
    let Some(rest) = &mut rest else { return Ok(analysis) };
    let pass = Pass::of(&session.request);
    match pass.content {
        Content::Whole => {
            let mut reading = Reading::new(pass);
            rest.pass_by(&mut |bytes| reading.feed(bytes, &mut |_| ()))?;
            let found = Found { items: Vec::new(), end: reading.finish(&mut |_| ()) };
            session.request.body.set_found(pass, found);
        }
        Content::Chunks(..) | Content::Events => walk(session, &analysis, pass, rest)?,
    }
    Ok(analyse(&mut Memo::default()))
}

/// Brings a body to hand that is signed as it stands: one in a file, or one that would go by.
pub(crate) fn bring_to_hand(opened: &mut Opened) -> Result<(), Failure> {
    let mut bytes = Vec::new();
    match opened.rest.take() {
        Some(mut rest) => rest.pass_by(&mut |piece| bytes.extend_from_slice(piece))?,
        None if opened.session.request.body.path().is_some() => {
            let take = &mut |piece: &[u8]| {
                bytes.extend_from_slice(piece);
                ControlFlow::Continue(())
            };
            let _ = each_piece(&opened.session.request.body, take)?;
        }
        None => return Ok(()),
    }
    opened.session.request.body = bytes.into();
    Ok(())
}

fn walk(session: &Session, analysis: &Analysis, pass: Pass, rest: &mut Rest) -> Result<(), Failure> {
    let request = &session.request;
    // Only Version 4's family signs pieces of a body.
    let Some(terms) = analysis.terms(request) else { return Ok(()) };
    let input = analysis.input(request);
    let mut memo = Memo::default();
    let signer = Signer::of(&terms, input.situation, &mut memo);
    let seed = input.received.or(analysis.computed()).unwrap_or_default();
    let chain = Signed { input, terms: &terms }.chain(signer, seed);
    let (mut reading, mut walk) = (Reading::new(pass), Walk::along_a_pipe(chain));
    rest.pass_by(&mut |bytes| reading.feed(bytes, &mut |item| walk.take(&item)))?;
    let end = reading.finish(&mut |item| walk.take(&item));
    request.body.set_walked(Arc::new(walk.finish(end)));
    Ok(())
}

impl Rest {
    /// Lets every byte go by, once.
    fn pass_by(&mut self, feed: &mut dyn FnMut(&[u8])) -> Result<(), Failure> {
        feed(&self.first);
        self.first = Vec::new();
        let read = read_pieces(&mut self.from, &mut |bytes| {
            feed(bytes);
            ControlFlow::Continue(())
        });
        let unreadable =
            |error| Failure::new(format!("expected to read {} to its end, but found {error}", self.name));
        read.map(|_| ()).map_err(unreadable)
    }
}
