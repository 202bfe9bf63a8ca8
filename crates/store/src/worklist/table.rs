//! Items in and out of their table.

use biaochi_checks::Stage;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::item::{Finding, Item, ItemKey, Price, severity_of, severity_rank};
use super::state::State;
use crate::error::{Activity, Result};
use crate::row::{Cells, as_int, damaged};
use crate::sql::{self, Bind, Sql};
use crate::value::free_text;

/// What names an item, in the order of [`key_binds`].
macro_rules! key_columns {
    () => {
        "organisation_code, record_key, check_id"
    };
}

/// What is known about an item, in the order of [`binds`].
macro_rules! columns {
    () => {
        "discharge_month, department, physician, coder, severity, stage, fields, message, due, \
         price_weight, price_payment, changes_group, payment_rank, weight_rank, values_hash, state, \
         state_since, reason, accepted_values, assignee, opened_at, updated_at, closed_at, \
         times_found, revision"
    };
}

/// The beginning of a query for items.
pub(super) const SELECT: &str = concat!(
    "SELECT ",
    key_columns!(),
    ", ",
    columns!(),
    " FROM worklist_item"
);

fn binds(item: &Item) -> Vec<Bind> {
    let finding = &item.finding;
    let price = finding.price.as_ref();
    let decimal = |value: Option<rust_decimal::Decimal>| value.map(|value| value.to_string());
    let (payment_rank, weight_rank) = Price::ranks(price);
    vec![
        item.month.to_string().into(),
        finding.department.as_str().into(),
        finding.physician.as_str().into(),
        finding.coder.as_str().into(),
        severity_rank(finding.severity).into(),
        finding.stage.id().into(),
        serde_json::Value::from(finding.fields.clone())
            .to_string()
            .into(),
        finding.message.as_str().into(),
        finding.due.to_string().into(),
        decimal(price.and_then(|price| price.weight)).into(),
        decimal(price.and_then(|price| price.payment)).into(),
        price.map(|price| i64::from(price.changes_group)).into(),
        payment_rank.into(),
        weight_rank.into(),
        finding.values_hash.as_str().into(),
        item.state.code().into(),
        item.state_since.as_microsecond().into(),
        item.reason.as_str().into(),
        item.accepted_values.clone().into(),
        item.assignee.clone().unwrap_or_default().into(),
        item.opened_at.as_microsecond().into(),
        item.updated_at.as_microsecond().into(),
        item.closed_at.map(|time| time.as_microsecond()).into(),
        as_int(item.times_found).into(),
        as_int(item.revision).into(),
    ]
}

/// An item from a row of [`SELECT`].
pub(super) fn item(row: &AnyRow, activity: Activity) -> Result<Item> {
    let mut cells = Cells::new(row, activity);
    let organisation_code = cells.text()?;
    let record_key = cells.text()?;
    let check_id = cells.text()?;
    let month = cells.month()?;
    let department = cells.text()?;
    let physician = cells.text()?;
    let coder = cells.text()?;
    let severity = cells.int()?;
    let severity = severity_of(severity).ok_or_else(|| damaged("severity", severity))?;
    let stage = cells.parsed("stage", Stage::from_id)?;
    let fields = cells.parsed("fields", |text| serde_json::from_str(text).ok())?;
    let message = cells.text()?;
    let due = cells.date()?;
    let weight = cells.optional_parsed("weight", |text| text.parse().ok())?;
    let payment = cells.optional_parsed("payment", |text| text.parse().ok())?;
    let changes_group = cells.optional_int()?;
    let price = changes_group.map(|changes_group| Price {
        weight,
        payment,
        changes_group: changes_group != 0,
    });
    let _ranks = (cells.int()?, cells.int()?);
    let finding = Finding {
        record_key,
        check_id,
        department,
        physician,
        coder,
        severity,
        stage,
        fields,
        message,
        due,
        price,
        values_hash: cells.text()?,
    };
    Ok(Item {
        organisation_code,
        month,
        finding,
        state: cells.parsed("state", State::from_code)?,
        state_since: cells.time()?,
        reason: cells.text()?,
        accepted_values: cells.optional_text()?,
        assignee: Some(cells.text()?).filter(|name| !name.is_empty()),
        opened_at: cells.time()?,
        updated_at: cells.time()?,
        closed_at: cells.optional_time()?,
        times_found: cells.count()?,
        revision: cells.count()?,
    })
}

/// The item, if it is there.
pub(super) async fn load(
    connection: &mut AnyConnection,
    key: &ItemKey,
    activity: Activity,
) -> Result<Option<Item>> {
    let row = Sql::with(
        concat!(
            "SELECT ",
            key_columns!(),
            ", ",
            columns!(),
            " FROM worklist_item WHERE organisation_code = $1 AND record_key = $2 AND check_id = $3"
        ),
        key_binds(key),
    )
    .query()
    .fetch_optional(connection)
    .await
    .map_err(|source| crate::StoreError::database(activity, source))?;
    row.map(|row| item(&row, activity)).transpose()
}

/// Inserts new items and says how many were new; those that exist are left alone.
pub(super) async fn insert(
    connection: &mut AnyConnection,
    items: &[Item],
) -> Result<u64, sqlx::Error> {
    let rows = items.iter().map(|item| {
        let mut row = Vec::from(key_binds(&item.key()));
        row.append(&mut binds(item));
        row
    });
    sql::insert(
        connection,
        concat!(
            "INSERT INTO worklist_item (",
            key_columns!(),
            ", ",
            columns!(),
            ")"
        ),
        rows.collect(),
        "ON CONFLICT (organisation_code, record_key, check_id) DO NOTHING",
    )
    .await
}

/// Writes an item over its revision `seen`; `false` when somebody was faster.
pub(super) async fn update(
    connection: &mut AnyConnection,
    next: &Item,
    seen: u64,
) -> Result<bool, sqlx::Error> {
    let mut sql = Sql::new(concat!("UPDATE worklist_item SET (", columns!(), ") = "));
    sql.bind_list(binds(next))
        .push(" WHERE organisation_code = ")
        .bind(next.organisation_code.as_str())
        .push(" AND record_key = ")
        .bind(next.finding.record_key.as_str())
        .push(" AND check_id = ")
        .bind(next.finding.check_id.as_str())
        .push(" AND revision = ")
        .bind(as_int(seen));
    let done = sql.query().execute(connection).await?;
    Ok(done.rows_affected() == 1)
}

/// A finding as it is stored: clean keys, and texts that both databases hold.
pub(super) fn clean(finding: Finding) -> Result<Finding> {
    use crate::value::Named;
    Ok(Finding {
        record_key: Named::Record.check(&finding.record_key)?,
        check_id: Named::Check.check(&finding.check_id)?,
        department: free_text(&finding.department),
        physician: free_text(&finding.physician),
        coder: free_text(&finding.coder),
        fields: finding.fields.iter().map(|id| free_text(id)).collect(),
        message: free_text(&finding.message),
        values_hash: free_text(&finding.values_hash),
        ..finding
    })
}

fn key_binds(key: &ItemKey) -> [Bind; 3] {
    [
        key.organisation_code.as_str().into(),
        key.record_key.as_str().into(),
        key.check_id.as_str().into(),
    ]
}
