//! Routes, wire types and their OpenAPI document; only it knows HTTP.
