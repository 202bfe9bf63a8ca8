//! From a template to values that can be queried.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use biaochi_datasets::{State, Step};
use biaochi_domain::{Language, Localized as _};
use biaochi_organisations::{Rows, Table};
use biaochi_store::{Actor, Scope, StoreError, Submission, SubmissionFilter, SubmissionKey};
use biaochi_warehouse::WhenLocked;
use serde::Deserialize;

use super::{
    Acted, CompiledDataSets, DataSetError, Draft, ImportRequest, ImportedFile, TemplateRequest,
    TypedCell, act, check_folder, check_form, compile, form, import, import_approved,
    organisation_name, save_form, submissions, take_step, write_template,
};
use crate::organisations::import_rows;
use crate::query::rows;
use crate::{Config, Content, Workspace};

const FINANCE: &str = r#"[dataset]
id = "finance"
title = "医院财务月报"
purpose = "看收支"
frequency = "month"
filled_by = "institution"
filler = "财务科"
approver = "财务股"
due_day = 15
source = "s"
certainty = "general"

[[field]]
id = "income"
title = "诊疗收入"
type = "decimal"
unit = "元"
definition = "门诊与住院之和"
over_time = "sum"
required = true
sum_of = ["outpatient", "inpatient"]

[[field]]
id = "outpatient"
title = "门急诊收入"
section = "其中"
type = "decimal"
unit = "元"
definition = "含急诊"
over_time = "sum"
required = true
min = "0"
example = "100"

[[field]]
id = "inpatient"
title = "病房收入"
type = "decimal"
unit = "元"
definition = "出院结算"
over_time = "sum"
required = true

[[field]]
id = "level"
title = "电子病历级别"
type = "choice"
choices = ["3级", "4级"]
definition = "最近一次"

[[field]]
id = "open"
title = "已公开"
type = "boolean"
definition = "院务公开"

[[rule]]
id = "jump"
when = "income > 2 * previous_income"
severity = "warning"
message = "诊疗收入 {income} 是上期 {previous_income} 的两倍以上"
mend = "核对单位"

[[rule]]
id = "zero"
when = "inpatient = 0 AND outpatient = 0"
severity = "error"
message = "全为零"
mend = "核对"
"#;

const STAFF: &str = r#"[dataset]
id = "staff"
title = "人员"
purpose = "看配置"
frequency = "year"
filled_by = "institution"
filler = "人事科"
approver = "人事股"
due_day = 31
source = "s"
certainty = "general"

[[field]]
id = "physicians"
title = "医师"
type = "integer"
unit = "人"
definition = "在岗"
over_time = "latest"
required = true

[[breakdown]]
id = "specialty"
title = "专业"
choices = ["麻醉", "儿科"]

[[rule]]
id = "many"
when = "specialty = '麻醉' AND physicians > 100"
severity = "error"
message = "{specialty}医师 {physicians} 人"
mend = "核对"
"#;

struct Office {
    _folder: tempfile::TempDir,
    workspace: Workspace,
    content: Content,
    sets: CompiledDataSets,
}

fn pack(folder: &Path, sets: &[(&str, &str)]) {
    fs::create_dir_all(folder.join("datasets")).expect("own folder");
    let manifest =
        "format = 1\nkind = \"datasets\"\nid = \"mine\"\ntitle = \"测试\"\nversion = \"1\"\n";
    fs::write(folder.join("pack.toml"), manifest).expect("own folder");
    fs::write(folder.join("README.md"), "# 测试\n").expect("own folder");
    let sources = "[[source]]\nid = \"s\"\ntitle = \"测试\"\n";
    fs::write(folder.join("sources.toml"), sources).expect("own folder");
    for (id, text) in sets {
        // The program's own data sets of this name are not what is tested.
        let text = text.replace("id = \"finance\"", "id = \"t_finance\"");
        let text = text.replace("id = \"staff\"", "id = \"t_staff\"");
        fs::write(folder.join(format!("datasets/t_{id}.toml")), text).expect("own folder");
    }
}

