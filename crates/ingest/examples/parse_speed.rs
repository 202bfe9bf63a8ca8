//! Records a second of one core: splitting and parsing hqms811, against merely splitting it with the
//! csv crate.
//!
//! `cargo run --release -p biaochi-ingest --example parse_speed`

#![allow(clippy::print_stdout, reason = "a program that prints its result")]

use std::hint::black_box;
use std::io::Cursor;
use std::sync::Arc;
use std::time::{Duration, Instant};

use biaochi_ingest::{Input, LayoutWriter, OutputEncoding, OutputFormat, ReadOptions, RowParser};
use biaochi_records::{Decimal2, Diagnosis, FIELDS, FrontPage, Layout, Procedure};
use jiff::civil::{Date, date};

const RECORDS: usize = 40_000;
const ROUNDS: usize = 5;

fn main() {
    let pages: Vec<FrontPage> = (0..1000).map(page).collect();
    for (name, unfilled, encoding) in [
        ("UTF-8, unfilled columns empty", "", OutputEncoding::Utf8),
        ("UTF-8, unfilled columns `-`", "-", OutputEncoding::Utf8),
        (
            "GB18030, unfilled columns empty",
            "",
            OutputEncoding::Gb18030,
        ),
    ] {
        let format = OutputFormat {
            unfilled,
            encoding,
            ..OutputFormat::default()
        };
        let mut writer = LayoutWriter::new(Layout::Hqms811, format);
        let mut bytes = Vec::new();
        writer.header(&mut bytes);
        let written = best(|| {
            bytes.truncate(
                bytes
                    .iter()
                    .position(|&byte| byte == b'\n')
                    .map_or(0, |end| end + 1),
            );
            for number in 0..RECORDS {
                writer.row(&pages[number % pages.len()], &mut bytes);
            }
        });
        println!("{name}: {} bytes a record", bytes.len() / RECORDS);
        print("write", written);
        let split = best(|| {
            let mut reader = csv::Reader::from_reader(Cursor::new(&bytes));
            let mut record = csv::ByteRecord::new();
            let mut values = 0;
            while reader
                .read_byte_record(&mut record)
                .expect("delimited text")
            {
                values += record.len();
            }
            assert_eq!(black_box(values), RECORDS * 811);
        });
        print("split with the csv crate", split);
        let file: Arc<[u8]> = bytes.as_slice().into();
        let parsed = best(|| {
            let file = Cursor::new(Arc::clone(&file));
            let mut input = Input::open("bench", file, &ReadOptions::default()).expect("readable");
            let mut table = input.next_table().expect("a header").expect("a table");
            let mut parser = RowParser::new(table.header());
            let mut records = 0;
            while let Some(block) = table.next_block().expect("readable") {
                records += parser
                    .parse(&block, |row| {
                        black_box(&row);
                    })
                    .records;
            }
            assert_eq!(records as usize, RECORDS);
        });
        print("blocks and typed records", parsed);
        println!(
            "  ratio to csv splitting: {:.2}\n",
            parsed.as_secs_f64() / split.as_secs_f64()
        );
    }
}

fn print(what: &str, time: Duration) {
    let each = time.as_secs_f64() * 1e6 / RECORDS as f64;
    println!(
        "  {what:<26} {:>9.0} records/s  {each:>6.2} µs each",
        RECORDS as f64 / time.as_secs_f64()
    );
}

/// The best of several rounds.
fn best(mut run: impl FnMut()) -> Duration {
    (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .min()
        .unwrap_or_default()
}

/// A record as full as a county hospital's: nearly all single fields, up to 12 diagnoses and 5
/// procedures, all charges.
fn page(number: usize) -> FrontPage {
    use biaochi_records::{DataType, Group, Value};
    let mut page = FrontPage::default();
    let day: Date = date(2024, 3, 1 + (number % 28) as i8);
    for info in FIELDS.iter().filter(|info| {
        matches!(info.group, Group::Record | Group::Charges) && !info.columns[0].is_empty()
    }) {
        let value = match info.data_type {
            DataType::Text if info.length > 100 => {
                Value::Text(format!("广西壮族自治区南宁市青秀区民族大道{number}号").into())
            }
            DataType::Text => Value::Text(format!("王小明{}", number % 7).into()),
            DataType::Code => Value::Text(format!("{}", number % 5 + 1).into()),
            DataType::Codes => Value::Codes(vec!["0301".into()]),
            DataType::Integer => Value::Integer((number % 90) as i32),
            DataType::Decimal { .. } => {
                Value::Decimal(Decimal2::from_hundredths(123_456 + number as i64))
            }
            DataType::Flag => Value::Flag(number.is_multiple_of(2)),
            DataType::Date => Value::Date(date(1950 + (number % 70) as i16, 3, 5)),
            DataType::Time => Value::Time(day.at(8, 30, 0, 0)),
        };
        page.set(info.field, 0, value)
            .expect("a value of the field's type");
    }
    page.medical_record_number = format!("{number:08}").as_str().into();
    page.id_number = "450103196003061234".into();
    page.discharge_time = Some(
        day.saturating_add(jiff::Span::new().days(5))
            .at(10, 0, 0, 0),
    );
    for position in 0..3 + number % 10 {
        page.diagnoses.push(Diagnosis {
            code: format!("I{:02}.{:03}", position + 10, number % 900)
                .as_str()
                .into(),
            name: "急性前壁心肌梗死伴其他情况".into(),
            present_on_admission: "1".into(),
            outcome: "2".into(),
        });
    }
    for position in 0..number % 6 {
        page.procedures.push(Procedure {
            code: format!("{:02}.{:04}", position + 36, number % 9000)
                .as_str()
                .into(),
            name: "冠状动脉药物涂层支架置入术".into(),
            start_time: Some(day.at(9, 0, 0, 0)),
            surgery_level: "4".into(),
            surgeon: "张医生".into(),
            first_assistant: "李医生".into(),
            incision_class: "0".into(),
            anesthesia_method: "02".into(),
            ..Procedure::default()
        });
    }
    page
}
