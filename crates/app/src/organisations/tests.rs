use std::fs;
use std::path::{Path, PathBuf};

use biaochi_domain::{Language, Localized as _};
use biaochi_organisations::{ChangeKind, Mode, Table, Unit};
use biaochi_store::Scope;
use jiff::civil::date;
use tempfile::TempDir;

use super::*;
use crate::{Config, SynthOptions};

struct Bench {
    folder: TempDir,
    workspace: Workspace,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = Config {
            scheme: "chs_drg_11".to_owned(),
            ..Config::default()
        };
        let workspace = Workspace::init(&folder.path().join("w"), config).expect("a workspace");
        Self { folder, workspace }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn import(&self, path: &Path, mode: Mode) -> Result<Imported, OrganisationsError> {
        let request = ImportRequest {
            paths: &[path.to_owned()],
            mode,
            dry_run: false,
            actor: "信息科",
        };
        import(&self.workspace, &Scope::All, &request)
    }
}

fn county() -> biaochi_organisations::Rows {
    biaochi_synth::organisations(&SynthOptions {
        discharges: 1000,
        ..SynthOptions::default()
    })
}

#[test]
fn what_is_exported_comes_back_the_same() {
    let bench = Bench::new();
    let rows = county();
    for name in ["机构", "机构.xlsx"] {
        let path = bench.path(name);
        write_to(&rows, &path).expect("files");
        let imported = bench.import(&path, Mode::Replace).expect("no problem");
        assert_eq!(
            imported.delivered.len(),
            if name == "机构" { 10 } else { 11 }
        );
        let stored = stored(&bench.workspace, &Scope::All, None).expect("stored");
        assert_eq!(stored.rows, rows);
        assert_eq!((stored.revision, imported.revision), (1, Some(1)));
        // The workbook says what the folder said.
        assert_eq!(imported.changes.is_empty(), name == "机构.xlsx");
    }
}

#[test]
fn a_new_delivery_tells_what_changes_before_and_after() {
    let bench = Bench::new();
    import_rows(&bench.workspace, &Scope::All, county(), "系统").expect("no problem");
    let file = bench.path("科室.csv");
    let hospital = "12990121SYN0010100";
    let text = format!(
        "机构代码,科室代码,科室名称,科室类别,截止日期\n{hospital},0301,呼吸与危重症医学科,临床,\n\
         {hospital},0302,消化内科,临床,2024-06-30\n{hospital},9999,胸痛中心,临床,\n"
    );
    fs::write(&file, &text).expect("a file");
    let request = |dry_run| ImportRequest {
        paths: std::slice::from_ref(&file),
        mode: Mode::Amend,
        dry_run,
        actor: "信息科",
    };
    let tried = import(&bench.workspace, &Scope::All, &request(true)).expect("no problem");
    assert_eq!((tried.based_on, tried.revision), (1, None));
    let done = import(&bench.workspace, &Scope::All, &request(false)).expect("no problem");
    assert_eq!(done.revision, Some(2));
    assert_eq!(tried.changes, done.changes);
    let kinds: Vec<_> = done
        .changes
        .iter()
        .map(|change| (change.key[1].as_str(), change.kind.code()))
        .collect();
    assert_eq!(
        kinds,
        [("0301", "changed"), ("0302", "ended"), ("9999", "came")]
    );
    let ended = ChangeKind::Ended {
        on: date(2024, 6, 30),
    };
    assert_eq!(done.changes[1].kind, ended);
    let log = revisions(&bench.workspace, &Scope::All).expect("revisions");
    assert_eq!(
        (log.len(), &*log[0].actor, &*log[0].note),
        (2, "信息科", "科室.csv")
    );

    // A hospital may change its own departments, no other's, and nothing of all.
    let own = Scope::one(hospital);
    assert!(import(&bench.workspace, &own, &request(false)).is_ok());
    let other = import(&bench.workspace, &Scope::one("other"), &request(false));
    let text = other.expect_err("refused").text(Language::Zh);
    assert!(text.contains("不在您的管理范围"), "{text}");
}

