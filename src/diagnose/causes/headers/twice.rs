//! Two mistakes in one value, each a cause of its own.

use super::line::{lines, name_of};
use crate::diagnose::causes::text::replaced;
use crate::diagnose::causes::{self, Gen};
use crate::diagnose::facts::decoded;

/// One way in which a value is written otherwise, and the cause that it belongs to.
struct Turn {
    cause: &'static str,
    words: &'static str,
    turn: fn(&[u8]) -> Vec<u8>,
}

/// The ways that come together in one value: each alone is a change of the cause that it names.
static TURNS: &[Turn] = &[
    Turn {
        cause: "header-value-lowercased",
        words: "in lower case",
        turn: |value| value.to_ascii_lowercase(),
    },
    Turn {
        cause: "header-list-spacing",
        words: "without spaces behind commas",
        turn: |value| replaced(value, b", ", b","),
    },
    Turn {
        cause: "content-type-charset-changed",
        words: "without a space behind the semicolon",
        turn: |value| replaced(value, b"; ", b";"),
    },
    Turn {
        cause: "header-spaces-removed",
        words: "without spaces",
        turn: |value| replaced(value, b" ", b""),
    },
    Turn {
        cause: "header-quotes-removed",
        words: "without quotation marks",
        turn: |value| replaced(value, b"\"", b""),
    },
    Turn { cause: "header-percent-encoded", words: "percent-decoded", turn: decoded },
    Turn {
        cause: "content-type-charset-added",
        words: "without its parameters",
        turn: |value| value[..memchr::memchr(b';', value).unwrap_or(value.len())].trim_ascii_end().to_vec(),
    },
];

/// Two changes of one value. The search combines changes of different slots, and these share one.
pub(in crate::diagnose::causes) fn changed_twice(g: &mut Gen<'_, '_>) {
    for line in lines(g) {
        let own = g.draft.line(line).to_vec();
        let single: Vec<Vec<u8>> = TURNS.iter().map(|turn| (turn.turn)(&own)).collect();
        let mut tried = single.clone();
        tried.push(own.clone());
        for (first, once) in TURNS.iter().zip(&single).filter(|(_, once)| **once != own) {
            for second in TURNS {
                let both = (second.turn)(once);
                if !tried.contains(&both) {
                    put_both(g, line, &both, (first, second));
                    tried.push(both);
                }
            }
        }
    }
}

fn put_both(g: &mut Gen<'_, '_>, line: usize, value: &[u8], (first, second): (&Turn, &Turn)) {
    let name = name_of(g, line);
    let (Some(one), Some(other)) = (causes::named(first.cause), causes::named(second.cause)) else {
        return;
    };
    g.cause = one;
    if let Some(change) = g.line(line, value, format!("{name}: {}", first.words)) {
        change.also(other, second.words).strange();
    }
}
