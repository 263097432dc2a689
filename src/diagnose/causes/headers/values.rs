//! Values in other letters: their case, their character set, their percent-encoding, their quotation marks.

use super::line::{lines, name_of, put_sent, raw, turn_values};
use crate::diagnose::causes::Gen;
use crate::diagnose::causes::text::{Escapes, other_character_sets, replaced};
use crate::diagnose::draft::Slot;
use crate::diagnose::facts::decoded;
use crate::redact::is_token;
use crate::scheme::HeaderCase;

pub(super) fn value_lowercased(g: &mut Gen<'_, '_>) {
    turn_values(g, "every value", |g, line| g.draft.line(line).to_ascii_lowercase());
}

/// The values as they were sent, where the scheme wants them in lower case.
pub(super) fn value_case_kept(g: &mut Gen<'_, '_>) {
    if g.facts.terms.dialect.header_case != HeaderCase::Lower {
        return;
    }
    let mut patch = Vec::new();
    for line in lines(g) {
        let kept = raw(g, line, b",").trim_ascii().to_vec();
        if kept != g.draft.line(line) && kept.eq_ignore_ascii_case(g.draft.line(line)) {
            let value = g.draft.text(&kept);
            let words = name_of(g, line);
            g.add(vec![(Slot::line(line), value)], words);
            patch.push((Slot::line(line), value));
        }
    }
    if patch.len() > 1 {
        g.add(patch, "every value");
    }
}

pub(super) fn charset(g: &mut Gen<'_, '_>) {
    for line in lines(g) {
        for (words, other) in other_character_sets(g.draft.line(line)) {
            let words = format!("{}: {words}", name_of(g, line));
            g.line(line, &other, words);
        }
    }
}

pub(super) fn percent_encoded(g: &mut Gen<'_, '_>) {
    for line in lines(g) {
        let value = g.draft.line(line).to_vec();
        // Tokens have a cause of their own.
        if is_token(g.draft.name(line)) {
            continue;
        }
        let plain = decoded(&value);
        let escapes = Escapes { bare: b"/", ..Escapes::RIGHT };
        let (all, path) = (Escapes::RIGHT.text(&plain), escapes.text(&plain));
        let name = name_of(g, line);
        if plain != value {
            put_sent(g, line, &plain, format!("{name}: signed decoded"));
        }
        if value.len() > 1
            && (name.starts_with("x-amz-copy-source")
                || name.starts_with("x-amz-meta")
                || plain != value
                || name == "x-amz-tagging"
                || name == "content-disposition")
        {
            put_sent(g, line, &path, format!("{name}: signed encoded"));
            put_sent(g, line, &all, format!("{name}: signed encoded, slashes too"));
            put_sent(g, line, &replaced(&value, b"%20", b"+"), format!("{name}: signed with + for a space"));
            put_sent(g, line, &replaced(&value, b"+", b"%20"), format!("{name}: signed with %20 for a +"));
            put_sent(g, line, &replaced(&value, b"%", b"%25"), format!("{name}: signed encoded twice"));
        }
        if name.starts_with("x-amz-copy-source") {
            let other = value.strip_prefix(b"/").map_or([b"/", &*value].concat(), <[u8]>::to_vec);
            put_sent(g, line, &other, format!("{name}: with or without its first slash"));
        }
    }
}

pub(super) fn quotes(g: &mut Gen<'_, '_>) {
    turn_values(g, "every value", |g, line| replaced(g.draft.line(line), b"\"", b""));
    turn_values(g, "every value", |g, line| replaced(g.draft.line(line), b"'", b""));
}
