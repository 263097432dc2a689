//! The checks that a receiver makes by a row.

use super::capture::{self, Capture};
use super::condition::Condition;
use super::evaluate::{Planned, Scene};
use super::source::{SECRET, Source};
use super::template::Template;
use super::time::Time;
use super::{Direction, Recipe, Stated, write};
use crate::scheme::Claim;
use crate::scheme::checks::{Found, Presented, compared, failed, not_reached, passed, passed_with};
use crate::signature::Agreement;
use crate::signature::algorithm::Algorithm;
use crate::signature::check::{CheckId, Headline};
use crate::time::{self as clock, Timestamp};

pub(super) fn check(row: &Recipe, id: CheckId, presented: &Presented<'_>, claim: &Claim) -> Option<Found> {
    let captured = match capture::of(row, presented.request) {
        Capture::Found(found, _) => found,
        Capture::Nothing | Capture::Other(_) => Vec::new(),
    };
    let mut scene = Scene::of(presented.request, &captured, Planned::No, presented.situation);
    // Of what is looked at, only times and digests may speak of the texts before the message.
    if matches!(id, CheckId::Date | CheckId::Payload) {
        write::Way::of(row, &scene).make_texts(&mut scene);
    }
    let all = All { row, presented, scene: &scene };
    Some(match id {
        CheckId::Claim => all.readable(),
        CheckId::Algorithm => all.algorithm(),
        CheckId::Date => all.date(),
        CheckId::Key => all.key(claim),
        CheckId::Payload => all.digests(),
        CheckId::Signature => all.signature(claim),
        CheckId::Scope
        | CheckId::SignedHeaders
        | CheckId::Policy
        | CheckId::Framing
        | CheckId::Chunks
        | CheckId::Checksum => return None,
    })
}

struct All<'a> {
    row: &'a Recipe,
    presented: &'a Presented<'a>,
    scene: &'a Scene<'a>,
}

