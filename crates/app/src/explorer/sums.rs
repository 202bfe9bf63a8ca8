//! The questions to the lake: sums by what rows are told apart by, and group.

use biaochi_domain::Period;
use serde::Deserialize;

use super::{Extent, HIGH_TIMES, LOW_PART};
use crate::lookup::quoted;
use crate::query::{OneVersion, QueryError};

biaochi_domain::coded! {
    /// What the rows of a table are told apart by.
    pub enum By {
        /// By group.
        Group = "group", "病组", "group";
        /// By adjacent group.
        Adrg = "adrg", "ADRG", "ADRG";
        /// By category.
        Mdc = "mdc", "MDC", "MDC";
        /// By department of discharge.
        Department = "department", "科室", "department";
        /// By attending physician.
        Physician = "physician", "医师", "physician";
        /// By hospital.
        Hospital = "hospital", "医院", "hospital";
    }
}

/// What records are counted only.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filters {
    /// Category, such as `MDCG`.
    pub mdc: Option<String>,
    /// Adjacent group.
    pub adrg: Option<String>,
    /// Group.
    pub drg: Option<String>,
    /// Department of discharge, by code.
    pub department: Option<String>,
    /// Attending physician, by code.
    pub physician: Option<String>,
}

/// Records of a scheme that are summed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Records<'a> {
    pub(super) scheme: &'a str,
    pub(super) extent: &'a Extent,
    pub(super) filters: &'a Filters,
    pub(super) by: By,
}

/// Sums of a key by group and how grouping ended.
#[derive(Debug, Deserialize)]
pub(super) struct SumRow {
    pub(super) key: Option<String>,
    pub(super) drg: Option<String>,
    pub(super) status: String,
    pub(super) cases: u64,
    pub(super) weighted: u64,
    pub(super) weight: Option<String>,
    pub(super) timed: u64,
    pub(super) days: i64,
    pub(super) charged: u64,
    pub(super) charges: Option<String>,
}

/// What only records tell: deaths, outliers, kinds of charges.
#[derive(Debug, Deserialize)]
pub(super) struct FactRow {
    pub(super) key: Option<String>,
    pub(super) drg: Option<String>,
    pub(super) deaths: u64,
    pub(super) high: u64,
    pub(super) low: u64,
    pub(super) drugs: Option<String>,
    pub(super) consumables: Option<String>,
}

/// Cases of a month.
#[derive(Debug, Deserialize)]
pub(super) struct MonthRow {
    pub(super) key: Option<String>,
    pub(super) drg: Option<String>,
    pub(super) month: String,
    pub(super) cases: u64,
}

/// Sums of the reference by group.
#[derive(Debug, Deserialize)]
pub(super) struct ReferenceRow {
    pub(super) drg: String,
    pub(super) cases: u64,
    pub(super) timed: u64,
    pub(super) days: i64,
    pub(super) charged: u64,
    pub(super) charges: Option<String>,
}

/// The physician of a stay: the attending one, by code where the layout has codes. Blank codes are none.
const PHYSICIAN: &str =
    "coalesce(nullif(d.attending_physician_code, ''), nullif(d.attending_physician, ''), '')";

const DRUGS: &str = "coalesce(d.charges['western_medicine'], 0) \
     + coalesce(d.charges['chinese_patent_medicine'], 0) \
     + coalesce(d.charges['chinese_herbal_medicine'], 0)";

const CONSUMABLES: &str = "coalesce(d.charges['examination_disposables'], 0) \
     + coalesce(d.charges['treatment_disposables'], 0) \
     + coalesce(d.charges['surgery_disposables'], 0)";

