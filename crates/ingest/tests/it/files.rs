//! What whole files become: encodings, delimiters, containers, and rows that break the form.

use std::io::{Cursor, Read};

use crate::support::{BODY, HEAD, collect, gb18030, gzip, hqms, options, read, read_with, zip};
use biaochi_domain::{Language, Localized as _};
use biaochi_ingest::{FileError, Input, ProblemKind, ReadOptions};
use biaochi_records::Layout;

fn named() -> String {
    hqms(&["A11"], &[&["王小明"], &["李丽"]])
}

#[track_caller]
fn check_names(bytes: impl Into<Vec<u8>>) {
    let outcome = read("f", bytes).expect("readable");
    let names: Vec<&str> = outcome
        .records
        .iter()
        .map(|(_, page, _)| page.patient_name.as_str())
        .collect();
    assert_eq!(names, ["王小明", "李丽"]);
    assert_eq!(outcome.kinds(), []);
}

#[test]
fn encodings() {
    check_names(named());
    check_names(format!("\u{feff}{}", named()));
    check_names(gb18030(&named()));
    let utf16: Vec<u8> = format!("\u{feff}{}", named())
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    check_names(utf16);
}

#[test]
fn a_mark_before_a_quoted_heading_is_no_part_of_it() {
    let quoted = format!("\u{feff}{}", named().replacen("A01", "\"A01\"", 1));
    check_names(quoted.as_str());
    let mut marked = vec![0x84, 0x31, 0x95, 0x33];
    marked.extend(gb18030(quoted.trim_start_matches('\u{feff}')));
    check_names(marked);
}

#[test]
fn a_file_without_a_header_shows_no_patient() {
    let rows =
        "450100000,张三丰,440101196003061234,A11,2024-03-05,Zhang_SanFeng,备注,姓名\n".repeat(3);
    let error = read("f.csv", rows).expect_err("no header");
    let shown = error.text(Language::Zh);
    assert!(
        shown.contains("（看到：A11、姓名、‹6 个未知列名›）"),
        "{shown}"
    );
    let all = format!("{shown}{error}{error:?}{}", error.text(Language::En));
    for private in ["张三丰", "440101", "Zhang", "2024"] {
        assert!(!all.contains(private), "{all}");
    }
}

#[test]
fn delimiters_and_line_ends() {
    for delimiter in ["\t", "|", ";"] {
        check_names(named().replace(',', delimiter));
        check_names(gb18030(&named().replace(',', delimiter)));
    }
    check_names(named().replace('\n', "\r\n"));
    check_names(named().replace('\n', "\r"));
    check_names(named().trim_end());
    check_names(named().replace('\n', ",\n"));
    check_names(format!("病案首页导出\n\n{}", named()));
    check_names(format!(
        "\"{}\"",
        named()
            .trim_end()
            .replace('\n', "\"\n\"")
            .replace(',', "\",\"")
    ));
}

#[test]
fn a_character_with_a_pipe_as_its_second_byte_is_no_delimiter() {
    // 鍇 is 0xE5 0x7C in GB18030.
    let text = hqms(&["A11"], &[&["鍇"]]).replace(',', "|");
    let bytes = gb18030(&text);
    assert!(
        bytes
            .windows(2)
            .any(|pair| pair[0] >= 0x81 && pair[1] == b'|')
    );
    assert_eq!(
        read("f", bytes).expect("readable").only().patient_name,
        "鍇"
    );
}

#[test]
fn encoding_that_shows_late_is_decided_for_the_rest() {
    let rows: Vec<&[&str]> = vec![&["Smith"]; 3000];
    let mut text = hqms(&["A11"], &rows);
    let tail = hqms(&["A11"], &[&["王小明"]]);
    text.push_str(tail.split_once('\n').expect("a header").1);
    let small = ReadOptions {
        block_size: 4096,
        ..options()
    };
    let outcome = read_with("f", gb18030(&text), &small).expect("readable");
    assert_eq!(outcome.records.len(), 3001);
    assert_eq!(outcome.records[3000].1.patient_name, "王小明");
    assert_eq!(
        outcome.records[3000].0, 3002,
        "line numbers go through all blocks"
    );
}

#[test]
fn a_broken_line_is_one_reject() {
    let mut bytes = hqms(&["A11"], &[&["王"], &["李"], &["赵"], &["张"]]).into_bytes();
    let at = bytes
        .windows(3)
        .position(|w| w == "李".as_bytes())
        .expect("there");
    bytes[at] = 0xff;
    let outcome = read("f", bytes).expect("readable");
    assert_eq!(
        outcome.records.iter().map(|r| r.0).collect::<Vec<_>>(),
        [2, 4, 5]
    );
    assert!(matches!(
        outcome.kinds()[..],
        [(3, None, ProblemKind::Undecodable { .. })]
    ));
    assert!(outcome.rejects[0].1.contains('\u{fffd}'));
}

