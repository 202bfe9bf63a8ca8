//! The typed front page and its field catalogue.
