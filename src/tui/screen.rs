//! The terminal itself: taken over, given back whatever happens, drawn without flicker.

use std::io::{self, BufWriter, Stdout, Write};

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
    terminal: Terminal<Backend>,
    mouse: Mouse,
}

impl Screen {
    /// Takes the terminal over.
    pub(crate) fn enter(mouse: Mouse) -> io::Result<Self> {
        give_back_on_panic();
        // One write a frame: an unbuffered writer makes hundreds.
        let out = BufWriter::with_capacity(1 << 16, io::stdout());
        let terminal = Terminal::new(CrosstermBackend::new(out))?;
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
