//! Each verdict, on a few codes made like the national ones.

use super::*;
use crate::concept::{Concept, Edition, Kind, Status};

fn system() -> CodeSystem {
    let mut builder = CodeSystem::builder("icd-10", "测试", Kind::Diagnosis);
    for (code, name, edition) in [
        ("K35.800", "急性阑尾炎，其他的", Edition::Both),
        ("K35.800x001", "急性阑尾炎", Edition::Both),
        ("K35.900", "急性阑尾炎，未特指", Edition::Both),
        ("K35.901", "急性化脓性阑尾炎", Edition::Both),
        ("K35.902", "急性坏疽性阑尾炎", Edition::Both),
        ("K36.x00", "慢性阑尾炎", Edition::Both),
        ("K36.x01", "", Edition::Clinical),
        ("K40.901", "左侧腹股沟疝", Edition::Insurance),
        ("K40.902", "右侧腹股沟疝", Edition::Insurance),
        ("K40.903", "", Edition::Clinical),
        ("K40.904", "", Edition::Clinical),
        ("K40.905", "", Edition::Clinical),
        ("K99.000", "本院疝", Edition::Local),
        // Both editions have it, the clinical one with the meaning of K35.901.
        ("K37.x00", "阑尾炎", Edition::Both),
    ] {
        builder.add(Concept::new(code, name, edition));
    }
    builder.add_name("K35.901", "化脓性阑尾炎", "某医院");
    builder.set_status("K35.900", Status::Grey);
    builder.build()
}

fn map() -> ConceptMap {
    let mut map = ConceptMap::new("test", "测试");
    for code in ["K35.800", "K35.800x001", "K35.900", "K35.901", "K35.902"] {
        map.insert(code, None);
    }
    map.insert("K36.x00", None);
    map.insert("K36.x01", Some("K36.x00"));
    map.insert("K37.x00", Some("K35.901"));
    map.insert("K40.903", Some("K40.902"));
    map.insert("K40.904", Some("K40.901"));
    map.insert("K40.905", Some("K40.901"));
    map.insert("K99.000", Some("K40.902"));
    map
}

/// Verdict, then code, relation and means of each candidate.
fn told(answer: &Answer) -> String {
    let mut told = answer.verdict.code().to_owned();
    for candidate in &answer.candidates {
        let (relation, means) = (candidate.relation.code(), candidate.means.code());
        told += &format!(" | {} {relation} {means}", candidate.code);
    }
    told
}

#[track_caller]
fn check(question: &Question<'_>, choices: &[Choice], expected: &str) -> Answer {
    let (system, map) = (system(), map());
    let unifier = Unifier::new(&system, Some(&map)).with_choices(choices.to_vec());
    let answer = unifier.answer(question);
    assert_eq!(told(&answer), expected, "{question:?}");
    answer
}

#[test]
fn codes_of_the_edition_stay() {
    check(
        &Question::of("K35.901", ""),
        &[],
        "exact | K35.901 exact same-code",
    );
    let answer = check(
        &Question::of("ｋ35.901", "急性化脓性阑尾炎"),
        &[],
        "exact | K35.901 exact same-code",
    );
    assert_eq!(answer.candidates[0].score, Some(Score::ONE));
    let code = "K35.901".into();
    assert_eq!(answer.remarks, [Remark::Respelled { code }]);
}

#[test]
fn the_map_leads_to_the_same_or_to_something_broader() {
    // Two clinical codes lead to one insurance code: less is said.
    check(
        &Question::of("K40.904", ""),
        &[],
        "broader | K40.901 broader map",
    );
    check(
        &Question::of("K40.904", "左侧腹股沟疝"),
        &[],
        "exact | K40.901 exact map",
    );
    check(
        &Question::of("K36.x01", "").from(Source::Clinical),
        &[],
        "broader | K36.x00 broader map",
    );
    check(
        &Question::of("K99.000", "本院疝"),
        &[],
        "broader | K40.902 broader map",
    );
}

#[test]
fn a_code_of_two_meanings_is_translated_only_where_the_edition_is_known() {
    let answer = check(
        &Question::of("K37.x00", ""),
        &[],
        "exact | K37.x00 exact same-code | K35.901 broader map",
    );
    let as_clinical = "K35.901".into();
    assert_eq!(answer.remarks, [Remark::TwoMeanings { as_clinical }]);
    check(
        &Question::of("K37.x00", "").from(Source::Clinical),
        &[],
        "broader | K35.901 broader map",
    );
}

#[test]
fn a_grey_code_shows_the_finer_ones() {
    let answer = check(
        &Question::of("K35.900", "坏疽性阑尾炎"),
        &[],
        "exact | K35.900 exact same-code | K35.902 narrower code-below | K35.901 narrower code-below",
    );
    assert!(answer.remarks.contains(&Remark::Grey));
    assert!(answer.candidates[0].grey);
}

