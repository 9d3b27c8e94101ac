//! `net.cidr_…`: what networks have to do with each other.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv4Subnets, Ipv6Net, Ipv6Subnets};
use regorus::Value;

use super::{Function, text};

pub(super) const FUNCTIONS: [Function; 3] = [
    ("net.cidr_intersects", 2, intersects),
    ("net.cidr_merge", 1, merge),
    ("net.cidr_contains_matches", 2, contains_matches),
];

/// The network of a text such as `10.0.0.1/8`.
fn network(text: &str) -> Result<IpNet, String> {
    let (address, prefix) = text.split_once('/').ok_or("there is no prefix length")?;
    let is_number = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
    let invalid = || "this is no CIDR".to_owned();
    let address: IpAddr = address.parse().map_err(|_| invalid())?;
    let prefix: u8 = prefix.parse().ok().filter(|_| is_number).ok_or_else(invalid)?;
    // An IPv4 network that is written as a part of IPv6 is the same network.
    let (address, prefix) = match address {
        IpAddr::V6(long) => match (long.to_ipv4_mapped(), prefix.checked_sub(96)) {
            (Some(short), Some(prefix)) => (IpAddr::V4(short), prefix),
            _ => (address, prefix),
        },
        IpAddr::V4(_) => (address, prefix),
    };
    IpNet::new(address, prefix).map(|net| net.trunc()).map_err(|_| invalid())
}

fn intersects(arguments: &[Value]) -> Result<Value, String> {
    let (a, b) = (network(text(arguments, 0)?)?, network(text(arguments, 1)?)?);
    Ok(Value::from(a.contains(&b) || b.contains(&a)))
}

/// True when the network `outer` holds `inner`, which is an address or a network.
fn contains(outer: &str, inner: &str) -> Result<bool, String> {
    let outer = network(outer)?;
    match inner.parse::<IpAddr>() {
        Ok(address) => Ok(outer.contains(&address.to_canonical())),
        Err(_) => Ok(outer.contains(&network(inner)?)),
    }
}

fn contains_matches(arguments: &[Value]) -> Result<Value, String> {
    let (outer, inner) = (candidates(arguments, 0)?, candidates(arguments, 1)?);
    let mut found = BTreeSet::new();
    for (network, index) in &outer {
        for (part, at) in &inner {
            if contains(network, part)? {
                found.insert(Value::from(vec![index.clone(), at.clone()]));
            }
        }
    }
    Ok(Value::from(found))
}

/// The texts of an operand, which is one or holds some, and by what each is known in it.
fn candidates(arguments: &[Value], operand: usize) -> Result<Vec<(String, Value)>, String> {
    let of = |value: &Value| match value {
        Value::String(text) => Ok(text.to_string()),
        Value::Array(elements) => match elements.first() {
            Some(Value::String(text)) => Ok(text.to_string()),
            _ => Err(format!("operand {}: the first element must be a string", operand + 1)),
        },
        _ => Err(format!("operand {}: element must be string or non-empty array", operand + 1)),
    };
    let all: Vec<(&Value, Value)> = match arguments.get(operand) {
        Some(value @ Value::String(_)) => vec![(value, value.clone())],
        Some(Value::Array(elements)) => {
            elements.iter().enumerate().map(|(at, v)| (v, Value::from(at))).collect()
        }
        Some(Value::Set(elements)) => elements.iter().map(|v| (v, v.clone())).collect(),
        Some(Value::Object(members)) => members.iter().map(|(k, v)| (v, k.clone())).collect(),
        _ => return Err(format!("operand {} must be a string or a collection", operand + 1)),
    };
    all.into_iter().map(|(value, index)| Ok((of(value)?, index))).collect()
}

/// A range of addresses; those of IPv4 stand where IPv6 has a place for them.
struct Range {
    first: u128,
    last: u128,
    /// How it was written, while it is no more than that.
    written: Option<String>,
}

fn merge(arguments: &[Value]) -> Result<Value, String> {
    let elements: Vec<&Value> = match arguments.first() {
        Some(Value::Array(elements)) => elements.iter().collect(),
        Some(Value::Set(elements)) => elements.iter().collect(),
        _ => return Err("operand must be an array or a set".to_owned()),
    };
    let ranges: Result<Vec<Range>, String> = elements.into_iter().map(range).collect();
    let mut ranges = ranges?;
    ranges.sort_by_key(|range| (range.last, range.first));
    let mut merged: Vec<Range> = Vec::new();
    while let Some(range) = ranges.pop() {
        match ranges.last_mut() {
            Some(before) if range.first.saturating_sub(1) <= before.last => {
                before.first = before.first.min(range.first);
                before.last = range.last;
                before.written = None;
            }
            _ => merged.push(range),
        }
    }
    let texts = merged.iter().flat_map(networks);
    Ok(Value::from(texts.map(Value::from).collect::<BTreeSet<Value>>()))
}

