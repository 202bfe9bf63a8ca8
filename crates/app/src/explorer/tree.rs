use std::collections::{BTreeMap, BTreeSet};

use biaochi_grouper::Scheme;

/// Which adjacent group and category a group belongs to, from the codes of a scheme.
#[derive(Debug, Clone, Default)]
pub struct GroupTree {
    adrgs: BTreeSet<String>,
    names: BTreeMap<String, String>,
}

impl GroupTree {
    /// The tree of a scheme.
    pub fn new(scheme: &Scheme) -> Self {
        let mdcs = scheme.mdcs().map(str::to_owned);
        let adrgs: BTreeSet<String> = scheme.adrgs().map(str::to_owned).collect();
        let drgs = scheme.drgs().map(str::to_owned);
        let codes = mdcs.chain(adrgs.iter().cloned()).chain(drgs);
        let named = codes.filter_map(|code| {
            let name = scheme.name(&code)?.to_owned();
            Some((code, name))
        });
        Self {
            names: named.collect(),
            adrgs,
        }
    }

    /// The adjacent group: the longest one that the code begins with, else its first three characters.
    pub fn adrg<'a>(&'a self, drg: &'a str) -> &'a str {
        let starts = drg.char_indices().skip(1).map(|(at, _)| &drg[..at]);
        let known = starts.filter(|start| self.adrgs.contains(*start)).last();
        known.or_else(|| drg.get(..3)).unwrap_or(drg)
    }

    /// The category: `MDC` and the first letter of the group.
    pub fn mdc(drg: &str) -> String {
        format!("MDC{}", drg.chars().next().unwrap_or('0'))
    }

    /// Chinese name of a category, adjacent group or group.
    pub fn name(&self, code: &str) -> Option<&str> {
        self.names.get(code).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_belongs_to_the_longest_adjacent_group() {
        let tree = GroupTree {
            adrgs: ["GB2".to_owned(), "GB".to_owned()].into(),
            names: BTreeMap::new(),
        };
        assert_eq!(tree.adrg("GB21"), "GB2");
        assert_eq!(tree.adrg("GB39"), "GB");
        assert_eq!(tree.adrg("XR19"), "XR1");
        assert_eq!(GroupTree::mdc("GB21"), "MDCG");
    }
}
