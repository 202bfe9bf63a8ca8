//! Reading the embedded tables: comma-separated, without quotes, a header first.

/// The rows of a table as arrays of its `N` cells.
///
/// # Panics
/// The header has other columns or a row another number of cells: the tables are part of the program.
pub(super) fn rows<const N: usize>(
    table: &'static str,
    columns: [&str; N],
) -> impl Iterator<Item = [&'static str; N]> {
    let mut lines = table.lines();
    let header = lines.next().unwrap_or_default();
    assert_eq!(header, columns.join(","), "header of a content table");
    lines.filter(|line| !line.is_empty()).map(|line| {
        let cells: Vec<&'static str> = line.split(',').collect();
        <[&str; N]>::try_from(cells).unwrap_or_else(|_| panic!("{N} cells expected: {line}"))
    })
}

/// A whole number of an embedded table.
///
/// # Panics
/// It is none.
pub(super) fn number<T: std::str::FromStr>(cell: &str) -> T {
    cell.parse()
        .unwrap_or_else(|_| panic!("a number expected in a content table: {cell:?}"))
}
