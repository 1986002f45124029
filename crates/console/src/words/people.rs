use super::words;

words! {
    /// Signing in, and the audit log.
    People {
        viewer: "조회자" / "viewer",
        operator: "운영자" / "operator",
        admin: "관리자" / "admin",
        asked: "요청함" / "asked",
        done: "완료" / "done",
        refused: "거부됨" / "refused",
        act_not_allowed: "권한 없는 시도" / "Tried without the role",
        act_cancel: "결제 취소" / "Cancel",
        act_destroy: "빌링키 파기" / "Destroy a key",
        act_withdraw: "고객의 동의 철회" / "The payer's withdrawal",
        act_resend: "웹훅 다시 보내기" / "Send a webhook again",
        act_webhook_url: "웹훅 주소 변경" / "Change the webhook URL",
        act_webhook_secret: "서명 비밀 조회" / "Look at the signing secret",
        act_rotate_secret: "서명 비밀 교체" / "Rotate the signing secret",
        act_revoke: "예약 취소" / "Revoke a reserve",
        act_resolve: "결과 확정" / "Resolve",
        act_ask_again: "PG에 다시 묻기" / "Ask the PG again",
        act_clock: "시계 앞당기기" / "Move the clock",
        act_answer_call: "전화 받기" / "Answer a call",
        act_set_answering: "누가 받을지 바꾸기" / "Change who answers",
        act_add_fault: "장애 켜기" / "Switch a fault on",
        act_remove_fault: "장애 끄기" / "Switch a fault off",
        act_clear_faults: "장애 모두 끄기" / "Switch all faults off",
        act_sign_in: "로그인" / "Sign in",
        act_sign_out: "로그아웃" / "Sign out",
        act_user_add: "계정 추가" / "Add an account",
        act_user_remove: "계정 삭제" / "Remove an account",
        act_user_password: "비밀번호 변경" / "Change a password",
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

impl People {
    /// What an act of the audit log is called; its name where there is no word.
    pub fn act<'a>(&self, name: &'a str) -> &'a str {
        match name {
            "not_allowed" => self.act_not_allowed,
            "cancel" => self.act_cancel,
            "destroy" => self.act_destroy,
            "withdraw" => self.act_withdraw,
            "resend" => self.act_resend,
            "webhook_url" => self.act_webhook_url,
            "webhook_secret" => self.act_webhook_secret,
            "rotate_secret" => self.act_rotate_secret,
            "revoke" => self.act_revoke,
            "settle" => self.act_resolve,
            "ask_again" => self.act_ask_again,
            "clock" => self.act_clock,
            "answer_call" => self.act_answer_call,
            "set_answering" => self.act_set_answering,
            "add_fault" => self.act_add_fault,
            "remove_fault" => self.act_remove_fault,
            "clear_faults" => self.act_clear_faults,
            "sign_in" => self.act_sign_in,
            "sign_out" => self.act_sign_out,
            "user_add" => self.act_user_add,
            "user_remove" => self.act_user_remove,
            "user_password" => self.act_user_password,
            other => other,
        }
    }

    /// What a role is called.
    pub fn role<'a>(&self, name: &'a str) -> &'a str {
        match name {
            "viewer" => self.viewer,
            "operator" => self.operator,
            "admin" => self.admin,
            other => other,
        }
    }

    /// How an act ended; a refusal's code is a name that is looked up.
    pub fn outcome<'a>(&self, name: &'a str) -> &'a str {
        match name {
            "asked" => self.asked,
            "done" => self.done,
            "refused" => self.refused,
            other => other,
        }
    }
}
