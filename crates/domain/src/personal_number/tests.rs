use super::*;

fn found(text: &str, reading: Reading) -> Vec<(PersonalNumber, usize)> {
    let mut all = Vec::new();
    each(text, |number| all.extend(kinds(number, reading)));
    all
}

#[test]
fn what_people_write_is_found_and_told_apart() {
    use PersonalNumber::{Account, BusinessNumber, Phone, ResidentNumber};
    for (text, kind, digits) in [
        ("98765432109871", Account, 14),
        ("계좌 987654-32-109871입니다", Account, 14),
        ("국민은행98765432109871", Account, 14),
        ("９８７６５４－３２－１０９８７１", Account, 14),
        ("987654\u{a0}32\u{a0}109871", Account, 14),
        ("987654\u{200b}32109871", Account, 14),
        ("987654 32 109871", Account, 14),
        ("3333-01-1234567", Account, 13),
        ("301-0123-4567-81", Account, 13),
        ("{\"a\":\"\\n98765432109871\\n\"}", Account, 14),
        ("account=98765432109871&x=1", Account, 14),
        ("(98765432109871)", Account, 14),
        ("2026-11-30 10:20:30 110-234-567890", Account, 12),
        ("900101-1234567", ResidentNumber, 13),
        ("9001011234567", ResidentNumber, 13),
        ("900101- 1234567", ResidentNumber, 13),
        ("220-81-62517", BusinessNumber, 10),
        ("2208162517", BusinessNumber, 10),
        ("010-1234-5678", Phone, 11),
        ("01012345678", Phone, 11),
        ("(010) 1234-5678", Phone, 11),
        ("016-123-4567", Phone, 10),
        ("0161234567", Phone, 10),
        ("+82 10-1234-5678", Phone, 10),
        ("+821012345678", Phone, 12),
        ("+82161234567", Phone, 11),
        ("010%2D1234%2D5678", Phone, 11),
        ("010-12345678", Phone, 11),
        ("tel:010.1234.5678.", Phone, 11),
    ] {
        assert_eq!(found(text, Reading::Text), [(kind, digits)], "{text}");
    }
}

#[test]
fn what_is_nobodys_is_left_alone() {
    for text in [
        "6b04413003d772a43ef40387",
        "130441300312345678909999",
        "jadong000m02162611232235440002",
        "01f0e2a4-0101-2345-8678-010123456789",
        "12345678-1234-4abc-8234-123456789012",
        "1764415320",
        "1764415320123",
        "1764415320123456",
        "1764415320.123456",
        "20261130213501",
        "20261130-00012345",
        "20261130-1234-5678",
        "2026-11-30T21:35:01.123456789+09:00",
        "2026-11-30 21:35:01.123456+09",
        "2026-11-0001234",
        "261130235959",
        "123456789*****",
        "1234567890123*******",
        "*****98765432109871",
        "010****5678",
        "127.0.0.1:41411",
        "192.168.100.101",
        "Chrome/120.0.6099.109",
        "0.12345678901234",
        "8801234567893",
        "1,234,567,890,123 won",
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ",
        "12345678901234567",
        "order12345678901234",
        "12345678901234a",
        "10 20 30 40 50 60 70 80 90",
        "1588-1234",
    ] {
        assert_eq!(found(text, Reading::Text), [], "{text}");
    }
}

#[test]
fn an_id_may_be_digits() {
    for text in [
        "98765432109871",
        "1234-5678-9012",
        "2208162517",
        "9001011234567",
        "0110000001",
        "220-81-62517",
    ] {
        assert_eq!(found(text, Reading::Id), [], "{text}");
    }
    for text in [
        "010-1234-5678",
        "01012345678",
        "900101-1234567",
        "sub_010_1234_5678",
        "+82-10-1234-5678",
    ] {
        assert_eq!(found(text, Reading::Id).len(), 1, "{text}");
    }
}

#[test]
fn a_number_is_where_it_says_it_is() {
    let mut at = Vec::new();
    each("가 010-1234 x５6", |number| {
        at.push((number.start, number.end, number.digits.clone()))
    });
    assert_eq!(at, [(4, 12, "0101234".to_owned()), (14, 18, "56".to_owned())]);
    // However many there are, none is lost and none grows without end.
    let many = "12 ".repeat(10_000);
    let mut digits = 0;
    each(&many, |number| {
        assert!(number.digits.len() <= 258);
        digits += number.digits.len();
    });
    assert_eq!(digits, 20_000);
}
