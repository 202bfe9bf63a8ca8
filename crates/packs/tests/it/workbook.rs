//! The importer of the official workbook, on an excerpt of it.

use std::fs;
use std::path::PathBuf;

use biaochi_domain::{Language, Localized};
use biaochi_grouper::{Scheme, Status, Stay, parse_workbook_rule};
use biaochi_packs::{
    ImportOptions, ImportReport, ImportSeverity, Library, WorkbookImport, check_pack,
    import_workbook,
};
use rust_xlsxwriter::Workbook;
use tempfile::TempDir;

const SHEETS: [&str; 6] = ["MDC", "ADRG", "DRG", "集合", "CC", "排除表"];

fn excerpt(name: &str) -> Vec<Vec<String>> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it/workbook-excerpt")
        .join(format!("{name}.csv"));
    let text = fs::read_to_string(path).unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

/// A workbook of the excerpt with one sheet's rows changed.
fn workbook(change: impl Fn(&str, Vec<Vec<String>>) -> Option<Vec<Vec<String>>>) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for name in SHEETS {
        let Some(rows) = change(name, excerpt(name)) else {
            continue;
        };
        let sheet = workbook.add_worksheet();
        sheet.set_name(name).unwrap();
        for (row, cells) in rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let (row, column) = (row as u32, column as u16);
                // Sort numbers come as numbers, codes as text.
                match cell.parse::<f64>() {
                    Ok(number) if cell.len() <= 2 => sheet.write_number(row, column, number),
                    _ => sheet.write_string(row, column, cell),
                }
                .unwrap();
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn options() -> ImportOptions {
    ImportOptions::new("chs-drg-3.0", "配置表.xlsx")
}

fn import(bytes: &[u8]) -> WorkbookImport {
    import_workbook(bytes, &options()).unwrap_or_else(|report| panic!("{:#?}", texts(&report)))
}

fn texts(report: &ImportReport) -> Vec<String> {
    report
        .findings
        .iter()
        .map(|finding| finding.text(Language::Zh))
        .collect()
}

/// The 44 stays of the excerpt, through a pack on disk.
fn check_expected(imported: &WorkbookImport) {
    let folder = TempDir::new().unwrap();
    let pack = folder.path().join("chs-drg-3.0");
    imported.save(&pack).unwrap();
    let library = Library::embedded().with_folder(folder.path()).unwrap();
    let errors: Vec<String> = check_pack(&pack, &library)
        .into_iter()
        .filter(|problem| problem.is_error())
        .map(|problem| problem.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    let definition = library.load_scheme("chs-drg-3.0").unwrap();
    let scheme = Scheme::compile(&definition).unwrap();
    let expected = excerpt("expected");
    assert_eq!(expected.len(), 45);
    for case in &expected[1..] {
        let codes = |list: &str| -> Vec<String> {
            list.split('|')
                .filter(|code| !code.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let (diagnoses, procedures) = (codes(&case[3]), codes(&case[4]));
        let stay = Stay {
            sex: case[1].parse().ok(),
            age: case[2].parse().ok(),
            ..Stay::new(&diagnoses, &procedures)
        };
        let found = scheme.group(&stay);
        assert_eq!(
            [found.mdc, found.adrg, found.drg],
            [&case[5], &case[6], &case[7]],
            "{case:?}"
        );
        let status = match &case[6] {
            adrg if adrg.ends_with("QY") => Status::UnrelatedProcedure,
            adrg if adrg.ends_with("00") => Status::Ungrouped,
            _ => Status::Grouped,
        };
        assert_eq!(found.status, status, "{case:?}");
    }
}

#[test]
fn the_update_gives_the_expected_groups() {
    let imported = import(&workbook(|_, rows| Some(rows)));
    check_expected(&imported);
    let report = &imported.report;
    assert_eq!(report.sha256.len(), 64);
    assert_eq!(
        report.of(ImportSeverity::Skipped).count(),
        0,
        "{:#?}",
        texts(report)
    );
    let texts = texts(report);
    assert!(
        texts
            .iter()
            .any(|text| text.contains("“O00”") && text.contains("末尾")),
        "{texts:#?}"
    );
    assert!(
        texts.iter().any(|text| text.contains("EX_19")),
        "{texts:#?}"
    );
    assert!(
        texts
            .iter()
            .any(|text| text.contains("ADRG 行数：公布的配置表为 538")),
        "{texts:#?}"
    );
    assert_eq!(imported.definition.sets["OP_ARB"].members.len(), 5);
}

#[test]
fn the_first_publication_gives_the_same() {
    let first = workbook(|name, rows| {
        Some(if name == "ADRG" {
            excerpt("ADRG.first-publication")
        } else {
            rows
        })
    });
    let imported = import(&first);
    check_expected(&imported);
    assert_eq!(
        imported.definition,
        import(&workbook(|_, rows| Some(rows))).definition
    );
}

#[test]
fn dirt_and_repeated_rows_change_nothing() {
    let clean = import(&workbook(|_, rows| Some(rows))).definition;
    let dirty = import(&workbook(|name, mut rows| {
        let start = if name == "MDC" { 2 } else { 1 };
        for row in &mut rows[start..] {
            row[0] = format!("\u{feff} {}\u{a0}\u{3000}", row[0]);
            if name == "集合" {
                row[0] = row[0].to_lowercase();
                row[1] = format!("\u{200b}{} ", row[1]);
            }
            if name == "ADRG" || name == "DRG" {
                row[2] = row[2]
                    .replace(" and ", "\u{a0}AND_x000D_\n")
                    .replace(" or ", " OR ");
            }
        }
        if name == "集合" {
            let repeated = rows[5..15].to_vec();
            rows.extend(repeated);
        }
        Some(rows)
    }));
    assert_eq!(dirty.definition, clean);
    assert!(
        texts(&dirty.report)
            .iter()
            .any(|text| text.contains("10 行与前面的行重复"))
    );
}

#[test]
fn the_codes_of_the_pdf_are_added_only_on_wish() {
    let bytes = workbook(|name, mut rows| {
        if name == "排除表" {
            rows.push(vec!["EX_128".into(), "S02.500".into(), "牙折断".into()]);
        }
        Some(rows)
    });
    let plain = import(&bytes);
    assert_eq!(plain.definition.exclusions["EX_128"], ["S02.500"]);
    assert!(
        texts(&plain.report)
            .iter()
            .any(|text| text.contains("EX_128 S02.400"))
    );
    let amended = import_workbook(
        &bytes,
        &ImportOptions {
            amend_exclusions: true,
            ..options()
        },
    )
    .unwrap();
    assert_eq!(
        amended.definition.exclusions["EX_128"],
        ["S02.400", "S02.500"]
    );
    assert_eq!(amended.manifest.notes.len(), 1);
}

/// One cell changed: the import is refused or the row left out, with sheet, row, column and reason.
#[track_caller]
fn check(
    sheet: &str,
    change: impl Fn(&mut Vec<Vec<String>>),
    severity: ImportSeverity,
    expected: &str,
) {
    let bytes = workbook(|name, mut rows| {
        if name == sheet {
            change(&mut rows);
        }
        Some(rows)
    });
    let report = match import_workbook(&bytes, &options()) {
        Ok(imported) => {
            assert_ne!(severity, ImportSeverity::Error, "not refused");
            imported.report
        }
        Err(report) => {
            assert_eq!(severity, ImportSeverity::Error, "{:#?}", texts(&report));
            report
        }
    };
    let found: Vec<String> = report
        .of(severity)
        .map(|finding| finding.text(Language::Zh))
        .collect();
    assert!(
        found.iter().any(|text| text.contains(expected)),
        "{found:#?}"
    );
}

fn row_of(rows: &[Vec<String>], code: &str) -> usize {
    rows.iter().position(|row| row[0] == code).unwrap()
}

#[test]
fn malformed_workbooks_are_told_row_by_row() {
    use ImportSeverity::{Error, Skipped, Warning};
    check(
        "ADRG",
        |rows| {
            let at = row_of(rows, "BB2");
            rows[at][2] = "(ZYZD in DI_BB2 and".into();
        },
        Error,
        "工作表“ADRG”第 17 行“ADRG规则”列：“BB2”的规则",
    );
    check(
        "ADRG",
        |rows| {
            let at = row_of(rows, "BB2");
            rows[at][2] = "ZYSS in OP_XX9".into();
        },
        Error,
        "“BB2”的规则引用集合“OP_XX9”，而集合表中没有它的行",
    );
    check(
        "ADRG",
        |rows| {
            let at = row_of(rows, "BB2");
            rows[at][2] = "ZYZD in OP_BB2".into();
        },
        Error,
        "与所比较的字段不符",
    );
    check(
        "ADRG",
        |rows| {
            let at = row_of(rows, "BB2");
            rows[at][3] = "MDCQ".into();
        },
        Skipped,
        "“BB2”所属的“MDCQ”不存在",
    );
    check(
        "ADRG",
        |rows| {
            let at = row_of(rows, "B00");
            rows.remove(at);
        },
        Warning,
        "“MDCB”没有兜底的组",
    );
    check(
        "ADRG",
        |rows| {
            let at = row_of(rows, "BB2");
            rows[at][4] = "x".into();
        },
        Warning,
        "排序“x”不是数字",
    );
    check(
        "ADRG",
        |rows| {
            let again = rows[5].clone();
            rows.push(again);
        },
        Skipped,
        "重复，只用第一行",
    );
    check(
        "DRG",
        |rows| rows.retain(|row| row[3] != "BR2"),
        Error,
        "“BR2”没有任何 DRG",
    );
    check(
        "DRG",
        |rows| {
            let at = row_of(rows, "BB25");
            rows.remove(at);
        },
        Warning,
        "“BB2”的最后一个 DRG 带条件",
    );
    check(
        "DRG",
        |rows| {
            let at = row_of(rows, "BB25");
            rows[at][3] = "BB9".into();
        },
        Skipped,
        "“BB25”所属的“BB9”不存在",
    );
    check(
        "DRG",
        |rows| rows[0][2] = "条件".into(),
        Error,
        "找不到列标题：DRG规则",
    );
    check(
        "集合",
        |rows| rows[1][1] = String::new(),
        Skipped,
        "工作表“集合”第 2 行“ICD编码”列：必填的单元格为空",
    );
    check(
        "集合",
        |rows| rows[1][3] = "XX".into(),
        Skipped,
        "不认识的类型“XX”",
    );
    check(
        "集合",
        |rows| rows[1][1] = "37".into(),
        Error,
        "编码被存成数字 37",
    );
    check(
        "集合",
        |rows| rows[1][1] = "诊断 G35".into(),
        Skipped,
        "不像编码",
    );
    check(
        "CC",
        |rows| {
            let mut again = rows[1].clone();
            again[3] = "CC".into();
            rows.push(again);
        },
        Error,
        "既是 MCC 又是 CC",
    );
    check(
        "CC",
        |rows| rows[1][3] = "重".into(),
        Skipped,
        "工作表“CC”第 2 行“类型”列：不认识的类型“重”",
    );
}

#[test]
fn missing_sheets_and_other_files_are_told() {
    let bytes = workbook(|name, rows| (name != "CC" && name != "集合").then_some(rows));
    let report = import_workbook(&bytes, &options()).unwrap_err();
    assert_eq!(
        texts(&report),
        [
            "工作表“集合”：缺少这张工作表，请核对下载的文件",
            "工作表“CC”：缺少这张工作表，请核对下载的文件"
        ]
    );
    for bytes in [&b""[..], b"PK\x03\x04", b"MDC,ADRG\n"] {
        let report = import_workbook(bytes, &options()).unwrap_err();
        assert!(
            texts(&report)[0].contains("不是可以读取的 .xlsx 文件"),
            "{:?}",
            texts(&report)
        );
        assert!(!report.findings[0].text(Language::En).is_empty());
    }
}

#[test]
fn every_rule_of_the_corpus_is_read() {
    let corpus = excerpt("rule-corpus");
    assert_eq!(corpus.len(), 56);
    for row in &corpus[1..] {
        assert!(parse_workbook_rule(&row[2]).is_ok(), "{row:?}");
    }
}
