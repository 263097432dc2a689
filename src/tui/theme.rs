//! Colours: a theme maps what a text is to how it looks. Meaning never rests on colour alone.

use ratatui::style::{Color, Modifier, Style};

use crate::report::Role;

/// How everything looks.
#[derive(Clone, Debug)]
pub struct Theme {
    /// Its name.
    pub name: Name,
    /// Ordinary text.
    pub text: Style,
    /// Text that matters less.
    pub quiet: Style,
    /// The bar at the top.
    pub bar: Style,
    /// The view that is shown.
    pub tab: Style,
    /// Lines around panes.
    pub border: Style,
    /// Titles of panes, which stand on lines.
    pub title: Style,
    /// Lines and title of the focused pane.
    pub focus: Style,
    /// The row that the cursor is on.
    pub selected: Style,
    /// What is linked with the cursor.
    pub lit: Style,
    /// The byte under the cursor.
    pub cursor: Style,
    /// Keys in footer and help.
    pub key: Style,
    /// Marks for bytes that cannot be seen.
    pub mark: Style,
    /// Changed parts of a line.
    pub changed: Style,
    /// Names of fields.
    pub name_column: Style,
    /// Bad news.
    pub bad: Style,
    /// What is worth a look.
    pub warning: Style,
    request: Style,
    given: Style,
    derived: Style,
    good: Style,
}

/// The themes there are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Name {
    /// For dark terminals.
    Dark,
    /// For light terminals.
    Light,
    /// The terminal's own sixteen colours.
    Ansi,
    /// No colours.
    Mono,
}

impl Name {
    /// Every theme.
    pub const ALL: [Self; 4] = [Self::Dark, Self::Light, Self::Ansi, Self::Mono];

    /// Its name in options and configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Ansi => "ansi",
            Self::Mono => "mono",
        }
    }

    /// The theme of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    /// The theme after this one.
    pub fn next(self) -> Self {
        let at = Self::ALL.iter().position(|theme| *theme == self).unwrap_or_default();
        Self::ALL[(at + 1) % Self::ALL.len()]
    }
}

/// The dozen colours a theme is made of.
struct Palette {
    quiet: Color,
    border: Color,
    accent: Color,
    bar: (Color, Color),
    /// Text of no other colour, and what is behind it.
    selected: (Color, Color),
    lit: (Color, Color),
    mark: Color,
    request: Color,
    given: Color,
    derived: Color,
    good: Color,
    bad: Color,
    warning: Color,
}