impl Records<'_> {
    /// Sums of a period.
    pub(super) fn sums(
        &self,
        version: &OneVersion,
        period: Period,
    ) -> Result<Vec<SumRow>, QueryError> {
        let rows = self.rows(period);
        version.rows(&format!(
            "select r.key, r.drg, r.status, sum(r.cases) as cases, sum(r.weighted_cases) as weighted, \
             cast(sum(r.weight) as varchar) as weight, sum(r.timed_cases) as timed, sum(r.days) as days, \
             sum(r.charged_cases) as charged, cast(sum(r.charges) as varchar) as charges \
             from ({rows}) r group by r.key, r.drg, r.status"
        ))
    }

    /// Cases of every month of a period.
    pub(super) fn months(
        &self,
        version: &OneVersion,
        period: Period,
    ) -> Result<Vec<MonthRow>, QueryError> {
        let rows = self.rows(period);
        version.rows(&format!(
            "select r.key, r.drg, r.discharge_month as month, sum(r.cases) as cases \
             from ({rows}) r group by r.key, r.drg, r.discharge_month"
        ))
    }

    /// Deaths and outliers of a period, and kinds of charges when they are asked for.
    pub(super) fn facts(
        &self,
        version: &OneVersion,
        period: Period,
        charges: bool,
    ) -> Result<Vec<FactRow>, QueryError> {
        let rows = self.records(period, charges);
        let reference = reference_sql(self.scheme, period);
        let kinds = match charges {
            true => {
                ", cast(sum(r.drugs) as varchar) as drugs, cast(sum(r.consumables) as varchar) as consumables"
            }
            false => "",
        };
        let own = "cast(r.charges as decimal(20, 2)) * cast(m.charged as decimal(12, 0))";
        version.rows(&format!(
            "select r.key, r.drg, sum(case when r.disposition = '5' then 1 else 0 end) as deaths, \
             sum(case when {own} > cast('{HIGH_TIMES}' as decimal(4, 1)) * m.charges then 1 else 0 end) as high, \
             sum(case when {own} < cast('{LOW_PART}' as decimal(4, 1)) * m.charges then 1 else 0 end) as low{kinds} \
             from ({rows}) r left join ({reference}) m on r.drg = m.drg \
             group by r.key, r.drg"
        ))
    }

    /// Whether the sums by hospital, month and group answer.
    fn cells_answer(&self) -> bool {
        let told_apart = matches!(self.by, By::Department | By::Physician);
        !told_apart
            && !self.extent.is_limited()
            && self.filters.department.is_none()
            && self.filters.physician.is_none()
    }

    fn rows(&self, period: Period) -> String {
        match self.cells_answer() {
            true => self.cells(period),
            false => self.records(period, false),
        }
    }

    fn cells(&self, period: Period) -> String {
        let key = match self.by {
            By::Hospital => "organisation_code",
            _ => "''",
        };
        format!(
            "select {key} as key, discharge_month, status, drg, cases, weighted_cases, weight, timed_cases, days, \
             charged_cases, charges from drg_cell where scheme = {} and {} and {}",
            quoted(self.scheme),
            self.extent.hospitals_sql(""),
            within("", period)
        )
    }

    /// One row for each record, with the columns of a cell.
    fn records(&self, period: Period, charges: bool) -> String {
        let physicians = self.by == By::Physician || self.filters.physician.is_some();
        let key = match self.by {
            By::Hospital => "g.organisation_code",
            By::Department => "coalesce(g.discharge_department, '')",
            By::Physician => PHYSICIAN,
            By::Group | By::Adrg | By::Mdc => "''",
        };
        let mut columns = format!(
            "{key} as key, g.discharge_month, g.status, case when g.status = 'grouped' then g.drg end as drg, \
             1 as cases, case when g.weight is null then 0 else 1 end as weighted_cases, g.weight, \
             case when g.length_of_stay is null then 0 else 1 end as timed_cases, \
             coalesce(g.length_of_stay, 0) as days, \
             case when g.total_charges is null then 0 else 1 end as charged_cases, g.total_charges as charges, \
             g.discharge_disposition as disposition"
        );
        if charges {
            columns += &format!(", {DRUGS} as drugs, {CONSUMABLES} as consumables");
        }
        let mut tables = "grouping g".to_owned();
        let mut condition = format!(
            "g.scheme = {} and {} and {}",
            quoted(self.scheme),
            self.extent.condition("g."),
            within("g.", period)
        );
        if physicians || charges {
            tables += " join discharge d on g.organisation_code = d.organisation_code \
                       and g.discharge_month = d.discharge_month and g.record_key = d.record_key";
            // Stated again, so that only the files of these months are read.
            condition += &format!(
                " and {} and {}",
                self.extent.hospitals_sql("d."),
                within("d.", period)
            );
        }
        if let Some(department) = &self.filters.department {
            condition += &format!(" and g.discharge_department = {}", quoted(department));
        }
        if let Some(physician) = &self.filters.physician {
            condition += &format!(" and {PHYSICIAN} = {}", quoted(physician));
        }
        format!("select {columns} from {tables} where {condition}")
    }
}

/// Sums of all hospitals of the lake in a period, by group: what indexes compare with.
pub(super) fn reference(
    version: &OneVersion,
    scheme: &str,
    period: Period,
) -> Result<Vec<ReferenceRow>, QueryError> {
    let sql = reference_sql(scheme, period);
    version.rows(&format!(
        "select drg, cases, timed, days, charged, cast(charges as varchar) as charges from ({sql})"
    ))
}

/// How many hospitals have records in a period.
pub(super) fn hospitals(version: &OneVersion, period: Period) -> Result<u64, QueryError> {
    #[derive(Deserialize)]
    struct Count {
        hospitals: u64,
    }
    let counted: Vec<Count> = version.rows(&format!(
        "select count(distinct organisation_code) as hospitals from drg_cell where {}",
        within("", period)
    ))?;
    Ok(counted.first().map_or(0, |row| row.hospitals))
}

fn reference_sql(scheme: &str, period: Period) -> String {
    format!(
        "select drg, sum(cases) as cases, sum(timed_cases) as timed, sum(days) as days, \
         sum(charged_cases) as charged, sum(charges) as charges from drg_cell \
         where scheme = {} and status = 'grouped' and drg is not null and {} group by drg",
        quoted(scheme),
        within("", period)
    )
}

/// The condition on the month of discharge.
pub(super) fn within(alias: &str, period: Period) -> String {
    format!(
        "{alias}discharge_month between '{}' and '{}'",
        period.first(),
        period.last()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(by: By, filters: &Filters, extent: &Extent) -> String {
        let records = Records {
            scheme: "s",
            extent,
            filters,
            by,
        };
        records.rows("2025Q1".parse().expect("a period"))
    }

    #[test]
    fn sums_answer_unless_departments_matter() {
        let all = Extent::default();
        let none = Filters::default();
        assert!(sql(By::Group, &none, &all).contains("from drg_cell"));
        assert!(sql(By::Hospital, &none, &all).contains("organisation_code as key"));
        assert!(sql(By::Department, &none, &all).contains("from grouping g where"));
        assert!(sql(By::Physician, &none, &Extent::one("A")).contains("join discharge d"));
        let department = Filters {
            department: Some("03".to_owned()),
            ..Filters::default()
        };
        let own = sql(By::Group, &department, &all);
        assert!(own.contains("g.discharge_department = '03'"));
        let mut limited = Extent::one("A");
        limited.departments = [("A".to_owned(), ["03".to_owned()].into())].into();
        assert!(sql(By::Group, &none, &limited).contains("g.discharge_department in ('03')"));
    }
}
