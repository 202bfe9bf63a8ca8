//! A hospital's choices: chosen, confirmed, exported, imported again.

use biaochi_domain::{Language, Localized as _};
use biaochi_packs::codes::{DIAGNOSES, PROCEDURES};
use biaochi_store::{Certainty, ChoiceFilter, ChoiceKey, Review, Scope, StoreError};
use biaochi_terminology::unify::{Means, Question, Verdict};
use tempfile::TempDir;

use super::*;
use crate::worklist::WorklistError;
use crate::{Config, Workspace};

const HOSPITAL: &str = "TEST0001";

struct Place {
    _folder: TempDir,
    workspace: Workspace,
    content: Content,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = Workspace::init(folder.path(), Config::default()).expect("a workspace");
        Self {
            _folder: folder,
            workspace,
            content: Content::load(&[]).expect("the program's packs"),
        }
    }

    fn choose(&self, draft: &Draft) -> Result<Choice, UnifyError> {
        let scope = Scope::one(HOSPITAL);
        choose(&self.workspace, &self.content, &scope, "张编码", draft)
    }

    fn review(&self, key: &ChoiceKey, actor: &str, wanted: Review) -> Result<Choice, UnifyError> {
        let scope = Scope::one(HOSPITAL);
        review(&self.workspace, &scope, actor, key, None, (wanted, ""))
    }

    fn all(&self) -> Vec<Choice> {
        choices(&self.workspace, &Scope::All, &ChoiceFilter::default()).expect("choices")
    }

    fn exported(&self) -> String {
        let mut out = Vec::new();
        export(&self.content, &self.all(), &mut out).expect("memory is writable");
        String::from_utf8(out).expect("text")
    }

    fn import(&self, table: &str, as_reviewed: bool) -> ImportSummary {
        let (workspace, content) = (&self.workspace, &self.content);
        import(
            workspace,
            content,
            "李组长",
            None,
            as_reviewed,
            table.as_bytes(),
        )
        .expect("a table")
    }
}

fn draft(code: &str, name: &str, target: &str) -> Draft {
    Draft {
        key: ChoiceKey {
            organisation_code: HOSPITAL.to_owned(),
            system: DIAGNOSES.to_owned(),
            source_code: code.to_owned(),
            source_name: name.to_owned(),
        },
        target: target.to_owned(),
        certainty: Certainty::Certain,
        note: "院内习惯写法".to_owned(),
        seen: None,
    }
}

/// What is told about a code and name, with all that the hospital chose.
fn told(place: &Place, code: &str, name: &str) -> (Verdict, String, Means) {
    let question = Question::of(code, name);
    let told = ask(&place.content, &place.all(), &[DIAGNOSES], &question).expect("a system");
    let first = told[0].answer.candidates.first().expect("a candidate");
    (told[0].answer.verdict, first.code.to_string(), first.means)
}

#[test]
fn a_choice_counts_once_a_second_person_confirmed_it() {
    let place = Place::new();
    assert_eq!(place.all(), []);
    let store = place.workspace.root().join("store.sqlite");
    assert!(!store.exists(), "reading makes no store");

    let mine = draft("ZYB-7", "阑尾小脓包", "ｋ35.300");
    let chosen = place.choose(&mine).expect("stored");
    assert_eq!((chosen.version, &*chosen.target_code), (1, "K35.300"));
    let proposed = (Verdict::Suggested, "K35.300".to_owned(), Means::Proposed);
    assert_eq!(told(&place, "ZYB-7", "阑尾小脓包"), proposed);

    let same = place.review(&mine.key, "张编码", Review::Confirmed);
    assert!(matches!(same, Err(UnifyError::SamePerson { .. })));
    let confirmed = place
        .review(&mine.key, "李组长", Review::Confirmed)
        .expect("stored");
    assert_eq!(&*confirmed.note, "院内习惯写法");
    let confirmed = (Verdict::Exact, "K35.300".to_owned(), Means::Confirmed);
    assert_eq!(told(&place, "zyb-7", "阑尾 小脓包"), confirmed);
    let again = place.review(&mine.key, "王主任", Review::Confirmed);
    assert!(matches!(again, Err(UnifyError::Already { .. })));

    place
        .review(&mine.key, "王主任", Review::Withdrawn)
        .expect("stored");
    let question = Question {
        likeness: false,
        ..Question::of("ZYB-7", "阑尾小脓包")
    };
    let forgotten = ask(&place.content, &place.all(), &[DIAGNOSES], &question).expect("a system");
    assert_eq!(forgotten[0].answer.verdict, Verdict::None);
    let versions = history(&place.workspace, &Scope::All, &mine.key).expect("history");
    assert_eq!(versions.len(), 3);
}

#[test]
fn what_cannot_be_chosen_is_told() {
    let place = Place::new();
    let padded = place.choose(&draft("X", "", "K35.9"));
    let error = padded.expect_err("no insurance code");
    let text = error.text(Language::Zh);
    assert!(
        text.contains("K35.9") && text.contains("K35.800x001"),
        "{text}"
    );
    let mut unknown = draft("X", "", "K35.200");
    unknown.key.system = "icd-11".to_owned();
    let error = place.choose(&unknown).expect_err("no system");
    assert!(error.text(Language::Zh).contains(PROCEDURES));
    let stale = Draft {
        seen: Some(4),
        ..draft("X", "", "K35.200")
    };
    let error = place.choose(&stale).expect_err("no such version");
    let UnifyError::Store(WorklistError::Store(StoreError::Conflict {
        expected, found, ..
    })) = error
    else {
        panic!("{error:?}")
    };
    assert_eq!((expected, found), (4, 0));
    let nobody = place.review(&draft("X", "", "").key, "李组长", Review::Confirmed);
    assert!(nobody.is_err());
}

