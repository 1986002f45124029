use super::*;

/// A database that has applied one refuses to start with another text, also where only a comment differs.
#[test]
fn a_migration_is_never_changed() {
    let applied: Vec<_> = MIGRATIONS
        .iter()
        .map(|(number, sql)| (*number, checksum(sql).cast_unsigned()))
        .collect();
    assert_eq!(
        applied,
        [
            (1, 0x2571_5a8c_752c_f4bb),
            (2, 0x29b9_3e82_b52d_2257),
            (3, 0xe2b8_de9c_b339_938d),
            (4, 0x31c0_0b83_6943_a13a),
            (5, 0xe2f5_765a_6c2d_c32f),
            (6, 0x5edd_95f1_ab20_71dc),
            (7, 0x15be_a7e8_117b_90bc),
            (8, 0x75ac_c33a_ce8b_b300),
            (9, 0x7a24_451a_b310_132d),
            (11, 0x39d5_4e3c_30ad_78c5),
            (12, 0x36c2_17e3_fbbd_35b1),
            (13, 0x57ad_15fb_7afb_d5e5),
            (14, 0x158a_a826_be00_ea82),
            (15, 0x9143_3d8a_2b5a_081f),
            (16, 0x5e3030551856f6e0),
            (17, 0x5dc8078581f91193),
            (18, 0x5194b8f72c62c8fa),
            (19, 0x5d671f4ee352684c),
            (20, 0x06797cfe4448406c),
            (21, 0x02327d50341748f8),
            (22, 0x82c0d91b3953122a),
            (23, 0x1c0c21c956e91eaa),
            (24, 0xd10f2ec8cb81b858),
            (25, 0x1c06684965fd9ec6),
        ]
    );
}

#[test]
fn webhooks_that_were_pending_before_lanes_are_claimed_after() {
    let mut older = Connection::open_in_memory().unwrap();
    older.execute_batch(CREATE_LIST).unwrap();
    for (number, sql) in MIGRATIONS.iter().filter(|(number, _)| *number < 14) {
        older.execute_batch(sql).unwrap();
        let row = params![number, checksum(sql)];
        older.execute("INSERT INTO migration VALUES (?1, ?2)", row).unwrap();
    }
    let told = "INSERT INTO delivery (receipt_id, sequence, id, project_id, url, content_type, webhook_type, payload,
        state, next_at_ms, created_at_ms) VALUES (?1, 1, ?1, 'p', 'http://shop.example/hook?order=1', '', '', '{}', ?2, 0, 0)";
    for row in [("a", "pending"), ("b", "delivered")] {
        older.execute(told, row).unwrap();
    }
    migrate(&mut older, Path::new("memory")).unwrap();
    let origins: Vec<String> = older
        .prepare("SELECT origin FROM delivery ORDER BY id")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(origins, ["http://shop.example/hook?order=1", ""]);
    let due: Vec<String> = older
        .prepare("SELECT kind || ' ' || object || ' ' || queue FROM due")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(due, ["webhook a http://shop.example/hook?order=1"]);
}

/// A row of `table` in which `set` is as told, and everything else is something.
fn insert(connection: &Connection, table: &str, set: &[(&str, &str)]) {
    let columns: Vec<(String, String, bool)> = connection
        .prepare(&format!("PRAGMA table_info({table})"))
        .unwrap()
        .query_map([], |row| Ok((row.get(1)?, row.get(2)?, row.get(3)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let value = |(name, kind, is_needed): &(String, String, bool)| {
        let told = set
            .iter()
            .find(|(column, _)| column == name)
            .map(|(_, value)| (*value).to_owned());
        let any = match kind.as_str() {
            _ if !is_needed => "NULL",
            "INTEGER" if name == "price" => "1",
            "INTEGER" => "0",
            "BLOB" => "x''",
            _ => "''",
        };
        told.unwrap_or_else(|| any.to_owned())
    };
    let values: Vec<_> = columns.iter().map(value).collect();
    let sql = format!("INSERT INTO {table} VALUES ({})", values.join(", "));
    connection
        .execute(&sql, [])
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

#[test]
fn what_an_older_program_left_to_do_is_due() {
    let mut older = Connection::open_in_memory().unwrap();
    older.execute_batch(CREATE_LIST).unwrap();
    for (number, sql) in MIGRATIONS.iter().filter(|(number, _)| *number < 16) {
        older.execute_batch(sql).unwrap();
        let row = params![number, checksum(sql)];
        older.execute("INSERT INTO migration VALUES (?1, ?2)", row).unwrap();
    }
    let payment = |id, due| {
        let order = [("source", "'charge'"), ("order_id", id), ("state", "'in_doubt'")];
        let set = [
            &order[..],
            &[("receipt_id", id), ("project_id", "'p'"), ("verdict_due_at_ms", due)],
        ]
        .concat();
        insert(&older, "payment", &set);
    };
    payment("'payment'", "1");
    payment("'with a verdict'", "NULL");
    let of = |table, key, id: &str, due: &[(&str, &str)]| {
        insert(&older, table, &[&[(key, id), ("project_id", "'p'")], due].concat());
    };
    of(
        "reserve",
        "reserve_id",
        "'reserve'",
        &[("claim_at_ms", "3"), ("state", "'waiting'")],
    );
    of("reserve", "reserve_id", "'done'", &[("state", "'done'")]);
    of(
        "cash_receipt",
        "receipt_id",
        "'cash'",
        &[("due_at_ms", "4"), ("origin", "'alone'")],
    );
    of("billing_key", "billing_key", "'key'", &[("destroyed_at_ms", "5")]);
    of(
        "billing_key",
        "billing_key",
        "'told'",
        &[("destroyed_at_ms", "5"), ("expired_at_pg_at_ms", "6")],
    );
    insert(
        &older,
        "cancel",
        &[("id", "'cancel'"), ("receipt_id", "'payment'"), ("due_at_ms", "2")],
    );
    migrate(&mut older, Path::new("memory")).unwrap();
    let due: Vec<String> = older
        .prepare("SELECT kind || ' ' || project_id || ' ' || object || ' ' || at_ms FROM due ORDER BY at_ms")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let wanted = [
        "resolution p payment 1",
        "cancel p cancel 2",
        "reserve p reserve 3",
        "cash_receipt p cash 4",
    ];
    assert_eq!(due, [&wanted[..], &["key_expiry p key 5"]].concat());
}
