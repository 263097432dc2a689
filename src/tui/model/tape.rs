//! The tape as it is shown: which captures are listed, where the cursor is, what was marked.

use std::collections::HashSet;

use crate::gateway::tape::{Room, Tape, Taped};
use crate::gateway::{Capture, KeyStore};
use crate::settings::Settings;

/// The gateway's side of the model.
pub struct TapeView {
    /// The captures.
    pub tape: Tape,
    /// Whether the gateway listens.
    pub listening: Listening,
    /// The keys that it knows.
    pub keys: KeyStore,
    /// The settings that it judges by.
    pub settings: Settings,
    /// Whether the cursor goes with the newest.
    pub follow: Follow,
    /// Whether what arrives is saved by itself.
    pub saving: Saving,
    /// The id of a key pair whose secret is asked for.
    pub key_id: Option<String>,
    /// What is wrong, in words.
    pub trouble: Option<String>,
    filter: String,
    /// The numbers that fit the filter, where there is one.
    fitting: Vec<u64>,
    /// The number of the capture under the cursor; it may have gone.
    at: u64,
    marked: Option<u64>,
    /// What was cleared, until it is brought back or something else is cleared.
    cleared: Vec<Taped>,
    /// The numbers of captures that lie in a folder as well.
    kept: HashSet<u64>,
}

/// Whether what arrives is saved by itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Saving {
    /// It is.
    On,
    /// It is lost with the program.
    Off,
}

/// Whether the gateway listens.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Listening {
    /// It does not.
    Off,
    /// It was asked to.
    Starting,
    /// It does, at this URL.
    At(String),
}

/// Whether the cursor goes with the newest capture.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Follow {
    /// It does.
    On,
    /// It stays where it is.
    Off,
}

/// The captures that are listed, by their places on the tape.
pub enum Listed<'a> {
    /// All of so many.
    All(usize),
    /// Those of these numbers.
    Numbers(&'a Tape, &'a [u64]),
}

impl Listed<'_> {
    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Self::All(count) => *count,
            Self::Numbers(_, numbers) => numbers.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The place on the tape of the one in this row.
    pub fn place(&self, row: usize) -> Option<usize> {
        match self {
            Self::All(count) => (row < *count).then_some(row),
            Self::Numbers(tape, numbers) => tape.place(*numbers.get(row)?).ok(),
        }
    }
}

impl Default for TapeView {
    fn default() -> Self {
        Self::new(Room::default(), KeyStore::default(), Settings::default())
    }
}

impl TapeView {
    /// An empty tape.
    pub fn new(room: Room, keys: KeyStore, settings: Settings) -> Self {
        Self {
            tape: Tape::new(room),
            listening: Listening::Off,
            keys,
            settings,
            follow: Follow::On,
            saving: Saving::Off,
            key_id: None,
            trouble: None,
            filter: String::new(),
            fitting: Vec::new(),
            at: 0,
            marked: None,
            cleared: Vec::new(),
            kept: HashSet::new(),
        }
    }

