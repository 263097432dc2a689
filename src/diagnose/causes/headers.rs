//! Headers: which are signed, how their values are written, and what clients and proxies do to them afterwards.

use std::collections::HashMap;

use super::path::replaced;
use super::text::other_character_sets;
use super::{Gen, Hypothesis, RULE, cause, usual};
use crate::diagnose::change::{Change, Edit, Pairing};
use crate::diagnose::draft::Slot;
use crate::diagnose::facts::decoded;
use crate::diagnose::form::HeaderForm;
use crate::frames::pass::{End, Pass};
use crate::redact::is_token;

/// What all rows of headers that are changed on the way have in common.
const ON_THE_WAY: &str = "A header that is signed must arrive as it was signed; HTTP libraries and proxies set this one themselves.";

pub(super) static CAUSES: &[Hypothesis] = &[
    cause(
        "header-name-case",
        0,
        "Header names were not lower-cased in the canonical headers.",
        "Names are signed in lower case, whatever case they are sent in.",
        "Lower-case the names before signing.",
        "https://github.com/xcir/libvmod-awsrest/issues/32",
        name_case,
    ),
    cause(
        "header-unsorted",
        0,
        "The canonical headers were not sorted by name.",
        "Header lines are sorted by their lower-case names.",
        "Sort the lower-case names before writing the lines.",
        "https://github.com/xcir/libvmod-awsrest/issues/32",
        unsorted,
    ),
    cause(
        "header-colon-space",
        0,
        "The canonical headers have a space after the colon.",
        "A line is name:value, with nothing around the colon.",
        "Write the lines without spaces around the colon.",
        RULE,
        colon,
    ),
    cause(
        "header-value-lowercased",
        1,
        "A header value was lower-cased before it was signed.",
        "Only names are lower-cased; values keep their case.",
        "Lower-case the name alone.",
        "https://github.com/curl/curl/issues/7966",
        value_lowercased,
    ),
    cause(
        "header-spaces-kept",
        0,
        "Runs of spaces inside a header value were signed as they are, not collapsed to one.",
        "Inner white space counts as one space, whatever stands around it.",
        "Collapse every run of white space to one space, also more than two, also inside quotes.",
        "https://github.com/boto/botocore/issues/1182",
        spaces_kept,
    ),
    cause(
        "header-not-trimmed",
        0,
        "A header value was signed with the white space at its beginning or end.",
        "Values are trimmed at both ends.",
        "Trim values before signing.",
        "https://github.com/aws/aws-sdk-go/issues/4141",
        not_trimmed,
    ),
    cause(
        "header-spaces-removed",
        2,
        "The spaces inside a header value were removed before it was signed.",
        "A run of white space becomes one space; it does not go away.",
        "Collapse white space, do not remove it.",
        RULE,
        spaces_removed,
    ),
    cause(
        "header-list-spacing",
        0,
        "A header value that is a list was signed with other spaces around its commas than it was sent with.",
        "`a, b` and `a,b` are two values. HTTP libraries often join several values with a comma and a space when they send them.",
        "Sign the value exactly as it is sent: join the values the way your HTTP library does.",
        "https://github.com/aws/aws-sdk-net/issues/4493",
        list_spacing,
    )
    .transit("Pass header values on as they came: don't join repeated headers anew."),
    cause(
        "header-duplicate-joined",
        1,
        "The values of a repeated header were joined in another way than by a comma.",
        "Headers of one name are one line: their values in the order sent, joined by a comma and no space.",
        "Join the values with a comma alone.",
        "https://github.com/aws/aws-sdk-java-v2/issues/1729",
        duplicate_joined,
    ),
    cause(
        "header-duplicate-sorted",
        1,
        "The values of a repeated header were sorted before signing instead of kept in the order sent.",
        "Headers of one name are one line: their values in the order sent, joined by a comma.",
        "Keep the order in which the values are sent.",
        RULE,
        duplicate_sorted,
    ),
    cause(
        "header-duplicate-one",
        1,
        "Of a repeated header, only one value was signed.",
        "Headers of one name are one line with all their values. A dictionary keeps only one of them.",
        "Sign all values, or send the header once.",
        "https://github.com/http4k/http4k/issues/947",
        duplicate_one,
    ),
    cause(
        "header-duplicate-lines",
        1,
        "A repeated header was signed as two lines.",
        "Headers of one name are one line: their values joined by a comma.",
        "Join the values of equal names before writing the lines.",
        "https://github.com/aws/aws-sdk-java-v2/issues/1729",
        duplicate_lines,
    ),
    cause(
        "signed-headers-unsorted",
        1,
        "The list of signed headers was not sorted in the canonical request.",
        "The list is sorted as the lines are.",
        "Sort the list of names.",
        RULE,
        list_unsorted,
    ),
    cause(
        "signed-headers-case",
        1,
        "The names in the list of signed headers were not lower-cased.",
        "Names are signed in lower case.",
        "Lower-case the list as well as the lines.",
        RULE,
        list_case,
    ),
    cause(
        "signed-headers-twice",
        1,
        "A name stands twice in SignedHeaders, and what was signed repeats it.",
        "A header has one line and one place in the list, however often it is sent. A server that reads the list as a set signs it once.",
        "List each name once, and write one line for it.",
        RULE,
        listed_twice,
    ),
    cause(
        "signed-headers-comma",
        1,
        "The list of signed headers was not joined by semicolons alone.",
        "The list reads host;x-amz-date: semicolons, no spaces, none at the end.",
        "Join the names with semicolons.",
        RULE,
        list_separator,
    ),
    cause(
        "header-not-signed",
        0,
        "A header is named in SignedHeaders, but was left out of what was signed.",
        "Every header that the list names has a line in the canonical request.",
        "Sign every header that you name, or do not name it.",
        "https://github.com/mhart/aws4/issues/68",
        not_signed,
    ),
    cause(
        "header-signed-unnamed",
        1,
        "A header was signed that SignedHeaders does not name.",
        "The server signs the headers of the list, and no other.",
        "Name every header that you sign.",
        RULE,
        signed_unnamed,
    ),
    cause(
        "header-signed-empty",
        0,
        "A header is in SignedHeaders but was signed with an empty value.",
        "The value was not known yet when the request was signed: the HTTP library set it later.",
        "Set the header before signing, or leave it out of SignedHeaders.",
        "https://github.com/mhart/aws4/issues/120",
        signed_empty,
    ),
    cause(
        "content-type-signed-empty",
        0,
        "Content-Type is in SignedHeaders but was signed with an empty value.",
        "The value was not known yet when the request was signed: the HTTP library set it later.",
        "Set Content-Type yourself, before signing.",
        "https://github.com/mhart/aws4/issues/120",
        content_type_empty,
    ),
    cause(
        "content-type-charset-added",
        0,
        "The HTTP library added a charset to Content-Type after signing.",
        "application/json and application/json; charset=utf-8 are two values.",
        "Set Content-Type with its charset before signing.",
        "https://github.com/gaul/s3proxy/issues/394",
        charset_added,
    )
    .transit("Pass Content-Type on as it came."),
    cause(
        "content-type-charset-changed",
        0,
        "The charset of Content-Type was written in another way after signing, or lost.",
        "charset=utf-8 and charset=UTF-8 are two values.",
        "Set Content-Type to what the HTTP library will send.",
        "https://github.com/vinyldns/vinyldns/issues/560",
        charset_changed,
    )
    .transit("Pass Content-Type on as it came."),
    cause(
        "content-type-changed",
        0,
        "Content-Type was set to something else after signing, or removed.",
        "HTTP libraries set a Content-Type of their own when there is a body.",
        "Set Content-Type yourself, before signing, to what is sent.",
        "https://github.com/mhart/aws4/issues/120",
        content_type_changed,
    )
    .transit("Pass Content-Type on as it came."),
    cause(
        "content-type-boundary-changed",
        1,
        "The boundary in Content-Type is not the one that was signed.",
        "An HTTP library that writes the form itself chooses a new boundary each time.",
        "Write the form once, and sign and send the same bytes.",
        "https://github.com/curl/curl/issues/13351",
        boundary,
    ),
    cause(
        "accept-encoding-changed",
        0,
        "Accept-Encoding was signed and then changed by the HTTP library or a proxy.",
        "Google's front end, Cloudflare and many libraries rewrite Accept-Encoding.",
        "Do not sign Accept-Encoding.",
        "https://github.com/aws/aws-sdk-go-v2/issues/1816",
        accept_encoding,
    )
    .transit("Pass Accept-Encoding on as it came."),
    cause(
        "user-agent-changed",
        0,
        "User-Agent was signed and then changed by the HTTP library or a proxy.",
        ON_THE_WAY,
        "Do not sign User-Agent.",
        "https://github.com/aws/aws-sdk-cpp/issues/323",
        user_agent,
    )
    .transit("Pass User-Agent on as it came."),
    cause(
        "content-length-changed",
        0,
        "Content-Length was signed with another value than it was sent with.",
        ON_THE_WAY,
        "Do not sign Content-Length, or set it to the number of bytes before signing.",
        "https://github.com/pgbackrest/pgbackrest/issues/1340",
        content_length,
    )
    .transit("Pass Content-Length on as it came: do not remove a length of 0."),
    cause(
        "connection-changed",
        1,
        "A header that belongs to one connection was signed and changed on the way.",
        "Connection, TE, Upgrade, Expect and their like end at each proxy.",
        "Do not sign connection, te, expect, upgrade, keep-alive, transfer-encoding or proxy headers.",
        "https://github.com/aws/aws-cli/issues/10123",
        connection,
    )
    .transit("These headers belong to one connection; they cannot be passed on."),
    cause(
        "forwarded-changed",
        1,
        "A header of forwarding was signed and then extended by a proxy.",
        "X-Forwarded-For, Via and their like grow at each proxy.",
        "Do not sign x-forwarded-*, via, forwarded or tracing headers.",
        "https://github.com/mhart/aws4/issues/163",
        forwarded,
    )
    .transit("Sign anew behind the proxy, or leave the header as it came."),
    cause(
        "cache-header-changed",
        2,
        "A header of caching was signed and then changed on the way.",
        ON_THE_WAY,
        "Do not sign cache-control, pragma, if-modified-since and their like.",
        "https://github.com/boto/boto3/issues/4367",
        cache,
    )
    .transit("Pass the header on as it came."),
    cause(
        "accept-changed",
        1,
        "Accept or Accept-Language was signed and then changed on the way.",
        ON_THE_WAY,
        "Do not sign Accept and Accept-Language.",
        "https://github.com/mhart/aws4/issues/68",
        accept,
    )
    .transit("Pass the header on as it came."),
    cause(
        "amz-header-changed",
        1,
        "A signed header has another value than was signed, or was removed after signing.",
        "Retries and middleware set headers anew, and proxies drop some.",
        "Sign after every header is set; sign again on each attempt.",
        RULE,
        amz_header,
    )
    .transit("Pass signed headers on as they came."),
    cause(
        "header-charset",
        2,
        "A header value with characters beyond ASCII was signed in another character set than it was sent in.",
        "Values are signed as bytes: é in Latin-1 and in UTF-8 are two values.",
        "Keep header values in ASCII, or sign the bytes that are sent.",
        "https://github.com/fog/fog-aws/issues/160",
        charset,
    ),
    cause(
        "header-folded",
        2,
        "A header value on several lines was joined in another way.",
        "A folded line counts as one space.",
        "Send each header on one line.",
        RULE,
        folded,
    ),
    cause(
        "header-percent-encoded",
        1,
        "A header value was signed decoded, or encoded in another way than it was sent.",
        "Values are signed as they are sent: what is percent-encoded stays so.",
        "Encode the value once, and sign what is sent.",
        "https://github.com/xtyxtyx/minio-dart/issues/115",
        percent_encoded,
    ),
    cause(
        "header-empty-dropped",
        1,
        "Headers with an empty value were left out of what was signed.",
        "A header that is named has a line, also when its value is empty.",
        "Sign the line name: with nothing behind the colon.",
        "https://github.com/aws/aws-sdk-java/issues/865",
        empty_dropped,
    ),
    cause(
        "header-quotes-removed",
        2,
        "The quotation marks of a header value were removed before it was signed.",
        "Quotation marks are a part of the value.",
        "Sign the value as it is sent.",
        "https://github.com/fog/fog-aws/issues/160",
        quotes,
    ),
    cause(
        "date-header-changed",
        1,
        "The header with the date was signed with another value than it was sent with.",
        "A request that is signed twice, or sent again, gets a new date; the signature must be new as well.",
        "Set the date once, before signing.",
        RULE,
        date,
    )
    .transit("Pass Date and X-Amz-Date on as they came."),
    cause(
        "content-sha256-changed",
        1,
        "The x-amz-content-sha256 header was signed with another value than it was sent with.",
        "The header and the last line of the canonical request say the same.",
        "Set the header to what stands in the last line, before signing.",
        "https://github.com/danieljoos/aws-sign-web/issues/14",
        content_sha256,
    ),
];

