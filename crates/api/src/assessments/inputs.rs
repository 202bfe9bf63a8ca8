//! What can be entered and reported for a scheme and period, and what was.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::{Path, Query};
use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_app::assessment::{Scheme, entries, events, institutions, judged_together, runs};
use biaochi_assessment::{PhaseScoring, Proof, Source, Vetoes, rule};
use biaochi_domain::{Localized as _, Period};
use biaochi_store::Scope;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::entries::with_scheme;
use super::runs::{period, summary};
use super::wire::{EntryBody, EventBody, RunSummary, effect};
use crate::caller::Caller;
use crate::plans::{ZH, number, unit_of, whole};
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(inputs))
}

/// Whose institutions, and for when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct InputsQuery {
    /// 机构代码，或 `division:区划代码`、`alliance:医联体`。
    organisation: String,
    /// 考核时期，如 `2025`。
    period: String,
}

/// What can be entered and reported, and what was.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InputsBody {
    /// The scheme.
    scheme: String,
    /// 方案名称。
    title: String,
    /// The period.
    period: String,
    /// The phases.
    phases: Vec<InputPhase>,
    /// Items whose values are entered, table by table.
    items: Vec<InputItem>,
    /// Results of other assessments that grades depend on.
    conditions: Vec<InputCondition>,
    /// Kinds of events.
    kinds: Vec<InputEventKind>,
    /// The institutions.
    institutions: Vec<InputInstitution>,
    /// The newest version of each entry, withdrawn ones included.
    entries: Vec<EntryBody>,
    /// The newest version of each event.
    events: Vec<EventBody>,
    /// Assessments of this scheme and period that were frozen already: what is entered does not change them.
    runs: Vec<RunSummary>,
}

/// A phase that may be scored by hand.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InputPhase {
    /// Its id.
    id: String,
    /// 阶段。
    title: String,
    /// The months that it looks at.
    span: String,
    /// 满分。
    scale: String,
    /// Its items give the score, unless one is entered.
    from_items: bool,
    /// 时限。
    due: String,
    /// 依据。
    clause: String,
}

/// An item whose value is entered.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InputItem {
    /// Id of its table.
    table: String,
    /// Its id.
    item: String,
    /// 项目。
    title: String,
    /// The key that its value is entered under.
    key: String,
    /// 单位。
    unit: String,
    /// 满分。
    points: String,
    /// 计分办法。
    rule: String,
    /// Phases in which it counts; empty for all.
    phases: Vec<String>,
    /// 依据。
    clause: String,
}

/// The result of another assessment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InputCondition {
    /// The key that it is entered under.
    key: String,
    /// 考核名称。
    title: String,
    /// The grade that asks for it.
    grade: String,
    /// What it has to be: one of these.
    accepts: Vec<String>,
}

/// A kind of event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InputEventKind {
    /// Its id.
    id: String,
    /// 事项。
    title: String,
    /// `bonus`, `deduction` or `veto`.
    effect: &'static str,
    /// `document_number`, `wording` and `file`, as far as they have to be there.
    proof: Vec<String>,
    /// 须有的证明。
    proof_text: String,
    /// Levels of issuers; none for vetoes.
    levels: Vec<InputEventLevel>,
    /// 依据。
    clause: String,
}

/// A level of issuers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InputEventLevel {
    /// Its id.
    id: String,
    /// 层级。
    title: String,
    /// 分值；原文没有写明时为 `null`，不计分。
    points: Option<String>,
}

/// An institution, with what the caller may do for it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InputInstitution {
    /// Organisation code.
    organisation: String,
    /// 机构名称。
    name: String,
    /// Id of the table that it is scored by; empty when none fits.
    table: String,
    /// Whether values may be entered.
    may_enter: bool,
    /// Whether events may be reported.
    may_report: bool,
    /// Whether events may be judged.
    may_judge: bool,
}

