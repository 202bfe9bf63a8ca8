//! Each mend changes what it claims: a stay before and after it.

use std::collections::BTreeSet;

use biaochi_packs::{SchemeStatus, library, schemes};

use crate::cases::{all_stays, group, scheme};

/// `mend`: a piece of the text of the mend in `pack.toml`.
#[track_caller]
fn check(id: &str, mend: &str, stay: &str, before: &str, after: &str) {
    let mended = format!("{id}-mended");
    let info = library().scheme(&mended).unwrap();
    let listed = info.mends.iter().any(|listed| listed.what.contains(mend));
    assert!(listed, "{mended} lists no mend “{mend}”");
    let fields: Vec<&str> = stay.split(',').collect();
    assert_eq!(group(scheme(id), &fields)[3], before, "{id}: {stay}");
    assert_eq!(
        group(scheme(&mended), &fields)[3],
        after,
        "{mended}: {stay}"
    );
}

#[test]
fn national_1_0_and_wuhan_have_their_lists_back() {
    let lists = "PB1、PC1、PJ1 恢复手术表，PT1 恢复诊断表";
    for (id, well, burn, premature) in [
        ("chs_drg_10", "PU19", "WZ15", "PS15"),
        ("wuhan_2022", "PU15", "WZ15", "PS19"),
    ] {
        check(id, lists, "2,0,2,3553,1500,6,1,0,P35.100,,0", "PB19", well);
        check(
            id,
            lists,
            "1,0,27,1000,1508,4,1,0,P07.002,,0",
            "PB19",
            premature,
        );
        check(
            id,
            lists,
            "1,0,2,4074,1108,6,1,0,P26.100,48.0x04,0",
            "PB19",
            "PC19",
        );
        check(
            id,
            lists,
            "1,0,28,2533,0904,2,1,0,P13.800,58.5x00,0",
            "PB19",
            "PJ19",
        );
        check(
            id,
            lists,
            "2,0,0,2499,1503,10,3,0,P07.300,,0",
            "PB19",
            "PT19",
        );
        check(
            id,
            "WB1 恢复",
            "1,61,,,1502,3,4,0,T95.800x006,,0",
            "WB15",
            burn,
        );
        check(
            id,
            "YC1 恢复",
            "2,47,,,0306,4,2,0,B20.004,,0",
            "YC15",
            "YR15",
        );
        check(
            id,
            "YC1 恢复",
            "1,38,,,0807,3,1,0,Z20.600,,0",
            "YC15",
            "YR29",
        );
    }
}

#[test]
fn national_2_0_leaves_men_in_their_category() {
    check(
        "chs_drg_20",
        "NQY",
        "1,50,,0,0309,4,1,0,Q51.801,,0",
        "MQY",
        "NQY",
    );
}

#[test]
fn covered_rules_come_first() {
    let order = "细分规则次序";
    check(
        "liaocheng_2022",
        order,
        "1,0,5,0,0901,3,1,0,G12.800|T50.900,04.4207,0",
        "BB25",
        "BB21",
    );
    check(
        "liaocheng_2022",
        order,
        "1,81,,,0703,3,1,0,I60.602|T67.002,,0",
        "BR15",
        "BR11",
    );
    check(
        "wlmq_2022",
        order,
        "2,6,,,0901,7,1,0,D37.019|S06.300x021,,0",
        "DR13",
        "DR11",
    );
    check(
        "changzhou_2022",
        order,
        "2,58,21382,,1503,4,2,0,I69.100x001|Q74.800x501,51.8400x001|55.2400,0",
        "BR15",
        "BR17",
    );
    check(
        "changzhou_2022",
        order,
        "1,4,1515,,0803,5,1,0,G40.000,,0",
        "BV15",
        "BV16",
    );
    check(
        "beijing_2022",
        order,
        "2,1,504,,0901,5,1,0,H21.507|Y42.400,15.2100,0",
        "CD19",
        "CD1D",
    );
    check(
        "beijing_2022",
        order,
        "2,4,1762,,0408,4,4,0,M02.800|M02.900,,0",
        "IT25",
        "IT2C",
    );
    check(
        "foshan_2022",
        order,
        "2,66,24163,,1203,245,1,0,F03.x01,,0",
        "BX15",
        "BX18",
    );
    check(
        "foshan_2022",
        "LF11",
        "1,15,5716,,0703,4,1,0,N34.202,39.9300,0",
        "LF11",
        "LF15",
    );
    check(
        "zhejiang_2022",
        order,
        "2,66,,0,ICU,20,1,0,I61.004,,0",
        "BR15",
        "BR19",
    );
    check(
        "hefei_2023",
        order,
        "1,0,3,999,0808,3,1,0,P07.300,,0",
        "PS15",
        "PS1Z",
    );
}

