//! Workbooks that no spreadsheet program writes, or that hold cells which are no values.

use biaochi_domain::{Language, Localized as _};
use biaochi_ingest::{FileError, ProblemKind};
use biaochi_records::Field;

use crate::support::{BODY, HEAD, read, zip};

/// The least that is a workbook, around the rows of its only sheet.
fn workbook(rows: &str) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let book = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>\
         <sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let relations = format!(
        "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"rId1\" \
         Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let start = format!(
        "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"rId1\" \
         Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let sheet = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>");
    zip(&[
        ("_rels/.rels", start.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

/// A row of text cells without references, with `more` behind them.
fn row(texts: &[&str], more: &str) -> String {
    let cells: String = texts
        .iter()
        .map(|text| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>"))
        .collect();
    format!("<row>{cells}{more}</row>")
}

#[test]
fn a_cell_beyond_the_largest_sheet_is_refused() {
    let beyond = |place: &str| format!("<row><c r=\"{place}\"><v>1</v></c></row>");
    let (head, body) = (row(&HEAD, ""), row(&BODY, ""));
    for place in ["A4294967295", "A1048577", "ZZZZZZ2", "XFE2"] {
        for rows in [
            format!("{head}{body}{}", beyond(place)),
            format!("{}{head}{body}", beyond(place)),
        ] {
            let error = read("f.xlsx", workbook(&rows)).expect_err("no such cell");
            assert!(
                matches!(error, FileError::CellBeyondSheet { .. }),
                "{place}: {error}"
            );
        }
    }
    let error = read("f.xlsx", workbook(&format!("{head}{}", beyond("XFE2"))));
    assert_eq!(
        error.expect_err("no such cell").text(Language::Zh),
        "工作簿“f.xlsx”中有位于第 2 行第 16385 列的单元格，超出工作表的范围（1048576 行、16384 列）。\
         文件可能已损坏，请在 Excel 中打开并另存后再导入。"
    );
    let last = read(
        "f.xlsx",
        workbook(&format!("{head}{body}{}", beyond("A1048576"))),
    );
    let outcome = last.expect("the last row is a row");
    assert_eq!(outcome.rejects[0].0, 1_048_576);
}

#[test]
fn rows_out_of_order_are_still_each_read_once() {
    let at = |number: u32| row(&BODY, "").replacen("<row>", &format!("<row r=\"{number}\">"), 1);
    let rows: String = [1_048_000, 3].repeat(20).into_iter().map(at).collect();
    let outcome = read("f.xlsx", workbook(&(row(&HEAD, "") + &rows))).expect("readable");
    assert_eq!(outcome.records.len(), 40);
    assert!(outcome.counts.blank_lines < 1_048_576);
}

#[test]
fn formula_errors_and_booleans_are_not_taken_for_values() {
    let headings = [&HEAD[..], &["A11", "B36C", "D23", "B22C", "来源"]].concat();
    let error = "<c t=\"e\"><v>#N/A</v></c>";
    let truth = "<c t=\"b\"><v>1</v></c>";
    let rows = row(&headings, "") + &row(&BODY, &[error, truth, error, truth, error].concat());
    let outcome = read("f.xlsx", workbook(&rows)).expect("readable");
    let page = outcome.only();
    assert!(page.patient_name.is_empty() && page.extensions.is_empty());
    assert_eq!(page.planned_readmission_31d, Some(true));
    assert_eq!(page.department_head_code, "TRUE", "not a word of ours");
    assert_eq!(
        outcome.kinds(),
        [
            (2, Some(Field::PatientName), ProblemKind::FormulaError),
            (
                2,
                Some(Field::ChargeWesternMedicine),
                ProblemKind::FormulaError
            ),
            (2, None, ProblemKind::FormulaError),
        ]
    );
}
