//! Where the user is: view, pane, and the cursor in each.

use crate::analysis::{Analysis, Stream};
use crate::trace::StageKind;

/// A view over the session: `tui::views` says what each is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum View {
    /// The request and its stages.
    Inspect,
    /// Ours and theirs.
    Compare,
    /// What was found.
    Diagnose,
    /// What arrives.
    Gateway,
    /// How a signature is made, sent and checked.
    Walkthrough,
}

impl View {
    /// Every view, in the order of their numbers.
    pub const ALL: [Self; 5] =
        [Self::Inspect, Self::Compare, Self::Diagnose, Self::Gateway, Self::Walkthrough];
}

/// A pane of the inspector.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Pane {
    /// Method and target.
    Request,
    /// The pairs of the query.
    Query,
    /// The headers.
    Headers,
    /// The body.
    Body,
    /// The signing settings.
    Signing,
    /// The canonical request.
    CanonicalRequest,
    /// The policy of a form.
    Policy,
    /// The string to sign.
    StringToSign,
    /// The derived keys.
    KeyChain,
    /// The signatures in the body, a row each.
    Chain,
    /// The string to sign of the row that is chosen there.
    LinkToSign,
    /// The paste, beside what was found.
    Evidence,
}

impl Pane {
    /// The left column.
    pub const LEFT: [Self; 5] = [Self::Request, Self::Query, Self::Headers, Self::Body, Self::Signing];

    /// The order of focus: down the left column, then down the right one.
    pub const ALL: [Self; 12] = [
        Self::Request,
        Self::Query,
        Self::Headers,
        Self::Body,
        Self::Signing,
        Self::CanonicalRequest,
        Self::Policy,
        Self::StringToSign,
        Self::KeyChain,
        Self::Chain,
        Self::LinkToSign,
        Self::Evidence,
    ];

    /// Those of the inspector that there is something to show in: the scheme and the form of the request decide.
    pub fn shown(analysis: &Analysis) -> Vec<Self> {
        let trace = &analysis.trace;
        let has_stage = |kind| trace.stage(kind).is_some();
        let is_shown = |pane: &Self| match pane {
            Self::Request | Self::Query | Self::Headers | Self::Body | Self::Signing => true,
            Self::StringToSign => true,
            Self::CanonicalRequest => has_stage(StageKind::CanonicalRequest),
            Self::Policy => has_stage(StageKind::Policy),
            // A scheme without a key chain signs at once.
            Self::KeyChain => has_stage(StageKind::KeyChain) || !has_stage(StageKind::Signature),
            Self::Chain => !matches!(analysis.stream, Stream::None),
            Self::LinkToSign => has_stage(StageKind::LinkToSign),
            // It stands below the findings.
            Self::Evidence => false,
        };
        Self::ALL.into_iter().filter(is_shown).collect()
    }

    /// The pane that a request opens with: where something in the body is not right, that.
    pub fn first(analysis: &Analysis) -> Self {
        let broken = analysis.stream.walked().is_some_and(|walked| walked.broken > 0);
        if broken { Self::Chain } else { Self::Headers }
    }

    /// What it holds.
    pub fn kind(self) -> PaneKind {
        match self {
            Self::Request => PaneKind::Request,
            Self::Query => PaneKind::Query,
            Self::Headers => PaneKind::Headers,
            Self::Body => PaneKind::Body,
            Self::Signing => PaneKind::Signing,
            Self::Chain => PaneKind::Chain,
            Self::CanonicalRequest => PaneKind::Stage(StageKind::CanonicalRequest),
            Self::Policy => PaneKind::Stage(StageKind::Policy),
            Self::StringToSign => PaneKind::Stage(StageKind::StringToSign),
            Self::KeyChain => PaneKind::Stage(StageKind::KeyChain),
            Self::LinkToSign => PaneKind::Stage(StageKind::LinkToSign),
            Self::Evidence => PaneKind::Evidence,
        }
    }

    /// The stage that it shows.
    pub fn stage(self) -> Option<StageKind> {
        if let PaneKind::Stage(kind) = self.kind() { Some(kind) } else { None }
    }

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Request => "Request",
            Self::Query => "Query",
            Self::Headers => "Headers",
            Self::Body => "Body",
            Self::Signing => "Signing",
            Self::CanonicalRequest => "Canonical request",
            Self::StringToSign => "String to sign",
            Self::KeyChain => "Key chain",
            Self::Policy => "Policy",
            Self::Chain => "Signatures in the body",
            Self::LinkToSign => "String to sign, in the body",
            Self::Evidence => "Evidence",
        }
    }
}

/// What a pane holds: the stages are all alike, the rest is each a kind of its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PaneKind {
    /// Method and target.
    Request,
    /// The pairs of the query.
    Query,
    /// The headers.
    Headers,
    /// The body.
    Body,
    /// The signing settings.
    Signing,
    /// The signatures in the body.
    Chain,
    /// What was pasted.
    Evidence,
    /// The text of a stage.
    Stage(StageKind),
}

/// Whether the focused pane has all the room.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Zoom {
    /// It does.
    On,
    /// It shares.
    #[default]
    Off,
}

impl Zoom {
    /// The other one.
    pub(crate) fn toggled(self) -> Self {
        match self {
            Self::On => Self::Off,
            Self::Off => Self::On,
        }
    }
}

/// The zoom of each view: leaving one leaves its zoom there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Zooms([Zoom; View::ALL.len()]);

impl Zooms {
    /// The zoom of a view.
    pub fn of(self, view: View) -> Zoom {
        self.0[view as usize]
    }

    /// Gives a view this zoom.
    pub fn set(&mut self, view: View, zoom: Zoom) {
        self.0[view as usize] = zoom;
    }
}

/// Where the cursor is in each pane.
#[derive(Default)]
pub struct Cursors {
    /// Rows of the tables, by pane.
    rows: [usize; Pane::ALL.len()],
    /// Places in the texts, by pane.
    texts: [TextCursor; Pane::ALL.len()],
    /// The column of the tables.
    pub column: Column,
}

/// A place in a text, and where its window stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct TextCursor {
    /// The byte under the cursor.
    pub at: usize,
    /// The byte that the first row begins with.
    pub top: usize,
}

/// The columns of a table.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Column {
    /// The names.
    Name,
    /// The values.
    #[default]
    Value,
}

impl Cursors {
    /// The row of a table.
    pub fn row(&self, pane: Pane) -> usize {
        self.rows[pane as usize]
    }

    /// Moves to a row of a table.
    pub fn set_row(&mut self, pane: Pane, row: usize) {
        self.rows[pane as usize] = row;
    }

    /// The place in a text.
    pub fn text(&self, pane: Pane) -> TextCursor {
        self.texts[pane as usize]
    }

    /// The place in a text, to be moved.
    pub fn text_mut(&mut self, pane: Pane) -> &mut TextCursor {
        &mut self.texts[pane as usize]
    }
}
