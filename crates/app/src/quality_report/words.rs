//! The report in words: what a reader has to know, in sentences.

use biaochi_domain::{Language, Localized as _, in_sentence, thousands, with_sign};
use rust_decimal::Decimal;

use super::{Figures, QualityReport};

/// Faults that the summary names.
const NAMED_FAULTS: usize = 3;

/// A difference with its sign and so many decimals, which it does not exceed.
pub fn signed(value: Decimal, places: usize) -> String {
    with_sign(&format!("{value:.places$}"))
}

/// A difference in yuan with its sign, separators and two decimals.
pub(super) fn yuan(value: Decimal) -> String {
    signed(value, 2)
}

/// The report in sentences.
pub fn summary(report: &QualityReport, language: Language) -> Vec<String> {
    let parts = [
        quality(report, language),
        places(report, language),
        faults(report, language),
        effect(report, language),
    ];
    let filled = parts.into_iter().filter(|part| !part.is_empty());
    filled.collect()
}

/// Who the report is about.
pub(super) fn subject(report: &QualityReport, language: Language) -> String {
    match (report.hospitals.as_slice(), language) {
        ([one], _) => one.name.clone(),
        (many, Language::Zh) => format!("{} 家医疗机构", many.len()),
        (many, Language::En) => format!("{} hospitals", many.len()),
    }
}

fn quality(report: &QualityReport, language: Language) -> String {
    let Figures {
        pages,
        mean_score,
        grade_a_share,
        completeness,
        accuracy,
        blocked,
        ..
    } = &report.now;
    let (pages, blocked) = (thousands(*pages), thousands(*blocked));
    let (period, subject) = (report.period.text(language), subject(report, language));
    let earlier = report.earlier.as_ref();
    let score = compared(
        *mean_score,
        earlier.map(|figures| figures.mean_score),
        language,
        false,
    );
    let share = compared(
        *grade_a_share,
        earlier.map(|figures| figures.grade_a_share),
        language,
        true,
    );
    match language {
        Language::Zh => format!(
            "{period}，{subject}共质控出院病案首页 {pages} 份，平均得分 {mean_score} 分{score}，甲级率 {grade_a_share}%{share}，填报完整率 {completeness}%，准确率 {accuracy}%；有强制性错误、暂不能上报的 {blocked} 份。"
        ),
        Language::En => format!(
            "{period}: {pages} pages of {subject} were checked. Mean score {mean_score}{score}, share of the best grade {grade_a_share} %{share}, completeness {completeness} %, accuracy {accuracy} %; {blocked} pages have errors that stop them from being reported."
        ),
    }
}

/// How a figure changed since the period before; nothing when that is not known.
fn compared(now: Decimal, before: Option<Decimal>, language: Language, percent: bool) -> String {
    let Some(before) = before else {
        return String::new();
    };
    let difference = now - before;
    let size = difference.abs();
    match language {
        Language::Zh => {
            let unit = if percent { "个百分点" } else { "分" };
            match difference.cmp(&Decimal::ZERO) {
                std::cmp::Ordering::Greater => format!("（比上期提高 {size} {unit}）"),
                std::cmp::Ordering::Less => format!("（比上期下降 {size} {unit}）"),
                std::cmp::Ordering::Equal => "（与上期持平）".to_owned(),
            }
        }
        Language::En => {
            let unit = if percent { " points" } else { "" };
            format!(" ({}{unit} since the period before)", signed(difference, 2))
        }
    }
}

/// Where hospitals stand among each other.
fn places(report: &QualityReport, language: Language) -> String {
    if let Some(others) = &report.others {
        let (hospitals, place) = (others.hospitals, others.place);
        let (mean, share) = (others.figures.mean_score, others.figures.grade_a_share);
        return match language {
            Language::Zh => format!(
                "同期其他 {hospitals} 家机构平均得分 {mean} 分，甲级率 {share}%；本机构平均得分在 {} 家中列第 {place} 位。",
                hospitals + 1
            ),
            Language::En => format!(
                "The other {hospitals} hospitals have a mean score of {mean} and {share} % of the best grade; this one is number {place} of {} by mean score.",
                hospitals + 1
            ),
        };
    }
    let (Some(best), Some(worst)) = (report.hospitals.first(), report.hospitals.last()) else {
        return String::new();
    };
    if report.hospitals.len() < 2 {
        return String::new();
    }
    let (best_score, worst_score) = (best.now.mean_score, worst.now.mean_score);
    match language {
        Language::Zh => format!(
            "平均得分最高的是{}（{best_score} 分），最低的是{}（{worst_score} 分）。",
            best.name, worst.name
        ),
        Language::En => format!(
            "The best mean score has {} ({best_score}), the lowest {} ({worst_score}).",
            best.name, worst.name
        ),
    }
}

fn faults(report: &QualityReport, language: Language) -> String {
    let most = report.checks.iter().filter(|check| check.pages > 0);
    let named = most.take(NAMED_FAULTS).map(|check| {
        let pages = thousands(check.pages);
        match language {
            Language::Zh => format!("“{}”（{pages} 份）", check.title),
            Language::En => format!("{:?} ({pages} pages)", check.title),
        }
    });
    let named: Vec<String> = named.collect();
    match (named.is_empty(), language) {
        (true, Language::Zh) => "没有查出问题。".to_owned(),
        (true, Language::En) => "Nothing was found.".to_owned(),
        (false, Language::Zh) => format!("问题最多的是{}。", named.join("、")),
        (false, Language::En) => format!("Most frequent: {}.", named.join(", ")),
    }
}

