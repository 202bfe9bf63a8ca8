//! Why a record is in its group, what would change it, and which groups are beside it.

use std::collections::HashMap;

use biaochi_domain::{Language, Localized as _};
use biaochi_grouper::{Reason, analysis_notice};
use biaochi_records::FrontPage;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::codes::name_of;
use super::{RecordsError, Tables};
use crate::lookup::quoted;
use crate::{Compiled, Workspace, stay_of};

/// The way of a record to its group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupPath {
    /// Id of the scheme.
    pub scheme: String,
    /// Its title.
    pub scheme_title: String,
    /// How grouping ended, in words.
    pub status: String,
    /// Category with its name.
    pub mdc: (String, Option<String>),
    /// Adjacent group with its name.
    pub adrg: (String, Option<String>),
    /// Group with its name.
    pub drg: (String, Option<String>),
    /// Weight of the group.
    pub weight: Option<Decimal>,
    /// What was decided, in order.
    pub steps: Vec<PathStep>,
    /// Diagnoses that are CC or MCC.
    pub complications: Vec<Complication>,
    /// Remarks on codes.
    pub remarks: Vec<String>,
    /// Single changes that lead to another group.
    pub what_if: Vec<WhatIf>,
    /// What a reader must know about them.
    pub notice: &'static str,
    /// Groups of the same adjacent group.
    pub neighbours: Vec<Neighbour>,
}

/// A decision on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathStep {
    /// `mdc`, `adrg` or `drg`.
    pub level: &'static str,
    /// Code of what was tried.
    pub code: String,
    /// Its name.
    pub name: Option<String>,
    /// Whether the record fits.
    pub holds: bool,
    /// It led to the group.
    pub on_path: bool,
    /// What decided.
    pub reasons: Vec<PathReason>,
}

/// A condition that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathReason {
    /// The condition and what it met, in words.
    pub text: String,
    /// The value of the record that it looked at; empty when there is none.
    pub found: String,
    /// Whether the condition holds.
    pub holds: bool,
}

/// A secondary diagnosis that is CC or MCC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complication {
    /// Its place among the diagnoses, from 0.
    pub position: usize,
    /// The code.
    pub code: String,
    /// Its name.
    pub name: Option<String>,
    /// `CC` or `MCC`.
    pub level: &'static str,
    /// It counts.
    pub counted: bool,
    /// The exclusion table that it has.
    pub table: Option<String>,
    /// All of it in words.
    pub text: String,
}

/// A single change that leads to another group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIf {
    /// What is changed, in words.
    pub kind: String,
    /// The code.
    pub code: String,
    /// Its name.
    pub name: Option<String>,
    /// The group after the change.
    pub drg: String,
    /// Its name.
    pub drg_name: Option<String>,
    /// Its weight.
    pub weight: Option<Decimal>,
    /// By how much the weight would change.
    pub difference: Option<Decimal>,
}

/// A group of the same adjacent group, and what the hospital has in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// The group.
    pub drg: String,
    /// Its name.
    pub name: Option<String>,
    /// Its weight.
    pub weight: Option<Decimal>,
    /// Records of the hospital in it.
    pub cases: i64,
    /// Their mean charges in yuan.
    pub mean_charges: Option<Decimal>,
    /// Their mean days.
    pub mean_days: Option<Decimal>,
    /// The record itself is in it.
    pub own: bool,
}

#[derive(Debug, Deserialize)]
struct Sums {
    drg: String,
    cases: i64,
    charged: i64,
    charges: Option<String>,
    timed: i64,
    days: Option<i64>,
}

