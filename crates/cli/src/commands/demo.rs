//! `biaochi demo`

mod county;

use std::time::Instant;

use biaochi_app::datasets::{
    self, DataSetError, ImportRequest, ImportedFile, SyntheticRequest, compile, import_approved,
};
use biaochi_app::figures::{Figures, figures};
use biaochi_app::import::Imported;
use biaochi_app::organisations::{
    ImportRequest as OrganisationImport, import as import_organisations,
};
use biaochi_app::quality_report::{ReportRequest, quality_report, summary};
use biaochi_app::synthesise::{Files, ORGANISATIONS_FOLDER, synthesise};
use biaochi_app::worklist::{SYSTEM_ACTOR, sync_months};
use biaochi_app::workspace::PaymentRate;
use biaochi_app::{Content, OutputEncoding, WhenLocked, Workspace, demo};
use biaochi_domain::{Language, Month};
use biaochi_grouper::Status;
use biaochi_organisations::{Mode as OrgMode, Table, last_day};
use biaochi_store::Scope;

use self::county::County;
use super::group::percentage;
use super::import::{import_into, text};
use super::workspace_folder;
use crate::arguments::Global;
use crate::arguments::synth::Demo;
use crate::arguments::workspace::{Import, Mode};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen, Unit, count};

/// Who filled the synthetic data sets in, and who approved them.
const FILLER: &str = "合成填报";
const APPROVER: &str = "合成审核";

pub(crate) fn run(command: &Demo, global: &Global, screen: &Screen) -> Outcome {
    let begin = Instant::now();
    let workspace = demo::workspace(&workspace_folder(global))?;
    let content = Content::load(&[])?;
    generate(command, &workspace, screen)?;
    organisations(&workspace, screen)?;
    demo::add_accounts(&workspace, &content).map_err(|error| Failure::of(Exit::Failed, &error))?;
    screen.note(screen.say("二、导入、分组并质控", "2. import, group and check"));
    let import = Import {
        files: vec![demo::files(&workspace)],
        mode: Mode::ReplaceMonth,
        // A demonstration takes the place of an earlier one, whatever its size.
        allow_fewer: true,
        organisation: None,
        scheme: None,
        wait: true,
    };
    let imported = import_into(&workspace, &content, &import, screen)?;
    screen.note(&text(&imported, screen.language()));
    screen.note(screen.say("三、首批数字", "3. the first figures"));
    let figures = figures(&workspace, &content)?;
    let quality = quality(&workspace, &content, &imported, screen)?;
    let filled_in = data_sets(command, &workspace, &content, &figures, screen)?;
    screen.note(screen.say(
        "四、方案目标、绩效考核和通报",
        "4. targets, assessment and bulletins",
    ));
    let last = figures.total.last_month.as_deref();
    let last = last.and_then(|month| month.parse::<Month>().ok());
    let county = last
        .map(|last| county::county(&workspace, &content, command.seed, last, screen))
        .transpose()?;
    if screen.json() {
        return json(&figures, county.as_ref(), &workspace, screen);
    }
    let scheme = content.scheme(&workspace.config().scheme)?;
    show(
        &figures,
        &|drg| scheme.scheme.name(drg).map(str::to_owned),
        screen,
    )?;
    screen.line(&quality)?;
    screen.line(&filled_in)?;
    if let Some(county) = &county {
        screen.line(&county.text)?;
    }
    if let Some(last) = last {
        next_steps(&workspace, last, begin.elapsed().as_secs_f64(), screen)?;
    }
    Ok(Exit::Done)
}

/// Takes the county's organisations in; those of an earlier demonstration go.
fn organisations(workspace: &Workspace, screen: &Screen) -> Result<(), Failure> {
    let folder = demo::files(workspace).join(ORGANISATIONS_FOLDER);
    let request = OrganisationImport {
        paths: std::slice::from_ref(&folder),
        mode: OrgMode::Replace,
        dry_run: false,
        actor: SYSTEM_ACTOR,
    };
    let imported = import_organisations(workspace, &Scope::All, &request)?;
    let rows = |table: Table| {
        let delivered = imported.delivered.iter().find(|(one, _)| *one == table);
        count(delivered.map_or(0, |(_, rows)| *rows as u64))
    };
    let (institutions, departments) = (rows(Table::Institutions), rows(Table::Departments));
    let staff = rows(Table::Staff);
    screen.note(&match screen.language() {
        Language::Zh => {
            format!("组织机构：{institutions} 行机构，{departments} 个科室，{staff} 名人员")
        }
        Language::En => format!(
            "organisations: {institutions} rows of institutions, {departments} departments, {staff} staff"
        ),
    });
    Ok(())
}

