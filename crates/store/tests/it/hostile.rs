//! Whatever a text contains, it comes back as it was and does nothing else.

use biaochi_store::{
    Certainty, Change, ChoiceFilter, ChoiceKey, Dimension, Filter, Order, Proposal, Recorded,
    Scope, Step,
};

use crate::place::{Place, on_both};
use crate::support::{HOSPITAL, actor, finding, key, sync};
use crate::worklist::correction;

on_both!(
    hostile_texts_come_back_as_they_were,
    hostile_keys_find_nothing
);

const TEXTS: &[&str] = &[
    "'; DROP TABLE worklist_item; --",
    "\" OR \"\"=\"",
    "$1 $2 ? ?1 :name @p",
    "\\'; \\x27 \\0 \\",
    "%_%",
    "{\"a\": [1, null]}",
    "新生儿\r\n\t体重",
    "\u{202e}反向\u{200b}零宽",
    "𠮷𡈽👩‍⚕️",
    "é e\u{301}",
    " 两端空格 ",
    "\u{1}\u{7f}\u{85}",
    "NULL",
    "",
];

async fn hostile_texts_come_back_as_they_were(place: &Place) {
    let store = place.store().await;
    let scope = Scope::one(HOSPITAL);
    let mut findings = Vec::new();
    for (number, text) in TEXTS.iter().enumerate() {
        let mut finding = finding(&format!("{number:02x}"), "CP001", text);
        finding.department = (*text).to_owned();
        finding.physician = (*text).to_owned();
        finding.coder = (*text).to_owned();
        finding.message = (*text).to_owned();
        finding.fields = vec![(*text).to_owned(), (*text).to_owned()];
        findings.push(finding);
    }
    sync(&store, 0, findings.clone()).await;
    for (number, (text, expected)) in TEXTS.iter().zip(&findings).enumerate() {
        let key = key(&expected.record_key, "CP001");
        let item = store.item(&scope, &key).await.unwrap();
        assert_eq!(&item.finding, expected);
        // As the value of a filter it finds its own item and no other.
        let filter = Filter {
            department: Some((*text).to_owned()),
            ..Filter::default()
        };
        let page = store
            .list(&scope, &filter, Order::Due, None, 100)
            .await
            .unwrap();
        assert_eq!(page.items, std::slice::from_ref(&item), "{text:?}");

        let note = Step::Note {
            text: (*text).to_owned(),
        };
        store
            .act(&scope, &actor("x", 1), &item.seen(), &note)
            .await
            .unwrap();
        let history = store.history(&scope, &key).await.unwrap();
        assert_eq!(history[1].note, *text);

        let mut correction = correction(&expected.record_key, 0, &[]);
        correction.changes = vec![Change {
            field: (*text).to_owned(),
            index: u32::MAX,
            before: Some(Recorded::Plain((*text).to_owned())),
            after: Some(Recorded::Sealed((*text).to_owned())),
        }];
        let (stored, _) = store
            .correct(&scope, &actor("x", 1), &correction)
            .await
            .unwrap();
        let read = store
            .corrections_of(&scope, HOSPITAL, &expected.record_key)
            .await
            .unwrap();
        assert_eq!(read, [stored]);
        assert_eq!(read[0].changes, correction.changes);

        let proposal = Proposal {
            key: ChoiceKey {
                organisation_code: HOSPITAL.to_owned(),
                system: "icd-10".to_owned(),
                source_code: format!("X{number}"),
                source_name: String::new(),
            },
            based_on: 0,
            target_code: "A00".to_owned(),
            certainty: Certainty::Certain,
            note: (*text).to_owned(),
        };
        let choice = store
            .choose(&scope, &actor("x", 1), &proposal)
            .await
            .unwrap();
        let read = store.choice_history(&scope, &choice.key).await.unwrap();
        assert_eq!(read[0].note, *text);
    }
    let counts = store
        .counts(&scope, &Filter::default(), Dimension::Department)
        .await
        .unwrap();
    assert_eq!(counts.len(), TEXTS.len());

    // PostgreSQL holds no U+0000; on both it becomes the replacement character.
    let mut finding = finding("nul", "CP001", "a\0b");
    finding.message = "前\0后".to_owned();
    findings.push(finding);
    sync(&store, 1, findings).await;
    let item = store.item(&scope, &key("nul", "CP001")).await.unwrap();
    assert_eq!(item.finding.message, "前\u{FFFD}后");
    assert_eq!(item.finding.values_hash, "a\u{FFFD}b");
}

async fn hostile_keys_find_nothing(place: &Place) {
    let store = place.store().await;
    sync(&store, 0, vec![finding("aa01", "CP001", "v")]).await;
    for text in TEXTS.iter().chain(&["a\0", "aa01' OR '1'='1"]) {
        let scope = Scope::one(*text);
        let everything = Filter::default();
        assert_eq!(store.count(&scope, &everything).await.unwrap(), 0);
        let filter = Filter {
            record_key: Some((*text).to_owned()),
            check_id: Some((*text).to_owned()),
            assignee: Some((*text).to_owned()),
            organisation_code: Some((*text).to_owned()),
            ..Filter::default()
        };
        assert_eq!(store.count(&Scope::All, &filter).await.unwrap(), 0);
        assert!(store.item(&Scope::All, &key(text, text)).await.is_err());
        let choices = ChoiceFilter {
            system: Some((*text).to_owned()),
            ..ChoiceFilter::default()
        };
        assert_eq!(store.choices(&Scope::All, &choices).await.unwrap(), []);
        let of = store.corrections_of(&Scope::All, text, text).await;
        assert_eq!(of.unwrap(), []);
    }
    assert_eq!(
        store.count(&Scope::All, &Filter::default()).await.unwrap(),
        1
    );
}
