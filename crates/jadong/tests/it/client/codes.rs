//! The client's table of error codes is the server's.

use client::ErrorCode;

#[test]
fn every_code_of_the_server_has_a_name_in_the_client() {
    for code in domain::error::ErrorCode::ALL {
        let known = ErrorCode::from(code.name());
        assert!(
            !matches!(known, ErrorCode::Other(_)),
            "{} is unknown to the client",
            code.name()
        );
        assert_eq!(known.as_str(), code.name());
    }
    assert_eq!(
        ErrorCode::from("SOMETHING_NEW"),
        ErrorCode::Other("SOMETHING_NEW".to_owned())
    );
}
