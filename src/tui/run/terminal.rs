//! Giving the terminal away and taking it back: to the shell, and to the user's editor.

use std::io;

use super::Program;
use crate::rope::Rope;
use crate::tui::disk;
use crate::tui::event::Event;
use crate::tui::screen::LineModes;
use crate::tui::signals::{self, Stopped};

impl Program {
    /// Stops as the shell's job control has it, and takes the terminal again when it goes on.
    pub(super) fn suspend(&mut self, who: Stopped) -> io::Result<()> {
        if !signals::can_stop() {
            self.tell(Event::Told("Not now: no shell is there to bring the program back.".into()));
            return Ok(());
        }
        self.keys.pause();
        self.screen.leave();
        self.signals.stop(who)?;
        self.screen.take()?;
        self.goes_on()
    }

    /// Takes the terminal anew after the program was stopped without being asked.
    pub(super) fn retake(&mut self) -> io::Result<()> {
        self.keys.pause();
        self.screen.leave();
        self.screen.take()?;
        self.goes_on()
    }

    /// Lets the user's editor have the terminal.
    pub(super) fn edit(&mut self, rope: &Rope) -> io::Result<Result<Vec<u8>, String>> {
        self.keys.pause();
        self.screen.leave();
        let modes = LineModes::now();
        self.signals.lend();
        let edited = disk::edit_in_editor(rope, &self.model);
        self.signals.take_back();
        // An editor that died leaves the terminal as it had it.
        modes.restore();
        self.screen.take()?;
        self.screen.mend()?;
        self.goes_on()?;
        Ok(edited)
    }

    /// Reads keys again; the window may have another size than before.
    fn goes_on(&mut self) -> io::Result<()> {
        self.keys.go_on();
        let (columns, rows) = self.screen.size()?;
        self.tell(Event::Resize(columns, rows));
        Ok(())
    }
}
