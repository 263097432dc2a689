//! The query: its order, its encoding, pairs without values, and what was added or lost.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::path::replaced;
use super::text::{ENCODERS, Escapes, SINGLE, lower_escapes, other_character_sets};
use super::{Gen, Hypothesis, RULE, cause};
use crate::diagnose::change::{Change, Edit};
use crate::diagnose::draft::Slot;
use crate::diagnose::facts::{Place, Sent, decoded};
use crate::scheme::Plus;

pub(super) static CAUSES: &[Hypothesis] = &[
    cause(
        "query-unsorted",
        0,
        "The query parameters were not sorted in the canonical request.",
        "Parameters are sorted by name, then by value, after they are encoded.",
        "Sort the encoded pairs by name and value.",
        "https://github.com/lucasweb78/aws-v4-signer-java/issues/2",
        unsorted,
    ),
    cause(
        "query-sorted-before-encoding",
        1,
        "The query parameters were sorted before they were encoded.",
        "Encoding changes the order: [ comes after Z, but %5B before A.",
        "Encode names and values first, then sort.",
        "https://github.com/smithy-lang/smithy-typescript/issues/1404",
        sorted_decoded,
    ),
    cause(
        "query-sorted-as-text",
        1,
        "The query parameters were sorted as whole name=value texts.",
        "Names are compared before values: = comes after - and digits, so select-type would stand before select.",
        "Sort by name, and by value where names are equal.",
        "https://github.com/mhart/aws4/issues/103",
        sorted_as_text,
    ),
    cause(
        "query-sorted-ignoring-case",
        1,
        "The query parameters were sorted without regard to case.",
        "Names are sorted by their bytes: upper-case letters come before lower-case ones.",
        "Compare bytes, not words of a language.",
        RULE,
        sorted_ignoring_case,
    ),
    cause(
        "query-values-unsorted",
        1,
        "The values of a repeated query parameter were left in the order sent.",
        "Pairs with equal names are sorted by their values.",
        "Sort by name, then by value.",
        "https://github.com/mhart/aws4/issues/59",
        values_unsorted,
    ),
    cause(
        "query-sorted-backwards",
        3,
        "The query parameters were sorted in another direction, or by their values.",
        "Pairs are sorted by name, then by value, in ascending order of bytes.",
        "Sort by name, then by value.",
        RULE,
        sorted_otherwise,
    ),
    cause(
        "query-repeated-as-list",
        1,
        "A query parameter that is given more than once was signed as the text of a list.",
        "Each value is a pair of its own: a=1&a=2. A list that is turned into text becomes one value, such as ['1', '2'].",
        "Write one pair for each value before signing.",
        "https://github.com/andrewjroth/requests-auth-aws-sigv4/issues/18",
        repeated_as_list,
    ),
    cause(
        "query-values-as-lists",
        1,
        "The values of query parameters were signed as the text of lists.",
        "Python's parse_qs and the parsed queries of Go and Java hold a list for each name, also of one value. As text, it is ['1'], not 1.",
        "Write one pair for each value before signing: in Python with parse_qsl, or with urlencode(..., doseq=True).",
        "https://docs.python.org/3/library/urllib.parse.html#urllib.parse.parse_qs",
        values_as_lists,
    ),
    cause(
        "query-repeated-dropped",
        1,
        "Of a query parameter that is given more than once, not every value was signed.",
        "Every pair is signed, in the order of its values. A dictionary keeps only one of them.",
        "Keep the pairs in a list, not in a dictionary.",
        "https://github.com/aws/aws-sdk-go/issues/1491",
        repeated,
    ),
    cause(
        "query-no-equals",
        0,
        "A query parameter without a value was signed without its equals sign.",
        "In the canonical query a name alone is written name=.",
        "Write name= for a parameter without a value.",
        "https://github.com/curl/curl/issues/8107",
        no_equals,
    ),
    cause(
        "query-equals-encoded",
        2,
        "The equals sign of a query parameter was taken for a part of its name or value.",
        "A pair is cut at its first equals sign; that one stays, others are written %3D.",
        "Cut pairs at the first =, then encode both halves.",
        "https://github.com/inreachventures/aws-signing-request-interceptor/issues/36",
        equals,
    ),
    cause(
        "query-empty-dropped",
        1,
        "Query parameters without a value, or with an empty one, were left out of the canonical request.",
        "An empty value is signed too: name=.",
        "Keep parameters with empty values.",
        RULE,
        empty_dropped,
    ),
    cause(
        "query-omitted",
        0,
        "The query string was left out of the canonical request.",
        "The third line of the canonical request is the sorted, encoded query.",
        "Sign the query string.",
        RULE,
        omitted,
    ),
    cause(
        "query-question-mark",
        1,
        "The canonical query begins with a question mark.",
        "The question mark belongs to neither path nor query.",
        "Cut the question mark off before signing.",
        RULE,
        question_mark,
    ),
    cause(
        "query-space-as-plus",
        0,
        "A space in the query was signed as +.",
        "AWS wants %20; + is what encoders of forms write.",
        "Replace + by %20 after encoding.",
        "https://github.com/mhart/aws4fetch/issues/83",
        space_as_plus,
    )
    .example("urlencode(params, quote_via=quote)  # Python\nurl.Values.Encode() then strings.ReplaceAll(q, \"+\", \"%20\")  // Go"),
    cause(
        "query-plus",
        1,
        "A + in the query was read in another way than the server reads it.",
        "A bare + is a space to some and a plus to others: signers and servers disagree.",
        "Send %20 for a space and %2B for a plus: both are read one way only.",
        "https://github.com/mhart/aws4fetch/issues/85",
        plus,
    )
    .transit("Pass the query on as it came: decoding turns %2B into a space."),
    cause(
        "query-encoded-twice",
        1,
        "Query parameters were percent-encoded a second time.",
        "Names and values are encoded once; %20 must not become %2520.",
        "Encode decoded values, not what stands in the URL already.",
        "https://github.com/okigan/awscurl/issues/216",
        encoded_twice,
    ),
    cause(
        "query-decoded",
        2,
        "The query was signed decoded, without percent-encoding.",
        "Names and values are percent-encoded in the canonical request.",
        "Encode names and values before signing.",
        RULE,
        undecorated,
    ),
    cause(
        "query-as-sent",
        3,
        "The query was signed as it was sent, without bringing it to its canonical form.",
        "The canonical query has one spelling: sorted, and everything but unreserved characters encoded.",
        "Decode, encode by AWS's rule and sort before signing.",
        RULE,
        as_sent,
    ),
    cause(
        "query-hex-lowercase",
        1,
        "The escapes of the canonical query have lower-case hex digits.",
        "AWS's rule is upper case: %2F, not %2f.",
        "Write escapes in upper case.",
        RULE,
        lower_hex,
    ),
    cause(
        "query-reserved-bare",
        1,
        "Characters that must be escaped were left bare in the canonical query.",
        "AWS wants everything but A–Z a–z 0–9 - . _ ~ percent-encoded, / and : included.",
        "Encode by AWS's rule: also ! * ' ( ) / : and what else your library leaves out.",
        "https://github.com/grafana/k6-jslib-aws/issues/78",
        reserved,
    ),
    cause(
        "query-unreserved-encoded",
        2,
        "Characters that must stay as they are were escaped in the canonical query.",
        "The unreserved characters - . _ ~ are never escaped; older encoders write ~ as %7E.",
        "Leave - . _ ~ as they are.",
        RULE,
        unreserved,
    ),
    cause(
        "query-parameter-added",
        0,
        "A query parameter was added to the URL after signing.",
        "Every parameter is signed; one that a tracker, cache or client adds later is not.",
        "Add every parameter before signing.",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html",
        parameter_added,
    )
    .transit("Add nothing to the query."),
    cause(
        "query-parameter-removed",
        1,
        "A query parameter was signed, but is not in the request any more.",
        "Every parameter is signed; one that a cache or proxy removes is missing.",
        "Send every parameter that was signed.",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html",
        parameter_removed,
    )
    .transit("Remove nothing from the query."),
    cause(
        "query-parameter-changed",
        1,
        "The value of a query parameter was changed in its spelling after signing.",
        "Values are signed byte by byte: a space that becomes a plus, or a letter that changes case, is another value.",
        "Send the values that were signed.",
        "https://github.com/localstack/localstack/issues/10844",
        parameter_changed,
    )
    .transit("Pass the query on as it came."),
    cause(
        "query-ampersand-split",
        2,
        "An & inside a value was taken for the end of the pair.",
        "%26 is data: decoding the query before cutting it makes two pairs of one.",
        "Cut the query at & first, then decode names and values.",
        "https://github.com/inreachventures/aws-signing-request-interceptor/issues/44",
        ampersand_split,
    ),
    cause(
        "query-as-payload",
        1,
        "The query was hashed as the payload, and the line of the query left empty.",
        "The first SDK for Java moves the parameters of a POST without a body into its body.",
        "Send the parameters in the body, as a form, or sign them as a query.",
        "https://github.com/aws/aws-sdk-java/issues/2078",
        as_payload,
    ),
    cause(
        "query-of-body",
        2,
        "The parameters of the body were signed as the query.",
        "The body of a form is hashed as it stands; the canonical query is that of the URL.",
        "Sign the query of the URL, and the hash of the body.",
        RULE,
        of_body,
    ),
    cause(
        "query-names-lowercased",
        2,
        "The names of the query parameters were signed in lower case.",
        "Names of parameters keep their case; only names of headers do not.",
        "Sign names as they are sent.",
        RULE,
        names_lowercased,
    ),
    cause(
        "query-character-set",
        3,
        "The query was signed in another character set or Unicode form than it was sent in.",
        "Values are bytes: é has one form of two bytes and another of three, and a third in Latin-1.",
        "Encode values in UTF-8 once, in the same Unicode form for signing and sending.",
        RULE,
        character_set,
    ),
    cause(
        "query-separator",
        3,
        "The pairs of the canonical query are not joined by one & each.",
        "Pairs are joined by &, with none at the beginning or end.",
        "Join the sorted pairs with &.",
        RULE,
        separator,
    ),
];

