//! What the machine is made of: its kernel, its system, and the packages that count.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use domain::fingerprint::UNKNOWN;
use domain::parity::ABSENT;
use tokio::process::Command;

/// A list of packages answers within a second or not at all.
const PATIENCE: Duration = Duration::from_secs(10);

/// The facts of this machine, by name.
pub async fn facts(packages: &[String]) -> BTreeMap<String, String> {
    let mut facts = BTreeMap::from([
        ("kernel".to_owned(), first_line("/proc/sys/kernel/osrelease")),
        ("system".to_owned(), system(&fs::read_to_string("/etc/os-release").unwrap_or_default())),
    ]);
    let installed = installed(packages).await;
    for name in packages {
        let version = match &installed {
            None => UNKNOWN,
            Some(installed) => installed.get(name).map_or(ABSENT, String::as_str),
        };
        facts.insert(format!("package.{name}"), version.to_owned());
    }
    facts
}

fn first_line(path: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().next().map_or(UNKNOWN, str::trim).to_owned()
}

/// The name of the system, of a file such as /etc/os-release.
fn system(text: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    line.map_or(UNKNOWN, |name| name.trim_matches('"')).to_owned()
}

/// The versions of those of these packages that are installed; `None` where nobody keeps a list.
async fn installed(packages: &[String]) -> Option<BTreeMap<String, String>> {
    let debian = ["-W", "-f", "${Package} ${db:Status-Status} ${Version}\\n"];
    if let Some(said) = said("dpkg-query", &debian, packages).await {
        return Some(versions(&said));
    }
    let red_hat = ["-q", "--queryformat", "%{NAME} installed %{VERSION}-%{RELEASE}\\n"];
    said("rpm", &red_hat, packages).await.map(|said| versions(&said))
}

/// What such a program says; that it does not know one of the packages is no failure.
async fn said(program: &str, arguments: &[&str], packages: &[String]) -> Option<String> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .args(packages)
        .env("LC_ALL", "C")
        .kill_on_drop(true)
        .stdin(std::process::Stdio::null());
    let output = tokio::time::timeout(PATIENCE, command.output()).await.ok()?.ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn versions(said: &str) -> BTreeMap<String, String> {
    let one = |line: &str| match line.split_whitespace().collect::<Vec<_>>()[..] {
        [name, "installed", version] => Some((name.to_owned(), version.to_owned())),
        _ => None,
    };
    said.lines().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_installed_has_a_version() {
        let said = "systemd installed 252.39-1~deb12u2\ndocker.io config-files 20.10\npackage haproxy is not installed\n";
        let found = versions(said);
        assert_eq!(found, BTreeMap::from([("systemd".to_owned(), "252.39-1~deb12u2".to_owned())]));
        assert_eq!(system("ID=debian\nPRETTY_NAME=\"Debian 12\"\n"), "Debian 12");
        assert_eq!(system(""), UNKNOWN);
    }
}
