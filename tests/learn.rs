//! The lessons: what a tour shows is computed, and its exercise can be mended, and only by mending it.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

#[path = "common/place.rs"]
mod place;

use countersign::report;
use countersign::walkthrough::lessons::{TOURS, Tour, named};
use hmac::{Hmac, KeyInit, Mac};
use place::Place;
use sha2::Sha256;

/// What a tour shows, as plain text.
fn shown(tour: &Tour) -> String {
    report::plain(&tour.drawn().concat())
}

/// What the words of a tour say, without the values.
fn words(tour: &Tour) -> impl Iterator<Item = &'static str> {
    let pages = tour.pages.iter().flat_map(|page| [page.title].into_iter().chain(page.text.iter().copied()));
    [tour.title, tour.about].into_iter().chain(pages).chain(tour.exercise.task.iter().copied())
}

/// Writes the exercise of a tour to `exercise.http`.
fn exercise(place: &Place, tour: &str) -> String {
    let text = place.run(&["learn", tour, "--exercise"]).with_code(0).out;
    place.write("exercise.http", &text);
    text
}

/// How `sign` mends an exercise; the webhook's body is mended in an editor.
const MENDED_BY_SIGNING: [(&str, &[&str]); 5] = [
    ("protects", &[]),
    ("canonical", &[]),
    ("keys", &[]),
    ("presigned", &[]),
    ("replay", &["--time", "20260115T103000Z"]),
];

/// How an editor mends an exercise: what is there, and what was there before.
const MENDED_BY_HAND: [(&str, &str, &str); 3] = [
    ("protects", "text/plain", "application/json"),
    ("presigned", "&utm_source=newsletter", ""),
    (
        "webhooks",
        r#"{"action":"opened","number":7,"title":"#,
        r#"{"action": "opened", "number": 7, "title": "#,
    ),
];

#[test]
fn each_tour_has_five_to_ten_pages_and_every_page_shows_something() {
    for tour in TOURS {
        assert!((5..=10).contains(&tour.pages.len()), "{}: {} pages", tour.id, tour.pages.len());
        for (page, lines) in tour.pages.iter().zip(tour.drawn()) {
            assert!(!lines.is_empty(), "{}: {} shows nothing", tour.id, page.title);
        }
    }
}

#[test]
fn no_value_stands_in_the_words_of_a_lesson() {
    let is_value = |word: &&str| word.chars().filter(char::is_ascii_digit).count() > 1 || word.len() > 30;
    for tour in TOURS {
        let values: Vec<&str> = words(tour).flat_map(|text| text.split(' ')).filter(is_value).collect();
        assert!(values.is_empty(), "{}: {values:?}", tour.id);
    }
}

#[test]
fn the_values_shown_are_those_that_are_published() {
    // kSigning and the signature of the AWS General Reference; the presigned URL of the S3 API Reference.
    let published = [
        ("keys", "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"),
        ("keys", "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"),
        ("presigned", "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"),
        ("presigned", "3bfa292879f6447bbcda7001decf97f4a54dc650c8942174ae0a9121cf58ad04"),
    ];
    for (tour, value) in published {
        assert!(shown(named(tour).unwrap()).contains(value), "{tour}: {value}");
    }
}

#[test]
fn the_webhook_is_signed_as_github_says() {
    let text = shown(named("webhooks").unwrap());
    let body = text.lines().find(|line| line.starts_with("{\"action\": ")).unwrap();
    let mac = Hmac::<Sha256>::new_from_slice(b"It's a Secret to Everybody").unwrap();
    let signature = hex::encode(mac.chain_update(body).finalize().into_bytes());
    assert!(text.contains(&format!("sha256={signature}")), "{text}");
}

#[test]
fn a_change_to_what_is_signed_is_refused_and_any_other_is_accepted() {
    let refused = |id: &str, page: &str| {
        let tour = named(id).unwrap();
        let place = tour.pages.iter().position(|own| own.title == page).unwrap();
        let text = report::plain(&tour.drawn()[place]);
        (text.contains("answer   403") || text.contains("answer   401"), text)
    };
    for (id, page, expected) in [
        ("protects", "Change the body", true),
        ("protects", "Change the method", true),
        ("protects", "Add a header that is not signed", false),
        ("canonical", "The order does not matter, the bytes do", false),
        ("presigned", "Nobody can stretch it", true),
        ("replay", "What the server says", true),
        ("webhooks", "Check the raw bytes", true),
        ("webhooks", "What is not signed", false),
    ] {
        let (is_refused, text) = refused(id, page);
        assert_eq!(is_refused, expected, "{id}: {page}\n{text}");
        assert_eq!(text.contains("answer   200 OK"), !expected, "{id}: {page}\n{text}");
    }
}

#[test]
fn every_exercise_is_broken_and_gets_a_hint_without_the_answer() {
    let place = Place::new("learn-broken");
    for tour in TOURS {
        exercise(&place, tour.id);
        let ran = place.run(&["learn", tour.id, "--check", "exercise.http"]).with_code(1);
        assert!(ran.out.contains("hint: look at the step “"), "{}: {}", tour.id, ran.out);
        // Whoever has the expected signature, or what was written before, need not understand anything.
        let is_hex = |text: &str| text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(!ran.out.split(|c: char| !c.is_ascii_alphanumeric()).any(is_hex), "{}: {}", tour.id, ran.out);
        for (_, broken, mended) in MENDED_BY_HAND.iter().filter(|(id, ..)| *id == tour.id) {
            let told = |answer: &str| !answer.is_empty() && ran.out.contains(answer);
            assert!(!told(broken) && !told(mended), "{}: {}", tour.id, ran.out);
        }
    }
}