#[test]
fn hefei_groups_premature_children_by_weight() {
    check(
        "hefei_2023",
        "恢复体重段",
        "1,0,27,1999,0509,6,1,0,P07.200x021,,0",
        "PS15",
        "PS25",
    );
    check(
        "hefei_2023",
        "恢复体重段",
        "2,0,0,2499,1503,10,3,0,P07.300,,0",
        "PS15",
        "PS35",
    );
    check(
        "hefei_2023",
        "恢复体重段",
        "2,0,0,2500,0704,6,3,0,P07.200,,0",
        "PS15",
        "PS45",
    );
}

#[test]
fn changzhou_and_chongqing_ask_for_surgery_and_infection() {
    check(
        "changzhou_2022",
        "MDCS",
        "2,6,,,0305,5,1,0,F66.900|T85.400,77.4701|37.6000,0",
        "SB10",
        "TB19",
    );
    check(
        "changzhou_2022",
        "MDCS",
        "1,9,3575,,0707,3,1,0,T32.600|N06.900,86.6901,0",
        "SB10",
        "WB15",
    );
    check(
        "changzhou_2022",
        "YC1",
        "1,36,,,1500,7,1,0,R75.x00x001,,0",
        "YC19",
        "YR29",
    );
    check(
        "chongqing_2022",
        "YC1",
        "1,36,,,1500,7,1,0,R75.x00x001,,0",
        "YC15",
        "YR25",
    );
}

#[test]
fn transplants_enter_the_pre_mdc() {
    check(
        "beijing_2022",
        "MDCA",
        "2,24,,,0308,10,1,0,Y84.300x001,41.0600,0",
        "0000",
        "AG15",
    );
    check(
        "wuxi_2022",
        "MDCA",
        "1,90,32919,,0806,4,1,0,D64.800,41.0100,0",
        "0000",
        "AG29",
    );
}

#[test]
fn beijing_burns_and_exclusions() {
    check(
        "beijing_2022",
        "WB1",
        "2,80,29368,,0400,12,1,0,T32.700,86.6906,0",
        "WC19",
        "WB19",
    );
    check(
        "beijing_2022",
        "7 个主要诊断",
        "1,40,14633,,0408,3,1,0,N45.001|N41.101|N41.200,61.4201,0",
        "MD13",
        "MD15",
    );
}

#[test]
fn infants_of_a_month_and_more_have_their_group() {
    check(
        "suzhou_2023",
        "PV1",
        "2,0,29,,0908,1,1,0,P61.401,,0",
        "0000",
        "PV19",
    );
    check(
        "wuxi_2022",
        "PV1",
        "2,0,90,,0901,2,1,0,P59.902|T83.501,,0",
        "0000",
        "PV13",
    );
}

#[test]
fn an_invisible_mark_hides_no_complication() {
    let typhoid =
        "2,73,26733,,1505,17,1,0,A52.006+I39.8*|A01.100|O69.001|A48.801,38.4801|37.6200x002,0";
    for id in ["suzhou_2023", "taizhou_2022"] {
        check(id, "A01.100", typhoid, "FF33", "FF31");
    }
    let typhoid = "2,71,26005,,0306,2,1,0,S35.902|D16.407|A01.100|B33.000,91.8300,0";
    check("wuxi_2022", "A01.100", typhoid, "FZ15", "FZ11");
}

