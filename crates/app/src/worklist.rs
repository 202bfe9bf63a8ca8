//! The coder's worklist: findings of the lake become items of the operational store, and people settle
//! them.

use std::collections::BTreeMap;

use biaochi_checks::{CheckSet, Severity, Stage};
use biaochi_domain::{Language, Localized, Month};
use biaochi_store::{
    Actor, Finding, Item, ItemKey, ItemRevision, Location, Price, Recheck, Scope, Step, Store,
    StoreError, SyncSummary,
};
use biaochi_warehouse::lake::ImportRecord;
use jiff::civil::Date;
use jiff::{Span, Timestamp};
use rust_decimal::Decimal;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::query::{QueryError, rows};
use crate::runtime::block_on;
use crate::workspace::PaymentRate;
use crate::{Content, ContentError, Workspace};

/// Who acts when nobody is named: the program itself.
pub const SYSTEM_ACTOR: &str = "系统";

/// Why the worklist could not be read or changed.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the wrapped errors are documented")]
pub enum WorklistError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error("several items begin with {text:?}, or none")]
    NotOne { text: String, found: usize },
}

impl Localized for WorklistError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Store(error), _) => error.text(language),
            (Self::Query(error), _) => error.text(language),
            (Self::Content(error), _) => error.text(language),
            (Self::NotOne { text, found: 0 }, Language::Zh) => {
                format!("工作清单中没有“{text}”。写作 记录键/规则，记录键可只写开头几位")
            }
            (Self::NotOne { text, found }, Language::Zh) => {
                format!("“{text}”对应 {found} 条，请把记录键写长一些")
            }
            (Self::NotOne { .. }, Language::En) => self.to_string(),
        }
    }
}

impl Workspace {
    /// Where the operational store is: as configured, else a file in the workspace.
    pub fn store_location(&self) -> Location {
        match &self.config().store {
            Some(text) => Location::parse(text),
            None => Location::File(self.root().join("store.sqlite")),
        }
    }
}

/// Opens the store of a workspace and does something with it.
pub fn with_store<T>(
    workspace: &Workspace,
    work: impl AsyncFnOnce(&Store) -> Result<T, WorklistError>,
) -> Result<T, WorklistError> {
    block_on(workspace.with_store(work))
}

#[derive(Debug, Deserialize)]
struct Row {
    organisation_code: String,
    discharge_month: String,
    record_key: String,
    check_id: String,
    severity: String,
    stage: String,
    fields: Vec<String>,
    places: i64,
    message: String,
    changes_group: Option<bool>,
    weight_difference: Option<String>,
    day: Option<String>,
    department: Option<String>,
    physician: Option<String>,
    coder: Option<String>,
}

/// Months of a hospital that are taken in together: enough that reading them is worth its overhead,
/// few enough that memory does not grow with the lake.
const MONTHS_AT_ONCE: usize = 24;

/// Takes the findings of an import into the worklist, hospital by hospital and month by month.
pub fn sync_import(
    workspace: &Workspace,
    content: &Content,
    record: &ImportRecord,
    actor: &str,
) -> Result<SyncSummary, WorklistError> {
    let months = &record.partitions;
    sync_months(workspace, content, months, record.published_at, actor)
}

/// Takes the findings that these months have now into the worklist. `as_of` is when the records were
/// published, in microseconds since 1970 UTC.
pub fn sync_months(
    workspace: &Workspace,
    content: &Content,
    months: &[(String, String)],
    as_of: i64,
    actor: &str,
) -> Result<SyncSummary, WorklistError> {
    let checks = workspace.config().checks.as_deref();
    let checks = checks.unwrap_or(crate::check::NATIONAL);
    let set = content
        .check_library()
        .load(checks)
        .map_err(ContentError::from)?
        .set;
    sync_months_of(workspace, content, &set, months, (as_of, actor))
}

/// The same for whoever has read the workspace's checks already: they are not read again.
pub fn sync_months_of(
    workspace: &Workspace,
    content: &Content,
    set: &CheckSet,
    months: &[(String, String)],
    (as_of, actor): (i64, &str),
) -> Result<SyncSummary, WorklistError> {
    let as_of = Timestamp::from_microsecond(as_of).unwrap_or_else(|_| Timestamp::now());
    let rate = workspace.config().payment_rate;
    let mut all = SyncSummary::default();
    for some in months.chunks(MONTHS_AT_ONCE) {
        let mut findings: BTreeMap<(String, String), Vec<Finding>> = some
            .iter()
            .map(|month| (month.clone(), Vec::new()))
            .collect();
        for row in rows::<Row>(workspace, content, &query(some))? {
            let days = set
                .get(&row.check_id)
                .map_or(7, |check| i64::from(check.due_days));
            let month = (row.organisation_code.clone(), row.discharge_month.clone());
            if let Some(found) = findings.get_mut(&month) {
                found.extend(finding(row, days, rate));
            }
        }
        take_in(workspace, findings, as_of, actor, &mut all)?;
    }
    Ok(all)
}

