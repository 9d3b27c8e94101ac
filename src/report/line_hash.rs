//! The hash by which GitHub code scanning knows a line, `primaryLocationLineHash`.
//!
//! It moves with the line, so an alert survives edits above it. The `upload-sarif` action would
//! compute it by itself, but other ways of uploading do not. What is computed here must equal what
//! the action computes, or it warns. It is a rolling hash over the UTF-16 units from the start of
//! a line on; blanks and tabs do not count, every line end counts as a line feed.
//!
//! Lines are GitHub's: they end at `\n`, `\r\n` or a lone `\r`, and there is one after the last end.

use std::collections::{HashMap, VecDeque};

/// How many units a hash is made of.
const BLOCK: usize = 100;
/// The factor of the rolling hash.
const FACTOR: u64 = 37;
/// The factor of the unit that leaves the block.
const LAST_FACTOR: u64 = FACTOR.wrapping_pow(BLOCK as u32);
/// What stands for the end of the text.
const END: u16 = u16::MAX;
/// What stands after the end.
const PADDING: u16 = 0;

/// The hash of every line of `text`, in order, each with the number of lines up to this one that
/// have the same hash: `<hexadecimal>:<number>`.
///
/// `text` is the file as it is on disk, with its byte order mark if it has one.
pub(super) fn line_hashes(text: &str) -> Vec<String> {
    let mut hashes = Vec::new();
    let mut seen: HashMap<u64, usize> = HashMap::new();
    let mut block: VecDeque<Unit> = [Unit { value: PADDING, starts_line: false }; BLOCK].into();
    let mut hash: u64 = 0;
    for unit in units(text) {
        let Some(first) = block.pop_front() else { break };
        // The block now holds everything from the start of that line on.
        if first.starts_line {
            let number = seen.entry(hash).or_default();
            *number += 1;
            hashes.push(format!("{hash:x}:{number}"));
        }
        hash = hash
            .wrapping_mul(FACTOR)
            .wrapping_add(u64::from(unit.value))
            .wrapping_sub(LAST_FACTOR.wrapping_mul(u64::from(first.value)));
        block.push_back(unit);
    }
    hashes
}

/// A unit that counts.
#[derive(Clone, Copy)]
struct Unit {
    value: u16,
    starts_line: bool,
}

/// The units of `text` that count, its end, and as much padding as brings the last line out.
fn units(text: &str) -> impl Iterator<Item = Unit> {
    const LINE_FEED: u16 = b'\n' as u16;
    const CARRIAGE_RETURN: u16 = b'\r' as u16;
    const BLANK: u16 = b' ' as u16;
    const TAB: u16 = b'\t' as u16;

    let mut after_return = false;
    let written = text.encode_utf16().filter_map(move |unit| {
        let ends_pair = after_return && unit == LINE_FEED;
        after_return = unit == CARRIAGE_RETURN;
        match unit {
            _ if ends_pair => None,
            BLANK | TAB => None,
            CARRIAGE_RETURN => Some(LINE_FEED),
            unit => Some(unit),
        }
    });
    let mut starts_line = true;
    let counted = written.chain([END]).map(move |value| {
        let unit = Unit { value, starts_line };
        starts_line = value == LINE_FEED;
        unit
    });
    counted.chain([Unit { value: PADDING, starts_line: false }; BLOCK])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors that GitHub's own tests publish.
    #[test]
    fn hashes_are_those_of_github() {
        let ended = [
            "e9496ae3ebfced30:1",
            "fb7c023a8b9ccb3f:1",
            "ce8ba1a563dcdaca:1",
            "e20e36e16fcb0cc8:1",
            "b3edc88f2938467e:1",
            "c8e28b0b4002a3a0:1",
            "c129715d7a2bc9a3:1",
        ];
        let repeated = "Lorem ipsum dolor sit amet.\n".repeat(10);
        let cases: [(&str, &[&str]); 8] = [
            ("", &["c129715d7a2bc9a3:1"]),
            (
                " a\nb\n  \t\tc\n d",
                &[
                    "271789c17abda88f:1",
                    "54703d4cd895b18:1",
                    "180aee12dab6264:1",
                    "a23a3dc5e078b07b:1",
                ],
            ),
            (
                " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
                &[
                    "8b7cf3e952e7aeb2:1",
                    "b1ae1287ec4718d9:1",
                    "bff680108adb0fcc:1",
                    "c6805c5e1288b612:1",
                    "b86d3392aea1be30:1",
                    "e6ceba753e1a442:1",
                ],
            ),
            (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", &ended),
            (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", &ended),
            (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", &ended),
            (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", &ended),
            (
                &repeated,
                &[
                    "a7f2ff13bc495cf2:1",
                    "a7f2ff13bc495cf2:2",
                    "a7f2ff13bc495cf2:3",
                    "a7f2ff13bc495cf2:4",
                    "a7f2ff13bc495cf2:5",
                    "a7f2ff13bc495cf2:6",
                    "a7f2ff1481e87703:1",
                    "a9cf91f7bbf1862b:1",
                    "55ec222b86bcae53:1",
                    "cc97dc7b1d7d8f7b:1",
                    "c129715d7a2bc9a3:1",
                ],
            ),
        ];
        for (text, hashes) in cases {
            assert_eq!(line_hashes(text), hashes, "{text:?}");
        }
    }

    #[test]
    fn a_blank_between_return_and_line_feed_makes_two_line_ends() {
        assert_eq!(line_hashes("a\r\nb").len(), 2);
        assert_eq!(line_hashes("a\r \nb").len(), 3);
    }

    #[test]
    fn units_beyond_the_basic_plane_count_twice() {
        // 98 units, a surrogate pair, and a second line that is out of reach of the first.
        let line = format!("{}\u{1d11e}", "x".repeat(98));
        let (short, long) =
            (line_hashes(&format!("{line}\na")), line_hashes(&format!("{line}\nb")));
        assert_eq!(short.first(), long.first());
        assert_ne!(short.get(1), long.get(1));
    }
}
