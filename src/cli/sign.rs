//! `countersign sign`: the signed request, as it goes over the wire, as headers, as a curl command or as JSON.

use clap::ArgMatches;

use std::io::{BufWriter, Write};
use std::ops::ControlFlow;

use super::{Answer, output, session};
use crate::analysis::{Analysis, Session};
use crate::canon::payload::Payload;
use crate::case::curl;
use crate::files::{self, Open};
use crate::frames::pass::{Content, Pass};
use crate::host::Failure;
use crate::host::input::{self, Long};
use crate::report::json;
use crate::report::redact;
use crate::request::{Header, Notice, Request, http};
use crate::scheme::chunks::write::CHUNK_SIZE;
use crate::scheme::sign::{self, Instructions};
use crate::scheme::{self, Memo, Placement, foreign};
use crate::service::{self, Reason};
use crate::settings::PayloadSetting;
use crate::trace::Origin;
use crate::visible;

pub(crate) fn run(matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session::open(matches, Long::Refused)?;
    let format = matches.get_one::<String>("format").map_or("http", String::as_str);
    let session = &mut opened.session;
    let uri_scheme = sign::uri_scheme(&session.request);
    opened.notices.extend(overrule_foreign(session));
    session.unsign();
    send_host(&mut session.request);
    let analysis = input::analyse(session)?;
    let instructions = analysis.instructions(&session.request).ok_or_else(|| no_key(session))?;
    opened.notices.extend(stale(session, &analysis));
    output::note(&opened.notices);
    let session = &opened.session;
    refuse_chunks_in_query(session, &analysis)?;
    let is_cut = analysis.framer(&session.request, &mut Memo::default()).is_some();
    let signed = instructions.apply(&session.request);
    match format {
        "headers" if !instructions.fields.is_empty() => {
            Err(Failure::new("expected --format http or json for a form, but found headers")
                .hint("the signature of a form stands in its fields"))
        }
        "headers" => output::print_wire(&headers(&instructions)),
        "url" => print_url(&instructions, session, &uri_scheme),
        "curl" if is_cut => Err(Failure::new("expected --format http for a chunked body, but found curl")
            .hint("the frames of a chunked body do not fit a command line")),
        "curl" => output::print_wire(format!("{}\n", curl::write(&signed)).as_bytes()),
        "json" => {
            let reveal = output::reveal(matches);
            let value = json::signed(&analysis, &session.request, &instructions, &uri_scheme, reveal);
            output::print_json_report(&value, &analysis)
        }
        _ if is_cut => write_chunks(&analysis, &session.request, &signed),
        _ => write_http(&signed),
    }
}

/// A request that carries the signature of another scheme is signed as was asked, and the user told what it carries.
fn overrule_foreign(session: &mut Session) -> Option<Notice> {
    let found = foreign::named(&session.request)?.sentence(&session.request);
    let scheme = scheme::planned(&session.request, &session.settings).name();
    session.settings.scheme = Some(scheme);
    Some(Notice(format!("The request carries {found}. Here it is signed with {scheme} instead.")))
}

fn refuse_chunks_in_query(session: &Session, analysis: &Analysis) -> Result<(), Failure> {
    let wants_chunks = matches!(session.settings.payload, Some(PayloadSetting::Chunks(_)));
    match wants_chunks && analysis.basis.placement != Placement::Header {
        true => Err(Failure::new("expected --placement header for a chunked body, but found another")
            .hint("headers announce the chunks, and a presigned URL has none of its own")),
        false => Ok(()),
    }
}

/// The presigned URL, and on standard error what must be sent with it.
fn print_url(instructions: &Instructions, session: &Session, scheme: &str) -> Result<Answer, Failure> {
    if instructions.pairs.is_empty() {
        let failure =
            Failure::new("expected a signature that stands in the query, but found one for a header");
        return Err(failure.hint("give --placement query"));
    }
    let mut url = instructions.url(&session.request, scheme);
    url.push(b'\n');
    output::print_wire(&url)
}

/// A URL alone becomes what goes over the wire: its path and query, a `Host` header, a version.
fn send_host(request: &mut Request) {
    let target = request.target();
    if let (Some(host), None) = (target.authority.clone(), request.header(b"host")) {
        let host = request.target[host].to_vec();
        request.headers.insert(0, Header::new("Host", host));
        request.target.drain(..target.path.start);
        if !request.target.starts_with(b"/") {
            request.target.insert(0, b'/');
        }
    }
    if request.version.is_empty() {
        request.version = b"HTTP/1.1".to_vec();
    }
}

/// S3 takes chunks of so many bytes and more.
const LEAST: u32 = 8192;

