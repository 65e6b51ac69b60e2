"""A small client of matchd, over ZeroMQ.

    import matchd_client

    with matchd_client.Client("ipc:///run/matchd/matchd.sock") as client:
        print(client.call("health").detail)
        preview = client.call("preview_offers", user="00091d78-ee80-4780-8f48-574694b0072b", k=5)
        for candidate in preview.candidates:
            print(candidate.candidate, candidate.raw)

Needs python3-zmq, python3-protobuf and the module that protoc makes of the protocol:
`protoc -I api/wire --python_out=. api/wire/matchd.proto`. The fields of requests and answers are
described in matchd.proto. An Error of the daemon is raised as MatchdError, with the code's name.

Several requests may be in flight: send() them, then receive() each by its id, in any order.
"""
import itertools
import os
import time

import zmq

import matchd_pb2


class MatchdError(Exception):
    """The daemon answered with an Error."""

    def __init__(self, error):
        self.code = matchd_pb2.ErrorCode.Name(error.code)
        self.message = error.message
        self.retry_after_ms = error.retry_after_ms if error.HasField("retry_after_ms") else None
        super().__init__(f"{self.code}: {self.message}")


class Client:
    """One DEALER socket. Not for several threads at a time."""

    def __init__(self, endpoints=None):
        endpoints = endpoints or os.environ["MATCHD_ENDPOINTS"]
        self._ids = itertools.count(1)
        self._arrived = {}
        self._deadlines = {}
        self._socket = zmq.Context.instance().socket(zmq.DEALER)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.connect(endpoints.split()[0])

    def close(self):
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, verb, seconds=30.0, trace_id=None, **fields):
        """Sends a request; returns its id. `seconds` is how long to wait for the answer."""
        request = matchd_pb2.Request(request_id=next(self._ids), deadline_ms=int(seconds * 1000))
        if trace_id:
            request.trace_id = trace_id
        message = getattr(request, verb)
        message.SetInParent()
        for name, value in fields.items():
            field = message.DESCRIPTOR.fields_by_name[name]
            if field.label == field.LABEL_REPEATED:
                getattr(message, name).extend(value)
            elif field.message_type is not None:
                getattr(message, name).CopyFrom(field.message_type._concrete_class(**value))
            else:
                setattr(message, name, value)
        self._deadlines[request.request_id] = time.monotonic() + seconds
        self._socket.send(request.SerializeToString())
        return request.request_id

    def receive(self, request_id):
        """The answer to a request sent before; raises MatchdError or TimeoutError."""
        deadline = self._deadlines.pop(request_id)
        while request_id not in self._arrived:
            left = max(0, int((deadline - time.monotonic()) * 1000))
            if not self._socket.poll(left):
                raise TimeoutError(f"no answer to request {request_id}")
            response = matchd_pb2.Response.FromString(self._socket.recv())
            # A late answer to a request that was given up is dropped.
            if response.request_id in self._deadlines or response.request_id == request_id:
                self._arrived[response.request_id] = response
        response = self._arrived.pop(request_id)
        answer = response.WhichOneof("answer")
        if answer == "error":
            raise MatchdError(response.error)
        if answer is None:
            raise ValueError("an answer of a kind that this client does not know")
        return getattr(response, answer)

    def call(self, verb, seconds=30.0, **fields):
        """One request and its answer."""
        return self.receive(self.send(verb, seconds, **fields))
