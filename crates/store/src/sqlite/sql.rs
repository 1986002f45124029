//! Every statement of this engine. A test prepares them all against a fresh database.

macro_rules! issuance_columns {
    () => {
        "SELECT receipt_id, project_id, subscription_id, seq, state, order_name, price, tax_free, auth_type, bank_code,
        account_masked, holder_masked, phone_masked, cash_receipt_type, metadata, fingerprint, requested_at_ms,
        consent_expires_at_ms, published_at_ms, pg_tid, failure_code, failure_pg_code, failure_pg_text, billing_key,
        issued_by FROM issuance"
    };
}
macro_rules! key_columns {
    () => {
        "SELECT billing_key, project_id, receipt_id, bid, bank_code, account_masked, holder_masked, issued_at_ms,
        destroyed_at_ms FROM billing_key"
    };
}

macro_rules! statements {
    ($($name:ident = $sql:expr;)*) => {
        $(pub const $name: &str = $sql;)*
        #[cfg(test)]
        const ALL: &[(&str, &str)] = &[$((stringify!($name), $name),)*];
    };
}

statements! {
    INSERT_ISSUANCE = "INSERT INTO issuance (receipt_id, project_id, subscription_id, seq, state, is_open, order_name,
        price, tax_free, auth_type, bank_code, account_masked, holder_masked, phone_masked, cash_receipt_type, metadata,
        fingerprint, requested_at_ms, consent_expires_at_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";
    MOVE_ISSUANCE = "UPDATE issuance SET seq = ?2, state = ?3, is_open = ?4, pg_tid = coalesce(?5, pg_tid),
        failure_code = coalesce(?6, failure_code), failure_pg_code = coalesce(?7, failure_pg_code),
        failure_pg_text = coalesce(?8, failure_pg_text), billing_key = coalesce(?9, billing_key),
        issued_by = coalesce(?10, issued_by), published_at_ms = coalesce(?11, published_at_ms)
        WHERE receipt_id = ?1 AND seq = ?2 - 1 AND state = ?12";
    INSERT_TRANSITION = "INSERT INTO transition (object, seq, from_state, to_state, at_ms, actor, detail)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    INSERT_KEY = "INSERT INTO billing_key (billing_key, project_id, receipt_id, bid, bank_code, account_masked,
        holder_masked, issued_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    DESTROY_KEY = "UPDATE billing_key SET destroyed_at_ms = ?2 WHERE billing_key = ?1 AND destroyed_at_ms IS NULL";
    KEY_EXPIRED_AT_PG = "UPDATE billing_key SET expired_at_pg_at_ms = ?2
        WHERE billing_key = ?1 AND expired_at_pg_at_ms IS NULL";
    SELECT_ISSUANCE = concat!(issuance_columns!(), " WHERE receipt_id = ?1 AND project_id = ?2");
    SELECT_OPEN_ISSUANCE = concat!(issuance_columns!(), " WHERE is_open = 1 AND project_id = ?1 AND subscription_id = ?2");
    SELECT_OPEN_ISSUANCES = concat!(issuance_columns!(), " INDEXED BY issuance_open WHERE is_open = 1
        AND (project_id, subscription_id) > (?1, ?2) ORDER BY project_id, subscription_id LIMIT ?3");
    SELECT_KEY = concat!(key_columns!(), " WHERE billing_key = ?1 AND project_id = ?2");
    SELECT_KEYS_TO_EXPIRE = concat!(key_columns!(), " WHERE destroyed_at_ms IS NOT NULL
        AND expired_at_pg_at_ms IS NULL ORDER BY destroyed_at_ms LIMIT ?1");
    SELECT_HISTORY = "SELECT seq, from_state, to_state, at_ms, actor, detail FROM transition
        WHERE object = ?1 ORDER BY seq";
    INSERT_PROJECT = "INSERT INTO project (project_id, name, company_name, application_id, client_key, issued_status,
        allowed_ips, created_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    INSERT_SECRET = "INSERT INTO project_secret (project_id, kind, hash, expires_at_ms) VALUES (?1, ?2, ?3, ?4)";
    END_SECRETS = "UPDATE project_secret SET expires_at_ms = min(coalesce(expires_at_ms, ?3), ?3)
        WHERE project_id = ?1 AND kind = ?2";
    SELECT_PROJECTS = "SELECT project_id, name, company_name, application_id, client_key, issued_status, allowed_ips,
        created_at_ms FROM project ORDER BY name";
    SELECT_SECRETS = "SELECT kind, hash, expires_at_ms FROM project_secret WHERE project_id = ?1";
    INSERT_TOKEN = "INSERT INTO access_token (token_hash, project_id, nonce, issued_at_ms, expires_at_ms)
        VALUES (?1, ?2, ?3, ?4, ?5)";
    FORGET_TOKENS = "DELETE FROM access_token WHERE project_id = ?1 AND expires_at_ms <= ?2";
    SELECT_NEWEST_TOKEN = "SELECT token_hash, project_id, nonce, issued_at_ms, expires_at_ms FROM access_token
        WHERE project_id = ?1 ORDER BY issued_at_ms DESC LIMIT 1";
    SELECT_TOKEN = "SELECT token_hash, project_id, nonce, issued_at_ms, expires_at_ms FROM access_token
        WHERE token_hash = ?1";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_statement_prepares_against_the_newest_schema() {
        let mut connection = rusqlite::Connection::open_in_memory().unwrap();
        crate::sqlite::migrate::migrate(&mut connection, std::path::Path::new("memory")).unwrap();
        for (name, sql) in ALL {
            connection
                .prepare(sql)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}
