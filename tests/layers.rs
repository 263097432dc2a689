//! The layers of the program: a module knows those below its own, and those beside it; of the shells, none knows another.

use std::fs;
use std::path::Path;

/// From the bottom to the top, as CONTRIBUTING shows them.
const LAYERS: &[(&str, &[&str])] = &[
    ("bytes and text", &["secret", "time", "rope", "visible", "diff", "redact"]),
    ("frames", &["frames"]),
    ("request", &["request"]),
    ("trace", &["trace"]),
    ("canonical forms", &["canon"]),
    ("vocabulary", &["signature"]),
    ("rules", &["service", "settings"]),
    ("schemes", &["scheme"]),
    ("judgement", &["verify", "evidence"]),
    ("readers", &["case"]),
    ("analysis", &["analysis", "samples"]),
    ("answers", &["comparison", "diagnose", "report", "walkthrough"]),
    ("host", &["files", "machine", "credentials", "host"]),
    ("server", &["gateway"]),
    (SHELLS, &["tui", "cli"]),
];

const SHELLS: &str = "shells";

/// The layer of a module, counted from the bottom, and its name.
fn layer(module: &str) -> Option<(usize, &'static str)> {
    let at = LAYERS.iter().position(|(_, modules)| modules.contains(&module))?;
    Some((at, LAYERS[at].0))
}

/// Whether a module may not know another: it stands above, or both are shells.
fn climbs(from: &str, to: &str) -> bool {
    let (Some((low, name)), Some((high, _))) = (layer(from), layer(to)) else {
        panic!("{from} or {to} stands in no layer");
    };
    from != to && (high > low || (high == low && name == SHELLS))
}

/// The modules that a source names by `crate::`, each with its line. What its tests name does not count, nor what comments say.
fn named(source: &str) -> Vec<(usize, String)> {
    let own = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines = own.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    let of_line = |(at, line): (usize, &str)| {
        let names = line.split("crate::").skip(1).map(|rest| {
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
            rest[..end].to_owned()
        });
        names.filter(|name| layer(name).is_some()).map(|name| (at + 1, name)).collect::<Vec<_>>()
    };
    lines.flat_map(of_line).collect()
}

fn sources(folder: &Path, out: &mut Vec<std::path::PathBuf>) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        match path.is_dir() {
            true => sources(&path, out),
            false => out.push(path),
        }
    }
}

#[test]
fn no_module_knows_one_above_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut wrong = Vec::new();
    for file in files {
        let place = file.strip_prefix(&root).expect("a source").to_string_lossy().replace('\\', "/");
        let module = place.split(['/', '.']).next().unwrap_or_default().to_owned();
        let is_test = place.ends_with("/tests.rs");
        if is_test || ["lib", "main"].contains(&&*module) {
            continue;
        }
        for (line, name) in named(&fs::read_to_string(&file).expect("text")) {
            if climbs(&module, &name) {
                wrong.push(format!(
                    "src/{place}:{line} names `{name}`, which stands above `{module}` or beside it"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn contributing_shows_the_layers() {
    let page = include_str!("../CONTRIBUTING.md");
    for (name, modules) in LAYERS {
        let names: Vec<String> = modules.iter().map(|module| format!("`{module}`")).collect();
        let row = format!("| {name} | {} |", names.join(", "));
        assert!(page.contains(&row), "expected the row {row}");
    }
}

#[test]
fn what_is_named_is_found_and_what_climbs_is_known() {
    let source = "use crate::request::Span;\n// crate::tui\nfn f() { crate::report::part() }\n#[cfg(test)]\nmod tests { use crate::cli; }";
    assert_eq!(named(source), [(1, "request".into()), (3, "report".into())]);
    assert!(
        climbs("canon", "scheme")
            && climbs("tui", "cli")
            && !climbs("scheme", "canon")
            && !climbs("report", "diagnose")
    );
}
