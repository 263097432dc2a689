//! Credentials in any text: bodies, answers, logs, URLs, headers of unknown form, sentences that quote one of them.
//!
//! Nothing is parsed, for a text may be cut, mixed and escaped as often as it was passed on. What is looked for is a name that says that
//! its value is a credential ([`Kind`]), written in any way in which names have values (`name=value`, `"name": "value"`, `Name: value`,
//! `<Name>value</Name>`, `["eq", "$name", "value"]`), and values that tell themselves: a user and a password in a URL, a bearer token, a
//! private key. It takes time in proportion to the text, however long and whatever it holds.

use std::ops::Range;

use super::authorization;
use super::capability;
use super::name::Kind;
use super::unescape::Unescaped;

/// How often a text may have been escaped: a URL in the query of a URL that is quoted in HTML.
const LAYERS: usize = 3;

/// Longer texts are looked at in stretches of this length, so that no more memory is needed.
const STRETCH: usize = 1 << 20;

/// Stretches overlap by this much: no name with its value is longer.
const OVERLAP: usize = 32 << 10;

/// No name is longer, its quotes and the white space behind it included.
const LONGEST_NAME: usize = 96;

/// The places of a text that hold credentials, in order and apart from each other.
pub(crate) fn hidden(text: &[u8]) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start: usize = 0;
    loop {
        let low = start.saturating_sub(OVERLAP);
        let end = text.len().min(start.saturating_add(STRETCH + OVERLAP));
        let found = in_stretch(&text[low..end]).into_iter();
        out.extend(found.map(|range| low + range.start..low + range.end));
        start = start.saturating_add(STRETCH);
        if end == text.len() {
            break;
        }
    }
    merged(out)
}

/// Ranges in order, those that touch made one.
pub(crate) fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.retain(|range| !range.is_empty());
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut out: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            Some(_) | None => out.push(range),
        }
    }
    out
}

fn in_stretch(text: &[u8]) -> Vec<Range<usize>> {
    match wide(text) {
        Some(first) => {
            let narrow: Vec<u8> = text[first..].iter().copied().step_by(2).collect();
            let found = in_narrow(&narrow).into_iter();
            found.map(|range| first + 2 * range.start..text.len().min(first + 2 * range.end)).collect()
        }
        None => in_narrow(text),
    }
}

/// Where the letters begin in a text of two bytes each (UTF-16), every other of which is zero.
fn wide(text: &[u8]) -> Option<usize> {
    /// So many bytes tell.
    const TELLING: usize = 256;
    let begin = &text[..text.len().min(TELLING)];
    memchr::memchr(0, begin)?;
    let zeros = |from: usize| begin.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    [0, 1]
        .into_iter()
        .find(|letters| zeros(1 - letters) * 8 >= begin.len() * 3 && zeros(*letters) * 8 <= begin.len())
}

fn in_narrow(text: &[u8]) -> Vec<Range<usize>> {
    let mut out = Scan::of(text);
    let mut layer = Unescaped::of(text);
    for _ in 0..LAYERS {
        let Some(unescaped) = layer else { break };
        out.extend(Scan::of(&unescaped.text).iter().map(|range| unescaped.original(range)));
        layer = unescaped.again();
    }
    out
}

/// One pass over a text.
struct Scan<'a> {
    text: &'a [u8],
    found: Vec<Range<usize>>,
    /// Up to here it is hidden already.
    done: usize,
}

/// How a name stands before its separator.
struct Name {
    kind: Kind,
    start: usize,
    /// The quotation mark behind it.
    closed_by: Option<u8>,
}

impl<'a> Scan<'a> {
    fn of(text: &'a [u8]) -> Vec<Range<usize>> {
        let mut scan = Self { text, found: Vec::new(), done: 0 };
        let (mut fields, mut arguments, mut users) = (false, false, false);
        for at in memchr::memchr3_iter(b'=', b':', b'>', text) {
            fields |= text[..=at].ends_with(FIELD);
            arguments |= text[..=at].ends_with(ARGUMENT);
            users |= text[at..].starts_with(USER);
            if at >= scan.done {
                scan.separator(at);
            }
        }
        scan.conditions();
        // Each of these walks the text once more, and most texts hold none.
        if fields {
            scan.fields();
        }
        if arguments {
            scan.argument();
        }
        scan.missing_equals();
        if users {
            scan.users();
        }
        scan.beside_ids();
        scan.marked_tokens();
        scan.announced_tokens();
        scan.found
    }

    fn separator(&mut self, at: usize) {
        if self.text[at] == b'>' {
            return self.element(at);
        }
        let mut name = self.name_before(at);
        let is_prose = self.text[at] == b':' && name.closed_by.is_none();
        let is_named_elsewhere = || match is_prose {
            true => self.is_value_in_a_list(name.start, at),
            false => self.is_value_of_a_secret(name.start, at),
        };
        if name.kind == Kind::Open && is_named_elsewhere() {
            name.kind = Kind::Secret;
        }
        let range = match name.kind {
            Kind::Open if is_code(&self.text[name.start..at]) => self.value(at, &name),
            Kind::Open => return,
            Kind::Host => return self.host(at),
            Kind::Secret => self.value(at, &name),
            Kind::Authorization | Kind::Cookie => self.value_to_the_end(at, &name),
        };
        if is_count(&self.text[name.start..at], &self.text[range.clone()]) {
            return;
        }
        match name.kind {
            Kind::Authorization => self.authorization(range),
            Kind::Secret | Kind::Cookie => self.put(range),
            Kind::Open if is_login_code(&self.text[range.clone()]) => self.put(range),
            Kind::Open | Kind::Host => {}
        }
    }

    /// Hides a range, unless it is no credential for certain.
    fn put(&mut self, range: Range<usize>) {
        let value = &self.text[range.clone()];
        self.done = self.done.max(range.end);
        if !is_harmless(value) {
            self.found.push(range);
        }
    }

