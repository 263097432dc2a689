//! The rows of the signing pane: each setting with what it amounts to now, and what `space` makes of it.

mod keys;
mod scope;
mod shown;

use crate::analysis::Analysis;
use crate::frames::chunked::Form;
use crate::report::Reveal;
use crate::request::Request;
use crate::scheme::{Basis, Dialect, PLANNED, Placement, Signing, Term, Terms};
use crate::settings::{PayloadSetting, Settings};

use super::field::Field;
pub use shown::Shown;
use shown::set_or;

/// A row of the pane.
pub struct Row {
    /// The setting; the signature that was received is none.
    pub setting: Option<&'static str>,
    /// What the pane calls it.
    pub title: &'static str,
    when: Use,
    shown: fn(&Ground<'_>) -> Shown,
    /// What `space` does.
    pub space: Space,
    /// What an edit begins with where nothing is set.
    pub begin: Begin,
}

/// When a row is of use.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Use {
    Always,
    /// Where the scheme names a key, and with it a date or a service.
    WithKeyId,
    /// Where the region is a part of the scope.
    WithRegion,
    /// Where signatures are made with ECDSA, for more than one region.
    Asymmetric,
    /// In a presigned URL.
    Presigned,
    /// In the family of Signature Version 4.
    Version4,
}

/// What `space` does with a row.
#[derive(Clone, Copy)]
pub enum Space {
    /// There is no round of values.
    Nothing,
    /// It signs now.
    SignsNow,
    /// It goes on to the next value, where there is one at this moment.
    Rounds(fn(&Ground<'_>) -> Option<Round>),
}

/// Where a round goes on to.
pub enum Round {
    /// This value.
    Value(String),
    /// What holds where nothing is set.
    Unset,
}

/// What an edit begins with where nothing is set.
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Begin {
    /// Nothing.
    Empty,
    /// What was found by itself.
    Found,
}

/// What the rows are about.
pub struct Ground<'a> {
    analysis: &'a Analysis,
    request: &'a Request,
    terms: Option<Terms<'a>>,
    reveal: Reveal,
}

impl<'a> Ground<'a> {
    /// The signature of this request.
    pub fn of(analysis: &'a Analysis, request: &'a Request, reveal: Reveal) -> Self {
        Self { analysis, request, terms: analysis.terms(request), reveal }
    }

    fn basis(&self) -> &'a Basis {
        &self.analysis.basis
    }

    fn dialect(&self) -> &'a Dialect {
        &self.analysis.basis.dialect
    }

    fn settings(&self) -> &'a Settings {
        &self.analysis.situation.settings
    }

    fn ambient(&self) -> &'a Settings {
        &self.analysis.situation.ambient
    }
}