    /// The captures that are listed.
    pub fn listed(&self) -> Listed<'_> {
        match self.filter.is_empty() {
            true => Listed::All(self.tape.len()),
            false => Listed::Numbers(&self.tape, &self.fitting),
        }
    }

    /// The row that the cursor is on: of a capture that has gone, where the next one is.
    pub fn row(&self) -> usize {
        let row = match self.filter.is_empty() {
            true => self.tape.place(self.at).unwrap_or_else(|at| at),
            false => self.fitting.partition_point(|number| *number < self.at),
        };
        row.min(self.listed().len().saturating_sub(1))
    }

    /// Puts the cursor on a row; on the last one it goes with the newest.
    pub fn go_to(&mut self, row: usize) {
        let last = self.listed().len().saturating_sub(1);
        let place = self.listed().place(row.min(last));
        if let Some(taped) = place.and_then(|place| self.tape.get(place)) {
            self.at = taped.capture.number;
        }
        self.follow = if row >= last { Follow::On } else { Follow::Off };
    }

    /// The capture under the cursor.
    pub fn selected(&self) -> Option<&Taped> {
        self.tape.get(self.listed().place(self.row())?)
    }

    /// The capture that was marked, while it is there.
    pub fn marked(&self) -> Option<&Taped> {
        self.tape.numbered(self.marked?)
    }

    /// Marks the capture under the cursor, or takes its mark away; whether it has one now.
    pub fn toggle_mark(&mut self) -> Option<u64> {
        let number = self.selected()?.capture.number;
        self.marked = if self.marked == Some(number) { None } else { Some(number) };
        self.marked
    }

    /// Takes in what arrived.
    pub fn take(&mut self, news: Tape) {
        let filter = words(&self.filter);
        if !filter.is_empty() {
            self.fitting
                .extend(news.iter().filter(|taped| fits(&taped.capture, &filter)).map(|t| t.capture.number));
            self.fitting.sort_unstable();
        }
        let gone = self.tape.counts().gone;
        if self.saving == Saving::On {
            self.kept.extend(news.iter().map(|taped| taped.capture.number));
        }
        self.tape.append(news);
        if self.kept.len() > self.tape.len() + self.cleared.len() {
            // What went to make room leaves no note behind; what was cleared may come back.
            let tape = &self.tape;
            let cleared: HashSet<u64> = self.cleared.iter().map(|taped| taped.capture.number).collect();
            self.kept.retain(|number| tape.place(*number).is_ok() || cleared.contains(number));
        }
        self.settle(gone);
    }

    /// Notes that the captures of these numbers lie in a folder.
    pub fn keep(&mut self, numbers: impl IntoIterator<Item = u64>) {
        self.kept.extend(numbers);
    }

    /// How many captures would be lost with the program.
    pub fn unsaved(&self) -> usize {
        self.tape.iter().filter(|taped| !self.kept.contains(&taped.capture.number)).count()
    }

    /// Lets all go that are not pinned; how many.
    pub fn clear(&mut self) -> usize {
        self.cleared = self.tape.clear();
        self.settle(u64::MAX);
        self.cleared.len()
    }

    /// Whether something was cleared.
    pub fn can_bring_back(&self) -> bool {
        !self.cleared.is_empty()
    }

    /// Brings back what was cleared; how many.
    pub fn bring_back(&mut self) -> usize {
        let cleared = std::mem::take(&mut self.cleared);
        let count = cleared.len();
        cleared.into_iter().for_each(|taped| self.tape.push(taped.capture));
        let filter = self.filter.clone();
        self.set_filter(&filter);
        count
    }

    /// After captures went: what is listed is there, and the cursor follows.
    fn settle(&mut self, gone_before: u64) {
        if self.tape.counts().gone != gone_before {
            let tape = &self.tape;
            self.fitting.retain(|number| tape.place(*number).is_ok());
        }
        if self.follow == Follow::On {
            self.go_to(usize::MAX);
        }
    }

    /// What is listed must hold this.
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// Lists only what holds every word of `filter`, and none that follows a `!`.
    pub fn set_filter(&mut self, filter: &str) {
        self.filter = filter.trim().to_owned();
        let words = words(&self.filter);
        let fitting = self.tape.iter().filter(|taped| fits(&taped.capture, &words));
        self.fitting = fitting.map(|taped| taped.capture.number).collect();
        self.settle(self.tape.counts().gone);
    }
}

/// A word of a filter, in lower case.
struct Word {
    text: String,
    wanted: bool,
}

fn words(filter: &str) -> Vec<Word> {
    let word = |word: &str| {
        let text = word.to_lowercase();
        match text.strip_prefix('!') {
            Some(rest) => Word { text: rest.to_owned(), wanted: false },
            None => Word { text, wanted: true },
        }
    };
    filter.split_whitespace().map(word).filter(|word| !word.text.is_empty()).collect()
}

/// Whether what a row shows of a capture holds these words.
fn fits(capture: &Capture, words: &[Word]) -> bool {
    let presented = capture.presented();
    let presented = presented.as_ref();
    let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).to_lowercase();
    let status = capture.answer.as_ref().map(|answer| answer.status.to_string()).unwrap_or_default();
    let text = [
        lossy(capture.method()),
        lossy(capture.target()),
        presented.map(|own| own.access_key_id.to_lowercase()).unwrap_or_default(),
        presented.map(|own| own.scope.to_lowercase()).unwrap_or_default(),
        capture.outcome.name().to_owned(),
        capture.outcome.check().map(|stop| stop.name().to_owned()).unwrap_or_default(),
        capture.client.map(|client| client.to_string()).unwrap_or_default(),
        if capture.replay_of.is_some() { "replay".to_owned() } else { String::new() },
        status,
    ]
    .join(" ");
    words.iter().all(|word| text.contains(&word.text) == word.wanted)
}
