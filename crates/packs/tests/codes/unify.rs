//! Translation between the editions with the national tables.

use biaochi_packs::codes::{Codes, DIAGNOSES, DIAGNOSIS_MAP, PROCEDURE_MAP, PROCEDURES};
use biaochi_terminology::unify::{Means, Question, Remark, Source, Unifier, Verdict};
use biaochi_terminology::{Edition, Score, Status, Translation, fold_name};

use super::{HOSPITAL, write};

fn unifier(system: &str) -> Unifier<'static> {
    Codes::embedded()
        .unifier(system)
        .expect("a system of the program")
}

/// A question that is answered quickly, for loops over all codes.
fn quick(code: &str) -> Question<'_> {
    Question {
        likeness: false,
        ..Question::of(code, "")
    }
}

#[test]
fn every_code_of_the_insurance_edition_stays_as_it_is() {
    for id in [DIAGNOSES, PROCEDURES] {
        let unifier = unifier(id);
        let mut asked = 0;
        for concept in unifier.system().concepts() {
            if !matches!(concept.edition(), Edition::Both | Edition::Insurance) {
                continue;
            }
            let answer = unifier.answer(&quick(concept.code()));
            assert_eq!(answer.verdict, Verdict::Exact, "{}", concept.code());
            assert_eq!(answer.candidates[0].code, concept.code());
            let grey = concept.status() == Status::Grey;
            assert_eq!(
                answer.remarks.contains(&Remark::Grey),
                grey,
                "{}",
                concept.code()
            );
            asked += 1;
        }
        assert!(asked > 13_000, "{id}");
    }
}

#[test]
fn clinical_codes_follow_the_map_and_come_back_where_it_is_one_to_one() {
    for (id, map) in [(DIAGNOSES, DIAGNOSIS_MAP), (PROCEDURES, PROCEDURE_MAP)] {
        let unifier = unifier(id);
        let map = Codes::embedded().map(map).expect("a map of the program");
        let (mut exact, mut broader) = (0, 0);
        for (source, target) in map.rows() {
            let Some(target) = target else { continue };
            let there = unifier.answer(&quick(source).from(Source::Clinical));
            let code = there.decided().expect("the map decides");
            assert_eq!((&*code.code, code.means), (target, Means::Map));
            let back = unifier.answer(&Question {
                limit: 100,
                ..quick(target).back()
            });
            if map.sources_of(target) == [source] {
                assert_eq!(there.verdict, Verdict::Exact, "{source}");
                assert_eq!(back.verdict, Verdict::Exact, "{source}");
                assert_eq!(back.candidates[0].code, source);
                exact += 1;
            } else {
                assert_eq!(there.verdict, Verdict::Broader, "{source}");
                assert!(
                    back.candidates.iter().any(|way| way.code == source),
                    "{source}"
                );
                broader += 1;
            }
        }
        assert!(exact > 350 && broader > 150, "{id}: {exact} and {broader}");
    }
}

#[test]
fn every_name_of_the_insurance_edition_leads_to_its_code() {
    for id in [DIAGNOSES, PROCEDURES] {
        let unifier = unifier(id);
        // A sample: every name takes its time.
        for concept in unifier.system().concepts().iter().step_by(37) {
            let Some(name) = concept.name() else { continue };
            let answer = unifier.answer(&Question {
                likeness: false,
                ..Question::of("", name)
            });
            let found = answer
                .candidates
                .iter()
                .find(|found| found.code == concept.code());
            let only_grey = concept.status() == Status::Grey && found.is_none();
            let found = match found {
                Some(found) => found,
                None if only_grey => continue,
                None => panic!("{} {name} is not found: {answer:?}", concept.code()),
            };
            assert_eq!(found.score, Some(Score::ONE));
        }
    }
}

#[test]
fn codes_of_two_meanings_are_told() {
    let unifier = unifier(DIAGNOSES);
    let map = Codes::embedded()
        .map(DIAGNOSIS_MAP)
        .expect("a map of the program");
    let told = unifier.system().concepts().iter().filter(|concept| {
        let answer = unifier.answer(&quick(concept.code()));
        let two = |remark: &Remark| matches!(remark, Remark::TwoMeanings { .. });
        let two = answer.remarks.iter().any(two);
        if two {
            let mapped = map.translate(concept.code());
            assert!(matches!(mapped, Translation::To(_)), "{}", concept.code());
        }
        two
    });
    assert_eq!(told.count(), 249);
}

