//! Which rows of the lake a tile reads.

use std::collections::BTreeSet;

use biaochi_domain::Period;
use biaochi_organisations::Unit;

use crate::indicators::Values;
use crate::lookup::quoted;

/// Institutions, and the department where only one is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// Institutions; `None` for all there are.
    pub institutions: Option<BTreeSet<String>>,
    /// The department.
    pub department: Option<String>,
}

impl Rows {
    /// The rows of a unit.
    pub fn of(values: &Values, unit: &Unit, period: Period) -> Self {
        let members = values.structure().members(unit, period);
        Self {
            institutions: match unit {
                Unit::All => None,
                _ => Some(members.unwrap_or_default().into_iter().collect()),
            },
            department: match unit {
                Unit::Department { code, .. } => Some(code.clone()),
                _ => None,
            },
        }
    }

    /// The condition on months and institutions, and on the department where a table has it.
    pub(super) fn condition(&self, period: Period, department: Option<&str>) -> String {
        let mut condition = format!(
            "discharge_month >= '{}' and discharge_month <= '{}'",
            period.first(),
            period.last()
        );
        if let Some(codes) = &self.institutions {
            let codes: Vec<String> = codes.iter().map(|code| quoted(code)).collect();
            condition += &match codes.is_empty() {
                true => " and false".to_owned(),
                false => format!(" and organisation_code in ({})", codes.join(", ")),
            };
        }
        if let (Some(column), Some(code)) = (department, &self.department) {
            condition += &format!(" and {column} = {}", quoted(code));
        }
        condition
    }
}

/// So many months up to the end of a period.
pub(super) fn course(period: Period, months: usize) -> Period {
    let back = std::iter::successors(Some(period.last()), |month| month.previous());
    let first = back.take(months).last().unwrap_or(period.last());
    Period::between(first.min(period.first()), period.last()).unwrap_or(period)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_cannot_end_the_condition_and_nobody_means_nothing() {
        let period = "2024-03".parse().expect("a month");
        let mut rows = Rows {
            institutions: Some(["x' or '1'='1".to_owned()].into()),
            department: Some("03".to_owned()),
        };
        assert_eq!(
            rows.condition(period, Some("d")),
            "discharge_month >= '2024-03' and discharge_month <= '2024-03' \
             and organisation_code in ('x'' or ''1''=''1') and d = '03'"
        );
        rows.institutions = Some(BTreeSet::new());
        assert!(rows.condition(period, None).ends_with("and false"));
    }

    #[test]
    fn a_course_ends_with_the_period() {
        let told = |text: &str, months| {
            let period = text.parse().expect("a period");
            course(period, months).to_string()
        };
        assert_eq!(told("2024-03", 13), "2023-03..2024-03");
        assert_eq!(told("2023", 3), "2023");
    }
}
