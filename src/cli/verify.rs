//! `countersign verify`: does the signature that the request carries match?

use clap::ArgMatches;
use serde_json::json;

use super::{Answer, output, session};
use crate::host::Failure;
use crate::host::input::{self, Long};
use crate::report::json;
use crate::report::verdict;
use crate::request::damage::damage;
use crate::request::{Notice, Request, editor};
use crate::scheme::{OWN, foreign};
use crate::trace::StageKind;
use crate::verify::{Conclusion, in_place_of_claim};

pub(crate) fn run(matches: &ArgMatches) -> Result<Answer, Failure> {
    let mut opened = session::open(matches, Long::PassesBy)?;
    let analysis = input::analyse_opened(&mut opened)?;
    let session = &opened.session;
    match &analysis.claim {
        Some(Ok(_)) => {}
        Some(Err(error)) => {
            let failure = Failure::new(error.to_string());
            let damaged = damage(&opened.session.request);
            return Err(match (damaged, &error.aws) {
                (Some(Notice(words)), _) => failure.hint(words),
                (None, Some(aws)) => failure.hint(format!("AWS answers: {aws}")),
                (None, None) => failure,
            });
        }
        None => return Err(no_claim(&session.request)),
    }
    let conclusion = analysis.verdict.conclusion().unwrap_or(Conclusion::Rejected);
    if matches.get_one::<String>("format").is_some_and(|format| format == "json") {
        let reveal = output::reveal(matches);
        let stage = |kind| json::stage(&analysis, &session.request, kind, reveal);
        let mut value = json!({
            "verdict": conclusion.name(),
            "signature": analysis.agreement().name(),
            "computed": stage(StageKind::Signature),
            "received": analysis.received_shown().as_deref().map(json::text),
            "checks": json::checks(&analysis),
            "canonical_request": stage(StageKind::CanonicalRequest),
            "string_to_sign": stage(StageKind::StringToSign),
            "notes": opened.notices.iter().map(|notice| notice.0.clone()).collect::<Vec<_>>(),
        });
        if let Some(chunks) = json::chunks(&analysis) {
            value["chunks"] = chunks;
        }
        output::print_json_report(&value, &analysis)?;
    } else {
        output::note(&opened.notices);
        output::print_lines(&verdict::verdict(&analysis), &analysis, matches)?;
    }
    Ok(if conclusion == Conclusion::Match { Answer::Yes } else { Answer::No })
}

fn no_claim(request: &Request) -> Failure {
    if editor::instruction(request).is_some() {
        return Failure::new(format!("expected a signed request, but found {}", editor::FOUND))
            .hint(editor::HINT);
    }
    let foreign = foreign::named(request);
    let found = in_place_of_claim(request, foreign)
        .unwrap_or_else(|| "no Authorization header, and no X-Amz-Algorithm in the query".into());
    // Which webhooks there are is another list: a request like this one is none of them.
    let named = OWN.iter();
    let known: Vec<_> = named.map(|scheme| scheme.name()).collect();
    let hint = match (damage(request), foreign) {
        (Some(Notice(words)), _) => words,
        (None, Some(foreign)) => format!("its rules: {}", foreign.link),
        (None, None) => "`countersign sign` signs a request".into(),
    };
    Failure::new(format!("expected a request signed with one of {}, but found {found}", known.join(", ")))
        .hint(hint)
}