fn name_of(g: &Gen<'_, '_>, line: usize) -> String {
    String::from_utf8_lossy(g.draft.name(line)).into_owned()
}

/// The lines of a request; none where something else is signed.
fn lines(g: &Gen<'_, '_>) -> Vec<usize> {
    g.draft.written()
}

/// A line's value before it was trimmed and collapsed, with repeated headers joined.
fn raw(g: &Gen<'_, '_>, line: usize, between: &[u8]) -> Vec<u8> {
    let values = g.draft.lines[line].headers.iter().map(|index| {
        let header = &g.facts.request.headers[*index];
        header.value.clone()
    });
    values.collect::<Vec<_>>().join(between)
}

/// A value that a line had before something on the way changed it.
fn put_sent<'g>(g: &'g mut Gen<'_, '_>, line: usize, value: &[u8], words: String) -> Option<&'g mut Change> {
    let index = match g.draft.lines[line].headers[..] {
        [index] => Some(index),
        _ => None,
    };
    let change = g.line(line, value, words)?;
    if let Some(index) = index {
        change.edit(Edit::Header(index, value.to_vec()));
    }
    Some(change)
}

/// Each of these values, for a header that is signed and sent. One that is not sent has a cause of its own.
fn put_values(g: &mut Gen<'_, '_>, name: &str, values: &[&str]) {
    let Some(line) = g.draft.named(name).filter(|line| !g.draft.lines[*line].headers.is_empty()) else {
        return;
    };
    for value in values {
        let words = match value.is_empty() {
            true => format!("{name}: signed empty"),
            false => format!("{name}: signed as {value}"),
        };
        put_sent(g, line, value.as_bytes(), words);
    }
}

