"""Validators of Python on messages in a folder: NAME.schema.json and NAME.json, times to standard output.

Each line is NAME, what did it, and nanoseconds for one message from bytes to a decision, tab-separated. The models of pydantic
and msgspec are made from the schemas: types, constants, enums, ranges, lengths, patterns, closed objects.
"""

import importlib.metadata
import json
import pathlib
import sys
import time
import typing

import fastjsonschema
import jsonschema_rs
import jwt
import msgspec
import orjson
import pydantic


class Models:
    """Types for one library out of a JSON Schema."""

    def __init__(self, schema, make_object, constrain):
        self.schema = schema
        self.make_object = make_object
        self.constrain = constrain
        self.count = 0

    def resolve(self, schema):
        while isinstance(schema, dict) and "$ref" in schema:
            target = self.schema
            for step in schema["$ref"].removeprefix("#/").split("/"):
                target = target[step.replace("~1", "/").replace("~0", "~")]
            schema = target
        return schema

    def type(self, schema, tag=None):
        schema = self.resolve(schema)
        if schema is True or schema == {}:
            return typing.Any
        branches = schema.get("oneOf") or schema.get("anyOf")
        if branches:
            branches = [self.resolve(branch) for branch in branches]
            key = next(
                name
                for name, member in branches[0]["properties"].items()
                if all("const" in branch.get("properties", {}).get(name, {}) for branch in branches)
            )
            return self.make_object.union(key, [self.type(branch, key) for branch in branches])
        if "const" in schema:
            return typing.Literal[schema["const"]]
        if "enum" in schema:
            return typing.Literal[tuple(schema["enum"])]
        kind = schema.get("type")
        if isinstance(kind, list):
            return typing.Union[tuple(self.type({**schema, "type": one}) for one in kind)]
        if kind == "object":
            if not schema.get("properties"):
                return dict[str, typing.Any]
            self.count += 1
            required = set(schema.get("required", []))
            members = {
                name: (self.type(member), name in required) for name, member in schema["properties"].items()
            }
            closed = schema.get("additionalProperties") is False
            return self.make_object(f"M{self.count}", members, closed, tag, schema)
        if kind == "array":
            return self.constrain(list[self.type(schema.get("items", True))], schema)
        plain = {"string": str, "integer": int, "number": float, "boolean": bool, "null": None, None: typing.Any}
        return self.constrain(plain[kind], schema)


class PydanticObjects:
    def __call__(self, name, members, closed, tag, schema):
        fields = {
            f"f{index}": (
                kind if required else typing.Optional[kind],
                pydantic.Field(... if required else None, alias=member),
            )
            for index, (member, (kind, required)) in enumerate(members.items())
        }
        config = pydantic.ConfigDict(extra="forbid" if closed else "allow", strict=True)
        self.aliases = getattr(self, "aliases", {})
        model = pydantic.create_model(name, __config__=config, **fields)
        self.aliases[model] = {member: f"f{index}" for index, member in enumerate(members)}
        return model

    def union(self, key, kinds):
        # A discriminator goes by the name of the field, which is alike in all branches only if it stands alike.
        names = {self.aliases[kind][key] for kind in kinds}
        united = typing.Union[tuple(kinds)]
        return typing.Annotated[united, pydantic.Field(discriminator=names.pop())] if len(names) == 1 else united


class MsgspecObjects:
    def __call__(self, name, members, closed, tag, schema):
        value = schema["properties"][tag]["const"] if tag else None
        fields = [
            (f"f{index}", kind if required else typing.Union[kind, msgspec.UnsetType])
            + (() if required else (msgspec.UNSET,))
            for index, (member, (kind, required)) in enumerate(members.items())
            if member != tag
        ]
        fields.sort(key=len)
        rename = {f"f{index}": member for index, member in enumerate(members)}
        tags = {"tag_field": tag, "tag": value} if tag else {}
        return msgspec.defstruct(name, fields, rename=rename, forbid_unknown_fields=closed, **tags)

    def union(self, key, kinds):
        return typing.Union[tuple(kinds)]


WORDS = {
    "minimum": "ge",
    "exclusiveMinimum": "gt",
    "maximum": "le",
    "exclusiveMaximum": "lt",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_length",
    "maxItems": "max_length",
    "pattern": "pattern",
}


def constrain(meta):
    def one(kind, schema):
        bounds = {word: schema[key] for key, word in WORDS.items() if key in schema}
        return typing.Annotated[kind, meta(**bounds)] if bounds and kind is not None else kind

    return one


def deciders(schema):
    """What is measured, by name: functions that raise or return something true for an accepted message."""
    rs = jsonschema_rs.validator_for(schema)
    fast = fastjsonschema.compile(schema)
    made = pydantic.TypeAdapter(Models(schema, PydanticObjects(), constrain(pydantic.Field)).type(schema))
    decoder = msgspec.json.Decoder(Models(schema, MsgspecObjects(), constrain(msgspec.Meta)).type(schema))

    def with_rs(message):
        if not rs.is_valid(orjson.loads(message)):
            raise ValueError("refused")

    return {
        "msgspec": decoder.decode,
        "pydantic": made.validate_json,
        "orjson + jsonschema-rs": with_rs,
        "orjson + fastjsonschema": lambda message: fast(orjson.loads(message)),
    }


def nanoseconds(decide, message):
    """The least of 15 batches."""
    decide(message)
    start = time.perf_counter_ns()
    decide(message)
    once = max(1, time.perf_counter_ns() - start)
    rounds = max(1, 10_000_000 // once)
    least = float("inf")
    for _ in range(15):
        start = time.perf_counter_ns()
        for _ in range(rounds):
            decide(message)
        least = min(least, (time.perf_counter_ns() - start) / rounds)
    return least


def tokens():
    """A token of HS256 by PyJWT: signature, dates, one required claim."""
    key = "the key of benchmarks, thirty-two bytes"
    claims = {"user_id": 42, "iat": 1780000000, "exp": 4102444800, "jti": "5f0c2d7e-5d3b-4f39-9f6c-2b1d7f0a9c11"}
    token = jwt.encode(claims, key, algorithm="HS256")
    options = {"require": ["exp", "user_id"], "verify_iat": False}
    return nanoseconds(lambda text: jwt.decode(text, key, algorithms=["HS256"], options=options), token)


def main(folder):
    names = ["pydantic", "msgspec", "orjson", "jsonschema-rs", "fastjsonschema", "PyJWT"]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    print(f"versions\t{versions}, Python {sys.version.split()[0]}\t0")
    for path in sorted(folder.glob("*.schema.json")):
        name = path.name.removesuffix(".schema.json")
        schema = json.loads(path.read_bytes())
        message = (folder / f"{name}.json").read_bytes()
        for peer, decide in deciders(schema).items():
            print(f"{name}\t{peer}\t{nanoseconds(decide, message):.1f}", flush=True)
    print(f"token, HS256\tPyJWT\t{tokens():.1f}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
