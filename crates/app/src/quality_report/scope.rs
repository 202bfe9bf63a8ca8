//! Which rows of the tables a report is about.

use biaochi_domain::{Month, Period};
use serde::Deserialize;

use super::{MONTHS, MOST_MONTHS, ReportError, ReportRequest};
use crate::lookup::quoted;
use crate::query::OneVersion;

/// Hospital and months of a report.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) organisation: Option<&'a str>,
    pub(super) period: Period,
}

impl<'a> Scope<'a> {
    /// The months as asked, else the last year of what there is.
    pub(super) fn find(
        tables: &OneVersion,
        request: &ReportRequest<'a>,
    ) -> Result<Self, ReportError> {
        let organisation = request.organisation;
        let there = there(tables, organisation)?;
        let last = there.last().max(request.from.unwrap_or(there.last()));
        let to = request.to.unwrap_or(last);
        let from = request.from.unwrap_or_else(|| a_year_to(to, there.first()));
        let period = Period::between(from, to).ok_or(ReportError::Reversed)?;
        if period.months().nth(MOST_MONTHS).is_some() {
            return Err(ReportError::TooLong { most: MOST_MONTHS });
        }
        Ok(Self {
            organisation,
            period,
        })
    }

    /// The same hospital in other months.
    pub(super) fn in_period(self, period: Period) -> Self {
        Self { period, ..self }
    }

    /// The same months of all hospitals.
    pub(super) fn of_all(self) -> Self {
        Self {
            organisation: None,
            ..self
        }
    }

    /// The query with the condition on its rows where it says `{scope}`.
    pub(super) fn sql(&self, query: &str) -> String {
        let mut condition = format!(
            "discharge_month >= '{}' and discharge_month <= '{}'",
            self.period.first(),
            self.period.last()
        );
        if let Some(code) = self.organisation {
            condition += &format!(" and organisation_code = {}", quoted(code));
        }
        query.replace("{scope}", &condition)
    }

    /// What to say when these months hold nothing.
    pub(super) fn nothing_there(&self, tables: &OneVersion) -> ReportError {
        match there(tables, self.organisation) {
            Ok(there) => ReportError::NothingIn {
                asked: self.period,
                there,
            },
            Err(error) => error,
        }
    }
}

/// The first of the twelve months up to one, but none before the first of all.
fn a_year_to(last: Month, first: Month) -> Month {
    let earlier = std::iter::successors(Some(last), |month| month.previous());
    let months = earlier.take(MONTHS).take_while(|month| *month >= first);
    months.last().unwrap_or(last)
}

/// The months over which changes are shown: a short period says little, so at least a year up to its
/// end, as far as there are data.
pub(super) fn trend(period: Period, first: Option<Month>) -> Period {
    let earliest = first.or(Month::new(1, 1)).unwrap_or(period.first());
    let from = a_year_to(period.last(), earliest).min(period.first());
    Period::between(from, period.last()).unwrap_or(period)
}

#[derive(Debug, Deserialize)]
struct Ends {
    first: Option<String>,
    last: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Known {
    code: String,
}

/// From the first to the last month that was checked.
fn there(tables: &OneVersion, organisation: Option<&str>) -> Result<Period, ReportError> {
    let filter = organisation.map_or_else(String::new, |code| {
        format!(" where organisation_code = {}", quoted(code))
    });
    let sql = format!(
        "select min(discharge_month) as first, max(discharge_month) as last from quality{filter}"
    );
    let ends = tables.rows::<Ends>(&sql)?.into_iter().next();
    let period = |Ends { first, last }| Period::between(parsed(first)?, parsed(last)?);
    if let Some(period) = ends.and_then(period) {
        return Ok(period);
    }
    let sql = "select distinct organisation_code as code from quality order by code";
    let known: Vec<Known> = tables.rows(sql)?;
    Err(match organisation {
        Some(organisation) if !known.is_empty() => ReportError::UnknownOrganisation {
            organisation: organisation.to_owned(),
            known: known.into_iter().map(|known| known.code).collect(),
        },
        _ => ReportError::NothingChecked,
    })
}

fn parsed(month: Option<String>) -> Option<Month> {
    month?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().expect("a month")
    }

    #[test]
    fn a_year_ends_where_the_data_begin() {
        let from = |last, first| a_year_to(month(last), month(first)).to_string();
        assert_eq!(from("2024-12", "2020-01"), "2024-01");
        assert_eq!(from("2024-12", "2024-10"), "2024-10");
        assert_eq!(from("2024-12", "2025-03"), "2024-12");
    }

    #[test]
    fn changes_are_shown_over_a_year() {
        let trend = |from, to, first| {
            let period = Period::between(month(from), month(to)).expect("in order");
            super::trend(period, Some(month(first))).to_string()
        };
        assert_eq!(trend("2024-03", "2024-03", "2020-01"), "2024-03R12");
        assert_eq!(trend("2024-03", "2024-03", "2024-01"), "2024Q1");
        assert_eq!(trend("2022-01", "2024-03", "2020-01"), "2022-01..2024-03");
        assert_eq!(trend("2023-12", "2024-03", "2024-02"), "2023-12..2024-03");
    }

    #[test]
    fn a_hospital_s_code_cannot_end_the_condition() {
        let scope = Scope {
            organisation: Some("x' or '1'='1"),
            period: Period::between(month("2024-01"), month("2024-02")).expect("in order"),
        };
        assert_eq!(
            scope.sql("where {scope}"),
            "where discharge_month >= '2024-01' and discharge_month <= '2024-02' \
             and organisation_code = 'x'' or ''1''=''1'"
        );
    }
}
