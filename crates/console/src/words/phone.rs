use super::words;

words! {
    /// The simulated customers' telephones.
    Phone {
        read_only: "조회 권한으로는 전화를 받을 수 없습니다." / "A viewer does not answer telephones.",
        title: "전화" / "Phone",
        lead: "가상 고객에게 걸려 온 전화입니다. 고객 대신 받아 보세요. 기다리던 SDK 호출이 바로 응답을 받습니다."
            / "Calls to the simulated customers. Answer in a customer's place, and the SDK call that waits gets its answer at once.",
        who_answers: "누가 받나요" / "Who answers",
        auto: "고객이 알아서" / "The customers",
        by_hand: "직접" / "By hand",
        auto_text: "고객이 전화번호에 따라 스스로 응답합니다." / "Each customer answers as its number says.",
        by_hand_text: "지금부터 걸리는 전화는 여기서 받을 때까지 울립니다." / "From now on every call rings until it is answered here.",
        rings: "전화가 울립니다" / "The phone rings",
        silent: "울리는 전화가 없습니다" / "No phone rings",
        silent_text: "‘직접’을 고르고 SDK에서 빌링키를 요청하면 여기서 전화가 울립니다. 010-0000-0007은 언제나 직접 받아야 합니다."
            / "Choose “By hand” and ask for a billing key with your SDK: the phone rings here. 010-0000-0007 always waits for a person.",
        caller_ars: "자동이체 동의 ARS" / "Automatic transfer consent (ARS)",
        caller_app: "간편인증 앱" / "Sign-in app (간편인증)",
        to: "받는 사람" / "To",
        ringing: "수신 전화" / "Incoming call",
        message: "인증 요청" / "Request to sign",
        left: "울리는 중 (그냥 둠)" / "Ringing (left alone)",
        seconds: "초" / "s",
        voice: "안내 음성" / "The voice",
        keypad: "숫자판" / "Keypad",
        key_agree: "동의" / "agree",
        key_refuse: "거절" / "refuse",
        wrong: "잘못 누른 횟수" / "Wrong keys",
        agree: "동의" / "Agree",
        refuse: "거절" / "Refuse",
        sign: "인증하고 동의" / "Sign and agree",
        hang_up: "끊기" / "Hang up",
        close_app: "닫기" / "Dismiss",
        let_ring: "그냥 두기" / "Let it ring",
        hint: "숫자 키로도 누를 수 있습니다. 1 동의, 2 거절, 다른 번호 세 번은 인증 실패."
            / "Digit keys work too: 1 agrees, 2 refuses, any other three times fails.",
        recent: "지난 전화" / "Recent calls",
        at: "걸린 시각" / "Called",
        customer: "고객" / "Customer",
        order: "상품" / "For",
        ended: "결과" / "Ended",
        agreed: "동의" / "Agreed",
        refused: "거절" / "Refused",
        no_answer: "받지 않음" / "No answer",
        busy: "통화 중" / "Busy",
        wrong_key: "번호 틀림" / "Wrong keys",
        signer_mismatch: "인증한 사람 다름" / "Somebody else signed",
        expired: "시간 지남" / "Too late",
        over: "끝남" / "Over",
        numbers: "번호마다 다르게 응답하는 고객" / "Customers who answer by their number",
    }
}
