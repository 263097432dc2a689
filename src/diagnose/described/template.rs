//! Slips with how a text is put together: parts forgotten or exchanged, marks between them, steps not taken or taken twice.

use super::slip::{Change, Slip};
use crate::diagnose::shared::mistakes::Mistake;
use crate::diagnose::write::breaks;
use crate::scheme::Recipe;
use crate::scheme::recipe::pipe::{Cut, Each, OfPairs, Pipe, Whole};
use crate::scheme::recipe::source::Source;
use crate::scheme::recipe::template::{Hole, Node, Template};
use crate::scheme::recipe::write::Way;
use crate::signature::mac::Hash;

const LINK: &str = "https://www.rfc-editor.org/rfc/rfc2104";

macro_rules! mistakes {
    ($($name:ident: $id:literal, $rank:literal, $title:literal, $why:literal, $fix:literal;)*) => {
        $(static $name: Mistake = Mistake { id: $id, rank: $rank, title: $title, why: $why, fix: $fix, link: LINK };)*
    };
}

mistakes! {
    ORDER: "parts-order", 1,
        "The parts of the signed text stand in another order.",
        "The same parts in another order are another text.",
        "Put the parts together in the order that the scheme has.";
    MISSING: "part-missing", 1,
        "A part of the signed text is missing.",
        "Every part of the text is signed, in its place.",
        "Add the part that is missing.";
    QUERY: "query-not-signed", 0,
        "The query was not signed, or signed without need.",
        "This scheme says whether the query belongs to what is signed.",
        "Sign path and query as they are sent, or the path alone where the scheme has it so.";
    SEPARATOR: "separator", 1,
        "What stands between the parts of the signed text is missing, or is something else.",
        "The characters between the parts are signed as well.",
        "Put the characters of the scheme between the parts, and none where it has none.";
    LINES: "line-ends", 0,
        "The lines of the signed text end otherwise.",
        "A line ends with LF here; CR LF, or an LF more or less at the end, makes another text.",
        "Join the lines with LF, and look at whether the last one has one.";
    ENCODING: "encoded-otherwise", 1,
        "A part was encoded in another way.",
        "Percent escapes are signed as the scheme has them: decoded, as they are sent, or encoded once.",
        "Look at whether the scheme signs the part decoded, as sent, or encoded, and do it once.";
    SORTING: "not-sorted", 1,
        "The parameters are in another order.",
        "This scheme sorts them, before or after they are encoded.",
        "Sort them as the scheme has it.";
    STEP: "step-forgotten", 1,
        "A step was left out, or taken without need.",
        "Each step that the scheme names changes the text.",
        "Take every step, in order.";
    CASE: "letter-case", 1,
        "A part was written in other letters: upper case for lower case, or the other way round.",
        "The text is signed letter by letter.",
        "Write the part in the case that the scheme has.";
    DIGEST: "digest-form", 1,
        "The digest of a part was made or written in another way.",
        "A digest in hex, in base64 and as bytes are three texts; so is the digest of nothing and nothing.",
        "Make the digest with the hash of the scheme, and write it in its form.";
    DEFAULT_PORT: "default-port", 0,
        "The port of the scheme was signed with the host.",
        "A port that the scheme has anyway does not belong to the text.",
        "Leave :443 out for https, and :80 for http.";
    LAYOUT: "other-layout", 1,
        "The text was put together as another version or kind of this scheme has it.",
        "Versions and kinds of a scheme have layouts of their own.",
        "Look at which version the request names, and use its layout.";
    BLANKS: "white-space", 1,
        "There are blanks in the signed text that the scheme has not.",
        "The text is written without white space.",
        "Write the text without blanks, or take it from the library of the vendor.";
}

