//! The gateway beside nginx: both forward the same call, with a credential of their own added, to the
//! same upstream over connections that stay open. wrk asks both in turns, so that whatever else this
//! computer does falls on both.
//!
//! Once to the sandbox, with everything wherever the system puts it: what somebody notices. And once
//! to an upstream that takes no time, where the one that is measured has a processor for itself (if
//! there are two) and wrk and the upstream share the other: how much one processor forwards.

use std::{
    fs,
    net::TcpListener,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use super::nginx;
use crate::{
    binary,
    error::Error,
    layout, page,
    process::Program,
    running::{self, Running},
    setup::{self, Need},
};

/// What the gateway is to reach: of nginx's throughput, and of its p99.
const THROUGHPUT_GOAL: f64 = 0.7;
const P99_GOAL: f64 = 2.0;

const ROUNDS: usize = 5;
const SECONDS: u32 = 5;
/// Two browsers' worth and some more.
const CONNECTIONS: u32 = 16;

/// The clusters of Acme Production in the sandbox: a call without a limit of its own.
const CALL: &str = "/api/atlas/v2/groups/66a1c0de0000000000000005/clusters";
const MEDIA_TYPE: &str = "application/vnd.atlas.2024-08-05+json";

/// Time for a server to listen.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn beside_nginx(arguments: &[String]) -> Result<(), Error> {
    if let Some(unknown) = arguments.first() {
        return Err(Error::Usage(unknown.clone()));
    }
    setup::ensure(&[Need::Page, Need::WasmOpt, Need::Bench])?;
    if !layout::dist().join("index.html").is_file() {
        page::build()?;
    }
    binary::RELEASE.build()?;
    running::end_together();

    let folder = layout::target().join("bench/gateway");
    fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
    let sandbox = Upstream::sandbox()?;
    compare(&folder, &sandbox)?;
    drop(sandbox);
    compare(&folder, &Upstream::instant(&folder)?)
}

/// Where both forward to.
struct Upstream {
    name: &'static str,
    port: u16,
    id: String,
    secret: String,
    /// What nginx shows, which fetches no token.
    token: String,
    /// Whether whoever forwards has a processor for itself.
    apart: bool,
    _running: Running,
}

impl Upstream {
    fn sandbox() -> Result<Self, Error> {
        let program = binary::RELEASE
            .program()
            .args(["sandbox", "--listen", "127.0.0.1:0"]);
        let mut running = Running::start_listening(program)?;
        let (mut id, mut secret) = (String::new(), String::new());
        let origin = running.wait_for("Listening on ", |line| match line.split_once('=') {
            Some(("ATLAS_CLIENT_ID", value)) => value.clone_into(&mut id),
            Some(("ATLAS_CLIENT_SECRET", value)) => value.clone_into(&mut secret),
            _ => {}
        })?;
        let answer = Program::new("curl")
            .args(["--silent", "--user", &format!("{id}:{secret}")])
            .args(["--data", "grant_type=client_credentials"])
            .arg(format!("{origin}/api/oauth/token"))
            .output()
            .unwrap_or_default();
        let token = between(&answer, "\"access_token\":\"", "\"");
        let port = origin.rsplit(':').next().and_then(|port| port.parse().ok());
        let (Some(token), Some(port)) = (token, port) else {
            return Err(Error::Measured {
                what: format!("the sandbox gave no token: {answer}"),
            });
        };
        Ok(Self {
            name: "the sandbox",
            port,
            id,
            secret,
            token,
            apart: false,
            _running: running,
        })
    }

    /// Answers every call at once.
    fn instant(folder: &Path) -> Result<Self, Error> {
        let port = free_port()?;
        let running = nginx::start(
            pinned(OTHERS, "nginx"),
            folder,
            "upstream",
            &nginx::instant(port),
        )?;
        listens(port)?;
        Ok(Self {
            name: "an upstream that takes no time, by one processor",
            port,
            id: "mdb_sa_id_bench".to_owned(),
            secret: "bench".to_owned(),
            token: nginx::TOKEN.to_owned(),
            apart: true,
            _running: running,
        })
    }
}

fn compare(folder: &Path, upstream: &Upstream) -> Result<(), Error> {
    let on = |processor, name: &str| {
        if upstream.apart {
            pinned(processor, name)
        } else {
            Program::new(name)
        }
    };
    let nginx_port = free_port()?;
    let site = nginx::proxy(folder, nginx_port, upstream.port, &upstream.token);
    let _nginx = nginx::start(on(MEASURED, "nginx"), folder, "proxy", &site)?;
    listens(nginx_port)?;
    let mut gateway = Running::start_listening(
        on(MEASURED, &binary::RELEASE.file().to_string_lossy())
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--origin",
                "address",
                "--upstream",
            ])
            .arg(format!("http://127.0.0.1:{}", upstream.port))
            .quiet_env("ATLAS_CLIENT_ID", &upstream.id)
            .quiet_env("ATLAS_CLIENT_SECRET", &upstream.secret)
            .stderr_to(&folder.join("gateway.log"))?,
    )?;
    let address = gateway.wait_for("Open ", |_| {})?;
    let (origin, code) = address.split_once("/#code=").unwrap_or_default();
    let token = &launch(origin, code)?;

    let servers = [
        ("gateway", origin.to_owned()),
        ("nginx", format!("http://127.0.0.1:{nginx_port}")),
    ];
    let mut results = [Vec::new(), Vec::new()];
    // The first round fills connections and caches, and does not count.
    for round in 0..=ROUNDS {
        for ((name, origin), results) in servers.iter().zip(&mut results) {
            let measured = ask(on(OTHERS, "wrk"), origin, token)?;
            if measured.errors > 0 {
                return Err(Error::Measured {
                    what: format!("{} calls to {name} went wrong", measured.errors),
                });
            }
            if round > 0 {
                results.push(measured);
            }
        }
    }
    let [gateway, nginx] = results.map(|results| Measured::median(&results));
    println!("\nForwarding to {}:", upstream.name);
    print(&gateway, &nginx);
    Ok(())
}

