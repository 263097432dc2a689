//! The query in the place of the body, and the body in the place of the query.

use super::form::{Form, put};
use crate::diagnose::causes::Gen;
use crate::diagnose::causes::body::hex_hash;
use crate::diagnose::draft::Slot;
use crate::diagnose::facts::Sent;

pub(super) fn as_payload(g: &mut Gen<'_, '_>) {
    if !g.is_request() || g.facts.query().is_empty() {
        return;
    }
    let canonical = g.draft.of_base(Slot::QUERY).to_vec();
    for text in [g.facts.query(), &canonical] {
        let hash = hex_hash(text);
        g.puts(&[(Slot::QUERY, b""), (Slot::PAYLOAD, hash.as_bytes())], "");
        g.put(Slot::PAYLOAD, hash.as_bytes(), "and signed on its own line as well");
    }
}

pub(super) fn of_body(g: &mut Gen<'_, '_>) {
    let Some(body) = g.facts.body.as_ref().filter(|body| !body.is_empty() && body.len() < 65_536) else {
        return;
    };
    if !g.is_request() || !g.facts.header("content-type").is_some_and(|kind| kind.contains("urlencoded")) {
        return;
    }
    let target = [b"?", &**body].concat();
    let of_body: Vec<Sent<'_>> = crate::request::Target::of(&target)
        .pairs(&target)
        .map(|pair| Sent { name: &target[pair.name], value: pair.value.map(|range| &target[range]) })
        .collect();
    let form = Form::of(g);
    let all: Vec<Sent<'_>> = g.facts.pairs().into_iter().chain(of_body).collect();
    let query = form.write(form.pairs(&all));
    put(g, &query, "");
    let empty = hex_hash(b"");
    g.puts(&[(Slot::QUERY, &query), (Slot::PAYLOAD, empty.as_bytes())], "and the body as empty");
}
