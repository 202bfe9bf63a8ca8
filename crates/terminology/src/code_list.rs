//! A published list of codes, such as those that may not be a principal diagnosis.

use compact_str::CompactString;

/// Codes of one system with something in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeList {
    id: String,
    title: String,
    codes: Vec<CompactString>,
}

impl CodeList {
    /// A list of these codes; repeated ones count once.
    pub fn new<C: Into<CompactString>>(
        id: &str,
        title: &str,
        codes: impl IntoIterator<Item = C>,
    ) -> Self {
        let mut codes: Vec<CompactString> = codes.into_iter().map(Into::into).collect();
        codes.sort_unstable();
        codes.dedup();
        Self {
            id: id.to_owned(),
            title: title.to_owned(),
            codes,
        }
    }

    /// Stable id, such as `icd-10/not-principal`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Chinese title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Whether the code, written exactly, is in the list.
    pub fn contains(&self, code: &str) -> bool {
        self.codes
            .binary_search_by(|known| known.as_str().cmp(code))
            .is_ok()
    }

    /// All codes, sorted.
    pub fn codes(&self) -> impl ExactSizeIterator<Item = &str> {
        self.codes.iter().map(CompactString::as_str)
    }

    /// How many codes there are.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contains_what_it_was_given() {
        let list = CodeList::new("x", "测试", ["V01.000", "B95.000", "V01.000"]);
        assert_eq!(list.codes().collect::<Vec<_>>(), ["B95.000", "V01.000"]);
        assert!(list.contains("B95.000") && !list.contains("B95") && !list.contains(""));
    }
}