/// The usual values of each of these headers, and none.
fn put_usual(g: &mut Gen<'_, '_>, names: &[&str]) {
    for name in names {
        put_values(g, name, usual::of(name));
        put_values(g, name, &[""]);
    }
}

fn name_case(g: &mut Gen<'_, '_>) {
    let differs =
        lines(g).into_iter().any(|line| g.draft.bytes(g.draft.lines[line].sent) != g.draft.name(line));
    if differs {
        g.form(Slot::HEADER_FORM, HeaderForm::NamesAsSent as usize, "in the lines");
        let list = sent_names(g, &lines(g)).join(&b';');
        let form = crate::diagnose::draft::Value::number(HeaderForm::NamesAsSent as usize);
        let list = g.draft.text(&list);
        g.add(vec![(Slot::HEADER_FORM, form), (Slot::SIGNED, list)], "in the lines and in their list");
        sorted_by_sent_name(g);
    }
    each_name_otherwise(g);
    all_names_otherwise(g);
}

/// One name in another case among names in lower case: a header that was added later, or a special case of a library. What is sent
/// does not tell it: HTTP/2 and many libraries send every name in lower case.
fn each_name_otherwise(g: &mut Gen<'_, '_>) {
    for line in lines(g) {
        let (name, sent) = (g.draft.name(line).to_vec(), g.draft.bytes(g.draft.lines[line].sent).to_vec());
        let mut tried = vec![name.clone()];
        let likely = [sent, capitalised(&name)];
        let places = likely.len();
        for (place, other) in likely.into_iter().chain(stranger_names(&name)).enumerate() {
            if g.is_over() {
                return;
            }
            if !tried.contains(&other) {
                let words = format!("{} alone", String::from_utf8_lossy(&other));
                let likely = if place < places { Pairing::Combined } else { Pairing::Alone };
                put_names(g, &[(line, other.clone())], &words, likely);
                tried.push(other);
            }
        }
    }
}

/// Every name, or every name but one, as documents write it.
fn all_names_otherwise(g: &mut Gen<'_, '_>) {
    let all = lines(g);
    let of = |g: &Gen<'_, '_>, turn: fn(&[u8]) -> Vec<u8>| -> Vec<(usize, Vec<u8>)> {
        all.iter().map(|line| (*line, turn(g.draft.name(*line)))).collect()
    };
    let capitals = of(g, capitalised);
    let is_as_sent = |(line, name): &(usize, Vec<u8>)| g.draft.bytes(g.draft.lines[*line].sent) == name;
    if !capitals.iter().all(is_as_sent) {
        put_names(g, &capitals, "each word with a capital", Pairing::Combined);
    }
    let upper = of(g, <[u8]>::to_ascii_uppercase);
    put_names(g, &upper, "in upper case", Pairing::Alone);
    if all.len() > 2 {
        for line in &all {
            if g.is_over() {
                return;
            }
            let words = format!("each word with a capital, but not {}", name_of(g, *line));
            let others: Vec<_> = capitals.iter().filter(|(other, _)| other != line).cloned().collect();
            put_names(g, &others, &words, Pairing::Alone);
        }
    }
}

/// Other names for some of the lines, which stay in their order or are sorted by them; in the list, too, or not.
fn put_names(g: &mut Gen<'_, '_>, names: &[(usize, Vec<u8>)], words: &str, pairing: Pairing) {
    let written = lines(g);
    let mut renamed = HashMap::with_capacity(names.len());
    for (line, name) in names {
        let (value, headers) = (g.draft.line(*line).to_vec(), g.draft.lines[*line].headers.clone());
        renamed.insert(*line, g.draft.add_line(name, name, &value, headers));
    }
    let order: Vec<usize> =
        written.into_iter().map(|line| renamed.get(&line).copied().unwrap_or(line)).collect();
    let mut sorted = order.clone();
    sorted.sort_by_key(|line| g.draft.name(*line).to_vec());
    let orders = if sorted == order { vec![order] } else { vec![order, sorted] };
    for lines in orders {
        let list = g.list(&lines, b";");
        let (lines, list) = (g.order(&lines), g.draft.text(&list));
        let in_list = format!("{words}, in the list too");
        for (patch, words) in [
            (vec![(Slot::LINES, lines)], words),
            (vec![(Slot::LINES, lines), (Slot::SIGNED, list)], &in_list),
        ] {
            g.add(patch, words).into_iter().for_each(|change| change.pairing = pairing);
        }
    }
}

/// The name as documents write it: a capital at the begin of each word.
fn capitalised(name: &[u8]) -> Vec<u8> {
    let mut out = name.to_ascii_lowercase();
    for at in 0..out.len() {
        if at == 0 || out[at - 1] == b'-' {
            out[at].make_ascii_uppercase();
        }
    }
    out
}

/// Rarer ways to write a name: in capitals, with one capital at its begin, and with a word of it in capitals (`SHA256`, `ID`).
fn stranger_names(name: &[u8]) -> Vec<Vec<u8>> {
    let (lower, capitals) = (name.to_ascii_lowercase(), capitalised(name));
    let first = [&capitals[..1.min(name.len())], &lower[1.min(name.len())..]].concat();
    let mut out = vec![name.to_ascii_uppercase(), first];
    let mut start = 0;
    for word in name.split(|byte| *byte == b'-') {
        let end = start + word.len();
        for mut base in [lower.clone(), capitals.clone()] {
            base[start..end].make_ascii_uppercase();
            out.push(base);
        }
        start = end + 1;
    }
    out
}

