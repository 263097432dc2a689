//! Editing one line of bytes: cursor movements and deletions, as a shell's command line has them.

use zeroize::Zeroizing;

use super::action::{Deletion, Jump, Motion};
use super::text::{Text, next_char, previous_char};

/// A line that is being edited. It may hold a secret, so it is wiped when dropped.
#[derive(Clone, Default)]
pub struct LineEdit {
    /// The text.
    pub text: Zeroizing<Vec<u8>>,
    /// The cursor, a byte offset at the begin of a character.
    pub cursor: usize,
}

/// What became of the text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Done {
    /// It changed.
    Changed,
    /// There was nothing to delete.
    Nothing,
}

impl LineEdit {
    /// A line with the cursor at its end.
    pub fn new(text: Vec<u8>) -> Self {
        Self { cursor: text.len(), text: Zeroizing::new(text) }
    }

    /// Puts `text` where the cursor is.
    pub fn insert(&mut self, text: &[u8]) {
        self.text.splice(self.cursor..self.cursor, text.iter().copied());
        self.cursor += text.len();
    }

    /// Moves the cursor by a character; a line has no other lines to go to.
    pub fn go(&mut self, motion: Motion) {
        match motion {
            Motion::Left => self.cursor = self.left(),
            Motion::Right => self.cursor = self.right(),
            Motion::Up | Motion::Down | Motion::PageUp | Motion::PageDown | Motion::First | Motion::Last => {}
        }
    }

    /// Moves the cursor by a word, or to an end.
    pub fn jump(&mut self, jump: Jump) {
        self.cursor = match jump {
            Jump::WordLeft => self.word_left(),
            Jump::WordRight => self.word_right(),
            Jump::LineStart => 0,
            Jump::LineEnd => self.text.len(),
        };
    }

    /// Deletes beside the cursor.
    pub fn delete(&mut self, what: Deletion) -> Done {
        let (from, to) = match what {
            Deletion::Left => (self.left(), self.cursor),
            Deletion::Right => (self.cursor, self.right()),
            Deletion::Word => (self.word_left(), self.cursor),
            Deletion::ToStart => (0, self.cursor),
            Deletion::ToEnd => (self.cursor, self.text.len()),
        };
        if from == to {
            return Done::Nothing;
        }
        self.text.drain(from..to);
        self.cursor = from;
        Done::Changed
    }

    fn left(&self) -> usize {
        previous_char(Text::Bytes(&self.text), self.cursor)
    }

    fn right(&self) -> usize {
        next_char(Text::Bytes(&self.text), self.cursor)
    }

    fn word_left(&self) -> usize {
        let before = &self.text[..self.cursor];
        let word = before.iter().rposition(|b| is_word(*b)).map_or(0, |last| last + 1);
        before[..word].iter().rposition(|b| !is_word(*b)).map_or(0, |last| last + 1)
    }

    fn word_right(&self) -> usize {
        let after = &self.text[self.cursor..];
        let word = after.iter().position(|b| is_word(*b)).unwrap_or(after.len());
        let end = after[word..].iter().position(|b| !is_word(*b)).unwrap_or(after.len() - word);
        self.cursor + word + end
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str, cursor: usize, act: impl Fn(&mut LineEdit)) -> (String, usize) {
        let mut line = LineEdit { cursor, ..LineEdit::new(text.into()) };
        act(&mut line);
        (String::from_utf8_lossy(&line.text).into_owned(), line.cursor)
    }

    fn moved(text: &str, cursor: usize, motions: &[Motion]) -> usize {
        after(text, cursor, |line| motions.iter().for_each(|motion| line.go(*motion))).1
    }

    fn jumped(text: &str, cursor: usize, jumps: &[Jump]) -> usize {
        after(text, cursor, |line| jumps.iter().for_each(|jump| line.jump(*jump))).1
    }

    fn without(text: &str, cursor: usize, what: Deletion) -> (String, usize) {
        after(text, cursor, |line| {
            let _ = line.delete(what);
        })
    }

    #[test]
    fn moves_by_characters_and_words() {
        assert_eq!(moved("aé日", 6, &[Motion::Left; 2]), 1);
        assert_eq!(moved("aé日", 0, &[Motion::Right; 4]), 6);
        assert_eq!(jumped("us-east-1/iam", 13, &[Jump::WordLeft]), 10);
        assert_eq!(jumped("us-east-1", 0, &[Jump::WordRight; 2]), 7);
    }

    #[test]
    fn deletes_what_it_says() {
        assert_eq!(without("abé", 4, Deletion::Left).0, "ab");
        assert_eq!(without("abc", 1, Deletion::Right).0, "ac");
        assert_eq!(without("ab cd", 5, Deletion::Word), ("ab ".into(), 3));
        assert_eq!(without("abcd", 2, Deletion::ToEnd).0, "ab");
        assert_eq!(without("abcd", 2, Deletion::ToStart), ("cd".into(), 0));
        assert_eq!(without("", 0, Deletion::Left).0, "");
        assert_eq!(without("", 0, Deletion::Right).0, "");
    }

    #[test]
    fn bytes_that_are_no_text_are_single() {
        let mut line = LineEdit::new(b"a\xff\xfe".to_vec());
        line.delete(Deletion::Left);
        assert_eq!(&**line.text, b"a\xff");
    }
}
