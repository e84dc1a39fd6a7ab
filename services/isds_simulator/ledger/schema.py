"""Tables of the ledger. Instants are whole milliseconds since 1970 in UTC."""

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
    attachment_limit INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS ix_box_ic ON box (ic);

CREATE TABLE IF NOT EXISTS login (
    username TEXT PRIMARY KEY,
    box_id TEXT NOT NULL REFERENCES box (id),
    salt BLOB NOT NULL,
    password_digest BLOB NOT NULL,
    rights INTEGER NOT NULL,
    user_type TEXT NOT NULL,
    person TEXT NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    blocked_until INTEGER
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
    answered_by TEXT
);
CREATE INDEX IF NOT EXISTS ix_message_sender
    ON message (sender_id, coalesce(delivered_at, submitted_at));
CREATE INDEX IF NOT EXISTS ix_message_recipient ON message (recipient_id, state);
CREATE INDEX IF NOT EXISTS ix_message_due ON message (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS ix_message_ref ON message (sender_id, sender_ref);

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

CREATE TABLE IF NOT EXISTS call (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    operation TEXT NOT NULL,
    box_id TEXT,
    outcome TEXT NOT NULL
);
"""
