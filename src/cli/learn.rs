//! `countersign learn`: the tours, one of them page by page, its exercise, and whether a try mends it.

mod json;

use std::io::{self, BufRead, IsTerminal};

use clap::ArgMatches;

use super::{Answer, output};
use crate::host::Failure;
use crate::host::input;
use crate::report::{Line, Role, part};
use crate::visible;
use crate::walkthrough::lessons::{Checked, Page, TOURS, Tour, named};

pub(crate) fn run(matches: &ArgMatches) -> Result<Answer, Failure> {
    let is_json = matches.get_one::<String>("format").is_some_and(|format| format == "json");
    let Some(tour) = matches.get_one::<String>("tour").and_then(|id| named(id)) else {
        return match is_json {
            true => output::print_json(&json::tours()),
            false => output::print_styled(&list(), matches),
        };
    };
    if matches.get_flag("exercise") {
        return match is_json {
            true => output::print_json(&json::exercise(tour)),
            false => output::print(&tour.exercise()),
        };
    }
    match matches.get_one::<String>("check") {
        Some(file) if is_json => {
            let checked = tour.check(input::read_case(file)?.request);
            output::print_json(&json::checked(&checked))?;
            Ok(answer(&checked))
        }
        Some(file) => check(tour, file, matches),
        None if is_json => output::print_json(&json::tour(tour)),
        None => take(tour, matches),
    }
}

fn answer(checked: &Checked) -> Answer {
    match checked {
        Checked::Mended => Answer::Yes,
        Checked::AnotherRequest(_) | Checked::Refused { .. } => Answer::No,
    }
}

fn list() -> Vec<Line> {
    let of_tour = |tour: &&Tour| {
        let name = part(Role::Heading, format!("{:<11}", tour.id));
        let indent = " ".repeat(11);
        [
            vec![name, part(Role::Plain, tour.title)],
            vec![part(Role::Plain, indent), part(Role::Quiet, tour.about)],
        ]
    };
    let mut out: Vec<Line> = TOURS.iter().flat_map(of_tour).collect();
    out.push(Vec::new());
    out.push(vec![part(Role::Quiet, format!("Begin with: countersign learn {}", TOURS[0].id))]);
    out
}

/// Prints a tour: page after page where somebody reads along, else at once.
fn take(tour: &Tour, matches: &ArgMatches) -> Result<Answer, Failure> {
    let pages = pages(tour);
    if !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
        return output::print_styled(&pages.concat(), matches);
    }
    let last = pages.len() - 1;
    for (place, page) in pages.iter().enumerate() {
        output::print_styled(page, matches)?;
        if place < last && !goes_on(matches)? {
            break;
        }
    }
    Ok(Answer::Yes)
}

/// Whether the reader wants the next page; the end of the input is a no.
fn goes_on(matches: &ArgMatches) -> Result<bool, Failure> {
    output::print_styled(&[vec![part(Role::Quiet, "— Enter: next page · q and Enter: stop —")]], matches)?;
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    let count = read.map_err(|error| Failure::new(format!("cannot read standard input: {error}")))?;
    Ok(count > 0 && !line.trim().eq_ignore_ascii_case("q"))
}

/// The pages of a tour in order, the exercise last.
fn pages(tour: &Tour) -> Vec<Vec<Line>> {
    let count = tour.pages.len();
    let drawn = tour.drawn();
    let mut out: Vec<Vec<Line>> = tour
        .pages
        .iter()
        .zip(drawn)
        .enumerate()
        .map(|(place, (page, shown))| of_page(page, &shown, &format!("{}/{count}", place + 1)))
        .collect();
    if let Some(first) = out.first_mut() {
        first.splice(..0, [vec![part(Role::Heading, tour.title)], Vec::new()]);
    }
    out.push(of_exercise(tour));
    out
}

fn of_page(page: &Page, shown: &[Line], place: &str) -> Vec<Line> {
    let mut out = vec![vec![part(Role::Quiet, format!("{place:<5}")), part(Role::Heading, page.title)]];
    out.extend(paragraphs(page.text));
    out.push(Vec::new());
    out.extend(shown.iter().map(|line| match line.is_empty() {
        true => Vec::new(),
        false => [vec![part(Role::Plain, "    ")], line.clone()].concat(),
    }));
    out.push(Vec::new());
    out
}

fn of_exercise(tour: &Tour) -> Vec<Line> {
    let mut out = vec![vec![part(Role::Heading, "Exercise")]];
    out.extend(paragraphs(tour.exercise.task));
    out.push(Vec::new());
    let id = tour.id;
    for command in [
        format!("countersign learn {id} --exercise > exercise.http"),
        "countersign exercise.http                 # mend it in the inspector, or in an editor".into(),
        "countersign sign exercise.http > mended.http     # or sign it again".into(),
        format!("countersign learn {id} --check mended.http"),
    ] {
        out.push(vec![part(Role::Plain, format!("    {command}"))]);
    }
    out
}

/// Paragraphs in lines that fit a terminal.
fn paragraphs(texts: &[&str]) -> Vec<Line> {
    const WIDTH: usize = 78;
    let mut out = Vec::new();
    for text in texts {
        let mut line = String::new();
        for word in text.split(' ') {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
                out.push(vec![part(Role::Plain, std::mem::take(&mut line))]);
            }
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        }
        out.push(vec![part(Role::Plain, line)]);
    }
    out
}

fn check(tour: &Tour, file: &str, matches: &ArgMatches) -> Result<Answer, Failure> {
    let checked = tour.check(input::read_case(file)?.request);
    let lines = match &checked {
        Checked::Mended => vec![vec![part(Role::Good, "✓ Mended: the server accepts the request.")]],
        Checked::AnotherRequest(wanted) => {
            let told = format!("✗ This is another request. The exercise is {wanted}.");
            let hint = format!("hint: `countersign learn {} --exercise` prints it", tour.id);
            vec![vec![part(Role::Bad, told)], vec![part(Role::Plain, hint)]]
        }
        Checked::Refused { failed, hint } => {
            let told = match failed {
                Some(failed) => format!("✗ Not yet. This check fails: {failed}."),
                None => "✗ Not yet: the signature cannot be checked.".to_owned(),
            };
            let hint = format!("hint: {}", visible::one_line(hint.as_bytes()));
            vec![vec![part(Role::Bad, told)], vec![part(Role::Plain, hint)]]
        }
    };
    output::print_styled(&lines, matches)?;
    Ok(answer(&checked))
}
