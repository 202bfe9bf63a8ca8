//! A code system: every code with its names, found by code or by name.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use crate::concept::{Concept, Kind, OtherName, Status};
use crate::fold::{fold_code, fold_name};
use crate::name_index::NameIndex;
use crate::score::Score;

/// A code system such as ICD-10. Immutable; what searching needs is built at the first search.
#[derive(Debug)]
pub struct CodeSystem {
    id: String,
    title: String,
    kind: Kind,
    /// Sorted by code.
    concepts: Vec<Concept>,
    /// Other names by the index of their concept.
    other_names: BTreeMap<u32, Vec<OtherName>>,
    by_code: FxHashMap<CompactString, u32>,
    /// Folded codes, sorted, with the index of their concept.
    folded: OnceLock<Vec<(CompactString, u32)>>,
    names: OnceLock<NameIndex>,
    /// Folded words of names that say the same.
    words: Vec<(Box<str>, Box<str>)>,
}

/// Collects the rows of a code system; later rows replace earlier ones of the same code.
#[derive(Debug)]
pub struct CodeSystemBuilder {
    id: String,
    title: String,
    kind: Kind,
    concepts: Vec<Concept>,
    by_code: FxHashMap<CompactString, u32>,
    other_names: Vec<(CompactString, OtherName)>,
    words: Vec<(Box<str>, Box<str>)>,
}

impl CodeSystemBuilder {
    /// Adds a code or replaces the one that is there.
    pub fn add(&mut self, concept: Concept) {
        let next = u32::try_from(self.concepts.len()).unwrap_or(u32::MAX);
        match self.by_code.get(concept.code()) {
            Some(&at) => self.concepts[at as usize] = concept,
            None => {
                self.by_code.insert(concept.code().into(), next);
                self.concepts.push(concept);
            }
        }
    }

    /// Adds another name. Names of codes that no row has are left out when the system is built.
    pub fn add_name(&mut self, code: &str, name: &str, used_by: &str) {
        let name = OtherName {
            name: name.into(),
            used_by: used_by.into(),
        };
        self.other_names.push((code.into(), name));
    }

    /// Tells that a word of names says the same as another, such as 癌 and 恶性肿瘤.
    pub fn add_words(&mut self, word: &str, same_as: &str) {
        let folded = |word| fold_name(word).into_boxed_str();
        self.words.push((folded(word), folded(same_as)));
    }

    /// Gives a code a status; `false` when no row has the code.
    pub fn set_status(&mut self, code: &str, status: Status) -> bool {
        match self.by_code.get(code) {
            Some(&at) => {
                self.concepts[at as usize].set_status(status);
                true
            }
            None => false,
        }
    }

    /// Whether some row has the code.
    pub fn contains(&self, code: &str) -> bool {
        self.by_code.contains_key(code)
    }

    /// Sorts the rows into a system.
    pub fn build(self) -> CodeSystem {
        let Self {
            id,
            title,
            kind,
            mut concepts,
            mut by_code,
            other_names,
            words,
        } = self;
        concepts.sort_unstable_by(|a, b| a.code().cmp(b.code()));
        for (at, concept) in (0..).zip(&concepts) {
            if let Some(place) = by_code.get_mut(concept.code()) {
                *place = at;
            }
        }
        let mut grouped: BTreeMap<u32, Vec<OtherName>> = BTreeMap::new();
        for (code, name) in other_names {
            if let Some(&at) = by_code.get(&code) {
                grouped.entry(at).or_default().push(name);
            }
        }
        CodeSystem {
            id,
            title,
            kind,
            concepts,
            other_names: grouped,
            by_code,
            folded: OnceLock::new(),
            names: OnceLock::new(),
            words,
        }
    }
}

impl CodeSystem {
    /// An empty builder.
    pub fn builder(id: &str, title: &str, kind: Kind) -> CodeSystemBuilder {
        CodeSystemBuilder {
            id: id.to_owned(),
            title: title.to_owned(),
            kind,
            concepts: Vec::new(),
            by_code: FxHashMap::default(),
            other_names: Vec::new(),
            words: Vec::new(),
        }
    }

