//! What differs between layouts.

use crate::support::read;
use biaochi_ingest::ProblemKind;
use biaochi_records::{Decimal2, Field, Layout};
use jiff::civil::{date, datetime};

#[test]
fn n041_joins_hours_and_counts_months() {
    let text = "USERNAME,ZYCS,BAH,XB,NL,CSRQ,BZYZSNL,RYSJ,RYSJS,CYSJ,CYSJS,ZYZD,JBDM,RYBQ,QTZD8,JBDM8,\
                QTZD1,JBDM1,JBBM,SSJCZBM1,SSJCZRQ1,QKDJ1,QKYHLB1,LYFS,YZZY_YLJG,WSY_YLJG,SFZZYJH,ZFY\n\
                县医院,2,0007,2,0,20240101,2.5,20240305,8,20240309,,肺炎,J18.900,1,第八,E08.900,第一,\
                E01.900,R05.x00,96.7201,20240306,2,1,3,,镇卫生院,2,1234.50\n";
    let outcome = read("f.csv", text).expect("readable");
    assert_eq!(outcome.layouts, [Layout::N041]);
    let page = outcome.only();
    assert_eq!(page.organisation_code, "450100000", "given by the caller");
    assert_eq!(page.organisation_name, "县医院");
    assert_eq!(page.age_months, Some(Decimal2::from_hundredths(250)));
    assert_eq!((page.age_days, page.age_in_days()), (None, Some(64)));
    assert_eq!(page.admission_time, Some(datetime(2024, 3, 5, 8, 0, 0, 0)));
    assert_eq!(page.discharge_time, Some(datetime(2024, 3, 9, 0, 0, 0, 0)));
    let codes: Vec<&str> = page.diagnoses.iter().map(AsRef::as_ref).collect();
    assert_eq!(
        codes,
        ["J18.900", "E01.900", "E08.900"],
        "in number order, not in file order"
    );
    assert_eq!(page.outpatient_diagnosis_code, "R05.x00");
    let procedure = &page.procedures[0];
    assert_eq!(
        (&*procedure.incision_class, &*procedure.incision_healing),
        ("2", "1")
    );
    assert_eq!(procedure.joint_incision(), "4");
    assert_eq!(
        procedure.start_time.map(|time| time.date()),
        Some(date(2024, 3, 6))
    );
    assert_eq!(page.receiving_institution, "镇卫生院");
    assert_eq!(page.planned_readmission_31d, Some(true));
}

#[test]
fn tcm2019_gives_the_same_headings_other_meanings() {
    let text = "ZZJGDM,JGMC,USERNAME,ZYCS,BAH,XB,NL,RYSJ,RYSJ_S,CYSJ,CYSJ_S,SJZY,JBDM,JBBM,ZYZD_JBBM,\
                ZYZD_JBBM1,ZB_JBBM,ZZ1,ZZ_JBBM1,JBBM1,JBBM2,ZZYJH,YWGM,LYFS,ZFY,ZYZL\n\
                450100,中医院,u1,1,0007,1,70,2024-03-05 08:30:00,8,2024-03-09 10:00:00,11,4,A17.11,\
                M54.500,M51.202,I10.x00,A03.06.04.06,气滞血瘀,B03.02,W19,M80000/3,1,2,1,500,120.5\n";
    let outcome = read("f.csv", text).expect("readable");
    assert_eq!(outcome.layouts, [Layout::Tcm2019]);
    let page = outcome.only();
    assert_eq!(
        (&*page.organisation_name, &*page.login_name),
        ("中医院", "u1")
    );
    assert_eq!(page.outpatient_tcm_diagnosis_code, "A17.11");
    assert_eq!(page.outpatient_diagnosis_code, "M54.500");
    assert_eq!(page.principal_diagnosis(), "M51.202");
    assert_eq!(page.external_cause_code, "W19");
    assert_eq!(page.pathologies[0].code, "M80000/3");
    assert_eq!(page.tcm_patterns[0].name, "气滞血瘀");
    assert_eq!(page.planned_readmission_31d, Some(true), "1 is yes here");
    assert_eq!(
        page.charges.tcm_therapy,
        Some(Decimal2::from_hundredths(12_050))
    );
    assert_eq!(page.charges.tcm_treatment, None);
    assert_eq!(
        outcome.kinds(),
        [(2, Some(Field::DischargeTime), ProblemKind::Hour)],
        "the hour column contradicts the time"
    );
}

#[test]
fn cases_are_all_given_whatever_they_lack() {
    let text = "id,sex,age,age_days,weight,dept,los,leaving,icu_hours,dx,px,trans,status,drg\n\
                1,2,35,13076,,0903,6,1,0,T85.607|I21.210|T90.800x002,,0,分组成功,VT11\n\
                2,,x,,3250,ICU,0,5,12,A54.202+N51.0*,\"40.1100x007,99.2800\",1,失败,\n\
                3,1,1,,,,,,,,,,,\n";
    let outcome = read("cases.csv", text).expect("readable");
    assert_eq!(outcome.layouts, [Layout::Cases]);
    assert_eq!((outcome.records.len(), outcome.rejects.len()), (3, 0));
    let page = &outcome.records[0].1;
    assert_eq!(page.diagnoses.len(), 3);
    assert_eq!(
        (page.age_in_days(), page.translate_codes),
        (Some(13_076), Some(false))
    );
    assert_eq!(page.extensions[1], ("drg".into(), "VT11".into()));
    let page = &outcome.records[1].1;
    assert_eq!(
        (page.age_years, page.icu_hours, page.newborn_weight()),
        (None, Some(12), Some(3250))
    );
    let codes: Vec<&str> = page.procedures.iter().map(AsRef::as_ref).collect();
    assert_eq!(codes, ["40.1100x007", "99.2800"]);
    assert_eq!(page.discharge_department, "ICU");
    assert_eq!(
        outcome.kinds(),
        [(3, Some(Field::AgeYears), ProblemKind::NotANumber)]
    );
}