/// What goes wrong with the texts of this row.
pub(super) fn slips(row: &Recipe, way: &Way<'_>) -> Vec<Slip> {
    let mut slips = finished();
    slips.extend(layouts(row, way));
    for (at, template) in way.messages.iter().enumerate() {
        let replaced = |template: Template| {
            let mut all: Vec<Template> = way.messages.iter().map(|own| (**own).clone()).collect();
            all[at] = template;
            Change::Messages(all)
        };
        slips.extend(variants(template).into_iter().map(|one| one.slip(&replaced)));
    }
    for (at, (_, template)) in way.texts.iter().enumerate() {
        let replaced = |template: Template| Change::Text(at, template);
        slips.extend(variants(template).into_iter().map(|one| one.slip(&replaced)));
    }
    slips
}

/// A text put together otherwise.
struct Variant {
    mistake: &'static Mistake,
    words: String,
    template: Template,
}

impl Variant {
    fn slip(self, change: &dyn Fn(Template) -> Change) -> Slip {
        Slip { mistake: self.mistake, words: self.words, edits: Vec::new(), change: change(self.template) }
    }
}

/// What may have been done to the finished text.
fn finished() -> Vec<Slip> {
    let of = |mistake, words: &str, change| Slip {
        mistake,
        words: words.into(),
        edits: Vec::new(),
        change: Change::Finished(change),
    };
    vec![
        of(&LINES, "with CR LF in place of LF", |text| breaks(text, b"\r\n")),
        of(&LINES, "with an LF more at the end", |text| [text, b"\n"].concat()),
        of(&LINES, "without the LF at the end", |text| text.strip_suffix(b"\n").unwrap_or(text).to_vec()),
        of(&LINES, "without line ends", |text| text.iter().copied().filter(|byte| *byte != b'\n').collect()),
        of(&LINES, "with a backslash and an n in place of LF", |text| breaks(text, b"\\n")),
        of(&BLANKS, "a blank behind each colon and comma", |text| spaced(text, b":,")),
        of(&BLANKS, "a blank behind each colon", |text| spaced(text, b":")),
        of(&CASE, "all in lower case", |text| text.to_ascii_lowercase()),
        of(&CASE, "all in upper case", |text| text.to_ascii_uppercase()),
        of(&ENCODING, "all of it percent-encoded", |text| {
            percent_encoding::percent_encode(text, &crate::canon::encode::RESERVED).to_string().into_bytes()
        }),
        of(&ENCODING, "all of it percent-decoded", |text| percent_encoding::percent_decode(text).collect()),
    ]
}

/// JSON as Python and others write it.
fn spaced(text: &[u8], marks: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 16);
    let mut quoted = false;
    for (at, byte) in text.iter().enumerate() {
        out.push(*byte);
        match byte {
            b'"' if at == 0 || text[at - 1] != b'\\' => quoted = !quoted,
            mark if !quoted && marks.contains(mark) => out.push(b' '),
            _ => {}
        }
    }
    out
}

/// The messages that the row has for other requests.
fn layouts(row: &Recipe, way: &Way<'_>) -> Vec<Slip> {
    let own: Vec<&Template> = way.messages.iter().map(|template| &**template).collect();
    let others = row.messages.iter().filter(|under| !own.contains(&&under.what));
    others
        .map(|under| Slip {
            mistake: &LAYOUT,
            words: String::new(),
            edits: Vec::new(),
            change: Change::Messages(vec![under.what.clone()]),
        })
        .collect()
}

/// Every text that one slip makes of a template.
fn variants(template: &Template) -> Vec<Variant> {
    let mut variants = Vec::new();
    let nodes = &template.nodes;
    let with = |at: usize, new: Vec<Node>| {
        let mut all = nodes.clone();
        all.splice(at..=at, new);
        Template { nodes: all }
    };
    for (at, node) in nodes.iter().enumerate() {
        match node {
            Node::Literal(literal) => {
                variants.extend(marks(literal).into_iter().map(|(text, words)| Variant {
                    mistake: &SEPARATOR,
                    words,
                    template: with(at, if text.is_empty() { Vec::new() } else { vec![Node::Literal(text)] }),
                }));
            }
            Node::Hole(hole) => {
                let others = holes(hole).into_iter();
                variants.extend(others.map(|(mistake, words, hole)| Variant {
                    mistake,
                    words,
                    template: with(at, hole.map(Node::Hole).into_iter().collect()),
                }));
            }
            Node::Optional(inner) => {
                variants.push(Variant {
                    mistake: if speaks_of_query(inner) { &QUERY } else { &MISSING },
                    words: "without the part that may be left out".into(),
                    template: with(at, Vec::new()),
                });
                variants.push(Variant {
                    mistake: &MISSING,
                    words: "with the marks of a part that is empty".into(),
                    template: with(at, inner.clone()),
                });
                for inner in self::variants(&Template { nodes: inner.clone() }) {
                    let optional = Node::Optional(inner.template.nodes);
                    variants.push(Variant { template: with(at, vec![optional]), ..inner });
                }
            }
        }
    }
    variants.extend(dropped_lines(nodes));
    variants.extend(orders(nodes));
    variants
}

