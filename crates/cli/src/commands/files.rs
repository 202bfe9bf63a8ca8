//! Files that commands read with progress and write with care.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal as _, Write as _};
use std::path::Path;

use crate::outcome::Failure;
use crate::screen::{Screen, Unit};

/// Spreadsheets take UTF-8 for granted only after a byte-order mark.
pub(super) const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Writes beside the target first, so that an interrupted or failed run never looks like a finished one.
pub(super) fn into_file<T>(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let failed = |error: io::Error| Failure::file(path, &error);
    let mut draft = path.as_os_str().to_owned();
    draft.push(".part");
    let mut out = BufWriter::new(File::create(&draft).map_err(failed)?);
    let written = write(&mut out).and_then(|written| {
        out.flush().map_err(failed)?;
        Ok(written)
    });
    drop(out);
    let written = written.inspect_err(|_| drop(std::fs::remove_file(&draft)))?;
    std::fs::rename(&draft, path).map_err(failed)?;
    Ok(written)
}

/// Whether a path means standard input.
pub(super) fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Works through a file, or standard input, under a progress bar that counts bytes.
pub(super) fn with_progress<T>(
    path: &Path,
    label: &str,
    screen: &Screen,
    work: impl FnOnce(&(dyn Fn(u64) + Sync)) -> T,
) -> T {
    let standard_input = is_standard_input(path);
    let size = std::fs::metadata(path).ok().map(|metadata| metadata.len());
    let bar = screen.progress(size.filter(|_| !standard_input), Unit::Bytes);
    bar.set_message(label.to_owned());
    if standard_input && io::stdin().is_terminal() {
        screen.note(screen.say("从标准输入读取…", "reading standard input …"));
    }
    let result = work(&|bytes| bar.inc(bytes));
    bar.finish_and_clear();
    result
}

/// Writes rows as CSV with a heading to standard output.
pub(super) fn write_csv(
    screen: &Screen,
    heading: &[&str],
    rows: &[Vec<String>],
) -> Result<(), Failure> {
    screen.raw(|out| {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(heading)?;
        for row in rows {
            writer.write_record(row)?;
        }
        writer.flush()
    })
}
