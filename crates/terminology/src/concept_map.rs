//! From the codes of one edition to those of another.

use std::sync::{Arc, OnceLock};

use biaochi_domain::{Language, Localized};
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::code_list::CodeList;
use crate::concept::language_text;

/// A table that leads each code of one edition to its code in another.
///
/// A target can itself be a source of another row with another meaning: translation is applied
/// once, never repeated, and never to codes that are already in the target edition.
#[derive(Debug, Clone, Default)]
pub struct ConceptMap {
    id: String,
    title: String,
    /// Rows of their own; they go before the unchanged codes.
    rows: FxHashMap<CompactString, Option<CompactString>>,
    /// Codes that stay as they are, shared by the maps of several years.
    unchanged: Arc<CodeList>,
    /// Those of them that this map does not know.
    removed: FxHashSet<CompactString>,
    reverse: OnceLock<FxHashMap<CompactString, Vec<CompactString>>>,
}

/// What becomes of one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Translation<'a> {
    /// The code stays as it is.
    Unchanged,
    /// It becomes this code.
    To(&'a str),
    /// The map does not know it; it is no code of the source edition.
    None,
}

impl ConceptMap {
    /// An empty map.
    pub fn new(id: &str, title: &str) -> Self {
        Self {
            id: id.to_owned(),
            title: title.to_owned(),
            ..Self::default()
        }
    }

    /// The same map, in which moreover these codes stay as they are unless a row says otherwise.
    #[must_use]
    pub fn with_unchanged(mut self, codes: Arc<CodeList>) -> Self {
        self.unchanged = codes;
        self
    }

    /// Lets `source` lead to `target`, or stay as it is. A later call replaces an earlier one.
    pub fn insert(&mut self, source: &str, target: Option<&str>) {
        let target = target.filter(|target| *target != source);
        self.rows.insert(source.into(), target.map(Into::into));
        self.removed.remove(source);
        self.reverse.take();
    }

    /// Takes a source out of the map.
    pub fn remove(&mut self, source: &str) {
        self.rows.remove(source);
        if self.unchanged.contains(source) {
            self.removed.insert(source.into());
        }
        self.reverse.take();
    }

    /// Stable id, such as `icd-10/clinical-to-insurance`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Chinese title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// How many source codes it knows.
    pub fn len(&self) -> usize {
        self.rows.len() + self.plainly_unchanged().count()
    }

    /// Whether it knows no code.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Translates one code, written exactly as the edition writes it.
    pub fn translate(&self, code: &str) -> Translation<'_> {
        match self.rows.get(code) {
            Some(None) => Translation::Unchanged,
            Some(Some(target)) => Translation::To(target),
            None if self.unchanged.contains(code) && !self.removed.contains(code) => {
                Translation::Unchanged
            }
            None => Translation::None,
        }
    }

    /// The source codes that lead to `target`, sorted; several, when the target is coarser.
    pub fn sources_of<'a>(&'a self, target: &'a str) -> Vec<&'a str> {
        let reverse = self.reverse.get_or_init(|| self.build_reverse());
        let mut sources: Vec<&str> = reverse
            .get(target)
            .into_iter()
            .flatten()
            .map(CompactString::as_str)
            .collect();
        if self.translate(target) == Translation::Unchanged {
            sources.push(target);
        }
        sources.sort_unstable();
        sources
    }

    /// All rows in the order of their source code; `None` means unchanged.
    pub fn rows(&self) -> Vec<(&str, Option<&str>)> {
        let own = self
            .rows
            .iter()
            .map(|(source, target)| (source.as_str(), target.as_deref()));
        let mut rows: Vec<_> = own
            .chain(self.plainly_unchanged().map(|code| (code, None)))
            .collect();
        rows.sort_unstable();
        rows
    }

    /// Unchanged codes without a row of their own.
    fn plainly_unchanged(&self) -> impl Iterator<Item = &str> {
        self.unchanged
            .codes()
            .filter(|code| !self.rows.contains_key(*code) && !self.removed.contains(*code))
    }

    fn build_reverse(&self) -> FxHashMap<CompactString, Vec<CompactString>> {
        let mut reverse: FxHashMap<CompactString, Vec<CompactString>> = FxHashMap::default();
        for (source, target) in &self.rows {
            if let Some(target) = target {
                reverse
                    .entry(target.clone())
                    .or_default()
                    .push(source.clone());
            }
        }
        reverse
    }
}

impl Localized for Translation<'_> {
    fn text(&self, language: Language) -> String {
        match self {
            Self::Unchanged => language_text(language, "编码不变", "unchanged"),
            Self::To(code) => match language {
                Language::Zh => format!("转换为 {code}"),
                Language::En => format!("becomes {code}"),
            },
            Self::None => language_text(
                language,
                "对照表中没有该编码，可能不是源版本的编码，请核对编码版本",
                "not in the map: probably not a code of the source edition; check the edition",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map() -> ConceptMap {
        let mut map = ConceptMap::new("test", "测试");
        map.insert("A19.800x010", Some("A19.000x001"));
        map.insert("A19.000x001", Some("A19.001"));
        map.insert("A19.001", None);
        map.insert("A19.002", Some("A19.002"));
        map
    }

    #[test]
    fn translates_once() {
        let map = map();
        for (code, expected) in [
            ("A19.800x010", Translation::To("A19.000x001")),
            ("A19.000x001", Translation::To("A19.001")),
            ("A19.001", Translation::Unchanged),
            ("A19.002", Translation::Unchanged),
            ("A19.003", Translation::None),
            ("a19.001", Translation::None),
            ("", Translation::None),
        ] {
            assert_eq!(map.translate(code), expected, "{code}");
        }
    }

    #[test]
    fn finds_the_sources() {
        let mut map = map();
        assert_eq!(map.sources_of("A19.001"), ["A19.000x001", "A19.001"]);
        assert_eq!(map.sources_of("A19.000x001"), ["A19.800x010"]);
        assert!(map.sources_of("Z99").is_empty());
        map.remove("A19.000x001");
        assert_eq!(map.sources_of("A19.001"), ["A19.001"]);
    }

    #[test]
    fn unchanged_codes_are_shared() {
        let shared = Arc::new(CodeList::new(
            "shared",
            "",
            ["A00.000", "A19.000x001", "B95.000"],
        ));
        let mut map = map().with_unchanged(Arc::clone(&shared));
        map.remove("B95.000");
        for (code, expected) in [
            ("A00.000", Translation::Unchanged),
            ("A19.000x001", Translation::To("A19.001")),
            ("B95.000", Translation::None),
        ] {
            assert_eq!(map.translate(code), expected, "{code}");
        }
        assert_eq!((map.len(), map.rows().len()), (5, 5));
        assert_eq!(map.sources_of("A00.000"), ["A00.000"]);
        map.insert("B95.000", None);
        assert_eq!(map.translate("B95.000"), Translation::Unchanged);
    }
}
