/// A table of texts as a person delivers it: a sheet of a workbook, or a CSV file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// How messages name it, such as `机构.xlsx 科室`.
    pub place: String,
    /// Its name, or that of the file without folder and extension.
    pub name: String,
    /// Its lines that are not blank, from the top.
    pub lines: Vec<SheetLine>,
}

/// A line of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SheetLine {
    /// Its number, from 1.
    pub number: u64,
    /// Its cells, without blanks around them.
    pub cells: Vec<String>,
}
