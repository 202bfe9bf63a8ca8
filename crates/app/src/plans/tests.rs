//! Targets of a plan over what the institutions of a county entered.

use std::fs;
use std::path::Path;

use biaochi_datasets::RollUp;
use biaochi_domain::{Language, Localized as _, Sheet, SheetLine};
use biaochi_organisations::{Delivery, DivisionLevel, Unit};
use biaochi_plans::{Plan, Status};
use biaochi_store::Scope;
use biaochi_warehouse::WhenLocked;
use jiff::civil::date;
use rust_decimal::Decimal;

use super::{Judge, Level, Makeup, PlanError, members};
use crate::datasets::{ImportRequest, ImportedFile, compile, import_approved};
use crate::organisations::import_rows;
use crate::{Config, Content, Workspace};

const YEARLY: &str = r#"[dataset]
id = "t_yearly"
title = "年报"
purpose = "测试"
frequency = "year"
filled_by = "institution"
filler = "办公室"
approver = "规划股"
due_day = 60
source = "s"
certainty = "general"

[[field]]
id = "beds"
title = "床位"
type = "integer"
unit = "张"
definition = "年末"
over_time = "latest"

[[field]]
id = "score"
title = "得分"
type = "decimal"
unit = "分"
definition = "考核得分"
over_time = "latest"

[[field]]
id = "pay"
title = "人均收入"
type = "decimal"
unit = "元"
definition = "全年"
over_time = "average"
roll_up = "weighted"
weight = "beds"

[[field]]
id = "kinds"
title = "病种"
type = "integer"
unit = "种"
definition = "年末"
over_time = "latest"
"#;

const REGION: &str = r#"[dataset]
id = "t_region"
title = "区域年报"
purpose = "测试"
frequency = "year"
filled_by = "division"
filler = "规划股"
approver = "局领导"
due_day = 60
source = "s"
certainty = "general"

[[field]]
id = "centres"
title = "中心"
type = "integer"
unit = "个"
definition = "年末"
over_time = "latest"
"#;

const REGIONS: &str = "机构代码,期间,中心\ndivision:990121,2023,5\ndivision:990122,2023,3\n";

const ENTERED: &str = "机构代码,期间,床位,得分,人均收入,病种\n\
                       A,2022,60,78,9,20\n\
                       A,2023,100,80,10,30\nB,2023,300,90,20,50\nE,2023,40,70,30,40\n";

fn target(id: &str, field: &str, value: &str, scope: &str) -> String {
    format!(
        "[[target]]\nid = \"{id}\"\nclause = \"C1\"\ntitle = \"{id}\"\ndataset = \"t_yearly\"\n\
         field = \"{field}\"\ncomparator = \">=\"\nvalue = \"{value}\"\ncertainty = \"confirmed\"\n\
         due = 2024-12-31\nscope = {{ text = \"县\", {scope} }}\n"
    )
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("own folder");
        fs::write(path, text).expect("own folder");
    }
}

fn packs(folder: &Path) {
    let head = |kind: &str| {
        format!(
            "format = 1\nkind = \"{kind}\"\nid = \"t-{kind}\"\ntitle = \"测试\"\nversion = \"1\"\n"
        )
    };
    let sources = "[[source]]\nid = \"s\"\ntitle = \"测试\"\n";
    write(
        &folder.join("sets"),
        &[
            ("pack.toml", &head("datasets")),
            ("README.md", "# 测试\n"),
            ("sources.toml", sources),
            ("datasets/t_yearly.toml", YEARLY),
            ("datasets/t_region.toml", REGION),
        ],
    );
    let document = "[document]\nissuer = \"县\"\nplace = \"县\"\nfrom = 2023-01-01\n";
    let targets = [
        target("T1", "beds", "500", "measured = \"area\""),
        target(
            "T2",
            "score",
            "85",
            "measured = \"area\", levels = [\"二级\"], public = true",
        ),
        target("T3", "pay", "18", "measured = \"area\""),
        target("T4", "beds", "100", "measured = \"institution\""),
        target("T5", "kinds", "40", "measured = \"area\""),
        target("T7", "centres", "10", "measured = \"area\"").replace("t_yearly", "t_region"),
    ];
    let milestone = "[[target]]\nid = \"T6\"\nclause = \"C1\"\ntitle = \"批复\"\nmilestone = \"批文\"\n\
                     comparator = \"state\"\nvalue = \"建成\"\ncertainty = \"confirmed\"\n\
                     scope = { text = \"县\", measured = \"county\" }\n";
    let clauses = "[[clause]]\nid = \"C1\"\nnumber = \"一\"\ntitle = \"能力\"\ntext = \"提高\"\nsource = \"s\"\n";
    write(
        &folder.join("plan"),
        &[
            ("pack.toml", &(head("plan") + document)),
            ("README.md", "# 测试\n"),
            ("sources.toml", sources),
            ("clauses.toml", clauses),
            ("targets.toml", &(targets.concat() + milestone)),
        ],
    );
}

