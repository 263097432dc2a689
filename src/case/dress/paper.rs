//! A text as readers look at it: by lines, with their numbers.

/// A text and where its lines begin.
pub(super) struct Paper<'a> {
    pub(super) text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Paper<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        Self { text, starts: std::iter::once(0).chain(ends).collect() }
    }

    /// How many lines there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// A line by its place from zero, without its end.
    pub(super) fn line(&self, place: usize) -> Option<&'a str> {
        let start = *self.starts.get(place)?;
        let end = self.starts.get(place + 1).map_or(self.text.len(), |next| next - 1);
        let line = &self.text[start..end];
        Some(line.strip_suffix('\r').unwrap_or(line))
    }

    /// Where a line begins.
    pub(super) fn start(&self, place: usize) -> usize {
        self.starts.get(place).copied().unwrap_or(self.text.len())
    }

    /// The place from zero of the line that holds this byte.
    pub(super) fn place(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at).saturating_sub(1)
    }

    /// The places, each once and in order, of the lines that hold one of these words.
    pub(super) fn lines_with(&self, words: &[&str]) -> Vec<usize> {
        let text = self.text.as_bytes();
        let hits = words.iter().flat_map(|word| memchr::memmem::find_iter(text, word.as_bytes()));
        let mut places: Vec<usize> = hits.map(|at| self.place(at)).collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

/// Whether a word has the form of a method.
pub(super) fn is_method(word: &str) -> bool {
    (3..=10).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Name and value of a line that has the form of a header.
pub(super) fn header(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim_end();
    let is_name = !name.is_empty() && name.bytes().all(crate::request::http::is_token_byte);
    // `https://…` at the begin of a line is a URL.
    (is_name && !value.starts_with("//")).then(|| (name, value.trim()))
}