/// Names that keep their case sort in another order, too: upper case comes first.
fn sorted_by_sent_name(g: &mut Gen<'_, '_>) {
    let mut sorted = lines(g);
    sorted.sort_by(|a, b| {
        let name = |line: usize| g.draft.bytes(g.draft.lines[line].sent);
        name(*a).cmp(name(*b))
    });
    if sorted == lines(g) {
        return;
    }
    let form = crate::diagnose::draft::Value::number(HeaderForm::NamesAsSent as usize);
    let order = g.order(&sorted);
    g.add(vec![(Slot::HEADER_FORM, form), (Slot::LINES, order)], "in the lines, which are sorted so");
    let list = sent_names(g, &sorted).join(&b';');
    let list = g.draft.text(&list);
    g.add(
        vec![(Slot::HEADER_FORM, form), (Slot::LINES, order), (Slot::SIGNED, list)],
        "in the lines and in their list, which are sorted so",
    );
}

fn sent_names(g: &Gen<'_, '_>, lines: &[usize]) -> Vec<Vec<u8>> {
    lines.iter().map(|line| g.draft.bytes(g.draft.lines[*line].sent).to_vec()).collect()
}

fn unsorted(g: &mut Gen<'_, '_>) {
    let sorted = lines(g);
    let mut as_sent = sorted.clone();
    as_sent.sort_by_key(|line| g.draft.lines[*line].headers.first().copied().unwrap_or(usize::MAX));
    let as_listed = listed(g);
    let mut backwards = sorted.clone();
    backwards.reverse();
    let mut by_sent_name = sorted.clone();
    by_sent_name.sort_by_key(|line| g.draft.bytes(g.draft.lines[*line].sent).to_vec());
    for (order, words) in [
        (as_sent, "in the order sent"),
        (as_listed, "in the order of SignedHeaders"),
        (by_sent_name, "sorted with regard to case"),
        (backwards, "backwards"),
    ] {
        if order == sorted {
            continue;
        }
        let value = g.order(&order);
        let list = g.list(&order, b";");
        let list = g.draft.text(&list);
        g.add(vec![(Slot::LINES, value), (Slot::SIGNED, list)], format!("{words}, the list too"));
        g.add(vec![(Slot::LINES, value)], words);
    }
}

/// The lines in the order in which the claim names them.
fn listed(g: &Gen<'_, '_>) -> Vec<usize> {
    let names = claimed_names(g);
    let names = names.iter().map(|name| name.to_ascii_lowercase());
    let mut order: Vec<usize> = Vec::new();
    for name in names {
        let line = lines(g).into_iter().find(|line| g.draft.name(*line) == name && !order.contains(line));
        order.extend(line);
    }
    if order.len() == lines(g).len() { order } else { lines(g) }
}

fn colon(g: &mut Gen<'_, '_>) {
    if lines(g).is_empty() {
        return;
    }
    g.form(Slot::HEADER_FORM, HeaderForm::ColonSpace as usize, "");
    g.form(Slot::HEADER_FORM, HeaderForm::SpaceColonSpace as usize, "and one before it");
    g.form(Slot::HEADER_FORM, HeaderForm::Equals as usize, "= in place of the colon");
    g.form(Slot::HEADER_FORM, HeaderForm::NoColon as usize, "a space in place of the colon");
}

/// The same change of every line at once, and of each by itself.
fn turn_values(g: &mut Gen<'_, '_>, all: &str, turn: impl Fn(&Gen<'_, '_>, usize) -> Vec<u8>) {
    let mut patch = Vec::new();
    for line in lines(g) {
        let value = turn(g, line);
        if value != g.draft.line(line) {
            let words = name_of(g, line);
            g.line(line, &value, words);
            patch.push((Slot::line(line), g.draft.text(&value)));
        }
    }
    if patch.len() > 1 {
        g.add(patch, all);
    }
}

fn value_lowercased(g: &mut Gen<'_, '_>) {
    turn_values(g, "every value", |g, line| g.draft.line(line).to_ascii_lowercase());
}

fn spaces_kept(g: &mut Gen<'_, '_>) {
    turn_values(g, "every value", |g, line| raw(g, line, b",").trim_ascii().to_vec());
    turn_values(g, "every value, inside quotes alone", |g, line| {
        collapsed_outside_quotes(&raw(g, line, b","))
    });
    turn_values(g, "every value, pairs of spaces alone collapsed", |g, line| {
        replaced(raw(g, line, b",").trim_ascii(), b"  ", b" ")
    });
    turn_values(g, "every value, tabs", |g, line| {
        let mut value = raw(g, line, b",").trim_ascii().to_vec();
        while memchr::memmem::find(&value, b"  ").is_some() {
            value = replaced(&value, b"  ", b" ");
        }
        value
    });
}

fn collapsed_outside_quotes(value: &[u8]) -> Vec<u8> {
    let (mut out, mut quoted) = (Vec::new(), false);
    for byte in value.trim_ascii() {
        quoted ^= *byte == b'"';
        let space = byte.is_ascii_whitespace() && !quoted;
        match (space, out.last()) {
            (true, Some(b' ')) => {}
            (true, _) => out.push(b' '),
            (false, _) => out.push(*byte),
        }
    }
    out
}

fn not_trimmed(g: &mut Gen<'_, '_>) {
    // What stands between colon and value is mostly one space, which nobody signs.
    let with_gap = |g: &Gen<'_, '_>, line: usize| {
        let values = g.draft.lines[line].headers.iter().map(|index| {
            let header = &g.facts.request.headers[*index];
            let gap = header.gap.get(1..).unwrap_or_default();
            [gap, &header.value].concat()
        });
        values.collect::<Vec<_>>().join(&b',')
    };
    let collapse = |value: &[u8]| {
        let mut out: Vec<u8> = Vec::new();
        for byte in value {
            match (byte, out.last()) {
                (b' ' | b'\t', Some(b' ')) => {}
                (b'\t', _) => out.push(b' '),
                _ => out.push(*byte),
            }
        }
        out
    };
    turn_values(g, "every value", |g, line| or_own(g, line, raw(g, line, b",")));
    turn_values(g, "every value, collapsed", |g, line| or_own(g, line, collapse(&raw(g, line, b","))));
    turn_values(g, "every value, both ends", |g, line| or_own(g, line, with_gap(g, line)));
    turn_values(g, "every value, both ends, collapsed", |g, line| {
        or_own(g, line, collapse(&with_gap(g, line)))
    });
    turn_values(g, "every value, at its begin", |g, line| {
        or_own(g, line, with_gap(g, line).trim_ascii_end().to_vec())
    });
}

/// The value, where the line is made of headers of the request.
fn or_own(g: &Gen<'_, '_>, line: usize, value: Vec<u8>) -> Vec<u8> {
    if g.draft.lines[line].headers.is_empty() { g.draft.line(line).to_vec() } else { value }
}

fn spaces_removed(g: &mut Gen<'_, '_>) {
    turn_values(g, "every value", |g, line| {
        let (value, removed) = (g.draft.line(line), replaced(g.draft.line(line), b" ", b""));
        // Spaces behind commas alone are those of a list.
        if removed == replaced(value, b", ", b",") { value.to_vec() } else { removed }
    });
}