#[test]
fn zhejiang_has_its_lists_back() {
    check(
        "zhejiang_2022",
        "EW19",
        "1,71,26059,,1502,4,1,0,J90.x00,,0",
        "EW15",
        "EW19",
    );
    check(
        "zhejiang_2022",
        "AC1",
        "2,70,,,0409,12,1,0,F80.203,52.8300,0",
        "AC19",
        "AD19",
    );
    check(
        "zhejiang_2022",
        "AC1",
        "2,46,,,0703,14,1,120,N02.702,55.6901,0",
        "AC19",
        "AE19",
    );
    check(
        "zhejiang_2022",
        "FB2",
        "1,51,,,0409,7,1,0,I21.103,35.0900,0",
        "FB25",
        "FB35",
    );
    check(
        "zhejiang_2022",
        "FC1、FC2",
        "1,62,,,0302,9,1,121,I80.302,36.1200,0",
        "FC19",
        "FC35",
    );
    check(
        "zhejiang_2022",
        "FL1",
        "2,61,,0,0507,11,1,0,I30.801,37.3404,0",
        "FL19",
        "FL29",
    );
    check(
        "zhejiang_2022",
        "WB1",
        "1,61,,0,1203,4,1,0,T22.000x001,86.6101,0",
        "WB15",
        "WC19",
    );
    check(
        "zhejiang_2022",
        "DA1",
        "1,51,,,1108,5,1,0,C02.000x002|I47.105,40.4000,0",
        "0000",
        "DA15",
    );
    check(
        "zhejiang_2022",
        "RB1",
        "2,73,,0,1202,4,1,0,C91.000,99.2506,0",
        "RE15",
        "RB15",
    );
}

#[test]
fn damaged_schemes_recommend_their_mended_ones() {
    let schemes = schemes();
    assert_eq!(schemes.len(), 46);
    for info in &schemes {
        let mended = format!("{}-mended", info.id);
        match info.status {
            SchemeStatus::Published => assert_eq!(info.recommended, info.id),
            SchemeStatus::Damaged => {
                assert_eq!(info.recommended, mended);
                assert!(info.warning().is_some());
                for damage in &info.damages {
                    assert!(!damage.effect.is_empty(), "{}: {}", info.id, damage.what);
                }
            }
            SchemeStatus::Mended => {
                assert_eq!(info.recommended, info.id);
                assert!(!info.mends.is_empty());
                let plain = info.base.as_deref().unwrap();
                let plain = schemes.iter().find(|other| other.id == plain).unwrap();
                assert_eq!(plain.status, SchemeStatus::Damaged);
            }
        }
    }
}

/// The mends open groups that no stay reached: over the 38,400 labelled stays of all schemes, the
/// mended scheme gives every group that the plain one gives, and these many more.
#[test]
fn formerly_unreached_groups_are_reached() {
    let stays = all_stays();
    let expected = [
        ("beijing_2022", 8),
        ("changzhou_2022", 30),
        ("chongqing_2022", 3),
        ("chs_drg_10", 28),
        ("foshan_2022", 5),
        ("hefei_2023", 10),
        ("liaocheng_2022", 150),
        ("suzhou_2023", 1),
        ("wlmq_2022", 1),
        ("wuhan_2022", 20),
        ("wuxi_2022", 4),
        ("zhejiang_2022", 18),
    ];
    for (id, least) in expected {
        let reached = |id: &str| -> BTreeSet<&str> {
            stays
                .iter()
                .map(|fields| group(scheme(id), fields)[3])
                .collect()
        };
        let (before, after) = (reached(id), reached(&format!("{id}-mended")));
        let gone: Vec<&&str> = before.difference(&after).collect();
        assert!(gone.is_empty(), "{id}: no longer reached: {gone:?}");
        let new = after.difference(&before).count();
        assert!(new >= least, "{id}: only {new} new groups");
    }
}
