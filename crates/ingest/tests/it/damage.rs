//! Files that were cut off, damaged or padded on their way.

use std::io::{Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use biaochi_domain::{Language, Localized as _};
use biaochi_ingest::{FileError, Input, ProblemKind, ReadOptions, Row, RowParser};

use crate::support::{BODY, gb18030, gzip, hqms, options, read, read_with, zip};

/// Lines of the records before the file's fault, and the fault.
#[track_caller]
fn before_the_fault(bytes: Vec<u8>) -> (Vec<u64>, FileError) {
    let mut input = Input::open("f", Cursor::new(bytes), &options()).expect("a start");
    let mut table = input.next_table().expect("a header").expect("a table");
    let mut parser = RowParser::new(table.header());
    let mut lines = Vec::new();
    loop {
        match table.next_block() {
            Ok(Some(block)) => {
                parser.parse(&block, |row| match row {
                    Row::Record { line, .. } => lines.push(line),
                    Row::Reject { line, raw, .. } => panic!("line {line}: {raw}"),
                });
            }
            Ok(None) => panic!("the fault is not told"),
            Err(error) => {
                assert!(matches!(table.next_block(), Ok(None)), "told once");
                return (lines, error);
            }
        }
    }
}

/// Rows whose text does not pack well, so that half of the packed bytes hold some of them.
fn varied() -> String {
    let names: Vec<String> = (0..200u64)
        .map(|n| format!("{:x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
        .collect();
    let rows: Vec<[&str; 1]> = names.iter().map(|name| [name.as_str()]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(<[&str; 1]>::as_slice).collect();
    hqms(&["A11"], &rows)
}

#[test]
fn small_damaged_archives_give_the_rows_before_the_fault() {
    let mut cut = gzip(varied().as_bytes());
    cut.truncate(cut.len() * 3 / 4);
    let (lines, error) = before_the_fault(cut);
    let last = lines.last().copied().unwrap_or_default();
    assert!(lines.len() > 50 && lines.len() < 200);
    assert!(
        matches!(error, FileError::Read { line, .. } if line == last),
        "{error}"
    );

    let mut wrong_sum = gzip(varied().as_bytes());
    let sum = wrong_sum.len() - 8;
    wrong_sum[sum] ^= 1;
    let (lines, error) = before_the_fault(wrong_sum);
    assert_eq!(lines, (2..=201).collect::<Vec<_>>());
    assert!(
        matches!(error, FileError::Read { line: 201, .. }),
        "{error}"
    );

    let text = varied();
    let mut stored = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let plain =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    stored.start_file("a.csv", plain).expect("memory");
    std::io::Write::write_all(&mut stored, text.as_bytes()).expect("memory");
    let mut archive = stored.finish().expect("memory").into_inner();
    let at = archive
        .windows(text.len())
        .position(|window| window == text.as_bytes())
        .expect("stored as it is");
    archive[at + text.len() - 2] ^= 1;
    let (lines, error) = before_the_fault(archive);
    assert_eq!(lines.len(), 200);
    assert!(
        matches!(error, FileError::Read { line: 201, .. }),
        "{error}"
    );
}

#[test]
fn zeros_and_further_members_behind_a_gzip_member_are_accepted() {
    let text = varied();
    let (first, second) = text.split_at(text.len() / 3);
    let mut bytes = gzip(first.as_bytes());
    bytes.extend([0; 700]);
    bytes.extend(gzip(second.as_bytes()));
    bytes.extend([0; 20_000]);
    assert_eq!(
        read("f.gz", bytes.clone()).expect("readable").records.len(),
        200
    );
    bytes.extend(b"junk");
    let (lines, error) = before_the_fault(bytes);
    assert_eq!(lines.len(), 200);
    assert!(
        matches!(error, FileError::Read { line: 201, .. }),
        "{error}"
    );
    let members = zip(&[("a.csv.gz", &gzip(text.as_bytes()))]);
    assert_eq!(read("f.zip", members).expect("readable").records.len(), 200);
}

/// A row whose name was cut in the middle of its last character.
fn cut_row() -> Vec<u8> {
    let name = gb18030("欧阳小明");
    let mut row = format!("{},", BODY.join(",")).into_bytes();
    row.extend_from_slice(&name[..7]);
    row.push(b'\n');
    row
}

#[test]
fn names_cut_within_a_character_cost_their_rows_only() {
    let mut bytes = gb18030(&hqms(&["A11"], &[&["王小明"], &["Smith"]]));
    for _ in 0..3 {
        bytes.extend(cut_row());
    }
    let outcome = read("f", bytes).expect("readable");
    assert_eq!(outcome.records.len(), 2);
    assert_eq!(outcome.records[0].1.patient_name, "王小明");
    assert_eq!(outcome.rejects.len(), 3);
    assert!(outcome.rejects[0].1.ends_with("欧阳小\u{fffd}"));
}

#[test]
fn a_cut_name_late_in_the_file_does_not_end_reading() {
    let rows: Vec<&[&str]> = vec![&["Smith"]; 4000];
    let mut bytes = hqms(&["A11"], &rows).into_bytes();
    bytes.extend(cut_row());
    let tail = hqms(&["A11"], &[&["王小明"], &["李丽"]]);
    bytes.extend(gb18030(tail.split_once('\n').expect("a header").1));
    for block_size in [1, 4096, 1 << 20] {
        let options = ReadOptions {
            block_size,
            ..options()
        };
        let outcome = read_with("f", bytes.clone(), &options).expect("readable");
        assert_eq!(outcome.records.len(), 4002, "{block_size}");
        assert_eq!(outcome.records[4001].1.patient_name, "李丽");
        assert!(matches!(
            outcome.kinds()[..],
            [(4002, None, ProblemKind::Undecodable { .. })]
        ));
    }
}

#[test]
fn archives_within_archives_are_refused_by_name() {
    let text = varied();
    let packed = gzip(text.as_bytes());
    let archive = zip(&[("a.csv", text.as_bytes())]);
    for nested in [
        gzip(&packed),
        zip(&[("b.zip", &archive)]),
        zip(&[("b.gz", &gzip(&packed))]),
        zip(&[("b.zip.gz", &gzip(&archive))]),
    ] {
        let error = read("f", nested).expect_err("nested");
        assert!(matches!(error, FileError::Nested { .. }), "{error}");
    }
}

#[test]
fn member_names_in_gbk_are_read() {
    let (name, stand_in) = (gb18030("一月.csv"), "abcd.csv");
    let mut archive = zip(&[(stand_in, varied().as_bytes())]);
    let places: Vec<usize> = archive
        .windows(stand_in.len())
        .enumerate()
        .filter(|(_, window)| *window == stand_in.as_bytes())
        .map(|(at, _)| at)
        .collect();
    assert_eq!(places.len(), 2, "before the data and in the directory");
    for at in places {
        archive[at..at + name.len()].copy_from_slice(&name);
    }
    let outcome = read("f.zip", archive).expect("readable");
    assert_eq!(outcome.tables, ["f.zip/一月.csv"]);
}

/// A start and then one letter without an end, and how much of that was read.
struct Endless {
    start: Cursor<Vec<u8>>,
    read: Arc<AtomicU64>,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.start.read(buffer)?;
        if count > 0 {
            return Ok(count);
        }
        buffer.fill(b'x');
        self.read.fetch_add(buffer.len() as u64, Ordering::Relaxed);
        Ok(buffer.len())
    }
}

/// The line that has no end, and the MiB of it that were read before that was told.
fn of_a_line_without_end(start: String) -> (u64, FileError, u64) {
    let read = Arc::new(AtomicU64::new(0));
    let endless = Endless {
        start: Cursor::new(start.into_bytes()),
        read: Arc::clone(&read),
    };
    let mut records = 0;
    let mut input = Input::open_stream("长行.csv", endless, &options()).expect("a start");
    let error = match input.next_table() {
        Err(error) => error,
        Ok(table) => {
            let mut table = table.expect("a table");
            let mut parser = RowParser::new(table.header());
            loop {
                match table.next_block() {
                    Ok(Some(block)) => records += parser.parse(&block, |_| {}).records,
                    Ok(None) => panic!("the fault is not told"),
                    Err(error) => {
                        assert!(matches!(table.next_block(), Ok(None)), "told once");
                        break error;
                    }
                }
            }
        }
    };
    (records, error, read.load(Ordering::Relaxed) >> 20)
}

#[test]
fn a_line_without_end_is_not_read_into_memory() {
    let whole = hqms(&["A11"], &[&["王小明"]]);
    let header = whole.lines().next().expect("a header");
    for (start, line, records, most, limit) in [
        ("x".to_owned(), 1, 0, 1, "256 KiB"),
        (format!("{header},"), 1, 0, 1, "256 KiB"),
        (format!("病案首页\n{header},"), 2, 0, 1, "256 KiB"),
        ("病案首页\n\nx".to_owned(), 3, 0, 1, "256 KiB"),
        (whole.clone(), 3, 1, 16, "16384 KiB"),
        (format!("{whole}王,\""), 3, 1, 16, "16384 KiB"),
    ] {
        let (read, error, mib) = of_a_line_without_end(start.clone());
        let place = match error {
            FileError::LineTooLong { line, .. } => Some(line),
            _ => None,
        };
        assert_eq!((place, read), (Some(line), records), "{start}: {error}");
        assert!(mib <= most, "{start}: {mib} MiB");
        let text = error.text(Language::Zh);
        assert!(
            text.contains("长行.csv") && text.contains(limit) && text.contains("CSV"),
            "{text}"
        );
    }
}

#[test]
fn what_cannot_be_unpacked_is_told_in_chinese() {
    let error = read("三月.zip", "PK\x03\x04broken").expect_err("no archive");
    let text = error.text(Language::Zh);
    assert!(
        text.starts_with("压缩包“三月.zip”打不开（已损坏") && text.contains("请重新复制"),
        "{text}"
    );
    assert!(!text.contains("invalid Zip archive"), "{text}");
    assert!(error.text(Language::En).contains("invalid Zip archive"));
}
