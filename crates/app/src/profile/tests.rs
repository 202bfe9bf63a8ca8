//! The page of a hospital that was made up.

use biaochi_packs::ReportLibrary;
use jiff::civil::date;

use super::*;

/// Lines may break anywhere.
fn plain(text: &str) -> String {
    text.split_whitespace().collect()
}

fn d(text: &str) -> Decimal {
    text.parse().expect("a number")
}

fn sample(indicators: usize) -> Profile {
    let one = |number: usize| KeyIndicator {
        id: format!("X-{number}"),
        title: format!("第 {number} 项指标"),
        unit: "%".to_owned(),
        decimals: 2,
        value: (number != 1).then(|| d("12.5")),
        why_none: (number == 1).then(|| "本期没有病案".to_owned()),
        year_before: Some(d("10")),
        course: vec![
            ("2024".to_owned(), Some(d("10"))),
            ("2025-03R12".to_owned(), None),
            ("2025".to_owned(), Some(d("12.5"))),
        ],
        median: Some(d("11")),
        place: Some((1, 3)),
        unconfirmed: Vec::new(),
    };
    Profile {
        code: "A".to_owned(),
        name: "云泽县人民医院".to_owned(),
        identity: vec![("级别等次".to_owned(), "二级甲等".to_owned())],
        period: "2025".to_owned(),
        on: "2026-01-05".to_owned(),
        version: 7,
        indicator_pack: "national-indicators".to_owned(),
        indicator_hash: "0123456789abcdef".to_owned(),
        indicators: (0..indicators).map(one).collect(),
        quality: vec!["平均得分 95.20 分。".to_owned()],
        assessment: Some(Assessment {
            run: "wanshan-2021-2025-1".to_owned(),
            title: "考核方案".to_owned(),
            period: "2025".to_owned(),
            state: "已计算".to_owned(),
            score: Some(d("89.65")),
            grade: Some("较好".to_owned()),
            place: Some((2, 3)),
            losses: vec![[
                "H1 手术占比".to_owned(),
                "3.2".to_owned(),
                "完成 60%".to_owned(),
            ]],
        }),
        targets: None,
        tasks: 2,
        overdue: vec![OverdueTask {
            plan: "wanshan".to_owned(),
            task: "R01".to_owned(),
            title: "制定章程".to_owned(),
            due: "2025-12-31".to_owned(),
            days: 5,
            progress: 40,
        }],
    }
}

#[test]
fn a_hospital_fits_on_one_page_and_the_same_page_has_the_same_bytes() {
    let library = ReportLibrary::embedded();
    let template = library.about("profile").expect("built in");
    let profile = sample(template.indicators.len());
    let page = ProfileDocument {
        template: &template,
        profile: &profile,
        date: date(2026, 1, 5),
    };
    let made = profile_document(&page).expect("it can be typeset");
    assert_eq!((made.pages.len(), &made.warnings[..]), (1, &[][..]));
    for expected in [
        "云泽县人民医院",
        "二级甲等",
        "2025 年度",
        "+2.5点",
        "本期没有病案",
        "得分 89.65，建议等次“较好”，同类 3 家中列第 2",
        "5 天",
        "数据版本 7",
        "0123456789ab",
    ] {
        let text = plain(&made.pages[0]);
        assert!(text.contains(&plain(expected)), "{expected} in {text}");
    }
    let again = profile_document(&page).expect("it can be typeset");
    assert_eq!(made.pdf, again.pdf);
}

#[test]
fn an_empty_profile_says_what_is_not_there() {
    let library = ReportLibrary::embedded();
    let template = library.about("profile").expect("built in");
    let profile = Profile {
        assessment: None,
        quality: vec!["本期没有首页质控结果。".to_owned()],
        tasks: 0,
        overdue: Vec::new(),
        identity: Vec::new(),
        ..sample(0)
    };
    let page = ProfileDocument {
        template: &template,
        profile: &profile,
        date: date(2026, 1, 5),
    };
    let made = profile_document(&page).expect("it can be typeset");
    for expected in [
        "还没有考核结果",
        "没有指定方案",
        "任务台账中没有这家医院的任务",
    ] {
        let text = plain(&made.pages[0]);
        assert!(text.contains(&plain(expected)), "{expected} in {text}");
    }
}
