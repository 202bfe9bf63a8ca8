use biaochi_domain::{Language, Localized};
use biaochi_records::Layout;

use crate::HeadingPlace;
use crate::reason::{of_archive, of_reading, of_workbook, of_workbook_archive};

/// A file that cannot be read as front pages. Rows that cannot be read are no such error: they are
/// rejects.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// Reading failed; a truncated gzip or zip file ends so as well.
    #[error("{file}: reading failed after line {line}")]
    Read {
        /// The file or archive member.
        file: String,
        /// Last complete line.
        line: u64,
        /// The cause.
        source: std::io::Error,
    },
    /// No data at all.
    #[error("{file}: the file is empty")]
    Empty {
        /// The file or archive member.
        file: String,
    },
    /// Parquet, which the caller reads.
    #[error("{file}: a Parquet file")]
    Parquet {
        /// The file or archive member.
        file: String,
    },
    /// An Excel 97-2003 workbook.
    #[error("{file}: an Excel 97-2003 workbook (.xls)")]
    LegacyExcel {
        /// The file or archive member.
        file: String,
    },
    /// A broken zip archive.
    #[error("{file}: broken or encrypted zip archive")]
    Zip {
        /// The archive.
        file: String,
        /// The cause.
        source: zip::result::ZipError,
    },
    /// A broken workbook.
    #[error("{file}: broken or encrypted workbook")]
    Workbook {
        /// The workbook.
        file: String,
        /// The cause.
        source: Box<calamine::XlsxError>,
    },
    /// An archive within another one.
    #[error("{file}: a packed file within a packed file")]
    Nested {
        /// The file or archive member.
        file: String,
    },
    /// What must be held in memory is too large.
    #[error("{file}: unpacks to more than the {limit_mib} MiB that are held in memory")]
    TooLargeUnpacked {
        /// The file or archive member.
        file: String,
        /// Mebibytes that are allowed.
        limit_mib: u64,
    },
    /// A cell outside of what a sheet can have.
    #[error(
        "{file}: a cell at row {row}, column {column}, beyond the 1048576 rows and 16384 columns of \
         a sheet"
    )]
    CellBeyondSheet {
        /// The workbook.
        file: String,
        /// Row from one.
        row: u64,
        /// Column from one.
        column: u64,
    },
    /// A line that is longer than what is held in memory of a line, such as a file without line ends.
    #[error("{file}: line {line} is longer than {} KiB", limit >> 10)]
    LineTooLong {
        /// The file or archive member.
        file: String,
        /// The line.
        line: u64,
        /// Bytes that a line may have.
        limit: u64,
    },
    /// Neither UTF-8 nor GB18030 fits.
    #[error("{file}: near line {line}: neither UTF-8 nor GB18030")]
    Encoding {
        /// The file or archive member.
        file: String,
        /// First line of the part that fits nothing.
        line: u64,
    },
    /// No line looks like the header of a known layout.
    #[error("{file}: no header of a known layout")]
    UnknownHeader {
        /// The file or archive member.
        file: String,
        /// The first headings that were found, as far as they cannot be a patient's values.
        headings: Vec<String>,
        /// How many others there are.
        hidden: usize,
    },
    /// Columns without which the layout cannot be used.
    #[error("{file}: layout {layout}: missing columns {columns:?}")]
    MissingColumns {
        /// The file or archive member.
        file: String,
        /// The recognised layout.
        layout: Layout,
        /// All missing essential columns: heading and Chinese name.
        columns: Vec<(&'static str, &'static str)>,
    },
    /// Several columns with the same meaning.
    #[error("{file}: duplicate columns {columns:?}")]
    DuplicateColumns {
        /// The file or archive member.
        file: String,
        /// Every pair of columns that mean the same.
        columns: Vec<(HeadingPlace, HeadingPlace)>,
    },
    /// N041 names no organisation and the caller gave none.
    #[error("{file}: layout {layout} has no organisation code and none was given")]
    OrganisationNeeded {
        /// The file or archive member.
        file: String,
        /// The layout.
        layout: Layout,
    },
}

