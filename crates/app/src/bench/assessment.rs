//! An assessment of many institutions: frozen, scored, stored with every reason.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;

use biaochi_assessment::{Assessed, Reading, Source};
use biaochi_domain::Period;
use biaochi_store::{Actor, Scope};
use rust_decimal::Decimal;

use super::{Bar, Baseline, BenchError, BenchOptions, Figure, Localised, io_error, timed};
use crate::assessment::{FreezeRequest, Values, compute, detail, freeze, verify};
use crate::worklist::with_store;
use crate::{Config, Content, Workspace};

/// Institutions of a province.
const INSTITUTIONS: u32 = 3_000;
const SCHEME: &str = "wanshan-2021-demo";

/// A value for every item, different for each institution and period.
struct Made;

impl Values for Made {
    fn read(&self, unit: &Assessed, source: &Source, period: Period) -> Option<Reading> {
        let source = source.to_string();
        let text = format!("{}{source}{period}", unit.code);
        let mixed = text.bytes().fold(17_u64, |sum, byte| {
            sum.wrapping_mul(0x0100_0000_01B3) ^ u64::from(byte)
        });
        let numerator = Decimal::from(mixed % 900);
        let denominator = Decimal::from(1_000 + mixed % 77);
        Some(Reading {
            value: numerator * Decimal::ONE_HUNDRED / denominator,
            numerator: Some(numerator),
            denominator: Some(denominator),
            origin: source,
            period: period.to_string(),
            ..Reading::default()
        })
    }
}

pub(super) fn measure(
    content: &Content,
    options: &BenchOptions,
    show: &mut impl FnMut(Figure),
) -> Result<(), BenchError> {
    let folder = options.scratch.join("assessment");
    let workspace = Workspace::init(&folder, Config::default())?;
    let units: Vec<Assessed> = (0..INSTITUTIONS)
        .map(|number| Assessed {
            code: format!("52{number:07}"),
            name: format!("第{number}医院"),
            classes: vec![match number % 3 {
                0 => "医院".to_owned(),
                _ => "乡镇卫生院".to_owned(),
            }],
        })
        .collect();
    let given = BTreeMap::new();
    let request = FreezeRequest {
        scheme: SCHEME,
        period: None,
        given: &given,
        run_id: Some("bench"),
        units: &units,
        values: &Made,
    };
    let (all, actor) = (Scope::All, Actor::now("bench"));
    // The schema is made before the clock starts, as it is made once.
    with_store(&workspace, async |_| Ok(())).map_err(crate::assessment::AssessmentError::from)?;
    let (done, time) = timed(|| {
        freeze(&workspace, content, &all, &actor, &request)?;
        compute(&workspace, content, &all, &actor, "bench")
    });
    let (_, outcomes) = done?;
    let texts = with_store(&workspace, async |store| {
        Ok(store.run_units(&all, "bench").await?)
    });
    let texts = texts.map_err(crate::assessment::AssessmentError::from)?;
    let plain = folder.join("plain");
    let (written, writing) = timed(|| {
        let mut file = File::create(&plain)?;
        for unit in &texts {
            file.write_all(unit.inputs.as_bytes())?;
            file.write_all(unit.outcome.as_bytes())?;
        }
        file.sync_all()
    });
    written.map_err(|error| io_error(&plain, error))?;
    let baseline = || Baseline {
        what: Localised::new(
            "同样的文字写进一个文件并落盘",
            "writing the same texts to one file and to the disk",
        ),
        value: writing.as_secs_f64(),
    };
    let count = outcomes.len();
    show(Figure {
        what: Localised::new(
            format!("考核 {count} 家机构：冻结、计分、连同理由入库"),
            format!("assessing {count} institutions: frozen, scored, stored with reasons"),
        ),
        value: time.as_secs_f64(),
        unit: "s",
        bar: Some(Bar::AtMost(5.0)),
        baseline: Some(baseline()),
    });
    let (verified, checking) = timed(|| verify(&workspace, content, &all, "bench"));
    let verified = verified?;
    debug_assert!(verified.holds(), "{verified:?}");
    show(Figure {
        what: Localised::new(
            format!(
                "核验这次考核：重新计算并逐字节比较（{}）",
                match verified.holds() {
                    true => "一致",
                    false => "不一致",
                }
            ),
            format!("verifying it to the byte (holds: {})", verified.holds()),
        ),
        value: checking.as_secs_f64(),
        unit: "s",
        bar: Some(Bar::AtMost(5.0)),
        baseline: Some(baseline()),
    });
    let (read, reading) = timed(|| detail(&workspace, &all, "bench"));
    read?;
    show(Figure {
        what: Localised::new("读回全部得分和理由", "reading all scores and reasons back"),
        value: reading.as_secs_f64(),
        unit: "s",
        bar: None,
        baseline: Some(baseline()),
    });
    Ok(())
}
