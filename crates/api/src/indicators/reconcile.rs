//! Two figures that should agree, case by case.

use axum::Json;
use biaochi_access::{Action, Resource};
use biaochi_app::indicators::{Agreement, Entry, reconcile_entries};
use biaochi_domain::{Language, Localized as _};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::place::{Named, Place};
use super::records::may_see_records;
use super::values;
use super::values::{known, sum};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};

const ZH: Language = Language::Zh;
/// Cases of a list at most.
const MOST: usize = 20_000;

/// A case of one's own list.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ReconcileCase {
    /// 病案号或记录键。
    key: String,
    /// 金额；只核对号码时不填。
    amount: Option<String>,
}

/// A list to compare a value with.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ReconcileBody {
    /// 指标的标识。
    indicator: String,
    /// 机构代码；不填为本人的单位。
    organisation: Option<String>,
    /// 科室代码。
    department: Option<String>,
    /// 时期。
    period: String,
    /// 自己的名单。
    cases: Vec<ReconcileCase>,
}

/// A case of both sides.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReconciledCase {
    /// As the list has it; empty for a case that stands in the system only.
    key: String,
    /// `both`, `different`, `only_first` (in the system), `only_second` (in the list) or `repeated`.
    agreement: &'static str,
    /// The same in words.
    agreement_text: String,
    /// What the system adds.
    system: Option<String>,
    /// What the list adds.
    list: Option<String>,
    /// 记录键；系统中没有为空。
    record_key: Option<String>,
    /// 出院科别。
    department: Option<String>,
    /// Why it stands on one side only; empty when the data do not tell.
    reason: String,
}

/// How many cases stand how.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReconcileCount {
    /// As of the cases.
    agreement: &'static str,
    /// The same in words.
    agreement_text: String,
    /// How many.
    cases: u64,
}

/// A value and a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Reconciliation {
    /// 指标名称。
    title: String,
    /// The figure of the system.
    system: String,
    /// The figure of the list.
    list: String,
    /// How many stand how.
    counts: Vec<ReconcileCount>,
    /// The cases that do not agree, in the order of their numbers.
    cases: Vec<ReconciledCase>,
}

/// Compares the numerator of an indicator with one's own list, case by case, and says why they differ.
#[utoipa::path(post, path = "/indicators/reconcile", tag = "indicators", request_body = ReconcileBody,
    responses((status = 200, body = Reconciliation), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub(crate) async fn reconcile(
    caller: Caller,
    Json(body): Json<ReconcileBody>,
) -> Result<Json<Reconciliation>, Problem> {
    let named = Named {
        organisation: body.organisation.as_deref(),
        department: body.department.as_deref(),
        period: &body.period,
    };
    let place = Place::find(&caller, Action::Read, Resource::Indicator, named).await?;
    may_see_records(&caller, &place, &body.indicator).await?;
    let entries = entries(&body.cases)?;
    let workspace = caller.workspace();
    let answer = caller.service().run(move |service| {
        let values = values(service, &workspace, place.period)?;
        known(&values, &place)?;
        let indicator = values.indicator(&body.indicator)?;
        let found = reconcile_entries(&values, indicator, &place.unit, place.period, &entries)?;
        let counts = Agreement::ALL.into_iter().filter_map(|agreement| {
            let cases = *found.counts.get(agreement.id())?;
            Some(ReconcileCount {
                agreement: agreement.id(),
                agreement_text: agreement.text(ZH),
                cases: cases as u64,
            })
        });
        let counts = counts.collect();
        let differing = found.lines.into_iter();
        let differing = differing.filter(|line| line.compared.agreement != Agreement::Both);
        let cases = differing.map(|line| {
            let compared = line.compared;
            ReconciledCase {
                // Numbers that the caller did not bring name patients: the key of the record has to do.
                key: match compared.agreement {
                    Agreement::OnlyFirst => String::new(),
                    _ => compared.key,
                },
                agreement: compared.agreement.id(),
                agreement_text: compared.agreement.text(ZH),
                system: compared.first.map(sum),
                list: compared.second.map(sum),
                department: line.record.as_ref().map(|one| one.line.department.clone()),
                record_key: line.record.map(|one| one.line.record_key),
                reason: line.reason,
            }
        });
        Ok(Reconciliation {
            title: indicator.title.clone(),
            system: sum(found.system),
            list: sum(found.list),
            counts,
            cases: cases.collect(),
        })
    });
    Ok(Json(answer.await?))
}

/// The cases of a list; what is no number is told with its line.
fn entries(cases: &[ReconcileCase]) -> Result<Vec<Entry>, Problem> {
    if cases.len() > MOST {
        let text = format!("名单最多 {MOST} 行，请分几次核对");
        return Err(Problem::invalid("cases", text));
    }
    let mut entries = Vec::with_capacity(cases.len());
    for (place, case) in cases.iter().enumerate() {
        let key = case.key.trim();
        if key.is_empty() {
            continue;
        }
        let text = case.amount.as_deref().unwrap_or_default();
        let text = text.trim().replace([',', '，'], "");
        let amount = match text.is_empty() {
            true => None,
            false => Some(text.parse::<Decimal>().map_err(|_| {
                let line = place + 1;
                let told = format!("名单第 {line} 行的“{text}”不是金额；只核对号码时请删去第二列");
                Problem::invalid("cases", told)
            })?),
        };
        entries.push(Entry {
            key: key.to_owned(),
            amount,
        });
    }
    match entries.is_empty() {
        true => Err(Problem::invalid(
            "cases",
            "名单是空的。请粘贴病案号或记录键，一行一个；第二列可以是金额",
        )),
        false => Ok(entries),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(key: &str, amount: Option<&str>) -> ReconcileCase {
        ReconcileCase {
            key: key.to_owned(),
            amount: amount.map(str::to_owned),
        }
    }

    #[test]
    fn amounts_are_decimals_and_mistakes_name_their_line() {
        let read = entries(&[
            case(" 1 ", Some("1,200.50")),
            case("", None),
            case("2", None),
        ]);
        let read = read.expect("a list");
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].amount, "1200.50".parse().ok());
        assert!(entries(&[case("1", Some("元"))]).is_err());
        assert!(entries(&[case(" ", None)]).is_err());
    }
}