/// One way to write the canonical query.
#[derive(Clone, Copy)]
struct Form {
    order: Order,
    escapes: Escapes,
    plus: Plus,
    bare_names: Names,
}

#[derive(Clone, Copy, PartialEq)]
enum Order {
    Right,
    Sent,
    Decoded,
    Text,
    IgnoringCase,
    NamesAlone,
    Backwards,
    Values,
    DecodedNames,
}

#[derive(Clone, Copy, PartialEq)]
enum Names {
    WithEquals,
    Bare,
    BareWhereSent,
}

/// A pair in its canonical spelling, and as it was.
#[derive(Clone)]
struct Pair {
    name: Vec<u8>,
    value: Vec<u8>,
    sent_bare: bool,
}

impl Form {
    fn of(g: &Gen<'_, '_>) -> Self {
        Self {
            order: Order::Right,
            escapes: Escapes::RIGHT,
            plus: g.facts.terms.dialect.plus,
            bare_names: Names::WithEquals,
        }
    }

    fn pairs(&self, sent: &[Sent<'_>]) -> Vec<Pair> {
        sent.iter().map(|sent| self.pair(sent)).collect()
    }

    fn pair(&self, sent: &Sent<'_>) -> Pair {
        let plain = |text: &[u8]| match self.plus {
            Plus::Space if text.contains(&b'+') => decoded(&replaced(text, b"+", b"%20")),
            Plus::Space | Plus::Literal => decoded(text),
        };
        Pair {
            name: plain(sent.name),
            value: sent.value.map(plain).unwrap_or_default(),
            sent_bare: sent.value.is_none(),
        }
    }

    /// The pair with its escapes.
    fn spelled(&self, pair: Pair) -> Pair {
        Pair { name: self.escapes.text(&pair.name), value: self.escapes.text(&pair.value), ..pair }
    }

    fn write(&self, mut pairs: Vec<Pair>) -> Vec<u8> {
        if self.order == Order::Decoded {
            pairs.sort_by(by_both);
        }
        if self.order == Order::DecodedNames {
            pairs.sort_by(|a, b| a.name.cmp(&b.name));
        }
        let mut pairs: Vec<Pair> = pairs.into_iter().map(|pair| self.spelled(pair)).collect();
        match self.order {
            Order::Right => pairs.sort_by(by_both),
            Order::Sent | Order::Decoded | Order::DecodedNames => {}
            Order::Text => pairs.sort_by_key(|pair| self.text(pair)),
            Order::IgnoringCase => {
                pairs.sort_by_key(|pair| (pair.name.to_ascii_lowercase(), pair.value.to_ascii_lowercase()));
            }
            Order::NamesAlone => pairs.sort_by(|a, b| a.name.cmp(&b.name)),
            Order::Backwards => pairs.sort_by(|a, b| by_both(b, a)),
            Order::Values => pairs.sort_by(|a, b| a.value.cmp(&b.value)),
        }
        pairs.iter().map(|pair| self.text(pair)).collect::<Vec<_>>().join(&b'&')
    }

    fn text(&self, pair: &Pair) -> Vec<u8> {
        let bare = match self.bare_names {
            Names::WithEquals => false,
            Names::Bare => pair.value.is_empty(),
            Names::BareWhereSent => pair.sent_bare,
        };
        if bare { pair.name.clone() } else { [&*pair.name, b"=", &*pair.value].concat() }
    }
}

fn put(g: &mut Gen<'_, '_>, query: &[u8], detail: impl Into<String>) {
    if g.is_request() {
        g.put(Slot::QUERY, query, detail);
    }
}

/// The base form with something else, as a change of the query.
fn put_form(g: &mut Gen<'_, '_>, detail: &str, change: impl Fn(Form) -> Form) {
    let form = change(Form::of(g));
    let query = form.write(form.pairs(&g.facts.pairs()));
    put(g, &query, detail);
}

/// The same, of two mistakes that come together: simpler changes come first.
fn put_strange(g: &mut Gen<'_, '_>, detail: &str, change: impl Fn(Form) -> Form) {
    let form = change(Form::of(g));
    let query = form.write(form.pairs(&g.facts.pairs()));
    if let (true, Some(change)) = (g.is_request(), g.put(Slot::QUERY, &query, detail)) {
        change.strange();
    }
}

/// The pairs that were sent, each in its canonical spelling: most changes leave all but one of them alone.
struct Canonical {
    form: Form,
    /// By where they lie in the request, which outlives them; sorted by that.
    known: Vec<(Place, Pair)>,
    /// The path of the target that was sent.
    path: Vec<u8>,
    /// The pairs of the target that take no part in the signature, each behind an ampersand.
    beside: Vec<u8>,
}

impl Canonical {
    fn of(g: &Gen<'_, '_>) -> Self {
        let (form, sent) = (Form::of(g), g.facts.pairs());
        let pairs = form.pairs(&sent).into_iter().map(|pair| form.spelled(pair));
        let request = g.facts.request;
        let signed: HashSet<Sent<'_>> = sent.iter().copied().collect();
        let mut known: Vec<(Place, Pair)> = sent.iter().map(Sent::place).zip(pairs).collect();
        known.sort_unstable_by_key(|(place, _)| *place);
        let mut beside = Vec::new();
        g.facts.all_pairs().iter().filter(|pair| !signed.contains(pair)).for_each(|pair| {
            beside.push(b'&');
            pair.write(&mut beside);
        });
        let path = request.target[..request.target().path.end].to_vec();
        Self { form, known, path, beside }
    }

