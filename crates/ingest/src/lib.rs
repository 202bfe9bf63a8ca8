//! Readers and writers of front-page files: header, encoding, rows, rejects.
