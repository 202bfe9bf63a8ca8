//! Measures grouping with and without reasons on one core, on a made-up scheme of the size of a
//! national one: 24 categories, 400 groups, 36,000 diagnoses, 12,000 procedures.
//!
//! ```text
//! cargo run --release -p biaochi-grouper --example speed
//! ```

use std::time::Instant;

use biaochi_grouper::definition::{
    Category, Check, Code, CodeSet, Comparison, Complication, DrgRule, Entry, Field, Level, Number,
    Rule, SchemeDefinition,
};
use biaochi_grouper::{Scheme, Stay};

const CATEGORIES: usize = 24;
const GROUPS: usize = 16;
const DIAGNOSES: usize = 1_500;
const PROCEDURES: usize = 500;
const STAYS: usize = 20_000;
const ROUNDS: usize = 25;

/// Diagnosis number `at` of a category, in the shape of the real codes.
fn diagnosis(category: usize, at: usize) -> Code {
    let letter = char::from(b'A' + category as u8);
    let (block, rest) = (at / 100, at % 100);
    match rest % 3 {
        0 => format!("{letter}{block:02}.{rest}00").into(),
        _ => format!("{letter}{block:02}.{:01}00x{rest:03}", rest % 10).into(),
    }
}

fn procedure(category: usize, at: usize) -> Code {
    match at % 2 {
        0 => format!("{:02}.{at:04}", category + 1).into(),
        _ => format!("{:02}.{:02}00x{at:03}", category + 1, at % 100).into(),
    }
}

fn set(codes: impl Iterator<Item = Code>) -> CodeSet {
    CodeSet {
        members: codes.map(|code| (code, "".into())).collect(),
    }
}

/// Half of the groups of a category ask for procedures, half for diagnoses.
fn definition() -> SchemeDefinition {
    let mut definition = SchemeDefinition {
        id: "speed".into(),
        checks: vec![Check::Sex, Check::Age, Check::AgeDays, Check::Diagnosis],
        ungrouped_code: "0000".into(),
        ..SchemeDefinition::default()
    };
    for category in 0..CATEGORIES {
        let letter = char::from(b'A' + category as u8);
        let all = format!("MDC{letter}/dx");
        definition.sets.insert(
            all.clone(),
            set((0..DIAGNOSES).map(|at| diagnosis(category, at))),
        );
        let mut entries = Vec::new();
        for group in 0..GROUPS {
            let adrg = format!(
                "{letter}{}{}",
                char::from(b'A' + group as u8 % 8),
                group / 8 + 1
            );
            let members = |of: usize| (0..of).filter(move |at| at % (GROUPS / 2) == group % 8);
            let surgical = group < GROUPS / 2;
            let (field, codes) = match surgical {
                true => (
                    Field::PrincipalProcedure,
                    set(members(PROCEDURES).map(|at| procedure(category, at))),
                ),
                false => (
                    Field::PrincipalDiagnosis,
                    set(members(DIAGNOSES).map(|at| diagnosis(category, at))),
                ),
            };
            definition.sets.insert(adrg.clone(), codes);
            let drg = |digit: char, rule| DrgRule {
                drg: format!("{adrg}{digit}"),
                rule,
            };
            entries.push(Entry {
                id: adrg.clone(),
                adrg: adrg.clone(),
                rule: Rule::In(field, adrg.clone()),
                drgs: vec![
                    drg('1', Rule::Has(Level::Mcc)),
                    drg('3', Rule::Has(Level::Cc)),
                    drg('D', Rule::Compare(Number::Age, Comparison::LessOrEqual, 6)),
                    drg('5', Rule::Constant(true)),
                ],
                fallback: None,
            });
        }
        let rule = Rule::In(Field::PrincipalDiagnosis, all);
        definition.categories.push(Category {
            code: format!("MDC{letter}"),
            rule,
            entries,
        });
        for at in 0..DIAGNOSES {
            let table = Code::from((category * 9 + at / 170).to_string());
            definition
                .exclusions
                .entry(table.clone())
                .or_default()
                .push(diagnosis(category, at));
            if at % 2 == 0 {
                let level = if at % 8 == 0 { Level::Mcc } else { Level::Cc };
                let code = diagnosis(category, at);
                definition.complications.push(Complication {
                    code,
                    level,
                    table: Some(table),
                });
            }
        }
    }
    // The made-up codes repeat now and then; a complication may only have one exclusion table.
    definition
        .complications
        .sort_by(|left, right| left.code.cmp(&right.code));
    definition
        .complications
        .dedup_by(|left, right| left.code == right.code);
    definition
}

/// A small, fixed generator: the same stays on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % limit
    }
}

fn stays() -> Vec<(Vec<Code>, Vec<Code>, i32)> {
    let mut numbers = Numbers(1);
    let mut stay = || {
        let category = numbers.below(CATEGORIES);
        let mut diagnoses = vec![diagnosis(category, numbers.below(DIAGNOSES))];
        for _ in 0..numbers.below(8) {
            diagnoses.push(diagnosis(
                numbers.below(CATEGORIES),
                numbers.below(DIAGNOSES),
            ));
        }
        let procedures = (0..numbers.below(4))
            .map(|_| procedure(category, numbers.below(PROCEDURES)))
            .collect();
        (diagnoses, procedures, 1 + numbers.below(90) as i32)
    };
    (0..STAYS).map(|_| stay()).collect()
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let definition = definition();
    let started = Instant::now();
    let scheme = Scheme::compile(&definition).map_err(|problems| format!("{problems:?}"))?;
    println!(
        "compiled in {:.0} ms, {} KiB",
        started.elapsed().as_secs_f64() * 1e3,
        scheme.memory() / 1024
    );

    let stays = stays();
    let view = |(diagnoses, procedures, age): &'_ (Vec<Code>, Vec<Code>, i32)| -> usize {
        let stay = Stay {
            sex: Some(1),
            age: Some(*age),
            ..Stay::new(diagnoses, procedures)
        };
        usize::from(scheme.group(&stay).is_grouped())
    };
    let started = Instant::now();
    let grouped: usize = (0..ROUNDS)
        .map(|_| stays.iter().map(view).sum::<usize>())
        .sum();
    let records = ROUNDS * STAYS;
    let rate = records as f64 / started.elapsed().as_secs_f64();
    println!("without reasons: {rate:.0} records/s ({grouped} of {records} grouped)");

    let started = Instant::now();
    let mut decisions = 0;
    for (diagnoses, procedures, age) in (0..ROUNDS).flat_map(|_| &stays) {
        let stay = Stay {
            sex: Some(1),
            age: Some(*age),
            ..Stay::new(diagnoses, procedures)
        };
        decisions += scheme.explain(&stay).decisions();
    }
    let rate = records as f64 / started.elapsed().as_secs_f64();
    let each = decisions as f64 / records as f64;
    println!("with reasons: {rate:.0} records/s ({each:.1} decisions each)");
    Ok(())
}
