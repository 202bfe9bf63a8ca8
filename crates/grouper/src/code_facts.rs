//! What a scheme knows about its codes, one table for diagnoses and one for procedures.

use compact_str::CompactString;

use crate::code_table::CodeTable;
use crate::definition::Level;

/// Row of a code that is in no set.
pub(crate) const EMPTY_ROW: u32 = 0;

/// Everything that grouping needs to know about one code. Equal ones are stored once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Facts {
    /// Which sets the code is in: index of a row of bits.
    pub(crate) row: u32,
    /// Severity as a secondary diagnosis: [`CC`], [`MCC`], in one damaged table both.
    pub(crate) severity: u8,
    /// [`GREY`] and [`UNSUITABLE`].
    pub(crate) hints: u8,
    /// Exclusion table that can switch the severity off, plus one; 0 for none.
    pub(crate) table: u32,
    /// Exclusion tables that the code as principal diagnosis stands under: a run of
    /// [`CodeFacts::tables_of`].
    pub(crate) first_exclusion: u32,
    pub(crate) exclusions: u32,
}

/// Marks a code of the clinical edition that translation leaves as it is.
pub(crate) const STAYS: u32 = 1 << 31;
/// The code is a complication.
pub(crate) const CC: u8 = 1;
/// The code is a major complication.
pub(crate) const MCC: u8 = 2;
/// The code is in the edition but not for settlement.
pub(crate) const GREY: u8 = 1;
/// The code must not be a principal diagnosis, or takes no part in grouping as a procedure.
pub(crate) const UNSUITABLE: u8 = 2;

/// All codes of one kind.
#[derive(Debug)]
pub(crate) struct CodeFacts {
    /// Code → index of its facts, and [`STAYS`].
    pub(crate) codes: CodeTable,
    /// Facts number 0 are those of an unknown code.
    pub(crate) facts: Vec<Facts>,
    /// Rows of `words` words each; row 0 is empty.
    pub(crate) rows: Vec<u64>,
    pub(crate) words: usize,
    /// For each row, the steps that a stay can reach with such a code in the first place.
    pub(crate) candidates: Vec<u64>,
    /// Runs of exclusion tables, plus one each.
    pub(crate) tables_of: Vec<u32>,
    pub(crate) translation: Translation,
}

/// Codes that translation changes, and codes that it keeps but no other table names. Most codes stay
/// as they are and are only marked in [`CodeFacts::codes`] with [`STAYS`].
#[derive(Debug)]
pub(crate) struct Translation {
    /// Code → index of its target.
    pub(crate) codes: CodeTable,
    pub(crate) targets: Vec<Target>,
}

/// A code after translation and its facts.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) code: CompactString,
    pub(crate) facts: u32,
}

impl Facts {
    /// The severity, the higher one if there are two.
    pub(crate) fn level(&self) -> Option<Level> {
        match self.severity {
            0 => None,
            CC => Some(Level::Cc),
            _ => Some(Level::Mcc),
        }
    }
}

impl CodeFacts {
    /// Facts of a code as it is written; unknown codes have none.
    #[inline]
    pub(crate) fn of(&self, code: &str) -> &Facts {
        &self.facts[(self.codes.get(code).unwrap_or(0) & !STAYS) as usize]
    }

    /// What a code is translated to and the facts of that; `None` when there is no translation.
    #[inline]
    pub(crate) fn translated<'s: 't, 't>(&'s self, code: &'t str) -> Option<(&'t str, &'s Facts)> {
        match self.codes.get(code) {
            Some(found) if found & STAYS != 0 => {
                Some((code, &self.facts[(found & !STAYS) as usize]))
            }
            _ => {
                let target = self.translation.codes.get(code)?;
                let target = &self.translation.targets[target as usize];
                Some((&target.code, &self.facts[target.facts as usize]))
            }
        }
    }

    #[inline]
    pub(crate) fn row(&self, row: u32) -> &[u64] {
        let start = row as usize * self.words;
        &self.rows[start..start + self.words]
    }

    #[inline]
    pub(crate) fn has_bit(&self, row: u32, bit: u32) -> bool {
        self.rows[row as usize * self.words + bit as usize / 64] >> (bit % 64) & 1 != 0
    }

    /// Whether a complication is switched off by a principal diagnosis.
    #[inline]
    pub(crate) fn excludes(&self, principal: &Facts, complication: &Facts) -> bool {
        complication.table != 0
            && self.tables_of[principal.first_exclusion as usize..][..principal.exclusions as usize]
                .contains(&complication.table)
    }

    /// Bytes of memory in use, roughly.
    pub(crate) fn memory(&self) -> usize {
        self.codes.memory()
            + self.facts.len() * size_of::<Facts>()
            + (self.rows.len() + self.candidates.len()) * size_of::<u64>()
            + self.tables_of.len() * size_of::<u32>()
            + self.translation.codes.memory()
            + self.translation.targets.len() * size_of::<Target>()
    }
}
