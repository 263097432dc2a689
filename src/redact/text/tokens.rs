//! Values that tell themselves: users of URLs, tokens behind a word or with a mark of their maker, private keys.

use super::structure::places;
use super::{LONGEST_NAME, Scan};
use crate::redact::name::Kind;
use crate::redact::{authorization, capability, in_host};

impl<'a> Scan<'a> {
    /// `Host: user:password@name`, and `Via: 1.1 user:password@name`.
    pub(super) fn host(&mut self, at: usize) {
        let after = |from: usize, is: fn(&u8) -> bool| {
            from + self.text[from..].iter().take(LONGEST_NAME).take_while(|byte| is(byte)).count()
        };
        let start = after(at + 1, |byte| *byte == b' ');
        let version = after(start, |byte| byte.is_ascii_digit() || *byte == b'.');
        let start =
            if self.text.get(version) == Some(&b' ') { after(version, |byte| *byte == b' ') } else { start };
        let near = &self.text[start..self.text.len().min(start + LONGEST_USER)];
        let len = near.iter().position(|byte| byte.is_ascii_whitespace() || b"\"'`<>,\\".contains(byte));
        if let Some(inner) = in_host(&near[..len.unwrap_or(near.len())]) {
            self.put(start + inner.start..start + inner.end);
        }
    }

    /// `scheme://user:password@host`, and URLs that are a credential themselves.
    pub(super) fn users(&mut self) {
        for at in places(self.text, USER) {
            let start = at + USER.len();
            let ends = |byte: &u8| byte.is_ascii_whitespace() || b"/?#\"'`<>\\,".contains(byte);
            let len = self.text[start..].iter().take(LONGEST_USER).position(ends);
            let end = start + len.unwrap_or(LONGEST_USER.min(self.text.len() - start));
            if let Some(inner) = in_host(&self.text[start..end]) {
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
    pub(super) fn announced_tokens(&mut self) {
        for at in memchr::memchr3_iter(b' ', b'+', b'\t', self.text) {
            if self.text[at..].starts_with(b" -") {
                self.option(at + 1);
            }
            if at >= self.done && self.text[at] != b'+' {
                self.beside_name(at);
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

    /// The first word behind an access key id of AWS that has the form of a secret access key: in a list, a table, a call.
    pub(super) fn beside_ids(&mut self) {
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

    /// `AWS_SECRET_KEY …`, `the secret is …`: a word of no language that a blank parts from the name of a credential.
    fn beside_name(&mut self, blank: usize) {
        const VERBS: [&[u8]; 2] = [b" is", b" was"];
        let start = blank + 1;
        let end = start + self.text[start..].iter().take_while(|byte| is_symbol(**byte)).count();
        if end - start < SHORTEST_KEY || !is_tangled(&self.text[start..end]) {
            return;
        }
        let before = self.text[..blank].trim_ascii_end();
        let name = VERBS.iter().find_map(|verb| before.strip_suffix(*verb)).unwrap_or(before);
        if self.name_before(name.len()).kind == Kind::Secret {
            self.put(start..end);
        }
    }

    /// Words with the form of AWS's secret access keys, whatever stands before them: in brackets behind a message, behind a name that
    /// says nothing.
    pub(super) fn access_keys(&mut self) {
        const LEN: usize = 40;
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/".contains(byte);
        // No such word lies between two of these places without holding one.
        let mut at = LEN - 1;
        while at < self.text.len() {
            if !is_part(&self.text[at]) {
                at += LEN;
                continue;
            }
            let start = at - self.text[..at].iter().rev().take(LEN).take_while(|byte| is_part(byte)).count();
            let end = at + self.text[at..].iter().take_while(|byte| is_part(byte)).count();
            let word = &self.text[start..end];
            let is_padded = self.text.get(end) == Some(&b'=');
            if !is_padded && authorization::looks_secret(word) && is_tangled(word) {
                self.hide(start..end);
            }
            at = end + LEN;
        }
    }

    /// Tokens that begin with a mark of their maker.
    pub(super) fn marked_tokens(&mut self) {
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

/// What stands in front of a URL's user.
pub(super) const USER: &[u8] = b"://";

/// How the schemes are written that send a credential as it is.
const WORDS: [&[u8]; 6] = [b"Bearer", b"bearer", b"BEARER", b"Basic", b"basic", b"BASIC"];

/// What goes on behind `PRIVATE` in the first line of a private key.
const KEY: &[u8] = b" KEY-----";

/// User and password of a URL are no longer.
const LONGEST_USER: usize = 1024;

/// How a JSON Web Token begins: with `{"` in Base64.
const WEB_TOKEN: &str = "eyJ";

/// How tokens begin that their makers mark, each mark cut behind the rarest of its letters, and how long they are at least: AWS's session
/// tokens, JSON Web Tokens, keys of Google, GitHub, GitLab, Slack, Stripe, Akamai and other makers.
pub(super) const MARKS: &[(&str, usize)] = &[
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

/// A byte of a token.
pub(super) fn is_symbol(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=_-.~%".contains(&byte)
}

/// A word behind the name of a credential is none when it is shorter.
const SHORTEST_KEY: usize = 16;

/// Whether a word was drawn by chance: its letters and digits change places, and small letters go on with capitals, more often than in
/// words that are joined (`MyBucket/Photos2026`).
fn is_tangled(word: &[u8]) -> bool {
    let changes = word.windows(2).filter(|pair| {
        let [one, two] = [pair[0], pair[1]];
        one.is_ascii_lowercase() && two.is_ascii_uppercase()
            || one.is_ascii_alphabetic() && two.is_ascii_digit()
            || one.is_ascii_digit() && two.is_ascii_alphabetic()
    });
    changes.count() * 5 >= word.len()
}

/// Whether a word is one of no language: letters of both cases or digits are mixed in it.
fn is_mixed(word: &[u8]) -> bool {
    let rest = word.get(1..).unwrap_or_default();
    word.len() >= 6
        && rest
            .iter()
            .any(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"+/=_".contains(byte))
}