fn office() -> Office {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("w");
    let workspace = Workspace::init(&root, Config::default()).expect("a workspace");
    pack(
        &workspace.packs().join("mine"),
        &[("finance", FINANCE), ("staff", STAFF)],
    );
    let content = Content::load(&[workspace.packs()]).expect("packs");
    let sets = compile(&content).expect("data sets");
    Office {
        _folder: folder,
        workspace,
        content,
        sets,
    }
}

impl Office {
    fn import(&self, text: &str, comment: &str) -> Result<Vec<Submission>, DataSetError> {
        self.bytes("财务.csv", text.as_bytes(), comment)
    }

    fn bytes(
        &self,
        name: &str,
        bytes: &[u8],
        comment: &str,
    ) -> Result<Vec<Submission>, DataSetError> {
        let request = ImportRequest {
            comment,
            ..ImportRequest::default()
        };
        let file = ImportedFile { name, bytes };
        let done = import(
            &self.workspace,
            &self.sets,
            &Scope::All,
            "张财务",
            &request,
            &file,
        )?;
        Ok(done.drafts)
    }

    fn act(&self, who: &str, step: Step, comment: &str) -> Result<Acted, DataSetError> {
        let filter = SubmissionFilter {
            datasets: vec!["t_finance".to_owned()],
            ..SubmissionFilter::default()
        };
        let (sets, locked) = (&self.sets, WhenLocked::Refuse);
        act(
            &self.workspace,
            sets,
            &Scope::All,
            who,
            &filter,
            step,
            comment,
            locked,
        )
    }

    fn rows<T: serde::de::DeserializeOwned>(&self, sql: &str) -> Vec<T> {
        rows(&self.workspace, &self.content, sql).expect("an answer")
    }
}

#[derive(Debug, PartialEq, Deserialize)]
struct Income {
    period: String,
    income: String,
    level: Option<String>,
    open: Option<bool>,
}

const INCOME: &str = "SELECT period, CAST(income AS VARCHAR) AS income, level, open FROM t_finance \
                      ORDER BY period";

fn income(period: &str, income: &str, level: Option<&str>, open: Option<bool>) -> Income {
    Income {
        period: period.to_owned(),
        income: income.to_owned(),
        level: level.map(str::to_owned),
        open,
    }
}

