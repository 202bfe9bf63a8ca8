//! Views over `quality` and `finding`: what the bulletin of front-page quality is made of.
//!
//! Every share has the pages that were checked as its denominator. What counts as complete and
//! accurate follows 住院病案首页数据质量管理与控制指标（2016年版）, which divides the front pages
//! whose mandatory items are all filled in by those looked at; only errors (错误) count, since
//! warnings and suspicions are for a person to decide. Checks on trial count nowhere.
//!
//! The best grade is the one of rank 1: grades are content, and their names are not known here.

/// The counts and shares of the pages of a unit and month. `total_score` is what means of several
/// months are made of.
macro_rules! by {
    ($unit:literal) => {
        concat!(
            "SELECT ",
            $unit,
            ",
       count(*) AS pages,
       sum(score) AS total_score,
       CAST(sum(score) AS DECIMAL(28, 8)) / CAST(count(*) AS DECIMAL(18, 0)) AS mean_score,
       min(score) AS lowest_score,
       count(CASE WHEN best_grade THEN 1 END) AS grade_a,
       count(CASE WHEN complete THEN 1 END) AS complete,
       count(CASE WHEN accurate THEN 1 END) AS accurate,
       count(CASE WHEN errors = 0 THEN 1 END) AS without_error,
       count(CASE WHEN blocked THEN 1 END) AS blocked,
       count(CASE WHEN regrouped THEN 1 END) AS regrouped,
       sum(errors) AS errors, sum(warnings) AS warnings, sum(suspects) AS suspects,
       sum(weight_difference) AS weight_difference,
       CAST(count(CASE WHEN best_grade THEN 1 END) AS DECIMAL(28, 8))
         / CAST(count(*) AS DECIMAL(18, 0)) AS grade_a_share,
       CAST(count(CASE WHEN complete THEN 1 END) AS DECIMAL(28, 8))
         / CAST(count(*) AS DECIMAL(18, 0)) AS completeness,
       CAST(count(CASE WHEN accurate THEN 1 END) AS DECIMAL(28, 8))
         / CAST(count(*) AS DECIMAL(18, 0)) AS accuracy
FROM quality_page
GROUP BY ",
            $unit
        )
    };
}

/// Name and query of each view, in the order in which they build on each other.
pub(super) const QUALITY_VIEWS: [(&str, &str); 9] = [
    ("finding_open", FINDING_OPEN),
    ("quality_page", QUALITY_PAGE),
    ("quality_month", by!("organisation_code, discharge_month")),
    (
        "quality_department",
        by!("organisation_code, discharge_month, discharge_department"),
    ),
    // Two departments may have physicians of one name.
    (
        "quality_physician",
        by!("organisation_code, discharge_month, discharge_department, attending_physician"),
    ),
    (
        "quality_coder",
        by!("organisation_code, discharge_month, coder"),
    ),
    ("quality_score", QUALITY_SCORE),
    ("quality_effect", QUALITY_EFFECT),
    ("check_month", CHECK_MONTH),
];

/// Findings proper: neither values that are only kept nor checks on trial, each with its page.
const FINDING_OPEN: &str = "
SELECT f.*, q.score, q.grade, q.discharge_department, q.attending_physician, q.coder
FROM finding f
JOIN quality q
  ON f.organisation_code = q.organisation_code AND f.discharge_month = q.discharge_month
 AND f.record_key = q.record_key
WHERE f.places > 0 AND f.stage <> 'trial'";