    /// Hides a range that is one by its place, unless that was done before.
    fn hide(&mut self, range: Range<usize>) {
        self.done = self.done.max(range.end);
        if !self.text[range.clone()].starts_with(b"[hidden") {
            self.found.push(range);
        }
    }

    fn authorization(&mut self, range: Range<usize>) {
        self.done = self.done.max(range.end);
        let value = &self.text[range.clone()];
        if is_harmless(value) || self.is_hash(&range) {
            return;
        }
        let hidden = authorization::hidden(value).into_iter();
        self.found.extend(hidden.map(|inner| range.start + inner.start..range.start + inner.end));
    }

    /// `(Hashed with SHA-256 and encoded with Base64) Authorization=…`: what AWS tells of a header shows nothing of it.
    fn is_hash(&self, range: &Range<usize>) -> bool {
        let before = &self.text[range.start.saturating_sub(40)..range.start];
        memchr::memmem::find(before, b"Base64)").is_some() && range.len() <= 46
    }

    /// The name in front of a separator: a run of letters, digits and the marks that stand in names, in quotes or not; of several words
    /// the last two or three may be the name (`API key: …`).
    fn name_before(&self, at: usize) -> Name {
        let low = at.saturating_sub(LONGEST_NAME);
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        let mut end = at - self.text[low..at].iter().rev().take_while(|byte| is_blank(byte)).count();
        let closed_by = self.text[low..end].last().copied().filter(|byte| is_quote(*byte));
        if closed_by.is_some() {
            end -= 1;
            end -= self.text[low..end].iter().rev().take_while(|byte| **byte == b'\\').count();
        }
        let word = |end: usize| {
            let len = self.text[low..end].iter().rev().take_while(|byte| is_name(**byte)).count();
            // The n of `\n` is no part of it.
            match self.text[low..end - len].last() {
                Some(b'\\') if len > 1 => end - len + 1,
                Some(_) | None => end - len,
            }
        };
        let mut start = word(end);
        let mut kind = Kind::of(&self.text[start..end]);
        for _ in 0..2 {
            let before = start.saturating_sub(1);
            if kind != Kind::Open || start <= low || self.text[before] != b' ' || word(before) == before {
                break;
            }
            start = word(before);
            kind = Kind::of(&self.text[start..end]);
        }
        Name { kind, start, closed_by }
    }

    /// `- name: PASSWORD` and in the next line `value: …`, as YAML has it.
    fn is_value_in_a_list(&self, start: usize, at: usize) -> bool {
        if self.text[start..at] != *b"value" {
            return false;
        }
        let before = &self.text[start.saturating_sub(LONGEST_NAME)..start];
        let line = before.rsplit(|byte| *byte == b'\n').nth(1).unwrap_or_default();
        let named = memchr::memmem::find(line, b"name:").map(|at| line[at + 5..].trim_ascii());
        named.is_some_and(|name| Kind::of(name).is_credential())
    }

    /// `"name": "x-api-key", "value": "…"`: whether a name is no more than `value`, and what stands before it names a credential.
    fn is_value_of_a_secret(&self, start: usize, at: usize) -> bool {
        /// What belongs to a value stands no further before it.
        const NEAR: usize = 128;
        let own = self.text[start..at].trim_ascii_end();
        let (is_quoted, own) = own.strip_suffix(b"\"").map_or((false, own), |own| (true, own));
        let own = own.rsplit(|byte| !byte.is_ascii_alphanumeric()).next().unwrap_or_default();
        if own.len() < 5 || !own[own.len() - 5..].eq_ignore_ascii_case(b"value") {
            return false;
        }
        let names_one = |near: &[u8]| {
            let mut words =
                near.split(|byte| !is_name(*byte) && *byte != b'/').filter(|word| !word.is_empty());
            words.any(|word| Kind::of(word).is_credential())
        };
        let before = &self.text[start.saturating_sub(NEAR)..start];
        // An object may stand on several lines.
        let ends = |byte: &u8| b"{}".contains(byte) || *byte == b'\n' && !is_quoted;
        let near = before.rsplit(ends).find(|part| !part.trim_ascii().is_empty()).unwrap_or_default();
        names_one(near) || is_quoted && self.name_behind(at).is_some_and(names_one)
    }

    /// `"value": "…", "name": "…"`: what names a value from behind.
    fn name_behind(&self, at: usize) -> Option<&[u8]> {
        const NEAR: usize = 256;
        let rest = &self.text[at + 1..self.text.len().min(at + NEAR)];
        let open = memchr::memchr(b'"', rest)? + 1;
        let behind = open + memchr::memchr(b'"', &rest[open..])? + 1;
        let object = &rest[behind..];
        let object = &object[..memchr::memchr2(b'{', b'}', object).unwrap_or(object.len())];
        let name =
            memchr::memmem::find(object, b"ame\"").or_else(|| memchr::memmem::find(object, b"ey\""))?;
        Some(&object[name..])
    }

    /// The value behind a separator.
    fn value(&self, at: usize, name: &Name) -> Range<usize> {
        if self.text[at] == b':' && name.closed_by.is_none() && self.begins_line(name.start) {
            return self.line(at);
        }
        let from = self.unwrapped(self.skip(at, name));
        if let Some(mark) = self.quotation_mark(from) {
            return self.quoted(mark.end, &self.text[mark]);
        }
        match self.text.get(from) {
            Some(b'[' | b'{') if name.closed_by.is_some() => from..self.balanced(from),
            Some(_) | None => {
                let end = self.bare(from, at);
                if from > at + 1 && self.is_prose(from..end) { from..from } else { from..end }
            }
        }
    }

    /// Where a quotation begins behind what languages write before it: `b'…'`, `@"…"`, `Some("…")`, `(string) (len=16) "…"`, `== "…"`.
    fn unwrapped(&self, from: usize) -> usize {
        /// No such text is longer.
        const LONGEST: usize = 40;
        let near = &self.text[from..self.text.len().min(from + LONGEST)];
        let Some(quote) = near.iter().position(|byte| is_quote(*byte)) else { return from };
        let before = near[..quote].trim_ascii();
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_*&().:=<> ".contains(byte);
        let is_prefix = PREFIXES.iter().any(|prefix| before.eq_ignore_ascii_case(prefix));
        let is_call = near[..quote].ends_with(b"(") || before.ends_with(b")") && before.contains(&b'(');
        match quote > 0 && (is_prefix || is_call && before.iter().all(is_part)) {
            true => from + quote,
            false => from,
        }
    }

