//! `biaochi indicators list`

use biaochi_app::indicators::{Formula, Indicator, IndicatorSet, STAY};
use biaochi_domain::{Language, Localized as _};
use serde_json::json;

use super::words::{marks_text, marks_value};
use super::{content, pack, write_csv};
use crate::arguments::Global;
use crate::outcome::{Exit, Outcome};
use crate::screen::{Align, Screen};

pub(super) fn run(
    word: Option<&str>,
    id: Option<&str>,
    csv: bool,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    let content = content(global)?;
    let pack = pack(&content, id)?;
    let set = pack.set();
    let language = screen.language();
    let is_wanted = |indicator: &&Indicator| {
        word.is_none_or(|word| {
            [&indicator.id, &indicator.title, &indicator.dimension]
                .into_iter()
                .any(|text| text.to_lowercase().contains(&word.to_lowercase()))
        })
    };
    let wanted: Vec<&Indicator> = set.indicators().iter().filter(is_wanted).collect();
    if screen.json() {
        let wanted = wanted.iter().map(|indicator| {
            json!({
                "id": indicator.id, "title": indicator.title, "why": indicator.why,
                "dimension": indicator.dimension, "direction": indicator.direction.id(),
                "unit": indicator.unit, "from": from(set, indicator, Language::En),
                "applies_to": indicator.applies_to, "source": indicator.source,
                "source_title": pack.loaded.sources.get(&indicator.source),
                "clause": indicator.clause, "certainty": indicator.certainty.id(),
                "marks": marks_value(&set.marks(indicator)), "note": indicator.note,
            })
        });
        screen.value(&wanted.collect())?;
        return Ok(Exit::Done);
    }
    let heading = [
        screen.say("指标", "indicator"),
        screen.say("名称", "title"),
        screen.say("维度", "dimension"),
        screen.say("单位", "unit"),
        screen.say("导向", "direction"),
        screen.say("来自", "from"),
        screen.say("待核对", "to verify"),
    ];
    let rows: Vec<Vec<String>> = wanted
        .iter()
        .map(|indicator| {
            vec![
                indicator.id.clone(),
                indicator.title.clone(),
                indicator.dimension.clone(),
                indicator.unit.clone(),
                indicator.direction.text(language),
                from(set, indicator, language),
                marks_text(&set.marks(indicator), language),
            ]
        })
        .collect();
    if csv {
        write_csv(screen, &heading, &rows)?;
        return Ok(Exit::Done);
    }
    screen.line(&screen.table(&heading.map(|word| (word, Align::Left)), &rows))?;
    let (all, listed) = (set.indicators().len(), rows.len());
    screen.line(&match language {
        Language::Zh => format!("“{}”共 {all} 个指标，列出 {listed} 个", set.title()),
        Language::En => format!("{} indicators of {}, {listed} listed", all, set.id()),
    })?;
    Ok(Exit::Done)
}

/// Where the values of an indicator come from.
fn from(set: &IndicatorSet, indicator: &Indicator, language: Language) -> String {
    let zh = language == Language::Zh;
    match &indicator.formula {
        Formula::Ratio {
            numerator,
            denominator,
        } => {
            let mut sources: Vec<&str> = Vec::new();
            for term in numerator.iter().chain(denominator) {
                let source = match set.measure(term.measure).source.as_str() {
                    STAY if zh => "病案",
                    STAY => "records",
                    other => other,
                };
                if !sources.contains(&source) {
                    sources.push(source);
                }
            }
            sources.join(if zh { "、" } else { ", " })
        }
        Formula::Exact(_) => if zh {
            "病案（逐单位精确计算）"
        } else {
            "records, exact"
        }
        .to_owned(),
        Formula::Algorithm(_) => if zh {
            "病案（DRG）"
        } else {
            "records, DRG"
        }
        .to_owned(),
        Formula::Growth { of, against } => match zh {
            true => format!("{of} 的{}", against.text(language)),
            false => format!("{of}, {}", against.text(language)),
        },
        Formula::Entered { dataset, .. } => match zh {
            true => format!("填报：{dataset}"),
            false => format!("entered: {dataset}"),
        },
    }
}
