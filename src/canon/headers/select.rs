//! Which headers are signed, in the order they are signed: chosen by a plan, or listed by a claim.
//!
//! Names are compared without their case, sixteen bytes at a time; both ways sort the request's headers once.

use std::cmp::Ordering;

use smallvec::SmallVec;

use crate::canon::term::Added;
use crate::request::{Pair, Part, Request, Span};
use crate::trace::{Origin, Rule, Rules};

/// The signed headers, sorted by their lower-cased names.
#[derive(Clone, Default)]
pub struct SignedHeaders<'a> {
    /// One for each name.
    pub entries: Vec<Signed<'a>>,
    /// Indices of the request's headers, sorted by name; `Value::Request` points here.
    pub(crate) sent: SmallVec<[u32; 12]>,
}

/// A header that is signed.
#[derive(Clone)]
pub struct Signed<'a> {
    /// Its name, in any case.
    pub name: &'a [u8],
    /// Where the name stands: in a header of the request, or in the claim's list.
    pub name_origin: Origin,
    /// Where the value comes from.
    pub value: Value,
    /// [`Rule::Sorted`] where its place is not the one it had.
    pub(crate) moved: Rules,
    /// Whether the list of signed headers names it.
    pub listing: Listing,
}

/// Whether the list of signed headers names a header that is signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Listing {
    /// It does.
    Listed,
    /// It does not: the scheme signs headers of this name whenever they are sent.
    Implied,
}

/// Where the value of a signed header comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Value {
    /// From these places in the list of sent headers, sorted by name.
    Request(std::ops::Range<u32>),
    /// From the header of this index among those that the signer adds.
    Added(u32),
    /// The request does not send it, but has a query parameter of exactly this name with a value.
    Query(Span),
    /// The request does not send it.
    Absent,
}

impl SignedHeaders<'_> {
    /// Whether a header of this name, in any case, is signed.
    pub(crate) fn has(&self, name: &[u8]) -> bool {
        let key = Key::new(name, 0);
        self.entries.binary_search_by(|entry| Key::new(entry.name, 0).compare_names(&key)).is_ok()
    }

    /// The same, where the scheme signs those headers that `is_implied` says yes to whether they are listed or not.
    pub(crate) fn implying(mut self, is_implied: impl Fn(&[u8]) -> bool) -> Self {
        let implied = self.entries.iter_mut().filter(|entry| is_implied(entry.name));
        implied.for_each(|entry| entry.listing = Listing::Implied);
        self
    }

    /// The same without headers that are not sent.
    pub(crate) fn without_absent(mut self) -> Self {
        self.entries.retain(|entry| entry.value != Value::Absent);
        self
    }

    /// The request's headers that make up a signed one, by index; none where the signer adds it.
    pub(crate) fn sent_by(&self, signed: &Signed<'_>) -> &[u32] {
        match &signed.value {
            Value::Request(range) => &self.sent[range.start as usize..range.end as usize],
            Value::Added(_) | Value::Query(_) | Value::Absent => &[],
        }
    }
}

/// A name made comparable without its case.
#[derive(Clone, Copy)]
struct Key<'a> {
    head: u128,
    name: &'a [u8],
    index: u32,
}

impl<'a> Key<'a> {
    fn new(name: &'a [u8], index: usize) -> Self {
        Self { head: lower(head(name)), name, index: index as u32 }
    }

    /// Where the name stands in the request.
    fn span(&self) -> Span {
        Span::new(Part::HeaderName(self.index), 0..self.name.len())
    }

    fn compare_names(&self, other: &Self) -> Ordering {
        let tail = |name: &'a [u8]| name.get(16..).unwrap_or_default().iter().map(u8::to_ascii_lowercase);
        self.head.cmp(&other.head).then_with(|| match (self.name.len(), other.name.len()) {
            (0..=16, 0..=16) => self.name.len().cmp(&other.name.len()),
            _ => tail(self.name).cmp(tail(other.name)),
        })
    }

    fn compare(&self, other: &Self) -> Ordering {
        self.compare_names(other).then_with(|| self.index.cmp(&other.index))
    }
}

/// The first sixteen bytes of a name, zeros behind a shorter one. Loads of a fixed width, which overlap: a copy of any other length is a call.
fn head(name: &[u8]) -> u128 {
    let behind = 8 * (16 - name.len().min(16)) as u32;
    match (name.first_chunk::<16>(), name.first_chunk::<8>(), name.last_chunk::<8>()) {
        (Some(head), _, _) => u128::from_be_bytes(*head),
        (None, Some(first), Some(last)) => {
            let tail = u128::from(u64::from_be_bytes(*last)) << behind;
            u128::from(u64::from_be_bytes(*first)) << 64 | tail & u128::from(u64::MAX)
        }
        _ => name.iter().rev().fold(0, |head, byte| head >> 8 | u128::from(*byte) << 120),
    }
}