    /// A quotation mark with the backslashes before it, of which JSON within JSON has some.
    fn quotation_mark(&self, from: usize) -> Option<Range<usize>> {
        let slashes = self.text[from..].iter().take_while(|byte| **byte == b'\\').count();
        let is_one = self.text.get(from + slashes).is_some_and(|byte| is_quote(*byte));
        is_one.then(|| from..from + slashes + 1)
    }

    /// Whether a short word behind a colon and a space goes on in a sentence: `… as the secret: the two changed places`.
    fn is_prose(&self, word: Range<usize>) -> bool {
        const SHORT: usize = 5;
        let goes_on = matches!(self.text.get(word.end), Some(b' '));
        let is_plain = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_punctuation();
        goes_on && word.len() <= SHORT && self.text[word].iter().all(is_plain)
    }

    /// The value of what goes on to the end of its line, or of the quotation that it stands in.
    fn value_to_the_end(&self, at: usize, name: &Name) -> Range<usize> {
        let from = self.skip(at, name);
        let is_quoted = self.text.get(from).is_some_and(|byte| is_quote(*byte) || *byte == b'\\');
        let around = name.start.checked_sub(1).map(|before| self.text[before]).filter(|byte| is_quote(*byte));
        match (is_quoted, around.filter(|_| name.closed_by.is_none())) {
            (true, _) => {
                self.value(at, &Name { start: name.start, kind: Kind::Secret, closed_by: Some(b'"') })
            }
            (false, Some(quote)) => self.quoted(from, &[quote]),
            (false, None) if self.text[at] == b'=' && self.is_one_word(from, at, name) => {
                from..self.bare(from, at)
            }
            (false, None) if self.text[at] == b'=' => self.message(at),
            (false, None) => self.line(at),
        }
    }

    /// Whether a value behind an equals sign is one word: in a query, in a shell, and where AWS tells the hash of a header.
    fn is_one_word(&self, from: usize, at: usize, name: &Name) -> bool {
        let word = from..self.bare(from, at);
        let ends = |byte: &u8| b"&;\"'`<".contains(byte);
        name.kind == Kind::Cookie || self.is_hash(&word) || self.text.get(word.end).is_none_or(ends)
    }

    /// The rest of a message: to the end of its line, of its string in JSON or of its element.
    fn message(&self, at: usize) -> Range<usize> {
        let line = self.line(at);
        let ends = |at: &usize| match &self.text[*at..line.end] {
            [b'<', b'/', ..] => true,
            [b'"', rest @ ..] => {
                matches!(rest.trim_ascii_start(), [] | [b'}' | b']', ..] | [b',', ..])
                    && !self.text[..*at].ends_with(b"\\")
            }
            _ => false,
        };
        let end = line.clone().find(ends).unwrap_or(line.end);
        line.start..end
    }

    /// Where a value begins: behind the separator, an arrow's head and white space. In JSON it may stand on the next line.
    fn skip(&self, at: usize, name: &Name) -> usize {
        let arrow = usize::from(self.text[at] == b'=' && self.text.get(at + 1) == Some(&b'>'));
        let from = at + 1 + arrow;
        let is_between = |byte: &u8| match name.closed_by {
            Some(_) => byte.is_ascii_whitespace(),
            None => matches!(byte, b' ' | b'\t'),
        };
        from + self.text[from..].iter().take_while(|byte| is_between(byte)).count()
    }

    /// The rest of the line, with the lines that it is folded to; without white space at the ends.
    fn line(&self, at: usize) -> Range<usize> {
        let mut end = at + 1;
        loop {
            end += memchr::memchr2(b'\n', b'\\', &self.text[end..]).unwrap_or(self.text.len() - end);
            match &self.text[end..] {
                [b'\\', b'n', ..] | [] => break,
                [b'\\', b'r', b'\\', b'n', ..] => break,
                [b'\\', ..] => end += 1,
                [b'\n', b' ' | b'\t', ..] => end += 2,
                [b'\n', ..] | [_, ..] => break,
            }
        }
        let inner = &self.text[at + 1..end];
        let start = at + 1 + (inner.len() - inner.trim_ascii_start().len());
        start..start + inner.trim_ascii().len()
    }

    /// Whether nothing but marks of quotation stands in front of a name in its line.
    fn begins_line(&self, start: usize) -> bool {
        let before = &self.text[start.saturating_sub(8)..start];
        let marks = before.iter().rev().take_while(|byte| b" \t><*|+#".contains(byte)).count();
        let rest = &before[..before.len() - marks];
        rest.is_empty() || rest.ends_with(b"\n") || rest.ends_with(b"\\n")
    }

    /// Up to the mark that closes a quotation; all that follows where none does.
    fn quoted(&self, from: usize, mark: &[u8]) -> Range<usize> {
        let mut at = from;
        while let Some(found) = memchr::memmem::find(&self.text[at..], mark) {
            let end = at + found;
            // `\"` ends nothing where `"` is the mark, nor `\\"` where `\"` is.
            let slashes = self.text[from..end].iter().rev().take_while(|byte| **byte == b'\\').count();
            // One that is escaped itself ends where as many backslashes stand before it, and no more.
            if slashes == 0 || mark.len() == 1 && slashes % 2 == 0 {
                return from..end;
            }
            at = end + mark.len();
        }
        from..self.text.len()
    }

    /// The end of a list or an object of JSON; all that follows where it has none.
    fn balanced(&self, from: usize) -> usize {
        let (mut depth, mut at) = (0_usize, from);
        while let Some(byte) = self.text.get(at) {
            match byte {
                b'[' | b'{' => depth += 1,
                b']' | b'}' => {
                    depth -= 1;
                    if depth == 0 {
                        return at + 1;
                    }
                }
                b'"' => at = self.quoted(at + 1, b"\"").end,
                _ => {}
            }
            at += 1;
        }
        self.text.len()
    }

