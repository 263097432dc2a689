//! The keys of a bucket, page by page: those below a prefix, and in place of those behind a delimiter what stands before it.

use std::ops::Bound;

use super::{Object, Store};

/// Which keys are asked for.
#[derive(Clone, Debug, Default)]
pub(in crate::gateway) struct Wanted {
    /// Keys begin with this.
    pub(in crate::gateway) prefix: String,
    /// Keys that have this behind the prefix are rolled up.
    pub(in crate::gateway) delimiter: String,
    /// Keys and rolled up prefixes stand behind this.
    pub(in crate::gateway) after: String,
    /// So many keys and prefixes at most.
    pub(in crate::gateway) most: usize,
}

/// A page.
#[derive(Default)]
pub(in crate::gateway) struct Page {
    /// Keys, by their bytes.
    pub(in crate::gateway) keys: Vec<(String, Object)>,
    /// What others have in common, up to the delimiter.
    pub(in crate::gateway) prefixes: Vec<String>,
    /// Behind what the next page begins; none where there is no more.
    pub(in crate::gateway) next: Option<String>,
}

impl Store {
    /// The keys of a bucket.
    pub(in crate::gateway) fn list(&self, bucket: &str, wanted: &Wanted) -> Page {
        let shelf = self.lock();
        let mut page = Page::default();
        let Some(bucket) = shelf.buckets.get(bucket) else { return page };
        let mut last = None;
        let mut from = if wanted.after < wanted.prefix {
            Bound::Included(wanted.prefix.clone())
        } else {
            Bound::Excluded(wanted.after.clone())
        };
        while let Some((key, object)) = bucket.objects.range((from, Bound::Unbounded)).next() {
            let Some(rest) = key.strip_prefix(&wanted.prefix) else { break };
            let split = rest.find(&wanted.delimiter).filter(|_| !wanted.delimiter.is_empty());
            let common = split.map(|at| &key[..wanted.prefix.len() + at + wanted.delimiter.len()]);
            // A page that ended with a prefix goes on behind all that it stands for.
            let is_over = common.is_some_and(|common| common <= wanted.after.as_str());
            if !is_over {
                if page.keys.len() + page.prefixes.len() >= wanted.most {
                    page.next = last;
                    break;
                }
                match common {
                    Some(common) => page.prefixes.push(common.to_owned()),
                    None => page.keys.push((key.clone(), object.clone())),
                }
                last = Some(common.unwrap_or(key).to_owned());
            }
            from = match common {
                // No key is greater than one that goes on with the last of all characters.
                Some(common) => Bound::Excluded(format!("{common}{}", char::MAX)),
                None => Bound::Excluded(key.clone()),
            };
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{put, store};
    use super::*;

    const KEYS: [&str; 6] = ["a/1", "a/2", "a/b/3", "b", "c/4", "\u{fc}/5"];

    fn told(wanted: &Wanted) -> (Vec<String>, Vec<String>, Option<String>) {
        let store = store(1 << 20);
        KEYS.iter().for_each(|key| put(&store, key, "x"));
        let page = store.list("b", wanted);
        (page.keys.into_iter().map(|(key, _)| key).collect(), page.prefixes, page.next)
    }

    #[test]
    fn prefix_and_delimiter_choose_and_roll_up() {
        let wanted = |prefix: &str, delimiter: &str| Wanted {
            prefix: prefix.into(),
            delimiter: delimiter.into(),
            most: 1000,
            ..Wanted::default()
        };
        assert_eq!(told(&wanted("", "")).0, KEYS);
        let (keys, prefixes, next) = told(&wanted("", "/"));
        assert_eq!(
            (keys, prefixes, next),
            (vec!["b".into()], ["a/", "c/", "\u{fc}/"].map(String::from).into(), None)
        );
        let (keys, prefixes, _) = told(&wanted("a/", "/"));
        assert_eq!((keys, prefixes), (vec!["a/1".to_owned(), "a/2".into()], vec!["a/b/".to_owned()]));
        assert_eq!(told(&wanted("a/b", "")).0, ["a/b/3"]);
        assert!(told(&wanted("x", "/")).0.is_empty());
    }

    #[test]
    fn pages_hold_everything_once() {
        for (delimiter, expected) in [("", 6), ("/", 4)] {
            for most in 1..7 {
                let mut wanted = Wanted { delimiter: delimiter.into(), most, ..Wanted::default() };
                let mut all = Vec::new();
                loop {
                    let (keys, prefixes, next) = told(&wanted);
                    assert!(keys.len() + prefixes.len() <= most);
                    all.extend(keys.into_iter().chain(prefixes));
                    let Some(next) = next else { break };
                    wanted.after = next;
                }
                all.sort();
                all.dedup();
                assert_eq!(all.len(), expected, "{delimiter}, {most} a page");
            }
        }
    }
}