#[test]
fn an_exercise_is_mended_by_signing_it_right() {
    let place = Place::new("learn-signed");
    for (tour, options) in MENDED_BY_SIGNING {
        exercise(&place, tour);
        let signed = place.run(&[&["sign", "exercise.http"], options].concat()).with_code(0).out;
        place.write("mended.http", &signed);
        place.run(&["learn", tour, "--check", "mended.http"]).with_code(0);
        place.run_with(&["learn", tour, "--check", "-"], &[], &signed).with_code(0);
    }
}

#[test]
fn an_exercise_is_mended_by_hand() {
    let place = Place::new("learn-by-hand");
    for (tour, broken, mended) in MENDED_BY_HAND {
        let text = exercise(&place, tour);
        assert!(text.contains(broken), "{tour}: {text}");
        place.write("mended.http", text.replace(broken, mended));
        place.run(&["learn", tour, "--check", "mended.http"]).with_code(0);
    }
}

#[test]
fn a_try_that_mends_nothing_gets_a_hint() {
    let place = Place::new("learn-wrong");
    // The clock of the exercise counts, not the one in the file.
    let text = exercise(&place, "replay").replace("# @now 20260115T103000Z", "# @now 20260115T093000Z");
    place.write("moved.http", &text);
    place.run(&["verify", "moved.http"]).with_code(0);
    let ran = place.run(&["learn", "replay", "--check", "moved.http"]).with_code(1);
    assert!(ran.out.contains("the date is within the window") && ran.out.contains("hint: "), "{}", ran.out);
    // A request that is right, but another one.
    let ran = place.run(&["learn", "keys", "--check", "iam-list-users"]).with_code(1);
    assert!(ran.out.contains("This is another request") && ran.out.contains("hint: "), "{}", ran.out);
    // A signature that is cut off.
    let unsigned: String = exercise(&place, "keys")
        .lines()
        .filter(|line| !line.starts_with("Auth"))
        .fold(String::new(), |text, line| text + line + "\n");
    place.write("unsigned.http", unsigned);
    let ran = place.run(&["learn", "keys", "--check", "unsigned.http"]).with_code(1);
    assert!(ran.out.contains("hint: the request carries no signature"), "{}", ran.out);
}

#[test]
fn the_verb_lists_its_tours_and_prints_one_at_once_where_nobody_reads_along() {
    let place = Place::new("learn-verb");
    let list = place.run(&["learn"]).with_code(0).out;
    for tour in TOURS {
        assert!(list.contains(tour.id) && list.contains(tour.title), "{list}");
        let out = place.run(&["learn", tour.id]).with_code(0).out;
        let pages = tour.pages.iter().map(|page| page.title);
        assert!(pages.clone().all(|title| out.contains(title)), "{out}");
        assert!(out.contains(&format!("countersign learn {} --exercise", tour.id)), "{out}");
        assert!(!out.contains("Enter: next page") && !out.contains('\u{1b}'), "{out}");
    }
}

#[test]
fn arguments_that_cannot_be_used_are_told_in_a_line() {
    let place = Place::new("learn-arguments");
    for (args, expected) in [
        (&["learn", "cooking"][..], "invalid value 'cooking'"),
        (&["learn", "--exercise"], "required arguments were not provided"),
        (&["learn", "keys", "--check", "missing.http"], "missing.http"),
        (&["learn", "keys", "--exercise", "--check", "-"], "cannot be used with"),
    ] {
        assert_eq!(place.run(args).fault(expected), None, "{args:?}");
    }
}

#[test]
fn no_lesson_holds_a_secret_that_is_not_documented() {
    const DOCUMENTED: [&str; 2] = ["wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "It's a Secret to Everybody"];
    let place = Place::new("learn-secrets");
    for tour in TOURS {
        let text = exercise(&place, tour.id) + &shown(tour);
        let given = text.lines().filter_map(|line| line.split_once("secret-access-key ")).map(|(_, own)| own);
        let used = text.lines().filter_map(|line| line.split_once("\"AWS4\" + \"")?.1.split('"').next());
        let others: Vec<&str> = given.chain(used).filter(|secret| !DOCUMENTED.contains(secret)).collect();
        assert!(others.is_empty(), "{}: {others:?}", tour.id);
        assert!(!text.contains("ession-token") && !text.contains("ecurity-Token"), "{}", tour.id);
    }
}

#[test]
fn tours_are_told_as_data() {
    let place = Place::new("learn-json");
    let json = |args: &[&str], code| -> serde_json::Value {
        serde_json::from_str(&place.run(args).with_code(code).out).unwrap()
    };
    let ids: Vec<String> = json(&["learn", "--format", "json"], 0)["tours"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tour| tour["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids, TOURS.map(|tour| tour.id));
    for tour in TOURS {
        let told = json(&["learn", tour.id, "--format", "json"], 0);
        assert_eq!(told["pages"].as_array().unwrap().len(), tour.pages.len());
        assert!(told["pages"][0]["shows"].as_array().is_some_and(|lines| !lines.is_empty()), "{}", tour.id);
        let request = told["exercise"]["request"].as_str().unwrap();
        place.write("exercise.http", request);
        let checked = json(&["learn", tour.id, "--check", "exercise.http", "--format", "json"], 1);
        assert_eq!(checked["mended"], false);
        assert!(checked["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{checked}");
    }
    let (tour, broken, mended) = MENDED_BY_HAND[0];
    let text = exercise(&place, tour);
    place.write("mended.http", text.replace(broken, mended));
    assert_eq!(json(&["learn", tour, "--check", "mended.http", "--format", "json"], 0)["mended"], true);
}