/// Front-page quality of the last year in a few sentences. The last month's faults go to the worklist:
/// nobody mends those of years ago.
fn quality(
    workspace: &Workspace,
    content: &Content,
    imported: &Imported,
    screen: &Screen,
) -> Result<String, Failure> {
    let request = ReportRequest {
        rate: workspace.config().payment_rate.map(PaymentRate::yuan),
        ..ReportRequest::default()
    };
    let report = quality_report(workspace, content, &request)
        .map_err(|error| Failure::of(Exit::Failed, &error))?;
    let partitions = &imported.record.partitions;
    let last = partitions.iter().map(|(_, month)| month).max();
    let newest = partitions
        .iter()
        .filter(|(_, month)| Some(month) == last)
        .cloned()
        .collect::<Vec<_>>();
    let as_of = imported.record.published_at;
    sync_months(workspace, content, &newest, as_of, SYSTEM_ACTOR)?;
    let joint = screen.say("", " ");
    Ok(format!(
        "\n{}\n{}",
        screen.say("病案首页质量", "front-page quality"),
        summary(&report, screen.language()).join(joint)
    ))
}

/// The data sets of all institutions and years, as if they had been filled in, submitted and approved in
/// their time; some of the last period are still owed.
fn data_sets(
    command: &Demo,
    workspace: &Workspace,
    content: &Content,
    figures: &Figures,
    screen: &Screen,
) -> Result<String, Failure> {
    let failed = |error: DataSetError| Failure::of(Exit::Failed, &error);
    let month = |text: &Option<String>| -> Option<Month> {
        text.as_deref().and_then(|text| text.parse().ok())
    };
    let total = &figures.total;
    let (Some(first), Some(last)) = (month(&total.first_month), month(&total.last_month)) else {
        return Ok(String::new());
    };
    let begin = Instant::now();
    let sets = compile(content).map_err(failed)?;
    let folder = demo::forms(workspace);
    let request = SyntheticRequest {
        seed: command.seed,
        first,
        last,
    };
    let written =
        datasets::synthesise(workspace, content, &sets, &request, &folder).map_err(failed)?;
    let mut files = Vec::with_capacity(written.files.len());
    for path in &written.files {
        let bytes = std::fs::read(path).map_err(|error| Failure::file(path, &error))?;
        files.push((ImportedFile::name_of(path), bytes));
    }
    let files: Vec<ImportedFile<'_>> = files
        .iter()
        .map(|(name, bytes)| ImportedFile { name, bytes })
        .collect();
    let persons = (FILLER, APPROVER);
    let request = ImportRequest::default();
    let done = import_approved(
        workspace,
        &sets,
        persons,
        &request,
        &files,
        WhenLocked::Wait,
    )
    .map_err(failed)?;
    let (number, sets) = (count(done.approved + done.unchanged), files.len());
    let drafts = count(done.drafts.len() as u64);
    let seconds = begin.elapsed().as_secs_f64();
    Ok(match screen.language() {
        Language::Zh => format!(
            "\n数据填报\n{sets} 个数据集 {number} 份已审核，{drafts} 份有问题、留作草稿（{seconds:.1} 秒）；谁还没报：biaochi dataset status"
        ),
        Language::En => format!(
            "\ndata sets\n{number} submissions of {sets} data sets approved, {drafts} drafts with faults ({seconds:.1} s)"
        ),
    })
}

fn generate(command: &Demo, workspace: &Workspace, screen: &Screen) -> Result<(), Failure> {
    let records = count(command.records);
    screen.note(&match screen.language() {
        Language::Zh => format!(
            "一、生成合成县域数据（约 {records} 出院人次，种子 {}）",
            command.seed
        ),
        Language::En => format!("1. generate the synthetic county ({records} discharges)"),
    });
    let options = demo::synth_options(command.seed, command.records);
    let folder = demo::files(workspace);
    // Files of another size or seed must not mix with these.
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Failure::file(&folder, &error));
        }
        _ => {}
    }
    let bar = screen.progress(Some(command.records), Unit::Records);
    bar.set_message(screen.say("生成", "generating").to_owned());
    let written = synthesise(
        options,
        &folder,
        Files::MonthByMonth,
        OutputEncoding::Utf8,
        &|n| bar.inc(n),
    )?;
    bar.finish_and_clear();
    let (files, records) = (count(written.files), count(written.records));
    let (defective, mib) = (count(written.defective), written.bytes / (1 << 20));
    screen.note(&match screen.language() {
        Language::Zh => format!(
            "  {files} 个文件，{records} 条记录，{mib} MiB，其中 {defective} 条植入了已知缺陷"
        ),
        Language::En => {
            format!("  {files} files, {records} records, {mib} MiB, {defective} with known defects")
        }
    });
    Ok(())
}

