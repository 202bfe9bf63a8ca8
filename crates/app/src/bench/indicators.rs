//! All indicators over discharges: cold, each alone, and after one hospital's month was replaced.

use std::sync::Arc;
use std::time::Duration;

use biaochi_indicators::{Formula, Measure, STAY};
use biaochi_warehouse::WhenLocked;
use biaochi_warehouse::indicators::{CompiledMeasures, scan};
use biaochi_warehouse::open_lake;
use biaochi_warehouse::recheck::{StoredMonth, StoredMonths};

use super::tables::{
    Checked, DATA, WORKSPACE, front_pages, import_into, measure as import, one_month, remove,
};
use super::{Bar, Baseline, BenchError, BenchOptions, Figure, Localised, timed};
use crate::demo;
use crate::indicators::{CompiledIndicators, NATIONAL, compute};
use crate::runtime::block_on;
use crate::{Content, Workspace};

pub(super) fn measure(
    content: &Content,
    options: &BenchOptions,
    show: &mut impl FnMut(Figure),
) -> Result<(), BenchError> {
    let root = options.scratch.join(WORKSPACE);
    let workspace = match Workspace::open(&root) {
        Ok(workspace) => workspace,
        Err(_) => {
            let file = front_pages(options, options.records)?;
            import(content, options, &file, Checked::No)?;
            remove(&options.scratch.join(DATA))?;
            Workspace::open(&root)?
        }
    };
    let pack = content.indicators(NATIONAL)?;
    remove(&workspace.lake().join("indicator_cell"))?;
    let (computed, cold) = timed(|| compute(&workspace, &pack, WhenLocked::Refuse));
    let computed = computed?;
    let figures = &computed.figures;
    let (records, measures) = (figures.records, figures.measures);
    let slowest = slowest_alone(&workspace, &pack)?;
    show(Figure {
        what: Localised::new(
            format!(
                "全部病案指标（{measures} 个合计），{records} 份病案，机构×科室×医师×月，冷启动"
            ),
            format!(
                "all indicators over discharges ({measures} measures), {records} records, by hospital, department, physician and month, cold"
            ),
        ),
        value: cold.as_secs_f64(),
        unit: "s",
        bar: Some(Bar::AtMost(10.0)),
        baseline: slowest.map(|(id, time)| Baseline {
            what: Localised::new(
                format!("其中最慢的一个指标（{id}）单独算"),
                format!("the slowest of them ({id}) alone"),
            ),
            value: time.as_secs_f64(),
        }),
    });
    show(Figure {
        what: Localised::new(
            "查询计划中数据源的扫描次数",
            "scans of the source in the plan",
        ),
        value: figures.scans as f64,
        unit: "",
        bar: Some(Bar::AtMost(1.0)),
        baseline: None,
    });
    let (again, warm) = timed(|| compute(&workspace, &pack, WhenLocked::Refuse));
    debug_assert_eq!(again?.computed, 0);
    show(Figure {
        what: Localised::new("没有变动时再算一次", "the same again, nothing changed"),
        value: warm.as_secs_f64(),
        unit: "s",
        bar: None,
        baseline: None,
    });
    replace_a_month(content, options, &workspace)?;
    let (after, time) = timed(|| compute(&workspace, &pack, WhenLocked::Refuse));
    let months = after?.computed;
    show(Figure {
        what: Localised::new(
            format!("换掉一家医院的一个月以后（重算 {months} 个机构月份）"),
            format!("after one hospital's month was replaced ({months} hospital months computed)"),
        ),
        value: time.as_secs_f64(),
        unit: "s",
        bar: Some(Bar::AtMost(1.0)),
        baseline: Some(Baseline {
            what: Localised::new("冷启动", "cold"),
            value: cold.as_secs_f64(),
        }),
    });
    remove(&root)
}

/// The indicator that takes longest by itself, and how long.
fn slowest_alone(
    workspace: &Workspace,
    pack: &CompiledIndicators,
) -> Result<Option<(String, Duration)>, BenchError> {
    let (stored, months) = block_on(async {
        let lake = open_lake(&workspace.lake())?;
        let publication = lake.newest().await?;
        let stored = Arc::new(StoredMonths::open(&lake, &publication).await?);
        let months = stored
            .months()
            .iter()
            .map(|month| (month.clone(), String::new()));
        let months: Vec<(StoredMonth, String)> = months.collect();
        Ok::<_, BenchError>((stored, months))
    })?;
    let set = pack.set();
    let mut slowest: Option<(String, Duration)> = None;
    for indicator in set.indicators() {
        if !matches!(indicator.formula, Formula::Ratio { .. }) {
            continue;
        }
        let ids = set.measures_of(indicator).into_iter();
        let measures: Vec<Measure> = ids
            .map(|id| set.measure(id).clone())
            .filter(|measure| measure.source == STAY)
            .collect();
        let Ok(own) = CompiledMeasures::only(pack.measures.set(), &pack.lookups, &measures) else {
            continue;
        };
        if measures.is_empty() {
            continue;
        }
        let own = Arc::new(own);
        let (scanned, time) = timed(|| block_on(scan(&stored, &months, &own)));
        scanned?;
        if slowest.as_ref().is_none_or(|(_, longest)| time > *longest) {
            slowest = Some((indicator.id.clone(), time));
        }
    }
    Ok(slowest)
}

/// Imports other pages of one hospital's first month, as many as there were.
fn replace_a_month(
    content: &Content,
    options: &BenchOptions,
    workspace: &Workspace,
) -> Result<(), BenchError> {
    let file = one_month(options, demo::HOSPITAL)?;
    import_into(content, workspace, &file, Checked::No)?;
    remove(&options.scratch.join(DATA))
}
