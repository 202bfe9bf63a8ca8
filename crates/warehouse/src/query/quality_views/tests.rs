//! The views over a handful of pages whose figures were worked out by hand.

use datafusion::prelude::SessionContext;

use super::QUALITY_VIEWS;
use crate::query::{OutputFormat, QueryResult, write_result};

/// Hospital, page, score, rank of the grade, errors, warnings, suspicions, blocking errors,
/// department, physician and coder.
const PAGES: &str = "
CREATE VIEW quality AS
SELECT h AS organisation_code, '2024-01' AS discharge_month, k AS record_key,
       CAST(score AS DECIMAL(6, 2)) AS score, 'x' AS grade, CAST(grade_rank AS INT) AS grade_rank,
       errors, warnings, suspects, blocking, d AS discharge_department,
       p AS attending_physician, c AS coder
FROM (VALUES
  ('h1', 'p1', 100.0, 1, 0, 0, 0, 0, '03', '甲', 'c1'),
  ('h1', 'p2', 96.0, 1, 1, 0, 0, 1, '03', '甲', 'c1'),
  ('h1', 'p3', 89.5, 2, 1, 1, 0, 0, '03', '乙', 'c2'),
  ('h1', 'p4', 74.0, 3, 0, 2, 1, 0, '05', '甲', 'c1'),
  ('h1', 'p5', 90.0, NULL, 0, 1, 0, 0, '05', '甲', NULL),
  ('h2', 'p6', 50.0, 3, 1, 0, 0, 1, '03', '甲', 'c1')
) AS t(h, k, score, grade_rank, errors, warnings, suspects, blocking, d, p, c)";

/// The second finding of p3 outweighs the first; p4 has a fault on trial, and a mending without a
/// weight; of p5 only a value was kept, and mending changes nothing.
const FINDINGS: &str = "
CREATE VIEW finding AS
SELECT h AS organisation_code, '2024-01' AS discharge_month, k AS record_key, id AS check_id, class,
       severity, stage, places, CAST(points AS DECIMAL(6, 2)) AS deduction, changes AS changes_group,
       CAST(difference AS DECIMAL(10, 4)) AS weight_difference
FROM (VALUES
  ('h1', 'p2', 'A', 'completeness', 'error', 'enforced', 1, 4.0, NULL, NULL),
  ('h1', 'p3', 'B', 'coding', 'error', 'advisory', 2, 2.0, true, 0.5),
  ('h1', 'p3', 'C', 'logic', 'warning', 'advisory', 1, 0.5, true, -0.8),
  ('h1', 'p4', 'D', 'completeness', 'warning', 'advisory', 1, 1.0, NULL, NULL),
  ('h1', 'p4', 'E', 'completeness', 'error', 'trial', 1, 0.0, NULL, NULL),
  ('h1', 'p4', 'F', 'missed_coding', 'suspect', 'advisory', 1, 0.0, true, NULL),
  ('h1', 'p5', 'A', 'completeness', 'error', 'enforced', 0, 0.0, NULL, NULL),
  ('h1', 'p5', 'C', 'logic', 'warning', 'advisory', 1, 0.5, false, NULL),
  ('h2', 'p6', 'B', 'coding', 'error', 'enforced', 1, 2.0, true, 1.25)
) AS t(h, k, id, class, severity, stage, places, points, changes, difference)";

#[track_caller]
fn check(sql: &str, expected: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let found = runtime.expect("threads").block_on(async {
        let context = SessionContext::new();
        for table in [PAGES, FINDINGS] {
            context.sql(table).await.expect("a table");
        }
        for (name, view) in QUALITY_VIEWS {
            let view = context.sql(view).await.expect(name).into_view();
            context.register_table(name, view).expect(name);
        }
        let frame = context.sql(sql).await.expect(sql);
        let stream = frame.execute_stream().await.expect(sql);
        let result = QueryResult { stream, left: None };
        let mut out = Vec::new();
        write_result(result, OutputFormat::Csv, &mut out)
            .await
            .expect(sql);
        String::from_utf8(out).expect("text")
    });
    let lines: Vec<&str> = found.lines().skip(1).collect();
    assert_eq!(lines.join("\n"), expected, "{sql}");
}

#[test]
fn pages_count_by_hospital_department_physician_and_coder() {
    let counts =
        "pages, total_score, round(mean_score, 2), lowest_score, grade_a, complete, accurate,
                  without_error, blocked, regrouped, warnings, weight_difference";
    check(
        &format!("SELECT organisation_code, {counts} FROM quality_month ORDER BY 1"),
        "h1,5,449.50,89.90,74.00,2,4,4,3,1,2,4,-0.8000\nh2,1,50.00,50.00,50.00,0,1,0,0,1,1,0,1.2500",
    );
    check(
        &format!(
            "SELECT discharge_department, {counts} FROM quality_department
                  WHERE organisation_code = 'h1' ORDER BY 1"
        ),
        "03,3,285.50,95.17,89.50,2,2,2,1,1,1,1,-0.8000\n05,2,164.00,82.00,74.00,0,2,2,2,0,1,3,",
    );
    check(
        "SELECT organisation_code, discharge_department, attending_physician, pages, grade_a
         FROM quality_physician ORDER BY 1, 2, 3",
        "h1,03,乙,1,0\nh1,03,甲,2,2\nh1,05,甲,2,0\nh2,03,甲,1,0",
    );
    check(
        "SELECT organisation_code, coder, pages, grade_a FROM quality_coder
         ORDER BY 1, 2 NULLS LAST",
        "h1,c1,3,2\nh1,c2,1,0\nh1,,1,0\nh2,c1,1,0",
    );
}

#[test]
fn shares_are_of_all_pages_that_were_checked() {
    check(
        "SELECT round(grade_a_share, 4), round(completeness, 4), round(accuracy, 4)
         FROM quality_month ORDER BY organisation_code",
        "0.4000,0.8000,0.8000\n0.0000,1.0000,0.0000",
    );
}

#[test]
fn scores_fall_into_bands_whose_lower_end_belongs_to_them() {
    check(
        "SELECT at_least, below, pages FROM quality_score WHERE organisation_code = 'h1'
         ORDER BY 1 DESC",
        "100,,1\n95,100,1\n90,95,1\n85,90,1\n60,75,1",
    );
    check("SELECT sum(pages) FROM quality_score", "6");
}

#[test]
fn of_several_mendings_of_a_page_the_weightiest_counts() {
    check(
        "SELECT pages, priced, regrouped, raised, lowered, without_weight, weight_raised,
                weight_lowered, weight_difference
         FROM quality_effect ORDER BY organisation_code",
        "5,3,2,0,1,1,,-0.8000,-0.8000\n1,1,1,1,0,0,1.2500,,1.2500",
    );
}

#[test]
fn checks_count_with_their_effect() {
    check(
        "SELECT check_id, pages, places, points, regrouped, weight_difference FROM check_month
         WHERE organisation_code = 'h1' AND stage <> 'trial' ORDER BY 1",
        "A,1,1,4.00,0,\nB,1,2,2.00,1,0.5000\nC,2,2,1.00,1,-0.8000\nD,1,1,1.00,0,\nF,1,1,0.00,1,",
    );
    check("SELECT count(*) FROM finding_open", "7");
}
