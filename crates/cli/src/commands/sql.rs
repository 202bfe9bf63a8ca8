//! `biaochi sql`

use std::fs::File;
use std::io::{self, BufWriter, Write as _};

use biaochi_app::query::{OutputFormat, Query, Selected, run_query};
use biaochi_domain::Language;

use super::{content, open_workspace};
use crate::arguments::Global;
use crate::arguments::workspace::Sql;
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Screen, finished};

pub(crate) fn run(command: &Sql, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let sql = match (&command.sql, &command.file) {
        (Some(sql), _) => sql.clone(),
        (None, Some(path)) => {
            std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?
        }
        (None, None) => return Ok(Exit::Usage),
    };
    let selected = match (command.version, &command.as_of) {
        (Some(version), _) => Selected::Version(version),
        (None, Some(time)) => Selected::parse_time(time).ok_or_else(|| {
            Failure::new(
                Exit::Usage,
                format!("“{time}”不是时间，写法如 2024-03-05 或 2024-03-05T08:00:00"),
                format!("{time:?} is not a time such as 2024-03-05 or 2024-03-05T08:00:00"),
            )
        })?,
        (None, None) => Selected::Newest,
    };
    let format = match (&command.parquet, command.csv, screen.json()) {
        (Some(_), ..) => OutputFormat::Parquet,
        (None, true, _) => OutputFormat::Csv,
        (None, false, true) => OutputFormat::Json,
        (None, false, false) => OutputFormat::Table,
    };
    let content = content(global)?;
    let query = Query {
        sql: &sql,
        selected,
        format,
        table_rows: command.limit,
    };
    let rows = match &command.parquet {
        Some(path) => {
            let file = File::create(path).map_err(|error| Failure::file(path, &error))?;
            run_query(&workspace, &content, &query, &mut BufWriter::new(file))?
        }
        None => {
            let mut out = BufWriter::new(io::stdout());
            let rows = run_query(&workspace, &content, &query, &mut out)?;
            finished(out.flush())?;
            rows
        }
    };
    if format == OutputFormat::Table {
        let cut = command.limit > 0 && rows == command.limit as u64;
        screen.note(&match screen.language() {
            Language::Zh if cut => {
                format!("只显示前 {rows} 行；全部显示加 --limit 0，或用 --csv、--parquet 输出")
            }
            Language::Zh => format!("{rows} 行"),
            Language::En if cut => {
                format!("the first {rows} rows; for all add --limit 0, or write --csv or --parquet")
            }
            Language::En => format!("{rows} rows"),
        });
    }
    Ok(Exit::Done)
}
