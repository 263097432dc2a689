//! Tours as data, for sites and editors that show them: field names in snake case.

use serde_json::{Value, json};

use crate::report;
use crate::walkthrough::lessons::{Checked, TOURS, Tour};

/// The tours without their pages.
pub(super) fn tours() -> Value {
    let of = |tour: &Tour| json!({ "id": tour.id, "title": tour.title, "about": tour.about });
    json!({ "tours": TOURS.map(of) })
}

/// A tour, and what each page shows, line by line.
pub(super) fn tour(tour: &Tour) -> Value {
    let pages = tour.pages.iter().zip(tour.drawn()).map(|(page, shown)| {
        let lines: Vec<String> = report::plain(&shown).lines().map(str::to_owned).collect();
        json!({ "title": page.title, "text": page.text, "shows": lines })
    });
    json!({
        "id": tour.id,
        "title": tour.title,
        "about": tour.about,
        "pages": pages.collect::<Vec<_>>(),
        "exercise": exercise(tour),
    })
}

/// The task, and the broken request as a `.http` file.
pub(super) fn exercise(tour: &Tour) -> Value {
    json!({ "task": tour.exercise.task, "request": String::from_utf8_lossy(&tour.exercise()) })
}

/// What a try comes to.
pub(super) fn checked(checked: &Checked) -> Value {
    match checked {
        Checked::Mended => json!({ "mended": true }),
        Checked::AnotherRequest(wanted) => {
            json!({ "mended": false, "another_request": true, "expected": wanted })
        }
        Checked::Refused { failed, hint } => json!({ "mended": false, "failed": failed, "hint": hint }),
    }
}