const fn row(setting: &'static str, title: &'static str, when: Use, shown: fn(&Ground<'_>) -> Shown) -> Row {
    Row { setting: Some(setting), title, when, shown, space: Space::Nothing, begin: Begin::Empty }
}

impl Row {
    const fn found(self) -> Self {
        Self { begin: Begin::Found, ..self }
    }

    const fn space(self, space: Space) -> Self {
        Self { space, ..self }
    }

    const fn round(self, next: fn(&Ground<'_>) -> Option<Round>) -> Self {
        self.space(Space::Rounds(next))
    }

    /// What it shows.
    pub fn shown(&self, ground: &Ground<'_>) -> Shown {
        (self.shown)(ground)
    }

    /// The field behind it.
    pub fn field(&self) -> Field {
        self.setting.map_or(Field::Received, Field::setting)
    }
}

const BY_SERVICE: &str = "by the service";
const BY_DEFAULT: &str = "by default";

/// The rows in the order of the pane.
static ROWS: &[Row] = &[
    row("access-key-id", "access key", Use::WithKeyId, keys::access_key).found(),
    row("secret-access-key", "secret", Use::Always, keys::secret_key),
    row("public-key", "public key", Use::Asymmetric, keys::public_key),
    row("session-token", "token", Use::WithKeyId, keys::token),
    row("region", "region", Use::WithRegion, scope::region).found(),
    row("region-set", "region set", Use::Asymmetric, scope::region_set),
    row("service", "service", Use::WithKeyId, scope::service).found(),
    row("time", "date", Use::WithKeyId, scope::date).found().space(Space::SignsNow),
    Row { setting: None, ..row("", "received", Use::Always, shown::received) },
    row("placement", "placed in", Use::Version4, shown::placement).round(other_placement),
    row("expires", "expires in", Use::Presigned, shown::expires),
    row("scheme", "scheme", Use::Always, shown::scheme).round(next_scheme),
    row("nonce", "nonce", Use::Asymmetric, keys::nonce)
        .round(|ground| value(ground.settings().nonce.unwrap_or_default().next().name())),
    row("payload", "payload", Use::Version4, shown::payload).round(next_payload),
    row("encode-path", "encode path", Use::Version4, |ground| {
        let set = ground.settings().encode_path;
        Shown::new(ground.dialect().encode_path.name(), set_or(set.as_ref(), BY_SERVICE))
    })
    .round(|ground| value(ground.dialect().encode_path.next().name())),
    row("normalize-path", "normalise", Use::Version4, |ground| {
        let set = ground.settings().normalize_path;
        Shown::new(ground.dialect().normalize_path.name(), set_or(set.as_ref(), BY_SERVICE))
    })
    .round(|ground| value(ground.dialect().normalize_path.next().name())),
    row("plus", "bare +", Use::WithKeyId, |ground| {
        Shown::new(ground.dialect().plus.name(), set_or(ground.settings().plus.as_ref(), BY_DEFAULT))
    })
    .round(|ground| value(ground.dialect().plus.next().name())),
    row("header-space", "spaces", Use::Version4, |ground| {
        let set = ground.settings().header_space;
        Shown::new(ground.dialect().header_space.name(), set_or(set.as_ref(), BY_DEFAULT))
    })
    .round(|ground| value(ground.dialect().header_space.next().name())),
    row("host-port", "host port", Use::WithKeyId, |ground| {
        let set = ground.settings().host_port;
        Shown::new(ground.dialect().host_port.name(), set_or(set.as_ref(), BY_DEFAULT))
    })
    .round(|ground| value(ground.dialect().host_port.next().name())),
    row("sign-token", "token is", Use::Version4, |ground| {
        let set = ground.settings().sign_token;
        Shown::new(ground.dialect().session_token.name(), set_or(set.as_ref(), BY_DEFAULT))
    })
    .round(|ground| value(ground.dialect().session_token.next().name())),
    row("now", "clock", Use::WithKeyId, shown::clock).found().round(own_date),
    row("tolerance", "tolerance", Use::WithKeyId, shown::tolerance)
        .round(|ground| value(if shown::minutes(ground) == 5 { "15" } else { "5" })),
];

/// The rows that are of use for what is on the table.
pub fn rows(analysis: &Analysis) -> Vec<&'static Row> {
    let family = analysis.scheme.family();
    let presigned = analysis.claim().map(|claim| claim.placement).or(analysis.situation.settings.placement)
        == Some(Placement::Query);
    let is_shown = |row: &&Row| match row.when {
        Use::Always => true,
        Use::WithKeyId => analysis.scheme.recipe().is_none(),
        Use::WithRegion => family.is_some_and(|family| family.layout.names_region()),
        Use::Asymmetric => family.is_some_and(|family| family.signing == Signing::Ecdsa),
        Use::Presigned => presigned,
        Use::Version4 => family.is_some(),
    };
    ROWS.iter().filter(is_shown).collect()
}

/// The row with this number, or the last one.
pub fn row_at(analysis: &Analysis, at: usize) -> &'static Row {
    let rows = rows(analysis);
    rows[at.min(rows.len() - 1)]
}

fn value(name: &str) -> Option<Round> {
    Some(Round::Value(name.into()))
}

fn other_placement(ground: &Ground<'_>) -> Option<Round> {
    value(match ground.basis().placement {
        Placement::Header => Placement::Query.name(),
        Placement::Query | Placement::Form | Placement::Body => Placement::Header.name(),
    })
}

/// The next scheme of a request that is still to be signed: a claim says which it is.
fn next_scheme(ground: &Ground<'_>) -> Option<Round> {
    let own = ground.analysis.scheme.name();
    let at = PLANNED.iter().position(|scheme| scheme.name() == own);
    let next = PLANNED[at.map_or(0, |at| (at + 1) % PLANNED.len())].name();
    ground.analysis.claim().is_none().then(|| Round::Value(next.into()))
}

/// A failing request is nearly always older than the window: it is judged at its own date, and back.
fn own_date(ground: &Ground<'_>) -> Option<Round> {
    let date = ground.basis().timestamp.as_ref().filter(|_| ground.settings().now.is_none());
    Some(date.map_or(Round::Unset, |date| Round::Value(Term::string(date))))
}

fn next_payload(ground: &Ground<'_>) -> Option<Round> {
    let next = match ground.settings().payload {
        None => PayloadSetting::Body,
        Some(PayloadSetting::Body) => PayloadSetting::BodyInHeader,
        Some(PayloadSetting::BodyInHeader) => PayloadSetting::Unsigned,
        Some(PayloadSetting::Unsigned) => PayloadSetting::Chunks(Form::Signed),
        Some(PayloadSetting::Chunks(Form::Signed)) => PayloadSetting::Chunks(Form::SignedTrailer),
        Some(PayloadSetting::Chunks(Form::SignedTrailer)) => PayloadSetting::Chunks(Form::Unsigned),
        Some(PayloadSetting::Chunks(Form::Unsigned) | PayloadSetting::Text(_)) => return Some(Round::Unset),
    };
    Some(Round::Value(next.name()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::SETTINGS;

    #[test]
    fn every_row_has_its_setting_and_a_title_of_its_own() {
        for (place, row) in ROWS.iter().enumerate() {
            let is_known = |name: &str| SETTINGS.iter().any(|setting| setting.name == name);
            assert!(row.setting.is_none_or(is_known), "{:?}", row.setting);
            assert!(ROWS[..place].iter().all(|other| other.title != row.title), "{}", row.title);
        }
    }
}
