//! What a definition says by itself: required, range, sums, parts, rows.

use rust_decimal::Decimal;

use crate::cell::parse_cell;
use crate::definition::{DataSet, Field};
use crate::finding::{Fault, Finding, about};
use crate::value::{Row, Value, Values, shown};

/// Checks the rows of a submission, in the order of rows and fields. Rules are the warehouse's part.
pub fn validate(set: &DataSet, rows: &[Row]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for row in rows {
        if let Some(breakdown) = &set.breakdown
            && !breakdown.choices.contains(&row.breakdown)
        {
            findings.push(Finding {
                breakdown: row.breakdown.clone(),
                field: String::new(),
                fault: Fault::UnknownRow {
                    title: breakdown.title.clone(),
                },
            });
        }
        for field in &set.fields {
            let found = field_fault(set, field, row);
            findings.extend(found.map(|fault| about(&row.breakdown, field, fault)));
        }
    }
    for breakdown in missing_rows(set, rows) {
        findings.push(Finding {
            breakdown: breakdown.to_owned(),
            field: String::new(),
            fault: Fault::NoRow,
        });
    }
    findings
}

/// Rows that must be there and are not.
fn missing_rows<'a>(set: &'a DataSet, rows: &[Row]) -> Vec<&'a str> {
    let must = match &set.breakdown {
        None => true,
        Some(breakdown) => breakdown.complete || rows.is_empty(),
    };
    let there = |wanted: &str| rows.iter().any(|row| row.breakdown == wanted);
    let wanted = set.rows().into_iter().filter(|_| must);
    wanted.filter(|wanted| !there(wanted)).collect()
}

fn field_fault(set: &DataSet, field: &Field, row: &Row) -> Option<Fault> {
    if let Some(text) = row.unread.get(&field.id) {
        let problem = parse_cell(field, text).err()?;
        return Some(Fault::Cell {
            text: text.clone(),
            problem,
        });
    }
    let Some(value) = row.values.get(&field.id) else {
        return field.required.then_some(Fault::Missing);
    };
    range(field, value)
        .or_else(|| sum(set, field, value, &row.values))
        .or_else(|| part(set, field, value, &row.values))
}

fn range(field: &Field, value: &Value) -> Option<Fault> {
    let below = field.min.as_ref().is_some_and(|min| value < min);
    let above = field.max.as_ref().is_some_and(|max| value > max);
    let limit = |limit: &Option<Value>| limit.as_ref().map(|limit| shown(field, limit));
    (below || above).then(|| Fault::Range {
        value: shown(field, value),
        min: limit(&field.min),
        max: limit(&field.max),
    })
}

fn sum(set: &DataSet, field: &Field, value: &Value, values: &Values) -> Option<Fault> {
    if field.sum_of.is_empty() {
        return None;
    }
    let value = value.number()?;
    let number = |id: &String| values.get(id)?.number();
    let sum: Option<Decimal> = field.sum_of.iter().map(number).sum();
    // A part that is missing is told where it is required.
    let sum = sum.filter(|sum| *sum != value)?;
    let title = |id: &String| set.field(id).map_or(id.clone(), |part| part.title.clone());
    Some(Fault::Sum {
        value,
        sum,
        parts: field.sum_of.iter().map(title).collect(),
    })
}

fn part(set: &DataSet, field: &Field, value: &Value, values: &Values) -> Option<Fault> {
    let whole = set.field(field.part_of.as_ref()?)?;
    let (value, sum) = (value.number()?, values.get(&whole.id)?.number()?);
    (value > sum).then(|| Fault::Part {
        value,
        whole: sum,
        title: whole.title.clone(),
    })
}

#[cfg(test)]
mod tests {
    use biaochi_domain::Language;

    use super::*;
    use crate::test_set;

    /// Cells as they are filled in, and what is said about them.
    #[track_caller]
    fn check(set: &DataSet, rows: &[(&str, &[(&str, &str)])], expected: &[&str]) {
        let rows: Vec<Row> = rows
            .iter()
            .map(|row| test_set::row(set, row.0, row.1))
            .collect();
        let found: Vec<String> = validate(set, &rows)
            .iter()
            .map(|finding| finding.sentence(set, Language::Zh))
            .collect();
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.contains(expected), "{found} has no {expected}");
        }
    }

    #[test]
    fn a_report_is_checked_field_by_field() {
        let set = test_set::finance();
        let good = [
            ("medical_income", "300"),
            ("outpatient_income", "100"),
            ("inpatient_income", "200"),
        ];
        check(&set, &[("", &good)], &[]);
        check(&set, &[("", &good[1..])], &["“医疗收入”没有填写"]);
        let sum = [("medical_income", "301"), good[1], good[2]];
        check(
            &set,
            &[("", &sum)],
            &["不等于各项之和 300（门诊收入 + 住院收入），相差 1"],
        );
        let part = [good[0], good[1], good[2], ("drug_income", "300.01")];
        check(
            &set,
            &[("", &part)],
            &["“药品收入”的值 300.01 大于“医疗收入”300"],
        );
        let negative = [("medical_income", "-1")];
        check(
            &set,
            &[("", &negative)],
            &["“医疗收入”的值 -1.00 超出范围，不应小于 0.00"],
        );
        let unread = [("medical_income", "3万"), good[1], good[2]];
        check(
            &set,
            &[("", &unread)],
            &["“医疗收入”填的是“3万”：本栏单位是“元”，填的是“万”；如数值无误，请填 30000"],
        );
        check(&set, &[], &["没有填"]);
    }

    #[test]
    fn rows_of_a_breakdown_are_checked_each() {
        let mut set = test_set::staff();
        let rows: [(&str, &[(&str, &str)]); 2] = [
            ("麻醉", &[("physicians", "3")]),
            ("儿科", &[("nurses", "2")]),
        ];
        check(&set, &rows, &["“儿科·医师”没有填写"]);
        check(&set, &rows[..1], &[]);
        check(&set, &[], &["“麻醉”这一行没有填", "“儿科”这一行没有填"]);
        set.breakdown.as_mut().expect("it has one").complete = true;
        check(&set, &rows[..1], &["“儿科”这一行没有填"]);
    }
}
