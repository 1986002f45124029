// The little that pages do by themselves; everything works without it, with one click more.
(function () {
  'use strict';
  for (const button of document.querySelectorAll('[data-without-script]')) button.hidden = true;

  document.addEventListener('change', function (event) {
    if (event.target.matches('[data-submits]')) event.target.form.requestSubmit();
  });

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

  // The stream: say when it is lost, and look at everything again once it is back.
  let wasLost = false;
  document.addEventListener('htmx:sseError', function () {
    wasLost = true;
    document.getElementById('lost').hidden = false;
  });
  document.addEventListener('htmx:sseOpen', function () {
    document.getElementById('lost').hidden = true;
    if (!wasLost) return;
    wasLost = false;
    for (const region of document.querySelectorAll('[data-live]')) window.htmx.trigger(region, 'refresh');
  });
})();