    /// The request target with these pairs in place of those that take part in the signature.
    fn edit(&self, pairs: &[Sent<'_>]) -> Edit {
        let mut target = Vec::with_capacity(self.path.len() + 32 * pairs.len() + self.beside.len());
        target.extend_from_slice(&self.path);
        for pair in pairs {
            target.push(b'&');
            pair.write(&mut target);
        }
        target.extend_from_slice(&self.beside);
        // What comes first stands behind a question mark.
        target[self.path.len()..].iter_mut().take(1).for_each(|first| *first = b'?');
        Edit::Target(target)
    }

    /// The canonical query of other pairs, which stand for those that were signed.
    fn query(&self, pairs: &[Sent<'_>]) -> Vec<u8> {
        let known = |place: Place| self.known.binary_search_by_key(&place, |(place, _)| *place);
        let spelled = |sent: &Sent<'_>| match known(sent.place()) {
            Ok(at) => Cow::Borrowed(&self.known[at].1),
            Err(_) => Cow::Owned(self.form.spelled(self.form.pair(sent))),
        };
        let mut pairs: Vec<Cow<'_, Pair>> = pairs.iter().map(spelled).collect();
        pairs.sort_by(|a, b| by_both(a, b));
        let mut out = Vec::with_capacity(256);
        for (place, pair) in pairs.iter().enumerate() {
            out.extend_from_slice(if place > 0 { b"&" } else { b"" });
            out.extend_from_slice(&pair.name);
            out.push(b'=');
            out.extend_from_slice(&pair.value);
        }
        out
    }

    /// A change of the query to that of other pairs.
    fn put<'g>(
        &self,
        g: &'g mut Gen<'_, '_>,
        pairs: &[Sent<'_>],
        detail: impl Into<String>,
    ) -> Option<&'g mut Change> {
        let query = self.query(pairs);
        if !g.is_request() || g.draft.of_base(Slot::QUERY) == query {
            return None;
        }
        let edit = self.edit(pairs);
        Some(g.put(Slot::QUERY, &query, detail)?.edit(edit))
    }

