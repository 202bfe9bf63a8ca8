//! Scoring shapes, assessment schemes, index: values in, scores with reasons out.
