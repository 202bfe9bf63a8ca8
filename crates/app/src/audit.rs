//! The audit trail: looking at it, verifying it, and taking it out as a file.

mod words;

use std::fs;
use std::io::{self, Seek, Write};

use biaochi_access::Roles;
use biaochi_domain::{Language, Localized as _, spreadsheet_text};
use biaochi_store::{
    AuditEntry, AuditFault, AuditFilter, AuditOrder, AuditPage, AuditVerification, Scope, Store,
};
use rust_xlsxwriter::{Color, Format, Workbook, XlsxError};

pub use self::words::change;
use crate::worklist::{WorklistError, with_store};
use crate::{Workspace, beijing};

/// Rows that are read at once for a file.
const ROWS_AT_ONCE: u32 = 1000;

/// Heading and width of each column of a file.
const COLUMNS: [(&str, f64); 13] = [
    ("序号", 8.0),
    ("时间", 20.0),
    ("操作人", 16.0),
    ("来源", 16.0),
    ("操作", 16.0),
    ("对象类别", 14.0),
    ("对象", 30.0),
    ("机构", 16.0),
    ("结果", 8.0),
    ("之前", 30.0),
    ("之后", 30.0),
    ("理由", 40.0),
    ("哈希", 66.0),
];

/// Rows of the trail, the newest first.
///
/// # Errors
/// The organisation asked for is out of scope, or the database fails.
pub fn list(
    workspace: &Workspace,
    scope: &Scope,
    filter: &AuditFilter,
    behind: Option<u64>,
    limit: u32,
) -> Result<AuditPage, WorklistError> {
    with_store(workspace, async |store: &Store| {
        let order = AuditOrder::NewestFirst;
        Ok(store.audit(scope, filter, order, behind, limit).await?)
    })
}

/// The file in the workspace with the end of the last verification that found nothing: somebody who may change the
/// database and not the workspace cannot take rows off the end, or write all of them anew, unseen.
const KEPT: &str = "audit-verified.txt";

/// The file in the workspace with the number of the first sealed row: without it somebody who may change the database
/// could take all seals away and have the trail begin to be sealed later.
const SEALED: &str = "audit-sealed.txt";

/// Verifies the whole trail, and that it still holds what was noted of an earlier verification – by a person, or in the
/// workspace by this function.
///
/// # Errors
/// The database fails.
pub fn verify(
    workspace: &Workspace,
    noted: Option<(u64, &str)>,
) -> Result<AuditVerification, WorklistError> {
    let file = workspace.root().join(KEPT);
    let kept = fs::read_to_string(&file).ok();
    let kept = kept.as_deref().and_then(noted_end);
    with_store(workspace, async |store: &Store| {
        let mut found = store.verify_audit(noted).await?;
        if let Some((number, hash)) = kept {
            let behind = number.checked_sub(1);
            let (all, order) = (AuditFilter::default(), AuditOrder::OldestFirst);
            let page = store.audit(&Scope::All, &all, order, behind, 1).await;
            // Where the row cannot be read, the verification says so.
            let row = page.ok().and_then(|page| page.entries.into_iter().next());
            let same = row.is_some_and(|row| row.number == number && row.hash == hash);
            let fault = AuditFault::OtherThanNoted { number };
            if !same && number > 0 && !found.faults.contains(&fault) {
                found.faults.push(fault);
            }
        }
        let sealed = fs::read_to_string(workspace.root().join(SEALED)).ok();
        let sealed: Option<u64> = sealed.and_then(|text| text.trim().parse().ok());
        if let Some(number) = sealed
            && found.sealed_from.is_none_or(|first| first > number)
        {
            found.faults.push(AuditFault::Unsealed { number });
        }
        Ok(found)
    })
    .inspect(|found| {
        if let (true, Some(number)) = (found.faults.is_empty(), found.sealed_from) {
            let _ = fs::write(workspace.root().join(SEALED), format!("{number}\n"));
        }
        if found.faults.is_empty() {
            // A workspace that cannot be written to is verified all the same.
            let _ = fs::write(&file, format!("{}:{}\n", found.number, found.hash));
        }
    })
}

/// The end of a verification as people note it, `number:hash`.
pub fn noted_end(text: &str) -> Option<(u64, &str)> {
    let (number, hash) = text.trim().split_once(':')?;
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then_some(())?;
    Some((number.trim().parse().ok()?, hash))
}

/// All rows of the trail that a filter means, the oldest first.
///
/// # Errors
/// The organisation asked for is out of scope, or the database fails.
pub fn rows(
    workspace: &Workspace,
    scope: &Scope,
    filter: &AuditFilter,
) -> Result<Vec<AuditEntry>, WorklistError> {
    with_store(workspace, async |store: &Store| {
        let mut entries = Vec::new();
        let mut behind = None;
        loop {
            let order = AuditOrder::OldestFirst;
            let page = store
                .audit(scope, filter, order, behind, ROWS_AT_ONCE)
                .await?;
            entries.extend(page.entries);
            behind = page.next;
            if behind.is_none() {
                return Ok(entries);
            }
        }
    })
}