    /// The end of a value without quotes. In a query a comma and a bracket may belong to it.
    fn bare(&self, from: usize, separator: usize) -> usize {
        let ends_query = |byte: u8| byte.is_ascii_whitespace() || b"&\"'`<>#".contains(&byte);
        let ends = |byte: u8| match self.text[separator] {
            b'=' => ends_query(byte),
            _ => ends_query(byte) || b",;)}]".contains(&byte),
        };
        let mut at = from;
        while let Some(byte) = self.text.get(at) {
            let escape =
                *byte == b'\\' && self.text.get(at + 1).is_some_and(|next| b"nrt\"'u".contains(next));
            if ends(*byte) || escape {
                break;
            }
            at += 1;
        }
        at
    }

    /// `<Name>value</Name>`, with attributes or a prefix.
    fn element(&mut self, at: usize) {
        let low = at.saturating_sub(LONGEST_TAG);
        let Some(open) = memchr::memrchr(b'<', &self.text[low..at]).map(|found| low + found) else { return };
        let tag = self.text[open + 1..at].split(u8::is_ascii_whitespace).next().unwrap_or_default();
        let name = tag.rsplit(|byte| *byte == b':').next().unwrap_or_default();
        let mut kind = Kind::of(name);
        if kind == Kind::Open
            && !tag.starts_with(b"/")
            && self.is_value_of_a_secret(open + 1, open + 1 + tag.len())
        {
            kind = Kind::Secret;
        }
        if tag.starts_with(b"/") || !kind.is_credential() {
            return;
        }
        let len = memchr::memmem::find(&self.text[at + 1..], b"</").unwrap_or(self.text.len() - at - 1);
        match kind {
            Kind::Authorization => self.authorization(at + 1..at + 1 + len),
            Kind::Secret | Kind::Cookie | Kind::Open | Kind::Host => self.put(at + 1..at + 1 + len),
        }
    }

    /// `Host: user:password@name`, and `Via: 1.1 user:password@name`.
    fn host(&mut self, at: usize) {
        let after = |from: usize, is: fn(&u8) -> bool| {
            from + self.text[from..].iter().take(LONGEST_NAME).take_while(|byte| is(byte)).count()
        };
        let start = after(at + 1, |byte| *byte == b' ');
        let version = after(start, |byte| byte.is_ascii_digit() || *byte == b'.');
        let start =
            if self.text.get(version) == Some(&b' ') { after(version, |byte| *byte == b' ') } else { start };
        let near = &self.text[start..self.text.len().min(start + LONGEST_USER)];
        let len = near.iter().position(|byte| byte.is_ascii_whitespace() || b"\"'`<>,\\".contains(byte));
        if let Some(inner) = super::in_host(&near[..len.unwrap_or(near.len())]) {
            self.put(start + inner.start..start + inner.end);
        }
    }

    /// `["eq", "$x-amz-security-token", "…"]`, as policies have it, and `["x-api-key", "…"]`, as lists of headers have it, in the
    /// brackets and quotation marks of any language.
    fn conditions(&mut self) {
        for comma in memchr::memchr_iter(b',', self.text) {
            let Some((quote, before)) = self.text[..comma].trim_ascii_end().split_last() else { continue };
            if !matches!(quote, b'"' | b'\'') {
                continue;
            }
            let (quote, end) = (*quote, before.len());
            let low = end.saturating_sub(LONGEST_NAME);
            let Some(open) = memchr::memrchr(quote, &self.text[low..end]).map(|found| low + found) else {
                continue;
            };
            let name = &self.text[open + 1..end];
            let (is_condition, name) = (name.starts_with(b"$"), name.strip_prefix(b"$").unwrap_or(name));
            let kind = Kind::of(name);
            let bytes = |text: &[u8]| usize::from(text.ends_with(b"b") && !text.ends_with(b"bb"));
            let before = &self.text[..open - bytes(&self.text[..open])];
            let is_item = matches!(before.trim_ascii_end().last(), Some(b'[' | b',' | b'(' | b'{') | None);
            let rest = &self.text[comma + 1..];
            let start = comma + 1 + (rest.len() - rest.trim_ascii_start().len());
            let start = start + usize::from(self.text[start..].starts_with(&[b'b', quote]));
            if !kind.is_credential() || !is_item || self.text.get(start) != Some(&quote) {
                continue;
            }
            let value = self.quoted(start + 1, &[quote]);
            match kind {
                // A list of names goes on with another.
                _ if !is_condition && is_header_name(&self.text[value.clone()]) => {}
                Kind::Authorization => self.authorization(value),
                Kind::Secret | Kind::Cookie | Kind::Open | Kind::Host => self.put(value),
            }
        }
    }

    /// The fields of a form in parts: a name among the headers of a part, and behind a blank line the value.
    fn fields(&mut self) {
        let mut done = 0;
        for at in places(self.text, FIELD) {
            let near = &self.text[at..self.text.len().min(at + NEAR)];
            let ends = |byte: &u8| byte.is_ascii_whitespace() || *byte == b';';
            let len = near[FIELD.len()..].iter().position(ends).unwrap_or_default();
            let name = near[FIELD.len()..FIELD.len() + len].trim_ascii();
            let name = name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")).unwrap_or(name);
            let blank = [&b"\r\n\r\n"[..], b"\n\n"]
                .map(|blank| memchr::memmem::find(near, blank).map(|found| at + found + blank.len()));
            let Some(start) = blank.into_iter().flatten().min() else { continue };
            if start < done || !Kind::of(name).is_credential() {
                continue;
            }
            let len = memchr::memmem::find(&self.text[start..], b"\n--").unwrap_or(self.text.len() - start);
            let value = &self.text[start..start + len];
            done = start + len;
            self.put(start..start + value.strip_suffix(b"\r").unwrap_or(value).len());
        }
    }

