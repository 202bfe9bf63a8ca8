//! Sums by DRG, which group counts, indices and low-risk mortality follow from.

use std::collections::BTreeMap;

use biaochi_domain::Period;
use biaochi_indicators::{DrgSums, Groups};
use datafusion::arrow::array::{Array as _, AsArray as _};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Int64Type};
use rust_decimal::Decimal;

use crate::error::{Result, WarehouseError};
use crate::query::{Queries, quoted};

/// Sums by hospital and DRG over the months or days of a period, of all departments or of one.
pub async fn drg_sums(
    queries: &Queries,
    period: Period,
    department: Option<&str>,
) -> Result<BTreeMap<String, Groups>> {
    let department = department.map_or_else(String::new, |department| {
        format!(
            " AND coalesce(discharge_department, '') = {}",
            quoted(department)
        )
    });
    let (first, last) = (period.first().to_string(), period.last().to_string());
    // Groups do not say on which day; the pages do.
    let days = if period.is_whole_months() {
        String::new()
    } else {
        format!(
            " AND record_key IN (SELECT record_key FROM discharge \
                WHERE discharge_month >= {} AND discharge_month <= {} \
                  AND CAST(discharge_time AS DATE) >= CAST({} AS DATE) \
                  AND CAST(discharge_time AS DATE) <= CAST({} AS DATE))",
            quoted(&first),
            quoted(&last),
            quoted(&period.first_day().to_string()),
            quoted(&period.last_day().to_string()),
        )
    };
    let sql = format!(
        "SELECT CAST(organisation_code AS VARCHAR), CAST(drg AS VARCHAR), count(*), count(length_of_stay), \
                coalesce(sum(CAST(length_of_stay AS BIGINT)), 0), count(total_charges), \
                CAST(coalesce(sum(total_charges), 0) AS DECIMAL(30, 2)), \
                count(*) FILTER (WHERE discharge_disposition = '5') \
         FROM grouping WHERE status = 'grouped' \
           AND discharge_month >= {} AND discharge_month <= {}{department}{days} \
         GROUP BY organisation_code, drg",
        quoted(&first),
        quoted(&last),
    );
    let mut hospitals = BTreeMap::<String, Groups>::new();
    for batch in queries.query(&sql).await?.collect().await? {
        let text = |place: usize| {
            let texts = cast(batch.column(place), &DataType::Utf8);
            texts.map_err(WarehouseError::query)
        };
        let (hospital, drg) = (text(0)?, text(1)?);
        let (hospital, drg) = (hospital.as_string::<i32>(), drg.as_string::<i32>());
        let number = |place: usize, row: usize| {
            let numbers = batch.column(place).as_primitive::<Int64Type>();
            u64::try_from(numbers.value(row)).unwrap_or(0)
        };
        let charges = batch.column(6).as_primitive::<Decimal128Type>();
        for row in (0..batch.num_rows()).filter(|row| drg.is_valid(*row)) {
            let total = Decimal::try_from_i128_with_scale(charges.value(row), 2);
            let sums = DrgSums {
                cases: number(2, row),
                days: (number(3, row), number(4, row)),
                charges: (number(5, row), total.unwrap_or(Decimal::MAX)),
                deaths: number(7, row),
            };
            let groups = hospitals.entry(hospital.value(row).to_owned()).or_default();
            groups
                .entry(drg.value(row).to_owned())
                .or_default()
                .add(&sums);
        }
    }
    Ok(hospitals)
}
