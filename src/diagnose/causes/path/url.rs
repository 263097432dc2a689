//! Other parts of the URL that were taken for a part of the path.

use super::form::{Form, Normal, put, put_sent};
use crate::diagnose::causes::Gen;
use crate::diagnose::draft::Slot;
use crate::scheme::EncodePath;

pub(super) fn with_query(g: &mut Gen<'_, '_>) {
    if !g.is_request() || g.facts.request.target().query.is_none() {
        return;
    }
    let sent = [g.facts.path(), b"?", g.facts.query()].concat();
    let canonical = [g.draft.of_base(Slot::PATH), b"?", g.draft.of_base(Slot::QUERY)].concat();
    for path in [&sent, &canonical] {
        g.puts(&[(Slot::PATH, path), (Slot::QUERY, b"")], "and the line of the query left empty");
        g.put(Slot::PATH, path, "and on its own line as well");
    }
    let encoded = Form { times: EncodePath::Twice, normal: Normal::No, ..Form::of(g) }.write(&sent);
    g.puts(&[(Slot::PATH, &encoded), (Slot::QUERY, b"")], "its question mark escaped");
}

pub(super) fn with_host(g: &mut Gen<'_, '_>) {
    let Some(host) = g.facts.request.host().map(<[u8]>::to_vec) else { return };
    let path = g.draft.of_base(Slot::PATH).to_vec();
    for (before, words) in [
        (&b"https://"[..], "the URL with https"),
        (b"http://", "the URL with http"),
        (b"", "host and path"),
        (b"//", "// and the host"),
        (b"/", "the host as a segment"),
    ] {
        put(g, &[before, &host, &path].concat(), words);
    }
    put(g, &host, "the host alone");
}

pub(super) fn cut_at_question(g: &mut Gen<'_, '_>) {
    let path = g.facts.path().to_vec();
    for escape in [&b"%3F"[..], b"%3f", b"%23"] {
        if let Some(at) = memchr::memmem::find(&path, escape) {
            put_sent(g, &path[..at], "cut there");
        }
    }
}
