//! Where both sides part: for each tampering the step that the origins of the trace say, and the check that a verification names.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic")]

mod common;

use common::{analyse, own_clock, session};
use countersign::analysis::Session;
use countersign::case::read;
use countersign::request::Part;
use countersign::samples;
use countersign::secret::Secret;
use countersign::signature::Credentials;
use countersign::time::Timestamp;
use countersign::trace::{Section, StageKind};
use countersign::verify::{CheckId, Outcome};
use countersign::walkthrough::clock::{End, Guard, Replayed, Window, replayed};
use countersign::walkthrough::tamper::{Protection, Row, Server};
use countersign::walkthrough::{StepKind, Tamper, Tampered, parted};

const CANONICAL: StageKind = StageKind::CanonicalRequest;

fn sample(name: &str) -> Session {
    let case = read(samples::named(name).unwrap().text).unwrap();
    let mut session = Session::new(case.request);
    session.settings = case.settings;
    session
}

/// A request signed with the documented key.
fn signed(text: &str) -> Session {
    let mut session = session(text.as_bytes());
    session.keys.push(Credentials {
        fields: Default::default(),
        access_key_id: "AKIDEXAMPLE".into(),
        secret: Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        session_token: None,
        source: "the test".into(),
    });
    session.settings.region = Some("us-east-1".into());
    session.settings.service = Some("service".into());
    session.settings.now = Some(noon());
    let analysis = analyse(&session, noon());
    let instructions = analysis.instructions(&session.request).unwrap();
    session.request.headers.extend(instructions.headers);
    session
}

fn noon() -> Timestamp {
    Timestamp::parse(b"20150830T120000Z").unwrap().0
}

fn failed(session: &Session) -> Option<CheckId> {
    analyse(session, own_clock(session)).verdict.failed().map(|check| check.id)
}

/// A tampering, the first step at which the sides part, and the check that fails.
type Told = (Tamper, Option<StepKind>, Option<CheckId>);

#[test]
fn each_tampering_is_told_where_it_is_noticed() {
    let session = sample("iam-list-users");
    let makes = |section| Some(StepKind::Makes(CANONICAL, section));
    let signature = Some(CheckId::Signature);
    let check = |id| (Some(StepKind::Checks(id)), Some(id));
    let header = |name: &str, value: &str| Tamper::Header { name: name.into(), value: value.into() };
    let (key, scope) = (check(CheckId::Key), check(CheckId::Signature));
    let rows: Vec<Told> = vec![
        (Tamper::Method(b"POST".to_vec()), makes(Section::Method), signature),
        (Tamper::Path(b"/x".to_vec()), makes(Section::Path), signature),
        (Tamper::Query(b"Action=DeleteUser".to_vec()), makes(Section::Query), signature),
        (header("Content-Type", "text/plain"), makes(Section::Headers), signature),
        (Tamper::ProxyHost(b"iam.internal".to_vec()), makes(Section::Headers), signature),
        (Tamper::Body(b"x".to_vec()), makes(Section::Payload), signature),
        (Tamper::RemoveHeader(b"content-type".to_vec()), makes(Section::Headers), signature),
        (Tamper::Signature(b"0".repeat(64)), scope.0, scope.1),
        (Tamper::KeyId(b"AKIDUNKNOWN".to_vec()), key.0, key.1),
        (
            Tamper::Secret(Secret::new("other")),
            Some(StepKind::Makes(StageKind::KeyChain, Section::Key)),
            signature,
        ),
        (Tamper::AddHeader { name: b"User-Agent".to_vec(), value: b"x".to_vec() }, None, None),
        (Tamper::ReverseHeaders, None, None),
        (Tamper::ReverseQuery, None, None),
        (Tamper::Later(60), None, None),
        (Tamper::Later(7200), Some(StepKind::Checks(CheckId::Date)), Some(CheckId::Date)),
    ];
    for (at, (tamper, first, failed)) in rows.into_iter().enumerate() {
        let parted = parted(&session, &[tamper], own_clock(&session));
        assert_eq!((parted.first, parted.failed), (first, failed), "row {at}");
        let expected = if failed.is_none() { Some(200) } else { Some(403) };
        assert_eq!(parted.reply().status, expected, "row {at}");
        let protection = if failed.is_none() { Protection::NotProtected } else { Protection::Refused };
        assert_eq!(parted.protection, protection, "row {at}");
    }
}

#[test]
fn an_escape_that_is_encoded_again_parts_the_paths() {
    let session = signed("GET /a%20b HTTP/1.1\r\nHost: example.amazonaws.com\r\n\r\n");
    assert_eq!(failed(&session), None);
    let parted = parted(&session, &[Tamper::EncodeAgain], own_clock(&session));
    assert_eq!(parted.first, Some(StepKind::Makes(CANONICAL, Section::Path)));
    assert_eq!(parted.failed, Some(CheckId::Signature));
}

