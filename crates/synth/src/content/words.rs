//! Names of people and streets, and the words of Chinese medicine.

use std::collections::HashMap;

use super::rows::{number, rows};
use crate::random::Weighted;

/// Name lists and other words.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) surnames: Vec<&'static str>,
    pub(crate) surname_weights: Weighted,
    given: Vec<GivenNames>,
    pub(crate) streets: Vec<&'static str>,
    tcm: Vec<TcmDiagnosis>,
    morphologies: HashMap<&'static str, &'static str>,
}

#[derive(Debug)]
struct GivenNames {
    from_year: i16,
    to_year: i16,
    female: bool,
    characters: Vec<&'static str>,
}

/// Disease (病) and pattern (证) of Chinese medicine for a range of ICD-10 codes.
#[derive(Debug)]
pub(crate) struct TcmDiagnosis {
    prefix: &'static str,
    pub(crate) disease_code: &'static str,
    pub(crate) disease_name: &'static str,
    pub(crate) pattern_code: &'static str,
    pub(crate) pattern_name: &'static str,
}

impl Words {
    pub(super) fn load() -> Self {
        let (surnames, weights): (Vec<_>, Vec<_>) = rows(
            include_str!("../../content/surnames.csv"),
            ["surname", "weight"],
        )
        .map(|[surname, weight]| (surname, number::<u64>(weight)))
        .unzip();
        let given = rows(
            include_str!("../../content/given_names.csv"),
            ["from_year", "to_year", "sex", "characters"],
        )
        .map(|[from, to, sex, characters]| GivenNames {
            from_year: number(from),
            to_year: number(to),
            female: sex == "F",
            characters: characters
                .char_indices()
                .map(|(at, character)| &characters[at..at + character.len_utf8()])
                .collect(),
        })
        .collect();
        let mut tcm: Vec<_> = rows(
            include_str!("../../content/tcm_diagnoses.csv"),
            [
                "prefix",
                "disease_code",
                "disease_name",
                "pattern_code",
                "pattern_name",
            ],
        )
        .map(
            |[
                prefix,
                disease_code,
                disease_name,
                pattern_code,
                pattern_name,
            ]| TcmDiagnosis {
                prefix,
                disease_code,
                disease_name,
                pattern_code,
                pattern_name,
            },
        )
        .collect();
        // The longest prefix decides.
        tcm.sort_by_key(|row| std::cmp::Reverse(row.prefix.len()));
        Self {
            surnames,
            surname_weights: Weighted::new(weights),
            given,
            streets: rows(include_str!("../../content/streets.csv"), ["name"])
                .map(|[name]| name)
                .collect(),
            tcm,
            morphologies: rows(
                include_str!("../../content/morphologies.csv"),
                ["code", "name_zh"],
            )
            .map(|[code, name]| (code, name))
            .collect(),
        }
    }

    /// Characters of given names usual for people born in a year.
    ///
    /// # Panics
    /// No row covers the year: years run from 1900 to 2030.
    pub(crate) fn given(&self, birth_year: i16, female: bool) -> &[&'static str] {
        &self
            .given
            .iter()
            .find(|names| {
                names.female == female && (names.from_year..=names.to_year).contains(&birth_year)
            })
            .expect("content/given_names.csv covers every year from 1900 to 2030")
            .characters
    }

    /// Disease and pattern for an ICD-10 code.
    pub(crate) fn tcm(&self, icd10: &str) -> &TcmDiagnosis {
        self.tcm
            .iter()
            .find(|row| icd10.starts_with(row.prefix))
            .or(self.tcm.last())
            .expect("content/tcm_diagnoses.csv has rows")
    }

    /// Name of a morphology code.
    ///
    /// # Panics
    /// The table lacks the code: only codes of this crate are asked for, and tested.
    pub(crate) fn morphology(&self, code: &str) -> &'static str {
        self.morphologies
            .get(code)
            .unwrap_or_else(|| panic!("content/morphologies.csv lacks {code}"))
    }
}
