//! `biaochi org tree`

use biaochi_organisations::{Unit, View};
use serde_json::{Value, json};

use super::show::grade;
use crate::outcome::{Exit, Outcome};
use crate::screen::Screen;

pub(super) fn run(view: &View<'_>, unit: &Unit, departments: bool, screen: &Screen) -> Outcome {
    if screen.json() {
        screen.value(&value(view, unit, departments, &mut Vec::new()))?;
        return Ok(Exit::Done);
    }
    let mut text = label(view, unit);
    write(view, unit, departments, "", &mut Vec::new(), &mut text);
    if *unit == Unit::All {
        for alliance in view.alliances() {
            let unit = Unit::Alliance(alliance.id.to_string());
            text += &format!("\n{}", label(view, &unit));
            write(view, &unit, false, "", &mut Vec::new(), &mut text);
        }
    }
    screen.line(&text)?;
    Ok(Exit::Done)
}

fn label(view: &View<'_>, unit: &Unit) -> String {
    let name = match unit {
        // The institution stands above it.
        Unit::Department { institution, code } => view
            .department(institution, code)
            .map(|department| department.name.clone()),
        _ => view.name(unit),
    };
    let name = name.unwrap_or_default();
    match unit {
        Unit::All => name,
        Unit::Institution(code) => {
            let grade = view.institution(code).map(grade).unwrap_or_default();
            format!("{name}  {grade}  {unit}")
        }
        Unit::Alliance(id) => {
            let kind = view
                .alliance(id)
                .map_or("", |alliance| alliance.kind.word());
            format!("{name}  {kind}  {unit}")
        }
        Unit::Division(_) | Unit::Department { .. } => format!("{name}  {unit}"),
    }
}

/// The units below one; a unit that stands above itself is shown once.
fn below(view: &View<'_>, unit: &Unit, departments: bool, way: &[Unit]) -> Vec<Unit> {
    let mut below = view.children(unit);
    below.retain(|child| {
        let is_department = matches!(child, Unit::Department { .. });
        (departments || !is_department) && !way.contains(child)
    });
    below
}

fn write(
    view: &View<'_>,
    unit: &Unit,
    departments: bool,
    indent: &str,
    way: &mut Vec<Unit>,
    text: &mut String,
) {
    way.push(unit.clone());
    let below = below(view, unit, departments, way);
    for (number, child) in below.iter().enumerate() {
        let is_last = number + 1 == below.len();
        let (branch, next) = if is_last {
            ("└ ", "  ")
        } else {
            ("├ ", "│ ")
        };
        *text += &format!("\n{indent}{branch}{}", label(view, child));
        write(
            view,
            child,
            departments,
            &format!("{indent}{next}"),
            way,
            text,
        );
    }
    way.pop();
}

fn value(view: &View<'_>, unit: &Unit, departments: bool, way: &mut Vec<Unit>) -> Value {
    way.push(unit.clone());
    let below: Vec<Value> = below(view, unit, departments, way)
        .iter()
        .map(|child| value(view, child, departments, way))
        .collect();
    way.pop();
    json!({ "unit": unit.to_string(), "name": view.name(unit), "below": below })
}