#[test]
fn hopeless_files_are_refused_with_the_reason() {
    let garbage: Vec<u8> = (0..9000u32)
        .map(|n| (n * 7919 % 251) as u8 | 0x80)
        .collect();
    assert!(matches!(
        read("f", garbage),
        Err(FileError::Encoding { .. })
    ));
    let utf16_without_mark: Vec<u8> = named().encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(matches!(
        read("f", utf16_without_mark),
        Err(FileError::Encoding { .. })
    ));
    assert!(matches!(read("f", ""), Err(FileError::Empty { .. })));
    assert!(matches!(
        read("f", "\u{feff} \r\n\n"),
        Err(FileError::Empty { .. })
    ));
    assert!(matches!(
        read("f", "PAR1xxxxPAR1"),
        Err(FileError::Parquet { .. })
    ));
    assert!(matches!(
        read("f", vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1]),
        Err(FileError::LegacyExcel { .. })
    ));
    assert!(matches!(
        read("f", "PK\x03\x04broken"),
        Err(FileError::Zip { .. })
    ));
    let unknown = read("名单.csv", "姓,名\n王,小明\n").expect_err("no front page");
    assert_eq!(
        unknown.text(Language::Zh),
        "文件“名单.csv”中没有找到可识别的表头（看到：‹2 个未知列名›）。第一行应为 hqms811、n041、tcm2019 \
         或最小格式的列名。"
    );
}

#[test]
fn gzip_and_zip() {
    check_names(gzip(named().as_bytes()));
    check_names(zip(&[("a.csv", named().as_bytes())]));
    check_names(gzip(&zip(&[("a.csv", &gb18030(&named()))])));
    let both = zip(&[
        ("一月/a.csv", named().as_bytes()),
        ("__MACOSX/a.csv", b"junk"),
        (".DS_Store", b"junk"),
        ("b.csv.gz", &gzip(named().as_bytes())),
    ]);
    let outcome = read("全年.zip", both).expect("readable");
    assert_eq!(outcome.tables, ["全年.zip/一月/a.csv", "全年.zip/b.csv.gz"]);
    assert_eq!(outcome.records.len(), 4);
}

#[test]
fn a_bad_member_does_not_hide_the_others() {
    let archive = zip(&[
        ("说明.txt", "这不是首页".as_bytes()),
        ("p.parquet", b"PAR1xxxx"),
        ("a.csv", named().as_bytes()),
    ]);
    let mut input = Input::open("f.zip", Cursor::new(archive), &options()).expect("an archive");
    assert!(matches!(
        input.next_table(),
        Err(FileError::UnknownHeader { .. })
    ));
    assert!(matches!(input.next_table(), Err(FileError::Parquet { .. })));
    assert!(matches!(input.next_table(), Ok(Some(_))));
    assert!(matches!(input.next_table(), Ok(None)));
}

#[test]
fn streams_that_cannot_seek() {
    for bytes in [
        named().into_bytes(),
        gzip(named().as_bytes()),
        zip(&[("a", named().as_bytes())]),
    ] {
        let stream = Cursor::new(bytes).take(u64::MAX);
        let input = Input::open_stream("-", stream, &options()).expect("readable");
        assert_eq!(collect(input).expect("readable").records.len(), 2);
    }
}

#[test]
fn a_cut_off_archive_gives_its_records_and_then_an_error() {
    let rows: Vec<&[&str]> = vec![&["王小明"]; 20_000];
    let mut bytes = gzip(hqms(&["A11"], &rows).as_bytes());
    bytes.truncate(bytes.len() * 9 / 10);
    let small = ReadOptions {
        block_size: 65_536,
        ..options()
    };
    let mut input = Input::open("f.gz", Cursor::new(bytes), &small).expect("a start");
    let mut table = input.next_table().expect("a header").expect("a table");
    let mut blocks = 0;
    let error = loop {
        match table.next_block() {
            Ok(Some(_)) => blocks += 1,
            Ok(None) => panic!("the end is missing"),
            Err(error) => break error,
        }
    };
    assert!(blocks > 3);
    assert!(matches!(error, FileError::Read { line, .. } if line > 1000));
}

#[test]
fn a_cut_off_text_file_loses_its_last_row_only() {
    let text = named();
    let outcome = read("f", &text[..text.len() - 15]).expect("readable");
    assert_eq!(outcome.records.len(), 1);
    assert_eq!(outcome.rejects.len(), 1);
    let expected = ProblemKind::Ragged {
        expected: 12,
        found: 11,
    };
    assert!(
        matches!(&outcome.kinds()[..], [(3, None, kind)] if *kind == expected),
        "{:?}",
        outcome.kinds()
    );
    assert_eq!(
        outcome.rejects[0].2[0].text(Language::Zh),
        "本行有 11 列，表头有 12 列。请检查是否被截断，或值中有未加引号的分隔符。"
    );
}

