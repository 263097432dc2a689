//! What a page shows, in lines with roles.

use super::{Shows, Table, clock};
use crate::report::{Line, Role, part};
use crate::request::Request;
use crate::time::{Timestamp, in_words};
use crate::trace::{Section, StageKind};
use crate::walkthrough::clock::{Guard, Replayed, Window, replayed};
use crate::walkthrough::{Change, Reply, Run, Step, StepKind, Tamper, Tint, parted, tamper};

pub(super) const KEY: StepKind = StepKind::Makes(StageKind::KeyChain, Section::Key);

pub(super) fn lines(shows: &Shows, table: &Table) -> Vec<Line> {
    let walkthrough = &table.walkthrough;
    match shows {
        Shows::Request => walkthrough.request.iter().map(|line| of_runs(line)).collect(),
        Shows::Step(kind) => nth(&walkthrough.steps, *kind, 0),
        Shows::Key(place) => nth(&walkthrough.steps, KEY, *place),
        Shows::Parted(tampers) => parting(table, *tampers),
        Shows::Later(seconds) => later(table, *seconds),
    }
}

fn nth(steps: &[Step], kind: StepKind, place: usize) -> Vec<Line> {
    let step = steps.iter().filter(|step| step.kind == kind).nth(place);
    step.map_or_else(Vec::new, of_step)
}

fn of_step(step: &Step) -> Vec<Line> {
    let mut out = vec![vec![part(Role::Heading, step.title.as_str())]];
    out.extend(step.formula.iter().map(|formula| vec![part(Role::Given, formula.as_str())]));
    // The first line of a key is its name, which the title says.
    let named = usize::from(step.kind == KEY);
    match step.changes.is_empty() {
        true => out.extend(step.lines.iter().skip(named).map(|line| of_runs(line))),
        false => out.extend(step.changes.iter().map(of_change)),
    }
    out
}

/// What becomes of a text; where it stays as it is, it is said once.
fn of_change(change: &Change) -> Line {
    let mut line = vec![part(Role::FromRequest, change.before.as_str())];
    let mut last = &change.before;
    for after in change.between.iter().chain([&change.after]).filter(|after| !after.is_empty()) {
        if after != last {
            line.extend([part(Role::Quiet, "  →  "), part(Role::Derived, after.as_str())]);
        }
        last = after;
    }
    line
}

fn of_runs(runs: &[Run]) -> Line {
    let role = |tint| match tint {
        Tint::Request => Role::FromRequest,
        Tint::Given => Role::Given,
        Tint::Derived => Role::Derived,
        Tint::Fixed => Role::Fixed,
        Tint::Hidden => Role::Mark,
    };
    runs.iter().map(|run| part(role(run.tint), run.text.as_str())).collect()
}

/// What was changed on the way, what both sides made of it, and what the server answers.
fn parting(table: &Table, tampers: fn(&Request) -> Vec<Tamper>) -> Vec<Line> {
    let session = &table.session;
    let parted = parted(session, &tampers(&session.request), clock(session));
    let text = |line: &Vec<Run>| line.iter().map(|run| run.text.as_str()).collect::<String>();
    let sent: Vec<String> = parted.signed.request.iter().map(text).collect();
    let arrived: Vec<String> = parted.received.request.iter().map(text).collect();
    let mut out = differing("sent", &sent, "arrived", &arrived);
    for row in parted.rows.iter().filter(|row| !row.agree) {
        out.extend(of_row(row));
    }
    if parted.rows.iter().all(|row| row.agree) {
        out.push(vec![part(
            Role::Warning,
            "Both sides compute the same: nothing that is signed was changed.",
        )]);
    }
    out.push(answer(parted.reply()));
    out
}

fn of_row(row: &tamper::Row) -> Vec<Line> {
    let mut title = vec![part(Role::Heading, row.title.as_str())];
    if let Some((changed, all)) = row.bits {
        title.push(part(Role::Quiet, format!("  {changed} of {all} bits differ")));
    }
    let mut out = vec![title];
    out.extend(differing("client", &row.signed, "server", &row.received));
    out
}

/// The lines that only one of two texts has.
fn differing(left: &str, a: &[String], right: &str, b: &[String]) -> Vec<Line> {
    let only = |name: &str, role, own: &[String], other: &[String]| {
        let lines = own.iter().filter(|line| !other.contains(line));
        lines.map(|line| vec![part(Role::Quiet, format!("{name:<9}")), part(role, line.as_str())]).collect()
    };
    let lines: [Vec<Line>; 2] = [only(left, Role::Good, a, b), only(right, Role::Changed, b, a)];
    lines.concat()
}

fn answer(reply: &Reply) -> Line {
    let (role, status) = match reply.status {
        Some(200) => (Role::Good, "200 OK".to_owned()),
        Some(status) => (Role::Bad, format!("{status} {}", reply.body).trim_end().to_owned()),
        None => (Role::Quiet, "not known".to_owned()),
    };
    vec![part(Role::Quiet, format!("{:<9}", "answer")), part(role, status)]
}

/// The window of the request, the clock, and what a copy comes to.
fn later(table: &Table, seconds: i64) -> Vec<Line> {
    let window = Window::of(&table.session.request, &table.analysis);
    let window = window.map(|window| window.at(clock(&table.session).plus(seconds)));
    let row =
        |name: &str, role, text: String| vec![part(Role::Quiet, format!("{name:<24}")), part(role, text)];
    let date = |name, date: Timestamp| row(name, Role::FromRequest, stamp(date));
    let mut out = Vec::new();
    if let Some(window) = &window {
        out.extend(window.date.map(|at| date("date of the request", at)));
        out.extend(window.from.map(|at| date("accepted from", at)));
        out.extend([date("accepted until", window.until), date("the server's clock", window.clock)]);
        out.extend(late(window).map(|text| row("", Role::Warning, text)));
    }
    let came = |guard| match replayed(window.as_ref(), guard) {
        Replayed::Taken => (Role::Warning, "accepted again"),
        Replayed::RefusedByClock => (Role::Good, "refused: outside the window"),
        Replayed::RefusedByGuard => (Role::Good, "refused: this signature was seen before"),
    };
    for (name, guard) in [("a copy, no memory", Guard::None), ("a copy, with a memory", Guard::Remembers)] {
        let (role, text) = came(guard);
        out.push(row(name, role, text.to_owned()));
    }
    out
}

fn late(window: &Window) -> Option<String> {
    match (window.early(), window.late()) {
        (0, 0) => None,
        (0, late) => Some(format!("{} too late", in_words(late))),
        (early, _) => Some(format!("{} too early", in_words(early))),
    }
}

fn stamp(at: Timestamp) -> String {
    String::from_utf8_lossy(&at.basic()).into_owned()
}
