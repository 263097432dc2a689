//! The session token: signed or not, and in another encoding than it was sent.

use crate::diagnose::causes::Gen;
use crate::diagnose::causes::text::{Escapes, replaced};
use crate::diagnose::change::Edit;
use crate::diagnose::draft::Slot;
use crate::diagnose::facts::{Sent, decoded};
use crate::redact::is_token;

/// Where a session token is signed.
enum Token {
    /// In this header line.
    Line(usize),
    /// In this pair of the query.
    Pair(usize),
}

fn token(g: &Gen<'_, '_>) -> Option<Token> {
    let line = g.draft.written().into_iter().find(|line| is_token(g.draft.name(*line)));
    let pair = || g.facts.pairs().iter().position(|pair| is_token(pair.name));
    line.map(Token::Line).or_else(|| pair().map(Token::Pair))
}

/// The token as it was sent, without the encoding of the query.
fn sent_token(g: &Gen<'_, '_>, token: &Token) -> Vec<u8> {
    match token {
        Token::Line(line) => g.draft.line(*line).to_vec(),
        Token::Pair(at) => decoded(g.facts.pairs()[*at].value.unwrap_or_default()),
    }
}

/// A change of the token that was signed.
fn put_token(g: &mut Gen<'_, '_>, place: &Token, text: &[u8], words: &str) {
    match place {
        Token::Line(line) => {
            let index = g.draft.lines[*line].headers.first().copied();
            if let (Some(change), Some(index)) = (g.line(*line, text, words), index) {
                change.edit(Edit::Header(index, text.to_vec()));
            }
        }
        Token::Pair(at) => {
            let pairs = g.facts.pairs();
            let value = Escapes::RIGHT.text(text);
            put_query_value(g, &pairs, *at, &value, words);
        }
    }
}