fn effect(report: &QualityReport, language: Language) -> String {
    let effect = &report.effect;
    if effect.regrouped == 0 {
        return match language {
            Language::Zh => "可以试算的问题改正后，病组都不变。".to_owned(),
            Language::En => "No mending that could be tried changes a group.".to_owned(),
        };
    }
    let [regrouped, raised, lowered] =
        [effect.regrouped, effect.raised, effect.lowered].map(thousands);
    let (share, difference) = (
        report.now.regrouped_share,
        signed(effect.weight_difference(), 4),
    );
    let mut text = match language {
        Language::Zh => format!(
            "逐项试算，改正后病组会变化的 {regrouped} 份（{share}%）；其中权重升高 {raised} 份、降低 {lowered} 份，权重合计变化 {difference}"
        ),
        Language::En => format!(
            "Mending would change the group of {regrouped} pages ({share} %); the weight of {raised} rises, of {lowered} falls, by {difference} in all"
        ),
    };
    if let Some(rate) = report.rate {
        let (rate, yuan) = (in_sentence(rate), yuan(effect.payment(rate)));
        text += &match language {
            Language::Zh => format!("，按每权重 {rate} 元约合 {yuan} 元"),
            Language::En => format!(", {yuan} yuan at {rate} yuan a weight"),
        };
    }
    if effect.without_weight > 0 {
        let pages = thousands(effect.without_weight);
        text += &match language {
            Language::Zh => format!("；另有 {pages} 份缺少权重，未计"),
            Language::En => format!("; {pages} pages without a weight are not counted"),
        };
    }
    text + match language {
        Language::Zh => "。",
        Language::En => ".",
    }
}

/// What the figures mean and where they come from.
pub(super) fn notes(report: &QualityReport) -> Vec<String> {
    let mut notes = vec![format!(
        "数据：工作区第 {} 版（{} 生效）中出院时间在本期内、已经质控的病案首页；拒收的行不在其内。",
        report.version, report.published_at
    )];
    for checked in &report.checked_with {
        notes.push(format!(
            "规则和标准：规则包 {}（内容指纹 {}），评分标准 {}，{} 份。",
            checked.checks,
            checked.content_hash.chars().take(12).collect::<String>(),
            checked.standard,
            thousands(checked.pages)
        ));
    }
    notes.push("甲级率＝得分达到规则包最高一级的份数÷质控份数；平均得分＝各份得分之和÷质控份数。试行的规则不计。".to_owned());
    notes.push("填报完整率＝没有“完整性”类错误的份数÷质控份数，口径参照《住院病案首页数据质量管理与控制指标（2016年版）》的首页填报完整率；准确率＝没有其他各类错误的份数÷质控份数。两者只计“错误”，不计“警告”和“疑似”；只反映程序能够查出的错误，不能代替人工核查诊断和手术选择是否正确。该指标文件按公开转载整理，未对照原件。".to_owned());
    notes.push(grouping_note(report));
    if let Some(rate) = report.rate {
        notes.push(format!(
            "付费变化＝权重变化×每权重 {rate} 元，未考虑高低倍率、封顶等结算规则。"
        ));
    }
    notes.push(match report.before {
        Some(before) => format!("上期为{}。", before.text(Language::Zh)),
        None => "上期各月没有完整的质控结果，未作比较。".to_owned(),
    });
    let missing = report.months.iter().filter(|month| month.figures.is_none());
    let missing: Vec<&str> = missing.map(|month| month.month.as_str()).collect();
    if !missing.is_empty() {
        notes.push(format!(
            "本期中没有质控结果的月份：{}。",
            missing.join("、")
        ));
    }
    notes.push(format!(
        "医师、编码员按首页所填列出；不足 {} 份的科室、医师、编码员不单独点名。工作清单中已核实无误的问题未从中扣除。",
        super::FEWEST_PAGES
    ));
    notes
}

fn grouping_note(report: &QualityReport) -> String {
    let schemes = report.grouped_with.iter().map(|grouped| {
        let weights = grouped.weight_table.as_deref();
        let weights = weights.map_or("没有权重表".to_owned(), |table| {
            format!("权重表 {table}")
        });
        format!("{}（{weights}）", grouped.scheme)
    });
    format!(
        "对分组的影响由分组方案 {} 试算：每项问题单独改正，一份首页有几项的，取权重变化最大的一项。只用于分析，不作为编码建议。",
        schemes.collect::<Vec<_>>().join("、")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_show_their_sign() {
        for (value, expected) in [("1.2", "+1.20"), ("-0.5", "\u{2212}0.50"), ("0", "0.00")] {
            assert_eq!(signed(value.parse().expect("a number"), 2), expected);
        }
    }

    #[test]
    fn yuan_are_separated() {
        for (value, expected) in [
            ("1234567.8", "+1,234,567.80"),
            ("-1000", "\u{2212}1,000.00"),
            ("0", "0.00"),
        ] {
            assert_eq!(yuan(value.parse().expect("a number")), expected);
        }
    }

    #[test]
    fn a_figure_is_compared_with_the_period_before() {
        let number = |text: &str| text.parse::<Decimal>().expect("a number");
        let zh = |now, before, percent| {
            compared(number(now), Some(number(before)), Language::Zh, percent)
        };
        assert_eq!(zh("95.10", "94.00", false), "（比上期提高 1.10 分）");
        assert_eq!(zh("80.00", "81.25", true), "（比上期下降 1.25 个百分点）");
        assert_eq!(zh("80.00", "80.00", true), "（与上期持平）");
        assert_eq!(compared(number("1"), None, Language::Zh, false), "");
    }
}