/// Verdict and first candidate of what people write.
#[test]
fn what_stands_in_records() {
    let check = |system: &str, code: &str, name: &str, verdict, first: &str| {
        let answer = unifier(system).answer(&Question::of(code, name));
        let found = answer.candidates.first().map_or("", |found| &found.code);
        assert_eq!(
            (answer.verdict, found),
            (verdict, first),
            "{code} {name}: {answer:#?}"
        );
    };
    let (dx, px) = (DIAGNOSES, PROCEDURES);
    check(dx, "ｋ35.800Ｘ001", "", Verdict::Exact, "K35.800x001");
    check(dx, "I10", "高血压", Verdict::Exact, "I10.x00");
    check(dx, "K35.9", "", Verdict::Broader, "K35.800x001");
    check(dx, "K35.900", "急性阑尾炎", Verdict::Exact, "K35.800x001");
    check(dx, "", "急性 阑尾炎", Verdict::Exact, "K35.800x001");
    check(dx, "K35.800x999", "", Verdict::Broader, "K35.800");
    check(dx, "", "某种世上没有的毛病", Verdict::None, "");
    check(dx, "XYZ", "", Verdict::None, "");
    // Words that say the same, from the packs: still only suggested.
    check(dx, "", "冠心病待查", Verdict::Suggested, "I25.103");
    check(dx, "", "双侧乳腺癌", Verdict::Suggested, "C50.900x005");
    check(px, "47.01", "腹腔镜下阑尾切除术", Verdict::Exact, "47.0100");
    check(px, "06.3100x002", "", Verdict::Exact, "06.3100x002");
}

#[test]
fn sides_and_degrees_are_not_mixed_up() {
    // 左 and 右 share nearly all characters; the one that fits comes first wherever both exist.
    let unifier = unifier(DIAGNOSES);
    let mut compared = 0;
    for concept in unifier.system().concepts() {
        let Some(name) = concept.name().filter(|name| name.contains('左')) else {
            continue;
        };
        let right = name.replace('左', "右");
        if unifier.system().by_name(&right).is_empty() || compared == 20 {
            continue;
        }
        compared += 1;
        // Written a little differently, so that only likeness is left.
        let written = format!("{right}待查");
        let answer = unifier.answer(&Question::of("", &written));
        assert_eq!(answer.verdict, Verdict::Suggested);
        let first = answer.candidates[0].name.as_deref().unwrap_or_default();
        assert_eq!(fold_name(first), fold_name(&right), "{written}");
        let left = answer
            .candidates
            .iter()
            .find(|found| found.code == concept.code());
        assert!(left.is_none_or(|left| left.opposed.is_some()), "{written}");
    }
    assert!(compared >= 5, "{compared}");
}

#[test]
fn a_hospital_adds_words_that_say_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let manifest = format!("{HOSPITAL}[system]\nid = \"icd-10\"\n");
    write(path, "my/pack.toml", &manifest);
    write(path, "my/tables/words.csv", "word,same_as\n尾巴炎,阑尾炎\n");
    let codes = Codes::load(&[path.to_path_buf()]).expect("a clean pack");
    let unifier = codes.unifier(DIAGNOSES).expect("a system of the program");
    let answer = unifier.answer(&Question::of("", "急性尾巴炎"));
    assert_eq!(answer.verdict, Verdict::Suggested, "a word never decides");
    let first = &answer.candidates[0];
    assert_eq!(
        (&*first.code, first.means),
        ("K35.800x001", Means::Reworded)
    );
    assert_eq!(first.score, Some(Score::ONE));

    let wrong = "word,same_as\n癌,\n癌,恶性肿瘤\n癌,恶性 肿瘤\n痔,痔\n";
    write(path, "my/tables/words.csv", wrong);
    let problems = Codes::load(&[path.to_path_buf()]).expect_err("mistakes");
    let places: Vec<_> = problems
        .iter()
        .map(|problem| (problem.line, problem.column))
        .collect();
    assert_eq!(places, [(2, 3), (4, 1), (5, 1)], "{problems:?}");
}