/// The token that the gateway gives for the code that it printed.
fn launch(origin: &str, code: &str) -> Result<String, Error> {
    let answer = Program::new("curl")
        .args(["--silent", "--header", "Content-Type: application/json"])
        .args(["--data", &format!("{{\"code\":\"{code}\"}}")])
        .arg(format!("{origin}/api/launch"))
        .output()
        .unwrap_or_default();
    between(&answer, "\"token\":\"", "\"").ok_or_else(|| Error::Measured {
        what: format!("the gateway gave no token: {answer}"),
    })
}

fn between(text: &str, before: &str, after: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found.to_owned())
}

/// What wrk found in one round.
#[derive(Clone, Copy, Debug, Default)]
struct Measured {
    per_second: f64,
    /// In microseconds.
    p50: f64,
    p99: f64,
    errors: u64,
}

impl Measured {
    /// From the line of `report.lua`.
    fn parse(text: &str) -> Option<Self> {
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("measured "))?;
        let values: Vec<f64> = line
            .split(' ')
            .map(str::parse)
            .collect::<Result<_, _>>()
            .ok()?;
        let [requests, seconds, p50, p99, _] = values[..] else {
            return None;
        };
        Some(Self {
            per_second: requests / seconds,
            p50,
            p99,
            errors: line.rsplit(' ').next()?.parse().ok()?,
        })
    }

    /// Each value's median by itself.
    fn median(rounds: &[Self]) -> Self {
        let of = |value: fn(&Self) -> f64| {
            let mut values: Vec<f64> = rounds.iter().map(value).collect();
            values.sort_by(f64::total_cmp);
            values.get(values.len() / 2).copied().unwrap_or_default()
        };
        Self {
            per_second: of(|round| round.per_second),
            p50: of(|round| round.p50),
            p99: of(|round| round.p99),
            errors: 0,
        }
    }
}

fn ask(wrk: Program, origin: &str, token: &str) -> Result<Measured, Error> {
    let script = layout::root().join("xtask/src/bench/report.lua");
    let wrk = wrk
        .args(["--threads", "1", "--connections", &CONNECTIONS.to_string()])
        .args(["--duration", &format!("{SECONDS}s"), "--script"])
        .arg(script)
        .args(["--header", &format!("X-Atlas-X509-Token: {token}")])
        .args(["--header", &format!("Accept: {MEDIA_TYPE}")])
        .arg(format!("{origin}{CALL}"));
    let said = wrk.output().unwrap_or_default();
    Measured::parse(&said).ok_or_else(|| Error::Measured {
        what: format!("wrk said nothing that can be read:\n{said}"),
    })
}

fn print(gateway: &Measured, nginx: &Measured) {
    println!(
        "{:<10}{:>14}{:>12}{:>12}",
        "", "requests/s", "p50 ms", "p99 ms"
    );
    for (name, of) in [("gateway", gateway), ("nginx", nginx)] {
        println!(
            "{name:<10}{:>14.0}{:>12.3}{:>12.3}",
            of.per_second,
            of.p50 / 1e3,
            of.p99 / 1e3
        );
    }
    let throughput = gateway.per_second / nginx.per_second;
    let p99 = gateway.p99 / nginx.p99;
    println!(
        "{:<10}{throughput:>14.2}{:>12.2}{p99:>12.2}",
        "ratio",
        gateway.p50 / nginx.p50
    );
    let word = |met: bool| if met { "met" } else { "missed" };
    println!(
        "At least {THROUGHPUT_GOAL} of nginx's throughput: {}. At most {P99_GOAL} times its p99: {}.",
        word(throughput >= THROUGHPUT_GOAL),
        word(p99 <= P99_GOAL)
    );
}

/// Which processor a program runs on, where there is a choice.
type Processor = &'static str;
const MEASURED: Processor = "0";
const OTHERS: Processor = "1";

fn pinned(processor: Processor, name: &str) -> Program {
    let several = thread::available_parallelism().is_ok_and(|count| count.get() > 1);
    if several && layout::find("taskset").is_some() {
        let file = layout::find(name).unwrap_or_else(|| name.into());
        Program::new("taskset")
            .args(["--cpu-list", processor])
            .arg(file)
    } else {
        Program::new(name)
    }
}

fn free_port() -> Result<u16, Error> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(Error::file("127.0.0.1:0"))
}

fn listens(port: u16) -> Result<(), Error> {
    let begun = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        if begun.elapsed() > PATIENCE {
            return Err(Error::Measured {
                what: format!("nginx does not listen on port {port}"),
            });
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_wrk_says_at_its_end_is_read() {
        let said = "Running 5s test\n  1 threads\nmeasured 50000 5.000000 123.0 456.5 3\n";
        let measured = Measured::parse(said).unwrap();
        let values = [measured.per_second, measured.p50, measured.p99];
        for (value, expected) in values.into_iter().zip([10_000.0, 123.0, 456.5]) {
            assert!((value - expected).abs() < 1e-6, "{value}");
        }
        assert_eq!(measured.errors, 3);
        assert!(Measured::parse("unable to connect").is_none());
    }
}