    /// Stable id, such as `icd-10`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Chinese title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What its codes stand for.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// All codes, sorted.
    pub fn concepts(&self) -> &[Concept] {
        &self.concepts
    }

    /// How many codes there are.
    pub fn len(&self) -> usize {
        self.concepts.len()
    }

    /// Whether there is no code at all.
    pub fn is_empty(&self) -> bool {
        self.concepts.is_empty()
    }

    /// The code written exactly as its edition writes it.
    pub fn get(&self, code: &str) -> Option<&Concept> {
        self.by_code
            .get(code)
            .map(|&at| &self.concepts[at as usize])
    }

    /// The code in whatever way it is written: letter case, full-width forms, with or without dot.
    pub fn find(&self, code: &str) -> Option<&Concept> {
        self.get(code).or_else(|| {
            let code = fold_code(code);
            let folded = self.folded();
            let at = folded
                .binary_search_by(|(known, _)| known.as_str().cmp(&code))
                .ok()?;
            Some(&self.concepts[folded[at].1 as usize])
        })
    }

    /// All codes that begin so, in whatever way the beginning is written, sorted.
    pub fn starting_with(&self, start: &str) -> impl Iterator<Item = &Concept> {
        self.folded_range(&fold_code(start))
            .map(|(at, _)| &self.concepts[at as usize])
    }

    /// All codes with exactly this name (punctuation, blanks and width aside), sorted.
    pub fn by_name(&self, name: &str) -> Vec<&Concept> {
        let mut found: Vec<u32> = self.names().exact(name).map(|hit| hit.concept).collect();
        found.sort_unstable();
        found.dedup();
        found
            .into_iter()
            .map(|at| &self.concepts[at as usize])
            .collect()
    }

    /// How alike two names are by the characters and pairs of characters that they share, the rare
    /// ones of this system counting more. See [`Score`].
    pub fn likeness(&self, one: &str, other: &str) -> Score {
        Score::per_mille(self.names().likeness(one, other))
    }

    /// A name with each word that says the same as another exchanged for it, folded: the first has all
    /// words exchanged, the others one each. The name itself is none of them.
    pub fn reworded(&self, name: &str) -> Vec<String> {
        let name = fold_name(name);
        let exchanges = self.words.iter().flat_map(|(word, same_as)| {
            let (word, same_as) = (&**word, &**same_as);
            let back = name.contains(same_as);
            let there = !back && name.contains(word);
            let there = there.then_some((word, same_as));
            there.into_iter().chain(back.then_some((same_as, word)))
        });
        let exchanges: Vec<(&str, &str)> = exchanges.collect();
        let exchanged = |name: String, (from, to): &(&str, &str)| name.replace(from, to);
        let mut reworded = vec![exchanges.iter().fold(name.clone(), exchanged)];
        for exchange in &exchanges {
            reworded.push(exchanged(name.clone(), exchange));
        }
        let mut seen = vec![name];
        reworded.retain(|name| {
            let new = !seen.contains(name);
            if new {
                seen.push(name.clone());
            }
            new
        });
        reworded
    }

    /// The other names of a code.
    pub fn other_names(&self, code: &str) -> &[OtherName] {
        self.by_code
            .get(code)
            .and_then(|at| self.other_names.get(at))
            .map_or(&[], Vec::as_slice)
    }

    pub(crate) fn concept(&self, at: u32) -> &Concept {
        &self.concepts[at as usize]
    }

    pub(crate) fn other_names_at(&self, at: u32) -> &[OtherName] {
        self.other_names.get(&at).map_or(&[], Vec::as_slice)
    }

