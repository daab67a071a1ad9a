/* Small helps on top of pages that work without them. No inline handlers, no eval, nothing stored in the browser except
   two preference cookies (dh_theme, dh_keys). Words come from data attributes of <body>, so that they can be translated. */
(function () {
  'use strict';
  const doc = document;
  const root = doc.documentElement;
  const body = doc.body;
  const word = (name) => body.dataset[name] || '';
  const $ = (selector, from) => (from || doc).querySelector(selector);
  const $$ = (selector, from) => Array.from((from || doc).querySelectorAll(selector));
  const csrf = () => { const meta = $('meta[name="csrf-token"]'); return meta ? meta.content : ''; };

  /* Preference cookies ------------------------------------------------ */
  const setCookie = (name, value) => {
    const secure = location.protocol === 'https:' ? ';secure' : '';
    doc.cookie = name + '=' + value + ';path=/;max-age=31536000;samesite=lax' + secure;
  };
  const hasCookie = (pair) => doc.cookie.split('; ').includes(pair);

  const showTheme = () => $$('[data-theme-switch]').forEach((button) => {
    button.hidden = false;
    button.setAttribute('aria-pressed', String(root.dataset.theme === 'dark'));
  });
  const switchTheme = () => {
    const dark = root.dataset.theme !== 'dark';
    if (dark) root.dataset.theme = 'dark'; else delete root.dataset.theme;
    setCookie('dh_theme', dark ? 'dark' : 'light');
    showTheme();
  };

  /* Menus, dialogs ------------------------------------------------------ */
  const closeMenus = (except, refocus) => $$('details[data-menu][open]').forEach((menu) => {
    if (menu === except) return;
    if (refocus && menu.contains(doc.activeElement)) $('summary', menu).focus();
    menu.open = false;
  });
  const openDialog = (dialog) => {
    if (!dialog || dialog.open || !dialog.showModal) return;
    const title = $('h2', dialog);
    if (title) { title.id = title.id || 'dialog-h'; dialog.setAttribute('aria-labelledby', title.id); }
    dialog.showModal();
  };

  /* Errors: focus the summary, or say what went wrong beside what was pressed -------- */
  const focusErrors = (from) => { const box = $('[data-focus]', from); if (box) box.focus(); };
  const clearFailure = (near) => { if (near && near.parentNode) $$('.failure', near.parentNode).forEach((p) => p.remove()); };
  const showFailure = (near, text) => {
    const at = near && (near.closest('form') || near);
    if (!at || !at.parentNode || at === body) return;
    clearFailure(at);
    const line = doc.createElement('p');
    line.className = 'err failure';
    line.setAttribute('role', 'alert');
    line.textContent = text;
    at.after(line);
  };

  /* A second press of a button does nothing ---------------------------------- */
  const release = (form) => {
    delete form.dataset.sent;
    $$('[type=submit],button:not([type])', form).forEach((button) => button.removeAttribute('aria-disabled'));
  };
  const guardSubmit = (event) => {
    const form = event.target;
    if ((form.method || '').toLowerCase() !== 'post') return;
    if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    form.dataset.sent = '1';
    $$('[type=submit],button:not([type])', form).forEach((button) => button.setAttribute('aria-disabled', 'true'));
    /* A download answers without leaving the page. */
    setTimeout(() => release(form), 15000);
  };

  /* Drafts: form[data-draft=key] is sent every ten seconds while it changes ---------- */
  const SKIP = /^(csrfmiddlewaretoken|idempotency_key|_.*)$/;
  const fieldsOf = (form) => {
    const data = new URLSearchParams();
    new FormData(form).forEach((value, name) => {
      if (typeof value !== 'string' || SKIP.test(name)) return;
      const input = form.elements[name];
      if (input && input.type === 'password') return;
      data.append(name, value);
    });
    return data;
  };
  const watchDraft = (form) => {
    if (form.dataset.watched) return;
    form.dataset.watched = '1';
    const note = $('[data-draft-note]', form) || $('[data-draft-note="' + form.dataset.draft + '"]');
    let sent = fieldsOf(form).toString();
    let lastSaved = note && note.dataset.savedAt ? note.dataset.savedAt : '';
    let version = note && note.dataset.version ? note.dataset.version : '';
    let busy = false;
    let stopped = false;
    const say = (text, bad) => {
      if (!note) return;
      const line = $('span', note) || note;
      note.classList.toggle('bad', Boolean(bad));
      if (line.textContent !== text) line.textContent = text;
    };
    const failed = (status) => {
      if (status === 401 || status === 403) return say(word('wordExpired'), true);
      if (status === 409) { stopped = true; return say(word('wordElsewhere'), true); }
      return say(lastSaved ? word('wordOfflineSaved').replace('{time}', lastSaved) : word('wordOffline'), true);
    };
    const save = (last) => {
      if (!form.isConnected) { clearInterval(timer); return; }
      if (busy || stopped || form.dataset.sent) return;
      const data = fieldsOf(form);
      const now = data.toString();
      if (now === sent) return;
      busy = !last;
      const request = new URLSearchParams({ draft_key: form.dataset.draft, draft_version: version, draft_data: now });
      fetch(form.dataset.draftUrl || word('draftUrl'), {
        method: 'POST',
        body: request,
        credentials: 'same-origin',
        redirect: 'manual',
        keepalive: Boolean(last),
        headers: { 'X-CSRFToken': csrf(), 'X-Requested-With': 'XMLHttpRequest', Accept: 'application/json' },
      }).then((response) => {
        if (response.type === 'opaqueredirect') return failed(401);
        if (!response.ok) return failed(response.status);
        return response.json().then((answer) => {
          sent = now;
          lastSaved = answer.saved_at;
          version = answer.version || version;
          say(word('wordSaved').replace('{time}', lastSaved), false);
        });
      }).catch(() => failed(0)).then(() => { busy = false; });
    };
    const timer = setInterval(() => save(false), 10000);
    doc.addEventListener('visibilitychange', () => { if (doc.visibilityState === 'hidden') save(true); });
    $$('[data-save-draft]', form).forEach((button) => button.addEventListener('click', (event) => {
      event.preventDefault();
      save(false);
    }));
  };

  /* Keys (design §6): only outside fields, one switch off, read by position so that Telex does not change them ------ */
  const GO = { KeyH: 'h', KeyC: 'c', KeyT: 't' };
  let going = 0;
  const inField = (element) => element && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));
  const visible = (element) => element.offsetParent !== null;
  const step = (by) => {
    const rows = $$('.work tbody tr:not(.group), [data-row]').filter(visible);
    if (!rows.length) {
      const link = $(by > 0 ? 'main a[rel=next]' : 'main a[rel=prev]');
      if (link) link.click();
      return;
    }
    const at = rows.findIndex((row) => row.contains(doc.activeElement));
    const row = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
    const link = $('a[data-open]', row) || $('a', row);
    if (link) link.focus();
  };
  const press = (selector) => {
    const target = $$(selector).filter(visible)[0];
    if (!target) return false;
    target.focus();
    if (target.select) target.select(); else if (!inField(target)) target.click();
    return true;
  };
  const keys = (event) => {
    if (event.isComposing || event.altKey) return;
    if (event.key === 'Escape') { closeMenus(null, true); return; }
    if (event.code === 'Enter' && (event.ctrlKey || event.metaKey)) {
      const form = event.target.closest && event.target.closest('form');
      const button = form && ($('button.main', form) || $('[type=submit],button:not([type])', form));
      if (button) { event.preventDefault(); form.requestSubmit(button); }
      return;
    }
    if (event.ctrlKey || event.metaKey || inField(event.target) || hasCookie('dh_keys=off') || $('dialog[open]')) return;
    if (going && Date.now() - going < 1500 && GO[event.code]) {
      going = 0;
      if (press('a[data-go="' + GO[event.code] + '"]')) event.preventDefault();
      return;
    }
    going = 0;
    if (event.key === '?' || (event.code === 'Slash' && event.shiftKey)) openDialog($('#keys'));
    else if (event.code === 'Slash') press('input[type=search]');
    else if (event.code === 'KeyJ') step(1);
    else if (event.code === 'KeyK') step(-1);
    else if (event.code === 'KeyN') press('[data-key=n]');
    else if (event.code === 'KeyG') { going = Date.now(); return; }
    else return;
    event.preventDefault();
  };

  /* Wiring --------------------------------------------------------------- */
  const start = (from) => {
    $$('form[data-draft]', from).forEach(watchDraft);
    if (from.matches && from.matches('form[data-draft]')) watchDraft(from);
    /* Our own messages stand at the field; the browser's bubbles speak the browser's language. */
    $$('form', from).forEach((form) => { if (form.method === 'post') form.noValidate = true; });
  };

  doc.addEventListener('keydown', keys);
  /* While capturing, so that a second press reaches neither the server nor htmx. */
  doc.addEventListener('submit', guardSubmit, true);
  doc.addEventListener('click', (event) => {
    const target = event.target.closest ? event.target : body;
    closeMenus(target.closest('details[data-menu]'), false);
    if (target.closest('[data-theme-switch]')) switchTheme();
    if (target.closest('[data-keys-help]')) openDialog($('#keys'));
    const close = target.closest('[data-close]');
    if (close) {
      const box = close.closest('dialog, .toast');
      if (box && (box.open || box.matches('.toast'))) {
        event.preventDefault();
        if (box.matches('.toast')) box.remove(); else box.close();
      }
    }
    if (target.closest('[data-print]')) window.print();
    const gone = target.closest('[aria-disabled=true]');
    if (gone && gone.form && gone.form.dataset.sent) event.preventDefault();
  });
  doc.addEventListener('change', (event) => {
    if (event.target.matches('[data-keys-switch]')) setCookie('dh_keys', event.target.checked ? 'on' : 'off');
    if (event.target.matches('[data-autosubmit]')) event.target.form.requestSubmit();
  });
  window.addEventListener('pageshow', (event) => { if (event.persisted) $$('form[data-sent]').forEach(release); });

  /* htmx: no alerts, no surprise on an expired session -------------------------- */
  const signIn = () => location.assign(word('loginUrl') + '?next=' + encodeURIComponent(location.pathname + location.search));
  const failureText = (status) => {
    if (status === 0) return word('wordOffline');
    if (status === 403) return word('wordRefused');
    if (status === 404) return word('wordGone');
    return word('wordFailed');
  };
  body.addEventListener('htmx:configRequest', (event) => {
    if (event.detail.verb !== 'get') event.detail.headers['X-CSRFToken'] = csrf();
  });
  body.addEventListener('htmx:beforeRequest', (event) => clearFailure(event.detail.elt.closest('form') || event.detail.elt));
  body.addEventListener('htmx:beforeSwap', (event) => {
    const detail = event.detail;
    const at = detail.xhr.responseURL ? new URL(detail.xhr.responseURL).pathname : '';
    /* The session ended and the answer is the sign-in page. */
    if (at && at === word('loginUrl') && location.pathname !== at) { detail.shouldSwap = false; signIn(); return; }
    const whole = /^\s*<!doctype/i.test(detail.xhr.responseText || '');
    /* A whole page where a piece was asked for: an error page. Say it beside the button; never swap it in. */
    if (detail.xhr.status >= 400 && whole) { detail.shouldSwap = false; detail.isError = true; }
  });
  body.addEventListener('htmx:responseError', (event) => {
    const status = event.detail.xhr.status;
    if (status === 401) { signIn(); return; }
    if (status === 409) {
      const page = new DOMParser().parseFromString(event.detail.xhr.responseText, 'text/html');
      const said = page.querySelector('[data-conflict]');
      showFailure(event.detail.elt, said ? said.textContent.replace(/\s+/g, ' ').trim() : failureText(status));
      return;
    }
    showFailure(event.detail.elt, failureText(status));
  });
  ['htmx:sendError', 'htmx:timeout'].forEach((name) => {
    body.addEventListener(name, (event) => showFailure(event.detail.elt, failureText(0)));
  });
  body.addEventListener('htmx:afterRequest', (event) => {
    const form = event.detail.elt.closest('form');
    if (form) release(form);
  });
  body.addEventListener('htmx:afterSwap', (event) => {
    if (event.detail.target.id === 'dialog') openDialog(event.detail.target);
  });
  body.addEventListener('htmx:load', (event) => { start(event.detail.elt); focusErrors(event.detail.elt); });

  const keysSwitch = $('[data-keys-switch]');
  if (keysSwitch) keysSwitch.checked = !hasCookie('dh_keys=off');
  showTheme();
  start(doc);
  focusErrors(doc);
})();
