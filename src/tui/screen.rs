//! The terminal itself: taken over, given back whatever happens, drawn without flicker.

use std::io::{self, BufWriter, Stdout, Write};
use std::mem::ManuallyDrop;

use crossterm::cursor::Show;
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;

use super::effect::Mouse;
use super::model::Model;
use super::view;

type Backend = CrosstermBackend<BufWriter<Stdout>>;

/// The terminal while the program has it. Dropping it gives it back.
pub(crate) struct Screen {
    /// Never dropped: where the window was closed its cursor cannot be shown again, and the library would panic over that.
    terminal: ManuallyDrop<Terminal<Backend>>,
    mouse: Mouse,
}

impl Screen {
    /// Takes the terminal over.
    pub(crate) fn enter(mouse: Mouse) -> io::Result<Self> {
        give_back_on_panic();
        // One write a frame: an unbuffered writer makes hundreds.
        let out = BufWriter::with_capacity(1 << 16, io::stdout());
        let terminal = ManuallyDrop::new(Terminal::new(CrosstermBackend::new(out))?);
        let mut screen = Self { terminal, mouse };
        screen.take()?;
        Ok(screen)
    }

    /// Takes the terminal, at first or again, and clears it.
    pub(crate) fn take(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        execute!(self.terminal.backend_mut(), EnterAlternateScreen, EnableBracketedPaste)?;
        self.set_mouse(self.mouse)?;
        self.repaint()
    }

    /// Undoes what a program that died may have left behind: modes of the keyboard, of lines and of scrolling. The terminal must
    /// have been taken, for the cursor goes to the first line.
    pub(crate) fn mend(&mut self) -> io::Result<()> {
        // Cursor keys and keypad as usual, no keys encoded anew, no insert mode, lines that wrap, no margins, no style.
        let usual = b"\x1b[?1l\x1b>\x1b[>4m\x1b[4l\x1b[?7h\x1b[r\x1b[m";
        let out = self.terminal.backend_mut();
        out.write_all(usual)?;
        out.flush()
    }

    /// Gives the terminal back for a while.
    pub(crate) fn leave(&mut self) {
        give_back();
    }

    /// Lets the terminal report the mouse, or not.
    pub(crate) fn set_mouse(&mut self, mouse: Mouse) -> io::Result<()> {
        self.mouse = mouse;
        match mouse {
            Mouse::On => execute!(self.terminal.backend_mut(), EnableMouseCapture),
            Mouse::Off => execute!(self.terminal.backend_mut(), DisableMouseCapture),
        }
    }

    /// The size, columns and rows.
    pub(crate) fn size(&self) -> io::Result<(u16, u16)> {
        self.terminal.size().map(|size| (size.width, size.height))
    }

    /// Draws a frame as one update.
    pub(crate) fn draw(&mut self, model: &Model) -> io::Result<()> {
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        let drawn = self.terminal.draw(|frame| view::draw(model, frame)).map(drop);
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        drawn
    }

    /// Draws everything anew: what was hidden leaves both of the buffers that compare frames.
    ///
    /// `Terminal::clear` would ask the terminal where its cursor is, and wait for an answer that the thread of the keyboard may
    /// take away; a resize to the same size clears without asking.
    pub(crate) fn repaint(&mut self) -> io::Result<()> {
        let (width, height) = self.size()?;
        self.terminal.resize(Rect::new(0, 0, width, height))
    }

    /// Where escape sequences go.
    pub(crate) fn out(&mut self) -> &mut impl Write {
        self.terminal.backend_mut()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

/// Undoes everything that was asked of the terminal. What fails is tried no second time: there is nobody to tell.
fn give_back() {
    let mut out = io::stdout();
    let _ = execute!(
        out,
        EndSynchronizedUpdate,
        DisableMouseCapture,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    );
    let _ = disable_raw_mode();
}

/// How the line of the terminal works, `stty -g`: raw or not, with echo or without.
pub(crate) struct LineModes(#[cfg(unix)] Option<(std::fs::File, rustix::termios::Termios)>);

#[cfg(unix)]
impl LineModes {
    /// The modes as they are now; none where there is no terminal any more.
    pub(crate) fn now() -> Self {
        let tty = std::fs::OpenOptions::new().read(true).write(true).open("/dev/tty").ok();
        Self(
            tty.and_then(|tty| Some((rustix::termios::tcgetattr(&tty).ok()?, tty)))
                .map(|(modes, tty)| (tty, modes)),
        )
    }

    /// Puts them back. What fails is not told: the next frame fails as well.
    pub(crate) fn restore(self) {
        if let Some((tty, modes)) = self.0 {
            let _ = rustix::termios::tcsetattr(tty, rustix::termios::OptionalActions::Now, &modes);
        }
    }
}

#[cfg(not(unix))]
impl LineModes {
    pub(crate) fn now() -> Self {
        Self()
    }

    pub(crate) fn restore(self) {}
}

/// A panic gives the terminal back before it prints, and prints no state.
fn give_back_on_panic() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            give_back();
            before(info);
        }));
    });
}
