//! Code systems, value sets and concept maps: look-up and translation.
