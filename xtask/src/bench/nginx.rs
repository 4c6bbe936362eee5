//! nginx for a bench: as a server that answers at once, and as one that forwards.

use std::{fs, path::Path};

use crate::{error::Error, process::Program, running::Running};

/// The token that the instant upstream gives.
pub(super) const TOKEN: &str = "bench";

/// Of its answer: a list of some users, of this many bytes each.
const USERS: usize = 10;
const USER_BYTES: usize = 400;

/// Starts `program`, which is nginx, with this site; everything it writes is in `folder`.
pub(super) fn start(
    program: Program,
    folder: &Path,
    name: &str,
    site: &str,
) -> Result<Running, Error> {
    let temporaries: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {}/{name}-{kind};\n", folder.display()))
        .concat();
    // Its workers would be another user, who need not be able to read what is here.
    let user = Program::new("id").arg("-u").output();
    let user = if user.as_deref() == Some("0") {
        "user root;\n"
    } else {
        ""
    };
    let text = format!(
        "daemon off;\n{user}pid {0}/{name}.pid;\nerror_log {0}/{name}.log error;\n\
         worker_processes auto;\nevents {{ }}\n\
         http {{\nkeepalive_requests 1000000000;\n{temporaries}{site}}}\n",
        folder.display()
    );
    let file = folder.join(format!("{name}.conf"));
    fs::write(&file, text).map_err(Error::file(&file))?;
    Running::start(program.args(["-e", "stderr", "-c"]).arg(file))
}

/// Answers every call at once.
pub(super) fn instant(port: u16) -> String {
    // A variable, for nginx reads no text as long as all of them.
    let user = "x".repeat(USER_BYTES);
    let users = "$user".repeat(USERS);
    format!(
        "server {{
            listen 127.0.0.1:{port};
            access_log off;
            default_type application/json;
            set $user '{user}';
            location = /api/oauth/token {{
                return 200 '{{\"access_token\":\"{TOKEN}\",\"expires_in\":3600,\"token_type\":\"Bearer\"}}';
            }}
            location / {{
                return 200 '{{\"results\":[\"{users}\"],\"totalCount\":1}}';
            }}
        }}\n"
    )
}

/// Forwards as the gateway does: a request from scratch, a credential, kept connections, a line in a
/// log.
pub(super) fn proxy(folder: &Path, port: u16, upstream: u16, token: &str) -> String {
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
                proxy_set_header Authorization 'Bearer {token}';
                proxy_hide_header Set-Cookie;
                proxy_hide_header WWW-Authenticate;
            }}
        }}\n",
        folder.display()
    )
}
