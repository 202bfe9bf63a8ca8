//! A workbook, copied with new cells in some of its sheets.

use std::collections::BTreeMap;
use std::io::{BufReader, Read, Seek, Write};

use zip::{ZipArchive, ZipWriter};

use super::container::as_it_was;
use super::sheet_xml::rewrite_sheet;
use super::xml::{Pieces, unescaped};
use super::{RewriteError, TableEdits};
use crate::FileError;
use crate::input::member_name;

/// Copies a workbook: the sheets with edits are written again, every other part stays as it is packed.
pub(super) fn rewrite_workbook<R: Read + Seek, W: Write + Seek>(
    file: &str,
    mut archive: ZipArchive<R>,
    edits: &BTreeMap<&str, &TableEdits>,
    out: &mut W,
) -> Result<(), RewriteError> {
    let broken = |source| {
        RewriteError::Read(FileError::Zip {
            file: file.into(),
            source,
        })
    };
    let changed = || RewriteError::Changed {
        file: file.to_owned(),
    };
    let paths = sheet_paths(file, &mut archive)?;
    let mut by_part: BTreeMap<&str, &TableEdits> = BTreeMap::new();
    for (sheet, edits) in edits {
        let path = paths.get(*sheet).ok_or_else(changed)?;
        by_part.insert(path, edits);
    }
    let mut writer = ZipWriter::new(out);
    let mut rows = 0;
    for index in 0..archive.len() {
        let name = member_name(archive.by_index_raw(index).map_err(broken)?.name_raw());
        match by_part.get(name.as_str()) {
            Some(edits) => {
                let part = archive.by_index(index).map_err(broken)?;
                writer.start_file(&name, as_it_was(&part))?;
                rows += rewrite_sheet(file, BufReader::new(part), edits, &mut writer)?;
            }
            None => {
                let part = archive.by_index_raw(index).map_err(broken)?;
                writer.raw_copy_file(part)?;
            }
        }
    }
    writer.finish()?;
    if rows == edits.values().map(|table| table.rows.len()).sum() {
        Ok(())
    } else {
        Err(changed())
    }
}

/// Paths of the sheets' parts by the names of the sheets.
fn sheet_paths<R: Read + Seek>(
    file: &str,
    archive: &mut ZipArchive<R>,
) -> Result<BTreeMap<String, String>, RewriteError> {
    let mut targets = BTreeMap::new();
    each_tag(
        file,
        archive,
        "xl/_rels/workbook.xml.rels",
        |name, attribute| {
            if name == "Relationship"
                && let (Some(id), Some(target)) =
                    (attribute("Id", false), attribute("Target", false))
            {
                let target = unescaped(target);
                let path = match target.strip_prefix('/') {
                    Some(absolute) => absolute.to_owned(),
                    None => format!("xl/{target}"),
                };
                targets.insert(id.to_owned(), path);
            }
        },
    )?;
    let mut paths = BTreeMap::new();
    each_tag(file, archive, "xl/workbook.xml", |name, attribute| {
        if name == "sheet"
            && let (Some(title), Some(id)) = (attribute("name", false), attribute("id", true))
            && let Some(path) = targets.get(id)
        {
            paths.insert(unescaped(title), path.clone());
        }
    })?;
    Ok(paths)
}

/// An attribute of a tag by its name; the flag compares names without their prefix.
type Attribute<'a> = dyn Fn(&str, bool) -> Option<&'a str> + 'a;

/// Calls `take` with every tag of a part.
fn each_tag<R: Read + Seek>(
    file: &str,
    archive: &mut ZipArchive<R>,
    part: &str,
    mut take: impl FnMut(&str, &Attribute<'_>),
) -> Result<(), RewriteError> {
    let found = archive.by_name(part).map_err(|source| {
        RewriteError::Read(FileError::Zip {
            file: file.into(),
            source,
        })
    })?;
    let mut pieces = Pieces::new(BufReader::new(found));
    loop {
        let piece = pieces.next().map_err(|source| {
            RewriteError::Read(FileError::Read {
                file: file.into(),
                line: 0,
                source,
            })
        })?;
        let Some(piece) = piece else { return Ok(()) };
        take(piece.name(), &|name, local| piece.attribute(name, local));
    }
}