#[test]
fn from_a_file_to_a_value_that_can_be_queried_and_corrected() {
    let office = office();
    let file = "机构代码,期间,诊疗收入（元）,门急诊收入,病房收入,电子病历级别,已公开\n\
                A,2024-03,\"3,000\",1000,2000.00,4级,是\n\
                A,2024-04,\"9,000\",1000,8000,,\n";
    let drafts = office.import(file, "").expect("a table");
    let faults: Vec<(u64, u64)> = drafts.iter().map(Submission::faults).collect();
    assert_eq!(faults, [(0, 0), (0, 1)]);
    let jump = &drafts[1].findings[0];
    assert_eq!(
        jump.message,
        "诊疗收入 9000.00 是上期 3000.00 的两倍以上。核对单位"
    );
    assert_eq!(jump.place, "财务!C3");

    let refused = office
        .act("张财务", Step::Submit, "")
        .expect_err("a warning");
    assert!(refused.text(Language::Zh).contains("需要核实"), "{refused}");
    let sent = office
        .act("张财务", Step::Submit, "新院区开业")
        .expect("explained");
    assert_eq!(sent.submissions.len(), 2);
    let own = office
        .act("张财务", Step::Approve, "")
        .expect_err("the same person");
    assert!(
        matches!(own, DataSetError::Store(StoreError::Refused { .. })),
        "{own:?}"
    );
    let done = office.act("李股长", Step::Approve, "").expect("approved");
    let published = done.published.expect("published");
    assert_eq!((published.came, published.changed), (2, 0));
    let expected = [
        income("2024-03", "3000.00", Some("4级"), Some(true)),
        income("2024-04", "9000.00", None, None),
    ];
    assert_eq!(office.rows::<Income>(INCOME), expected);

    // A correction of what counts is a new version, and replaces what stands in the lake.
    let file = "机构代码,期间,诊疗收入,门急诊收入,病房收入\nA,2024-03,3500,1500,2000\n";
    let refused = office.import(file, "").expect_err("no reason");
    assert!(
        refused.text(Language::Zh).contains("--comment"),
        "{refused}"
    );
    let again = office.import(file, "补记调账").expect("a reason");
    assert_eq!((again[0].version, again[0].state), (2, State::Draft));
    // Until it is approved, the old version counts.
    assert_eq!(office.rows::<Income>(INCOME), expected);
    office.act("张财务", Step::Submit, "").expect("submitted");
    let done = office.act("李股长", Step::Approve, "").expect("approved");
    let published = done.published.expect("published");
    assert_eq!((published.came, published.changed), (0, 1));
    let [_, april] = expected;
    assert_eq!(
        office.rows::<Income>(INCOME),
        [income("2024-03", "3500.00", None, None), april]
    );

    #[derive(Debug, PartialEq, Deserialize)]
    struct FactRow {
        version: i64,
        approver: String,
        number: Option<String>,
        text: Option<String>,
    }
    let facts: Vec<FactRow> = office.rows(
        "SELECT version, approver, CAST(value AS VARCHAR) AS number, text FROM fact \
         WHERE dataset = 't_finance' AND period = '2024-03' AND field = 'income'",
    );
    let fact = FactRow {
        version: 2,
        approver: "李股长".to_owned(),
        number: Some("3500.000000".to_owned()),
        text: None,
    };
    assert_eq!(facts, [fact]);
}

#[test]
fn a_template_comes_back_as_it_was_filled_in() {
    let office = office();
    let file = "机构代码,期间,诊疗收入,门急诊收入,病房收入,电子病历级别,已公开\n\
                A,2024-02,300,100,200,3级,否\n\
                A,2024-03,3000.55,1000.05,2000.50,4级,是\n";
    let drafts = office.import(file, "").expect("a table");
    let staff = "机构代码,期间,专业,医师\nA,2024,儿科,7\nA,2024,麻醉,3\n";
    office.import(staff, "").expect("a table");
    for (id, period) in [("t_finance", "2024-03"), ("t_staff", "2024")] {
        let (loaded, _) = office.sets.get(id).expect("a data set");
        let request = TemplateRequest {
            organisation: "A",
            name: "甲医院",
            period: loaded.set.period(period).expect("a period"),
        };
        let mut out = Cursor::new(Vec::new());
        let scope = Scope::one("A");
        write_template(Some(&office.workspace), &scope, loaded, &request, &mut out)
            .expect("a template");
        let template = office
            .bytes("模板.xlsx", out.get_ref(), "")
            .expect("a form");
        let [form] = &template[..] else {
            panic!("{template:?}")
        };
        assert_eq!(
            (form.key.organisation_code.as_str(), form.revision),
            ("A", 2)
        );
        assert_eq!(form.origin, "模板.xlsx");
        if id == "t_finance" {
            assert_eq!(form.content, drafts[1].content);
            assert_eq!(
                form.findings,
                drafts[1]
                    .findings
                    .iter()
                    .map(|finding| {
                        let mut moved = finding.clone();
                        "医院财务月报!E6".clone_into(&mut moved.place);
                        moved
                    })
                    .collect::<Vec<_>>()
            );
        } else {
            let rows: Vec<(&str, &str)> = form
                .content
                .iter()
                .map(|row| (row.breakdown.as_str(), row.values["physicians"].as_str()))
                .collect();
            assert_eq!(rows, [("麻醉", "3"), ("儿科", "7")]);
        }
    }
}

