//! The simulator as a process of its own, so that its work is not counted with the contestants'.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::Outcome;

/// A running simulator; ends with this value.
pub struct Gmc {
    child: Child,
    url: String,
}

impl Gmc {
    pub fn start(doctors: u64) -> Outcome<Self> {
        let mut child = Command::new(program())
            .args(["gmc-sim", "--listen", "127.0.0.1:0", "--doctors", &doctors.to_string()])
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or("the simulator has no output")?;
        for line in BufReader::new(output).lines() {
            let line = line?;
            if let Some(at) = line.find("http://") {
                let url = line[at..].split_whitespace().next().unwrap_or_default().to_owned();
                return Ok(Self { child, url });
            }
        }
        Err("the simulator said no address".into())
    }

    pub fn url(&self) -> String {
        self.url.clone()
    }

    pub fn program(&self) -> PathBuf {
        program()
    }

    pub async fn set_night(&self, http: &reqwest::Client, night: u32) -> Outcome<()> {
        let base = self.url.split("/GMCWebServices").next().unwrap_or_default();
        let reply = http.put(format!("{base}/control/night")).body(night.to_string()).send().await?;
        reply.error_for_status()?;
        Ok(())
    }
}

fn program() -> PathBuf {
    env!("CARGO_BIN_EXE_reval").into()
}

impl Drop for Gmc {
    fn drop(&mut self) {
        // Nothing is left to tell if it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
