//! `biaochi dataset template`

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use biaochi_app::Workspace;
use biaochi_app::datasets::{TemplateRequest, asked, organisation_name, write_csv, write_template};
use biaochi_domain::Language;
use biaochi_store::Scope;

use super::{compiled, failed, period};
use crate::arguments::Global;
use crate::commands::workspace_folder;
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::Screen;

pub(super) fn run(
    id: &str,
    organisation: Option<&str>,
    text: &str,
    output: &Path,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    let sets = compiled(global)?;
    let loaded = sets.get(id).map_err(failed)?.0;
    let period = period(&loaded.set, text)?;
    // Without a workspace there are no earlier values and no names, and a template all the same.
    let workspace = Workspace::open(&workspace_folder(global)).ok();
    let known = match &workspace {
        Some(workspace) => asked(workspace, &loaded.set, period).map_err(failed)?,
        None => Vec::new(),
    };
    let name = |code: &str| {
        let found = known.iter().find(|(known, _)| known == code);
        found.map_or_else(String::new, |(_, name)| name.clone())
    };
    if let (Some(workspace), Some(code)) = (&workspace, organisation) {
        organisation_name(workspace, code, period).map_err(failed)?;
    }
    let form = output
        .extension()
        .map(|form| form.to_string_lossy().to_lowercase());
    let create = || File::create(output).map_err(|error| Failure::file(output, &error));
    match (form.as_deref(), organisation) {
        (Some("xlsx"), Some(code)) => {
            let name = name(code);
            let request = TemplateRequest {
                organisation: code,
                name: &name,
                period,
            };
            let out = BufWriter::new(create()?);
            write_template(workspace.as_ref(), &Scope::one(code), loaded, &request, out)
                .map_err(failed)?;
        }
        (Some("xlsx"), None) => {
            return Err(Failure::new(
                Exit::Usage,
                "XLSX 模板是一家机构的，请用 --organisation 写明；多家一起填请输出 .csv",
                "a workbook is for one organisation: give --organisation, or write a .csv",
            ));
        }
        (Some("csv"), code) => {
            let rows = match code {
                Some(code) => vec![(code.to_owned(), name(code))],
                None => known,
            };
            let mut out = BufWriter::new(create()?);
            std::io::Write::write_all(&mut out, "\u{feff}".as_bytes())
                .and_then(|()| write_csv(&loaded.set, &rows, period, &mut out))
                .map_err(|error| Failure::file(output, &error))?;
        }
        _ => {
            return Err(Failure::new(
                Exit::Usage,
                "输出文件应以 .xlsx 或 .csv 结尾",
                "the output ends in .xlsx or .csv",
            ));
        }
    }
    let output = output.display();
    screen.line(&match screen.language() {
        Language::Zh => format!("已生成模板“{output}”。填好后：biaochi dataset import {output}"),
        Language::En => format!("wrote {output}; when filled in: biaochi dataset import {output}"),
    })?;
    Ok(Exit::Done)
}
