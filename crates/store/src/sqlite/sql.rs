//! Every statement of this engine. A test prepares them all against a fresh database.

macro_rules! issuance_columns {
    () => {
        "SELECT receipt_id, project_id, coalesce(subscription_id_as_sent, subscription_id), seq, state, order_name, price, tax_free, auth_type, bank_code,
        account_masked, holder_masked, phone_masked, cash_receipt_type, metadata, fingerprint, requested_at_ms,
        consent_expires_at_ms, published_at_ms, pg_tid, failure_code, failure_pg_code, failure_pg_text, billing_key,
        issued_by, cash_receipt_print FROM issuance"
    };
}
macro_rules! key_columns {
    () => {
        "SELECT billing_key, project_id, receipt_id, bid, bank_code, account_masked, holder_masked, issued_at_ms,
        destroyed_at_ms FROM billing_key"
    };
}

macro_rules! payment_columns {
    () => {
        "receipt_id, project_id, billing_key, bid, source, source_id, seq, state,
        coalesce(order_id_as_sent, order_id), order_name, price, tax_free,
        metadata, items, user, feedback_url, content_type, bank_code, account_masked, holder_masked, fingerprint,
        requested_at_ms, tid, approve_no, receipt_url, paid_at_ms, failure_code, failure_pg_code, failure_pg_text,
        decline_reason, cancelled_price, cancelled_tax_free, cancelled_at_ms"
    };
}
macro_rules! cancel_columns {
    () => {
        "id, receipt_id, cancel_id, price, tax_free, username, message, state, requested_at_ms, pg_code, pg_text"
    };
}
macro_rules! reserve_columns {
    () => {
        "reserve_id, project_id, billing_key, coalesce(order_id_as_sent, order_id), order_name, price, tax_free, metadata, items, user, feedback_url,
        content_type, fingerprint, seq, state, requested_at_ms, execute_at_ms, due_at_ms, started_at_ms, finished_at_ms,
        revoked_at_ms, receipt_id, failure_code, failure_pg_code, failure_pg_text"
    };
}
macro_rules! delivery_columns {
    () => {
        "id, project_id, receipt_id, sequence, url, content_type, webhook_type, payload, state, attempts, next_at_ms,
        last_result, created_at_ms, delivered_at_ms"
    };
}

macro_rules! cash_receipt_columns {
    () => {
        "receipt_id, project_id, coalesce(order_id_as_sent, order_id), order_name, price, tax_free, purpose, seq, state, pg_order_id, tid, approve_no,
        pg_code, pg_text, requested_at_ms, issued_at_ms, cancelled_at_ms, origin, fingerprint, metadata, purchased_at_ms,
        due_at_ms"
    };
}

/// Whether a payment that is being resolved has no verdict, or one that the PG's last word contradicts. What only waits to be looked up
/// once more is settled.
macro_rules! is_unsettled {
    () => {
        "(state IN ('intended', 'in_doubt', 'needs_person') OR (SELECT r.outcome FROM verdict_rung AS r
        WHERE r.receipt_id = payment.receipt_id ORDER BY r.number DESC LIMIT 1) IN (CASE state WHEN 'paid' THEN 'not_there'
        ELSE 'paid' END, CASE state WHEN 'paid' THEN 'failed' ELSE 'paid' END,
        CASE state WHEN 'paid' THEN 'cancelled' ELSE 'refused' END))"
    };
}

pub(super) use {
    cancel_columns, cash_receipt_columns, delivery_columns, is_unsettled, issuance_columns, key_columns,
    payment_columns, reserve_columns,
};

macro_rules! statements {
    ($($name:ident = $sql:expr;)*) => {
        $(pub const $name: &str = $sql;)*
        #[cfg(test)]
        pub const ALL: &[(&str, &str)] = &[$((stringify!($name), $name),)*];
    };
}