/// One row for each page: what it counts towards.
///
/// * `complete`: no error of the class completeness;
/// * `accurate`: no error of any other class;
/// * `blocked`: cannot be reported as it is;
/// * `priced`: mending some finding could be tried; `regrouped`: it would change the group;
/// * `weight_difference`: of the one finding whose mending changes the weight most. Each mending is
///   tried alone, so differences of several findings of a page must not be added.
const QUALITY_PAGE: &str = "
SELECT q.organisation_code, q.discharge_month, q.record_key, q.score, q.grade,
       coalesce(q.grade_rank = 1, false) AS best_grade,
       q.blocking > 0 AS blocked, q.errors, q.warnings, q.suspects,
       q.discharge_department, q.attending_physician, q.coder,
       coalesce(f.incomplete, 0) = 0 AS complete,
       coalesce(f.inaccurate, 0) = 0 AS accurate,
       coalesce(f.priced, 0) > 0 AS priced,
       coalesce(f.regrouped, 0) > 0 AS regrouped,
       CASE WHEN f.most >= -f.least THEN f.most ELSE f.least END AS weight_difference
FROM quality q
LEFT JOIN (
  SELECT organisation_code, discharge_month, record_key,
         count(CASE WHEN severity = 'error' AND class = 'completeness' THEN 1 END) AS incomplete,
         count(CASE WHEN severity = 'error' AND class <> 'completeness' THEN 1 END) AS inaccurate,
         count(changes_group) AS priced,
         count(CASE WHEN changes_group THEN 1 END) AS regrouped,
         max(weight_difference) AS most, min(weight_difference) AS least
  FROM finding WHERE places > 0 AND stage <> 'trial'
  GROUP BY organisation_code, discharge_month, record_key
) f ON q.organisation_code = f.organisation_code AND q.discharge_month = f.discharge_month
   AND q.record_key = f.record_key";

/// Pages by band of the score: `at_least` is part of the band, `below` is not; full marks are a band
/// of their own.
const QUALITY_SCORE: &str = "
SELECT organisation_code, discharge_month, at_least,
       CASE at_least WHEN 95 THEN 100 WHEN 90 THEN 95 WHEN 85 THEN 90 WHEN 80 THEN 85
                     WHEN 75 THEN 80 WHEN 60 THEN 75 WHEN 0 THEN 60 END AS below,
       count(*) AS pages
FROM (
  SELECT organisation_code, discharge_month,
         CASE WHEN score >= 100 THEN 100 WHEN score >= 95 THEN 95 WHEN score >= 90 THEN 90
              WHEN score >= 85 THEN 85 WHEN score >= 80 THEN 80 WHEN score >= 75 THEN 75
              WHEN score >= 60 THEN 60 ELSE 0 END AS at_least
  FROM quality
)
GROUP BY organisation_code, discharge_month, at_least";

/// What mending would change, by hospital and month: pages whose group would be another, those of
/// them whose weight rises or falls, and by how much. Pages without a known weight count in
/// `without_weight`.
const QUALITY_EFFECT: &str = "
SELECT organisation_code, discharge_month,
       count(*) AS pages,
       count(CASE WHEN priced THEN 1 END) AS priced,
       count(CASE WHEN regrouped THEN 1 END) AS regrouped,
       count(CASE WHEN weight_difference > 0 THEN 1 END) AS raised,
       count(CASE WHEN weight_difference < 0 THEN 1 END) AS lowered,
       count(CASE WHEN regrouped AND weight_difference IS NULL THEN 1 END) AS without_weight,
       sum(CASE WHEN weight_difference > 0 THEN weight_difference END) AS weight_raised,
       sum(CASE WHEN weight_difference < 0 THEN weight_difference END) AS weight_lowered,
       sum(weight_difference) AS weight_difference
FROM quality_page
GROUP BY organisation_code, discharge_month";

/// Faults by hospital, month and check: pages, places, points, and pages whose group would change.
const CHECK_MONTH: &str = "
SELECT organisation_code, discharge_month, check_id, class, severity, stage,
       count(*) AS pages, sum(places) AS places, sum(deduction) AS points,
       sum(CASE WHEN changes_group THEN 1 ELSE 0 END) AS regrouped,
       sum(weight_difference) AS weight_difference
FROM finding
WHERE places > 0
GROUP BY organisation_code, discharge_month, check_id, class, severity, stage";

#[cfg(test)]
mod tests;
