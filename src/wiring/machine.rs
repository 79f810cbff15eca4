//! What the machine knows: whose process this is, and the name of the node.

use std::fs;
use std::os::unix::fs::MetadataExt;

/// The user the process belongs to: a name of the system's, which no variable of the environment can change.
pub fn user() -> String {
    let Ok(own) = fs::metadata("/proc/self") else { return "unknown".to_owned() };
    let names = fs::read_to_string("/etc/passwd").unwrap_or_default();
    name_of(own.uid(), &names).unwrap_or_else(|| format!("uid-{}", own.uid()))
}

fn name_of(uid: u32, passwd: &str) -> Option<String> {
    let uid = uid.to_string();
    let fields = passwd.lines().map(|line| line.split(':').collect::<Vec<_>>());
    fields.into_iter().find(|fields| fields.get(2) == Some(&uid.as_str()))?.first().map(ToString::to_string)
}

/// The node's name.
pub fn node() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.trim();
    if name.is_empty() { "unknown".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_named_by_the_system() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\namira:x:1000:1000::/home/amira:/bin/sh\n";
        assert_eq!(name_of(1000, passwd).as_deref(), Some("amira"));
        assert_eq!(name_of(1001, passwd), None);
    }
}