/// Explains the group of a page in a scheme, and counts what the hospital has in the groups beside it.
///
/// # Errors
/// The lake cannot be read, or the content has mistakes.
pub fn explain_group(
    tables: &Tables,
    workspace: &Workspace,
    content: &Compiled,
    scheme: &str,
    organisation: &str,
    page: &FrontPage,
) -> Result<GroupPath, RecordsError> {
    let config = workspace.config();
    let loaded = content.scheme(scheme)?;
    let scheme = &loaded.scheme;
    let table = match &config.weights {
        Some(name) => Some(content.weights(name, &loaded.info.id)?),
        None => None,
    };
    let weight = |drg: &str| table.as_ref().and_then(|table| table.get(drg));
    let stay = stay_of(page, config.translate);
    let explanation = scheme.explain(&stay);
    let report = explanation.report();
    let grouping = report.result.grouping;
    let named = |code: &str, name: Option<&str>| (code.to_owned(), name.map(str::to_owned));
    let diagnosis = |code: &str| name_of(content.content(), "ICD-10", code);
    let zh = Language::Zh;
    let mut steps = Vec::new();
    for category in report.passes.iter().flat_map(|pass| &pass.categories) {
        let gave = |entry: &&biaochi_grouper::EntryReport<'_>| {
            entry.holds && entry.result == Some(grouping.drg)
        };
        let through = category.entries.iter().find(gave).map(|entry| entry.entry);
        steps.push(PathStep {
            level: "mdc",
            code: category.code.to_owned(),
            name: category.name.map(str::to_owned),
            holds: category.entered,
            on_path: category.entered && through.is_some(),
            reasons: reasons(&category.reasons),
        });
        for entry in &category.entries {
            let on_path = entry.holds && through == Some(entry.entry);
            steps.push(PathStep {
                level: "adrg",
                code: entry.adrg.to_owned(),
                name: entry.name.map(str::to_owned),
                holds: entry.holds,
                on_path,
                reasons: reasons(&entry.reasons),
            });
            for drg in &entry.drgs {
                steps.push(PathStep {
                    level: "drg",
                    code: drg.drg.to_owned(),
                    name: drg.name.map(str::to_owned),
                    holds: drg.holds,
                    on_path: on_path && drg.holds,
                    reasons: reasons(&drg.reasons),
                });
            }
        }
    }
    let complications = report.complications.iter().map(|one| Complication {
        position: one.position,
        code: one.code.to_string(),
        name: diagnosis(&one.code),
        level: one.level.abbreviation(),
        counted: !one.excluded,
        table: one.table.map(str::to_owned),
        text: one.text(zh),
    });
    let changes = scheme.what_if(&stay, &weight);
    let what_if = changes.iter().map(|change| WhatIf {
        kind: change.kind.text(zh),
        code: change.code.to_string(),
        name: diagnosis(&change.code)
            .or_else(|| name_of(content.content(), "ICD-9-CM-3", &change.code)),
        drg: change.after.drg.to_owned(),
        drg_name: scheme.name(change.after.drg).map(str::to_owned),
        weight: change.weight_after,
        difference: change.weight_difference(),
    });
    let beside: Vec<&str> = match grouping.is_grouped() {
        true => {
            let all = scheme.drgs().filter(|drg| drg.starts_with(grouping.adrg));
            all.collect()
        }
        false => Vec::new(),
    };
    let sums = sums(tables, organisation, &loaded.info.id, &beside)?;
    let neighbours = beside.iter().map(|drg| {
        let sums = sums.get(*drg);
        Neighbour {
            drg: (*drg).to_owned(),
            name: scheme.name(drg).map(str::to_owned),
            weight: weight(drg),
            cases: sums.map_or(0, |sums| sums.cases),
            mean_charges: sums.and_then(|sums| {
                let total: Decimal = sums.charges.as_deref()?.parse().ok()?;
                mean(total, sums.charged)
            }),
            mean_days: sums.and_then(|sums| mean(Decimal::from(sums.days?), sums.timed)),
            own: *drg == grouping.drg,
        }
    });
    Ok(GroupPath {
        scheme: loaded.info.id.clone(),
        scheme_title: scheme.title().to_owned(),
        status: grouping.status.text(zh),
        mdc: named(grouping.mdc, report.result.mdc_name),
        adrg: named(grouping.adrg, report.result.adrg_name),
        drg: named(grouping.drg, report.result.drg_name),
        weight: weight(grouping.drg).filter(|_| grouping.is_grouped()),
        steps,
        complications: complications.collect(),
        remarks: report
            .remarks
            .iter()
            .map(|remark| remark.text(zh))
            .collect(),
        what_if: what_if.collect(),
        notice: analysis_notice(zh),
        neighbours: neighbours.collect(),
    })
}

fn mean(total: Decimal, count: i64) -> Option<Decimal> {
    let mean = total.checked_div(Decimal::from(count))?;
    Some(mean.round_dp(2))
}

/// What a hospital has in some groups, over all months.
fn sums(
    tables: &Tables,
    organisation: &str,
    scheme: &str,
    drgs: &[&str],
) -> Result<HashMap<String, Sums>, RecordsError> {
    if drgs.is_empty() {
        return Ok(HashMap::new());
    }
    let drgs: Vec<String> = drgs.iter().map(|drg| quoted(drg)).collect();
    let rows: Vec<Sums> = tables.rows(&format!(
        "select drg, cast(sum(cases) as bigint) as cases, cast(sum(charged_cases) as bigint) as charged, \
                cast(sum(charges) as varchar) as charges, cast(sum(timed_cases) as bigint) as timed, \
                cast(sum(days) as bigint) as days \
         from drg_cell where organisation_code = {} and scheme = {} and drg in ({}) group by drg",
        quoted(organisation),
        quoted(scheme),
        drgs.join(", ")
    ))?;
    Ok(rows.into_iter().map(|row| (row.drg.clone(), row)).collect())
}

fn reasons(reasons: &[Reason]) -> Vec<PathReason> {
    let told = reasons.iter().map(|reason| PathReason {
        text: reason.text(Language::Zh),
        found: found(reason),
        holds: reason.holds(),
    });
    told.collect()
}

/// The value of the record that a condition looked at.
fn found(reason: &Reason) -> String {
    match reason {
        Reason::Constant { .. } => String::new(),
        Reason::Membership { codes, .. }
        | Reason::Severity { codes, .. }
        | Reason::DiagnosisPrefix { codes, .. } => {
            let codes: Vec<&str> = codes.iter().take(5).map(|code| code.as_str()).collect();
            codes.join("、")
        }
        Reason::Classes { classes, .. } => classes.join("、"),
        Reason::Count { found, .. } => found.to_string(),
        Reason::Sex { found, .. } => match found {
            Some(1) => "男".to_owned(),
            Some(2) => "女".to_owned(),
            Some(other) => other.to_string(),
            None => String::new(),
        },
        Reason::Number { found, .. } => found.map_or_else(String::new, |found| found.to_string()),
        Reason::Department { found, .. } | Reason::Disposition { found, .. } => found.clone(),
    }
}
