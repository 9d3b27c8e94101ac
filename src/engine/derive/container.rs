//! Container definitions of ECS in one spelling: the provider takes names in any case.

use std::sync::Arc;

use crate::model::{Object, Value};

/// Members that policies ask for, as ECS spells them.
const MEMBERS: [&str; 38] = [
    "command",
    "containerPort",
    "cpu",
    "credentialSpecs",
    "dependsOn",
    "dockerLabels",
    "dockerSecurityOptions",
    "drop",
    "entryPoint",
    "environment",
    "environmentFiles",
    "essential",
    "firelensConfiguration",
    "healthCheck",
    "hostPort",
    "image",
    "initProcessEnabled",
    "add",
    "capabilities",
    "linuxParameters",
    "logConfiguration",
    "logDriver",
    "memory",
    "memoryReservation",
    "mountPoints",
    "name",
    "portMappings",
    "privileged",
    "protocol",
    "readonlyRootFilesystem",
    "readOnly",
    "repositoryCredentials",
    "secretOptions",
    "secrets",
    "user",
    "value",
    "valueFrom",
    "volumesFrom",
];

/// Members whose content is the author's own.
const FREE: [&str; 2] = ["dockerLabels", "options"];

/// The canonical form of container definitions.
///
/// # Errors
/// Why they are none.
pub(super) fn canonical(document: &Value) -> Result<Value, &'static str> {
    match document {
        Value::Array(containers) if containers.iter().all(|c| c.as_object().is_some()) => {
            containers.iter().map(respelled).collect::<Result<_, _>>().map(Value::Array)
        }
        _ => Err("it is no JSON list of objects"),
    }
}

fn respelled(value: &Value) -> Result<Value, &'static str> {
    match value {
        Value::Array(elements) => {
            elements.iter().map(respelled).collect::<Result<_, _>>().map(Value::Array)
        }
        Value::Object(members) => {
            let member = |(name, value): &(Arc<str>, Value)| {
                let known = MEMBERS.iter().find(|known| known.eq_ignore_ascii_case(name));
                let name = known.map_or_else(|| name.clone(), |known| Arc::from(*known));
                let is_free = FREE.contains(&&*name);
                Ok((name, if is_free { value.clone() } else { respelled(value)? }))
            };
            let members: Vec<_> =
                members.iter().map(member).collect::<Result<_, &'static str>>()?;
            Object::new(members).map(Value::Object).map_err(|_| "it has a member in two spellings")
        }
        other => Ok(other.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_in_one_spelling() {
        let shown = |text: &str| match canonical(&serde_json::from_str(text).unwrap()) {
            Ok(document) => serde_json::to_string(&document).unwrap(),
            Err(fault) => fault.to_owned(),
        };
        assert_eq!(
            shown(
                r#"[{"Name":"a","PRIVILEGED":true,"DockerLabels":{"User":"x"},"Environment":[{"Name":"B"}]}]"#
            ),
            r#"[{"dockerLabels":{"User":"x"},"environment":[{"name":"B"}],"name":"a","privileged":true}]"#
        );
        assert_eq!(shown("{}"), "it is no JSON list of objects");
        assert_eq!(shown("[1]"), "it is no JSON list of objects");
        assert_eq!(shown(r#"[{"user":"a","User":"b"}]"#), "it has a member in two spellings");
    }
}
