// The little that pages do by themselves; everything works without it, with one click more.
(function () {
  'use strict';
  for (const button of document.querySelectorAll('[data-without-script]')) button.hidden = true;

  document.addEventListener('change', function (event) {
    if (event.target.matches('[data-submits]')) event.target.form.requestSubmit();
  });

  // Pressed once is enough. What is sent by htmx comes back by itself; the rest leaves the page.
  document.addEventListener('submit', function (event) {
    const form = event.target;
    if (form.hasAttribute('hx-post') || form.method !== 'post') return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = 'yes';
  });
  window.addEventListener('pageshow', function () {
    for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
  });

  // Where the menu is a strip that can be pushed, the page's own entry is in sight.
  const here = document.querySelector('.menu [aria-current]');
  if (here) here.scrollIntoView({ block: 'nearest', inline: 'center' });

  // A copy button copies the text of the element that it names.
  document.addEventListener('click', function (event) {
    const button = event.target.closest('[data-copies]');
    if (!button || !navigator.clipboard) return;
    const source = document.getElementById(button.dataset.copies);
    navigator.clipboard.writeText(source.textContent).then(function () {
      const before = button.textContent;
      button.textContent = button.dataset.copied || '✓';
      setTimeout(function () { button.textContent = before; }, 1500);
    });
  });

  // The stream: say when it is lost. Once it is open, look at everything again: what changed before it was, nobody told.
  document.addEventListener('htmx:sseError', function () {
    document.getElementById('lost').hidden = false;
  });
  // What was refused says so. Who is no longer signed in is led to the form by reading the page again.
  document.addEventListener('htmx:responseError', function (event) {
    const xhr = event.detail.xhr;
    if (event.detail.requestConfig.verb === 'get' && xhr.status === 403) return window.location.reload();
    const failed = document.getElementById('failed');
    const page = new DOMParser().parseFromString(xhr.responseText, 'text/html');
    const told = page.querySelector('main .notice') || page.querySelector('main p');
    failed.querySelector('span').textContent = told ? told.textContent : xhr.status;
    failed.hidden = false;
  });
  document.addEventListener('htmx:beforeRequest', function (event) {
    if (event.detail.requestConfig.verb !== 'get') document.getElementById('failed').hidden = true;
  });

  document.addEventListener('htmx:sseOpen', function () {
    document.getElementById('lost').hidden = true;
    for (const region of document.querySelectorAll('[data-live]')) window.htmx.trigger(region, 'refresh');
  });
})();

// The telephones: digit keys press the keypad of the one that has the focus.
(function () {
  'use strict';
  document.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || !/^[0-9*#]$/.test(event.key)) return;
    const phone = event.target.closest && event.target.closest('[data-phone]');
    const key = phone && phone.querySelector('[data-key="' + event.key + '"]');
    if (!key) return;
    event.preventDefault();
    key.focus();
    key.click();
  });

  // The project's time goes on; a clock that was moved is a change like any other.
  const ticking = document.querySelector('[data-ticks]');
  let shown = ticking && Date.parse(ticking.textContent.replace(' ', 'T') + 'Z');
  setInterval(function () {
    if (!shown) return;
    shown += 1000;
    ticking.textContent = new Date(shown).toISOString().slice(0, 19).replace('T', ' ');
  }, 1000);

  // How long it has been ringing.
  setInterval(function () {
    for (const counter of document.querySelectorAll('[data-seconds]')) counter.textContent = Number(counter.textContent) + 1;
  }, 1000);

  // A region is changed where it differs, so that what is pressed, focused or unfolded stays what it is.
  window.Idiomorph.defaults.callbacks.beforeAttributeUpdated = function (name, element) {
    return !(name === 'open' && element.matches('details')) && !(name === 'hidden' && element.matches('[data-without-script]'));
  };
  // What had the focus and is gone gives it to its region.
  let focused = null;
  document.addEventListener('htmx:beforeSwap', function (event) {
    // A form that somebody is filling in is left alone.
    if (event.target.querySelector('details[open] form.fields')) { event.detail.shouldSwap = false; return; }
    focused = event.target.contains(document.activeElement) ? event.target.id : null;
  });
  document.addEventListener('htmx:afterSettle', function () {
    const region = document.activeElement === document.body && document.getElementById(focused);
    if (region) region.focus({ preventScroll: true });
    focused = null;
  });
})();
