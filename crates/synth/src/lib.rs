//! A seeded, realistic synthetic population and its front pages.
