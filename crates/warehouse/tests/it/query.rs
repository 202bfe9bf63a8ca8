use biaochi_warehouse::WarehouseError;
use biaochi_warehouse::lake::Selector;
use biaochi_warehouse::query::{OutputFormat, write_result};

use crate::tiny::{MONTHS, import, queries, runtime, texts};

#[test]
fn statements_that_change_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    runtime().block_on(async {
        import(folder, 1, &MONTHS).await.unwrap();
        let queries = queries(folder, Selector::Newest).await.unwrap();
        let attempts = [
            "INSERT INTO stay SELECT * FROM outcome",
            "DELETE FROM stay",
            "UPDATE stay SET generation = 0",
            "DROP TABLE stay",
            "CREATE VIEW v AS SELECT 1",
            "COPY stay TO 'stolen.csv'",
            "EXPLAIN ANALYZE INSERT INTO stay SELECT * FROM outcome",
            "EXPLAIN ANALYZE COPY stay TO 'stolen.csv'",
        ];
        for sql in attempts {
            assert!(queries.query(sql).await.is_err(), "{sql}");
        }
        let count = queries.query("SELECT count(*) FROM stay").await.unwrap();
        assert_eq!(texts(&count.collect().await.unwrap()), ["6000"]);
        let wrong = queries.query("SELECT nothing FROM stay").await;
        assert!(matches!(wrong, Err(WarehouseError::Query { .. })));
    });
}

#[test]
fn sealed_columns_are_not_in_the_tables() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    runtime().block_on(async {
        import(folder, 1, &MONTHS).await.unwrap();
        let queries = queries(folder, Selector::Newest).await.unwrap();
        let result = queries.query("SELECT * FROM stay LIMIT 1").await.unwrap();
        let names: Vec<_> = result
            .schema()
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect();
        assert_eq!(names, ["hospital", "month", "generation"]);
        assert!(queries.query("SELECT sealed FROM stay").await.is_err());
    });
}

#[test]
fn results_come_in_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    runtime().block_on(async {
        import(folder, 1, &MONTHS).await.unwrap();
        let queries = queries(folder, Selector::Newest).await.unwrap();
        let sql = "SELECT month, sum(generation) AS n, named_struct('a', 1) AS s FROM stay
                   GROUP BY month ORDER BY month";
        let written = async |format| {
            let result = queries.query(sql).await.unwrap();
            let mut out = Vec::new();
            assert_eq!(write_result(result, format, &mut out).await.unwrap(), 3);
            out
        };
        let csv = String::from_utf8(written(OutputFormat::Csv).await).unwrap();
        assert_eq!(
            csv,
            "month,n,s\n2024-01,2000,\"{\"\"a\"\":1}\"\n2024-02,2000,\"{\"\"a\"\":1}\"\n2024-03,2000,\"{\"\"a\"\":1}\"\n"
        );
        let json: serde_json::Value =
            serde_json::from_slice(&written(OutputFormat::Json).await).unwrap();
        assert_eq!(json[2], serde_json::json!({"month": "2024-03", "n": 2000, "s": {"a": 1}}));
        let table = String::from_utf8(written(OutputFormat::Table).await).unwrap();
        assert!(table.contains("| 2024-02 | 2000 |"), "{table}");
        assert_eq!(&written(OutputFormat::Parquet).await[..4], b"PAR1");
    });
}

#[test]
fn a_result_can_be_cut_after_some_rows() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    runtime().block_on(async {
        import(folder, 1, &MONTHS).await.unwrap();
        let queries = queries(folder, Selector::Newest).await.unwrap();
        for (limit, expected) in [(0, 0), (3, 3), (10_000, 6_000)] {
            let result = queries.query("SELECT generation FROM stay").await.unwrap();
            let batches = result.first(limit).collect().await.unwrap();
            let rows: usize = batches.iter().map(|batch| batch.num_rows()).sum();
            assert_eq!(rows, expected);
        }
    });
}