#[test]
fn ragged_and_blank_rows() {
    let head = HEAD.join(",");
    let body = BODY.join(",");
    let text = format!(
        "{head}\n\n{body},x\n,,,\n{body},\n  \n{body}\n{}\n",
        ",".repeat(10)
    );
    let outcome = read("f", text).expect("readable");
    assert_eq!(
        outcome.records.iter().map(|r| r.0).collect::<Vec<_>>(),
        [5, 7]
    );
    assert_eq!(
        outcome.kinds(),
        [
            (
                3,
                None,
                ProblemKind::Ragged {
                    expected: 11,
                    found: 12
                }
            ),
            (
                4,
                None,
                ProblemKind::Ragged {
                    expected: 11,
                    found: 4
                }
            ),
        ]
    );
    assert_eq!(outcome.counts.blank_lines, 3);
}

#[test]
fn quoted_values_with_line_breaks_quotes_and_delimiters() {
    let address = "\"广西,南宁\n\"\"青秀区\"\"\"";
    let outcome = read(
        "f",
        hqms(&["A26", "A11"], &[&[address, "5\"管"], &["x", "y"]]),
    )
    .expect("readable");
    assert_eq!(
        outcome.records[0].1.current_address,
        "广西,南宁\n\"青秀区\""
    );
    assert_eq!(outcome.records[0].1.patient_name, "5\"管");
    assert_eq!(outcome.records[1].0, 4, "the line break counts");
}

#[test]
fn an_open_quote_costs_one_line() {
    let mut rows: Vec<&[&str]> = vec![&["王小明"]; 500];
    rows[3] = &["\"stray"];
    rows[7] = &["\"closed\""];
    rows[300] = &["\"again"];
    for block_size in [1 << 20, 2000] {
        let options = ReadOptions {
            block_size,
            ..options()
        };
        let outcome = read_with("f", hqms(&["A11"], &rows), &options).expect("readable");
        assert_eq!(outcome.records.len(), 498);
        assert_eq!(
            outcome.kinds(),
            [
                (5, None, ProblemKind::OpenQuote),
                (302, None, ProblemKind::OpenQuote)
            ]
        );
    }
}

#[test]
fn workbooks_keep_zeros_dates_and_long_numbers_honest() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let notes = workbook.add_worksheet();
    notes
        .set_name("说明")
        .expect("a name")
        .write(0, 0, "本表由信息科导出")
        .expect("a cell");
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "出院病案首页").expect("a title");
    let headings = HEAD
        .iter()
        .chain(&["A11", "A20", "B16C", "D23", "A13", "A26"]);
    for (column, heading) in (0u16..).zip(headings) {
        sheet.write(1, column, *heading).expect("a cell");
    }
    let day = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    let minute = rust_xlsxwriter::Format::new().set_num_format("yyyy/m/d hh:mm");
    let zeros = rust_xlsxwriter::Format::new().set_num_format("0000");
    for row in [2, 4] {
        for (column, value) in (0u16..).zip(BODY) {
            sheet.write(row, column, value).expect("a cell");
        }
        sheet
            .write_with_format(row, 3, 45_352.336_805_555_6, &minute)
            .expect("a cell");
        sheet
            .write(row, 4, 45_356.5)
            .expect("an unformatted day number");
        sheet.write(row, 6, 63).expect("a cell");
        sheet.write(row, 11, "王小明").expect("a cell");
        sheet
            .write(row, 12, 110_101_196_003_061_234.0)
            .expect("a cell");
        sheet
            .write_with_format(row, 13, 301, &zeros)
            .expect("a cell");
        sheet.write(row, 14, 12.34 + 1e-12).expect("a cell");
        sheet
            .write_with_format(row, 15, 21_981, &day)
            .expect("a cell");
        sheet.write(row, 16, "南宁,\n青秀\"区\"").expect("a cell");
    }
    let bytes = workbook.save_to_buffer().expect("a workbook");
    for bytes in [bytes.clone(), zip(&[("三月.xlsx", &bytes)]), gzip(&bytes)] {
        let outcome = read("三月.xlsx", bytes).expect("readable");
        assert_eq!(outcome.layouts, [Layout::Hqms811]);
        assert_eq!(
            outcome.records.iter().map(|r| r.0).collect::<Vec<_>>(),
            [3, 5]
        );
        assert_eq!(outcome.counts.blank_lines, 1, "the sheet skips a row");
        let page = &outcome.records[0].1;
        assert_eq!(page.medical_record_number, "00012345");
        assert_eq!(
            page.admission_time.map(|t| t.to_string()).as_deref(),
            Some("2024-03-01T08:05:00")
        );
        assert_eq!(
            page.discharge_time.map(|t| t.to_string()).as_deref(),
            Some("2024-03-05T12:00:00")
        );
        assert_eq!(page.discharge_department, "0301");
        assert_eq!(
            page.charges
                .western_medicine
                .map(|m| m.to_string())
                .as_deref(),
            Some("12.34")
        );
        assert_eq!(
            page.birth_date.map(|d| d.to_string()).as_deref(),
            Some("1960-03-06")
        );
        assert_eq!(page.current_address, "南宁,\n青秀\"区\"");
        assert!(page.id_number.is_empty(), "its last digits are lost");
        assert!(matches!(outcome.kinds()[0].2, ProblemKind::DigitsLost));
    }
}
