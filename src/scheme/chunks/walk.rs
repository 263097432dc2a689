//! A walk along a body: every link of its chain checked, and what is worth keeping kept.

use super::chain::{Chain, Link};
use crate::frames::chunked::Trailer;
use crate::frames::pass::{End, Found, Item};
use crate::frames::{Fault, Layer};

/// Everything that a walk along the body came to.
#[derive(Clone, Debug)]
pub struct Walked {
    /// The links in order; of a very long body only the first, and the first that is broken.
    pub links: Vec<Link>,
    /// How many there were.
    pub count: u64,
    /// How many are broken.
    pub broken: u64,
    /// What is wrong with the frames, at most [`FAULTS`].
    pub faults: Vec<Fault<Layer>>,
    /// The trailer.
    pub trailer: Option<Trailer>,
    /// What is known at the end of the body.
    pub end: End,
}

/// So many faults are told.
pub const FAULTS: usize = 100;
/// So many links are kept; with chunks of 64 KiB they cover 64 GiB.
const LINKS: usize = 1 << 20;
/// So many when the body is not kept either.
const LINKS_OF_A_PIPE: usize = 1000;

/// Gathers what a walk comes to.
pub struct Walk<'a> {
    chain: Chain<'a>,
    keep: usize,
    links: Vec<Link>,
    count: u64,
    broken: u64,
    faults: Vec<Fault<Layer>>,
    trailer: Option<Trailer>,
    /// The last link, once links are kept no more.
    last: Option<Link>,
}

impl<'a> Walk<'a> {
    /// A walk along a body that is not kept: its links are not kept either, beyond the first and the first that is broken.
    pub fn along_a_pipe(chain: Chain<'a>) -> Self {
        Self::keeping(chain, LINKS_OF_A_PIPE)
    }

    fn keeping(chain: Chain<'a>, keep: usize) -> Self {
        Self {
            chain,
            keep,
            links: Vec::new(),
            count: 0,
            broken: 0,
            faults: Vec::new(),
            trailer: None,
            last: None,
        }
    }

    /// Walks along a body that was read.
    pub fn along(chain: Chain<'a>, found: &Found) -> Walked {
        Self::over(Self::keeping(chain, LINKS), found)
    }

    /// The same for whoever only asks whether the chain holds: few links are kept.
    pub fn in_short(chain: Chain<'a>, found: &Found) -> Walked {
        Self::over(Self::along_a_pipe(chain), found)
    }

    fn over(mut walk: Self, found: &Found) -> Walked {
        found.items.iter().for_each(|item| walk.take(item));
        walk.finish(found.end.clone())
    }

    /// Takes the next item in.
    pub fn take(&mut self, item: &Item) {
        match item {
            Item::Fault(fault) if self.faults.len() < FAULTS => self.faults.push(fault.clone()),
            Item::Trailer(trailer) => self.trailer = Some(trailer.clone()),
            Item::Fault(_) | Item::Chunk(_) | Item::Message(_) => {}
        }
        let Some(link) = self.chain.link(item) else { return };
        self.count += 1;
        let is_broken = link.agreement.holds() == Some(false);
        self.broken += u64::from(is_broken);
        match self.links.len() < self.keep {
            true => self.links.push(link),
            // Its string to sign holds the signature of the link before.
            false if is_broken && self.broken == 1 => {
                self.links.extend(self.last.take().into_iter().chain([link]))
            }
            false => self.last = Some(link),
        }
    }

    /// Ends the walk.
    pub fn finish(self, end: End) -> Walked {
        let Self { links, count, broken, faults, trailer, .. } = self;
        Walked { links, count, broken, faults, trailer, end }
    }
}

impl Walked {
    /// The first link that is broken, and its index among those that are kept.
    pub fn first_broken(&self) -> Option<(usize, &Link)> {
        self.links.iter().enumerate().find(|(_, link)| link.agreement.holds() == Some(false))
    }
}
