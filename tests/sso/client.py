"""A site that lets people in through Okno, made with Authlib; the person is a few lines of HTTP.

    BASE=… CLIENT_ID=… CLIENT_SECRET=… KEYED_ID=… KEY='{"kty":"EC",…}' \\
    BACK=http://127.0.0.1:9000/cb WHO=anna@example.org client.py
"""

import html
import json
import os
import re
import sys
import time
from urllib.parse import parse_qs, urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
BASE, CLIENT_ID, CLIENT_SECRET, KEYED_ID, KEY, BACK, WHO = (
    os.environ[x]
    for x in ("BASE", "CLIENT_ID", "CLIENT_SECRET", "KEYED_ID", "KEY", "BACK", "WHO")
)
PRIVATE = ECKey.import_key(json.loads(KEY))
ABOUT = requests.get(f"{BASE}/.well-known/openid-configuration", timeout=30).json()


def site(method):
    """The site, which proves itself by this method."""
    if method == "private_key_jwt":
        return keyed(60)
    return OAuth2Session(
        CLIENT_ID,
        CLIENT_SECRET,
        scope="openid profile",
        redirect_uri=BACK,
        token_endpoint_auth_method=method,
        code_challenge_method="S256",
    )


class Signed(PrivateKeyJWT):
    """Signed words that are good for so many seconds, each with a name of its own."""

    def __init__(self, lasts):
        super().__init__(ABOUT["token_endpoint"], headers={"kid": PRIVATE.kid}, alg="ES256")
        self.lasts = lasts

    def sign(self, auth, token_endpoint):
        """Authlib says one hour, and keeps the name it has drawn in the claims it was given."""
        self.claims = {"exp": int(time.time()) + self.lasts}
        return super().sign(auth, token_endpoint)


def keyed(lasts):
    """The site with a key, whose signed words are good for so many seconds."""
    session = OAuth2Session(
        KEYED_ID,
        PRIVATE,
        scope="openid profile",
        redirect_uri=BACK,
        token_endpoint_auth_method="private_key_jwt",
        code_challenge_method="S256",
    )
    session.register_client_auth_method(Signed(lasts))
    return session


def person():
    """Somebody who is signed in at the portal."""
    browser = requests.Session()
    done = browser.post(f"{BASE}/demo/signin", data={"who": WHO}, allow_redirects=False, timeout=30)
    assert done.status_code == 303, done.status_code
    return browser


def goes(browser, url):
    """Follows the portal's pages, allows what is asked; gives the address of the site."""
    answer = browser.get(url, allow_redirects=False, timeout=30)
    for _ in range(10):
        if answer.is_redirect:
            to = answer.headers["location"]
            if to.startswith(BACK):
                return to
            answer = browser.get(f"{BASE}{to}", allow_redirects=False, timeout=30)
            continue
        onward = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', answer.text)
        if onward:
            return html.unescape(onward[1])
        form = re.search(r'action="(/sso/ask/[^"/]+)"', answer.text)
        assert form, f"{answer.status_code}: {answer.text[:2000]}"
        said = {"allow": "1", "scope": "profile", "remember": "1"}
        answer = browser.post(f"{BASE}{form[1]}", data=said, allow_redirects=False, timeout=30)
    raise AssertionError("sent around in circles")


def signs_in(browser, method):
    """A whole sign-in; gives the site, the address it ended at, the verifier and the tokens."""
    session, verifier, nonce = site(method), generate_token(48), generate_token(20)
    url, state = session.create_authorization_url(
        ABOUT["authorization_endpoint"], code_verifier=verifier, nonce=nonce
    )
    back = goes(browser, url)
    query = parse_qs(urlsplit(back).query)
    assert query["state"] == [state] and query["iss"] == [BASE], back
    token = session.fetch_token(
        ABOUT["token_endpoint"], authorization_response=back, code_verifier=verifier, state=state
    )
    keys = KeySet.import_key_set(requests.get(ABOUT["jwks_uri"], timeout=30).json())
    claims = jwt.decode(token["id_token"], keys, algorithms=["ES256"]).claims
    registry = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": BASE},
        aud={"essential": True, "value": session.client_id},
        nonce={"essential": True, "value": nonce},
        exp={"essential": True},
        iat={"essential": True},
    )
    registry.validate(claims)
    return session, back, verifier, claims


def refused(session, back, verifier, why):
    """The token endpoint says invalid_grant."""
    try:
        session.fetch_token(
            ABOUT["token_endpoint"], authorization_response=back, code_verifier=verifier
        )
    except OAuthError as error:
        assert error.error == "invalid_grant", f"{why}: {error}"
    else:
        raise AssertionError(f"{why}: tokens were given")


def main():
    """All ways of proving oneself, the same person, and what must be refused."""
    browser, subjects = person(), set()
    for method in ("client_secret_basic", "client_secret_post", "private_key_jwt"):
        session, back, verifier, claims = signs_in(browser, method)
        about = session.get(ABOUT["userinfo_endpoint"]).json()
        assert about["sub"] == claims["sub"] and about["family_name"], about
        assert "email" not in about, "it was not allowed"
        subjects.add(claims["sub"])
        refused(session, back, verifier, "a code that was used")
        assert session.get(ABOUT["userinfo_endpoint"]).status_code == 401, "the first was given up"
    assert len(subjects) == 1, subjects

    session, verifier = keyed(3600), generate_token(48)
    url, _ = session.create_authorization_url(
        ABOUT["authorization_endpoint"], code_verifier=verifier, nonce="n"
    )
    try:
        session.fetch_token(
            ABOUT["token_endpoint"],
            authorization_response=goes(browser, url),
            code_verifier=verifier,
        )
    except OAuthError as error:
        assert error.error == "invalid_client", error
    else:
        raise AssertionError("a word that is good for an hour was taken")

    session, verifier = site("client_secret_basic"), generate_token(48)
    url, _ = session.create_authorization_url(
        ABOUT["authorization_endpoint"], code_verifier=verifier, nonce="n"
    )
    refused(session, goes(browser, url), generate_token(48), "a verifier of another challenge")
    wrong = url.replace("code_challenge_method=S256", "code_challenge_method=plain")
    query = parse_qs(urlsplit(goes(browser, wrong)).query)
    assert query["error"] == ["invalid_request"], query
    print(f"Authlib: {len(subjects)} person, three ways of proving, all as it must be")


if __name__ == "__main__":
    sys.exit(main())
