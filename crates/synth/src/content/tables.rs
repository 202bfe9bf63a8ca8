//! Reading the tables of profiles and linking them with each other.

use std::collections::HashMap;

use super::profile::{
    AgePattern, ChargePattern, Chronic, Code, Complication, FollowUpRule, Followed, Profile,
    ProfileId, Special, Treatment,
};
use super::rows::{number, rows};
use super::{Content, Region, Words, relations, structure};
use crate::people::Sex;
use crate::random::Weighted;

type Codes = (Vec<Code>, HashMap<&'static str, u16>);

fn codes(table: &'static str) -> Codes {
    let mut list = Vec::new();
    let mut ids = HashMap::new();
    for [code, name, clinical, clinical_name] in
        rows(table, ["code", "name_zh", "clinical_code", "clinical_name"])
    {
        ids.insert(code, list.len() as u16);
        let or = |text: &'static str, other| if text.is_empty() { other } else { text };
        list.push(Code {
            code,
            name,
            clinical: or(clinical, code),
            clinical_name: or(clinical_name, name),
        });
    }
    (list, ids)
}

fn find(ids: &HashMap<&'static str, u16>, key: &str) -> u16 {
    *ids.get(key)
        .unwrap_or_else(|| panic!("a content table names {key}, which no table defines"))
}

fn sex(cell: &str) -> Option<Sex> {
    match cell {
        "M" => Some(Sex::Male),
        "F" => Some(Sex::Female),
        _ => None,
    }
}

fn grouped<K: std::hash::Hash + Eq, V>(rows: impl Iterator<Item = (K, V)>) -> HashMap<K, Vec<V>> {
    let mut groups: HashMap<K, Vec<V>> = HashMap::new();
    for (key, value) in rows {
        groups.entry(key).or_default().push(value);
    }
    groups
}

/// Reads and links all tables.
pub(super) fn load(region: Region, words: Words) -> Content {
    let (diagnoses, diagnosis_ids) = codes(include_str!("../../content/diagnosis_codes.csv"));
    let (procedures, procedure_ids) = codes(include_str!("../../content/procedure_codes.csv"));
    let external = grouped(
        rows(
            include_str!("../../content/external_causes.csv"),
            ["kind", "code", "weight"],
        )
        .map(|[kind, code, weight]| (kind, (find(&diagnosis_ids, code), number::<u64>(weight)))),
    );
    let mut kinds: Vec<&str> = external.keys().copied().collect();
    kinds.sort_unstable();
    let external_causes = kinds
        .iter()
        .map(|kind| {
            let (codes, weights): (Vec<_>, Vec<_>) = external[kind].iter().copied().unzip();
            (codes, Weighted::new(weights))
        })
        .collect();
    let profiles = profiles(&diagnosis_ids, &procedure_ids, &kinds);
    let cancers: Vec<_> = rows(
        include_str!("../../content/cancers.csv"),
        ["kind", "code", "weight", "sex"],
    )
    .map(|[kind, code, weight, of]| {
        (
            kind,
            find(&diagnosis_ids, code),
            number::<u64>(weight),
            sex(of),
        )
    })
    .collect();
    let cancers = |wanted: &str| {
        [Sex::Male, Sex::Female].map(|person| {
            let (codes, weights): (Vec<_>, Vec<_>) = cancers
                .iter()
                .filter(|(kind, .., of)| *kind == wanted && of.is_none_or(|of| of == person))
                .map(|&(_, code, weight, _)| (code, weight))
                .unzip();
            (codes, Weighted::new(weights))
        })
    };
    let chronic = rows(
        include_str!("../../content/chronic_conditions.csv"),
        [
            "code", "under_1", "1_4", "5_14", "15_24", "25_44", "45_59", "60_69", "70_79", "80_up",
            "sex", "not_with",
        ],
    )
    .map(|[code, a, b, c, d, e, f, g, h, i, of, not_with]| Chronic {
        code: find(&diagnosis_ids, code),
        permille: [a, b, c, d, e, f, g, h, i].map(number),
        sex: sex(of),
        not_with: not_with.split(' ').collect(),
    })
    .collect();
    Content {
        region,
        divisions: structure::divisions(),
        departments: structure::departments(),
        words,
        profiles,
        chronic,
        cancers: cancers("solid"),
        blood_cancers: cancers("blood"),
        external_causes,
        causes_by_code: rows(
            include_str!("../../content/external_causes_by_code.csv"),
            ["prefix", "code"],
        )
        .map(|[prefix, code]| (prefix, find(&diagnosis_ids, code)))
        .collect(),
        not_together: relations::not_together(&diagnoses),
        least_ages: relations::least_ages(&diagnoses),
        unspecific: rows(
            include_str!("../../content/unspecific_codes.csv"),
            ["code", "unspecific", "name_zh"],
        )
        .map(|[code, unspecific, name]| (code, (unspecific, name)))
        .collect(),
        diagnoses,
        procedures,
        diagnosis_ids,
        procedure_ids,
    }
}

fn profiles(
    diagnosis_ids: &HashMap<&'static str, u16>,
    procedure_ids: &HashMap<&'static str, u16>,
    cause_kinds: &[&str],
) -> Vec<Profile> {
    let seasons = seasons();
    let ages = ages();
    let charges = charge_patterns();
    let kits = grouped(
        rows(
            include_str!("../../content/complications.csv"),
            ["kit", "code", "permille", "acquired", "sex"],
        )
        .map(|[kit, code, permille, acquired, of]| {
            let code = find(diagnosis_ids, code);
            let acquired = acquired == "1";
            (
                kit,
                Complication {
                    code,
                    permille: number(permille),
                    acquired,
                    sex: sex(of),
                },
            )
        }),
    );
    let mut principals = grouped(
        rows(
            include_str!("../../content/principal_diagnoses.csv"),
            ["profile", "code", "weight"],
        )
        .map(|[profile, code, weight]| {
            (profile, (find(diagnosis_ids, code), number::<u64>(weight)))
        }),
    );
    let mut treatments = treatments(procedure_ids);
    let mut list: Vec<Profile> = rows(
        include_str!("../../content/profiles.csv"),
        [
            "id",
            "name_zh",
            "department",
            "tcm_department",
            "weight",
            "growth_permille",
            "female_percent",
            "ages",
            "township",
            "county",
            "tcm",
            "maternal",
            "city",
            "season",
            "emergency_percent",
            "days",
            "cost_yuan",
            "charges",
            "mortality_permille",
            "complications",
            "external_causes",
            "morphology",
            "special",
        ],
    )
    .map(
        |[
            id,
            _,
            department,
            tcm_department,
            weight,
            growth,
            female,
            pattern,
            township,
            county,
            tcm,
            maternal,
            city,
            season,
            emergency,
            days,
            cost,
            charge,
            mortality,
            kit_names,
            causes,
            morphology,
            special,
        ]| {
            let (codes, weights): (Vec<_>, Vec<_>) = principals
                .remove(id)
                .unwrap_or_default()
                .into_iter()
                .unzip();
            let complications = kit_names
                .split(' ')
                .filter(|kit| !kit.is_empty() && *kit != "none")
                .flat_map(|kit| {
                    kits.get(kit)
                        .unwrap_or_else(|| panic!("no complications named {kit}"))
                        .clone()
                })
                .collect();
            let (causes, cause_weights): (Vec<_>, Vec<_>) = causes
                .split(' ')
                .filter_map(|cause| cause.split_once(':'))
                .map(|(kind, weight)| {
                    let at = cause_kinds.iter().position(|known| *known == kind);
                    (
                        at.expect("a kind of content/external_causes.csv"),
                        number::<u64>(weight),
                    )
                })
                .unzip();
            Profile {
                id,
                department,
                tcm_department,
                weight: number(weight),
                growth_permille: number(growth),
                female_percent: number(female),
                ages: match pattern {
                    "newborn" => AgePattern::Days(1, 12),
                    "newborn0" => AgePattern::Days(0, 1),
                    "infant" => AgePattern::Days(29, 120),
                    pattern => AgePattern::Bands(
                        ages.get(pattern)
                            .expect("a row of content/age_patterns.csv")
                            .clone(),
                    ),
                },
                places: [township, county, tcm, maternal, city].map(number),
                season: *seasons.get(season).expect("a row of content/seasons.csv"),
                festive: season == "festival",
                emergency_percent: number(emergency),
                days: number(days),
                cost_yuan: number(cost),
                charges: charges
                    .iter()
                    .find(|known| known.id == charge)
                    .expect("a row of content/charge_patterns.csv"),
                mortality_permille: number(mortality),
                principals: codes,
                principal_weights: Weighted::new(weights),
                complications,
                treatments: treatments.remove(id).unwrap_or_default(),
                follow_ups: Vec::new(),
                causes,
                cause_weights: Weighted::new(cause_weights),
                morphology,
                special: match special {
                    "" => Special::None,
                    "cancer" => Special::Cancer,
                    "blood cancer" => Special::BloodCancer,
                    "delivery cs" => Special::CaesareanDelivery,
                    "delivery vaginal" => Special::VaginalDelivery,
                    "polytrauma" => Special::Polytrauma,
                    other => panic!("content/profiles.csv: special {other}"),
                },
            }
        },
    )
    .collect();
    let ids: HashMap<&str, u16> = list
        .iter()
        .enumerate()
        .map(|(at, profile)| (profile.id, at as u16))
        .collect();
    for [profile, kind, permille, from_day, to_day, next] in rows(
        include_str!("../../content/follow_ups.csv"),
        [
            "profile",
            "kind",
            "permille",
            "from_day",
            "to_day",
            "next_profile",
        ],
    ) {
        list[usize::from(find_profile(&ids, profile))]
            .follow_ups
            .push(FollowUpRule {
                kind: if kind == "readmit" {
                    Followed::Unplanned
                } else {
                    Followed::Planned
                },
                nearer: kind == "rehab",
                permille: number(permille),
                from_day: number(from_day),
                to_day: number(to_day),
                next: find_profile(&ids, next),
            });
    }
    list
}

fn find_profile(ids: &HashMap<&str, u16>, id: &str) -> ProfileId {
    *ids.get(id)
        .unwrap_or_else(|| panic!("content/follow_ups.csv names {id}"))
}

fn treatments(procedure_ids: &HashMap<&'static str, u16>) -> HashMap<&'static str, Vec<Treatment>> {
    grouped(
        rows(
            include_str!("../../content/treatments.csv"),
            [
                "profile",
                "permille",
                "codes",
                "surgery_level",
                "anesthesia",
                "incision",
                "cost_yuan",
                "days",
                "minimum_level",
                "trend_permille",
                "day_surgery",
                "intensive_care",
                "ventilator_hours",
                "only_for",
            ],
        )
        .map(
            |[
                profile,
                permille,
                codes,
                surgery_level,
                anesthesia,
                incision,
                cost,
                days,
                minimum,
                trend,
                day_surgery,
                intensive_care,
                ventilator,
                only_for,
            ]| {
                (
                    profile,
                    Treatment {
                        permille: number(permille),
                        trend_permille: number(trend),
                        codes: codes
                            .split(' ')
                            .map(|code| find(procedure_ids, code))
                            .collect(),
                        surgery_level,
                        anesthesia,
                        incision,
                        cost_yuan: number(cost),
                        days: number(days),
                        minimum_level: number(minimum),
                        day_surgery: day_surgery == "1",
                        intensive_care: intensive_care != "0",
                        ventilator_hours: number(ventilator),
                        only_for: only_for
                            .split(' ')
                            .filter(|prefix| !prefix.is_empty())
                            .collect(),
                    },
                )
            },
        ),
    )
}

fn seasons() -> HashMap<&'static str, [u32; 12]> {
    rows(
        include_str!("../../content/seasons.csv"),
        [
            "season", "month_1", "month_2", "month_3", "month_4", "month_5", "month_6", "month_7",
            "month_8", "month_9", "month_10", "month_11", "month_12",
        ],
    )
    .map(|[season, months @ ..]: [&str; 13]| (season, months.map(number)))
    .collect()
}

fn ages() -> HashMap<&'static str, Weighted> {
    rows(
        include_str!("../../content/age_patterns.csv"),
        [
            "pattern", "under_1", "1_4", "5_14", "15_24", "25_44", "45_59", "60_69", "70_79",
            "80_up",
        ],
    )
    .map(|[pattern, bands @ ..]: [&str; 10]| (pattern, Weighted::new(bands.map(number::<u64>))))
    .collect()
}

fn charge_patterns() -> &'static [ChargePattern] {
    static PATTERNS: std::sync::LazyLock<Vec<ChargePattern>> = std::sync::LazyLock::new(|| {
        let mut columns = vec!["pattern"];
        columns.extend(ChargePattern::CLASSES);
        let columns = <[&str; 23]>::try_from(columns).expect("a column per class");
        rows(include_str!("../../content/charge_patterns.csv"), columns)
            .map(|[id, shares @ ..]: [&str; 23]| ChargePattern {
                id,
                shares: shares.map(number),
            })
            .collect()
    });
    &PATTERNS
}
