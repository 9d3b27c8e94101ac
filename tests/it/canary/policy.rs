//! Policies that print what they must not, in every form that they can make.

use std::path::Path;

/// Bodies of policies that judge every resource.
const OF_RESOURCES: &[(&str, &str)] = &[
    (
        "says",
        r#"deny contains violation if {
	some holder in [input.values, input.before]
	walk(holder, [path, value])
	not is_object(value)
	not is_array(value)
	violation := {"message": sprintf("it is %v", [value]), "attribute": path}
}"#,
    ),
    (
        "encodes",
        r#"deny contains {"message": concat(" ", texts), "attribute": path} if {
	walk(input.values, [path, value])
	not is_object(value)
	text := sprintf("%v", [value])
	texts := [
		base64.encode(text), base64.encode(concat("", ["x", text])),
		base64.encode(concat("", ["xx", text])), base64url.encode(text),
		base64url.encode_no_pad(text), hex.encode(text), urlquery.encode(text),
		json.marshal(value), json.marshal(json.marshal(value)),
		json.marshal({"a": json.marshal({"b": text})}), base64.encode(json.marshal(value)),
	]
}"#,
    ),
    (
        "splits",
        r#"deny contains {"message": line, "related": [line]} if {
	walk(input.values, [_, value])
	is_string(value)
	some line in split(value, "\n")
}"#,
    ),
    (
        "dumps",
        r#"deny contains {"message": json.marshal(input)} if true

deny contains {"message": sprintf("%v", [input.linked])} if true"#,
    ),
    (
        "points",
        r#"deny contains {"message": "it is here", "attribute": path} if {
	walk(input.values, [path, value])
	not is_object(value)
}

deny contains {"message": "it is called so", "attribute": [value]} if {
	walk(input.values, [_, value])
	is_string(value)
}"#,
    ),
];

/// Bodies of policies that judge plans as a whole.
const OF_PLANS: &[(&str, &str)] = &[
    (
        "dumps_plan",
        r#"deny contains {"message": json.marshal(member), "attribute": [name]} if some name, member in input"#,
    ),
    (
        "walks_plan",
        r#"deny contains {"message": sprintf("it is %v", [value]), "attribute": path, "address": text} if {
	some name in ["variables", "outputs", "providers", "backend", "drift"]
	walk(input[name], [rest, value])
	not is_object(value)
	path := array.concat([name], rest)
	text := sprintf("%v", [value])
}"#,
    ),
];

/// Bodies that fail, or say what no policy may, when they meet a secret.
const FAULTY: &[&str] = &[
    "deny contains {\"message\": \"x\"} if to_number(text) == 3",
    "deny contains {\"message\": \"x\"} if json.unmarshal(concat(\"\", [\"{\", text]))",
    "deny contains {\"message\": \"x\"} if base64.decode(concat(\"\", [text, \"?\"]))",
    "deny contains {\"message\": \"x\"} if hex.decode(text)",
    "deny contains {\"message\": \"x\"} if regex.match(concat(\"\", [\"(\", text]), text)",
    "deny contains {\"message\": \"x\"} if time.parse_rfc3339_ns(text) == 1",
    "deny contains {\"message\": \"x\"} if time.parse_duration_ns(text) == 1",
    "deny contains {\"message\": \"x\"} if units.parse_bytes(text) == 1",
    "deny contains {\"message\": \"x\"} if semver.compare(text, \"1.0.0\") == 1",
    "deny contains {\"message\": \"x\"} if net.cidr_contains(text, \"10.0.0.1\")",
    "deny contains {\"message\": \"x\"} if startswith([text], text)",
    "deny contains {\"message\": \"x\"} if glob.match(concat(\"\", [\"[\", text]), [], text)",
    "deny contains {\"message\": \"x\"} if sprintf(\"%d %s\", [text]) == text",
    "deny contains {\"message\": \"x\", text: \"y\"}",
    "deny contains {\"message\": [text]}",
    "deny contains {\"message\": \"x\", \"attribute\": text}",
    "deny contains {\"message\": \"x\", \"address\": text}",
    "deny contains text",
    "deny contains {\"message\": \"x\"} if pick(1) == text\n\npick(_) := text",
];

/// Writes the policies that talk; returns how many there are.
pub(super) fn write_talkative(directory: &Path) -> usize {
    let named = |scope: &'static str| {
        move |(name, body): &(&str, &str)| ((*name).to_owned(), scope, (*body).to_owned())
    };
    let of_resources = OF_RESOURCES.iter().map(named("resource_types: [\"*\"]"));
    write(directory, of_resources.chain(OF_PLANS.iter().map(named("scope: plan"))))
}

/// Writes the policies that fail; returns how many there are.
pub(super) fn write_faulty(directory: &Path) -> usize {
    let text = "text := sprintf(\"%v\", [[v | walk(input.values, [_, v]); not is_object(v)][0]])";
    let failing = FAULTY.iter().enumerate().map(|(at, body)| {
        (format!("fails_{at}"), "resource_types: [\"*\"]", format!("{body}\n\n{text}"))
    });
    write(directory, failing)
}

/// Writes policies of these names, subjects and bodies.
fn write(
    directory: &Path,
    policies: impl Iterator<Item = (String, &'static str, String)>,
) -> usize {
    let folder = directory.join("team");
    std::fs::create_dir_all(&folder).unwrap();
    let mut number = 0;
    for (name, scope, body) in policies {
        let text = format!(
            "# METADATA\n# title: Talks\n# custom:\n#   severity: low\n#   {scope}\n\
             package policies.team.{name}\n\n{body}\n"
        );
        std::fs::write(folder.join(format!("{name}.rego")), text).unwrap();
        number += 1;
    }
    number
}
