//! Content packs: schemes, codes, value sets, weights; overlays, checks, import.