statements! {
    INSERT_ISSUANCE = "INSERT INTO issuance (receipt_id, project_id, subscription_id, seq, state, is_open, order_name,
        price, tax_free, auth_type, bank_code, account_masked, holder_masked, phone_masked, cash_receipt_type, metadata,
        fingerprint, requested_at_ms, consent_expires_at_ms, subscription_id_as_sent, cash_receipt_print)
        VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)";
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
    CLAIM_ORDER = "INSERT INTO order_claim (project_id, order_id, kind, holder) VALUES (?1, ?2, ?3, ?4)";
    HAND_OVER_ORDER = "UPDATE order_claim SET kind = 'payment', holder = ?4
        WHERE project_id = ?1 AND order_id = ?2 AND kind = 'reserve' AND holder = ?3";
    FREE_ORDER = "DELETE FROM order_claim WHERE project_id = ?1 AND order_id = ?2 AND holder = ?3";
    SELECT_CLAIM = "SELECT kind, holder FROM order_claim WHERE project_id = ?1 AND order_id = ?2";
    INSERT_IDEMPOTENCY = "INSERT INTO idempotency_key (project_id, key, fingerprint, receipt_id) VALUES (?1, ?2, ?3, ?4)";
    DELETE_IDEMPOTENCY = "DELETE FROM idempotency_key WHERE project_id = ?1 AND key = ?2 AND receipt_id = ?3";
    SELECT_IDEMPOTENCY = "SELECT fingerprint, receipt_id FROM idempotency_key WHERE project_id = ?1 AND key = ?2";
    INSERT_PAYMENT = "INSERT INTO payment (receipt_id, project_id, billing_key, bid, source, source_id, seq, state, order_id,
        order_name, price, tax_free, metadata, items, user, feedback_url, content_type, bank_code, account_masked,
        holder_masked, fingerprint, requested_at_ms, order_id_as_sent)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)";
    MOVE_PAYMENT = "UPDATE payment SET seq = ?2, state = ?3, tid = coalesce(?4, tid), approve_no = coalesce(?5, approve_no),
        receipt_url = coalesce(?6, receipt_url), paid_at_ms = coalesce(?7, paid_at_ms),
        failure_code = coalesce(?8, failure_code), failure_pg_code = coalesce(?9, failure_pg_code),
        failure_pg_text = coalesce(?10, failure_pg_text), decline_reason = coalesce(?11, decline_reason),
        cancelled_price = coalesce(?12, cancelled_price), cancelled_tax_free = coalesce(?13, cancelled_tax_free),
        cancelled_at_ms = coalesce(?14, cancelled_at_ms),
        verdict_due_at_ms = CASE WHEN ?15 THEN verdict_due_at_ms END
        WHERE receipt_id = ?1 AND seq = ?2 - 1 AND state = ?16 RETURNING project_id, order_id";
    VERDICT_DUE = "UPDATE payment SET verdict_due_at_ms = ?2 WHERE receipt_id = ?1";
    HAS_PAYMENT_AT = "SELECT 1 FROM payment WHERE receipt_id = ?1 AND seq = ?2";
    HAS_ACTIVE_KEY = "SELECT 1 FROM billing_key WHERE billing_key = ?1 AND destroyed_at_ms IS NULL";
    SELECT_OPEN_DEBIT = "SELECT receipt_id FROM payment WHERE billing_key = ?1 AND price = ?2
        AND state IN ('intended', 'in_doubt', 'needs_person') ORDER BY receipt_id LIMIT 1";
    SELECT_PAYMENT = concat!("SELECT ", payment_columns!(), " FROM payment WHERE receipt_id = ?1 AND project_id = ?2");
    SELECT_PAYMENT_OF_ANYONE = concat!("SELECT ", payment_columns!(), " FROM payment WHERE receipt_id = ?1");
    SELECT_PAYMENTS_BY_ORDER = concat!("SELECT ", payment_columns!(), " FROM payment
        WHERE project_id = ?1 AND order_id = ?2 ORDER BY receipt_id LIMIT ?3");
    SELECT_UNSETTLED = concat!("SELECT ", payment_columns!(), ", verdict_due_at_ms FROM payment
        WHERE verdict_due_at_ms IS NOT NULL AND ", is_unsettled!(), " ORDER BY requested_at_ms, receipt_id LIMIT ?1");
    INSERT_RESOLUTION_STEP = "INSERT INTO verdict_rung (receipt_id, number, act, at_ms, outcome, tid, approve_no, receipt_url,
        paid_at_ms, pg_code, pg_text) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    SELECT_RESOLUTION_STEPS = "SELECT number, act, at_ms, outcome, tid, approve_no, receipt_url, paid_at_ms, pg_code, pg_text
        FROM verdict_rung WHERE receipt_id = ?1 ORDER BY number";
    INSERT_CANCEL = "INSERT INTO cancel (id, receipt_id, cancel_id, price, tax_free, username, message, state,
        requested_at_ms, due_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9)";
    END_CANCEL = "UPDATE cancel SET state = ?2, pg_code = ?3, pg_text = ?4, due_at_ms = NULL,
        cancel_id = CASE WHEN ?2 = 'refused' AND ?3 IS NULL THEN id ELSE cancel_id END WHERE id = ?1 AND state = 'intended'";
    PUT_OFF_CANCEL = "UPDATE cancel SET due_at_ms = ?2 WHERE id = ?1 AND state = 'intended'";
    SELECT_OPEN_CANCEL = "SELECT 1 FROM cancel WHERE due_at_ms IS NOT NULL LIMIT 1";
    SELECT_CANCEL = concat!("SELECT ", cancel_columns!(), " FROM cancel WHERE receipt_id = ?1 AND cancel_id = ?2");
    SELECT_CANCELS = concat!("SELECT ", cancel_columns!(), " FROM cancel WHERE receipt_id = ?1 ORDER BY id");
    INSERT_RESERVE = "INSERT INTO reserve (reserve_id, project_id, billing_key, order_id, order_name, price, tax_free,
        metadata, items, user, feedback_url, content_type, fingerprint, seq, state, requested_at_ms, execute_at_ms,
        due_at_ms, claim_at_ms, order_id_as_sent)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?18, ?19)";
    COUNT_WAITING = "SELECT count(*) FROM reserve WHERE billing_key = ?1 AND state = 'waiting'";
    MOVE_RESERVE = "UPDATE reserve SET seq = ?2, state = ?3,
        claim_at_ms = CASE WHEN ?3 = 'waiting' THEN coalesce(?10, due_at_ms) END,
        started_at_ms = CASE ?3 WHEN 'executing' THEN ?4 WHEN 'waiting' THEN NULL ELSE started_at_ms END,
        finished_at_ms = CASE WHEN ?3 IN ('done', 'failed') THEN ?4 ELSE finished_at_ms END,
        revoked_at_ms = CASE WHEN ?3 = 'revoked' THEN ?4 ELSE revoked_at_ms END,
        receipt_id = CASE WHEN ?3 <> 'waiting' THEN coalesce(?5, receipt_id) END, failure_code = ?6,
        failure_pg_code = ?7, failure_pg_text = ?8
        WHERE reserve_id = ?1 AND seq = ?2 - 1 AND state = ?9 RETURNING project_id, order_id";
    PUT_OFF_RESERVE = "UPDATE reserve SET due_at_ms = ?2, claim_at_ms = ?2 WHERE reserve_id = ?1 AND state = 'waiting'";
    SELECT_RESERVE = concat!("SELECT ", reserve_columns!(), " FROM reserve WHERE reserve_id = ?1 AND project_id = ?2");
    SELECT_WAITING_OF_KEY = concat!("SELECT ", reserve_columns!(), " FROM reserve
        WHERE billing_key = ?1 AND state = 'waiting'");
    INSERT_DELIVERY = "INSERT INTO delivery (receipt_id, sequence, id, project_id, url, content_type, webhook_type, payload,
        state, next_at_ms, created_at_ms, origin)
        VALUES (?1, (SELECT coalesce(max(sequence), 0) + 1 FROM delivery WHERE receipt_id = ?1), ?2, ?3, ?4, ?5, ?6, ?7,
        'pending', ?8, ?8, ?9)";
    END_DELIVERY = "UPDATE delivery SET state = ?3, attempts = ?4, next_at_ms = ?5, last_result = ?6, delivered_at_ms = ?7
        WHERE id = ?1 AND next_at_ms = ?2 AND state = 'pending'";
    RESEND_DELIVERY = "UPDATE delivery SET state = 'pending', attempts = 0, delivered_at_ms = NULL, next_at_ms = ?2
        + coalesce((SELECT ahead_ms FROM sandbox_clock AS c WHERE c.project_id = delivery.project_id), 0)
        WHERE id = ?1 AND (state <> 'pending' OR next_at_ms > ?3
        + coalesce((SELECT ahead_ms FROM sandbox_clock AS c WHERE c.project_id = delivery.project_id), 0))";
    PUT_BACK_DELIVERY = "UPDATE delivery SET next_at_ms = ?3 WHERE id = ?1 AND next_at_ms = ?2 AND state = 'pending'";
    SELECT_DELIVERIES_OF_RECEIPT = concat!("SELECT ", delivery_columns!(), " FROM delivery
        WHERE receipt_id = ?1 ORDER BY sequence");
    SELECT_RECENT_DELIVERIES = concat!("SELECT ", delivery_columns!(), " FROM delivery
        ORDER BY created_at_ms DESC, sequence DESC LIMIT ?1");
    INSERT_CASH_RECEIPT = "INSERT INTO cash_receipt (receipt_id, project_id, order_id, order_name, price, tax_free, purpose,
        seq, state, pg_order_id, tid, approve_no, pg_code, pg_text, requested_at_ms, issued_at_ms, cancelled_at_ms, origin,
        fingerprint, metadata, purchased_at_ms, due_at_ms, order_id_as_sent)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)
        ON CONFLICT (receipt_id) DO UPDATE SET price = ?5, tax_free = ?6, purpose = ?7, seq = ?8, state = ?9,
        pg_order_id = ?10, tid = ?11, approve_no = ?12, pg_code = ?13, pg_text = ?14, requested_at_ms = ?15,
        issued_at_ms = ?16, cancelled_at_ms = ?17, origin = ?18, fingerprint = ?19, due_at_ms = ?22
        WHERE cash_receipt.seq = ?8 - 1";
    SELECT_CASH_RECEIPT_STATE = "SELECT state FROM cash_receipt WHERE receipt_id = ?1";
    SELECT_CASH_RECEIPT = concat!("SELECT ", cash_receipt_columns!(), " FROM cash_receipt
        WHERE receipt_id = ?1 AND project_id = ?2");
    SELECT_CASH_RECEIPT_OF_ORDER = concat!("SELECT ", cash_receipt_columns!(), " FROM cash_receipt
        WHERE project_id = ?1 AND order_id = ?2 AND origin = 'alone' AND state <> 'failed'");
    SET_WEBHOOK = "UPDATE project SET webhook_url = ?2 WHERE project_id = ?1";
    ROTATE_WEBHOOK_SECRET = "UPDATE project SET webhook_secret_number = webhook_secret_number + 1,
        webhook_secret_overlap_until_ms = ?2 WHERE project_id = ?1";
    INSERT_PROJECT = "INSERT INTO project (project_id, name, company_name, application_id, client_key, issued_status,
        allowed_ips, created_at_ms, guard) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    SET_GUARD = "UPDATE project SET guard = ?2 WHERE project_id = ?1";
    INSERT_SECRET = "INSERT INTO project_secret (project_id, kind, hash, expires_at_ms) VALUES (?1, ?2, ?3, ?4)";
    END_SECRETS = "UPDATE project_secret SET expires_at_ms = min(coalesce(expires_at_ms, ?3), ?3)
        WHERE project_id = ?1 AND kind = ?2";
    SELECT_PROJECTS = "SELECT project_id, name, company_name, application_id, client_key, issued_status, allowed_ips,
        created_at_ms, webhook_url, webhook_secret_number, webhook_secret_overlap_until_ms, guard FROM project ORDER BY name";
    SELECT_SECRETS = "SELECT kind, hash, expires_at_ms FROM project_secret WHERE project_id = ?1";
    INSERT_TOKEN = "INSERT INTO access_token (token_hash, project_id, nonce, issued_at_ms, expires_at_ms)
        VALUES (?1, ?2, ?3, ?4, ?5)";
    FORGET_TOKENS = "DELETE FROM access_token WHERE project_id = ?1 AND expires_at_ms <= ?2";
    CAP_TOKENS = "UPDATE access_token SET expires_at_ms = min(expires_at_ms, ?2 + coalesce(
            (SELECT ahead_ms FROM sandbox_clock WHERE project_id = ?1), 0))
        WHERE project_id = ?1";
    SELECT_NEWEST_TOKEN = "SELECT token_hash, project_id, nonce, issued_at_ms, expires_at_ms FROM access_token
        WHERE project_id = ?1 ORDER BY issued_at_ms DESC LIMIT 1";
    SELECT_TOKEN = "SELECT token_hash, project_id, nonce, issued_at_ms, expires_at_ms FROM access_token
        WHERE token_hash = ?1";
    BEAT = "UPDATE installation SET beat = beat + 1, beat_at_ms = coalesce(?1, beat_at_ms) RETURNING beat";
    HOLD = "UPDATE installation SET beat = max(beat, ?1) + 1, gap_from_ms = CASE WHEN held_at_ms IS NULL THEN beat_at_ms
        ELSE gap_from_ms END, held_at_ms = coalesce(held_at_ms, ?2)";
    RELEASE = "UPDATE installation SET held_at_ms = NULL, gap_from_ms = NULL";
    SELECT_INSTALLATION = "SELECT id, beat, beat_at_ms, held_at_ms, gap_from_ms FROM installation";
    SELECT_PAYMENTS_SINCE = concat!("SELECT ", payment_columns!(), " FROM payment WHERE receipt_id >= ?1
        ORDER BY receipt_id DESC LIMIT ?2");
    SELECT_DUE_RESERVES = concat!("SELECT ", reserve_columns!(), " FROM reserve
        WHERE claim_at_ms <= ?1 AND state = 'waiting' ORDER BY claim_at_ms LIMIT ?2");
    SELECT_LEADS = "SELECT project_id, ahead_ms FROM sandbox_clock";
    FORGET_LEAD = "DELETE FROM sandbox_clock WHERE project_id = ?1";
    FORGET_LATER_TOKENS = "DELETE FROM access_token WHERE project_id = ?1 AND issued_at_ms > ?2";
    SELECT_LATER = "SELECT EXISTS (
        SELECT 1 FROM issuance WHERE project_id = ?1 AND max(requested_at_ms, coalesce(published_at_ms, 0)) > ?2
        UNION ALL SELECT 1 FROM billing_key
            WHERE project_id = ?1 AND max(issued_at_ms, coalesce(destroyed_at_ms, 0)) > ?2
        UNION ALL SELECT 1 FROM payment
            WHERE project_id = ?1 AND max(requested_at_ms, coalesce(paid_at_ms, 0), coalesce(cancelled_at_ms, 0)) > ?2
        UNION ALL SELECT 1 FROM reserve
            WHERE project_id = ?1 AND max(requested_at_ms, coalesce(finished_at_ms, 0), coalesce(revoked_at_ms, 0)) > ?2
        UNION ALL SELECT 1 FROM delivery
            WHERE project_id = ?1 AND max(created_at_ms, coalesce(delivered_at_ms, 0)) > ?2
        UNION ALL SELECT 1 FROM cash_receipt
            WHERE project_id = ?1 AND max(requested_at_ms, coalesce(issued_at_ms, 0), coalesce(cancelled_at_ms, 0)) > ?2
        UNION ALL SELECT 1 FROM transition WHERE at_ms > ?2 AND (
            object IN (SELECT receipt_id FROM issuance WHERE project_id = ?1)
            OR object IN (SELECT billing_key FROM billing_key WHERE project_id = ?1)
            OR object IN (SELECT receipt_id FROM payment WHERE project_id = ?1)
            OR object IN (SELECT reserve_id FROM reserve WHERE project_id = ?1)))";
    SET_LEAD = "INSERT INTO sandbox_clock (project_id, ahead_ms) VALUES (?1, ?2)
        ON CONFLICT (project_id) DO UPDATE SET ahead_ms = max(ahead_ms, ?2)";
}

#[cfg(test)]
#[path = "sql_tests.rs"]
mod tests;
