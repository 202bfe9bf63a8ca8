//! Views over `quality` and `finding`: what the bulletin of front-page quality is made of.

/// Name and query of each view.
pub(super) const QUALITY_VIEWS: [(&str, &str); 4] = [
    ("finding_open", FINDING_OPEN),
    ("quality_month", QUALITY_MONTH),
    ("quality_department", QUALITY_DEPARTMENT),
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

/// Quality by hospital and month: pages, mean score, share of grade 甲, pages that cannot be reported,
/// pages without error (accuracy) and without a completeness fault.
const QUALITY_MONTH: &str = "
SELECT q.organisation_code, q.discharge_month,
       count(*) AS pages,
       CAST(sum(q.score) AS DECIMAL(28, 8)) / CAST(count(*) AS DECIMAL(18, 0)) AS mean_score,
       min(q.score) AS lowest_score,
       sum(CASE WHEN q.grade = '甲' THEN 1 ELSE 0 END) AS grade_a,
       sum(CASE WHEN q.blocking > 0 THEN 1 ELSE 0 END) AS blocked,
       sum(CASE WHEN q.errors = 0 THEN 1 ELSE 0 END) AS without_error,
       count(*) - coalesce(max(c.incomplete), 0) AS complete,
       coalesce(max(c.regrouped), 0) AS regrouped
FROM quality q
LEFT JOIN (
  SELECT organisation_code, discharge_month,
         count(DISTINCT CASE WHEN class = 'completeness' THEN record_key END) AS incomplete,
         count(DISTINCT CASE WHEN changes_group THEN record_key END) AS regrouped
  FROM finding WHERE places > 0 AND stage <> 'trial'
  GROUP BY organisation_code, discharge_month
) c ON q.organisation_code = c.organisation_code AND q.discharge_month = c.discharge_month
GROUP BY q.organisation_code, q.discharge_month";

/// The same counts by department, physician and coder.
const QUALITY_DEPARTMENT: &str = "
SELECT organisation_code, discharge_month, discharge_department, attending_physician, coder,
       count(*) AS pages,
       CAST(sum(score) AS DECIMAL(28, 8)) / CAST(count(*) AS DECIMAL(18, 0)) AS mean_score,
       sum(CASE WHEN grade = '甲' THEN 1 ELSE 0 END) AS grade_a,
       sum(CASE WHEN blocking > 0 THEN 1 ELSE 0 END) AS blocked,
       sum(errors) AS errors, sum(warnings) AS warnings, sum(suspects) AS suspects
FROM quality
GROUP BY organisation_code, discharge_month, discharge_department, attending_physician, coder";

/// Faults by hospital, month and check: pages, places, points, and pages whose group would change.
const CHECK_MONTH: &str = "
SELECT organisation_code, discharge_month, check_id, class, severity, stage,
       count(*) AS pages, sum(places) AS places, sum(deduction) AS points,
       sum(CASE WHEN changes_group THEN 1 ELSE 0 END) AS regrouped,
       sum(weight_difference) AS weight_difference
FROM finding
WHERE places > 0
GROUP BY organisation_code, discharge_month, check_id, class, severity, stage";
