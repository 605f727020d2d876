import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.domain.messages import MAX_BATCH, ItemsMessage, JobMessage, TaskMessage, TickMessage
from shared.errors import PermanentError, Reason

JOB_ID = "019aa0f2-7c1e-7a90-b1a5-53a6a3a2f001"
MESSAGES = [JobMessage(JOB_ID), ItemsMessage((3, 1, 2)), TickMessage("sweep")]
TYPES = [JobMessage, ItemsMessage, TickMessage]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
bodies = json_values | st.fixed_dictionaries(
    {},
    optional={
        "version": st.just(1) | json_values,
        "job_id": st.just(JOB_ID) | json_values,
        "item_ids": st.lists(st.integers(min_value=-1, max_value=9), max_size=3) | json_values,
        "queue": json_values,
        "more": json_values,
    },
)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_comes_back_from_the_wire_as_it_was_sent(message: TaskMessage) -> None:
    assert type(message).decode(json.loads(json.dumps(message.encode()))) == message


@given(body=bodies, message_type=st.sampled_from(TYPES))
@example(body={"version": 1, "job_id": 5}, message_type=JobMessage)
@example(body={"version": 1, "job_id": []}, message_type=JobMessage)
@example(body={"version": 1, "item_ids": {"1": 2}}, message_type=ItemsMessage)
@example(body={"version": 1, "item_ids": [True]}, message_type=ItemsMessage)
@example(body={"version": 1, "item_ids": 7}, message_type=ItemsMessage)
@example(body={"version": 1, "queue": ["sweep"]}, message_type=TickMessage)
def test_anything_but_a_valid_message_is_refused_and_nothing_else_is_raised(
    body: object, message_type: type[TaskMessage]
) -> None:
    read = decoded(message_type, body)
    if isinstance(read, PermanentError):
        assert read.reason is Reason.INTERNAL
        assert message_type.__name__ in read.detail
        return
    assert read.encode() == body
    if isinstance(read, JobMessage):
        UUID(read.job_id)
    elif isinstance(read, ItemsMessage):
        assert all(type(item_id) is int and item_id > 0 for item_id in read.item_ids)
    else:
        assert isinstance(read, TickMessage)
        assert isinstance(read.queue, str)


def decoded(message_type: type[TaskMessage], body: object) -> TaskMessage | PermanentError:
    try:
        return message_type.decode(body)
    except PermanentError as refused:
        return refused


@pytest.mark.parametrize(
    "change",
    [
        lambda body: {**body, "version": 2},
        lambda body: {name: value for name, value in body.items() if name != "version"},
        lambda body: {**body, "more": 1},
        lambda _: {"version": 1},
    ],
    ids=["another version", "no version", "an unknown field", "a missing field"],
)
@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_body_of_another_shape_is_refused(message: TaskMessage, change: Callable[[Any], Any]) -> None:
    with pytest.raises(PermanentError):
        type(message).decode(change(message.encode()))


@pytest.mark.parametrize("n_items", [0, MAX_BATCH + 1])
def test_a_batch_is_neither_empty_nor_boundless(n_items: int) -> None:
    with pytest.raises(ValueError, match=f"1 to {MAX_BATCH}"):
        ItemsMessage(tuple(range(1, n_items + 1)))


def test_a_batch_of_the_greatest_size_goes_through() -> None:
    batch = ItemsMessage(tuple(range(1, MAX_BATCH + 1)))
    assert ItemsMessage.decode(batch.encode()) == batch