/// The lines that are made of more than one header, with the values of those.
fn repeated(g: &Gen<'_, '_>) -> Vec<(usize, Vec<Vec<u8>>)> {
    let value = |index: &usize| {
        let words: Vec<&[u8]> = g.facts.request.headers[*index]
            .value
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty())
            .collect();
        words.join(&b' ')
    };
    lines(g)
        .into_iter()
        .filter(|line| g.draft.lines[*line].headers.len() > 1)
        .map(|line| (line, g.draft.lines[line].headers.iter().map(value).collect()))
        .collect()
}

fn duplicate_joined(g: &mut Gen<'_, '_>) {
    for (line, values) in repeated(g) {
        for (between, words) in [
            (&b", "[..], "by a comma and a space"),
            (b";", "by a semicolon"),
            (b"; ", "by a semicolon and a space"),
            (b" ", "by a space"),
            (b"", "by nothing"),
        ] {
            let words = format!("{}: {words}", name_of(g, line));
            g.line(line, &values.join(between), words);
        }
    }
}

/// One header that holds a list: the space after its commas was removed, or one was added.
fn list_spacing(g: &mut Gen<'_, '_>) {
    let single = |g: &Gen<'_, '_>, line: usize, turned: fn(&[u8]) -> Vec<u8>| {
        let value = g.draft.line(line);
        if g.draft.lines[line].headers.len() == 1 { turned(value) } else { value.to_vec() }
    };
    turn_values(g, "every list", |g, line| single(g, line, |value| replaced(value, b", ", b",")));
    turn_values(g, "every list", |g, line| {
        single(g, line, |value| replaced(&replaced(value, b", ", b","), b",", b", "))
    });
}

fn duplicate_sorted(g: &mut Gen<'_, '_>) {
    for (line, mut values) in repeated(g) {
        let words = name_of(g, line);
        values.sort();
        g.line(line, &values.join(&b','), words.clone());
        values.reverse();
        g.line(line, &values.join(&b','), format!("{words}: backwards"));
    }
    // A list in one header may have been several.
    turn_values(g, "every list", |g, line| {
        let own = g.draft.line(line);
        let mut values: Vec<&[u8]> = own.split(|byte| *byte == b',').collect();
        values.sort_unstable();
        values.join(&b',')
    });
}

fn duplicate_one(g: &mut Gen<'_, '_>) {
    for (line, values) in repeated(g) {
        for (place, value) in values.iter().enumerate() {
            let words = format!("{}: value {} of {}", name_of(g, line), place + 1, values.len());
            g.line(line, value, words);
        }
        let mut distinct = values.clone();
        distinct.dedup();
        let words = format!("{}: equal values once", name_of(g, line));
        g.line(line, &distinct.join(&b','), words);
    }
}

fn duplicate_lines(g: &mut Gen<'_, '_>) {
    for (line, values) in repeated(g) {
        let mut sorted = values.clone();
        sorted.sort();
        for (values, words) in [(&values, ""), (&sorted, ", sorted")] {
            let (name, sent) =
                (g.draft.name(line).to_vec(), g.draft.bytes(g.draft.lines[line].sent).to_vec());
            let new: Vec<usize> =
                values.iter().map(|value| g.draft.add_line(&name, &sent, value, Vec::new())).collect();
            let order: Vec<usize> = lines(g)
                .into_iter()
                .flat_map(|other| if other == line { new.clone() } else { vec![other] })
                .collect();
            let words = format!("{}{words}", name_of(g, line));
            put_order(g, &order, &words);
        }
    }
}

/// The lines in this order, with their names in the list as often as they stand there, or as they are.
fn put_order(g: &mut Gen<'_, '_>, order: &[usize], words: &str) {
    let value = g.order(order);
    let list = g.list(order, b";");
    let list = g.draft.text(&list);
    g.add(vec![(Slot::LINES, value)], words);
    g.add(vec![(Slot::LINES, value), (Slot::SIGNED, list)], format!("{words}, and named twice"));
}

/// The names of the claim's list, as they are listed.
fn claimed_names(g: &Gen<'_, '_>) -> Vec<Vec<u8>> {
    let names = g.facts.claim.map(|claim| claim.signed_headers.iter()).into_iter().flatten();
    names.map(|span| g.facts.request.at(*span).to_vec()).collect()
}

/// A name that SignedHeaders lists twice: in the list that was signed, or as a second line, or as both.
fn listed_twice(g: &mut Gen<'_, '_>) {
    let all = lines(g);
    let names: Vec<Vec<u8>> = claimed_names(g).iter().map(|name| name.to_ascii_lowercase()).collect();
    let line_of = |name: &Vec<u8>| all.iter().copied().find(|line| g.draft.name(*line) == name);
    let listed: Vec<usize> = names.iter().filter_map(line_of).collect();
    if listed.len() <= all.len() {
        return;
    }
    let mut sorted = listed.clone();
    sorted.sort_by_key(|line| g.draft.name(*line).to_vec());
    for order in [sorted, listed] {
        let (lines, list) = (g.order(&order), g.list(&order, b";"));
        let list = g.draft.text(&list);
        g.add(vec![(Slot::SIGNED, list)], "in the list");
        g.add(vec![(Slot::LINES, lines)], "as a second line");
        g.add(vec![(Slot::LINES, lines), (Slot::SIGNED, list)], "in the list, and as a second line");
    }
    let as_listed = claimed_names(g).join(&b';');
    g.put(Slot::SIGNED, &as_listed, "in the list, in the case in which it is listed");
}

fn list_unsorted(g: &mut Gen<'_, '_>) {
    let mut as_sent = lines(g);
    as_sent.sort_by_key(|line| g.draft.lines[*line].headers.first().copied().unwrap_or(usize::MAX));
    for (order, words) in [(listed(g), "as it stands in the request"), (as_sent, "in the order sent")] {
        let list = g.list(&order, b";");
        g.put(Slot::SIGNED, &list, words);
    }
}

fn list_case(g: &mut Gen<'_, '_>) {
    if lines(g).is_empty() {
        return;
    }
    let names = sent_names(g, &lines(g)).join(&b';');
    g.put(Slot::SIGNED, &names, "as they are sent");
    let upper = g.draft.of_base(Slot::SIGNED).to_ascii_uppercase();
    g.put(Slot::SIGNED, &upper, "in upper case");
    // A list in lower case that differs from ours has another mistake.
    let listed = claimed_names(g);
    if listed.iter().flatten().any(u8::is_ascii_uppercase) && listed.len() == lines(g).len() {
        g.put(Slot::SIGNED, &listed.join(&b';'), "as they are listed");
    }
}

fn list_separator(g: &mut Gen<'_, '_>) {
    let list = g.draft.of_base(Slot::SIGNED).to_vec();
    if list.is_empty() {
        return;
    }
    for (between, words) in [
        (&b","[..], "by commas"),
        (b", ", "by commas and spaces"),
        (b"; ", "by semicolons and spaces"),
        (b" ", "by spaces"),
        (b"%3B", "by %3B"),
        (b":", "by colons"),
        (b"\n", "by line feeds"),
    ] {
        g.put(Slot::SIGNED, &replaced(&list, b";", between), words);
    }
    g.put(Slot::SIGNED, &[&*list, b";"].concat(), "with a semicolon at the end");
    g.put(Slot::SIGNED, b"", "left empty");
}

