//! `biaochi bench`

use biaochi_app::bench::{Bar, BenchOptions, Figure, Subject, run as measure};
use biaochi_domain::Localized as _;
use serde_json::{Value, json};

use super::content;
use crate::arguments::Global;
use crate::arguments::synth::Bench;
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::Screen;

/// Records when none are asked for: minutes, not hours.
const RECORDS: u64 = 1_000_000;

pub(crate) fn run(command: &Bench, global: &Global, screen: &Screen) -> Outcome {
    let subjects = subjects(&command.names)?;
    let scratch = command.scratch.clone().unwrap_or_else(std::env::temp_dir);
    let own = scratch.join(format!("biaochi-bench-{}", std::process::id()));
    let failed = |error: std::io::Error| Failure::file(&own, &error);
    std::fs::create_dir_all(&own).map_err(failed)?;
    let options = BenchOptions {
        records: command.records.unwrap_or(RECORDS),
        scratch: own.clone(),
    };
    let content = content(global)?;
    let mut values = Vec::new();
    let mut missed = 0;
    let measured = measure(&subjects, &content, &options, |figure| {
        missed += u64::from(figure.bar.is_some_and(|bar| !bar.is_met(figure.value)));
        if screen.json() {
            values.push(value(&figure, screen));
        } else {
            // A closed pipe ends nothing here: the remaining figures are few.
            let _ = screen.line(&line(&figure, screen));
        }
    });
    std::fs::remove_dir_all(&own).map_err(failed)?;
    measured?;
    if screen.json() {
        screen.value(&Value::Array(values))?;
    }
    Ok(if missed > 0 {
        Exit::Partial
    } else {
        Exit::Done
    })
}

fn subjects(names: &[String]) -> Result<Vec<Subject>, Failure> {
    if names.is_empty() {
        return Ok(Subject::ALL.to_vec());
    }
    names
        .iter()
        .map(|name| {
            let found = Subject::ALL
                .into_iter()
                .find(|subject| subject.name() == name);
            found.ok_or_else(|| {
                let known: Vec<&str> = Subject::ALL.iter().map(|subject| subject.name()).collect();
                Failure::new(
                    Exit::Usage,
                    format!("没有项目“{name}”。可测：{}", known.join("、")),
                    format!("there is no {name:?}; known are {}", known.join(", ")),
                )
            })
        })
        .collect()
}

fn line(figure: &Figure, screen: &Screen) -> String {
    let mut text = format!(
        "{}  {} {}",
        figure.what.text(screen.language()),
        number(figure.value),
        figure.unit
    );
    if let Some(bar) = figure.bar {
        let (sign, limit) = match bar {
            Bar::AtLeast(limit) => ("≥", limit),
            Bar::AtMost(limit) => ("≤", limit),
        };
        let met = if bar.is_met(figure.value) {
            screen.say("达标", "met")
        } else {
            screen.say("未达标", "missed")
        };
        text += &format!("  [{sign} {} {met}]", number(limit));
    }
    if let Some(baseline) = &figure.baseline {
        let what = baseline.what.text(screen.language());
        let ratio = figure.value / baseline.value;
        text += &match screen.language() {
            biaochi_domain::Language::Zh => {
                format!(
                    "\n    基准：{what} {} {}，比值 {ratio:.3}",
                    number(baseline.value),
                    figure.unit
                )
            }
            biaochi_domain::Language::En => format!(
                "\n    baseline: {what} {} {}, ratio {ratio:.3}",
                number(baseline.value),
                figure.unit
            ),
        };
    }
    text
}

/// Large figures without, small ones with decimals.
fn number(value: f64) -> String {
    if value >= 1000.0 {
        crate::screen::count(value as u64)
    } else {
        format!("{value:.3}")
    }
}

fn value(figure: &Figure, screen: &Screen) -> Value {
    json!({
        "what": figure.what.text(screen.language()),
        "value": figure.value,
        "unit": figure.unit,
        "met": figure.bar.map(|bar| bar.is_met(figure.value)),
        "baseline": figure.baseline.as_ref().map(|baseline| json!({
            "what": baseline.what.text(screen.language()),
            "value": baseline.value,
            "ratio": figure.value / baseline.value,
        })),
    })
}
