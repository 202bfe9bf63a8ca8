//! A tile of the cockpit as it is sent.

use std::collections::BTreeMap;

use biaochi_app::cockpit::{Figure, Link, Series, Tile};
use serde::Serialize;
use utoipa::ToSchema;

use super::TileId;

/// A page with what it is to show.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TileLink {
    /// `indicators`, `indicator`, `plans`, `plan`, `tasks`, `worklist`, `datasets`, `groups`, `assessment` or `cockpit`.
    page: &'static str,
    /// What it is about, where it is about one thing.
    id: Option<String>,
    /// Its filters.
    filters: BTreeMap<&'static str, String>,
}

/// A number with what it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TileFigure {
    /// What it is called.
    title: String,
    /// The number; `null` where there is none.
    value: Option<String>,
    /// `count`, `percent`, `money`, `weight`, `score` or `plain`.
    kind: &'static str,
    /// 单位。
    unit: String,
    /// What is said beside it; may be empty.
    note: String,
    /// What it is made of.
    link: Option<TileLink>,
}

/// A point of a chart.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TilePoint {
    /// Its place.
    label: String,
    /// Its value; `null` where there is none.
    value: Option<String>,
}

/// The chart of a tile.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TileSeries {
    /// What it shows.
    title: String,
    /// `line` or `bars`.
    shape: &'static str,
    /// How a value is written.
    kind: &'static str,
    /// 单位。
    unit: String,
    /// The points, in order.
    points: Vec<TilePoint>,
}

/// A line behind a tile.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TileRow {
    /// What it is.
    title: String,
    /// What about it.
    detail: String,
    /// 责任科室或责任人；可为空。
    owner: String,
    /// `good`, `warn`, `bad`, `info` or `neutral`.
    tone: &'static str,
    /// The same in a word.
    status: String,
    /// Until when.
    due: Option<String>,
    /// The page behind it.
    link: TileLink,
}

/// An answer to one question.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct CockpitTile {
    /// Which tile.
    id: TileId,
    /// The question, in a few words.
    title: String,
    /// `good`, `warn`, `bad`, `info` or `neutral`.
    tone: &'static str,
    /// The same in a word or two.
    status: String,
    /// The answer in one sentence.
    says: String,
    /// Who has to see to it; may be empty.
    owner: String,
    /// The number that is read from afar.
    figure: Option<TileFigure>,
    /// Further numbers.
    facts: Vec<TileFigure>,
    /// The chart.
    series: Option<TileSeries>,
    /// What stands behind it, the most pressing first.
    rows: Vec<TileRow>,
    /// How many there are, those that are not listed included.
    total: u64,
    /// The page behind it.
    link: TileLink,
}

impl CockpitTile {
    /// A tile as it is sent.
    pub(super) fn of(id: TileId, tile: Tile) -> Self {
        Self {
            id,
            title: tile.title,
            tone: tile.tone.code(),
            status: tile.status,
            says: tile.says,
            owner: tile.owner,
            figure: tile.figure.map(figure),
            facts: tile.facts.into_iter().map(figure).collect(),
            series: tile.series.map(series),
            rows: tile
                .rows
                .into_iter()
                .map(|row| TileRow {
                    title: row.title,
                    detail: row.detail,
                    owner: row.owner,
                    tone: row.tone.code(),
                    status: row.status,
                    due: row.due.map(|day| day.to_string()),
                    link: link(row.link),
                })
                .collect(),
            total: tile.total,
            link: link(tile.link),
        }
    }
}

fn figure(figure: Figure) -> TileFigure {
    TileFigure {
        title: figure.title,
        value: figure.value.map(|value| value.to_string()),
        kind: figure.kind.code(),
        unit: figure.unit,
        note: figure.note,
        link: figure.link.map(link),
    }
}

fn series(series: Series) -> TileSeries {
    TileSeries {
        title: series.title,
        shape: series.shape.code(),
        kind: series.kind.code(),
        unit: series.unit,
        points: series
            .points
            .into_iter()
            .map(|point| TilePoint {
                label: point.label,
                value: point.value.map(|value| value.to_string()),
            })
            .collect(),
    }
}

fn link(link: Link) -> TileLink {
    TileLink {
        page: link.page.code(),
        id: link.id,
        filters: link.filters.into_iter().collect(),
    }
}