/// What was kept from the input or taken by default, and may be wrong; and what is particular to the service.
fn stale(session: &Session, analysis: &Analysis) -> Vec<Notice> {
    let request = &session.request;
    let basis = &analysis.basis;
    let mut notes = Vec::new();
    if analysis.scheme.recipe().is_some() {
        return notes;
    }
    let mut note = |text: &str| notes.push(Notice(text.into()));
    if let (Some(text), Some(service)) = (basis.rules.note, &basis.service) {
        note(&format!("{}: {text}.", service.string()));
    }
    let endpoint = service::of_request(request);
    if session.settings.service.is_none() && endpoint.service.is_none() {
        note("The host does not tell the service: `service` is signed. Give --service.");
    }
    if session.settings.region.is_none() && session.ambient.region.is_none() && endpoint.region.is_none() {
        note("The host does not tell the region: us-east-1 is signed. Give --region.");
    }
    if let (None, Reason::Provider, Some(region)) =
        (&session.settings.region, endpoint.reason, &endpoint.region)
    {
        note(&format!(
            "The region is `{}`, {}.",
            visible::one_line(region.as_bytes()),
            endpoint.reason.words()
        ));
    }
    let terms = analysis.terms(request);
    let payload = terms.as_ref().map(|terms| &terms.payload);
    if let (Some(Payload::Text(sent, Origin::Request(_))), Some(hash)) = (payload, request.body.digest())
        && sent.len() == 64
        && **sent != *hex::encode(hash).as_bytes()
    {
        note(
            "X-Amz-Content-Sha256 was kept from the input, but it is not the hash of the body. Give --payload header.",
        );
    }
    if Pass::of(request).content != Content::Whole {
        note(
            "The signatures in the body were kept from the input, and follow its old one. Sign the plain body with --payload chunks.",
        );
    }
    let size = session.settings.chunk_size.unwrap_or(CHUNK_SIZE);
    if matches!(session.settings.payload, Some(PayloadSetting::Chunks(_)))
        && (size < LEAST && request.body.len() > size.into())
    {
        note("S3 refuses chunks of less than 8192 bytes that are not the last.");
    }
    let own = analysis.situation.credentials.as_ref().is_some_and(|key| key.session_token.is_some());
    if !own && request.header(b"x-amz-security-token").is_some() {
        note("X-Amz-Security-Token was kept from the input, but the key has no session token.");
    }
    notes
}

fn no_key(session: &Session) -> Failure {
    if let Some(row) = scheme::of(&session.request, &session.settings).recipe() {
        return Failure::new(format!("expected the secret of the {}, but found none", row.title))
            .hint("give --secret-file or --ask-secret");
    }
    let failure = match &session.settings.access_key_id {
        Some(id) => {
            let id = String::from_utf8_lossy(&redact::claimed(id.as_bytes())).into_owned();
            Failure::new(format!("expected the secret of access key {id}, but found none"))
        }
        None => Failure::new("expected an access key to sign with, but found none"),
    };
    failure.hint(
        "give --profile, --secret-file with --access-key-id, --ask-secret, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    )
}

fn headers(instructions: &Instructions) -> Vec<u8> {
    let mut out = Vec::new();
    for header in &instructions.headers {
        for part in [&header.name[..], b": ", &header.value, b"\n"] {
            out.extend_from_slice(part);
        }
    }
    out
}

/// The head, and the body cut into chunks as it goes by.
fn write_chunks(analysis: &Analysis, request: &Request, signed: &Request) -> Result<Answer, Failure> {
    let mut memo = Memo::default();
    let Some(mut framer) = analysis.framer(request, &mut memo) else { return write_http(signed) };
    let head = Request { body: Default::default(), ..signed.clone() };
    let mut out = BufWriter::with_capacity(1 << 20, output::wire());
    let mut written = out.write_all(&http::write(&head));
    let mut put = |bytes: &[u8]| {
        if written.is_ok() {
            written = out.write_all(bytes);
        }
    };
    let _ = input::each_piece(&request.body, &mut |bytes| {
        framer.feed(bytes, &mut put);
        ControlFlow::Continue(())
    })?;
    framer.finish(&mut put);
    output::written(written.and_then(|()| out.flush()))
}

/// The raw request; a body that lies in a file is copied from there.
fn write_http(signed: &Request) -> Result<Answer, Failure> {
    output::print_wire(&http::write(signed))?;
    let Some(path) = signed.body.path() else { return Ok(Answer::Yes) };
    let copied =
        files::open(path, Open::FilesOnly).and_then(|mut file| std::io::copy(&mut file, &mut output::wire()));
    match copied {
        Ok(_) => Ok(Answer::Yes),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(Answer::Yes),
        Err(error) => {
            Err(Failure::new(format!("expected to copy the body from {}, but found {error}", path.display())))
        }
    }
}
