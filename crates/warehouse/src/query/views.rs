//! Views that every session has, next to the tables.

/// Name and query of each view, in the order in which they build on each other.
pub(super) const VIEWS: [(&str, &str); 2] = [
    ("discharge_grouped", DISCHARGE_GROUPED),
    ("hospital_month", HOSPITAL_MONTH),
];

/// Front pages with their groups. The partition columns stand in the join so that a filter on them
/// reaches both tables.
const DISCHARGE_GROUPED: &str = "
SELECT d.*, g.scheme, g.status AS grouping_status, g.mdc, g.adrg, g.drg, g.weight,
       g.weight_table, g.complications
FROM discharge d
LEFT JOIN grouping g
  ON d.organisation_code = g.organisation_code AND d.discharge_month = g.discharge_month
 AND d.record_key = g.record_key";

/// Figures by hospital and month. The reference of a group is its mean over all data of the version.
///
/// * `cmi` = Σ weight ÷ cases that have a weight; NULL without any, never zero;
/// * `time_index` = Σ n·d/D ÷ Σ n, `cost_index` = Σ n·c/C ÷ Σ n over groups g, where n·d and n·c are
///   the hospital's sums of days and charges and D and C the reference means of the group.
///
/// It reads the sums that every import keeps in `drg_cell`, never the records. A group whose days or
/// charges add up to nothing has no reference and is left out.
///
/// Everything is decimal arithmetic: the same data gives the same figure on every machine.
const HOSPITAL_MONTH: &str = "
WITH cell AS (
  SELECT *,
         sum(timed_cases) OVER g AS group_timed, sum(days) OVER g AS group_days,
         sum(charged_cases) OVER g AS group_charged, sum(charges) OVER g AS group_charges
  FROM drg_cell
  WINDOW g AS (PARTITION BY scheme, drg)
)
SELECT organisation_code, discharge_month, scheme,
       sum(cases) AS discharges,
       sum(cases) FILTER (WHERE drg IS NOT NULL) AS grouped,
       count(drg) AS drg_groups,
       sum(weighted_cases) AS weighted_cases,
       sum(weight) AS total_weight,
       CAST(sum(weight) AS DECIMAL(28, 8)) / nullif(CAST(sum(weighted_cases) AS DECIMAL(18, 0)), 0)
         AS cmi,
       sum(CAST(days AS DECIMAL(24, 6)) * CAST(group_timed AS DECIMAL(12, 0))
           / nullif(CAST(group_days AS DECIMAL(18, 0)), 0)) FILTER (WHERE drg IS NOT NULL)
         / nullif(CAST(sum(timed_cases) FILTER (WHERE drg IS NOT NULL AND group_days > 0)
                       AS DECIMAL(18, 0)), 0)
         AS time_index,
       sum(CAST(charges AS DECIMAL(24, 6)) * CAST(group_charged AS DECIMAL(12, 0))
           / nullif(CAST(group_charges AS DECIMAL(20, 2)), 0)) FILTER (WHERE drg IS NOT NULL)
         / nullif(CAST(sum(charged_cases) FILTER (WHERE drg IS NOT NULL AND group_charges > 0)
                       AS DECIMAL(18, 0)), 0)
         AS cost_index
FROM cell
GROUP BY organisation_code, discharge_month, scheme";
