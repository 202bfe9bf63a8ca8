//! Data sets that divisions report: a city and its counties are never added up twice.

use std::fs;

use biaochi_domain::{Language, Localized as _};
use biaochi_indicators::NoValue;
use biaochi_organisations::{Rows, Table, Unit};
use biaochi_store::Scope;
use biaochi_warehouse::WhenLocked;
use rust_decimal::Decimal;

use super::bench::{Bench, definition};
use crate::Content;
use crate::datasets::{self, ImportRequest, ImportedFile};
use crate::indicators::{Structure, Values};
use crate::organisations::{directory, import_rows};

const AREA: &str = r#"[dataset]
id = "t_area"
title = "区域年报"
purpose = "看资源"
frequency = "year"
filled_by = "division"
filler = "规划科"
approver = "规划科"
due_day = 30
source = "s"
certainty = "general"

[[field]]
id = "beds"
title = "床位"
type = "integer"
unit = "张"
definition = "实有"
over_time = "latest"

[[field]]
id = "people"
title = "人口"
type = "integer"
unit = "人"
definition = "常住"
over_time = "latest"
"#;

const PACK: &str = "area-indicators";

fn bench() -> Bench {
    let mut bench = Bench::new();
    let folder = bench.workspace.packs().join("area");
    fs::create_dir_all(folder.join("datasets")).expect("own folder");
    let manifest =
        "format = 1\nkind = \"datasets\"\nid = \"area\"\ntitle = \"测试\"\nversion = \"1\"\n";
    for (name, text) in [
        ("pack.toml", manifest),
        ("sources.toml", "[[source]]\nid = \"s\"\ntitle = \"测试\"\n"),
        ("datasets/t_area.toml", AREA),
    ] {
        fs::write(folder.join(name), text).expect("own folder");
    }
    let beds = r#"numerator = { from = "t_area", sum = "beds", over_time = "latest" }
denominator = { from = "t_area", sum = "people", over_time = "latest" }
scale = "1000""#;
    // Cases of data sets name its fields; this one needs none.
    let text = definition("BEDS", beds);
    let (text, _) = text.split_once("cases = ").expect("cases");
    Bench::pack(&bench.workspace, PACK, None, &[("indicators/a.toml", text)]);
    bench.content = Content::load(&[bench.workspace.packs()]).expect("packs");
    let mut rows = Rows::default();
    for [code, name, level, parent] in [
        ["3600", "望舒市", "市", ""],
        ["3601", "云泽县", "县", "3600"],
        ["3602", "清溪县", "县", "3600"],
    ] {
        let cells = [code, name, level, parent, "", ""].map(str::to_owned);
        rows.push(Table::Divisions, &cells).expect("a division");
        let name = format!("{name}卫生健康委");
        let cells = [format!("WJ{code}").as_str(), &name, code, "", "", ""].map(str::to_owned);
        rows.push(Table::Commissions, &cells).expect("a commission");
    }
    import_rows(&bench.workspace, &Scope::All, rows, "测试").expect("stored");
    bench
}

/// Approves reports and reads the values that they give.
fn values(bench: &Bench, lines: &str) -> Values {
    let sets = datasets::compile(&bench.content).expect("data sets");
    let text = format!("机构代码,期间,报送日期,床位,人口\n{lines}");
    let file = ImportedFile {
        name: "区域.csv",
        bytes: text.as_bytes(),
    };
    let request = ImportRequest {
        comment: "更正",
        ..ImportRequest::default()
    };
    let (persons, locked) = (("填报人", "审核人"), WhenLocked::Refuse);
    let done =
        datasets::import_approved(&bench.workspace, &sets, persons, &request, &[file], locked);
    let done = done
        .map_err(|error| error.text(Language::Zh))
        .expect("approved");
    assert_eq!(done.drafts, []);
    let directory = directory(&bench.workspace, &Scope::All).expect("stored");
    let pack = bench.compiled(PACK);
    let period = "2023".parse().expect("a period");
    Values::load(&bench.workspace, &pack, Structure::new(directory), period).expect("loads")
}

/// Value, and whose reports it rests on.
fn beds(values: &Values, unit: &str) -> Result<(Decimal, Vec<String>, bool), NoValue> {
    let unit: Unit = unit.parse().expect("a unit");
    let period = "2023".parse().expect("a period");
    let indicator = values.set().get("BEDS").expect("there");
    let value = values.explained(indicator, &unit, period)?;
    let mut reported = values.reported_by(indicator, &unit, period);
    let reported = reported.remove(0);
    Ok((value.value, reported.organisations, reported.is_own))
}

#[test]
fn a_city_and_its_counties_are_never_added_up_twice() {
    let bench = bench();
    let county = |code: &str| format!("division:{code}");
    // The counties alone: their sums, not the mean of their ratios.
    let of_counties = values(
        &bench,
        "division:3601,2023,2024-01-10,300,100000\ndivision:3602,2023,2024-01-10,100,20000\n",
    );
    let sum = (
        Decimal::from(400_000) / Decimal::from(120_000),
        vec![county("3601"), county("3602")],
        false,
    );
    for unit in ["division:3600", "all"] {
        assert_eq!(beds(&of_counties, unit), Ok(sum.clone()), "{unit}");
    }
    let own = (Decimal::from(3), vec![county("3601")], true);
    assert_eq!(beds(&of_counties, "division:3601"), Ok(own.clone()));
    // The city reports, too, but leaves its people out: the counties still speak.
    let partly = values(&bench, "division:3600,2023,2024-01-10,450,\n");
    assert_eq!(beds(&partly, "division:3600"), Ok(sum));
    // The city reports all: its report holds those of the counties.
    let with_city = values(&bench, "division:3600,2023,2024-01-10,450,150000\n");
    let city = |is_own| (Decimal::from(3), vec![county("3600")], is_own);
    assert_eq!(beds(&with_city, "division:3600"), Ok(city(true)));
    assert_eq!(beds(&with_city, "all"), Ok(city(false)));
    assert_eq!(beds(&with_city, "division:3601"), Ok(own));
    // A year says nothing about a day.
    let indicator = with_city.set().get("BEDS").expect("there");
    let day = "2023-05-01".parse().expect("a period");
    let found = with_city.explained(indicator, &Unit::All, day);
    let source = "t_area".to_owned();
    assert_eq!(found, Err(NoValue::NotByDay { source }));
}
