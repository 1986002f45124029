use super::words;

words! {
    /// A person's verdict on a debit of which nobody knows.
    Resolving {
        does: "고르면 이렇게 됩니다" / "What each choice does",
        paid_does: "영수증이 1(결제 완료)이 되고 PAYMENT_COMPLETED 웹훅이 나갑니다. order_id는 쓰인 것으로 남아 다시 출금되지 않습니다. 환불하지 않으며, 나중에 결제 취소로 환불할 수 있습니다. PG가 답하지 않으면 PG 거래번호가 필요합니다."
            / "The receipt becomes 1 (paid) and PAYMENT_COMPLETED is sent. The order_id stays used: it is not debited again. Nothing is refunded; it can be cancelled afterwards. If the PG is silent, its transaction number is needed.",
        declined_does: "영수증이 -2(실패)가 되고 PAYMENT_CONFIRM_FAILED 웹훅이 나갑니다. order_id가 풀려 같은 주문을 다시 출금할 수 있고, 예약은 실패로 끝납니다. 환불하지 않습니다. 실제로 출금되었다면 다음 결제는 두 번째 출금입니다."
            / "The receipt becomes -2 (failed) and PAYMENT_CONFIRM_FAILED is sent. The order_id is free: the same order may be debited again, and a reserve has failed. Nothing is refunded. If it was debited after all, the next charge is a second debit.",
        voided_does: "은행 거절과 같습니다: -2(실패), PAYMENT_CONFIRM_FAILED 웹훅, order_id가 풀립니다. 이 게이트웨이는 환불하지 않습니다. 돈이 움직이지 않았거나 PG에서 모두 돌려준 경우에만 고르세요."
            / "The same as declined: -2 (failed), PAYMENT_CONFIRM_FAILED, and the order_id is free. This gateway refunds nothing: choose it only where no money moved, or all of it was given back at the PG.",
        silent: "PG가 답하지 않으면 입력하신 결과를 그대로 믿고 확정합니다. 되돌릴 수 없습니다."
            / "If the PG does not answer, you are believed as you say it. It cannot be undone.",
        note: "근거" / "How you know",
        to_review: "다음: 확인하기" / "Next: review",
        review: "확정하기 전에 한 번 더 확인하세요" / "Once more, before it counts",
        forced: "PG의 답과 달라도 확정합니다." / "It is resolved even if the PG says otherwise.",
        not_forced: "먼저 PG에 한 번 더 묻습니다. PG의 답이 다르면 확정하지 않습니다." / "The PG is asked once more first; if it says otherwise, nothing is settled.",
        is_right: "네, PG 관리 화면에서 확인했습니다. 확정합니다" / "Yes, I have seen it in the PG's back office: resolve",
        back: "아니요, 돌아가기" / "No, back",
        still_asked: "아직 사람이 정할 때가 아닙니다. 게이트웨이가 PG에 계속 확인하고 있으며, 판정하지 못했을 때만 사람이 정합니다."
            / "There is nothing to decide yet: the gateway is still asking the PG. A person decides only where that comes to no verdict.",
        next_at: "다음 확인" / "Next look",
        decided: "이 결제는 이미 정해졌습니다:" / "This payment is decided already:",
    }
}
