//! The command line, as sessions in `tests/cmd/`.

#[test]
fn sessions() {
    trycmd::TestCases::new().env("NO_COLOR", "1").case("tests/cmd/**/*.md");
}
