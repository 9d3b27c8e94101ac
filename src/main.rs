//! Starts plangate.

fn main() {}
