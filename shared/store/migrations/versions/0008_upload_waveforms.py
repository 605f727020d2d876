"""The samples of a song that was sent in, where waveforms are stored.

Revision ID: 0008_upload_waveforms
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008_upload_waveforms"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("uploads", sa.Column("waveform", sa.LargeBinary()))


def downgrade() -> None:
    op.drop_column("uploads", "waveform")
