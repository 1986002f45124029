use super::words;

words! {
    /// Where webhooks go, and what came of each.
    Webhooks {
        endpoint: "엔드포인트" / "Endpoint",
        nowhere: "없습니다. `feedback_url`이 있는 요청의 웹훅만 보냅니다."
            / "None: only requests with a `feedback_url` are told.",
        secret: "서명 비밀" / "Signing secret",
        reveal: "보기" / "Reveal",
        overlap: "이전 비밀도 함께 서명하는 기한" / "The secret before signs too until",
        change: "주소 바꾸기" / "Change the URL",
        change_text: "이미 보내는 중인 웹훅은 원래 주소로 갑니다. 비우면 보내지 않습니다."
            / "Those on their way still go to the old one. Leave it empty to send none.",
        save: "저장" / "Save",
        rotate: "비밀 교체" / "Rotate the secret",
        rotate_text: "하루 동안은 이전 비밀로도 서명합니다. 그 사이에 서버의 비밀을 바꾸십시오."
            / "The old one signs too for a day; give your server the new one within it.",
        try_it: "엔드포인트 점검" / "Check your endpoint",
        try_text: "중복, 순서 바뀜, 늦은 응답 등 실제로 실패하는 경우를 하나씩 보내 봅니다:"
            / "Sends, one by one, what endpoints really fail on: repeats, wrong order, slow answers:",
        forward_text: "개발 중인 서버로 받기:" / "Have them sent to the server on your desk:",
        failing: "엔드포인트가 받지 못하고 있습니다. 다시 시도를 기다리는 웹훅:"
            / "The endpoint does not take them. Webhooks that wait for another try:",
        since: "가장 오래된 것:" / "The oldest is of",
        last: "마지막 응답:" / "Last answer:",
        all: "전체" / "All",
        pending: "보내는 중" / "On their way",
        delivered: "전달됨" / "Delivered",
        exhausted: "포기함" / "Given up",
        kind: "종류" / "Type",
        answer: "마지막 응답" / "Last answer",
        tries: "회 시도" / "tries",
        waits: "앞의 웹훅을 기다림" / "waits for the one before",
        next_try: "다음 시도" / "next try",
    }
}
