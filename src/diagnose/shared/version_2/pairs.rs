//! Two mistakes in one text of Version 2: a header that was added later and a path that was decoded, a path and the parameters behind it.
//!
//! An edit is made before a text is written otherwise, for the scheme writes the text anew after each edit.

use std::borrow::Cow;
use std::sync::atomic::Ordering;

use zeroize::Zeroizing;

use super::{Row, Sight, Signed, after};
use crate::analysis::Analysis;
use crate::diagnose::change::Edit;
use crate::diagnose::search::Progress;
use crate::diagnose::shared::Bytes;
use crate::diagnose::shared::mistakes::Mistake;
use crate::request::Request;

/// What has more ways than this is not tried twice: seconds before and after the one that was sent.
const MANY: usize = 100;

/// A text that two mistakes make.
pub(in crate::diagnose::shared) struct Pair {
    pub(in crate::diagnose::shared) text: Bytes,
    /// The mistakes, and what each is in words.
    pub(in crate::diagnose::shared) mistakes: [(&'static Mistake, Cow<'static, str>); 2],
    /// What undoes both, where edits can.
    pub(in crate::diagnose::shared) edits: Vec<Edit>,
}

/// One mistake that was made.
struct Step {
    row: usize,
    text: Vec<u8>,
    /// The edit that undoes it, and the request after that, where there is one.
    edited: Option<(Edit, Request)>,
    words: Cow<'static, str>,
}

/// The texts that two mistakes of these rows make and `is_it` takes, in the time there is.
pub(super) fn find(
    rows: &'static [Row],
    sight: &Sight<'_>,
    claimed: &Analysis,
    progress: &Progress,
    is_it: &dyn Fn(&[u8]) -> bool,
) -> Vec<Pair> {
    let is_of_many: Vec<bool> = rows.iter().map(|(_, ways)| ways(sight).len() > MANY).collect();
    let mut found = Vec::new();
    for first in steps(rows, sight, claimed, &|_, _| true) {
        let request = first.edited.as_ref().map_or(sight.request, |(_, request)| request);
        let sight = Sight { request, text: &first.text };
        let is_in_order = |row: usize| row > first.row || row == first.row && !is_of_many[row];
        let follows = |row: usize, step: Kind| match (first.kind(), step) {
            (Kind::Edit, Kind::Text) => true,
            (Kind::Edit, Kind::Edit) | (Kind::Text, Kind::Text) => is_in_order(row),
            // The scheme would write the first away.
            (Kind::Text, Kind::Edit) => false,
        };
        for second in steps(rows, &sight, claimed, &follows) {
            if progress.is_over() {
                return found;
            }
            progress.tried.fetch_add(1, Ordering::Relaxed);
            if is_it(&second.text) {
                found.push(pair(rows, &first, second));
            }
        }
    }
    found
}

/// How a mistake is made.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Kind {
    Edit,
    Text,
}

impl Step {
    fn kind(&self) -> Kind {
        if self.edited.is_some() { Kind::Edit } else { Kind::Text }
    }
}

fn pair(rows: &'static [Row], first: &Step, second: Step) -> Pair {
    let edits = [&first.edited, &second.edited].map(|edited| edited.as_ref().map(|(edit, _)| edit.clone()));
    let mistakes = [(first.row, first.words.clone()), (second.row, second.words)]
        .map(|(row, words)| (&rows[row].0, words));
    let edits = edits.into_iter().collect::<Option<_>>().unwrap_or_default();
    Pair { text: Zeroizing::new(second.text), mistakes, edits }
}

/// What these rows make of what is seen, as far as it is asked for.
fn steps(
    rows: &'static [Row],
    sight: &Sight<'_>,
    claimed: &Analysis,
    is_asked_for: &dyn Fn(usize, Kind) -> bool,
) -> Vec<Step> {
    let step = |row: usize, signed: Signed, words: Cow<'static, str>| match signed {
        Signed::Text(text) => {
            is_asked_for(row, Kind::Text).then_some(Step { row, text, edited: None, words })
        }
        Signed::By(edit) => {
            let edited = is_asked_for(row, Kind::Edit).then(|| after(&edit, sight.request, claimed));
            let (request, text) = edited.flatten()?;
            Some(Step { row, text, edited: Some((edit, request)), words })
        }
    };
    let is_row_asked_for = |row: usize| is_asked_for(row, Kind::Edit) || is_asked_for(row, Kind::Text);
    let asked_for = rows.iter().enumerate().filter(|(row, _)| is_row_asked_for(*row));
    let ways = asked_for.flat_map(|(row, (_, ways))| {
        ways(sight).into_iter().map(move |(signed, words)| (row, signed, words))
    });
    let made = ways.filter_map(|(row, signed, words)| step(row, signed, words));
    made.filter(|step| step.text != sight.text).collect()
}
