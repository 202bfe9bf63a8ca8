//! Runs of assessments in a temporary workspace.

use std::collections::BTreeMap;
use std::fs;

use biaochi_domain::{Language, Localized as _};
use biaochi_store::{
    Actor, AdjustedPart, EntryKey, EntryKind, EventState, NewAdjustment, NewEntry, NewObjection,
    RunState, Scope, Verdict,
};
use rust_decimal::Decimal;

use super::*;
use crate::worklist::with_store;
use crate::{Config, Content, Workspace};

struct Bench {
    folder: tempfile::TempDir,
    workspace: Workspace,
    content: Content,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        let workspace = Workspace::init(&folder.path().join("w"), Config::default());
        Self {
            workspace: workspace.expect("a new workspace"),
            content: Content::load(&[]).expect("built in"),
            folder,
        }
    }

    fn scheme(&self, id: &str) -> Scheme {
        let loaded = self.content.assessment_library().load(id, &BTreeMap::new());
        match loaded.expect("built in").subject {
            Subject::Scheme(scheme) => *scheme,
            Subject::Index(_) => panic!("{id} is an index"),
        }
    }

    fn enter(&self, code: &str, kind: EntryKind, name: &str, value: &str) {
        let entry = NewEntry {
            key: EntryKey {
                organisation_code: code.to_owned(),
                scheme_id: "wanshan-2021".to_owned(),
                period: "2021".to_owned(),
                kind,
                phase: String::new(),
                name: name.to_owned(),
            },
            value: value.to_owned(),
            evidence: Vec::new(),
            note: String::new(),
        };
        let scheme = self.scheme("wanshan-2021");
        let who = actor("考核组");
        enter(&self.workspace, &Scope::All, &who, &scheme, &[entry]).expect("it is known");
    }

    fn freeze(&self, scheme: &str, units: &[Assessed], values: &dyn Values) -> String {
        let request = FreezeRequest {
            scheme,
            period: None,
            given: &BTreeMap::new(),
            run_id: None,
            units,
            values,
        };
        let run = freeze(
            &self.workspace,
            &self.content,
            &Scope::All,
            &actor("考核办"),
            &request,
        );
        run.expect("it can be frozen").run.run_id
    }

    fn compute(&self, run: &str) -> Vec<Outcome> {
        let computed = compute(
            &self.workspace,
            &self.content,
            &Scope::All,
            &actor("考核办"),
            run,
        );
        computed.expect("it can be computed").1
    }

    fn verify(&self, run: &str) -> Verified {
        verify(&self.workspace, &self.content, &Scope::All, run).expect("it can be verified")
    }
}

fn actor(name: &str) -> Actor {
    Actor::now(name)
}

fn unit(code: &str, class: &str) -> Assessed {
    Assessed {
        code: code.to_owned(),
        name: format!("{code}院"),
        classes: vec![class.to_owned()],
    }
}

fn d(text: &str) -> Decimal {
    text.parse().expect("a number")
}

/// Two institutions whose phases were entered.
fn entered() -> (Bench, String) {
    let bench = Bench::new();
    for (code, scores) in [
        ("A", ["80", "90", "88", "90"]),
        ("B", ["90", "90", "90", "90"]),
    ] {
        for (phase, score) in ["q1", "q3", "half", "end"].into_iter().zip(scores) {
            bench.enter(code, EntryKind::Phase, phase, score);
        }
        for key in ["political-quality", "party-building"] {
            bench.enter(code, EntryKind::Attribute, key, "好");
        }
    }
    let units = [unit("A", "医院"), unit("B", "卫生院")];
    let run = bench.freeze("wanshan-2021", &units, &NoValues);
    (bench, run)
}

