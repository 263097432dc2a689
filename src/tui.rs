//! The terminal program: a model, a pure `update`, drawing that only reads, and effects as values.
//!
//! ```text
//! terminal, clock, files ─▶ Event ─▶ keymap ─▶ Action ─▶ update(&mut Model, …) ─▶ Vec<Effect> ─▶ run
//!                                                            │
//!                                            Analysis::of(&Session), after every change
//! ```

pub mod action;
mod clipboard;
mod config;
mod disk;
pub mod effect;
pub mod event;
pub mod field;
pub mod history;
mod keyboard;
pub mod keymap;
pub mod layout;
pub mod line;
pub mod links;
pub mod model;
mod resign;
mod run;
mod screen;
mod server;
pub mod signals;
pub mod signing;
pub mod text;
pub mod theme;
pub mod update;
pub mod view;
mod views;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::gateway::launch::Launch;
use crate::gateway::{Numbers, Options};
use crate::host::input::{self, Opened};
use crate::host::{Failure, Look};
use crate::machine;
use crate::report::Role;
use crate::samples::SAMPLES;
use config::{Config, MouseAtStart};
use effect::Mouse;
use keymap::Keymap;
use model::{Model, TapeView, View};
use run::AtStart;
use server::Plan;
use theme::{Name, Theme};

/// Opens the terminal program on an input.
///
/// # Errors
///
/// When the configuration cannot be used, or there is no terminal.
pub(crate) fn open(opened: Opened, look: Look) -> Result<u8, Failure> {
    let config = configuration(look.config.as_deref())?;
    refuse_without_terminal("`countersign verify`, `sign` and `explain` do the same without a screen")?;
    let mut model = model(opened, &config, theme_name(look.theme.as_deref(), &config));
    if !model.session.evidence.is_empty() {
        model.view = View::Compare;
        model.to_first_difference();
    }
    let plan = plan(&mut model);
    run::run(model, plan, AtStart::Waits)
}

/// Opens the terminal program on the tape of a gateway that listens.
pub(crate) fn open_gateway(launch: Launch, look: Look) -> Result<u8, Failure> {
    let config = configuration(look.config.as_deref())?;
    refuse_without_terminal("`countersign gateway --headless` does the same without a screen")?;
    let Launch { options, keys, room, notices, numbers, loaded, save, spool } = launch;
    let opened = input::open_sample(SAMPLES[0].name, notices)?;
    let mut model = model(opened, &config, theme_name(look.theme.as_deref(), &config));
    model.tape = TapeView::new(room, keys.clone(), options.settings.clone());
    model.view = View::Gateway;
    update::take_loaded(&mut model, loaded);
    let plan = Plan { options, keys, room, save, numbers, spool: Some(spool) };
    run::run(model, plan, AtStart::Listens)
}

/// A gateway with the keys at hand, to be started from the screen.
fn plan(model: &mut Model) -> Plan {
    let options = Options::new(PathBuf::new());
    // What opens from the tape is judged as it was when it arrived.
    model.tape.settings = options.settings.clone();
    let keys = model.tape.keys.clone();
    model.session.keys.iter().rev().for_each(|key| keys.add(key.clone()));
    let room = model.tape.tape.room();
    Plan { options, keys, room, save: None, numbers: Numbers::default(), spool: None }
}

fn model(opened: Opened, config: &Config, theme: Name) -> Model {
    let mut model = Model::new(opened.session, Keymap::new(&config.keys), Theme::of(theme), machine::clock());
    model.notices = opened.notices;
    model.entries = opened.entries;
    model.mouse = if config.mouse == MouseAtStart::On { Mouse::On } else { Mouse::Off };
    model.reveal_for = config.reveal_seconds.map_or(model.reveal_for, Duration::from_secs);
    match model.notices.as_slice() {
        [] => {}
        [notice] => model.say(Role::Warning, notice.0.clone()),
        [first, rest @ ..] => model.say(Role::Warning, format!("{} ({} more: i shows)", first.0, rest.len())),
    }
    model
}

/// The configuration that was named, else the user's own. What is wrong with it is said at once.
fn configuration(named: Option<&Path>) -> Result<Config, Failure> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => match config::default_path().filter(|path| path.exists()) {
            Some(path) => path,
            None => return Ok(Config::default()),
        },
    };
    config::read(&path).map_err(|error| Failure::new(error.to_string()))
}

fn refuse_without_terminal(instead: &str) -> Result<(), Failure> {
    let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
    if std::io::stdout().is_terminal() && !dumb {
        return Ok(());
    }
    Err(Failure::new("expected a terminal, but found none").hint(instead))
}

/// The theme of the option, else of the configuration, else what the terminal is asked.
fn theme_name(named: Option<&str>, config: &Config) -> Name {
    if let Some(name) = named.and_then(Name::named) {
        return name;
    }
    if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        return Name::Mono;
    }
    config.theme.unwrap_or_else(ask_terminal)
}

/// Rich colours where the terminal has them, for the background that it says it has; else its own sixteen.
fn ask_terminal() -> Name {
    let rich = std::env::var("COLORTERM").is_ok_and(|value| value == "truecolor" || value == "24bit");
    if !rich {
        return Name::Ansi;
    }
    let mut options = terminal_colorsaurus::QueryOptions::default();
    options.timeout = Duration::from_millis(100);
    match terminal_colorsaurus::theme_mode(options) {
        Ok(terminal_colorsaurus::ThemeMode::Light) => Name::Light,
        Ok(terminal_colorsaurus::ThemeMode::Dark) => Name::Dark,
        // Its own colours can be read on whatever is behind them.
        Err(_) => Name::Ansi,
    }
}