#[test]
fn a_table_comes_back_as_it_went() {
    let place = Place::new();
    for (code, name, target) in [
        ("ZYB-7", "阑尾小脓包", "K35.300"),
        ("", "=急阑, \"旧称\"", "K35.200"),
        ("K35.900x9", "", "K35.301"),
    ] {
        place.choose(&draft(code, name, target)).expect("stored");
    }
    let key = draft("ZYB-7", "阑尾小脓包", "").key;
    place
        .review(&key, "李组长", Review::Confirmed)
        .expect("stored");
    let table = place.exported();
    assert!(!table.contains("\n=") && !table.contains(",=") && !table.contains("\"="));

    let again = place.import(&table, true);
    assert_eq!((again.rows, again.unchanged), (3, 3), "{again:?}");
    assert_eq!(
        place.exported(),
        table,
        "an import of what is stored changes nothing"
    );

    // In another workspace the same choices, which a second person still has to confirm, or not.
    for (as_reviewed, confirmed) in [(false, 0), (true, 1)] {
        let other = Place::new();
        let done = other.import(&format!("\u{feff}{table}"), as_reviewed);
        let expected = (3, 1 - confirmed, confirmed);
        assert_eq!(
            (done.added, done.unreviewed, done.reviewed),
            expected,
            "{done:?}"
        );
        let own = other.all();
        let pairs = |choices: &[Choice]| {
            let pairs = choices.iter();
            let pairs = pairs.map(|choice| (choice.key.clone(), choice.target_code.clone()));
            pairs.collect::<Vec<_>>()
        };
        assert_eq!(pairs(&own), pairs(&place.all()));
        let is_confirmed = |choice: &&Choice| choice.review == Review::Confirmed;
        assert_eq!(own.iter().filter(is_confirmed).count() as u64, confirmed);
    }
}

#[test]
fn faulty_rows_are_told_and_the_others_taken_in() {
    let place = Place::new();
    place.choose(&draft("A", "", "K35.200")).expect("stored");
    let table = "机构代码,编码体系,原编码,原名称,医保版编码,把握,审核,版本\n\
                 TEST0001,icd-10,B,,K35.301,确定,待审核,\n\
                 ,icd-10,C,,K35.301,,,\n\
                 TEST0001,icd-11,C,,K35.301,,,\n\
                 TEST0001,icd-10,C,,K35.9,,,\n\
                 TEST0001,icd-10,C,,K35.301,也许,,\n\
                 TEST0001,icd-10,C,,K35.301,,,三\n\
                 TEST0001,icd-10,A,,K35.301,,,\n\
                 TEST0001,icd-10,B,,K36.x02,,,\n\
                 TEST0001,icd-10,,,K35.301,,,\n\
                 TEST0001,icd-10,D\n\
                 TEST0001,icd-10,E,,K36.x02,likely,,\n";
    let done = place.import(table, false);
    assert_eq!(
        (done.rows, done.added, done.faults.len()),
        (11, 2, 9),
        "{done:?}"
    );
    let told: Vec<String> = done
        .faults
        .iter()
        .map(|fault| fault.text(Language::Zh))
        .collect();
    let expected = [
        "第 3 行：没有机构代码",
        "第 4 行：编码体系不能是“icd-11”",
        "第 5 行：“K35.9”不是 icd-10 医保版的编码",
        "第 6 行：把握不能是“也许（可用：确定",
        "第 7 行：版本“三”不是数字",
        "第 8 行：已有第 1 版，指向 K35.200",
        "第 9 行：与第 2 行的编码和名称相同",
        "第 10 行：",
        "第 11 行：“”不是 icd-10 医保版的编码",
    ];
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.starts_with(expected), "{told} {expected}");
    }
    // With the version that is replaced, the row counts.
    let table = "system,source_code,target_code,organisation_code,version\n\
                 icd-10,A,K35.301,TEST0001,1\n";
    assert_eq!(place.import(table, false).changed, 1);
    let stored = place.all();
    let targets = stored
        .iter()
        .map(|choice| (&*choice.key.source_code, &*choice.target_code));
    let targets: Vec<_> = targets.collect();
    assert_eq!(
        targets,
        [("A", "K35.301"), ("B", "K35.301"), ("E", "K36.x02")]
    );
    let likely = stored[2].certainty;
    assert_eq!(likely, Certainty::Likely);
}

#[test]
fn tables_that_are_none_are_told() {
    let place = Place::new();
    let read = |bytes: &[u8]| {
        let (workspace, content) = (&place.workspace, &place.content);
        let error = import(workspace, content, "x", None, false, bytes).expect_err("no table");
        error.text(Language::Zh)
    };
    assert!(read(b"a,b\n1,2\n").contains("编码体系、原编码、医保版编码"));
    assert!(read(b"").contains("缺少列"));
    assert!(read(&[0xbb, 0xfa, 0xb9, 0xb9]).contains("UTF-8"));
    assert_eq!(place.all(), []);
}
