use super::words;

words! {
    /// What surrounds every page.
    Frame {
        skip: "본문으로 건너뛰기" / "Skip to content",
        navigation: "주 메뉴" / "Main menu",
        overview: "개요" / "Overview",
        phone: "전화" / "Phone",
        requests: "요청" / "Requests",
        faults: "장애와 시나리오" / "Faults",
        receipts: "영수증" / "Receipts",
        keys: "빌링키" / "Billing keys",
        reserves: "예약" / "Reserves",
        doubts: "미확정" / "In doubt",
        webhooks: "웹훅" / "Webhooks",
        audit: "감사 기록" / "Audit log",
        sign_out: "로그아웃" / "Sign out",
        project: "프로젝트" / "Project",
        language: "언어" / "Language",
        theme: "화면" / "Theme",
        theme_auto: "자동" / "Auto",
        theme_light: "밝게" / "Light",
        theme_dark: "어둡게" / "Dark",
        switch: "전환" / "Switch",
        sandbox: "샌드박스" / "Sandbox",
        sandbox_text: "가상 PG입니다. 실제 돈은 움직이지 않습니다." / "A simulated PG: nobody's money moves.",
        held: "백업에서 복원되어 출금, 예약, 취소를 하지 않습니다. 운영자가 다음 명령으로 재개합니다:"
            / "Restored from a backup: nothing is debited or given back until the operator runs:",
        of_one_node: "메모리에 있는 것이라 이 노드의 것만 보입니다:" / "Kept in memory, so of this node alone:",
        now: "프로젝트의 현재 시각" / "The project's time",
        ahead: "이 프로젝트의 시계가 실제 시각보다 앞선 만큼" / "How far this project's clock is ahead of the machine's",
        not_live: "연결이 끊어졌습니다. 다시 연결하는 중…" / "Disconnected; reconnecting…",
        not_found: "찾을 수 없습니다" / "Not found",
        not_found_text: "이 프로젝트에는 그런 것이 없습니다." / "There is no such thing in this project.",
        is_in_project: "다른 프로젝트에 있습니다. 거기서 열기:" / "It is in another project; open it there:",
        not_allowed: "권한이 없습니다" / "Not allowed",
        needs_role: "이 동작에는 더 높은 역할이 필요합니다" / "This needs a role that you do not have",
        refused: "할 수 없습니다" / "Not possible",
        no_project: "프로젝트가 없습니다" / "There is no project",
        no_project_text: "jadong project create <이름> 으로 만드세요." / "Create one: jadong project create <name>",
        closed: "로그인이 필요합니다" / "Sign-in needed",
        to_sign_in: "로그인하기" / "Sign in",
        closed_text: "이 콘솔은 같은 컴퓨터에서 127.0.0.1 또는 localhost 주소로 열 때만 비밀번호 없이 열립니다."
            / "Without a password this console opens only on the machine it runs on, at 127.0.0.1 or localhost.",
        back: "돌아가기" / "Back",
        manual: "매뉴얼" / "Manual",
        failed: "처리되지 않았습니다:" / "That was not done:",
        late: "아직 처리 중입니다" / "Still under way",
        late_text: "이 화면이 기다리는 시간을 넘겼습니다. 동작은 계속됩니다. 다시 누르지 말고 영수증에서 결과를 확인하십시오."
            / "It takes longer than this page waits, and goes on. Do not press again: look at the receipt for what came of it.",
        unknown: "결과를 아직 모릅니다" / "Not known yet",
    }
}
