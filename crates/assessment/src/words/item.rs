//! Why an item got its points.

use biaochi_domain::Language;
use rust_decimal::Decimal;

use super::{Line, percent_text as percent, points_text, show};
use crate::inputs::Reading;
use crate::outcome::ItemScore;
use crate::scheme::{Item, Scheme};
use crate::shape::{Limit, Missing, Shape, Target, Why};

pub(super) fn push_item(
    scheme: &Scheme,
    table: &str,
    score: &ItemScore,
    depth: u8,
    language: Language,
    lines: &mut Vec<Line>,
) {
    let zh = language == Language::Zh;
    let table = scheme.table(table);
    let Some(item) = table.and_then(|table| table.items().find(|item| item.id == score.item))
    else {
        return;
    };
    let why = why(&score.why, item, language);
    let text = match (score.score, score.excluded, item.shape.is_monitor()) {
        (_, _, true) => match zh {
            true => format!("{} {}：只监测，不计分", item.id, item.title),
            false => format!("{} {}: watched, not scored", item.id, item.title),
        },
        (_, true, _) => match zh {
            true => format!("{} {}：不计（{why}）", item.id, item.title),
            false => format!("{} {}: left out ({why})", item.id, item.title),
        },
        (Some(points), ..) => {
            let (points, full) = (points_text(points), points_text(score.points));
            match zh {
                true => format!("{} {}：{points} / {full} 分，{why}", item.id, item.title),
                false => format!("{} {}: {points} of {full}, {why}", item.id, item.title),
            }
        }
        (None, ..) => match zh {
            true => format!("{} {}：不能计分，{why}", item.id, item.title),
            false => format!("{} {}: cannot be scored, {why}", item.id, item.title),
        },
    };
    lines.push(Line::new(depth, text).citing(&item.cite, scheme, language));
    if let Some(reading) = &score.reading {
        lines.push(Line::new(depth + 1, reading_text(reading, item, language)));
    } else if let Some(absent) = &score.absent {
        let source = source_text(&item.source.to_string(), language);
        lines.push(Line::new(
            depth + 1,
            match zh {
                true => format!("没有值：{absent}（{source}）"),
                false => format!("no value: {absent} ({source})"),
            },
        ));
    }
    if let Some(points) = score.score
        && points != score.exact
        && !score.excluded
    {
        let (exact, points) = (show(score.exact), points_text(points));
        lines.push(Line::new(
            depth + 1,
            match zh {
                true => format!("按公式为 {exact} 分，经限额和取整为 {points} 分"),
                false => format!("{exact} by the formula, {points} within limits and rounded"),
            },
        ));
    }
    if let Some(before) = &score.decided {
        let before = self::why(before, item, language);
        lines.push(Line::new(
            depth + 1,
            match zh {
                true => format!("调整前：{before}"),
                false => format!("before: {before}"),
            },
        ));
    }
}

/// Why an item got its points, in a clause.
pub fn reason(item: &Item, score: &ItemScore, language: Language) -> String {
    why(&score.why, item, language)
}

/// How a value of an item becomes points, in a clause: what its rule says before there is a value.
pub fn rule(item: &Item, language: Language) -> String {
    match language {
        Language::Zh => rule_zh(&item.shape),
        Language::En => rule_en(&item.shape),
    }
}