struct County {
    _folder: tempfile::TempDir,
    workspace: Workspace,
    content: Content,
    plan: Plan,
}

fn sheet(name: &str, lines: &[&str]) -> Sheet {
    Sheet {
        place: format!("{name}.csv"),
        name: name.to_owned(),
        lines: lines
            .iter()
            .zip(1..)
            .map(|(line, number)| SheetLine {
                number,
                cells: line.split(',').map(str::to_owned).collect(),
            })
            .collect(),
    }
}

fn county() -> County {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("w");
    let workspace = Workspace::init(&root, Config::default()).expect("a workspace");
    packs(&workspace.packs());
    let delivery = Delivery::read(&[
        sheet(
            "行政区划",
            &[
                "区划代码,区划名称,级别,上级区划代码",
                "9901,望舒市,市,",
                "990121,云泽县,县,9901",
                "990122,桃源县,县,9901",
            ],
        ),
        sheet(
            "卫健部门",
            &[
                "部门代码,部门名称,区划代码",
                "W1,云泽县卫生健康局,990121",
                "W2,桃源县卫生健康局,990122",
            ],
        ),
        sheet(
            "医疗机构",
            &[
                "机构代码,机构名称,级别,等次,机构类别,举办性质,区划代码,生效日期",
                "A,云泽县人民医院,二级,甲等,综合医院,政府办,990121,",
                "B,望舒市中心医院,三级,甲等,综合医院,政府办,9901,",
                "E,云泽仁爱医院,二级,,综合医院,民营营利,990121,",
            ],
        ),
    ]);
    assert!(delivery.problems.is_empty(), "{:?}", delivery.problems);
    import_rows(&workspace, &Scope::All, delivery.rows, "系统").expect("no problem");
    let content = Content::load(&[workspace.packs()]).expect("packs");
    let sets = compile(&content).expect("data sets");
    for (name, text, count) in [("年报.csv", ENTERED, 4), ("区域.csv", REGIONS, 2)] {
        let file = ImportedFile {
            name,
            bytes: text.as_bytes(),
        };
        let done = import_approved(
            &workspace,
            &sets,
            ("办公室", "李局长"),
            &ImportRequest::default(),
            &[file],
            WhenLocked::Refuse,
        )
        .expect("a table");
        assert_eq!((done.approved, done.drafts.len()), (count, 0));
    }
    let plan = content.plan("t-plan").expect("a plan");
    County {
        _folder: folder,
        workspace,
        content,
        plan,
    }
}

impl County {
    fn judge(&self) -> Judge<'_> {
        let on = date(2024, 6, 30);
        Judge::new(&self.workspace, &self.content, &self.plan, on).expect("a judge")
    }
}

fn unit(text: &str) -> Unit {
    text.parse().expect("a unit")
}

#[test]
fn values_of_institutions_come_together_as_their_fields_say() {
    let county = county();
    let judge = county.judge();
    let status = judge.status(&unit("division:990121"));
    let found: Vec<_> = status
        .targets
        .iter()
        .map(|one| {
            let value = one.standing.value.map(|(_, value)| value.round_dp(2));
            let how = one
                .rolled
                .as_ref()
                .map(|rolled| (&rolled.how, rolled.members));
            (one.target.id.as_str(), value, how)
        })
        .collect();
    let weighted = RollUp::Weighted("beds".to_owned());
    let expected = [
        ("T1", Some(140.into()), Some((&RollUp::Sum, 2))),
        // The private hospital is not meant.
        ("T2", Some(80.into()), Some((&RollUp::Mean, 1))),
        ("T3", Some(Decimal::new(1571, 2)), Some((&weighted, 2))),
        ("T5", Some(40.into()), Some((&RollUp::Maximum, 2))),
        // What the county filled in about itself.
        ("T7", Some(5.into()), None),
        ("T6", None, None),
    ];
    assert_eq!(found, expected);
    // What each county has to do is nothing that the city does.
    let city = judge.status(&unit("division:9901"));
    let ids: Vec<&str> = city
        .targets
        .iter()
        .map(|one| one.target.id.as_str())
        .collect();
    assert_eq!(ids, ["T1", "T2", "T3", "T5", "T7"]);
    let centres = city.targets.last().expect("a target");
    let rolled = centres.rolled.as_ref().expect("counties");
    assert_eq!((&rolled.how, rolled.members), (&RollUp::Sum, 2));
    assert_eq!(
        centres.standing.value.map(|(_, value)| value),
        Some(8.into())
    );
    let target = county.plan.target("T7").expect("a target");
    let found = members(&judge, target, &unit("division:9901")).expect("members");
    let names: Vec<&str> = found.lines.iter().map(|line| line.name.as_str()).collect();
    assert_eq!(names, ["桃源县", "云泽县"]);
}