fn json(
    figures: &Figures,
    county: Option<&County>,
    workspace: &Workspace,
    screen: &Screen,
) -> Outcome {
    screen.value(&serde_json::json!({
        "workspace": workspace.root().display().to_string(),
        "county": county.map(|county| &county.json),
        "discharges": figures.total.discharges,
        "organisations": figures.total.organisations,
        "drgs": figures.total.drgs,
        "cmi": figures.total.cmi,
        "statuses": figures.statuses.iter().map(|status| {
            serde_json::json!({ "status": status.status, "records": status.records })
        }).collect::<Vec<_>>(),
        "months": figures.months,
        "hospitals": figures.hospitals.iter().map(|hospital| serde_json::json!({
            "code": hospital.code, "name": hospital.name, "discharges": hospital.discharges,
            "grouped": hospital.grouped, "cmi": hospital.cmi,
            "time_index": hospital.time_index, "cost_index": hospital.cost_index,
        })).collect::<Vec<_>>(),
        "groups": figures.groups.iter().map(|group| serde_json::json!({
            "drg": group.drg, "records": group.records, "weight": group.weight,
            "mean_charges": group.mean_charges, "mean_days": group.mean_days,
        })).collect::<Vec<_>>(),
    }))?;
    Ok(Exit::Done)
}

fn show(
    figures: &Figures,
    name: &dyn Fn(&str) -> Option<String>,
    screen: &Screen,
) -> Result<(), Failure> {
    let zh = screen.language() == Language::Zh;
    let total = &figures.total;
    let month = |month: &Option<String>| month.clone().unwrap_or_else(|| "—".to_owned());
    let grouped = figures
        .statuses
        .iter()
        .find(|status| status.status == Status::Grouped.name())
        .map_or(0, |status| status.records);
    let cmi = total.cmi.as_deref().unwrap_or("—");
    let (discharges, organisations) = (count(total.discharges), total.organisations);
    let (first, last) = (month(&total.first_month), month(&total.last_month));
    let rate = percentage(grouped, total.discharges);
    let drgs = total.drgs;
    screen.line(&if zh {
        format!(
            "\n出院 {discharges} 人次，{organisations} 家机构，{first} 至 {last}；入组率 {rate}，{drgs} 个病组，CMI {cmi}（合成权重）"
        )
    } else {
        format!(
            "\n{discharges} discharges, {organisations} institutions, {first} to {last}; {rate} grouped, {drgs} groups, CMI {cmi} (synthetic weights)"
        )
    })?;
    screen.line(&hospitals(figures, screen))?;
    screen.line(&groups(figures, name, screen))?;
    let others: Vec<String> = figures
        .statuses
        .iter()
        .filter(|status| status.status != Status::Grouped.name())
        .map(|status| {
            let known = Status::ALL
                .into_iter()
                .find(|known| known.name() == status.status);
            let label = known.map_or(status.status.clone(), |known| {
                let text = biaochi_domain::Localized::text(&known, screen.language());
                text.split(['，', ';'])
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            });
            format!("{label} {}", count(status.records))
        })
        .collect();
    if !others.is_empty() {
        let title = screen.say("未入组：", "not grouped: ");
        screen.line(&format!("\n{title}{}", others.join("；")))?;
    }
    Ok(())
}

fn hospitals(figures: &Figures, screen: &Screen) -> String {
    let mut columns = vec![
        (screen.say("机构", "institution").to_owned(), Align::Left),
        (screen.say("出院", "discharges").to_owned(), Align::Right),
        (screen.say("入组率", "grouped").to_owned(), Align::Right),
    ];
    for month in &figures.months {
        columns.push((format!("CMI {month}"), Align::Right));
    }
    columns.push((
        screen.say("时间指数", "time index").to_owned(),
        Align::Right,
    ));
    columns.push((
        screen.say("费用指数", "cost index").to_owned(),
        Align::Right,
    ));
    let dash = |value: &Option<String>| value.clone().unwrap_or_else(|| "—".to_owned());
    let rows: Vec<Vec<String>> = figures
        .hospitals
        .iter()
        .map(|hospital| {
            let mut row = vec![
                hospital.name.clone(),
                count(hospital.discharges),
                percentage(hospital.grouped, hospital.discharges),
            ];
            row.extend(hospital.cmi.iter().map(dash));
            row.push(dash(&hospital.time_index));
            row.push(dash(&hospital.cost_index));
            row
        })
        .collect();
    let columns: Vec<(&str, Align)> = columns
        .iter()
        .map(|(title, align)| (title.as_str(), *align))
        .collect();
    let title = screen.say(
        "各机构近六个月 CMI，最近一月时间、费用消耗指数（基准为全部数据）",
        "CMI of the last six months; time and cost index of the last month (reference: all data)",
    );
    format!("\n{title}\n{}", screen.table(&columns, &rows))
}