const fn rgb(hex: u32) -> Color {
    Color::Rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

const DARK: Palette = Palette {
    quiet: rgb(0x0080_8894),
    border: rgb(0x0048_505c),
    accent: rgb(0x0079_b8ff),
    bar: (rgb(0x00e6_edf3), rgb(0x0023_3043)),
    selected: (rgb(0x00e6_edf3), rgb(0x0024_2c38)),
    lit: (rgb(0x000d_1117), rgb(0x00e3_b341)),
    mark: rgb(0x00ff_7b72),
    request: rgb(0x007e_e0d0),
    given: rgb(0x00d2_a8ff),
    derived: rgb(0x0079_b8ff),
    good: rgb(0x0056_d364),
    bad: rgb(0x00ff_7b72),
    warning: rgb(0x00e3_b341),
};

const LIGHT: Palette = Palette {
    quiet: rgb(0x0065_6d76),
    border: rgb(0x00af_b8c1),
    accent: rgb(0x0009_69da),
    bar: (rgb(0x00ff_ffff), rgb(0x000a_4b8f)),
    selected: (rgb(0x001f_2328), rgb(0x00dd_ecfa)),
    lit: (rgb(0x001f_2328), rgb(0x00ff_d866)),
    mark: rgb(0x00cf_222e),
    request: rgb(0x0004_6a5e),
    given: rgb(0x0082_50df),
    derived: rgb(0x0009_50b0),
    good: rgb(0x001a_7f37),
    bad: rgb(0x00cf_222e),
    warning: rgb(0x009a_6700),
};

const ANSI: Palette = Palette {
    quiet: Color::DarkGray,
    border: Color::DarkGray,
    accent: Color::Blue,
    bar: (Color::Reset, Color::Reset),
    selected: (Color::Reset, Color::Reset),
    lit: (Color::Black, Color::Yellow),
    mark: Color::Red,
    request: Color::Cyan,
    given: Color::Magenta,
    derived: Color::Blue,
    good: Color::Green,
    bad: Color::Red,
    warning: Color::Yellow,
};

impl Theme {
    /// The theme of this name.
    pub fn of(name: Name) -> Self {
        match name {
            Name::Dark => Self::coloured(name, &DARK),
            Name::Light => Self::coloured(name, &LIGHT),
            Name::Ansi => Self::coloured(name, &ANSI),
            Name::Mono => Self::mono(),
        }
    }

    fn coloured(name: Name, palette: &Palette) -> Self {
        let fg = |color| Style::new().fg(color);
        let selected = match palette.selected {
            (Color::Reset, _) => Style::new().add_modifier(Modifier::BOLD),
            (text, behind) => fg(text).bg(behind),
        };
        // No two of the sixteen can be read on each other in every terminal.
        let bar = match palette.bar {
            (Color::Reset, _) => Style::new().add_modifier(Modifier::REVERSED),
            (text, behind) => fg(text).bg(behind),
        };
        Self {
            name,
            // Of no colour, so that it takes on that of a selected row.
            text: Style::new(),
            quiet: fg(palette.quiet),
            bar,
            tab: fg(palette.accent).add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            border: fg(palette.border),
            title: fg(Color::Reset),
            focus: fg(palette.accent).add_modifier(Modifier::BOLD),
            selected,
            lit: fg(palette.lit.0).bg(palette.lit.1),
            cursor: Style::new().add_modifier(Modifier::REVERSED),
            key: fg(palette.accent),
            mark: fg(palette.mark).add_modifier(Modifier::BOLD),
            changed: fg(palette.bad).add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            name_column: fg(palette.quiet),
            request: fg(palette.request),
            given: fg(palette.given),
            derived: fg(palette.derived),
            good: fg(palette.good).add_modifier(Modifier::BOLD),
            bad: fg(palette.bad).add_modifier(Modifier::BOLD),
            warning: fg(palette.warning),
        }
    }

    /// No colour at all is set: a bare colour reset would also undo the modifiers that carry the meaning here.
    fn mono() -> Self {
        let plain = Style::new();
        let with = |modifier| Style::new().add_modifier(modifier);
        Self {
            name: Name::Mono,
            text: plain,
            quiet: with(Modifier::DIM),
            bar: with(Modifier::REVERSED),
            tab: with(Modifier::BOLD | Modifier::UNDERLINED),
            border: with(Modifier::DIM),
            title: plain,
            focus: with(Modifier::BOLD),
            selected: with(Modifier::BOLD),
            lit: with(Modifier::REVERSED),
            cursor: with(Modifier::REVERSED | Modifier::BOLD),
            key: with(Modifier::BOLD),
            mark: with(Modifier::REVERSED),
            changed: with(Modifier::BOLD | Modifier::UNDERLINED),
            name_column: with(Modifier::DIM),
            request: plain,
            given: plain,
            derived: plain,
            good: with(Modifier::BOLD),
            bad: with(Modifier::BOLD | Modifier::UNDERLINED),
            warning: with(Modifier::UNDERLINED),
        }
    }

    /// How a text of this role looks.
    pub fn role(&self, role: Role) -> Style {
        match role {
            Role::Plain | Role::Fixed => self.text,
            Role::Quiet => self.quiet,
            Role::Heading => self.focus,
            Role::FromRequest => self.request,
            Role::Given => self.given,
            Role::Derived => self.derived,
            Role::Good => self.good,
            Role::Bad => self.bad,
            Role::Warning => self.warning,
            Role::Mark => self.mark,
            Role::Changed => self.changed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selected_row_can_be_read_whatever_colours_the_terminal_has() {
        for name in Name::ALL {
            let theme = Theme::of(name);
            assert_eq!(theme.selected.fg.is_some(), theme.selected.bg.is_some(), "{name:?}");
            assert_eq!(theme.text.fg, None, "{name:?}");
        }
    }

    #[test]
    fn mono_sets_no_colour() {
        let theme = Theme::mono();
        for style in [
            theme.text,
            theme.quiet,
            theme.bar,
            theme.lit,
            theme.cursor,
            theme.good,
            theme.bad,
            theme.changed,
        ] {
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }
}
