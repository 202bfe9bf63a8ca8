//! `biaochi unify report`

use biaochi_app::unify::{
    OrganisationUnification, Part, Shares, Standing, UnificationReport, Unmatched, unification,
    write_workbook,
};
use biaochi_domain::{Language, Localized as _, Month, percentage};
use biaochi_packs::codes::DIAGNOSES;
use serde_json::{Map, Value, json};

use super::super::files::into_file;
use super::super::{content, open_workspace};
use super::code::candidate_value;
use super::scope;
use crate::arguments::Global;
use crate::arguments::unify::UnifyReport;
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen, count};

pub(super) fn run(command: &UnifyReport, global: &Global, screen: &Screen) -> Outcome {
    let month = month(command.month.as_deref())?;
    let is_workbook = |path: &std::path::PathBuf| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        extension.is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"))
    };
    if command
        .output
        .as_ref()
        .is_some_and(|path| !is_workbook(path))
    {
        return Err(Failure::new(
            Exit::Usage,
            "-o 的文件名应以 .xlsx 结尾；要给程序读取，用 --json",
            "-o writes .xlsx; for programs there is --json",
        ));
    }
    let (workspace, content) = (open_workspace(global)?, content(global)?);
    let scope = scope(command.organisation.as_ref());
    let report = unification(&workspace, &content, &scope, month, command.top)?;
    if report.organisations.is_empty() {
        return Err(Failure::new(
            Exit::NotFound,
            "所选机构和月份没有已入库的病案。请核对 --organisation、--month，或先用 biaochi import 导入",
            "no record of these hospitals and months: check --organisation and --month, or import first",
        ));
    }
    if let Some(path) = &command.output {
        into_file(path, |out| Ok(write_workbook(&report, out)?))?;
        screen.note(&match screen.language() {
            Language::Zh => format!("已写入 {}", path.display()),
            Language::En => format!("written to {}", path.display()),
        });
    }
    if screen.json() {
        screen.value(&value(&report))?;
    } else if command.output.is_none() {
        show(&report, screen)?;
    }
    Ok(Exit::Done)
}

fn month(text: Option<&str>) -> Result<Option<Month>, Failure> {
    let Some(text) = text else { return Ok(None) };
    text.parse().map(Some).map_err(|_| {
        Failure::new(
            Exit::Usage,
            format!("“{text}”不是月份，应写作 2024-03"),
            format!("{text:?} is no month; write it as 2024-03"),
        )
    })
}

fn kind<'s>(system: &str, screen: &'s Screen) -> &'s str {
    if system == DIAGNOSES {
        screen.say("诊断", "diagnoses")
    } else {
        screen.say("手术操作", "procedures")
    }
}

fn show(report: &UnificationReport, screen: &Screen) -> Result<(), Failure> {
    let (version, clinical) = (report.version, report.clinical);
    screen.line(&match screen.language() {
        Language::Zh => format!(
            "编码统一情况（数据第 {version} 版；工作区配置：病案用{}）",
            if clinical {
                "国临版编码"
            } else {
                "医保版编码，或未说明"
            }
        ),
        Language::En => format!(
            "unified codes (version {version}; the workspace says that records use {})",
            if clinical {
                "the clinical edition"
            } else {
                "the insurance edition, or nothing"
            }
        ),
    })?;
    for part in &report.all.parts {
        screen.line("")?;
        screen.line(&standings(part, screen))?;
    }
    screen.line("")?;
    screen.line(&hospitals(&report.organisations, screen))?;
    if report.unmatched.is_empty() {
        return screen.line(screen.say(
            "\n全部编码都有确定的医保版编码",
            "\nevery code has a certain counterpart",
        ));
    }
    screen.line(screen.say(
        "\n出现最多而没有确定对应的编码（用 biaochi unify choose 选定）：",
        "\nmost frequent without a certain counterpart (choose with `biaochi unify choose`):",
    ))?;
    screen.line(&unmatched(&report.unmatched, screen))
}

/// Each standing of diagnoses or procedures, and its share.
fn standings(part: &Part, screen: &Screen) -> String {
    let Shares {
        standings,
        grey,
        total,
    } = &part.shares;
    let (left, right) = (Align::Left, Align::Right);
    let columns = [
        (kind(part.system, screen), left),
        (screen.say("处", "places"), right),
        (screen.say("占比", "share"), right),
        (screen.say("种", "different"), right),
        (screen.say("占比", "share"), right),
    ];
    let row = |title: String, tally: &biaochi_app::unify::Tally| {
        vec![
            title,
            count(tally.occurrences),
            percentage(tally.occurrences, total.occurrences),
            count(tally.distinct),
            percentage(tally.distinct, total.distinct),
        ]
    };
    let mut rows = Vec::new();
    for (standing, tally) in standings {
        rows.push(row(standing.text(screen.language()), tally));
        if *standing == Standing::Unified && grey.occurrences > 0 {
            rows.push(row(
                screen.say("  其中灰码", "  of them grey").to_owned(),
                grey,
            ));
        }
    }
    rows.push(row(screen.say("合计", "all").to_owned(), total));
    screen.table(&columns, &rows)
}