#[test]
fn a_run_from_entries_to_publication() {
    let (bench, run) = entered();
    assert_eq!(run, "wanshan-2021-2021-1");
    let outcomes = bench.compute(&run);
    let found: Vec<_> = outcomes
        .iter()
        .map(|one| (one.score, one.grade.grade.as_deref()))
        .collect();
    assert_eq!(
        found,
        [
            (Some(d("89.65")), Some("较好")),
            (Some(d("90.00")), Some("好"))
        ]
    );
    let verified = bench.verify(&run);
    assert!(
        verified.holds() && verified.computed == Some(true),
        "{verified:?}"
    );
    let before = detail(&bench.workspace, &Scope::All, &run)
        .expect("it is there")
        .run;

    // What is entered after freezing changes nothing.
    bench.enter("A", EntryKind::Phase, "end", "10");
    assert_eq!(bench.compute(&run), outcomes);
    let again = detail(&bench.workspace, &Scope::All, &run)
        .expect("it is there")
        .run;
    assert_eq!(again.result_hash, before.result_hash);

    let objection = NewObjection {
        organisation_code: "A".to_owned(),
        phase: "end".to_owned(),
        item: String::new(),
        claim: "年终核实漏计".to_owned(),
        evidence: Vec::new(),
    };
    let adjustment = NewAdjustment {
        organisation_code: "A".to_owned(),
        objection: Some(1),
        phase: "end".to_owned(),
        item: String::new(),
        what: AdjustedPart::Points,
        to: d("91"),
        reason: "核实".to_owned(),
    };
    let check = |one: &NewAdjustment| {
        check_adjustment(&bench.workspace, &bench.content, &Scope::All, &run, one)
    };
    let early = check(&adjustment).expect_err("nobody objected yet");
    assert!(early.text(Language::Zh).contains("没有第 1 号异议"));
    let other = NewAdjustment {
        objection: None,
        phase: "q2".to_owned(),
        ..adjustment.clone()
    };
    let refused = check(&other)
        .expect_err("there is no such phase")
        .text(Language::Zh);
    assert!(refused.contains("没有阶段“q2”"), "{refused}");
    let beyond = NewAdjustment {
        objection: None,
        to: d("101"),
        ..adjustment.clone()
    };
    let refused = check(&beyond).expect_err("a phase has 100 points");
    assert!(refused.text(Language::Zh).contains("0 到 100 之间"));
    let nowhere = detail(&bench.workspace, &Scope::All, "nothing").expect_err("no such run");
    assert!(nowhere.text(Language::Zh).contains(&run), "{nowhere:?}");
    let nobody = NewAdjustment {
        organisation_code: "X".to_owned(),
        ..beyond
    };
    let nobody = check(&nobody).expect_err("not assessed").text(Language::Zh);
    assert!(
        nobody.contains("没有机构“X”") && nobody.contains('A'),
        "{nobody}"
    );
    let all = &Scope::All;
    with_store(&bench.workspace, async |store| {
        store.object(all, &actor("甲院"), &run, &objection).await?;
        Ok(())
    })
    .expect("the store takes it");
    let open = check(&adjustment).expect_err("nobody replied yet");
    assert!(open.text(Language::Zh).contains("待答复"));
    with_store(&bench.workspace, async |store| {
        store
            .reply(all, &actor("考核办"), (&run, 1), true, "属实")
            .await?;
        store
            .propose_adjustment(all, &actor("考核办"), &run, &adjustment)
            .await?;
        Ok(())
    })
    .expect("the store takes it");
    check(&adjustment).expect("the objection holds");
    with_store(&bench.workspace, async |store| {
        let at = (run.as_str(), 1);
        store
            .decide_adjustment(all, &actor("领导小组"), at, Verdict::Approve, "同意")
            .await?;
        Ok(())
    })
    .expect("the store takes it");
    let early = publish(&bench.workspace, all, &actor("领导小组"), &run, "");
    assert!(
        early
            .expect_err("not computed")
            .text(Language::Zh)
            .contains("重新计算")
    );
    let outcomes = bench.compute(&run);
    assert_eq!(outcomes[0].score, Some(d("90.55")));
    let run_now = publish(&bench.workspace, all, &actor("领导小组"), &run, "审定");
    assert_eq!(run_now.expect("all is settled").state, RunState::Published);
    assert!(bench.verify(&run).holds());
    assert_eq!(
        bench.freeze("wanshan-2021", &[unit("A", "医院")], &NoValues),
        "wanshan-2021-2021-2"
    );
}

