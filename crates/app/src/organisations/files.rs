//! Sheets from files and folders, and rows as CSV files in a folder.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use biaochi_domain::{Sheet, spreadsheet_text};
use biaochi_ingest::read_sheets;
use biaochi_organisations::{Rows, Table};

use super::{OrganisationsError, write_workbook};

/// The sheets of files and of the files in folders, those in sub-folders left out.
pub(super) fn sheets(paths: &[PathBuf]) -> Result<Vec<Sheet>, OrganisationsError> {
    let mut sheets = Vec::new();
    for path in paths {
        if path.is_dir() {
            let files = files(path)?;
            if files.is_empty() {
                return Err(OrganisationsError::NoFiles { path: path.clone() });
            }
            for file in files {
                sheets.extend(read(&file)?);
            }
        } else {
            sheets.extend(read(path)?);
        }
    }
    Ok(sheets)
}

/// The tables and workbooks of a folder, by name. Of the CSV files those are meant that are named as a table.
fn files(folder: &Path) -> Result<Vec<PathBuf>, OrganisationsError> {
    let failed = |source| OrganisationsError::Read {
        path: folder.to_owned(),
        source,
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let is_meant = match path.extension() {
            Some(extension) if extension.eq_ignore_ascii_case("csv") => {
                Table::named(&stem).is_some()
            }
            // `~$` marks workbooks that somebody has open.
            Some(extension) if extension.eq_ignore_ascii_case("xlsx") => !stem.starts_with("~$"),
            _ => false,
        };
        if is_meant && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<Vec<Sheet>, OrganisationsError> {
    let bytes = fs::read(path).map_err(|source| OrganisationsError::Read {
        path: path.to_owned(),
        source,
    })?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(read_sheets(&name, &bytes)?)
}

/// Writes rows as a workbook when the path ends in `.xlsx`, else as a folder of CSV files.
pub fn write_to(rows: &Rows, path: &Path) -> Result<(), OrganisationsError> {
    let is_workbook = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"));
    if !is_workbook {
        return write_folder(rows, path);
    }
    let failed = |source| OrganisationsError::Write {
        path: path.to_owned(),
        source,
    };
    let file = File::create(path).map_err(failed)?;
    write_workbook(rows, file).map_err(failed)
}

/// Writes each table that has rows as a CSV file with Chinese headings, in a folder that is made if needed.
/// Files of tables without rows are removed, so that the folder says what the rows say.
pub fn write_folder(rows: &Rows, folder: &Path) -> Result<(), OrganisationsError> {
    let failed = |path: &Path, source| OrganisationsError::Write {
        path: path.to_owned(),
        source,
    };
    fs::create_dir_all(folder).map_err(|source| failed(folder, source))?;
    for table in Table::ALL.iter().copied() {
        let path = folder.join(format!("{}.csv", table.title()));
        if rows.count(table) > 0 {
            write_table(rows, table, &path).map_err(|source| failed(&path, source))?;
        } else if let Err(source) = fs::remove_file(&path)
            && source.kind() != io::ErrorKind::NotFound
        {
            return Err(failed(&path, source));
        }
    }
    Ok(())
}

fn write_table(rows: &Rows, table: Table, path: &Path) -> io::Result<()> {
    let mut file = File::create(path)?;
    // Without the mark, Excel takes UTF-8 for something else.
    file.write_all("\u{feff}".as_bytes())?;
    let mut out = csv::Writer::from_writer(file);
    out.write_record(table.columns().iter().map(|column| column.heading))?;
    for cells in rows.cells(table) {
        let cells = cells.iter().map(|cell| spreadsheet_text(cell).into_owned());
        out.write_record(cells)?;
    }
    out.flush()
}