#[test]
fn faults_name_their_cells_and_nothing_is_lost() {
    let office = office();
    let file = "机构代码,期间,诊疗收入,门急诊收入,病房收入,电子病历级别,备用\n\
                A,2024-03,3万元,1000,2000,5级,x\n";
    let drafts = office.import(file, "").expect("a table");
    let told: Vec<String> = drafts[0]
        .findings
        .iter()
        .map(|finding| format!("{} {}", finding.place, finding.message))
        .collect();
    for (place, piece) in [
        ("财务!第 2 行", "备用"),
        ("财务!C2", "请填 30000"),
        ("财务!F2", "3级、4级"),
    ] {
        let found = told
            .iter()
            .any(|text| text.starts_with(place) && text.contains(piece));
        assert!(found, "{place} {piece}: {told:#?}");
    }
    let stored = submissions(&office.workspace, &Scope::All, &SubmissionFilter::default());
    let stored = stored.expect("a store");
    assert_eq!(stored[0].content[0].unread["income"], "3万元");
    assert_eq!(stored[0].content[0].values["outpatient"], "1000");

    let json = r#"{"dataset": "t_staff", "organisation_code": "A", "period": "2024",
                   "rows": [{"breakdown": "麻醉", "values": {"physicians": 101}}]}"#;
    let drafts = office
        .bytes("人员.json", json.as_bytes(), "")
        .expect("JSON");
    let finding = &drafts[0].findings[0];
    assert_eq!(
        (finding.rule.as_str(), finding.place.as_str()),
        ("many", "麻醉.physicians")
    );
    assert!(
        finding.message.starts_with("麻醉医师 101 人"),
        "{finding:?}"
    );

    for (name, bytes, piece) in [
        ("空.csv", "姓名,年龄\n张三,5\n", "看不出"),
        ("财务.csv", "期间,诊疗收入\n2024-03,1\n", "--organisation"),
        ("财务.csv", "机构代码,诊疗收入\nA,1\n", "--period"),
        (
            "财务.csv",
            "机构代码,期间,诊疗收入\nA,2024Q1,1\n",
            "2024-03",
        ),
        ("坏.json", "{\"dataset\": 1}", "第 1 行"),
    ] {
        let error = office.bytes(name, bytes.as_bytes(), "").expect_err(name);
        let text = error.text(Language::Zh);
        assert!(text.contains(piece), "{piece}: {text}");
    }
}

#[test]
fn what_was_approved_elsewhere_counts_at_once() {
    let office = office();
    let good = "机构代码,期间,报送日期,诊疗收入,门急诊收入,病房收入\n\
                A,2024-01,2024-02-10,3,1,2\nB,2024-01,2024-02-20,5,2,3\nC,2024-01,,7,2,3\n";
    let file = ImportedFile {
        name: "历年.csv",
        bytes: good.as_bytes(),
    };
    let (sets, request) = (&office.sets, ImportRequest::default());
    let again = || {
        let files = std::slice::from_ref(&file);
        let persons = ("补录员", "李局长");
        import_approved(
            &office.workspace,
            sets,
            persons,
            &request,
            files,
            WhenLocked::Refuse,
        )
    };
    let done = again().expect("a table");
    assert_eq!(
        (done.approved, done.drafts.len(), done.unchanged),
        (2, 1, 0)
    );
    assert_eq!(done.published.expect("published").came, 2);
    let all = submissions(&office.workspace, &Scope::All, &SubmissionFilter::default());
    let days: Vec<Option<String>> = all
        .expect("a store")
        .iter()
        .map(|one| one.submitted_at.map(|at| at.to_string()[..10].to_owned()))
        .collect();
    assert_eq!(
        days,
        [
            Some("2024-02-10".to_owned()),
            Some("2024-02-20".to_owned()),
            None
        ]
    );
    let same = again().expect("a table");
    assert_eq!(
        (same.approved, same.unchanged, same.published),
        (0, 2, None)
    );
}

