//! The gateway beside nginx: both forward the same call, with a credential of their own added, to the
//! same upstream over connections that stay open. wrk asks both in turns, so that whatever else this
//! computer does falls on both.
//!
//! Where there are two processors, the one that is measured has one for itself, and wrk and the
//! upstream share the other: what is compared is how much one processor forwards.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

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

const CALL: &str =
    "/api/atlas/v2/groups/32b6e34b3d91647abb20e7b8/databaseUsers?itemsPerPage=500&pageNum=1";
const MEDIA_TYPE: &str = "application/vnd.atlas.2023-01-01+json";

/// Of the answer: a list of some users, of this many bytes each.
const USERS: usize = 10;
const USER_BYTES: usize = 400;

/// Time for a server to listen.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn beside_nginx() -> Result<(), Error> {
    setup::ensure(&[Need::Page, Need::Bench])?;
    if !layout::dist().join("index.html").is_file() {
        page::build()?;
    }
    binary::build()?;
    running::end_together();

    let folder = layout::target().join("bench/gateway");
    fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
    let (upstream_port, nginx_port) = (free_port()?, free_port()?);
    let _upstream = nginx(&folder, "upstream", &upstream(upstream_port), OTHERS)?;
    let _nginx = nginx(
        &folder,
        "proxy",
        &proxy(&folder, nginx_port, upstream_port),
        MEASURED,
    )?;
    for port in [upstream_port, nginx_port] {
        listens(port)?;
    }
    let mut gateway = Running::start_listening(
        pinned(MEASURED, &binary::file().to_string_lossy())
            .args(["serve", "--listen", "127.0.0.1:0", "--upstream"])
            .arg(format!("http://127.0.0.1:{upstream_port}"))
            .quiet_env("ATLAS_CLIENT_ID", "mdb_sa_id_bench")
            .quiet_env("ATLAS_CLIENT_SECRET", "bench")
            .stderr_to(&folder.join("gateway.log"))?,
    )?;
    let address = gateway.wait_for("Open ", |line| println!("{line}"))?;
    let (origin, token) = address.split_once("/#token=").unwrap_or_default();

    let servers = [
        ("gateway", origin.to_owned()),
        ("nginx", format!("http://127.0.0.1:{nginx_port}")),
    ];
    let mut results = [Vec::new(), Vec::new()];
    // The first round fills connections and caches, and does not count.
    for round in 0..=ROUNDS {
        for ((name, origin), results) in servers.iter().zip(&mut results) {
            let measured = ask(origin, token)?;
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
    print(&gateway, &nginx);
    Ok(())
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

fn ask(origin: &str, token: &str) -> Result<Measured, Error> {
    let script = layout::root().join("xtask/src/bench/report.lua");
    let wrk = pinned(OTHERS, "wrk")
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
        "\n{:<10}{:>14}{:>12}{:>12}",
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
        "\nAt least {THROUGHPUT_GOAL} of nginx's throughput: {}. At most {P99_GOAL} times its p99: {}.",
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

fn nginx(folder: &Path, name: &str, site: &str, processor: Processor) -> Result<Running, Error> {
    let temporaries: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {}/{name}-{kind};\n", folder.display()))
        .concat();
    // Its worker would be another user, who need not be able to read what is here.
    let user = Program::new("id").arg("-u").output();
    let user = if user.as_deref() == Some("0") {
        "user root;\n"
    } else {
        ""
    };
    let text = format!(
        "daemon off;\n{user}pid {0}/{name}.pid;\nerror_log {0}/{name}.log error;\nworker_processes 1;\n\
         events {{ }}\nhttp {{\nkeepalive_requests 1000000000;\n{temporaries}{site}}}\n",
        folder.display()
    );
    let file: PathBuf = folder.join(format!("{name}.conf"));
    fs::write(&file, text).map_err(Error::file(&file))?;
    Running::start(
        pinned(processor, "nginx")
            .args(["-e", "stderr", "-c"])
            .arg(file),
    )
}

/// Answers every call at once.
fn upstream(port: u16) -> String {
    // A variable, for nginx reads no text as long as all of them.
    let user = "x".repeat(USER_BYTES);
    let users = "$user".repeat(USERS);
    format!(
        "server {{
            listen 127.0.0.1:{port};
            access_log off;
            set $user '{user}';
            location = /api/oauth/token {{
                default_type application/json;
                return 200 '{{\"access_token\":\"bench\",\"expires_in\":3600,\"token_type\":\"Bearer\"}}';
            }}
            location / {{
                default_type '{MEDIA_TYPE};charset=utf-8';
                return 200 '{{\"results\":[\"{users}\"],\"totalCount\":1}}';
            }}
        }}\n"
    )
}

/// Forwards as the gateway does: a request from scratch, a credential, kept connections, a line in a
/// log.
fn proxy(folder: &Path, port: u16, upstream: u16) -> String {
    format!(
        "upstream atlas {{ server 127.0.0.1:{upstream}; keepalive 64; keepalive_requests 1000000000; }}
        server {{
            listen 127.0.0.1:{port};
            access_log {}/access.log;
            add_header Cache-Control no-store;
            add_header X-Content-Type-Options nosniff;
            location /api/atlas/ {{
                proxy_pass http://atlas;
                proxy_http_version 1.1;
                proxy_pass_request_headers off;
                proxy_set_header Connection '';
                proxy_set_header Accept $http_accept;
                proxy_set_header Authorization 'Bearer bench';
                proxy_hide_header Set-Cookie;
                proxy_hide_header WWW-Authenticate;
            }}
        }}\n",
        folder.display()
    )
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