/// Sixteen bytes of ASCII in lower case, all at once: every name of every request goes through here.
fn lower(bytes: u128) -> u128 {
    const fn each(byte: u8) -> u128 {
        u128::from_ne_bytes([byte; 16])
    }
    const HIGH: u128 = each(0x80);
    // The high bit of each byte says whether it is at least `A`, and whether it is behind `Z`.
    let low = bytes & !HIGH;
    let from_a = low + each(0x80 - b'A');
    let behind_z = low + each(0x7f - b'Z');
    let is_upper = (from_a ^ behind_z) & !bytes & HIGH;
    bytes | is_upper >> 2
}

type Keys<'a> = SmallVec<[Key<'a>; 12]>;

fn sorted<'a>(names: impl Iterator<Item = (usize, &'a [u8])>) -> Keys<'a> {
    let mut keys: Keys<'a> = names.map(|(index, name)| Key::new(name, index)).collect();
    keys.sort_unstable_by(Key::compare);
    keys
}

fn sent(request: &Request) -> Keys<'_> {
    sorted(request.sent().map(|(index, header)| (index, header.name.as_slice())))
}

/// Every header that `signs` says yes to, and those that are added.
pub(crate) fn planned<'a>(
    request: &'a Request,
    added: &[Added],
    signs: impl Fn(&[u8]) -> bool,
) -> SignedHeaders<'a> {
    // What is added stands behind the headers that are sent, so that it comes last among those of its name.
    let behind = request.headers.len();
    let names = request.sent().map(|(index, header)| (index, header.name.as_slice()));
    let new = added.iter().enumerate().map(|(index, one)| (behind + index, one.name.as_bytes()));
    let keys = sorted(names.chain(new));
    let mut sent = SmallVec::with_capacity(keys.len());
    let mut entries = Vec::with_capacity(keys.len());
    let mut order = Order::default();
    for same in keys.chunk_by(|a, b| a.compare_names(b).is_eq()) {
        let (first, start) = (same[0], sent.len());
        let of_request = same.iter().take_while(|key| (key.index as usize) < behind);
        sent.extend(of_request.map(|key| key.index));
        if !signs(first.name) {
            continue;
        }
        let (name_origin, moved) = match sent.len() - start {
            0 => (Origin::Scheme, Rules::NONE),
            _ => (Origin::Request(first.span()), order.next(first.index)),
        };
        let value = match (same[same.len() - 1].index as usize).checked_sub(behind) {
            Some(index) => Value::Added(index as u32),
            None => Value::Request(start as u32..sent.len() as u32),
        };
        entries.push(Signed { name: first.name, name_origin, value, moved, listing: Listing::Listed });
    }
    if request.header(b"host").is_none() && request.authority().is_some() {
        insert(&mut entries, b"host", Value::Absent);
    }
    SignedHeaders { entries, sent }
}

/// The names that a claim lists, with where each stands, and those that are set anew.
///
/// A name that is listed twice, in whatever case, makes one line and stands once in the list: MinIO and Ceph's radosgw keep the
/// headers of a claim in a map, and MinIO writes the list from that map. Names are written in lower case, as the specification
/// wants and MinIO does. A name without a header makes a line with an empty value: a client that signs `transfer-encoding` so is
/// taken by AWS (versity/versitygw#457); radosgw and s3s leave the line out. Where the query has a parameter of that name, S3
/// and MinIO take its value: the string to sign that AWS answered in minio/minio#5630 is made so.
pub(crate) fn claimed<'a>(
    request: &'a Request,
    names: &[(&'a [u8], Origin)],
    added: &[Added],
) -> SignedHeaders<'a> {
    let keys = sent(request);
    let listed = sorted(names.iter().enumerate().map(|(index, (name, _))| (index, *name)));
    let mut entries = Vec::with_capacity(listed.len() + added.len());
    let mut order = Order::default();
    let mut at = 0;
    for (place, name) in listed.iter().enumerate() {
        if place > 0 && listed[place - 1].compare_names(name).is_eq() {
            continue;
        }
        // Both lists are sorted: what comes before this name is behind us.
        at += keys[at..].iter().take_while(|key| key.compare_names(name).is_lt()).count();
        let count = keys[at..].iter().take_while(|key| key.compare_names(name).is_eq()).count();
        let value = if count > 0 { Value::Request(at as u32..(at + count) as u32) } else { Value::Absent };
        let name_origin = names[name.index as usize].1;
        let moved = order.next(name.index);
        entries.push(Signed { name: name.name, name_origin, value, moved, listing: Listing::Listed });
    }
    take_from_query(&mut entries, request);
    // Headers that are set anew take the place of those of the same name, else their place in the order.
    for (index, one) in added.iter().enumerate() {
        insert(&mut entries, one.name.as_bytes(), Value::Added(index as u32));
    }
    SignedHeaders { entries, sent: keys.iter().map(|key| key.index).collect() }
}