#[test]
fn nothing_is_imported_when_anything_is_wrong() {
    let bench = Bench::new();
    let folder = bench.path("机构");
    fs::create_dir(&folder).expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("a file");
    write("行政区划.csv", "区划代码,区划名称,级别\n990121,云泽县,县\n");
    write(
        "医疗机构.csv",
        "机构代码,机构名称,级别,机构类别,举办性质,区划代码\nA,甲院,四级,综合医院,政府办,990121\n\
         ,乙院,二级,综合医院,政府办,990121\n",
    );
    write("床位.csv", "机构代码,床位类别,床位数\nA,实有床位,多\n");
    let problems = |bench: &Bench| match bench.import(&folder, Mode::Amend) {
        Err(OrganisationsError::Problems(problems)) => problems
            .iter()
            .map(|problem| problem.text(Language::Zh))
            .collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let told = problems(&bench);
    assert_eq!(told.len(), 3, "{told:#?}");
    for place in [
        "文件“医疗机构.csv” 第 2 行 “级别”列",
        "文件“医疗机构.csv” 第 3 行 “机构代码”列",
        "文件“床位.csv” 第 2 行 “床位数”列",
    ] {
        assert!(told.iter().any(|text| text.starts_with(place)), "{told:#?}");
    }
    // What cannot be read is mended; now the rows have to fit together.
    write(
        "医疗机构.csv",
        "机构代码,机构名称,级别,机构类别,举办性质,区划代码\nA,甲院,二级,综合医院,政府办,990199\n",
    );
    write("床位.csv", "机构代码,床位类别,床位数\nB,实有床位,5\n");
    let told = problems(&bench);
    assert_eq!(
        told,
        [
            "文件“医疗机构.csv” 第 2 行 “区划代码”列：A：行政区划表中没有“990199”。请补上这一行，或改正代码",
            "文件“床位.csv” 第 2 行 “机构代码”列：B/实有床位：医疗机构表中没有“B”。请补上这一行，或改正代码",
        ]
    );
    let stored = stored(&bench.workspace, &Scope::All, None).expect("stored");
    assert_eq!((stored.revision, counts(&stored.rows)), (0, Vec::new()));
    let none = bench.import(&bench.path("w"), Mode::Amend);
    assert!(matches!(none, Err(OrganisationsError::NoFiles { .. })));
}

#[test]
fn the_template_is_a_delivery_without_rows() {
    let bench = Bench::new();
    let path = bench.path("模板.xlsx");
    write_template(fs::File::create(&path).expect("a file")).expect("a workbook");
    let imported = bench.import(&path, Mode::Amend).expect("no problem");
    let none: Vec<_> = Table::ALL.iter().map(|table| (*table, 0)).collect();
    assert_eq!((imported.delivered, imported.changes), (none, Vec::new()));
}

#[test]
fn a_card_says_what_there_is_to_know() {
    let bench = Bench::new();
    import_rows(&bench.workspace, &Scope::All, county(), "系统").expect("no problem");
    let directory = directory(&bench.workspace, &Scope::All).expect("a directory");
    let view = directory.as_of(date(2024, 12, 31));
    let unit = |text: &str| text.parse::<Unit>().expect("a unit");
    let card = |text: &str| card(&view, &unit(text));
    let hospital = card("hospital:12990121SYN0010100").expect("the county hospital");
    assert_eq!(hospital.name, "云泽县人民医院");
    let above: Vec<_> = hospital.above.iter().map(|(_, name)| &**name).collect();
    assert_eq!(above[0], "云泽县");
    assert!(above.contains(&"云泽县紧密型县域医共体") && above.contains(&"全部机构"));
    assert!(hospital.below.len() > 20 && hospital.wards > 5);
    assert_eq!(hospital.beds.len(), 2);
    let staff: usize = hospital.staff.iter().map(|count| count.number).sum();
    assert_eq!(staff, view.staff("12990121SYN0010100").count());
    let county = card("division:990121").expect("the county");
    assert_eq!(county.institutions, 17);
    let people = county
        .population
        .iter()
        .find(|(kind, ..)| *kind == biaochi_organisations::PopulationKind::Resident);
    assert_eq!(people.map(|(_, year, _)| *year), Some(2024));
    assert!(card("hospital:X").is_none());
}
