//! The worklist of faults: listed worst first, counted, given out, settled, taken out as a file.

mod counts;
mod file;
mod item;
mod list;
mod steps;

use std::collections::HashMap;
use std::sync::Arc;

use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_app::Content;
use biaochi_app::accounts::day_of;
use biaochi_app::beijing;
use biaochi_app::organisations::directory;
use biaochi_app::records::Departments;
use biaochi_checks::{Severity, Stage};
use biaochi_domain::{Language, Month};
use biaochi_store::{Filter, Scope, State};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use self::item::WorklistItem;
use crate::caller::{Caller, View};
use crate::problem::Problem;
use crate::records::institution;
use crate::service::Service;

pub(crate) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(list::worklist))
        .routes(routes!(counts::worklist_counts))
        .routes(routes!(file::worklist_file))
        .routes(routes!(steps::steps_of_several))
        .routes(routes!(item::worklist_item))
        .routes(routes!(steps::step))
}

/// Which items; an empty text means those where nothing is filled in.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WorklistFilter {
    /// 机构代码；不填则为可看的全部机构。
    organisation: Option<String>,
    /// 出院月份，如 2025-12。
    month: Option<String>,
    /// 状态，以逗号分隔：open、assigned、corrected、accepted、closed；不填为未了结的，all 为全部。
    state: Option<String>,
    /// 科室代码。
    department: Option<String>,
    /// 主治医师。
    physician: Option<String>,
    /// 编码员。
    coder: Option<String>,
    /// 规则编号。
    check: Option<String>,
    /// 处理人；none 为尚未分派的，me 为本人的。
    assignee: Option<String>,
    /// 程度：error、warning、suspect。
    severity: Option<String>,
    /// 只看逾期的。
    #[serde(default)]
    overdue: bool,
    /// 阶段：advisory、enforced。
    stage: Option<String>,
    /// 问题、规则、医师中的文字，或记录键的开头。
    text: Option<String>,
}

impl WorklistFilter {
    /// As the store asks, limited to what the view has.
    fn of(self, caller: &Caller, view: &View) -> Result<Filter, Problem> {
        let wrong = |field: &str, text: &str| {
            Problem::invalid(field, format!("“{text}”不是可用的值，请从列表中选择"))
        };
        let some = |text: Option<String>| text.filter(|text| !text.is_empty());
        let month = some(self.month).map(|text| {
            let month = text.parse::<Month>();
            month.map_err(|_| Problem::invalid("month", "月份应写作 2025-12"))
        });
        let states = match self.state.as_deref() {
            None | Some("") => Filter::unsettled().states,
            Some("all") => Vec::new(),
            Some(codes) => {
                let states = codes
                    .split(',')
                    .map(|code| State::from_code(code.trim()).ok_or_else(|| wrong("state", code)));
                states.collect::<Result<_, _>>()?
            }
        };
        let severity = some(self.severity)
            .map(|text| Severity::from_id(&text).ok_or_else(|| wrong("severity", &text)));
        let stage =
            some(self.stage).map(|text| Stage::from_id(&text).ok_or_else(|| wrong("stage", &text)));
        let assignee = some(self.assignee).map(|text| match text.as_str() {
            "none" => String::new(),
            "me" => caller.actor().name.clone(),
            _ => text,
        });
        Ok(Filter {
            organisation_code: institution(self.organisation.as_deref()).map(str::to_owned),
            month: month.transpose()?,
            department: some(self.department),
            physician: some(self.physician),
            coder: some(self.coder),
            check_id: some(self.check),
            states,
            severity: severity.transpose()?,
            stage: stage.transpose()?,
            assignee,
            due_before: self.overdue.then(beijing::today),
            text: some(self.text),
            departments: view.departments.clone(),
            ..Filter::default()
        })
    }

    /// What the person may read of the worklist.
    async fn view(&self, caller: &Caller, sensitivity: Sensitivity) -> Result<View, Problem> {
        self.view_for(caller, Action::Read, sensitivity).await
    }

    async fn view_for(
        &self,
        caller: &Caller,
        action: Action,
        sensitivity: Sensitivity,
    ) -> Result<View, Problem> {
        let asked = institution(self.organisation.as_deref());
        caller
            .view(action, Resource::Worklist, sensitivity, asked)
            .await
    }
}

/// The national codes of departments.
const DEPARTMENTS: &str = "RC023";

/// Names of departments by institution and code.
#[derive(Debug, Clone, Default)]
pub(crate) struct DepartmentNames(HashMap<(String, String), String>);

impl DepartmentNames {
    /// The departments that somebody means by a code or a part of a name.
    pub(crate) fn meant(&self, content: &Content, text: &str) -> Departments {
        let own = self.0.iter().filter(|(_, name)| name.contains(text));
        let national = content.codes().value_set(DEPARTMENTS);
        let national = national.into_iter().flat_map(|set| &set.members);
        let national = national.filter(|member| member.name.contains(text));
        let codes = national.map(|member| member.code.clone());
        Departments {
            codes: codes.chain([text.to_owned()]).collect(),
            own: own.map(|(key, _)| key.clone()).collect(),
        }
    }

    /// The name of a department: the institution's own, else that of the national code, else the code.
    pub(crate) fn of(&self, content: &Content, organisation: &str, code: &str) -> String {
        let own = self.0.get(&(organisation.to_owned(), code.to_owned()));
        if let Some(name) = own {
            return name.clone();
        }
        let national = content.codes().value_set(DEPARTMENTS);
        let name = national.and_then(|set| set.name_of(code));
        name.unwrap_or(code).to_owned()
    }
}

/// Names of the departments of all institutions today, kept until the organisations change.
pub(crate) async fn department_names(caller: &Caller) -> Result<Arc<DepartmentNames>, Problem> {
    let store = caller.office().store();
    let revisions = store.organisation_revisions(&Scope::All).await?;
    let revision = revisions.first().map_or(0, |newest| newest.revision);
    let day = day_of(caller.actor().at);
    let workspace = caller.workspace();
    let made = move |service: &Service| {
        service.kept(&format!("worklist/departments/{revision}/{day}"), || {
            let directory = directory(&workspace, &Scope::All);
            let directory = directory.map_err(|error| Problem::internal(&error))?;
            let view = directory.as_of(day);
            let mut names = HashMap::new();
            for institution in view.institutions() {
                let code = institution.code.to_string();
                for department in view.departments(&code) {
                    let key = (code.clone(), department.code.to_string());
                    names.insert(key, department.name.clone());
                }
            }
            Ok(DepartmentNames(names))
        })
    };
    caller.service().run(made).await
}

fn in_chinese(value: &impl biaochi_domain::Localized) -> String {
    value.text(Language::Zh)
}