fn rule_zh(shape: &Shape) -> String {
    let zh = Language::Zh;
    match shape {
        Shape::Interval {
            low,
            high,
            every,
            lose,
            whole,
        } => {
            let whole = if *whole { "整" } else { "" };
            let (every, lose) = (show(*every), show(*lose));
            format!(
                "在 {} 内满分，每{whole}偏离 {every} 扣 {lose} 分",
                bounds(*low, *high)
            )
        }
        Shape::Linear { zero, full } => {
            format!("{} 得零分，{} 得满分，之间按比例", show(*zero), show(*full))
        }
        Shape::Ratio { target, most } => {
            let target = match target {
                Target::Fixed(value) => format!("目标 {}", show(*value)),
                Target::Own => "本机构的目标".to_owned(),
            };
            format!("按完成{target}的比例，至多计 {}", percent(*most))
        }
        Shape::Rank { steps, least_peers } if steps.is_empty() => {
            format!("按优于同类机构的比例，不足 {least_peers} 家不排名")
        }
        Shape::Rank { steps, least_peers } => {
            let steps: Vec<String> = steps
                .iter()
                .map(|step| {
                    let best = show(step.best_percent);
                    format!("前 {best}% 得 {} 分", show(step.points))
                })
                .collect();
            format!("按名次：{}，不足 {least_peers} 家不排名", steps.join("，"))
        }
        Shape::Steps { rows, otherwise } => {
            let rows: Vec<String> = rows
                .iter()
                .map(|row| format!("{} 得 {} 分", limits(&row.limits, zh), show(row.points)))
                .collect();
            format!("{}，其他得 {} 分", rows.join("，"), show(*otherwise))
        }
        Shape::FullOrNothing { limit } => format!("{} 得满分，否则零分", limits(&[*limit], zh)),
        Shape::Deduct { each, free } => {
            let free = match free.is_zero() {
                true => String::new(),
                false => format!("{} 起以内不扣，", show(*free)),
            };
            format!("{free}每起扣 {} 分", show(*each))
        }
        Shape::Monitor => "只监测，不计分".to_owned(),
    }
}

fn rule_en(shape: &Shape) -> String {
    let en = Language::En;
    match shape {
        Shape::Interval {
            low,
            high,
            every,
            lose,
            ..
        } => format!(
            "full points within {}, {} less for every {} outside",
            bounds(*low, *high),
            show(*lose),
            show(*every)
        ),
        Shape::Linear { zero, full } => {
            format!("nothing at {}, full points at {}", show(*zero), show(*full))
        }
        Shape::Ratio {
            target: Target::Fixed(target),
            most,
        } => format!(
            "the share of {} that was reached, {} at most",
            show(*target),
            percent(*most)
        ),
        Shape::Ratio { most, .. } => {
            format!(
                "the share of the own target that was reached, {} at most",
                percent(*most)
            )
        }
        Shape::Rank { least_peers, .. } => {
            format!("by place among at least {least_peers} peers")
        }
        Shape::Steps { rows, otherwise } => {
            let rows: Vec<String> = rows
                .iter()
                .map(|row| format!("{}: {}", limits(&row.limits, en), show(row.points)))
                .collect();
            format!("{}, otherwise {}", rows.join(", "), show(*otherwise))
        }
        Shape::FullOrNothing { limit } => {
            format!("full points for {}, else nothing", limits(&[*limit], en))
        }
        Shape::Deduct { each, free } => {
            format!("{} less for each beyond {}", show(*each), show(*free))
        }
        Shape::Monitor => "watched, not scored".to_owned(),
    }
}

fn reading_text(reading: &Reading, item: &Item, language: Language) -> String {
    let zh = language == Language::Zh;
    let unit = &item.unit;
    let mut text = match zh {
        true => format!("值 {}{unit}", show(reading.value)),
        false => format!("value {}{unit}", show(reading.value)),
    };
    if let (Some(numerator), Some(denominator)) = (reading.numerator, reading.denominator) {
        let (numerator, denominator) = (show(numerator), show(denominator));
        text += &match zh {
            true => format!("，分子 {numerator}，分母 {denominator}"),
            false => format!(", {numerator} of {denominator}"),
        };
    }
    if let Some(target) = reading.target {
        text += &match zh {
            true => format!("，目标 {}", show(target)),
            false => format!(", target {}", show(target)),
        };
    }
    text += &match zh {
        true => format!("，来自{}", source_text(&reading.origin, language)),
        false => format!(", from {}", source_text(&reading.origin, language)),
    };
    if !reading.period.is_empty() {
        text += &match zh {
            true => format!("（{}）", reading.period),
            false => format!(" ({})", reading.period),
        };
    }
    if !reading.certainty.is_empty() {
        text += &match (zh, reading.certainty.as_str()) {
            (true, "general") => "，口径为行业常识，待核对".to_owned(),
            (true, "memory") => "，口径凭记忆整理，待核对".to_owned(),
            (true, other) => format!("，口径{other}"),
            (false, other) => format!(", definition: {other}"),
        };
    }
    text
}

