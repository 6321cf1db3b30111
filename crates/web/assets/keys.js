// Passkeys: asks the device for a key and sends its answer with the form. Without this file the page
// says in words what else there is. Contract: docs/develop/ui.md.

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer ?? [])))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const RENEW = 4 * 60_000; // a challenge lives for five minutes

/** What is to be signed, and by which keys. */
async function challenge(form) {
  const answer = await fetch(form.dataset.challenge, { method: "POST" });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

const named = ({ id, transports }) => ({ type: "public-key", id: bytes(id), transports });

/** Asks for a known key; gives the fields of the form. */
async function known(form, how) {
  const { token, challenge: sign, site, keys } = await challenge(form);
  const { rawId, response } = await navigator.credentials.get({
    ...how,
    publicKey: {
      challenge: bytes(sign),
      rpId: site,
      allowCredentials: keys.map(named),
      userVerification: "required",
    },
  });
  return {
    token,
    credential: text(rawId),
    client_data: text(response.clientDataJSON),
    data: text(response.authenticatorData),
    signature: text(response.signature),
    user: text(response.userHandle),
  };
}

/** Makes a key; gives the fields of the form. */
async function fresh(form, how) {
  const { token, challenge: sign, site, portal, keys, user, kinds } = await challenge(form);
  const { response } = await navigator.credentials.create({
    ...how,
    publicKey: {
      challenge: bytes(sign),
      rp: { id: site, name: portal },
      user: { id: bytes(user.id), name: user.name, displayName: user.title },
      pubKeyCredParams: kinds.map((alg) => ({ type: "public-key", alg })),
      excludeCredentials: keys.map(named),
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      attestation: "none",
    },
  });
  return {
    token,
    client_data: text(response.clientDataJSON),
    object: text(response.attestationObject),
    transports: response.getTransports?.().join(" ") ?? "",
  };
}

function keys(form) {
  const status = form.querySelector("[data-key-status]");
  const ask = form.dataset.key === "new" ? fresh : known;
  let flight;
  let renewal;

  /** Asks, and sends the form; says what happened otherwise. */
  async function go(how, quiet) {
    flight?.abort();
    clearTimeout(renewal);
    flight = new AbortController();
    const mine = flight;
    if (!quiet) status.textContent = form.dataset.textWait;
    try {
      const fields = await ask(form, { ...how, signal: mine.signal });
      for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
      const shared = document.querySelector("#shared");
      if (shared && form.elements.shared) form.elements.shared.value = shared.checked ? "1" : "";
      form.requestSubmit();
    } catch (error) {
      if (mine !== flight) return; // another one is under way
      const taken = error.name === "InvalidStateError";
      if (!quiet) status.textContent = taken ? form.dataset.textTaken : form.dataset.textFailed;
      if (!quiet) offer();
    }
  }

  /** The browser names the key in its suggestions for the first field, where it can. */
  async function offer() {
    const can = await window.PublicKeyCredential.isConditionalMediationAvailable?.();
    if (!form.hasAttribute("data-key-offer") || !can) return;
    go({ mediation: "conditional" }, true);
    renewal = setTimeout(offer, RENEW);
  }

  form.addEventListener("submit", (event) => {
    if (form.elements.token.value) return;
    event.preventDefault();
    go({}, false);
  });
  // A page that comes back from the browser's memory asks anew.
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) form.elements.token.value = "";
  });
  form.hidden = false;
  offer();
}

for (const form of document.querySelectorAll("form[data-key]")) {
  const elsewhere = form.parentElement.querySelector("[data-key-elsewhere]");
  if (location.origin !== form.dataset.origin) elsewhere.hidden = false;
  else if (window.PublicKeyCredential) keys(form);
  else form.parentElement.querySelector("[data-key-none]").hidden = false;
}
