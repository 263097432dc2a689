//! The order of the pairs.

use super::form::{Form, Order, put_form};
use crate::diagnose::causes::Gen;

pub(super) fn unsorted(g: &mut Gen<'_, '_>) {
    put_form(g, "", |form| Form { order: Order::Sent, ..form });
}

pub(super) fn sorted_decoded(g: &mut Gen<'_, '_>) {
    put_form(g, "", |form| Form { order: Order::Decoded, ..form });
    put_form(g, "by names alone", |form| Form { order: Order::DecodedNames, ..form });
}

pub(super) fn sorted_as_text(g: &mut Gen<'_, '_>) {
    put_form(g, "", |form| Form { order: Order::Text, ..form });
}

pub(super) fn sorted_ignoring_case(g: &mut Gen<'_, '_>) {
    put_form(g, "", |form| Form { order: Order::IgnoringCase, ..form });
}

pub(super) fn values_unsorted(g: &mut Gen<'_, '_>) {
    put_form(g, "", |form| Form { order: Order::NamesAlone, ..form });
}

pub(super) fn sorted_otherwise(g: &mut Gen<'_, '_>) {
    put_form(g, "backwards", |form| Form { order: Order::Backwards, ..form });
    put_form(g, "by values", |form| Form { order: Order::Values, ..form });
}