    /// The same, tried alone: one of many.
    fn put_alone(&self, g: &mut Gen<'_, '_>, pairs: &[Sent<'_>], detail: impl Into<String>) {
        self.put(g, pairs, detail).map(Change::alone);
    }
}

/// A change of the query to that of other pairs.
fn put_pairs(g: &mut Gen<'_, '_>, pairs: &[Sent<'_>], detail: impl Into<String>) {
    Canonical::of(g).put(g, pairs, detail);
}

fn by_both(a: &Pair, b: &Pair) -> std::cmp::Ordering {
    (&a.name, &a.value).cmp(&(&b.name, &b.value))
}

fn unsorted(g: &mut Gen<'_, '_>) {
    put_form(g, "", |form| Form { order: Order::Sent, ..form });
}

fn sorted_decoded(g: &mut Gen<'_, '_>) {
    put_form(g, "", |form| Form { order: Order::Decoded, ..form });
    put_form(g, "by names alone", |form| Form { order: Order::DecodedNames, ..form });
}

fn sorted_as_text(g: &mut Gen<'_, '_>) {
    put_form(g, "", |form| Form { order: Order::Text, ..form });
}

fn sorted_ignoring_case(g: &mut Gen<'_, '_>) {
    put_form(g, "", |form| Form { order: Order::IgnoringCase, ..form });
}

fn values_unsorted(g: &mut Gen<'_, '_>) {
    put_form(g, "", |form| Form { order: Order::NamesAlone, ..form });
}

fn sorted_otherwise(g: &mut Gen<'_, '_>) {
    put_form(g, "backwards", |form| Form { order: Order::Backwards, ..form });
    put_form(g, "by values", |form| Form { order: Order::Values, ..form });
}

/// The pairs by their names: for each name, in the order in which the names come first, the places of its pairs.
fn by_name(pairs: &[Sent<'_>]) -> Vec<Vec<usize>> {
    let (mut groups, mut known) = (Vec::<Vec<usize>>::new(), HashMap::new());
    for (at, pair) in pairs.iter().enumerate() {
        let group = *known.entry(pair.name).or_insert(groups.len());
        match groups.get_mut(group) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups
}

fn repeated(g: &mut Gen<'_, '_>) {
    let pairs = g.facts.pairs();
    let groups = by_name(&pairs);
    if groups.len() == pairs.len() {
        return;
    }
    let first: Vec<Sent<'_>> = groups.iter().map(|group| pairs[group[0]]).collect();
    let last: Vec<Sent<'_>> = groups.iter().map(|group| pairs[group[group.len() - 1]]).collect();
    put_pairs(g, &first, "the first one alone was signed");
    put_pairs(g, &last, "the last one alone was signed");
    for (between, words) in
        [(&b","[..], "joined by a comma"), (b", ", "joined by a comma and a space"), (b"", "joined")]
    {
        let values = |group: &Vec<usize>| {
            group.iter().map(|at| pairs[*at].value.unwrap_or_default()).collect::<Vec<_>>().join(between)
        };
        let texts: Vec<Vec<u8>> = groups.iter().map(values).collect();
        let joined: Vec<Sent<'_>> = first
            .iter()
            .zip(&texts)
            .map(|(pair, value)| Sent { name: pair.name, value: Some(value) })
            .collect();
        put_pairs(g, &joined, words);
    }
    let mut told = HashSet::new();
    let distinct: Vec<Sent<'_>> = pairs.iter().copied().filter(|pair| told.insert(*pair)).collect();
    put_pairs(g, &distinct, "equal pairs once");
}

/// A way to write a list: what stands in front, between two values, and behind, and who writes it so.
type List = (&'static str, &'static str, &'static str, &'static str);

/// What languages make of a list that is turned into text: what stands in front, between two values, and behind.
const LISTS: [List; 9] = [
    ("['", "', '", "']", "as Python writes a list"),
    ("[", ", ", "]", "as Java writes a list"),
    ("[", " ", "]", "as Go writes a slice"),
    ("[\"", "\",\"", "\"]", "as a JSON array"),
    ("[\"", "\", \"", "\"]", "as Ruby or Swift write an array"),
    ("('", "', '", "')", "as Python writes a tuple"),
    ("[ '", "', '", "' ]", "as Node.js prints an array"),
    ("", ";", "", "joined by semicolons"),
    ("", "|", "", "joined by |"),
];

fn repeated_as_list(g: &mut Gen<'_, '_>) {
    let pairs = g.facts.pairs();
    let groups = by_name(&pairs);
    if groups.len() == pairs.len() {
        return;
    }
    let known = Canonical::of(g);
    for list in &LISTS {
        put_lists(g, &known, list, &pairs, &groups, |group| group.len() > 1);
    }
    repeated_with_brackets(g, &pairs, &groups);
}

/// The pairs with the values of some names as the text of a list.
fn put_lists<'g>(
    g: &'g mut Gen<'_, '_>,
    known: &Canonical,
    (before, between, after, words): &List,
    pairs: &[Sent<'_>],
    groups: &[Vec<usize>],
    is_list: impl Fn(&[usize]) -> bool,
) -> Option<&'g mut Change> {
    let escape = |text: &str| Escapes::RIGHT.text(text.as_bytes());
    let list = |group: &Vec<usize>| {
        let values: Vec<&[u8]> = group.iter().map(|at| pairs[*at].value.unwrap_or_default()).collect();
        is_list(group).then(|| [escape(before), values.join(&*escape(between)), escape(after)].concat())
    };
    let texts: Vec<Option<Vec<u8>>> = groups.iter().map(list).collect();
    let joined: Vec<Sent<'_>> = groups
        .iter()
        .zip(&texts)
        .map(|(group, text)| match text {
            Some(text) => Sent { name: pairs[group[0]].name, value: Some(text) },
            None => pairs[group[0]],
        })
        .collect();
    known.put(g, &joined, *words)
}

/// Every name with a list, also of one value: what a parsed query holds. Or one such name by itself.
fn values_as_lists(g: &mut Gen<'_, '_>) {
    let pairs = g.facts.pairs();
    let groups = by_name(&pairs);
    // A list without brackets around it looks like its only value.
    let lists = LISTS.iter().filter(|(before, ..)| !before.is_empty());
    if pairs.len() > MOST_PAIRS || groups.iter().all(|group| group.len() > 1) {
        return;
    }
    let known = Canonical::of(g);
    for list in lists {
        put_lists(g, &known, list, &pairs, &groups, |_| true);
        for own in groups.iter().filter(|group| group.len() == 1 && groups.len() > 1) {
            if g.is_over() {
                return;
            }
            put_lists(g, &known, list, &pairs, &groups, |group| group == own).map(Change::alone);
        }
    }
}

/// Names that some frameworks give to the values of a list: `a[]`, or `a[0]`, `a[1]`.
fn repeated_with_brackets(g: &mut Gen<'_, '_>, pairs: &[Sent<'_>], groups: &[Vec<usize>]) {
    let named = |suffix: &dyn Fn(usize) -> String| {
        let mut names: Vec<Vec<u8>> = pairs.iter().map(|pair| pair.name.to_vec()).collect();
        for group in groups.iter().filter(|group| group.len() > 1) {
            for (place, at) in group.iter().enumerate() {
                names[*at].extend_from_slice(suffix(place).as_bytes());
            }
        }
        names
    };
    let bare = named(&|_| "%5B%5D".into());
    let numbered = named(&|place| format!("%5B{place}%5D"));
    for (names, words) in [(bare, "with [] behind the name"), (numbered, "with a number in brackets")] {
        let named: Vec<Sent<'_>> =
            pairs.iter().zip(&names).map(|(pair, name)| Sent { name, value: pair.value }).collect();
        put_pairs(g, &named, words);
    }
}

fn no_equals(g: &mut Gen<'_, '_>) {
    put_form(g, "", |form| Form { bare_names: Names::BareWhereSent, ..form });
    put_form(g, "empty values as well", |form| Form { bare_names: Names::Bare, ..form });
    put_strange(g, "and unsorted", |form| Form {
        bare_names: Names::BareWhereSent,
        order: Order::Sent,
        ..form
    });
}

fn equals(g: &mut Gen<'_, '_>) {
    let form = Form::of(g);
    let pairs = form.pairs(&g.facts.pairs());
    let query = |pairs: Vec<Pair>| Form { order: Order::Right, ..form }.write(pairs);
    let empty: Vec<Pair> = pairs
        .iter()
        .map(|pair| match pair.value.is_empty() {
            true => Pair { name: [&*pair.name, b"="].concat(), ..pair.clone() },
            false => pair.clone(),
        })
        .collect();
    put(g, &query(empty.clone()), "name%3D=");
    let bare = Form { bare_names: Names::Bare, ..form }.write(empty);
    put(g, &bare, "name%3D");
    let canonical = g.draft.of_base(Slot::QUERY).to_vec();
    put(g, &replaced(&canonical, b"%3D", b"%3D%3D"), "%3D doubled");
    put(g, &replaced(&canonical, b"%3D", b"="), "= of a value left bare");
    put(g, &replaced(&canonical, b"=", b"%3D"), "every = as %3D");
    put(g, &replaced(&canonical, b"%3D", b""), "= of a value lost");
}

fn empty_dropped(g: &mut Gen<'_, '_>) {
    let pairs = g.facts.pairs();
    let kept = |keeps: fn(&Sent<'_>) -> bool| pairs.iter().copied().filter(keeps).collect::<Vec<_>>();
    put_pairs(g, &kept(|pair| pair.value.is_some_and(|value| !value.is_empty())), "both");
    put_pairs(g, &kept(|pair| pair.value.is_some()), "names without =");
    put_pairs(g, &kept(|pair| pair.value.is_none_or(|value| !value.is_empty())), "empty values");
}

fn omitted(g: &mut Gen<'_, '_>) {
    put(g, b"", "");
}

fn question_mark(g: &mut Gen<'_, '_>) {
    if g.facts.request.target().query.is_some() {
        let query = [b"?", g.draft.of_base(Slot::QUERY)].concat();
        put(g, &query, "");
        let sent = [b"?", g.facts.query()].concat();
        put(g, &sent, "and as it was sent");
    }
}

fn space_as_plus(g: &mut Gen<'_, '_>) {
    put_form(g, "", |form| Form { escapes: Escapes { space: b"+", ..form.escapes }, ..form });
    put_form(g, "left bare", |form| Form { escapes: Escapes { space: b" ", ..form.escapes }, ..form });
    let of_forms = Escapes { bare: b"*", also: b"~", space: b"+", ..Escapes::RIGHT };
    put_strange(g, "and * bare, ~ escaped, as encoders of forms do", |form| Form {
        escapes: of_forms,
        ..form
    });
}

fn plus(g: &mut Gen<'_, '_>) {
    let literal = |form: Form| match form.plus {
        Plus::Space => Plus::Literal,
        Plus::Literal => Plus::Space,
    };
    if let (true, other) = (g.is_request(), literal(Form::of(g))) {
        let form = Form { plus: other, ..Form::of(g) };
        let query = form.write(form.pairs(&g.facts.pairs()));
        let words = if other == Plus::Literal { "signed as %2B" } else { "signed as %20" };
        if let Some(change) = g.put(Slot::QUERY, &query, words) {
            change.edit(Edit::Setting("plus", other.name().into()));
        }
    }
    put_form(g, "signed as +", |form| Form {
        plus: Plus::Literal,
        escapes: Escapes { bare: b"+", ..form.escapes },
        ..form
    });
    let pairs = g.facts.pairs();
    for (from, to, words) in [
        (&b"%2B"[..], &b"%20"[..], "%2B was signed as a space"),
        (b"%20", b"%2B", "a space was signed as %2B: + was decoded on the way"),
        (b"+", b"%2B", "+ was signed as %2B"),
    ] {
        let texts: Vec<(Vec<u8>, Option<Vec<u8>>)> = pairs
            .iter()
            .map(|pair| (replaced(pair.name, from, to), pair.value.map(|value| replaced(value, from, to))))
            .collect();
        let other: Vec<Sent<'_>> =
            texts.iter().map(|(name, value)| Sent { name, value: value.as_deref() }).collect();
        put_pairs(g, &other, words);
    }
}

fn encoded_twice(g: &mut Gen<'_, '_>) {
    if g.facts.pairs().len() > MOST_PAIRS {
        return;
    }
    let canonical = g.draft.of_base(Slot::QUERY).to_vec();
    put(g, &replaced(&canonical, b"%", b"%25"), "names and values");
    // What was encoded already is sorted by what it is then.
    let form = Form::of(g);
    let pairs = form.pairs(&g.facts.pairs());
    let again = pairs.iter().map(|pair| Pair {
        name: form.escapes.text(&pair.name),
        value: form.escapes.text(&pair.value),
        ..pair.clone()
    });
    let query = form.write(again.collect());
    put(g, &query, "names and values");
    let values = pairs.iter().map(|pair| Pair { value: form.escapes.text(&pair.value), ..pair.clone() });
    let query = form.write(values.collect());
    put(g, &query, "values");
    for at in 0..pairs.len() {
        let mut one = pairs.clone();
        one[at].value = form.escapes.text(&one[at].value);
        let words = format!("the value of {}", String::from_utf8_lossy(&one[at].name));
        let query = form.write(one);
        put(g, &query, words);
    }
}

/// Everything stays as it is.
const BARE: Escapes = Escapes {
    bare: b"!\"#$%&'()*+,/:;<=>?@[\\]^`{|}",
    high_bare: true,
    space: b" ",
    also: b"",
    lower: false,
};

fn undecorated(g: &mut Gen<'_, '_>) {
    put_form(g, "", |form| Form { escapes: BARE, ..form });
    put_strange(g, "and unsorted", |form| Form { escapes: BARE, order: Order::Sent, ..form });
}

fn as_sent(g: &mut Gen<'_, '_>) {
    let query = g.facts.pairs().iter().map(Sent::text).collect::<Vec<_>>();
    put(g, &query.join(&b'&'), "unsorted");
    let mut sorted = query.clone();
    sorted.sort();
    put(g, &sorted.join(&b'&'), "sorted");
    let whole = g.facts.query().to_vec();
    put(g, &whole, "unsorted, every parameter");
}

fn lower_hex(g: &mut Gen<'_, '_>) {
    put_form(g, "", |form| Form { escapes: Escapes { lower: true, ..form.escapes }, ..form });
    let lower = lower_escapes(g.draft.of_base(Slot::QUERY));
    put(g, &lower, "");
}

fn reserved(g: &mut Gen<'_, '_>) {
    for (words, escapes) in ENCODERS.iter().chain(SINGLE) {
        put_form(g, words, |form| Form { escapes: *escapes, ..form });
    }
}

fn unreserved(g: &mut Gen<'_, '_>) {
    for (words, also) in
        [("~", &b"~"[..]), (".", b"."), ("-", b"-"), ("_", b"_"), ("- . _ ~", b"-._~"), ("- and _", b"-_")]
    {
        put_form(g, words, |form| Form { escapes: Escapes { also, ..form.escapes }, ..form });
    }
}

/// Of longer queries no single pair is looked at: each way of writing one would be another query.
const MOST_PAIRS: usize = 100;

fn parameter_added(g: &mut Gen<'_, '_>) {
    if g.facts.pairs().len() > MOST_PAIRS {
        return;
    }
    let (pairs, known) = (g.facts.pairs(), Canonical::of(g));
    let groups = by_name(&pairs);
    let repeated = |at: usize| groups.iter().any(|group| group.len() > 1 && group.contains(&at));
    let name = |at: usize| {
        let name = String::from_utf8_lossy(&decoded(pairs[at].name)).into_owned();
        if repeated(at) { format!("one {name}") } else { name }
    };
    let without = |gone: &[usize]| -> Vec<Sent<'_>> {
        pairs.iter().enumerate().filter(|(at, _)| !gone.contains(at)).map(|(_, pair)| *pair).collect()
    };
    for a in 0..pairs.len() {
        let change = known.put(g, &without(&[a]), format!("signed without {}", name(a)));
        // A value among others of its name is lost in a dictionary rather than added by a tracker.
        if repeated(a) {
            change.map(Change::strange);
        }
    }
    if pairs.len() <= 16 {
        for a in 0..pairs.len() {
            for b in a + 1..pairs.len() {
                let words = format!("signed without {} and {}", name(a), name(b));
                let change = known.put(g, &without(&[a, b]), words).map(Change::alone);
                if repeated(a) && repeated(b) {
                    change.map(Change::strange);
                }
            }
        }
    }
    // What trackers add comes as a family.
    let tracked = |name: &[u8]| {
        let name = name.to_ascii_lowercase();
        [&b"utm_"[..], b"fbclid", b"gclid", b"_ga", b"mc_", b"msclkid", b"cf_", b"_hs"]
            .iter()
            .any(|begin| name.starts_with(begin))
    };
    let gone: Vec<usize> = (0..pairs.len()).filter(|at| tracked(pairs[*at].name)).collect();
    if gone.len() > 2 {
        known.put(g, &without(&gone), "signed without what trackers add");
    }
    let last = |count: usize| (pairs.len() - count..pairs.len()).collect::<Vec<_>>();
    for count in 3..pairs.len().min(6) {
        known.put_alone(g, &without(&last(count)), format!("signed without the last {count} parameters"));
    }
}

/// Parameters that clients add, and that caches are known to remove.
const REMOVED: [(&str, Option<&str>); 34] = [
    ("x-id", Some("GetObject")),
    ("x-id", Some("PutObject")),
    ("x-id", Some("HeadObject")),
    ("x-id", Some("DeleteObject")),
    ("x-id", Some("ListObjectsV2")),
    ("x-id", Some("ListObjects")),
    ("x-id", Some("UploadPart")),
    ("x-id", Some("CopyObject")),
    ("x-id", Some("ListParts")),
    ("x-id", Some("AbortMultipartUpload")),
    ("list-type", Some("2")),
    ("uploads", None),
    ("acl", None),
    ("location", None),
    ("versioning", None),
    ("delete", None),
    ("tagging", None),
    ("policy", None),
    ("lifecycle", None),
    ("cors", None),
    ("versions", None),
    ("encoding-type", Some("url")),
    ("max-keys", Some("1000")),
    ("delimiter", Some("%2F")),
    ("prefix", Some("")),
    ("delimiter", Some("")),
    ("marker", Some("")),
    ("fetch-owner", Some("true")),
    ("fetch-owner", Some("false")),
    ("x-amz-checksum-mode", Some("ENABLED")),
    ("X-Amz-Content-Sha256", Some("UNSIGNED-PAYLOAD")),
    ("response-content-disposition", Some("attachment")),
    ("response-content-disposition", Some("inline")),
    ("versionId", Some("null")),
];

fn parameter_removed(g: &mut Gen<'_, '_>) {
    if g.facts.pairs().len() > MOST_PAIRS {
        return;
    }
    let (pairs, known) = (g.facts.pairs(), Canonical::of(g));
    for (name, value) in REMOVED {
        if pairs.iter().any(|pair| pair.name.eq_ignore_ascii_case(name.as_bytes())) {
            continue;
        }
        let added = Sent { name: name.as_bytes(), value: value.map(str::as_bytes) };
        let with: Vec<Sent<'_>> = pairs.iter().copied().chain([added]).collect();
        known.put(g, &with, format!("signed with {}", String::from_utf8_lossy(&added.text())));
    }
}

fn parameter_changed(g: &mut Gen<'_, '_>) {
    if g.facts.pairs().len() > MOST_PAIRS {
        return;
    }
    let (pairs, known) = (g.facts.pairs(), Canonical::of(g));
    for at in 0..pairs.len() {
        let Some(value) = pairs[at].value else { continue };
        let name = String::from_utf8_lossy(&decoded(pairs[at].name)).into_owned();
        let plain = decoded(value);
        let others = [
            (replaced(value, b"%20", b"%2B"), "its + became a space"),
            (replaced(value, b"%2B", b"%20"), "its space became a +"),
            (plain.to_ascii_lowercase(), "it was signed in lower case"),
            (plain.to_ascii_uppercase(), "it was signed in upper case"),
            (plain.trim_ascii().to_vec(), "it was signed without white space at its ends"),
            (replaced(value, b"%2F", b"%252F"), "its %252F was decoded once"),
            (replaced(value, b"%25", b"%2525"), "it was decoded once on the way"),
            (replaced(value, b"%2525", b"%25"), "it was encoded once more on the way"),
            (decoded(value), "it was encoded once more on the way"),
            ([&plain[..], b"/"].concat(), "the slash at its end was lost"),
            (plain.strip_suffix(b"/").unwrap_or(&plain).to_vec(), "a slash was added at its end"),
            (plain.strip_prefix(b"/").unwrap_or(&plain).to_vec(), "a slash was added in front"),
            (Vec::new(), "its value was empty"),
        ];
        for (value, words) in others {
            // Most values hold nothing that would be changed.
            if value == plain && !plain.contains(&b'%') && !plain.contains(&b'+') {
                continue;
            }
            let value = Escapes { bare: b"%+", ..Escapes::RIGHT }.text(&value);
            if pairs[at].value == Some(&*value) {
                continue;
            }
            let mut other = pairs.clone();
            other[at].value = Some(&value);
            known.put_alone(g, &other, format!("{name}: {words}"));
        }
    }
}

fn ampersand_split(g: &mut Gen<'_, '_>) {
    let query = g.facts.query();
    for from in [&b"%26"[..], b"&amp;", b"&amp%3B"] {
        let other = [b"?", &*replaced(query, from, b"&")].concat();
        let split: Vec<Sent<'_>> = crate::request::Target::of(&other)
            .pairs(&other)
            .map(|pair| Sent { name: &other[pair.name], value: pair.value.map(|range| &other[range]) })
            .collect();
        if other.len() != query.len() + 1 {
            put_pairs(g, &split, String::from_utf8_lossy(from).into_owned());
        }
    }
}

fn as_payload(g: &mut Gen<'_, '_>) {
    if !g.is_request() || g.facts.query().is_empty() {
        return;
    }
    let canonical = g.draft.of_base(Slot::QUERY).to_vec();
    for text in [g.facts.query(), &canonical] {
        let hash = super::body::hex_hash(text);
        g.puts(&[(Slot::QUERY, b""), (Slot::PAYLOAD, hash.as_bytes())], "");
        g.put(Slot::PAYLOAD, hash.as_bytes(), "and signed on its own line as well");
    }
}

fn of_body(g: &mut Gen<'_, '_>) {
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
    let empty = super::body::hex_hash(b"");
    g.puts(&[(Slot::QUERY, &query), (Slot::PAYLOAD, empty.as_bytes())], "and the body as empty");
}

fn names_lowercased(g: &mut Gen<'_, '_>) {
    let form = Form::of(g);
    let mut pairs = form.pairs(&g.facts.pairs());
    pairs.iter_mut().for_each(|pair| pair.name.make_ascii_lowercase());
    let query = form.write(pairs);
    put(g, &query, "");
    let lower = g.draft.of_base(Slot::QUERY).to_ascii_lowercase();
    if let (true, Some(change)) = (g.is_request(), g.put(Slot::QUERY, &lower, "values as well")) {
        change.strange();
    }
}

fn character_set(g: &mut Gen<'_, '_>) {
    let form = Form::of(g);
    let pairs = form.pairs(&g.facts.pairs());
    let all: Vec<u8> = pairs.iter().flat_map(|pair| [&*pair.name, &*pair.value].concat()).collect();
    for (words, _) in other_character_sets(&all) {
        let turn = |text: &[u8]| {
            let mut others = other_character_sets(text).into_iter();
            others.find(|(name, _)| *name == words).map_or(text.to_vec(), |(_, other)| other)
        };
        let other = pairs.iter().map(|pair| Pair {
            name: turn(&pair.name),
            value: turn(&pair.value),
            ..pair.clone()
        });
        let query = form.write(other.collect());
        put(g, &query, words);
    }
}

fn separator(g: &mut Gen<'_, '_>) {
    let canonical = g.draft.of_base(Slot::QUERY).to_vec();
    if canonical.is_empty() {
        return;
    }
    put(g, &[&*canonical, b"&"].concat(), "& at the end");
    put(g, &[b"&", &*canonical].concat(), "& at the beginning");
    put(g, &replaced(&canonical, b"&", b"&amp;"), "&amp;");
    put(g, &replaced(&canonical, b"&", b";"), ";");
    put(g, &replaced(&canonical, b"&", b"%26"), "%26");
    put(g, &replaced(&canonical, b"&", b"\n"), "a line each");
}