/// The canonical query with one value in this spelling: only pairs of one name may change places by it.
fn put_query_value(g: &mut Gen<'_, '_>, pairs: &[Sent<'_>], at: usize, value: &[u8], words: &str) {
    let name = Escapes::RIGHT.text(&decoded(pairs[at].name));
    let begin = [&*name, b"="].concat();
    let new = [&*begin, value].concat();
    let query: Vec<&[u8]> = g.draft.of_base(Slot::QUERY).split(|byte| *byte == b'&').collect();
    let query: Vec<&[u8]> =
        query.into_iter().map(|pair| if pair.starts_with(&begin) { &new } else { pair }).collect();
    let query = query.join(&b'&');
    let target = replaced(&g.facts.request.target, &pairs[at].text(), &new);
    if let Some(change) = g.put(Slot::QUERY, &query, words) {
        change.edit(Edit::Target(target));
    }
}

pub(super) fn token_plus(g: &mut Gen<'_, '_>) {
    let Some(place) = token(g) else { return };
    let sent = sent_token(g, &place);
    // What the server sees has spaces; a bare + is read as one by the base already.
    let spaces = replaced(&sent, b" ", b"+");
    put_token(g, &place, &spaces, "");
    if let Token::Pair(at) = place {
        let plain = decoded(&replaced(g.facts.pairs()[at].value.unwrap_or_default(), b"+", b"%2B"));
        put_token(g, &place, &plain, "sent as +");
        put_token(g, &place, &replaced(&plain, b" ", b"+"), "sent as +");
    }
    put_token(g, &place, &replaced(&sent, b"+", b" "), "when it was signed");
}

pub(super) fn token_encoding(g: &mut Gen<'_, '_>) {
    let Some(place) = token(g) else { return };
    let sent = sent_token(g, &place);
    let encoded = Escapes::RIGHT.text(&sent);
    put_token(g, &place, &encoded, "percent-encoded once more");
    put_token(g, &place, &Escapes::RIGHT.text(&encoded), "percent-encoded twice more");
    put_token(g, &place, &decoded(&sent), "percent-decoded");
    put_token(g, &place, &replaced(&replaced(&sent, b"+", b"-"), b"/", b"_"), "in the alphabet of URLs");
    put_token(g, &place, &replaced(&replaced(&sent, b"-", b"+"), b"_", b"/"), "in the standard alphabet");
    let bare: Vec<u8> = sent.iter().copied().take_while(|byte| *byte != b'=').collect();
    put_token(g, &place, &bare, "without its =");
    for pad in [&b"="[..], b"=="] {
        put_token(g, &place, &[&*bare, pad].concat(), "with other =");
    }
    if let Token::Pair(at) = place {
        let pairs = g.facts.pairs();
        for (value, words) in [
            (sent.clone(), "bare, without percent-encoding"),
            (Escapes { bare: b"/", ..Escapes::RIGHT }.text(&sent), "its slashes bare"),
            (Escapes { bare: b"+", ..Escapes::RIGHT }.text(&sent), "its + bare"),
            (Escapes { bare: b"=", ..Escapes::RIGHT }.text(&sent), "its = bare"),
            (Escapes { bare: b"/=", ..Escapes::RIGHT }.text(&sent), "its slashes and = bare"),
            (Escapes { bare: b"/+=", ..Escapes::RIGHT }.text(&sent), "its slashes, + and = bare"),
            (Escapes { lower: true, ..Escapes::RIGHT }.text(&sent), "in lower-case escapes"),
        ] {
            put_query_value(g, &pairs, at, &value, words);
        }
    }
}

pub(super) fn token_unsigned(g: &mut Gen<'_, '_>) {
    match token(g) {
        Some(Token::Line(token)) => {
            let left: Vec<usize> = g.draft.written().into_iter().filter(|line| *line != token).collect();
            let order = g.order(&left);
            let list = g.list(&left, b";");
            let list = g.draft.text(&list);
            g.add(vec![(Slot::LINES, order), (Slot::SIGNED, list)], "line and name");
            g.add(vec![(Slot::LINES, order)], "its line");
        }
        Some(Token::Pair(at)) => {
            let name = Escapes::RIGHT.text(&decoded(g.facts.pairs()[at].name));
            let begin = [&*name, b"="].concat();
            let left: Vec<&[u8]> = g
                .draft
                .of_base(Slot::QUERY)
                .split(|byte| *byte == b'&')
                .filter(|pair| !pair.starts_with(&begin))
                .collect();
            let left = left.join(&b'&');
            g.put(Slot::QUERY, &left, "in the query");
        }
        None => {}
    }
}

pub(super) fn token_signed(g: &mut Gen<'_, '_>) {
    if !g.facts.is_presigned() {
        return;
    }
    let signed = g.facts.pairs();
    let beside: Vec<Sent<'_>> = g
        .facts
        .all_pairs()
        .into_iter()
        .filter(|pair| is_token(pair.name) && !signed.contains(pair))
        .collect();
    let own = g.facts.token.map(|token| Escapes::RIGHT.text(token.expose()));
    let sent = beside.first().map(|pair| Escapes::RIGHT.text(&decoded(pair.value.unwrap_or_default())));
    let has = signed.iter().any(|pair| is_token(pair.name));
    let Some(value) = sent.or(own.filter(|_| !has)) else { return };
    let name = crate::scheme::v4::presigned::Parameter::SecurityToken.name(g.draft.family);
    let new = [name.as_bytes(), b"=", &*value].concat();
    let mut pairs: Vec<Vec<u8>> =
        g.draft.of_base(Slot::QUERY).split(|byte| *byte == b'&').map(<[u8]>::to_vec).collect();
    pairs.push(new);
    pairs.sort();
    let query = pairs.join(&b'&');
    if let Some(change) = g.put(Slot::QUERY, &query, "") {
        change.edit(Edit::Setting("sign-token", "signed".into()));
    }
}

pub(super) fn token_space(g: &mut Gen<'_, '_>) {
    let Some(place) = token(g) else { return };
    let sent = sent_token(g, &place);
    for (other, words) in [
        ([&*sent, b"\n"].concat(), "a newline at its end"),
        ([&*sent, b"\r\n"].concat(), "CR LF at its end"),
        ([&*sent, b"\r"].concat(), "CR at its end"),
        ([&*sent, b" "].concat(), "a space at its end"),
        ([b" ", &*sent].concat(), "a space at its begin"),
        ([b"\"", &*sent, b"\""].concat(), "in quotation marks"),
        ([b"'", &*sent, b"'"].concat(), "in apostrophes"),
        (replaced(&sent, b" ", b""), "without the spaces inside it"),
        (sent.trim_ascii().to_vec(), "without white space at its ends"),
    ] {
        put_token(g, &place, &other, words);
    }
}

pub(super) fn token_changed(g: &mut Gen<'_, '_>) {
    let Some(place) = token(g) else { return };
    if let Some(token) = g.facts.token {
        put_token(g, &place, token.expose(), "the one at hand");
    }
    put_token(g, &place, b"", "empty");
    for word in ["undefined", "null", "None", "$AWS_SESSION_TOKEN", "${AWS_SESSION_TOKEN}"] {
        put_token(g, &place, word.as_bytes(), word);
    }
    let sent = sent_token(g, &place);
    put_token(g, &place, &sent[..sent.len().saturating_sub(1)], "its last character is missing");
    put_token(g, &place, sent.get(1..).unwrap_or_default(), "its first character is missing");
}
