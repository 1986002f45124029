use super::words;

words! {
    /// Signing in, and the audit log.
    People {
        sign_in: "로그인" / "Sign in",
        name: "이름" / "Name",
        password: "비밀번호" / "Password",
        wrong: "이름 또는 비밀번호가 맞지 않습니다." / "Wrong name or password.",
        too_many: "시도가 너무 많습니다. 1분 뒤에 다시 하세요." / "Too many attempts. Try again in a minute.",
        unavailable: "지금은 로그인할 수 없습니다." / "Signing in is not possible just now.",
        hint: "계정은 서버에서 만듭니다: jadong console user add <이름> --role viewer|operator|admin"
            / "Accounts are made on the server: jadong console user add <name> --role viewer|operator|admin",
        audit: "감사 기록" / "Audit log",
        audit_text: "모든 동작은 하기 전에 기록되고, 결과가 다음 줄에 기록됩니다. 지울 수 없습니다."
            / "Every act is written down before it is done, and its outcome after. Nothing is ever removed.",
        when: "시각" / "When",
        who: "누가" / "Who",
        act: "동작" / "Act",
        outcome: "결과" / "Outcome",
        note: "메모" / "Note",
        from: "어디서" / "From",
        none: "아직 없습니다." / "Nothing yet.",
        older: "더 오래된 것" / "Older",
    }
}
