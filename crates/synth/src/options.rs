//! What a caller can choose.

use std::collections::BTreeSet;
use std::fmt;

use biaochi_domain::{Language, Localized, Month};
use biaochi_records::Layout;

use crate::DefectRates;
use crate::content::Code;
use crate::population::institutions;

/// The edition of ICD-10 and ICD-9-CM-3 in which codes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Edition {
    /// Healthcare security edition (医保版): what groupers work on, no translation needed.
    #[default]
    Insurance,
    /// National clinical edition (国家临床版): to be translated before grouping. The few codes without
    /// a counterpart stay as they are and show up as codes that cannot be translated.
    Clinical,
}

impl Edition {
    /// Code and name of a diagnosis or procedure.
    pub(crate) fn of(self, code: &Code) -> (&'static str, &'static str) {
        match self {
            Self::Insurance => (code.code, code.name),
            Self::Clinical => (code.clinical, code.clinical_name),
        }
    }
}

/// A month of an institution that has more to mend than the usual rates give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backlog {
    /// Organisation code.
    pub organisation_code: String,
    /// Month of discharge.
    pub month: Month,
    /// Defects at least, as far as the month has records that can hold them.
    pub defects: u32,
}

/// What is generated.
#[derive(Debug, Clone)]
pub struct Options {
    /// The same seed gives the same files, another seed others.
    pub seed: u64,
    /// Number of discharges; planted duplicates come on top.
    pub discharges: u64,
    /// First month of discharge.
    pub from: Month,
    /// Last month of discharge.
    pub to: Month,
    /// Edition of the codes.
    pub edition: Edition,
    /// The layout in which every institution delivers; `None`: each in its own. Whoever writes all
    /// records in one layout says so here, so that nothing is planted where that layout cannot show it.
    pub layout: Option<Layout>,
    /// Codes of the institutions whose records are wanted: the same records as with those of all others, of which none
    /// are written. Empty: all.
    pub institutions: BTreeSet<String>,
    /// How often which defect is planted.
    pub defects: DefectRates,
    /// A month with more defects; its records may have several.
    pub backlog: Option<Backlog>,
}

/// The years for which the calendar of holidays is known.
pub(crate) const YEARS: std::ops::RangeInclusive<i16> = 2020..=2026;

impl Default for Options {
    /// 200,000 discharges of the years 2021 to 2025.
    fn default() -> Self {
        let month = |year, month| Month::new(year, month).expect("a month");
        Self {
            seed: 1,
            discharges: 200_000,
            from: month(2021, 1),
            to: month(2025, 12),
            edition: Edition::default(),
            layout: None,
            institutions: BTreeSet::new(),
            defects: DefectRates::default(),
            backlog: None,
        }
    }
}

/// Why nothing can be generated from the options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OptionsError {
    /// `from` is after `to`.
    Empty {
        /// First month asked for.
        from: Month,
        /// Last month asked for.
        to: Month,
    },
    /// A month outside the years for which holidays are known.
    OutsideCalendar(Month),
    /// More discharges than record numbers: the limit is a hundred million.
    TooMany(u64),
    /// A code that no institution of the region has.
    UnknownInstitution(String),
}

impl Options {
    /// Checks the options.
    ///
    /// # Errors
    /// See [`OptionsError`].
    pub fn check(&self) -> Result<(), OptionsError> {
        for month in [self.from, self.to] {
            if !YEARS.contains(&month.year()) {
                return Err(OptionsError::OutsideCalendar(month));
            }
        }
        if self.from > self.to {
            return Err(OptionsError::Empty {
                from: self.from,
                to: self.to,
            });
        }
        if self.discharges > 100_000_000 {
            return Err(OptionsError::TooMany(self.discharges));
        }
        let is_known = |code: &str| institutions().any(|one| one.code == code);
        if let Some(code) = self.institutions.iter().find(|code| !is_known(code)) {
            return Err(OptionsError::UnknownInstitution(code.clone()));
        }
        Ok(())
    }
}

fn codes(between: &str) -> String {
    let codes: Vec<&str> = institutions().map(|one| one.code).collect();
    codes.join(between)
}

impl Localized for OptionsError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Empty { from, to }, Language::Zh) => {
                format!("起始月份 {from} 晚于截止月份 {to}，没有可生成的月份；请调换两者。")
            }
            (Self::Empty { from, to }, Language::En) => {
                format!("the first month {from} is after the last month {to}; swap them")
            }
            (Self::OutsideCalendar(month), Language::Zh) => format!(
                "月份 {month} 超出模拟数据的年份范围（{}–{} 年）；请选择范围内的月份。",
                YEARS.start(),
                YEARS.end()
            ),
            (Self::OutsideCalendar(month), Language::En) => format!(
                "month {month} is outside the years of synthetic data ({} to {}); choose another",
                YEARS.start(),
                YEARS.end()
            ),
            (Self::TooMany(count), Language::Zh) => {
                format!("出院人次 {count} 过大，上限为 100000000；请减少数量。")
            }
            (Self::TooMany(count), Language::En) => {
                format!("{count} discharges are too many, the limit is 100000000; ask for fewer")
            }
            (Self::UnknownInstitution(code), Language::Zh) => {
                format!("合成地区里没有机构“{code}”。可用的有：{}", codes("、"))
            }
            (Self::UnknownInstitution(code), Language::En) => {
                format!(
                    "the synthetic region has no institution {code:?}, only {}",
                    codes(", ")
                )
            }
        }
    }
}

impl fmt::Display for OptionsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Language::En))
    }
}

impl std::error::Error for OptionsError {}
