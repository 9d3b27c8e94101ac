//! The members of the document of a resource, in words: `docs/document.md` is made from this table.

/// A member of the document.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// What it is called.
    pub name: &'static str,
    /// Its type in JSON.
    pub kind: &'static str,
    /// When it is there.
    pub when: &'static str,
    /// What it is.
    pub text: &'static str,
}

const fn member(
    name: &'static str,
    kind: &'static str,
    when: &'static str,
    text: &'static str,
) -> Member {
    Member { name, kind, when, text }
}

/// Every member, in the order of `docs/document.md`.
pub const MEMBERS: &[Member] = &[
    member(
        "address",
        "string",
        "always",
        "where the resource stands: `module.a.aws_s3_bucket.logs[0]`; a deposed object says so",
    ),
    member("type", "string", "always", "`aws_s3_bucket`"),
    member("name", "string", "always", "`logs`"),
    member("index", "number or string", "with `count` or `for_each`", "the key of the instance"),
    member("module", "string", "always", "the address of its module; empty for the root module"),
    member("mode", "string", "always", "`managed`, `data` or `ephemeral`"),
    member("provider", "string", "always", "`registry.terraform.io/hashicorp/aws`"),
    member(
        "action",
        "string",
        "always",
        "what is about to be done: `create`, `update`, `replace`, `delete`, `forget`, `read`, `invoke` or `no-op`; `none` in a state",
    ),
    member("action_reason", "string", "where the plan gives one", "why, in Terraform's word"),
    member(
        "values",
        "object",
        "always",
        "what will be true after apply; what is null or not known yet is absent",
    ),
    member(
        "unset",
        "array",
        "always",
        "names of attributes that the resource has and that are null; what is not known yet is not among them",
    ),
    member("before", "object", "where the object exists", "what is true before"),
    member(
        "configured",
        "object",
        "where the configuration is at hand",
        "which arguments the author wrote: `true` for each, nested blocks as lists of the same",
    ),
    member(
        "constants",
        "array",
        "where the configuration is at hand",
        "arguments whose values come from constants of the configuration alone, also through the calls of modules and `for_each`: their paths with dots and without positions",
    ),
    member(
        "references",
        "object",
        "where the configuration is at hand",
        "what the arguments refer to, by argument, those of nested blocks together: `aws_s3_bucket.logs.id`",
    ),
    member(
        "unknown",
        "array",
        "always",
        "paths of what is known only after apply, each a list of names and positions",
    ),
    member("sensitive", "array", "always", "paths of what is secret"),
    member(
        "derived",
        "object",
        "always",
        "the documents in strings (IAM policies, container definitions), at the paths of these and in one spelling",
    ),
    member(
        "linked",
        "object",
        "for the subject",
        "the documents of linked resources, lists by type",
    ),
    member(
        "via",
        "array",
        "for linked documents",
        "what links it: `attribute`, a path without positions, and `side`, whose it is: `subject`, `linked` or `provider`",
    ),
    member("replace_paths", "array", "always", "paths that force a replacement"),
    member("previous_address", "string", "after a `moved` block", "the address before"),
    member("importing", "boolean", "always", "an `import` block brings it under management"),
    member(
        "deposed",
        "string",
        "for a deposed object",
        "the key of the object, which waits to be destroyed",
    ),
    member("tainted", "boolean", "always", "the object is marked as damaged"),
    member(
        "lifecycle",
        "object",
        "where it is written",
        "`prevent_destroy`, where it is a constant",
    ),
];
