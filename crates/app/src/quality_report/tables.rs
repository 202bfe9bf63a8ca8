//! The report as tables: one definition for the screen, the workbook and the bulletin.

pub use super::table::{Cell, Column, Table};
use super::{CheckFigures, Effect, Figures, QualityReport, Unit};

/// How many columns a table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// What a page or a screen has room for.
    Short,
    /// Everything.
    Full,
}

fn figure_columns(detail: Detail) -> Vec<Column> {
    let columns = [
        (Column::of_numbers("份数", "pages"), true),
        (Column::of_numbers("平均得分", "mean score"), true),
        (Column::of_numbers("最低得分", "lowest score"), false),
        (Column::of_numbers("甲级份数", "best grade"), false),
        (Column::of_numbers("甲级率", "best grade %"), true),
        (Column::of_numbers("完整份数", "complete"), false),
        (Column::of_numbers("完整率", "complete %"), true),
        (Column::of_numbers("准确份数", "accurate"), false),
        (Column::of_numbers("准确率", "accurate %"), true),
        (Column::of_numbers("不能上报", "blocked"), true),
        (Column::of_numbers("病组会变化", "other group"), true),
        (Column::of_numbers("病组变化占比", "other group %"), false),
    ];
    let shown = columns
        .into_iter()
        .filter(|(_, short)| *short || detail == Detail::Full);
    shown.map(|(column, _)| column).collect()
}