fn range(element: &Value) -> Result<Range, String> {
    let Value::String(text) = element else { return Err("element must be string".to_owned()) };
    let (net, written) = match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => {
            let prefix = class_prefix(address).ok_or("the address has no class")?;
            let net = Ipv4Net::new(address, prefix).map_err(|error| error.to_string())?;
            (IpNet::V4(net.trunc()), net.to_string())
        }
        Ok(IpAddr::V6(_)) => return Err("IPv6 invalid: needs prefix length".to_owned()),
        Err(_) => {
            let net = network(text)?;
            (net, net.to_string())
        }
    };
    let number = |address: IpAddr| match address {
        IpAddr::V4(short) => u128::from(short.to_ipv6_mapped()),
        IpAddr::V6(long) => u128::from(long),
    };
    let (first, last) = (number(net.network()), number(net.broadcast()));
    Ok(Range { first, last, written: Some(written) })
}

/// The prefix that an address without one has: by its class, as OPA takes it.
fn class_prefix(address: Ipv4Addr) -> Option<u8> {
    match address.octets() {
        [0..128, ..] => Some(8),
        [128..192, ..] => Some(16),
        [192..224, ..] => Some(24),
        _ => None,
    }
}

/// The fewest networks that are `range`.
fn networks(range: &Range) -> Vec<String> {
    if let Some(written) = &range.written {
        return vec![written.clone()];
    }
    let (first, last) = (Ipv6Addr::from(range.first), Ipv6Addr::from(range.last));
    match (first.to_ipv4_mapped(), last.to_ipv4_mapped()) {
        (Some(first), Some(last)) => {
            Ipv4Subnets::new(first, last, 0).map(|net| net.to_string()).collect()
        }
        _ => Ipv6Subnets::new(first, last, 0).map(|net: Ipv6Net| net.to_string()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::run;

    #[test]
    fn networks_intersect_where_one_holds_the_other() {
        let run = |a: &str, b: &str| {
            run("net.cidr_intersects", &[&format!("\"{a}\""), &format!("\"{b}\"")])
        };
        for (a, b, is_so) in [
            ("192.168.0.0/16", "192.168.1.0/24", "true"),
            ("192.168.1.0/24", "192.168.0.0/16", "true"),
            ("192.168.1.1/24", "192.168.2.1/24", "false"),
            ("fd1e:5bfe:8af3:9ddc::/64", "fd1e:5bfe:8af3:9ddc:1111::/72", "true"),
            ("::/0", "10.0.0.0/8", "false"),
        ] {
            assert_eq!(run(a, b).unwrap(), is_so, "{a} {b}");
        }
        for wrong in ["10.0.0.0", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/+8", ""] {
            assert!(run(wrong, "10.0.0.0/8").is_err(), "{wrong}");
        }
    }

    #[test]
    fn networks_are_merged() {
        let run = |json: &str| run("net.cidr_merge", &[json]);
        for (given, merged) in [
            (r#"["192.0.128.0/24","192.0.129.0/24"]"#, r#"["192.0.128.0/23"]"#),
            (r#"["10.0.0.0/8","10.1.0.0/16","10.0.0.0/8"]"#, r#"["10.0.0.0/8"]"#),
            (r#"["10.0.1.0/24","10.0.2.0/24"]"#, r#"["10.0.1.0/24","10.0.2.0/24"]"#),
            (r#"["0.0.0.0/1","128.0.0.0/1"]"#, r#"["0.0.0.0/0"]"#),
            (r#"["::/0","fd00::/8"]"#, r#"["::/0"]"#),
            (r#"["192.168.1.5"]"#, r#"["192.168.1.5/24"]"#),
            ("[]", "[]"),
        ] {
            let found = run(given).unwrap();
            assert_eq!(found, merged, "{given}");
        }
        assert!(run(r#"["fd00::1"]"#).unwrap_err().contains("needs prefix length"));
        assert!(run(r#"[1]"#).is_err() && run("{}").is_err());
    }

    #[test]
    fn matches_are_named_by_where_they_stand() {
        let run = |a, b| run("net.cidr_contains_matches", &[a, b]);
        assert_eq!(
            run("\"1.1.1.0/24\"", "\"1.1.1.128\"").unwrap(),
            r#"[["1.1.1.0/24","1.1.1.128"]]"#
        );
        assert_eq!(
            run(r#"["1.1.2.0/24","1.1.0.0/16"]"#, r#"{"x":["1.1.1.0/24","named"],"y":"2.0.0.1"}"#)
                .unwrap(),
            r#"[[1,"x"]]"#
        );
        assert!(run("[[]]", "\"1.1.1.1\"").is_err());
        assert!(run("\"1.1.1.0/24\"", "\"nonsense\"").is_err());
    }
}
