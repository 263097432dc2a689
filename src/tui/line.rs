//! Editing one line of bytes: cursor movements and deletions, as a shell's command line has them.

use zeroize::Zeroizing;

use super::action::Action;
use super::text::{Text, next_char, previous_char};

/// A line that is being edited. It may hold a secret, so it is wiped when dropped.
#[derive(Clone, Default)]
pub struct LineEdit {
    /// The text.
    pub text: Zeroizing<Vec<u8>>,
    /// The cursor, a byte offset at the begin of a character.
    pub cursor: usize,
}

/// What an action did to a line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Done {
    /// The text changed.
    Changed,
    /// Only the cursor moved.
    Moved,
    /// The action is not about a line.
    NotMine,
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

    /// Carries out an action.
    pub fn act(&mut self, action: Action) -> Done {
        let (left, right, end) = (self.left(), self.right(), self.text.len());
        match action {
            Action::Left => self.go(left),
            Action::Right => self.go(right),
            Action::WordLeft => self.go(self.word_left()),
            Action::WordRight => self.go(self.word_right()),
            Action::LineStart => self.go(0),
            Action::LineEnd => self.go(end),
            Action::DeleteLeft => self.delete(left, self.cursor),
            Action::DeleteRight => self.delete(self.cursor, right),
            Action::DeleteWord => self.delete(self.word_left(), self.cursor),
            Action::DeleteToStart => self.delete(0, self.cursor),
            Action::DeleteToEnd => self.delete(self.cursor, end),
            _ => Done::NotMine,
        }
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

    fn go(&mut self, to: usize) -> Done {
        self.cursor = to;
        Done::Moved
    }

    fn delete(&mut self, from: usize, to: usize) -> Done {
        if from == to {
            return Done::Moved;
        }
        self.text.drain(from..to);
        self.cursor = from;
        Done::Changed
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str, cursor: usize, actions: &[Action]) -> (String, usize) {
        let mut line = LineEdit { cursor, ..LineEdit::new(text.into()) };
        for action in actions {
            line.act(*action);
        }
        (String::from_utf8_lossy(&line.text).into_owned(), line.cursor)
    }

    #[test]
    fn moves_by_characters_and_words() {
        assert_eq!(after("aé日", 6, &[Action::Left, Action::Left]).1, 1);
        assert_eq!(after("aé日", 0, &[Action::Right, Action::Right, Action::Right, Action::Right]).1, 6);
        assert_eq!(after("us-east-1/iam", 13, &[Action::WordLeft]).1, 10);
        assert_eq!(after("us-east-1", 0, &[Action::WordRight, Action::WordRight]).1, 7);
    }

    #[test]
    fn deletes_what_it_says() {
        assert_eq!(after("abé", 4, &[Action::DeleteLeft]).0, "ab");
        assert_eq!(after("abc", 1, &[Action::DeleteRight]).0, "ac");
        assert_eq!(after("ab cd", 5, &[Action::DeleteWord]), ("ab ".into(), 3));
        assert_eq!(after("abcd", 2, &[Action::DeleteToEnd]).0, "ab");
        assert_eq!(after("abcd", 2, &[Action::DeleteToStart]), ("cd".into(), 0));
        assert_eq!(after("", 0, &[Action::DeleteLeft, Action::DeleteRight]).0, "");
    }

    #[test]
    fn bytes_that_are_no_text_are_single() {
        let mut line = LineEdit::new(b"a\xff\xfe".to_vec());
        line.act(Action::DeleteLeft);
        assert_eq!(&**line.text, b"a\xff");
    }
}
