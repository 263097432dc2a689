//! The entries of an archive told apart in its text: only their ends are looked for, no value is made of them.

/// A place in a JSON text.
pub(super) struct Cursor<'a> {
    pub(super) text: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    /// The texts of the list `log.entries`.
    pub(super) fn entries(mut self) -> Option<Vec<&'a [u8]>> {
        self.member(b"log")?;
        self.member(b"entries")?;
        let mut out = Vec::new();
        self.take(b'[')?;
        while self.next()? != b']' {
            let start = self.at;
            self.skip()?;
            out.push(&self.text[start..self.at]);
            match self.next()? {
                b',' => self.at += 1,
                b']' => {}
                _ => return None,
            }
        }
        Some(out)
    }

    /// Goes to the value of the member of this name, in the object that begins here.
    fn member(&mut self, name: &[u8]) -> Option<()> {
        self.take(b'{')?;
        loop {
            self.next()?;
            let start = self.at + 1;
            self.string()?;
            let is_wanted = &self.text[start..self.at - 1] == name;
            self.take(b':')?;
            self.next()?;
            if is_wanted {
                return Some(());
            }
            self.skip()?;
            self.take(b',')?;
        }
    }

    /// The next byte that is no white space; the cursor stands on it.
    fn next(&mut self) -> Option<u8> {
        self.at += self.text.get(self.at..)?.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.text.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then(|| self.at += 1)
    }

    /// Goes behind the string that begins here.
    fn string(&mut self) -> Option<()> {
        self.take(b'"')?;
        loop {
            self.at += memchr::memchr2(b'"', b'\\', &self.text[self.at..])?;
            match self.text[self.at] {
                b'"' => break,
                _ => self.at = self.text.len().min(self.at + 2),
            }
        }
        self.at += 1;
        Some(())
    }

    /// Goes behind the value that begins here.
    fn skip(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match *self.text.get(self.at)? {
                b'"' => self.string()?,
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' | b',' if depth == 0 => return Some(()),
                b'}' | b']' => {
                    depth -= 1;
                    self.at += 1;
                }
                _ => self.at += 1,
            }
            if depth == 0 && matches!(self.text.get(self.at - 1), Some(b'}' | b']' | b'"')) {
                return Some(());
            }
        }
    }
}
