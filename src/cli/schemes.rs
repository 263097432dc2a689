//! `countersign schemes`: every scheme by its name, or one row as it stands in its table; and the rows of a user.

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use serde_json::json;

use super::{Answer, output};
use crate::files::{self, Open};
use crate::host::{Failure, config_folder};
use crate::report::{Line, Role, part};
use crate::scheme::{self, OWN, Recipe, rows};

/// A file of rows may have so many bytes.
const MOST: u64 = 1 << 20;

/// The name of the folder of a user's rows, beside the configuration.
const FOLDER: &str = "schemes";

pub(crate) fn run(matches: &ArgMatches) -> Result<Answer, Failure> {
    let is_json = matches.get_one::<String>("format").is_some_and(|format| format == "json");
    match matches.get_one::<String>("name") {
        Some(name) => one(name, is_json),
        None => all(is_json),
    }
}

fn one(name: &str, is_json: bool) -> Result<Answer, Failure> {
    let scheme = scheme::named(name).ok_or_else(|| unknown(name))?;
    let Some(row) = scheme.recipe() else {
        let text = format!("# {name} is programmed, and no row of a table.\n");
        return if is_json {
            output::print_json(&json!({ "id": name, "row": null }))
        } else {
            output::print(text.as_bytes())
        };
    };
    let text = rows::text(row.id).unwrap_or("# a row of yours: it stands in your own file");
    match is_json {
        true => output::print_json(
            &json!({ "id": row.id, "title": row.title, "link": row.link, "known": row.known.name(), "row": text }),
        ),
        false => output::print(format!("{text}\n").as_bytes()),
    }
}

fn all(is_json: bool) -> Result<Answer, Failure> {
    if is_json {
        let own = OWN
            .iter()
            .map(|scheme| json!({ "id": scheme.name(), "title": scheme.name(), "known": "programmed" }));
        let described = rows::all().map(|row| {
            json!({ "id": row.id, "title": row.title, "kind": row.direction.name(), "known": row.known.name(), "link": row.link })
        });
        return output::print_json(&json!(own.chain(described).collect::<Vec<_>>()));
    }
    let own = OWN.iter().map(|scheme| line(scheme.name(), "programmed", "a scheme of its own engine"));
    let described = rows::all().map(|row| line(row.id, row.known.name(), row.title));
    let lines: Vec<Line> = own.chain(described).collect();
    output::print(crate::report::plain(&lines).as_bytes())
}

fn line(id: &str, known: &str, title: &str) -> Line {
    vec![
        part(Role::Heading, format!("{id:<28}")),
        part(Role::Quiet, format!("{known:<12}")),
        part(Role::Plain, title.to_owned()),
    ]
}

/// What is said of a name that no scheme has: the nearest one.
pub(crate) fn unknown(name: &str) -> Failure {
    let failure = Failure::new(format!("expected the name of a scheme, but found `{name}`"));
    let alike = scheme::all().map(|scheme| scheme.name()).find(|known| {
        let (known, name) = (known.to_ascii_lowercase(), name.to_ascii_lowercase());
        known.starts_with(&name) || name.starts_with(&known) || known.contains(&name)
    });
    match alike {
        Some(known) => failure.hint(format!("did you mean `{known}`? `countersign schemes` lists all")),
        None => failure.hint("`countersign schemes` lists all"),
    }
}

/// Makes the rows of a user known: those of the file that `--scheme` names, and those in the configuration folder.
pub(crate) fn load(matches: &ArgMatches) -> Result<(), Failure> {
    let mut given = Vec::new();
    if let Ok(Some(value)) = matches.try_get_one::<String>("scheme")
        && is_file(value)
    {
        given.extend(read(Path::new(value))?);
        if given.is_empty() {
            return Err(Failure::new(format!("expected the row of a scheme in {value}, but found none")));
        }
    }
    for path in in_folder() {
        given.extend(read(&path)?);
    }
    if !given.is_empty() {
        rows::give(given);
    }
    Ok(())
}

/// Whether the value of `--scheme` names a file.
pub(crate) fn is_file(value: &str) -> bool {
    value.ends_with(".toml")
}

/// The name of the first row of the file that was named: its rows stand before all others.
pub(crate) fn first_given() -> &'static str {
    rows::all().next().map_or("", |row| row.id)
}

fn read(path: &Path) -> Result<Vec<Recipe>, Failure> {
    let shown = path.display();
    let unreadable =
        |found: String| Failure::new(format!("expected a file of schemes, but found {found}: {shown}"));
    let bytes = files::read(path, MOST, Open::FilesAndPipes).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => unreadable("no file".into()),
        _ => unreadable(error.to_string()),
    })?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable("bytes that are not UTF-8".into()))?;
    rows::read(&text).map_err(|error| {
        Failure::new(format!("{error} of {shown}"))
            .hint("`countersign schemes stripe` prints a row to start from")
    })
}

/// The files of the configuration folder, in the order of their names.
fn in_folder() -> Vec<PathBuf> {
    let Some(Ok(entries)) = config_folder().map(|folder| std::fs::read_dir(folder.join(FOLDER))) else {
        return Vec::new();
    };
    let files = entries.flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    files.sort();
    files
}