#[test]
fn mistakes_of_rules_are_told_with_their_place() {
    let office = office();
    let folder = office.workspace.root().join("broken");
    let broken = FINANCE
        .replace("income > 2 * previous_income", "incom > 2")
        .replace("{previous_income}", "{previous_level}")
        .replace("inpatient = 0 AND outpatient = 0", "outpatient + 1");
    pack(&folder, &[("finance", &broken)]);
    let library = Content::load(&[]).expect("packs");
    let told: Vec<String> = check_folder(&library, &folder)
        .expect("a pack of data sets")
        .iter()
        .map(|problem| {
            format!(
                "{}:{} {}",
                problem.line,
                problem.column,
                problem.text(Language::Zh)
            )
        })
        .collect();
    assert_eq!(told.len(), 3, "{told:#?}");
    let line = |piece: &str| {
        broken
            .lines()
            .position(|line| line.contains(piece))
            .expect("it is there")
            + 1
    };
    for (piece, text) in [
        ("incom > 2", "“incom”"),
        ("previous_level", "“previous_level”"),
        ("outpatient + 1", "条件"),
    ] {
        let place = format!("{}:", line(piece));
        let found = told
            .iter()
            .any(|one| one.starts_with(&place) && one.contains(text));
        assert!(found, "{place} {text}: {told:#?}");
    }
}

#[test]
fn periods_and_organisations_that_nobody_asks_are_told() {
    let office = office();
    let head = "机构代码,期间,诊疗收入,门急诊收入,病房收入\n";
    let told = |lines: &str| {
        let error = office.import(&format!("{head}{lines}"), "");
        error.expect_err(lines).text(Language::Zh)
    };
    let future = told("A,2024-03,3,1,2\nA,2999-01,3,1,2\n");
    assert!(
        future.contains("2999-01 还没有开始") && future.contains("第 3 行"),
        "{future}"
    );
    // Without a directory every code is taken.
    let free = office.import(&format!("{head}A9,2024-02,3,1,2\n"), "");
    assert_eq!(free.expect("a draft").len(), 1);

    let mut organisations = Rows::default();
    for line in [
        "A,县医院,,,二级,甲等,综合医院,,政府办,990121,,,,",
        "C,县康复院,,,二级,,综合医院,,政府办,990121,,,2024-06-01,",
    ] {
        let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        let row = organisations.push(Table::Institutions, &cells);
        row.expect("an institution");
    }
    let division = ["990121", "云泽县", "县", "", "", ""].map(str::to_owned);
    let row = organisations.push(Table::Divisions, &division);
    row.expect("a division");
    import_rows(&office.workspace, &Scope::All, organisations, "测试").expect("stored");
    let unknown = told("A,2024-03,3,1,2\nA9,2024-03,3,1,2\n");
    assert!(
        unknown.contains("A9 (财务!第 3 行)") && unknown.contains("没有导入"),
        "{unknown}"
    );
    // Known, but not there yet in the period: to be explained, and not lost.
    let early = office.import(&format!("{head}A,2024-03,3,1,2\nC,2024-03,3,1,2\n"), "");
    let early = early.expect("drafts");
    assert_eq!(early[0].faults(), (0, 0));
    assert_eq!(early[1].faults(), (0, 1));
    let message = &early[1].findings[0].message;
    assert!(
        message.contains("不在“医院财务月报”的填报范围"),
        "{message}"
    );
}

fn key(period: &str) -> SubmissionKey {
    SubmissionKey {
        organisation_code: "A".to_owned(),
        dataset: "t_finance".to_owned(),
        period: period.parse().expect("a period"),
    }
}