fn not_signed(g: &mut Gen<'_, '_>) {
    let all = lines(g);
    let without = |g: &mut Gen<'_, '_>, gone: &[usize], alone: bool| {
        let left: Vec<usize> = all.iter().copied().filter(|line| !gone.contains(line)).collect();
        let names: Vec<String> = gone.iter().map(|line| name_of(g, *line)).collect();
        let order = g.order(&left);
        let list = g.list(&left, b";");
        let list = g.draft.text(&list);
        let words = names.join(" and ");
        for patch in [vec![(Slot::LINES, order), (Slot::SIGNED, list)], vec![(Slot::LINES, order)]] {
            let change = g.add(patch, words.clone());
            if let (Some(change), true) = (change, alone) {
                change.alone();
            }
        }
    };
    for line in &all {
        without(g, &[*line], false);
    }
    if all.len() <= 14 {
        for (place, a) in all.iter().enumerate() {
            for b in &all[place + 1..] {
                without(g, &[*a, *b], true);
            }
        }
    }
    // Clients that sign host and date alone.
    let few: Vec<usize> =
        all.iter().copied().filter(|line| !matches!(g.draft.name(*line), b"host" | b"x-amz-date")).collect();
    if few.len() > 2 {
        without(g, &few, true);
    }
    let only_host: Vec<usize> = all.iter().copied().filter(|line| g.draft.name(*line) != b"host").collect();
    if only_host.len() > 2 {
        without(g, &only_host, true);
    }
}

fn signed_unnamed(g: &mut Gen<'_, '_>) {
    if !g.is_request() {
        return;
    }
    let named = |g: &Gen<'_, '_>, name: &[u8]| {
        lines(g).iter().any(|line| g.draft.name(*line) == name.to_ascii_lowercase())
    };
    let unnamed: Vec<usize> = g
        .facts
        .request
        .sent()
        .filter(|(_, header)| !named(g, &header.name) && !header.is(b"authorization"))
        .map(|(index, _)| index)
        .collect();
    let added: Vec<usize> = unnamed.iter().map(|index| line_of_header(g, *index)).collect();
    for line in &added {
        let words = name_of(g, *line);
        with_lines(g, &[*line], words);
    }
    if added.len() > 1 {
        with_lines(g, &added, "every header that is sent".into());
    }
    let amz: Vec<usize> =
        added.iter().copied().filter(|line| g.draft.name(*line).starts_with(b"x-amz-")).collect();
    if amz.len() > 1 {
        with_lines(g, &amz, "every x-amz header".into());
    }
    token_line(g);
}

/// A line for a header of the request that is not signed, to be written where an order names it.
fn line_of_header(g: &mut Gen<'_, '_>, index: usize) -> usize {
    let header = g.facts.request.headers[index].clone();
    let value = String::from_utf8_lossy(&header.value).split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    let lower = header.name.to_ascii_lowercase();
    g.draft.add_line(&lower, &header.name, value.as_bytes(), vec![index])
}

/// The lines and these as well, sorted; named in the list, or not.
fn with_lines(g: &mut Gen<'_, '_>, more: &[usize], words: String) {
    let mut order: Vec<usize> = lines(g).into_iter().chain(more.iter().copied()).collect();
    order.sort_by_key(|line| g.draft.name(*line).to_vec());
    let value = g.order(&order);
    let list = g.list(&order, b";");
    let list = g.draft.text(&list);
    g.add(vec![(Slot::LINES, value), (Slot::SIGNED, list)], words.clone());
    g.add(vec![(Slot::LINES, value)], words);
}

/// The session token at hand, which the request does not send.
fn token_line(g: &mut Gen<'_, '_>) {
    let Some(token) = g.facts.token else { return };
    let name = g.draft.family.token_header;
    if g.facts.is_presigned() || g.facts.request.header(name.as_bytes()).is_some() {
        return;
    }
    let line =
        g.draft.add_line(name.to_ascii_lowercase().as_bytes(), name.as_bytes(), token.expose(), Vec::new());
    with_lines(g, &[line], format!("{}, which was signed but not sent", name.to_ascii_lowercase()));
}

fn signed_empty(g: &mut Gen<'_, '_>) {
    for line in lines(g) {
        let name = name_of(g, line);
        if name != "content-type" && name != "host" {
            g.line(line, b"", name);
        }
    }
}

fn content_type_empty(g: &mut Gen<'_, '_>) {
    put_values(g, "content-type", &["", "null", "undefined"]);
}

fn charset_added(g: &mut Gen<'_, '_>) {
    let Some(line) = g.draft.named("content-type") else { return };
    let value = g.draft.line(line).to_vec();
    if let Some(at) = memchr::memchr(b';', &value) {
        let bare = value[..at].trim_ascii_end().to_vec();
        let words = format!("signed as {}", String::from_utf8_lossy(&bare));
        put_sent(g, line, &bare, words);
        // Only the charset, where there are other parameters.
        let kept: Vec<&[u8]> = value
            .split(|byte| *byte == b';')
            .filter(|part| !part.trim_ascii().to_ascii_lowercase().starts_with(b"charset"))
            .collect();
        let kept = kept.join(&b';');
        let words = format!("signed as {}", String::from_utf8_lossy(&kept));
        put_sent(g, line, &kept, words);
    }
}

const CHARSETS: [&str; 8] = [
    "; charset=utf-8",
    "; charset=UTF-8",
    ";charset=utf-8",
    ";charset=UTF-8",
    "; charset=ISO-8859-1",
    "; charset=iso-8859-1",
    "; charset=\"utf-8\"",
    ";",
];

fn charset_changed(g: &mut Gen<'_, '_>) {
    let Some(line) = g.draft.named("content-type") else { return };
    let value = g.draft.line(line).to_vec();
    let end = memchr::memchr(b';', &value).unwrap_or(value.len());
    let bare = String::from_utf8_lossy(&value[..end]).trim_end().to_owned();
    for charset in CHARSETS {
        let other = format!("{bare}{charset}");
        put_sent(g, line, other.as_bytes(), format!("signed as {other}"));
    }
    let tight = replaced(&value, b"; ", b";");
    let wide = replaced(&tight, b";", b"; ");
    let others = [value.to_ascii_lowercase(), tight, wide];
    for other in others {
        let words = format!("signed as {}", String::from_utf8_lossy(&other));
        put_sent(g, line, &other, words);
    }
}

fn content_type_changed(g: &mut Gen<'_, '_>) {
    put_values(g, "content-type", usual::of("content-type"));
}

