/// What the first bytes of a file tell about its container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Container {
    /// Delimited text, or anything that is nothing else.
    Text,
    /// gzip around another container.
    Gzip,
    /// A zip archive: files packed together, or an XLSX workbook, which is one as well.
    Zip,
    /// Parquet.
    Parquet,
    /// A compound file: Excel 97-2003, or an encrypted workbook.
    LegacyExcel,
}

/// Recognises a container by its first bytes; eight are enough.
pub fn detect(start: &[u8]) -> Container {
    if start.starts_with(&[0x1f, 0x8b]) {
        Container::Gzip
    } else if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        Container::Zip
    } else if start.starts_with(b"PAR1") {
        Container::Parquet
    } else if start.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        Container::LegacyExcel
    } else {
        Container::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_magic_bytes() {
        assert_eq!(detect(b"PAR1...."), Container::Parquet);
        assert_eq!(detect(&[0x1f, 0x8b, 8]), Container::Gzip);
        assert_eq!(detect(b"PK\x03\x04...."), Container::Zip);
        assert_eq!(detect(b"A01,A02"), Container::Text);
        assert_eq!(detect(b""), Container::Text);
    }
}