#[test]
fn short_and_long_codes_find_their_place() {
    check(
        &Question::of("K36", ""),
        &[],
        "exact | K36.x00 exact padded-code",
    );
    check(
        &Question::of("K40.9", ""),
        &[],
        "one-to-many | K40.901 narrower code-below | K40.902 narrower code-below",
    );
    check(
        &Question::of("K35.902x009", ""),
        &[],
        "broader | K35.902 broader code-above",
    );
    check(&Question::of("Z99.900", ""), &[], "none");
    check(&Question::of("?", "—"), &[], "none");
    check(&Question::of("", ""), &[], "none");
}

#[test]
fn names_lead_to_codes() {
    check(
        &Question::of("", "慢性 阑尾炎"),
        &[],
        "exact | K36.x00 exact name",
    );
    check(
        &Question::of("", "化脓性阑尾炎"),
        &[],
        "exact | K35.901 exact other-name",
    );
    // The hospital's own name, through its code and the map.
    check(
        &Question::of("", "本院疝"),
        &[],
        "broader | K40.902 broader name",
    );
    let answer = check(
        &Question::of("K35.7", "慢性阑尾炎"),
        &[],
        "exact | K36.x00 exact name",
    );
    assert_eq!(answer.remarks, [Remark::OtherCategory]);
}

#[test]
fn likeness_only_suggests_and_words_that_exclude_each_other_fall_behind() {
    let answer = check(
        &Question::of("", "右侧腹股沟疝气"),
        &[],
        "suggested | K40.902 alike likeness | K40.901 alike likeness",
    );
    assert_eq!(answer.decided(), None);
    let [right, left] = &answer.candidates[..] else {
        panic!("two")
    };
    assert!(right.score > left.score && left.score >= Some(LEAST_ALIKE));
    assert_eq!(left.opposed, Some(("右".into(), "左".into())));
    let without = Question {
        likeness: false,
        ..Question::of("", "右侧腹股沟疝气")
    };
    check(&without, &[], "none");
}

#[test]
fn a_name_that_contradicts_the_code_is_told() {
    let answer = check(
        &Question::of("K40.903", "慢性阑尾炎"),
        &[],
        "broader | K40.902 broader map | K36.x00 exact name",
    );
    assert!(matches!(answer.remarks[..], [Remark::NameDiffers { .. }]));
}

fn choice(code: &str, name: &str, target: &str, confirmed: bool) -> Choice {
    Choice {
        code: code.to_owned(),
        name: name.to_owned(),
        target: target.to_owned(),
        confirmed,
        same: true,
    }
}

#[test]
fn a_confirmed_choice_decides_and_a_proposed_one_is_a_candidate() {
    let question = Question::of("K35.900", "阑尾脓肿");
    let confirmed = choice("K35.900", "阑尾脓肿", "K35.902", true);
    check(
        &question,
        std::slice::from_ref(&confirmed),
        "exact | K35.902 exact confirmed-choice",
    );
    let nearest = Choice {
        same: false,
        ..confirmed
    };
    check(
        &question,
        &[nearest],
        "nearest | K35.902 nearest confirmed-choice",
    );
    let proposed = choice("", "阑尾脓肿", "K35.902", false);
    check(
        &Question::of("", "阑尾脓肿"),
        &[proposed],
        "suggested | K35.902 exact proposed-choice",
    );
    let gone = choice("K35.901", "", "K35.999", true);
    let answer = check(
        &Question::of("K35.901", ""),
        &[gone],
        "exact | K35.901 exact same-code",
    );
    let code = "K35.999".into();
    assert_eq!(answer.remarks, [Remark::ChoiceGone { code }]);
}

#[test]
fn back_to_the_clinical_edition() {
    check(
        &Question::of("K35.902", "").back(),
        &[],
        "exact | K35.902 exact map",
    );
    check(
        &Question::of("K36.x00", "").back(),
        &[],
        "exact | K36.x00 exact map | K36.x01 narrower map",
    );
    let answer = check(
        &Question::of("K40.901", "").back(),
        &[],
        "one-to-many | K40.904 narrower map | K40.905 narrower map",
    );
    assert_eq!(answer.candidates[0].name, None);
    check(
        &Question::of("", "左侧腹股沟疝").back(),
        &[],
        "one-to-many | K40.904 narrower name | K40.905 narrower name",
    );
    let own = choice("FS-1", "", "K40.901", true);
    check(
        &Question::of("K40.901", "").back(),
        std::slice::from_ref(&own),
        "one-to-many | K40.904 narrower map | K40.905 narrower map | FS-1 exact confirmed-choice",
    );
    check(
        &Question::of("K36.x01", "").back(),
        &[],
        "exact | K36.x01 exact same-code",
    );
}

#[test]
fn no_more_candidates_than_asked_for() {
    let question = Question {
        limit: 1,
        ..Question::of("K40.9", "")
    };
    let answer = check(&question, &[], "one-to-many | K40.901 narrower code-below");
    assert_eq!(answer.remarks, [Remark::More { left_out: 1 }]);
}