fn boundary(g: &mut Gen<'_, '_>) {
    let Some(line) = g.draft.named("content-type") else { return };
    let value = String::from_utf8_lossy(g.draft.line(line)).into_owned();
    if !value.to_ascii_lowercase().starts_with("multipart/") {
        return;
    }
    let kind = value.split(';').next().unwrap_or_default().trim_end().to_owned();
    put_sent(g, line, kind.as_bytes(), format!("signed as {kind}"));
    let first = g.facts.body.as_deref().and_then(|body| body.strip_prefix(b"--")).map(<[u8]>::to_vec);
    if let Some(first) = first {
        let end = first.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(first.len());
        let boundary = String::from_utf8_lossy(&first[..end]).trim_end().to_owned();
        for other in [
            format!("{kind}; boundary={boundary}"),
            format!("{kind};boundary={boundary}"),
            format!("{kind}; boundary=\"{boundary}\""),
        ] {
            put_sent(g, line, other.as_bytes(), format!("signed as {other}"));
        }
    }
}

fn accept_encoding(g: &mut Gen<'_, '_>) {
    put_usual(g, &["accept-encoding"]);
    let Some(line) = g.draft.named("accept-encoding") else { return };
    let value = String::from_utf8_lossy(g.draft.line(line)).into_owned();
    for tail in [",gzip(gfe)", ", gzip(gfe)", "gzip(gfe)"] {
        if let Some(rest) = value.strip_suffix(tail) {
            put_sent(g, line, rest.as_bytes(), format!("signed as {rest}"));
        }
        // In a server's own text the proxy's addition is what is left to explain.
        put_sent(g, line, format!("{value}{tail}").as_bytes(), format!("with {tail} at its end"));
    }
    shorter_lists(g, line, ",");
}

/// The value without its last elements, or without its first one: proxies add theirs at the end, load balancers a `Self=` in front.
fn shorter_lists(g: &mut Gen<'_, '_>, line: usize, between: &str) {
    let value = String::from_utf8_lossy(g.draft.line(line)).into_owned();
    let cuts: Vec<usize> = value.match_indices(between).map(|(at, _)| at).collect();
    if let Some(first) = cuts.first() {
        let other = value[first + between.len()..].trim_start().to_owned();
        let name = name_of(g, line);
        put_sent(g, line, other.as_bytes(), format!("{name}: signed as {other}"));
    }
    for at in cuts.into_iter().rev().take(6) {
        let other = value[..at].trim_end().to_owned();
        let name = name_of(g, line);
        put_sent(g, line, other.as_bytes(), format!("{name}: signed as {other}"));
    }
}

fn user_agent(g: &mut Gen<'_, '_>) {
    for name in ["user-agent", "x-amz-user-agent"] {
        let Some(line) = g.draft.named(name) else { continue };
        shorter_lists(g, line, " ");
        shorter_lists(g, line, ",");
    }
    put_usual(g, &["user-agent"]);
}

fn content_length(g: &mut Gen<'_, '_>) {
    let mut lengths = vec![g.facts.request.body.len(), 0];
    if let Some(body) = g.facts.body.as_deref() {
        let text = String::from_utf8_lossy(body);
        lengths.extend([text.chars().count() as u64, text.encode_utf16().count() as u64]);
        lengths.extend([
            body.len() as u64 + 1,
            (body.len() as u64).saturating_sub(1),
            body.trim_ascii().len() as u64,
        ]);
        lengths.extend([body.len() as u64 + 2, u64::from(u32::MAX)]);
        length_before_compression(g, body);
    }
    let request = g.facts.request;
    if let Some(End::Chunks(summary)) = request.body.find(Pass::of(request)).map(|found| found.end.clone()) {
        lengths.extend([summary.decoded, summary.length]);
    }
    lengths.extend(g.facts.header("x-amz-decoded-content-length").and_then(|text| text.parse::<u64>().ok()));
    let texts: Vec<String> = lengths.iter().map(u64::to_string).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).chain(["", "-1"]).collect();
    put_values(g, "content-length", &texts);
    put_values(g, "x-amz-decoded-content-length", &texts);
}

/// The length that a compressed body had when the request was signed.
fn length_before_compression(g: &mut Gen<'_, '_>, body: &[u8]) {
    let Some((plain, how)) = super::body::uncompressed(body) else { return };
    let length = plain.len().to_string();
    for name in ["content-length", "x-amz-decoded-content-length"] {
        let sent = g.draft.named(name).filter(|line| !g.draft.lines[*line].headers.is_empty());
        let words =
            format!("{name}: signed as {length}, the length of the body before it was compressed {how}");
        if let Some(line) = sent {
            put_sent(g, line, length.as_bytes(), words);
        }
    }
}

fn connection(g: &mut Gen<'_, '_>) {
    put_usual(
        g,
        &[
            "connection",
            "te",
            "expect",
            "transfer-encoding",
            "upgrade",
            "keep-alive",
            "trailer",
            "proxy-connection",
        ],
    );
}

fn forwarded(g: &mut Gen<'_, '_>) {
    for name in [
        "x-forwarded-for",
        "via",
        "forwarded",
        "x-forwarded-host",
        "x-forwarded-server",
        "x-forwarded-port",
        "x-real-ip",
        "cdn-loop",
        "x-amzn-trace-id",
    ] {
        if let Some(line) = g.draft.named(name) {
            shorter_lists(g, line, ",");
            shorter_lists(g, line, ";");
        }
        put_values(g, name, &[""]);
    }
    put_usual(g, &["x-forwarded-proto", "x-forwarded-scheme", "x-forwarded-port", "cdn-loop"]);
}

fn cache(g: &mut Gen<'_, '_>) {
    put_usual(g, &["cache-control", "pragma"]);
    for name in
        ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "range", "etag", "age"]
    {
        put_usual(g, &[name]);
        let Some(line) = g.draft.named(name) else { continue };
        let value = g.draft.line(line).to_vec();
        let weak = value.strip_prefix(b"W/").map(<[u8]>::to_vec);
        if let Some(strong) = weak {
            put_sent(g, line, &strong, format!("{name}: signed as a strong tag"));
        }
        let unquoted = replaced(&value, b"\"", b"");
        put_sent(g, line, &unquoted, format!("{name}: signed without quotation marks"));
        let quoted = [b"\"", &*unquoted, b"\""].concat();
        put_sent(g, line, &quoted, format!("{name}: signed in quotation marks"));
    }
}

fn accept(g: &mut Gen<'_, '_>) {
    put_usual(g, &["accept", "accept-language", "accept-charset"]);
}

fn amz_header(g: &mut Gen<'_, '_>) {
    if let Some(line) = g.draft.named("amz-sdk-request") {
        for attempt in 1..=4 {
            for max in [3, 1, 2, 4, 5, 10] {
                let value = format!("attempt={attempt}; max={max}");
                put_sent(g, line, value.as_bytes(), format!("amz-sdk-request: signed as {value}"));
            }
        }
    }
    put_usual(
        g,
        &[
            "x-amz-storage-class",
            "x-amz-acl",
            "x-amz-checksum-mode",
            "x-amz-server-side-encryption",
            "content-encoding",
            "content-md5",
            "origin",
        ],
    );
}

