//! Files of every kind, copied with new cells inside.

use std::io::{BufReader, Cursor, Read, Seek, Write, copy};

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::read::ZipFile;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::text::rewrite_text;
use super::workbook::rewrite_workbook;
use super::{Edits, RewriteError, TablePlace};
use crate::gzip::Gzip;
use crate::input::{member_name, peek, unreadable};
use crate::unpacked::{MOST_BYTES, whole};
use crate::{Container, FileError, ReadOptions, detect};

/// Copies a file with new cells. What is packed is unpacked, changed and packed again: the bytes inside
/// are the same but for the cells. Members of an archive and parts of a workbook that do not change are
/// copied as they are.
///
/// # Errors
/// The file cannot be read, or is not the one that the edits were made for; writing failed.
pub fn rewrite<R, W>(
    file: &str,
    mut reader: R,
    options: &ReadOptions,
    edits: &Edits,
    out: &mut W,
) -> Result<(), RewriteError>
where
    R: Read + Seek + Send,
    W: Write + Seek,
{
    let failed = |source| read_error(file, source);
    let start = peek(&mut reader).map_err(failed)?;
    reader.rewind().map_err(failed)?;
    if edits.is_empty() {
        // What cannot be read was found out before.
        copy(&mut reader, out).map_err(RewriteError::Write)?;
        return Ok(());
    }
    match detect(&start) {
        Container::Text => text(file, Box::new(reader), None, options, edits, out),
        Container::Zip => archive(file, reader, None, options, edits, out),
        Container::Gzip => gzip(file, reader, options, edits, out),
        other => Err(unreadable(file, other).into()),
    }
}

fn read_error(file: &str, source: std::io::Error) -> RewriteError {
    RewriteError::Read(FileError::Read {
        file: file.into(),
        line: 0,
        source,
    })
}

fn zip_error(file: &str) -> impl Fn(zip::result::ZipError) -> RewriteError {
    move |source| {
        RewriteError::Read(FileError::Zip {
            file: file.into(),
            source,
        })
    }
}

/// One table of text.
fn text(
    file: &str,
    mut reader: Box<dyn Read + Send + '_>,
    member: Option<usize>,
    options: &ReadOptions,
    edits: &Edits,
    out: &mut dyn Write,
) -> Result<(), RewriteError> {
    let place = TablePlace {
        member,
        sheet: None,
    };
    match edits.of(&place) {
        Some(edits) => rewrite_text(file, reader, options, edits, out),
        None => {
            copy(&mut reader, out).map_err(RewriteError::Write)?;
            Ok(())
        }
    }
}

fn gzip<R: Read + Send>(
    file: &str,
    reader: R,
    options: &ReadOptions,
    edits: &Edits,
    out: &mut impl Write,
) -> Result<(), RewriteError> {
    let mut inner = Gzip::new(BufReader::new(reader));
    let start = peek(&mut inner).map_err(|source| read_error(file, source))?;
    let container = detect(&start);
    let inner = Cursor::new(start).chain(inner);
    let mut packed = GzEncoder::new(out, Compression::default());
    match container {
        Container::Text => text(file, Box::new(inner), None, options, edits, &mut packed)?,
        Container::Zip => {
            let bytes = Cursor::new(whole(file, inner, MOST_BYTES)?);
            let mut written = Cursor::new(Vec::new());
            archive(file, bytes, None, options, edits, &mut written)?;
            packed
                .write_all(written.get_ref())
                .map_err(RewriteError::Write)?;
        }
        Container::Gzip => {
            return Err(FileError::Nested { file: file.into() }.into());
        }
        other => return Err(unreadable(file, other).into()),
    }
    packed.finish().map_err(RewriteError::Write)?;
    Ok(())
}

/// An archive of files, or a workbook, which is one as well.
fn archive<R: Read + Seek + Send, W: Write + Seek>(
    file: &str,
    reader: R,
    member: Option<usize>,
    options: &ReadOptions,
    edits: &Edits,
    out: &mut W,
) -> Result<(), RewriteError> {
    let broken = zip_error(file);
    let mut archive = ZipArchive::new(BufReader::new(reader)).map_err(&broken)?;
    if archive.index_for_name("xl/workbook.xml").is_some() {
        return rewrite_workbook(file, archive, &edits.of_workbook(member), out);
    }
    let mut writer = ZipWriter::new(out);
    for index in 0..archive.len() {
        if edits.touch_member(index) {
            let part = archive.by_index(index).map_err(&broken)?;
            writer.start_file(member_name(part.name_raw()), as_it_was(&part))?;
            archive_member(file, part, index, options, edits, &mut writer)?;
        } else {
            let part = archive.by_index_raw(index).map_err(&broken)?;
            let name = member_name(part.name_raw());
            writer.raw_copy_file_rename(part, name)?;
        }
    }
    writer.finish()?;
    Ok(())
}

fn archive_member<R: Read + Send>(
    file: &str,
    mut part: ZipFile<'_, R>,
    index: usize,
    options: &ReadOptions,
    edits: &Edits,
    out: &mut impl Write,
) -> Result<(), RewriteError> {
    let name = format!("{file}/{}", member_name(part.name_raw()));
    let start = peek(&mut part).map_err(|source| read_error(&name, source))?;
    let container = detect(&start);
    let whole_part = Cursor::new(start).chain(part);
    match container {
        Container::Text => text(
            &name,
            Box::new(whole_part),
            Some(index),
            options,
            edits,
            out,
        ),
        Container::Gzip => {
            let inner = Gzip::new(BufReader::new(whole_part));
            let mut packed = GzEncoder::new(out, Compression::default());
            text(
                &name,
                Box::new(inner),
                Some(index),
                options,
                edits,
                &mut packed,
            )?;
            packed.finish().map_err(RewriteError::Write)?;
            Ok(())
        }
        Container::Zip => {
            let bytes = Cursor::new(whole(&name, whole_part, MOST_BYTES)?);
            let mut written = Cursor::new(Vec::new());
            archive(&name, bytes, Some(index), options, edits, &mut written)?;
            out.write_all(written.get_ref())
                .map_err(RewriteError::Write)
        }
        other => Err(unreadable(&name, other).into()),
    }
}

/// Compression and time of a part, for writing it again.
pub(super) fn as_it_was<R: Read>(part: &ZipFile<'_, R>) -> SimpleFileOptions {
    const LARGE: u64 = u32::MAX as u64 / 2;
    let options = SimpleFileOptions::default()
        .compression_method(part.compression())
        .large_file(part.size() > LARGE);
    match part.last_modified() {
        Some(time) => options.last_modified_time(time),
        None => options,
    }
}
