//! What must be held in memory whole, with a limit: a small archive can unpack to any size.

use std::io::{Read, Seek};

use zip::ZipArchive;

use crate::FileError;

/// Most bytes of one file that are held in memory: an archive or workbook within another, or what a
/// workbook keeps beside its sheets. Text and sheets are read piece by piece and have no limit.
pub(crate) const MOST_BYTES: u64 = 1 << 30;

/// All bytes of an archive or workbook that comes from a stream.
pub(crate) fn whole(file: &str, reader: impl Read, most: u64) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    let read = reader.take(most + 1).read_to_end(&mut bytes);
    read.map_err(|source| FileError::Read {
        file: file.into(),
        line: 0,
        source,
    })?;
    if bytes.len() as u64 > most {
        return Err(too_large(file, most));
    }
    Ok(bytes)
}

/// Checks what a workbook says of the parts that are unpacked into memory.
pub(crate) fn check_workbook<R: Read + Seek>(
    file: &str,
    archive: &mut ZipArchive<R>,
    most: u64,
) -> Result<(), FileError> {
    let broken = |source| FileError::Zip {
        file: file.into(),
        source,
    };
    let mut held = 0u64;
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(broken)?;
        if !part.name_raw().starts_with(b"xl/worksheets/") {
            held = held.saturating_add(part.size());
        }
    }
    if held > most {
        return Err(too_large(file, most));
    }
    Ok(())
}

fn too_large(file: &str, most: u64) -> FileError {
    FileError::TooLargeUnpacked {
        file: file.into(),
        limit_mib: most >> 20,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use biaochi_domain::{Language, Localized as _};

    use super::*;

    #[test]
    fn reads_up_to_the_limit_and_no_further() {
        let megabyte = 1 << 20;
        let exact = whole("f", std::io::repeat(0).take(megabyte), megabyte);
        assert_eq!(exact.map(|bytes| bytes.len()).ok(), Some(1 << 20));
        let endless = whole("f.gz", std::io::repeat(0), megabyte).expect_err("endless");
        assert_eq!(
            endless.text(Language::Zh),
            "文件“f.gz”解压后超过 1 MiB 的内存上限，未读取。如确为首页数据，请解压并拆成较小的文件后再导入。"
        );
    }

    #[test]
    fn parts_beside_the_sheets_count() {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"] {
            let options = zip::write::SimpleFileOptions::default();
            writer.start_file(name, options).expect("memory");
            writer.write_all(&[b' '; 1000]).expect("memory");
        }
        let mut archive = writer.finish_into_readable().expect("memory");
        assert!(check_workbook("f", &mut archive, 1000).is_ok());
        assert!(matches!(
            check_workbook("f", &mut archive, 999),
            Err(FileError::TooLargeUnpacked { .. })
        ));
    }
}
