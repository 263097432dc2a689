//! The stages of a trace, written one behind the other into the memory of the trace before.

use super::{Stage, StageKind, Trace, Traced};

/// Hands out the texts of a trace in order, with the memory of the trace before.
pub(crate) struct Texts<'a> {
    stages: &'a mut Vec<Stage>,
    used: usize,
}

impl<'a> Texts<'a> {
    pub(crate) fn of(trace: &'a mut Trace) -> Self {
        Self { stages: &mut trace.stages, used: 0 }
    }

    pub(crate) fn next(&mut self, kind: StageKind, name: &'static str) -> &mut Traced {
        if self.used == self.stages.len() {
            self.stages.push(Stage { kind, name, text: Traced::default() });
        }
        let stage = &mut self.stages[self.used];
        self.used += 1;
        (stage.kind, stage.name) = (kind, name);
        stage.text.clear();
        &mut stage.text
    }

    pub(crate) fn at(&self, index: usize) -> &[u8] {
        self.stages[index].text.bytes()
    }

    pub(crate) fn last(&self) -> &[u8] {
        self.at(self.used - 1)
    }

    /// Forgets the stages that the trace before had and this one has not.
    pub(crate) fn end(self) {
        self.stages.drain(self.used..).for_each(|mut stage| {
            if stage.kind == StageKind::KeyChain {
                zeroize::Zeroize::zeroize(&mut stage.text.bytes);
            }
        });
    }
}
