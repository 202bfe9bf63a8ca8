//! Diagnoses: which may come first, which go together.

use super::{Case, Rule};

pub(crate) const RULES: &[Rule] = &[
    ("named_and_present", |case| {
        case.page.diagnoses.iter().any(|diagnosis| {
            diagnosis.code.is_empty()
                || diagnosis.name.is_empty()
                || !["1", "2", "3", "4"].contains(&diagnosis.present_on_admission.as_str())
        })
    }),
    ("principal_present_on_admission", |case| {
        case.page.diagnoses[0].present_on_admission == "4"
    }),
    ("outpatient_diagnosis", |case| {
        case.page.outpatient_diagnosis_code.is_empty()
            || case.page.outpatient_diagnosis_name.is_empty()
    }),
    ("duplicates", |case| {
        (1..case.codes.len()).any(|at| case.codes[..at].contains(&case.codes[at]))
    }),
    ("principal_cause", |case| {
        case.principal().starts_with(['V', 'W', 'X', 'Y', 'U'])
    }),
    ("principal_asterisk", |case| {
        case.principal().ends_with('*') && !case.principal().contains('+')
    }),
    ("principal_organism_or_outcome", |case| {
        begins(case.principal(), &["B95", "B96", "B97", "Z37"])
    }),
    ("principal_delivery", |case| {
        // O26.9 is how weeks of gestation are coded.
        begins(case.principal(), &DELIVERIES)
            && case.codes.iter().any(|code| {
                code.starts_with('O') && !begins(code, &DELIVERIES) && !code.starts_with("O26.9")
            })
    }),
    ("principal_late_effect", |case| {
        let category = &case.principal()[..3];
        ("B90"..="B94").contains(&category)
            || ("T90"..="T98").contains(&category)
            || ["E64", "E68", "G09", "I69", "O94", "O97"].contains(&category)
    }),
    ("principal_history", |case| {
        ("Z80"..="Z99").contains(&&case.principal()[..3])
    }),
    ("principal_symptom", |case| {
        case.principal().starts_with('R')
            && case.codes.iter().any(|code| !code.starts_with(['R', 'Z']))
    }),
    ("principal_tumour_of_chemotherapy", |case| {
        let tumour =
            case.principal().starts_with('C') || ("D00".."D49").contains(&case.principal());
        let therapy = |code: &&str| begins(code, &["99.25", "99.28", "92.2"]);
        tumour && !case.procedures.is_empty() && case.procedures.iter().all(therapy)
    }),
    ("chemotherapy_with_operation", |case| {
        begins(case.principal(), &["Z51.0", "Z51.1"])
            && case.procedures.iter().any(|code| super::is_surgery(code))
    }),
    ("chemotherapy_coded", |case| {
        case.principal().starts_with("Z51.1") && !case.done(&["99.25"])
            || case.principal().starts_with("Z51.0") && !case.done(&["92.2"])
    }),
    ("principal_of_infarction", |case| {
        begins(case.principal(), &["I25.103", "I20.000"]) && case.any(&["I21"])
    }),
    ("asterisk_alone", |case| {
        let asterisk = case.codes.iter().any(|code| code.ends_with('*'));
        asterisk && !case.codes.iter().any(|code| code.contains('+'))
    }),
    ("diabetes", |case| {
        let types = ["E10", "E11", "E12", "E13", "E14"];
        types.iter().filter(|kind| case.any(&[kind])).count() > 1
    }),
    ("hypertension", |case| {
        together(case, &["I10"], &["I11", "I12", "I13", "I15"])
    }),
    ("delivery_ways", |case| {
        case.any(&["O80"])
            && (case.any(&["O81", "O82", "O83", "O84"])
                || case.done(&["74.0", "74.1", "74.2", "74.4", "74.9"]))
    }),
    ("delivery_complete", |case| {
        let parts = [
            case.any(&["Z37"]),
            case.any(&DELIVERIES),
            case.any(&["O26.9"]),
        ];
        parts.contains(&true) && parts.contains(&false)
    }),
    ("delivery_outcome_once", |case| {
        case.codes
            .iter()
            .filter(|code| code.starts_with("Z37"))
            .count()
            > 1
    }),
    ("delivery_procedure", |case| {
        case.any(&DELIVERIES) && !case.done(&["72", "73", "74", "75"])
    }),
    ("caesarean_procedure", |case| {
        case.any(&["O82", "O84.2"]) != case.done(&["74.1"])
    }),
    ("forceps_procedure", |case| {
        case.any(&["O81"]) != case.done(&["72."])
    }),
    ("external_cause", |case| {
        let injured = case.principal().starts_with(['S', 'T']);
        injured
            && (case.page.external_cause_code.is_empty()
                || case.page.external_cause_name.is_empty())
    }),
    ("external_cause_without_injury", |case| {
        !case.page.external_cause_code.is_empty() && !case.any(&["S", "T"])
    }),
    ("external_cause_code", |case| {
        let code = &case.page.external_cause_code;
        !code.is_empty() && !code.starts_with(['V', 'W', 'X', 'Y'])
    }),
    ("pathology", |case| {
        let tumour =
            case.principal().starts_with('C') || ("D00".."D49").contains(&case.principal());
        let complete = case.page.pathologies.first().is_some_and(|pathology| {
            !pathology.code.is_empty() && !pathology.name.is_empty() && !pathology.number.is_empty()
        });
        tumour != complete
    }),
    ("behaviour", |case| {
        let Some(pathology) = case.page.pathologies.first() else {
            return false;
        };
        let behaviour = match &case.principal()[..3] {
            category if ("C77"..="C79").contains(&category) => "/6",
            category if category.starts_with('C') => "/3",
            category if ("D00"..="D09").contains(&category) => "/2",
            category if ("D10"..="D36").contains(&category) => "/0",
            _ => "/1",
        };
        !pathology.code.ends_with(behaviour)
    }),
    ("allergy", |case| {
        case.page.drug_allergy != Some(!case.page.allergens.is_empty())
    }),
    ("adhesive_ileus", |case| {
        together(case, &["K56.7"], &["K66.0"])
    }),
    ("forearm_fractures", |case| {
        together(case, &["S52.5"], &["S52.8"])
    }),
    ("heart_failure_with_oedema", |case| {
        together(case, &["I50.1"], &["J81"])
    }),
    ("disc_with_sciatica", |case| {
        together(case, &["M51"], &["M54.3"])
    }),
    ("eyelids", |case| together(case, &["H02.003"], &["H02.004"])),
    ("cirrhosis_with_varices", |case| {
        together(case, &["K74.1"], &["I85.9", "I86.4"])
    }),
    ("gallstones", |case| together(case, &["K80.2"], &["K81"])),
    ("stones", |case| together(case, &["N20.0"], &["N20.1"])),
    ("stone_with_hydronephrosis", |case| {
        together(case, &["N20"], &["N13.3"])
    }),
    ("hypertensive_failure", |case| {
        together(case, &["I10"], &["I50"])
    }),
    ("appendicitis", |case| {
        together(case, &["K35", "K36", "K37"], &["K65"])
    }),
    ("copd_with_pneumonia", |case| {
        together(case, &["J44.9"], &["J12", "J15", "J18", "J98.4"])
    }),
    ("bleeding_ulcer", |case| {
        together(case, &["K25", "K26", "K27"], &["K92.2"])
    }),
    ("diabetic_complication", |case| {
        case.any(&["E11.9"])
            && case.codes.iter().any(|code| {
                ["N08.3", "H36.0", "G63.2"]
                    .iter()
                    .any(|part| code.contains(part))
            })
    }),
];

const DELIVERIES: [&str; 5] = ["O80", "O81", "O82", "O83", "O84"];

fn begins(code: &str, prefixes: &[&str]) -> bool {
    super::begins(&[code], prefixes)
}

fn together(case: &Case<'_>, one: &[&str], other: &[&str]) -> bool {
    case.any(one) && case.any(other)
}