/// The share of unified codes, and of those translated with certainty, at each hospital.
fn hospitals(organisations: &[OrganisationUnification], screen: &Screen) -> String {
    let (left, right) = (Align::Left, Align::Right);
    let columns = [
        (screen.say("机构代码", "code"), left),
        (screen.say("机构名称", "hospital"), left),
        (screen.say("类别", "kind"), left),
        (screen.say("处", "places"), right),
        (screen.say("已是医保版", "unified"), right),
        (screen.say("可确定译出", "translated"), right),
        (screen.say("待选择或无对应", "open"), right),
    ];
    let mut rows = Vec::new();
    for organisation in organisations {
        for part in &organisation.parts {
            let total = part.shares.total.occurrences;
            let (unified, translated) = summed(&part.shares);
            rows.push(vec![
                organisation.code.clone(),
                organisation.name.clone(),
                kind(part.system, screen).to_owned(),
                count(total),
                percentage(unified, total),
                percentage(translated, total),
                percentage(total - unified - translated, total),
            ]);
        }
    }
    screen.table(&columns, &rows)
}

/// Places that are unified, and places that one code is certain for.
fn summed(shares: &Shares) -> (u64, u64) {
    let (mut unified, mut translated) = (0, 0);
    for (standing, tally) in &shares.standings {
        match standing {
            Standing::Unified => unified += tally.occurrences,
            Standing::Translated(verdict) if verdict.is_decided() => {
                translated += tally.occurrences;
            }
            Standing::Translated(_) => {}
        }
    }
    (unified, translated)
}

fn unmatched(unmatched: &[Unmatched], screen: &Screen) -> String {
    let (left, right) = (Align::Left, Align::Right);
    let columns = [
        (screen.say("类别", "kind"), left),
        (screen.say("编码", "code"), left),
        (screen.say("名称", "name"), left),
        (screen.say("处", "places"), right),
        (screen.say("机构", "hospitals"), right),
        (screen.say("结论", "verdict"), left),
        (screen.say("候选", "candidates"), left),
    ];
    let rows: Vec<Vec<String>> = unmatched
        .iter()
        .map(|one| {
            let candidates = one.candidates.iter().map(|candidate| {
                let score = candidate
                    .score
                    .map_or_else(String::new, |score| format!(" {score}"));
                let name = candidate.name.as_deref().unwrap_or("—");
                format!("{} {name}{score}", candidate.code)
            });
            vec![
                kind(one.system, screen).to_owned(),
                one.code.clone(),
                one.name.clone(),
                count(one.occurrences),
                count(one.organisations),
                one.verdict.text(screen.language()),
                candidates.collect::<Vec<_>>().join(screen.say("；", "; ")),
            ]
        })
        .collect();
    screen.table(&columns, &rows)
}

fn value(report: &UnificationReport) -> Value {
    let unmatched = report.unmatched.iter().map(|one| {
        let candidates: Vec<Value> = one.candidates.iter().map(candidate_value).collect();
        json!({
            "system": one.system, "code": one.code, "name": one.name,
            "occurrences": one.occurrences, "organisations": one.organisations,
            "verdict": one.verdict.code(), "candidates": candidates,
        })
    });
    json!({
        "version": report.version,
        "clinical": report.clinical,
        "all": organisation_value(&report.all),
        "organisations": report.organisations.iter().map(organisation_value).collect::<Vec<_>>(),
        "unmatched": unmatched.collect::<Vec<_>>(),
    })
}

fn organisation_value(organisation: &OrganisationUnification) -> Value {
    let tally = |tally: &biaochi_app::unify::Tally| json!({"occurrences": tally.occurrences, "distinct": tally.distinct});
    let mut value = json!({"organisation_code": organisation.code, "name": organisation.name});
    for part in &organisation.parts {
        let shares = &part.shares;
        let mut standings: Map<String, Value> = Map::new();
        for (standing, found) in &shares.standings {
            standings.insert(standing.id().to_owned(), tally(found));
        }
        value[part.system] = json!({
            "total": tally(&shares.total), "grey": tally(&shares.grey), "standings": standings,
        });
    }
    value
}