/// Where a value is from, as people say it: what is written `entered:KEY WHO` in the frozen inputs is somebody's entry.
fn source_text(origin: &str, language: Language) -> String {
    let zh = language == Language::Zh;
    let Some((kind, rest)) = origin.split_once(':') else {
        return origin.to_owned();
    };
    let (id, place) = rest.split_once(' ').unwrap_or((rest, ""));
    let text = match (kind, zh) {
        ("indicator", true) => format!("指标 {id}"),
        ("indicator", false) => format!("indicator {id}"),
        ("fact", true) => format!("填报 {id}"),
        ("fact", false) => format!("data set {id}"),
        ("entered", true) if place.is_empty() => return "人工录入".to_owned(),
        ("entered", true) => return format!("{place}录入"),
        ("entered", false) if place.is_empty() => return "entries".to_owned(),
        ("entered", false) => return format!("an entry of {place}"),
        ("adjustment", true) => return format!("第 {id} 号调整"),
        ("adjustment", false) => return format!("adjustment {id}"),
        _ => return origin.to_owned(),
    };
    match place {
        "" => text,
        place => format!("{text} {place}"),
    }
}

/// What happens beyond the ends of a line.
fn beyond(share: Decimal, zh: bool) -> &'static str {
    match (share > Decimal::ONE, share < Decimal::ZERO, zh) {
        (true, _, true) => "，超过满分值，按满分计",
        (true, _, false) => ", beyond the end: full points",
        (_, true, true) => "，未过零分值，得 0 分",
        (_, true, false) => ", before the beginning: no points",
        _ => "",
    }
}

fn limits(limits: &[Limit], language: Language) -> String {
    let parts: Vec<String> = limits
        .iter()
        .map(|limit| format!("{} {}", limit.comparator.sign(), show(limit.value)))
        .collect();
    parts.join(match language {
        Language::Zh => " 且 ",
        Language::En => " and ",
    })
}

fn bounds(low: Option<Decimal>, high: Option<Decimal>) -> String {
    match (low, high) {
        (Some(low), Some(high)) => format!("{}–{}", show(low), show(high)),
        (Some(low), None) => format!("≥ {}", show(low)),
        (None, Some(high)) => format!("≤ {}", show(high)),
        (None, None) => "—".to_owned(),
    }
}

fn why(why: &Why, item: &Item, language: Language) -> String {
    match language {
        Language::Zh => why_zh(why, item),
        Language::En => why_en(why),
    }
}

