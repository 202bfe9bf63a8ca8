//! `biaochi org show`

use std::collections::BTreeMap;

use biaochi_app::organisations::{Card, card};
use biaochi_domain::{Language, Localized as _};
use biaochi_organisations::{Institution, Post, Unit, View};
use serde_json::{Value, json};

use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Screen, count};

/// Units of a list that are named on the screen.
const LISTED: usize = 12;

pub(super) fn run(view: &View<'_>, unit: &Unit, screen: &Screen) -> Outcome {
    let Some(card) = card(view, unit) else {
        return Err(Failure::new(
            Exit::NotFound,
            format!("{} 没有 {unit}", view.day()),
            format!("there is no {unit} on {}", view.day()),
        ));
    };
    if screen.json() {
        screen.value(&value(&card, view))?;
    } else {
        screen.line(&text(&card, view, screen))?;
    }
    Ok(Exit::Done)
}

/// Level and class together, such as 三级甲等.
pub(super) fn grade(institution: &Institution) -> String {
    let class = institution.class.map_or("", |class| class.word());
    format!("{}{class}", institution.level.word())
}

pub(super) fn institution_value(institution: &Institution) -> Value {
    json!({
        "code": institution.code.as_str(), "name": institution.name, "aliases": institution.aliases,
        "level": institution.level.code(), "class": institution.class.map(|class| class.code()),
        "type": institution.kind.code(), "specialty": institution.specialty,
        "ownership": institution.ownership.code(), "division": institution.division.as_str(),
        "commission": institution.commission.as_deref(), "tags": institution.tags,
        "valid_from": institution.valid_from.map(|day| day.to_string()),
        "valid_until": institution.valid_until.map(|day| day.to_string()),
    })
}

fn value(card: &Card, view: &View<'_>) -> Value {
    let units = |units: &[(Unit, String)]| -> Value {
        let values = units.iter();
        values
            .map(|(unit, name)| json!({ "unit": unit.to_string(), "name": name }))
            .collect()
    };
    let beds = card.beds.iter().map(|(kind, total)| {
        json!({ "kind": kind.code(), "number": total.number, "lacking": total.lacking })
    });
    let staff = card.staff.iter().map(|count| {
        json!({
            "post": count.post.code(), "title": count.title.map(|title| title.code()),
            "number": count.number,
        })
    });
    let population = card
        .population
        .iter()
        .map(|(kind, year, number)| json!({ "kind": kind.code(), "year": year, "number": number }));
    json!({
        "unit": card.unit.to_string(), "name": card.name, "as_of": view.day().to_string(),
        "institution": card.institution.as_ref().map(institution_value),
        "above": units(&card.above), "below": units(&card.below),
        "institutions": card.institutions, "wards": card.wards,
        "beds": beds.collect::<Vec<_>>(), "staff": staff.collect::<Vec<_>>(),
        "population": population.collect::<Vec<_>>(), "peers": units(&card.peers),
    })
}

fn text(card: &Card, view: &View<'_>, screen: &Screen) -> String {
    let language = screen.language();
    let mut text = format!("{}（{}，{}）", card.name, card.unit, view.day());
    let mut line = |title: &str, content: String| {
        if !content.is_empty() {
            text += &format!("\n  {title}  {content}");
        }
    };
    if let Some(own) = &card.institution {
        let kind = format!(
            "{} {} {}",
            grade(own),
            own.kind.word(),
            own.ownership.word()
        );
        line(screen.say("级别类别", "level and type"), kind);
        line(
            screen.say("其他名称", "other names"),
            own.aliases.join("、"),
        );
        line(screen.say("标签", "tags"), own.tags.join("、"));
        let commission = own.commission.as_deref().unwrap_or_default();
        let commission = view.commissions().find(|one| one.code == *commission);
        line(
            screen.say("主管部门", "commission"),
            commission.map_or_else(String::new, |one| one.name.clone()),
        );
    }
    let alliances: Vec<String> = card
        .above
        .iter()
        .filter_map(|(unit, name)| match (unit, &card.unit) {
            (Unit::Alliance(id), Unit::Institution(own)) => {
                let is_lead = view
                    .alliance(id)
                    .is_some_and(|alliance| alliance.lead == **own);
                let lead = if is_lead {
                    screen.say("（牵头）", " (lead)")
                } else {
                    ""
                };
                Some(format!("{name}{lead}"))
            }
            _ => None,
        })
        .collect();
    let above: Vec<&str> = card
        .above
        .iter()
        .filter(|(unit, _)| !matches!(unit, Unit::Alliance(_) | Unit::All))
        .map(|(_, name)| name.as_str())
        .collect();
    line(screen.say("隶属", "belongs to"), above.join(" ‹ "));
    line(screen.say("医联体", "alliances"), alliances.join("、"));
    if !matches!(card.unit, Unit::Institution(_) | Unit::Department { .. }) {
        let number = count(card.institutions as u64);
        line(screen.say("机构数", "institutions"), number);
    }
    // Departments are named after their institution, which stands above.
    let below: Vec<(Unit, String)> = card
        .below
        .iter()
        .map(|(unit, name)| {
            let department = match unit {
                Unit::Department { institution, code } => view.department(institution, code),
                _ => None,
            };
            let name = department.map_or(name, |department| &department.name);
            (unit.clone(), name.clone())
        })
        .collect();
    line(screen.say("下属", "below"), listed(&below, language));
    if card.wards > 0 {
        line(screen.say("病区", "wards"), count(card.wards as u64));
    }
    for (kind, total) in &card.beds {
        let lacking = match (total.lacking, language) {
            (0, _) => String::new(),
            (lacking, Language::Zh) => format!("（{lacking} 家未填）"),
            (lacking, Language::En) => format!(" ({lacking} institutions give none)"),
        };
        line(
            &kind.text(language),
            format!("{}{lacking}", count(total.number)),
        );
    }
    line(screen.say("人员", "staff"), staff(card, language));
    for (kind, year, number) in &card.population {
        line(
            &kind.text(language),
            format!("{}（{year}）", count(*number)),
        );
    }
    line(
        screen.say("同级同类", "peers"),
        listed(&card.peers, language),
    );
    text
}

fn listed(units: &[(Unit, String)], language: Language) -> String {
    let names: Vec<&str> = units
        .iter()
        .take(LISTED)
        .map(|(_, name)| name.as_str())
        .collect();
    let (names, number) = (names.join("、"), units.len());
    match language {
        _ if number <= LISTED => names,
        Language::Zh => format!("{names} 等 {number} 个"),
        Language::En => format!("{names} and others, {number} in all"),
    }
}

/// Posts with their numbers, and the titles within each.
fn staff(card: &Card, language: Language) -> String {
    let mut posts: BTreeMap<Post, (usize, Vec<String>)> = BTreeMap::new();
    for staff in &card.staff {
        let (sum, titles) = posts.entry(staff.post).or_default();
        *sum += staff.number;
        if let Some(title) = staff.title {
            titles.push(format!("{} {}", title.text(language), staff.number));
        }
    }
    let shown: Vec<String> = posts
        .into_iter()
        .map(|(post, (sum, titles))| {
            let (post, sum) = (post.text(language), count(sum as u64));
            let titles = titles.join(match language {
                Language::Zh => "、",
                Language::En => ", ",
            });
            match (titles.is_empty(), language) {
                (true, _) => format!("{post} {sum}"),
                (false, Language::Zh) => format!("{post} {sum}（{titles}）"),
                (false, Language::En) => format!("{post} {sum} ({titles})"),
            }
        })
        .collect();
    shown.join(match language {
        Language::Zh => "；",
        Language::En => "; ",
    })
}