    /// `<ArgumentName>Authorization</ArgumentName><ArgumentValue>…`, as S3 has it.
    fn argument(&mut self) {
        let mut done = 0;
        for at in places(self.text, ARGUMENT) {
            let name = at + ARGUMENT.len();
            let near = &self.text[name..self.text.len().min(name + NEAR)];
            let len = memchr::memchr(b'<', near).unwrap_or_default();
            let kind = Kind::of(&near[..len]);
            let value = memchr::memmem::find(near, b"<ArgumentValue>");
            let Some(start) = value.map(|found| name + found + b"<ArgumentValue>".len()) else { continue };
            if start < done {
                continue;
            }
            let len = memchr::memmem::find(&self.text[start..], b"</").unwrap_or(self.text.len() - start);
            done = start + len;
            match kind {
                Kind::Open | Kind::Host => {}
                Kind::Authorization => self.authorization(start..done),
                Kind::Secret | Kind::Cookie => self.put(start..done),
            }
        }
    }

    /// `'…' not a valid key=value pair (missing equal-sign) in Authorization header`: the piece that AWS quotes was not understood.
    fn missing_equals(&mut self) {
        for at in places(self.text, b"' not a valid key=value pair") {
            let low = at.saturating_sub(NEAR);
            let start = memchr::memrchr(b'\'', &self.text[low..at]).map_or(low, |quote| low + quote + 1);
            let is_list = |byte: &u8| byte.is_ascii_lowercase() || b";-".contains(byte);
            if !self.text[start..at].iter().all(is_list) {
                self.found.push(start..at);
            }
        }
    }

    /// `scheme://user:password@host`, and URLs that are a credential themselves.
    fn users(&mut self) {
        for at in places(self.text, USER) {
            let start = at + USER.len();
            let ends = |byte: &u8| byte.is_ascii_whitespace() || b"/?#\"'`<>\\,".contains(byte);
            let len = self.text[start..].iter().take(LONGEST_USER).position(ends);
            let end = start + len.unwrap_or(LONGEST_USER.min(self.text.len() - start));
            if let Some(inner) = super::in_host(&self.text[start..end]) {
                self.hide(start + inner.start..start + inner.end);
            }
            let path = self.text[end..].iter().take(LONGEST_USER);
            let path = end..end + path.take_while(|byte| is_symbol(**byte) || **byte == b':').count();
            if let Some(secret) = capability::start(|| &self.text[start..end], &self.text[path.clone()]) {
                self.put(path.start + secret..path.end);
            }
        }
    }

    /// Tokens behind a word that announces one: `Bearer` and `Basic`, the first line of a private key, an option of a command.
    fn announced_tokens(&mut self) {
        for at in memchr::memchr2_iter(b' ', b'+', self.text) {
            if self.text[at..].starts_with(b" -") {
                self.option(at + 1);
            }
            let before = self.text[..at].trim_ascii_end();
            if WORDS.iter().any(|word| before.ends_with(word)) {
                let start = at + 1;
                let end = start + self.text[start..].iter().take_while(|byte| is_symbol(**byte)).count();
                if is_mixed(&self.text[start..end]) {
                    self.put(start..end);
                }
            } else if at >= self.done && before.ends_with(b"PRIVATE") && self.text[at..].starts_with(KEY) {
                let start = at + KEY.len();
                let is_end = memchr::memmem::rfind(&before[at.saturating_sub(32)..], b"-----END").is_some();
                let len = memchr::memmem::find(&self.text[start..], b"-----END");
                if !is_end {
                    self.put(start..start + len.unwrap_or(self.text.len() - start));
                }
            }
        }
    }

    /// `--password …`, `-u user:…`: an option of a command, whose dash stands at `dash`.
    fn option(&mut self, dash: usize) {
        let name = &self.text[dash + 1..self.text.len().min(dash + LONGEST_NAME)];
        let long = usize::from(name.starts_with(b"-"));
        let len = name[long..].iter().take_while(|byte| is_name(**byte)).count();
        let name = &name[long..long + len];
        let end = dash + 1 + long + len;
        if len == 0 || self.text.get(end) != Some(&b' ') {
            return;
        }
        let start = end + self.text[end..].iter().take_while(|byte| **byte == b' ').count();
        let word = || self.text[start..].iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
        let value = match self.quotation_mark(start) {
            Some(mark) => self.quoted(mark.end, &self.text[mark]),
            None => start..start + word(),
        };
        let text = &self.text[value.clone()];
        let is_user = matches!(name, b"u" | b"U" | b"user" | b"proxy-user");
        match (is_user, Kind::of(name)) {
            _ if text.starts_with(b"-") || text.starts_with(b"@") => {}
            (true, _) if text.contains(&b':') => self.hide(value),
            (false, Kind::Secret | Kind::Cookie) => self.put(value),
            (..) => {}
        }
    }

    /// The first word behind an access key id of AWS that has the form of a secret access key: in a list, a table, a call.
    fn beside_ids(&mut self) {
        const NEAR: usize = 120;
        const ID: usize = 20;
        for mark in [&b"AKIA"[..], b"ASIA"] {
            let Some(first) = memchr::memmem::find(self.text, mark) else { continue };
            for at in memchr::memmem::find_iter(&self.text[first..], mark).map(|at| first + at) {
                let from = self.text.len().min(at + ID);
                let near = &self.text[from..self.text.len().min(from + NEAR)];
                let mut start = 0;
                for word in near.split(|byte| !(byte.is_ascii_alphanumeric() || b"+/".contains(byte))) {
                    if authorization::looks_secret(word) {
                        self.hide(from + start..from + start + word.len());
                        break;
                    }
                    start += word.len() + 1;
                }
            }
        }
    }