fn groups(figures: &Figures, name: &dyn Fn(&str) -> Option<String>, screen: &Screen) -> String {
    let titles = match screen.language() {
        Language::Zh => [
            "病组",
            "名称",
            "例数",
            "占比",
            "权重",
            "例均费用（元）",
            "平均住院日",
        ],
        Language::En => [
            "DRG",
            "name",
            "n",
            "share",
            "weight",
            "mean charges (yuan)",
            "mean days",
        ],
    };
    let aligns = [
        Align::Left,
        Align::Left,
        Align::Right,
        Align::Right,
        Align::Right,
        Align::Right,
        Align::Right,
    ];
    let columns: Vec<(&str, Align)> = titles.into_iter().zip(aligns).collect();
    let dash = |value: &Option<String>| value.clone().unwrap_or_else(|| "—".to_owned());
    let rows: Vec<Vec<String>> = figures
        .groups
        .iter()
        .map(|group| {
            vec![
                group.drg.clone(),
                name(&group.drg).unwrap_or_else(|| "—".to_owned()),
                count(group.records),
                percentage(group.records, figures.total.discharges),
                dash(&group.weight),
                dash(&group.mean_charges),
                dash(&group.mean_days),
            ]
        })
        .collect();
    let title = screen.say("例数最多的病组", "groups with most records");
    format!("\n{title}\n{}", screen.table(&columns, &rows))
}

fn next_steps(
    workspace: &Workspace,
    last: Month,
    seconds: f64,
    screen: &Screen,
) -> Result<(), Failure> {
    let (on, year) = (last_day(last.into()), last.year());
    let program = std::env::args()
        .next()
        .unwrap_or_else(|| "biaochi".to_owned());
    let root = workspace.root().display();
    let rejects = workspace.rejects();
    let rejects = rejects.display();
    let title = match screen.language() {
        Language::Zh => format!("\n全程 {seconds:.1} 秒。接下来可以看："),
        Language::En => format!("\n{seconds:.1} s in all. Where to look next:"),
    };
    screen.line(&title)?;
    let steps = [
        (
            format!(
                "{program} sql \"select * from hospital_month order by discharge_month desc\" -w {root}"
            ),
            "各机构各月指标",
            "figures by institution and month",
        ),
        (
            format!(
                "{program} sql \"select medical_record_number, drg from discharge_grouped limit 5\" -w {root}"
            ),
            "取几个病案号",
            "some record numbers",
        ),
        (
            format!("{program} explain <病案号> --what-if -w {root}"),
            "为什么进这个组，什么会改变它",
            "why this group, and what would change it",
        ),
        (
            format!("{program} org tree -w {root}"),
            "区划、机构和医联体",
            "divisions, institutions and alliances",
        ),
        (
            format!("{program} worklist list --limit 10 -w {root}"),
            "最近一月的质控问题，影响分组和金额的在前",
            "faults of the last month, those that change groups and payment first",
        ),
        (
            format!("{program} report quality -o 质量通报.pdf -w {root}"),
            "病案首页质量通报",
            "the bulletin of front-page quality",
        ),
        (
            format!(
                "{program} explain {} {} H1 --phase end -w {root}",
                demo::ASSESSMENT,
                demo::HOSPITAL
            ),
            "从得分到规则、指标、分子分母、病案、文件和行",
            "from the score to rule, indicator, numerator, records, file and line",
        ),
        (
            format!(
                "{program} plan status {} --unit division:{} --on {on} -w {root}",
                demo::PLAN,
                demo::COUNTY
            ),
            "全县各项目标的现值、预计和理由",
            "value, forecast and reason of every target of the county",
        ),
        (
            format!("{program} plan tasks --plan {} -w {root}", demo::PLAN),
            "逾期的任务",
            "tasks that are overdue",
        ),
        (
            format!(
                "{program} report profile {} --plan {} -o 医院简介.pdf -w {root}",
                demo::HOSPITAL,
                demo::PLAN
            ),
            "一页看清一家医院",
            "a hospital on one page",
        ),
        (
            format!("{program} assess index high-quality-index --period {year} -w {root}"),
            "高质量发展指数和名次的稳定性",
            "the high-quality-development index and the stability of places",
        ),
        (
            format!("{program} schemes"),
            "可用的分组方案",
            "the schemes there are",
        ),
        (
            format!("ls {rejects}"),
            "拒收与待改明细",
            "rejected rows and problems, with reasons",
        ),
    ];
    for (command, zh, en) in steps {
        screen.line(&format!("  {command}\n      {}", screen.say(zh, en)))?;
    }
    Ok(())
}