/// Writes rows as CSV, with a mark at the beginning by which spreadsheets know its encoding. No cell runs as a formula.
///
/// # Errors
/// The file cannot be written.
pub fn write_csv(entries: &[AuditEntry], roles: &Roles, mut out: impl Write) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS.map(|(title, _)| title))?;
    for entry in entries {
        let cells = cells(entry, roles);
        table.write_record(cells.iter().map(|cell| spreadsheet_text(cell).into_owned()))?;
    }
    table.flush()
}

/// Writes rows as a workbook. Every cell is text, and one that would become a formula when somebody edits it is marked.
///
/// # Errors
/// The file cannot be written.
pub fn write_workbook(
    entries: &[AuditEntry],
    roles: &Roles,
    out: impl Write + Seek + Send,
) -> io::Result<()> {
    build(entries, roles, out).map_err(io::Error::other)
}

fn build(
    entries: &[AuditEntry],
    roles: &Roles,
    out: impl Write + Seek + Send,
) -> Result<(), XlsxError> {
    let heading = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0xE8_EE_F7));
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    sheet.set_name("审计日志")?;
    for (index, (title, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(index, width)?;
        sheet.write_string_with_format(0, index, title, &heading)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (row, entry) in (1..).zip(entries) {
        for (column, cell) in (0..).zip(cells(entry, roles)) {
            sheet.write_string(row, column, spreadsheet_text(&cell))?;
        }
    }
    workbook.save_to_writer(out)
}

/// A row as people read it.
pub fn cells(entry: &AuditEntry, roles: &Roles) -> [String; 13] {
    let zh = Language::Zh;
    let told = &entry.entry;
    let (before, after) = change(told, roles, zh);
    [
        entry.number.to_string(),
        beijing::shown_to_the_second(entry.at),
        entry.actor.clone(),
        entry.origin.clone(),
        told.action.text(zh),
        told.resource.text(zh),
        told.subject.clone(),
        told.organisation_code.clone(),
        told.outcome.text(zh),
        before,
        after,
        told.reason.clone(),
        entry.hash.clone(),
    ]
}

#[cfg(test)]
mod tests {
    use biaochi_access::Resource;
    use biaochi_packs::RoleLibrary;
    use biaochi_store::{Actor, AuditAction, NewAuditEntry};

    use super::*;
    use crate::workspace::Config;

    #[test]
    fn files_hold_every_row_and_no_formula() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = Workspace::init(folder.path(), Config::default()).expect("a new workspace");
        let written = with_store(&workspace, async |store: &Store| {
            for n in 0..3 {
                let reason = "=HYPERLINK(\"http://evil\",\"点我\")";
                let entry =
                    NewAuditEntry::done(AuditAction::Exported, Resource::Report, format!("r{n}"))
                        .because(reason);
                let who = Actor::now("@zhang");
                store.record_audit(&who, &[entry]).await?;
            }
            Ok(())
        });
        written.expect("written");
        let filter = AuditFilter::default();
        let entries = rows(&workspace, &Scope::All, &filter).expect("rows");
        assert_eq!(entries.len(), 3);
        let roles = RoleLibrary::embedded().load().expect("the built-in roles");
        let mut out = Vec::new();
        write_csv(&entries, &roles, &mut out).expect("written");
        let text = String::from_utf8(out).expect("UTF-8");
        assert!(
            text.starts_with('\u{feff}') && text.lines().count() == 4,
            "{text}"
        );
        let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        for record in reader.records() {
            for cell in &record.expect("a record") {
                assert!(!cell.starts_with(['=', '@', '+']), "{cell}");
            }
        }
        let mut out = io::Cursor::new(Vec::new());
        write_workbook(&entries, &roles, &mut out).expect("written");
        let bytes = out.into_inner();
        assert!(bytes.starts_with(b"PK"));
        let mut archive = zip::ZipArchive::new(io::Cursor::new(bytes)).expect("a workbook");
        let mut sheet = String::new();
        let mut file = archive
            .by_name("xl/worksheets/sheet1.xml")
            .expect("a sheet");
        io::Read::read_to_string(&mut file, &mut sheet).expect("text");
        assert!(!sheet.contains("<f>") && sheet.contains("r2"), "{sheet}");
        let verified = verify(&workspace, None).expect("verified");
        assert!(verified.faults.is_empty() && verified.entries == 3);
        // The next verification remembers: with another end, rows were taken off or written anew.
        let kept = workspace.root().join(KEPT);
        let again = verify(&workspace, None).expect("verified");
        assert!(again.faults.is_empty());
        for (number, faults) in [(3, 1), (4, 1), (0, 0)] {
            fs::write(&kept, format!("{number}:{}", "ab".repeat(32))).expect("written");
            let found = verify(&workspace, None).expect("verified").faults;
            assert_eq!(found.len(), faults, "{found:?}");
        }
        let text = fs::read_to_string(&kept).expect("read");
        assert_eq!(noted_end(&text), Some((3, verified.hash.as_str())));
    }
}
