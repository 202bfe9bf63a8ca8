//! What a hospital chose before.

use rustc_hash::FxHashMap;

use crate::fold::{fold_code, fold_name};

/// A translation that a person of the hospital chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The hospital's code, empty where the name alone decides.
    pub code: String,
    /// The name as it is written, empty where the code alone decides.
    pub name: String,
    /// The insurance code.
    pub target: String,
    /// Whether a second person agreed. Only then it decides; before, it is a candidate.
    pub confirmed: bool,
    /// Whether the two say the same; else the target is the nearest there is.
    pub same: bool,
}

/// The choices of one hospital for one code system, quick to ask.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory {
    choices: Vec<Choice>,
    /// By folded code and folded name.
    by_source: FxHashMap<(String, String), Vec<usize>>,
    by_target: FxHashMap<String, Vec<usize>>,
}

impl Memory {
    /// Choices whose code or name consists of signs only are left out: they would fit everything.
    pub(crate) fn new(choices: Vec<Choice>) -> Self {
        let mut memory = Self::default();
        for choice in choices {
            let (code, name) = (fold_code(&choice.code), fold_name(&choice.name));
            let only_signs = |written: &str, folded: &str| !written.is_empty() && folded.is_empty();
            let unusable = code.is_empty() && name.is_empty()
                || only_signs(&choice.code, &code)
                || only_signs(&choice.name, &name);
            if unusable {
                continue;
            }
            let at = memory.choices.len();
            let target = fold_code(&choice.target);
            memory.by_source.entry((code, name)).or_default().push(at);
            memory.by_target.entry(target).or_default().push(at);
            memory.choices.push(choice);
        }
        memory
    }

    /// What was chosen for code and name together, else for the code, else for the name alone.
    pub(crate) fn of_source(&self, code: &str, name: &str) -> Vec<&Choice> {
        let (code, name) = (fold_code(code), fold_name(name));
        let keys = [
            (code.clone(), name.clone()),
            (code, String::new()),
            (String::new(), name),
        ];
        let found = keys.iter().find_map(|key| self.by_source.get(key));
        self.at(found)
    }

    /// The choices that lead to an insurance code.
    pub(crate) fn of_target(&self, code: &str) -> Vec<&Choice> {
        self.at(self.by_target.get(&fold_code(code)))
    }

    fn at(&self, found: Option<&Vec<usize>>) -> Vec<&Choice> {
        let found = found.into_iter().flatten();
        found.map(|&at| &self.choices[at]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(code: &str, name: &str, target: &str) -> Choice {
        Choice {
            code: code.to_owned(),
            name: name.to_owned(),
            target: target.to_owned(),
            confirmed: true,
            same: true,
        }
    }

    #[test]
    fn the_most_specific_choice_counts_however_it_is_written() {
        let memory = Memory::new(vec![
            choice("k35.9", "急性阑尾炎", "A"),
            choice("K35.9", "", "B"),
            choice("", "急性阑尾炎", "C"),
            choice("", "—", "D"),
            choice("Z99", "？", "E"),
        ]);
        let check = |code, name, expected: &[&str]| {
            let found = memory.of_source(code, name);
            let found: Vec<&str> = found.iter().map(|choice| &*choice.target).collect();
            assert_eq!(found, expected, "{code} {name}");
        };
        check("Ｋ３５.９", "急性 阑尾炎", &["A"]);
        check("K35.9", "慢性阑尾炎", &["B"]);
        check("K35.8", "急性阑尾炎", &["C"]);
        check("", "急性（阑尾炎）", &["C"]);
        check("", "", &[]);
        check("", "-", &[]);
        check("Z99", "", &[]);
        assert_eq!(memory.of_target("b").len(), 1);
    }
}