    /// Indices of the concepts whose folded code begins with the folded text, and whether that is
    /// all of it.
    pub(crate) fn folded_range(&self, start: &str) -> impl Iterator<Item = (u32, bool)> + use<'_> {
        let folded = self.folded();
        let from = folded.partition_point(|(known, _)| known.as_str() < start);
        let start = start.to_owned();
        folded[from..].iter().map_while(move |(known, at)| {
            known
                .strip_prefix(&*start)
                .map(|rest| (*at, rest.is_empty()))
        })
    }

    pub(crate) fn names(&self) -> &NameIndex {
        self.names
            .get_or_init(|| NameIndex::build(&self.concepts, &self.other_names))
    }

    fn folded(&self) -> &[(CompactString, u32)] {
        self.folded.get_or_init(|| {
            let mut folded: Vec<(CompactString, u32)> = (0..)
                .zip(&self.concepts)
                .map(|(at, c)| (fold_code(c.code()).into(), at))
                .collect();
            folded.sort_unstable();
            folded
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Edition;

    fn system() -> CodeSystem {
        let mut builder = CodeSystem::builder("test", "测试", Kind::Diagnosis);
        for (code, name) in [
            ("I10.x00", "特发性（原发性）高血压"),
            ("I10.x00x002", "高血压"),
            ("A01.000x005+J17.0*", "伤寒并发肺炎"),
            ("A00.000", "旧名"),
            ("A00.000", "古典生物型霍乱"),
        ] {
            builder.add(Concept::new(code, name, Edition::Both));
        }
        builder.add_name("I10.x00", "原发性高血压", "某医院");
        builder.add_name("X", "没有这个编码", "");
        assert!(builder.set_status("A00.000", Status::Grey));
        assert!(!builder.set_status("A00.001", Status::Grey));
        builder.build()
    }

    #[test]
    fn finds_codes_however_written() {
        let system = system();
        for (text, expected) in [
            ("I10.x00", Some("I10.x00")),
            ("i10x00", Some("I10.x00")),
            ("Ｉ１０．×００", Some("I10.x00")),
            ("A01000X005+J170*", Some("A01.000x005+J17.0*")),
            ("I10", None),
            ("", None),
        ] {
            assert_eq!(system.find(text).map(Concept::code), expected, "{text}");
        }
        assert!(system.get("i10x00").is_none());
        let starting: Vec<_> = system.starting_with("i10").map(Concept::code).collect();
        assert_eq!(starting, ["I10.x00", "I10.x00x002"]);
    }

    #[test]
    fn later_rows_replace_earlier_ones() {
        let system = system();
        assert_eq!(system.len(), 4);
        let cholera = system.get("A00.000").expect("the code is there");
        assert_eq!(
            (cholera.name(), cholera.status()),
            (Some("古典生物型霍乱"), Status::Grey)
        );
        assert_eq!(system.by_name("旧名"), Vec::<&Concept>::new());
        assert_eq!(&*system.other_names("I10.x00")[0].used_by, "某医院");
    }

    #[test]
    fn words_are_exchanged_both_ways() {
        let mut builder = CodeSystem::builder("test", "测试", Kind::Diagnosis);
        builder.add_words("癌", "恶性肿瘤");
        builder.add_words("腹腔镜", "腹腔镜下");
        let system = builder.build();
        for (name, expected) in [
            ("乳腺 癌", vec!["乳腺恶性肿瘤"]),
            ("乳腺恶性肿瘤", vec!["乳腺癌"]),
            ("腹腔镜下切除", vec!["腹腔镜切除"]),
            (
                "腹腔镜肺癌根治",
                vec![
                    "腹腔镜下肺恶性肿瘤根治",
                    "腹腔镜肺恶性肿瘤根治",
                    "腹腔镜下肺癌根治",
                ],
            ),
            ("阑尾炎", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(system.reworded(name), expected, "{name}");
        }
    }

    #[test]
    fn finds_names() {
        let system = system();
        let codes = |name| {
            system
                .by_name(name)
                .into_iter()
                .map(Concept::code)
                .collect::<Vec<_>>()
        };
        assert_eq!(codes("特发性(原发性) 高血压"), ["I10.x00"]);
        assert_eq!(codes("原发性高血压"), ["I10.x00"]);
        assert!(codes("血压").is_empty() && codes("").is_empty());
    }
}
