//! The service, its settings, and copies for a bad day.

use super::English;

pub(super) const ENGLISH: &[English] = &[
    (
        "biaochi serve",
        "Run the service: web page, API and jobs; makes the workspace when there is none",
    ),
    (
        "biaochi serve#listen",
        "Address and port to listen on (default 127.0.0.1:8080: this machine only)",
    ),
    (
        "biaochi serve#tls_certificate",
        "Certificate chain (PEM); with --tls-key the service speaks HTTPS itself",
    ),
    (
        "biaochi serve#tls_key",
        "The certificate's private key (PEM)",
    ),
    (
        "biaochi serve#trusted_proxies",
        "Proxies whose X-Forwarded-For is believed, with commas between",
    ),
    (
        "biaochi serve#public_url",
        "Where people reach the service, such as https://biaochi.hospital.local",
    ),
    (
        "biaochi serve#workers",
        "Requests that work at the same time",
    ),
    ("biaochi serve#runners", "Jobs that run at the same time"),
    (
        "biaochi serve#log_format",
        "Format of log lines: text or json",
    ),
    (
        "biaochi serve#log_level",
        "What is logged: error, warn, info, debug, trace",
    ),
    (
        "biaochi serve#requests_per_address",
        "Requests a second from one address; 0 for no limit",
    ),
    (
        "biaochi serve#requests_per_account",
        "Requests a second of one account; 0 for no limit",
    ),
    ("biaochi serve#upload_mib", "MiB that an upload may have"),
    (
        "biaochi serve#drop_folder",
        "Folder in which files appear that are to be imported",
    ),
    (
        "biaochi serve#metrics_from",
        "Networks that may read /metrics besides this machine, with commas between",
    ),
    (
        "biaochi serve#traces_to",
        "Collector that traces are sent to (OTLP over HTTP), such as http://127.0.0.1:4318/v1/traces; without it none",
    ),
    (
        "biaochi serve#traces_share",
        "Share of requests and jobs that are traced, between 0 and 1 (default 1: all)",
    ),
    (
        "biaochi serve#demo",
        "Demonstration: offer its persons on the sign-in page; for synthetic data only",
    ),
    (
        "biaochi config",
        "Show the settings in force and where each comes from; no secrets",
    ),
    (
        "biaochi config#listen",
        "Address and port to listen on (default 127.0.0.1:8080: this machine only)",
    ),
    (
        "biaochi config#tls_certificate",
        "Certificate chain (PEM); with --tls-key the service speaks HTTPS itself",
    ),
    (
        "biaochi config#tls_key",
        "The certificate's private key (PEM)",
    ),
    (
        "biaochi config#trusted_proxies",
        "Proxies whose X-Forwarded-For is believed, with commas between",
    ),
    (
        "biaochi config#public_url",
        "Where people reach the service, such as https://biaochi.hospital.local",
    ),
    (
        "biaochi config#workers",
        "Requests that work at the same time",
    ),
    ("biaochi config#runners", "Jobs that run at the same time"),
    (
        "biaochi config#log_format",
        "Format of log lines: text or json",
    ),
    (
        "biaochi config#log_level",
        "What is logged: error, warn, info, debug, trace",
    ),
    (
        "biaochi config#requests_per_address",
        "Requests a second from one address; 0 for no limit",
    ),
    (
        "biaochi config#requests_per_account",
        "Requests a second of one account; 0 for no limit",
    ),
    ("biaochi config#upload_mib", "MiB that an upload may have"),
    (
        "biaochi config#drop_folder",
        "Folder in which files appear that are to be imported",
    ),
    (
        "biaochi config#metrics_from",
        "Networks that may read /metrics besides this machine, with commas between",
    ),
    (
        "biaochi config#traces_to",
        "Collector that traces are sent to (OTLP over HTTP), such as http://127.0.0.1:4318/v1/traces; without it none",
    ),
    (
        "biaochi config#traces_share",
        "Share of requests and jobs that are traced, between 0 and 1 (default 1: all)",
    ),
    (
        "biaochi config#demo",
        "Demonstration: offer its persons on the sign-in page; for synthetic data only",
    ),
    (
        "biaochi backup",
        "Back up lake, store, key, packs and configuration as one consistent set; the service goes on",
    ),
    (
        "biaochi backup#target",
        "Where to: a new or empty folder outside the workspace",
    ),
    (
        "biaochi restore",
        "Restore a backup: compare every file, then write into a new folder; nothing is overwritten",
    ),
    ("biaochi restore#source", "Folder of the backup"),
    (
        "biaochi restore#target",
        "Where to: a new or empty folder, which becomes a workspace",
    ),
    (
        "biaochi key",
        "Keys: rotate what seals names and numbers of persons, see what each seals, retire an old one",
    ),
    (
        "biaochi key status",
        "List the keys with how many values, records and files each seals; nothing is changed",
    ),
    (
        "biaochi key rotate",
        "Make a key that seals everything from now on, and bring what is stored under it",
    ),
    (
        "biaochi key rotate#resume",
        "Make no key: only bring to its end what was begun",
    ),
    (
        "biaochi key rotate#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi key rotate#wait",
        "Wait while another import is running instead of leaving",
    ),
    (
        "biaochi key retire",
        "Take an old key out of the key file; refused while anything is sealed with it",
    ),
    (
        "biaochi key retire#id",
        "Number of the key, see biaochi key status",
    ),
    (
        "biaochi key retire#accept",
        "Accept that names and numbers of persons in older versions can no longer be read",
    ),
    (
        "biaochi key retire#actor",
        "Who acts (by default the system)",
    ),
    (
        "biaochi key retire#wait",
        "Wait while another import is running instead of leaving",
    ),
    (
        "biaochi serve#oidc_issuer",
        "Issuer of the identity provider (OpenID Connect); with it the sign-in page offers single sign-on",
    ),
    (
        "biaochi serve#oidc_client_id",
        "What the identity provider knows this service by",
    ),
    (
        "biaochi serve#oidc_client_secret",
        "The client's secret; others on the machine see the command line: use the environment or a file",
    ),
    (
        "biaochi serve#oidc_client_secret_file",
        "File with the client's secret",
    ),
    (
        "biaochi serve#oidc_scopes",
        "What is asked for besides openid, with blanks between (default profile)",
    ),
    (
        "biaochi serve#oidc_name_claim",
        "Claim by which administrators name people, such as preferred_username; without it people link themselves",
    ),
    (
        "biaochi serve#oidc_label",
        "What the button on the sign-in page says",
    ),
    (
        "biaochi serve#oidc_ca",
        "Certificates (PEM) of the identity provider's authority, if it is an internal one",
    ),
    (
        "biaochi config#oidc_issuer",
        "Issuer of the identity provider (OpenID Connect); with it the sign-in page offers single sign-on",
    ),
    (
        "biaochi config#oidc_client_id",
        "What the identity provider knows this service by",
    ),
    (
        "biaochi config#oidc_client_secret",
        "The client's secret; others on the machine see the command line: use the environment or a file",
    ),
    (
        "biaochi config#oidc_client_secret_file",
        "File with the client's secret",
    ),
    (
        "biaochi config#oidc_scopes",
        "What is asked for besides openid, with blanks between (default profile)",
    ),
    (
        "biaochi config#oidc_name_claim",
        "Claim by which administrators name people, such as preferred_username; without it people link themselves",
    ),
    (
        "biaochi config#oidc_label",
        "What the button on the sign-in page says",
    ),
    (
        "biaochi config#oidc_ca",
        "Certificates (PEM) of the identity provider's authority, if it is an internal one",
    ),
];
