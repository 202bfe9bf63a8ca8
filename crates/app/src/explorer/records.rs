//! The records of a group.

use biaochi_domain::Period;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::sums::within;
use super::{ExplorerError, Extent, HIGH_TIMES, LOW_PART, Tables};
use crate::Workspace;
use crate::lookup::quoted;

biaochi_domain::coded! {
    /// What records are sorted by, the largest first.
    pub enum RecordOrder {
        /// Charges.
        Charges = "charges", "费用", "charges";
        /// Days.
        Days = "days", "住院天数", "days";
        /// Score of the front page, the worst first.
        Score = "score", "首页得分", "score";
        /// Time of discharge, the newest first.
        Discharge = "discharge", "出院时间", "discharge";
    }
}

/// A record of a group, without direct identifiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    /// Key of the record.
    pub record_key: String,
    /// Its hospital.
    pub organisation_code: String,
    /// Month of discharge.
    pub month: String,
    /// Department of discharge.
    pub department: Option<String>,
    /// Days.
    pub days: Option<i32>,
    /// Charges in yuan.
    pub charges: Option<Decimal>,
    /// Charges ÷ mean charges of the group in all hospitals.
    pub times: Option<Decimal>,
    /// `high` or `low` for an outlier.
    pub outlier: Option<&'static str>,
    /// Whether the stay ended in death.
    pub died: bool,
    /// Score of the front page.
    pub score: Option<Decimal>,
    /// CC and MCC that counted.
    pub complications: Vec<String>,
}

/// A page of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordPage {
    /// The records.
    pub rows: Vec<RecordRow>,
    /// How many there are in all.
    pub total: u64,
}

#[derive(Debug, Deserialize)]
struct Stored {
    record_key: String,
    organisation_code: String,
    month: String,
    department: Option<String>,
    days: Option<i32>,
    charges: Option<String>,
    disposition: Option<String>,
    score: Option<String>,
    #[serde(default)]
    complications: Vec<Complication>,
}

#[derive(Debug, Deserialize)]
struct Complication {
    code: Option<String>,
    level: Option<String>,
    counted: Option<bool>,
}

/// Records of a group from `offset` on, `limit` of them.
///
/// # Errors
/// The lake cannot be read.
pub fn records(
    tables: &Tables,
    workspace: &Workspace,
    drg: &str,
    (extent, period): (&Extent, Period),
    department: Option<&str>,
    order: RecordOrder,
    (offset, limit): (u64, u32),
) -> Result<RecordPage, ExplorerError> {
    let scheme = quoted(&workspace.config().scheme);
    let months = within("", period);
    let mut condition = format!(
        "scheme = {scheme} and drg = {} and status = 'grouped' and {months} and {}",
        quoted(drg),
        extent.condition("")
    );
    if let Some(department) = department {
        condition += &format!(" and discharge_department = {}", quoted(department));
    }
    // What no record has comes last; keys settle ties, so that pages do not overlap.
    let order = match order {
        RecordOrder::Charges => "g.total_charges desc nulls last",
        RecordOrder::Days => "g.length_of_stay desc nulls last",
        RecordOrder::Score => "q.score asc nulls last",
        RecordOrder::Discharge => "g.discharge_month desc",
    };
    let version = &tables.0;
    let counted: Vec<Count> = version.rows(&format!(
        "select count(*) as total from grouping where {condition}"
    ))?;
    let means: Vec<Mean> = version.rows(&format!(
        "select cast(cast(sum(charges) as decimal(28, 8)) \
           / nullif(cast(sum(charged_cases) as decimal(18, 0)), 0) as varchar) as mean \
         from drg_cell where scheme = {scheme} and drg = {} and status = 'grouped' and {months}",
        quoted(drg)
    ))?;
    let stored: Vec<Stored> = version.rows(&format!(
        "select g.record_key, g.organisation_code, g.discharge_month as month, \
         g.discharge_department as department, g.length_of_stay as days, \
         cast(g.total_charges as varchar) as charges, g.discharge_disposition as disposition, \
         cast(q.score as varchar) as score, g.complications \
         from (select * from grouping where {condition}) g \
         left join (select record_key, score from quality where {months} and {}) q \
           on g.record_key = q.record_key \
         order by {order}, g.record_key limit {limit} offset {offset}",
        extent.hospitals_sql("")
    ))?;
    let mean = means.into_iter().next().and_then(|row| number(row.mean));
    Ok(RecordPage {
        rows: stored.into_iter().map(|stored| row(stored, mean)).collect(),
        total: counted.first().map_or(0, |row| row.total),
    })
}

#[derive(Debug, Deserialize)]
struct Count {
    total: u64,
}

#[derive(Debug, Deserialize)]
struct Mean {
    mean: Option<String>,
}

fn number(text: Option<String>) -> Option<Decimal> {
    text.and_then(|text| text.parse().ok())
}

fn row(stored: Stored, mean: Option<Decimal>) -> RecordRow {
    let charges = number(stored.charges);
    let times = charges
        .zip(mean)
        .and_then(|(charges, mean)| charges.checked_div(mean));
    let limit = |text: &str| text.parse::<Decimal>().unwrap_or_default();
    let outlier = match times {
        Some(times) if times > limit(HIGH_TIMES) => Some("high"),
        Some(times) if times < limit(LOW_PART) => Some("low"),
        _ => None,
    };
    let counted = stored.complications.into_iter().filter_map(|own| {
        let (code, level) = (own.code?, own.level?);
        own.counted
            .unwrap_or(false)
            .then(|| format!("{} {code}", level.to_uppercase()))
    });
    RecordRow {
        record_key: stored.record_key,
        organisation_code: stored.organisation_code,
        month: stored.month,
        department: stored.department,
        days: stored.days,
        charges,
        times: times.map(|times| times.round_dp(2)),
        outlier,
        died: stored.disposition.as_deref() == Some("5"),
        score: number(stored.score),
        complications: counted.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(charges: &str) -> Stored {
        Stored {
            record_key: "k".to_owned(),
            organisation_code: "A".to_owned(),
            month: "2025-01".to_owned(),
            department: None,
            days: Some(3),
            charges: Some(charges.to_owned()),
            disposition: Some("5".to_owned()),
            score: None,
            complications: vec![
                Complication {
                    code: Some("I10".to_owned()),
                    level: Some("cc".to_owned()),
                    counted: Some(true),
                },
                Complication {
                    code: Some("E11".to_owned()),
                    level: Some("mcc".to_owned()),
                    counted: Some(false),
                },
            ],
        }
    }

    #[test]
    fn outliers_are_far_from_the_mean_of_all_hospitals() {
        let hundred = Some(Decimal::ONE_HUNDRED);
        let outlier = |charges: &str, mean| row(stored(charges), mean).outlier;
        assert_eq!(outlier("300.00", hundred), None);
        assert_eq!(outlier("300.01", hundred), Some("high"));
        assert_eq!(outlier("40.00", hundred), None);
        assert_eq!(outlier("39.99", hundred), Some("low"));
        assert_eq!(outlier("300.01", None), None);
        let row = row(stored("1"), None);
        assert!(row.died);
        assert_eq!(row.complications, ["CC I10"]);
    }
}
