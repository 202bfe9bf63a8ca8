//! From a value to its records, parts, past, peers and movement.

use biaochi_domain::{Language, Localized as _, Period};
use biaochi_indicators::Agreement;
use biaochi_organisations::Unit;
use rust_decimal::Decimal;

use super::bench::{Bench, pages};
use crate::indicators::{
    Drilled, IndicatorError, RecordPage, breakdown, drill, moved, peers, reconcile_list,
    record_counts, record_page, trend,
};

fn period(text: &str) -> Period {
    text.parse().expect("a period")
}

#[test]
fn a_value_opens_down_to_its_records() {
    let bench = Bench::new();
    bench.import(&pages(300, 21));
    let values = bench.values(period("2024"));
    for id in ["SURGERY", "MEDICINE", "STAY", "PNEUMONIA", "CMI"] {
        let indicator = values.set().get(id).expect(id);
        for unit in ["all", "hospital:A", "department:B/01"] {
            let unit: Unit = unit.parse().expect("a unit");
            let value = values.get(id, &unit, period("2024Q1")).expect("a value");
            let records = drill(&values, indicator, &unit, period("2024Q1")).expect("records");
            let above: Decimal = records.iter().map(|record| record.numerator).sum();
            let below: Decimal = records.iter().filter_map(|record| record.denominator).sum();
            assert_eq!(
                (Some(above), Some(below)),
                (value.numerator, value.denominator),
                "{id} {unit}"
            );
            assert!(
                records
                    .iter()
                    .all(|record| !record.line.record_key.is_empty())
            );
        }
    }
    let growth = values.set().get("GROWTH").expect("there");
    let refused = drill(&values, growth, &Unit::All, period("2024Q1"));
    assert!(matches!(
        refused,
        Err(IndicatorError::NoRecords { why: "growth", .. })
    ));
}

#[test]
fn pages_of_records_have_each_of_them_once_and_in_one_order() {
    const LIMIT: usize = 7;
    let bench = Bench::new();
    bench.import(&pages(300, 26));
    let values = bench.values(period("2024"));
    for (id, unit, span) in [
        ("SURGERY", "all", "2024"),
        ("MEDICINE", "hospital:A", "2024Q1"),
        ("CMI", "department:B/01", "2024"),
        ("SURGERY", "all", "2024-02-10..2024-04-05"),
    ] {
        let place = format!("{id} {unit} {span}");
        let (unit, span): (Unit, Period) = (unit.parse().expect("a unit"), period(span));
        let indicator = values.set().get(id).expect(id);
        let mut all = drill(&values, indicator, &unit, span).expect("records");
        all.sort_by_key(|one| {
            let line = one.line.clone();
            let key = (line.organisation_code, line.month, line.record_key);
            (one.numerator.is_zero(), key)
        });
        let counts = record_counts(&values, indicator, &unit, span).expect("counts");
        let read = |page: &RecordPage| {
            record_page(&values, indicator, (&unit, span), &counts, page).expect("a page")
        };
        for part in [None, Some(true), Some(false)] {
            let in_part = all
                .iter()
                .filter(|one| part.is_none_or(|above| above != one.numerator.is_zero()));
            let expected: Vec<Drilled> = in_part.cloned().collect();
            let mut found: Vec<Drilled> = Vec::new();
            loop {
                let shown = read(&RecordPage {
                    in_numerator: part,
                    after: found.last().map(Drilled::position),
                    limit: LIMIT,
                });
                assert!(shown.len() <= LIMIT, "{place}");
                let is_last = shown.len() < LIMIT;
                found.extend(shown);
                if is_last {
                    break;
                }
            }
            assert_eq!(found, expected, "{place} {part:?}");
            assert_eq!(counts.total(part), expected.len() as u64, "{place}");
        }
        assert!(all.len() > LIMIT, "{place}: {}", all.len());
        // A record that went in between is not missed.
        let mut gone = all[0].position();
        gone.record_key.pop();
        let shown = read(&RecordPage {
            in_numerator: None,
            after: Some(gone),
            limit: 1,
        });
        assert_eq!(shown, all[..1], "{place}");
    }
}

#[test]
fn parts_add_up_to_the_whole() {
    let bench = Bench::new();
    bench.import(&pages(300, 22));
    let values = bench.values(period("2024"));
    let indicator = values.set().get("SURGERY").expect("there");
    for unit in ["all", "hospital:B"] {
        let unit: Unit = unit.parse().expect("a unit");
        let whole = values
            .get("SURGERY", &unit, period("2024H1"))
            .expect("a value");
        let parts = breakdown(&values, indicator, &unit, period("2024H1")).expect("parts");
        let sum = |of: fn(&biaochi_indicators::Value) -> Option<Decimal>| -> Decimal {
            parts
                .iter()
                .filter_map(|part| of(part.value.as_ref().ok()?))
                .sum()
        };
        assert_eq!(Some(sum(|value| value.numerator)), whole.numerator);
        assert_eq!(Some(sum(|value| value.denominator)), whole.denominator);
        assert!(parts.len() >= 2);
    }
}