/// Takes the findings of some months in, and adds to what became of all.
fn take_in(
    workspace: &Workspace,
    findings: BTreeMap<(String, String), Vec<Finding>>,
    as_of: Timestamp,
    actor: &str,
    all: &mut SyncSummary,
) -> Result<(), WorklistError> {
    with_store(workspace, async |store| {
        for ((organisation_code, month), findings) in findings {
            let Ok(month) = month.parse::<Month>() else {
                continue;
            };
            let scope = Scope::one(organisation_code.clone());
            let recheck = Recheck {
                organisation_code,
                month,
                as_of,
            };
            let one = store
                .sync(&scope, &Actor::now(actor), &recheck, findings)
                .await?;
            all.opened += one.opened;
            all.found_again += one.found_again;
            all.reopened += one.reopened;
            all.content_changed += one.content_changed;
            all.closed += one.closed;
            all.accepted += one.accepted;
            all.not_yet_seen += one.not_yet_seen;
            all.still_open += one.still_open;
        }
        Ok(())
    })
}

/// The findings of months. Codes and months come from the lake; quotes in them are doubled all the same.
fn query(months: &[(String, String)]) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    let list = |values: &mut dyn Iterator<Item = &String>| {
        let mut values: Vec<String> = values.map(|value| quoted(value)).collect();
        values.sort();
        values.dedup();
        values.join(", ")
    };
    let organisations = list(&mut months.iter().map(|(organisation, _)| organisation));
    let months = list(&mut months.iter().map(|(_, month)| month));
    format!(
        "select f.organisation_code, f.discharge_month, f.record_key, f.check_id, f.severity, f.stage,
                f.fields, f.places, f.message, f.changes_group,
                cast(f.weight_difference as varchar) as weight_difference,
                cast(cast(q.discharge_time as date) as varchar) as day,
                q.discharge_department as department, q.attending_physician as physician, q.coder
         from finding f
         join quality q on f.organisation_code = q.organisation_code
          and f.discharge_month = q.discharge_month and f.record_key = q.record_key
         where f.places > 0 and f.stage <> 'trial'
           and f.organisation_code in ({organisations}) and f.discharge_month in ({months})"
    )
}

fn finding(row: Row, days: i64, rate: Option<PaymentRate>) -> Option<Finding> {
    let day: Date = row.day.as_deref()?.parse().ok()?;
    let due = day.checked_add(Span::new().try_days(days).ok()?).ok()?;
    let weight: Option<Decimal> = row
        .weight_difference
        .as_deref()
        .and_then(|text| text.parse().ok());
    let price = row.changes_group.map(|changes_group| Price {
        weight,
        payment: weight.zip(rate).map(|(weight, rate)| rate.pays(weight)),
        changes_group,
    });
    let mut values = Sha256::new();
    values.update(row.places.to_le_bytes());
    values.update(&row.message);
    let digest = values.finalize();
    let values_hash = digest[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Some(Finding {
        record_key: row.record_key,
        check_id: row.check_id,
        department: row.department.unwrap_or_default(),
        physician: row.physician.unwrap_or_default(),
        coder: row.coder.unwrap_or_default(),
        severity: Severity::from_id(&row.severity)?,
        stage: Stage::from_id(&row.stage)?,
        fields: row.fields,
        message: row.message,
        due,
        price,
        values_hash,
    })
}

/// Takes a step with the item that a text names: `record key/check`, the key shortened as long as it
/// is unique.
pub fn act(
    workspace: &Workspace,
    scope: &Scope,
    actor: &str,
    text: &str,
    step: &Step,
) -> Result<Item, WorklistError> {
    with_store(workspace, async |store| {
        let item = named(store, scope, text).await?;
        let seen: ItemRevision = item.seen();
        Ok(store.act(scope, &Actor::now(actor), &seen, step).await?)
    })
}

/// The item that a text names.
pub async fn named(store: &Store, scope: &Scope, text: &str) -> Result<Item, WorklistError> {
    let (record, check) = text.split_once('/').unwrap_or((text, ""));
    let filter = biaochi_store::Filter {
        check_id: Some(check.to_owned()),
        ..biaochi_store::Filter::default()
    };
    let mut found: Vec<ItemKey> = Vec::new();
    let mut after = None;
    loop {
        let order = biaochi_store::Order::Due;
        let page = store
            .list(scope, &filter, order, after.as_ref(), 1_000)
            .await?;
        let fits = page
            .items
            .iter()
            .filter(|item| item.finding.record_key.starts_with(record));
        found.extend(fits.map(Item::key));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    match &found[..] {
        [key] => Ok(store.item(scope, key).await?),
        _ => Err(WorklistError::NotOne {
            text: text.to_owned(),
            found: found.len(),
        }),
    }
}
