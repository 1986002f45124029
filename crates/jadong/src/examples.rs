//! The examples that `--help` ends with.

pub const TOP: &str = "\
처음 세 명령 (the first three to type):
  jadong demo                    # 일곱 단계 (watch the seven steps)
  jadong serve                   # 샌드박스 시작 (start a sandbox)
  jadong trigger issued-key      # 시나리오 재생 (play a scenario against it)

종료 코드 (exit codes): 0 성공 (done) · 1 실패, 이유는 표준 오류에 (failed, stderr says why) · 2 잘못된 명령 (wrong usage)";

pub const SERVE: &str = "\
Examples:
  jadong serve
  jadong serve --listen 127.0.0.1:8080 --data ./data --consent-hold 20s
  jadong serve --listen 127.0.0.1:0 --ready-file ready.json
  JADONG_LOG=debug jadong serve --config jadong.toml";

pub const DEMO: &str = "\
Examples:
  jadong demo
  jadong demo --keep             # then try the printed curl commands";

pub const DB: &str = "\
Examples:
  jadong db migrate --store postgres://jadong_owner@db.internal/jadong
  jadong db check --store postgres://jadong@db.internal/jadong --json
  jadong db move --from ./jadong-data --to postgres://jadong@db/jadong
  jadong db distribute --store postgres://jadong_owner@coordinator/jadong";

pub const NODES: &str = "\
Examples:
  jadong nodes
  jadong nodes --json";

pub const PROJECT: &str = "\
Examples:
  jadong project create myshop --company-name '우리가게'
  jadong project list --json
  jadong project set myshop --guard refuse
  jadong project create shop --pg hosted --pg-credentials bootpay.toml
  jadong project rotate-key myshop --overlap 24h";

pub const GET: &str = "\
Examples:
  jadong get receipt/66542dfb4d18d5fc7b43e1b6
  jadong get /sandbox/clock --url http://127.0.0.1:4141";

pub const POST: &str = "\
Examples:
  jadong post subscribe/payment billing_key=66542dfb4d18d5fc7b43e1b6 \\
    order_id=order_1 order_name=구독 price:=9900
  jadong post cancel receipt_id=66542dfb4d18d5fc7b43e1b6
  jadong post /sandbox/clock advance=1mo
  jadong post request/subscribe/automatic-transfer - < key.json";

pub const KEYS: &str = "\
Examples:
  jadong keys adopt --project shop --csv keys.csv --dry-run
  jadong keys adopt --project shop --csv keys.csv --reserves-cancelled";

pub const PG: &str = "\
Examples:
  jadong pg measure --project shop --key 66542dfb4d18d5fc7b43e1b6
  jadong pg measure --project shop --payer me.toml --wait 10m
  jadong pg measure --project shop --key 66542dfb4d18d5fc7b43e1b6 \\
    --allow charge,used-order,refund --json
  jadong pg measure --project shop --forget";

pub const RESERVES: &str = "\
Examples:
  jadong reserves adopt --project shop --csv reserves.csv --dry-run
  jadong reserves adopt --project shop --csv reserves.csv --reserves-cancelled";

pub const CONSOLE: &str = "\
Examples:
  jadong console user add kim --role operator
  jadong console user list --json
  echo 'a long password' | jadong console user password kim";

pub const WEBHOOK: &str = "\
Examples:
  jadong webhook set sandbox http://127.0.0.1:8000/webhook
  jadong webhook list --receipt 6b04413003d772a43ef40387
  jadong webhook ordeal --url localhost:8000/webhook \\
    --secret \"$(jadong webhook secret sandbox)\"";

pub const EXPLAIN: &str = "\
Examples:
  jadong explain 6b04413003d772a43ef40387
  jadong explain 6b04413003d772a43ef40387 --lang ko
  jadong explain 6b04413003d772a43ef40387 --json | jq '.state, .data'";

pub const CLOCK: &str = "\
Examples:
  jadong clock show
  jadong clock advance 40d
  jadong clock advance 1mo       # a calendar month; 2w, 12h, 30m, 10s too
  jadong clock set 2027-01-01T00:00:00+09:00
  jadong clock reset             # back, where nothing happened";

pub const BANK: &str = "\
Examples:
  jadong bank --listen 127.0.0.1:4143 --data ./bank";

pub const BENCH: &str = "\
Examples:
  jadong bench issue --seconds 5
  jadong bench charge --connections 64 --json";

