//! The day of a run. The only place that asks the system for the time.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::base::Date;

/// Today, in UTC.
///
/// # Errors
/// When the system does not know what day it is: nothing that ends may be taken to go on.
pub(super) fn today() -> Result<Date, String> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    let seconds = since.and_then(|since| i64::try_from(since.as_secs()).ok());
    seconds
        .and_then(Date::at)
        .ok_or_else(|| "the system's clock shows no day: give one with `--today`".to_owned())
}
