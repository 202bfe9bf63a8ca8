//! Tables of groups.

use std::sync::Arc;

use axum::Json;
use axum::extract::Query;
use biaochi_access::Action;
use biaochi_app::Workspace;
use biaochi_app::explorer::{By, Filters, Line, Question, Table, Tables, table};
use biaochi_domain::Language;
use serde::Deserialize;
use utoipa::IntoParams;

use super::asked::{Asked, asked};
use super::wire::{GroupTable, WeightsTitle, outlier_rule, rows, total};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

/// Which table is asked for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct GroupsQuery {
    /// 机构编码，或 `division:区划`、`alliance:医联体`；不填为全部可见的机构。
    pub(super) organisation: Option<String>,
    /// 时期，由整月组成，如 `2025`、`2025Q4`、`2025-12`。
    pub(super) period: String,
    /// 按什么分行：`group`（默认）、`adrg`、`mdc`、`department`、`physician`、`hospital`。
    pub(super) by: Option<String>,
    /// 只看这个 MDC，如 `MDCG`。
    pub(super) mdc: Option<String>,
    /// 只看这个 ADRG。
    pub(super) adrg: Option<String>,
    /// 只看这个病组。
    pub(super) drg: Option<String>,
    /// 只看这个出院科别。
    pub(super) department: Option<String>,
    /// 只看这位主治医师（一家医院内）。
    pub(super) physician: Option<String>,
    /// 是否要药占比和耗占比；只对一家医院计算。
    pub(super) charges: Option<bool>,
}

impl GroupsQuery {
    pub(super) fn by(&self) -> Result<By, Problem> {
        match self.by.as_deref().filter(|by| !by.is_empty()) {
            None => Ok(By::Group),
            Some(code) => By::from_code(code).ok_or_else(|| {
                let codes: Vec<&str> = By::ALL.iter().map(|by| by.code()).collect();
                let codes = codes.join("、");
                Problem::invalid("by", format!("不能按“{code}”分行。可用：{codes}"))
            }),
        }
    }

    pub(super) fn question(&self, asked: &Asked) -> Result<Question, Problem> {
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        Ok(Question {
            by: self.by()?,
            extent: asked.extent.clone(),
            period: asked.period,
            filters: Filters {
                mdc: filled(&self.mdc),
                adrg: filled(&self.adrg),
                drg: filled(&self.drg),
                department: filled(&self.department),
                physician: filled(&self.physician),
            },
            charges: self.charges.unwrap_or(false),
        })
    }
}

/// Groups, departments, physicians or hospitals of a period: cases, weights, charges, days, consumption indexes against
/// all hospitals of the data, deaths and outliers, each with the period before, the year before and the last months.
#[utoipa::path(get, path = "/groups", tag = "groups", params(GroupsQuery),
    responses((status = 200, body = GroupTable), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(super) async fn groups(
    caller: Caller,
    Query(query): Query<GroupsQuery>,
) -> Result<Json<GroupTable>, Problem> {
    let organisation = query.organisation.as_deref();
    let asked = asked(&caller, Action::Read, organisation, &query.period).await?;
    let workspace = caller.workspace();
    let answer = caller.service().run(move |service| {
        let question = query.question(&asked)?;
        answer(service, &workspace, &asked, &question)
    });
    Ok(Json(answer.await?))
}

/// The table with names, and small numbers hidden.
pub(super) fn answer(
    service: &Service,
    workspace: &Workspace,
    asked: &Asked,
    question: &Question,
) -> Result<GroupTable, Problem> {
    let table = kept(service, workspace, question)?;
    let content = service.content();
    let scheme = workspace.config().scheme.clone();
    let loaded = content
        .scheme(&scheme)
        .map_err(biaochi_app::explorer::ExplorerError::from)?;
    let all = asked.may_see_records;
    let names = asked.names(question.by, content.content().codes());
    let title = |line: &Line| match &line.title {
        Some(title) => title.clone(),
        None => names.of(&line.key),
    };
    let rows = rows(&table.lines, title, all);
    Ok(GroupTable {
        by: question.by.code(),
        period: question.period.to_string(),
        weights: weights_title(service, workspace),
        scheme_title: loaded.info.title.clone(),
        scheme,
        total: total(&table, all),
        months: table.months.clone(),
        reference_hospitals: table.reference_hospitals,
        hidden_rows: rows.iter().filter(|row| row.cases.hidden).count() as u64,
        rows,
        may_see_records: all,
        outlier_rule: outlier_rule(),
        warnings: loaded.warning(Language::Zh).into_iter().collect(),
    })
}

fn kept(
    service: &Service,
    workspace: &Workspace,
    question: &Question,
) -> Result<Arc<Table>, Problem> {
    let key = format!(
        "groups/table/{}/{}/{}/{:?}/{}",
        question.by.code(),
        question.period,
        question.extent.key(),
        question.filters,
        question.charges
    );
    service.kept(&key, || {
        let tables = tables(service, workspace)?;
        Ok(table(&tables, workspace, &service.content(), question)?)
    })
}

/// The tables of the newest version of the lake, opened once.
pub(super) fn tables(service: &Service, workspace: &Workspace) -> Result<Arc<Tables>, Problem> {
    service.kept("groups/tables", || {
        Ok(Tables::open(workspace, service.content().content())?)
    })
}

/// The table of weights that imports are weighed with.
pub(super) fn weights_title(service: &Service, workspace: &Workspace) -> Option<WeightsTitle> {
    let name = workspace.config().weights.as_deref()?;
    let tables = service.content().content().library().weight_tables();
    let table = tables.into_iter().find(|table| table.id == name);
    // A table of the hospital's own, or one named by its year, has its name only.
    Some(table.as_ref().map_or_else(
        || WeightsTitle {
            id: name.to_owned(),
            title: name.to_owned(),
            nature_text: String::new(),
            note: String::new(),
        },
        WeightsTitle::new,
    ))
}
