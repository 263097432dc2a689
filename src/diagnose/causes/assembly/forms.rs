//! Texts that are put together in another form: a number of a table of forms each.

use crate::diagnose::causes::Gen;
use crate::diagnose::draft::Slot;
use crate::diagnose::form::{RequestForm, SigningForm, StringForm};

pub(super) fn request_forms(g: &mut Gen<'_, '_>, forms: &[(RequestForm, &str)]) {
    if g.is_request() {
        for (form, words) in forms {
            g.form(Slot::REQUEST_FORM, *form as usize, *words);
        }
    }
}

pub(super) fn no_query_line(g: &mut Gen<'_, '_>) {
    if g.draft.of_base(Slot::QUERY).is_empty() {
        request_forms(g, &[(RequestForm::NoEmptyQuery, "")]);
    }
}

/// Forms of a policy's text that make sense: it is one line, and not hashed.
const OF_POLICY: [StringForm; 8] = [
    StringForm::TrailingNewline,
    StringForm::TrailingCrlf,
    StringForm::Crlf,
    StringForm::NoBreaks,
    StringForm::Utf16Le,
    StringForm::Utf16Be,
    StringForm::ByteOrderMark,
    StringForm::NulTerminated,
];

pub(super) fn string_forms(g: &mut Gen<'_, '_>, forms: &[(StringForm, &str)]) {
    let all = g.is_request();
    for (form, words) in forms.iter().filter(|(form, _)| all || OF_POLICY.contains(form)) {
        g.form(Slot::STRING_FORM, *form as usize, *words);
    }
}

pub(super) fn signing_forms(g: &mut Gen<'_, '_>, forms: &[(SigningForm, &str)]) {
    if g.facts.secret.is_some() {
        for (form, words) in forms {
            g.form(Slot::SIGNING_FORM, *form as usize, *words);
        }
    }
}