pub const ARS: &str = "\
Examples:
  jadong ars phone by-hand       # every call rings until somebody answers it
  jadong ars list
  jadong ars answer              # the one that rings agrees
  jadong ars list --url https://sandbox.example --cacert ca.pem
  jadong ars refuse 6b0433f8a29c955619f018ad";

pub const LISTEN: &str = "\
Examples:
  jadong listen
  jadong listen --forward-to localhost:8000/webhook
  jadong listen --json | jq .payload.status

The project needs no webhook URL; one that it has goes on getting its webhooks. The signature is the project's own, of
`jadong webhook secret sandbox`.";

pub const SHADOW: &str = "\
Examples:
  jadong shadow --upstream https://api.bootpay.co.kr
  jadong shadow --upstream https://api.bootpay.co.kr --report shadow.json
  jadong shadow --upstream http://127.0.0.1:4141 --listen 127.0.0.1:0 \\
    --page 127.0.0.1:0 --json

The backend calls the address that is printed; nothing else of it changes. Ctrl-C ends it and prints the report. Each request is
sent to the upstream once, and what is compared is asked of a sandbox inside.";

pub const TRIGGER: &str = "\
Examples:
  jadong trigger                 # what there is
  jadong trigger in-doubt-happened
  jadong trigger --all --json";

pub const DOCTOR: &str = "\
Examples:
  jadong doctor
  jadong doctor --config /etc/jadong.toml --json

Exit code 1 when something is to be fixed; warnings alone are 0.";

pub const AUDIT: &str = "\
Examples:
  jadong audit pii
  jadong audit pii --also /var/log/jadong --also export.csv.gz --json
  jadong audit pii --canary planted.txt --data /var/lib/jadong

Exit code 0 when nothing was found and everything was searched; 1 when something was found; 2 when nothing was found, and something
could not be searched.";

pub const RETENTION: &str = "\
Examples:
  jadong retention
  jadong retention --years 7 --project shop
  jadong retention --yes --report destroyed.json
  jadong consent verify destroyed.json --key \"$(cat key.txt)\"";

pub const CONSENT: &str = "\
Examples:
  jadong consent export 6b0433f9a29c955619f018b0
  jadong consent export 6b0433f9a29c955619f018b0 --pdf --out record.pdf
  jadong consent key
  jadong consent verify record.pdf --key \"$(cat jadong-public-key.txt)\"

Exit code of verify: 0 when the file is as the installation with that key gave it
out, 1 when it is not, 2 when no key was named.";

pub const CONFIG: &str = "\
Examples:
  jadong config > jadong.toml";

pub const COMPLETIONS: &str = "\
Examples:
  jadong completions bash > ~/.local/share/bash-completion/completions/jadong
  jadong completions zsh  > ~/.zfunc/_jadong
  jadong completions fish > ~/.config/fish/completions/jadong.fish";

pub const MANUAL: &str = "\
Examples:
  jadong manual
  jadong manual concepts/states
  jadong manual --search 'net-cancel'";

pub const IN_DOUBT: &str = "\
Examples:
  jadong in-doubt
  jadong in-doubt --json --data /var/lib/jadong";

pub const RESOLVE: &str = "\
Examples:
  jadong in-doubt                # which payments need a person
  jadong resolve 6b04413003d772a43ef40387 paid \\
    --note 'seen in the back office' --tid jadong000m02162611232235440002";

pub const RECONCILE: &str = "\
Examples:
  jadong reconcile --date 2026-01-31
  jadong reconcile --date 2026-01-31 --csv settlement.csv \\
    --columns tid=거래번호,kind=구분,amount=금액
  jadong reconcile mend 6b04413003d772a43ef40387 record --note 'by kim'";

pub const HOLD: &str = "\
Examples:
  jadong hold
  jadong hold --store postgres://jadong@db.internal/jadong";

pub const RESUME: &str = "\
Examples:
  jadong resume --after-restore    # changes nothing while reserves are due
  jadong resume --after-restore --debited none
  jadong resume --after-restore --debited 6b04413003d772a43ef40387

The PG cannot be asked for debits that the backup does not know: compare its list with the reserves that are shown.";

pub const ERROR: &str = "\
Examples:
  jadong error
  jadong error RC_CONFIRM_CRITICAL_FAILED
  jadong error 2350 --lang ko";

pub const OPENAPI: &str = "\
Examples:
  jadong openapi > openapi.json";