    /// Tokens that begin with a mark of their maker.
    fn marked_tokens(&mut self) {
        let text = self.text;
        let ends = memchr::memchr3_iter(b'J', b'G', b'z', text).chain(memchr::memchr2_iter(b'_', b'-', text));
        // The run of symbols that the last mark began, and the last dot in it: however many marks it holds, it is walked once.
        let (mut run, mut dot) = (0..0, None);
        for end in ends {
            let is_at_end = |(mark, _): &&(&str, usize)| text[..=end].ends_with(mark.as_bytes());
            let Some((mark, least)) = MARKS.iter().find(is_at_end) else { continue };
            let start = end + 1 - mark.len();
            if start > 0 && text[start - 1].is_ascii_alphanumeric() {
                continue;
            }
            if !run.contains(&start) {
                run = start..start + text[start..].iter().take_while(|byte| is_symbol(**byte)).count();
                dot = memchr::memrchr(b'.', &text[run.clone()]).map(|at| run.start + at);
            }
            if run.end - start >= *least && (*mark != WEB_TOKEN || dot.is_some_and(|dot| dot > end)) {
                self.found.push(start..run.end);
            }
        }
    }
}

/// Where a text holds a needle. A search that is prepared for its needle, as `memmem` does it, costs more than it saves: most texts are
/// a header or a sentence.
fn places<'a>(text: &'a [u8], needle: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let is_rare = |byte: &u8| !byte.is_ascii_alphanumeric();
    let rare = needle.iter().position(is_rare).unwrap_or_default();
    let starts = memchr::memchr_iter(needle[rare], text).filter_map(move |at| at.checked_sub(rare));
    starts.filter(move |start| text[*start..].starts_with(needle))
}

/// What languages write before a quotation: bytes, text as it is, a comparison.
const PREFIXES: [&[u8]; 11] = [b"b", b"u", b"r", b"f", b"rb", b"br", b"ur", b"@", b"$", b"=", b"=="];

/// What stands in front of a field's name in a form in parts.
const FIELD: &[u8] = b"form-data; name=";

/// What stands in front of an argument's name in an answer of S3.
const ARGUMENT: &[u8] = b"<ArgumentName>";

/// What stands in front of a URL's user.
const USER: &[u8] = b"://";

/// How the schemes are written that send a credential as it is.
const WORDS: [&[u8]; 6] = [b"Bearer", b"bearer", b"BEARER", b"Basic", b"basic", b"BASIC"];

/// What goes on behind `PRIVATE` in the first line of a private key.
const KEY: &[u8] = b" KEY-----";

/// Elements that belong together stand no further apart.
const NEAR: usize = 4096;

/// No tag is longer, its attributes included.
const LONGEST_TAG: usize = 1024;

/// User and password of a URL are no longer.
const LONGEST_USER: usize = 1024;

/// How a JSON Web Token begins: with `{"` in Base64.
const WEB_TOKEN: &str = "eyJ";

/// How tokens begin that their makers mark, each mark cut behind the rarest of its letters, and how long they are at least: AWS's session
/// tokens, JSON Web Tokens, keys of Google, GitHub, GitLab, Slack, Stripe, Akamai and other makers.
const MARKS: &[(&str, usize)] = &[
    ("IQoJ", 12),
    ("FwoG", 40),
    ("FQoG", 40),
    (WEB_TOKEN, 20),
    ("AIz", 35),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghs_", 20),
    ("github_pat_", 20),
    ("glpat-", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("sk_live_", 16),
    ("akab-", 20),
    ("ghu_", 20),
    ("ghr_", 20),
    ("glptt-", 20),
    ("gldt-", 20),
    ("xapp-", 20),
    ("xoxa-", 20),
    ("xoxs-", 20),
    ("sk_test_", 16),
    ("rk_test_", 16),
    ("whsec_", 16),
    ("sk-proj-", 20),
    ("sk-ant-", 20),
    ("hf_", 30),
    ("npm_", 36),
    ("pypi-", 40),
    ("shpat_", 20),
    ("dop_v1_", 40),
    ("rk_live_", 16),
];

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.$[]".contains(&byte)
}

/// A byte of a token.
fn is_symbol(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=_-.~%".contains(&byte)
}

/// Whether a word is one of no language: letters of both cases or digits are mixed in it.
fn is_mixed(word: &[u8]) -> bool {
    let rest = word.get(1..).unwrap_or_default();
    word.len() >= 6
        && rest
            .iter()
            .any(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"+/=_".contains(byte))
}

/// Whether a text is the name of a header rather than a value: words with dashes between them.
fn is_header_name(text: &[u8]) -> bool {
    let is_word = |word: &[u8]| !word.is_empty() && word.iter().all(u8::is_ascii_alphabetic);
    text.len() <= LONGEST_NAME && text.split(|byte| *byte == b'-').all(is_word)
        || text.len() >= 2 && text[..2].eq_ignore_ascii_case(b"x-")
}

/// Whether a name, with what closes its quotation, is `code`.
fn is_code(name: &[u8]) -> bool {
    let name = name.trim_ascii_end();
    name.strip_suffix(b"\"").unwrap_or(name).eq_ignore_ascii_case(b"code")
}

/// What a login is exchanged for, and the key of a function: a long word of mixed letters. The code of an error is one of letters.
fn is_login_code(value: &[u8]) -> bool {
    const LONG: usize = 20;
    let has = |is: fn(&u8) -> bool| value.iter().any(is);
    value.len() >= LONG
        && value.iter().all(|byte| is_symbol(*byte))
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_lowercase)
}

/// `max_tokens: 512`: how many tokens there may be is no token.
fn is_count(name: &[u8], value: &[u8]) -> bool {
    let name = name.trim_ascii_end();
    let name = name.strip_suffix(b"\"").unwrap_or(name);
    let is_number = !value.is_empty() && value.len() <= 9 && value.iter().all(u8::is_ascii_digit);
    is_number && name.len() >= 6 && name[name.len() - 6..].eq_ignore_ascii_case(b"tokens")
}