#[test]
fn movement_and_trend_speak_of_the_same_values() {
    let bench = Bench::new();
    bench.import(&pages(400, 23));
    let values = bench.values(period("2024"));
    let indicator = values.set().get("SURGERY").expect("there");
    let past = trend(&values, indicator, &Unit::All, period("2024Q2"), 2);
    let of = |place: usize| past[place].value.as_ref().expect("a value").value;
    let moved = moved(
        &values,
        indicator,
        &Unit::All,
        period("2024Q1"),
        period("2024Q2"),
    );
    let moved = moved.expect("computes").expect("two values");
    assert_eq!((moved.before, moved.after), (of(0), of(1)));
    let left = moved.mix() + moved.rate() - (of(1) - of(0));
    assert!(left.abs() < Decimal::new(1, 15), "{left}");
}

#[test]
fn peers_with_few_cases_are_hidden() {
    let bench = Bench::new();
    bench.import(&pages(40, 24));
    let values = bench.values(period("2024"));
    let indicator = values.set().get("SURGERY").expect("there");
    let shown = peers(&values, indicator, "A", period("2024"), 1);
    assert_eq!((shown.peers.len(), shown.hidden), (2, 0));
    let hidden = peers(&values, indicator, "A", period("2024"), 1000);
    // One's own value would give the other away.
    assert!(
        hidden
            .peers
            .iter()
            .all(|peer| peer.is_own || peer.value.is_none()),
        "{hidden:?}"
    );
}

#[test]
fn a_list_is_compared_case_by_case() {
    let bench = Bench::new();
    bench.import(&pages(120, 25));
    let values = bench.values(period("2024"));
    let indicator = values.set().get("SURGERY").expect("there");
    let unit: Unit = "hospital:A".parse().expect("a unit");
    let records = drill(&values, indicator, &unit, period("2024")).expect("records");
    let number = |with: bool| {
        let mut found = records.iter().filter(|one| one.numerator.is_zero() != with);
        found
            .next()
            .expect("one")
            .line
            .medical_record_number
            .clone()
    };
    let (with, without) = (number(true), number(false));
    let folder = tempfile::tempdir().expect("a folder");
    let list = folder.path().join("list.csv");
    std::fs::write(&list, format!("病案号\n{with}\n{without}\n999999\n")).expect("own folder");
    let found = reconcile_list(&values, indicator, &unit, period("2024"), &list).expect("compares");
    let of = |key: &str| {
        let mut lines = found.lines.iter().filter(|line| line.compared.key == key);
        lines.next().expect(key)
    };
    assert_eq!(of(&with).compared.agreement, Agreement::Both);
    assert_eq!(of(&without).compared.agreement, Agreement::OnlySecond);
    assert!(
        of(&without).reason.contains("不符合"),
        "{}",
        of(&without).reason
    );
    assert!(of("999999").reason.contains("没有这份病案"));
    let surgical = records
        .iter()
        .filter(|one| !one.numerator.is_zero())
        .count();
    assert_eq!(found.counts["only_first"], surgical - 1);
    assert_eq!(found.system, Decimal::from(surgical));
    // Excel took the noughts away.
    let short = with.trim_start_matches('0');
    std::fs::write(&list, format!("科室名单,\n病案号,金额\n{short},\n")).expect("own folder");
    let found = reconcile_list(&values, indicator, &unit, period("2024"), &list).expect("compares");
    let line = found.lines.iter().find(|line| line.compared.key == short);
    let reason = &line.expect("told").reason;
    assert!(reason.contains(&with), "{reason}");
    let told = |bytes: &[u8]| {
        std::fs::write(&list, bytes).expect("own folder");
        let refused = reconcile_list(&values, indicator, &unit, period("2024"), &list);
        refused.expect_err("a bad list").text(Language::Zh)
    };
    for (bytes, piece) in [
        (&b""[..], "空"),
        (b"name\n", "没有病例"),
        ("病案号,金额\n000001,三元\n".as_bytes(), "第 2 行"),
        (b"\x00\x01\x02\xff\xfe\x00", "list.csv"),
    ] {
        let text = told(bytes);
        assert!(text.contains(piece), "{piece}: {text}");
    }
    std::fs::remove_file(&list).expect("own file");
    let gone = reconcile_list(&values, indicator, &unit, period("2024"), &list);
    let gone = gone.expect_err("no list").text(Language::Zh);
    assert!(gone.contains("读不了名单"), "{gone}");
}
