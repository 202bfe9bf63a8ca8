//! The catalogue as the generator needs it.

use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};

/// Layout ids in the catalogue's order.
pub(crate) const LAYOUTS: [&str; 4] = ["hqms811", "n041", "tcm2019", "cases"];

/// Everything under `crates/records/catalogue`.
pub(crate) struct Catalogue {
    pub(crate) fields: Vec<Field>,
    pub(crate) groups: Vec<Group>,
    /// Columns of each layout in file order.
    pub(crate) layouts: [Vec<Column>; 4],
}

/// A row of `front_page.csv`.
pub(crate) struct Field {
    pub(crate) id: String,
    pub(crate) group: String,
    pub(crate) name_zh: String,
    pub(crate) kind: String,
    pub(crate) length: u16,
    /// Value set by layout, empty when there is none.
    pub(crate) value_sets: [String; 4],
    pub(crate) unit: String,
    pub(crate) sensitivity: String,
    pub(crate) columns: [String; 4],
    pub(crate) needs: [String; 4],
    pub(crate) note: String,
    pub(crate) source: String,
    /// Name of the enum variant.
    pub(crate) variant: String,
}

/// A row of `groups.csv`.
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) structure: String,
    pub(crate) prefix: String,
    pub(crate) name_zh: String,
    pub(crate) repeated: bool,
    pub(crate) doc: String,
}

/// A column of a layout, resolved to its field.
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) name_zh: String,
    pub(crate) variant: String,
    pub(crate) index: usize,
    pub(crate) form: &'static str,
}

impl Field {
    /// Unique id: `sex`, `diagnoses.code`.
    pub(crate) fn full_id(&self) -> String {
        if self.group.is_empty() {
            self.id.clone()
        } else {
            format!("{}.{}", self.group, self.id)
        }
    }
}

impl Catalogue {
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let groups: Vec<Group> = rows(&folder.join("groups.csv"), 6)?
            .into_iter()
            .map(|row| Group {
                id: row[0].clone(),
                structure: row[1].clone(),
                prefix: row[2].clone(),
                name_zh: row[3].clone(),
                repeated: row[4] == "yes",
                doc: row[5].clone(),
            })
            .collect();
        let mut fields = Vec::new();
        for row in rows(&folder.join("front_page.csv"), 18)? {
            fields.push(field(&row, &groups).with_context(|| format!("field {}", row[0]))?);
        }
        let mut layouts: [Vec<Column>; 4] = Default::default();
        for (position, layout) in LAYOUTS.into_iter().enumerate() {
            let path = folder.join("layouts").join(format!("{layout}.csv"));
            for row in rows(&path, 2)? {
                let column = column(&row, position, &fields, &groups)
                    .with_context(|| format!("{layout}: column {} belongs to no field", row[0]))?;
                layouts[position].push(column);
            }
        }
        Ok(Self {
            fields,
            groups,
            layouts,
        })
    }

    pub(crate) fn group(&self, id: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }
}

fn rows(path: &Path, width: usize) -> Result<Vec<Vec<String>>> {
    let mut reader = csv::Reader::from_path(path).with_context(|| path.display().to_string())?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record?;
        ensure!(
            record.len() == width,
            "{}: {width} columns expected",
            path.display()
        );
        rows.push(record.iter().map(str::to_owned).collect());
    }
    Ok(rows)
}

fn field(row: &[String], groups: &[Group]) -> Result<Field> {
    let group = row[1].clone();
    let prefix = if group.is_empty() {
        ""
    } else {
        let known = groups.iter().find(|known| known.id == group);
        &known
            .with_context(|| format!("unknown group {group}"))?
            .prefix
    };
    Ok(Field {
        id: row[0].clone(),
        variant: format!("{prefix}{}", pascal(&row[0])),
        group,
        name_zh: row[2].clone(),
        kind: row[3].clone(),
        length: if row[4].is_empty() {
            0
        } else {
            row[4].parse()?
        },
        value_sets: value_sets(&row[5])?,
        unit: row[6].clone(),
        sensitivity: row[7].clone(),
        columns: four(&row[8..12]),
        needs: four(&row[12..16]),
        note: row[16].clone(),
        source: row[17].clone(),
    })
}

fn four(cells: &[String]) -> [String; 4] {
    std::array::from_fn(|index| cells[index].clone())
}

/// `RC037 tcm2019=RC028@tcm2019`: a default and exceptions.
fn value_sets(cell: &str) -> Result<[String; 4]> {
    let mut sets: [String; 4] = Default::default();
    for part in cell.split_whitespace() {
        match part.split_once('=') {
            None => sets.fill(part.to_owned()),
            Some((layout, set)) => {
                let Some(position) = LAYOUTS.iter().position(|known| *known == layout) else {
                    bail!("unknown layout {layout}");
                };
                set.clone_into(&mut sets[position]);
            }
        }
    }
    Ok(sets)
}

/// The field and element a column belongs to.
fn column(row: &[String], layout: usize, fields: &[Field], groups: &[Group]) -> Option<Column> {
    for field in fields {
        let repeated = groups
            .iter()
            .any(|group| group.id == field.group && group.repeated);
        for (index, (name, form)) in expand(&field.columns[layout]).into_iter().enumerate() {
            if name == row[0] {
                return Some(Column {
                    name,
                    name_zh: row[1].clone(),
                    variant: field.variant.clone(),
                    index: if repeated { index } else { 0 },
                    form: match form.as_str() {
                        "hour" => "Hour",
                        "incision" => "Incision",
                        "community" => "Community",
                        "list" => "List",
                        _ => "Plain",
                    },
                });
            }
        }
    }
    None
}

/// Column names of a pattern with their forms; see the catalogue's README.
fn expand(pattern: &str) -> Vec<(String, String)> {
    let mut columns = Vec::new();
    for part in pattern.split_whitespace() {
        let (name, form) = part.split_once('#').unwrap_or((part, ""));
        let range = name.split_once('{').and_then(|(prefix, rest)| {
            let (range, suffix) = rest.split_once('}')?;
            let (first, last) = range.split_once("..")?;
            Some((prefix, first, last.parse::<u32>().ok()?, suffix))
        });
        match range {
            None => columns.push((name.to_owned(), form.to_owned())),
            Some((prefix, first, last, suffix)) => {
                let width = if first.starts_with('0') {
                    first.len()
                } else {
                    0
                };
                for number in first.parse().unwrap_or(1)..=last {
                    columns.push((format!("{prefix}{number:0width$}{suffix}"), form.to_owned()));
                }
            }
        }
    }
    columns
}

/// `length_of_stay` → `LengthOfStay`.
fn pascal(id: &str) -> String {
    id.split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or(String::new(), |first| {
                first.to_uppercase().chain(letters).collect()
            })
        })
        .collect()
}
