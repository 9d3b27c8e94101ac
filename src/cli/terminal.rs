//! What the reader's terminal can show.

use std::env;
use std::io::IsTerminal;

use clap::ValueEnum;

use crate::report::Look;

/// The columns to fill where there is no terminal to ask.
const WIDTH: usize = 100;

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How to write to a stream.
pub(super) fn look(color: Color, stream: &impl IsTerminal) -> Look {
    let is_terminal = stream.is_terminal();
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
    Look {
        color: match color {
            Color::Auto => is_terminal && !is_set("NO_COLOR") && !is_dumb,
            Color::Always => true,
            Color::Never => false,
        },
        unicode: !is_terminal || has_unicode(),
        width: if is_terminal { width() } else { WIDTH },
    }
}

fn width() -> usize {
    terminal_size::terminal_size().map_or(WIDTH, |(width, _)| usize::from(width.0).clamp(40, 140))
}

/// True when the locale says UTF-8, or nothing.
fn has_unicode() -> bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"];
    let locale = names.iter().filter_map(env::var_os).find(|value| !value.is_empty());
    locale.is_none_or(|locale| {
        let locale = locale.to_string_lossy().to_uppercase();
        locale.contains("UTF-8") || locale.contains("UTF8")
    })
}
