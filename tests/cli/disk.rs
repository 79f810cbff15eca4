//! A disk that is full while the program works.

use std::process::{Command, Output, Stdio};

use super::{Ended, Home, Running, sandbox, with};

/// A small disk of its own for one command, where this machine allows one; the command runs in the folder `small`.
fn on_a_small_disk(home: &Home, command: &Command) -> Option<Output> {
    std::fs::create_dir_all(home.path("small")).unwrap();
    let mounted = "mount -t tmpfs -o size=1m tmpfs small && exec \"$@\"";
    // As root the mount is the namespace's own; anybody else needs a user namespace, which some machines refuse.
    ["-m", "-rm"].into_iter().find_map(|kind| {
        let mut shell = Command::new("unshare");
        shell.args([kind, "sh", "-c", mounted, "sh"]).arg(command.get_program()).args(command.get_args());
        shell.current_dir(home.0.path()).stdin(Stdio::null());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        let output = shell.output().ok()?;
        let refused = String::from_utf8_lossy(&output.stderr);
        (!refused.contains("unshare:") && !refused.contains("mount:")).then_some(output)
    })
}

#[test]
fn a_full_disk_is_said_in_words() {
    let home = Home::new();
    let gmc = Running::start(home.program(&["gmc-sim", "--listen", "127.0.0.1:0", "--doctors", "54005"]));
    let config = sandbox(&home, &gmc.first);
    let mut command = home.program(&with(&config, &["run", "gmc-sync"]));
    command.env("REVAL__STORE__URL", "sqlite://small/reval.db");
    let Some(output) = on_a_small_disk(&home, &command) else {
        #[expect(clippy::print_stderr, reason = "a test run must show what it left out")]
        {
            eprintln!("a full disk was not tested: this machine gives no namespace with a mount of its own");
        }
        return;
    };
    Ended::of(output).must(20, "the disk of the store is full; nothing was half-done");
}
