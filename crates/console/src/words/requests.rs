use super::words;

words! {
    /// The last requests.
    Requests {
        title: "요청" / "Requests",
        one: "요청 하나" / "One request",
        lead: "API가 받은 마지막 요청들입니다. 메모리에만 있고, 계좌번호·생년월일·전화번호·이름은 남지 않습니다."
            / "The last requests that the API answered. In memory only; account numbers, birth dates, telephones and names are not kept.",
        all: "모두" / "All",
        errors: "오류만" / "Errors only",
        filter: "거르기" / "Filter",
        at: "시각" / "Time",
        request: "요청" / "Request",
        sdk: "SDK" / "SDK",
        status: "상태" / "Status",
        took: "걸린 시간" / "Took",
        none: "아직 요청이 없습니다." / "No request yet.",
        no_errors: "오류가 없습니다." / "No errors.",
        good: "성공했습니다." / "It succeeded.",
        field: "필드" / "Field",
        hint: "힌트" / "Hint",
        cause: "원인" / "Cause",
        fix: "해결 방법" / "How to fix it",
        request_id: "요청 번호" / "Request id",
        receipt: "영수증·키" / "Receipt or key",
        nobody: "누구의 요청인지 알 수 없습니다: 인증되지 않았습니다." / "Whose request this was is not known: it was not authenticated.",
        sent: "요청 본문" / "Request body",
        answered: "응답 본문" / "Response body",
        masked: "••••는 남기지 않은 값입니다." / "•••• is a value that is not kept.",
        others: "같은 영수증·키의 다른 요청" / "Other requests about the same receipt or key",
        of_receipt: "요청" / "Requests",
        again: "다시 보내기" / "Repeat it",
        again_text: "가린 값은 셸 변수로 바뀌었습니다. 변수를 정하지 않으면 샌드박스에서 쓸 수 있는 값이 들어갑니다."
            / "Hidden values became shell variables; those that you do not set take a value that works in the sandbox.",
        copy: "복사" / "Copy",
        copied: "복사했습니다" / "Copied",
        not_kept: "본문을 남기지 않아 다시 보낼 수 없습니다 (운영 모드, JSON이 아닌 본문, 너무 긴 본문, 또는 인증되지 않은 요청)."
            / "Its body was not kept, so it cannot be repeated (live mode, not JSON, too long, or not authenticated).",
        newest: "가장 최근" / "Newest",
        older: "이전" / "Older",
        back: "모든 요청" / "All requests",
    }
}