#[test]
fn a_stored_outcome_that_was_tampered_with_is_found() {
    let (bench, run) = entered();
    bench.compute(&run);
    let results = with_store(&bench.workspace, async |store| {
        let stored = store.run(&Scope::All, &run).await?;
        let units = store.run_units(&Scope::All, &run).await?;
        let mut results: Vec<biaochi_store::UnitResult> = units
            .into_iter()
            .map(|unit| biaochi_store::UnitResult {
                organisation_code: unit.organisation_code,
                outcome: unit.outcome.replace("89.65", "99.65"),
                score: unit.score,
                grade: unit.grade,
                place: unit.place,
            })
            .collect();
        results.sort_by(|one, other| one.organisation_code.cmp(&other.organisation_code));
        let hash = stored.result_hash.clone();
        let at = (run.as_str(), stored.revision);
        store
            .store_results(&Scope::All, &actor("x"), at, &hash, &results)
            .await?;
        Ok(results)
    });
    results.expect("the store takes any text");
    let verified = bench.verify(&run);
    assert!(!verified.stored && !verified.holds(), "{verified:?}");
    assert_eq!(verified.computed, Some(true));
}

#[test]
fn events_count_once_they_are_approved() {
    let (bench, _) = entered();
    let scheme = bench.scheme("wanshan-2021");
    let event = Event {
        number: 0,
        rule: "medical-accident".to_owned(),
        level: String::new(),
        matter: String::new(),
        title: "通报".to_owned(),
        date: "2021-08-01".parse().expect("a day"),
        issuer: "市卫生健康局".to_owned(),
        document_number: "〔2021〕9 号".to_owned(),
        wording: String::new(),
        file: String::new(),
        file_hash: String::new(),
        approved_by: String::new(),
    };
    let (workspace, all) = (&bench.workspace, &Scope::All);
    let report = |event: &Event| report_event(workspace, all, &actor("甲"), &scheme, "B", event);
    report(&event).expect("it is known");
    let wrong = Event {
        rule: "commendation".to_owned(),
        level: "village".to_owned(),
        ..event.clone()
    };
    let wrong = report(&wrong)
        .expect_err("no such level")
        .text(Language::Zh);
    assert!(wrong.contains("province"), "{wrong}");
    let units = [unit("B", "卫生院")];
    let grade = || {
        let run = bench.freeze("wanshan-2021", &units, &NoValues);
        bench.compute(&run).remove(0).grade.grade
    };
    assert_eq!(grade().as_deref(), Some("好"));
    let state = EventState::Approved;
    decide_event(workspace, all, &actor("乙"), ("B", 1), state, "有文号").expect("another person");
    assert_eq!(grade().as_deref(), Some("差"));
}

