//! As much of a browser as the console needs: cookies, forms, and the headers that browsers send of themselves.

use std::time::Duration;

use reqwest::header::{COOKIE, HeaderMap, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use testkit::process::{Output, TestDir, ended, jadong};

/// What came back.
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Page {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// A browser with at most one session.
pub struct Browser {
    http: Client,
    url: String,
    headers: Vec<(&'static str, String)>,
    session: Option<String>,
}

impl Browser {
    /// On the gateway's own machine.
    pub fn at(url: &str) -> Self {
        let http = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .timeout(Duration::from_secs(60))
            .build();
        Self {
            http: http.expect("an HTTP client"),
            url: url.to_owned(),
            headers: Vec::new(),
            session: None,
        }
    }

    /// Reaching it by a name that is not this machine's: then nothing opens by itself.
    pub fn elsewhere(url: &str) -> Self {
        Self::at(url).with("host", "console.example")
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub async fn get(&self, path: &str) -> Page {
        self.send(Method::GET, path, None).await
    }

    /// A form's fields, encoded already.
    pub async fn post(&self, path: &str, form: &str) -> Page {
        self.send(Method::POST, path, Some(form)).await
    }

    async fn send(&self, method: Method, path: &str, form: Option<&str>) -> Page {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(session) = &self.session {
            request = request.header(COOKIE, format!("jadong_session={session}"));
        }
        if let Some(form) = form {
            request = request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form.to_owned());
        }
        let response = request.send().await.expect("an answer");
        Page {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await.expect("a page"),
        }
    }

    /// Signs in; gives the status.
    pub async fn sign_in(&mut self, name: &str, password: &str) -> u16 {
        let form = format!("name={name}&password={}", password.replace(' ', "+"));
        let page = self.post("/console/sign-in", &form).await;
        let cookie = page.headers.get(SET_COOKIE).and_then(|value| value.to_str().ok());
        if let Some(cookie) = cookie {
            for flag in ["HttpOnly", "SameSite=Strict", "Path=/console"] {
                assert!(cookie.contains(flag), "{cookie}");
            }
            let token = cookie
                .trim_start_matches("jadong_session=")
                .split(';')
                .next()
                .unwrap_or_default();
            assert_eq!(token.len(), 64, "256 bits");
            self.session = Some(token.to_owned());
        }
        page.status
    }

    pub fn token(&self) -> String {
        self.session.clone().expect("a session")
    }
}

/// `jadong console user …`, with a password on standard input.
pub async fn user(dir: &TestDir, args: &[&str], password: &str) -> Output {
    use tokio::io::AsyncWriteExt;
    let data = dir.data_text();
    let args = [&["console", "user"], args, &["--data", &data]].concat();
    let mut command = jadong(args, &[]);
    let mut child = command.stdin(std::process::Stdio::piped()).spawn().expect("it starts");
    let mut input = child.stdin.take().expect("piped");
    // A command that reads none may have ended before.
    let _ = input.write_all(format!("{password}\n").as_bytes()).await;
    drop(input);
    ended(child).await
}