impl FileError {
    /// What is wrong, where, and what to do, in Chinese.
    fn chinese(&self) -> String {
        match self {
            Self::Read { file, line, source } => format!(
                "文件“{file}”读到第 {line} 行之后中断（{}）。文件可能不完整，请重新复制或导出后再导入。",
                of_reading(source, Language::Zh)
            ),
            Self::Empty { file } => format!("文件“{file}”是空的。请检查导出是否成功。"),
            Self::Parquet { file } => {
                format!("文件“{file}”是 Parquet 文件，不能按文本读取。请直接用 import 导入。")
            }
            Self::LegacyExcel { file } => format!(
                "文件“{file}”是旧版 Excel（.xls）工作簿，或设了密码的工作簿。请在 Excel 中去掉密码、另存为 .xlsx 或 CSV 后再导入。"
            ),
            Self::Zip { file, source } if names_workbook(file) => {
                let (reason, todo) = of_workbook_archive(source);
                format!("工作簿“{file}”打不开（{reason}）。{todo}。")
            }
            Self::Zip { file, source } => {
                let (reason, todo) = of_archive(source);
                format!("压缩包“{file}”打不开（{reason}）。{todo}。")
            }
            Self::Workbook { file, source } => {
                let (reason, todo) = of_workbook(source);
                format!("工作簿“{file}”打不开（{reason}）。{todo}。")
            }
            Self::Nested { file } => {
                format!("“{file}”是压缩文件中的压缩文件，不能直接读取。请先解压后再导入。")
            }
            Self::TooLargeUnpacked { file, limit_mib } => format!(
                "文件“{file}”解压后超过 {limit_mib} MiB 的内存上限，未读取。\
                 如确为首页数据，请解压并拆成较小的文件后再导入。"
            ),
            Self::CellBeyondSheet { file, row, column } => format!(
                "工作簿“{file}”中有位于第 {row} 行第 {column} 列的单元格，超出工作表的范围\
                 （1048576 行、16384 列）。文件可能已损坏，请在 Excel 中打开并另存后再导入。"
            ),
            Self::LineTooLong { file, line, limit } => format!(
                "文件“{file}”第 {line} 行超过 {} KiB 还没有结束，没有继续读取。文件可能不是文本表格，或者没有换行、\
                 引号没有成对。请用逗号分隔、每份病案一行的 CSV 或 Excel 重新导出。",
                limit >> 10
            ),
            Self::Encoding { file, line } => format!(
                "文件“{file}”第 {line} 行附近既不是 UTF-8 也不是 GB18030 编码。\
                 请用其中一种编码重新导出，并确认这是文本文件。"
            ),
            Self::UnknownHeader {
                file,
                headings,
                hidden,
            } => format!(
                "文件“{file}”中没有找到可识别的表头（看到：{}）。第一行应为 hqms811、n041、tcm2019 \
                 或最小格式的列名。",
                seen(headings, *hidden, "、", "个未知列名")
            ),
            Self::MissingColumns {
                file,
                layout,
                columns,
            } => {
                let names: Vec<_> = columns
                    .iter()
                    .map(|(name, name_zh)| format!("{name}（{name_zh}）"))
                    .collect();
                format!(
                    "文件“{file}”按表头识别为 {layout}（{}），缺少必备列：{}。请补齐这些列后重新导出。",
                    layout.name_zh(),
                    names.join("、")
                )
            }
            Self::DuplicateColumns { file, columns } => {
                let pairs: Vec<_> = columns
                    .iter()
                    .map(|(a, b)| {
                        format!(
                            "第 {} 列“{}”与第 {} 列“{}”",
                            a.position, a.heading, b.position, b.heading
                        )
                    })
                    .collect();
                format!(
                    "文件“{file}”有重复的列：{}。请各保留一列后重新导入。",
                    pairs.join("；")
                )
            }
            Self::OrganisationNeeded { file, layout } => format!(
                "文件“{file}”的格式 {layout} 没有组织机构代码列。请用 --organisation 给出组织机构代码。"
            ),
        }
    }
}

/// Whether a file should be a workbook by its name.
fn names_workbook(file: &str) -> bool {
    let name = file.to_ascii_lowercase();
    [".xlsx", ".xlsm"].iter().any(|end| name.ends_with(end))
}

impl Localized for FileError {
    fn text(&self, language: Language) -> String {
        if language == Language::Zh {
            return self.chinese();
        }
        match self {
            Self::Read { source, .. } => {
                let reason = of_reading(source, Language::En);
                format!("{self} ({reason}). The file may be incomplete: copy or export it again.")
            }
            Self::Empty { .. } => format!("{self}. Check whether the export succeeded."),
            Self::Parquet { .. } => format!("{self}, which is not text. Import it as it is."),
            Self::LegacyExcel { .. } => {
                format!("{self} or one with a password. Save it as .xlsx or CSV without one.")
            }
            Self::Zip { file, source } if names_workbook(file) => {
                format!(
                    "{file}: not a readable workbook ({source}). Open it in Excel and save it again."
                )
            }
            Self::Zip { source, .. } => format!("{self} ({source}). Unpack it or pack it again."),
            Self::Workbook { source, .. } => {
                format!("{self} ({source}). Open it in Excel and save it again.")
            }
            Self::Nested { .. } => format!("{self}. Unpack it first."),
            Self::TooLargeUnpacked { .. } => {
                format!(
                    "{self}. If it holds front pages, unpack it and split it into smaller files."
                )
            }
            Self::CellBeyondSheet { .. } => {
                format!("{self}. It may be damaged: open it in Excel and save it again.")
            }
            Self::LineTooLong { .. } => format!(
                "{self}. It may be no table of text, or have no line ends: export it as CSV, one record per line."
            ),
            Self::Encoding { .. } => {
                format!("{self}. Export it again in one of them, and make sure that it is text.")
            }
            Self::UnknownHeader {
                headings, hidden, ..
            } => format!(
                "{self} (found: {}). The first line must name the columns of hqms811, n041, tcm2019 \
                 or the case layout.",
                seen(headings, *hidden, ", ", "unknown")
            ),
            Self::MissingColumns {
                file,
                layout,
                columns,
            } => {
                let names: Vec<_> = columns
                    .iter()
                    .map(|(name, name_zh)| format!("{name} ({name_zh})"))
                    .collect();
                format!(
                    "{file}: recognised as {layout}, but these columns are missing: {}. Export them too.",
                    names.join(", ")
                )
            }
            Self::DuplicateColumns { file, columns } => {
                let pairs: Vec<_> = columns
                    .iter()
                    .map(|(a, b)| {
                        format!(
                            "column {} {:?} and column {} {:?}",
                            a.position, a.heading, b.position, b.heading
                        )
                    })
                    .collect();
                format!(
                    "{file}: columns that mean the same: {}. Keep one of each.",
                    pairs.join("; ")
                )
            }
            Self::OrganisationNeeded { .. } => format!("{self}. Give it with --organisation."),
        }
    }
}

/// Headings as a message shows them: `A01、B12、‹3 个未知列名›`.
fn seen(headings: &[String], hidden: usize, between: &str, unknown: &str) -> String {
    let mut seen = headings.to_vec();
    if hidden > 0 {
        seen.push(format!("‹{hidden} {unknown}›"));
    }
    seen.join(between)
}