fn typed(cells: &[(&str, &str)]) -> Vec<TypedCell> {
    let cell = |(field, text): &(&str, &str)| TypedCell {
        breakdown: String::new(),
        field: (*field).to_owned(),
        text: (*text).to_owned(),
    };
    cells.iter().map(cell).collect()
}

#[test]
fn what_is_typed_is_judged_and_kept_and_nobody_is_overwritten() {
    let office = office();
    let (workspace, sets, scope) = (&office.workspace, &office.sets, &Scope::one("A"));
    let key = key("2024-03");
    let judge = |cells: &[(&str, &str)]| {
        let judged = check_form(workspace, sets, scope, &key, &typed(cells));
        judged.expect("a judgement").findings
    };
    let wrong = judge(&[("income", "3万"), ("outpatient", "1"), ("inpatient", "2")]);
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert!(wrong[0].field == "income" && wrong[0].is_error());
    let good = [("income", "3"), ("outpatient", "1"), ("inpatient", "2")];
    assert!(judge(&good).is_empty());
    let save = |cells: &[(&str, &str)], seen, comment: &str| {
        let cells = typed(cells);
        let draft = Draft {
            key: &key,
            cells: &cells,
            comment,
            seen,
        };
        save_form(workspace, sets, scope, &Actor::now("张财务"), &draft)
    };
    let first = save(&good, None, "").expect("a draft");
    assert_eq!((first.version, first.revision), (1, 1));
    // Somebody else who saw nothing there.
    let late = save(&good, None, "");
    assert!(
        matches!(late, Err(DataSetError::Store(StoreError::Conflict { .. }))),
        "{late:?}"
    );
    let second = save(&[("income", "5")], Some((1, 1)), "").expect("a draft");
    assert_eq!(second.faults().0, 2, "{:?}", second.findings);
    let third = save(&good, Some((1, 2)), "").expect("a draft");
    let step = |who: &str, seen: &Submission, step| {
        take_step(workspace, scope, &Actor::now(who), seen.seen(), step, "")
    };
    let submitted = step("张财务", &third, Step::Submit).expect("submitted");
    let stale = step("李局长", &third, Step::Approve);
    assert!(
        matches!(stale, Err(DataSetError::Store(StoreError::Conflict { .. }))),
        "{stale:?}"
    );
    let approved = step("李局长", &submitted, Step::Approve).expect("approved");
    assert_eq!(approved.state, State::Approved);
    let next = SubmissionKey {
        period: "2024-04".parse().expect("a period"),
        ..key.clone()
    };
    let form = form(workspace, scope, &next).expect("a form");
    assert_eq!(form.submission, None);
    assert_eq!(
        form.previous.expect("the month before").content[0].values["income"],
        "3"
    );
}

#[test]
fn a_form_is_of_somebody_who_is_known() {
    let office = office();
    let name = |code: &str| {
        let period = "2024-03".parse().expect("a period");
        organisation_name(&office.workspace, code, period)
    };
    // Nobody is described yet.
    assert_eq!(name("X").expect("a name"), "X");
    let mut organisations = Rows::default();
    for line in [
        "45010000-1,云泽县人民医院,,,二级,甲等,综合医院,,政府办,990121,,,,",
        "45010000-2,云泽县中医院,,,二级,,综合医院,,政府办,990121,,,,",
    ] {
        let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        let row = organisations.push(Table::Institutions, &cells);
        row.expect("an institution");
    }
    let division = ["990121", "云泽县", "县", "", "", ""].map(str::to_owned);
    let row = organisations.push(Table::Divisions, &division);
    row.expect("a division");
    import_rows(&office.workspace, &Scope::All, organisations, "测试").expect("stored");
    assert_eq!(name("45010000-1").expect("a name"), "云泽县人民医院");
    let unknown = name("45010000-11").expect_err("nobody").text(Language::Zh);
    assert!(
        unknown.contains("云泽县人民医院（45010000-1）"),
        "{unknown}"
    );
}
