//! The first figures of a workspace: how much is there, how it groups, where hospitals stand.

use serde::Deserialize;

use crate::query::{QueryError, rows};
use crate::{Content, Workspace};

/// Months of the table of case-mix indices.
const MONTHS: usize = 6;

/// Groups that are shown.
const GROUPS: usize = 10;

/// Figures over everything imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// The whole.
    pub total: Total,
    /// Records by how grouping ended, most first.
    pub statuses: Vec<StatusCount>,
    /// The latest months, oldest first.
    pub months: Vec<String>,
    /// Hospitals, most discharges first.
    pub hospitals: Vec<Hospital>,
    /// Groups with most records.
    pub groups: Vec<GroupFigures>,
}

/// Counts of the whole.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Total {
    /// Records.
    pub discharges: u64,
    /// Hospitals.
    pub organisations: u64,
    /// First month.
    pub first_month: Option<String>,
    /// Last month.
    pub last_month: Option<String>,
    /// Different groups that occur.
    pub drgs: u64,
    /// Case-mix index with four decimals, `None` without weights.
    pub cmi: Option<String>,
}

/// How grouping ended.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StatusCount {
    /// Name of the status, such as `grouped`.
    pub status: String,
    /// Records.
    pub records: u64,
}

/// One hospital.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hospital {
    /// Organisation code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Discharges of all months.
    pub discharges: u64,
    /// Records with a group.
    pub grouped: u64,
    /// Case-mix index of each of [`Figures::months`], four decimals.
    pub cmi: Vec<Option<String>>,
    /// Time consumption index of the last month, four decimals.
    pub time_index: Option<String>,
    /// Cost consumption index of the last month, four decimals.
    pub cost_index: Option<String>,
}

/// One group.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GroupFigures {
    /// DRG code.
    pub drg: String,
    /// Records.
    pub records: u64,
    /// Mean weight, four decimals.
    pub weight: Option<String>,
    /// Mean charges in yuan, two decimals.
    pub mean_charges: Option<String>,
    /// Mean stay in days, one decimal.
    pub mean_days: Option<String>,
}

const TOTAL: &str = "
select coalesce(sum(cases), 0) as discharges,
       count(distinct organisation_code) as organisations,
       min(discharge_month) as first_month, max(discharge_month) as last_month,
       count(distinct drg) as drgs,
       cast(round(cast(sum(weight) as decimal(28, 8))
                  / nullif(cast(sum(weighted_cases) as decimal(18, 0)), 0), 4) as varchar) as cmi
from drg_cell";

const STATUSES: &str = "
select status, sum(cases) as records from drg_cell
group by status order by records desc, status";

const HOSPITALS: &str = "
select m.organisation_code as code, n.name, m.discharges, m.grouped
from (select organisation_code, sum(discharges) as discharges, sum(grouped) as grouped
      from hospital_month group by organisation_code) m
join (select organisation_code, max(organisation_name) as name
      from discharge group by organisation_code) n
  on m.organisation_code = n.organisation_code
order by m.discharges desc, code";

const HOSPITAL_MONTHS: &str = "
select organisation_code as code, discharge_month as month,
       cast(round(cmi, 4) as varchar) as cmi,
       cast(round(time_index, 4) as varchar) as time_index,
       cast(round(cost_index, 4) as varchar) as cost_index
from hospital_month
where discharge_month in (select distinct discharge_month from drg_cell
                          order by discharge_month desc limit 6)
order by month, code";

const TOP_GROUPS: &str = "
select drg, sum(cases) as records,
       cast(round(cast(sum(weight) as decimal(28, 8))
                  / nullif(cast(sum(weighted_cases) as decimal(18, 0)), 0), 4) as varchar) as weight,
       cast(round(cast(sum(charges) as decimal(28, 8))
                  / nullif(cast(sum(charged_cases) as decimal(18, 0)), 0), 2) as varchar)
         as mean_charges,
       cast(round(cast(sum(days) as decimal(28, 8))
                  / nullif(cast(sum(timed_cases) as decimal(18, 0)), 0), 1) as varchar) as mean_days
from drg_cell where drg is not null
group by drg order by records desc, drg limit 10";

#[derive(Debug, Deserialize)]
struct HospitalRow {
    code: String,
    name: Option<String>,
    discharges: u64,
    grouped: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct MonthRow {
    code: String,
    month: String,
    cmi: Option<String>,
    time_index: Option<String>,
    cost_index: Option<String>,
}

/// Reads the figures of the newest version.
pub fn figures(workspace: &Workspace, content: &Content) -> Result<Figures, QueryError> {
    let total: Vec<Total> = rows(workspace, content, TOTAL)?;
    let total = total.into_iter().next().unwrap_or(Total {
        discharges: 0,
        organisations: 0,
        first_month: None,
        last_month: None,
        drgs: 0,
        cmi: None,
    });
    let month_rows: Vec<MonthRow> = rows(workspace, content, HOSPITAL_MONTHS)?;
    let mut months: Vec<String> = month_rows.iter().map(|row| row.month.clone()).collect();
    months.dedup();
    debug_assert!(months.len() <= MONTHS, "the query limits them");
    let hospitals = rows::<HospitalRow>(workspace, content, HOSPITALS)?
        .into_iter()
        .map(|row| hospital(row, &months, &month_rows))
        .collect();
    let groups: Vec<GroupFigures> = rows(workspace, content, TOP_GROUPS)?;
    debug_assert!(groups.len() <= GROUPS, "the query limits them");
    Ok(Figures {
        total,
        statuses: rows(workspace, content, STATUSES)?,
        months,
        hospitals,
        groups,
    })
}

fn hospital(row: HospitalRow, months: &[String], month_rows: &[MonthRow]) -> Hospital {
    let of = |month: &String| {
        month_rows
            .iter()
            .find(|other| other.code == row.code && other.month == *month)
    };
    let last = months.last().and_then(of);
    Hospital {
        cmi: months.iter().map(|month| of(month)?.cmi.clone()).collect(),
        time_index: last.and_then(|row| row.time_index.clone()),
        cost_index: last.and_then(|row| row.cost_index.clone()),
        name: row.name.unwrap_or_else(|| row.code.clone()),
        discharges: row.discharges,
        grouped: row.grouped.unwrap_or(0),
        code: row.code,
    }
}
