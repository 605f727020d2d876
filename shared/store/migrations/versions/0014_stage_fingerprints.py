"""The fingerprint of each stage under each spec, and computed catalogue values kept by spec.

Revision ID: 0014
Revises: 0013

What is stored keeps its keys. The fingerprints of specs that are stored already are computed here, by a copy of the
rule as it was when this was written. A spec whose own fingerprint does not follow from what is stored of it (its fields
were declared otherwise) shares no stage with any other: nothing is mixed by guessing.
"""

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_PARAMETERS_READ = {"excerpts": ("mel",), "catalogue": ("descriptors",), "waveform": ("mel",)}
_CATALOGUE_UNITS = {
    "danceability": "1",
    "energy": "1",
    "key": "pitch class",
    "loudness": "LUFS",
    "mode": "1",
    "speechiness": "1",
    "acousticness": "1",
    "instrumentalness": "1",
    "liveness": "1",
    "valence": "1",
    "tempo": "BPM",
    "duration_ms": "ms",
    "time_signature": "beats a bar",
    "loudness_dbfs": "dBFS",
}


def upgrade() -> None:
    """Add the table and fill it; let computed catalogue values of several specs stand beside each other."""
    op.create_table(
        "spec_stages",
        sa.Column("spec", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("spec", "stage"),
    )
    connection = op.get_bind()
    for spec, parameters in connection.execute(sa.text("select fingerprint, parameters from feature_specs")).all():
        rows = [
            {"spec": spec, "stage": stage, "fingerprint": digits}
            for stage, digits in stage_fingerprints(spec, parameters).items()
        ]
        if rows:
            insert = "insert into spec_stages (spec, stage, fingerprint) values (:spec, :stage, :fingerprint)"
            connection.execute(sa.text(insert), rows)
    op.execute("update catalogue_features set spec = '' where spec is null")
    op.alter_column("catalogue_features", "spec", nullable=False, server_default="")
    op.drop_constraint("catalogue_features_pkey", "catalogue_features")
    op.create_primary_key("catalogue_features_pkey", "catalogue_features", ["track_id", "origin", "spec"])


def downgrade() -> None:
    """Keep one computed row of each track: that whose features are the newest."""
    op.execute("""
        delete from catalogue_features c
        using (
            select track_id, origin, spec, row_number() over (
                partition by track_id, origin order by (
                    select made_at from feature_sets f where f.track_id = o.track_id and f.spec = o.spec
                ) desc nulls last, spec
            ) as age
            from catalogue_features o
        ) ranked
        where ranked.age > 1 and c.track_id = ranked.track_id and c.origin = ranked.origin and c.spec = ranked.spec
    """)
    op.drop_constraint("catalogue_features_pkey", "catalogue_features")
    op.create_primary_key("catalogue_features_pkey", "catalogue_features", ["track_id", "origin"])
    op.alter_column("catalogue_features", "spec", nullable=True, server_default=None)
    op.execute("update catalogue_features set spec = null where spec = ''")
    op.drop_table("spec_stages")


def stage_fingerprints(spec: str, parameters: dict[str, Any]) -> dict[str, str]:
    """The fingerprint of each stage of a stored spec; none where the spec's own does not follow from `parameters`."""
    try:
        fields = _fields(parameters)
    except (KeyError, TypeError):
        return {}
    declared = {**parameters, "fields": [field for of_stage in fields.values() for field in of_stage]}
    if _digest(declared) != spec:
        return {}
    limits = {name: value for name, value in parameters.items() if not isinstance(value, dict)}
    return {
        stage: _digest(
            {
                "stage": stage,
                "parameters": {part: parameters[part] for part in (stage, *_PARAMETERS_READ.get(stage, ()))},
                "limits": limits,
                "fields": fields[stage],
            }
        )
        for stage in fields
    }


def _fields(parameters: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    mel, descriptors = parameters["mel"], parameters["descriptors"]
    n_samples = round(mel["sr"] * mel["duration_s"])
    shape = (mel["n_mels"], 1 + n_samples // mel["hop_length"])
    by_stage = {
        "mel": [_field("mel", shape, "float32", "power")],
        "excerpts": [
            _field("excerpts", (None, *shape), "float32", "power"),
            _field("excerpt_starts_s", (None,), "float64", "s"),
        ],
        "catalogue": [_field(name, (), "float64", unit) for name, unit in _CATALOGUE_UNITS.items()],
        "descriptors": [_field("descriptors", (descriptors["n"],), "float32", "by column")],
        "waveform": [_field("waveform", (n_samples,), "int16", "1/32768 of full scale")],
    }
    return {stage: fields for stage, fields in by_stage.items() if stage in parameters}


def _field(name: str, shape: tuple[int | None, ...], dtype: str, unit: str) -> dict[str, Any]:
    return {"name": name, "shape": shape, "dtype": dtype, "unit": unit}


def _digest(declared: dict[str, Any]) -> str:
    canonical = json.dumps(declared, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]
