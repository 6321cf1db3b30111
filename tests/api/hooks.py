"""What a schema cannot say to schemathesis: a new key for every wish, and wishes that can come true.

Cases that are wrong on purpose are left alone. Of the others every second one about a time gets a
service, a resource and a start that are free now, so that holds, bookings and moves succeed, too.
The portal and the bearer token are those of the environment: OKNO_BASE and OKNO_TOKEN.
"""

import itertools
import json
import os
import urllib.error
import urllib.parse
import urllib.request
import uuid

import schemathesis
from schemathesis import GenerationMode

API = os.environ["OKNO_BASE"] + "/api/v1"
TOKEN = os.environ["OKNO_TOKEN"]
SERVICE = "head-reception"

turns = itertools.count()
times = itertools.count()
purposes = itertools.count()
booked = []


def ask(path, body=None):
    """What the portal answers."""
    request = urllib.request.Request(API + path, headers={"Authorization": f"Bearer {TOKEN}"})
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
        request.add_header("Idempotency-Key", str(uuid.uuid4()))
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def free_time(purpose=""):
    """Resource and start of one of the times that are free for a purpose, each time another."""
    wanted = f"&purpose={purpose}" if purpose else ""
    found = ask(f"/slots?service={SERVICE}&region=70&limit=100{wanted}")["slots"]
    slot = found[next(times) % len(found)]
    return {"resource": slot["resource"], "start": slot["start"]}


def filled_form():
    """A form for a time that is held for it; nothing when each is refused.

    A refusal (409) is as it should be: the caller has a visit for that purpose or at that time, or
    all visits of that day. Another purpose and another time are tried then.
    """
    known = ask(f"/services/{SERVICE}")["purposes"]
    for _ in range(20):
        purpose = known[next(purposes) % len(known)]["code"]
        try:
            hold = ask("/holds", {"service": SERVICE, "purpose": purpose, **free_time(purpose)})
        except urllib.error.HTTPError as refusal:
            if refusal.code != 409:
                raise
            continue
        fields = {"subject": "Во дворе второй месяц не горит свет"}
        return {"hold": hold["id"], "purpose": purpose, "fields": fields, "consent": True}
    return None


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is not None and case.meta.generation.mode == GenerationMode.NEGATIVE:
        return
    if "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    if next(turns) % 2:
        return
    match case.operation.label:
        case "POST /api/v1/holds":
            case.body = {"service": SERVICE, **free_time()}
        case "POST /api/v1/bookings":
            case.body = filled_form() or case.body
        case "POST /api/v1/bookings/{id}/reschedule" if booked:
            case.body = free_time()
            case.path_parameters["id"] = booked[-1]


@schemathesis.hook
def after_call(context, case, response):
    if case.operation.label == "POST /api/v1/bookings" and response.status_code == 201:
        booked.append(response.json()["id"])
