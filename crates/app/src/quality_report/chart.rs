//! The drawings of the bulletin as numbers: places in thousandths of the width and the height, so that
//! the template only puts lines and boxes where they belong.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::Serialize;

use super::{Figures, QualityReport};
use crate::document::thousandths;

/// Months whose names fit beside each other.
const NAMED_MONTHS: usize = 12;

/// A value of every month.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Chart {
    /// Lines across, with what they stand for.
    ticks: Vec<Tick>,
    marks: Vec<Mark>,
    /// Width of a month.
    step: u32,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Tick {
    height: u32,
    label: String,
}

/// The value of a month.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Mark {
    /// The middle of the month.
    place: u32,
    /// `None` in a month without pages.
    height: Option<u32>,
    /// The value in words.
    label: String,
    /// The name of the month, empty where there is no room.
    month: String,
    /// The year below the first month that is named, and below each that follows another's.
    year: String,
}

/// A bar of the distribution of scores, its length measured by the longest.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Bar {
    label: String,
    pages: String,
    share: String,
    length: u32,
}

/// Mean scores; the scale begins at a multiple of five below the lowest, so that changes show.
pub(super) fn scores(report: &QualityReport) -> Chart {
    let means = report
        .months
        .iter()
        .filter_map(|month| month.figures.as_ref());
    let lowest = means.map(|figures| figures.mean_score).min();
    let lowest = lowest.and_then(|lowest| lowest.to_u32()).unwrap_or(0);
    chart(
        report,
        lowest.saturating_sub(1).min(95) / 5 * 5,
        |figures| figures.mean_score,
    )
}

/// Shares of the best grade, from nothing to all.
pub(super) fn shares(report: &QualityReport) -> Chart {
    chart(report, 0, |figures| figures.grade_a_share)
}

/// A chart of a figure between a least value and a hundred.
fn chart(report: &QualityReport, least: u32, value: fn(&Figures) -> Decimal) -> Chart {
    let height = |value: Decimal| {
        let part = (value - Decimal::from(least)) / Decimal::from(100 - least);
        thousandths(part)
    };
    let parts = if (100 - least).is_multiple_of(4) {
        4
    } else {
        5
    };
    let ticks = (0..=parts).map(|part| {
        let value = least + (100 - least) * part / parts;
        Tick {
            height: height(value.into()),
            label: value.to_string(),
        }
    });
    let count = report.trend.len().max(1);
    let named = count.div_ceil(NAMED_MONTHS);
    let mut last_year = "";
    let marks = report.trend.iter().enumerate().map(|(index, month)| {
        let value = month.figures.as_ref().map(value);
        let (mut year, mut name) = month.month.split_once('-').unwrap_or_default();
        if index % named > 0 {
            (year, name) = ("", "");
        } else if year == last_year {
            year = "";
        } else {
            last_year = year;
        }
        Mark {
            place: (1000 * (2 * index + 1) / (2 * count)) as u32,
            height: value.map(height),
            label: match value {
                Some(value) if count <= NAMED_MONTHS => format!("{:.1}", value.round_dp(1)),
                _ => String::new(),
            },
            month: name.trim_start_matches('0').to_owned(),
            year: year.to_owned(),
        }
    });
    Chart {
        ticks: ticks.collect(),
        marks: marks.collect(),
        step: (1000 / count) as u32,
    }
}

/// The distribution of scores.
pub(super) fn bars(report: &QualityReport) -> Vec<Bar> {
    let longest = report
        .scores
        .iter()
        .map(|band| band.pages)
        .max()
        .unwrap_or(0);
    let rows = super::tables::scores(report).rows.into_iter();
    let bars = rows.zip(&report.scores).map(|(row, band)| {
        let [label, pages, share] = [0, 1, 2].map(|cell: usize| {
            row.get(cell)
                .map(super::tables::Cell::text)
                .unwrap_or_default()
        });
        let part = Decimal::from(band.pages).checked_div(longest.into());
        Bar {
            label,
            pages,
            share,
            length: thousandths(part.unwrap_or_default()),
        }
    });
    bars.collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample::sample;
    use super::*;

    #[test]
    fn a_value_stands_between_the_lines_of_its_neighbours() {
        let report = sample();
        let chart = shares(&report);
        let heights: Vec<_> = chart.ticks.iter().map(|tick| tick.height).collect();
        assert_eq!(heights, [0, 250, 500, 750, 1000]);
        let marks: Vec<_> = chart
            .marks
            .iter()
            .map(|mark| {
                (
                    mark.place,
                    mark.height,
                    mark.month.as_str(),
                    mark.year.as_str(),
                )
            })
            .collect();
        let expected = [
            (166, Some(500), "1", "2024"),
            (500, None, "2", ""),
            (833, Some(1000), "3", ""),
        ];
        assert_eq!(marks, expected);
    }

    #[test]
    fn scores_begin_below_the_lowest() {
        let chart = scores(&sample());
        assert_eq!(chart.ticks[0].label, "85");
        assert_eq!(chart.marks[0].height, Some(333));
    }

    #[test]
    fn the_longest_bar_fills_the_width() {
        let lengths: Vec<_> = bars(&sample()).iter().map(|bar| bar.length).collect();
        assert_eq!(lengths, [500, 1000]);
    }
}