#[test]
fn one_bit_of_the_body_changes_half_the_bits_of_its_hash() {
    let session = sample("apigateway-post");
    let tamper = Tamper::FlipBit { part: Part::Body, byte: 0, bit: 0 };
    let parted = parted(&session, &[tamper], own_clock(&session));
    let payload = |row: &&Row| row.kind == StepKind::Makes(CANONICAL, Section::Payload);
    let (differ, of) = parted.rows.iter().find(payload).unwrap().bits.unwrap();
    assert_eq!(of, 256);
    assert!((90..=166).contains(&differ), "{differ}");
}

#[test]
fn several_tamperings_come_together() {
    let session = sample("iam-list-users");
    let tampers = [Tamper::Body(b"x".to_vec()), Tamper::Method(b"POST".to_vec())];
    let parted = parted(&session, &tampers, own_clock(&session));
    assert_eq!(parted.first, Some(StepKind::Makes(CANONICAL, Section::Method)));
}

#[test]
fn a_window_ends_where_the_check_of_the_date_does() {
    let mut lives = 0;
    for name in [
        "iam-list-users",
        "s3-get-object",
        "s3-presigned-get",
        "sigv4a-presigned",
        "sigv2-get",
        "apigateway-get",
    ] {
        let session = sample(name);
        let window = Window::of(&session.request, &analyse(&session, own_clock(&session))).unwrap();
        lives += usize::from(window.end == End::Lifetime);
        let from = window.from.unwrap();
        for (clock, holds) in
            [(from.plus(-1), false), (from, true), (window.until, true), (window.until.plus(1), false)]
        {
            let mut moved = session.clone();
            moved.settings.now = Some(clock);
            let checks = analyse(&moved, clock).verdict.checks;
            let date = checks.iter().find(|check| check.id == CheckId::Date).unwrap();
            assert_eq!(window.at(clock).holds(), holds, "{name} {clock}");
            assert_eq!(date.outcome == Outcome::Passed, holds, "{name} {clock}: {}", date.detail);
        }
    }
    assert_eq!(lives, 2);
}

#[test]
fn a_replay_is_refused_by_the_clock_or_by_a_guard() {
    let session = sample("iam-list-users");
    let window = Window::of(&session.request, &analyse(&session, own_clock(&session))).unwrap();
    let at = |seconds| Some(window.at(window.date.unwrap().plus(seconds)));
    assert_eq!(replayed(at(60).as_ref(), Guard::None), Replayed::Taken);
    assert_eq!(replayed(at(60).as_ref(), Guard::Remembers), Replayed::RefusedByGuard);
    assert_eq!(replayed(at(901).as_ref(), Guard::None), Replayed::RefusedByClock);
    assert_eq!(replayed(at(901).as_ref(), Guard::Remembers), Replayed::RefusedByClock);
    assert_eq!(replayed(None, Guard::None), Replayed::Taken);
}

#[test]
fn a_server_that_remembers_refuses_a_second_copy_and_no_first_one() {
    let clock = own_clock(&sample("iam-list-users"));
    let answer = |name: &str, tampers: &[Tamper], guard| {
        let parted = Tampered::of(&sample(name), tampers, clock).parted(Server { clock, moved: 0, guard });
        (parted.reply().status, parted.failed, parted.protection)
    };
    let later = Tamper::Later(60);
    let unsigned = Tamper::AddHeader { name: b"User-Agent".to_vec(), value: b"x".to_vec() };
    let taken = (Some(200), None, Protection::NotProtected);
    let refused = (Some(403), None, Protection::Refused);
    let name = "iam-list-users";
    assert_eq!(answer(name, std::slice::from_ref(&later), Guard::None), taken);
    assert_eq!(answer(name, std::slice::from_ref(&later), Guard::Remembers), refused);
    // What is not signed makes no other request of it; another signature does.
    assert_eq!(answer(name, &[later.clone(), unsigned.clone()], Guard::Remembers), refused);
    assert_eq!(answer(name, &[unsigned], Guard::Remembers), taken);
    let other = [later, Tamper::Signature(b"0".repeat(64))];
    let by_check = (Some(403), Some(CheckId::Signature), Protection::Refused);
    assert_eq!(answer(name, &other, Guard::Remembers), by_check);
}

#[test]
fn the_clock_moves_what_the_server_says_and_not_what_was_signed() {
    let session = sample("iam-list-users");
    let clock = own_clock(&session);
    let tampered = Tampered::of(&session, &[], clock);
    for (moved, failed) in [(900, None), (901, Some(CheckId::Date)), (-901, Some(CheckId::Date))] {
        let parted = tampered.parted(Server { clock, moved, guard: Guard::None });
        assert_eq!(parted.failed, failed, "{moved}");
        assert_eq!(parted.received.window.unwrap().clock, clock.plus(moved), "{moved}");
        assert!(parted.rows.iter().all(|row| row.agree), "{moved}");
    }
}