fn speaks_of_query(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| matches!(node, Node::Hole(Hole { source: Source::Query | Source::Pairs(_), .. })))
}

/// Other marks between parts.
fn marks(literal: &str) -> Vec<(String, String)> {
    let shown = |text: &str| text.replace('\n', "LF").replace('\t', "TAB");
    let mut variants = vec![(String::new(), format!("without `{}`", shown(literal)))];
    for other in [".", ":", "|", "\n", "&", " ", ""] {
        if other != literal && literal.chars().count() == 1 {
            variants.push((other.to_owned(), format!("`{}` in place of `{}`", shown(other), shown(literal))));
        }
    }
    if literal.ends_with('\n') && literal.len() > 1 {
        variants.push((literal.trim_end_matches('\n').to_owned(), "without an LF".into()));
    }
    // A version that stands in the text, such as v0, may be another's.
    let versions = [("v0", "v1"), ("v1", "v0"), ("v1", "v2")];
    for (own, other) in versions {
        if literal.contains(own) {
            variants.push((literal.replace(own, other), format!("`{other}` in place of `{own}`")));
        }
    }
    variants
}

type OtherHole = (&'static Mistake, String, Option<Hole>);

/// What one slip makes of a hole.
fn holes(hole: &Hole) -> Vec<OtherHole> {
    let name = hole.source.words();
    let mut others: Vec<OtherHole> = vec![(&MISSING, format!("{name} left out"), None)];
    let of = |source: Source| Some(Hole { source, pipes: hole.pipes.clone() });
    match hole.source {
        Source::Target => {
            others.push((&QUERY, "the path without its query".into(), of(Source::Path)));
            others.push((&ENCODING, "the whole URL in its place".into(), of(Source::Url)));
        }
        Source::Path => {
            others.push((&QUERY, "the path with its query".into(), of(Source::Target)));
            others.push((&ENCODING, "the whole URL in its place".into(), of(Source::Url)));
        }
        Source::Url => others.push((&QUERY, "without its query".into(), of(Source::UrlBase))),
        Source::Host => others.push((&MISSING, "the host without its port".into(), of(Source::HostName))),
        _ => {}
    }
    others.extend(without_steps(hole));
    others.extend(with_steps(hole));
    if let [first, .., last] = &hole.pipes[..] {
        // As it was sent, but for what must be done to it to stand there.
        let keeps = |pipes: Vec<Pipe>| Some(Hole { source: hole.source.clone(), pipes });
        others.push((of_step(first).0, format!("{name} as it was sent"), keeps(vec![last.clone()])));
    }
    others
}

/// A step left out, or another in its place.
fn without_steps(hole: &Hole) -> Vec<OtherHole> {
    let name = hole.source.words();
    let mut others = Vec::new();
    for (at, pipe) in hole.pipes.iter().enumerate() {
        let replaced = |new: Vec<Pipe>| {
            let mut pipes = hole.pipes.clone();
            pipes.splice(at..=at, new);
            Some(Hole { source: hole.source.clone(), pipes })
        };
        let (mistake, words) = of_step(pipe);
        if !matches!(pipe, Pipe::Pairs(OfPairs::Join(..) | OfPairs::JoinBare(..) | OfPairs::Lines(..))) {
            others.push((mistake, format!("{name}: {words}"), replaced(Vec::new())));
        }
        others.extend(
            instead(pipe)
                .into_iter()
                .map(|(words, new)| (mistake, format!("{name}: {words}"), replaced(vec![new]))),
        );
        if let (Pipe::Pairs(OfPairs::Sort | OfPairs::SortWhole), Some(before)) = (pipe, at.checked_sub(1)) {
            let mut pipes = hole.pipes.clone();
            pipes.swap(before, at);
            let moved = Some(Hole { source: hole.source.clone(), pipes });
            others.push((&SORTING, format!("{name}: sorted before the step in front of it"), moved));
        }
    }
    others
}

/// What it is when a step is not taken.
fn of_step(pipe: &Pipe) -> (&'static Mistake, &'static str) {
    match pipe {
        Pipe::Each(Each::Lower | Each::Upper) => (&CASE, "in the letters that were sent"),
        Pipe::Each(Each::Trim | Each::Collapse) => (&BLANKS, "with its blanks"),
        Pipe::Each(_) => (&ENCODING, "not encoded or decoded"),
        Pipe::Pairs(OfPairs::Sort | OfPairs::SortWhole) => (&SORTING, "in the order in which they were sent"),
        Pipe::Whole(Whole::Cut(Cut::StripSuffix(text))) if text.starts_with(':') => {
            (&DEFAULT_PORT, "with its port")
        }
        Pipe::Whole(Whole::Digest(_) | Whole::Hex | Whole::HexUpper | Whole::Base64 | Whole::Base64Url) => {
            (&DIGEST, "without a step of its digest")
        }
        Pipe::Whole(_) | Pipe::Pairs(_) | Pipe::Names(_) | Pipe::Values(_) => (&STEP, "a step left out"),
    }
}

/// Steps that are taken for one another.
fn instead(pipe: &Pipe) -> Vec<(&'static str, Pipe)> {
    let whole = Pipe::Whole;
    match pipe {
        Pipe::Whole(Whole::Digest(own)) => {
            let others = Hash::ALL.into_iter().filter(|hash| hash != own);
            others.map(|hash| (hash.title(), whole(Whole::Digest(hash)))).collect()
        }
        Pipe::Whole(Whole::Hex) => {
            vec![("in base64", whole(Whole::Base64)), ("in upper-case hex", whole(Whole::HexUpper))]
        }
        Pipe::Whole(Whole::Base64) => {
            vec![("in hex", whole(Whole::Hex)), ("in the base64 of URLs", whole(Whole::Base64Url))]
        }
        Pipe::Each(Each::Lower) => vec![("in upper case", Pipe::Each(Each::Upper))],
        Pipe::Each(Each::DecodeForm) => vec![("with + as it is", Pipe::Each(Each::Decode))],
        Pipe::Each(Each::Decode) => vec![("with + as a blank", Pipe::Each(Each::DecodeForm))],
        Pipe::Pairs(OfPairs::Join(between, after)) => vec![
            (
                "an empty value without its mark",
                Pipe::Pairs(OfPairs::JoinBare(between.clone(), after.clone())),
            ),
            ("with a mark at the end", Pipe::Pairs(OfPairs::Lines(between.clone(), after.clone()))),
            ("joined by nothing", Pipe::Pairs(OfPairs::Join(between.clone(), String::new()))),
            ("joined by &", Pipe::Pairs(OfPairs::Join("=".into(), "&".into()))),
        ],
        Pipe::Pairs(OfPairs::Lines(between, after)) => {
            vec![("without the last line end", Pipe::Pairs(OfPairs::Join(between.clone(), after.clone())))]
        }
        _ => Vec::new(),
    }
}

/// A step taken without need.
fn with_steps(hole: &Hole) -> Vec<OtherHole> {
    let name = hole.source.words();
    let texts: [(&'static Mistake, &str, Pipe); 13] = [
        (&ENCODING, "percent-encoded", Pipe::Each(Each::Encode)),
        (&ENCODING, "percent-encoded but for its slashes", Pipe::Each(Each::EncodePath)),
        (&ENCODING, "percent-decoded", Pipe::Each(Each::Decode)),
        (&ENCODING, "percent-decoded, + as a blank", Pipe::Each(Each::DecodeForm)),
        (&ENCODING, "with its blanks as they are", Pipe::Each(Each::Blanks)),
        (&CASE, "in lower case", Pipe::Each(Each::Lower)),
        (&CASE, "in upper case", Pipe::Each(Each::Upper)),
        (&BLANKS, "without white space at its ends", Pipe::Each(Each::Trim)),
        (&DIGEST, "in base64", Pipe::Whole(Whole::Base64)),
        (&ENCODING, "with its slashes cut off", Pipe::Each(Each::TrimSlashes)),
        (&LINES, "with CR LF", Pipe::Each(Each::CrLf)),
        (
            &DIGEST,
            "nothing in place of the digest of nothing",
            Pipe::Whole(Whole::Unless(empty_digest(hole))),
        ),
        (&ENCODING, "with `:` and backslash escaped", Pipe::Whole(Whole::Escaped)),
    ];
    let ends_as_pairs =
        matches!(hole.source, Source::Pairs(_) | Source::HeadersWith(_) | Source::HeadersNamed(..));
    let added = texts.into_iter().map(|(mistake, words, pipe)| {
        let mut pipes = hole.pipes.clone();
        // What is done to pairs is done before they are joined.
        let at = if ends_as_pairs { pipes.len().saturating_sub(1) } else { pipes.len() };
        pipes.insert(at, pipe);
        (mistake, format!("{name}: {words}"), Some(Hole { source: hole.source.clone(), pipes }))
    });
    added.collect()
}

/// What the digests of this hole make of nothing.
fn empty_digest(hole: &Hole) -> String {
    let digest = hole.pipes.iter().find_map(|pipe| match pipe {
        Pipe::Whole(Whole::Digest(hash)) => Some(hash.of(b"")),
        _ => None,
    });
    let is_base64 = hole.pipes.iter().any(|pipe| matches!(pipe, Pipe::Whole(Whole::Base64)));
    let encoding = if is_base64 {
        crate::signature::mac::Encoding::Base64
    } else {
        crate::signature::mac::Encoding::Hex
    };
    digest.map(|digest| encoding.write(&digest)).unwrap_or_default()
}

/// A part and the mark before or behind it left out together.
fn dropped_lines(nodes: &[Node]) -> Vec<Variant> {
    let mut variants = Vec::new();
    for at in 0..nodes.len().saturating_sub(1) {
        let (Node::Hole(hole), Node::Literal(_)) = (&nodes[at], &nodes[at + 1]) else { continue };
        let mut all = nodes.to_vec();
        all.drain(at..at + 2);
        let mistake = if let Source::Query = hole.source { &QUERY } else { &MISSING };
        variants.push(Variant {
            mistake,
            words: format!("{} left out with the mark behind it", hole.source.words()),
            template: Template { nodes: all },
        });
    }
    for at in 1..nodes.len() {
        let (Node::Literal(_), Node::Hole(hole)) = (&nodes[at - 1], &nodes[at]) else { continue };
        let mut all = nodes.to_vec();
        all.drain(at - 1..=at);
        variants.push(Variant {
            mistake: &MISSING,
            words: format!("{} left out with the mark before it", hole.source.words()),
            template: Template { nodes: all },
        });
    }
    variants
}

/// Two parts that changed places.
fn orders(nodes: &[Node]) -> Vec<Variant> {
    let holes: Vec<usize> = nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| matches!(node, Node::Hole(_)))
        .map(|(at, _)| at)
        .collect();
    let mut variants = Vec::new();
    for (index, first) in holes.iter().enumerate() {
        for second in &holes[index + 1..] {
            let mut all = nodes.to_vec();
            all.swap(*first, *second);
            let words = |at: usize| match &nodes[at] {
                Node::Hole(hole) => hole.source.words(),
                Node::Literal(_) | Node::Optional(_) => String::new(),
            };
            variants.push(Variant {
                mistake: &ORDER,
                words: format!("{} and {} changed places", words(*first), words(*second)),
                template: Template { nodes: all },
            });
        }
    }
    variants
}
