//! Definitions of indicators, the measures they share, and their values rolled up.
