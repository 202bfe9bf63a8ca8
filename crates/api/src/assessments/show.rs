//! A run and how an institution came to its score.

use axum::Json;
use axum::extract::Path;
use biaochi_access::{Action, Object, Resource};
use biaochi_app::assessment::{
    AssessmentError, Outcome, Scheme, Subject, explain, loaded_for, points_range, points_text,
};
use biaochi_store::Scope;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::{LineBody, RunBody, RunSummary};
use super::{readable, seen};
use crate::caller::Caller;
use crate::plans::{ZH, number};
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(show))
        .routes(routes!(institution))
}

/// How an institution came to its score.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InstitutionBody {
    /// The run.
    run: RunSummary,
    /// Organisation code.
    organisation: String,
    /// 机构名称。
    name: String,
    /// The scheme as it is now is that of the run.
    same_content: bool,
    /// 得分。
    score: Option<String>,
    /// 建议等次。
    grade: Option<String>,
    /// From the grade down to the items, in words.
    lines: Vec<LineBody>,
    /// The phases that it was scored in.
    phases: Vec<ScoredPhase>,
    /// Conditions of the grade by score.
    gates: Vec<TriedGate>,
    /// Items by phase, with their points.
    items: Vec<ScoredItem>,
}

/// The score of a phase.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ScoredPhase {
    /// Its id.
    id: String,
    /// 阶段。
    title: String,
    /// The months that it looks at.
    period: String,
    /// 满分。
    scale: String,
    /// 得分。
    score: Option<String>,
}

/// A condition of a grade, tried.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TriedGate {
    /// 条件。
    title: String,
    /// The grade that it guards.
    grade: String,
    /// The grade instead, when it fails.
    otherwise: String,
    /// 具备。
    met: bool,
    /// Whether the grade has to wait for a result.
    pending: bool,
    /// What was found.
    found: Vec<FoundCondition>,
}

/// The result of another assessment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundCondition {
    /// 考核名称。
    title: String,
    /// 结果；没有提供为 `null`。
    value: Option<String>,
}

/// An item in a phase.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ScoredItem {
    /// Id of the phase.
    phase: String,
    /// 阶段。
    phase_title: String,
    /// Its id.
    item: String,
    /// 项目。
    title: String,
    /// 满分。
    points: String,
    /// The least points that it can give.
    low: String,
    /// The most points that it can give.
    high: String,
    /// 计分办法。
    rule: String,
    /// 得分。
    score: Option<String>,
    /// Left out; the others stand for it.
    excluded: bool,
    /// The value that was scored.
    value: Option<String>,
    /// 单位。
    unit: String,
    /// 理由。
    reason: String,
    /// What it costs, in points of the whole score.
    lost: String,
}