/// Gives signed names without a header the value of the query parameter that is called so.
fn take_from_query(entries: &mut [Signed<'_>], request: &Request) {
    let mut absent =
        entries.iter_mut().filter(|entry| entry.value == Value::Absent && !is_host(entry.name)).peekable();
    if absent.peek().is_none() || !request.target.contains(&b'?') {
        return;
    }
    let pairs: Vec<Pair> = request.target().pairs(&request.target).collect();
    let names = pairs.iter().map(|pair| &request.target[pair.name.clone()]);
    let keys = sorted(names.enumerate());
    let mut at = 0;
    for entry in absent {
        let key = Key::new(entry.name, 0);
        at += keys[at..].iter().take_while(|other| other.compare_names(&key).is_lt()).count();
        let mut same = keys[at..].iter().take_while(|other| other.compare_names(&key).is_eq());
        let value = same
            .find(|other| other.name == entry.name)
            .and_then(|other| pairs[other.index as usize].value.clone());
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            entry.value = Value::Query(Span::new(Part::Target, value));
        }
    }
}

fn is_host(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"host")
}

fn insert<'a>(entries: &mut Vec<Signed<'a>>, name: &'a [u8], value: Value) {
    let key = Key::new(name, 0);
    match entries.binary_search_by(|entry| Key::new(entry.name, 0).compare_names(&key)) {
        Ok(at) => entries[at].value = value,
        Err(at) => {
            let (name_origin, moved, listing) = (Origin::Scheme, Rules::NONE, Listing::Listed);
            entries.insert(at, Signed { name, name_origin, value, moved, listing });
        }
    }
}

/// The highest place that one of the sorted entries had before.
#[derive(Default)]
struct Order(u32);

impl Order {
    /// What moved the next entry, which stood at `place`: sorting, where it stood before one that now precedes it.
    fn next(&mut self, place: u32) -> Rules {
        let moved = place < self.0;
        self.0 = self.0.max(place);
        if moved { Rule::Sorted.into() } else { Rules::NONE }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Header;

    #[test]
    fn every_byte_is_lowered_as_the_standard_library_does() {
        for byte in 0..=u8::MAX {
            for place in 0..16 {
                let mut bytes = *b"aZ@[`{\xc1\xda-Az0Q\x7f\0z";
                bytes[place] = byte;
                let expected = u128::from_be_bytes(bytes.to_ascii_lowercase().try_into().unwrap());
                assert_eq!(lower(u128::from_be_bytes(bytes)), expected, "{byte} at {place}");
            }
        }
    }

    #[test]
    fn an_added_header_takes_the_place_of_its_namesake() {
        let headers = ["Host", "x-amz-date", "X-B", "x-b"].map(|name| Header::new(name, "v"));
        let request = Request { headers: headers.to_vec(), ..Request::default() };
        let added = [Added {
            name: "X-Amz-Date",
            value: smallvec::SmallVec::from_slice(b"new"),
            origin: Origin::Scheme,
        }];
        let signed = planned(&request, &added, |name| name != b"Host");
        let values: Vec<_> = signed.entries.iter().map(|entry| entry.value.clone()).collect();
        assert_eq!(values, [Value::Added(0), Value::Request(2..4)]);
    }

    /// The query of minio/minio#5630, where AWS answered with the string to sign that this value makes.
    #[test]
    fn a_name_without_a_header_has_the_value_of_the_query_parameter_of_its_name() {
        let target =
            "/k?X-Amz-SignedHeaders=host%3Bx-amz-acl&x-amz-acl=public-read&X-Amz-Date=a&x-amz-tagging";
        let headers = vec![Header::new("Host", "h")];
        let request = Request { target: target.into(), headers, ..Request::default() };
        let names = ["host", "x-amz-acl", "x-amz-date", "x-amz-tagging"];
        let names = names.map(|name| (name.as_bytes(), Origin::Scheme));
        let signed = claimed(&request, &names, &[]);
        let [host, acl, date, tagging] = &signed.entries[..] else { panic!("four entries") };
        let Value::Query(span) = acl.value else { panic!("{:?}", acl.value) };
        assert_eq!(request.at(span), b"public-read");
        assert_eq!(host.value, Value::Request(0..1));
        assert_eq!((&date.value, &tagging.value), (&Value::Absent, &Value::Absent));
    }

    #[test]
    fn a_name_that_is_listed_twice_counts_once_and_one_without_a_header_is_absent() {
        let request = Request { headers: vec![Header::new("X-A", "1")], ..Request::default() };
        let names = [(&b"x-a"[..], Origin::Scheme), (b"host", Origin::Scheme), (b"X-a", Origin::Scheme)];
        let signed = claimed(&request, &names, &[]);
        let values: Vec<_> = signed.entries.iter().map(|entry| entry.value.clone()).collect();
        assert_eq!(values, [Value::Absent, Value::Request(0..1)]);
        assert!(signed.has(b"X-A") && signed.has(b"HOST") && !signed.has(b"x"));
    }
}
