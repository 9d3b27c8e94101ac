//! Real documents of public projects: each is judged without an error, or refused with the
//! message that fits. Skipped with a message where the corpus is not at hand.

use std::collections::BTreeMap;
use std::path::Path;

use plangate::base::PolicyId;
use plangate::finding::{Counts, Outcome};
use plangate::input::{self, Document};

use crate::support;

/// The documents that are refused, and the words that say why.
const REFUSED: &[(&str, &str)] = &[
    ("plans/gcp-validator-applied/plan.json", "has the member `uniform_bucket_level_access` twice"),
    ("plans/malformed/terraform-wrapper-prefix.json", "has other text before the JSON document"),
    ("plans/malformed/terragrunt-multiplan.json", "holds several JSON documents"),
    ("plans/malformed/tfjson-invalid-plan.json", "has other text after the JSON document"),
    ("plans/malformed/tfjson-invalid-state.json", "has other text after the JSON document"),
    ("plans/malformed/vpc-endpoint-minimal.json", "has no `format_version`"),
    (
        "plans/tfplan2md-comprehensive/plan.json",
        "has the action [], which this version does not know",
    ),
    ("plans/tfplanctx-all-features/plan.json", "has no `format_version`"),
    ("plans/tofu-hcp-redacted/plan.json", "is a redacted plan of HCP Terraform"),
    ("states/inframap/empty.json", "is a state of version 3"),
    ("states/inframap/flexibleengine_state_tf_011.json", "has resources with flat attributes"),
    ("states/inframap/version_3_state.json", "is a state of version 3"),
    ("states/tfstate-lookup/roundtrip-v1-simple.out.tfstate", "has resources with flat attributes"),
    ("states/tfstate-lookup/roundtrip-v3-bigint.in.tfstate", "is a state of version 3"),
    ("states/tfstate-lookup/roundtrip-v3-grabbag.in.tfstate", "is a state of version 3"),
    ("states/tfstate-lookup/roundtrip-v3-invalid-depends.in.tfstate", "is a state of version 3"),
    ("states/tfstate-lookup/roundtrip-v3-simple.in.tfstate", "is a state of version 3"),
    (
        "states/tfstate-lookup/roundtrip-v4-legacy-modules.in.tfstate",
        "has resources with flat attributes",
    ),
    ("states/tfstate-lookup/roundtrip-v4-modules.in.tfstate", "has resources with flat attributes"),
    ("states/tfstate-lookup/roundtrip-v4-simple.in.tfstate", "has resources with flat attributes"),
    ("states/tofu-golden/empty.tfstate", "is empty"),
];

/// What an organisation has to say before some policies judge.
const PARAMETERS: &str = "fixtures/scenarios/terraform-operations/compliant/plangate.toml";

/// What a policy makes of all documents.
#[derive(Default)]
struct Row {
    counts: Counts,
    documents: usize,
}

impl Row {
    fn add(&mut self, counts: &Counts) {
        self.counts.merge(counts);
        self.documents += usize::from(counts.get(Outcome::Violation) > 0);
    }

    fn line(&self, policy: &PolicyId) -> String {
        let [passes, violations, undetermined] =
            [Outcome::Pass, Outcome::Violation, Outcome::Undetermined].map(|o| self.counts.get(o));
        let documents = self.documents;
        format!(
            "{:<50}{passes:>7}{violations:>11}{documents:>11}{undetermined:>14}\n",
            policy.as_str()
        )
    }
}

pub(crate) fn documents(corpus: &Path) -> Vec<Document> {
    let mut documents = Vec::new();
    for folder in ["plans", "states", "terraform-1.11"] {
        for entry in walkdir::WalkDir::new(corpus.join(folder)).sort_by_file_name() {
            let entry = entry.unwrap();
            let name = entry.path().strip_prefix(corpus).unwrap().display().to_string();
            let is_document = [".json", ".tfstate"].iter().any(|end| name.ends_with(end));
            let is_golden = name.ends_with("expected.json") || name.contains("/src/");
            if entry.file_type().is_file() && is_document && !is_golden {
                let bytes = std::fs::read(entry.path()).unwrap();
                documents.push(Document { label: name, bytes });
            }
        }
    }
    documents
}

#[test]
fn every_document_is_judged_or_refused() {
    let Some(corpus) = support::corpus() else { return };
    let refused: BTreeMap<&str, &str> = REFUSED.iter().copied().collect();
    let policies = support::built_in_as(PARAMETERS);
    let mut rows = BTreeMap::<PolicyId, Row>::new();
    let mut judged = BTreeMap::<&str, usize>::new();
    let mut outcomes = Counts::default();
    let mut wrong = Vec::new();
    let documents = documents(&corpus);
    assert!(REFUSED.iter().all(|(name, _)| documents.iter().any(|d| d.label == *name)));
    for document in documents {
        let label = document.label.clone();
        match (input::load(&document, None).map(|loaded| loaded.model), refused.get(label.as_str()))
        {
            (Ok(model), None) => {
                *judged.entry(model.kind.as_str()).or_default() += 1;
                let report = support::check_with(vec![document], &policies);
                outcomes.merge(&report.counts);
                for (policy, counts) in &report.by_policy {
                    rows.entry(policy.clone()).or_default().add(counts);
                }
                let errors = report.findings.iter().filter(|f| f.outcome == Outcome::Error);
                wrong.extend(errors.map(|f| format!("{label}: {}: {:?}", f.address, f.reason)));
            }
            (Err(error), Some(words)) if error.to_string().contains(words) => {}
            (Ok(_), Some(_)) => wrong.push(format!("{label}: judged, but listed as refused")),
            (Err(error), _) => wrong.push(error.to_string()),
        }
    }
    support::say(&format!("judged {judged:?}, refused {}; {outcomes:?}", refused.len()));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Read by people, who looked at what is counted: so does whoever changes a number.
    let head = "policy                                             passes violations  documents  undetermined\n";
    let table = rows.iter().map(|(policy, row)| row.line(policy));
    let table: String = std::iter::once(head.to_owned()).chain(table).collect();
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("findings_by_policy", table);
    });
}