fn why_zh(why: &Why, item: &Item) -> String {
    let zh = Language::Zh;
    match why {
        Why::Within { low, high } => format!("在区间 {} 内，得满分", bounds(*low, *high)),
        Why::Outside {
            low,
            high,
            distance,
            steps,
            lost,
        } => {
            let every = match &item.shape {
                Shape::Interval { every, lose, .. } => {
                    format!("每 {} 扣 {} 分，", show(*every), show(*lose))
                }
                _ => String::new(),
            };
            format!(
                "偏离区间 {} 有 {}（{} 档），{every}扣 {} 分",
                bounds(*low, *high),
                show(*distance),
                show(*steps),
                points_text(*lost)
            )
        }
        Why::Linear { zero, full, share } => format!(
            "在零分值 {} 与满分值 {} 之间按比例，完成 {}{}",
            show(*zero),
            show(*full),
            percent(*share),
            beyond(*share, true)
        ),
        Why::Ratio {
            target,
            share,
            counted,
        } => {
            let counted = match share == counted {
                true => String::new(),
                false => format!("，按 {} 计", percent(*counted)),
            };
            format!("完成目标 {} 的 {}{counted}", show(*target), percent(*share))
        }
        Why::Rank {
            place,
            peers,
            behind,
        } => format!("在 {peers} 家中列第 {place}，优于 {}", percent(*behind)),
        Why::Row { limits: rows } if rows.is_empty() => "不在任何一档内".to_owned(),
        Why::Row { limits: rows } => format!("落在 {} 一档", limits(rows, zh)),
        Why::Condition { limit, met: true } => format!("达到 {}，得满分", limits(&[*limit], zh)),
        Why::Condition { limit, met: false } => format!("未达到 {}，不得分", limits(&[*limit], zh)),
        Why::Events {
            counted,
            each,
            lost,
        } => format!(
            "计 {} 起，每起扣 {} 分，共扣 {} 分",
            show(*counted),
            show(*each),
            points_text(*lost)
        ),
        Why::Monitor => "只监测，不计分".to_owned(),
        Why::Missing { then } => format!("没有数据，{}", then_zh(*then)),
        Why::FewPeers { peers, least, then } => {
            format!(
                "同类只有 {peers} 家有数据，少于 {least} 家不排名，{}",
                then_zh(*then)
            )
        }
        Why::NoTarget { then } => format!("没有下达目标值，{}", then_zh(*then)),
        Why::TooLarge { then } => format!("数值过大不能计算，{}", then_zh(*then)),
        Why::Decided { number } => format!("由第 {number} 号调整决定"),
    }
}

fn then_zh(then: Missing) -> &'static str {
    match then {
        Missing::Refuse => "补齐前不能计分",
        Missing::Zero => "按规定得 0 分",
        Missing::Full => "按规定得满分",
        Missing::Exclude => "按规定不计，其余项目按比例折算",
        Missing::PeerMean => "按规定取同类平均得分",
    }
}

fn why_en(why: &Why) -> String {
    let en = Language::En;
    let then = |then: &Missing| match then {
        Missing::Refuse => "refused until there is one",
        Missing::Zero => "zero points",
        Missing::Full => "full points",
        Missing::Exclude => "left out",
        Missing::PeerMean => "the mean of the peers",
    };
    match why {
        Why::Within { low, high } => format!("within {}", bounds(*low, *high)),
        Why::Outside {
            low,
            high,
            distance,
            lost,
            ..
        } => format!(
            "outside {} by {}, {} lost",
            bounds(*low, *high),
            show(*distance),
            show(*lost)
        ),
        Why::Linear { zero, full, share } => {
            format!(
                "{} of the way from {} to {}{}",
                percent(*share),
                show(*zero),
                show(*full),
                beyond(*share, false)
            )
        }
        Why::Ratio { target, share, .. } => {
            format!("{} of the target {}", percent(*share), show(*target))
        }
        Why::Rank {
            place,
            peers,
            behind,
        } => {
            format!("place {place} of {peers}, ahead of {}", percent(*behind))
        }
        Why::Row { limits: rows } if rows.is_empty() => "in no row of the table".to_owned(),
        Why::Row { limits: rows } => format!("in the row {}", limits(rows, en)),
        Why::Condition { limit, met: true } => format!("{} holds", limits(&[*limit], en)),
        Why::Condition { limit, met: false } => format!("{} does not hold", limits(&[*limit], en)),
        Why::Events {
            counted,
            each,
            lost,
        } => {
            format!(
                "{} events at {}, {} lost",
                show(*counted),
                show(*each),
                show(*lost)
            )
        }
        Why::Monitor => "watched, not scored".to_owned(),
        Why::Missing { then: rule } => format!("no value: {}", then(rule)),
        Why::FewPeers {
            peers,
            least,
            then: rule,
        } => {
            format!("{peers} peers, fewer than {least}: {}", then(rule))
        }
        Why::NoTarget { then: rule } => format!("no target: {}", then(rule)),
        Why::TooLarge { then: rule } => format!("the number is too large: {}", then(rule)),
        Why::Decided { number } => format!("decided by adjustment {number}"),
    }
}
