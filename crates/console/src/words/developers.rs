use super::words;

words! {
    /// What a developer needs.
    Developers {
        title: "개발자" / "Developers",
        text: "SDK에서는 주소 한 줄만 운영과 다릅니다." / "With an SDK one line differs from the hosted service: the address.",
        credentials: "주소와 키" / "Address and credentials",
        url: "API 주소" / "Base URL",
        secret: "secret_key" / "secret_key",
        kept: "해시만 보관하므로 다시 볼 수 없습니다. 새로 만들기:" / "Kept as a hash alone, and shown once, when it is made. A new one:",
        company: "company_name" / "company_name",
        pg: "PG" / "PG",
        ips: "허용 IP" / "Allowed addresses",
        everywhere: "모든 주소" / "everywhere",
        copy: "복사" / "Copy",
        copied: "복사됨" / "Copied",
        sdk: "SDK에서 주소 바꾸기" / "The address in your SDK",
        sdk_how: "설치부터 첫 출금까지" / "From installation to the first debit",
        more: "더 보기" / "More",
        new_project: "새 프로젝트:" / "Another project:",
        reference: "API 문서" / "API reference",
        webhooks: "웹훅 비밀값" / "Webhook secret",
    }
}
