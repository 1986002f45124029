-- Why a step was refused, in this program's words: a decline's reason, or that it is too late for a net-cancel. NULL: nothing that a
-- decision looks at.
ALTER TABLE verdict_rung ADD COLUMN reason TEXT;
-- Of older steps only the PG's code says it.
UPDATE verdict_rung SET reason = CASE
    WHEN pg_code = 'V301' THEN 'insufficient_funds'
    WHEN pg_code = 'V302' THEN 'account_closed'
    WHEN pg_code = 'V303' THEN 'account_frozen'
    WHEN pg_code = 'V304' THEN 'mandate_ended'
    WHEN pg_code = 'V305' THEN 'over_limit'
    WHEN pg_code IN ('U127', 'U502', 'P017') THEN 'amount_refused'
    WHEN pg_code IN ('U115', 'U309', 'A255') THEN 'key_refused'
    ELSE 'bank_refused'
END WHERE outcome = 'failed';
UPDATE verdict_rung SET reason = 'too_late' WHERE outcome = 'refused' AND act = 'net_cancel' AND pg_code = '2020';