/// A run: scores, grades, places, gates, objections, changes, history.
#[utoipa::path(get, path = "/assessments/{run}", tag = "assessments", params(("run" = String, Path, description = "考核标识")),
    responses((status = 200, body = RunBody), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn show(caller: Caller, Path(run): Path<String>) -> Result<Json<RunBody>, Problem> {
    let own = readable(&caller).await?.whole();
    let workspace = caller.workspace();
    let shown = caller.service().run(move |service| {
        let seen = seen(&workspace, &own, &run)?;
        let content = service.content();
        let loaded = loaded_for(content.content(), &seen.detail.run)?;
        let Subject::Scheme(scheme) = &loaded.subject else {
            let id = loaded.id().to_owned();
            return Err(AssessmentError::NotAScheme { id }.into());
        };
        Ok(RunBody::of(scheme, &seen.detail, &seen.own, seen.is_whole))
    });
    Ok(Json(shown.await?))
}

/// How an institution came to its score, with every reason.
#[utoipa::path(get, path = "/assessments/{run}/institutions/{code}", tag = "assessments",
    params(("run" = String, Path, description = "考核标识"), ("code" = String, Path, description = "机构代码")),
    responses((status = 200, body = InstitutionBody), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn institution(
    caller: Caller,
    Path((run, code)): Path<(String, String)>,
) -> Result<Json<InstitutionBody>, Problem> {
    let object = Object::of(Resource::Assessment, &code);
    caller.may(Action::Read, &object, &run).await?;
    let workspace = caller.workspace();
    let shown = caller.service().run(move |service| {
        let content = service.content();
        let scope = Scope::one(code.as_str());
        let found = explain(
            &workspace,
            content.content(),
            &scope,
            (&run, &code),
            None,
            ZH,
        )?;
        let found = found.ok_or_else(|| unknown(&run))?;
        let Subject::Scheme(scheme) = &found.loaded.subject else {
            let id = found.loaded.id().to_owned();
            return Err(AssessmentError::NotAScheme { id }.into());
        };
        Ok(InstitutionBody {
            run: RunSummary::of(&found.run, found.loaded.title()),
            organisation: found.outcome.unit.code.clone(),
            name: found.outcome.unit.name.clone(),
            same_content: found.same_content,
            score: found.outcome.score.map(number),
            grade: found.outcome.grade.grade.clone(),
            lines: found.lines.iter().map(LineBody::of).collect(),
            phases: phases(scheme, &found.outcome),
            gates: gates(scheme, &found.outcome),
            items: scored(scheme, &found.outcome),
        })
    });
    Ok(Json(shown.await?))
}

/// There is no such run for the caller.
pub(super) fn unknown(run: &str) -> Problem {
    Problem::not_found(format!(
        "没有考核“{run}”，或其中没有您能看的机构。请从考核列表里打开"
    ))
}

fn phases(scheme: &Scheme, outcome: &Outcome) -> Vec<ScoredPhase> {
    let phases = outcome.parts.iter().flat_map(|part| &part.phases);
    let phases = phases.map(|phase| {
        let title = scheme.phase(&phase.phase).map(|phase| phase.title.clone());
        ScoredPhase {
            id: phase.phase.clone(),
            title: title.unwrap_or_else(|| phase.phase.clone()),
            period: phase.period.clone(),
            scale: number(phase.scale),
            score: phase.score.map(points_text),
        }
    });
    phases.collect()
}

fn gates(scheme: &Scheme, outcome: &Outcome) -> Vec<TriedGate> {
    let tried = outcome.grade.gates.iter().filter_map(|tried| {
        let gate = scheme.gates.iter().find(|gate| gate.id == tried.gate)?;
        let found = gate.conditions.iter().map(|condition| FoundCondition {
            title: condition.title.clone(),
            value: tried.found.get(&condition.key).cloned().flatten(),
        });
        Some(TriedGate {
            title: gate.title.clone(),
            grade: gate.grade.clone(),
            otherwise: gate.otherwise.clone(),
            met: tried.met,
            pending: tried.pending,
            found: found.collect(),
        })
    });
    tried.collect()
}

fn scored(scheme: &Scheme, outcome: &Outcome) -> Vec<ScoredItem> {
    let Some(table) = scheme.table(&outcome.table) else {
        return Vec::new();
    };
    let losses = outcome.losses(scheme.full);
    let items = outcome.all_items().filter_map(|(phase, score)| {
        let item = table.items().find(|item| item.id == score.item)?;
        let title = scheme.phase(&phase.phase).map_or("", |phase| &phase.title);
        let lost = losses.iter().find(|loss| loss.item == item.id);
        let (low, high) = points_range(scheme, &outcome.table, &item.id)?;
        Some(ScoredItem {
            phase: phase.phase.clone(),
            phase_title: title.to_owned(),
            item: item.id.clone(),
            title: item.title.clone(),
            points: points_text(score.points),
            low: number(low),
            high: number(high),
            rule: biaochi_assessment::rule(item, ZH),
            score: score.score.filter(|_| !score.excluded).map(points_text),
            excluded: score.excluded,
            value: score
                .reading
                .as_ref()
                .map(|reading| number(reading.value.round_dp(4))),
            unit: item.unit.clone(),
            reason: match &score.absent {
                Some(absent) => format!(
                    "{}（{absent}）",
                    biaochi_assessment::reason(item, score, ZH)
                ),
                None => biaochi_assessment::reason(item, score, ZH),
            },
            lost: lost.map_or_else(|| "0.00".to_owned(), |loss| points_text(loss.points)),
        })
    });
    items.collect()
}