/// What can be entered and reported for a scheme and period, what was, and what the caller may do about it.
#[utoipa::path(get, path = "/assessment-schemes/{id}/inputs", tag = "assessments",
    params(("id" = String, Path, description = "方案标识"), InputsQuery),
    responses((status = 200, body = InputsBody), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn inputs(
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<InputsQuery>,
) -> Result<Json<InputsBody>, Problem> {
    let unit = unit_of(&query.organisation)?;
    let period = period(&query.period)?;
    let (read, assessments) = (Action::Read, Resource::Assessment);
    whole(&caller, read, assessments, &query.organisation).await?;
    let reach = |action| {
        let roles = caller.office().roles();
        let asker = &caller.person().asker;
        asker.reach_for(roles, action, assessments, Sensitivity::Aggregate)
    };
    let (enters, judges) = (reach(Action::Enter), reach(Action::Approve));
    let workspace = caller.workspace();
    let shown = caller.service().run(move |service| {
        let units = institutions(&workspace, &Scope::All, &unit, period)?;
        // The organisation as a whole may be read, so may all of its institutions.
        let codes: BTreeSet<String> = units.iter().map(|unit| unit.code.clone()).collect();
        let scope = Scope::Organisations(codes);
        // Those of one county are judged together: asked once for all of them.
        let mut together: BTreeMap<String, (bool, bool)> = BTreeMap::new();
        for unit in &units {
            if together.contains_key(&unit.code) {
                continue;
            }
            let members = judged_together(&workspace, &unit.code, period)?;
            let all_enter = members.iter().all(|code| enters.covers(code, None));
            let all_judge = members.iter().all(|code| judges.covers(code, None));
            for member in members {
                together.insert(member, (all_enter, all_judge));
            }
        }
        with_scheme(service, &id, |scheme| {
            let text = period.to_string();
            let entered = entries(&workspace, &scope, &id, &text)?;
            let reported = events(&workspace, &scope, Some(&id))?;
            let reported = reported.iter().map(|one| EventBody::of(scheme, one));
            let frozen = runs(&workspace, &scope)?;
            let frozen = frozen
                .iter()
                .filter(|run| run.run.scheme_id == id && run.run.period == text);
            let institutions = units.iter().map(|unit| {
                let allowed = together.get(&unit.code).copied();
                let (may_enter, may_judge) = allowed.unwrap_or_default();
                let table = scheme.table_for(&unit.classes);
                InputInstitution {
                    organisation: unit.code.clone(),
                    name: unit.name.clone(),
                    table: table.map_or_else(String::new, |table| table.id.clone()),
                    may_enter,
                    may_report: enters.covers(&unit.code, None),
                    may_judge,
                }
            });
            Ok(InputsBody {
                scheme: id.clone(),
                title: scheme.title.clone(),
                phases: phases(scheme, period),
                items: items(scheme),
                conditions: conditions(scheme),
                kinds: kinds(scheme),
                institutions: institutions.collect(),
                entries: entered.iter().map(EntryBody::of).collect(),
                events: reported.collect::<Result<_, Problem>>()?,
                runs: frozen.map(|run| summary(service, run)).collect(),
                period: text.clone(),
            })
        })
    });
    Ok(Json(shown.await?))
}

fn phases(scheme: &Scheme, period: Period) -> Vec<InputPhase> {
    let phases = scheme.phases().map(|phase| InputPhase {
        id: phase.id.clone(),
        title: phase.title.clone(),
        span: phase
            .span
            .of(period)
            .map_or_else(String::new, |span| span.to_string()),
        scale: number(phase.scale),
        from_items: phase.scoring == PhaseScoring::Items,
        due: phase.due.clone(),
        clause: phase.cite.clause.clone(),
    });
    phases.collect()
}

fn items(scheme: &Scheme) -> Vec<InputItem> {
    let mut found = Vec::new();
    for table in &scheme.tables {
        for item in table.items() {
            let Source::Entered(key) = &item.source else {
                continue;
            };
            found.push(InputItem {
                table: table.id.clone(),
                item: item.id.clone(),
                title: item.title.clone(),
                key: key.clone(),
                unit: item.unit.clone(),
                points: number(item.points),
                rule: rule(item, ZH),
                phases: item.phases.clone(),
                clause: item.cite.clause.clone(),
            });
        }
    }
    found
}

fn conditions(scheme: &Scheme) -> Vec<InputCondition> {
    let mut found: Vec<InputCondition> = Vec::new();
    for gate in &scheme.gates {
        for condition in &gate.conditions {
            if found.iter().all(|known| known.key != condition.key) {
                found.push(InputCondition {
                    key: condition.key.clone(),
                    title: condition.title.clone(),
                    grade: gate.grade.clone(),
                    accepts: condition.accepts.clone(),
                });
            }
        }
    }
    found
}

fn kinds(scheme: &Scheme) -> Vec<InputEventKind> {
    let events = scheme.events.iter().map(|event| InputEventKind {
        id: event.id.clone(),
        title: event.title.clone(),
        effect: effect(Some(event.effect)),
        proof: event.proof.iter().map(proof).collect(),
        proof_text: proofs(&event.proof),
        levels: event
            .levels
            .iter()
            .map(|level| InputEventLevel {
                id: level.id.clone(),
                title: level.title.clone(),
                points: level.points.map(number),
            })
            .collect(),
        clause: event.cite.clause.clone(),
    });
    let veto = |id: &str, title: &str, needed: &[Proof], clause: &str| InputEventKind {
        id: id.to_owned(),
        title: title.to_owned(),
        effect: effect(None),
        proof: needed.iter().map(proof).collect(),
        proof_text: proofs(needed),
        levels: Vec::new(),
        clause: clause.to_owned(),
    };
    let vetoes = &scheme.vetoes;
    let listed = vetoes
        .rules
        .iter()
        .map(|rule| veto(&rule.id, &rule.title, &rule.proof, &rule.cite.clause));
    let other = vetoes.open_list.then(|| {
        let needed = [Proof::DocumentNumber];
        veto(Vetoes::OTHER, "其他否决事项", &needed, &vetoes.cite.clause)
    });
    events.chain(listed).chain(other).collect()
}

fn proof(proof: &Proof) -> String {
    let code = match proof {
        Proof::DocumentNumber => "document_number",
        Proof::Wording => "wording",
        Proof::File => "file",
    };
    code.to_owned()
}

fn proofs(needed: &[Proof]) -> String {
    let texts: Vec<String> = needed.iter().map(|proof| proof.text(ZH)).collect();
    texts.join("、")
}
