//! Figures by department, physician and coder.

use std::collections::BTreeMap;

use biaochi_packs::codes::Codes;
use serde::Deserialize;

use super::figures::Unit;
use super::scope::Scope;
use super::sums::Sums;
use super::{ReportError, SUMS};
use crate::query::OneVersion;

/// Value set of departments, and the layout whose codes it lists.
const DEPARTMENTS: (&str, &str) = ("RC023", "hqms811");

/// What people call a department, physician or coder that the page does not name.
const NOT_FILLED_IN: &str = "（未填写）";

/// What pages are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Department,
    Physician,
    Coder,
}

impl By {
    fn view(self) -> &'static str {
        match self {
            Self::Department => "quality_department",
            Self::Physician => "quality_physician",
            Self::Coder => "quality_coder",
        }
    }

    /// The column with the department; coders work for all of them.
    fn department(self) -> &'static str {
        match self {
            Self::Department | Self::Physician => "discharge_department",
            Self::Coder => "''",
        }
    }

    fn person(self) -> &'static str {
        match self {
            Self::Department => "''",
            Self::Physician => "attending_physician",
            Self::Coder => "coder",
        }
    }
}

#[derive(Debug, Deserialize)]
struct UnitRow {
    code: String,
    department: String,
    person: String,
    #[serde(flatten)]
    sums: Sums,
}

/// The units of a kind, the lowest mean score first.
pub(super) fn units(
    tables: &OneVersion,
    codes: &Codes,
    scope: &Scope<'_>,
    names: &BTreeMap<String, String>,
    by: By,
) -> Result<Vec<Unit>, ReportError> {
    let sql = format!(
        "select organisation_code as code, coalesce({}, '') as department,
                coalesce({}, '') as person, {SUMS}
         from {} where {{scope}} group by 1, 2, 3 order by 1, 2, 3",
        by.department(),
        by.person(),
        by.view()
    );
    let rows: Vec<UnitRow> = tables.rows(&scope.sql(&sql))?;
    let unit = |row: UnitRow| {
        let name = names.get(&row.code).unwrap_or(&row.code);
        Some(Unit {
            organisation: name.clone(),
            department: match by {
                By::Coder => String::new(),
                _ => department(codes, &row.department),
            },
            person: match by {
                By::Department => String::new(),
                _ => filled(&row.person),
            },
            figures: row.sums.figures()?,
            organisation_code: row.code,
        })
    };
    let mut units: Vec<Unit> = rows.into_iter().filter_map(unit).collect();
    units.sort_by_key(|unit| (unit.figures.mean_score, unit.figures.grade_a_share));
    Ok(units)
}

fn filled(text: &str) -> String {
    match text.trim() {
        "" => NOT_FILLED_IN.to_owned(),
        text => text.to_owned(),
    }
}

/// A department's code with its name, where the national list has it.
fn department(codes: &Codes, code: &str) -> String {
    let (number, layout) = DEPARTMENTS;
    let named = |code: &str| codes.value_set_in(number, layout)?.name_of(code);
    match named(code) {
        // Every main department has such a part.
        Some("其他") => format!(
            "{code} 其他（{}）",
            code.get(..2).and_then(named).unwrap_or("—")
        ),
        Some(name) => format!("{code} {name}"),
        None => filled(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_department_has_its_name() {
        let codes = Codes::embedded();
        assert_eq!(department(codes, "03"), "03 内科");
        assert_eq!(department(codes, "0311"), "0311 其他（内科）");
        assert_eq!(department(codes, "自设科"), "自设科");
        assert_eq!(department(codes, " "), NOT_FILLED_IN);
    }
}