fn charset(g: &mut Gen<'_, '_>) {
    for line in lines(g) {
        for (words, other) in other_character_sets(g.draft.line(line)) {
            let words = format!("{}: {words}", name_of(g, line));
            g.line(line, &other, words);
        }
    }
}

fn folded(g: &mut Gen<'_, '_>) {
    for line in lines(g) {
        let value = raw(g, line, b",");
        if !value.contains(&b'\n') {
            continue;
        }
        let parts: Vec<&[u8]> = value
            .split(|byte| *byte == b'\n')
            .map(<[u8]>::trim_ascii)
            .filter(|part| !part.is_empty())
            .collect();
        for (between, words) in [
            (&b","[..], "a comma"),
            (b", ", "a comma and a space"),
            (b"\n", "a line feed"),
            (b"", "nothing"),
            (b"\n ", "a line feed and a space"),
        ] {
            let words = format!("{}: joined by {words}", name_of(g, line));
            g.line(line, &parts.join(between), words);
        }
    }
}

fn percent_encoded(g: &mut Gen<'_, '_>) {
    for line in lines(g) {
        let value = g.draft.line(line).to_vec();
        // Tokens have a cause of their own.
        if is_token(g.draft.name(line)) {
            continue;
        }
        let plain = decoded(&value);
        let escapes = super::text::Escapes { bare: b"/", ..super::text::Escapes::RIGHT };
        let (all, path) = (super::text::Escapes::RIGHT.text(&plain), escapes.text(&plain));
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

fn empty_dropped(g: &mut Gen<'_, '_>) {
    let all = lines(g);
    let left: Vec<usize> = all.iter().copied().filter(|line| !g.draft.line(*line).is_empty()).collect();
    if left.len() == all.len() {
        return;
    }
    let value = g.order(&left);
    g.add(vec![(Slot::LINES, value)], "their lines");
    let list = g.list(&left, b";");
    let list = g.draft.text(&list);
    g.add(vec![(Slot::LINES, value), (Slot::SIGNED, list)], "their lines and their names");
}

fn quotes(g: &mut Gen<'_, '_>) {
    turn_values(g, "every value", |g, line| replaced(g.draft.line(line), b"\"", b""));
    turn_values(g, "every value", |g, line| replaced(g.draft.line(line), b"'", b""));
}

/// Seconds that the date in the header may be off, the likely ones first.
fn date(g: &mut Gen<'_, '_>) {
    let Some(instant) = g.facts.instant() else { return };
    let name = g.draft.family.date_header.to_ascii_lowercase();
    let sent = g.draft.named(&name).filter(|line| !g.draft.lines[*line].headers.is_empty());
    let Some(line) = sent else { return };
    for seconds in (1..=900).flat_map(|n| [-n, n]) {
        let other = instant.plus(seconds).basic();
        let words = format!("signed as {}", String::from_utf8_lossy(&other));
        let both = g.puts(&[(Slot::line(line), &other), (Slot::TIMESTAMP, &other)], words.clone());
        if let Some(change) = both
            && seconds.abs() > 2
        {
            change.alone();
        }
        if let Some(change) = g.line(line, &other, words)
            && seconds.abs() > 2
        {
            change.alone();
        }
    }
    put_values(g, "date", &[""]);
}

fn content_sha256(g: &mut Gen<'_, '_>) {
    let name = g.draft.family.content_header.to_ascii_lowercase();
    let Some(line) = g.draft.named(&name) else { return };
    let payload = g.draft.of_base(Slot::PAYLOAD).to_vec();
    let hash = g.facts.body.as_ref().map(|body| hex::encode(body.hash_with(b""))).unwrap_or_default();
    let empty = super::body::hex_hash(b"");
    for (value, words) in [
        (payload, "as the last line says"),
        (b"UNSIGNED-PAYLOAD".to_vec(), "UNSIGNED-PAYLOAD"),
        (hash.into_bytes(), "the hash of the body"),
        (empty.into_bytes(), "the hash of nothing"),
    ] {
        if value.is_empty() {
            continue;
        }
        // The last line follows the header: no edit changes one without the other.
        g.line(line, &value, format!("the header alone: {words}"));
        g.puts(
            &[(Slot::line(line), &value), (Slot::PAYLOAD, &value)],
            format!("header and last line: {words}"),
        );
    }
}

/// One way in which a value is written otherwise, and the cause that it belongs to.
struct Turn {
    cause: &'static str,
    words: &'static str,
    turn: fn(&[u8]) -> Vec<u8>,
}

/// The ways that come together in one value: each alone is a change of the cause that it names.
static TURNS: &[Turn] = &[
    Turn {
        cause: "header-value-lowercased",
        words: "in lower case",
        turn: |value| value.to_ascii_lowercase(),
    },
    Turn {
        cause: "header-list-spacing",
        words: "without spaces behind commas",
        turn: |value| replaced(value, b", ", b","),
    },
    Turn {
        cause: "content-type-charset-changed",
        words: "without a space behind the semicolon",
        turn: |value| replaced(value, b"; ", b";"),
    },
    Turn {
        cause: "header-spaces-removed",
        words: "without spaces",
        turn: |value| replaced(value, b" ", b""),
    },
    Turn {
        cause: "header-quotes-removed",
        words: "without quotation marks",
        turn: |value| replaced(value, b"\"", b""),
    },
    Turn { cause: "header-percent-encoded", words: "percent-decoded", turn: decoded },
    Turn {
        cause: "content-type-charset-added",
        words: "without its parameters",
        turn: |value| value[..memchr::memchr(b';', value).unwrap_or(value.len())].trim_ascii_end().to_vec(),
    },
];

/// Two changes of one value. The search combines changes of different slots, and these share one.
pub(super) fn changed_twice(g: &mut Gen<'_, '_>) {
    for line in lines(g) {
        let own = g.draft.line(line).to_vec();
        let single: Vec<Vec<u8>> = TURNS.iter().map(|turn| (turn.turn)(&own)).collect();
        let mut tried = single.clone();
        tried.push(own.clone());
        for (first, once) in TURNS.iter().zip(&single).filter(|(_, once)| **once != own) {
            for second in TURNS {
                let both = (second.turn)(once);
                if !tried.contains(&both) {
                    put_both(g, line, &both, (first, second));
                    tried.push(both);
                }
            }
        }
    }
}

fn put_both(g: &mut Gen<'_, '_>, line: usize, value: &[u8], (first, second): (&Turn, &Turn)) {
    let name = name_of(g, line);
    let (Some(one), Some(other)) = (super::named(first.cause), super::named(second.cause)) else { return };
    g.cause = one;
    if let Some(change) = g.line(line, value, format!("{name}: {}", first.words)) {
        change.also(other, second.words).strange();
    }
}