fn figure_cells(figures: &Figures, detail: Detail) -> Vec<Cell> {
    let cells = [
        (Cell::Count(figures.pages), true),
        (Cell::Score(figures.mean_score), true),
        (Cell::Score(figures.lowest_score), false),
        (Cell::Count(figures.grade_a), false),
        (Cell::Percent(figures.grade_a_share), true),
        (Cell::Count(figures.complete), false),
        (Cell::Percent(figures.completeness), true),
        (Cell::Count(figures.accurate), false),
        (Cell::Percent(figures.accuracy), true),
        (Cell::Count(figures.blocked), true),
        (Cell::Count(figures.regrouped), true),
        (Cell::Percent(figures.regrouped_share), false),
    ];
    let shown = cells
        .into_iter()
        .filter(|(_, short)| *short || detail == Detail::Full);
    shown.map(|(cell, _)| cell).collect()
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

/// Quality by hospital, with the whole below; the other hospitals stand below the one of a report.
pub fn hospitals(report: &QualityReport, detail: Detail) -> Table {
    let mut columns = vec![Column::of_texts("机构", "hospital", 26)];
    if detail == Detail::Full {
        columns.push(Column::of_texts("机构代码", "code", 20));
    }
    columns.extend(figure_columns(detail));
    let compared = report.before.is_some() || detail == Detail::Full;
    if compared {
        columns.push(Column::of_numbers("上期得分", "score before"));
        columns.push(Column::of_numbers("上期甲级率", "best grade % before"));
    }
    let line = |name: &str, code: &str, now: &Figures, before: Option<&Figures>| {
        let mut row = vec![text(name)];
        if detail == Detail::Full {
            row.push(text(code));
        }
        row.extend(figure_cells(now, detail));
        if compared {
            row.push(before.map_or(Cell::Blank, |before| Cell::Score(before.mean_score)));
            row.push(before.map_or(Cell::Blank, |before| Cell::Percent(before.grade_a_share)));
        }
        row
    };
    let own = report.hospitals.iter().map(|hospital| {
        line(
            &hospital.name,
            &hospital.code,
            &hospital.now,
            hospital.before.as_ref(),
        )
    });
    let others = report.others.iter().map(|others| {
        let name = format!("其他 {} 家机构", others.hospitals);
        line(&name, "", &others.figures, None)
    });
    let several = report.hospitals.len() > 1;
    let all = several.then(|| line("合计", "", &report.now, report.earlier.as_ref()));
    Table::new(columns, own.chain(others).chain(all)).with_total(several)
}

/// Quality by month, over the months of the trend.
pub fn months(report: &QualityReport, detail: Detail) -> Table {
    let mut columns = vec![Column::of_texts("月份", "month", 10)];
    columns.extend(figure_columns(detail));
    let width = columns.len();
    let rows = report.trend.iter().map(|month| {
        let mut row = vec![text(&month.month)];
        if let Some(figures) = &month.figures {
            row.extend(figure_cells(figures, detail));
        }
        row.resize(width, Cell::Blank);
        row
    });
    Table::new(columns, rows)
}

/// Pages by band of the score.
pub fn scores(report: &QualityReport) -> Table {
    let columns = vec![
        Column::of_texts("得分", "score", 16),
        Column::of_numbers("份数", "pages"),
        Column::of_numbers("占比", "share"),
    ];
    let rows = report.scores.iter().map(|band| {
        let name = match band.below {
            None => "100".to_owned(),
            Some(below) if band.at_least == 0 => format!("{below} 以下"),
            Some(below) => format!("{}—{below}（不含）", band.at_least),
        };
        vec![
            Cell::Text(name),
            Cell::Count(band.pages),
            of_pages(report, band.pages),
        ]
    });
    Table::new(columns, rows)
}

/// Pages by kind of fault.
pub fn classes(report: &QualityReport) -> Table {
    let columns = vec![
        Column::of_texts("类别", "class", 12),
        Column::of_numbers("有问题份数", "pages"),
        Column::of_numbers("占比", "share"),
        Column::of_numbers("其中有错误", "with errors"),
    ];
    let rows = report.classes.iter().map(|class| {
        vec![
            text(class.class.word()),
            Cell::Count(class.pages),
            of_pages(report, class.pages),
            Cell::Count(class.with_error),
        ]
    });
    Table::new(columns, rows)
}

/// Faults by check.
pub fn checks(report: &QualityReport, detail: Detail) -> Table {
    let mut columns = vec![
        Column::of_texts("规则", "check", 8),
        Column::of_texts("问题", "fault", 40),
        Column::of_texts("程度", "severity", 6),
        Column::of_numbers("份数", "pages"),
        Column::of_numbers("占比", "share"),
        Column::of_numbers("上期份数", "before"),
        Column::of_numbers("病组会变化", "other group"),
        Column::of_numbers("权重变化", "weight"),
    ];
    if detail == Detail::Full {
        columns.insert(2, Column::of_texts("类别", "class", 10));
        columns.extend([
            Column::of_numbers("处数", "places"),
            Column::of_numbers("扣分", "points"),
        ]);
    }
    let found = report.checks.iter().filter(|check| check.pages > 0);
    Table::new(
        columns,
        found.map(|check| check_cells(report, check, detail)),
    )
}

fn check_cells(report: &QualityReport, check: &CheckFigures, detail: Detail) -> Vec<Cell> {
    let weight = match check.regrouped {
        0 => Cell::Blank,
        _ => Cell::Weight(check.weight_difference),
    };
    let mut cells = vec![
        text(&check.id),
        text(&check.title),
        text(check.severity.word()),
        Cell::Count(check.pages),
        of_pages(report, check.pages),
        check.before.map_or(Cell::Blank, Cell::Count),
        Cell::Count(check.regrouped),
        weight,
    ];
    if detail == Detail::Full {
        cells.insert(2, text(check.class.word()));
        cells.extend([Cell::Count(check.places), Cell::Score(check.points)]);
    }
    cells
}

/// Pages with each fault by month.
pub fn check_months(report: &QualityReport) -> Table {
    let mut columns = vec![
        Column::of_texts("规则", "check", 8),
        Column::of_texts("问题", "fault", 40),
    ];
    let months = report.months.iter();
    columns.extend(months.map(|month| Column::of_month(&month.month)));
    let found = report.checks.iter().filter(|check| check.pages > 0);
    let rows = found.map(|check| {
        let mut row = vec![text(&check.id), text(&check.title)];
        row.extend(check.months.iter().copied().map(Cell::Count));
        row
    });
    Table::new(columns, rows)
}

/// What mending would change, by hospital; the short form has those where it changes anything.
pub fn effects(report: &QualityReport, detail: Detail) -> Table {
    let mut columns = vec![
        Column::of_texts("机构", "hospital", 26),
        Column::of_numbers("可试算", "tried"),
        Column::of_numbers("病组会变化", "other group"),
        Column::of_numbers("升高份数", "weight up"),
        Column::of_numbers("升高权重", "by"),
        Column::of_numbers("降低份数", "weight down"),
        Column::of_numbers("降低权重", "by"),
        Column::of_numbers("合计变化", "together"),
        Column::of_numbers("缺权重", "no weight"),
    ];
    if report.rate.is_some() {
        columns.push(Column::of_numbers("付费变化（元）", "yuan"));
    }
    let line = |name: &str, effect: &Effect| {
        let mut row = vec![
            text(name),
            Cell::Count(effect.priced),
            Cell::Count(effect.regrouped),
            Cell::Count(effect.raised),
            Cell::Weight(effect.weight_raised),
            Cell::Count(effect.lowered),
            Cell::Weight(effect.weight_lowered),
            Cell::Weight(effect.weight_difference()),
            Cell::Count(effect.without_weight),
        ];
        row.extend(report.rate.map(|rate| Cell::Yuan(effect.payment(rate))));
        row
    };
    let shown = |effect: &Effect| detail == Detail::Full || effect.regrouped > 0;
    let own = report.hospitals.iter();
    let own = own.filter(|hospital| shown(&hospital.effect));
    let own = own.map(|hospital| line(&hospital.name, &hospital.effect));
    let several = report.hospitals.len() > 1 && shown(&report.effect);
    let all = several.then(|| line("合计", &report.effect));
    Table::new(columns, own.chain(all)).with_total(several)
}

/// Quality by department, physician or coder. Columns that would say the same in every row are left
/// out of the short form.
pub fn units(
    report: &QualityReport,
    units: &[&Unit],
    person: Option<Person>,
    detail: Detail,
) -> Table {
    let with_hospital = detail == Detail::Full || report.hospitals.len() > 1;
    let with_department = person != Some(Person::Coder);
    let mut columns = Vec::new();
    if with_hospital {
        columns.push(Column::of_texts("机构", "hospital", 22));
    }
    if with_department {
        columns.push(Column::of_texts("科室", "department", 20));
    }
    columns.extend(person.map(|person| match person {
        Person::Physician => Column::of_texts("主治医师", "physician", 10),
        Person::Coder => Column::of_texts("编码员", "coder", 10),
    }));
    columns.extend(figure_columns(detail));
    let rows = units.iter().map(|unit| {
        let mut row = Vec::new();
        if with_hospital {
            row.push(text(&unit.organisation));
        }
        if with_department {
            row.push(text(&unit.department));
        }
        row.extend(person.map(|_| text(&unit.person)));
        row.extend(figure_cells(&unit.figures, detail));
        row
    });
    Table::new(columns, rows)
}

/// Which people a table lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Person {
    /// Attending physicians.
    Physician,
    /// Coders.
    Coder,
}

fn of_pages(report: &QualityReport, pages: u64) -> Cell {
    Cell::Percent(super::sums::percent(pages, report.now.pages))
}
