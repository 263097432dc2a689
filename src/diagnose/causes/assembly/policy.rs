//! The policy of a form in another place or another encoding.

use crate::diagnose::causes::Gen;
use crate::diagnose::causes::body::hex_hash;
use crate::diagnose::causes::text::replaced;
use crate::diagnose::draft::{DraftKind, Slot};

pub(super) fn policy(g: &mut Gen<'_, '_>) {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};

    use crate::diagnose::json::{COMPACT_FORMS, ESCAPED_FORMS, SORTED_FORMS, SPACED_FORMS, parse};

    if g.draft.kind != DraftKind::Policy {
        return;
    }
    let text = g.draft.of_base(Slot::TEXT).to_vec();
    let flat: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let Ok(json) = STANDARD.decode(&flat) else { return };
    let unix = replaced(&json, b"\r\n", b"\n");
    let mut plain = vec![
        ("with LF", unix.clone()),
        ("with CR LF", replaced(&unix, b"\n", b"\r\n")),
        ("trimmed", json.trim_ascii().to_vec()),
        ("with a newline at its end", [&*json, b"\n"].concat()),
    ];
    let styles = [COMPACT_FORMS, SPACED_FORMS, SORTED_FORMS, ESCAPED_FORMS].concat();
    if let Some(node) = parse(&json) {
        plain.extend(styles.iter().map(|(words, style)| (*words, style.write(&node))));
    }
    for (words, other) in plain {
        let words = format!("the policy {words}");
        g.put(Slot::TEXT, STANDARD.encode(&other).as_bytes(), words);
    }
    g.put(Slot::TEXT, &json, "the policy itself, not its base64");
    g.put(Slot::TEXT, &flat, "without line breaks in its base64");
    g.put(Slot::TEXT, URL_SAFE.encode(&json).as_bytes(), "in the base64 of URLs");
    g.put(Slot::TEXT, STANDARD_NO_PAD.encode(&json).as_bytes(), "without = at its end");
    g.put(Slot::TEXT, URL_SAFE_NO_PAD.encode(&json).as_bytes(), "in the base64 of URLs without =");
    g.put(Slot::TEXT, STANDARD.encode(&flat).as_bytes(), "its base64 twice");
    for width in [64, 76, 60] {
        for end in [&b"\n"[..], b"\r\n"] {
            let lines = flat.chunks(width).collect::<Vec<_>>().join(end);
            g.put(Slot::TEXT, &lines, format!("in lines of {width}"));
            g.put(
                Slot::TEXT,
                &[&*lines, end].concat(),
                format!("in lines of {width}, with a break at the end"),
            );
        }
    }
    let hash = hex_hash(&text);
    g.put(Slot::TEXT, hash.as_bytes(), "its hash");
}