#[test]
fn the_way_from_a_score_to_its_numbers() {
    let bench = Bench::new();
    let units = bench.folder.path().join("机构.csv");
    fs::write(
        &units,
        "机构代码,机构名称,类别\nA,甲院,综合医院 二级\nB,乙院,综合医院\nC,丙院,综合医院\n",
    )
    .expect("a folder of ours");
    let values = bench.folder.path().join("值.csv");
    let mut text = "机构代码,来源,时期,值\n".to_owned();
    for (code, share) in [("A", "20"), ("B", "5"), ("C", "35")] {
        for period in ["2021Q1", "2021Q3", "2021H1", "2021"] {
            text += &format!("{code},SUR-SHARE,{period},{share}\n");
        }
    }
    fs::write(&values, text).expect("a folder of ours");
    let units = read_units(&units).expect("units");
    let values = read_values(&values).expect("values");
    let run = bench.freeze("wanshan-2021-demo", &units, &values);
    bench.compute(&run);
    let ask = |item: Option<&str>| {
        let asked = ("wanshan-2021-demo", "A");
        let (workspace, content) = (&bench.workspace, &bench.content);
        explain(workspace, content, &Scope::All, asked, item, Language::Zh)
    };
    let found = ask(Some("H1"))
        .expect("it is scored")
        .expect("there is a run");
    assert_eq!(
        (found.run.run.run_id.as_str(), found.items.len()),
        (run.as_str(), 4)
    );
    let first = &found.items[0];
    assert_eq!(
        (first.indicator(), first.document.as_str()),
        (Some("SUR-SHARE"), "演示用合成指标表")
    );
    assert_eq!(first.score.score, Some(d("6")));
    let lines: Vec<_> = found.lines.iter().map(|line| line.text.as_str()).collect();
    assert!(
        lines[1].starts_with("H1 出院患者手术占比：6.00 / 12.00 分"),
        "{lines:?}"
    );
    assert!(lines[2].contains("值.csv:2"), "{lines:?}");
    let whole = ask(None).expect("it is scored").expect("there is a run");
    assert!(
        whole
            .lines
            .iter()
            .any(|line| line.text.contains("分的项目缺数据未计"))
    );
    let unknown = ask(Some("H99"))
        .expect_err("no such item")
        .text(Language::Zh);
    assert!(unknown.contains("H1、H2"), "{unknown}");
    let nobody = explain(
        &bench.workspace,
        &bench.content,
        &Scope::All,
        ("high-quality-index", "A"),
        None,
        Language::Zh,
    );
    assert!(nobody.expect("no run").is_none());

    let detail = detail(&bench.workspace, &Scope::All, &run).expect("it is there");
    let mut book = std::io::Cursor::new(Vec::new());
    let scheme = bench.scheme("wanshan-2021-demo");
    score_workbook(&scheme, &detail, &mut book).expect("a workbook");
    assert!(book.into_inner().starts_with(b"PK"));
}

#[test]
fn the_bulletin_of_a_run_tells_places_losses_and_what_changed() {
    let bench = Bench::new();
    let path = bench.folder.path().join("值.csv");
    let units = [
        unit("A", "综合医院"),
        unit("B", "综合医院"),
        unit("C", "综合医院"),
    ];
    let run = |shares: [&str; 3]| {
        let mut text = "机构代码,来源,时期,值\n".to_owned();
        for (code, share) in ["A", "B", "C"].into_iter().zip(shares) {
            for period in ["2021Q1", "2021Q3", "2021H1", "2021"] {
                text += &format!("{code},SUR-SHARE,{period},{share}\n");
            }
        }
        fs::write(&path, text).expect("a folder of ours");
        let values = read_values(&path).expect("values");
        let run = bench.freeze("wanshan-2021-demo", &units, &values);
        bench.compute(&run);
        detail(&bench.workspace, &Scope::All, &run).expect("it is there")
    };
    let before = run(["20", "5", "35"]);
    let now = run(["35", "5", "20"]);
    let known = runs(&bench.workspace, &Scope::All).expect("runs");
    let earlier = previous(&known, &now.run).expect("there is one before");
    assert_eq!(earlier.run.run_id, before.run.run.run_id);
    assert!(previous(&known, &before.run).is_none());
    let newest = newest_of(&known, "wanshan-2021-demo").expect("there are two");
    assert_eq!(newest.run.run_id, now.run.run.run_id);

    let template = bench
        .content
        .reports()
        .about("assessment")
        .expect("built in");
    let scheme = bench.scheme("wanshan-2021-demo");
    let bulletin = |previous| {
        let bulletin = RunBulletin {
            template: &template,
            scheme: &scheme,
            detail: &now,
            previous,
            issuer: Some("考核办"),
            date: None,
        };
        run_bulletin(&bulletin).expect("it can be typeset")
    };
    let made = bulletin(Some(&before));
    let plain = |text: &str| text.split_whitespace().collect::<String>();
    let text = plain(&made.pages.concat());
    for expected in [
        "考核3家机构",
        "升 1 位",
        "降 1 位",
        "H1 出院患者手术占比",
        "值 20%",
        "完成 50.00%",
        "全部 3 家",
        "不计，其余折算",
        "没有报告加分",
    ] {
        assert!(text.contains(&plain(expected)), "{expected} in {text}");
    }
    assert!(made.warnings.is_empty(), "{:?}", made.warnings);
    assert_eq!(bulletin(Some(&before)).pdf, made.pdf);
    let first = plain(&bulletin(None).pages.concat());
    assert!(!first.contains("与上一次比较"), "{first}");
}