#[test]
fn every_unit_of_a_level_is_judged_the_worst_first() {
    let county = county();
    let judge = county.judge();
    let all = judge.units(&Unit::All, Level::Institution).expect("units");
    assert_eq!(all.len(), 3);
    let target = county.plan.target("T4").expect("a target");
    let found: Vec<(String, Status)> = judge
        .target_of_each(target, &all)
        .into_iter()
        .map(|one| (one.unit.to_string(), one.status.standing.status))
        .collect();
    let [first, second, third] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(first.0, "hospital:E");
    assert_ne!(first.1, Status::Met);
    assert_eq!((second.0.as_str(), second.1), ("hospital:A", Status::Met));
    assert_eq!((third.0.as_str(), third.1), ("hospital:B", Status::Met));
    let counties = Level::Division(DivisionLevel::County);
    let within = judge
        .units(&unit("division:9901"), counties)
        .expect("units");
    assert_eq!(within, [unit("division:990121"), unit("division:990122")]);
    let each = judge.each(&all);
    assert_eq!(each.len(), 3);
    assert!(each.iter().all(|one| one.status.targets.len() == 1));
}

#[test]
fn members_say_who_pulls_a_target_down() {
    let county = county();
    let judge = county.judge();
    let unit = unit("division:990121");
    let of = |id: &str| {
        let target = county.plan.target(id).expect("a target");
        members(&judge, target, &unit)
    };
    let beds = of("T1").expect("members");
    assert_eq!((beds.makeup, beds.value), (Makeup::Sum, 140.into()));
    let least = &beds.lines[0];
    assert_eq!(least.name, "云泽仁爱医院");
    assert_eq!(
        (least.pull, least.without),
        (Some(40.into()), Some(100.into()))
    );
    let (_, before) = beds.before.expect("a year before");
    assert_eq!(before, 60.into());

    let pay = of("T3").expect("members");
    assert_eq!(pay.makeup, Makeup::Rate);
    assert_eq!(pay.lines[0].name, "云泽县人民医院");
    let pulls: Decimal = pay.lines.iter().filter_map(|line| line.pull).sum();
    assert_eq!(pulls.round_dp(10), (pay.value - pay.level).round_dp(10));
    let moved: Decimal = pay
        .lines
        .iter()
        .filter_map(|line| Some(line.rate? + line.mix?))
        .sum();
    let (_, before) = pay.before.expect("a year before");
    assert_eq!(moved.round_dp(10), (pay.value - before).round_dp(10));

    let kinds = of("T5").expect("members");
    assert_eq!(kinds.makeup, Makeup::Apart);
    let largest = kinds.lines.iter().find(|line| line.name == "云泽仁爱医院");
    let largest = largest.expect("a line");
    assert_eq!(
        (largest.without, largest.pull),
        (Some(30.into()), Some(10.into()))
    );

    assert!(matches!(of("T6"), Err(PlanError::NotMeasured { .. })));
    let target = county.plan.target("T1").expect("a target");
    let own = members(&judge, target, &self::unit("hospital:A"));
    assert!(matches!(own, Err(PlanError::NoMembers { .. })), "{own:?}");
}

#[test]
fn a_unit_that_is_not_there_is_told() {
    let county = county();
    let judge = county.judge();
    for known in ["all", "division:990121", "hospital:A"] {
        assert!(judge.known(&unit(known)).is_ok(), "{known}");
    }
    let error = judge.known(&unit("division:990199")).expect_err("unknown");
    assert!(error.is_not_found());
    assert!(
        error.text(Language::Zh).contains("division:990199"),
        "{error}"
    );
}
