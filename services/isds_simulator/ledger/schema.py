"""Tables of the ledger. Instants are whole milliseconds since 1970 in UTC."""

VERSION = 2
"""Stored in the file; a ledger of another version is refused, not guessed at."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (key TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
INSERT OR IGNORE INTO counter (name, value) VALUES ('message', 1000000);

CREATE TABLE IF NOT EXISTS box (
    id TEXT PRIMARY KEY CHECK (length(id) = 7),
    type TEXT NOT NULL,
    name TEXT NOT NULL,
    ic TEXT,
    given_names TEXT,
    last_name TEXT,
    street TEXT,
    house TEXT,
    city TEXT,
    zip_code TEXT,
    country TEXT NOT NULL DEFAULT 'CZ',
    state INTEGER NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 5),
    accepts_paid INTEGER NOT NULL DEFAULT 0,
    has_contract INTEGER NOT NULL DEFAULT 0,
    credit INTEGER NOT NULL DEFAULT 0 CHECK (credit >= 0),
    has_user INTEGER NOT NULL DEFAULT 1,
    attachment_limit INTEGER NOT NULL,
    throttle_ms INTEGER NOT NULL DEFAULT 0 CHECK (throttle_ms >= 0),
    plain_name TEXT NOT NULL,
    plain_last_name TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_box_ic ON box (ic);
CREATE INDEX IF NOT EXISTS ix_box_name ON box (plain_name, id);
CREATE INDEX IF NOT EXISTS ix_box_last_name ON box (plain_last_name);
CREATE INDEX IF NOT EXISTS ix_box_type ON box (type, id);
CREATE VIRTUAL TABLE IF NOT EXISTS box_text USING fts5 (
    name, address, ident, box_id UNINDEXED, tokenize = "unicode61 remove_diacritics 2"
);

CREATE TABLE IF NOT EXISTS subsidy (
    id INTEGER PRIMARY KEY,
    box_id TEXT NOT NULL REFERENCES box (id),
    payer_id TEXT NOT NULL REFERENCES box (id),
    recipient_id TEXT REFERENCES box (id),
    remaining INTEGER CHECK (remaining >= 0),
    expires_at INTEGER
);
CREATE INDEX IF NOT EXISTS ix_subsidy_box ON subsidy (box_id);

CREATE TABLE IF NOT EXISTS login (
    username TEXT PRIMARY KEY,
    box_id TEXT NOT NULL REFERENCES box (id),
    salt BLOB NOT NULL,
    password_digest BLOB NOT NULL,
    rights INTEGER NOT NULL,
    user_type TEXT NOT NULL,
    person TEXT NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    blocked_until INTEGER,
    password_expires INTEGER,
    next_salt BLOB,
    next_digest BLOB,
    next_from INTEGER,
    one_time_code TEXT
);
CREATE INDEX IF NOT EXISTS ix_login_box ON login (box_id);

CREATE TABLE IF NOT EXISTS used_password (
    id INTEGER PRIMARY KEY,
    username TEXT NOT NULL REFERENCES login (username) ON DELETE CASCADE,
    salt BLOB NOT NULL,
    digest BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_used_password ON used_password (username, id);

CREATE TABLE IF NOT EXISTS certificate (
    fingerprint TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('system', 'user', 'hosted')),
    box_id TEXT REFERENCES box (id),
    username TEXT,
    subject TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_certificate_box ON certificate (box_id);

CREATE TABLE IF NOT EXISTS session (
    cookie TEXT PRIMARY KEY,
    username TEXT NOT NULL,
    used_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS message (
    id TEXT PRIMARY KEY,
    sender_id TEXT NOT NULL REFERENCES box (id),
    recipient_id TEXT NOT NULL REFERENCES box (id),
    kind TEXT NOT NULL,
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 10),
    submitted_at INTEGER NOT NULL,
    delivered_at INTEGER,
    accepted_at INTEGER,
    due_at INTEGER,
    envelope TEXT NOT NULL,
    sender_ref TEXT,
    recipient_ref TEXT,
    annotation TEXT NOT NULL,
    digest BLOB NOT NULL,
    stamp BLOB NOT NULL,
    attachment_kb INTEGER NOT NULL,
    is_infected INTEGER NOT NULL,
    fiction_allowed INTEGER NOT NULL,
    is_big INTEGER NOT NULL,
    author TEXT NOT NULL,
    answered_by TEXT
);
CREATE INDEX IF NOT EXISTS ix_message_sent
    ON message (sender_id, coalesce(delivered_at, submitted_at), id);
CREATE INDEX IF NOT EXISTS ix_message_received
    ON message (recipient_id, coalesce(delivered_at, submitted_at), id);
CREATE INDEX IF NOT EXISTS ix_message_waiting ON message (recipient_id) WHERE state IN (4, 5);
CREATE INDEX IF NOT EXISTS ix_message_due ON message (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS ix_message_ref ON message (sender_id, recipient_id, sender_ref);
CREATE INDEX IF NOT EXISTS ix_message_sender_ref ON message (sender_ref);
CREATE INDEX IF NOT EXISTS ix_message_submitted ON message (submitted_at, id);
CREATE INDEX IF NOT EXISTS ix_message_state ON message (state, submitted_at, id);
CREATE INDEX IF NOT EXISTS ix_message_question
    ON message (recipient_id) WHERE kind IN ('I', 'A') AND answered_by IS NULL;
CREATE VIRTUAL TABLE IF NOT EXISTS message_text USING fts5 (
    text, content = '', tokenize = "unicode61 remove_diacritics 2"
);

CREATE TABLE IF NOT EXISTS content (
    message_id TEXT PRIMARY KEY REFERENCES message (id),
    document BLOB NOT NULL
);

CREATE TABLE IF NOT EXISTS attachment (
    message_id TEXT NOT NULL REFERENCES message (id),
    ordinal INTEGER NOT NULL,
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    meta TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (message_id, ordinal)
);

CREATE TABLE IF NOT EXISTS upload (
    id TEXT PRIMARY KEY,
    box_id TEXT NOT NULL REFERENCES box (id),
    name TEXT NOT NULL,
    mime TEXT NOT NULL,
    size INTEGER NOT NULL,
    content BLOB NOT NULL,
    sha256 TEXT NOT NULL,
    sha3_256 TEXT NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_upload_box ON upload (box_id, expires_at);
CREATE INDEX IF NOT EXISTS ix_upload_end ON upload (expires_at);

CREATE TABLE IF NOT EXISTS event (
    id INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL REFERENCES message (id),
    at INTEGER NOT NULL,
    kind TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_event_message ON event (message_id, id);

CREATE TABLE IF NOT EXISTS change (
    id INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL REFERENCES message (id),
    sender_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    state INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_change_sender ON change (sender_id, at, id);

CREATE TABLE IF NOT EXISTS credit_change (
    id INTEGER PRIMARY KEY,
    box_id TEXT NOT NULL REFERENCES box (id),
    at INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    credit_after INTEGER NOT NULL,
    recipient_id TEXT,
    message_id TEXT
);
CREATE INDEX IF NOT EXISTS ix_credit_change ON credit_change (box_id, at, id);

CREATE TABLE IF NOT EXISTS fault (
    id INTEGER PRIMARY KEY,
    operation TEXT NOT NULL,
    kind TEXT NOT NULL,
    box_id TEXT,
    params TEXT NOT NULL,
    every INTEGER NOT NULL DEFAULT 1 CHECK (every >= 1),
    hits INTEGER NOT NULL DEFAULT 0,
    remaining INTEGER
);

CREATE TABLE IF NOT EXISTS step (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    outcome TEXT
);
CREATE INDEX IF NOT EXISTS ix_step_due ON step (at, id) WHERE outcome IS NULL;

CREATE TABLE IF NOT EXISTS call (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    operation TEXT NOT NULL,
    box_id TEXT,
    outcome TEXT NOT NULL,
    milliseconds INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS call_count (
    operation TEXT NOT NULL,
    outcome TEXT NOT NULL,
    calls INTEGER NOT NULL,
    PRIMARY KEY (operation, outcome)
) WITHOUT ROWID;
"""
