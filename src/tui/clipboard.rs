//! The clipboard, in three tiers: the system's, the terminal's (OSC 52), a file. The message says which it was.

use std::io::{self, Write};
use std::path::PathBuf;

use crossterm::clipboard::CopyToClipboard;

use super::effect::Secrecy;

/// Terminals cut longer sequences off: 74,994 bytes of base64 stand for these many.
const OSC52_LIMIT: usize = 74_994 / 4 * 3;

/// Where copied texts go.
#[derive(Default)]
pub(crate) struct Clipboard {
    /// Kept for the life of the program: on X11 and Wayland the text dies with it.
    #[cfg(feature = "clipboard")]
    system: Option<arboard::Clipboard>,
}

impl Clipboard {
    /// Copies `text`; returns where it went, to tell the user.
    pub(crate) fn copy(&mut self, text: &str, what: &str, secrecy: Secrecy, out: &mut impl Write) -> String {
        let remote = ["SSH_TTY", "SSH_CONNECTION"].iter().any(|name| std::env::var_os(name).is_some());
        if !remote && self.by_system(text, secrecy) {
            return format!("Copied: {what}.{}", warning(secrecy));
        }
        let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
        if !dumb && text.len() <= OSC52_LIMIT && to_terminal(text, out).is_ok() {
            return format!("Sent to the terminal's clipboard (OSC 52): {what}.{}", warning(secrecy));
        }
        match to_file(text) {
            Ok(path) => {
                format!("There is no clipboard: {what} was saved to {}.{}", path.display(), warning(secrecy))
            }
            Err(error) => format!("There is no clipboard, and no file could be written: {error}."),
        }
    }

    #[cfg(feature = "clipboard")]
    fn by_system(&mut self, text: &str, secrecy: Secrecy) -> bool {
        if self.system.is_none() {
            self.system = arboard::Clipboard::new().ok();
        }
        let Some(clipboard) = &mut self.system else { return false };
        let set = clipboard.set();
        #[cfg(all(unix, not(target_os = "macos")))]
        let set = {
            use arboard::SetExtLinux;
            if secrecy == Secrecy::Secret { set.exclude_from_history() } else { set }
        };
        #[cfg(not(all(unix, not(target_os = "macos"))))]
        let _ = secrecy;
        set.text(text).is_ok()
    }

    #[cfg(not(feature = "clipboard"))]
    fn by_system(&mut self, _: &str, _: Secrecy) -> bool {
        false
    }
}

fn warning(secrecy: Secrecy) -> &'static str {
    match secrecy {
        Secrecy::Open => "",
        Secrecy::Secret => " It holds the session token.",
    }
}

fn to_terminal(text: &str, out: &mut impl Write) -> io::Result<()> {
    crossterm::execute!(out, CopyToClipboard::to_clipboard_from(text))
}

/// A new file that only the user can read; it stays until the user removes it.
fn to_file(text: &str) -> io::Result<PathBuf> {
    let mut file = tempfile::Builder::new().prefix("countersign-").suffix(".txt").tempfile()?;
    file.write_all(text.as_bytes())?;
    Ok(file.into_temp_path().keep()?)
}
