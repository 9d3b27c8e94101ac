//! What a finding is known by from run to run.

use sha2::{Digest, Sha256};

use crate::finding::Finding;

/// The SHA-256 over policy, address and attribute: never over lines or messages, so that
/// editing a file or rewording a policy does not make an old finding a new one. Policies of other
/// tools need not say whose a finding is; then nothing but its message tells it from another.
#[must_use]
pub fn fingerprint(finding: &Finding) -> String {
    of(finding, &finding.address)
}

/// The same for all instances of a block, which code scanning shows as one.
pub(super) fn block_fingerprint(finding: &Finding) -> String {
    of(finding, &finding.block)
}

fn of(finding: &Finding, address: &str) -> String {
    let attribute = finding.attribute.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut hash = Sha256::new();
    let message = finding.message.as_str();
    let message = (finding.two_valued && address.is_empty()).then_some(message);
    for part in [finding.policy.as_str(), address, &attribute].into_iter().chain(message) {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hex(&hash.finalize())
}

/// Bytes as lower-case hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The SHA-256 of `bytes`.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
