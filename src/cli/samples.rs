//! `countersign samples`: the list of samples, or one of them.

use clap::ArgMatches;
use serde_json::json;

use super::{Answer, output};
use crate::host::Failure;
use crate::report::json;
use crate::report::{Line, Role, part};
use crate::samples::{SAMPLES, named};

pub(crate) fn run(matches: &ArgMatches) -> Result<Answer, Failure> {
    let is_json = matches.get_one::<String>("format").is_some_and(|format| format == "json");
    if let Some(name) = matches.get_one::<String>("name") {
        let unknown = || {
            Failure::new(format!("expected the name of a sample, but found `{name}`"))
                .hint("`countersign samples` lists them")
        };
        let sample = named(name).ok_or_else(unknown)?;
        return match is_json {
            true => output::print_json(
                &json!({ "name": sample.name, "about": sample.about, "text": json::text(sample.text) }),
            ),
            false => output::print(sample.text),
        };
    }
    if is_json {
        let rows = SAMPLES.iter().map(|sample| json!({ "name": sample.name, "about": sample.about }));
        return output::print_json(&json!(rows.collect::<Vec<_>>()));
    }
    let lines: Vec<Line> = SAMPLES
        .iter()
        .map(|sample| {
            vec![part(Role::Heading, format!("{:<28}", sample.name)), part(Role::Plain, sample.about)]
        })
        .collect();
    output::print(crate::report::plain(&lines).as_bytes())
}