#[test]
fn files_with_mistakes_name_the_place() {
    let bench = Bench::new();
    let path = bench.folder.path().join("f.csv");
    let told = |text: &str, units: bool| {
        fs::write(&path, text).expect("a folder of ours");
        let error = match units {
            true => read_units(&path).map(drop),
            false => read_values(&path).map(drop),
        };
        error.expect_err("a mistake").text(Language::Zh)
    };
    let cases = [
        ("机构代码,类别\n", true, "第 1 行 “机构名称”列"),
        (
            "机构代码,机构名称,类别\nA,甲,综合\nA,乙,综合\n",
            true,
            "第 3 行 “机构代码”列",
        ),
        (
            "机构代码,来源,时期,值\nA,X,2021Q5,1\n",
            false,
            "第 2 行 “时期”列",
        ),
        (
            "机构代码,来源,时期,值\nA,X,2021,多\n",
            false,
            "第 2 行 “值”列",
        ),
        (
            "机构代码,来源,时期,值\nA,X,2021,1\nA,indicator:X,2021,2\n",
            false,
            "第 3 行 “来源”列",
        ),
    ];
    for (text, units, place) in cases {
        let found = told(text, units);
        assert!(found.contains(place), "{place} in {found}");
    }
}

#[test]
fn an_index_repeats_to_the_byte() {
    let bench = Bench::new();
    let path = bench.folder.path().join("值.csv");
    let mut text = "机构代码,来源,时期,值\n".to_owned();
    let units: Vec<Assessed> = (0..5_u32)
        .map(|number| {
            for (place, id) in (1_u32..).zip([
                "HQ-03", "HQ-04", "HQ-05", "HQ-06", "HQ-07", "HQ-08", "HQ-09", "HQ-10", "HQ-17",
                "HQ-18", "HQ-01", "HQ-02",
            ]) {
                let value = (number * 7 + place * 3) % 11;
                text += &format!("H{number},{id},2025,{value}\n");
            }
            unit(&format!("H{number}"), "三级")
        })
        .collect();
    fs::write(&path, text).expect("a folder of ours");
    let values = read_values(&path).expect("values");
    let request = IndexRequest {
        index: "high-quality-index",
        period: "2025".parse().expect("a year"),
        given: &BTreeMap::new(),
        units: &units,
        values: &values,
    };
    let (loaded, outcomes, hash) = compute_index(&bench.content, &request).expect("an index");
    let (_, again, other) = compute_index(&bench.content, &request).expect("an index");
    assert_eq!((&outcomes, &hash), (&again, &other));
    assert_eq!(outcomes[0].standings.len(), 5);
    assert!(
        outcomes[0]
            .standings
            .iter()
            .all(|one| one.value.is_some() && one.stability.is_some())
    );
    let Subject::Index(index) = &loaded.subject else {
        panic!("an index");
    };
    let mut book = std::io::Cursor::new(Vec::new());
    index_workbook(index, &outcomes, &mut book).expect("a workbook");
    assert!(book.into_inner().starts_with(b"PK"));
}
