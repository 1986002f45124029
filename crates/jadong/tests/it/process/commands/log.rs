//! The log of `jadong serve` on a terminal.

use testkit::process::{TestDir, jadong_path};
use tokio::process::Command;

/// What a gateway logs on a terminal until it is asked to stop; `script` makes the terminal.
async fn on_terminal(dir: &TestDir, env: &[(&str, &str)]) -> String {
    let (program, data) = (jadong_path(), dir.data_text());
    let serve = format!(
        "timeout -s INT 3 '{}' serve --listen 127.0.0.1:0 --data '{data}'",
        program.display()
    );
    let output = Command::new("script")
        .args(["-qec", &serve, "/dev/null"])
        .env_remove("NO_COLOR")
        .envs(env.iter().copied())
        .stdin(std::process::Stdio::null())
        .output()
        .await
        .expect("`script`, which makes a terminal");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn it_is_coloured_unless_no_color_is_set() {
    let dir = TestDir::empty();
    let coloured = on_terminal(&dir, &[]).await;
    assert!(
        coloured.contains("stopping") && coloured.contains("\u{1b}["),
        "{coloured}"
    );
    let plain = on_terminal(&dir, &[("NO_COLOR", "1")]).await;
    assert!(plain.contains("stopping") && !plain.contains('\u{1b}'), "{plain}");
}
