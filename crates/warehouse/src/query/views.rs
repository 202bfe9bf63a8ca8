//! Views that every session has, next to the tables.

/// Name and query of each view, in the order in which they build on each other.
pub(super) const VIEWS: [(&str, &str); 3] = [
    ("discharge_grouped", DISCHARGE_GROUPED),
    ("drg_cell", DRG_CELL),
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

/// Sums by hospital, month and group; `drg` is NULL for stays without a group. Every figure of a
/// hospital, a county or a year follows from these sums.
const DRG_CELL: &str = "
SELECT organisation_code, discharge_month, scheme,
       CASE WHEN status = 'grouped' THEN drg END AS drg,
       count(*) AS cases,
       count(weight) AS weighted_cases, sum(weight) AS weight,
       count(length_of_stay) AS timed_cases, sum(length_of_stay) AS days,
       count(total_charges) AS charged_cases, sum(total_charges) AS charges
FROM grouping
GROUP BY 1, 2, 3, 4";

/// Figures by hospital and month. The reference of a group is its mean over all data of the version.
///
/// * `cmi` = Σ weight ÷ cases that have a weight; NULL without any, never zero;
/// * `time_index` = Σ n·d/D ÷ Σ n, `cost_index` = Σ n·c/C ÷ Σ n over groups g, where n·d and n·c are
///   the hospital's sums of days and charges and D and C the reference means of the group.
///
/// Everything is decimal arithmetic: the same data gives the same figure on every machine.
const HOSPITAL_MONTH: &str = "
WITH reference AS (
  SELECT scheme, drg,
         sum(timed_cases) AS timed_cases, sum(days) AS days,
         sum(charged_cases) AS charged_cases, sum(charges) AS charges
  FROM drg_cell WHERE drg IS NOT NULL GROUP BY scheme, drg
)
SELECT c.organisation_code, c.discharge_month, c.scheme,
       sum(c.cases) AS discharges,
       sum(c.cases) FILTER (WHERE c.drg IS NOT NULL) AS grouped,
       count(c.drg) AS drg_groups,
       sum(c.weighted_cases) AS weighted_cases,
       sum(c.weight) AS total_weight,
       CAST(sum(c.weight) AS DECIMAL(28, 8)) / nullif(CAST(sum(c.weighted_cases) AS DECIMAL(18, 0)), 0)
         AS cmi,
       sum(CAST(c.days AS DECIMAL(24, 6)) * CAST(r.timed_cases AS DECIMAL(12, 0))
           / CAST(r.days AS DECIMAL(18, 0))) FILTER (WHERE r.days > 0)
         / nullif(CAST(sum(c.timed_cases) FILTER (WHERE r.days > 0) AS DECIMAL(18, 0)), 0)
         AS time_index,
       sum(CAST(c.charges AS DECIMAL(24, 6)) * CAST(r.charged_cases AS DECIMAL(12, 0))
           / CAST(r.charges AS DECIMAL(20, 2))) FILTER (WHERE r.charges > 0)
         / nullif(CAST(sum(c.charged_cases) FILTER (WHERE r.charges > 0) AS DECIMAL(18, 0)), 0)
         AS cost_index
FROM drg_cell c
LEFT JOIN reference r ON c.scheme = r.scheme AND c.drg = r.drg
GROUP BY c.organisation_code, c.discharge_month, c.scheme";
