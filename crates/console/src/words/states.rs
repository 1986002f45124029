use super::words;

words! {
    /// Where things stand.
    States {
        intended: "요청 중" / "Under way",
        in_doubt: "미확정" / "In doubt",
        paid: "출금됨" / "Paid",
        partly_cancelled: "일부 취소" / "Partly cancelled",
        cancelled: "취소됨" / "Cancelled",
        declined: "거절" / "Declined",
        voided: "출금 없음" / "Voided",
        needs_person: "확인 필요" / "Needs a person",
        requested: "요청됨" / "Requested",
        consenting: "동의 대기" / "Consenting",
        consented: "동의함" / "Consented",
        publishing: "발급 중" / "Publishing",
        issued: "발급됨" / "Issued",
        refused: "동의 거부" / "Refused",
        expired: "만료" / "Expired",
        failed: "실패" / "Failed",
        waiting: "대기" / "Waiting",
        executing: "실행 중" / "Executing",
        done: "완료" / "Done",
        revoked: "예약 취소" / "Revoked",
        pending: "보내는 중" / "Pending",
        delivered: "전달됨" / "Delivered",
        exhausted: "포기함" / "Given up",
        active: "사용 중" / "Active",
        destroyed: "파기됨" / "Destroyed",
    }
}