/// Words that stand for no value, a variable of a query's or that an editor has not filled in, what was hidden before, and an access key id.
fn is_harmless(value: &[u8]) -> bool {
    const NOTHING: [&str; 8] = ["null", "none", "nil", "true", "false", "undefined", "asc", "desc"];
    let word = value.trim_ascii();
    let is_variable = word.starts_with(b"{{") && word.ends_with(b"}}")
        || matches!(word, [b':' | b'#', name @ ..] if name.len() <= 16 && name.iter().all(u8::is_ascii_alphanumeric));
    let is_id = (word.starts_with(b"AKIA") || word.starts_with(b"ASIA"))
        && word.len() == 20
        && word.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let is_hidden = word.starts_with(b"[hidden") || word.starts_with(b"(hidden");
    word.is_empty()
        || is_variable
        || is_id
        || is_hidden
        || NOTHING.iter().any(|nothing| word.eq_ignore_ascii_case(nothing.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::super::sentence;
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> String {
        let mut out = text.as_bytes().to_vec();
        for range in hidden(text.as_bytes()).into_iter().rev() {
            out.splice(range, "•".bytes());
        }
        String::from_utf8(out).unwrap()
    }

    /// A text, and what is shown of it.
    const SHOWN: &[(&str, &str)] = &[
        ("a=b&access_token=tok+/=&c=d", "a=b&access_token=•&c=d"),
        ("{\"password\": \"a\\\"b\", \"x\": 1}", "{\"password\": \"•\", \"x\": 1}"),
        ("{\"tokens\": [\"a\", {\"b\": \"]\"}], \"x\": 1}", "{\"tokens\": •, \"x\": 1}"),
        ("{\\\"token\\\":\\\"tok\\\",\\\"x\\\":1}", "{\\\"token\\\":\\\"•\\\",\\\"x\\\":1}"),
        ("{'secretKey': 'tok', 'x': 1}", "{'secretKey': '•', 'x': 1}"),
        ("password => \"tok\", x => 1", "password => \"•\", x => 1"),
        ("<w:Password Type=\"t\">tok</w:Password>", "<w:Password Type=\"t\">•</w:Password>"),
        ("host:h\nx-api-key: two words\nx-a:1", "host:h\nx-api-key: •\nx-a:1"),
        ("> Cookie: a=b; c=d\n> X: 1", "> Cookie: •\n> X: 1"),
        ("curl -H 'Cookie: a=b; c=d' -H 'X: 1'", "curl -H 'Cookie: •' -H 'X: 1'"),
        ("GET\\nx-amz-security-token:tok\\nhost", "GET\\nx-amz-security-token:•\\nhost"),
        ("X-Amz-Security-Token:\r\n folded\r\nX: 1", "X-Amz-Security-Token:\r\n •\r\nX: 1"),
        ("[\"eq\", \"$x-amz-security-token\", \"tok\"]", "[\"eq\", \"$x-amz-security-token\", \"•\"]"),
        ("API Key: tok and more", "API Key: •"),
        ("\\u0022pass\\u0077ord\\u0022: \\u0022tok\\u0022", "\\u0022pass\\u0077ord\\u0022: \\u0022•\\u0022"),
        ("'s Authorization=AWS id tok\"}", "'s Authorization=AWS •\"}"),
        ("?authorization=tok&x=1", "?authorization=•&x=1"),
        ("\\\\\\\"token\\\\\\\":\\\\\\\"tok\\\\\\\",1", "\\\\\\\"token\\\\\\\":\\\\\\\"•\\\\\\\",1"),
        ("{\"name\":\"x-api-key\",\"value\":\"tok\"}", "{\"name\":\"x-api-key\",\"value\":\"•\"}"),
        ("<Name>password</Name><Value>tok</Value>", "<Name>password</Name><Value>•</Value>"),
        ("A.1.Name=Password&A.1.Value=tok&b=c", "A.1.Name=Password&A.1.Value=•&b=c"),
        ("postgres:\\/\\/me:tok@h\\/db", "postgres:\\/\\/•@h\\/db"),
        ("x=Bearer+aB3xyz.9&y", "x=Bearer+•&y"),
        ("AWS x token:tok region:eu-west-1", "AWS x token:• region:eu-west-1"),
        ("X%2DAmz-Security-Token%3Dtok%26x", "X%2DAmz-Security-Token%3D•%26x"),
        ("?u=https%253A%252F%252Fh%252F%253Ftoken%253Dtok", "?u=https%253A%252F%252Fh%252F%253Ftoken%253D•"),
        ("a&amp;token=tok&amp;b", "a&amp;token=•&amp;b"),
        ("form-data; name=\"pwd\"\r\n\r\ntok\r\n--b", "form-data; name=\"pwd\"\r\n\r\n•\r\n--b"),
        ("https://me:tok@h/x?y", "https://•@h/x?y"),
        ("Host: me%3Atok%40h\n", "Host: •%40h\n"),
        ("Host: h:pass0word\n", "Host: h:•\n"),
        ("to https://h:pass0word/k?x", "to https://h:•/k?x"),
        ("Via: 1.1 me:tok@h", "Via: 1.1 •@h"),
        ("[\"Host\",\"h\",\"x-api-key\", \"tok1\"]", "[\"Host\",\"h\",\"x-api-key\", \"•\"]"),
        ("[[\"Authorization\",\"Bearer tok1\"]]", "[[\"Authorization\",\"Bearer •\"]]"),
        ("code=4/0AX4XfWhqQ2r8kLmNo&grant_type=x", "code=•&grant_type=x"),
        ("{\"code\": \"SplxlOBeZQQYbYS6WxSbIA\"}", "{\"code\": \"•\"}"),
        (
            "form-data; name=\"pwd\"\r\n\r\ntok\r\n--b\r\nX-Api-Key: tok\r\n",
            "form-data; name=\"pwd\"\r\n\r\n•\r\n--b\r\nX-Api-Key: •\r\n",
        ),
        (
            "to https://hooks.slack.com/services/T0/B1/tok, twice",
            "to https://hooks.slack.com/services/•, twice",
        ),
        ("{u'password': u'tok'}", "{u'password': u'•'}"),
        ("X-Api-Key: b'tok', x", "X-Api-Key: •"),
        ("{'x-api-key': b'tok'}", "{'x-api-key': b'•'}"),
        (
            "Credentials { secret_access_key: Some(\"tok\") }",
            "Credentials { secret_access_key: Some(\"•\") }",
        ),
        ("x SessionToken: (*string)(0xc000)(\"tok\")", "x SessionToken: (*string)(0xc000)(\"•\")"),
        ("if password == \"tok\"", "if password == \"•\""),
        ("[ 'X-Api-Key', 'tok1' ]", "[ 'X-Api-Key', '•' ]"),
        ("(b'x-api-key', b'tok1')", "(b'x-api-key', b'•')"),
        (".header(\"X-Api-Key\", \"tok1\")", ".header(\"X-Api-Key\", \"•\")"),
        (
            "{\n \"name\": \"DB_PASSWORD\",\n \"value\": \"tok\"}",
            "{\n \"name\": \"DB_PASSWORD\",\n \"value\": \"•\"}",
        ),
        ("{\"value\":\"tok\",\"name\":\"DB_PASSWORD\"}", "{\"value\":\"•\",\"name\":\"DB_PASSWORD\"}"),
        (
            "{\"ParameterKey\":\"DBPassword\",\"ParameterValue\":\"tok\"}",
            "{\"ParameterKey\":\"DBPassword\",\"ParameterValue\":\"•\"}",
        ),
        ("- name: AWS_SECRET_ACCESS_KEY\n  value: tok\n", "- name: AWS_SECRET_ACCESS_KEY\n  value: •\n"),
        ("curl -u me:tok https://h", "curl -u • https://h"),
        ("mysql --password tok -h db", "mysql --password • -h db"),
        ("redis://:tok@h:6379", "redis://•@h:6379"),
        ("AKIAIOSFODNN7EXAMPLE,wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n", "AKIAIOSFODNN7EXAMPLE,•\n"),
        ("password_confirmation=tok&x", "password_confirmation=•&x"),
        ("X-GitHub-OTP: 123456\n", "X-GitHub-OTP: •\n"),
        ("client_token=akab-0123456789abcdef;x", "client_token=•;x"),
        ("sent Bearer aB3xyz.9 twice", "sent Bearer • twice"),
        ("Authorization header: 'Bearer tok'.", "Authorization header: 'Bearer •'."),
    ];

    #[test]
    fn a_value_is_found_however_its_name_stands_before_it() {
        for (text, expected) in SHOWN {
            assert_eq!(shown(text), *expected);
        }
    }

    #[test]
    fn letters_of_two_bytes_are_read_as_well() {
        let text = "{\"password\": \"tok\"}";
        for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let wide: Vec<u8> = text.encode_utf16().flat_map(bytes).collect();
            let found = hidden(&wide);
            assert_eq!(found.len(), 1, "{found:?}");
            let mut place = wide[found[0].clone()].to_vec();
            place.retain(|byte| *byte != 0);
            assert_eq!(place, b"tok");
        }
    }

    #[test]
    fn a_token_is_known_by_the_mark_of_its_maker() {
        for (mark, least) in MARKS {
            let token = |len: usize| format!("{mark}{}", ".a".repeat(len)[..len - mark.len()].to_owned());
            assert_eq!(shown(&format!("it sent {} twice", token(*least))), "it sent • twice");
            for text in [token(least - 1), format!("a{}", token(*least))] {
                assert_eq!(shown(&text), text);
            }
        }
        assert_eq!(shown("FwoG.ghp_0123456789abcdef"), "FwoG.•");
        let text = "eyJ-".repeat(10_000);
        assert_eq!(shown(&text), text);
        assert_eq!(shown(&format!("{text}.a")), "•");
    }

    #[test]
    fn what_is_needed_stays() {
        for text in [
            "GET\n/\nX-Amz-Credential=AKID%2F20150830%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature=00&X-Amz-SignedHeaders=host%3Bx-amz-security-token\nhost:h:8443\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date;x-amz-security-token\ne3b0",
            "/?list-type=2&continuation-token=1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=&prefix=token",
            "Authorization: AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00ff",
            "ExpiredToken: The provided token has expired.",
            "Missing Authentication Token",
            "The security token included in the request is invalid.",
            "(Hashed with SHA-256 and encoded with Base64) Authorization=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=.",
            "Basic authentication: it was left out; Bearer tokens too.",
            "{\"accessKeyId\": \"AKIDEXAMPLE\", \"NextToken\": \"abc\", \"token\": null, \"Key\": \"a/b\"}",
            "access_key=AKIAIOSFODNN7EXAMPLE",
            "token: {{token}}",
            "{\"max_tokens\": 512, \"maxTokens\":1,\"x\":2}",
            "sessionId = :s AND x",
            "{\"name\":\"color\",\n\"value\":\"password reset\"}",
            "curl -u name -X POST",
            "Host: [2001:db8::abcdef]\nhost:h:443\n",
            "GET /?sort=token:asc&x=1",
            "[\"x-api-key\",\"x-amz-content-sha256\",\"Host\"]",
            "{\"code\": \"SignatureDoesNotMatchButLong\", \"x\": 1}",
            "code=ERR_HTTP2_INVALID_SESSION&x",
            "{\"name\":\"color\",\"value\":\"red\"}",
            "https://h/a@b?c=d@e",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    proptest! {
        #[test]
        fn what_was_hidden_once_stays_as_it_is(
            text in "((token|password|a)[=:] ?|\"|'|\\{|\\}|&|%3D|%26|&amp;|\n|x|Bearer aB1|://|@|<token>|</){0,24}"
        ) {
            let once = sentence(&text).into_owned();
            prop_assert_eq!(sentence(&once).into_owned(), once.clone());
        }

        #[test]
        fn ranges_are_apart_and_in_the_text(text in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut at = 0;
            for range in hidden(&text) {
                prop_assert!(at <= range.start && range.start < range.end && range.end <= text.len());
                at = range.end + 1;
            }
        }
    }
}