impl All<'_> {
    fn readable(&self) -> Found {
        let pattern = self.row.pattern_of(self.row.signature());
        let place = pattern.map(|pattern| pattern.place.words()).unwrap_or_default();
        passed_with(self.presented, || format!("{}: a signature in {place}", self.row.title))
    }

    fn algorithm(&self) -> Found {
        let algorithm = self.used();
        passed_with(self.presented, || {
            format!("{}: {}, in {}", self.row.title, algorithm.title(), self.row.encoding.name())
        })
    }

    fn used(&self) -> Algorithm {
        let chosen = write::chosen(&self.row.algorithms, self.scene).next().copied();
        chosen.unwrap_or_else(|| self.row.usual_algorithm())
    }

    fn date(&self) -> Found {
        let signed = self.row.time.as_ref().map(|time| self.signed(time));
        let ends = self.row.expires.as_ref().map(|time| self.ends(time));
        match (signed, ends) {
            (Some(signed), Some(ends)) if signed.outcome == crate::signature::check::Outcome::Passed => ends,
            (Some(found), _) | (None, Some(found)) => found,
            (None, None) => passed("no date is signed"),
        }
    }

    fn instant(&self, time: &Time) -> Result<Timestamp, Found> {
        let text = self.scene.text(&time.value).filter(|text| !text.bytes().is_empty());
        let Some(text) = text else {
            let name = time.captured().map_or("of the signature", |at| &self.row.names[at]);
            return Err(failed(format!("expected the time `{name}`, but found none"), "")
                .headed(Headline::DateMissing));
        };
        time.unit.read(text.bytes()).ok_or_else(|| {
            let (example, text) =
                (time.unit.write(self.presented.situation.now), String::from_utf8_lossy(text.bytes()));
            failed(format!("expected a time such as {example}, but found `{text}`"), "")
                .headed(Headline::DateUnreadable)
        })
    }

    fn signed(&self, time: &Time) -> Found {
        let signed = match self.instant(time) {
            Ok(signed) => signed,
            Err(found) => return found,
        };
        let now = self.presented.situation.now;
        let off = clock::exactly(signed.unix().abs_diff(now.unix()));
        let tolerance = self.presented.situation.settings.tolerance.map(|minutes| i64::from(minutes) * 60);
        let Some(allowed) = tolerance.or(time.tolerance) else {
            return passed_with(self.presented, || {
                format!("{signed}, {off} from the clock's {now}; how much is allowed is not known")
            });
        };
        match signed.unix().abs_diff(now.unix()) <= allowed.cast_unsigned() {
            true => passed_with(self.presented, || {
                format!(
                    "{signed}, {off} from the clock's {now}; {} are allowed",
                    clock::exactly(allowed.cast_unsigned())
                )
            }),
            false => failed(
                format!(
                    "expected a time within {} of the clock's {now}, but {signed} is {off} away",
                    clock::exactly(allowed.cast_unsigned())
                ),
                "",
            ),
        }
    }

    fn ends(&self, time: &Time) -> Found {
        match self.instant(time) {
            Ok(ends) => {
                let now = self.presented.situation.now;
                let off = clock::exactly(ends.unix().abs_diff(now.unix()));
                match now <= ends {
                    true => passed_with(self.presented, || {
                        format!("good until {ends}, {off} from the clock's {now}")
                    }),
                    false => failed(
                        format!(
                            "expected a signature that is good at the clock's {now}, but it ended at {ends}, {off} before"
                        ),
                        "",
                    ),
                }
            }
            Err(found) => found,
        }
    }

    fn key(&self, claim: &Claim) -> Found {
        let Some(key) = &self.presented.situation.credentials else {
            return failed(format!("expected the key of the {}, but none is at hand", self.row.title), "")
                .headed(Headline::SecretMissing);
        };
        let algorithm = self.used();
        if let Some(name) = missing_field(self.row, self.scene, algorithm) {
            let detail =
                format!("expected the field `{name}` of the key, which is signed, but it is not at hand");
            return failed(detail, "").headed(Headline::SecretMissing);
        }
        let source = &key.source;
        match claim.access_key_id {
            Some(span) => {
                let id = claim.string(self.presented.request, span);
                passed_with(self.presented, || format!("{id}, key from {source}"))
            }
            None => passed_with(self.presented, || format!("no key is named; the key is from {source}")),
        }
    }

    fn digests(&self) -> Found {
        let mut compared = 0;
        for digest in &self.row.digests {
            match self.digest(digest) {
                Some(Ok(())) => compared += 1,
                Some(Err(found)) => return found,
                None => {}
            }
        }
        match compared {
            0 => passed("no digest is sent"),
            _ => passed("the digest that is sent is that of the body"),
        }
    }

    fn digest(&self, digest: &Stated) -> Option<Result<(), Found>> {
        if !digest.when.iter().all(|condition: &Condition| condition.holds(self.scene)) {
            return None;
        }
        let stated = self.scene.text(&digest.stated)?;
        if stated.bytes().is_empty() {
            return None;
        }
        let Some(own) = self.scene.text(&digest.text) else {
            return Some(Err(not_reached("the body, whose digest is sent, is not at hand")));
        };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Some(match own.bytes() == stated.bytes() {
            true => Ok(()),
            false => Err(failed(
                format!(
                    "expected the digest {} of the body, but found {}",
                    text(own.bytes()),
                    text(stated.bytes())
                ),
                "",
            )),
        })
    }

    fn signature(&self, claim: &Claim) -> Found {
        let place = self.row.pattern_of(self.row.signature()).map(|pattern| pattern.place.words());
        if self.presented.worked.agreement == Agreement::Unknown
            && self.presented.situation.credentials.is_some()
        {
            return not_reached(match self.row.direction {
                Direction::Webhook | Direction::Request if self.scene.body.is_none() => {
                    "the body, which is signed, is not at hand"
                }
                Direction::Webhook | Direction::Request => "a part of the signed text is not at hand",
            });
        }
        compared(self.presented, claim, || format!(" in {}", place.unwrap_or_default()))
    }
}

/// A field that message and key cannot do without, and that the key has not.
pub(super) fn missing_field(row: &Recipe, scene: &Scene<'_>, algorithm: Algorithm) -> Option<String> {
    let messages: Vec<&Template> = write::chosen(&row.messages, scene).collect();
    let keys: &[Template] = if algorithm.is_asymmetric() { &[] } else { &row.keys };
    // Any of the keys will do.
    let keys_missing: Vec<Option<String>> = keys.iter().map(|key| missing_in(key, scene)).collect();
    let of_keys =
        keys_missing.iter().all(Option::is_some).then(|| keys_missing.into_iter().flatten().next()).flatten();
    let chain = row.chain.iter().find_map(|template| missing_in(template, scene));
    messages.first().and_then(|template| missing_in(template, scene)).or(of_keys).or(chain)
}

fn missing_in(template: &Template, scene: &Scene<'_>) -> Option<String> {
    let fields = template.nodes.iter().filter_map(|node| match node {
        super::template::Node::Hole(hole) => match &hole.source {
            Source::Field(name) => Some(name),
            _ => None,
        },
        _ => None,
    });
    let is_missing = |name: &&String| {
        name.as_str() != SECRET
            && matches!(scene.value(&Source::Field((*name).clone())), super::text::Value::Absent)
    };
    fields.into_iter().find(is_missing).cloned()
}
