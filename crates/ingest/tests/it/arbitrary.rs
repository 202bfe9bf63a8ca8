//! Whatever bytes a file holds: no panic, and every line is accounted for.

use biaochi_ingest::ReadOptions;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{BODY, HEAD, options, read, read_with};

/// Pieces that files are made of, and pieces that break them.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => Just(BODY.join(",").into_bytes()),
        4 => Just(b"\n".to_vec()),
        1 => Just(b"\r\n".to_vec()),
        2 => Just(b",".to_vec()),
        2 => Just(b"\"".to_vec()),
        1 => Just(b",\"".to_vec()),
        1 => Just(b"\",".to_vec()),
        1 => Just(vec![0]),
        1 => Just("张三".as_bytes().to_vec()),
        1 => Just(vec![0xd5, 0xc5, 0xc8, 0xfd]),
        1 => vec(any::<u8>(), 0..6),
        1 => "[-0-9/.: 年月日TE+]{1,20}".prop_map(String::into_bytes),
    ]
}

fn lines_of(bytes: &[u8]) -> u64 {
    let ends = bytes.iter().filter(|&&byte| byte == b'\n').count() as u64;
    ends + u64::from(bytes.last().is_some_and(|&byte| byte != b'\n'))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_line_is_a_record_a_reject_or_blank(
        pieces in vec(piece(), 0..60),
        block_size in prop_oneof![Just(1usize), 50..400usize, Just(1 << 20)],
    ) {
        let mut body: Vec<u8> = pieces.concat();
        // A lone return at the end of a line belongs to the line end.
        body.retain(|&byte| byte != b'\r');
        let mut bytes = HEAD.join(",").into_bytes();
        bytes.push(b'\n');
        bytes.extend_from_slice(&body);
        let options = ReadOptions { block_size, ..options() };
        if let Ok(outcome) = read_with("f", bytes, &options) {
            let counts = outcome.counts;
            prop_assert_eq!(
                counts.record_lines + counts.reject_lines + counts.blank_lines,
                lines_of(&body)
            );
            prop_assert_eq!(counts.records as usize, outcome.records.len());
            prop_assert_eq!(counts.rejects as usize, outcome.rejects.len());
        }
    }

    #[test]
    fn any_bytes_end_in_records_or_an_error(bytes in vec(any::<u8>(), 0..2000)) {
        let _ = read("f", bytes);
    }

    #[test]
    fn any_bytes_in_a_container_end_in_records_or_an_error(
        magic in prop_oneof![
            Just(&b"PK\x03\x04"[..]), Just(&b"\x1f\x8b\x08"[..]), Just(&b"PAR1"[..]), Just(&b"\xff\xfe"[..])
        ],
        bytes in vec(any::<u8>(), 0..500),
    ) {
        let _ = read("f", [magic, &bytes].concat());
    }

    #[test]
    fn blocks_of_any_size_give_the_same_records(
        rows in vec((any::<bool>(), "[a-z一-龥\n\"]{0,8}"), 1..40),
        block_size in 1usize..600,
    ) {
        let mut text = format!("{},A26\n", HEAD.join(","));
        for (blank, address) in &rows {
            if *blank {
                text.push('\n');
            }
            text.push_str(&format!("{},\"{}\"\n", BODY.join(","), address.replace('"', "\"\"")));
        }
        let small = ReadOptions { block_size, ..options() };
        let (whole, cut) = (read("f", text.as_str()), read_with("f", text.as_str(), &small));
        let (whole, cut) = (whole.expect("readable"), cut.expect("readable"));
        prop_assert_eq!(whole.records.len(), rows.len());
        prop_assert_eq!(&whole.records, &cut.records);
        prop_assert_eq!(whole.counts, cut.counts);
    }
}
